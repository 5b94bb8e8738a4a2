/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every allocation of write/ failing in turn: a clean ENOMEM, nothing leaked. */
#include <check.h>
#include <stdlib.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/table.h"
#include "write/group.h"
#include "write/write.h"

Suite *faults_write_suite(void);

static const struct column_def place[] = {
    {"workload", STRAIT_TEXT, ""}, {"site", STRAIT_TEXT, ""}, {"accelerator", STRAIT_TEXT, ""},
    {"accel_hours", STRAIT_REAL, "h"}, {"tokens", STRAIT_REAL, ""}, {"cost", STRAIT_REAL, "USD"}, {NULL, STRAIT_TEXT, NULL},
};
static const struct column_def unique[] = {
    {"alternatives", STRAIT_BOOL, ""}, {"workloads", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
};

static strait_ctx *cx;
static strait_table *table[2];
static struct table_set set = {(const strait_table *const *)table, 2};

static int swallow(void *data, const char *bytes, size_t n)
{
    (void)data;
    (void)bytes;
    (void)n;
    return 0;
}

static void set_up(void)
{
    static const char *const sites[] = {"johor", "batam", "guian"};
    char name[] = "workload_0";

    cx = strait_ctx_new();
    ck_assert_int_eq(table_new(&table[0], "placements", place), STRAIT_OK);
    ck_assert_int_eq(table_new(&table[1], "unique", unique), STRAIT_OK);
    for (int i = 0; i < 300; i++) {
        name[9] = (char)('a' + i % 26);
        ck_assert_int_eq(table_add(table[0], name, sites[i % 3], "H200", 1.0, 2.0, 3.0), STRAIT_OK);
    }
    ck_assert_int_eq(table_add(table[1], 1, "a|b|c"), STRAIT_OK);
}

static void tear_down(void)
{
    table_free(table[0]);
    table_free(table[1]);
    strait_ctx_free(cx);
}

static strait_status as_json(void) { return write_table_json(cx, table[0], swallow, NULL); }
static strait_status as_csv(void) { return write_table_csv(cx, table[0], swallow, NULL); }
static strait_status as_text(void) { return write_table_text(cx, table[0], swallow, NULL); }
static strait_status as_document(void) { return write_plan_json(cx, &set, true, swallow, NULL); }
static strait_status as_page(void) { return write_plan_text(cx, &set, true, swallow, NULL); }

static strait_status (*const jobs[])(void) = {as_json, as_csv, as_text, as_document, as_page};

START_TEST(a_writer_survives_every_failed_allocation)
{
    strait_status st = STRAIT_ENOMEM;
    long n;

    for (n = 1; st != STRAIT_OK && n < 10000; n++) {
        mem_fail_at(n);
        st = jobs[_i]();
        ck_assert_msg(st == STRAIT_OK || st == STRAIT_ENOMEM, "allocation %ld ends in %d", n, (int)st);
        if (st == STRAIT_ENOMEM)
            ck_assert_str_eq(strait_message(cx), "out of memory");
        ck_assert_int_ge(mem_count(), st == STRAIT_OK ? 1 : n);
    }
    mem_fail_at(0);
    ck_assert_int_gt(n, 2);
    ck_assert_int_lt(n, 10000);
}
END_TEST

Suite *faults_write_suite(void)
{
    Suite *s = suite_create("faults_write");
    TCase *c = tcase_create("every allocation");

    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, a_writer_survives_every_failed_allocation, 0, (int)(sizeof jobs / sizeof *jobs));
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(faults_write_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
