/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Periods, segments, starts and timelines, against numbers worked out by hand. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "domain/domain.h"
#include "support/case_build.h"

Suite *timeline_suite(void);

static strait_ctx *cx;
static strait_case *c;

static void setup(void)
{
    cx = strait_ctx_new();
    c = NULL;
}

static void teardown(void)
{
    case_free(c);
    strait_ctx_free(cx);
}

static void make(const char *more)
{
    case_free(c);
    c = case_finished(cx, more);
}

static int64_t day(const char *text)
{
    int64_t out = 0;

    ck_assert_msg(date_parse(text, &out), "%s", text);
    return out;
}

static void expect_segments(const char *const *from, size_t n)
{
    char text[24];

    ck_assert_uint_eq(c->n_segment, n);
    for (size_t t = 0; t < n; t++) {
        date_format(c->segment[t].from, text);
        ck_assert_str_eq(text, from[t]);
        ck_assert_int_eq(c->segment[t].to, t + 1 < n ? c->segment[t + 1].from : c->period[c->n_period - 1].to);
    }
}
#define EXPECT_SEGMENTS(...) \
    do { \
        static const char *const from_[] = {__VA_ARGS__}; \
        expect_segments(from_, sizeof from_ / sizeof from_[0]); \
    } while (0)

#define LEASE "+offers l; site=johor; accelerator=h200; contract=lease; price=1; maximum=64; "
#define SERVICE "+workloads s; company=acme; task=service; model=m70; input_len=1000; output_len=500\n"
#define DEMAND "+demands; workload=s; region=home; requests=100"

/* ---- horizon ---- */

START_TEST(months_are_calendar_months)
{
    make("start=2027-01-31\nperiod=month\nperiods=3\n");
    EXPECT_SEGMENTS("2027-01-31", "2027-02-28", "2027-03-31");
    ck_assert_int_eq(c->period[2].to, day("2027-04-30"));
    ck_assert_double_eq(c->segment[0].hours, 28 * 24);
    ck_assert_double_eq(c->segment[1].hours, 31 * 24);
    ck_assert_str_eq(c->period[1].label, "2027-02-28");
}
END_TEST

START_TEST(hours_and_days_have_labels_of_their_own)
{
    make("period=hour\nperiods=30\n");
    ck_assert_str_eq(c->period[0].label, "2027-01-04");
    ck_assert_str_eq(c->period[5].label, "2027-01-04T05:00Z");
    make("period=day\nperiods=30\n");
    ck_assert_str_eq(c->period[29].label, "2027-02-02");
}
END_TEST

START_TEST(every_date_that_matters_cuts_its_period_once)
{
    make("+rules on; effect=deny; when=false; from=2027-01-06; to=2027-03-01\n"
         "+rules off; effect=deny; from=2027-01-07; enabled=false\n"
         "workloads.t1.start=2027-01-06\nworkloads.t1.end=2027-01-30T12:00Z\n"
         "+ports; workload=t1; family=hopper; from=2027-01-13\n"
         "offers.rent.valid_from=2027-01-11\noffers.rent.valid_to=2027-01-20\n"
         LEASE "term=10; start_grid=once\n+signed_leases; offer=l; count=8; start=2026-12-01; end=2027-01-27\n");
    EXPECT_SEGMENTS("2027-01-04", "2027-01-06", "2027-01-11", "2027-01-13", "2027-01-14", "2027-01-18", "2027-01-20",
                    "2027-01-25", "2027-01-27", "2027-01-30T12:00Z");
    ck_assert_uint_eq(c->period[1].seg0, 2);
    ck_assert_uint_eq(c->period[1].n_seg, 3);
    ck_assert_uint_eq(c->segment[4].period, 1);
    ck_assert_double_eq(c->segment[8].hours, 84);
}
END_TEST

START_TEST(discount_is_taken_at_the_middle_of_the_segment)
{
    make("discount_rate=0.1\nperiods=52\n");
    ck_assert_double_eq_tol(c->segment[0].discount, pow(1.1, -3.5 / 365), 1e-15);
    ck_assert_double_eq_tol(c->segment[51].discount, pow(1.1, -(51 * 7 + 3.5) / 365), 1e-15);
    make("");
    ck_assert_double_eq(c->segment[3].discount, 1);
}
END_TEST

