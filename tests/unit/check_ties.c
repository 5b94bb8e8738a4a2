/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Among plans that tie one is decided on, whatever the way to it; and where others exist is told, held against the whole face. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tolerance.h"
#include "solve/solve.h"
#include "support/lp_bench.h"
#include "support/random_case.h"

Suite *ties_suite(void);

enum { N_CASE = 240 };

static const char *const twists[] = {
    NULL, "offers.*.price=2\noffers.*.capex=20000\nsites.*.tariff=0.1\nsites.*.pue=1.25\n", "offers.*.price=0\nsites.*.tariff=0\n",
    "offers.*.price=2\n",
};
enum { N_TWIST = sizeof twists / sizeof *twists };

static struct lp_bench bench_of(uint64_t seed)
{
    strait_ctx *cx = strait_ctx_new();

    ck_assert_ptr_nonnull(cx);
    return lp_bench_of(cx, random_case(cx, seed, &(struct random_twist){ .extra = twists[seed % N_TWIST] }));
}

static struct solution *solved(struct lp_bench *b, bool plain, bool start)
{
    struct solution *s = NULL;

    b->cx->engine_glpk = plain;
    b->cx->start_always = start;
    ck_assert_msg(solve_lp(b->cx, b->m, true, &s) == STRAIT_OK, "%s", b->cx->message);
    return s;
}

START_TEST(the_plan_among_ties_is_the_same_by_every_way)
{
    size_t n = 0, tied = 0;

    for (uint64_t seed = 0; seed < N_CASE; seed++) {
        struct lp_bench b[3] = { bench_of(seed), bench_of(seed), bench_of(seed) };
        struct solution *s[3] = { solved(&b[0], false, false), solved(&b[1], true, false), solved(&b[2], false, true) };
        for (int k = 1; k < 3 && s[0]->outcome == STRAIT_OPTIMAL; k++) {
            for (size_t j = 0; j < b[0].m->n_col; j++)
                ck_assert_msg(fabs(s[0]->x[j] - s[k]->x[j]) <= 1e-5 * (1.0 + fabs(s[0]->x[j])), "seed %d column %zu: %.12g, way %d %.12g",
                              (int)seed, j, s[0]->x[j], k, s[k]->x[j]);
            ck_assert_msg(s[0]->alternatives == s[k]->alternatives, "seed %d way %d", (int)seed, k);
            n++;
            tied += s[0]->alternatives;
        }
        for (int k = 0; k < 3; k++) {
            solution_free(s[k]);
            lp_bench_free(&b[k]);
        }
    }
    ck_assert_uint_gt(n, N_CASE);
    ck_assert_uint_gt(tied, n / 4);
}
END_TEST

/* Cut m down to the plans that are complementary to y. */
static void cut_to_face(strait_ctx *cx, struct lp *m, const double *x, const double *y)
{
    double *d = calloc(m->n_col, sizeof *d);

    ck_assert_ptr_nonnull(d);
    ck_assert_int_eq(price_all(cx, m, y, false, d), STRAIT_OK);
    for (size_t j = 0; j < m->n_col; j++) {
        if (d[j] > 1e-8 * (m->money + fabs(m->cost[j])))
            m->up[j] = m->lo[j];
        else if (d[j] < -1e-8 * (m->money + fabs(m->cost[j])) && !isinf(m->up[j]))
            m->lo[j] = m->up[j];
        if (isinf(m->up[j]))
            m->up[j] = fmax(2.0 * x[j], 1e4);   /* what is free of cost may have no end */
    }
    for (size_t i = 0; i < m->n_row; i++) {
        if (y[i] > TOL_ZERO * m->money)
            m->row[i].up = m->row[i].lo;
        else if (y[i] < -TOL_ZERO * m->money)
            m->row[i].lo = m->row[i].up;
    }
    free(d);
}

