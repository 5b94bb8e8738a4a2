/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is fitted to a history, against numbers by hand and samples whose makers are known. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "study/history.h"
#include "support/oracle.h"

Suite *history_suite(void);

#define MANY 4000

static double of_two(const struct history *h, bool changes)
{
    double r[4];
    size_t still;

    ck_assert_int_eq(history_correlations(h, changes, r, &still), STRAIT_OK);
    ck_assert_uint_eq(still, SIZE_MAX);
    ck_assert(r[0] == 1 && r[3] == 1 && r[1] == r[2]);
    return r[1];
}

/* Scores of four rows: Phi^-1 of 1/8, 3/8, 5/8, 7/8.  Spearman's would be 0.8, Pearson's hang on the amounts. */
START_TEST(normal_scores_of_four_rows_are_those_by_hand)
{
    static const double v[] = {1, 2, 30, 40, 7, 9, 8, 10};
    double a = random_normal_quantile(0.125), b = random_normal_quantile(0.375);
    struct history h = {.n_row = 4, .n_col = 2, .v = v};

    ck_assert(near_rel(of_two(&h, false), (a * a - b * b) / (a * a + b * b), 1e-14));
}
END_TEST

/* Equal amounts share the score of their middle: 1/3, 1/3, 5/6 against 1/6, 1/2, 5/6. */
START_TEST(equal_amounts_have_one_score)
{
    static const double v[] = {5, 5, 6, 1, 2, 3};
    double p = random_normal_quantile(1.0 / 3), q = random_normal_quantile(5.0 / 6), mean = (2 * p + q) / 3;
    double x[] = {p - mean, p - mean, q - mean}, y[] = {-q, 0, q}, xy = 0, xx = 0, yy = 0;
    struct history h = {.n_row = 3, .n_col = 2, .v = v};

    for (size_t i = 0; i < 3; i++) {
        xy += x[i] * y[i];
        xx += x[i] * x[i];
        yy += y[i] * y[i];
    }
    ck_assert(near_rel(of_two(&h, false), xy / sqrt(xx * yy), 1e-13));
}
END_TEST

START_TEST(a_row_that_weighs_three_is_a_row_three_times)
{
    static const double v[] = {3, 1, 2, 5, 4, 10, 30, 20, 15, 40}, w[] = {3, 1, 2, 1, 0};
    static const double times[] = {3, 3, 3, 1, 2, 2, 5, 10, 10, 10, 30, 20, 20, 15};
    struct history weighed = {.n_row = 5, .n_col = 2, .v = v, .weight = w}, repeated = {.n_row = 7, .n_col = 2, .v = times};

    ck_assert(near_rel(of_two(&weighed, false), of_two(&repeated, false), 1e-13));
}
END_TEST

/* z = L g for R = 0.6, margins far from normal. */
static void make_pairs(double *v)
{
    struct random_source source = {17, 0};
    double g[2 * MANY];

    random_normals(&source, 0, MANY, 2, g, MANY);
    for (size_t i = 0; i < MANY; i++) {
        v[i] = exp(3 * g[i]);
        v[MANY + i] = 0.5 * erfc(-(0.6 * g[i] + 0.8 * g[MANY + i]) / sqrt(2));
    }
}

START_TEST(the_correlation_of_a_normal_copula_is_found_whatever_the_margins)
{
    static double v[2 * MANY];
    struct history h = {.n_row = MANY, .n_col = 2, .v = v};
    double found;

    make_pairs(v);
    found = of_two(&h, false);
    ck_assert_double_le(fabs(found - 0.6), 5 * (1 - 0.36) / sqrt(MANY));
    for (size_t i = 0; i < MANY; i++)
        v[i] = log(v[i]) + 100;
    ck_assert(of_two(&h, false) == found);
}
END_TEST

/* Two walks whose steps go 0.6 together, with a trend that would make their levels one. */
START_TEST(changes_are_not_deceived_by_a_trend)
{
    static double v[2 * MANY], g[2 * MANY];
    struct random_source source = {18, 0};
    struct history h = {.n_row = MANY, .n_col = 2, .v = v};
    double a = 0, b = 0;

    random_normals(&source, 0, MANY, 2, g, MANY);
    for (size_t i = 0; i < MANY; i++) {
        v[i] = exp(a += 0.01 + 0.02 * g[i]);
        v[MANY + i] = exp(b += 0.02 - 0.03 * (0.6 * g[i] + 0.8 * g[MANY + i]));
    }
    ck_assert_double_gt(of_two(&h, false), 0.99);
    ck_assert_double_le(fabs(of_two(&h, true) + 0.6), 5 * (1 - 0.36) / sqrt(MANY));
}
END_TEST

