/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where shadow prices hold: against GLPK's own analysis, and against programs whose side was really moved. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/tolerance.h"
#include "solve/rounds.h"
#include "support/lp_bench.h"
#include "support/oracle.h"
#include "support/random_case.h"

Suite *ranges_suite(void);

enum { N_CASE = 320 };

/* Every other case is degenerate. */
static const char *const twists[] = {
    NULL, "offers.*.price=2\noffers.*.capex=20000\nsites.*.tariff=0.1\nsites.*.pue=1.25\n", NULL, "workloads.*.penalty=1\n",
    NULL, "offers.*.price=0\nsites.*.tariff=0\n", NULL, "demands.*.requests=0\n",
};
enum { N_TWIST = sizeof twists / sizeof *twists };

struct solved { struct lp_bench b; struct rounds *q; struct solution *s; };

static void solved_free(struct solved *p)
{
    rounds_free(p->q);
    solution_free(p->s);
    lp_bench_free(&p->b);
}

/* The rounds at their optimum, as the solver asks for ranges.  False: the case has no plan. */
static bool solve_case(uint64_t seed, struct solved *p)
{
    strait_ctx *cx = strait_ctx_new();

    ck_assert_ptr_nonnull(cx);
    *p = (struct solved){ lp_bench_of(cx, random_case(cx, seed, &(struct random_twist){ .extra = twists[seed % N_TWIST] })), NULL, NULL };
    ck_assert_int_eq(solve_lp(cx, p->b.m, false, &p->s), STRAIT_OK);
    if (p->s->outcome != STRAIT_OPTIMAL)
        return false;
    p->b.cx->start_always = seed % 3 == 0;
    ck_assert_int_eq(rounds_open(cx, p->b.m, false, NULL, 0.0, &p->q), STRAIT_OK);
    ck_assert_int_eq(rounds_solve(cx, p->q, 0.0), STRAIT_OK);
    ck_assert_int_eq(p->q->end, ENGINE_OPTIMAL);
    for (size_t j = 0; j < p->b.m->n_col; j++)
        p->s->x[j] = p->q->x[j];
    for (size_t i = 0; i < p->b.m->n_row; i++)
        p->s->y[i] = p->q->y[i];
    ck_assert_int_eq(solve_ranges(cx, p->b.m, p->q->engine, p->s), STRAIT_OK);
    return true;
}

static double side_of(const struct lp_row *r, double y) { return y > 0.0 ? r->lo : r->up; }

/* Ours may be wider, never narrower: an artificial column left in GLPK's basis at 0 stops it where nothing else does. */
static size_t compare(struct solved *p, uint64_t seed, size_t *apart)
{
    size_t n = 0;

    for (size_t i = 0; i < p->b.m->n_row; i++) {
        const struct lp_row *r = &p->b.m->row[i];
        double low, high, our_low = p->s->low[i] * r->scale, our_high = p->s->high[i] * r->scale, side = side_of(r, p->s->y[i]);
        if (fabs(p->s->y[i]) < TOL_ZERO * p->b.m->money || !engine_range(p->q->engine, i, &low, &high)) {
            ck_assert_msg(isnan(p->s->low[i]) && isnan(p->s->high[i]), "seed %d row %zu", (int)seed, i);
            continue;
        }
        /* GLPK divides a value that may be off by 1e-9 by what may be as small. */
        double near = 1e-5 + 1e-4 * fabs(side) + (isinf(high - low) ? 0.0 : 1e-8 * (high - low)), nearer = near / 100;
        ck_assert_msg(our_low <= low + near && our_high >= high - near, "seed %d row %zu: %.12g to %.12g, GLPK %.12g to %.12g", (int)seed, i,
                      our_low, our_high, low, high);
        *apart += !near_abs_rel(our_low, low, nearer, 1e-6) || !near_abs_rel(our_high, high, nearer, 1e-6);
        n++;
    }
    return n;
}

START_TEST(intervals_are_those_of_GLPK)
{
    size_t n = 0, apart = 0;

    for (uint64_t seed = 0; seed < N_CASE; seed++) {
        struct solved p;
        if (solve_case(seed, &p))
            n += compare(&p, seed, &apart);
        solved_free(&p);
    }
    ck_assert_uint_gt(n, 5000);
    ck_assert_msg(apart * 100 <= n, "%zu of %zu intervals are not those of GLPK", apart, n);
}
END_TEST