START_TEST(overlap_and_inside_know_open_ends)
{
    make("");
    ck_assert_double_eq(segment_overlap(c, 1, DATE_NONE, DATE_NONE), 168);
    ck_assert_double_eq(segment_overlap(c, 1, day("2027-01-12"), DATE_NONE), 144);
    ck_assert_double_eq(segment_overlap(c, 1, DATE_NONE, day("2027-01-12")), 24);
    ck_assert_double_eq(segment_overlap(c, 1, DATE_NONE, day("2027-01-04")), 0);
    ck_assert(segment_inside(c, 1, DATE_NONE, DATE_NONE));
    ck_assert(segment_inside(c, 1, day("2027-01-11"), day("2027-01-18")));
    ck_assert(!segment_inside(c, 1, day("2027-01-12"), DATE_NONE));
    ck_assert(!segment_inside(c, 1, DATE_NONE, day("2027-01-17")));
}
END_TEST

START_TEST(starts_lie_on_their_grid_snapped_to_periods)
{
    static const struct { const char *lease; const char *starts; } rows[] = {
        {"term=30; start_grid=month", "2027-01-04 2027-02-01 "},
        {"term=30; start_grid=month; lead=10", "2027-02-01 "},
        {"term=30; start_grid=month; lead=28", "2027-02-01 "},
        {"term=30; start_grid=month; lead=29", ""},
        {"term=30; start_grid=quarter", "2027-01-04 "},
        {"term=30; start_grid=once", "2027-01-04 "},
        {"term=30; start_grid=once; lead=10", "2027-01-18 "},
        {"term=30; start_grid=once; valid_from=2027-01-20T01:00Z", "2027-01-25 "},
        {"term=30; start_grid=week; lead=35", "2027-02-08 2027-02-15 2027-02-22 "},
        {"term=30; start_grid=month; valid_from=2027-01-05", "2027-02-01 "},
        {"term=30; start_grid=month; valid_to=2027-02-01", "2027-01-04 "},
        {"term=30; start_grid=week; valid_from=2027-03-01", ""},
    };
    int64_t start[16];
    char line[512], text[24];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        str got = {0};

        snprintf(line, sizeof line, "periods=8\n" LEASE "%s\n", rows[i].lease);
        make(line);
        str_puts(&got, "");
        for (size_t k = 0; k < offer_starts(c, 1, start, 16); k++) {
            date_format(start[k], text);
            str_printf(&got, "%s ", text);
        }
        ck_assert_str_eq(got.s, rows[i].starts);
        str_free(&got);
    }
    ck_assert_uint_eq(offer_starts(c, 0, start, 16), 0);
}
END_TEST

START_TEST(starts_between_months_snap_to_the_next_and_ends_cut)
{
    int64_t start[16];

    make("start=2027-01-15\nperiod=month\nperiods=3\n" LEASE "term=40\n");
    ck_assert_uint_eq(offer_starts(c, 1, start, 16), 3);
    ck_assert_int_eq(start[1], day("2027-02-15"));
    EXPECT_SEGMENTS("2027-01-15", "2027-02-15", "2027-02-24", "2027-03-15", "2027-03-27");
    ck_assert_uint_eq(offer_starts(c, 1, start, 1), 3);
    make("+offers p; site=johor; accelerator=h200; contract=purchase; capex=1; maximum=8; start_grid=week; lead=8\n");
    ck_assert_uint_eq(offer_starts(c, 1, start, 16), 2);
    ck_assert_uint_eq(c->n_segment, 4);
}
END_TEST

START_TEST(quarters_begin_in_january_april_july_and_october)
{
    int64_t start[16];

    make("period=month\nstart=2027-02-01\nperiods=12\n" LEASE "term=10000; start_grid=quarter\n");
    ck_assert_uint_eq(offer_starts(c, 1, start, 16), 5);
    ck_assert_int_eq(start[0], day("2027-02-01"));
    ck_assert_int_eq(start[1], day("2027-04-01"));
    ck_assert_int_eq(start[2], day("2027-07-01"));
    ck_assert_int_eq(start[3], day("2027-10-01"));
    ck_assert_int_eq(start[4], day("2028-01-01"));
}
END_TEST

/* ---- offers and sites ---- */

