/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables to bytes: JSON, CSV, text, faults, the plan's document and page. */
#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/table.h"
#include "write/emit.h"
#include "write/group.h"
#include "write/page.h"
#include "write/write.h"

Suite *write_suite(void);

static strait_ctx *cx;
static str got;
static size_t n_call, refuse_at;

static int sink(void *data, const char *bytes, size_t n)
{
    (void)data;
    n_call++;
    if (refuse_at && n_call >= refuse_at)
        return 1;
    str_put(&got, bytes, n);
    return 0;
}

static void set_up(void)
{
    cx = strait_ctx_new();
    n_call = refuse_at = 0;
}

static void tear_down(void)
{
    strait_ctx_free(cx);
    str_free(&got);
}

static strait_table *make(const char *name, const struct column_def *def)
{
    strait_table *t = NULL;

    ck_assert_int_eq(table_new(&t, name, def), STRAIT_OK);
    return t;
}

#define ADD(t, ...) ck_assert_int_eq(table_add(t, __VA_ARGS__), STRAIT_OK)
#define COL(n, type, unit) {n, STRAIT_##type, unit}
#define END {NULL, STRAIT_TEXT, NULL}

static const struct column_def mixed[] = {COL("name", TEXT, ""), COL("price", REAL, "USD/h"), COL("count", INT, ""),
                                          COL("ok", BOOL, ""), END};

static strait_table *mixed_table(void)
{
    strait_table *t = make("mixed", mixed);

    ADD(t, "plain", 0.1, (int64_t)3, 1);
    ADD(t, "a \"quote\", and\nline", (double)NAN, INT64_MIN, 0);
    ADD(t, (const char *)NULL, -0.0, (int64_t)0, 1);
    ADD(t, "", (double)INFINITY, (int64_t)-1, 0);
    return t;
}

/* ---- JSON ---- */

static json_t *parsed(void)
{
    json_error_t e;
    json_t *j = json_loads(got.s, JSON_REJECT_DUPLICATES, &e);

    ck_assert_msg(j != NULL, "%s at line %d of:\n%s", e.text, e.line, got.s);
    return j;
}

START_TEST(json_keeps_every_value_and_writes_none_as_null)
{
    strait_table *t = mixed_table();
    json_t *j, *r;

    ck_assert_int_eq(write_table_json(cx, t, sink, NULL), STRAIT_OK);
    j = parsed();
    ck_assert_uint_eq(json_array_size(j), 4);
    r = json_array_get(j, 0);
    ck_assert(json_real_value(json_object_get(r, "price")) == 0.1);
    ck_assert(json_is_true(json_object_get(r, "ok")));
    r = json_array_get(j, 1);
    ck_assert_str_eq(json_string_value(json_object_get(r, "name")), "a \"quote\", and\nline");
    ck_assert(json_is_null(json_object_get(r, "price")));
    ck_assert_int_eq(json_integer_value(json_object_get(r, "count")), INT64_MIN);
    r = json_array_get(j, 2);
    ck_assert(json_is_null(json_object_get(r, "name")));
    ck_assert_ptr_null(strstr(got.s, "-0,"));
    ck_assert(json_is_null(json_object_get(json_array_get(j, 3), "price")));
    json_decref(j);
    table_free(t);
}
END_TEST

START_TEST(an_empty_table_is_an_empty_array_and_a_lone_header)
{
    strait_table *t = make("empty", mixed);

    ck_assert_int_eq(write_table_json(cx, t, sink, NULL), STRAIT_OK);
    ck_assert_str_eq(got.s, "[]\n");
    got.n = 0;
    ck_assert_int_eq(write_table_csv(cx, t, sink, NULL), STRAIT_OK);
    ck_assert_str_eq(got.s, "name,price[USD/h],count,ok\n");
    got.n = 0;
    ck_assert_int_eq(write_table_text(cx, t, sink, NULL), STRAIT_OK);
    ck_assert_str_eq(got.s, "name  price[USD/h]  count  ok\n");
    table_free(t);
}
END_TEST

