/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan's costs by the prices that they hang on, so that it can be priced again without an LP (estimate/reprice.h). */
#ifndef STRAIT_EXPLAIN_EXPOSURE_H
#define STRAIT_EXPLAIN_EXPOSURE_H

#include "estimate/reprice.h"
#include "lp/lp.h"

/* What a line is: a column's use of one offer in one segment, a hold over its life, or unmet work. */
struct plan_line { enum col_family family; int w, o, t; };    /* -1: none */

struct plan_exposure {
    struct exposure *e;
    const struct plan_line *line;   /* e->n_line; in e's arena */
};

/** Lines of the solution x of m, one a nonzero amount; they add up to its cost where all factors are 1. */
strait_status exposure_of_plan(strait_ctx *cx, const struct lp *m, const double *x, const struct price_factors *f,
                               struct plan_exposure *out) MUST_USE;

#endif
