/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program solved from another's basis: the same optimum as from nothing, certified, or left to the cold start. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "input/input.h"
#include "solve/solve.h"
#include "support/certificate.h"
#include "support/lp_bench.h"

Suite *warm_suite(void);

struct built { strait_case *c; struct rates *r; struct costs *k; struct lp *m; };

static strait_ctx *cx;

static void set_up(void)
{
    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
}

static void tear_down(void) { strait_ctx_free(cx); }

static struct built build(const char *file, const char *const *set, size_t n)
{
    struct built b = {0};
    char path[4096];
    const char *src = getenv("STRAIT_SRCDIR");

    snprintf(path, sizeof path, "%s/%s", src ? src : ".", file);
    cx_clear(cx);
    ck_assert_msg(input_load(cx, path, NULL, set, n, &b.c) == STRAIT_OK, "%s", cx->message);
    ck_assert_int_eq(estimate_rates(cx, b.c, &b.r), STRAIT_OK);
    ck_assert_int_eq(estimate_costs(cx, b.c, b.r, &b.k), STRAIT_OK);
    ck_assert_int_eq(lp_build(cx, b.c, b.r, b.k, &b.m), STRAIT_OK);
    return b;
}

static void drop(struct built *b)
{
    lp_free(b->m);
    costs_free(b->k);
    rates_free(b->r);
    case_free(b->c);
}

#define RESIDENCY "data/cases/residency/case.cfg"
#define TINY "tests/data/tiny/case.cfg"

static struct warm *basis_of(const char *file, const char *const *set, size_t n)
{
    struct built b = build(file, set, n);
    struct solution *s = NULL;
    struct warm *w = NULL;

    ck_assert_int_eq(solve_lp(cx, b.m, false, &s), STRAIT_OK);
    ck_assert_int_eq(warm_new(cx, b.m, s, &w), STRAIT_OK);
    solution_free(s);
    drop(&b);
    return w;
}

static bool judged(const struct lp *m, const struct solution *s)
{
    struct cert_lp d = lp_dense(m);
    struct cert_result r = cert_check(&d, s->x, s->y);

    lp_dense_free(&d);
    return r.primal <= 1e-6 && r.dual <= 1e-6 && r.gap <= 1e-6;
}

static bool judged_infeasible(const struct lp *m, const struct solution *s)
{
    struct cert_lp d = lp_dense(m);
    double by = cert_farkas(&d, s->y, 1e-9);

    lp_dense_free(&d);
    return by > 0;
}

/* The same overrides from the basis and from nothing; was it warm? */
static bool agree(const struct warm *w, const char *file, const char *const *set, size_t n, strait_outcome want)
{
    struct built a = build(file, set, n), b = build(file, set, n);
    struct solution *s = NULL, *t = NULL;
    bool warm;

    ck_assert_int_eq(solve_lp_from(cx, a.m, w, &s, &warm), STRAIT_OK);
    ck_assert_int_eq(solve_lp(cx, b.m, false, &t), STRAIT_OK);
    ck_assert_int_eq(s->outcome, want);
    ck_assert_int_eq(t->outcome, want);
    if (want == STRAIT_OPTIMAL) {
        ck_assert(judged(a.m, s));
        ck_assert_double_le(fabs(s->cert.primal_objective - t->cert.primal_objective), 1e-6 * fabs(t->cert.primal_objective));
    } else {
        ck_assert(judged_infeasible(a.m, s));
    }
    solution_free(s);
    solution_free(t);
    drop(&a);
    drop(&b);
    return warm;
}

START_TEST(moved_prices_and_work_are_solved_from_the_basis)
{
    static const char *const set[][3] = {
        {"offers.*.price*=1.03", "demands.*.requests*=1.02", "title=a"},
        {"offers.sg_h200_od.price*=0.97", "demands.*.requests*=0.98", "workloads.pt_flagship.tokens*=1.03"},
        {"title=same", "title=same", "title=same"},
    };
    struct warm *w = basis_of(RESIDENCY, NULL, 0);

    ck_assert_ptr_nonnull(w);
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        ck_assert_msg(agree(w, RESIDENCY, set[i], 3, STRAIT_OPTIMAL), "case %zu went cold", i);
    warm_free(w);
}
END_TEST

/* Costs alone, work alone, both at odds: whichever way it goes, warm or given up, the answer is the cold one. */
START_TEST(moves_by_a_quarter_agree_with_the_cold_answer)
{
    static const char *const set[][3] = {
        {"offers.*.price*=1.25", "offers.sg_h200_od.price*=0.75", "title=a"},
        {"demands.*.requests*=1.25", "workloads.pt_flagship.tokens*=0.75", "title=b"},
        {"offers.*.price*=0.75", "demands.*.requests*=1.2", "workloads.pt_flagship.tokens*=1.2"},
        {"offers.*.price*=1.25", "demands.*.requests*=0.75", "workloads.pt_flagship.tokens*=0.75"},
    };
    struct warm *w = basis_of(RESIDENCY, NULL, 0);
    size_t n_warm = 0;

    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        n_warm += agree(w, RESIDENCY, set[i], 3, STRAIT_OPTIMAL);
    ck_assert_uint_gt(n_warm, 0);
    warm_free(w);
}
END_TEST

START_TEST(a_program_of_another_shape_goes_cold)
{
    static const char *const set[] = {"rules.residency.enabled=false"};
    struct warm *w = basis_of(TINY, NULL, 0);

    ck_assert(!agree(w, TINY, set, 1, STRAIT_OPTIMAL));
    warm_free(w);
}
END_TEST

START_TEST(an_infeasible_program_is_proven_so_from_the_basis_too)
{
    static const char *const set[] = {"workloads.pretrain.tokens=2e16"};
    struct warm *w = basis_of(TINY, NULL, 0);

    (void)agree(w, TINY, set, 1, STRAIT_INFEASIBLE);
    warm_free(w);
}
END_TEST

START_TEST(what_has_no_optimum_has_no_basis_to_keep)
{
    static const char *const set[] = {"workloads.pretrain.tokens=2e16"};

    ck_assert_ptr_null(basis_of(TINY, set, 1));
}
END_TEST

Suite *warm_suite(void)
{
    Suite *s = suite_create("warm");
    TCase *t = tcase_create("warm");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, moved_prices_and_work_are_solved_from_the_basis);
    tcase_add_test(t, moves_by_a_quarter_agree_with_the_cold_answer);
    tcase_add_test(t, a_program_of_another_shape_goes_cold);
    tcase_add_test(t, an_infeasible_program_is_proven_so_from_the_basis_too);
    tcase_add_test(t, what_has_no_optimum_has_no_basis_to_keep);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(warm_suite());
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
