/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Products through BLAS against a triple loop, their bits whatever the threads asked for; Cholesky factors by hand; sparse equations. */
#include <check.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "linalg/linalg.h"

Suite *linalg_suite(void);

/* Numbers in [-1, 1) from a fixed sequence. */
static void fill(double *v, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        v[i] = (double)(seed >> 11) / 4503599627370496.0 - 1;
    }
}

struct product { size_t m, n, k; double *a, *b, *c; };

static struct product product_new(size_t m, size_t n, size_t k)
{
    struct product p = { m, n, k, calloc(m * k + 1, 8), calloc(k * n + 1, 8), calloc(m * n + 1, 8) };

    ck_assert(p.a && p.b && p.c);
    fill(p.a, m * k, 1);
    fill(p.b, k * n, 2);
    return p;
}

static void product_free(struct product *p)
{
    free(p->a);
    free(p->b);
    free(p->c);
}

static double by_hand(const struct product *p, size_t i, size_t j)
{
    double sum = 0;

    for (size_t l = 0; l < p->k; l++)
        sum += p->a[i * p->k + l] * p->b[l * p->n + j];
    return sum;
}

static const size_t shapes[][3] = { { 1, 1, 1 }, { 3, 2, 5 }, { 7, 511, 12 }, { 5, 512, 3 }, { 4, 513, 32 },
                                    { 40, 1300, 17 }, { 1, 2000, 1 },
                                    { LINALG_ROWS - 1, LINALG_COLUMNS - 1, 2 }, { LINALG_ROWS, LINALG_COLUMNS, 32 },
                                    { LINALG_ROWS + 1, LINALG_COLUMNS + 1, 40 } };

START_TEST(product_equals_the_triple_loop)
{
    struct product p = product_new(shapes[_i][0], shapes[_i][1], shapes[_i][2]);

    ck_assert_int_eq(linalg_product(p.m, p.n, p.k, p.a, p.b, p.c), STRAIT_OK);
    for (size_t i = 0; i < p.m; i++)
        for (size_t j = 0; j < p.n; j++) {
            double want = by_hand(&p, i, j);

            ck_assert_msg(fabs(p.c[i * p.n + j] - want) <= 1e-13 * (double)p.k, "%zu,%zu: %g, not %g", i, j,
                          p.c[i * p.n + j], want);
        }
    product_free(&p);
}
END_TEST

START_TEST(no_features_give_zeros)
{
    double c[6] = { 1, 2, 3, 4, 5, 6 };

    ck_assert_int_eq(linalg_product(2, 3, 0, c, c, c), STRAIT_OK);
    for (int i = 0; i < 6; i++)
        ck_assert(c[i] == 0);
}
END_TEST

START_TEST(no_rows_or_columns_touch_nothing)
{
    double c = 7;

    ck_assert_int_eq(linalg_product(0, 3, 2, &c, &c, &c), STRAIT_OK);
    ck_assert_int_eq(linalg_product(3, 0, 2, &c, &c, &c), STRAIT_OK);
    ck_assert(c == 7);
}
END_TEST

START_TEST(a_size_beyond_int_is_refused)
{
    double c = 7;
    size_t big = (size_t)INT_MAX + 1;

    ck_assert_int_eq(linalg_product(big, 1, 1, &c, &c, &c), STRAIT_EINPUT);
    ck_assert_int_eq(linalg_product(1, big, 1, &c, &c, &c), STRAIT_EINPUT);
    ck_assert_int_eq(linalg_product(1, 1, big, &c, &c, &c), STRAIT_EINPUT);
    ck_assert(c == 7);
}
END_TEST

/* OpenBLAS takes its threads from the environment or from a call: neither may change a bit. */
void openblas_set_num_threads(int n);

START_TEST(threads_asked_for_change_no_bit)
{
    struct product one = product_new(300, 1500, 24), many = product_new(300, 1500, 24);

    openblas_set_num_threads(1);
    ck_assert_int_eq(linalg_product(one.m, one.n, one.k, one.a, one.b, one.c), STRAIT_OK);
    openblas_set_num_threads(4);
    ck_assert_int_eq(linalg_product(many.m, many.n, many.k, many.a, many.b, many.c), STRAIT_OK);
    ck_assert(memcmp(one.c, many.c, one.m * one.n * sizeof(double)) == 0);
    product_free(&one);
    product_free(&many);
}
END_TEST

