/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and cells of CSV texts, right and wrong. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"
#include "input/csv.h"
#include "support/scratch.h"

Suite *csv_suite(void);

static strait_ctx *cx;
static struct csv csv;
static char *bytes;

static void begin(void)
{
    cx = strait_ctx_new();
    memset(&csv, 0, sizeof csv);
    bytes = NULL;
}

static void end(void)
{
    csv_end(&csv);
    free(bytes);
    strait_ctx_free(cx);
}

/* The buffer is exactly as long as promised, so that a checked build sees every byte read beyond it. */
static strait_status start_bytes(const char *text, size_t n)
{
    csv_end(&csv);
    free(bytes);
    bytes = malloc(n + 1);
    memcpy(bytes, text, n);
    bytes[n] = '\0';
    cx_clear(cx);
    return csv_begin(&csv, cx, "t.csv", "tables.t", bytes, n);
}

static void start(const char *text)
{
    ck_assert_int_eq(start_bytes(text, strlen(text)), STRAIT_OK);
}

/* All rows as one text: cells between <>, a row with a fault as !, rows end with their line. */
static const char *rows(void)
{
    static char out[4096];
    bool more;

    out[0] = '\0';
    for (;;) {
        ck_assert_int_eq(csv_next(&csv, &more), STRAIT_OK);
        if (!more)
            return out;
        for (size_t i = 0; i < csv.cell.n; i++) {
            strcat(out, "<");
            strcat(out, csv.cell.v[i]);
            strcat(out, ">");
        }
        snprintf(out + strlen(out), sizeof out - strlen(out), "%s%u ", csv.bad ? "!" : "", csv.row_line);
    }
}

static const struct { const char *text, *rows; } good[] = {
    {"", ""},
    {"\n\n  \n", ""},
    {"# nothing\n", ""},
    {"a,b\n1,2\n", "<a><b>1 <1><2>2 "},
    {"a,b\n1,2", "<a><b>1 <1><2>2 "},                             /* no newline at the end */
    {"\xEF\xBB\xBF" "a,b\r\n1,2\r\n\r\n", "<a><b>1 <1><2>2 "},
    {"a\r", "<a>1 "},
    {"a,\n,b\n,\n", "<a><>1 <><b>2 <><>3 "},
    {"a,b,", "<a><b><>1 "},
    {"\"a,b\",c\n", "<a,b><c>1 "},
    {"\"say \"\"hi\"\"\"\n", "<say \"hi\">1 "},
    {"\"\",\"\"\"\"\n", "<><\">1 "},
    {"\"two\nlines\",x\nb,c\n", "<two\nlines><x>1 <b><c>3 "},
    {"  a b ,\t c\t\n", "<a b><c>1 "},
    {" \" a \" ,b\n", "< a ><b>1 "},
    {"# c\na\n#d,\"\n\nb\n", "<a>2 <b>5 "},
    {"\"#a\"\n", "<#a>1 "},
    {"\xE6\x98\x87,\xC3\xA9\n", "<\xE6\x98\x87><\xC3\xA9>1 "},
};

START_TEST(a_text_is_cut_into_the_right_cells)
{
    start(good[_i].text);
    ck_assert_str_eq(rows(), good[_i].rows);
    ck_assert_uint_eq(cx->faults.n, 0);
}
END_TEST

static const struct { const char *text, *rows; unsigned line; const char *says; } wrong[] = {
    {"a\nb\"c,d\ne\n", "<a>1 !2 <e>3 ", 2, "double quote inside"},
    {"a\n\"b\"c\ne\n", "<a>1 !2 <e>3 ", 2, "after the closing quote"},
    {"a\n\n\"open,\nb\nc\n", "<a>1 !3 ", 3, "not closed"},
    {"a,\"", "!1 ", 1, "not closed"},
    {"a,\"\"\"", "!1 ", 1, "not closed"},
    {"a\rb\nc\n", "!1 <c>2 ", 1, "carriage return"},
};

START_TEST(a_wrong_row_is_one_fault_with_its_line_and_reading_goes_on)
{
    start(wrong[_i].text);
    ck_assert_str_eq(rows(), wrong[_i].rows);
    ck_assert_uint_eq(faults_at(cx, "t.csv", wrong[_i].line, wrong[_i].says), 1);
    ck_assert_uint_eq(cx->faults.n, 1);
}
END_TEST