static const struct { const char *in, *out; } escapes[] = {
    {"plain", "\"plain\""},
    {"\"\\\b\f\n\r\t", "\"\\\"\\\\\\b\\f\\n\\r\\t\""},
    {"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
    {"\xE6\x96\xB0\xC3\xA9\xF0\x9F\x98\x80", "\"\xE6\x96\xB0\xC3\xA9\xF0\x9F\x98\x80\""},
    {"a\xFFz", "\"a\xEF\xBF\xBDz\""},                             /* no UTF-8 */
    {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                 /* overlong */
    {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* half of a surrogate pair */
    {"\xF4\x90\x80\x80x", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx\""}, /* above U+10FFFF */
    {"cut\xE6\x96", "\"cut\xEF\xBF\xBD\xEF\xBF\xBD\""},
};

START_TEST(json_texts_are_escaped_and_always_valid)
{
    str b = {0};

    json_text(&b, escapes[_i].in);
    ck_assert_str_eq(b.s, escapes[_i].out);
    str_free(&b);
}
END_TEST

START_TEST(a_large_table_streams_in_pieces)
{
    strait_table *t = make("large", mixed);

    for (int i = 0; i < 20000; i++)
        ADD(t, "a name of some length", 1.0 / 3, (int64_t)i, 0);
    ck_assert_int_eq(write_table_json(cx, t, sink, NULL), STRAIT_OK);
    ck_assert_uint_gt(n_call, 10);
    ck_assert_uint_gt(got.n, 20 * 65536);
    table_free(t);
}
END_TEST

START_TEST(a_sink_that_refuses_ends_the_writing)
{
    strait_table *t = make("large", mixed);
    strait_status (*writers[])(strait_ctx *, const strait_table *, strait_write_fn *, void *) = {
        write_table_json, write_table_csv, write_table_text};

    for (int i = 0; i < 20000; i++)
        ADD(t, "a name of some length", 1.0 / 3, (int64_t)i, 0);
    for (size_t k = 0; k < 3; k++) {
        n_call = 0;
        refuse_at = 2;
        ck_assert_int_eq(writers[k](cx, t, sink, NULL), STRAIT_EIO);
        ck_assert_uint_eq(n_call, 2);
        ck_assert_str_eq(strait_message(cx), "cannot write the output");
    }
    table_free(t);
}
END_TEST

/* ---- CSV ---- */

START_TEST(csv_quotes_what_must_be_and_tells_empty_from_none)
{
    strait_table *t = mixed_table();

    ck_assert_int_eq(write_table_csv(cx, t, sink, NULL), STRAIT_OK);
    ck_assert_str_eq(got.s, "name,price[USD/h],count,ok\n"
                            "plain,0.1,3,true\n"
                            "\"a \"\"quote\"\", and\nline\",,-9223372036854775808,false\n"
                            ",0,0,true\n"
                            "\"\",inf,-1,false\n");
    table_free(t);
}
END_TEST

/* ---- text ---- */

START_TEST(text_columns_line_up_also_with_wide_characters)
{
    static const struct column_def def[] = {COL("name", TEXT, ""), COL("v", REAL, "h"), END};
    strait_table *t = make("t", def);

    ADD(t, "\xE6\x96\xB0\xE5\x8A\xA0\xE5\x9D\xA1", 12.5);   /* three characters, six columns */
    ADD(t, "abc", 1234567.0);
    ADD(t, "\x1b[31mred", (double)NAN);                     /* no colour from an input */
    ck_assert_int_eq(write_table_text(cx, t, sink, NULL), STRAIT_OK);
    ck_assert_str_eq(got.s, "name         v[h]\n"
                            "\xE6\x96\xB0\xE5\x8A\xA0\xE5\x9D\xA1       12.5\n"
                            "abc       1234567\n"
                            "?[31mred        -\n");
    table_free(t);
}
END_TEST

static const struct { double v; const char *real, *count; } numbers[] = {
    {0, "0", "0"},           {-0.0, "0", "0"},        {1, "1", "1"},
    {0.1, "0.1", "0"},       {1.0 / 3, "0.333333", "0"}, {-2.5, "-2.5", "-2"},
    {999, "999", "999"},     {1000, "1000", "1,000"}, {-1234567.4, "-1234567", "-1,234,567"},
    {1e-7, "1e-07", "0"},    {1e20, "1e+20", "1e+20"}, {123456.7, "123457", "123,457"},
};

START_TEST(numbers_are_short_for_people)
{
    str b = {0};

    text_real(&b, numbers[_i].v);
    ck_assert_str_eq(b.s, numbers[_i].real);
    b.n = 0;
    text_count(&b, numbers[_i].v);
    ck_assert_str_eq(b.s, numbers[_i].count);
    str_free(&b);
}
END_TEST

START_TEST(a_text_is_cut_between_characters)
{
    str b = {0};

    text_put(&b, "abcdef", 4);
    str_putc(&b, '|');
    text_put(&b, "\xE6\x96\xB0\xE5\x8A\xA0", 3);
    str_putc(&b, '|');
    text_pad(&b, "x", 3);
    ck_assert_str_eq(b.s, "abc\xE2\x80\xA6|\xE6\x96\xB0\xE2\x80\xA6|x  ");
    str_free(&b);
}
END_TEST

/* ---- faults ---- */

START_TEST(faults_have_the_agreed_form)
{
    strait_table *t = NULL;

    ck_assert_int_eq(cx_fault(cx, SEV_ERROR, "c.cfg", 7, "offers.a.price", "-1", "0 or more", "negative"), STRAIT_OK);
    ck_assert_int_eq(cx_fault(cx, SEV_WARNING, "t.csv", 2, "sites.b", NULL, NULL, "not used"), STRAIT_OK);
    ck_assert_int_eq(cx_fault(cx, SEV_ERROR, "", 0, "", "x\n\x1b", NULL, "odd"), STRAIT_OK);
    ck_assert_int_eq(strait_faults(cx, &t), STRAIT_OK);
    ck_assert_int_eq(write_faults_text(cx, t, sink, NULL), STRAIT_OK);
    ck_assert_str_eq(got.s, "c.cfg:7: error: offers.a.price: \"-1\": negative; 0 or more\n"
                            "t.csv:2: warning: sites.b: not used\n"
                            "-:0: error: \"x\\n\\x1b\": odd\n");
    strait_table_free(t);
}
END_TEST

/* ---- the estimate ---- */

START_TEST(the_estimate_fits_the_page_and_says_why_not)
{
    static const struct column_def def[] = {
        {"workload", STRAIT_TEXT, ""}, {"phase", STRAIT_TEXT, ""}, {"offer", STRAIT_TEXT, ""}, {"rate", STRAIT_REAL, "1/h"},
        {"low", STRAIT_REAL, "1/h"}, {"high", STRAIT_REAL, "1/h"}, {"min_accelerators", STRAIT_INT, ""},
        {"cost", STRAIT_REAL, "USD/Mtoken"}, {"barred_by", STRAIT_TEXT, ""}, {"reason", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    char longest[200];
    strait_table *t = NULL;

    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    ck_assert_int_eq(table_new(&t, "estimate", def), STRAIT_OK);
    ck_assert_int_eq(table_add(t, longest, "prefill", longest, 27980479.0, 999.6, 12.34, (int64_t)1024, 0.0027844, NULL, NULL), STRAIT_OK);
    ck_assert_int_eq(table_add(t, "w", "train", "o", 0.0, (double)NAN, (double)NAN, (int64_t)0, (double)NAN, NULL, longest), STRAIT_OK);
    ck_assert_int_eq(table_add(t, "w", "train", "o", 1.0, 1.0, 1.0, (int64_t)1, (double)NAN, "rule1", NULL), STRAIT_OK);
    ck_assert_int_eq(table_add(t, "w", "train", "o", 1.0, 1.0, 1.0, (int64_t)1, (double)NAN, NULL, NULL), STRAIT_OK);
    ck_assert_int_eq(write_estimate_text(cx, t, sink, NULL), STRAIT_OK);
    for (char *l = strtok(got.s, "\n"); l != NULL; l = strtok(NULL, "\n")) {
        ck_assert_uint_le(text_width(l), PAGE_COLS);
        if (strstr(l, "prefill") != NULL)
            ck_assert_ptr_nonnull(strstr(l, "28.0M  1.00k  12.3    1024   0.00278"));
        else if (strstr(l, "rule1") != NULL)
            ck_assert_ptr_nonnull(strstr(l, "  barred by rule rule1"));
    }
    strait_table_free(t);
}
END_TEST

START_TEST(faults_as_json_name_their_schema)
{
    strait_table *t = NULL;
    json_t *j, *f;

    ck_assert_int_eq(cx_fault(cx, SEV_ERROR, "c.cfg", 7, "k", "v", "a, b", "wrong"), STRAIT_OK);
    ck_assert_int_eq(strait_faults(cx, &t), STRAIT_OK);
    ck_assert_int_eq(write_faults_json(cx, t, sink, NULL), STRAIT_OK);
    j = parsed();
    ck_assert_str_eq(json_string_value(json_object_get(j, "schema")), "strait.check/1");
    f = json_array_get(json_object_get(j, "faults"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(f, "severity")), "error");
    ck_assert_int_eq(json_integer_value(json_object_get(f, "line")), 7);
    ck_assert_str_eq(json_string_value(json_object_get(f, "allowed")), "a, b");
    json_decref(j);
    strait_table_free(t);
}
END_TEST

/* ---- groups ---- */

START_TEST(rows_are_summed_by_their_keys)
{
    static const struct column_def def[] = {COL("a", TEXT, ""), COL("b", TEXT, ""), COL("v", REAL, ""), END};
    static const char *const keys[] = {"a", "b", NULL}, *const sums[] = {"v", NULL};
    strait_table *t = make("t", def);
    struct groups g = {0};
    char name[20];

    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "n%d", i % 1000);
        ADD(t, name, i % 2 ? "odd" : "even", (double)(i % 1000));
    }
    ADD(t, "n7", (const char *)NULL, (double)NAN);
    ck_assert_int_eq(group_rows(t, keys, sums, &g), STRAIT_OK);
    ck_assert_uint_eq(g.g.n, 1001);
    group_sort(&g, 0);
    ck_assert_str_eq(group_key(&g, &g.g.v[0], 0), "n999");
    ck_assert(g.g.v[0].sum[0] == 3 * 999.0);
    ck_assert_uint_eq(g.g.v[0].n, 3);
    group_free(&g);
    table_free(t);
}
END_TEST

/* ---- the plan ---- */

#define N_TABLE 24
static strait_table *plan[N_TABLE];
static size_t n_table;

static strait_table *part(const char *name, const struct column_def *def)
{
    return plan[n_table++] = make(name, def);
}

static void make_money(bool with_plan)
{
    static const struct column_def head[] = {COL("schema", TEXT, ""), COL("status", TEXT, ""), END};
    static const struct column_def objective[] = {COL("value", REAL, ""), COL("bound", REAL, ""), COL("gap", REAL, ""),
                                                  COL("currency", TEXT, ""), COL("price_year", INT, ""), END};
    static const struct column_def split[] = {COL("kind", TEXT, ""), COL("shore", TEXT, ""), COL("vendor", TEXT, ""),
                                              COL("accel_hours", REAL, "h"), COL("cost", REAL, ""), END};
    static const struct column_def cost[] = {COL("total", REAL, ""), COL("compute", REAL, ""), COL("energy", REAL, ""),
                                             COL("assumed_share", REAL, ""), END};
    strait_table *t = part("plan", head);

    ADD(t, "strait.plan/1", with_plan ? "optimal" : "infeasible");
    t = part("objective", objective);
    ADD(t, with_plan ? 1234567.5 : (double)NAN, with_plan ? 1234567.5 : (double)NAN, with_plan ? 1e-12 : (double)NAN,
        "USD", (int64_t)2026);
    t = part("split", split);
    if (with_plan) {
        ADD(t, "training", "offshore", "Nvidia", 1000.0, 1000000.0);
        ADD(t, "inference", "onshore", "Huawei", 3000.0, 234567.5);
    }
    t = part("cost", cost);
    ADD(t, with_plan ? 1234567.5 : (double)NAN, 1000000.0, 234567.5, 0.25);
}

static void make_rows(int n_workload)
{
    static const struct column_def place[] = {
        COL("workload", TEXT, ""), COL("phase", TEXT, ""), COL("user_region", TEXT, ""), COL("offer", TEXT, ""),
        COL("site", TEXT, ""), COL("accelerator", TEXT, ""), COL("period", TEXT, ""), COL("accel_hours", REAL, "h"),
        COL("tokens", REAL, ""), COL("cost", REAL, ""), END};
    static const struct column_def lease[] = {
        COL("offer", TEXT, ""), COL("sign_by", TEXT, ""), COL("start", TEXT, ""), COL("end", TEXT, ""),
        COL("accelerators", REAL, ""), COL("cost", REAL, ""), COL("owed_beyond", REAL, ""), COL("kind", TEXT, ""),
        COL("inside", REAL, ""), COL("counted_beyond", REAL, ""), COL("capex", REAL, ""), END};
    static const char *const day[] = {"2026-12-07", "2026-12-01", "2026-12-14"};
    strait_table *t = part("placements", place);
    char name[40];

    for (int i = 0; i < n_workload; i++) {
        snprintf(name, sizeof name, "workload_%d", i);
        ADD(t, name, "train", (const char *)NULL, "o1", "johor", "H200", "2026-12-07", 10.0, 3e9, 100.0 + i);
        ADD(t, name, "train", (const char *)NULL, "o2", "batam", "H100", "2026-12-14", 5.0, 1e9, 50.0);
    }
    t = part("leases", lease);
    for (int i = 0; i < n_workload; i++)
        ADD(t, "johor_lease", "2026-12-01", "2027-01-01", "2027-12-01", 128.4, 5000.0, 70000.0, "lease", 5000.0, 0.0, (double)NAN);
    part("rounded_placements", place);
    t = plan[n_table - 1];
    for (int i = 0; i < n_workload; i++) {
        snprintf(name, sizeof name, "workload_%d", i);
        ADD(t, name, "train", (const char *)NULL, "o1", "johor", "H200", "2026-12-07", 20.0, 3e9, 200.0 + i);
        ADD(t, name, "train", (const char *)NULL, "o2", "batam", "H100", "2026-12-14", 5.0, 1e9, 50.0);
    }
    t = part("rounded_leases", lease);
    ADD(t, "old_lease", (const char *)NULL, "2026-12-07", "2027-12-01", 64.0, 100.0, 0.0, "signed", 100.0, 0.0, (double)NAN);
    for (int i = 0; i < n_workload; i++)
        ADD(t, i == 4 ? "buy" : "johor_lease", day[i % 3], "2027-01-01", i == 4 ? (const char *)NULL : "2027-12-01", 136.0 + i, 5200.0 + i,
            71000.0, i == 4 ? "purchase" : "lease", 5100.0 + i, 100.0, i == 4 ? 2.5e6 : (double)NAN);
}

/* The plan in whole units: with idle accelerators, rent counted from beyond and a filled replica it costs 1,300,000. */
static void make_rounded(double objective, const char *flagged, const char *undone)
{
    static const struct column_def rounded[] = {COL("objective", REAL, ""), COL("gap", REAL, ""), COL("status", TEXT, ""), COL("note", TEXT, ""),
                                                COL("flagged", TEXT, ""), COL("undone", TEXT, ""), END};
    static const struct column_def split[] = {COL("kind", TEXT, ""), COL("shore", TEXT, ""), COL("vendor", TEXT, ""),
                                              COL("accel_hours", REAL, "h"), COL("cost", REAL, ""), END};
    static const struct column_def idle[] = {COL("shore", TEXT, ""), COL("vendor", TEXT, ""), COL("accel_hours", REAL, "h"), COL("cost", REAL, ""),
                                             COL("beyond", REAL, ""), END};
    static const struct column_def cost[] = {COL("total", REAL, ""), COL("compute", REAL, ""), COL("energy", REAL, ""), COL("duty", REAL, ""),
                                             COL("assumed_share", REAL, ""), END};
    static const struct column_def left[] = {COL("workload", TEXT, ""), COL("tokens", REAL, ""), COL("penalty", REAL, ""), END};
    strait_table *t;

    ADD(part("rounded", rounded), objective, 0.0044, *flagged ? "flagged" : "whole", (const char *)NULL, flagged, undone);
    t = part("rounded_split", split);
    ADD(t, "training", "offshore", "Nvidia", 1100.0, 1000000.0);
    ADD(t, "inference", "onshore", "Huawei", 3000.0, 200000.0);
    ADD(t, "inference", "onshore", "Nvidia", 1e-5, -1e-7);
    t = part("rounded_idle", idle);
    ADD(t, "onshore", "Huawei", 900.0, 60000.0, 35000.0);
    ADD(t, (const char *)NULL, (const char *)NULL, (double)NAN, 5000.0, 0.0);
    ADD(part("rounded_cost", cost), 1300000.0, 1050000.0, 254000.0, -4000.0, 0.25);
    t = part("rounded_unmet", left);
    if (*undone)
        ADD(t, undone, 2.17e14, 0.0);
    else
        ADD(t, "workload_0", 3.5, 7e-13);   /* noise */
}

static void make_rest(bool unmet)
{
    static const struct column_def left[] = {COL("workload", TEXT, ""), COL("phase", TEXT, ""), COL("user_region", TEXT, ""),
                                             COL("period", TEXT, ""), COL("tokens", REAL, ""), COL("penalty", REAL, ""), END};
    static const struct column_def dual[] = {COL("family", TEXT, ""), COL("name", TEXT, ""), COL("period", TEXT, ""),
                                             COL("value", REAL, ""), COL("low", REAL, ""), COL("high", REAL, ""),
                                             COL("unit", TEXT, ""), COL("from", TEXT, ""), COL("now", REAL, ""), END};
    static const struct column_def offer[] = {COL("offer", TEXT, ""), COL("status", TEXT, ""), COL("reason", TEXT, ""), COL("rule", TEXT, ""),
                                              COL("dearer_by", REAL, ""), END};
    static const struct column_def rule[] = {COL("id", TEXT, ""), COL("file", TEXT, ""), COL("line", INT, ""),
                                             COL("status", TEXT, ""), COL("columns_barred", INT, ""),
                                             COL("rows_made", INT, ""), COL("dual", REAL, ""), END};
    strait_table *t = part("unmet", left);

    if (unmet)
        ADD(t, "batch", "mixed", (const char *)NULL, "2026-12-07", 5e6, 900.0);
    t = part("duals", dual);
    ADD(t, "capacity", "johor_own", "2026-12-07", 1.25, 0.0, 10.0, "USD/accelerator-hour", "2026-12-07", 5.0);
    ADD(t, "capacity", "johor_own", "2026-12-07", 1.25, 0.0, 10.0, "USD/accelerator-hour", "2026-12-09", 5.0);
    ADD(t, "capacity", "johor_own", "2026-12-14", 0.75, 0.0, (double)INFINITY, "USD/accelerator-hour", "2026-12-14", 5.0);
    ADD(t, "capacity", "nobody_signed", "2026-12-14", 99.0, 0.0, 0.0, "USD/accelerator-hour", "2026-12-14", 0.0);
    ADD(t, "power", "johor installed", "2026-12-14", 1500.0, 0.0, 10.0, "USD/kW", "2026-12-14", 5.0);
    ADD(t, "power", "johor", "2026-12-14", 2.0, 0.0, 10.0, "USD/kWh", "2026-12-14", 5.0);
    ADD(t, "demand", "chat", "2026-12-07", 3.0, 0.0, 1.0, "USD/Mtoken", "2026-12-07", 0.5);
    t = part("offers", offer);
    ADD(t, "johor_lease", "used", (const char *)NULL, (const char *)NULL, (double)NAN);
    ADD(t, "far", "unused", "dearer", (const char *)NULL, 1.5);
    ADD(t, "near", "unused", "dearer", (const char *)NULL, 0.25);
    ADD(t, "barred", "unused", "signing is barred", "residency", (double)NAN);
    t = part("rules", rule);
    ADD(t, "residency", "case.cfg", (int64_t)9, "enforced", (int64_t)1200, (int64_t)0, (double)NAN);
    ADD(t, "old", "case.cfg", (int64_t)12, "expired", (int64_t)0, (int64_t)0, (double)NAN);
}

static void make_sure(bool with_plan)
{
    static const struct column_def cert[] = {
        COL("ok", BOOL, ""), COL("primal_residual", REAL, ""), COL("dual_residual", REAL, ""), COL("primal_objective", REAL, ""),
        COL("dual_objective", REAL, ""), COL("gap", REAL, ""), COL("farkas", BOOL, ""), END};
    static const struct column_def unique[] = {COL("alternatives", BOOL, ""), COL("workloads", TEXT, ""), END};
    static const struct column_def digest[] = {COL("digest", TEXT, ""), END};
    static const struct column_def files[] = {COL("path", TEXT, ""), COL("digest", TEXT, ""), END};
    static const struct column_def warn[] = {COL("text", TEXT, ""), END};
    static const struct column_def stats[] = {COL("name", TEXT, ""), COL("value", REAL, ""), COL("unit", TEXT, ""), END};

    ADD(part("certificate", cert), 1, 1e-12, 1e-11, 1.0, 1.0, 1e-12, !with_plan);
    ADD(part("unique", unique), 1, "a|b c|d");
    ADD(part("input", digest), "abc");
    ADD(part("input_files", files), "case.cfg", "def");
    ADD(part("warnings", warn), "first");
    ADD(part("stats", stats), "solve", 0.5, "s");
}

static struct table_set make_plan(bool with_plan, int n_workload, bool unmet)
{
    n_table = 0;
    make_money(with_plan);
    make_rows(n_workload);
    if (with_plan)
        make_rounded(1300000.0, "", "");
    make_rest(unmet);
    make_sure(with_plan);
    return (struct table_set){(const strait_table *const *)plan, n_table};
}

static void free_plan(void)
{
    while (n_table > 0)
        table_free(plan[--n_table]);
}

START_TEST(the_plan_document_has_the_agreed_shapes)
{
    struct table_set set = make_plan(true, 2, true);
    json_t *j, *d;

    ck_assert_int_eq(write_plan_json(cx, &set, false, sink, NULL), STRAIT_OK);
    j = parsed();
    ck_assert_str_eq(json_string_value(json_object_get(j, "schema")), "strait.plan/1");
    ck_assert_str_eq(json_string_value(json_object_get(j, "status")), "optimal");
    ck_assert(json_real_value(json_object_get(json_object_get(j, "objective"), "value")) == 1234567.5);
    ck_assert_uint_eq(json_array_size(json_object_get(j, "placements")), 4);
    d = json_object_get(j, "rounded");
    ck_assert_uint_eq(json_array_size(json_object_get(d, "leases")), 3);
    ck_assert_uint_eq(json_array_size(json_object_get(d, "placements")), 4);
    ck_assert_uint_eq(json_array_size(json_object_get(d, "split")), 3);
    ck_assert_uint_eq(json_array_size(json_object_get(d, "flagged")), 0);
    ck_assert(json_number_value(json_object_get(json_object_get(d, "cost"), "total")) == 1300000.0);
    ck_assert(json_is_number(json_object_get(d, "objective")));
    d = json_object_get(j, "duals");
    ck_assert_uint_eq(json_array_size(json_object_get(d, "capacity")), 4);
    ck_assert_uint_eq(json_array_size(json_object_get(d, "power")), 2);
    ck_assert_uint_eq(json_array_size(json_object_get(d, "demand")), 1);
    ck_assert_ptr_null(json_object_get(json_array_get(json_object_get(d, "demand"), 0), "family"));
    d = json_object_get(json_object_get(j, "unique"), "workloads");
    ck_assert_uint_eq(json_array_size(d), 3);
    ck_assert_str_eq(json_string_value(json_array_get(d, 1)), "b c");
    d = json_object_get(j, "input");
    ck_assert_str_eq(json_string_value(json_object_get(d, "digest")), "abc");
    ck_assert_uint_eq(json_array_size(json_object_get(d, "files")), 1);
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(j, "warnings"), 0)), "first");
    ck_assert_ptr_null(json_object_get(j, "stats"));
    ck_assert_ptr_null(json_object_get(j, "rounded_leases"));
    ck_assert_ptr_null(json_object_get(j, "input_files"));
    json_decref(j);
    free_plan();
}
END_TEST

