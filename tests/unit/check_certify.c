/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The certificate: it takes a known optimum, refuses whatever was tampered with, and its bound is a bound. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tolerance.h"
#include "solve/solve.h"
#include "support/lp_bench.h"
#include "support/oracle.h"
#include "support/random_case.h"

Suite *certify_suite(void);

enum { N_CASE = 60, N_PERTURBED = 8 };

/*
 * One day; a run of 10 accelerator-days (pinned: 1000 tokens a second) and 6 accelerators at 1, 10 at 3 CUR an hour:
 * 6 cheap, 4 dear: 24 * (6 + 12) = 432.  One more accelerator-day of work costs 72, one more cheap accelerator saves 48.
 */
static const struct small_record two_prices[] = {
    { KIND_settings, "start=2027-01-04; period=day; periods=1" },
    { KIND_company, "name=acme; seat=CN" },
    { KIND_accelerator, "name=chip; vendor=v; family=f; bf16=500; memory=80; memory_bandwidth=3000; rated_power=1000; idle_power=200" },
    { KIND_site, "name=site; country=CN; shore=onshore; pue=1.5; tariff=0.1; carbon=500" },
    { KIND_offer, "name=cheap; site=site; accelerator=chip; contract=on_demand; price=1; count=6; includes=power" },
    { KIND_offer, "name=dear; site=site; accelerator=chip; contract=on_demand; price=3; count=10; includes=power" },
    { KIND_model, "name=m; total_params=8; active_params=8; layers=32; hidden=4096" },
    { KIND_pinned_rate, "workload=run; accelerator=chip; phase=train; rate=1000" },
    { KIND_settings, NULL },
};
static const struct small_record ten_days[] = {
    { KIND_workload, "name=run; company=acme; task=training; model=m; tokens=864000000" }, { KIND_settings, NULL },
};
static const struct small_record twenty_days[] = {
    { KIND_workload, "name=run; company=acme; task=training; model=m; tokens=1728000000" }, { KIND_settings, NULL },
};

struct known { struct lp_bench b; double *x, *y; size_t cheap, dear, demand, peak; };

static double *zeros(size_t n)
{
    double *v = calloc(n + 1, sizeof *v);

    ck_assert_ptr_nonnull(v);
    return v;
}

/* The answer by hand, without the solver. */
static struct known known_optimum(const struct small_record *work)
{
    struct known k = { .b = lp_bench_new(two_prices, work) };
    const struct lp *m = k.b.m;

    k.x = zeros(m->n_col);
    k.y = zeros(m->n_row);
    k.cheap = lp_col(m, COL_RUN, "run", "cheap", NULL, 0);
    k.dear = lp_col(m, COL_RUN, "run", "dear", NULL, 0);
    k.demand = lp_row_at(m, ROW_DEMAND, "run", -1);
    k.peak = lp_row_at(m, ROW_PEAK, "cheap", 0);
    k.x[m->col_const] = 1.0;
    k.x[k.cheap] = 6.0;
    k.x[k.dear] = 4.0;
    k.y[k.demand] = 72.0 / lp_entry(m, k.dear, k.demand);
    k.y[k.peak] = -48.0;
    return k;
}

static void known_free(struct known *k)
{
    lp_bench_free(&k->b);
    free(k->x);
    free(k->y);
}

static struct certificate certified(struct known *k)
{
    struct certificate q;

    ck_assert_int_eq(certify_optimal(k->b.cx, k->b.m, k->x, k->y, TOL_GAP, &q), STRAIT_OK);
    return q;
}

START_TEST(a_known_optimum_is_accepted)
{
    struct known k = known_optimum(ten_days);
    struct certificate q = certified(&k);

    ck_assert(q.ok && !q.farkas);
    ck_assert(near_rel(q.primal_objective, 432.0, 1e-12));
    ck_assert(near_rel(q.dual_objective, 432.0, 1e-10));
    ck_assert_double_le(q.primal_residual, 1e-12);
    ck_assert_double_le(q.dual_residual, 1e-12);
    ck_assert_double_le(q.gap, 1e-10);
    known_free(&k);
}
END_TEST

/* An hour below none is put away where the rest stands without it, and stays where it does not. */
START_TEST(noise_outside_of_the_bounds_is_put_inside)
{
    struct known k = known_optimum(ten_days);
    struct certificate q;

    k.b.m->up[k.cheap] = 6.0;
    k.x[k.cheap] = 6.0 + 1e-8;
    ck_assert_int_eq(certify_tidy(k.b.cx, k.b.m, k.x, k.y, TOL_GAP, &q), STRAIT_OK);
    ck_assert(q.ok);
    ck_assert_double_eq(k.x[k.cheap], 6.0);
    k.x[k.cheap] = 6.0 + 1e-6;
    k.x[k.dear] = 4.0 - 1e-6;
    ck_assert_int_eq(certify_tidy(k.b.cx, k.b.m, k.x, k.y, TOL_GAP, &q), STRAIT_OK);
    ck_assert_double_eq(k.x[k.cheap], 6.0);
    k.x[k.cheap] = 6.0 + 6e-6;
    k.x[k.dear] = 4.0 - 6e-6;
    k.b.m->up[k.cheap] = 6.0 - 2e-5;     /* without it demand would be short by more than the tolerance */
    ck_assert_int_eq(certify_tidy(k.b.cx, k.b.m, k.x, k.y, TOL_GAP, &q), STRAIT_OK);
    ck_assert_double_eq(k.x[k.cheap], 6.0 + 6e-6);
    known_free(&k);
}
END_TEST

