/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign tables, right and wrong, into ours. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert/bins.h"
#include "convert/job.h"
#include "convert/lengths.h"
#include "domain/domain.h"
#include "support/scratch.h"

Suite *convert_suite(void);

static strait_ctx *cx;
static struct converted made;

static void begin(void)
{
    cx = strait_ctx_new();
    scratch_begin();
    made = (struct converted){.n = 0};
}

static void end(void)
{
    converted_free(&made);
    scratch_end();
    strait_ctx_free(cx);
}

/* Import one text; options are "name=value|name=value". */
static strait_status import(const char *what, const char *text, const char *options)
{
    const char *path = scratch_text("in.csv", text);
    strait_import_option o[8];
    char *words = strdup(options);
    size_t n = 0;
    strait_status st;

    for (char *word = strtok(words, "|"); word != NULL; word = strtok(NULL, "|")) {
        char *equals = strchr(word, '=');

        *equals = '\0';
        o[n++] = (strait_import_option){word, equals + 1};
    }
    converted_free(&made);
    cx_clear(cx);
    st = convert(cx, what, &path, 1, o, n, &made);
    free(words);
    return st;
}

static const strait_table *table(const char *name)
{
    for (size_t i = 0; i < made.n; i++)
        if (strcmp(made.v[i]->name, name) == 0)
            return made.v[i];
    return NULL;
}

/* ---- cells ---- */

#define DAY_2026 INT64_C(1796619600)   /* 2026-12-07T05:00Z */

static const struct { const char *text; int64_t clock; bool ok; int64_t us; } times[] = {
    {"2026-12-07 05:00:00", 0, true, DAY_2026 * 1000000},
    {"2026-12-07 05:00:00.9799600", 0, true, DAY_2026 * 1000000 + 979960},
    {"2026-12-07T05:00Z", 8 * 3600, true, DAY_2026 * 1000000},
    {"2026/12/07  05:00:01,5", 0, true, DAY_2026 * 1000000 + 1500000},
    {"2026-12-07 13:00:00+08:00", 0, true, DAY_2026 * 1000000},
    {"2026-12-07 13:00:00 +0800", 3600, true, DAY_2026 * 1000000},
    {"2026-12-07 02:30:00-02:30", 0, true, DAY_2026 * 1000000},
    {"2026-12-07 13:00:00", 8 * 3600, true, DAY_2026 * 1000000},
    {"2026-12-07", 0, true, (DAY_2026 - 5 * 3600) * 1000000},
    {"2016-12-31T23:59:60Z", 0, true, INT64_C(1483228800) * 1000000},
    {"1796619600", 0, true, DAY_2026 * 1000000},
    {"1796619600.25", 0, true, DAY_2026 * 1000000 + 250000},
    {"1796619600250", 0, true, DAY_2026 * 1000000 + 250000},
    {"1796619600250000", 0, true, DAY_2026 * 1000000 + 250000},
    {"1796619600250000000", 0, true, DAY_2026 * 1000000 + 250000},
    {"", 0, false, 0}, {"nan", 0, false, 0}, {"inf", 0, false, 0}, {"-1", 0, false, 0}, {"1e99", 0, false, 0},
    {"0x10", 0, false, 0}, {"2026-13-01", 0, false, 0}, {"2026-02-29", 0, false, 0}, {"2026-12-07 24:00", 0, false, 0},
    {"2026-12-07 05:60", 0, false, 0}, {"2026-12-07x", 0, false, 0}, {"2026-12-07 05:00:00+15:00", 0, false, 0},
    {"2026-12-07 05:00:00 CET", 0, false, 0}, {"2026-12-07 05:00:00.", 0, false, 0}, {"2026-12", 0, false, 0},
    {"2026-12-07 ", 0, false, 0},
};

