/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan: its sums, its tables on cases worked out by hand, and what its prices mean. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tolerance.h"
#include "explain/plan.h"
#include "support/oracle.h"
#include "support/random_case.h"
#include "support/small_case.h"

Suite *plan_suite(void);

enum { N_CASE = 80, MAX_RECORDS = 40 };

/* One day; a chip trains 1000 tokens a second, 8.64e7 a day; no energy is paid apart. */
static const struct small_record base[] = {
    { KIND_settings, "start=2027-01-04; period=day; periods=1" },
    { KIND_company, "name=acme; seat=CN" },
    { KIND_accelerator, "name=chip; vendor=v; family=f; bf16=500; memory=80; memory_bandwidth=3000; rated_power=1000; idle_power=200" },
    { KIND_site, "name=site; country=CN; shore=onshore; pue=1.5; tariff=0.1; carbon=500; kind=reported" },
    { KIND_model, "name=m; total_params=1; active_params=1; layers=8; hidden=1024" },
    { KIND_pinned_rate, "workload=run; accelerator=chip; phase=train; rate=1000" },
    { KIND_settings, NULL },
};

#define CHEAP(count) \
    { KIND_offer, "name=cheap; site=site; accelerator=chip; contract=on_demand; price=1; unit=1; includes=power; kind=assumed; count=" count }
#define DEAR(price) \
    { KIND_offer, "name=dear; site=site; accelerator=chip; contract=on_demand; count=10; unit=1; includes=power; kind=reported; price=" price }
#define RUN(tokens) { KIND_workload, "name=run; company=acme; task=training; model=m; gang=1; tokens=" tokens }
#define END_RECORDS { KIND_settings, NULL }

struct table { strait_ctx *cx; strait_case *c; strait_plan *p; };

static struct table planned(strait_ctx *cx, strait_case *c)
{
    struct table k = { .cx = cx, .c = c };

    ck_assert_msg(plan_make(cx, c, &k.p) == STRAIT_OK, "%s", cx->message);
    return k;
}

static struct table plan_of(const struct small_record *more)
{
    struct small_record all[MAX_RECORDS];
    strait_ctx *cx = strait_ctx_new();
    size_t n = 0;

    for (const struct small_record *r = base; r->text != NULL; r++)
        all[n++] = *r;
    for (; more->text != NULL; more++)
        all[n++] = *more;
    all[n] = *more;
    return planned(cx, small_case(cx, all));
}

static void plan_end(struct table *k)
{
    plan_free(k->p);
    case_free(k->c);
    strait_ctx_free(k->cx);
}

static double value(const struct table *k)
{
    return table_real(k->p->table[PT_OBJECTIVE], "value", 0);
}

static const char *status(const struct table *k)
{
    return table_text(k->p->table[PT_PLAN], "status", 0);
}

/* Sum of a column over the rows in which `key` is `is` (key NULL: all). */
static double total(const strait_table *t, const char *col, const char *key, const char *is)
{
    double sum = 0.0;

    for (size_t i = 0; i < t->n_row; i++)
        if (key == NULL || strcmp(table_text(t, key, i), is) == 0)
            sum += table_real(t, col, i);
    return sum;
}

/* Row of duals by its name, or SIZE_MAX. */
static size_t dual_row(const struct table *k, const char *name)
{
    const strait_table *t = k->p->table[PT_DUALS];

    for (size_t i = 0; i < t->n_row; i++)
        if (strcmp(table_text(t, "name", i), name) == 0)
            return i;
    return SIZE_MAX;
}

/* ---- sums ---- */

static bool adds_up(double sum, double whole)
{
    return near_abs_rel(sum, whole, 1e-9, 1e-9);
}

static void parts_add_up(const struct table *k, uint64_t seed)
{
    static const char *const part[] = { "compute", "idle_lease", "energy", "movement", "duty", "penalty", "carbon" };
    static const char *const by[] = { "workload", "site", "vendor", "shore", "period" };
    const strait_table *cost = k->p->table[PT_COST];
    double sum = 0.0;

    for (size_t i = 0; i < 7; i++)
        sum += table_real(cost, part[i], 0);
    ck_assert_msg(adds_up(sum, value(k)) && adds_up(table_real(cost, "total", 0), value(k)), "seed %d: parts", (int)seed);
    for (size_t i = 0; i < 5; i++)
        ck_assert_msg(adds_up(total(k->p->table[PT_COST_BY], "cost", "by", by[i]), value(k)), "seed %d: by %s", (int)seed, by[i]);
}

