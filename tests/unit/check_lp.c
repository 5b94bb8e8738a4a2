/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and columns of work, worked out by hand on cases of two days. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/lp_bench.h"
#include "support/oracle.h"

Suite *lp_suite(void);

/*
 * Two days of 24 h.  A chip trains 1000 tokens a second: 8.64e7 a day.  In a batch it answers 36000 requests an hour
 * (1000 output tokens a second, 100 each), in a service 3600 mixed; apart, it prefills 36000 or decodes 72000.
 */
static const struct small_record base[] = {
    { KIND_settings, "start=2027-01-04; period=day; periods=2" },
    { KIND_company, "name=acme; seat=CN" },
    { KIND_region, "name=home; country=CN" },
    { KIND_accelerator, "name=chip; vendor=v; family=f; bf16=500; memory=80; memory_bandwidth=3000; rated_power=1000; idle_power=200" },
    { KIND_site, "name=site; country=CN; shore=onshore; pue=1.5; tariff=0.1; carbon=500; transfer_in=0.05" },
    { KIND_network, "site=site; region=home; rtt=20; egress=0.02" },
    { KIND_offer, "name=rent; site=site; accelerator=chip; contract=on_demand; price=2; count=8; includes=power; fabric=x" },
    { KIND_model, "name=m; total_params=8; active_params=8; layers=32; hidden=4096" },
    { KIND_workload, "name=run; company=acme; task=training; model=m; tokens=864000000" },
    { KIND_pinned_rate, "workload=run; accelerator=chip; phase=train; rate=1000" },
    { KIND_settings, NULL },
};

#define BATCH \
    { KIND_workload, "name=batch; company=acme; task=batch; model=m; requests=1728000; input_len=900; output_len=100; penalty=5" }, \
    { KIND_pinned_rate, "workload=batch; accelerator=chip; phase=mixed; rate=1000" }

#define SERVICE(extra) \
    { KIND_workload, "name=chat; company=acme; task=service; model=m; input_len=1000; output_len=100; penalty=5; egress=0.001; " extra }, \
    { KIND_pinned_rate, "workload=chat; accelerator=chip; phase=mixed; rate=100" }, \
    { KIND_pinned_rate, "workload=chat; accelerator=chip; phase=prefill; rate=10000" }, \
    { KIND_pinned_rate, "workload=chat; accelerator=chip; phase=decode; rate=2000" }, \
    { KIND_demand, "workload=chat; region=home; requests=7200; peak=1.5" }

#define END_RECORDS { KIND_settings, NULL }

static size_t row(const struct lp_bench *b, enum row_family f, const char *name, int t)
{
    size_t i = lp_row_at(b->m, f, name, t);

    ck_assert_msg(i != LP_NONE, "no %s row of %s in %d", row_family_name[f], name, t);
    return i;
}

static size_t col(const struct lp_bench *b, enum col_family f, const char *w, const char *o, int t)
{
    size_t j = lp_col(b->m, f, w, o, NULL, t);

    ck_assert_msg(j != LP_NONE, "no %s column of %s on %s in %d", col_family_name[f], w, o ? o : "nothing", t);
    return j;
}

static bool is(double found, double expected)
{
    return near_abs_rel(found, expected, 1e-12, 1e-12);
}

START_TEST(a_run_is_measured_in_accelerator_days)
{
    struct lp_bench b = lp_bench_new(base, NULL);
    size_t i = row(&b, ROW_DEMAND, "run", -1);

    ck_assert(is(b.m->row[i].lo, 10.0) && is(b.m->row[i].up, 10.0));
    ck_assert(is(b.m->row[i].scale, 1.0 / 8.64e7));
    for (int t = 0; t < 2; t++) {
        ck_assert(is(lp_entry(b.m, col(&b, COL_RUN, "run", "rent", t), i), 1.0));
        ck_assert(is(b.m->cost[col(&b, COL_RUN, "run", "rent", t)], 48.0));    /* 24 h at 2, power included */
    }
    ck_assert_uint_eq(lp_col(b.m, COL_UNMET, "run", NULL, NULL, -1), LP_NONE);     /* firm */
    ck_assert_uint_eq(b.m->n_col, 3);
    ck_assert(b.m->lo[b.m->col_const] == 1.0 && b.m->up[b.m->col_const] == 1.0);
    ck_assert_double_eq(b.m->cost[b.m->col_const], 0.0);
    lp_bench_free(&b);
}
END_TEST

