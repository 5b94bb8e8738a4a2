/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rolling horizon: what is known when, what was decided carried into the next program, and the regret of a case by hand. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/roll.h"
#include "support/certificate.h"
#include "support/lp_bench.h"
#include "support/oracle.h"
#include "support/scratch.h"

Suite *roll_suite(void);

static strait_ctx *cx;
static struct roll *r;

/* One chip type to rent; a run that needs less than one week of it, so that the price alone decides when it works. */
static const char small[] =
    "start = \"2026-12-07\"; periods = 2; companies = ( { name = \"acme\"; seat = \"CN\"; } );"
    "accelerators = ( { name = \"chip\"; vendor = \"V\"; family = \"hopper\"; bf16 = 989; memory = 141; memory_bandwidth = 4800; scaleup_size = 8;"
    " scaleup_bandwidth = 900; scaleout_bandwidth = 400; rated_power = 1300; idle_power = 400; } );"
    "sites = ( { name = \"here\"; country = \"CN\"; shore = \"onshore\"; pue = 1.2; tariff = 0.08; carbon = 550; } );"
    "offers = ( { name = \"rent\"; site = \"here\"; accelerator = \"chip\"; contract = \"on_demand\"; price = 2; count = 64;"
    " includes = [ \"power\", \"cooling\", \"network\" ]; } );"
    "models = ( { name = \"m\"; total_params = 8; active_params = 8; layers = 32; hidden = 4096; heads = 32; kv_heads = 8; head_dim = 128; } );"
    "workloads = ( { name = \"run\"; company = \"acme\"; task = \"training\"; model = \"m\"; tokens = 1e10; } );"
    "rules = ( { name = \"ban\"; effect = \"deny\"; when = \"offer.name == 'rent'\"; acts = [ \"use\" ]; enabled = false; } );";

static void set_up(void)
{
    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
    scratch_begin();
    (void)scratch_text("small.cfg", small);
}

static void tear_down(void)
{
    roll_free(r);
    r = NULL;
    scratch_end();
    strait_ctx_free(cx);
}

/* A rolling horizon over `base` ("small.cfg" or the tiny case) with these lines and this history. */
static void load(const char *base, const char *text, const char *csv)
{
    char whole[4096];
    const char *src = getenv("STRAIT_SRCDIR");

    if (strcmp(base, "tiny") == 0)
        snprintf(whole, sizeof whole, "base = \"%s/tests/data/tiny/case.cfg\"; %s", src ? src : ".", text);
    else
        snprintf(whole, sizeof whole, "base = \"%s\"; %s", base, text);
    (void)scratch_text("h.csv", csv);
    ck_assert_msg(roll_load(cx, scratch_text("roll.cfg", whole), NULL, 0, &r) == STRAIT_OK, "%s", cx->message);
}

static strait_case *known(size_t n)
{
    strait_case *c = NULL;

    ck_assert_msg(roll_case(cx, r, n, &c) == STRAIT_OK, "%s", cx->message);
    return c;
}

/* ---- what is known ---- */

START_TEST(what_is_not_known_yet_is_believed_as_the_file_says)
{
    static const struct { const char *how; double want[3]; } row[] = {   /* prices of the last two weeks, with 2 of 4 known */
        {"as = \"values\"; forecast = \"base\"", {3.2, 3.2, 5}},
        {"as = \"values\"; forecast = \"last\"", {3, 3, 5}},
        {"as = \"values\"; forecast = \"mean\"", {2, 2, 5}},
        {"as = \"times\"; forecast = \"last\"", {3 * 3.2, 3 * 3.2, 5 * 3.2}},
        {"as = \"times\"; forecast = \"mean\"", {2 * 3.2, 2 * 3.2, 5 * 3.2}},
    };

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char text[300];
        snprintf(text, sizeof text, "histories = ( { path = \"offers.strait_rent.price\"; history = \"h.csv\"; column = \"p\"; %s; } );", row[i].how);
        load("tiny", text, "p\n1\n3\n4\n5\n");
        strait_case *c = known(2), *all = known(4);
        const double *price = c->timeline->price + (size_t)case_find(c, KIND_offer, "strait_rent") * c->n_segment;
        ck_assert_uint_eq(c->n_segment, 4);
        ck_assert(near_rel(price[1], strstr(row[i].how, "times") ? 3 * 3.2 : 3, 1e-12));
        ck_assert_msg(near_rel(price[2], row[i].want[0], 1e-12) && near_rel(price[3], row[i].want[1], 1e-12), "%s: %g %g", row[i].how, price[2], price[3]);
        price = all->timeline->price + (size_t)case_find(c, KIND_offer, "strait_rent") * c->n_segment;
        ck_assert(near_rel(price[3], row[i].want[2], 1e-12));
        case_free(c);
        case_free(all);
        roll_free(r);
        r = NULL;
    }
}
END_TEST

