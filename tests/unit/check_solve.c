/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The solver on hundreds of random cases: two ways agree, an independent judge accepts every answer, and relations
 * between runs hold.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tolerance.h"
#include "solve/rounds.h"
#include "support/lp_bench.h"
#include "support/oracle.h"
#include "support/random_case.h"

Suite *solve_suite(void);

/* Random cases; STRAIT_SOLVE_SEEDS asks for another number of them (make soak). */
static uint64_t n_case(void)
{
    const char *asked = getenv("STRAIT_SOLVE_SEEDS");
    uint64_t n = asked ? strtoull(asked, NULL, 10) : 320;

    ck_assert_msg(n >= 100, "STRAIT_SOLVE_SEEDS: \"%s\": at least 100 are needed", asked);
    return n;
}

/* Those whose relatives are solved too. */
static uint64_t n_relation(void)
{
    return n_case() * 9 / 32;
}

static struct lp_bench bench_of(uint64_t seed, struct random_twist twist)
{
    strait_ctx *cx = strait_ctx_new();

    ck_assert_ptr_nonnull(cx);
    return lp_bench_of(cx, random_case(cx, seed, &twist));
}

static struct solution *solved(struct lp_bench *b, bool plain, bool ranges)
{
    struct solution *s = NULL;

    b->cx->engine_glpk = plain;
    ck_assert_msg(solve_lp(b->cx, b->m, ranges, &s) == STRAIT_OK, "%s", b->cx->message);
    return s;
}

/* The judge's figures with money counted in this unit: its tolerance on a column that is free is absolute. */
static struct cert_result in_money(const struct lp *m, const struct cert_lp *d, const struct solution *s, double money)
{
    double *cost = calloc(m->n_col + 1, sizeof *cost), *y = calloc(m->n_row + 1, sizeof *y);
    struct cert_lp same = *d;
    struct cert_result r;

    ck_assert(cost && y);
    for (size_t j = 0; j < m->n_col; j++)
        cost[j] = d->cost[j] / money;
    for (size_t i = 0; i < m->n_row; i++)
        y[i] = s->y[i] / money;
    same.cost = cost;
    r = cert_check(&same, s->x, y);
    free(cost);
    free(y);
    return r;
}

/* The judge, who shares no code with the solver: the answer with these duals, or the ray, on the whole matrix. */
static void judge_in(const struct lp *m, const struct solution *s, uint64_t seed, double money)
{
    struct cert_lp d = lp_dense(m);

    if (s->outcome == STRAIT_INFEASIBLE) {
        ck_assert_msg(cert_farkas(&d, s->y, 1e-9) > 0.0, "seed %d: the ray proves nothing", (int)seed);
    } else {
        struct cert_result r = in_money(m, &d, s, money);
        ck_assert_msg(s->outcome == STRAIT_OPTIMAL, "seed %d: outcome %d", (int)seed, (int)s->outcome);
        ck_assert_msg(r.primal <= TOL_PRIMAL && r.dual <= TOL_DUAL && r.gap <= TOL_GAP, "seed %d: %g %g %g", (int)seed, r.primal,
                      r.dual, r.gap);
        ck_assert_msg(near_rel(r.primal_objective * money, s->cert.primal_objective, 1e-9), "seed %d", (int)seed);
    }
    lp_dense_free(&d);
}

static void judge(const struct lp *m, const struct solution *s, uint64_t seed) { judge_in(m, s, seed, 1.0); }

static double cost_of(const struct solution *s)
{
    return s->outcome == STRAIT_INFEASIBLE ? (double)INFINITY : s->cert.primal_objective;
}

/* Cost of a twisted case, judged; infinite when it has no plan. */
static double cost(uint64_t seed, struct random_twist twist)
{
    struct lp_bench b = bench_of(seed, twist);
    struct solution *s = solved(&b, false, false);
    double v = cost_of(s);

    judge(b.m, s, seed);
    solution_free(s);
    lp_bench_free(&b);
    return v;
}

