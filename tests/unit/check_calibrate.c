/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fit: it finds what made its rows, keeps what is pinned, reproduces what is shipped. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/calibrate.h"
#include "calibrate/cross.h"

Suite *calibrate_suite(void);

static strait_ctx *cx;
static struct set set;
static bool pinned[N_PARAM];

static void start(void)
{
    cx = strait_ctx_new();
    memset(pinned, 0, sizeof pinned);
    ck_assert_int_eq(set_new(cx, NULL, 0, &set), STRAIT_OK);
    ck_assert_uint_gt(set.row.n, 1300);
}

static void stop(void)
{
    set_free(&set);
    strait_ctx_free(cx);
}

static struct params priors(void)
{
    struct params p = *params_fitted();

    for (size_t i = 0; i < N_PARAM; i++)
        p.v[i] = param_desc(i)->prior;
    return p;
}

static struct params fitted(enum fit_set which)
{
    struct params p = priors();
    struct fit *f = NULL;

    ck_assert_int_eq(fit_new(cx, &set, which, pinned, &f), STRAIT_OK);
    ck_assert_int_eq(fit_solve(f, &p), STRAIT_OK);
    fit_free(f);
    return p;
}

START_TEST(a_quantile_lies_between_ranks)
{
    double v[] = { 3, 1, 2, 4 };

    ck_assert(quantile(v, 4, 0) == 1 && quantile(v, 4, 1) == 4);
    ck_assert_double_eq_tol(quantile(v, 4, 0.5), 2.5, 1e-15);
    ck_assert(isnan(quantile(v, 0, 0.5)));
}
END_TEST

START_TEST(a_refit_reproduces_what_is_shipped)
{
    struct params t = fitted(FIT_TRAIN), s = fitted(FIT_SERVE);

    for (size_t i = 0; i < N_PARAM; i++) {
        const struct params *p = param_set(i) == FIT_TRAIN ? &t : &s;

        ck_assert_msg(fabs(log(p->v[i] / params_fitted()->v[i])) < 1e-3, "%s: %g, shipped %g", param_desc(i)->name, p->v[i],
                      params_fitted()->v[i]);
        ck_assert(p->error[i] > 0 && p->error[i] <= param_desc(i)->sd * 1.0001);
    }
}
END_TEST

START_TEST(the_fit_finds_what_made_its_rows)
{
    struct params truth = priors(), p;

    truth.v[P_train_gemm] *= 1.1;
    truth.v[P_train_gemm_of + FAMILY_ASCEND_910] *= 0.9;
    for (size_t i = 0; i < set.row.n; i++)
        set.row.v[i].measured = point_predict(&truth, &set.row.v[i]);
    p = fitted(FIT_TRAIN);
    ck_assert_double_eq_tol(p.v[P_train_gemm] * p.v[P_train_gemm_of + FAMILY_ASCEND_910],
                            truth.v[P_train_gemm] * truth.v[P_train_gemm_of + FAMILY_ASCEND_910], 0.02);
}
END_TEST

START_TEST(an_outlier_pulls_little)
{
    struct params before = fitted(FIT_TRAIN), after;
    size_t n = 0;

    for (size_t i = 0; i < set.row.n && n < 3; i++)
        if (set.row.v[i].training && strcmp(set.row.v[i].source, "megatron-h100") == 0) {
            set.row.v[i].measured *= 100;
            n++;
        }
    after = fitted(FIT_TRAIN);
    ck_assert_uint_eq(n, 3);
    ck_assert_double_lt(fabs(log(after.v[P_train_gemm] / before.v[P_train_gemm])), 0.05);
}
END_TEST

START_TEST(pinned_parameters_stay)
{
    struct params p = priors();
    struct fit *f = NULL;

    pinned[P_train_gemm] = true;
    p.v[P_train_gemm] = 0.5;
    ck_assert_int_eq(fit_new(cx, &set, FIT_TRAIN, pinned, &f), STRAIT_OK);
    ck_assert_int_eq(fit_solve(f, &p), STRAIT_OK);
    ck_assert(p.v[P_train_gemm] == 0.5 && p.error[P_train_gemm] == 0);
    ck_assert(p.v[P_train_gemm_of + FAMILY_HOPPER] > 1);          /* the ratios make up for it */
    fit_free(f);
}
END_TEST

