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
    bool advanced;          /* the first solve starts from a basis that was chosen */
    bool dual_ready;        /* the basis is dual feasible: changed bounds are best mended by the dual simplex */
    double *x, *y, *d;      /* n_col, n_row, n_col */
    double *y_now;          /* n_row: duals of an unfinished round */
    size_t n_round;
    bool stopped;           /* before the rounds began */
    double *reserve_x, *reserve_y;  /* a feasible point and duals, or NULL: the answer when the rounds are stopped without one */
    struct solve_stats took;    /* iterations, barrier_cpu, crash_cpu */
    size_t *pick;           /* scratch: columns to add */
    size_t *best;           /* scratch: per piece of work and segment, the most attractive columns */
};

/** An engine with the columns to start with. `whole`: all of them; `from`: those and the basis of another program, or NULL.  Then
    q->advanced says whether there is a start at all: without one q is of no use. */
strait_status rounds_open(strait_ctx *cx, struct lp *m, bool whole, const struct warm *from, double deadline,
                          struct rounds **out) MUST_USE;
/**
 * Run until nothing is attractive, infeasibility, or a limit: q->end; x and y are then the optimum, or y the ray.
 * May be called again after bounds of m changed and engine_refresh: it goes on from the basis it has.
 */
strait_status rounds_solve(strait_ctx *cx, struct rounds *q, double deadline) MUST_USE;
/** Load the columns of q->d that look best, and all of `col`. */
strait_status rounds_pick(strait_ctx *cx, struct rounds *q, const size_t *col, size_t n_col) MUST_USE;
/** start.c: columns and basis from a barrier's point. *begun = false: nothing is loaded, or no basis is set. */
strait_status start_advanced(strait_ctx *cx, struct rounds *q, double deadline, bool *begun) MUST_USE;
/** warm.c: columns and basis of another program's optimum. *begun = false: that is too far off, or the basis is refused. */
strait_status start_warm(strait_ctx *cx, struct rounds *q, const struct warm *from, double deadline, bool *begun) MUST_USE;
void rounds_free(struct rounds *q);

/** Does the answer leave work of an earlier priority class unmet while there is a later one? */
bool stages_needed(const struct lp *m, const double *x);
/** Minimise the unmet work of each class in order and close its row (or its columns, where it is all met). */
strait_status stages_close(strait_ctx *cx, struct lp *m, double deadline, struct solution *s) MUST_USE;

strait_status solve_once(strait_ctx *cx, struct lp *m, bool ranges, double deadline, struct solution *s) MUST_USE;

#endif