START_TEST(prices_take_the_mean_by_hours_over_the_base)
{
    make("+prices; offer=rent; from=2027-01-06; to=2027-01-13; price=9\n"
         "+prices; offer=rent; from=2027-01-18; to=2027-01-25; price=0.1\n"
         "+prices; offer=rent; from=2027-01-25; to=2027-01-26; price=4\n"
         "+prices; offer=rent; from=2027-01-28; price=6\n");
    ck_assert_double_eq_tol(c->timeline->price[0], (2 * 2 + 5 * 9) / 7.0, 1e-14);
    ck_assert_double_eq_tol(c->timeline->price[1], (2 * 9 + 5 * 2) / 7.0, 1e-14);
    ck_assert_double_eq(c->timeline->price[2], 0.1);
    ck_assert_double_eq_tol(c->timeline->price[3], (1 * 4 + 2 * 2 + 4 * 6) / 7.0, 1e-14);
}
END_TEST

START_TEST(rows_around_and_outside_the_horizon_count_where_they_touch_it)
{
    make("+prices; offer=rent; from=2026-01-01; to=2027-01-04; price=9\n"
         "+prices; offer=rent; from=2027-01-04; to=2027-01-25; price=3\n"
         "+prices; offer=rent; from=2027-03-01; to=2027-04-01; price=7\n");
    ck_assert_double_eq(c->timeline->price[0], 3);
    ck_assert_double_eq(c->timeline->price[2], 3);
    ck_assert_double_eq(c->timeline->price[3], 2);
    make("+tariffs; site=johor; from=2020-01-01; to=2040-01-01; tariff=0.3\n"
         "+carbons; site=johor; from=2027-01-25; intensity=100\n");
    for (size_t t = 0; t < 4; t++) {
        ck_assert_double_eq(c->timeline->tariff[t], 0.3);
        ck_assert_double_eq(c->timeline->carbon[t], t == 3 ? 100 : 500);
    }
}
END_TEST

START_TEST(availability_has_a_mean_and_a_least)
{
    make("+availabilities; offer=rent; from=2027-01-06; to=2027-01-08; count=100\n"
         "+availabilities; offer=rent; from=2027-01-08; to=2027-01-11; count=3000\n"
         "offers.rent.valid_to=2027-01-25\n");
    ck_assert_double_eq_tol(c->timeline->avail_mean[0], (2 * 1000 + 2 * 100 + 3 * 3000) / 7.0, 1e-10);
    ck_assert_double_eq(c->timeline->avail_min[0], 100);
    ck_assert_double_eq(c->timeline->avail_min[1], 1000);
    ck_assert_double_eq(c->timeline->avail_mean[2], 1000);
    ck_assert_double_eq(c->timeline->avail_mean[3], 0);
    ck_assert_double_eq(c->timeline->avail_min[3], 0);
    ck_assert_double_eq(c->timeline->cap_active[0], 0);
}
END_TEST

START_TEST(leases_have_what_is_signed_and_what_may_be_active)
{
    size_t n;

    make(LEASE "term=28; start_grid=once; valid_from=2027-01-11\n"
         "+signed_leases; offer=l; count=8; start=2026-12-01; end=2027-01-18\n"
         "+signed_leases; offer=l; count=4; start=2027-01-11; end=2028-01-18\n"
         "+availabilities; offer=l; from=2027-01-18; to=2027-01-20; count=16\n");
    n = c->n_segment;
    ck_assert_uint_eq(n, 4);
    ck_assert_double_eq(c->timeline->avail_mean[n + 0], 8);
    ck_assert_double_eq(c->timeline->avail_min[n + 1], 12);
    ck_assert_double_eq(c->timeline->avail_min[n + 3], 4);
    ck_assert_double_eq(c->timeline->cap_active[n + 1], 64);
    ck_assert_double_eq(c->timeline->cap_active[n + 2], 16);
}
END_TEST

START_TEST(a_power_cap_holds_in_the_hours_that_have_one)
{
    make("+power_caps; site=johor; from=2027-01-13; to=2027-01-20; cap=5 MW\n");
    ck_assert_double_eq(c->timeline->power_cap[0], (double)INFINITY);
    ck_assert_double_eq(c->timeline->power_cap[1], 5e6);
    ck_assert_double_eq(c->timeline->power_cap[2], 5e6);
    ck_assert_double_eq(c->timeline->power_cap[3], (double)INFINITY);
    make("sites.johor.power_cap=7 MW\n+power_caps; site=johor; from=2027-01-13; to=2027-01-20; cap=0\n");
    ck_assert_double_eq_tol(c->timeline->power_cap[1], 2e6, 1e-6);
}
END_TEST