START_TEST(nul_bytes_and_other_encodings_are_refused_with_their_line)
{
    ck_assert_int_eq(start_bytes("a\n\0\n", 4), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "t.csv", 2, "NUL"), 1);
    ck_assert_int_eq(start_bytes("a\nb\n\xFFz\n", 7), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "t.csv", 3, "UTF-8"), 1);
    ck_assert_int_eq(start_bytes("\xFF\xFE" "a\0", 4), STRAIT_EINPUT);      /* UTF-16 */
    ck_assert_uint_eq(faults_at(cx, "t.csv", 1, "UTF-8"), 1);
}
END_TEST

START_TEST(a_cell_of_a_megabyte_passes_and_a_longer_one_does_not)
{
    str text = {0};

    for (size_t i = 0; i < CSV_CELL_MAX; i++)
        str_putc(&text, 'x');
    ck_assert_int_eq(start_bytes(text.s, text.n), STRAIT_OK);
    ck_assert_int_eq(csv_next(&csv, &(bool){false}), STRAIT_OK);
    ck_assert_uint_eq(strlen(csv.cell.v[0]), CSV_CELL_MAX);
    str_puts(&text, "x\nnext\n");
    ck_assert_int_eq(start_bytes(text.s, text.n), STRAIT_OK);
    ck_assert_str_eq(rows(), "!1 <next>2 ");
    ck_assert_uint_eq(faults_at(cx, "t.csv", 1, "too long"), 1);
    str_free(&text);
    str_putc(&text, '"');
    for (size_t i = 0; i < CSV_CELL_MAX + 1; i++)
        str_putc(&text, '\n');
    str_puts(&text, "\"\n");
    ck_assert_int_eq(start_bytes(text.s, text.n), STRAIT_OK);
    ck_assert_str_eq(rows(), "!1 ");
    ck_assert_uint_eq(faults_at(cx, "t.csv", 1, "too long"), 1);
    str_free(&text);
}
END_TEST

START_TEST(a_row_has_at_most_a_thousand_cells)
{
    char text[3000];

    memset(text, ',', 999);
    strcpy(text + 999, "\nb\n");
    start(text);
    ck_assert_int_eq(csv_next(&csv, &(bool){false}), STRAIT_OK);
    ck_assert_uint_eq(csv.cell.n, 1000);
    memset(text, ',', 1000);
    strcpy(text + 1000, "\nb\n");
    start(text);
    ck_assert_str_eq(rows(), "!1 <b>2 ");
    ck_assert_uint_eq(faults_at(cx, "t.csv", 1, "too many cells"), 1);
}
END_TEST

START_TEST(a_million_rows_are_cut_at_once)
{
    str text = {0};
    clock_t began;
    const size_t want = test_patience() > 1.0 ? 100000 : 1000000;   /* a tenth where each is dear */
    size_t n = 0;
    bool more = true;

    for (size_t i = 0; i < want; i++)
        str_puts(&text, "offer_17,2026-12-07,,2.125,\"a, b\"\r\n");
    began = clock();
    ck_assert_int_eq(start_bytes(text.s, text.n), STRAIT_OK);
    while (csv_next(&csv, &more) == STRAIT_OK && more) {
        ck_assert_uint_eq(csv.cell.n, 5);
        n++;
    }
    ck_assert_uint_eq(n, want);
    ck_assert_str_eq(csv.file, "t.csv");
    ck_assert_double_lt((double)(clock() - began) / CLOCKS_PER_SEC, 5.0 * test_patience());
    str_free(&text);
}
END_TEST

Suite *csv_suite(void)
{
    Suite *s = suite_create("csv");
    TCase *tc = tcase_create("texts");

    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, a_text_is_cut_into_the_right_cells, 0, (int)(sizeof good / sizeof *good));
    tcase_add_loop_test(tc, a_wrong_row_is_one_fault_with_its_line_and_reading_goes_on, 0,
                        (int)(sizeof wrong / sizeof *wrong));
    tcase_add_test(tc, nul_bytes_and_other_encodings_are_refused_with_their_line);
    tcase_add_test(tc, a_cell_of_a_megabyte_passes_and_a_longer_one_does_not);
    tcase_add_test(tc, a_row_has_at_most_a_thousand_cells);
    tcase_add_test(tc, a_million_rows_are_cut_at_once);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(csv_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
