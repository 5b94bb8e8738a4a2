/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One block of a product, 24 x 128.  OpenBLAS 0.3.21 takes SSE2 kernels on processors newer than itself, some fifteen times
 * slower than they can, and its best ones first scale C; bench/README.md has the figures.  So the processors of the last ten
 * years have kernels of their own here, and all others take CBLAS.
 */
#include "linalg/linalg.h"

#include <assert.h>
#include <cblas.h>
#include <limits.h>

enum { COLUMNS = LINALG_COLUMNS };

static bool always(void) { return true; }

static void by_cblas(size_t m, size_t k, const double *a, const double *b, double *c)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)m, COLUMNS, (int)k, 1.0, a, (int)k, b, COLUMNS, 0.0, c,
                COLUMNS);
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

/*
 * Tiles of six rows: four (AVX-512) or two (AVX2) vectors a row fill 24 of 32 or 12 of 16 registers, which is enough
 * to hide the latency of the sums, and each number of A that is spread over a vector serves all of its row.
 */
#define SIX(X) X(0) X(1) X(2) X(3) X(4) X(5)

#define AVX512 __attribute__((target("avx512f")))
#define FIRST(r) \
    x = _mm512_set1_pd(a[r * k]); \
    __m512d s##r##0 = _mm512_mul_pd(x, b0), s##r##1 = _mm512_mul_pd(x, b1), s##r##2 = _mm512_mul_pd(x, b2), \
            s##r##3 = _mm512_mul_pd(x, b3);
#define ADD(r) \
    x = _mm512_set1_pd(a[r * k + l]); \
    s##r##0 = _mm512_fmadd_pd(x, b0, s##r##0); \
    s##r##1 = _mm512_fmadd_pd(x, b1, s##r##1); \
    s##r##2 = _mm512_fmadd_pd(x, b2, s##r##2); \
    s##r##3 = _mm512_fmadd_pd(x, b3, s##r##3);
#define STORE(r) \
    _mm512_storeu_pd(c + r * COLUMNS, s##r##0); \
    _mm512_storeu_pd(c + r * COLUMNS + 8, s##r##1); \
    _mm512_storeu_pd(c + r * COLUMNS + 16, s##r##2); \
    _mm512_storeu_pd(c + r * COLUMNS + 24, s##r##3);
#define LOAD512 \
    b0 = _mm512_loadu_pd(b); \
    b1 = _mm512_loadu_pd(b + 8); \
    b2 = _mm512_loadu_pd(b + 16); \
    b3 = _mm512_loadu_pd(b + 24);
#define SUM_AVX512(ROWS) \
    __m512d x, b0, b1, b2, b3; \
    LOAD512 \
    ROWS(FIRST) \
    for (size_t l = 1; l < k; l++) { \
        b += COLUMNS; \
        LOAD512 \
        ROWS(ADD) \
    } \
    ROWS(STORE)
#define ONE(X) X(0)

AVX512 static void six_rows_avx512(size_t k, const double *a, const double *b, double *c) { SUM_AVX512(SIX) }
AVX512 static void one_row_avx512(size_t k, const double *a, const double *b, double *c) { SUM_AVX512(ONE) }

AVX512 static void by_avx512(size_t m, size_t k, const double *a, const double *b, double *c)
{
    size_t six = m / 6 * 6;

    for (size_t j = 0; j < COLUMNS; j += 32) {
        for (size_t i = 0; i < six; i += 6)
            six_rows_avx512(k, a + i * k, b + j, c + i * COLUMNS + j);
        for (size_t i = six; i < m; i++)
            one_row_avx512(k, a + i * k, b + j, c + i * COLUMNS + j);
    }
}

static bool has_avx512(void) { return __builtin_cpu_supports("avx512f"); }

#undef FIRST
#undef ADD
#undef STORE

#define AVX2 __attribute__((target("avx2,fma")))
#define FIRST(r) \
    x = _mm256_set1_pd(a[r * k]); \
    __m256d s##r##0 = _mm256_mul_pd(x, b0), s##r##1 = _mm256_mul_pd(x, b1);
#define ADD(r) \
    x = _mm256_set1_pd(a[r * k + l]); \
    s##r##0 = _mm256_fmadd_pd(x, b0, s##r##0); \
    s##r##1 = _mm256_fmadd_pd(x, b1, s##r##1);
#define STORE(r) \
    _mm256_storeu_pd(c + r * COLUMNS, s##r##0); \
    _mm256_storeu_pd(c + r * COLUMNS + 4, s##r##1);
#define LOAD256 \
    b0 = _mm256_loadu_pd(b); \
    b1 = _mm256_loadu_pd(b + 4);
#define SUM_AVX2(ROWS) \
    __m256d x, b0, b1; \
    LOAD256 \
    ROWS(FIRST) \
    for (size_t l = 1; l < k; l++) { \
        b += COLUMNS; \
        LOAD256 \
        ROWS(ADD) \
    } \
    ROWS(STORE)

AVX2 static void six_rows_avx2(size_t k, const double *a, const double *b, double *c) { SUM_AVX2(SIX) }
AVX2 static void one_row_avx2(size_t k, const double *a, const double *b, double *c) { SUM_AVX2(ONE) }

AVX2 static void by_avx2(size_t m, size_t k, const double *a, const double *b, double *c)
{
    size_t six = m / 6 * 6;

    for (size_t j = 0; j < COLUMNS; j += 8) {
        for (size_t i = 0; i < six; i += 6)
            six_rows_avx2(k, a + i * k, b + j, c + i * COLUMNS + j);
        for (size_t i = six; i < m; i++)
            one_row_avx2(k, a + i * k, b + j, c + i * COLUMNS + j);
    }
}

static bool has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif

static const struct linalg_kernel kernel[] = {
#if defined(__x86_64__) && defined(__GNUC__)
    { "avx512", has_avx512, by_avx512 },
    { "avx2", has_avx2, by_avx2 },
#endif
    { "cblas", always, by_cblas },
};

/** All kernels of this build, the best first; the first that is usable is the one that linalg_block takes.  Cost O(1). */
const struct linalg_kernel *linalg_kernels(size_t *n)
{
    *n = sizeof kernel / sizeof *kernel;
    return kernel;
}

/** The kernel of linalg_block on this processor.  Cost O(1). */
const struct linalg_kernel *linalg_best(void)
{
    const struct linalg_kernel *v = kernel;

    while (!v->usable())
        v++;
    return v;
}

/**
 * One block, C = A * B, row-major.  Several threads may be in here at once.
 *
 * @param m,k  rows of A and C, at most LINALG_ROWS; columns of A, 1 to INT_MAX
 * @param a    m * k, borrowed
 * @param b    k * LINALG_COLUMNS, borrowed; best on a cache line's border, as c
 * @param c    m * LINALG_COLUMNS, written, may not overlap a or b
 * Precondition: linalg_ready for as many threads.  The order of each sum is that of k.  Cost O(m k).
 * Test: tests/unit/check_linalg.c
 */
void linalg_block(size_t m, size_t k, const double *a, const double *b, double *c)
{
    assert(m <= LINALG_ROWS && k >= 1 && k <= INT_MAX);
    linalg_best()->block(m, k, a, b, c);
}