START_TEST(a_log_of_changes_is_a_mean_by_hours_and_a_least)
{
    load("tiny", "histories = ( { path = \"offers.strait_rent.count\"; history = \"h.csv\"; column = \"n\"; date = \"at\"; as = \"values\"; } );",
         "at,n\n2026-12-01,64\n2026-12-09,32\n2026-12-10T12:00Z,16\n2026-12-21,8\n");
    strait_case *c = known(4);
    size_t at = (size_t)case_find(c, KIND_offer, "strait_rent") * c->n_segment;
    /* 7 to 14 December: 48 hours of 64, 36 of 32, 84 of 16 */
    ck_assert(near_rel(c->timeline->avail_mean[at], (48 * 64.0 + 36 * 32 + 84 * 16) / 168, 1e-12));
    ck_assert(near_rel(c->timeline->avail_min[at], 16, 1e-12));
    ck_assert(near_rel(c->timeline->avail_mean[at + 1], 16, 1e-12));
    ck_assert(near_rel(c->timeline->avail_min[at + 3], 8, 1e-12));
    case_free(c);
}
END_TEST

START_TEST(a_unit_of_the_header_is_converted)
{
    load("tiny", "histories = ( { path = \"demands.*.requests\"; workload = \"chat\"; history = \"h.csv\"; column = \"n\"; as = \"values\"; } );",
         "n[1/d]\n24\n48\n24\n24\n");
    strait_case *c = known(4);
    ck_assert_uint_eq(c->timeline->n_pair, 1);
    ck_assert(near_rel(c->timeline->pair[0].requests[0], 168, 1e-12));
    ck_assert(near_rel(c->timeline->pair[0].requests[1], 2 * 168, 1e-12));
    ck_assert(near_rel(c->timeline->pair[0].peak[1], 1.5, 1e-12));
    case_free(c);
}
END_TEST

START_TEST(a_rule_is_in_force_once_its_news_are_known)
{
    load("small.cfg", "news = ( { from = \"2026-12-16\"; set = [ \"rules.ban.enabled=true\", \"rules.ban.from=2026-12-16\" ]; } );", "x\n");
    strait_case *before = known(1), *after = known(2);
    ck_assert_uint_eq(before->n_segment, 3);          /* all plans are cut where the news will be */
    ck_assert_uint_eq(after->n_segment, 3);
    ck_assert(!before->rule.v[0].enabled && rules_bar(before, 0, 0, 2) < 0);
    ck_assert(after->rule.v[0].enabled && rules_bar(after, 0, 0, 1) < 0 && rules_bar(after, 0, 0, 2) == 0);
    case_free(before);
    case_free(after);
}
END_TEST

/* ---- what was decided ---- */

struct built { strait_case *c; struct rates *rates; struct costs *costs; struct lp *m; struct solution *s; };

static struct built build(size_t n_known)
{
    struct built b = {.c = known(n_known)};

    ck_assert_int_eq(estimate_rates(cx, b.c, &b.rates), STRAIT_OK);
    ck_assert_int_eq(estimate_costs(cx, b.c, b.rates, &b.costs), STRAIT_OK);
    ck_assert_int_eq(lp_build(cx, b.c, b.rates, b.costs, &b.m), STRAIT_OK);
    return b;
}

static void drop(struct built *b)
{
    solution_free(b->s);
    lp_free(b->m);
    costs_free(b->costs);
    rates_free(b->rates);
    case_free(b->c);
}