START_TEST(a_time_is_read_exactly_or_not_at_all)
{
    bool relative = true;
    int64_t us = 0;

    ck_assert_msg(cell_time(times[_i].text, times[_i].clock, &us, &relative) == times[_i].ok, "%s", times[_i].text);
    if (times[_i].ok)
        ck_assert_msg(us == times[_i].us, "%s: off by %lld us", times[_i].text, (long long)(us - times[_i].us));
    ck_assert(!times[_i].ok || !relative);
}
END_TEST

START_TEST(a_count_is_whole_and_finite)
{
    static const struct { const char *text; bool ok; double v; } cells[] = {
        {"0", true, 0}, {"4808", true, 4808}, {"12.0", true, 12}, {"1e3", true, 1000}, {"-5", false, 0}, {"1.5", false, 0},
        {"nan", false, 0}, {"inf", false, 0}, {"1e400", false, 0}, {"1e16", false, 0}, {"", false, 0}, {"7x", false, 0},
        {"0x10", false, 0}, {" 7", false, 0},
    };
    double v;

    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        ck_assert_msg(cell_count(cells[i].text, &v) == cells[i].ok, "%s", cells[i].text);
        ck_assert(!cells[i].ok || v == cells[i].v);
    }
}
END_TEST

/* ---- lengths and bins ---- */

START_TEST(quantiles_are_exact_below_the_bound_and_near_above)
{
    static struct lengths l;

    memset(&l, 0, sizeof l);
    ck_assert(isnan(lengths_quantile(&l, 0.5)));
    for (int i = 1; i <= 1000; i++)
        lengths_add(&l, (i * 37) % 1000);
    ck_assert(lengths_quantile(&l, 0.5) == 499 && lengths_quantile(&l, 0.95) == 949 && lengths_quantile(&l, 1) == 999);
    ck_assert(lengths_quantile(&l, 0.001) == 0);
    ck_assert_int_eq(lengths_between(&l, 0, 1) + lengths_between(&l, 1, 512) + lengths_between(&l, 512, 1024), 1000);
    ck_assert_int_eq(lengths_between(&l, 512, 1024), 488);
    memset(&l, 0, sizeof l);
    for (int i = 0; i < 99; i++)
        lengths_add(&l, 3e6);
    lengths_add(&l, 1e15);
    ck_assert(fabs(lengths_quantile(&l, 0.5) / 3e6 - 1) < 0.011);
}
END_TEST

static void add(struct bins *b, double minute, double requests)
{
    bool fits;

    ck_assert_int_eq(bins_add(b, (int64_t)(minute * 6e7), &(struct bin){requests, 0, 0}, &fits), STRAIT_OK);
    ck_assert(fits);
}

START_TEST(bins_do_not_depend_on_the_order_of_arrival)
{
    struct bins up = {.v = NULL}, mixed = {.v = NULL};
    struct week a, b;

    for (int i = 0; i < 20000; i++) {
        add(&up, i, i % 7);
        add(&mixed, (i * 7919) % 20000, (i * 7919) % 20000 % 7);
    }
    ck_assert_uint_eq(up.n, mixed.n);
    ck_assert(up.first == mixed.first && up.from_us == mixed.from_us && up.to_us == mixed.to_us);
    ck_assert_mem_eq(up.v + up.front, mixed.v + mixed.front, up.n * sizeof *up.v);
    bins_week(&up, 3600, &a);
    bins_week(&mixed, 3600, &b);
    ck_assert_mem_eq(&a, &b, sizeof a);
    bins_free(&up);
    bins_free(&mixed);
}
END_TEST

START_TEST(times_decades_apart_do_not_fit)
{
    struct bins b = {.v = NULL};
    bool fits;

    add(&b, 1e6, 1);
    ck_assert_int_eq(bins_add(&b, INT64_C(7000000000000000), &(struct bin){1, 0, 0}, &fits), STRAIT_OK);
    ck_assert(!fits);
    ck_assert_uint_eq(b.n, 1);
    bins_free(&b);
}
END_TEST

