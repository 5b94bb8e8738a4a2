/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenario k of a sweep from its number alone, with the distributions that the file asks for. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/sweep.h"
#include "support/oracle.h"
#include "support/scratch.h"

Suite *sweep_suite(void);

static strait_ctx *cx;
static struct sweep *s;
static strait_case *base;

static void set_up(void)
{
    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
    scratch_begin();
}

static void tear_down(void)
{
    sweep_free(s);
    case_free(base);
    s = NULL;
    base = NULL;
    scratch_end();
    strait_ctx_free(cx);
}

static void load(const char *text)
{
    char whole[4096];
    const char *src = getenv("STRAIT_SRCDIR");

    snprintf(whole, sizeof whole, "base = \"%s/tests/data/tiny/case.cfg\"; %s", src ? src : ".", text);
    ck_assert_msg(sweep_load(cx, scratch_text("sweep.cfg", whole), NULL, 0, &s, &base) == STRAIT_OK, "%s", cx->message);
}

static double value_of(uint64_t k, size_t i)
{
    arena *a = arena_new();
    struct sweep_scenario x;
    double v;

    ck_assert_int_eq(sweep_expand(s, k, a, &x), STRAIT_OK);
    ck_assert_uint_lt(i, x.n);
    v = strtod(x.input[i].value + (x.input[i].value[0] == '*'), NULL);
    arena_free(a);
    return v;
}

START_TEST(a_product_counts_its_last_part_fastest)
{
    static const char *const want[] = {"a*0.5 10", "a*0.5 20", "a*1 10", "a*1 20", "b*0.5 10", "b*0.5 20", "b*1 10", "b*1 20"};

    load("scenarios = ( { name = \"a\"; }, { name = \"b\"; } );"
         "grids = ( { path = \"offers.*.price\"; times = [ 0.5, 1 ]; }, { path = \"workloads.tune.penalty\"; values = [ 10, 20 ]; } );");
    ck_assert_uint_eq(s->n, 8);
    for (uint64_t k = 0; k < 8; k++) {
        arena *a = arena_new();
        struct sweep_scenario x;
        char got[64];
        ck_assert_int_eq(sweep_expand(s, k, a, &x), STRAIT_OK);
        snprintf(got, sizeof got, "%s%s %s", x.name, x.input[0].value, x.input[1].value);
        ck_assert_str_eq(got, want[k]);
        ck_assert(near_rel(x.weight, 0.25, 1e-15));
        arena_free(a);
    }
}
END_TEST

START_TEST(a_range_has_both_ends_and_plain_numbers)
{
    load("grids = ( { path = \"offers.*.price\"; times = \"0.8:1.2:0.05\"; } );");
    ck_assert_uint_eq(s->n, 9);
    ck_assert_str_eq(s->grid.v[0].value.v[0], "*0.8");
    ck_assert_str_eq(s->grid.v[0].value.v[1], "*0.85");
    ck_assert_str_eq(s->grid.v[0].value.v[8], "*1.2");
}
END_TEST

#define DRAWS 20000

/* Means and deviations within 5 standard errors; the event 0.3 of the time; correlation as asked for, of the normals. */
START_TEST(draws_have_the_distributions_and_correlations_asked_for)
{
    double m[2] = {0}, v[2] = {0}, cross = 0;

    load("draws = 20000; seed = 11; quantities = ( { name = \"p\"; path = \"offers.*.price\"; sigma = 0.2; },"
         "{ name = \"q\"; path = \"demands.*.requests\"; sigma = 0.2; }, { name = \"u\"; path = \"sites.*.tariff\"; spread = 0.25; } );"
         "correlations = ( { a = \"p\"; b = \"q\"; value = 0.6; } );");
    for (uint64_t k = 0; k < DRAWS; k++) {
        double z[2], u = value_of(k, 2);
        for (size_t i = 0; i < 2; i++) {
            z[i] = log(value_of(k, i)) / 0.2 + 0.1;
            m[i] += z[i] / DRAWS;
            v[i] += z[i] * z[i] / DRAWS;
        }
        cross += z[0] * z[1] / DRAWS;
        ck_assert(u >= 0.75 && u <= 1.25);
    }
    for (size_t i = 0; i < 2; i++) {
        ck_assert_double_le(fabs(m[i]), 5 / sqrt(DRAWS));
        ck_assert_double_le(fabs(v[i] - 1), 5 * sqrt(2.0 / DRAWS));
    }
    ck_assert_double_le(fabs(cross - 0.6), 5 * sqrt((1 + 0.36) / DRAWS));
}
END_TEST