START_TEST(stats_are_written_only_when_asked_for)
{
    struct table_set set = make_plan(true, 1, false);
    json_t *j;

    ck_assert_int_eq(write_plan_json(cx, &set, true, sink, NULL), STRAIT_OK);
    j = parsed();
    ck_assert_uint_eq(json_array_size(json_object_get(j, "stats")), 1);
    json_decref(j);
    free_plan();
}
END_TEST

static void check_page(void)
{
    size_t n = 0;

    for (const char *s = got.s; *s; n++) {
        size_t len = strcspn(s, "\n");
        char *line = strndup(s, len);
        ck_assert_uint_le(text_width(line), PAGE_COLS);
        free(line);
        s += len + (s[len] == '\n');
    }
    ck_assert_uint_le(n, PAGE_LINES);
}

START_TEST(the_page_has_at_most_40_lines_of_100_columns)
{
    static const int sizes[] = {0, 1, 5, 24, 25, 26, 300};
    struct table_set set = make_plan(true, sizes[_i], _i % 2);

    ck_assert_int_eq(write_plan_text(cx, &set, false, sink, NULL), STRAIT_OK);
    check_page();
    free_plan();
}
END_TEST

static void page_of(const struct table_set *set)
{
    got.n = 0;
    ck_assert_int_eq(write_plan_text(cx, set, false, sink, NULL), STRAIT_OK);
}

