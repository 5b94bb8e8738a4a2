/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only user of cblas.h, of LAPACK and of KLU.  Row-major.  BLAS runs on one thread; the threads above it are ours. */
#ifndef STRAIT_LINALG_LINALG_H
#define STRAIT_LINALG_LINALG_H

#include <stdbool.h>
#include <stddef.h>
#include "base/status.h"

/*
 * A block of C: 24 x 128 doubles are 24 kB, which stay in a first-level cache (32 kB and more) while they are made and
 * consumed; at this size OpenBLAS too is at its best for few features, because it does not pack.  Constants, so that the
 * order of sums never depends on the machine's caches, on the caller or on threads.
 */
enum { LINALG_ROWS = 24, LINALG_COLUMNS = 128 };

/* BLAS at one thread for this process; called once per library call that uses products. */
void linalg_single_thread(void);
/* The same, and room for the buffers of that many threads of ours.  STRAIT_ENOMEM when BLAS cannot have them. */
strait_status linalg_ready(int threads) MUST_USE;
/* One block of C (m x LINALG_COLUMNS) = A (m x k) * B (k x LINALG_COLUMNS), m <= LINALG_ROWS, after linalg_ready. */
void linalg_block(size_t m, size_t k, const double *a, const double *b, double *c);

/* The ways to make one: `usable` on this processor, best first; linalg_block takes the first that is (linalg_best). */
struct linalg_kernel {
    const char *name;       /* avx512, avx2, cblas */
    bool (*usable)(void);
    void (*block)(size_t m, size_t k, const double *a, const double *b, double *c);
};
const struct linalg_kernel *linalg_kernels(size_t *n);
const struct linalg_kernel *linalg_best(void);

/* C (m x n) = A (m x k) * B (k x n) by CBLAS, fixed blocks so that bits do not depend on callers' threads. STRAIT_EINPUT if a size exceeds int,
   STRAIT_ENOMEM if BLAS cannot have its buffer. */
strait_status linalg_product(size_t m, size_t n, size_t k, const double *a, const double *b, double *c) MUST_USE;

/* ---- symmetric matrices, n x n, row-major, read from the lower triangle ---- */

/* L of A = L L', zeros above the diagonal.  *definite is false where A has no such L: then l is unspecified and *at is the first
   row at which it fails. */
strait_status linalg_cholesky(size_t n, const double *a, double *l, bool *definite, size_t *at) MUST_USE;
/* The least eigenvalue of A. */
strait_status linalg_least_eigenvalue(size_t n, const double *a, double *out) MUST_USE;

/* ---- pieces of a structured factorisation (factor.c), in place, after linalg_ready ---- */

/* A (n x n) becomes L of A = L L' in its lower triangle. False: not positive definite. */
bool linalg_factor(size_t n, double *a) MUST_USE;
/* C (n x n, lower) += alpha A'A, A k x n; with `rows` alpha A A', A n x k. */
void linalg_rank_k(size_t n, size_t k, double alpha, const double *a, bool rows, double *c);
/* B (m x n) becomes B L^-T. */
void linalg_right_solve(size_t m, size_t n, const double *l, double *b);
/* x becomes L^-1 x, or L^-T x. */
void linalg_triangle_solve(size_t n, const double *l, bool transposed, double *x);
/* y += alpha A x (A m x n), or alpha A'x. */
void linalg_add_product(size_t m, size_t n, double alpha, const double *a, bool transposed, const double *x, double *y);

/* ---- sparse.c: sparse solutions of sparse equations ---- */

struct linalg_lu;
/* Factor B (n x n), by columns: entries begin[j] to begin[j + 1] - 1 of row and val (read only).  *out NULL: singular. */
strait_status linalg_lu_new(size_t n, int *begin, int *row, double *val, struct linalg_lu **out) MUST_USE;
void linalg_lu_free(struct linalg_lu *f);
/* The entries of B^-1 b that are not 0, in at and x (room for n); those of b, none twice, in row and b. */
size_t linalg_lu_solve(struct linalg_lu *f, size_t n_b, const int *row, const double *b, int *at, double *x);

/* ---- least squares; A is m x n by columns ---- */

/* x of min |A x - b| in b[0..n-1], and sqrt diag (A' A)^-1 in spread (or NULL); a and b are destroyed. */
strait_status linalg_least_squares(size_t m, size_t n, double *a, double *b, double *spread, bool *full_rank) MUST_USE;

#endif
