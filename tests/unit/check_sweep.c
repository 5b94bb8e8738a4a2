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
