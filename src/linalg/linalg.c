/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Products through CBLAS: fixed blocks, one thread. */
#include "linalg/linalg.h"

#include <cblas.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>

/* Not in every vendor's cblas.h; OpenBLAS exports it. */
void openblas_set_num_threads(int n);

/*
 * Columns of B and C taken at once.  512 columns x 32 features x 8 bytes = 128 kB: the block of prices stays in
 * a second-level cache while the rows of A pass over it.  A constant, so that the order of sums, and with it the
 * bits, never depends on the machine or on the caller.
 */
enum { BLOCK_COLUMNS = 512 };

/**
 * Keep BLAS at one thread for this process: our threads are above it, and DGEMM's bits differ between 1 and 2 threads.
 * Cost O(1).  Test: tests/unit/check_linalg.c
 */
void linalg_single_thread(void)
{
    openblas_set_num_threads(1);
}

/*
 * OpenBLAS 0.3.21 maps a work buffer of 128 MiB at its first product and, where it gets none, tries again for ever.  So
 * the same room is asked for first; once it has its buffer it keeps it.
 */
#define BLAS_BUFFER ((size_t)160 << 20)

static bool blas_has_room(void)
{
    static atomic_bool has_buffer;
    void *p;

    if (atomic_load(&has_buffer))
        return true;
    p = mmap(NULL, BLAS_BUFFER, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return false;
    (void)munmap(p, BLAS_BUFFER);
    atomic_store(&has_buffer, true);
    return true;
}

static void product_block(size_t m, size_t n, size_t k, const double *a, const double *b, double *c, size_t ld)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)m, (int)n, (int)k, 1.0, a, (int)k, b, (int)ld, 0.0,
                c, (int)ld);
}

/**
 * C = A * B, row-major, in fixed blocks of columns.  k = 0 gives zeros; m = 0 or n = 0 does nothing.
 *
 * @param m,n,k  rows of A and C, columns of B and C, columns of A
 * @param a      m * k, borrowed
 * @param b      k * n, borrowed
 * @param c      m * n, written, may not overlap a or b
 * @return STRAIT_OK, STRAIT_EINPUT when a size exceeds BLAS's int, STRAIT_ENOMEM when BLAS could not have its buffer
 * Cost O(m n k).  Test: tests/unit/check_linalg.c
 */
strait_status linalg_product(size_t m, size_t n, size_t k, const double *a, const double *b, double *c)
{
    if (m > INT_MAX || n > INT_MAX || k > INT_MAX)
        return STRAIT_EINPUT;
    if (m == 0 || n == 0)
        return STRAIT_OK;
    if (k == 0) {
        for (size_t i = 0; i < m * n; i++)
            c[i] = 0;
        return STRAIT_OK;
    }
    if (!blas_has_room())
        return STRAIT_ENOMEM;
    linalg_single_thread();
    for (size_t j = 0; j < n; j += BLOCK_COLUMNS) {
        size_t nb = n - j < BLOCK_COLUMNS ? n - j : BLOCK_COLUMNS;

        product_block(m, nb, k, a, b + j, c + j, n);
    }
    return STRAIT_OK;
}
