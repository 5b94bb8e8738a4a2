/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every allocation of base/ failing in turn: a clean ENOMEM, things as they were, nothing leaked. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/table.h"

Suite *faults_base_suite(void);

static const struct column_def def[] = {
    {"a", STRAIT_TEXT, ""}, {"b", STRAIT_REAL, ""}, {"c", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
};

static strait_status fill_table(strait_table **out)
{
    strait_status st = STRAIT_OK;
    strait_table *t = NULL;

    TRY(table_new(&t, "t", def));
    for (int i = 0; i < 40; i++)
        TRY(table_add(t, "some text that is not short", 1.0, "more"));
    TRY(table_set_unit(t, "b", "USD"));
    *out = t;
    t = NULL;
out:
    if (t != NULL)
        ck_assert_uint_le(t->n_row, t->cap);
    table_free(t);
    return st;
}

static strait_status fill_context(strait_table **out)
{
    strait_ctx *cx = strait_ctx_new();
    strait_status st = cx == NULL ? STRAIT_ENOMEM : STRAIT_OK;

    for (int i = 0; st == STRAIT_OK && i < 100; i++)
        st = cx_fault(cx, SEV_ERROR, "file", 1, "key", "value", "allowed", "text %d", i);
    if (st == STRAIT_OK)
        st = strait_faults(cx, out);
    if (cx != NULL && st == STRAIT_ENOMEM)
        ck_assert_str_eq(strait_message(cx), "out of memory");
    if (cx != NULL)
        cx_clear(cx);
    strait_ctx_free(cx);
    return st;
}

static strait_status fill_string(strait_table **out)
{
    str b = {0};
    bool failed;

    (void)out;
    for (int i = 0; i < 100; i++)
        str_printf(&b, "%d and ", i);
    failed = b.failed;
    if (b.s != NULL)
        ck_assert_uint_eq(strlen(b.s), b.n);
    str_free(&b);
    return failed ? STRAIT_ENOMEM : STRAIT_OK;
}

/* Fail the first, the second, ... allocation until the job needs no more of them. */
static void fail_each(strait_status (*job)(strait_table **))
{
    strait_status st = STRAIT_ENOMEM;
    long n;

    for (n = 1; st != STRAIT_OK && n < 10000; n++) {
        strait_table *t = NULL;

        mem_fail_at(n);
        st = job(&t);
        ck_assert_msg(st == STRAIT_OK || (st == STRAIT_ENOMEM && t == NULL), "allocation %ld", n);
        ck_assert_int_ge(mem_count(), st == STRAIT_OK ? 1 : n);
        table_free(t);
    }
    mem_fail_at(0);
    ck_assert_int_gt(n, 3);
    ck_assert_int_lt(n, 10000);
}

START_TEST(a_table_survives_every_failed_allocation)
{
    fail_each(fill_table);
}
END_TEST

START_TEST(a_context_survives_every_failed_allocation)
{
    fail_each(fill_context);
}
END_TEST

START_TEST(a_string_survives_every_failed_allocation)
{
    fail_each(fill_string);
}
END_TEST

Suite *faults_base_suite(void)
{
    Suite *s = suite_create("faults_base");
    TCase *c = tcase_create("every allocation");

    tcase_add_test(c, a_table_survives_every_failed_allocation);
    tcase_add_test(c, a_context_survives_every_failed_allocation);
    tcase_add_test(c, a_string_survives_every_failed_allocation);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(faults_base_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
