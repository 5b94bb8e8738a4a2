/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of limits by hand: every quantity, every time, use and what is held. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "support/lp_bench.h"
#include "support/oracle.h"

Suite *lp_limit_suite(void);

/*
 * Two days, the second in the next month.  Training draws 0.85 of 1000 W, PUE 1.5: rented 1.275 kWh an hour, held 0.3
 * idle and 0.975 above it.  On a day of 24 h one accelerator of `rent` costs 48, of `lease` (from the first day) 24.
 */
static const struct small_record base[] = {
    { KIND_settings, "start=2027-01-31; period=day; periods=2" },
    { KIND_company, "name=acme; seat=CN" },
    { KIND_accelerator, "name=chip; vendor=v; family=f; bf16=500; memory=80; memory_bandwidth=3000; rated_power=1000; idle_power=200" },
    { KIND_site, "name=site; country=CN; shore=onshore; pue=1.5; tariff=0.1; carbon=500" },
    { KIND_site, "name=away; country=MY; shore=offshore; pue=1.5; tariff=0.1; carbon=500" },
    { KIND_offer, "name=rent; site=away; accelerator=chip; contract=on_demand; price=2; count=8; includes=power" },
    { KIND_offer, "name=own; site=site; accelerator=chip; contract=owned; count=10; includes=power" },
    { KIND_offer, "name=lease; site=site; accelerator=chip; contract=lease; price=1; term=30; maximum=32; start_grid=once; includes=power" },
    { KIND_model, "name=m; total_params=8; active_params=8; layers=32; hidden=4096" },
    { KIND_workload, "name=run; company=acme; task=training; model=m; tokens=864000000" },
    { KIND_pinned_rate, "workload=run; accelerator=chip; phase=train; rate=1000" },
    { KIND_settings, NULL },
};

#define BY_WORKLOAD "; when=workload.name == 'run'"

static struct lp_bench bench(const char *rule)
{
    const struct small_record more[] = { { KIND_rule, rule }, { KIND_settings, NULL } };

    return lp_bench_new(base, more);
}

static bool is(double found, double expected)
{
    return near_abs_rel(found, expected, 1e-12, 1e-12);
}

/* The row in bucket t; its entry for the run on an offer in a segment in natural units. */
static size_t row(const struct lp_bench *b, int t)
{
    size_t i = lp_row_at(b->m, ROW_LIMIT, b->c->rule.v[0].name, t);

    ck_assert_msg(i != LP_NONE, "no row in %d", t);
    return i;
}

static double use(const struct lp_bench *b, const char *offer, int t, int bucket)
{
    size_t i = row(b, bucket);

    return lp_entry(b->m, lp_col(b->m, COL_RUN, "run", offer, NULL, t), i) / b->m->row[i].scale;
}

static double held(const struct lp_bench *b, int bucket)
{
    size_t i = row(b, bucket);

    return lp_entry(b->m, lp_hold_col(b->m, "lease", 0), i) / b->m->row[i].scale;
}

static double most(const struct lp_bench *b, int bucket)
{
    return b->m->row[row(b, bucket)].up / b->m->row[row(b, bucket)].scale;
}

START_TEST(hours_are_hours_of_use)
{
    struct lp_bench b = bench("name=r; effect=limit; quantity=hours; at_most=100; when=site.country == 'CN'");

    ck_assert(is(b.m->row[row(&b, 0)].scale, 1.0 / 24.0));
    ck_assert(is(use(&b, "own", 0, 0), 24.0) && is(use(&b, "lease", 1, 0), 24.0));
    ck_assert(is(use(&b, "rent", 0, 0), 0.0) && is(held(&b, 0), 0.0));
    ck_assert(is(most(&b, 0), 100.0) && isinf(b.m->row[row(&b, 0)].lo));
    ck_assert_uint_eq(b.m->rule_rows[0], 1);
    lp_bench_free(&b);
}
END_TEST