static void has(const char *part)
{
    ck_assert_msg(strstr(got.s, part) != NULL, "\"%s\" is not in\n%s", part, got.s);
}

/* What is proven of the plan in fractions, then the amounts of the plan that a person signs, which add up to it. */
START_TEST(the_page_opens_with_outcome_and_split)
{
    struct table_set set = make_plan(true, 2, false);

    page_of(&set);
    ck_assert_ptr_eq(strstr(got.s, "optimal: 1,234,568 USD of 2026, gap 1.0e-12; no cheaper plan exists\n"
                                   "below: in whole blocks, gangs and replicas, 1,300,000 USD (+5.3 %)\n\nsplit "), got.s);
    has("training    offshore   Nvidia                                1,100   22 %         1,000,000   77 %\n");
    has("idle        -          held and not used                       900   18 %            60,000    5 %\n");
    has("beyond      -          counted of owed beyond                                        35,000    3 %\n");
    has("filling     -          rented replicas to whole                                       5,000   <1 %\n");
    has("cost: compute 81 %, energy 20 %, subsidies over duties <1 %\n");
    has("johor H200 75 %, batam H100 25 %");
    has("scarce: one more accelerator-hour: up to 1.25 USD of johor_own (2 periods)\n");
    has("scarce: one more kW: up to 1,500 USD of johor installed (1 period)\n");
    has("scarce: one more kWh: up to 2.00 USD of johor (1 period)\n");
    has("unused: 3 of 4 offers, 1 barred; dearer an hour by at least: near 0.25, far 1.50\n");
    has("rules: 2, 1 enforced, 1 expired; barred most: residency (1200)");
    has("certificate: ok, primal residual 1.0e-12, dual residual 1.0e-11; 25 % of the cost assumed; 1 warning\n");
    ck_assert_ptr_null(strstr(got.s, "UNMET"));         /* 3.5 tokens of 4 billion are none */
    ck_assert_ptr_null(strstr(got.s, "nobody_signed")); /* its price holds for no one more */
    ck_assert_ptr_null(strstr(got.s, "-0 %"));
    ck_assert_ptr_null(strstr(got.s, "e+"));
    free_plan();
}
END_TEST

