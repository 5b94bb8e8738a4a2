/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fitted parameters: names, priors, what a case or a table may set. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimate/physics.h"
#include "support/small_case.h"

Suite *params_suite(void);

START_TEST(names_are_unique_and_found)
{
    for (size_t i = 0; i < N_PARAM; i++)
        ck_assert_int_eq(param_find(param_desc(i)->name), (int)i);
    ck_assert_int_eq(param_find("train_gemm.hopper"), P_train_gemm_of + FAMILY_HOPPER);
    ck_assert_int_eq(param_find("nothing"), -1);
}
END_TEST

START_TEST(each_parameter_is_of_one_fit_and_has_a_prior)
{
    ck_assert_int_eq(param_set(P_train_gemm_of), FIT_TRAIN);
    ck_assert_int_eq(param_set(P_serve_gemm_of), FIT_SERVE);
    for (size_t i = 0; i < N_PARAM; i++)
        ck_assert(param_desc(i)->prior > 0 && param_desc(i)->sd > 0);
}
END_TEST

START_TEST(shipped_values_lie_within_four_prior_widths)
{
    const struct params *p = params_fitted();

    for (size_t i = 0; i < N_PARAM; i++) {
        const struct param_desc *d = param_desc(i);

        ck_assert_msg(p->v[i] > 0 && fabs(log(p->v[i] / d->prior)) <= 4 * d->sd + 1e-6, "%s = %g", d->name, p->v[i]);
    }
    for (int phase = 0; phase < N_PHASE; phase++) {
        for (int f = 0; f <= N_FAMILY; f++)
            ck_assert(p->bar[phase][0][f] > 0.05 && p->bar[phase][1][f] > 0.05);
        ck_assert(p->range[phase][RANGE_ACTIVE].least < p->range[phase][RANGE_ACTIVE].most);
    }
}
END_TEST

START_TEST(entries_are_set_by_name)
{
    struct params p = *params_fitted();

    ck_assert(params_set(&p, "train_gemm.hopper", 0.9, 0.1));
    ck_assert(p.v[P_train_gemm_of + FAMILY_HOPPER] == 0.9 && p.error[P_train_gemm_of + FAMILY_HOPPER] == 0.1);
    ck_assert(params_set(&p, "bar.mixed.moe.blackwell_ultra", 0.7, REAL_NONE));
    ck_assert(p.bar[PHASE_MIXED][1][FAMILY_BLACKWELL_ULTRA] == 0.7);
    ck_assert(params_set(&p, "bar.train.dense.*", 0.6, REAL_NONE));
    ck_assert(p.bar[PHASE_TRAIN][0][N_FAMILY] == 0.6);
    ck_assert(params_set(&p, "range.decode.context", 10, 20));
    ck_assert(p.range[PHASE_DECODE][RANGE_CONTEXT].most == 20);
}
END_TEST

START_TEST(other_names_are_refused)
{
    static const char *const wrong[] = { "", "gemm", "train_gemm.", "train_gemm.volta", "bar", "bar.train", "bar.train.dense",
                                         "bar.train.dense.hopper.x", "bar.rest.dense.hopper", "range.train",
                                         "range.train.width", "range.train.active" };
    struct params p = *params_fitted();

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_msg(!params_set(&p, wrong[i], 1, REAL_NONE), "%s", wrong[i]);
    ck_assert(!params_set(&p, "range.train.active", 2, 1));
    ck_assert(memcmp(&p, params_fitted(), sizeof p) == 0);
}
END_TEST

static strait_status of_rows(const char *row, struct params *p, strait_ctx **cx)
{
    const struct small_record rows[] = { { KIND_settings, "start=2026-01-05; period=week; periods=4" },
                                         { KIND_company, "name=acme; seat=CN" },
                                         { KIND_accelerator, "name=chip; family=f; bf16=100; memory=80; memory_bandwidth=1000; "
                                                             "vendor=v; rated_power=100; idle_power=50" },
                                         { KIND_site, "name=here; country=CN; shore=onshore; pue=1.2; tariff=0.1; carbon=500" },
                                         { KIND_offer, "name=o; site=here; accelerator=chip; contract=on_demand; price=1; count=8" },
                                         { KIND_model, "name=m; total_params=1; active_params=1; layers=10; hidden=1000" },
                                         { KIND_workload, "name=w; company=acme; task=training; model=m; tokens=1e9" },
                                         { KIND_calibration, row },
                                         { KIND_rule, NULL } };
    strait_status st;
    strait_case *c;

    *cx = strait_ctx_new();
    c = small_case(*cx, rows);
    st = params_of_case(*cx, c, p);
    case_free(c);
    return st;
}

START_TEST(a_case_may_bring_its_own)
{
    struct params p;
    strait_ctx *cx;

    ck_assert_int_eq(of_rows("parameter=train_gemm; value=0.7", &p, &cx), STRAIT_OK);
    ck_assert(p.v[P_train_gemm] == 0.7 && p.v[P_serve_gemm] == params_fitted()->v[P_serve_gemm]);
    strait_ctx_free(cx);
}
END_TEST

START_TEST(an_unknown_name_in_a_case_is_a_fault)
{
    struct params p;
    strait_ctx *cx;

    ck_assert_int_eq(of_rows("parameter=speed; value=0.7", &p, &cx), STRAIT_EINPUT);
    ck_assert_uint_eq(cx->n_error, 1);
    ck_assert_str_eq(cx->faults.v[0].value, "speed");
    strait_ctx_free(cx);
}
END_TEST

Suite *params_suite(void)
{
    Suite *s = suite_create("params");
    TCase *names = tcase_create("names"), *set = tcase_create("setting");

    tcase_add_test(names, names_are_unique_and_found);
    tcase_add_test(names, each_parameter_is_of_one_fit_and_has_a_prior);
    tcase_add_test(names, shipped_values_lie_within_four_prior_widths);
    tcase_add_test(set, entries_are_set_by_name);
    tcase_add_test(set, other_names_are_refused);
    tcase_add_test(set, a_case_may_bring_its_own);
    tcase_add_test(set, an_unknown_name_in_a_case_is_a_fault);
    suite_add_tcase(s, names);
    suite_add_tcase(s, set);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(params_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