static bool same_cost(double a, double b)
{
    return near_abs_rel(a, b, 1e-6, 1e-7);
}

static bool no_dearer(double a, double than)
{
    return a <= than || same_cost(a, than);
}

/* The same with a structured start, however small the program.  True when a basis was begun with. */
static bool same_with_a_start(uint64_t seed, struct random_twist twist, double value)
{
    struct lp_bench b = bench_of(seed, twist);
    struct solution *s;
    bool begun;

    b.cx->start_always = true;
    s = solved(&b, false, seed % 4 == 1);
    judge_in(b.m, s, seed, b.m->money);
    ck_assert_msg(same_cost(cost_of(s), value), "seed %d: with a start %.12g, whole %.12g", (int)seed, cost_of(s), value);
    begun = s->warm && s->warm->advanced;
    solution_free(s);
    lp_bench_free(&b);
    return begun;
}

/* One case both ways.  True when it has a plan. */
static bool both_ways(uint64_t seed)
{
    struct random_twist none = { 0 };
    struct lp_bench b = bench_of(seed, none), whole = bench_of(seed, none);
    struct solution *s = solved(&b, false, seed % 4 == 0), *q = solved(&whole, true, false);
    bool feasible = s->outcome == STRAIT_OPTIMAL;

    judge(b.m, s, seed);
    judge(whole.m, q, seed);
    ck_assert_msg(same_cost(cost_of(s), cost_of(q)), "seed %d: %.12g, whole %.12g", (int)seed, cost_of(s), cost_of(q));
    ck_assert(s->cert.ok && s->cert.farkas == !feasible);
    if (feasible)
        ck_assert_msg(s->cert.dual_objective <= s->cert.primal_objective + 1e-6 * (1.0 + fabs(s->cert.primal_objective)), "seed %d",
                      (int)seed);
    solution_free(s);
    solution_free(q);
    lp_bench_free(&b);
    lp_bench_free(&whole);
    return feasible;
}

START_TEST(restricted_columns_and_plain_glpk_agree_and_pass_the_judge)
{
    uint64_t infeasible = 0, n = n_case();

    for (uint64_t seed = 0; seed < n; seed++)
        infeasible += !both_ways(seed);
    /* Else the cases have drifted and say less than they should. */
    ck_assert_uint_ge(infeasible * 100, 15 * n);
    ck_assert_uint_le(infeasible * 100, 30 * n);
}
END_TEST

/* Prices that tie, rates that tie, nothing dear or all: the faces are large and the vertices degenerate. */
static const char *const degenerate[] = {
    "offers.*.price=2\n",
    "offers.*.price=2\noffers.*.capex=20000\nsites.*.tariff=0.1\nsites.*.pue=1.25\n",
    "offers.*.price=0\nsites.*.tariff=0\n",
    "workloads.*.penalty=1\n",
    "demands.*.requests=0\n",
    "offers.*.price*=1e6\noffers.*.capex*=1e6\nsites.*.tariff*=1e6\nworkloads.*.penalty*=1e6\n",
    "offers.*.price*=1e-6\noffers.*.capex*=1e-6\nsites.*.tariff*=1e-6\nworkloads.*.penalty*=1e-6\n",
};
enum { N_DEGENERATE = sizeof degenerate / sizeof *degenerate };

/* Every other case is made degenerate. */
START_TEST(a_structured_start_changes_no_answer)
{
    uint64_t begun = 0, feasible = 0, n = n_case();

    for (uint64_t seed = 0; seed < n; seed++) {
        struct random_twist twist = { .extra = seed % 2 ? degenerate[seed / 2 % N_DEGENERATE] : NULL };
        struct lp_bench whole = bench_of(seed, twist);
        struct solution *q = solved(&whole, true, false);
        judge_in(whole.m, q, seed, whole.m->money);
        feasible += q->outcome == STRAIT_OPTIMAL;
        begun += same_with_a_start(seed, twist, cost_of(q)) && q->outcome == STRAIT_OPTIMAL;
        solution_free(q);
        lp_bench_free(&whole);
    }
    ck_assert_msg(begun * 100 >= 90 * feasible, "%d of %d began with a basis", (int)begun, (int)feasible);
}
END_TEST