/* By day, and of one day the dearest first; what does not fit is counted, with its money and the next day. */
START_TEST(the_sheet_is_in_the_order_of_signing)
{
    struct table_set set = make_plan(true, 30, false);

    page_of(&set);
    check_page();
    has("sign by     start       end         offer        accel.  due inside  owed beyond  in the cost\n"
        "2026-12-01  2027-01-01  2027-12-01  johor_lease     164       5,128       71,000        5,228\n"
        "2026-12-01  2027-01-01  2027-12-01  johor_lease     161       5,125       71,000        5,225\n");
    has(" more, the next by 2026-12-");
    has("1 purchase: 2,500,000 USD to pay when bought");
    ck_assert_ptr_null(strstr(got.s, "old_lease"));     /* it is signed */
    free_plan();
    set = make_plan(true, 5, false);
    page_of(&set);
    has("2026-12-01  2027-01-01  bought      buy             140       5,104       71,000        5,204\n");
    ck_assert_ptr_null(strstr(got.s, "more, the next by"));
    free_plan();
}
END_TEST

/* A plan that cannot be signed as the bound has it says so where nobody overlooks it. */
START_TEST(a_dear_or_short_rounding_is_warned_of_on_top)
{
    struct table_set set;

    n_table = 0;
    make_money(true);
    make_rows(2);
    make_rounded(1400000.0, "a|b", "");
    make_rest(false);
    make_sure(true);
    set = (struct table_set){(const strait_table *const *)plan, n_table};
    page_of(&set);
    has("\nWARNING, rounding is dear: in whole blocks, gangs and replicas (not all), 1,400,000 USD (+13.4 %)\n");
    has("\nin places below a gang or replica: a, b\n");
    free_plan();
    n_table = 0;
    make_money(true);
    make_rows(2);
    make_rounded(1300000.0, "", "workload_1");
    make_rest(false);
    make_sure(true);
    set = (struct table_set){(const strait_table *const *)plan, n_table};
    page_of(&set);
    ck_assert_ptr_eq(strstr(got.s, "UNMET: 1 workload short of 217 trillion tokens in all, penalty 0.00 USD: workload_1\n"), got.s);
    has("\nWARNING, rounding leaves work: in whole blocks, gangs and replicas, 1,300,000 USD (+5.3 %)\n");
    free_plan();
}
END_TEST