START_TEST(a_port_ramps_in_a_line)
{
    const double *ramp;

    make("+ports; workload=t1; family=hopper; from=2027-01-11; initial=0.5; final=1; ramp=14\n"
         "+accelerators b1; vendor=x; family=other; bf16=1; memory=1; memory_bandwidth=1; rated_power=1; idle_power=1\n"
         "+workloads t2; company=acme; task=training; model=m70; tokens=1e12; families=other\n"
         "+ports; workload=t2; family=hopper; initial=0.5\n"
         "+ports; workload=t2; family=other; initial=0.5; final=1; ramp=10\n");
    ck_assert_uint_eq(c->n_segment, 4);
    ramp = c->timeline->ramp;
    ck_assert_double_eq(ramp[0], 0);
    ck_assert_double_eq_tol(ramp[1], 0.625, 1e-14);
    ck_assert_double_eq_tol(ramp[2], 0.875, 1e-14);
    ck_assert_double_eq(ramp[3], 1);
    for (size_t t = 0; t < 4; t++) {
        ck_assert_double_eq(ramp[4 + t], 1);
        ck_assert_double_eq(ramp[8 + t], 0);
    }
    ck_assert_double_eq_tol(ramp[12], 0.675, 1e-14);
    ck_assert_double_eq_tol(ramp[13], (3 * 0.925 + 4) / 7, 1e-14);
    ck_assert_double_eq(ramp[14], 1);
}
END_TEST

/* ---- demand ---- */

/* A profile named p over n hours, weight by hour; more lines follow. */
static void make_profile(int n, double (*weight)(int), const char *more)
{
    str text = {0};

    for (int h = 0; h < n; h++)
        str_printf(&text, "+profiles; profile=p; hour=%d; weight=%g\n", h, weight(h));
    str_puts(&text, more);
    make(text.s);
    str_free(&text);
}

static double half_day(int h) { return h < 12 ? 1 : 3; }
static double rising(int h) { return h; }
static double monday(int h) { return h == 0 ? 1 : 0; }

START_TEST(flat_demand_is_rate_times_hours)
{
    make(SERVICE DEMAND "\n");
    ck_assert_uint_eq(c->timeline->n_pair, 1);
    ck_assert_int_eq(c->timeline->pair[0].workload, 1);
    for (size_t t = 0; t < 4; t++) {
        ck_assert_double_eq(c->timeline->pair[0].requests[t], 16800);
        ck_assert_double_eq(c->timeline->pair[0].peak[t], 1);
    }
}
END_TEST

START_TEST(a_profile_is_read_in_local_time)
{
    const double *r;

    make_profile(24, half_day, "period=hour\nperiods=24\n" SERVICE DEMAND "; profile=p\n");
    r = c->timeline->pair[0].requests;
    for (size_t t = 0; t < 24; t++) {
        bool late = (t + 8) % 24 >= 12;

        ck_assert_double_eq_tol(r[t], late ? 150 : 50, 1e-12);
        ck_assert_double_eq(c->timeline->pair[0].peak[t], 1);
    }
    make_profile(24, half_day, "period=hour\nperiods=24\nregions.home.utc_offset=5.5\n" SERVICE DEMAND "; profile=p\n");
    r = c->timeline->pair[0].requests;
    ck_assert_double_eq_tol(r[5], 50, 1e-12);
    ck_assert_double_eq_tol(r[6], 100, 1e-12);
    ck_assert_double_eq_tol(r[7], 150, 1e-12);
    ck_assert_double_eq_tol(r[18], 100, 1e-12);
    make_profile(24, half_day, "period=hour\nperiods=24\nregions.home.utc_offset=-8\n" SERVICE DEMAND "; profile=p\n");
    ck_assert_double_eq_tol(c->timeline->pair[0].requests[0], 150, 1e-12);
    ck_assert_double_eq_tol(c->timeline->pair[0].requests[8], 50, 1e-12);
}
END_TEST

