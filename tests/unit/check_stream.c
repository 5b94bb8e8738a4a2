/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes out of plain and gzip files, and rows of tables of any size. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "input/rows.h"
#include "support/scratch.h"

Suite *stream_suite(void);

static strait_ctx *cx;
static str told;    /* bad rows: LINE:WHAT; */

static void begin(void)
{
    cx = strait_ctx_new();
    scratch_begin();
    told = (str){0};
}

static void end(void)
{
    str_free(&told);
    scratch_end();
    strait_ctx_free(cx);
}

static strait_status tell(void *data, uint32_t line, const char *value, const char *allowed, const char *what)
{
    ck_assert_ptr_null(data);
    ck_assert_ptr_nonnull(value);
    ck_assert_ptr_nonnull(allowed);
    str_printf(&told, "%u:%s;", line, what);
    return STRAIT_OK;
}

/* gzip of n bytes, one member; its length. */
static size_t pack(const char *bytes, size_t n, char *to, size_t cap)
{
    z_stream z = {0};

    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (uInt)n;
    z.next_out = (unsigned char *)to;
    z.avail_out = (uInt)cap;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return cap - z.avail_out;
}

/* All rows of a file as one text, cells between <>; ends with the status when it is not OK. */
static const char *rows_of(const char *path)
{
    static char out[8192];
    struct rows r;
    bool more = true;
    strait_status st = rows_open(&r, cx, path, tell, NULL);

    out[0] = '\0';
    while (st == STRAIT_OK && more) {
        st = rows_next(&r, &more);
        for (size_t i = 0; st == STRAIT_OK && more && i < r.csv.cell.n && strlen(out) < 4000; i++)
            snprintf(out + strlen(out), 4096, "<%.40s>", rows_cell(&r, i));
        if (st == STRAIT_OK && more && strlen(out) < 4000)
            snprintf(out + strlen(out), 4096, "%u ", rows_line(&r));
    }
    if (st != STRAIT_OK)
        snprintf(out + strlen(out), 4096, "!%d", (int)st);
    rows_close(&r);
    return out;
}

static const struct { const char *text, *rows, *told; } tables[] = {
    {"a,b\n1,2\n", "<1><2>2 ", ""},
    {"a,b\n1,2", "<1><2>2 ", ""},
    {"\xEF\xBB\xBF" "a,b\r\n1,2\r\n\r\n# x \"\n3,4\r\n", "<1><2>2 <3><4>5 ", ""},
    {"a,b\n\"1,\n5\",2\n3,4\n", "<1,\n5><2>2 <3><4>4 ", ""},
    {"a,b\n\"1 \"\"x\"\"\",2\n", "<1 \"x\"><2>2 ", ""},
    {"a,b\n\"1\n2\",3", "<1\n2><3>2 ", ""},
    {"a,b\n1\n1,2,3\n5,6\n", "<5><6>4 ", "2:the row has too few cells;3:the row has too many cells;"},
    {"a,b\n1,2\"x\n5,6\n", "<5><6>3 ", "2:a double quote inside a cell;"},
    {"a,b\n\"1,2\n5,6\n", "<5><6>3 ", "2:the row does not end;"},
    {"a,b\n\xFF,2\n5,6\n", "<5><6>3 ", "2:the row is no text;"},
    {"a,b\n", "", ""},
};

START_TEST(rows_of_small_tables)
{
    const char *text = tables[_i].text;

    ck_assert_str_eq(rows_of(scratch_text("t.csv", text)), tables[_i].rows);
    ck_assert_str_eq(told.s == NULL ? "" : told.s, tables[_i].told);
}
END_TEST

START_TEST(the_same_rows_come_out_of_gzip)
{
    char packed[4096];
    size_t n = pack(tables[_i].text, strlen(tables[_i].text), packed, sizeof packed);

    ck_assert_str_eq(rows_of(scratch_bytes("t.csv.gz", packed, n)), tables[_i].rows);
    ck_assert_str_eq(told.s == NULL ? "" : told.s, tables[_i].told);
}
END_TEST

START_TEST(a_nul_byte_spoils_its_row_alone)
{
    ck_assert_str_eq(rows_of(scratch_bytes("t.csv", "a,b\n1,\0" "2\n5,6\n", 13)), "<5><6>3 ");
    ck_assert_str_eq(told.s, "2:the row is no text;");
}
END_TEST

START_TEST(an_empty_file_has_no_header)
{
    ck_assert_str_eq(rows_of(scratch_text("e.csv", "")), "!2");
    ck_assert_uint_eq(faults_at(cx, "e.csv", 1, "the file is empty"), 1);
    ck_assert_str_eq(rows_of(scratch_text("n.csv", "\n\n# only\n")), "!2");
}
END_TEST

START_TEST(what_is_not_there_or_a_folder_cannot_be_read)
{
    ck_assert_str_eq(rows_of(scratch_path("none.csv")), "!3");
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "none.csv: No such file"));
    ck_assert_str_eq(rows_of("/"), "!3");
}
END_TEST

START_TEST(members_of_gzip_follow_each_other_and_zeros_pad_them)
{
    char packed[4096] = {0};
    size_t n = pack("a,b\n1,", 6, packed, sizeof packed);

    n += pack("2\n", 2, packed + n, sizeof packed - n);
    ck_assert_str_eq(rows_of(scratch_bytes("t.gz", packed, n + 512)), "<1><2>2 ");
}
END_TEST