START_TEST(leaving_nothing_out_changes_nothing)
{
    struct params p = priors(), q;
    struct fit *f = NULL;
    bool *skip;

    ck_assert_int_eq(fit_new(cx, &set, FIT_TRAIN, pinned, &f), STRAIT_OK);
    ck_assert_int_eq(fit_solve(f, &p), STRAIT_OK);
    skip = mem_calloc(f->n_row, sizeof *skip);
    ck_assert_int_eq(fit_without(f, &p, skip, &q), STRAIT_OK);
    for (size_t i = 0; i < N_PARAM; i++)
        ck_assert_double_lt(fabs(log(q.v[i] / p.v[i])), 1e-2);
    mem_free(skip);
    fit_free(f);
}
END_TEST

START_TEST(rows_left_out_are_nearly_as_a_full_refit_says)
{
    struct params p = priors(), q, again = priors();
    struct fit *f = NULL, *g = NULL;
    bool *skip;
    double most = 0;

    ck_assert_int_eq(fit_new(cx, &set, FIT_TRAIN, pinned, &f), STRAIT_OK);
    ck_assert_int_eq(fit_solve(f, &p), STRAIT_OK);
    skip = mem_calloc(f->n_row, sizeof *skip);
    for (size_t i = 0; i < f->n_row; i++)
        skip[i] = strcmp(set.row.v[f->row[i]].source, "mosaic") == 0;
    ck_assert_int_eq(fit_without(f, &p, skip, &q), STRAIT_OK);
    ck_assert_int_eq(fit_new(cx, &set, FIT_TRAIN, pinned, &g), STRAIT_OK);
    for (size_t i = 0; i < g->n_row; i++)
        g->weight[i] = skip[i] ? 0 : g->weight[i];
    ck_assert_int_eq(fit_solve(g, &again), STRAIT_OK);
    for (size_t i = 0; i < f->n_row; i++)
        if (skip[i])
            most = fmax(most, fabs(log(point_predict(&q, &set.row.v[f->row[i]]) /
                                       point_predict(&again, &set.row.v[f->row[i]]))));
    ck_assert_msg(most < 0.03, "%g", most);
    mem_free(skip);
    fit_free(f);
    fit_free(g);
}
END_TEST

/* The aims that are met, with room: a change of the physics that loses them must be seen. */
START_TEST(errors_of_what_was_left_out_keep_their_bounds)
{
    static const struct { const char *phase, *way; double median, p90; } aim[] = {
        { "train", "model", 13, 40 },      { "train", "source", 20, 50 }, { "train", "accelerator", 30, 60 },
        { "mixed", "model", 20, 50 },      { "mixed", "source", 30, 70 },
    };
    struct calibration_tables t;
    size_t found = 0;

    ck_assert_int_eq(calibrate(cx, NULL, 0, NULL, true, &t), STRAIT_OK);
    for (size_t i = 0; i < t.summary->n_row; i++)
        for (size_t k = 0; k < sizeof aim / sizeof *aim; k++) {
            if (strcmp(table_text(t.summary, "family", i), "*") != 0 || strcmp(table_text(t.summary, "kind", i), "*") != 0 ||
                strcmp(table_text(t.summary, "phase", i), aim[k].phase) != 0 ||
                strcmp(table_text(t.summary, "left_out", i), aim[k].way) != 0)
                continue;
            found++;
            ck_assert_double_le(table_real(t.summary, "median", i), aim[k].median);
            ck_assert_double_le(table_real(t.summary, "p90", i), aim[k].p90);
            ck_assert_double_ge(table_real(t.summary, "inside", i), 70);
            ck_assert_double_le(table_real(t.summary, "inside", i), 90);
        }
    ck_assert_uint_eq(found, sizeof aim / sizeof *aim);
    table_free(t.rates);
    table_free(t.errors);
    table_free(t.summary);
}
END_TEST

Suite *calibrate_suite(void)
{
    Suite *s = suite_create("calibrate");
    TCase *fit = tcase_create("fit"), *cross = tcase_create("left out");

    tcase_add_checked_fixture(fit, start, stop);
    tcase_add_checked_fixture(cross, start, stop);
    tcase_add_test(cross, a_quantile_lies_between_ranks);
    tcase_add_test(fit, a_refit_reproduces_what_is_shipped);
    tcase_add_test(fit, the_fit_finds_what_made_its_rows);
    tcase_add_test(fit, an_outlier_pulls_little);
    tcase_add_test(fit, pinned_parameters_stay);
    tcase_add_test(cross, leaving_nothing_out_changes_nothing);
    tcase_add_test(cross, rows_left_out_are_nearly_as_a_full_refit_says);
    tcase_add_test(cross, errors_of_what_was_left_out_keep_their_bounds);
    suite_add_tcase(s, fit);
    suite_add_tcase(s, cross);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(calibrate_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
