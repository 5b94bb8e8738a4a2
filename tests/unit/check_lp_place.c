/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and columns of what is held: stock, leases, purchases; power and installed limits.  By hand, over four weeks. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "support/lp_bench.h"
#include "support/oracle.h"

Suite *lp_place_suite(void);

/* Four weeks of 168 h from Monday 2027-01-04.  The lease lasts two weeks and takes one to come: starts on the 11th, 18th, 25th. */
static const struct small_record base[] = {
    { KIND_settings, "start=2027-01-04; period=week; periods=4" },
    { KIND_company, "name=acme; seat=CN" },
    { KIND_accelerator, "name=chip; vendor=v; family=f; bf16=500; memory=80; memory_bandwidth=3000; rated_power=1000; idle_power=200" },
    { KIND_site, "name=site; country=CN; shore=onshore; pue=1.5; tariff=0.1; carbon=500" },
    { KIND_offer, "name=rent; site=site; accelerator=chip; contract=on_demand; price=2; count=8; includes=power" },
    { KIND_offer, "name=lease; site=site; accelerator=chip; contract=lease; price=1; term=14; lead=7; maximum=32; block=8; minimum=16; "
                  "start_grid=week; spare=0.25; includes=power" },
    { KIND_model, "name=m; total_params=8; active_params=8; layers=32; hidden=4096" },
    { KIND_workload, "name=run; company=acme; task=training; model=m; tokens=864000000" },
    { KIND_pinned_rate, "workload=run; accelerator=chip; phase=train; rate=1000" },
    { KIND_settings, NULL },
};

#define END_RECORDS { KIND_settings, NULL }
#define WEEK 168.0

static bool is(double found, double expected)
{
    return near_abs_rel(found, expected, 1e-12, 1e-12);
}

static size_t row(const struct lp_bench *b, enum row_family f, const char *name, int t)
{
    size_t i = lp_row_at(b->m, f, name, t);

    ck_assert_msg(i != LP_NONE, "no %s row of %s in %d", row_family_name[f], name, t);
    return i;
}

static const struct lp_hold *hold(const struct lp_bench *b, const char *offer, size_t k, bool fixed)
{
    int o = case_find(b->c, KIND_offer, offer);

    for (size_t i = 0; i < b->m->n_hold; i++)
        if (b->m->hold[i].offer == o && b->m->hold[i].fixed == fixed && k-- == 0)
            return &b->m->hold[i];
    return NULL;
}

/* Is the k-th start of the lease in the capacity row of week t, with its spare held back? */
static bool holds_in(const struct lp_bench *b, size_t k, int t)
{
    double a = lp_entry(b->m, lp_hold_col(b->m, "lease", k), row(b, ROW_PEAK, "lease", t));

    ck_assert(a == 0.0 || is(a, -0.75));
    return a != 0.0;
}

START_TEST(a_lease_starts_on_its_grid_after_its_lead_time)
{
    struct lp_bench b = lp_bench_new(base, NULL);
    static const bool active[3][4] = { { 0, 1, 1, 0 }, { 0, 0, 1, 1 }, { 0, 0, 0, 1 } };

    ck_assert_uint_eq(lp_hold_col(b.m, "lease", 3), LP_NONE);
    ck_assert_uint_eq(lp_row_at(b.m, ROW_PEAK, "lease", 0), LP_NONE);     /* nothing can be there yet */
    for (size_t k = 0; k < 3; k++) {
        const struct lp_hold *h = hold(&b, "lease", k, false);
        ck_assert_int_eq(h->start - h->sign_by, 7 * DAY_S);
        ck_assert_int_eq(h->end - h->start, 14 * DAY_S);
        for (int t = 1; t < 4; t++)
            ck_assert_msg(holds_in(&b, k, t) == active[k][t], "start %zu week %d", k, t);
    }
    ck_assert_double_eq(b.m->row[row(&b, ROW_PEAK, "lease", 2)].up, 0.0);
    lp_bench_free(&b);
}
END_TEST

