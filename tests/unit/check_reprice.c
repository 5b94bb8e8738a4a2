/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prices by factors against the same case written with other prices: unit costs of all activities, and the cost of a plan.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "explain/exposure.h"
#include "support/oracle.h"
#include "support/priced_case.h"

Suite *reprice_suite(void);

static const double ones[N_PF] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
static const uint64_t scenarios[] = { 0, 5, 127, 128, 300 };

static struct lp_bench base;
static struct price_factors *factors;
static struct factor_source source;

static void set_up(void)
{
    base = priced_case(ones);
    factors = priced_factors(&base);
    source = priced_source();
}

static void tear_down(void)
{
    price_factors_free(factors);
    lp_bench_free(&base);
}

static struct lp_bench at_scenario(uint64_t k)
{
    double factor[N_PF];

    for (int f = 0; f < N_PF; f++)
        factor[f] = priced_factor(f, k);
    return priced_case(factor);
}

/* ---- unit costs ---- */

struct unit_sheet { const struct costs *want; size_t seen; double worst; };

static void compare_units(void *data, int worker, const struct unit_cost_block *b)
{
    struct unit_sheet *s = data;
    const struct cost_block *w = &s->want->block[b->o];
    double *hour = calloc(2 * w->n_seg, sizeof *hour), *work = hour + w->n_seg;

    (void)worker;
    ck_assert_ptr_nonnull(hour);
    ck_assert_uint_eq(b->n, 1);
    for (size_t i = 0; i < b->n_act; i++, s->seen++) {
        ck_assert_int_eq(cost_products(s->want, b->o, b->act0 + i, 1, hour, work), STRAIT_OK);
        double want = (b->basis == COST_PER_HOUR ? hour : work)[b->t];

        s->worst = fmax(s->worst, fabs(b->cost[i * b->ld] - want) / fmax(fabs(want), 1e-12));
    }
    free(hour);
}

START_TEST(unit_costs_equal_those_of_the_case_at_these_prices)
{
    struct lp_bench b = at_scenario(scenarios[_i]);
    struct unit_sheet s = { .want = b.k };
    size_t n = 0;

    ck_assert_int_eq(unit_costs(base.cx, base.c, base.k, factors, &source, NULL, scenarios[_i], 1, compare_units, &s),
                     STRAIT_OK);
    for (size_t o = 0; o < base.k->n_offer; o++)
        n += 2 * base.k->block[o].n_act * base.k->n_seg;
    ck_assert(n > 0);
    ck_assert_uint_eq(s.seen, n);
    ck_assert_msg(s.worst < 1e-12, "off by %g", s.worst);
    lp_bench_free(&b);
}
END_TEST

/* ---- a plan ---- */

/* Any amounts do: cost is linear in them.  One in five columns does nothing. */
static double *some_amounts(const struct lp *m)
{
    double *x = calloc(m->n_col, sizeof *x);

    ck_assert_ptr_nonnull(x);
    for (size_t j = 0; j < m->n_col; j++)
        x[j] = j == m->col_const ? 1 : (double)(j % 5) * 0.7;
    return x;
}

static double cost_of(const struct lp *m, const double *x)
{
    double sum = 0;

    for (size_t j = 0; j < m->n_col; j++)
        sum += m->cost[j] * x[j];
    return sum;
}

/* Totals of scenarios first .. first + n - 1, each in its own place. */
struct totals { uint64_t first; size_t n; double *v; size_t lines; };

static void add_totals(void *data, int worker, const struct reprice_block *b)
{
    struct totals *t = data;

    (void)worker;
    for (size_t i = 0; i < b->n_line; i++)
        for (size_t s = 0; s < b->n; s++)
            t->v[b->first - t->first + s] += b->cost[i * b->ld + s];
}

static struct totals totals_of(const struct exposure *e, struct pool *pool, uint64_t first, size_t n)
{
    struct totals t = { .first = first, .n = n, .v = calloc(n + 1, sizeof(double)) };

