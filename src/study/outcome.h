/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One scenario, evaluated: what its rows in the store say. */
#ifndef STRAIT_STUDY_OUTCOME_H
#define STRAIT_STUDY_OUTCOME_H

#include "base/table.h"
#include "solve/solve.h"
#include "study/store.h"
#include "study/sweep.h"

enum { KEEP_PLACEMENTS = 1, KEEP_LEASES = 2, KEEP_DUALS = 4 };

/* What all scenarios are evaluated from; read by every thread, changed by none. */
struct origin_plan {
    const struct sweep *s;
    char digest[65];            /* of the base's files: a scenario that reads others is not of this batch */
    const strait_case *c;
    struct rates *rates;
    struct costs *costs;
    struct lp *m;
    struct solution *sol;       /* NULL: it has none */
    struct warm *warm;          /* NULL: everything starts cold */
    unsigned keep;
};

struct outcome {
    arena *arena;
    struct sweep_scenario scenario;
    const char *status;         /* optimal, feasible, infeasible, no_plan, error */
    double objective, gap;      /* NaN: none */
    double penalty;             /* money of undone work in the objective; NaN: no plan */
    bool warm;
    const char *error;          /* NULL: none */
    strait_table *placements, *unmet, *leases, *duals, *clash;   /* NULL: not kept; unmet goes with placements */
};

/** The base as all scenarios see it; borrows s and c.  An outcome of its own is no failure. */
strait_status origin_new(strait_ctx *cx, const struct sweep *s, const strait_case *c, unsigned keep, struct origin_plan **out) MUST_USE;
void origin_free(struct origin_plan *b);

/**
 * Evaluate scenario k: load the base with its overrides, build, solve from the base's basis (solve_lp_from), certify.
 * A scenario with faults is an outcome, "error" with the first of them.
 * STRAIT_EIO (the base's files cannot be read or changed meanwhile), STRAIT_ENOMEM, STRAIT_EUSAGE (cancelled: no outcome).
 */
strait_status outcome_of(strait_ctx *cx, const struct origin_plan *b, uint64_t k, struct outcome **out) MUST_USE;
void outcome_free(struct outcome *o);

/* keeps_rates.c: does nothing that it sets bear on how fast work runs? */
bool outcome_keeps_rates(strait_ctx *cx, const strait_case *base, const struct sweep_scenario *x);

/* outcome_rows.c */
strait_status outcome_placements(strait_ctx *cx, const struct lp *m, const double *x, strait_table **out) MUST_USE;
/* Work that is not done, over the whole horizon: workload, phase, user_region, tokens, penalty; and what its penalties come to. */
strait_status outcome_unmet(strait_ctx *cx, const struct lp *m, const double *x, strait_table **out) MUST_USE;
double outcome_penalty(const strait_table *unmet);
strait_status outcome_leases(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_table **out) MUST_USE;
strait_status outcome_duals(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_table **out) MUST_USE;
/* Distinct rows of the proof, then the rules that bar the work in it; its words to `words`. */
strait_status outcome_clash(strait_ctx *cx, const struct lp *m, const struct solution *s, arena *a, const char **words,
                            strait_table **out) MUST_USE;
/* SHA-256 over a case's files. */
strait_status outcome_digest(strait_ctx *cx, const strait_case *c, char out[65]) MUST_USE;

/* outcome_store.c: the rows of an outcome into the store. */
strait_status outcome_store(strait_ctx *cx, struct store *s, const struct outcome *o) MUST_USE;
strait_status outcome_store_rows(strait_ctx *cx, struct store *s, int64_t k, const struct outcome *o) MUST_USE;

#endif
