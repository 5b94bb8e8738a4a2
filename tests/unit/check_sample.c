/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Correlated lognormal factors: their moments, their correlations, and matrices that cannot be. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "estimate/sample.h"

Suite *sample_suite(void);

static const char *const name[] = { "h200", "ascend", "tariff", "carbon" };
static const double sigma[] = { 0.3, 0.2, 0.5, 0 };
static const double mild[9] = { 1, 0.8, -0.3, 0.8, 1, 0, -0.3, 0, 1 };

enum { BLOCKS = 400, N_SAMPLE = BLOCKS * SCENARIO_BLOCK };

static strait_ctx *cx;

static void set_up(void)
{
    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
}

static void tear_down(void) { strait_ctx_free(cx); }

static struct sampler *sampler_of(size_t n, const double *correlation, uint64_t seed)
{
    struct sampler_spec p = { n, name, sigma, correlation, { seed, 1 } };
    struct sampler *s = NULL;

    ck_assert_msg(sampler_new(cx, &p, &s) == STRAIT_OK, "%s", cx->message);
    return s;
}

/* All samples of n factors, one row a factor. */
static double *draw(const struct sampler *s)
{
    struct factor_source f = sampler_source(s);
    double *m = calloc(f.n * SCENARIO_BLOCK, sizeof *m), *g = calloc(f.n * SCENARIO_BLOCK, sizeof *g);
    double *all = calloc(f.n * N_SAMPLE, sizeof *all);

    ck_assert(m && g && all);
    ck_assert_int_eq(linalg_ready(1), STRAIT_OK);
    for (uint64_t b = 0; b < BLOCKS; b++) {
        f.make(f.data, b, m, g);
        for (size_t i = 0; i < f.n; i++)
            memcpy(all + i * N_SAMPLE + b * SCENARIO_BLOCK, m + i * SCENARIO_BLOCK, SCENARIO_BLOCK * sizeof *m);
    }
    free(m);
    free(g);
    return all;
}

static double mean_of(const double *v)
{
    double sum = 0;

    for (int i = 0; i < N_SAMPLE; i++)
        sum += v[i];
    return sum / N_SAMPLE;
}

/* Correlation of the logarithms of two rows. */
static double correlation(const double *a, const double *b)
{
    double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;

    for (int i = 0; i < N_SAMPLE; i++) {
        double x = log(a[i]), y = log(b[i]);

        sa += x;
        sb += y;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    return (ab - sa * sb / N_SAMPLE) / sqrt((aa - sa * sa / N_SAMPLE) * (bb - sb * sb / N_SAMPLE));
}

START_TEST(factors_have_mean_1_and_their_spread)
{
    struct sampler *s = sampler_of(4, NULL, 1);
    double *v = draw(s);

    for (size_t i = 0; i < 4; i++) {
        double mean = mean_of(v + i * N_SAMPLE), square = 0, sd = sqrt(expm1(sigma[i] * sigma[i]));

        for (int k = 0; k < N_SAMPLE; k++)
            square += pow(log(v[i * N_SAMPLE + (size_t)k]) + 0.5 * sigma[i] * sigma[i], 2);
        ck_assert_msg(fabs(mean - 1) <= 4.5 * sd / sqrt(N_SAMPLE), "%s: mean %g", name[i], mean);
        ck_assert(fabs(sqrt(square / N_SAMPLE) - sigma[i]) <= 4.5 * sigma[i] / sqrt(2 * N_SAMPLE));
    }
    free(v);
    sampler_free(s);
}
END_TEST

START_TEST(logarithms_are_correlated_as_given)
{
    struct sampler *s = sampler_of(3, mild, 2);
    double *v = draw(s);

    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < i; j++) {
            double want = mild[i * 3 + j], got = correlation(v + i * N_SAMPLE, v + j * N_SAMPLE);

            ck_assert_msg(fabs(got - want) <= 4.5 * (1 - want * want) / sqrt(N_SAMPLE), "%s, %s: %g, not %g", name[i], name[j],
                          got, want);
        }
    free(v);
    sampler_free(s);
}
END_TEST