    ck_assert_ptr_nonnull(t.v);
    ck_assert_int_eq(reprice(base.cx, e, &source, pool, first, n, add_totals, &t), STRAIT_OK);
    ck_assert(t.v[n] == 0);
    return t;
}

static struct plan_exposure some_exposure(const double *x)
{
    struct plan_exposure p = { 0 };

    ck_assert_int_eq(exposure_of_plan(base.cx, base.m, x, factors, &p), STRAIT_OK);
    return p;
}

START_TEST(a_plan_costs_what_it_costs_in_the_case_at_these_prices)
{
    struct lp_bench b = at_scenario(scenarios[_i]);
    double *x = some_amounts(base.m);
    struct plan_exposure p = some_exposure(x);
    struct totals t = totals_of(p.e, NULL, scenarios[_i], 1);
    double want = cost_of(b.m, x);

    ck_assert_uint_eq(b.m->n_col, base.m->n_col);
    ck_assert_msg(near_rel(t.v[0], want, 1e-12), "%.17g, not %.17g", t.v[0], want);
    ck_assert(!near_rel(want, cost_of(base.m, x), 1e-3));
    free(t.v);
    exposure_free(p.e);
    free(x);
    lp_bench_free(&b);
}
END_TEST

START_TEST(without_factors_a_plan_costs_what_it_costs)
{
    double *x = some_amounts(base.m), sum = 0;
    struct plan_exposure p = some_exposure(x);

    for (size_t i = 0; i < p.e->n_line * p.e->n_term; i++)
        sum += p.e->money[i];
    ck_assert(near_rel(sum, cost_of(base.m, x), 1e-12));
    exposure_free(p.e);
    free(x);
}
END_TEST

START_TEST(lines_say_what_they_are)
{
    double *x = some_amounts(base.m);
    struct plan_exposure p = some_exposure(x);
    size_t count[N_COL_FAMILY] = { 0 };

    for (size_t i = 0; i < p.e->n_line; i++) {
        const struct plan_line *l = &p.line[i];

        count[l->family]++;
        ck_assert_int_eq(l->o < 0, l->family == COL_UNMET);
        ck_assert_int_eq(l->w < 0, l->family == COL_HOLD);
    }
    ck_assert_uint_gt(count[COL_RUN], 0);
    ck_assert_uint_gt(count[COL_ROUTE], 0);
    ck_assert_uint_gt(count[COL_UNMET], 0);
    ck_assert_uint_gt(count[COL_HOLD], 2);
    ck_assert_uint_eq(count[COL_CONST], 0);
    exposure_free(p.e);
    free(x);
}
END_TEST

START_TEST(a_plan_of_nothing_costs_what_is_held_anyway)
{
    double *x = calloc(base.m->n_col, sizeof *x);
    struct plan_exposure p;
    struct totals t;
    size_t held = 0;

    ck_assert_ptr_nonnull(x);
    x[base.m->col_const] = 1;
    p = some_exposure(x);
    t = totals_of(p.e, NULL, 0, 1);
    for (size_t i = 0; i < base.m->n_hold; i++)
        held += base.m->hold[i].fixed;
    ck_assert_uint_eq(p.e->n_line, held);
    ck_assert(t.v[0] > 0);
    free(t.v);
    exposure_free(p.e);
    free(x);
}
END_TEST

enum { MANY = 1500, FROM = 77 };

START_TEST(threads_change_no_byte)
{
    double *x = some_amounts(base.m);
    struct plan_exposure p = some_exposure(x);
    struct totals one = totals_of(p.e, NULL, FROM, MANY), many;
    struct pool *pool = pool_new(_i);

    many = totals_of(p.e, pool, FROM, MANY);
    ck_assert(memcmp(one.v, many.v, MANY * sizeof *one.v) == 0);
    pool_free(pool);
    free(one.v);
    free(many.v);
    exposure_free(p.e);
    free(x);
}
END_TEST