/* Does anything of workload w (-1: anything at all) differ between the face's most and least of a random sum of it? */
static bool moves(strait_ctx *cx, struct lp *m, engine *e, int w, uint64_t seed, double *x, double *other)
{
    double objective, *y = calloc(m->n_row, sizeof *y);
    uint64_t state = seed;
    bool feasible, any = false;
    enum engine_outcome end;

    ck_assert_ptr_nonnull(y);
    for (size_t j = 0; j < m->n_col; j++) {
        int t, of = lp_strip_of(m, j, &t)->w;
        double v = 1.0 + random_unit(&state);
        m->cost[j] = (w < 0 && of >= 0) || of == w ? m->money * v : 0.0;
    }
    for (int k = 0; k < 2; k++) {
        ck_assert_int_eq(engine_refresh(cx, e), STRAIT_OK);
        ck_assert_msg(engine_solve(cx, e, ENGINE_PRIMAL, false, 0.0, &end) == STRAIT_OK, "seed %d workload %d: %s", (int)seed, w, cx->message);
        ck_assert_int_eq(end, ENGINE_OPTIMAL);
        engine_solution(e, k ? other : x, y, &objective, &feasible);
        for (size_t j = 0; j < m->n_col; j++)
            m->cost[j] = -m->cost[j];
    }
    for (size_t j = 0; j < m->n_col; j++) {
        int t, of = lp_strip_of(m, j, &t)->w;
        any = any || ((w < 0 || of == w) && fabs(x[j] - other[j]) > 1e-4 * (1.0 + fabs(x[j])));
    }
    free(y);
    return any;
}

struct count { size_t cases, tied, moved, missed; };

static void hold_against_face(struct lp_bench *b, const struct solution *s, uint64_t seed, struct count *n)
{
    struct lp *m = b->m;
    engine *e = NULL;
    size_t *all = calloc(m->n_col, sizeof *all);
    double *x = calloc(2 * m->n_col, sizeof *x);

    ck_assert(all && x);
    for (size_t j = 0; j < m->n_col; j++)
        all[j] = j;
    cut_to_face(b->cx, m, s->x, s->y);
    ck_assert_int_eq(engine_new(b->cx, m, &e), STRAIT_OK);
    ck_assert_int_eq(engine_add(b->cx, e, all, m->n_col), STRAIT_OK);
    ck_assert_msg(!moves(b->cx, m, e, -1, seed, x, x + m->n_col) || s->alternatives, "seed %d: another plan is not told", (int)seed);
    n->cases++;
    n->tied += s->alternatives;
    for (size_t w = 0; w < m->c->workload.n; w++) {
        bool can = moves(b->cx, m, e, (int)w, seed, x, x + m->n_col);
        ck_assert_msg(can || !s->moved[w], "seed %d: %s cannot move", (int)seed, m->c->workload.v[w].name);
        n->moved += can;
        n->missed += can && !s->moved[w];
    }
    engine_free(e);
    free(all);
    free(x);
}

START_TEST(workloads_that_can_move_are_told_and_no_others)
{
    struct count n = { 0 };

    for (uint64_t seed = 0; seed < N_CASE; seed++) {
        struct lp_bench b = bench_of(seed);
        struct solution *s = solved(&b, false, false);
        if (s->outcome == STRAIT_OPTIMAL && s->stats.stages == 0)
            hold_against_face(&b, s, seed, &n);
        solution_free(s);
        lp_bench_free(&b);
    }
    ck_assert_uint_gt(n.cases, N_CASE / 3);
    ck_assert_uint_gt(n.tied, n.cases / 4);
    ck_assert_msg(n.missed * 50 <= n.moved, "%zu of %zu that can move are not told", n.missed, n.moved);
}
END_TEST

Suite *ties_suite(void)
{
    Suite *s = suite_create("ties");
    TCase *c = tcase_create("random cases");

    tcase_add_test(c, the_plan_among_ties_is_the_same_by_every_way);
    tcase_add_test(c, workloads_that_can_move_are_told_and_no_others);
    tcase_set_timeout(c, 120);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(ties_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