START_TEST(gzip_that_is_cut_anywhere_is_told)
{
    char text[3000], packed[4096];
    size_t n;

    strcpy(text, "a,b\n");
    for (int i = 0; i < 200; i++)
        sprintf(text + strlen(text), "%d,%d\n", i, i * i);
    n = pack(text, strlen(text), packed, sizeof packed);
    for (size_t cut = 2; cut < n; cut++) {
        const char *got;

        cx_clear(cx);
        got = rows_of(scratch_bytes("cut.gz", packed, cut));
        ck_assert_msg(strcmp(got + strlen(got) - 2, "!2") == 0, "cut at %zu of %zu", cut, n);
        ck_assert_uint_eq(faults_at(cx, "cut.gz", 0, "the gzip data ends in the middle"), 1);
    }
}
END_TEST

START_TEST(gzip_that_is_damaged_is_told_and_so_is_what_follows_it)
{
    char packed[4096];
    size_t n = pack("a,b\n1,2\n", 8, packed, sizeof packed);

    packed[n - 6] ^= 1;    /* the CRC-32 */
    ck_assert_ptr_nonnull(strstr(rows_of(scratch_bytes("d.gz", packed, n)), "!2"));
    ck_assert_uint_eq(faults_at(cx, "d.gz", 0, "the gzip data is damaged"), 1);
    packed[n - 6] ^= 1;
    memcpy(packed + n, "rest", 4);
    ck_assert_ptr_nonnull(strstr(rows_of(scratch_bytes("f.gz", packed, n + 4)), "!2"));
    ck_assert_uint_eq(faults_at(cx, "f.gz", 0, "behind the end"), 1);
}
END_TEST

START_TEST(other_packers_are_named)
{
    ck_assert_str_eq(rows_of(scratch_bytes("t.zst", "\x28\xB5\x2F\xFDxxxx", 8)), "!2");
    ck_assert_uint_eq(faults_at(cx, "t.zst", 1, "packed by zstd"), 1);
    ck_assert_str_eq(rows_of(scratch_bytes("t.zip", "PK\x03\x04xxxx", 8)), "!2");
    ck_assert_uint_eq(faults_at(cx, "t.zip", 1, "a zip archive"), 1);
}
END_TEST

/* Rows of all lengths, so that the window's end falls everywhere; the sums must come out. */
START_TEST(a_table_larger_than_the_window_loses_nothing)
{
    const int n = 60000;
    char *text = malloc((size_t)n * 120);
    struct rows r;
    double sum = 0;
    bool more = true;
    int seen = 0;
    size_t at = (size_t)sprintf(text, "k,pad\n");

    for (int i = 0; i < n; i++)
        at += (size_t)sprintf(text + at, i % 3 == 0 ? "%d,\"%.*s\n\"\n" : "%d,%.*s\n", i, i % 61,
                              "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    ck_assert_uint_gt(at, 2 * ROWS_LONGEST);
    ck_assert_int_eq(rows_open(&r, cx, scratch_bytes("big.csv", text, at), tell, NULL), STRAIT_OK);
    for (;; seen++) {
        ck_assert_int_eq(rows_next(&r, &more), STRAIT_OK);
        if (!more)
            break;
        ck_assert_int_eq(atoi(rows_cell(&r, 0)), seen);
        ck_assert_uint_eq(strlen(rows_cell(&r, 1)), (size_t)(seen % 61 + (seen % 3 == 0)));
        ck_assert_uint_eq(rows_line(&r), (unsigned)(2 + seen + (seen + 2) / 3));
        sum += atoi(rows_cell(&r, 0));
    }
    ck_assert_int_eq(seen, n);
    ck_assert(sum == 0.5 * n * (n - 1));
    rows_close(&r);
    free(text);
}
END_TEST

START_TEST(a_row_longer_than_the_window_is_passed_over)
{
    size_t n = 3 * ROWS_LONGEST;
    char *text = malloc(n + 32);

    memset(text, 'x', n);
    memcpy(text, "a,b\n", 4);
    strcpy(text + n, "\n5,6\n");
    ck_assert_str_eq(rows_of(scratch_text("long.csv", text)), "<5><6>3 ");
    ck_assert_str_eq(told.s, "2:the row does not end;");
    free(text);
}
END_TEST

START_TEST(columns_are_found_in_any_case_without_their_unit)
{
    struct rows r;

    ck_assert_int_eq(rows_open(&r, cx, scratch_text("t.csv", "Time, rate [tokens/s]\n"), tell, NULL), STRAIT_OK);
    ck_assert_uint_eq(rows_column(&r, "TIME"), 0);
    ck_assert_uint_eq(rows_column(&r, "rate"), 1);
    ck_assert_str_eq(r.unit[1], "tokens/s");
    ck_assert(rows_column(&r, "none") == ROWS_NONE);
    rows_close(&r);
}
END_TEST

Suite *stream_suite(void)
{
    Suite *s = suite_create("stream");
    TCase *t = tcase_create("rows of plain and gzip files");
    const int n = (int)(sizeof tables / sizeof *tables);

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, rows_of_small_tables, 0, n);
    tcase_add_loop_test(t, the_same_rows_come_out_of_gzip, 0, n);
    tcase_add_test(t, a_nul_byte_spoils_its_row_alone);
    tcase_add_test(t, an_empty_file_has_no_header);
    tcase_add_test(t, what_is_not_there_or_a_folder_cannot_be_read);
    tcase_add_test(t, members_of_gzip_follow_each_other_and_zeros_pad_them);
    tcase_add_test(t, gzip_that_is_cut_anywhere_is_told);
    tcase_add_test(t, gzip_that_is_damaged_is_told_and_so_is_what_follows_it);
    tcase_add_test(t, other_packers_are_named);
    tcase_add_test(t, a_table_larger_than_the_window_loses_nothing);
    tcase_add_test(t, a_row_longer_than_the_window_is_passed_over);
    tcase_add_test(t, columns_are_found_in_any_case_without_their_unit);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(stream_suite());
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