/* Minutes 0 to 119 with 1 request and one with 61: by hand 100 minutes inside, mean 1.5 and so on. */
START_TEST(peaks_by_hand)
{
    struct bins b = {.v = NULL};
    struct peaks p;

    for (int i = 0; i < 120; i++)
        add(&b, i, i == 60 ? 61 : 1);
    add(&b, 120, 0);
    ck_assert_int_eq(bins_peaks(&b, 1, &p), STRAIT_OK);
    ck_assert_uint_eq(p.n, 120);
    ck_assert(p.mean == 1.5 && fabs(p.p95 - 1 / 1.5) < 1e-12 && fabs(p.peak - 61 / 1.5) < 1e-12);
    ck_assert_int_eq(bins_peaks(&b, 60, &p), STRAIT_OK);
    ck_assert(p.n == 2 && p.mean == 90 && fabs(p.peak - 120.0 / 90) < 1e-12);
    ck_assert_int_eq(bins_peaks(&b, 1440, &p), STRAIT_OK);
    ck_assert(p.n == 0 && isnan(p.peak));
    bins_free(&b);
}
END_TEST

/* ---- trace ---- */

#define AZURE "TIMESTAMP,ContextTokens,GeneratedTokens\n"

START_TEST(bad_rows_are_counted_and_the_first_is_told)
{
    ck_assert_int_eq(import("trace", AZURE "2024-05-06 00:00:00.5,100,10\n2024-05-06 00:00:02,nan,10\nx,1,1\n"
                                     "2024-05-06 00:00:01,300,30\n2024-05-06 00:00:02,-4,10\n2024-05-06 00:00:03,5,inf\n",
                            "demand=chat@home"), STRAIT_OK);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 3, "ContextTokens"), 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 3, "2 rows like this are left out"), 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 4, "TIMESTAMP"), 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 7, "GeneratedTokens"), 1);
    ck_assert_uint_eq(cx->n_error, 0);
    ck_assert_int_eq(table_int(table("import"), "rows", 0), 6);
    ck_assert_int_eq(table_int(table("import"), "used", 0), 2);
    ck_assert_int_eq(table_int(table("import"), "bad", 0), 4);
    ck_assert_uint_eq(table("skipped")->n_row, 3);
    ck_assert_str_eq(table_text(table("skipped"), "value", 0), "nan");
    ck_assert(table_real(table("lengths"), "input_len", 0) == 200 && table_real(table("lengths"), "output_len", 0) == 20);
    ck_assert(fabs(table_real(table("demands"), "requests", 0) - 2 * 7200) < 1e-6);
    ck_assert_ptr_null(table("profiles"));
}
END_TEST

/* Two weeks, a request a minute, on Mondays from 8 to 9 UTC three: weights 1 and 3, in local time 8 h later. */
static char *two_weeks(bool binned)
{
    char *text = malloc(4 << 20);
    size_t at = (size_t)sprintf(text, binned ? "hour_utc,arrivals,input_tokens,output_tokens\n" : "Timestamp,Request tokens,Response tokens\n");

    for (int m = 0; m <= 20160; m++) {
        int hour = m / 60 % 168, each = hour == 8 ? 3 : 1;

        if (binned && m % 60 == 0 && m < 20160)
            at += (size_t)sprintf(text + at, "2024-05-%02dT%02d:00Z,%d,%d,%d\n", 6 + m / 1440, m / 60 % 24, 60 * each,
                                  6000 * each, 600 * each);
        for (int k = 0; !binned && k < (m == 20160 ? 1 : each); k++)
            at += (size_t)sprintf(text + at, "%d.0,100,10\n", m * 60);
    }
    return text;
}

/* `last`: requests of the last moment, at Monday 0:00 UTC, beside the 120 of that hour. */
static void check_weeks(double last)
{
    const strait_table *p = table("profiles");
    double low = 168 / (170 + last / 120), high = 3 * low;

    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(p->n_row, 168);
    for (size_t h = 0; h < 168; h++)
        ck_assert_msg(fabs(table_real(p, "weight", h) - (h == 16 ? high : h == 8 ? low * (1 + last / 120) : low)) < 1e-9, "hour %zu: %g", h,
                      table_real(p, "weight", h));
    ck_assert(fabs(table_real(table("trace"), "peak_of_hours", 0) - high) < 2e-3);
    ck_assert(table_real(table("lengths"), "input_len", 0) == 100);
    ck_assert(fabs(table_real(table("trace"), "hours", 0) - 336) < 1e-9);
}

