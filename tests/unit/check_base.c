/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ground floor: memory, texts, arrays, context, tables, locale, digest. */
#include <check.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "base/locale.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/table.h"
#include "support/oracle.h"

Suite *base_suite(void);

/* ---- memory ---- */

START_TEST(an_overflowing_request_is_refused)
{
    char *p = mem_calloc(1, 4);
    arena *a = arena_new();

    ck_assert_ptr_null(mem_calloc(SIZE_MAX, 2));
    ck_assert_ptr_null(mem_realloc(p, SIZE_MAX / 2, 3));
    ck_assert_int_eq(p[0], 0);
    ck_assert_ptr_null(arena_alloc(a, SIZE_MAX / 2, 3));
    ck_assert_uint_eq(arena_bytes(a), 0);
    arena_free(a);
    mem_free(p);
}
END_TEST

START_TEST(nothing_asked_is_still_a_pointer)
{
    void *p = mem_calloc(0, 8);
    arena *a = arena_new();

    ck_assert_ptr_nonnull(p);
    p = mem_realloc(p, 0, 0);
    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_nonnull(arena_alloc(a, 0, 8));
    mem_free(p);
    arena_free(a);
    mem_free(NULL);
    arena_free(NULL);
}
END_TEST

START_TEST(arena_blocks_are_zeroed_aligned_and_stay)
{
    arena *a = arena_new();
    char *first = arena_strdup(a, "first");

    for (size_t n = 1; n < 300000; n = n * 3 + 1) {
        unsigned char *p = arena_alloc(a, n, 1);

        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
        ck_assert(p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
        memset(p, 255, n);
    }
    ck_assert_str_eq(first, "first");
    ck_assert_str_eq(arena_strndup(a, "cut here", 3), "cut");
    arena_free(a);
}
END_TEST

START_TEST(a_vector_keeps_what_was_pushed)
{
    VEC(int) v = {0};

    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(VEC_PUSH(&v, i), STRAIT_OK);
    ck_assert_uint_eq(v.n, 1000);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(v.v[i], i);
    ck_assert_int_eq(vec_reserve((void **)&v.v, &v.cap, SIZE_MAX, sizeof *v.v), STRAIT_ENOMEM);
    ck_assert_int_eq(v.v[999], 999);
    VEC_FREE(&v);
    ck_assert_ptr_null(v.v);
}
END_TEST

/* ---- texts ---- */

START_TEST(a_string_grows_and_ends_with_nul)
{
    str b = {0};

    for (int i = 0; i < 500; i++)
        str_printf(&b, "%d,", i % 10);
    str_putc(&b, 'x');
    str_put(&b, "", 0);
    ck_assert_uint_eq(b.n, 1001);
    ck_assert_uint_eq(strlen(b.s), 1001);
    ck_assert(!b.failed);
    str_free(&b);
    str_free(&b);
}
END_TEST

START_TEST(a_failed_append_is_sticky_and_keeps_the_text)
{
    str b = {0};

    str_puts(&b, "kept");
    str_put(&b, "x", SIZE_MAX / 2);
    ck_assert(b.failed);
    str_puts(&b, " more");
    ck_assert_str_eq(b.s, "kept");
    str_free(&b);
    ck_assert(!b.failed);
}
END_TEST

START_TEST(a_real_is_written_in_the_fewest_digits_that_read_back)
{
    static const struct { double v; const char *text; } cases[] = {
        {0.0, "0"}, {-0.0, "0"}, {1.0, "1"}, {-2.75, "-2.75"}, {0.1, "0.1"}, {1e300, "1e+300"},
        {0.1 + 0.2, "0.30000000000000004"}, {5e-324, "4.94065645841247e-324"}, {1.0 / 3.0, "0.3333333333333333"},
        {INFINITY, "inf"}, {-INFINITY, "-inf"}, {NAN, "nan"}, {-NAN, "nan"}, {123456789012345680.0, "1.2345678901234568e+17"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        str b = {0};

        str_real(&b, cases[i].v);
        ck_assert_str_eq(b.s, cases[i].text);
        if (!isnan(cases[i].v))
            ck_assert_double_eq(strtod(b.s, NULL), cases[i].v);
        str_free(&b);
    }
}
END_TEST

/* As the definition says it, digit by digit. */
static void plain_real(double v, char text[40])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, 40, "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            return;
    }
}

