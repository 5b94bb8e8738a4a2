/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A compact copy of the program for the barrier and the crash basis: columns in the engine's units, costs in its money and
 * a hair apart (matrix.c).  Columns that cannot move are left out, their part is in the right-hand sides.
 */
#ifndef STRAIT_SOLVE_MATRIX_H
#define STRAIT_SOLVE_MATRIX_H

#include "lp/lp.h"

/* Where a column's rows lie; a block is a segment. */
enum { BLOCK_NONE = -1, BLOCK_LINK = -2 };  /* only rows of the border; rows of several blocks */

struct matrix {
    size_t n_row, n_col;
    size_t *start;          /* n_col + 1 */
    int *row;
    double *val;
    double *cost, *most;    /* n_col: cost, upper bound (lower bound 0) */
    size_t *source;         /* n_col: column of the lp; in order of their segments, then of the lp */
    double *rhs;            /* n_row */
    signed char *sense;     /* n_row: 0 equality, 1 at most, -1 at least, 2 no bound at all */
    int n_block;
    int *row_block;         /* n_row: block, or BLOCK_NONE for the border */
    int *col_block;         /* n_col: block, BLOCK_NONE or BLOCK_LINK */
};

strait_status matrix_new(strait_ctx *cx, const struct lp *m, struct matrix **out) MUST_USE;
void matrix_free(struct matrix *a);

/** r += alpha A x. */
void matrix_add_product(const struct matrix *a, double alpha, const double *x, double *r);
/** The product of column j with y. */
static inline double matrix_dot(const struct matrix *a, size_t j, const double *y)
{
    double sum = 0.0;

    for (size_t k = a->start[j]; k < a->start[j + 1]; k++)
        sum += a->val[k] * y[a->row[k]];
    return sum;
}

#endif