START_TEST(two_weeks_of_requests_make_a_week_in_local_time)
{
    char *text = two_weeks(false);

    ck_assert_int_eq(import("trace", text, "start=2024-05-06|utc_offset=8|profile=week"), STRAIT_OK);
    check_weeks(1);
    ck_assert_uint_eq(cx->n_warning, 0);
    free(text);
}
END_TEST

START_TEST(two_weeks_of_hourly_bins_make_the_same_week)
{
    char *text = two_weeks(true);

    ck_assert_int_eq(import("trace", text, "utc_offset=8"), STRAIT_OK);
    check_weeks(0);
    ck_assert_uint_eq(table("lengths")->n_row, 1);
    ck_assert(table_real(table("trace"), "requests", 0) == 2 * 60 * 170);
    free(text);
}
END_TEST

START_TEST(seconds_without_a_beginning_are_refused)
{
    ck_assert_int_eq(import("trace", "Timestamp,Request tokens,Response tokens\n5,1,1\n9,1,1\n", ""), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 2, "--start"), 1);
    ck_assert_uint_eq(made.n, 0);
}
END_TEST

START_TEST(columns_and_rows_can_be_chosen)
{
    const char *text = "when,in,out,Model\n2024-05-06,1,2,a\n2024-05-06 01:00,3,4,b\n2024-05-06 02:00,5,6,a\n";

    ck_assert_int_eq(import("trace", text, ""), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 1, "the column is missing"), 1);
    ck_assert_int_eq(import("trace", text, "columns=time=when,input=in,output=out|where=Model=a"), STRAIT_OK);
    ck_assert(table_real(table("lengths"), "input_len", 0) == 3);
    ck_assert_int_eq(table_int(table("import"), "other", 0), 1);
    ck_assert_int_eq(import("trace", text, "columns=time=when,input=in,output=out|where=model type=a"), STRAIT_EINPUT);
}
END_TEST

START_TEST(files_without_a_span_of_time_are_refused)
{
    ck_assert_int_eq(import("trace", AZURE, ""), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 1, "no rows"), 1);
    ck_assert_int_eq(import("trace", AZURE "2024-05-06,1,1\n", ""), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 1, "no span"), 1);
    ck_assert_int_eq(import("trace", "hour_utc,arrivals,input_tokens,output_tokens\n2024-05-06,1,1,1\n2024-05-07,1,1,1\n", ""),
                     STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 1, "more than an hour"), 1);
}
END_TEST

/* ---- skypilot ---- */

#define CATALOGUE "InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region,AvailabilityZone,provider\n"

START_TEST(an_offer_is_the_largest_node_at_its_cheapest)
{
    ck_assert_int_eq(import("skypilot", CATALOGUE "p5,H100,8,80,40,ap-1,a,aws\np5,H100,8,80,32,ap-1,b,aws\n"
                                        "p5s,h100,1,9,1,ap-1,a,aws\np5,H100,8,88,,eu-1,a,aws\n,,,1,,ap-1,a,aws\n",
                            "regions=ap-1=singapore|count=64|interruptions=0.01|date=2026-05-20"), STRAIT_OK);
    ck_assert_uint_eq(table("offers")->n_row, 2);
    ck_assert_str_eq(table_text(table("offers"), "name", 0), "singapore_H100_aws_od");
    ck_assert_str_eq(table_text(table("offers"), "site", 1), "singapore");
    ck_assert_str_eq(table_text(table("offers"), "contract", 1), "spot");
    ck_assert_str_eq(table_text(table("offers"), "date", 1), "2026-05-20");
    ck_assert(table_real(table("offers"), "price", 0) == 10 && table_real(table("offers"), "price", 1) == 4);
    ck_assert(table_int(table("offers"), "unit", 0) == 8 && table_real(table("offers"), "count", 0) == 64);
    ck_assert(isnan(table_real(table("offers"), "interruptions", 0)) &&
              table_real(table("offers"), "interruptions", 1) == 0.01);
    ck_assert_int_eq(table_int(table("import"), "other", 0), 2);
    ck_assert_uint_eq(cx->n_warning, 0);
}
END_TEST