START_TEST(whole_days_have_the_mean_whatever_the_shape)
{
    make_profile(24, rising, "period=day\nperiods=3\n" SERVICE DEMAND "; profile=p\n");
    ck_assert_double_eq_tol(c->timeline->pair[0].requests[1], 2400, 1e-9);
    ck_assert_double_eq_tol(c->timeline->pair[0].peak[1], 21.85 / 11.5, 1e-12);
    make_profile(24, rising, "peak=peak\nperiod=day\nperiods=3\n" SERVICE DEMAND "; profile=p\n");
    ck_assert_double_eq_tol(c->timeline->pair[0].peak[1], 2, 1e-12);
}
END_TEST

START_TEST(a_week_begins_on_monday)
{
    make_profile(168, monday, "period=hour\nperiods=170\nregions.home.utc_offset=0\n" SERVICE DEMAND "; profile=p\n");
    for (size_t t = 0; t < 170; t++)
        ck_assert_double_eq_tol(c->timeline->pair[0].requests[t], t % 168 == 0 ? 16800 : 0, 1e-9);
    make_profile(168, monday, "period=week\nregions.home.utc_offset=3\npeak=peak\n" SERVICE DEMAND "; profile=p\n");
    ck_assert_double_eq_tol(c->timeline->pair[0].requests[2], 16800, 1e-9);
    ck_assert_double_eq_tol(c->timeline->pair[0].peak[2], 168, 1e-9);
}
END_TEST

START_TEST(the_parts_of_a_cut_period_have_its_mean_and_its_peak)
{
    const double *r;

    make_profile(24, rising, "periods=1\n" SERVICE DEMAND "; profile=p\n");
    double peak = c->timeline->pair[0].peak[0];

    make_profile(24, rising, "periods=1\n+rules r; effect=deny; when=false; from=2027-01-06T14:00Z\n"
                             SERVICE DEMAND "; profile=p\n");
    r = c->timeline->pair[0].requests;
    ck_assert_uint_eq(c->n_segment, 2);
    ck_assert_double_eq_tol(r[0], 100 * 62, 1e-9);
    ck_assert_double_eq_tol(r[1], 100 * 106, 1e-9);
    ck_assert_double_eq(c->timeline->pair[0].peak[0], peak);
    ck_assert_double_eq(c->timeline->pair[0].peak[1], peak);
}
END_TEST

START_TEST(a_window_inside_a_period_has_the_mean_and_the_peak_of_its_hours)
{
    /* From 14:00 Z on Wednesday, 22:00 at home, to Friday 4:00 Z, noon: 2 high, 12 low, 12 high and 12 low hours; and a cut
     * in between. */
    make_profile(24, half_day, "periods=1\n+rules r; effect=deny; when=false; from=2027-01-07\n" SERVICE
                               "workloads.s.start=2027-01-06T14:00Z\nworkloads.s.end=2027-01-08T04:00Z\n" DEMAND "; profile=p\n");
    ck_assert_uint_eq(c->n_segment, 4);
    ck_assert_double_eq(c->timeline->pair[0].requests[0], 0);
    ck_assert_double_eq_tol(c->timeline->pair[0].requests[1], 3300.0 / 38 * 10, 1e-9);
    ck_assert_double_eq_tol(c->timeline->pair[0].requests[2], 3300.0 / 38 * 28, 1e-9);
    ck_assert_double_eq(c->timeline->pair[0].requests[3], 0);
    ck_assert_double_eq_tol(c->timeline->pair[0].peak[1], 150 / (3300.0 / 38), 1e-9);
    ck_assert_double_eq(c->timeline->pair[0].peak[2], c->timeline->pair[0].peak[1]);
}
END_TEST

START_TEST(a_stated_peak_wins_and_a_change_within_a_period_counts)
{
    make_profile(24, rising, SERVICE DEMAND "; profile=p; peak=1.7\n");
    ck_assert_double_eq_tol(c->timeline->pair[0].peak[0], 1.7, 1e-9);
    make(SERVICE DEMAND "; to=2027-01-06\n+demands; workload=s; region=home; requests=300; from=2027-01-06\n");
    ck_assert_double_eq_tol(c->timeline->pair[0].requests[0], 40800, 1e-9);
    ck_assert_double_eq_tol(c->timeline->pair[0].peak[0], 300 / (40800 / 168.0), 1e-12);
    ck_assert_double_eq(c->timeline->pair[0].peak[1], 1);
    make(SERVICE DEMAND "; to=2027-01-11; peak=2\n+demands; workload=s; region=home; requests=0; from=2027-01-18\n");
    ck_assert_double_eq(c->timeline->pair[0].peak[0], 2);
    ck_assert_double_eq(c->timeline->pair[0].peak[1], 1);
    ck_assert_double_eq(c->timeline->pair[0].requests[1], 0);
    ck_assert_double_eq(c->timeline->pair[0].requests[2], 0);
    ck_assert_double_eq(c->timeline->pair[0].peak[2], 1);
}
END_TEST

