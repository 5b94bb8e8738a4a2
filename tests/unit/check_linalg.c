/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Products through BLAS against a triple loop, and their bits whatever the threads asked for. */
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
                                    { 40, 1300, 17 }, { 1, 2000, 1 } };

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

Suite *linalg_suite(void)
{
    Suite *s = suite_create("linalg");
    TCase *value = tcase_create("values"), *edge = tcase_create("edges"), *bits = tcase_create("bits");

    tcase_add_loop_test(value, product_equals_the_triple_loop, 0, (int)(sizeof shapes / sizeof *shapes));
    tcase_add_test(edge, no_features_give_zeros);
    tcase_add_test(edge, no_rows_or_columns_touch_nothing);
    tcase_add_test(edge, a_size_beyond_int_is_refused);
    tcase_add_test(bits, threads_asked_for_change_no_bit);
    suite_add_tcase(s, value);
    suite_add_tcase(s, edge);
    suite_add_tcase(s, bits);
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
