/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dense pieces of a structured factorisation, in place, row-major, lower triangles.  After linalg_ready. */
#include <cblas.h>
#include <limits.h>
#include "linalg/linalg.h"

void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t len);

/**
 * A (n x n, lower triangle) becomes L of A = L L'; what is above the diagonal is left as it is.
 *
 * @return false when A is not positive definite (or n = 0 gives true)
 * Cost O(n^3).  Test: tests/unit/check_linalg.c
 */
bool linalg_factor(size_t n, double *a)
{
    int size = (int)n, info = 0;

    if (n > 0)
        dpotrf_("U", &size, a, &size, &info, 1);    /* what is lower by rows is upper by columns */
    return info == 0;
}

/**
 * C (n x n, lower triangle) += alpha * A' A with A k x n (rows = false), or alpha * A A' with A n x k (rows = true).
 * Cost O(k n^2).  Test: tests/unit/check_linalg.c
 */
void linalg_rank_k(size_t n, size_t k, double alpha, const double *a, bool rows, double *c)
{
    if (n > 0 && k > 0)
        cblas_dsyrk(CblasRowMajor, CblasLower, rows ? CblasNoTrans : CblasTrans, (int)n, (int)k, alpha, a, (int)(rows ? k : n), 1.0, c,
                    (int)n);
}

/** B (m x n) becomes B L^-T. Cost O(m n^2). */
void linalg_right_solve(size_t m, size_t n, const double *l, double *b)
{
    if (m > 0 && n > 0)
        cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int)m, (int)n, 1.0, l, (int)n, b, (int)n);
}

/** x (n) becomes L^-1 x, or L^-T x when transposed. Cost O(n^2). */
void linalg_triangle_solve(size_t n, const double *l, bool transposed, double *x)
{
    if (n > 0)
        cblas_dtrsv(CblasRowMajor, CblasLower, transposed ? CblasTrans : CblasNoTrans, CblasNonUnit, (int)n, l, (int)n, x, 1);
}

/** y += alpha * A x, or alpha * A' x when transposed; A m x n. Cost O(m n). */
void linalg_add_product(size_t m, size_t n, double alpha, const double *a, bool transposed, const double *x, double *y)
{
    if (m > 0 && n > 0)
        cblas_dgemv(CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, (int)m, (int)n, alpha, a, (int)n, x, 1, 1.0, y, 1);
}