START_TEST(demand_outside_the_window_of_a_service_does_not_count)
{
    make(SERVICE "workloads.s.start=2027-01-13\n" DEMAND "\n");
    ck_assert_uint_eq(c->n_segment, 5);
    ck_assert_double_eq(c->timeline->pair[0].requests[1], 0);
    ck_assert_double_eq(c->timeline->pair[0].requests[2], 100 * 24 * 5);
}
END_TEST

START_TEST(pairs_come_by_workload_and_region)
{
    make("+regions far; country=AE\n" SERVICE "+workloads q; company=acme; task=service; model=m70; input_len=1; "
         "output_len=1\n+demands; workload=q; region=far; requests=1\n" DEMAND "; to=2027-01-18\n"
         "+demands; workload=q; region=home; requests=3\n" DEMAND "; from=2027-01-18\n");
    ck_assert_uint_eq(c->timeline->n_pair, 3);
    ck_assert_int_eq(c->timeline->pair[0].workload, 1);
    ck_assert_int_eq(c->timeline->pair[1].workload, 2);
    ck_assert_int_eq(c->timeline->pair[1].region, 0);
    ck_assert_int_eq(c->timeline->pair[2].region, 1);
    ck_assert_double_eq(c->timeline->pair[0].requests[3], 16800);
}
END_TEST

static TCase *horizon_case(void)
{
    TCase *t = tcase_create("horizon");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, months_are_calendar_months);
    tcase_add_test(t, hours_and_days_have_labels_of_their_own);
    tcase_add_test(t, every_date_that_matters_cuts_its_period_once);
    tcase_add_test(t, discount_is_taken_at_the_middle_of_the_segment);
    tcase_add_test(t, overlap_and_inside_know_open_ends);
    tcase_add_test(t, starts_lie_on_their_grid_snapped_to_periods);
    tcase_add_test(t, starts_between_months_snap_to_the_next_and_ends_cut);
    tcase_add_test(t, quarters_begin_in_january_april_july_and_october);
    return t;
}

static TCase *supply_case(void)
{
    TCase *t = tcase_create("offers and sites");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, prices_take_the_mean_by_hours_over_the_base);
    tcase_add_test(t, rows_around_and_outside_the_horizon_count_where_they_touch_it);
    tcase_add_test(t, availability_has_a_mean_and_a_least);
    tcase_add_test(t, leases_have_what_is_signed_and_what_may_be_active);
    tcase_add_test(t, a_power_cap_holds_in_the_hours_that_have_one);
    tcase_add_test(t, a_port_ramps_in_a_line);
    return t;
}

static TCase *demand_case(void)
{
    TCase *t = tcase_create("demand");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, flat_demand_is_rate_times_hours);
    tcase_add_test(t, a_profile_is_read_in_local_time);
    tcase_add_test(t, whole_days_have_the_mean_whatever_the_shape);
    tcase_add_test(t, a_week_begins_on_monday);
    tcase_add_test(t, the_parts_of_a_cut_period_have_its_mean_and_its_peak);
    tcase_add_test(t, a_window_inside_a_period_has_the_mean_and_the_peak_of_its_hours);
    tcase_add_test(t, a_stated_peak_wins_and_a_change_within_a_period_counts);
    tcase_add_test(t, demand_outside_the_window_of_a_service_does_not_count);
    tcase_add_test(t, pairs_come_by_workload_and_region);
    return t;
}

Suite *timeline_suite(void)
{
    Suite *s = suite_create("timeline");

    suite_add_tcase(s, horizon_case());
    suite_add_tcase(s, supply_case());
    suite_add_tcase(s, demand_case());
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(timeline_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