/* Every kernel that this processor can run, at every number of rows. */
START_TEST(each_kernel_equals_the_triple_loop)
{
    size_t n_kernel;
    const struct linalg_kernel *kernel = linalg_kernels(&n_kernel);
    struct product p = product_new((size_t)_i, LINALG_COLUMNS, 13);

    ck_assert_int_eq(linalg_ready(1), STRAIT_OK);
    for (size_t v = 0; v < n_kernel; v++) {
        if (!kernel[v].usable())
            continue;
        for (p.k = 1; p.k <= 13; p.k += 4) {
            memset(p.c, 0xff, p.m * p.n * sizeof *p.c);
            kernel[v].block(p.m, p.k, p.a, p.b, p.c);
            for (size_t i = 0; i < p.m; i++)
                for (size_t j = 0; j < p.n; j++)
                    ck_assert_msg(fabs(p.c[i * p.n + j] - by_hand(&p, i, j)) <= 1e-14, "%s, k %zu: %zu,%zu is %g", kernel[v].name,
                                  p.k, i, j, p.c[i * p.n + j]);
        }
    }
    ck_assert(linalg_best()->usable());
    product_free(&p);
}
END_TEST

/* A row's bits do not depend on the rows beside it. */
START_TEST(a_row_alone_has_the_bits_that_it_has_among_others)
{
    struct product p = product_new(LINALG_ROWS, LINALG_COLUMNS, 12);
    double c[LINALG_COLUMNS];

    ck_assert_int_eq(linalg_ready(1), STRAIT_OK);
    linalg_block(p.m, p.k, p.a, p.b, p.c);
    for (size_t i = 0; i < p.m && strcmp(linalg_best()->name, "cblas") != 0; i++) {
        linalg_block(1, p.k, p.a + i * p.k, p.b, c);
        ck_assert(memcmp(c, p.c + i * p.n, sizeof c) == 0);
    }
    product_free(&p);
}
END_TEST

START_TEST(room_for_buffers_beyond_all_memory_is_refused)
{
    ck_assert_int_eq(linalg_ready(1), STRAIT_OK);
    ck_assert_int_eq(linalg_ready(INT_MAX), STRAIT_ENOMEM);
    ck_assert_int_eq(linalg_ready(2), STRAIT_OK);
}
END_TEST

/* ---- symmetric matrices ---- */

START_TEST(the_factor_by_hand)
{
    /* L = (2; 6 1; -8 5 3) */
    double a[9] = { 4, 99, 99, 12, 37, 99, -16, -43, 98 }, want[9] = { 2, 0, 0, 6, 1, 0, -8, 5, 3 }, l[9];
    bool definite;
    size_t at;

    ck_assert_int_eq(linalg_cholesky(3, a, l, &definite, &at), STRAIT_OK);
    ck_assert(definite);
    for (int i = 0; i < 9; i++)
        ck_assert_msg(fabs(l[i] - want[i]) < 1e-14, "%d: %.17g, not %g", i, l[i], want[i]);
}
END_TEST

/* A = B B' + I of a random B. */
START_TEST(the_factor_times_itself_is_the_matrix)
{
    enum { N = 150 };
    struct product p = product_new(N, N, N);
    double *l = calloc(N * N, sizeof *l);
    bool definite;
    size_t at;

    ck_assert_ptr_nonnull(l);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            p.c[i * N + j] = i == j;
            for (size_t k = 0; k < N; k++)
                p.c[i * N + j] += p.a[i * N + k] * p.a[j * N + k];
        }
    ck_assert_int_eq(linalg_cholesky(N, p.c, l, &definite, &at), STRAIT_OK);
    ck_assert(definite);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double sum = 0;

            for (size_t k = 0; k < N; k++)
                sum += l[i * N + k] * l[j * N + k];
            ck_assert(fabs(sum - p.c[i * N + j]) < 1e-11);
            ck_assert(j <= i || l[i * N + j] == 0);
        }
    free(l);
    product_free(&p);
}
END_TEST