START_TEST(the_unit_can_be_chosen_and_regions_go_by_provider)
{
    const char *text = CATALOGUE "p5,H100,8,80,,r,a,aws\np5s,H100,1,9,,r,a,aws\nx,H100,8,72,,r,a,oci\n";

    ck_assert_int_eq(import("skypilot", text, "regions=aws:r=here,none|unit=1|count=8"), STRAIT_OK);
    ck_assert_uint_eq(table("offers")->n_row, 1);
    ck_assert(table_real(table("offers"), "price", 0) == 9 && table_int(table("offers"), "unit", 0) == 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 1, "none"), 1);
    ck_assert_int_eq(import("skypilot", text, ""), STRAIT_OK);
    ck_assert_uint_eq(table("offers")->n_row, 2);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 1, "does not say how many"), 1);
}
END_TEST

START_TEST(names_that_are_none_of_ours_are_listed)
{
    ck_assert_int_eq(import("skypilot", CATALOGUE "a,T4,4,2,,r,a,x\na,T4,1,0.6,,r,a,x\n"
                                        "Standard_NC40ads_H100_v5,H100,1,7,,r,,azure\nb,A100,8,32,,r,,x\n", ""), STRAIT_OK);
    ck_assert_ptr_null(table("offers"));
    ck_assert_uint_eq(table("unknown")->n_row, 3);
    ck_assert_int_eq(table_int(table("unknown"), "rows", 0), 2);
    ck_assert(table_real(table("unknown"), "lowest", 0) == 0.5);
    ck_assert_str_eq(table_text(table("unknown"), "why", 1), "H100 NVL of 94 GB");
    ck_assert_uint_eq(faults_at(cx, "in.csv", 1, "none of ours"), 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 1, "no offer came"), 1);
}
END_TEST

START_TEST(the_users_names_come_first)
{
    char options[512];

    snprintf(options, sizeof options, "count=1|accelerators=%s",
             scratch_text("names.csv", "name,accelerator\nT4,turing\nH100,hopper_mine\n"));
    ck_assert_int_eq(import("skypilot", CATALOGUE "a,T4,4,2,,r,a,x\nb,H100,1,3,,r,a,x\n", options), STRAIT_OK);
    ck_assert_str_eq(table_text(table("offers"), "accelerator", 0), "turing");
    ck_assert_str_eq(table_text(table("offers"), "accelerator", 1), "hopper_mine");
}
END_TEST

START_TEST(prices_that_are_none_are_told)
{
    ck_assert_int_eq(import("skypilot", CATALOGUE "a,H100,8,-1,0,r,a,x\na,H100,8,nan,0,r,a,x\na,H100,0,5,,r,a,x\n"
                                        "a,H100,8,80,gone,r,a,x\na,H100,8,88,,r,a,x\n", "count=8"), STRAIT_OK);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 2, "2 rows like this"), 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 4, "AcceleratorCount"), 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 5, "SpotPrice"), 1);
    ck_assert_uint_eq(table("offers")->n_row, 1);
    ck_assert(table_real(table("offers"), "price", 0) == 11);
}
END_TEST

START_TEST(a_price_of_the_accelerator_alone_needs_its_host)
{
    ck_assert_int_eq(import("skypilot", "AcceleratorName,AcceleratorCount,Price,Region,TotalPrice\nH100,8,40,r,48\nH100,8,40,r,\n",
                            "count=8"), STRAIT_OK);
    ck_assert(table_real(table("offers"), "price", 0) == 6);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 3, "host"), 1);
    ck_assert_ptr_nonnull(strstr(table_text(table("offers"), "source", 0), "in r"));
}
END_TEST