START_TEST(the_maximum_bounds_what_is_active_at_once)
{
    struct lp_bench b = lp_bench_new(base, NULL);

    for (int t = 1; t < 4; t++) {
        size_t i = row(&b, ROW_LEASE, "lease", t);
        ck_assert_double_eq(b.m->row[i].up, 32.0);
        for (size_t k = 0; k < 3; k++)
            ck_assert_double_eq(lp_entry(b.m, lp_hold_col(b.m, "lease", k), i), holds_in(&b, k, t) ? 1.0 : 0.0);
    }
    ck_assert_double_eq(b.m->up[lp_hold_col(b.m, "lease", 0)], 32.0);
    lp_bench_free(&b);
}
END_TEST

/* Where nothing can start and the maximum stays, the row before says it all. */
START_TEST(a_lease_row_stands_only_where_it_can_bind)
{
    const struct small_record more[] = {
        { KIND_offer, "name=once; site=site; accelerator=chip; contract=lease; price=1; term=70; maximum=32; start_grid=once" },
        { KIND_availability, "offer=once; from=2027-01-18; to=2027-02-01; count=20" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);

    ck_assert_double_eq(b.m->row[row(&b, ROW_LEASE, "once", 0)].up, 32.0);
    ck_assert_uint_eq(lp_row_at(b.m, ROW_LEASE, "once", 1), LP_NONE);
    ck_assert_double_eq(b.m->row[row(&b, ROW_LEASE, "once", 2)].up, 20.0);
    ck_assert_uint_eq(lp_row_at(b.m, ROW_LEASE, "once", 3), LP_NONE);
    ck_assert_double_eq(b.m->up[lp_hold_col(b.m, "once", 0)], 20.0);
    lp_bench_free(&b);
}
END_TEST

/* Two weeks at 1 an hour; the last start has one week inside and one beyond, of which resale brings half back. */
START_TEST(the_terminal_says_what_a_lease_costs_beyond)
{
    static const struct { const char *terminal; double last; } want[] = {
        { "terminal=inside", WEEK }, { "terminal=full", 2 * WEEK }, { "terminal=resale", 1.5 * WEEK } };

    for (size_t i = 0; i < 3; i++) {
        const struct small_record more[] = { { KIND_settings, want[i].terminal }, END_RECORDS };
        struct lp_bench b = lp_bench_new(base, more);
        ck_assert(is(b.m->cost[lp_hold_col(b.m, "lease", 0)], 2 * WEEK));
        ck_assert(is(b.m->cost[lp_hold_col(b.m, "lease", 2)], want[i].last));
        ck_assert(is(hold(&b, "lease", 0, false)->owed, 0.0));
        ck_assert(is(hold(&b, "lease", 2, false)->owed, WEEK));
        lp_bench_free(&b);
    }
}
END_TEST

/* Bought at 365 and worth nothing after half a year, 4380 hours: 1/12 an hour; what lies behind the horizon is owed. */
START_TEST(the_terminal_says_what_a_purchase_costs_beyond)
{
    static const struct { const char *terminal; double share; } want[] = {
        { "terminal=inside", 0 }, { "terminal=full", 1 }, { "terminal=resale; resale_share=0.75", 0.25 } };

    for (size_t i = 0; i < 3; i++) {
        const struct small_record more[] = {
            { KIND_settings, want[i].terminal },
            { KIND_offer, "name=buy; site=site; accelerator=chip; contract=purchase; capex=365; life=0.5; capital_rate=0; "
                          "maximum=8; lead=10; start_grid=week; includes=power" }, END_RECORDS };
        struct lp_bench b = lp_bench_new(base, more);
        const struct lp_hold *h = hold(&b, "buy", 0, false);
        double hour = 365.0 / 4380, inside = (double)(b.c->segment[b.c->n_segment - 1].to - h->start) / 3600 * hour;
        ck_assert(near_rel(h->owed, 365.0 - inside, 1e-12));
        ck_assert(near_rel(b.m->cost[lp_hold_col(b.m, "buy", 0)], inside + want[i].share * (365.0 - inside), 1e-12));
        lp_bench_free(&b);
    }
}
END_TEST

/* Discounted by 8 % a year at the middle of each week, and at the horizon's end, 28 days on, for what is owed beyond. */
START_TEST(rent_is_present_value)
{
    const struct small_record more[] = { { KIND_settings, "discount_rate=0.08; terminal=full" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    double last = WEEK * pow(1.08, -24.5 / 365.0), beyond = WEEK * pow(1.08, -28.0 / 365.0);

    ck_assert(near_rel(hold(&b, "lease", 2, false)->owed, beyond, 1e-12));
    ck_assert(near_rel(b.m->cost[lp_hold_col(b.m, "lease", 2)], last + beyond, 1e-12));
    lp_bench_free(&b);
}
END_TEST

/* 10 at 0.5 until the 18th and 4 at the offer's 1 until four weeks beyond the horizon: there, and paid, in any case. */
START_TEST(signed_leases_are_there_and_paid)
{
    const struct small_record more[] = {
        { KIND_signed_lease, "offer=lease; count=10; end=2027-01-18; price=0.5" },
        { KIND_signed_lease, "offer=lease; count=4; start=2027-01-11; end=2027-03-01" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    static const double there[] = { 10, 14, 4, 4 };

    for (int t = 0; t < 4; t++)
        ck_assert(is(b.m->row[row(&b, ROW_PEAK, "lease", t)].up, 0.75 * there[t]));
    ck_assert_double_eq(b.m->row[row(&b, ROW_LEASE, "lease", 1)].up, 32.0 - 14.0);
    ck_assert_double_eq(b.m->row[row(&b, ROW_LEASE, "lease", 2)].up, 32.0 - 4.0);
    ck_assert_double_eq(b.m->up[lp_hold_col(b.m, "lease", 0)], 18.0);
    ck_assert(is(b.m->cost[b.m->col_const], 10 * 2 * WEEK * 0.5 + 4 * 3 * WEEK));
    ck_assert(is(hold(&b, "lease", 1, true)->owed, 4 * WEEK));      /* per accelerator */
    ck_assert(is(hold(&b, "lease", 0, true)->owed, 0.0));
    lp_bench_free(&b);
}
END_TEST

/* All use is barred from the 18th; rent goes on for three days of notice and then ends, else to the end of the term. */
START_TEST(an_exit_on_ban_ends_the_rent)
{
    const struct small_record more[] = {
        { KIND_rule, "name=ban; effect=deny; when=true; from=2027-01-18" },
        { KIND_offer, "name=free; site=site; accelerator=chip; contract=lease; price=1; term=28; maximum=32; start_grid=once; "
                      "exit=on_ban; exit_notice=3; includes=power" },
        { KIND_offer, "name=bound; site=site; accelerator=chip; contract=lease; price=1; term=28; maximum=32; start_grid=once; "
                      "includes=power" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);

    ck_assert(is(b.m->cost[lp_hold_col(b.m, "free", 0)], 2 * WEEK + 72.0));
    ck_assert(is(b.m->cost[lp_hold_col(b.m, "bound", 0)], 4 * WEEK));
    ck_assert_uint_ne(lp_col(b.m, COL_RUN, "run", "free", NULL, 1), LP_NONE);
    ck_assert_uint_eq(lp_col(b.m, COL_RUN, "run", "bound", NULL, 2), LP_NONE);
    lp_bench_free(&b);
}
END_TEST

/* A ban of one week: who gave the lease back for it has no accelerators after it either. */
START_TEST(what_was_given_back_is_gone)
{
    const struct small_record more[] = {
        { KIND_rule, "name=ban; effect=deny; when=true; from=2027-01-11; to=2027-01-18" },
        { KIND_offer, "name=free; site=site; accelerator=chip; contract=lease; price=1; term=28; maximum=32; lead=28; exit=on_ban; "
                      "includes=power" },
        { KIND_signed_lease, "offer=free; count=5; end=2027-02-01" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);

    ck_assert_double_eq(b.m->row[row(&b, ROW_PEAK, "free", 0)].up, 5.0);
    ck_assert_double_eq(b.m->row[row(&b, ROW_PEAK, "free", 2)].up, 0.0);
    ck_assert(is(b.m->cost[b.m->col_const], 5 * WEEK));
    lp_bench_free(&b);
}
END_TEST

/* From the 5th no leases are signed: only one whose signing lies before it, on the 4th, is left. */
START_TEST(a_rule_on_leasing_bars_signings)
{
    const struct small_record more[] = {
        { KIND_rule, "name=no_more; effect=deny; when=site.country == 'CN'; acts=lease; from=2027-01-05" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);

    ck_assert_uint_ne(lp_hold_col(b.m, "lease", 0), LP_NONE);
    ck_assert_uint_eq(lp_hold_col(b.m, "lease", 1), LP_NONE);
    ck_assert_uint_eq(b.m->rule_barred[0], 2);
    lp_bench_free(&b);
}
END_TEST

/* 8760 over a year of 365 days without interest: 1 an hour, for the three weeks after delivery. */
START_TEST(a_purchase_is_an_annuity_to_the_end)
{
    const struct small_record more[] = {
        { KIND_offer, "name=buy; site=site; accelerator=chip; contract=purchase; capex=8760; life=1; capital_rate=0; lead=7; maximum=12; "
                      "start_grid=week; includes=power" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t j = lp_hold_col(b.m, "buy", 0);

    ck_assert(is(b.m->cost[j], 3 * WEEK));
    ck_assert_double_eq(b.m->up[j], 12.0);
    for (int t = 1; t < 4; t++)
        ck_assert_double_eq(lp_entry(b.m, j, row(&b, ROW_PEAK, "buy", t)), -1.0);
    ck_assert_uint_eq(lp_row_at(b.m, ROW_LEASE, "buy", 1), LP_NONE);      /* the maximum is per start */
    ck_assert_uint_ne(lp_hold_col(b.m, "buy", 2), LP_NONE);
    ck_assert_uint_eq(lp_hold_col(b.m, "buy", 3), LP_NONE);
    lp_bench_free(&b);
}
END_TEST

/*
 * Training draws 0.85 of 1000 W: with PUE 1.5 a rented chip takes 1.275 kW in use, a held one 0.3 kW idle and 0.975 kW
 * above it.  Ten of our own idle at 3 kW; 30 kW of facility leave 27, 50 kW of rating leave 40.
 */
#define OWN_AT_HOME \
    { KIND_site, "name=home; country=CN; shore=onshore; pue=1.5; tariff=0.1; carbon=500; power_cap=30000; installed_limit=50000" }, \
    { KIND_offer, "name=own; site=home; accelerator=chip; contract=owned; count=10; spare=0.1" }, \
    { KIND_offer, "name=guest; site=home; accelerator=chip; contract=on_demand; price=2; count=8" }, \
    { KIND_offer, "name=let; site=home; accelerator=chip; contract=lease; price=1; term=70; maximum=9; start_grid=week" }

START_TEST(power_counts_use_above_idle_and_what_idles)
{
    const struct small_record more[] = { OWN_AT_HOME, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t power = row(&b, ROW_POWER, "home", 2), installed = row(&b, ROW_INSTALLED, "home", 2);
    size_t own = lp_col(b.m, COL_RUN, "run", "own", NULL, 2), guest = lp_col(b.m, COL_RUN, "run", "guest", NULL, 2);

    ck_assert(is(b.m->row[power].up, 27.0) && is(b.m->row[installed].up, 40.0));
    ck_assert(is(lp_entry(b.m, own, power), 0.975) && is(lp_entry(b.m, guest, power), 1.275));
    ck_assert(is(lp_entry(b.m, lp_hold_col(b.m, "let", 0), power), 0.3));
    ck_assert(is(lp_entry(b.m, own, installed), 0.0));       /* stands there already */
    ck_assert(is(lp_entry(b.m, guest, installed), 1.0));
    ck_assert(is(lp_entry(b.m, lp_hold_col(b.m, "let", 2), installed), 1.0));
    ck_assert(is(lp_entry(b.m, lp_hold_col(b.m, "let", 3), power), 0.0));    /* starts a week later */
    ck_assert(is(b.m->row[row(&b, ROW_PEAK, "own", 2)].up, 9.0));
    ck_assert_uint_eq(lp_row_at(b.m, ROW_POWER, "site", 2), LP_NONE);
    lp_bench_free(&b);
}
END_TEST

/* Ten idle for four weeks at 0.1 CUR a kWh and 50 CUR a tonne of 500 g a kWh. */
START_TEST(stock_idles_at_its_own_cost)
{
    const struct small_record more[] = { OWN_AT_HOME, { KIND_settings, "carbon_price=50" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    double kwh = 10 * 0.3 * 4 * WEEK;

    ck_assert(is(b.m->cost[b.m->col_const], kwh * 0.1 + kwh * 500e-6 * 50));
    ck_assert(is(b.m->cost[lp_col(b.m, COL_RUN, "run", "own", NULL, 0)], WEEK * 0.975 * (0.1 + 0.025)));
    ck_assert(is(b.m->cost[lp_col(b.m, COL_RUN, "run", "guest", NULL, 0)], WEEK * (2.0 + 1.275 * (0.1 + 0.025))));
    ck_assert(is(b.m->cost[lp_hold_col(b.m, "let", 3)], WEEK * (1.0 + 0.3 * (0.1 + 0.025))));
    lp_bench_free(&b);
}
END_TEST

/* Every week a start, a maximum, a cap and a limit, work that is firm and work that is not: five rows a week. */
START_TEST(a_long_lease_fits_in_the_largest_column)
{
    const struct small_record more[] = {
        OWN_AT_HOME, { KIND_settings, "periods=30" },
        { KIND_workload, "name=soft; company=acme; task=training; model=m; tokens=1e8; interruptible=true" },
        { KIND_pinned_rate, "workload=soft; accelerator=chip; phase=train; rate=1000" },
        { KIND_offer, "name=long; site=home; accelerator=chip; contract=lease; price=1; term=700; maximum=9; start_grid=week" },
        END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    struct cert_lp d = lp_dense(b.m);
    size_t j = lp_hold_col(b.m, "long", 0);

    ck_assert_uint_eq(d.start[j + 1] - d.start[j], 5 * 30);
    ck_assert_uint_le(5 * 30, b.m->max_nnz);
    lp_dense_free(&d);
    lp_bench_free(&b);
}
END_TEST

Suite *lp_place_suite(void)
{
    Suite *s = suite_create("lp_place");
    TCase *c = tcase_create("leases"), *p = tcase_create("places");

    tcase_add_test(c, a_lease_starts_on_its_grid_after_its_lead_time);
    tcase_add_test(c, the_maximum_bounds_what_is_active_at_once);
    tcase_add_test(c, a_lease_row_stands_only_where_it_can_bind);
    tcase_add_test(c, the_terminal_says_what_a_lease_costs_beyond);
    tcase_add_test(c, the_terminal_says_what_a_purchase_costs_beyond);
    tcase_add_test(c, rent_is_present_value);
    tcase_add_test(c, signed_leases_are_there_and_paid);
    tcase_add_test(c, an_exit_on_ban_ends_the_rent);
    tcase_add_test(c, what_was_given_back_is_gone);
    tcase_add_test(c, a_rule_on_leasing_bars_signings);
    tcase_add_test(p, a_purchase_is_an_annuity_to_the_end);
    tcase_add_test(p, power_counts_use_above_idle_and_what_idles);
    tcase_add_test(p, stock_idles_at_its_own_cost);
    tcase_add_test(p, a_long_lease_fits_in_the_largest_column);
    suite_add_tcase(s, c);
    suite_add_tcase(s, p);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(lp_place_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