START_TEST(an_event_happens_as_often_as_its_probability_and_with_what_it_is_correlated)
{
    size_t happened = 0;
    double with = 0, without = 0;

    load("draws = 20000; events = ( { name = \"e\"; probability = 0.3; set = [ \"title=yes\" ]; otherwise = [ \"title=no\" ]; } );"
         "quantities = ( { name = \"p\"; path = \"offers.*.price\"; sigma = 0.2; } ); correlations = ( { a = \"e\"; b = \"p\"; value = 0.8; } );");
    for (uint64_t k = 0; k < DRAWS; k++) {
        arena *a = arena_new();
        struct sweep_scenario x;
        ck_assert_int_eq(sweep_expand(s, k, a, &x), STRAIT_OK);
        bool yes = strcmp(x.input[0].value, "yes") == 0;
        ck_assert_str_eq(x.name, yes ? "base+e" : "base");
        happened += yes;
        *(yes ? &with : &without) += log(strtod(x.input[1].value + 1, NULL));
        arena_free(a);
    }
    ck_assert_double_le(fabs((double)happened / DRAWS - 0.3), 5 * sqrt(0.21 / DRAWS));
    ck_assert_double_gt(with / (double)happened, without / (double)(DRAWS - happened) + 0.2);
}
END_TEST

START_TEST(a_scenario_is_the_same_whatever_was_made_before_it)
{
    double first[50];

    load("draws = 50; seed = 5; quantities = ( { name = \"p\"; path = \"offers.*.price\"; sigma = 0.2; } );");
    for (uint64_t k = 0; k < 50; k++)
        first[k] = value_of(k, 0);
    for (uint64_t k = 50; k-- > 0;)
        ck_assert(value_of(k, 0) == first[k]);
    ck_assert(first[0] != first[1]);
}
END_TEST

START_TEST(the_digest_hangs_on_what_is_asked_and_not_on_where_it_lies)
{
    char one[65];
    static const char *const more[] = {"offers.east_own.count=2000"};

    load("seed = 5; draws = 2; quantities = ( { name = \"p\"; path = \"offers.*.price\"; sigma = 0.2; } );");
    memcpy(one, s->digest, sizeof one);
    sweep_free(s);
    case_free(base);
    ck_assert_int_eq(sweep_load(cx, scratch_path("sweep.cfg"), more, 1, &s, &base), STRAIT_OK);
    ck_assert_str_ne(one, s->digest);
    sweep_free(s);
    case_free(base);
    load("seed = 6; draws = 2; quantities = ( { name = \"p\"; path = \"offers.*.price\"; sigma = 0.2; } );");
    ck_assert_str_ne(one, s->digest);
}
END_TEST

/* The pairs of the file below, by their first; 0: no such pair. */
static bool is_row(double a, double b) { return (a == 1 && b == 7) || (a == 2 && b == 5) || (a == 3 && b == 9) || (a == 4 && b == 1); }

#define TWO_OF_A_HISTORY(more) "draws = 2000; seed = 2; quantities = (" \
    "{ name = \"p\"; path = \"offers.*.price\"; history = \"h.csv\"; column = \"a\"; as = \"values\"; " more " }," \
    "{ name = \"q\"; path = \"sites.*.tariff\"; history = \"h.csv\"; column = \"b\"; as = \"values\"; " more " } );"

