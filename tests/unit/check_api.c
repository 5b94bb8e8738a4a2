/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait.h as an outsider sees it: arguments, tables, formats, the caller's locale. */
#include <check.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strait.h>

Suite *api_suite(void);

static strait_ctx *cx;
static strait_case *tiny;
static char file[4096];

static int swallow(void *data, const char *bytes, size_t n)
{
    size_t *sum = data;

    (void)bytes;
    *sum += n;
    return 0;
}

static int refuse(void *data, const char *bytes, size_t n)
{
    (void)data;
    (void)bytes;
    (void)n;
    return 1;
}

static int cancel(void *data, const char *stage, double elapsed_s, double gap)
{
    (void)data;
    (void)stage;
    (void)elapsed_s;
    (void)gap;
    return 1;
}

static void set_up(void)
{
    const char *dir = getenv("STRAIT_SRCDIR");

    snprintf(file, sizeof file, "%s/tests/data/tiny/case.cfg", dir ? dir : ".");
    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
    tiny = NULL;
    ck_assert_msg(strait_case_load(cx, file, NULL, NULL, 0, &tiny) == STRAIT_OK, "%s", strait_message(cx));
}

static void tear_down(void)
{
    strait_case_free(tiny);
    strait_ctx_free(cx);
}

START_TEST(missing_arguments_are_usage_errors)
{
    strait_table *t = NULL;
    strait_plan *p = NULL;
    const char *value;
    bool ok;

    ck_assert_int_eq(strait_fields(NULL, &t), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_fields(cx, NULL), STRAIT_EUSAGE);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "strait_fields"));
    ck_assert_int_eq(strait_case_load(cx, NULL, NULL, NULL, 0, &tiny), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_case_load(cx, file, NULL, NULL, 1, &tiny), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_case_load(cx, file, NULL, &(const char *){NULL}, 1, &tiny), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_option(cx, NULL, "1"), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_option(cx, "threads", NULL), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_option(NULL, "threads", "1"), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_case_get(cx, NULL, "start", &value), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_case_table(cx, tiny, NULL, &t), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_plan_solve(cx, NULL, &p), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_plan_write(cx, NULL, "json", NULL, swallow, NULL), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_verify(cx, tiny, NULL, &t, &ok), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_export(cx, tiny, "mps", NULL, NULL), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_estimate(cx, tiny, NULL, NULL), STRAIT_EUSAGE);
    ck_assert_ptr_null(t);
    ck_assert_ptr_null(p);
    strait_case_free(NULL);
    strait_plan_free(NULL);
    strait_table_free(NULL);
}
END_TEST

START_TEST(a_failed_load_leaves_its_output_alone_and_tells_all_faults)
{
    const char *const set[] = {"sites.east.pue=0.5", "offers.nosuch.price=1", "periods=0"};
    strait_case *c = (strait_case *)&file;
    strait_table *t = NULL;

    ck_assert_int_eq(strait_case_load(cx, file, NULL, set, 3, &c), STRAIT_EINPUT);
    ck_assert_ptr_eq(c, (strait_case *)&file);
    ck_assert_int_eq(strait_faults(cx, &t), STRAIT_OK);
    ck_assert_uint_ge(strait_table_rows(t), 3);
    strait_table_free(t);
    ck_assert_int_eq(strait_case_load(cx, "/nosuch/case.cfg", NULL, NULL, 0, &c), STRAIT_EIO);
    ck_assert_ptr_eq(c, (strait_case *)&file);
}
END_TEST

START_TEST(values_are_read_by_the_paths_that_set_them)
{
    const char *const set[] = {"offers.strait_rent.price=2.5"};
    strait_case *c = NULL;
    const char *value = NULL;

    ck_assert_int_eq(strait_case_get(cx, tiny, "offers.strait_rent.price", &value), STRAIT_OK);
    ck_assert_str_eq(value, "3.2");
    ck_assert_int_eq(strait_case_load(cx, file, NULL, set, 1, &c), STRAIT_OK);
    ck_assert_int_eq(strait_case_get(cx, c, "offers.strait_rent.price", &value), STRAIT_OK);
    ck_assert_str_eq(value, "2.5");
    strait_case_free(c);
    ck_assert_int_eq(strait_case_load(cx, file, "dear", NULL, 0, &c), STRAIT_OK);
    ck_assert_int_eq(strait_case_get(cx, c, "offers.strait_rent.price", &value), STRAIT_OK);
    ck_assert(strtod(value, NULL) > 9.59 && strtod(value, NULL) < 9.61);
    strait_case_free(c);
    ck_assert_int_eq(strait_case_get(cx, tiny, "offers.strait_rent.prise", &value), STRAIT_EUSAGE);
}
END_TEST

START_TEST(the_summary_counts_and_rules_say_what_they_match)
{
    strait_table *t = NULL;
    const char *const *name;
    const int64_t *n;
    int64_t offers = -1;

    ck_assert_int_eq(strait_case_table(cx, tiny, "summary", &t), STRAIT_OK);
    name = strait_table_col_data(t, 0);
    n = strait_table_col_data(t, 1);
    for (size_t i = 0; i < strait_table_rows(t); i++)
        if (strcmp(name[i], "offers") == 0)
            offers = n[i];
    ck_assert_int_eq(offers, 3);
    strait_table_free(t);
    ck_assert_int_eq(strait_case_table(cx, tiny, "rules", &t), STRAIT_OK);
    ck_assert_uint_eq(strait_table_rows(t), 1);
    n = strait_table_col_data(t, 5);
    ck_assert_int_eq(n[0], 4);   /* tune and chat on both offers abroad */
    strait_table_free(t);
    ck_assert_int_eq(strait_case_table(cx, tiny, "rates", &t), STRAIT_EUSAGE);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "summary, rules"));
}
END_TEST