/* Over 1, 4 and 1 days the changes 2, 3, 1 are 2, 1.5, 1 by the root of the day: falling, as the other column's are. */
START_TEST(a_change_counts_by_the_root_of_its_time)
{
    double v[] = {1, exp(2), exp(5), exp(6), 1, exp(3), exp(5.5), exp(6.5)}, w[] = {1, 4, 1, 0};
    struct history h = {.n_row = 4, .n_col = 2, .v = v, .weight = w};

    ck_assert(near_rel(of_two(&h, true), 1, 1e-13));
    h.weight = NULL;
    ck_assert_double_lt(of_two(&h, true), 0.999);
}
END_TEST

START_TEST(a_column_that_never_moves_is_named)
{
    static const double v[] = {1, 3, 2, 2, 2, 2};
    struct history h = {.n_row = 3, .n_col = 2, .v = v}, one = {.n_row = 1, .n_col = 2, .v = v};
    double r[4];
    size_t still;

    ck_assert_int_eq(history_correlations(&h, false, r, &still), STRAIT_OK);
    ck_assert_uint_eq(still, 1);
    ck_assert_int_eq(history_correlations(&one, true, r, &still), STRAIT_OK);
    ck_assert_uint_eq(still, 0);
}
END_TEST

START_TEST(sigma_is_the_deviation_of_a_sample_of_logarithms)
{
    double v[] = {exp(1), exp(3), exp(2), exp(6)}, w[] = {1, 2, 1, 4};
    struct history h = {.n_row = 4, .n_col = 1, .v = v}, one = {.n_row = 1, .n_col = 1, .v = v}, two = {.n_row = 2, .n_col = 1, .v = v};

    ck_assert(near_rel(history_sigma(&h, false), sqrt((4 + 0 + 1 + 9) / 3.0), 1e-13));
    ck_assert(near_rel(history_sigma(&h, true), sqrt((1.0 / 9 + 64.0 / 9 + 49.0 / 9) / 2), 1e-13));    /* of 2, -1, 4: mean 5/3 */
    h.weight = w;      /* levels: mean (1 + 6 + 2 + 24) / 8; changes over 1, 2, 1: mean 5/4 */
    ck_assert(near_rel(history_sigma(&h, false), sqrt((9.765625 + 2 * 1.265625 + 4.515625 + 4 * 3.515625) / (8 - 22.0 / 8)), 1e-13));
    ck_assert(near_rel(history_sigma(&h, true), sqrt((0.5625 + 12.25 + 7.5625) / (4 - 6.0 / 4)), 1e-13));
    ck_assert(isnan(history_sigma(&one, false)) && isnan(history_sigma(&one, true)) && isnan(history_sigma(&two, true)));
}
END_TEST

/* A walk of 0.05 a day with drift, seen after 1 to 9 days: the mean of sigma^2 over 400 histories of 20 rows. */
START_TEST(a_walk_seen_at_odd_times_has_the_spread_of_a_day)
{
    double v[20], w[20], g[20], mean = 0, square = 0;
    struct history h = {.n_row = 20, .n_col = 1, .v = v, .weight = w};

    for (uint64_t k = 0; k < 400; k++) {
        struct random_source source = {k, 1};
        double x = 0;
        random_normals(&source, 0, 20, 1, g, 20);
        for (size_t i = 0; i < 20; i++) {
            v[i] = exp(x);
            w[i] = (double)(1 + i * 7 % 9);
            x += 0.03 * w[i] + 0.05 * sqrt(w[i]) * g[i];
        }
        double s = history_sigma(&h, true);
        mean += s * s / 400;
        square += s * s * s * s / 400;
    }
    ck_assert_double_le(fabs(mean - 0.0025), 5 * sqrt((square - mean * mean) / 400));
    ck_assert_double_gt(mean, 0.0015);
}
END_TEST

Suite *history_suite(void)
{
    Suite *suite = suite_create("history");
    TCase *t = tcase_create("fit");

    tcase_add_test(t, normal_scores_of_four_rows_are_those_by_hand);
    tcase_add_test(t, equal_amounts_have_one_score);
    tcase_add_test(t, a_row_that_weighs_three_is_a_row_three_times);
    tcase_add_test(t, the_correlation_of_a_normal_copula_is_found_whatever_the_margins);
    tcase_add_test(t, changes_are_not_deceived_by_a_trend);
    tcase_add_test(t, a_change_counts_by_the_root_of_its_time);
    tcase_add_test(t, a_column_that_never_moves_is_named);
    tcase_add_test(t, sigma_is_the_deviation_of_a_sample_of_logarithms);
    tcase_add_test(t, a_walk_seen_at_odd_times_has_the_spread_of_a_day);
    suite_add_tcase(suite, t);
    return suite;
}

int main(void)
{
    SRunner *r = srunner_create(history_suite());
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