static void solve_and_judge(struct built *b)
{
    struct cert_lp d = lp_dense(b->m);

    ck_assert_int_eq(solve_lp(cx, b->m, true, &b->s), STRAIT_OK);
    ck_assert_int_eq(b->s->outcome, STRAIT_OPTIMAL);
    ck_assert(cert_optimal(&d, b->s->x, b->s->y, 1e-6));
    lp_dense_free(&d);
}

#define MOVING "histories = ( { path = \"offers.strait_rent.price\"; history = \"h.csv\"; column = \"p\"; as = \"values\"; forecast = \"last\"; }," \
               "{ path = \"demands.*.requests\"; history = \"h.csv\"; column = \"d\"; } ); set = [ \"offers.strait_lease.price=4\"," \
               " \"offers.strait_lease.lead=7\", \"offers.strait_lease.start_grid=week\", \"workloads.pretrain.tokens=9e11\" ];"
#define MOVED "p,d\n6,1\n5,1.4\n2,0.5\n7,1.2\n"

/* Each step's program, with what was decided in it, has an optimum that an independent judge accepts and that keeps it. */
START_TEST(what_was_decided_stands_in_every_later_program)
{
    struct decisions done = {0, NULL};
    double before = 0, moved = 0;

    load("tiny", MOVING, MOVED);
    for (size_t from = 0; from < 4; from++) {
        struct built b = build(from + 1);
        int64_t now = b.c->period[from].from;
        const char *lost = NULL;
        struct decisions again;
        ck_assert_int_eq(decisions_fix(cx, b.m, &done, now, &lost), STRAIT_OK);
        ck_assert_ptr_null(lost);
        solve_and_judge(&b);
        ck_assert_int_eq(decisions_take(cx, b.m, b.s->x, now, &again), STRAIT_OK);
        ck_assert_uint_eq(again.n, done.n);
        for (size_t j = 0; j < b.m->n_col; j++)
            ck_assert(b.m->lo[j] < b.m->up[j] || b.s->x[j] == b.m->lo[j]);
        ck_assert(from == 0 || again.n > 0);
        decisions_free(&again);
        decisions_free(&done);
        ck_assert_int_eq(decisions_take(cx, b.m, b.s->x, b.c->period[from].to, &done), STRAIT_OK);
        moved = fmax(moved, from > 0 ? fabs(b.s->cert.primal_objective - before) : 0);
        before = b.s->cert.primal_objective;
        drop(&b);
    }
    ck_assert_double_gt(moved, 1);       /* the histories do move the cost */
    decisions_free(&done);
}
END_TEST

/* All of a plan fixed is that plan, at its cost: nothing is lost on the way, and its rounding breaks no row. */
START_TEST(a_plan_fixed_whole_costs_the_same)
{
    struct decisions all = {0, NULL};
    const char *lost = NULL;

    load("tiny", MOVING, MOVED);
    struct built a = build(4), b = build(4);
    solve_and_judge(&a);
    ck_assert_int_eq(decisions_take(cx, a.m, a.s->x, INT64_MAX, &all), STRAIT_OK);
    ck_assert_int_eq(decisions_fix(cx, b.m, &all, INT64_MAX, &lost), STRAIT_OK);
    ck_assert_ptr_null(lost);
    solve_and_judge(&b);
    ck_assert(near_rel(b.s->cert.primal_objective, a.s->cert.primal_objective, 1e-9));
    decisions_free(&all);
    drop(&a);
    drop(&b);
}
END_TEST

START_TEST(a_decision_without_a_column_is_named)
{
    struct decisions all = {0, NULL};
    const char *lost = NULL;

    load("small.cfg", "", "x\n");
    struct built a = build(2);
    solve_and_judge(&a);
    ck_assert_int_eq(decisions_take(cx, a.m, a.s->x, INT64_MAX, &all), STRAIT_OK);
    drop(&a);
    roll_free(r);
    load("small.cfg", "set = [ \"rules.ban.enabled=true\" ];", "x\n");
    struct built b = build(2);
    ck_assert_int_eq(decisions_fix(cx, b.m, &all, INT64_MAX, &lost), STRAIT_OK);
    ck_assert_ptr_nonnull(lost);
    ck_assert_ptr_nonnull(strstr(lost, "run on rent in 2026-12-"));
    decisions_free(&all);
    drop(&b);
}
END_TEST