START_TEST(every_field_is_documented)
{
    strait_table *t = NULL;
    const char *const *doc, *const *type;

    ck_assert_int_eq(strait_fields(cx, &t), STRAIT_OK);
    ck_assert_uint_gt(strait_table_rows(t), 200);
    type = strait_table_col_data(t, 2);
    doc = strait_table_col_data(t, 6);
    for (size_t i = 0; i < strait_table_rows(t); i++) {
        ck_assert_uint_ge(strlen(doc[i]), 2);
        ck_assert_uint_gt(strlen(type[i]), 3);
    }
    strait_table_free(t);
}
END_TEST

START_TEST(a_plan_is_tables_by_name_and_by_number)
{
    strait_plan *p = NULL;
    size_t n = 0, bytes = 0;

    ck_assert_msg(strait_plan_solve(cx, tiny, &p) == STRAIT_OK, "%s", strait_message(cx));
    ck_assert_int_eq(strait_plan_outcome(p), STRAIT_OPTIMAL);
    for (; strait_plan_table_at(p, n); n++)
        ck_assert_ptr_eq(strait_plan_table(p, strait_table_name(strait_plan_table_at(p, n))), strait_plan_table_at(p, n));
    ck_assert_uint_ge(n, 17);
    ck_assert_ptr_null(strait_plan_table(p, "nosuch"));
    ck_assert_int_eq(strait_plan_write(cx, p, "json", NULL, swallow, &bytes), STRAIT_OK);
    ck_assert_uint_gt(bytes, 1000);
    ck_assert_int_eq(strait_plan_write(cx, p, "csv", "nosuch", swallow, &bytes), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_plan_write(cx, p, "xml", NULL, swallow, &bytes), STRAIT_EUSAGE);
    ck_assert_int_eq(strait_plan_write(cx, p, "table", NULL, refuse, NULL), STRAIT_EIO);
    strait_plan_free(p);
}
END_TEST

START_TEST(a_cancelled_plan_is_an_outcome_not_a_failure)
{
    strait_plan *p = NULL;

    strait_on_progress(cx, cancel, NULL);
    ck_assert_int_eq(strait_plan_solve(cx, tiny, &p), STRAIT_OK);
    switch (strait_plan_outcome(p)) {
    case STRAIT_OPTIMAL: case STRAIT_FEASIBLE: case STRAIT_NO_PLAN: break;   /* a small case may be done before it is asked */
    default: ck_abort_msg("outcome %d", (int)strait_plan_outcome(p));
    }
    strait_plan_free(p);
}
END_TEST

START_TEST(the_program_is_exported_in_two_formats)
{
    static const char *const formats[] = {"mps", "lp"};
    size_t bytes;

    for (size_t i = 0; i < 2; i++) {
        bytes = 0;
        ck_assert_int_eq(strait_export(cx, tiny, formats[i], swallow, &bytes), STRAIT_OK);
        ck_assert_uint_gt(bytes, 1000);
        ck_assert_int_eq(strait_export(cx, tiny, formats[i], refuse, NULL), STRAIT_EIO);
    }
    ck_assert_int_eq(strait_export(cx, tiny, "xls", swallow, &bytes), STRAIT_EUSAGE);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "mps, lp"));
}
END_TEST

START_TEST(calls_leave_the_callers_locale_as_it_was)
{
    locale_t mine = duplocale(LC_GLOBAL_LOCALE), before = uselocale(mine);
    strait_table *t = NULL;
    size_t bytes = 0;

    ck_assert_int_eq(strait_estimate(cx, tiny, NULL, &t), STRAIT_OK);
    ck_assert_ptr_eq(uselocale((locale_t)0), mine);
    ck_assert_int_eq(strait_table_write(cx, t, "csv", swallow, &bytes), STRAIT_OK);
    ck_assert_int_eq(strait_table_write(cx, t, "xml", swallow, &bytes), STRAIT_EUSAGE);
    ck_assert_ptr_eq(uselocale((locale_t)0), mine);
    strait_table_free(t);
    uselocale(before);
    freelocale(mine);
}
END_TEST

Suite *api_suite(void)
{
    Suite *s = suite_create("api");
    TCase *c = tcase_create("strait.h");

    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, missing_arguments_are_usage_errors);
    tcase_add_test(c, a_failed_load_leaves_its_output_alone_and_tells_all_faults);
    tcase_add_test(c, values_are_read_by_the_paths_that_set_them);
    tcase_add_test(c, the_summary_counts_and_rules_say_what_they_match);
    tcase_add_test(c, every_field_is_documented);
    tcase_add_test(c, a_plan_is_tables_by_name_and_by_number);
    tcase_add_test(c, a_cancelled_plan_is_an_outcome_not_a_failure);
    tcase_add_test(c, the_program_is_exported_in_two_formats);
    tcase_add_test(c, calls_leave_the_callers_locale_as_it_was);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(api_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