/* The same money in other tables: who runs where bears all but idle leases and penalties of its workload. */
static void tables_agree(const struct table *k, uint64_t seed)
{
    const strait_table *cost = k->p->table[PT_COST], *by = k->p->table[PT_COST_BY];
    double placed = total(k->p->table[PT_PLACEMENTS], "cost", NULL, NULL), idle = 0.0;

    for (size_t i = 0; i < by->n_row; i++)
        if (strcmp(table_text(by, "by", i), "workload") == 0 && strcmp(table_text(by, "name", i), "(idle)") == 0)
            idle += table_real(by, "cost", i);
    ck_assert_msg(near_abs_rel(placed + idle + table_real(cost, "penalty", 0), value(k), 1e-3, 1e-8), "seed %d: placements", (int)seed);
    ck_assert_msg(near_abs_rel(total(k->p->table[PT_SPLIT], "cost", NULL, NULL), placed, 1e-3, 1e-8), "seed %d: split", (int)seed);
    ck_assert_msg(near_abs_rel(total(k->p->table[PT_UNMET], "penalty", NULL, NULL), table_real(cost, "penalty", 0), 1e-2, 1e-8),
                  "seed %d: unmet", (int)seed);
    ck_assert_double_ge(table_real(cost, "assumed_share", 0), 0.0);
    ck_assert_double_le(table_real(cost, "assumed_share", 0), 1.0 + 1e-9);
}

START_TEST(every_breakdown_of_the_cost_adds_up_to_it)
{
    int plans = 0;

    for (uint64_t seed = 0; seed < N_CASE; seed++) {
        strait_ctx *cx = strait_ctx_new();
        struct table k = planned(cx, random_case(cx, seed, &(struct random_twist){ 0 }));
        if (k.p->outcome == STRAIT_OPTIMAL) {
            parts_add_up(&k, seed);
            tables_agree(&k, seed);
            plans++;
        }
        plan_end(&k);
    }
    ck_assert_int_gt(plans, N_CASE / 2);
}
END_TEST

/* Rounding gives up freedom: it never costs less than what was proven, and says how much more. */
START_TEST(rounding_never_costs_less_than_the_bound)
{
    int rounded = 0;

    for (uint64_t seed = 0; seed < N_CASE; seed++) {
        strait_ctx *cx = strait_ctx_new();
        struct table k = planned(cx, random_case(cx, seed, &(struct random_twist){ .extra = "workloads.*.priority=1\n" }));
        const strait_table *r = k.p->table[PT_ROUNDED];
        if (k.p->outcome == STRAIT_OPTIMAL) {
            double v = table_real(r, "objective", 0), bound = table_real(k.p->table[PT_OBJECTIVE], "bound", 0);
            rounded += !isnan(v);
            ck_assert_msg(isnan(v) || v >= bound - 1e-6 * (1.0 + fabs(bound)), "seed %d: %g under %g", (int)seed, v, bound);
            ck_assert_msg(isnan(v) || table_real(r, "gap", 0) >= -1e-6, "seed %d", (int)seed);
            ck_assert_msg(isnan(v) == (strcmp(table_text(r, "status", 0), "none") == 0), "seed %d", (int)seed);
        }
        plan_end(&k);
    }
    ck_assert_int_gt(rounded, N_CASE / 3);
}
END_TEST

/* ---- by hand: 10 accelerator-days, 6 of them at 1 CUR an hour and 4 at 3: 144 + 288 ---- */

