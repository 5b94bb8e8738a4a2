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

/**
 * Keep BLAS at one thread for this process: our threads are above it, and DGEMM's bits differ between 1 and 2 threads.
 * Cost O(1).  Test: tests/unit/check_linalg.c
 */
void linalg_single_thread(void)
{
    openblas_set_num_threads(1);
}

/*
 * OpenBLAS 0.3.21 maps a work buffer of 128 MiB for each thread that is inside a product at the same time, at the first
 * such product, and where it gets none, tries again for ever.  So the same room is asked for first; once it has a buffer
 * it keeps it.
 */
#define BLAS_BUFFER ((size_t)160 << 20)

static bool blas_has_room(int threads)
{
    static atomic_int has_buffers;
    int had = atomic_load(&has_buffers);
    size_t bytes;
    void *p;

    if (threads <= had)
        return true;
    bytes = (size_t)(threads - had) * BLAS_BUFFER;
    p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return false;
    (void)munmap(p, bytes);
    while (threads > had && !atomic_compare_exchange_weak(&has_buffers, &had, threads))
        ;
    return true;
}

/**
 * Make BLAS ready for products on as many threads of ours at the same time: one thread each, and room for their buffers.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM when BLAS could not have its buffers
 * Cost O(1).  Test: tests/unit/check_linalg.c
 */
strait_status linalg_ready(int threads)
{
    if (!blas_has_room(threads))
        return STRAIT_ENOMEM;
    linalg_single_thread();
    return STRAIT_OK;
}

/**
 * C = A * B, row-major, in fixed blocks.  k = 0 gives zeros; m = 0 or n = 0 does nothing.
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
    if (linalg_ready(1) != STRAIT_OK)
        return STRAIT_ENOMEM;
    for (size_t j = 0; j < n; j += LINALG_COLUMNS)
        for (size_t i = 0; i < m; i += LINALG_ROWS) {
            size_t mb = m - i < LINALG_ROWS ? m - i : LINALG_ROWS, nb = n - j < LINALG_COLUMNS ? n - j : LINALG_COLUMNS;

            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)mb, (int)nb, (int)k, 1.0, a + i * k, (int)k, b + j,
                        (int)n, 0.0, c + i * n + j, (int)n);
        }
    return STRAIT_OK;
}