START_TEST(an_indefinite_matrix_is_told_with_its_row)
{
    double a[9] = { 1, 0, 0, 0, 1, 0, 0.9, -0.9, 1 }, l[9], least;
    bool definite = true;
    size_t at = 0;

    ck_assert_int_eq(linalg_cholesky(3, a, l, &definite, &at), STRAIT_OK);
    ck_assert(!definite);
    ck_assert_uint_eq(at, 2);
    ck_assert_int_eq(linalg_least_eigenvalue(3, a, &least), STRAIT_OK);
    ck_assert(fabs(least - (1 - 0.9 * sqrt(2))) < 1e-14);
}
END_TEST

START_TEST(no_rows_have_an_empty_factor)
{
    bool definite = false;
    size_t at;

    ck_assert_int_eq(linalg_cholesky(0, NULL, NULL, &definite, &at), STRAIT_OK);
    ck_assert(definite);
    ck_assert_int_eq(linalg_cholesky(SIZE_MAX, NULL, NULL, &definite, &at), STRAIT_EINPUT);
}
END_TEST

START_TEST(least_squares_fit_a_line_and_say_how_sure)
{
    /* y = 1 + 2 x at x = 0..3, by columns; (A' A)^-1 = [14 -6; -6 4] / 20 */
    double a[] = { 1, 1, 1, 1, 0, 1, 2, 3 }, b[] = { 1, 3, 5, 7 }, spread[2];
    bool full_rank;

    ck_assert_int_eq(linalg_least_squares(4, 2, a, b, spread, &full_rank), STRAIT_OK);
    ck_assert(full_rank);
    ck_assert_double_eq_tol(b[0], 1, 1e-12);
    ck_assert_double_eq_tol(b[1], 2, 1e-12);
    ck_assert_double_eq_tol(spread[0], sqrt(0.7), 1e-12);
    ck_assert_double_eq_tol(spread[1], sqrt(0.2), 1e-12);
}
END_TEST

START_TEST(dependent_columns_are_told)
{
    double a[] = { 1, 1, 1, 0, 0, 0 }, b[] = { 1, 2, 3 };
    bool full_rank;

    ck_assert_int_eq(linalg_least_squares(3, 2, a, b, NULL, &full_rank), STRAIT_OK);
    ck_assert(!full_rank);
}
END_TEST

/* n x n in blocks of at most 8 on the diagonal, some entries above them, rows and columns shuffled; by columns. */
struct sparse { size_t n; int *begin, *row; double *val; };

static struct sparse sparse_new(size_t n, uint64_t seed)
{
    struct sparse b = { n, calloc(n + 1, sizeof *b.begin), calloc(n * n + 1, sizeof *b.row), calloc(n * n + 1, sizeof *b.val) };
    double *v = calloc(2 * n * n + 1, sizeof *v);
    int last = 0;

    ck_assert(b.begin && b.row && b.val && v);
    fill(v, 2 * n * n, seed);
    for (size_t j = 0; j < n; j++) {
        size_t at = (7 * j + 3) % n;    /* the column of the shuffled matrix; rows go by 5 */
        for (size_t i = 0; i < n; i++) {
            bool block = i / 8 == at / 8, near = v[i * n + j] > (block ? 0.2 : 0.9);
            if (i == at || (near && (block || i < at))) {
                b.row[last] = (int)((5 * i + 1) % n);
                b.val[last++] = i == at ? 1.0 + v[n * n + i] / 2 : v[n * n + i * n / 2 + j / 2] * 3;
            }
        }
        b.begin[j + 1] = last;
    }
    free(v);
    return b;
}

static void sparse_free(struct sparse *b)
{
    free(b->begin);
    free(b->row);
    free(b->val);
}

static const size_t orders[] = { 1, 2, 9, 61, 128, 193 };   /* none shares a factor with 5 or 7 */