/* Without a rounded plan the page tells the one in fractions, and says so. */
START_TEST(a_plan_in_fractions_is_labelled)
{
    struct table_set set;

    n_table = 0;
    make_money(true);
    make_rows(2);
    make_rest(true);
    make_sure(true);
    set = (struct table_set){(const strait_table *const *)plan, n_table};
    page_of(&set);
    ck_assert_ptr_eq(strstr(got.s, "UNMET: 1 workload short of 5.00 million tokens in all, penalty 900.00 USD: batch\noptimal: "), got.s);
    has("\nbelow: in fractions of accelerators\n");
    has("inference   onshore    Huawei                                3,000   75 %           234,568   19 %\n");
    has(" 128 ");
    free_plan();
}
END_TEST

/* Stopped: how far off it may be, and no prices that mean nothing. */
START_TEST(a_stopped_plan_says_how_far_off_it_may_be)
{
    static const struct column_def head[] = {COL("schema", TEXT, ""), COL("status", TEXT, ""), END};
    static const struct column_def objective[] = {COL("value", REAL, ""), COL("bound", REAL, ""), COL("gap", REAL, ""),
                                                  COL("currency", TEXT, ""), COL("price_year", INT, ""), END};
    static const struct { double bound; const char *said; } want[] = {
        {800.0, "feasible: 1,000 USD of 2026; not proven cheapest: at most 20 % too dear\n"},
        {995.0, "feasible: 1,000 USD of 2026; not proven cheapest: at most 0.5 % too dear\n"},
        {-5e9, "feasible: 1,000 USD of 2026; not proven cheapest\n"}};

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct table_set set;
        n_table = 0;
        ADD(part("plan", head), "strait.plan/1", "feasible");
        ADD(part("objective", objective), 1000.0, want[i].bound, 0.5, "USD", (int64_t)2026);
        make_sure(true);
        set = (struct table_set){(const strait_table *const *)plan, n_table};
        page_of(&set);
        ck_assert_ptr_eq(strstr(got.s, want[i].said), got.s);
        has("\nno shadow prices: only a plan that is proven has any\n");
        ck_assert_ptr_null(strstr(got.s, "dual residual"));
        free_plan();
    }
}
END_TEST