START_TEST(at_least_and_at_most_make_two_rows)
{
    struct lp_bench b = bench("name=r; effect=limit; quantity=hours; at_most=100; at_least=40");
    size_t first = row(&b, 0), second = first + 1;

    ck_assert(is(b.m->row[first].up, 100.0 / 24.0) && isinf(b.m->row[first].lo));
    ck_assert_int_eq(b.m->row[second].family, ROW_LIMIT);
    ck_assert(is(b.m->row[second].lo, 40.0 / 24.0) && isinf(b.m->row[second].up));
    ck_assert_uint_eq(b.m->rule_rows[0], 2);
    lp_bench_free(&b);
}
END_TEST

START_TEST(a_limit_per_period_or_month_has_a_row_for_each)
{
    static const char *const per[] = { "name=r; effect=limit; quantity=hours; at_most=100; per=period",
                                       "name=r; effect=limit; quantity=hours; at_most=100; per=month" };

    for (int i = 0; i < 2; i++) {
        struct lp_bench b = bench(per[i]);
        ck_assert_uint_eq(b.m->rule_rows[0], 2);
        ck_assert(is(use(&b, "own", 0, 0), 24.0) && is(use(&b, "own", 1, 1), 24.0));
        ck_assert(is(use(&b, "own", 0, 1), 0.0) && is(use(&b, "own", 1, 0), 0.0));
        lp_bench_free(&b);
    }
}
END_TEST

START_TEST(a_limit_counts_while_it_is_in_force)
{
    struct lp_bench b = bench("name=r; effect=limit; quantity=hours; at_most=100; from=2027-02-01");

    ck_assert(is(use(&b, "own", 0, 0), 0.0) && is(use(&b, "own", 1, 0), 24.0));
    lp_bench_free(&b);
    b = bench("name=r; effect=limit; quantity=hours; at_most=100; per=period; to=2027-02-01");
    ck_assert_uint_eq(b.m->rule_rows[0], 1);
    ck_assert_uint_eq(lp_row_at(b.m, ROW_LIMIT, "r", 1), LP_NONE);
    lp_bench_free(&b);
}
END_TEST

/* At most 40 % offshore: an hour there weighs 0.6, an hour at home -0.4. */
START_TEST(a_share_weighs_its_part_against_the_whole)
{
    struct lp_bench b = bench("name=r; effect=limit; quantity=share; at_most=0.4; when=site.shore == 'offshore'");

    ck_assert(is(use(&b, "rent", 0, 0), 0.6 * 24) && is(use(&b, "own", 0, 0), -0.4 * 24));
    ck_assert(is(most(&b, 0), 0.0));
    lp_bench_free(&b);
    /* Of the rented and leased hours alone: stock weighs nothing. */
    b = bench("name=r; effect=limit; quantity=share; at_least=0.4; when=site.shore == 'offshore'; of=offer.contract != 'owned'");
    ck_assert(is(use(&b, "rent", 0, 0), 0.6 * 24) && is(use(&b, "own", 0, 0), 0.0) && is(use(&b, "lease", 0, 0), -0.4 * 24));
    ck_assert_double_eq(b.m->row[row(&b, 0)].lo, 0.0);
    lp_bench_free(&b);
}
END_TEST

/* Without a workload in it, a limit takes the rent of what is held, used or not; with one, the rent of the hours used. */
START_TEST(spend_is_rent_held_or_rent_used)
{
    struct lp_bench b = bench("name=r; effect=limit; quantity=spend; at_most=1000");

    ck_assert(is(use(&b, "rent", 0, 0), 48.0) && is(use(&b, "lease", 0, 0), 0.0) && is(held(&b, 0), 48.0));
    lp_bench_free(&b);
    b = bench("name=r; effect=limit; quantity=spend; at_most=1000" BY_WORKLOAD);
    ck_assert(is(use(&b, "rent", 0, 0), 48.0) && is(use(&b, "lease", 0, 0), 24.0) && is(held(&b, 0), 0.0));
    ck_assert(is(use(&b, "own", 0, 0), 0.0));
    lp_bench_free(&b);
}
END_TEST