START_TEST(joint_quantities_draw_one_row_and_others_their_own)
{
    size_t rows = 0, often[5] = {0};

    (void)scratch_text("h.csv", "a,b\n3,9\n1,7\n4,1\n2,5\n");
    load(TWO_OF_A_HISTORY("joint = true;"));
    for (uint64_t k = 0; k < 2000; k++) {
        ck_assert(is_row(value_of(k, 0), value_of(k, 1)));
        often[(size_t)value_of(k, 0)]++;
    }
    for (size_t a = 1; a <= 4; a++)
        ck_assert_double_le(fabs((double)often[a] / 2000 - 0.25), 5 * sqrt(0.1875 / 2000));
    sweep_free(s);
    case_free(base);
    load(TWO_OF_A_HISTORY(""));
    for (uint64_t k = 0; k < 2000; k++)
        rows += is_row(value_of(k, 0), value_of(k, 1));
    ck_assert_double_le(fabs((double)rows / 2000 - 0.25), 5 * sqrt(0.1875 / 2000));
}
END_TEST

/* Prices 1, 2, 3, 4 weigh 1, 0, 6, 3 tenths: by a column, or by the days until the next. */
START_TEST(a_row_is_drawn_as_often_as_it_weighs)
{
    static const char *const how[] = {"weight = \"w\";", "since = \"from\"; until = \"2026-01-11\";", "since = \"from\";"};
    static const double share[3][5] = {{0, 0.1, 0, 0.6, 0.3}, {0, 0.1, 0.0, 0.6, 0.3}, {0, 1.0 / 7, 0, 6.0 / 7, 0}};

    (void)scratch_text("h.csv", "a,b,w,from\n1,8,2,2026-01-01\n3,8,12,2026-01-02\n4,8,6,2026-01-08\n");
    for (size_t i = 0; i < 3; i++) {
        double often[5] = {0};
        char text[400];
        snprintf(text, sizeof text, "draws = 5000; seed = 4; quantities = ( { name = \"p\"; path = \"offers.*.price\"; history = \"h.csv\";"
                                    " column = \"a\"; as = \"values\"; %s } );", how[i]);
        load(text);
        for (uint64_t k = 0; k < 5000; k++)
            often[(size_t)value_of(k, 0)] += 1.0 / 5000;
        for (size_t a = 1; a <= 4; a++)
            ck_assert_double_le(fabs(often[a] - share[i][a]), 5 * sqrt(share[i][a] * (1 - share[i][a]) / 5000));
        sweep_free(s);
        case_free(base);
    }
    load("draws = 9; quantities = ( { name = \"p\"; path = \"offers.*.price\"; history = \"h.csv\"; column = \"a\"; weight = \"w\"; } );");
    ck_assert(near_rel(s->quantity.v[0].history[2], 4 / 3.1, 1e-15));      /* over the mean by weight */
}
END_TEST

/* The normals of a fit are as the history is; a column of its own makes a matrix that is singular, and draws that are one. */
START_TEST(a_fit_makes_draws_that_go_together_as_the_history_did)
{
    double cross = 0;

    (void)scratch_text("h.csv", "a,b\n1,4\n2,9\n1.5,7\n3,8\n2.5,9.5\n2,5\n4,6\n");
    load("draws = 20000; seed = 6; quantities = ( { name = \"p\"; path = \"offers.*.price\"; sigma = 0.2; },"
         "{ name = \"b\"; path = \"demands.*.requests\"; sigma = 0.2; }, { name = \"twin\"; path = \"sites.*.tariff\"; sigma = 0.2; } );"
         "correlations = ( { history = \"h.csv\"; of = \"levels\"; quantities = [ \"p\", \"b\", \"twin\" ]; columns = [ \"a\", \"b\", \"b\" ]; } );");
    double wanted = s->correlation[1];
    ck_assert(wanted > 0.1 && wanted < 0.9 && s->from[1] == SWEEP_FITTED);
    for (uint64_t k = 0; k < DRAWS; k++) {
        cross += (log(value_of(k, 0)) / 0.2 + 0.1) * (log(value_of(k, 1)) / 0.2 + 0.1) / DRAWS;
        ck_assert(near_rel(value_of(k, 1), value_of(k, 2), 1e-4));
    }
    ck_assert_double_le(fabs(cross - wanted), 5 * sqrt((1 + wanted * wanted) / DRAWS));
}
END_TEST