START_TEST(no_shortcut_changes_the_digits_of_a_real)
{
    uint64_t bits = 88172645463325252u;

    for (int i = 0; i < 20000; i++) {
        char want[40];
        str b = {0};
        double v;

        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        v = i % 4 == 0 ? (double)(bits % 1000000) / 1000.0 : i % 4 == 1 ? (double)(bits >> 11) * 0x1p-53 : 0.0;
        if (i % 4 >= 2) {
            uint64_t of = i % 4 == 2 ? bits & INT64_MAX : bits >> 12;   /* anything; below the normal numbers */

            memcpy(&v, &of, sizeof v);
        }
        if (!isfinite(v))
            continue;
        plain_real(v, want);
        str_real(&b, v);
        ck_assert_str_eq(b.s, want);
        str_free(&b);
    }
}
END_TEST

START_TEST(formatted_text_of_any_length_is_appended_whole)
{
    str b = {0};
    char want[4096] = "";
    size_t n = 0;

    for (int i = 0; i < 80; i++) {
        str_printf(&b, "%*d,", i, i);
        n += (size_t)snprintf(want + n, sizeof want - n, "%*d,", i, i);
        ck_assert_str_eq(b.s, want);
        ck_assert_uint_eq(b.n, n);
    }
    str_free(&b);
}
END_TEST

START_TEST(the_nearest_name_is_found_or_none)
{
    static const char *const names[] = {"price", "period", "power_cap", "pue"};
    static const struct { const char *word, *near; } cases[] = {
        {"price", "price"}, {"prcie", "price"}, {"Price", "price"}, {"powercap", "power_cap"},
        {"power_cpa", "power_cap"}, {"xyz", NULL}, {"", NULL}, {"pu", "pue"}, {"q", NULL},
    };
    char word[400];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *near = str_nearest(cases[i].word, names, 4);

        if (cases[i].near == NULL)
            ck_assert_msg(near == NULL, "\"%s\" gave %s", cases[i].word, near);
        else
            ck_assert_str_eq(near, cases[i].near);
    }
    ck_assert_ptr_null(str_nearest("price", names, 0));
    memset(word, 'p', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    ck_assert_ptr_null(str_nearest(word, names, 4));
}
END_TEST

/* ---- context ---- */

static strait_ctx *cx;

static void set_up(void)
{
    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
}

static void tear_down(void)
{
    strait_ctx_free(cx);
}

START_TEST(a_new_context_has_no_message_and_no_faults)
{
    strait_table *t = NULL;

    ck_assert_str_eq(strait_message(cx), "");
    ck_assert_int_eq(strait_faults(cx, &t), STRAIT_OK);
    ck_assert_str_eq(strait_table_name(t), "faults");
    ck_assert_uint_eq(strait_table_rows(t), 0);
    ck_assert_uint_eq(strait_table_cols(t), 7);
    strait_table_free(t);
    strait_ctx_free(NULL);
}
END_TEST

START_TEST(a_message_is_one_line_and_is_cut)
{
    char text[3000];

    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ck_assert_int_eq(cx_fail(cx, STRAIT_EIO, "one\ntwo %d", 2), STRAIT_EIO);
    ck_assert_str_eq(strait_message(cx), "one two 2");
    ck_assert_int_eq(cx_fail(cx, STRAIT_EIO, "%s", text), STRAIT_EIO);
    ck_assert_uint_eq(strlen(strait_message(cx)), sizeof cx->message - 1);
    ck_assert_int_eq(cx_nomem(cx), STRAIT_ENOMEM);
    ck_assert_str_eq(strait_message(cx), "out of memory");
}
END_TEST

START_TEST(faults_come_back_as_a_table_in_order)
{
    char key[] = "offers.a.price";
    strait_table *t = NULL;

    ck_assert_int_eq(cx_fault(cx, SEV_ERROR, "case.cfg", 7, key, "-1", ">= 0", "is %s", "negative"), STRAIT_OK);
    ck_assert_int_eq(cx_fault(cx, SEV_WARNING, NULL, 0, "rule", NULL, NULL, "bars nothing\nat all"), STRAIT_OK);
    memset(key, 'x', sizeof key - 1);   /* texts are copied */
    ck_assert_uint_eq(cx->n_error, 1);
    ck_assert_uint_eq(cx->n_warning, 1);
    ck_assert_int_eq(strait_faults(cx, &t), STRAIT_OK);
    ck_assert_uint_eq(strait_table_rows(t), 2);
    ck_assert_str_eq(table_text(t, "severity", 0), "error");
    ck_assert_str_eq(table_text(t, "file", 0), "case.cfg");
    ck_assert_int_eq(table_int(t, "line", 0), 7);
    ck_assert_str_eq(table_text(t, "key", 0), "offers.a.price");
    ck_assert_str_eq(table_text(t, "problem", 0), "is negative");
    ck_assert_str_eq(table_text(t, "file", 1), "");
    ck_assert_ptr_null(table_text(t, "value", 1));
    ck_assert_str_eq(table_text(t, "problem", 1), "bars nothing at all");
    strait_table_free(t);
    cx_clear(cx);
    ck_assert_uint_eq(cx->faults.n + cx->n_error + cx->n_warning, 0);
}
END_TEST