START_TEST(amounts_have_words_and_shares_no_minus_nought)
{
    static const struct { double v; const char *said; } want[] = {
        {0, "0"}, {-1e-9, "0"}, {12, "12"}, {999.6, "1.00 thousand"}, {2.17e14, "217 trillion"}, {9.996e6, "10.0 million"}, {5e18, "5000 quadrillion"} };
    static const struct { double part; const char *said; } share[] = { {0, "0 %"}, {-0.0, "0 %"}, {0.004, "<1 %"}, {-0.004, ">-1 %"}, {-0.006, "-1 %"} };

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        str s = {0};
        put_amount(&s, want[i].v);
        ck_assert_str_eq(s.s, want[i].said);
        str_free(&s);
    }
    for (int i = 0; i < 2; i++) {
        str s = {0};
        put_tiny(&s, "gap ", i ? 4.2e-14 : 0.0);
        ck_assert_str_eq(s.s, i ? "gap 4.2e-14" : "gap 0");
        str_free(&s);
    }
    for (size_t i = 0; i < sizeof share / sizeof *share; i++) {
        str s = {0};
        put_share(&s, share[i].part, 1);
        ck_assert_str_eq(s.s, share[i].said);
        str_free(&s);
    }
}
END_TEST

START_TEST(an_infeasible_plan_says_so_and_shows_its_proof)
{
    struct table_set set = make_plan(false, 0, false);

    ck_assert_int_eq(write_plan_text(cx, &set, false, sink, NULL), STRAIT_OK);
    ck_assert_ptr_eq(strstr(got.s, "infeasible: no plan meets all firm work"), got.s);
    ck_assert_ptr_nonnull(strstr(got.s, "Farkas ray checked"));
    ck_assert_ptr_null(strstr(got.s, "nan"));
    free_plan();
}
END_TEST