/* Two zones: the lower one counts; both gone, then one back at the old price. */
START_TEST(a_history_becomes_prices_and_availabilities)
{
    const strait_table *p, *a;

    ck_assert_int_eq(import("skypilot", "date,provider,InstanceType,AcceleratorName,AcceleratorCount,Region,AvailabilityZone,Price\n"
                                        "2026-05-01,x,n,H200,8,r,1,gone\n2026-04-02,x,n,H200,8,r,1,24\n2026-04-02,x,n,H200,8,r,2,32\n"
                                        "2026-05-04,x,n,H200,8,r,2,gone\n2026-05-09,x,n,H200,8,r,2,32\n2026-05-09,x,n,H200,8,r,2x,1e999\n",
                            "count=16"), STRAIT_OK);
    p = table("prices");
    a = table("availabilities");
    ck_assert_uint_eq(p->n_row, 2);
    ck_assert(table_real(p, "price", 0) == 3 && table_real(p, "price", 1) == 4);
    ck_assert_str_eq(table_text(p, "from", 0), "2026-04-02");
    ck_assert_str_eq(table_text(p, "from", 1), "2026-05-01");
    ck_assert_uint_eq(a->n_row, 3);
    ck_assert(table_int(a, "count", 0) == 16 && table_int(a, "count", 1) == 0 && table_int(a, "count", 2) == 16);
    ck_assert_str_eq(table_text(a, "from", 1), "2026-05-04");
    ck_assert(table_real(table("offers"), "price", 0) == 4);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 7, "is no price"), 1);
}
END_TEST

START_TEST(regions_of_any_letters_become_names_and_quotes_hold_commas)
{
    const char *text = CATALOGUE "n,H100,1,3,,\"Denmark, DK, EU\",,vast\n";

    ck_assert_int_eq(import("skypilot", text, "count=1"), STRAIT_OK);
    ck_assert_str_eq(table_text(table("offers"), "site", 0), "Denmark-DK-EU");
    ck_assert_int_eq(import("skypilot", text, "count=1|regions=\"Denmark, DK, EU\"=denmark"), STRAIT_OK);
    ck_assert_str_eq(table_text(table("offers"), "name", 0), "denmark_H100_vast_od");
}
END_TEST

/* ---- rates ---- */

START_TEST(measurements_become_their_median_and_spread)
{
    const strait_table *r;

    ck_assert_int_eq(import("rates", "model,accelerator,phase,tokens_per_s,gpus\nm,H100,decode,800,8\nm,H100-SXM,decode,3200,8\n"
                                     "m,H100,Prefill,9000,1\nm,H100,decode,400,0\nm,H100,sleep,4,1\nother,H100,decode,1,1\n"
                                     "m,Tesla,decode,1,1\nm,H100,decode,,1\nm,H100,decode,0,1\n",
                            "rename=m=chat,gone|date=2026-11|source=bench"), STRAIT_OK);
    r = table("rates");
    ck_assert_uint_eq(r->n_row, 2);
    ck_assert_str_eq(table_text(r, "workload", 0), "chat");
    ck_assert_str_eq(table_text(r, "source", 0), "bench");
    ck_assert_str_eq(table_text(r, "kind", 0), "measured");
    ck_assert(fabs(table_real(r, "rate", 0) - 200) < 1e-9 && table_real(r, "rate", 1) == 9000);
    ck_assert(fabs(table_real(r, "error", 0) - log(4) / sqrt(2)) < 1e-12 && table_real(r, "error", 1) == 0.1);
    ck_assert_uint_eq(table("unknown")->n_row, 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 5, "number of accelerators"), 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 6, "is no phase"), 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 10, "is no rate"), 1);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 1, "gone"), 1);
}
END_TEST