START_TEST(of_one_kind_of_fault_a_hundred_are_told_and_the_others_counted)
{
    strait_table *t = NULL;
    char key[32];

    for (int i = 1; i <= 250; i++) {
        snprintf(key, sizeof key, "prices.#%d.from", i);
        ck_assert_int_eq(cx_fault(cx, SEV_ERROR, "prices.csv", (unsigned)i + 1, key, "x", "once", "overlaps %d", i), STRAIT_OK);
        ck_assert_int_eq(cx_fault(cx, SEV_WARNING, "prices.csv", (unsigned)i + 1, key, "x", NULL, "overlaps %d", i), STRAIT_OK);
    }
    ck_assert_int_eq(cx_fault(cx, SEV_ERROR, "prices.csv", 9, "prices.#9.from", "x", NULL, "is wrong otherwise"), STRAIT_OK);
    ck_assert_int_eq(cx_fault(cx, SEV_ERROR, "prices.csv", 9, "offers.a.price", "x", NULL, "overlaps 9"), STRAIT_OK);
    ck_assert_int_eq(cx_fault(cx, SEV_ERROR, "other.csv", 9, "prices.#9.from", "x", NULL, "overlaps 9"), STRAIT_OK);
    ck_assert_uint_eq(cx->n_error, 253);
    ck_assert_uint_eq(cx->n_warning, 250);
    ck_assert_int_eq(strait_faults(cx, &t), STRAIT_OK);
    ck_assert_uint_eq(strait_table_rows(t), 2 * 101 + 3);
    ck_assert_str_eq(table_text(t, "problem", 200), "150 more like this: overlaps 101");
    ck_assert_int_eq(table_int(t, "line", 200), 102);
    ck_assert_str_eq(table_text(t, "severity", 201), "warning");
    ck_assert_str_eq(table_text(t, "problem", 202), "is wrong otherwise");
    strait_table_free(t);
    cx_clear(cx);
    ck_assert_int_eq(cx_fault(cx, SEV_ERROR, "prices.csv", 0, "prices.#1.from", "x", NULL, "overlaps 1"), STRAIT_OK);
    ck_assert_uint_eq(cx->faults.n, 1);
    ck_assert_uint_eq(cx->faults.v[0].line, 1);   /* a place that an editor can open */
}
END_TEST

START_TEST(options_take_what_is_allowed)
{
    ck_assert_int_eq(strait_option(cx, "threads", "4"), STRAIT_OK);
    ck_assert_int_eq(strait_option(cx, "time_limit", "2.5"), STRAIT_OK);
    ck_assert_int_eq(strait_option(cx, "gap", "1e-4"), STRAIT_OK);
    ck_assert_int_eq(strait_option(cx, "seed", "18446744073709551615"), STRAIT_OK);
    ck_assert_int_eq(strait_option(cx, "engine", "glpk"), STRAIT_OK);
    ck_assert_int_eq(cx->threads, 4);
    ck_assert_double_eq(cx->time_limit_s, 2.5);
    ck_assert_double_eq(cx->gap, 1e-4);
    ck_assert(cx->seed == UINT64_MAX);
    ck_assert(cx->engine_glpk);
    ck_assert_int_eq(strait_option(cx, "engine", "auto"), STRAIT_OK);
    ck_assert(!cx->engine_glpk);
    ck_assert(cx->rounding);
    ck_assert_int_eq(strait_option(cx, "rounding", "off"), STRAIT_OK);
    ck_assert(!cx->rounding);
}
END_TEST

