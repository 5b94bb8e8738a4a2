/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: rounds of restricted columns, and priority stages. */
#ifndef STRAIT_SOLVE_ROUNDS_H
#define STRAIT_SOLVE_ROUNDS_H

#include "solve/solve.h"

struct rounds {
    struct lp *m;
    engine *engine;
    enum engine_outcome end;
    bool have_x;            /* x is feasible for the whole lp */
    double *x, *y, *d;      /* n_col, n_row, n_col */
    size_t n_round;
    size_t *pick;           /* scratch: columns to add */
    size_t *best;           /* scratch: per piece of work and segment, the most attractive columns */
};

/** Run until nothing is attractive, infeasibility, or a limit. `whole`: all columns at once. */
strait_status rounds_run(strait_ctx *cx, struct lp *m, bool whole, double deadline, struct rounds **out) MUST_USE;
void rounds_free(struct rounds *q);

/** Does the answer leave work of an earlier priority class unmet while there is a later one? */
bool stages_needed(const struct lp *m, const double *x);
/** Minimise the unmet work of each class in order and close its row (or its columns, where it is all met). */
strait_status stages_close(strait_ctx *cx, struct lp *m, double deadline, struct solution *s) MUST_USE;

strait_status solve_once(strait_ctx *cx, struct lp *m, bool ranges, double deadline, struct solution *s) MUST_USE;

#endif