START_TEST(a_rate_per_accelerator_is_not_divided_and_other_units_are_refused)
{
    ck_assert_int_eq(import("rates", "workload,accelerator,phase,tokens_per_s_per_accelerator,n_accelerators\nm,H100,train,800,8\n",
                            ""), STRAIT_OK);
    ck_assert(table_real(table("rates"), "rate", 0) == 800);
    ck_assert_int_eq(import("rates", "workload,accelerator,phase,rate[tokens/h]\nm,H100,train,800\n", ""), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "in.csv", 1, "tokens/h"), 1);
}
END_TEST

/* ---- options ---- */

START_TEST(options_that_are_wrong_are_refused_with_what_is_allowed)
{
    static const struct { const char *what, *option, *says; } wrong[] = {
        {"trace", "regions=x", "takes no \"regions\"; allowed: columns"}, {"skypilot", "count=0", "1 to 1e9"},
        {"skypilot", "count=x", "1 to 1e9"}, {"skypilot", "unit=1.5", "1 to 100000"}, {"skypilot", "interruptions=nan", "0 to 100"},
        {"skypilot", "regions=a=b c", "letters"}, {"skypilot", "regions=,", "NAME"}, {"skypilot", "kind=sure", "official"},
        {"trace", "utc_offset=15", "-14 to 14"}, {"trace", "start=soon", "YYYY"}, {"trace", "demand=chat", "WORKLOAD@REGION"},
        {"trace", "columns=when=x", "time, input"}, {"trace", "columns=time", "time, input"}, {"trace", "where=Model", "COLUMN=VALUE"},
        {"trace", "profile=a b", "letters"}, {"orbit", "count=1", "skypilot, trace, rates"},
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(import(wrong[i].what, AZURE, wrong[i].option) == STRAIT_EUSAGE, "%s", wrong[i].option);
        ck_assert_msg(strstr(strait_message(cx), wrong[i].says) != NULL, "%s", strait_message(cx));
    }
}
END_TEST

static void add_tests(Suite *s, const char *name, const TTest *const *tests, size_t n)
{
    TCase *t = tcase_create(name);

    tcase_add_checked_fixture(t, begin, end);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
}

#define TESTS(s, name, ...) \
    add_tests(s, name, (const TTest *const[]){__VA_ARGS__}, sizeof((const TTest *const[]){__VA_ARGS__}) / sizeof(TTest *))

Suite *convert_suite(void)
{
    Suite *s = suite_create("convert");
    TCase *t = tcase_create("times");

    tcase_add_loop_test(t, a_time_is_read_exactly_or_not_at_all, 0, (int)(sizeof times / sizeof *times));
    suite_add_tcase(s, t);
    TESTS(s, "counts", a_count_is_whole_and_finite, quantiles_are_exact_below_the_bound_and_near_above,
          bins_do_not_depend_on_the_order_of_arrival, times_decades_apart_do_not_fit, peaks_by_hand);
    TESTS(s, "traces", bad_rows_are_counted_and_the_first_is_told, two_weeks_of_requests_make_a_week_in_local_time,
          two_weeks_of_hourly_bins_make_the_same_week, seconds_without_a_beginning_are_refused, columns_and_rows_can_be_chosen,
          files_without_a_span_of_time_are_refused);
    TESTS(s, "catalogues", an_offer_is_the_largest_node_at_its_cheapest, the_unit_can_be_chosen_and_regions_go_by_provider,
          names_that_are_none_of_ours_are_listed, the_users_names_come_first, prices_that_are_none_are_told,
          a_price_of_the_accelerator_alone_needs_its_host, a_history_becomes_prices_and_availabilities,
          regions_of_any_letters_become_names_and_quotes_hold_commas);
    TESTS(s, "measured rates", measurements_become_their_median_and_spread,
          a_rate_per_accelerator_is_not_divided_and_other_units_are_refused);
    TESTS(s, "options", options_that_are_wrong_are_refused_with_what_is_allowed);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(convert_suite());
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
