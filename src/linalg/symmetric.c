/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Factors and eigenvalues of small symmetric matrices through LAPACK, which OpenBLAS holds. */
#include <limits.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/linalg.h"

/* LAPACK's own names: Debian's OpenBLAS comes without lapacke.h.  The last argument is the length of a text. */
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t len);
void dsyev_(const char *job, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
            const int *lwork, int *info, size_t len_job, size_t len_uplo);

static strait_status ready(size_t n)
{
    return n > INT_MAX / 8 ? STRAIT_EINPUT : linalg_ready(1);
}

/**
 * The Cholesky factor: A = L L', by LAPACK's dpotrf.
 *
 * @param n         rows
 * @param a         n * n, symmetric, borrowed; only the lower triangle is read
 * @param l         n * n, written: L, zeros above the diagonal
 * @param definite  written: false when A is not positive definite; then *at is the first row whose leading block is not
 * @return STRAIT_OK, STRAIT_EINPUT (n beyond LAPACK's int), STRAIT_ENOMEM
 * Cost O(n^3).  Test: tests/unit/check_linalg.c
 */
strait_status linalg_cholesky(size_t n, const double *a, double *l, bool *definite, size_t *at)
{
    int size = (int)n, info = 0;
    strait_status st = ready(n);

    if (st != STRAIT_OK)
        return st;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            l[i * n + j] = j <= i ? a[i * n + j] : 0;
    if (n > 0)
        dpotrf_("U", &size, l, &size, &info, 1);    /* what is lower by rows is upper by columns */
    *definite = info == 0;
    *at = info > 0 ? (size_t)info - 1 : 0;
    return STRAIT_OK;
}

/**
 * The least eigenvalue of a symmetric matrix, by LAPACK's dsyev.
 *
 * @param n    rows, at least 1
 * @param a    n * n, borrowed; only the lower triangle is read
 * @param out  written
 * @return STRAIT_OK, STRAIT_EINPUT (n beyond LAPACK's int, or no convergence), STRAIT_ENOMEM
 * Cost O(n^3).  Test: tests/unit/check_linalg.c
 */
strait_status linalg_least_eigenvalue(size_t n, const double *a, double *out)
{
    int size = (int)n, n_work = 8 * (int)n, info = 0;
    double *copy, *value, *work;
    strait_status st = ready(n);

    if (st != STRAIT_OK)
        return st;
    copy = mem_calloc(n * n + 9 * n, sizeof *copy);
    if (copy == NULL)
        return STRAIT_ENOMEM;
    value = copy + n * n;
    work = value + n;
    memcpy(copy, a, n * n * sizeof *copy);
    dsyev_("N", "U", &size, copy, &size, value, work, &n_work, &info, 1, 1);
    if (info == 0)
        *out = value[0];
    mem_free(copy);
    return info == 0 ? STRAIT_OK : STRAIT_EINPUT;
}