/* A run half done whose other half is barred: the row holds fixed columns alone, and must not be taken for one that is done. */
START_TEST(work_that_is_barred_half_way_is_infeasible_not_done)
{
    struct decisions none = {0, NULL};
    const char *lost = NULL;

    load("small.cfg", "set = [ \"rules.ban.enabled=true\", \"rules.ban.from=2026-12-14\" ];", "x\n");
    struct built b = build(2);
    ck_assert_int_eq(decisions_fix(cx, b.m, &none, b.c->period[1].from, &lost), STRAIT_OK);   /* nothing was done in the first week */
    ck_assert_int_eq(solve_lp(cx, b.m, true, &b.s), STRAIT_OK);
    ck_assert_int_eq(b.s->outcome, STRAIT_INFEASIBLE);
    struct cert_lp d = lp_dense(b.m);
    ck_assert(cert_farkas(&d, b.s->y, 1e-9) > 0);
    lp_dense_free(&d);
    drop(&b);
}
END_TEST

/* ---- what it came to ---- */

static double cell(const struct roll_result *q, const char *col) { return table_real(q->table[RT_ROLL], col, 0); }

/* The price is 3, then 5 where 2 was believed: who waits pays 5, who knew would have paid 3, for the same hours. */
START_TEST(the_regret_of_a_wait_is_the_difference_of_two_prices)
{
    struct roll_result q = {.outcome = STRAIT_NO_PLAN};

    load("small.cfg", "histories = ( { path = \"offers.rent.price\"; history = \"h.csv\"; column = \"p\"; as = \"values\"; forecast = \"base\"; } );", "p\n3\n5\n");
    ck_assert_msg(roll_run(cx, r, &q) == STRAIT_OK, "%s", cx->message);
    ck_assert_int_eq(q.outcome, STRAIT_OPTIMAL);
    ck_assert(near_rel(cell(&q, "rolling") / cell(&q, "foresight"), 5.0 / 3, 1e-9));
    ck_assert(near_rel(cell(&q, "regret_share"), 2.0 / 3, 1e-9));
    ck_assert(near_rel(cell(&q, "first_plan") / cell(&q, "foresight"), 2.0 / 3, 1e-9));
    ck_assert_uint_eq(q.table[RT_STEPS]->n_row, 2);
    ck_assert(near_rel(table_real(q.table[RT_STEPS], "paid", 0) + 1, 1, 1e-9));
    roll_result_free(&q);
}
END_TEST

/* Who sees one week at a time does half of the work in each: its even share. */
START_TEST(a_plan_that_sees_one_week_does_its_even_share)
{
    struct roll_result q = {.outcome = STRAIT_NO_PLAN};

    load("small.cfg", "ahead = 1; histories = ( { path = \"offers.rent.price\"; history = \"h.csv\"; column = \"p\"; as = \"values\"; } );", "p\n3\n5\n");
    ck_assert_msg(roll_run(cx, r, &q) == STRAIT_OK, "%s", cx->message);
    ck_assert_int_eq(q.outcome, STRAIT_OPTIMAL);
    ck_assert(near_rel(cell(&q, "rolling") / cell(&q, "foresight"), 4.0 / 3, 1e-9));
    ck_assert_int_eq(table_int(q.table[RT_STEPS], "seen", 0), 1);
    roll_result_free(&q);
}
END_TEST

Suite *roll_suite(void)
{
    Suite *s = suite_create("rolling horizon");
    TCase *t = tcase_create("roll");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, what_is_not_known_yet_is_believed_as_the_file_says);
    tcase_add_test(t, a_log_of_changes_is_a_mean_by_hours_and_a_least);
    tcase_add_test(t, a_unit_of_the_header_is_converted);
    tcase_add_test(t, a_rule_is_in_force_once_its_news_are_known);
    tcase_add_test(t, what_was_decided_stands_in_every_later_program);
    tcase_add_test(t, a_plan_fixed_whole_costs_the_same);
    tcase_add_test(t, a_decision_without_a_column_is_named);
    tcase_add_test(t, work_that_is_barred_half_way_is_infeasible_not_done);
    tcase_add_test(t, the_regret_of_a_wait_is_the_difference_of_two_prices);
    tcase_add_test(t, a_plan_that_sees_one_week_does_its_even_share);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(roll_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