START_TEST(placements_say_who_runs_where_for_how_much)
{
    const struct small_record more[] = { CHEAP("6"), DEAR("3"), RUN("8.64e8"), END_RECORDS };
    struct table k = plan_of(more);
    const strait_table *t = k.p->table[PT_PLACEMENTS], *split = k.p->table[PT_SPLIT];

    ck_assert_str_eq(status(&k), "optimal");
    ck_assert(near_rel(value(&k), 432.0, 1e-9));
    ck_assert_uint_eq(t->n_row, 2);
    ck_assert_str_eq(table_text(t, "offer", 0), "cheap");
    ck_assert_str_eq(table_text(t, "workload", 0), "run");
    ck_assert_str_eq(table_text(t, "phase", 0), "train");
    ck_assert_str_eq(table_text(t, "period", 0), "2027-01-04");
    ck_assert_ptr_null(table_text(t, "user_region", 0));
    ck_assert(near_rel(table_real(t, "accel_hours", 0), 144.0, 1e-9) && near_rel(table_real(t, "accelerators", 0), 6.0, 1e-9));
    ck_assert(near_rel(table_real(t, "tokens", 0), 6 * 8.64e7, 1e-9) && near_rel(table_real(t, "cost", 1), 288.0, 1e-9));
    ck_assert_uint_eq(split->n_row, 1);
    ck_assert_str_eq(table_text(split, "kind", 0), "training");
    ck_assert(near_rel(table_real(split, "accel_hours", 0), 240.0, 1e-9));
    ck_assert(table_bool(k.p->table[PT_CERTIFICATE], "ok", 0) && !table_bool(k.p->table[PT_CERTIFICATE], "farkas", 0));
    plan_end(&k);
}
END_TEST

START_TEST(the_assumed_share_is_that_of_assumed_prices)
{
    const struct small_record more[] = { CHEAP("6"), DEAR("3"), RUN("8.64e8"), END_RECORDS };
    struct table k = plan_of(more);

    ck_assert(near_rel(table_real(k.p->table[PT_COST], "assumed_share", 0), 144.0 / 432.0, 1e-9));
    plan_end(&k);
}
END_TEST

/* 4 days are unmet rather than paid at 3 * 24 = 72 a day: the penalty is 0.5 a million tokens, 43.2 a day. */
START_TEST(unmet_work_is_told_with_its_penalty)
{
    const struct small_record more[] = { CHEAP("6"), DEAR("3"), RUN("8.64e8; penalty=0.5"), END_RECORDS };
    struct table k = plan_of(more);
    const strait_table *t = k.p->table[PT_UNMET];

    ck_assert(near_rel(value(&k), 144.0 + 4 * 43.2, 1e-9));
    ck_assert_uint_eq(t->n_row, 1);
    ck_assert_str_eq(table_text(t, "workload", 0), "run");
    ck_assert_ptr_null(table_text(t, "period", 0));
    ck_assert(near_rel(table_real(t, "tokens", 0), 4 * 8.64e7, 1e-9) && near_rel(table_real(t, "penalty", 0), 172.8, 1e-9));
    plan_end(&k);
}
END_TEST

/* Six accelerators for 4 + 4 days: the first class gets its four although the second pays a hundred times as much. */
START_TEST(an_earlier_class_comes_first_whatever_it_pays)
{
    static const char *const second[] = { "name=late; company=acme; task=training; model=m; gang=1; tokens=3.456e8; penalty=100; priority=2",
                                          "name=late; company=acme; task=training; model=m; gang=1; tokens=3.456e8; penalty=100; priority=1" };

    for (int i = 0; i < 2; i++) {
        const struct small_record more[] = {
            CHEAP("6"), RUN("3.456e8; penalty=1; priority=1"), { KIND_workload, second[i] },
            { KIND_pinned_rate, "workload=late; accelerator=chip; phase=train; rate=1000" }, END_RECORDS };
        struct table k = plan_of(more);
        const strait_table *t = k.p->table[PT_UNMET];
        ck_assert_uint_eq(t->n_row, 1);
        ck_assert_str_eq(table_text(t, "workload", 0), i == 0 ? "late" : "run");
        ck_assert(near_rel(table_real(t, "tokens", 0), 2 * 8.64e7, 1e-6));
        ck_assert(near_rel(value(&k), 144.0 + 2 * 86.4 * (i == 0 ? 100 : 1), 1e-6));
        plan_end(&k);
    }
}
END_TEST

/* ---- ties ---- */

START_TEST(among_equal_offers_the_first_is_chosen_and_the_tie_is_told)
{
    const struct small_record more[] = { CHEAP("20"), DEAR("1"), RUN("4.32e8"), END_RECORDS };
    struct table k = plan_of(more);
    const strait_table *t = k.p->table[PT_PLACEMENTS], *u = k.p->table[PT_UNIQUE];

    ck_assert_uint_eq(t->n_row, 1);
    ck_assert_str_eq(table_text(t, "offer", 0), "cheap");
    ck_assert(table_bool(u, "alternatives", 0));
    ck_assert_str_eq(table_text(u, "workloads", 0), "run");
    plan_end(&k);
}
END_TEST