static TCase *fixture(const char *name)
{
    TCase *c = tcase_create(name);

    tcase_add_checked_fixture(c, set_up, tear_down);
    return c;
}

static TCase *table_case(void)
{
    TCase *c = fixture("tables");

    tcase_add_test(c, json_keeps_every_value_and_writes_none_as_null);
    tcase_add_test(c, an_empty_table_is_an_empty_array_and_a_lone_header);
    tcase_add_loop_test(c, json_texts_are_escaped_and_always_valid, 0, (int)(sizeof escapes / sizeof *escapes));
    tcase_add_test(c, a_large_table_streams_in_pieces);
    tcase_add_test(c, a_sink_that_refuses_ends_the_writing);
    tcase_add_test(c, csv_quotes_what_must_be_and_tells_empty_from_none);
    tcase_add_test(c, text_columns_line_up_also_with_wide_characters);
    tcase_add_loop_test(c, numbers_are_short_for_people, 0, (int)(sizeof numbers / sizeof *numbers));
    tcase_add_test(c, a_text_is_cut_between_characters);
    tcase_add_test(c, faults_have_the_agreed_form);
    tcase_add_test(c, the_estimate_fits_the_page_and_says_why_not);
    tcase_add_test(c, faults_as_json_name_their_schema);
    tcase_add_test(c, rows_are_summed_by_their_keys);
    return c;
}

static TCase *plan_case(void)
{
    TCase *c = fixture("the plan");

    tcase_add_test(c, the_plan_document_has_the_agreed_shapes);
    tcase_add_test(c, stats_are_written_only_when_asked_for);
    tcase_add_loop_test(c, the_page_has_at_most_40_lines_of_100_columns, 0, 7);
    tcase_add_test(c, the_page_opens_with_outcome_and_split);
    tcase_add_test(c, the_sheet_is_in_the_order_of_signing);
    tcase_add_test(c, a_dear_or_short_rounding_is_warned_of_on_top);
    tcase_add_test(c, a_plan_in_fractions_is_labelled);
    tcase_add_test(c, a_stopped_plan_says_how_far_off_it_may_be);
    tcase_add_test(c, amounts_have_words_and_shares_no_minus_nought);
    tcase_add_test(c, an_infeasible_plan_says_so_and_shows_its_proof);
    return c;
}

Suite *write_suite(void)
{
    Suite *s = suite_create("write");

    suite_add_tcase(s, table_case());
    suite_add_tcase(s, plan_case());
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(write_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
