/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocations failing in turn in what prices plans and activities again: a clean ENOMEM, no output, nothing leaked. */
#include <check.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/pool.h"
#include "estimate/sample.h"
#include "explain/exposure.h"
#include "support/priced_case.h"

Suite *faults_reprice_suite(void);

static const double ones[N_PF] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };

static struct lp_bench b;
static struct price_factors *factors;
static struct plan_exposure plan;
static double *x;

static strait_status make_factors(bool *made)
{
    struct price_factors *f = NULL;
    strait_status st = price_factors_new(b.cx, b.c, 3, &f);

    *made = f != NULL;
    price_factors_free(f);
    return st;
}

static strait_status expose(bool *made)
{
    struct plan_exposure p = { 0 };
    strait_status st = exposure_of_plan(b.cx, b.m, x, factors, &p);

    *made = p.e != NULL;
    exposure_free(p.e);
    return st;
}

static strait_status group(bool *made)
{
    struct exposure *g = NULL;
    int *zero = calloc(plan.e->n_line, sizeof *zero);
    strait_status st = exposure_group(b.cx, plan.e, zero, 1, &g);

    *made = g != NULL;
    free(zero);
    exposure_free(g);
    return st;
}

static void see_line(void *data, int worker, const struct reprice_block *r)
{
    (void)worker;
    (void)r;
    *(bool *)data = true;
}

static strait_status price_plan(bool *made)
{
    struct factor_source f = priced_source();

    return reprice(b.cx, plan.e, &f, NULL, 0, 10, see_line, made);
}

static void see_unit(void *data, int worker, const struct unit_cost_block *u)
{
    (void)worker;
    (void)u;
    *(bool *)data = true;
}

static strait_status price_units(bool *made)
{
    struct factor_source f = priced_source();

    return unit_costs(b.cx, b.c, b.k, factors, &f, NULL, 0, 10, see_unit, made);
}

/* Contradicting correlations of three, so that the refusal's own allocations fail too. */
static strait_status sample(bool *made)
{
    static const char *const name[] = { "a", "b", "c" };
    static const double sigma[] = { 1, 1, 1 }, good[] = { 1, 1, 0, 1, 1, 0, 0, 0, 1 };
    static const double bad[] = { 1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1 };
    struct sampler_spec p = { 3, name, sigma, bad, { 1, 1 } };
    struct sampler *s = NULL;
    strait_status st = sampler_new(b.cx, &p, &s);

    if (st == STRAIT_ENOMEM)
        return st;
    ck_assert_int_eq(st, STRAIT_EINPUT);
    p.correlation = good;
    st = sampler_new(b.cx, &p, &s);
    *made = s != NULL;
    sampler_free(s);
    return st;
}

static strait_status pool(bool *made)
{
    struct pool *p = pool_new(3);

    *made = p != NULL;
    pool_free(p);
    return *made ? STRAIT_OK : STRAIT_ENOMEM;
}

static strait_status (*const job[])(bool *made) = { make_factors, expose, group, price_plan, price_units, sample, pool };

static void set_up(void)
{
    b = priced_case(ones);
    factors = priced_factors(&b);
    x = calloc(b.m->n_col, sizeof *x);
    ck_assert_ptr_nonnull(x);
    for (size_t j = 0; j < b.m->n_col; j++)
        x[j] = 1;
    ck_assert_int_eq(exposure_of_plan(b.cx, b.m, x, factors, &plan), STRAIT_OK);
}

static void tear_down(void)
{
    exposure_free(plan.e);
    free(x);
    price_factors_free(factors);
    lp_bench_free(&b);
}

START_TEST(a_job_survives_failed_allocations)
{
    bool made = false;
    long total;

    mem_fail_at(0);
    ck_assert_int_eq(job[_i](&made), STRAIT_OK);
    total = mem_count();
    ck_assert(made && total > 0);
    for (long n = 1; n <= total; n++) {
        strait_status st;

        made = false;
        mem_fail_at(n);
        st = job[_i](&made);
        mem_fail_at(0);
        ck_assert_msg(st == STRAIT_ENOMEM && !made, "allocation %ld of %ld ends in %d, output %d", n, total, (int)st, (int)made);
    }
}
END_TEST

Suite *faults_reprice_suite(void)
{
    Suite *s = suite_create("faults_reprice");
    TCase *c = tcase_create("allocations");

    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, a_job_survives_failed_allocations, 0, (int)(sizeof job / sizeof *job));
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(faults_reprice_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
