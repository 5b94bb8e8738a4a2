/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An independent judge of LP answers, written from the mathematics and from no code of src/.
 *
 *   minimise  constant + c'x   subject to   row_lo <= A x <= row_up,   col_lo <= x <= col_up
 *
 * A is m x n by columns: entries start[j] .. start[j+1]-1 of column j have row index[k] (0-based) and
 * value value[k].  Absent bounds are -INFINITY and INFINITY.
 *
 * For any y, with d = c - A'y, weak duality gives the bound
 *   D(y) = constant + sum_i (y_i > 0 ? y_i row_lo_i : y_i row_up_i) + sum_j (d_j > 0 ? d_j col_lo_j : d_j col_up_j)
 * on every feasible x.  A multiplier that leans on an absent bound is a dual violation, of its size.
 */
#ifndef STRAIT_TESTS_CERTIFICATE_H
#define STRAIT_TESTS_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>

struct cert_lp {
    size_t m, n;
    const size_t *start;    /* n + 1 */
    const int *index;
    const double *value;
    const double *row_lo, *row_up;
    const double *col_lo, *col_up;
    const double *cost;
    double constant;
};

struct cert_result {
    double primal;            /* largest violation of a bound or row, over 1 + |bound| */
    double dual;              /* largest multiplier on an absent bound, over 1 + |cost| (rows: over 1 + max |cost|) */
    double primal_objective;
    double dual_objective;    /* multipliers on absent bounds left out */
    double gap;               /* |primal - dual objective| over 1 + |primal objective| */
};

/* NaN anywhere in x, y or the data makes every figure infinite. */
struct cert_result cert_check(const struct cert_lp *lp, const double *x, const double *y);

/* All of cert_check within tol. */
bool cert_optimal(const struct cert_lp *lp, const double *x, const double *y, double tol);

/*
 * A Farkas proof, in the signs of the dual above: for y scaled to max |y| = 1, the least of y'r over the
 * row bounds exceeds the greatest of (A'y)'x over the column bounds.  Returns by how much; not above 0
 * (or -INFINITY) proves nothing.  |A'y|_j up to tol times the largest |y_i a_ij| of its column counts as
 * 0 on an absent bound.
 */
double cert_farkas(const struct cert_lp *lp, const double *y, double tol);

#endif