/* The optimum with row i's side at b: what it should be if the price holds up to there, and what it is. */
static void move_side(struct solved *p, uint64_t seed, size_t i, double b, bool holds)
{
    struct lp_row *r = &p->b.m->row[i], was = *r;
    double y = p->s->y[i], told = p->s->cert.primal_objective + y * (b - side_of(r, y));
    struct solution *q = NULL;
    bool equality = r->lo == r->up;

    if (y > 0.0 || equality)
        r->lo = b;
    if (y < 0.0 || equality)
        r->up = b;
    ck_assert_int_eq(solve_lp(p->b.cx, p->b.m, false, &q), STRAIT_OK);
    *r = was;
    if (holds) {
        ck_assert_msg(q->outcome == STRAIT_OPTIMAL, "seed %d row %zu at %.12g: outcome %d", (int)seed, i, b, (int)q->outcome);
        ck_assert_msg(near_abs_rel(q->cert.primal_objective, told, 1e-6, 1e-6), "seed %d row %zu at %.12g: %.12g, told %.12g",
                      (int)seed, i, b, q->cert.primal_objective, told);
    } else if (q->outcome == STRAIT_OPTIMAL) {   /* costs are convex in a side */
        ck_assert_msg(q->cert.primal_objective >= told - 1e-6 * (1.0 + fabs(told)), "seed %d row %zu at %.12g", (int)seed, i, b);
    }
    solution_free(q);
}

/* To both ends of one row's interval, as far as they are finite and leave the row a row, and beyond. */
static size_t try_row(struct solved *p, uint64_t seed, size_t i)
{
    const struct lp_row *r = &p->b.m->row[i];
    double side = side_of(r, p->s->y[i]), end[] = { p->s->low[i] * r->scale, p->s->high[i] * r->scale };
    size_t n = 0;

    ck_assert(end[0] <= side && side <= end[1]);
    for (int k = 0; k < 2; k++) {
        double far = 2.0 * end[k] - side;
        if (isinf(end[k]) || end[k] < 0.0 || (r->lo != r->up && (end[k] < r->lo || end[k] > r->up)))
            continue;
        move_side(p, seed, i, end[k], true);
        if (far >= 0.0 && (r->lo == r->up || (far >= r->lo && far <= r->up)))
            move_side(p, seed, i, far, false);
        n++;
    }
    return n;
}

START_TEST(the_price_holds_to_the_ends_of_its_interval)
{
    size_t n = 0;

    for (uint64_t seed = 0; seed < N_CASE / 4; seed++) {
        struct solved p;
        bool plan = solve_case(seed, &p);
        for (size_t i = seed % 7; plan && p.s->stats.stages == 0 && i < p.b.m->n_row; i += 7)
            if (!isnan(p.s->low[i]))
                n += try_row(&p, seed, i);
        solved_free(&p);
    }
    ck_assert_uint_gt(n, 200);
}
END_TEST

START_TEST(an_engine_without_an_optimum_has_no_intervals)
{
    struct solved p;
    engine *fresh = NULL;

    ck_assert(solve_case(3, &p));
    ck_assert_int_eq(engine_new(p.b.cx, p.b.m, &fresh), STRAIT_OK);
    ck_assert_int_eq(solve_ranges(p.b.cx, p.b.m, fresh, p.s), STRAIT_OK);
    for (size_t i = 0; i < p.b.m->n_row; i++)
        ck_assert(isnan(p.s->low[i]) && isnan(p.s->high[i]));
    engine_free(fresh);
    solved_free(&p);
}
END_TEST

Suite *ranges_suite(void)
{
    Suite *s = suite_create("ranges");
    TCase *c = tcase_create("random cases");

    tcase_add_test(c, intervals_are_those_of_GLPK);
    tcase_add_test(c, the_price_holds_to_the_ends_of_its_interval);
    tcase_add_test(c, an_engine_without_an_optimum_has_no_intervals);
    tcase_set_timeout(c, 120);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(ranges_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
