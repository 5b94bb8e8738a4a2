/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A batch through strait.h: threads, a cancel, and what a store says. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <strait.h>
#include "support/scratch.h"

Suite *batch_suite(void);

static strait_ctx *cx;
static strait_study *study;

static const char sweep[] =
    "draws = 8; seed = 2; grids = ( { path = \"workloads.pretrain.tokens\"; times = [ 0.9, 1, 1.1 ]; } );"
    "quantities = ( { name = \"p\"; path = \"offers.*.price\"; sigma = 0.2; }, { name = \"q\"; path = \"demands.*.requests\"; spread = 0.25; } );";

static void set_up(void)
{
    char text[4096];
    const char *src = getenv("STRAIT_SRCDIR");

    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
    scratch_begin();
    snprintf(text, sizeof text, "base = \"%s/tests/data/tiny/case.cfg\"; %s", src ? src : ".", sweep);
    ck_assert_msg(strait_study_load(cx, scratch_text("s.cfg", text), NULL, 0, &study) == STRAIT_OK, "%s", strait_message(cx));
}

static void tear_down(void)
{
    strait_study_free(study);
    scratch_end();
    strait_ctx_free(cx);
}

static int64_t cell(const strait_table *t, const char *name)
{
    for (size_t i = 0; i < strait_table_cols(t); i++)
        if (strcmp(strait_table_col_name(t, i), name) == 0)
            return strait_table_col_type(t, i) == STRAIT_BOOL ? *(const bool *)strait_table_col_data(t, i)
                                                              : *(const int64_t *)strait_table_col_data(t, i);
    ck_abort_msg("no column %s", name);
    return -1;
}

struct text { char *s; size_t n; };

static int gather(void *data, const char *bytes, size_t n)
{
    struct text *t = data;
    char *s = realloc(t->s, t->n + n + 1);

    if (!s)
        return 1;
    memcpy(s + t->n, bytes, n);
    t->s = s;
    t->n += n;
    s[t->n] = '\0';
    return 0;
}

static struct text summary_of(const char *store)
{
    struct text out = {0};
    strait_table *t = NULL;

    ck_assert_msg(strait_study_summary(cx, store, &t) == STRAIT_OK, "%s", strait_message(cx));
    ck_assert_int_eq(strait_table_write(cx, t, "csv", gather, &out), STRAIT_OK);
    strait_table_free(t);
    return out;
}

static void run(const char *store, const char *threads, const char *const *option, size_t n)
{
    strait_table *t = NULL;

    ck_assert_int_eq(strait_option(cx, "threads", threads), STRAIT_OK);
    ck_assert_msg(strait_study_run(cx, study, store, option, n, &t) == STRAIT_OK, "%s", strait_message(cx));
    ck_assert_int_eq(cell(t, "done"), 24);
    ck_assert_int_eq(cell(t, "optimal"), 24);
    ck_assert_int_eq(cell(t, "stopped"), 0);
    ck_assert_int_eq(cell(t, "undone"), 0);
    strait_table_free(t);
}

START_TEST(the_number_of_threads_changes_nothing)
{
    struct text one, four;

    run(scratch_path("a.sqlite"), "1", NULL, 0);
    run(scratch_path("b.sqlite"), "4", NULL, 0);
    one = summary_of(scratch_path("a.sqlite"));
    four = summary_of(scratch_path("b.sqlite"));
    ck_assert_str_eq(one.s, four.s);
    free(one.s);
    free(four.s);
}
END_TEST

static int cancel(void *data, const char *stage, double elapsed_s, double gap)
{
    (void)stage;
    (void)elapsed_s;
    (void)gap;
    return ++*(int *)data > 1;
}

START_TEST(a_cancel_stops_and_a_resumed_run_ends_equal)
{
    static const char *const resume[] = {"resume"};
    struct text whole, pieces;
    strait_table *t = NULL;
    int n = 0;

    strait_on_progress(cx, cancel, &n);
    ck_assert_int_eq(strait_study_run(cx, study, scratch_path("a.sqlite"), NULL, 0, &t), STRAIT_OK);
    ck_assert_int_le(cell(t, "done"), 24);
    ck_assert_int_eq(cell(t, "stopped"), cell(t, "done") < 24);
    strait_table_free(t);
    strait_on_progress(cx, NULL, NULL);
    run(scratch_path("a.sqlite"), "2", resume, 1);
    run(scratch_path("b.sqlite"), "1", NULL, 0);
    pieces = summary_of(scratch_path("a.sqlite"));
    whole = summary_of(scratch_path("b.sqlite"));
    ck_assert_str_eq(pieces.s, whole.s);
    free(pieces.s);
    free(whole.s);
}
END_TEST

START_TEST(the_inputs_of_all_scenarios_are_a_table)
{
    strait_table *t = NULL;

    ck_assert_int_eq(strait_study_table(cx, study, "inputs", &t), STRAIT_OK);
    ck_assert_uint_eq(strait_table_rows(t), 3 * 24);
    strait_table_free(t);
    ck_assert_int_eq(strait_study_table(cx, study, "scenarios", &t), STRAIT_OK);
    ck_assert_uint_eq(strait_table_rows(t), 24);
    strait_table_free(t);
    ck_assert_int_eq(strait_study_table(cx, study, "nothing", &t), STRAIT_EUSAGE);
}
END_TEST

START_TEST(wrong_options_are_told_before_a_store_is_made)
{
    static const char *const wrong[] = {"shard=4/4", "shard=1", "shard=/2", "keep=all", "keep=", "again", "shard=0/0"};
    strait_table *t = NULL;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_int_eq(strait_study_run(cx, study, scratch_path("x.sqlite"), &wrong[i], 1, &t), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_study_summary(cx, scratch_path("x.sqlite"), &t), STRAIT_EIO);
    ck_assert_int_eq(strait_study_run(cx, NULL, "x", NULL, 0, &t), STRAIT_EUSAGE);
}
END_TEST

Suite *batch_suite(void)
{
    Suite *s = suite_create("batch");
    TCase *t = tcase_create("batch");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, the_number_of_threads_changes_nothing);
    tcase_add_test(t, a_cancel_stops_and_a_resumed_run_ends_equal);
    tcase_add_test(t, the_inputs_of_all_scenarios_are_a_table);
    tcase_add_test(t, wrong_options_are_told_before_a_store_is_made);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(batch_suite());
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