/* The bound of one certificate beside other plans: the best, a dearer one, one that breaks a bound. */
START_TEST(another_plan_is_judged_by_the_duals_that_are_known)
{
    static const double moved[] = { 0.0, 1.0, -1.0 };

    for (int i = 0; i < 3; i++) {
        struct known k = known_optimum(ten_days);
        struct certificate of = certified(&k), again, whole;
        k.x[k.cheap] -= moved[i];
        k.x[k.dear] += moved[i];
        ck_assert_int_eq(certify_again(k.b.cx, k.b.m, k.x, TOL_GAP, &of, &again), STRAIT_OK);
        whole = certified(&k);
        ck_assert_int_eq(again.ok, whole.ok);
        ck_assert_int_eq(again.ok, i == 0);
        ck_assert(again.primal_residual == whole.primal_residual && again.dual_residual == whole.dual_residual);
        ck_assert(again.primal_objective == whole.primal_objective && again.dual_objective == whole.dual_objective);
        ck_assert(again.gap == whole.gap);
        known_free(&k);
    }
}
END_TEST

START_TEST(a_dearer_plan_has_a_gap)
{
    struct known k = known_optimum(ten_days);
    struct certificate q;

    k.x[k.cheap] = 5.0;
    k.x[k.dear] = 5.0;
    q = certified(&k);
    ck_assert(!q.ok);
    ck_assert(near_rel(q.primal_objective, 480.0, 1e-12));
    ck_assert(near_rel(q.gap, 48.0 / 480.0, 1e-9));
    known_free(&k);
}
END_TEST

START_TEST(a_moved_plan_breaks_a_row)
{
    struct known k = known_optimum(ten_days);

    k.x[k.cheap] = 7.0;    /* more than is there */
    k.x[k.dear] = 3.0;
    ck_assert(!certified(&k).ok);
    ck_assert(near_rel(certified(&k).primal_residual, 1.0 / 7.0, 1e-9));
    k.x[k.cheap] = 6.0;    /* less than the work */
    ck_assert(!certified(&k).ok);
    k.x[k.dear] = -1.0;
    ck_assert(!certified(&k).ok);
    known_free(&k);
}
END_TEST

START_TEST(wrong_duals_give_a_lower_bound_and_no_certificate)
{
    static const double demand[] = { 0.0, 24.0, 71.0, 73.0, 1e6, -50.0 }, peak[] = { -48.0, 0.0, 48.0, -47.0, -1e6 };

    for (size_t i = 0; i < sizeof demand / sizeof *demand; i++)
        for (size_t j = 0; j < sizeof peak / sizeof *peak; j++) {
            struct known k = known_optimum(ten_days);
            struct certificate q;
            k.y[k.demand] *= demand[i] / 72.0;
            k.y[k.peak] = peak[j];
            q = certified(&k);
            ck_assert_double_le(q.dual_objective, 432.0 * (1.0 + 1e-12));
            /* 73 is brought down to 72, where nothing is attractive: the same proof. */
            ck_assert_msg(q.ok == (demand[i] > 72.0 && peak[j] == -48.0), "%g %g", demand[i], peak[j]);
            known_free(&k);
        }
}
END_TEST

START_TEST(what_is_no_number_is_never_certified)
{
    static const double bad[] = { (double)NAN, (double)INFINITY, (double)-INFINITY };

    for (size_t i = 0; i < 3; i++) {
        struct known k = known_optimum(ten_days);
        k.x[k.cheap] = bad[i];
        ck_assert_msg(!certified(&k).ok, "x = %g", bad[i]);
        k.x[k.cheap] = 6.0;
        k.x[k.b.m->col_const] = bad[i];
        ck_assert_msg(!certified(&k).ok, "constant = %g", bad[i]);
        k.x[k.b.m->col_const] = 1.0;
        k.y[k.demand] = bad[i];
        ck_assert_msg(!certified(&k).ok, "y = %g", bad[i]);
        known_free(&k);
    }
}
END_TEST

START_TEST(a_ray_that_proves_it_is_accepted)
{
    struct known k = known_optimum(twenty_days);   /* 20 accelerator-days of work on 16 */
    size_t dear = lp_row_at(k.b.m, ROW_PEAK, "dear", 0);
    double each = 1.0 / lp_entry(k.b.m, k.cheap, k.demand);
    struct certificate q;

    k.y[k.demand] = each;
    k.y[k.peak] = k.y[dear] = -1.0;
    ck_assert_int_eq(certify_infeasible(k.b.cx, k.b.m, k.y, &q), STRAIT_OK);
    ck_assert(q.ok && q.farkas);
    ck_assert(isnan(q.primal_objective) && isnan(q.gap));
    known_free(&k);
}
END_TEST