START_TEST(prices_that_move_as_one_do)
{
    static const double as_one[4] = { 1, 1, 1, 1 };
    struct sampler *s = sampler_of(2, as_one, 3);
    double *v = draw(s);

    for (int k = 0; k < N_SAMPLE; k++) {
        double a = log(v[k]) / sigma[0] + 0.5 * sigma[0], b = log(v[N_SAMPLE + k]) / sigma[1] + 0.5 * sigma[1];

        ck_assert(fabs(a - b) < 1e-3);
    }
    free(v);
    sampler_free(s);
}
END_TEST

START_TEST(seeds_differ_and_repeat)
{
    struct sampler *s[3] = { sampler_of(3, mild, 9), sampler_of(3, mild, 9), sampler_of(3, mild, 10) };
    double *v[3];

    for (int i = 0; i < 3; i++)
        v[i] = draw(s[i]);
    ck_assert(memcmp(v[0], v[1], 3 * N_SAMPLE * sizeof(double)) == 0);
    ck_assert(memcmp(v[0], v[2], 3 * N_SAMPLE * sizeof(double)) != 0);
    for (int i = 0; i < 3; i++) {
        free(v[i]);
        sampler_free(s[i]);
    }
}
END_TEST

/* A matrix that is refused, and words of the message. */
static const struct { double r[9]; const char *words; } bad[] = {
    { { 1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1 }, "contradict each other, at \"tariff\"" },
    { { 1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1 }, "least eigenvalue -0.8); all of them times 0.555 would do" },
    { { 1, 0, 0, 1.5, 1, 0, 0, 0, 1 }, "\"ascend\" and \"h200\" is 1.5; allowed: -1 to 1" },
    { { 1, 0, 0, (double)NAN, 1, 0, 0, 0, 1 }, "\"ascend\" and \"h200\" is nan" },
    { { 1, 0, 0, 0, 2, 0, 0, 0, 1 }, "\"ascend\" with itself is 2; allowed: 1" },
    { { 1, 0, 0.2, 0, 1, 0, 0.1, 0, 1 }, "\"tariff\" and \"h200\" is 0.1 one way and 0.2 the other" },
};

START_TEST(correlations_that_cannot_be_are_refused)
{
    struct sampler_spec p = { 3, name, sigma, bad[_i].r, { 1, 1 } };
    struct sampler *s = NULL;

    ck_assert_int_eq(sampler_new(cx, &p, &s), STRAIT_EINPUT);
    ck_assert_msg(strstr(cx->message, bad[_i].words) != NULL, "%s", cx->message);
    ck_assert_ptr_null(s);
}
END_TEST

/* The remedy that the message names works. */
START_TEST(correlations_times_the_share_told_are_taken)
{
    double r[9];

    for (int i = 0; i < 9; i++)
        r[i] = i % 4 == 0 ? 1 : bad[0].r[i] * 0.555;
    sampler_free(sampler_of(3, r, 1));
}
END_TEST

START_TEST(a_spread_that_cannot_be_is_refused)
{
    static const double wrong[] = { -0.1, (double)INFINITY, (double)NAN };

    for (int i = 0; i < 3; i++) {
        struct sampler_spec p = { 1, name, &wrong[i], NULL, { 1, 1 } };
        struct sampler *s = NULL;

        ck_assert_int_eq(sampler_new(cx, &p, &s), STRAIT_EINPUT);
        ck_assert(strstr(cx->message, "the spread of \"h200\"") != NULL);
    }
}
END_TEST

Suite *sample_suite(void)
{
    Suite *s = suite_create("sample");
    TCase *law = tcase_create("distribution"), *refuse = tcase_create("refusals");

    tcase_add_checked_fixture(law, set_up, tear_down);
    tcase_add_checked_fixture(refuse, set_up, tear_down);
    tcase_add_test(law, factors_have_mean_1_and_their_spread);
    tcase_add_test(law, logarithms_are_correlated_as_given);
    tcase_add_test(law, prices_that_move_as_one_do);
    tcase_add_test(law, seeds_differ_and_repeat);
    tcase_add_loop_test(refuse, correlations_that_cannot_be_are_refused, 0, (int)(sizeof bad / sizeof *bad));
    tcase_add_test(refuse, correlations_times_the_share_told_are_taken);
    tcase_add_test(refuse, a_spread_that_cannot_be_is_refused);
    suite_add_tcase(s, law);
    suite_add_tcase(s, refuse);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(sample_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
