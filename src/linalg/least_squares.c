/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear least squares through LAPACK's QR factorisation. */
#include <limits.h>
#include <math.h>

#include "base/mem.h"
#include "linalg/linalg.h"

/* LAPACK's own names; the last arguments are the lengths of texts. */
void dgels_(const char *trans, const int *m, const int *n, const int *nrhs, double *a, const int *lda, double *b,
            const int *ldb, double *work, const int *lwork, int *info, size_t len);
void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t len);

/**
 * The x that minimises |A x - b|, by LAPACK's dgels (QR), and the square roots of the diagonal of (A' A)^-1, by dpotri on R.
 *
 * @param m,n       rows and columns, m >= n >= 1
 * @param a         m * n by columns (a[j * m + i]), destroyed
 * @param b         m, destroyed: x in its first n
 * @param spread    n, written: sqrt diag (A' A)^-1; may be NULL
 * @param full_rank written: false when A has dependent columns; then x is unspecified
 * @return STRAIT_OK, STRAIT_EINPUT (sizes beyond LAPACK's int), STRAIT_ENOMEM
 * Cost O(m n^2).  Test: tests/unit/check_linalg.c
 */
strait_status linalg_least_squares(size_t m, size_t n, double *a, double *b, double *spread, bool *full_rank)
{
    int rows = (int)m, columns = (int)n, one = 1, info = 0, n_work;
    strait_status st = m > INT_MAX / 64 || n > INT_MAX / 64 ? STRAIT_EINPUT : linalg_ready(1);
    double *work;

    if (st != STRAIT_OK)
        return st;
    n_work = 64 * columns;
    work = mem_calloc((size_t)n_work, sizeof *work);
    if (work == NULL)
        return STRAIT_ENOMEM;
    dgels_("N", &rows, &columns, &one, a, &rows, b, &rows, work, &n_work, &info, 1);
    mem_free(work);
    *full_rank = info == 0;
    if (info != 0 || spread == NULL)
        return STRAIT_OK;
    dpotri_("U", &columns, a, &rows, &info, 1);
    for (size_t j = 0; j < n; j++)
        spread[j] = sqrt(a[j * m + j]);
    return STRAIT_OK;
}