/* In one class: with several, room for the first may cost more than it saves on the others.  And a ban that ends the rent
   of a lease is worth money. */
#define ONE_CLASS "workloads.*.priority=1\noffers.*.exit=none\n"

START_TEST(more_capacity_never_costs_more)
{
    for (uint64_t seed = 1, n = n_relation(); seed < n; seed++) {
        double one = cost(seed, (struct random_twist){ .extra = ONE_CLASS });
        double more = cost(seed, (struct random_twist){ .supply = 1.5, .extra = ONE_CLASS });
        ck_assert_msg(no_dearer(more, one), "seed %d: %.12g, with less %.12g", (int)seed, more, one);
    }
}
END_TEST

/* Rules of random cases bar, limit or charge: none pays, so none is worth having. */
START_TEST(a_rule_removed_never_costs_more)
{
    for (uint64_t seed = 1, n = n_relation(); seed < n; seed++) {
        double with = cost(seed, (struct random_twist){ .extra = ONE_CLASS }), best = with;
        struct lp_bench b = bench_of(seed, (struct random_twist){ 0 });
        for (size_t i = 0; i < b.c->rule.n; i++) {
            char off[200];
            double without;
            snprintf(off, sizeof off, ONE_CLASS "rules.%s.enabled=false", b.c->rule.v[i].name);
            without = cost(seed, (struct random_twist){ .extra = off });
            ck_assert_msg(no_dearer(without, with), "seed %d: %s: %.12g, with it %.12g", (int)seed, off, without, with);
            best = fmin(best, without);
        }
        if (b.c->rule.n > 0)
            ck_assert(no_dearer(cost(seed, (struct random_twist){ .extra = ONE_CLASS "rules.*.enabled=false" }), best));
        lp_bench_free(&b);
    }
}
END_TEST

START_TEST(doubling_all_prices_doubles_the_cost)
{
    for (uint64_t seed = 1, n = n_relation(); seed < n; seed++) {
        double one = cost(seed, (struct random_twist){ .extra = ONE_CLASS });
        double two = cost(seed, (struct random_twist){ .money = 2.0, .extra = ONE_CLASS });
        ck_assert_msg(isinf(one) ? isinf(two) : same_cost(2.0 * one, two), "seed %d: %.12g %.12g", (int)seed, one, two);
    }
}
END_TEST

START_TEST(renaming_and_reordering_change_no_cost)
{
    for (uint64_t seed = 1, n = n_relation(); seed < n; seed++) {
        double one = cost(seed, (struct random_twist){ 0 });
        ck_assert_msg(same_cost(one, cost(seed, (struct random_twist){ .prefix = "Zz.9-" })), "seed %d renamed", (int)seed);
        ck_assert_msg(same_cost(one, cost(seed, (struct random_twist){ .reversed = true })), "seed %d reordered", (int)seed);
    }
}
END_TEST

START_TEST(the_same_case_gives_the_same_bits)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct lp_bench a = bench_of(seed, (struct random_twist){ 0 }), b = bench_of(seed, (struct random_twist){ 0 });
        struct solution *s = solved(&a, false, true), *q = solved(&b, false, true);
        ck_assert_int_eq(s->outcome, q->outcome);
        for (size_t j = 0; j < a.m->n_col; j++)
            ck_assert_msg(s->x[j] == q->x[j], "seed %d column %zu", (int)seed, j);
        for (size_t i = 0; i < a.m->n_row; i++)
            ck_assert_msg(s->y[i] == q->y[i], "seed %d row %zu", (int)seed, i);
        solution_free(s);
        solution_free(q);
        lp_bench_free(&a);
        lp_bench_free(&b);
    }
}
END_TEST