/* Ten of our own idle for 48 h at 0.3 kWh: 144 of the limit are gone before anything runs. */
START_TEST(energy_counts_what_idles_where_no_workload_is_asked_for)
{
    struct lp_bench b = bench("name=r; effect=limit; quantity=energy; at_most=1000");

    ck_assert(is(use(&b, "rent", 0, 0), 24 * 1.275) && is(use(&b, "own", 0, 0), 24 * 0.975));
    ck_assert(is(held(&b, 0), 48 * 0.3));
    ck_assert(is(most(&b, 0), 1000.0 - 144.0));
    lp_bench_free(&b);
    b = bench("name=r; effect=limit; quantity=energy; at_most=1000; per=period");
    ck_assert(is(held(&b, 1), 24 * 0.3) && is(most(&b, 1), 1000.0 - 72.0));
    lp_bench_free(&b);
    b = bench("name=r; effect=limit; quantity=energy; at_most=1000" BY_WORKLOAD);
    ck_assert(is(use(&b, "own", 0, 0), 24 * 1.275) && is(held(&b, 0), 0.0) && is(most(&b, 0), 1000.0));
    lp_bench_free(&b);
}
END_TEST

START_TEST(carbon_is_energy_times_intensity)
{
    struct lp_bench b = bench("name=r; effect=limit; quantity=carbon; at_most=1");

    ck_assert(is(use(&b, "rent", 0, 0), 24 * 1.275 * 500e-6) && is(held(&b, 0), 48 * 0.3 * 500e-6));
    ck_assert(is(most(&b, 0), 1.0 - 144 * 500e-6));
    lp_bench_free(&b);
}
END_TEST

START_TEST(the_largest_entry_of_a_limit_is_1)
{
    static const char *const quantity[] = {
        "name=r; effect=limit; quantity=hours; at_most=1", "name=r; effect=limit; quantity=share; at_most=0.7; when=site.country == 'MY'",
        "name=r; effect=limit; quantity=energy; at_most=1" BY_WORKLOAD, "name=r; effect=limit; quantity=spend; at_most=1" BY_WORKLOAD };

    for (size_t i = 0; i < sizeof quantity / sizeof *quantity; i++) {
        struct lp_bench b = bench(quantity[i]);
        double largest = 0.0;
        for (size_t j = 0; j < b.m->n_col; j++)
            largest = fmax(largest, fabs(lp_entry(b.m, j, row(&b, 0))));
        ck_assert_msg(is(largest, 1.0), "%s: %g", quantity[i], largest);
        lp_bench_free(&b);
    }
}
END_TEST

START_TEST(a_limit_that_is_off_or_past_makes_no_row)
{
    struct lp_bench b = bench("name=r; effect=limit; quantity=hours; at_most=1; enabled=false");

    ck_assert_uint_eq(b.m->rule_rows[0], 0);
    lp_bench_free(&b);
    b = bench("name=r; effect=limit; quantity=hours; at_most=1; to=2027-01-01");
    ck_assert_uint_eq(b.m->rule_rows[0], 0);
    lp_bench_free(&b);
}
END_TEST

Suite *lp_limit_suite(void)
{
    Suite *s = suite_create("lp_limit");
    TCase *c = tcase_create("limits");

    tcase_add_test(c, hours_are_hours_of_use);
    tcase_add_test(c, at_least_and_at_most_make_two_rows);
    tcase_add_test(c, a_limit_per_period_or_month_has_a_row_for_each);
    tcase_add_test(c, a_limit_counts_while_it_is_in_force);
    tcase_add_test(c, a_share_weighs_its_part_against_the_whole);
    tcase_add_test(c, spend_is_rent_held_or_rent_used);
    tcase_add_test(c, energy_counts_what_idles_where_no_workload_is_asked_for);
    tcase_add_test(c, carbon_is_energy_times_intensity);
    tcase_add_test(c, the_largest_entry_of_a_limit_is_1);
    tcase_add_test(c, a_limit_that_is_off_or_past_makes_no_row);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(lp_limit_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
