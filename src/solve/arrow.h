/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The normal equations of the barrier, with the structure that a planning program has (doc/SOLVER.md):
 *
 *   [ A D A' + E   B        ] [dy]   [r]
 *   [ B'          -diag(1/g)] [dx] = [s]      D, E, g > 0
 *
 * A: columns of one segment, or of the border alone; B: the few that reach over several segments (what is held).
 * Each segment is a block: rows of which no two share a column (demand, parallel) are eliminated by division, the
 * other rows (places) by one dense Cholesky factor; what is left is the border, rows that couple segments and the
 * columns of B.
 */
#ifndef STRAIT_SOLVE_ARROW_H
#define STRAIT_SOLVE_ARROW_H

#include "base/pool.h"
#include "solve/matrix.h"

struct arrow;

/** Order the rows of a, borrowed; `threads` factor blocks side by side. STRAIT_ENOMEM. */
strait_status arrow_new(strait_ctx *cx, const struct matrix *a, struct arrow **out) MUST_USE;
void arrow_free(struct arrow *w);
/**
 * Factor for the weights of columns (n_col) and of slacks (n_row, 0: the row has none). False: lost in rounding, as it may be where
 * a row of a block has neither a slack nor a column of its segment alone.
 */
bool arrow_factor(struct arrow *w, const double *col, const double *slack) MUST_USE;
/**
 * r (n_row) becomes dy.  dx (n_col): in, s at the columns of B; out, dx there; other entries are not touched.
 */
void arrow_solve(struct arrow *w, double *r, double *dx);
/** Columns of B and rows of the border: what the dense end of the factor costs. */
size_t arrow_border(const struct arrow *w);

#endif