START_TEST(options_refuse_the_rest_and_say_what_is_allowed)
{
    static const char *const bad[][2] = {
        {"threads", "0"}, {"threads", "-1"}, {"threads", "1025"}, {"threads", "two"}, {"threads", ""},
        {"threads", " 1"}, {"time_limit", "-1"}, {"time_limit", "nan"}, {"time_limit", "1e400"},
        {"time_limit", "5s"}, {"gap", "2"}, {"gap", "0"}, {"gap", "1e-10"}, {"gap", "1,5"}, {"gap", "0x1"}, {"seed", "18446744073709551616"},
        {"seed", "-1"}, {"engine", "clp"}, {"rounding", "coarse"}, {"stats", "yes"}, {"treads", "1"}, {"", "1"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(strait_option(cx, bad[i][0], bad[i][1]) == STRAIT_EUSAGE, "%s = %s", bad[i][0], bad[i][1]);
        ck_assert_ptr_nonnull(strstr(strait_message(cx), "allowed: "));
    }
    ck_assert_int_eq(strait_option(cx, "treads", "1"), STRAIT_EUSAGE);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "nearest is \"threads\""));
    ck_assert_int_eq(cx->threads, 1);
}
END_TEST

static int stop_at_half(void *data, const char *stage, double elapsed_s, double gap)
{
    int *calls = data;

    ck_assert_str_eq(stage, "solve");
    ck_assert_double_ge(elapsed_s, 0.0);
    (*calls)++;
    return gap <= 0.5;
}

static void keep_line(void *data, const char *line)
{
    char *kept = data;

    snprintf(kept, 64, "%s", line);
}

START_TEST(sinks_are_called_and_can_cancel)
{
    char line[64] = "";
    int calls = 0;

    cx_log(cx, "nobody hears %d", 1);
    ck_assert(!cx_tick(cx, "solve", 0.1));
    strait_on_log(cx, keep_line, line);
    strait_on_progress(cx, stop_at_half, &calls);
    cx_log(cx, "heard\n%d", 2);
    ck_assert_str_eq(line, "heard 2");
    ck_assert(!cx_tick(cx, "solve", 0.9));
    ck_assert(!cx_tick(cx, "solve", NAN));
    ck_assert(cx_tick(cx, "solve", 0.5));
    ck_assert_int_eq(calls, 3);
}
END_TEST

/* ---- tables ---- */

START_TEST(a_table_gives_back_its_rows)
{
    static const struct column_def def[] = {
        {"name", STRAIT_TEXT, ""}, {"cost", STRAIT_REAL, NULL}, {"n", STRAIT_INT, "1"}, {"ok", STRAIT_BOOL, ""},
        {NULL, STRAIT_TEXT, NULL},
    };
    strait_table *t = NULL;
    char name[16];

    ck_assert_int_eq(table_new(&t, "rows", def), STRAIT_OK);
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "row %d", i);
        ck_assert_int_eq(table_add(t, name, i * 0.5, (int64_t)i << 40, i % 2), STRAIT_OK);
    }
    ck_assert_int_eq(table_add(t, (const char *)NULL, (double)NAN, (int64_t)-1, 0), STRAIT_OK);
    ck_assert_uint_eq(strait_table_rows(t), 101);
    ck_assert_str_eq(table_text(t, "name", 57), "row 57");
    ck_assert_double_eq(table_real(t, "cost", 57), 28.5);
    ck_assert(table_int(t, "n", 57) == (int64_t)57 << 40);
    ck_assert(table_bool(t, "ok", 57) && !table_bool(t, "ok", 58));
    ck_assert_ptr_null(table_text(t, "name", 100));
    ck_assert(isnan(((const double *)strait_table_col_data(t, 1))[100]));
    ck_assert_str_eq(strait_table_col_name(t, 1), "cost");
    ck_assert_str_eq(strait_table_col_unit(t, 1), "");
    ck_assert_int_eq(table_set_unit(t, "cost", "EUR"), STRAIT_OK);
    ck_assert_str_eq(strait_table_col_unit(t, 1), "EUR");
    ck_assert_int_eq(strait_table_col_type(t, 2), STRAIT_INT);
    ck_assert_ptr_null(table_col(t, "none"));
    ck_assert_ptr_null(strait_table_col_name(t, 4));
    ck_assert_ptr_null(strait_table_col_data(t, 4));
    strait_table_free(t);
    strait_table_free(NULL);
}
END_TEST

/* ---- locale and digest ---- */