static int stop_at_once(void *data, const char *stage, double elapsed_s, double gap)
{
    (void)data;
    (void)stage;
    (void)elapsed_s;
    (void)gap;
    return 1;
}

START_TEST(a_cancelled_solve_is_never_called_optimal_without_proof)
{
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct lp_bench b = bench_of(seed, (struct random_twist){ 0 });
        struct solution *s;
        strait_on_progress(b.cx, stop_at_once, NULL);
        s = solved(&b, false, true);
        ck_assert_int_ne(s->outcome, STRAIT_UNCERTIFIED);
        if (s->outcome == STRAIT_OPTIMAL || s->outcome == STRAIT_INFEASIBLE)
            judge(b.m, s, seed);
        solution_free(s);
        lp_bench_free(&b);
    }
}
END_TEST

/* Stops at the n-th look at the clock of the barrier, and ever after. */
static int stop_in_barrier(void *data, const char *stage, double elapsed_s, double gap)
{
    int *left = data;

    (void)elapsed_s;
    (void)gap;
    if (strcmp(stage, "barrier") == 0 && *left > 0)
        --*left;
    return *left == 0;
}

/* data/cases/main, stopped at the n-th iteration (0: never). */
static struct solution *stopped_main(int after, struct lp_bench *b)
{
    const char *dir = getenv("STRAIT_SRCDIR");
    char path[512];
    strait_ctx *cx = strait_ctx_new();
    strait_case *c = NULL;

    (void)snprintf(path, sizeof path, "%s/data/cases/main/case.cfg", dir ? dir : ".");
    ck_assert_msg(strait_case_load(cx, path, NULL, NULL, 0, &c) == STRAIT_OK, "%s", cx->message);
    *b = lp_bench_of(cx, c);
    if (after > 0)
        strait_on_progress(b->cx, stop_in_barrier, &after);
    return solved(b, false, false);
}

START_TEST(a_solve_stopped_in_the_barrier_has_a_plan_and_a_true_bound)
{
    struct lp_bench b;
    struct solution *s = stopped_main(0, &b);
    double best = s->cert.primal_objective;

    ck_assert_int_eq(s->outcome, STRAIT_OPTIMAL);
    ck_assert_uint_gt(s->stats.iterations, 12);
    solution_free(s);
    lp_bench_free(&b);
    for (int after = 4; after <= 12; after += 4) {
        s = stopped_main(after, &b);
        struct cert_lp d = lp_dense(b.m);
        ck_assert_msg(s->outcome == STRAIT_FEASIBLE, "stopped at %d: outcome %d", after, (int)s->outcome);
        ck_assert(s->stopped);
        ck_assert(cert_check(&d, s->x, s->y).primal <= TOL_PRIMAL);
        ck_assert(s->cert.dual_objective <= best && best < s->cert.primal_objective);
        lp_dense_free(&d);
        solution_free(s);
        lp_bench_free(&b);
    }
}
END_TEST

Suite *solve_suite(void)
{
    Suite *s = suite_create("solve");
    TCase *c = tcase_create("random cases"), *r = tcase_create("relations");

    tcase_add_test(c, restricted_columns_and_plain_glpk_agree_and_pass_the_judge);
    tcase_add_test(c, a_structured_start_changes_no_answer);
    tcase_add_test(c, the_same_case_gives_the_same_bits);
    tcase_add_test(c, a_cancelled_solve_is_never_called_optimal_without_proof);
    tcase_add_test(c, a_solve_stopped_in_the_barrier_has_a_plan_and_a_true_bound);
    tcase_add_test(r, more_capacity_never_costs_more);
    tcase_add_test(r, a_rule_removed_never_costs_more);
    tcase_add_test(r, doubling_all_prices_doubles_the_cost);
    tcase_add_test(r, renaming_and_reordering_change_no_cost);
    tcase_set_timeout(c, 120);
    tcase_set_timeout(r, 120);
    suite_add_tcase(s, c);
    suite_add_tcase(s, r);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(solve_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