START_TEST(a_ray_that_proves_nothing_is_refused)
{
    struct known k = known_optimum(ten_days);      /* there is a plan: no ray can prove that there is none */
    uint64_t state = 5;
    struct certificate q;

    for (int i = 0; i < 200; i++) {
        for (size_t r = 0; r < k.b.m->n_row; r++)
            k.y[r] = i == 0 ? 0.0 : i == 1 ? (double)NAN : 2.0 * random_unit(&state) - 1.0;
        ck_assert_int_eq(certify_infeasible(k.b.cx, k.b.m, k.y, &q), STRAIT_OK);
        ck_assert_msg(!q.ok && !q.farkas, "ray %d", i);
    }
    known_free(&k);
}
END_TEST

/* Duals of the optimum, disturbed: some by a little, some by much, some lost. */
static void disturb(uint64_t *state, const double *y, double *out, size_t n, double by)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = y[i] * (1.0 + by * (random_unit(state) - 0.5)) + by * (random_unit(state) - 0.5);
        if (random_unit(state) < 0.1)
            out[i] = random_unit(state) < 0.5 ? 0.0 : -out[i];
    }
}

static void bounds_hold(const struct lp_bench *b, const struct solution *s, uint64_t seed)
{
    static const double by[] = { 1e-9, 1e-6, 1e-3, 0.1, 1.0, 10.0, 1e3, 1e6 };
    double *y = zeros(b->m->n_row), best = s->cert.primal_objective;
    uint64_t state = seed;
    struct certificate q;

    for (size_t i = 0; i < N_PERTURBED; i++) {
        disturb(&state, s->y, y, b->m->n_row, by[i]);
        ck_assert_int_eq(certify_optimal(b->cx, b->m, s->x, y, TOL_GAP, &q), STRAIT_OK);
        ck_assert_msg(q.dual_objective <= best + 1e-9 * (1.0 + fabs(best)), "seed %d by %g: bound %.15g, optimum %.15g", (int)seed,
                      by[i], q.dual_objective, best);
        ck_assert_int_eq(certify_infeasible(b->cx, b->m, y, &q), STRAIT_OK);
        ck_assert_msg(!q.farkas, "seed %d by %g: a case with a plan was proven infeasible", (int)seed, by[i]);
    }
    free(y);
}

/* The ray and its repair prove the same; with its sign turned it proves nothing. */
static void ray_holds(const struct lp_bench *b, const struct solution *s)
{
    double *y = zeros(b->m->n_row);
    struct certificate q;

    memcpy(y, s->y, b->m->n_row * sizeof *y);
    ck_assert_int_eq(certify_infeasible(b->cx, b->m, y, &q), STRAIT_OK);
    ck_assert(q.farkas);
    for (size_t i = 0; i < b->m->n_row; i++)
        y[i] = -s->y[i];
    ck_assert_int_eq(certify_infeasible(b->cx, b->m, y, &q), STRAIT_OK);
    ck_assert(!q.farkas);
    free(y);
}

START_TEST(the_bound_is_never_above_the_optimum)
{
    for (uint64_t seed = 0; seed < N_CASE; seed++) {
        strait_ctx *cx = strait_ctx_new();
        struct lp_bench b = lp_bench_of(cx, random_case(cx, seed, &(struct random_twist){ 0 }));
        struct solution *s;
        ck_assert_int_eq(solve_lp(cx, b.m, false, &s), STRAIT_OK);
        if (s->outcome == STRAIT_OPTIMAL)
            bounds_hold(&b, s, seed);
        else
            ray_holds(&b, s);
        solution_free(s);
        lp_bench_free(&b);
    }
}
END_TEST

Suite *certify_suite(void)
{
    Suite *s = suite_create("certify");
    TCase *c = tcase_create("by hand"), *r = tcase_create("random cases");

    tcase_add_test(c, a_known_optimum_is_accepted);
    tcase_add_test(c, noise_outside_of_the_bounds_is_put_inside);
    tcase_add_test(c, another_plan_is_judged_by_the_duals_that_are_known);
    tcase_add_test(c, a_dearer_plan_has_a_gap);
    tcase_add_test(c, a_moved_plan_breaks_a_row);
    tcase_add_test(c, wrong_duals_give_a_lower_bound_and_no_certificate);
    tcase_add_test(c, what_is_no_number_is_never_certified);
    tcase_add_test(c, a_ray_that_proves_it_is_accepted);
    tcase_add_test(c, a_ray_that_proves_nothing_is_refused);
    tcase_add_test(r, the_bound_is_never_above_the_optimum);
    suite_add_tcase(s, c);
    suite_add_tcase(s, r);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(certify_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
