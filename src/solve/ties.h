/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: where other optimal plans exist. */
#ifndef STRAIT_SOLVE_TIES_H
#define STRAIT_SOLVE_TIES_H

#include "solve/solve.h"

/** Mark the workloads whose columns differ between two optimal plans a and b. */
void mark_moved(const struct lp *m, const double *a, const double *b, struct solution *s);
/**
 * Mark the workloads that can move on the face m, from its vertex x in which e ended; col: the n_col columns that are not fixed.
 * *sure = false: no way was found, but one may be hidden.
 */
strait_status find_alternatives(strait_ctx *cx, const struct lp *m, engine *e, const size_t *col, size_t n_col, const double *x,
                                struct solution *s, bool *sure) MUST_USE;

#endif
