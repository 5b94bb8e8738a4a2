/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STRAIT_SOLVE_ROUND_H
#define STRAIT_SOLVE_ROUND_H

#include "solve/solve.h"

/* Of a rounded plan that has placements below a gang or replica. */
#define ROUND_BELOW "some placements stay below a gang or replica and are flagged"

struct rounding {
    bool found;                 /* a plan in whole blocks, gangs and replicas, or with what is below them flagged */
    double *x;                  /* n_col: of the lp with leases fixed and small placements left out */
    struct certificate cert;    /* of x and its own duals */
    double extra;               /* cost of filling whole replicas where used accelerators are rented */
    double objective;           /* x's + extra */
    size_t below;               /* placements still below a gang or replica */
    long pivots;                /* what it took */
    const char *note;           /* static text */
};

/**
 * Round the solution of m: leases to whole blocks and their minimum, then leave out placements below a gang or replica
 * and solve again; what cannot be left out stays and is counted.  m's bounds are restored before it returns; s->warm
 * is used and moves.
 */
strait_status round_plan(strait_ctx *cx, struct lp *m, const struct solution *s, struct rounding *out) MUST_USE;
void rounding_free(struct rounding *r);

#endif