START_TEST(a_plan_without_equals_says_so)
{
    const struct small_record more[] = { CHEAP("6"), DEAR("3"), RUN("8.64e8"), END_RECORDS };
    struct table k = plan_of(more);

    ck_assert(!table_bool(k.p->table[PT_UNIQUE], "alternatives", 0));
    ck_assert_str_eq(table_text(k.p->table[PT_UNIQUE], "workloads", 0), "");
    plan_end(&k);
}
END_TEST

/* ---- shadow prices against the same case with a little more ---- */

static double cost_of(const struct small_record *more)
{
    struct table k = plan_of(more);
    double v = value(&k);

    plan_end(&k);
    return v;
}

START_TEST(the_value_of_capacity_is_what_one_more_saves)
{
    const struct small_record more[] = { CHEAP("6"), DEAR("3"), RUN("8.64e8"), END_RECORDS };
    const struct small_record seven[] = { CHEAP("7"), DEAR("3"), RUN("8.64e8"), END_RECORDS };
    struct table k = plan_of(more);
    size_t i = dual_row(&k, "cheap peak");
    const strait_table *t = k.p->table[PT_DUALS];

    ck_assert_uint_ne(i, SIZE_MAX);
    ck_assert_str_eq(table_text(t, "family", i), "capacity");
    ck_assert_str_eq(table_text(t, "unit", i), "USD/accelerator-hour");
    ck_assert_str_eq(table_text(t, "period", i), "2027-01-04");
    ck_assert(near_rel(table_real(t, "value", i), (value(&k) - cost_of(seven)) / 24.0, 1e-6));
    /* From none to the ten that the work takes: 0 to 240 accelerator-hours. */
    ck_assert(near_abs_rel(table_real(t, "low", i), 0.0, 1e-6, 0.0) && near_rel(table_real(t, "high", i), 240.0, 1e-6));
    ck_assert_uint_eq(dual_row(&k, "dear peak"), SIZE_MAX);
    plan_end(&k);
}
END_TEST

START_TEST(the_value_of_demand_is_what_a_million_tokens_more_cost)
{
    const struct small_record more[] = { CHEAP("6"), DEAR("3"), RUN("8.64e8"), END_RECORDS };
    const struct small_record longer[] = { CHEAP("6"), DEAR("3"), RUN("8.74e8"), END_RECORDS };
    struct table k = plan_of(more);
    size_t i = dual_row(&k, "run");
    const strait_table *t = k.p->table[PT_DUALS];

    ck_assert_uint_ne(i, SIZE_MAX);
    ck_assert_str_eq(table_text(t, "unit", i), "USD/Mtoken");
    ck_assert(near_rel(table_real(t, "value", i), (cost_of(longer) - value(&k)) / 10.0, 1e-6));
    ck_assert(near_rel(table_real(t, "low", i), 6 * 8.64e7, 1e-6) && near_rel(table_real(t, "high", i), 16 * 8.64e7, 1e-6));
    plan_end(&k);
}
END_TEST

#define MOST(hours) { KIND_rule, "name=few; effect=limit; quantity=hours; when=offer.name == 'cheap'; at_most=" hours }

START_TEST(the_value_of_a_limit_is_what_loosening_it_saves)
{
    const struct small_record more[] = { CHEAP("6"), DEAR("3"), RUN("8.64e8"), MOST("100"), END_RECORDS };
    const struct small_record looser[] = { CHEAP("6"), DEAR("3"), RUN("8.64e8"), MOST("110"), END_RECORDS };
    struct table k = plan_of(more);
    size_t i = dual_row(&k, "few");
    const strait_table *t = k.p->table[PT_DUALS], *r = k.p->table[PT_RULES];

    ck_assert_uint_ne(i, SIZE_MAX);
    ck_assert(near_rel(table_real(t, "value", i), (value(&k) - cost_of(looser)) / 10.0, 1e-6));
    ck_assert(near_abs_rel(table_real(t, "low", i), 0.0, 1e-6, 0.0) && near_rel(table_real(t, "high", i), 144.0, 1e-6));
    ck_assert_str_eq(table_text(r, "status", 0), "enforced");
    ck_assert_int_eq(table_int(r, "rows_made", 0), 1);
    ck_assert(near_rel(table_real(r, "dual", 0), 2.0, 1e-6));
    plan_end(&k);
}
END_TEST

/* ---- leases and rounding ---- */

