/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Costs under many prices, without an LP: a plan whose amounts stay as they are, and the unit costs of all activities.
 * Both stream over scenarios: each block of costs is made in a first-level cache and given to its consumer there, so that
 * memory does not grow with their number.
 */
#ifndef STRAIT_ESTIMATE_REPRICE_H
#define STRAIT_ESTIMATE_REPRICE_H

#include "estimate/estimate.h"
#include "estimate/price.h"

struct pool;

/* What the lines of a plan cost, by what their money is multiplied with: cost[line] = sum_j money[line, j] * term[j]. */
struct exposure {
    size_t n_line, n_term;
    double *money;                  /* n_line x n_term: CUR, present value, with all factors 1 */
    const struct price_term *term;  /* n_term */
    struct arena *arena;            /* owns all this */
};

void exposure_free(struct exposure *e);
/* The same with lines added up: line i goes to group[i], 0 .. n_group - 1. */
strait_status exposure_group(strait_ctx *cx, const struct exposure *e, const int *group, size_t n_group,
                             struct exposure **out) MUST_USE;

/* Lines line0 .. line0 + n_line - 1 in scenarios first .. first + n - 1: cost[i * ld + s].  Gone when the call returns. */
struct reprice_block {
    uint64_t first;
    size_t n, line0, n_line, ld;
    const double *cost;
};

/* Called on any thread: the blocks of the same scenarios come one after the other on one of them, in order of their lines. */
typedef void reprice_fn(void *data, int worker, const struct reprice_block *b);

strait_status reprice(strait_ctx *cx, const struct exposure *e, const struct factor_source *f, struct pool *pool,
                      uint64_t first, size_t n, reprice_fn *use, void *data) MUST_USE;

/* ---- unit costs: phases x offers x segments x scenarios ---- */

enum cost_basis { COST_PER_HOUR, COST_PER_WORK };   /* as c_hour and c_work of a cost block */

/* Activities act0 .. act0 + n_act - 1 of offer o in segment t, scenarios first .. first + n - 1: cost[i * ld + s]. */
struct unit_cost_block {
    int o;
    size_t t, act0, n_act;
    enum cost_basis basis;
    uint64_t first;
    size_t n, ld;
    const double *cost;
};

typedef void unit_cost_fn(void *data, int worker, const struct unit_cost_block *b);

strait_status unit_costs(strait_ctx *cx, const strait_case *c, const struct costs *k, const struct price_factors *p,
                         const struct factor_source *f, struct pool *pool, uint64_t first, size_t n, unit_cost_fn *use,
                         void *data) MUST_USE;

#endif