START_TEST(the_fence_gives_the_c_locale_and_restores)
{
    locale_t german = newlocale(LC_ALL_MASK, "de_DE.UTF-8", (locale_t)0);
    locale_t before = german == (locale_t)0 ? (locale_t)0 : uselocale(german);
    locale_t mine = uselocale((locale_t)0);
    struct locale_fence outer, inner, never = {0};
    char text[16];

    ck_assert_int_eq(locale_enter(&outer), STRAIT_OK);
    ck_assert_int_eq(locale_enter(&inner), STRAIT_OK);
    snprintf(text, sizeof text, "%.2f", 2.75);
    ck_assert_str_eq(text, "2.75");
    locale_leave(&inner);
    snprintf(text, sizeof text, "%.2f", 2.75);
    ck_assert_str_eq(text, "2.75");
    locale_leave(&outer);
    locale_leave(&outer);
    locale_leave(&never);
    ck_assert(uselocale((locale_t)0) == mine);
    if (german != (locale_t)0) {
        snprintf(text, sizeof text, "%.2f", 2.75);
        ck_assert_str_eq(text, "2,75");
        uselocale(before);
        freelocale(german);
    }
}
END_TEST

START_TEST(the_digest_is_sha256)
{
    char out[65];
    char *many = malloc(1000000);

    ck_assert_int_eq(digest_hex(NULL, 0, out), STRAIT_OK);
    ck_assert_str_eq(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    ck_assert_int_eq(digest_hex("abc", 3, out), STRAIT_OK);
    ck_assert_str_eq(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    memset(many, 'a', 1000000);
    ck_assert_int_eq(digest_hex(many, 1000000, out), STRAIT_OK);
    ck_assert_str_eq(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(many);
}
END_TEST

START_TEST(near_rel_has_rules_for_nan_and_infinity)
{
    ck_assert(near_rel(1.0, 1.0 + 1e-10, 1e-9));
    ck_assert(!near_rel(1.0, 1.0 + 1e-8, 1e-9));
    ck_assert(near_rel(0.0, -0.0, 0.0));
    ck_assert(!near_rel(0.0, 1e-300, 1e-9));
    ck_assert(near_abs_rel(0.0, 1e-12, 1e-9, 0.0));
    ck_assert(near_rel(INFINITY, INFINITY, 0.0));
    ck_assert(!near_rel(INFINITY, -INFINITY, 1.0));
    ck_assert(!near_rel(INFINITY, 1e308, 1.0));
    ck_assert(!near_rel(NAN, NAN, 1.0));
}
END_TEST

static TCase *memory_case(void)
{
    TCase *c = tcase_create("memory");

    tcase_add_test(c, an_overflowing_request_is_refused);
    tcase_add_test(c, nothing_asked_is_still_a_pointer);
    tcase_add_test(c, arena_blocks_are_zeroed_aligned_and_stay);
    tcase_add_test(c, a_vector_keeps_what_was_pushed);
    return c;
}

static TCase *text_case(void)
{
    TCase *c = tcase_create("texts");

    tcase_add_test(c, a_string_grows_and_ends_with_nul);
    tcase_add_test(c, a_failed_append_is_sticky_and_keeps_the_text);
    tcase_add_test(c, a_real_is_written_in_the_fewest_digits_that_read_back);
    tcase_add_test(c, no_shortcut_changes_the_digits_of_a_real);
    tcase_add_test(c, formatted_text_of_any_length_is_appended_whole);
    tcase_add_test(c, the_nearest_name_is_found_or_none);
    return c;
}

static TCase *context_case(void)
{
    TCase *c = tcase_create("context");

    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, a_new_context_has_no_message_and_no_faults);
    tcase_add_test(c, a_message_is_one_line_and_is_cut);
    tcase_add_test(c, faults_come_back_as_a_table_in_order);
    tcase_add_test(c, of_one_kind_of_fault_a_hundred_are_told_and_the_others_counted);
    tcase_add_test(c, options_take_what_is_allowed);
    tcase_add_test(c, options_refuse_the_rest_and_say_what_is_allowed);
    tcase_add_test(c, sinks_are_called_and_can_cancel);
    return c;
}

static TCase *rest_case(void)
{
    TCase *c = tcase_create("tables, locale, digest");

    tcase_add_test(c, a_table_gives_back_its_rows);
    tcase_add_test(c, the_fence_gives_the_c_locale_and_restores);
    tcase_add_test(c, the_digest_is_sha256);
    tcase_add_test(c, near_rel_has_rules_for_nan_and_infinity);
    return c;
}

Suite *base_suite(void)
{
    Suite *s = suite_create("base");

    suite_add_tcase(s, memory_case());
    suite_add_tcase(s, text_case());
    suite_add_tcase(s, context_case());
    suite_add_tcase(s, rest_case());
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(base_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