#define TWO_WEEKS { KIND_settings, "period=week; periods=2" }
#define LEASE(more) \
    { KIND_offer, "name=lease; site=site; accelerator=chip; contract=lease; price=1; term=21; maximum=32; start_grid=once; unit=1; " \
                  "includes=power; kind=reported; " more }

/* 10 accelerators for 14 days; a third week of rent lies beyond the horizon. */
START_TEST(a_lease_is_signed_with_its_dates_and_what_is_owed)
{
    const struct small_record more[] = { TWO_WEEKS, LEASE(""), RUN("1.2096e10"), END_RECORDS };
    struct table k = plan_of(more);
    const strait_table *t = k.p->table[PT_LEASES];

    ck_assert_uint_eq(t->n_row, 1);
    ck_assert_str_eq(table_text(t, "kind", 0), "lease");
    ck_assert_str_eq(table_text(t, "sign_by", 0), "2027-01-04");
    ck_assert_str_eq(table_text(t, "start", 0), "2027-01-04");
    ck_assert_str_eq(table_text(t, "end", 0), "2027-01-25");
    ck_assert(near_rel(table_real(t, "accelerators", 0), 10.0, 1e-6));
    ck_assert(near_rel(table_real(t, "cost", 0), 3360.0, 1e-6) && near_rel(table_real(t, "owed_beyond", 0), 1680.0, 1e-6));
    plan_end(&k);
}
END_TEST

START_TEST(rounding_takes_whole_blocks_and_the_minimum)
{
    static const struct { const char *lease; double want; } want[] = { { "block=4", 12.0 }, { "block=8; minimum=24", 24.0 } };

    for (int i = 0; i < 2; i++) {
        const struct small_record more[] = { TWO_WEEKS, i == 0 ? (struct small_record)LEASE("block=4")
                                             : (struct small_record)LEASE("block=8; minimum=24"), RUN("1.2096e10"), END_RECORDS };
        struct table k = plan_of(more);
        const strait_table *r = k.p->table[PT_ROUNDED], *l = k.p->table[PT_ROUNDED_LEASES];
        ck_assert_str_eq(table_text(r, "status", 0), "whole");
        ck_assert_uint_eq(l->n_row, 1);
        ck_assert_msg(near_rel(table_real(l, "accelerators", 0), want[i].want, 1e-9), "%s", want[i].lease);
        ck_assert(near_rel(table_real(r, "objective", 0), want[i].want * 336.0, 1e-6));
        ck_assert(near_rel(table_real(r, "gap", 0), 1.0 - 10.0 / want[i].want, 1e-5));
        ck_assert(near_rel(value(&k), 3360.0, 1e-6));
        plan_end(&k);
    }
}
END_TEST

/* One accelerator-day of firm work with a gang of 8 has nowhere to be whole in: it stays, flagged. */
START_TEST(what_is_below_a_gang_is_flagged)
{
    const struct small_record more[] = {
        CHEAP("20"), { KIND_workload, "name=run; company=acme; task=training; model=m; tokens=8.64e7; gang=8" }, END_RECORDS };
    struct table k = plan_of(more);

    ck_assert_str_eq(table_text(k.p->table[PT_PLACEMENTS], "flag", 0), "below_gang");
    ck_assert_str_eq(table_text(k.p->table[PT_ROUNDED], "status", 0), "flagged");
    ck_assert_str_eq(table_text(k.p->table[PT_ROUNDED_PLACEMENTS], "flag", 0), "below_gang");
    ck_assert_ptr_nonnull(table_text(k.p->table[PT_ROUNDED], "note", 0));
    plan_end(&k);
}
END_TEST

START_TEST(a_whole_gang_is_not_flagged)
{
    const struct small_record more[] = {
        CHEAP("20"), { KIND_workload, "name=run; company=acme; task=training; model=m; tokens=8.64e8; gang=8" }, END_RECORDS };
    struct table k = plan_of(more);

    ck_assert_ptr_null(table_text(k.p->table[PT_PLACEMENTS], "flag", 0));
    ck_assert_str_eq(table_text(k.p->table[PT_ROUNDED], "status", 0), "whole");
    ck_assert(near_rel(table_real(k.p->table[PT_ROUNDED], "objective", 0), value(&k), 1e-6));
    plan_end(&k);
}
END_TEST

/* ---- without a plan ---- */