START_TEST(a_scenario_is_the_same_in_whatever_range)
{
    double *x = some_amounts(base.m);
    struct plan_exposure p = some_exposure(x);
    struct totals all = totals_of(p.e, NULL, FROM, MANY), part;
    static const size_t cut[] = { 0, 1, 50, 51, 52, 180, 700, 701, MANY };

    for (size_t i = 0; i + 1 < sizeof cut / sizeof *cut; i++) {
        part = totals_of(p.e, NULL, FROM + cut[i], cut[i + 1] - cut[i]);
        ck_assert(memcmp(part.v, all.v + cut[i], (cut[i + 1] - cut[i]) * sizeof(double)) == 0);
        free(part.v);
    }
    free(all.v);
    exposure_free(p.e);
    free(x);
}
END_TEST

START_TEST(groups_cost_what_their_lines_cost)
{
    double *x = some_amounts(base.m);
    struct plan_exposure p = some_exposure(x);
    int *group = calloc(p.e->n_line, sizeof *group);
    struct exposure *g = NULL;
    struct totals all = totals_of(p.e, NULL, 0, 200), summed;

    for (size_t i = 0; i < p.e->n_line; i++)
        group[i] = p.line[i].w + 1;
    ck_assert_int_eq(exposure_group(base.cx, p.e, group, base.c->workload.n + 1, &g), STRAIT_OK);
    ck_assert_uint_eq(g->n_line, 3);
    summed = totals_of(g, NULL, 0, 200);
    for (int s = 0; s < 200; s++)
        ck_assert(near_rel(all.v[s], summed.v[s], 1e-12));
    free(all.v);
    free(summed.v);
    free(group);
    exposure_free(g);
    exposure_free(p.e);
    free(x);
}
END_TEST

/* ---- ranges ---- */

START_TEST(spans_cover_each_scenario_once)
{
    static const struct { uint64_t first; size_t n; } range[] = { { 0, 0 }, { 0, 1 }, { 127, 1 }, { 127, 2 }, { 128, 128 }, { 5, 1000 },
                                                                  { UINT64_C(1) << 40, 300 } };

    for (size_t r = 0; r < sizeof range / sizeof *range; r++) {
        uint64_t next = range[r].first;

        for (size_t i = 0; i < scenario_blocks(range[r].first, range[r].n); i++) {
            struct scenario_span s = scenario_span(range[r].first, range[r].n, i);

            ck_assert_uint_eq(s.first, next);
            ck_assert_uint_eq(s.block * SCENARIO_BLOCK + s.offset, s.first);
            ck_assert_uint_ge(s.n, 1);
            ck_assert_uint_le(s.offset + s.n, SCENARIO_BLOCK);
            next += s.n;
        }
        ck_assert_uint_eq(next, range[r].first + range[r].n);
    }
}
END_TEST

Suite *reprice_suite(void)
{
    Suite *s = suite_create("reprice");
    TCase *unit = tcase_create("unit costs"), *plan = tcase_create("plans"), *bits = tcase_create("bits"),
          *range = tcase_create("ranges");
    int n = (int)(sizeof scenarios / sizeof *scenarios);

    tcase_add_checked_fixture(unit, set_up, tear_down);
    tcase_add_checked_fixture(plan, set_up, tear_down);
    tcase_add_checked_fixture(bits, set_up, tear_down);
    tcase_add_loop_test(unit, unit_costs_equal_those_of_the_case_at_these_prices, 0, n);
    tcase_add_loop_test(plan, a_plan_costs_what_it_costs_in_the_case_at_these_prices, 0, n);
    tcase_add_test(plan, without_factors_a_plan_costs_what_it_costs);
    tcase_add_test(plan, lines_say_what_they_are);
    tcase_add_test(plan, a_plan_of_nothing_costs_what_is_held_anyway);
    tcase_add_test(plan, groups_cost_what_their_lines_cost);
    tcase_add_loop_test(bits, threads_change_no_byte, 1, 5);
    tcase_add_test(bits, a_scenario_is_the_same_in_whatever_range);
    tcase_add_test(range, spans_cover_each_scenario_once);
    suite_add_tcase(s, unit);
    suite_add_tcase(s, plan);
    suite_add_tcase(s, bits);
    suite_add_tcase(s, range);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(reprice_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