START_TEST(max_parallel_binds_each_segment_of_the_window)
{
    const struct small_record more[] = {
        { KIND_workload, "name=late; company=acme; task=fine_tuning; model=m; tokens=1e8; start=2027-01-05; max_parallel=4" },
        { KIND_pinned_rate, "workload=late; accelerator=chip; phase=train; rate=500" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t i = row(&b, ROW_PARALLEL, "late", 1);

    ck_assert_double_eq(b.m->row[i].up, 4.0);
    ck_assert(isinf(b.m->row[i].lo));
    ck_assert_double_eq(lp_entry(b.m, col(&b, COL_RUN, "late", "rent", 1), i), 1.0);
    ck_assert_uint_eq(lp_row_at(b.m, ROW_PARALLEL, "late", 0), LP_NONE);
    ck_assert_uint_eq(lp_col(b.m, COL_RUN, "late", "rent", NULL, 0), LP_NONE);
    ck_assert_uint_eq(lp_row_at(b.m, ROW_PARALLEL, "run", 0), LP_NONE);
    lp_bench_free(&b);
}
END_TEST

/* 1728000 requests are 2 accelerator-days; one unmet day of work is 864000 requests of 1000 tokens at 5 a million. */
START_TEST(a_batch_counts_requests_and_pays_for_what_is_unmet)
{
    const struct small_record more[] = { BATCH, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t i = row(&b, ROW_DEMAND, "batch", -1), unmet = col(&b, COL_UNMET, "batch", NULL, -1);

    ck_assert(is(b.m->row[i].lo, 2.0) && is(b.m->row[i].up, 2.0));
    ck_assert(is(lp_entry(b.m, col(&b, COL_RUN, "batch", "rent", 1), i), 1.0));
    ck_assert(is(lp_entry(b.m, unmet, i), 1.0));
    ck_assert(is(b.m->cost[unmet], 864000.0 * 1000.0 * 5e-6));
    lp_bench_free(&b);
}
END_TEST

/* 7200 requests an hour on 3600 an accelerator-hour: 2 accelerators on average, 3 at the peak of 1.5. */
START_TEST(a_service_is_a_rate_with_a_peak)
{
    const struct small_record more[] = { SERVICE(""), END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t i = row(&b, ROW_DEMAND, "chat", 1), j = col(&b, COL_ROUTE, "chat", "rent", 1), u = col(&b, COL_UNMET, "chat", NULL, 1);

    ck_assert(is(b.m->row[i].lo, 2.0) && is(b.m->row[i].up, 2.0));
    ck_assert(is(lp_entry(b.m, j, i), 1.0) && is(lp_entry(b.m, u, i), 1.0));
    ck_assert(is(lp_entry(b.m, j, row(&b, ROW_PEAK, "rent", 1)), 1.5));
    ck_assert_uint_eq(lp_row_at(b.m, ROW_MEAN, "rent", 1), LP_NONE);
    /* 86400 requests: 24 accelerator-hours at 2, 86.4 GB out at 0.02; unmet: 1100 tokens each at 5 a million */
    ck_assert(is(b.m->cost[j], 48.0 + 86.4 * 0.02));
    ck_assert(is(b.m->cost[u], 86400.0 * 1100.0 * 5e-6));
    lp_bench_free(&b);
}
END_TEST

START_TEST(a_service_that_does_not_scale_down_pays_for_its_peak)
{
    const struct small_record more[] = {
        SERVICE(""), { KIND_offer, "name=stiff; site=site; accelerator=chip; contract=on_demand; price=3; count=8; includes=power; "
                                   "autoscale=false" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);

    ck_assert(is(b.m->cost[col(&b, COL_ROUTE, "chat", "stiff", 0)], 1.5 * 72.0 + 86.4 * 0.02));
    ck_assert(is(b.m->cost[col(&b, COL_RUN, "run", "stiff", 0)], 72.0));
    lp_bench_free(&b);
}
END_TEST

/* 8 until noon of the first day, then 4: 6 on average, 4 at least; a quarter is held back. */
START_TEST(interruptible_work_stands_in_the_mean_row_and_firm_work_in_the_peak_row)
{
    const struct small_record more[] = {
        BATCH, { KIND_offer, "name=dip; site=site; accelerator=chip; contract=on_demand; price=2; count=8; spare=0.25" },
        { KIND_availability, "offer=dip; from=2027-01-04; to=2027-01-04T12:00Z; count=8" },
        { KIND_availability, "offer=dip; from=2027-01-04T12:00Z; to=2027-01-05; count=4" },
        { KIND_workload, "name=soft; company=acme; task=training; model=m; tokens=1e8; interruptible=true" },
        { KIND_pinned_rate, "workload=soft; accelerator=chip; phase=train; rate=1000" },
        { KIND_offer, "name=spot; site=site; accelerator=chip; contract=spot; price=1; count=8" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t mean = row(&b, ROW_MEAN, "dip", 0), peak = row(&b, ROW_PEAK, "dip", 0), soft = col(&b, COL_RUN, "soft", "dip", 0);

    ck_assert(is(b.m->row[mean].up, 4.5) && is(b.m->row[peak].up, 3.0));
    ck_assert_double_eq(lp_entry(b.m, soft, mean), 1.0);
    ck_assert_double_eq(lp_entry(b.m, soft, peak), 0.0);
    ck_assert_double_eq(lp_entry(b.m, col(&b, COL_RUN, "run", "dip", 0), mean), 1.0);
    ck_assert_double_eq(lp_entry(b.m, col(&b, COL_RUN, "run", "dip", 0), peak), 1.0);
    ck_assert_uint_eq(lp_col(b.m, COL_RUN, "run", "spot", NULL, 0), LP_NONE);
    ck_assert_uint_eq(lp_row_at(b.m, ROW_PEAK, "spot", 0), LP_NONE);    /* nothing firm can go there */
    ck_assert_double_eq(b.m->row[row(&b, ROW_MEAN, "spot", 0)].up, 8.0);
    lp_bench_free(&b);
}
END_TEST

/* The scale is the median of prefill, decode and mixed on three offers: 36000 requests an hour. */
START_TEST(prefill_and_decode_meet_within_a_fabric)
{
    const struct small_record more[] = {
        SERVICE("disaggregate=true"),
        { KIND_offer, "name=near; site=site; accelerator=chip; contract=on_demand; price=1; count=8; fabric=x; includes=power" },
        { KIND_offer, "name=far; site=site; accelerator=chip; contract=on_demand; price=1; count=8; fabric=y" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t apart = lp_col(b.m, COL_ROUTE, "chat", "rent", "near", 0), same = lp_col(b.m, COL_ROUTE, "chat", "rent", NULL, 0);

    ck_assert(is(b.m->scale[1], 36000.0));
    ck_assert_uint_ne(apart, LP_NONE);
    ck_assert(is(lp_entry(b.m, apart, row(&b, ROW_DEMAND, "chat", 0)), 1.0));
    ck_assert(is(lp_entry(b.m, apart, row(&b, ROW_PEAK, "rent", 0)), 1.5));          /* 36000 / 36000 * 1.5 */
    ck_assert(is(lp_entry(b.m, apart, row(&b, ROW_PEAK, "near", 0)), 0.75));         /* 36000 / 72000 * 1.5 */
    ck_assert(is(b.m->cost[apart], 24.0 * 2.0 + 12.0 * 1.0 + 864.0 * 0.02));
    /* On one offer both phases share its row: apart they take 1.5 accelerators, mixed they would take 10. */
    ck_assert(is(lp_entry(b.m, same, row(&b, ROW_PEAK, "rent", 0)), 2.25));
    ck_assert_uint_eq(lp_col(b.m, COL_ROUTE, "chat", "rent", "far", 0), LP_NONE);
    ck_assert_uint_ne(lp_col(b.m, COL_ROUTE, "chat", "far", NULL, 0), LP_NONE);
    lp_bench_free(&b);
}
END_TEST

START_TEST(a_route_needs_a_way_and_its_target_in_time)
{
    const struct small_record more[] = {
        SERVICE("ttft=4000"),
        { KIND_site, "name=slow; country=MY; shore=offshore; pue=1.5; tariff=0.1; carbon=500" },
        { KIND_site, "name=cut_off; country=MY; shore=offshore; pue=1.5; tariff=0.1; carbon=500" },
        { KIND_network, "site=slow; region=home; rtt=4001" },
        { KIND_offer, "name=o_slow; site=slow; accelerator=chip; contract=on_demand; price=1; count=8" },
        { KIND_offer, "name=o_cut; site=cut_off; accelerator=chip; contract=on_demand; price=1; count=8" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);

    ck_assert_uint_ne(lp_col(b.m, COL_ROUTE, "chat", "rent", NULL, 0), LP_NONE);
    ck_assert_uint_eq(lp_col(b.m, COL_ROUTE, "chat", "o_slow", NULL, 0), LP_NONE);
    ck_assert_uint_eq(lp_col(b.m, COL_ROUTE, "chat", "o_cut", NULL, 0), LP_NONE);
    ck_assert_uint_ne(lp_col(b.m, COL_RUN, "run", "o_cut", NULL, 0), LP_NONE);
    lp_bench_free(&b);
}
END_TEST

/* Ported on the second day at half speed, at full speed two days later: (0.5 + 0.75) / 2 over that day. */
START_TEST(a_port_ramps_the_work_done_and_not_the_hours)
{
    const struct small_record more[] = {
        { KIND_port, "workload=run; family=f; from=2027-01-05; initial=0.5; final=1; ramp=2" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t j = col(&b, COL_RUN, "run", "rent", 1);

    ck_assert_uint_eq(lp_col(b.m, COL_RUN, "run", "rent", NULL, 0), LP_NONE);
    ck_assert(is(lp_entry(b.m, j, row(&b, ROW_DEMAND, "run", -1)), 0.625));
    ck_assert(is(lp_entry(b.m, j, row(&b, ROW_PEAK, "rent", 1)), 1.0));
    ck_assert(is(b.m->cost[j], 48.0));
    lp_bench_free(&b);
}
END_TEST

/* Noon of the second day cuts it: segments of 24, 12, 12 h, 16 on average; the scale is 16 h of work. */
START_TEST(a_rule_inside_a_period_cuts_it_and_bars_what_follows)
{
    const struct small_record more[] = {
        { KIND_rule, "name=ban; effect=deny; when=site.country == 'CN'; from=2027-01-05T12:00Z" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t i = row(&b, ROW_DEMAND, "run", -1);

    ck_assert_uint_eq(b.c->n_segment, 3);
    ck_assert(is(b.m->row[i].up, 15.0));
    ck_assert(is(lp_entry(b.m, col(&b, COL_RUN, "run", "rent", 0), i), 1.5));
    ck_assert(is(lp_entry(b.m, col(&b, COL_RUN, "run", "rent", 1), i), 0.75));
    ck_assert(is(b.m->cost[col(&b, COL_RUN, "run", "rent", 1)], 24.0));
    ck_assert_uint_eq(lp_col(b.m, COL_RUN, "run", "rent", NULL, 2), LP_NONE);
    ck_assert_uint_eq(b.m->rule_barred[0], 1);
    lp_bench_free(&b);
}
END_TEST

START_TEST(rules_bar_by_the_acts_that_running_takes)
{
    const struct small_record more[] = {
        { KIND_workload, "name=moved; company=acme; task=training; model=m; tokens=1e8; dataset=10; data_home=US" },
        { KIND_pinned_rate, "workload=moved; accelerator=chip; phase=train; rate=1000" },
        { KIND_rule, "name=stay; effect=deny; when=true; acts=move_data" },
        { KIND_rule, "name=off; effect=deny; when=true; enabled=false" },
        { KIND_rule, "name=buy; effect=deny; when=true; acts=lease|buy" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);

    ck_assert_uint_eq(lp_col(b.m, COL_RUN, "moved", "rent", NULL, 0), LP_NONE);
    ck_assert_uint_ne(lp_col(b.m, COL_RUN, "run", "rent", NULL, 0), LP_NONE);
    ck_assert_uint_eq(b.m->rule_barred[0], 2);
    ck_assert_uint_eq(b.m->rule_barred[1] + b.m->rule_barred[2], 0);
    lp_bench_free(&b);
}
END_TEST

/* 100 GB from another country at 0.05: 5 in all, spread over 10 accelerator-days; a duty of 0.3 an hour: 7.2 a day. */
START_TEST(movement_and_duties_are_in_the_cost_of_the_work)
{
    const struct small_record more[] = {
        { KIND_workload, "name=moved; company=acme; task=training; model=m; tokens=864000000; dataset=100; data_home=US" },
        { KIND_pinned_rate, "workload=moved; accelerator=chip; phase=train; rate=1000" },
        { KIND_rule, "name=duty; effect=price; charge=0.3; basis=hour; when=workload.name == 'moved'" },
        { KIND_rule, "name=ad; effect=price; charge=0.1; basis=ad_valorem; when=workload.name == 'run'; from=2027-01-05" },
        END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);

    ck_assert(is(b.m->cost[col(&b, COL_RUN, "moved", "rent", 0)], 48.0 + 0.5 + 7.2));
    ck_assert(is(b.m->cost[col(&b, COL_RUN, "run", "rent", 0)], 48.0));
    ck_assert(is(b.m->cost[col(&b, COL_RUN, "run", "rent", 1)], 48.0 * 1.1));
    lp_bench_free(&b);
}
END_TEST

/* Classes 1 and 2 have rows, the last one trades; firm work needs none.  Each row is scaled by its largest penalty. */
START_TEST(priority_rows_weigh_unmet_work_by_its_penalty)
{
    const struct small_record more[] = {
        { KIND_workload, "name=a; company=acme; task=training; model=m; tokens=1e8; penalty=1; priority=1" },
        { KIND_workload, "name=b; company=acme; task=training; model=m; tokens=1e8; penalty=4; priority=1" },
        { KIND_workload, "name=c; company=acme; task=training; model=m; tokens=1e8; penalty=2; priority=3" },
        { KIND_workload, "name=d; company=acme; task=training; model=m; tokens=1e8; penalty=2; priority=5" },
        { KIND_pinned_rate, "workload=a; accelerator=chip; phase=train; rate=1000" },
        { KIND_pinned_rate, "workload=b; accelerator=chip; phase=train; rate=1000" },
        { KIND_pinned_rate, "workload=c; accelerator=chip; phase=train; rate=1000" },
        { KIND_pinned_rate, "workload=d; accelerator=chip; phase=train; rate=1000" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t n = 0;

    for (size_t i = 0; i < b.m->n_row; i++)
        n += b.m->row[i].family == ROW_PRIORITY && isinf(b.m->row[i].lo) && isinf(b.m->row[i].up);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(b.m->row_priority[0], -1);    /* run is firm */
    ck_assert_int_eq(b.m->row_priority[1], b.m->row_priority[2]);
    ck_assert_int_eq(b.m->row_priority[4], -1);    /* the last class */
    ck_assert(is(lp_entry(b.m, col(&b, COL_UNMET, "a", NULL, -1), (size_t)b.m->row_priority[1]), 0.25));
    ck_assert(is(lp_entry(b.m, col(&b, COL_UNMET, "b", NULL, -1), (size_t)b.m->row_priority[1]), 1.0));
    ck_assert(is(lp_entry(b.m, col(&b, COL_UNMET, "c", NULL, -1), (size_t)b.m->row_priority[3]), 1.0));
    lp_bench_free(&b);
}
END_TEST

/* At 21 % a year: a service misses its day at noon, a batch is due when its window closes, a run without one at the end. */
START_TEST(penalties_are_present_value_of_the_day_they_are_due)
{
    const struct small_record more[] = {
        { KIND_settings, "discount_rate=0.21" }, BATCH, SERVICE(""),
        { KIND_workload, "name=early; company=acme; task=training; model=m; tokens=1e8; penalty=5; end=2027-01-05" },
        { KIND_pinned_rate, "workload=early; accelerator=chip; phase=train; rate=1000" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);
    size_t batch = col(&b, COL_UNMET, "batch", NULL, -1), early = col(&b, COL_UNMET, "early", NULL, -1);
    int t;

    ck_assert(is(b.m->cost[batch], 0.005 * lp_work(b.m, lp_strip_of(b.m, batch, &t), -1) * pow(1.21, -2.0 / 365)));
    ck_assert(is(b.m->cost[early], 5e-6 * lp_work(b.m, lp_strip_of(b.m, early, &t), -1) * pow(1.21, -1.0 / 365)));
    for (int day = 0; day < 2; day++) {
        size_t chat = col(&b, COL_UNMET, "chat", NULL, day);
        ck_assert(is(b.m->cost[chat], 0.0055 * lp_work(b.m, lp_strip_of(b.m, chat, &t), day) * pow(1.21, -(day + 0.5) / 365)));
    }
    lp_bench_free(&b);
}
END_TEST

/* Nothing can run it: its row asks for 1 of its own size, whatever that is. */
START_TEST(work_without_a_place_is_measured_by_itself)
{
    const struct small_record more[] = {
        { KIND_workload, "name=lost; company=acme; task=training; model=m; tokens=3e15; penalty=1; families=none" }, END_RECORDS };
    struct lp_bench b = lp_bench_new(base, more);

    ck_assert(is(b.m->row[row(&b, ROW_DEMAND, "lost", -1)].up, 1.0));
    ck_assert(is(b.m->cost[col(&b, COL_UNMET, "lost", NULL, -1)], 3e9));
    lp_bench_free(&b);
}
END_TEST

Suite *lp_suite(void)
{
    Suite *s = suite_create("lp");
    TCase *c = tcase_create("work");

    tcase_add_test(c, a_run_is_measured_in_accelerator_days);
    tcase_add_test(c, max_parallel_binds_each_segment_of_the_window);
    tcase_add_test(c, a_batch_counts_requests_and_pays_for_what_is_unmet);
    tcase_add_test(c, a_service_is_a_rate_with_a_peak);
    tcase_add_test(c, a_service_that_does_not_scale_down_pays_for_its_peak);
    tcase_add_test(c, interruptible_work_stands_in_the_mean_row_and_firm_work_in_the_peak_row);
    tcase_add_test(c, prefill_and_decode_meet_within_a_fabric);
    tcase_add_test(c, a_route_needs_a_way_and_its_target_in_time);
    tcase_add_test(c, a_port_ramps_the_work_done_and_not_the_hours);
    tcase_add_test(c, a_rule_inside_a_period_cuts_it_and_bars_what_follows);
    tcase_add_test(c, rules_bar_by_the_acts_that_running_takes);
    tcase_add_test(c, movement_and_duties_are_in_the_cost_of_the_work);
    tcase_add_test(c, priority_rows_weigh_unmet_work_by_its_penalty);
    tcase_add_test(c, penalties_are_present_value_of_the_day_they_are_due);
    tcase_add_test(c, work_without_a_place_is_measured_by_itself);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(lp_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
