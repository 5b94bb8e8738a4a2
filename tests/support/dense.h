/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dense systems by elimination, written from the mathematics; and programs for the solver's own copy (solve/matrix.h), by hand. */
#ifndef STRAIT_TESTS_DENSE_H
#define STRAIT_TESTS_DENSE_H

#include "solve/matrix.h"

/* A (n x n, row-major) and b are destroyed; b becomes x of A x = b.  False: singular to rounding.  Partial pivoting, O(n^3). */
bool dense_solve(size_t n, double *a, double *b);
/* Rank of A (m x n, row-major, destroyed): pivots above tol times the largest entry, complete pivoting. */
size_t dense_rank(size_t m, size_t n, double *a, double tol);

/*
 * A program for the barrier from whole rows: minimise cost'x, 0 <= x <= most, row i in [-, 0, +] of rhs by sense (matrix.h).
 * entry is n_row x n_col, zeros are no entries; row_block n_row.  Blocks of columns follow.  Free with hand_free.
 */
struct matrix *hand_matrix(size_t n_row, size_t n_col, int n_block, const double *entry, const int *row_block);
void hand_free(struct matrix *a);

#endif