static void expect_opposites(void)
{
    for (uint64_t k = 0; k < 50; k++)
        ck_assert(near_rel(log(value_of(k, 0)) + 0.02, -(log(value_of(k, 1)) + 0.02), 1e-3));
}

#define OPPOSITES(how) "draws = 50; seed = 6; quantities = ( { name = \"a\"; path = \"offers.*.price\"; sigma = 0.2; }," \
    "{ name = \"b\"; path = \"demands.*.requests\"; sigma = 0.2; } ); correlations = ( { " how " } );"

START_TEST(a_matrix_may_be_singular_and_two_rows_are_a_warning)
{
    (void)scratch_text("h.csv", "a,b\n1,9\n2,4\n");
    load(OPPOSITES("a = \"a\"; b = \"b\"; value = -1;"));
    ck_assert_uint_eq(cx->n_warning, 0);
    expect_opposites();
    sweep_free(s);
    case_free(base);
    load(OPPOSITES("history = \"h.csv\"; of = \"levels\"; quantities = [ \"a\", \"b\" ];"));
    ck_assert_uint_eq(cx->n_warning, 1);
    expect_opposites();
}
END_TEST

START_TEST(a_fitted_sigma_is_that_of_the_rows_ahead)
{
    (void)scratch_text("h.csv", "a\n1\n2.718281828459045\n1\n20.085536923187668\n");      /* changes 1, -1, 3 */
    load("draws = 2; quantities = ( { name = \"p\"; path = \"offers.*.price\"; sigma = \"fitted\"; history = \"h.csv\"; column = \"a\"; ahead = 4; },"
         "{ name = \"q\"; path = \"offers.*.price\"; sigma = \"fitted\"; history = \"h.csv\"; column = \"a\"; of = \"levels\"; } );");
    ck_assert(near_rel(s->quantity.v[0].size, 2 * 2, 1e-14));
    ck_assert(near_rel(s->quantity.v[1].size, sqrt(2), 1e-14));      /* of 0, 1, 0, 3 */
}
END_TEST

Suite *sweep_suite(void)
{
    Suite *suite = suite_create("sweep");
    TCase *t = tcase_create("sweep");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, a_product_counts_its_last_part_fastest);
    tcase_add_test(t, a_range_has_both_ends_and_plain_numbers);
    tcase_add_test(t, draws_have_the_distributions_and_correlations_asked_for);
    tcase_add_test(t, an_event_happens_as_often_as_its_probability_and_with_what_it_is_correlated);
    tcase_add_test(t, a_scenario_is_the_same_whatever_was_made_before_it);
    tcase_add_test(t, joint_quantities_draw_one_row_and_others_their_own);
    tcase_add_test(t, a_row_is_drawn_as_often_as_it_weighs);
    tcase_add_test(t, a_fit_makes_draws_that_go_together_as_the_history_did);
    tcase_add_test(t, a_matrix_may_be_singular_and_two_rows_are_a_warning);
    tcase_add_test(t, a_fitted_sigma_is_that_of_the_rows_ahead);
    tcase_add_test(t, the_digest_hangs_on_what_is_asked_and_not_on_where_it_lies);
    suite_add_tcase(suite, t);
    return suite;
}

int main(void)
{
    SRunner *r = srunner_create(sweep_suite());
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