START_TEST(a_sparse_solution_solves_its_equations)
{
    struct sparse b = sparse_new(orders[_i], 11);
    size_t n = b.n, n_zero = 0;
    struct linalg_lu *f = NULL;
    int *at = calloc(n, sizeof *at);
    double *x = calloc(n, sizeof *x), *sum = calloc(n, sizeof *sum);

    ck_assert(at && x && sum);
    ck_assert_int_eq(linalg_lu_new(n, b.begin, b.row, b.val, &f), STRAIT_OK);
    ck_assert_ptr_nonnull(f);
    for (size_t i = 0; i < 2 * n; i++) {    /* a unit, then two entries: nothing is left behind of those before */
        int row[] = { (int)(i % n), (int)((i + n / 2) % n) };
        double side[] = { 1.0, -3.0 };
        size_t n_x = linalg_lu_solve(f, i < n || n == 1 ? 1 : 2, row, side, at, x);
        double most = 3.0;
        memset(sum, 0, n * sizeof *sum);
        for (size_t k = 0; k < n_x; k++)
            for (int p = b.begin[at[k]]; p < b.begin[at[k] + 1]; p++) {
                sum[b.row[p]] += b.val[p] * x[k];
                most = fmax(most, fabs(b.val[p] * x[k]));
            }
        sum[row[0]] -= side[0];
        sum[row[1]] -= i < n || n == 1 ? 0.0 : side[1];
        for (size_t r = 0; r < n; r++)
            ck_assert_double_le(fabs(sum[r]), 1e-12 * most);
        n_zero += n - n_x;
    }
    ck_assert(n < 9 || n_zero > n * n / 8);
    linalg_lu_free(f);
    sparse_free(&b);
    free(at);
    free(x);
    free(sum);
}
END_TEST

START_TEST(a_singular_matrix_has_no_factors)
{
    int begin[] = { 0, 2, 4, 5 }, row[] = { 0, 1, 0, 1, 2 }, none[] = { 0, 1, 1 }, zero = 0;
    double val[] = { 1, 2, 2, 4, 1 };
    struct linalg_lu *f;

    ck_assert_int_eq(linalg_lu_new(3, begin, row, val, &f), STRAIT_OK);
    ck_assert_ptr_null(f);
    ck_assert_int_eq(linalg_lu_new(2, none, row, val, &f), STRAIT_OK);
    ck_assert_ptr_null(f);
    ck_assert_int_eq(linalg_lu_new(0, &zero, row, val, &f), STRAIT_EINPUT);
}
END_TEST

Suite *linalg_suite(void)
{
    Suite *s = suite_create("linalg");
    TCase *value = tcase_create("values"), *edge = tcase_create("edges"), *bits = tcase_create("bits"),
          *symmetric = tcase_create("symmetric"), *sparse = tcase_create("sparse");

    tcase_add_loop_test(value, product_equals_the_triple_loop, 0, (int)(sizeof shapes / sizeof *shapes));
    tcase_add_test(edge, no_features_give_zeros);
    tcase_add_test(edge, no_rows_or_columns_touch_nothing);
    tcase_add_test(edge, a_size_beyond_int_is_refused);
    tcase_add_test(bits, threads_asked_for_change_no_bit);
    tcase_add_loop_test(value, each_kernel_equals_the_triple_loop, 1, LINALG_ROWS + 1);
    tcase_add_test(bits, a_row_alone_has_the_bits_that_it_has_among_others);
    tcase_add_test(edge, room_for_buffers_beyond_all_memory_is_refused);
    tcase_add_test(symmetric, the_factor_by_hand);
    tcase_add_test(symmetric, the_factor_times_itself_is_the_matrix);
    tcase_add_test(symmetric, an_indefinite_matrix_is_told_with_its_row);
    tcase_add_test(symmetric, no_rows_have_an_empty_factor);
    tcase_add_test(symmetric, least_squares_fit_a_line_and_say_how_sure);
    tcase_add_test(symmetric, dependent_columns_are_told);
    suite_add_tcase(s, value);
    suite_add_tcase(s, edge);
    suite_add_tcase(s, bits);
    tcase_add_loop_test(sparse, a_sparse_solution_solves_its_equations, 0, (int)(sizeof orders / sizeof *orders));
    tcase_add_test(sparse, a_singular_matrix_has_no_factors);
    suite_add_tcase(s, symmetric);
    suite_add_tcase(s, sparse);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(linalg_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