static void nothing_is_planned(const struct table *k)
{
    static const int empty[] = { PT_SPLIT, PT_COST, PT_COST_BY, PT_PLACEMENTS, PT_LEASES, PT_ROUNDED, PT_ROUNDED_PLACEMENTS, PT_UNMET };

    ck_assert(isnan(value(k)) && isnan(table_real(k->p->table[PT_OBJECTIVE], "gap", 0)));
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        ck_assert_uint_eq(k->p->table[empty[i]]->n_row, 0);
    ck_assert_uint_eq(k->p->table[PT_INPUT]->n_row, 1);
}

START_TEST(an_infeasible_case_has_a_proof_and_no_plan)
{
    const struct small_record more[] = { CHEAP("6"), RUN("8.64e8"), END_RECORDS };
    struct table k = plan_of(more);

    ck_assert_int_eq(k.p->outcome, STRAIT_INFEASIBLE);
    ck_assert_str_eq(status(&k), "infeasible");
    nothing_is_planned(&k);
    ck_assert(table_bool(k.p->table[PT_CERTIFICATE], "farkas", 0) && table_bool(k.p->table[PT_CERTIFICATE], "ok", 0));
    plan_end(&k);
}
END_TEST

static int stop_at_once(void *data, const char *stage, double elapsed_s, double gap)
{
    (void)stage;
    (void)elapsed_s;
    (void)gap;
    *(bool *)data = true;
    return 1;
}

/* Stopped at the first tick: no answer that was not proven, and a word for each outcome. */
START_TEST(a_stopped_solve_says_what_it_has)
{
    static const char *const word[] = { "optimal", "within_gap", "feasible", "infeasible", "no_plan" };

    for (uint64_t seed = 0; seed < N_CASE; seed++) {
        strait_ctx *cx = strait_ctx_new();
        bool stopped = false;
        struct table k;
        strait_on_progress(cx, stop_at_once, &stopped);
        k = planned(cx, random_case(cx, seed, &(struct random_twist){ 0 }));
        ck_assert_int_ne(k.p->outcome, STRAIT_UNCERTIFIED);
        ck_assert_str_eq(status(&k), word[k.p->outcome]);
        if (k.p->outcome == STRAIT_INFEASIBLE || k.p->outcome == STRAIT_NO_PLAN)
            nothing_is_planned(&k);
        else
            parts_add_up(&k, seed);
        ck_assert(k.p->outcome != STRAIT_NO_PLAN || stopped);
        plan_end(&k);
    }
}
END_TEST

Suite *plan_suite(void)
{
    Suite *s = suite_create("plan");
    TCase *sums = tcase_create("sums"), *hand = tcase_create("by hand"), *price = tcase_create("shadow prices");
    TCase *whole = tcase_create("leases and rounding"), *none = tcase_create("without a plan");

    tcase_add_test(sums, every_breakdown_of_the_cost_adds_up_to_it);
    tcase_add_test(sums, rounding_never_costs_less_than_the_bound);
    tcase_add_test(hand, placements_say_who_runs_where_for_how_much);
    tcase_add_test(hand, the_assumed_share_is_that_of_assumed_prices);
    tcase_add_test(hand, unmet_work_is_told_with_its_penalty);
    tcase_add_test(hand, an_earlier_class_comes_first_whatever_it_pays);
    tcase_add_test(hand, among_equal_offers_the_first_is_chosen_and_the_tie_is_told);
    tcase_add_test(hand, a_plan_without_equals_says_so);
    tcase_add_test(price, the_value_of_capacity_is_what_one_more_saves);
    tcase_add_test(price, the_value_of_demand_is_what_a_million_tokens_more_cost);
    tcase_add_test(price, the_value_of_a_limit_is_what_loosening_it_saves);
    tcase_add_test(whole, a_lease_is_signed_with_its_dates_and_what_is_owed);
    tcase_add_test(whole, rounding_takes_whole_blocks_and_the_minimum);
    tcase_add_test(whole, what_is_below_a_gang_is_flagged);
    tcase_add_test(whole, a_whole_gang_is_not_flagged);
    tcase_add_test(none, an_infeasible_case_has_a_proof_and_no_plan);
    tcase_add_test(none, a_stopped_solve_says_what_it_has);
    suite_add_tcase(s, sums);
    suite_add_tcase(s, hand);
    suite_add_tcase(s, price);
    suite_add_tcase(s, whole);
    suite_add_tcase(s, none);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(plan_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
