/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Config texts: what libconfig 1.5 would falsify, includes, syntax; see src/input/cfg_text.h. */
#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/cfg.h"
#include "support/scratch.h"

Suite *cfg_suite(void);

static strait_ctx *cx;
static strait_case *c;
static struct cfg *cfg;

static void begin(void)
{
    scratch_begin();
    cx = strait_ctx_new();
    c = case_new();
    cfg = NULL;
}

static void end(void)
{
    cfg_free(cfg);
    case_free(c);
    strait_ctx_free(cx);
    scratch_end();
}

static strait_status read_bytes(const char *text, size_t n)
{
    cfg_free(cfg);
    cfg = NULL;
    cx_clear(cx);
    return cfg_read_text(cx, c, "t.cfg", text, n, &cfg);
}

static strait_status read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static strait_status read_file(const char *path)
{
    cfg_free(cfg);
    cfg = NULL;
    cx_clear(cx);
    return cfg_read(cx, c, path, &cfg);
}

static const struct cfg_node *member(const struct cfg_node *group, const char *key)
{
    for (size_t i = 0; i < group->n; i++)
        if (strcmp(group->child[i].key, key) == 0)
            return &group->child[i];
    ck_abort_msg("no key %s", key);
    return NULL;
}

static const char *text_of(const char *key)
{
    return member(&cfg->root, key)->text;
}

static const char *file_of(const struct cfg_node *v)
{
    const char *path = c->files.v[v->file].path, *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* ---- what libconfig falsifies ---- */

static const struct { const char *given, *kept; } exact[] = {
    {"15000000000000", "15000000000000"},         /* libconfig: 1974202368 */
    {"4294967296", "4294967296"},
    {"-9223372036854775809", "-9223372036854775809"},
    {"123456789012345678901234567890", "123456789012345678901234567890"},
    {"15000000000000L", "15000000000000"},
    {"7LL", "7"},
    {"1e400", "1e400"},                           /* libconfig: infinity; refused as text by the field */
    {"2.9", "2.9"},                               /* auto-convert: 2 */
    {"2", "2"},                                   /* lookup_float fails on it */
    {"0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"},
    {"+5", "+5"}, {".5", ".5"}, {"5.", "5."}, {"1E+3", "1E+3"}, {"1e5", "1e5"},
    {"0x1F", "31"}, {"0xFFFFFFFFFFFFFFFFL", "18446744073709551615"},
    {"true", "true"}, {"FALSE", "FALSE"},
};

/* libconfig 1.5 puts the thread under the program's locale: in a German one, numbers read afterwards would have a comma. */
START_TEST(the_thread_keeps_the_locale_it_had)
{
    locale_t mine = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = uselocale(mine);

    ck_assert_int_eq(read_text("a = 1.5;\n"), STRAIT_OK);
    ck_assert_ptr_eq(uselocale((locale_t)0), mine);
    uselocale(before);
    freelocale(mine);
}
END_TEST

START_TEST(every_number_keeps_the_text_the_user_wrote)
{
    char text[128];

    snprintf(text, sizeof text, "a = %s;", exact[_i].given);
    ck_assert_int_eq(read_text(text), STRAIT_OK);
    ck_assert_uint_eq(cx->faults.n, 0);
    ck_assert_str_eq(text_of("a"), exact[_i].kept);
}
END_TEST

START_TEST(an_escaped_nul_is_refused_not_dropped)
{
    ck_assert_int_eq(read_text("a = \"x\\x00y\";\nb = 1;"), STRAIT_OK);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 1, "unknown escape"), 1);
    ck_assert(member(&cfg->root, "a")->bad);
    ck_assert_str_eq(text_of("b"), "1");
}
END_TEST

START_TEST(an_unclosed_comment_is_named_with_the_line_it_begins_on)
{
    ck_assert_int_eq(read_text("a = 1;\nb = 2; /* open\nc = 3;\n"), STRAIT_EINPUT);
    ck_assert_uint_eq(cx->faults.n, 1);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 2, "comment is not closed"), 1);
}
END_TEST

START_TEST(an_unclosed_string_is_named_with_the_line_it_begins_on)
{
    ck_assert_int_eq(read_text("a = 1;\nb = \"open\nc = \"x\";\nd = nan;\n"), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 2, "string is not closed"), 1);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 4, "bare word"), 1);
}
END_TEST

START_TEST(arrays_may_mix_whole_and_broken_numbers)
{
    const struct cfg_node *a;

    ck_assert_int_eq(read_text("a = [2, 2.5, \"x\"];"), STRAIT_OK);
    a = member(&cfg->root, "a");
    ck_assert_int_eq(a->shape, CFG_LIST);
    ck_assert_uint_eq(a->n, 3);
    ck_assert_str_eq(a->child[0].text, "2");
    ck_assert_str_eq(a->child[1].text, "2.5");
    ck_assert_int_eq(a->child[2].type, CFG_STRING);
}
END_TEST

START_TEST(a_byte_order_mark_and_crlf_change_nothing)
{
    ck_assert_int_eq(read_text("\xEF\xBB\xBF" "a = 1;\r\n/* x\r\n */ b = \"y\";\r\nc = 3"), STRAIT_OK);
    ck_assert_uint_eq(cx->faults.n, 0);
    ck_assert_str_eq(text_of("b"), "y");
    ck_assert_str_eq(text_of("c"), "3");
    ck_assert_uint_eq(member(&cfg->root, "c")->line, 4);
}
END_TEST

START_TEST(nul_bytes_and_other_encodings_are_refused_with_their_line)
{
    ck_assert_int_eq(read_bytes("a = 1;\nb = \0;", 13), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 2, "NUL"), 1);
    ck_assert_int_eq(read_text("a = 1;\n\nb = \"\xC3\x28\";"), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 3, "UTF-8"), 1);
    ck_assert_int_eq(read_text("a = \"\\xC3\\xA9 \\xC3\";"), STRAIT_OK);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 1, "UTF-8"), 1);
}
END_TEST

START_TEST(every_bare_or_crooked_value_is_told_in_one_run)
{
    static const char *const words[] = {"nan", "-inf", "NaN", "inf", "1e", "0x", "2026-01-01", "1.2.3", "--4", "yes"};
    char text[1024] = "";

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char line[64];

        snprintf(line, sizeof line, "k%zu = %s;\n", i, words[i]);
        strcat(text, line);
    }
    ck_assert_int_eq(read_text(text), STRAIT_OK);
    ck_assert_uint_eq(cx->n_error, 10);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 1, "nan"), 1);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 7, "2026-01-01"), 1);
    ck_assert_int_eq(read_text("a = 0x10000000000000000;"), STRAIT_OK);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 1, "too wide"), 1);
}
END_TEST

/* ---- syntax ---- */

static const struct { const char *text; unsigned line; const char *says; } wrong[] = {
    {"a = [1, 2,\n];", 2, "too early"},              /* libconfig: "syntax error" */
    {"a = (1\n", 1, "not closed"},
    {"a = (1\n};", 2, "does not close the ( of line 1"},
    {"a = 1;\n}", 2, "nothing opened"},
    {"a \"x\";", 1, "= or :"},
    {"a = ;", 1, "a value"},
    {"a =", 1, "ends before"},
    {"= 5;", 1, "no key"},
    {"a = 1 2;", 1, "a key"},
    {"a = \"x\" 2;", 1, "a key"},
    {"a = [1 2];", 1, "a comma"},
    {"a = 1,,b = 2", 1, "a comma"},
    {"a = ([1;2]);", 1, "; in a wrong place"},
    {"a = [(1)];", 1, "numbers, text"},
    {"a = 1;\n$b = 2;", 2, "means nothing"},
    {"a = 1;\n@import \"x\"", 2, "unknown directive"},
    {"a = \"x\\qy\";", 1, "unknown escape"},
    {"@include \"x.cfg\"", 1, "cannot include"},
    {"a = {{}};", 1, "wrong place"},
};

START_TEST(every_slip_of_syntax_is_named_with_its_line)
{
    strait_status st = read_text(wrong[_i].text);

    ck_assert(st == STRAIT_EINPUT || st == STRAIT_OK);
    if (faults_at(cx, "t.cfg", wrong[_i].line, wrong[_i].says) != 1 || cx->faults.n != 1)
        faults_show(cx);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", wrong[_i].line, wrong[_i].says), 1);
    ck_assert_uint_eq(cx->faults.n, 1);
}
END_TEST

START_TEST(neighbouring_strings_are_one)
{
    ck_assert_int_eq(read_text("a = \"x\" # why\n  \"y\\n\"\n\"\\\"z\";"), STRAIT_OK);
    ck_assert_str_eq(text_of("a"), "xy\n\"z");
}
END_TEST

START_TEST(keys_may_repeat_here_and_keep_their_lines)
{
    ck_assert_int_eq(read_text("a = 1;\na = 2;\ng : { k1 = 3; true = 4 };"), STRAIT_OK);
    ck_assert_uint_eq(cfg->root.n, 3);
    ck_assert_uint_eq(cfg->root.child[1].line, 2);
    ck_assert_str_eq(member(&cfg->root, "g")->child[1].key, "true");
}
END_TEST

START_TEST(records_know_their_line_in_lists)
{
    const struct cfg_node *v;

    ck_assert_int_eq(read_text("v = (\n{ a = 1; },\n\n{ a = 2;\n b = 3; }\n);"), STRAIT_OK);
    v = member(&cfg->root, "v");
    ck_assert_uint_eq(v->child[0].line, 2);
    ck_assert_uint_eq(v->child[1].line, 4);
    ck_assert_uint_eq(v->child[1].child[1].line, 5);
}
END_TEST

START_TEST(an_empty_text_is_an_empty_group)
{
    ck_assert_int_eq(read_text(""), STRAIT_OK);
    ck_assert_uint_eq(cfg->root.n, 0);
    ck_assert_int_eq(read_text("# only words"), STRAIT_OK);
    ck_assert_uint_eq(cfg->root.n, 0);
}
END_TEST

START_TEST(nesting_has_a_bottom)
{
    char text[200003] = "a = ";
    size_t n = strlen(text);

    memset(text + n, '(', 100000);
    ck_assert_int_eq(read_bytes(text, n + 100000), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "t.cfg", 1, "nested too deep"), 1);
    ck_assert_uint_eq(cx->faults.n, 1);
    memset(text + n, '(', CFG_NESTING);
    memset(text + n + CFG_NESTING, ')', CFG_NESTING);
    ck_assert_int_eq(read_bytes(text, n + 2 * CFG_NESTING), STRAIT_OK);
}
END_TEST

/* ---- files ---- */

START_TEST(includes_are_seen_from_the_file_that_names_them)
{
    const char *top = scratch_text("case.cfg", "a = 1;\n@include \"sub/one.cfg\"\nz = 9;\n");
    const struct cfg_node *v;

    scratch_text("sub/one.cfg", "b = 2;\n@include \"two.cfg\"\n@include \"../three.cfg\";  e = 5;");
    scratch_text("sub/two.cfg", "c = 3;");
    scratch_text("three.cfg", "\xEF\xBB\xBF\n\nd = 4;\n");
    ck_assert_int_eq(read_file(top), STRAIT_OK);
    ck_assert_uint_eq(cx->faults.n, 0);
    ck_assert_uint_eq(cfg->root.n, 6);
    v = member(&cfg->root, "c");
    ck_assert_str_eq(file_of(v), "two.cfg");
    v = member(&cfg->root, "d");
    ck_assert_str_eq(file_of(v), "three.cfg");
    ck_assert_uint_eq(v->line, 3);
    v = member(&cfg->root, "e");
    ck_assert_str_eq(file_of(v), "one.cfg");
    ck_assert_uint_eq(v->line, 3);
    ck_assert_uint_eq(member(&cfg->root, "z")->line, 3);
    ck_assert_uint_eq(c->files.n, 4);
}
END_TEST

START_TEST(an_include_may_be_absolute_and_inside_a_list)
{
    char text[700];

    snprintf(text, sizeof text, "v = (\n@include \"%s\"\n);", scratch_text("deep/rows.cfg", "{ a = 1; },\n{ a = 2; }"));
    ck_assert_int_eq(read_file(scratch_text("case.cfg", text)), STRAIT_OK);
    ck_assert_uint_eq(member(&cfg->root, "v")->n, 2);
    ck_assert_str_eq(file_of(&member(&cfg->root, "v")->child[1]), "rows.cfg");
    ck_assert_uint_eq(member(&cfg->root, "v")->child[1].line, 2);
}
END_TEST

START_TEST(including_a_folder_a_device_or_nothing_is_a_fault)
{
    const char *top = scratch_text("case.cfg", "@include \"sub\"\n@include \"none.cfg\"\n@include \"/dev/null\"\n"
                                               "@include \"\"\n@include x\n");

    scratch_text("sub/x", "");
    ck_assert_int_eq(read_file(top), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "case.cfg", 1, "Is a directory"), 1);
    ck_assert_uint_eq(faults_at(cx, "case.cfg", 2, "No such file"), 1);
    ck_assert_uint_eq(faults_at(cx, "case.cfg", 3, "not a regular file"), 1);
    ck_assert_uint_eq(faults_at(cx, "case.cfg", 4, "Is a directory"), 1);
    ck_assert_uint_eq(faults_at(cx, "case.cfg", 5, "no file named"), 1);
}
END_TEST

START_TEST(an_include_cycle_is_named)
{
    const char *top = scratch_text("a.cfg", "x = 1;\n@include \"b.cfg\"\n");

    scratch_text("b.cfg", "\n\n@include \"./a.cfg\"\n");
    ck_assert_int_eq(read_file(top), STRAIT_OK);
    ck_assert_uint_eq(faults_at(cx, "b.cfg", 3, "includes itself"), 1);
    ck_assert_uint_eq(cx->n_error, 1);
}
END_TEST

START_TEST(includes_end_at_a_depth)
{
    char name[32], text[64];

    for (int i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "f%d.cfg", i);
        snprintf(text, sizeof text, "@include \"f%d.cfg\"\n", i + 1);
        scratch_text(name, text);
    }
    ck_assert_int_eq(read_file(scratch_path("f0.cfg")), STRAIT_OK);
    ck_assert_uint_eq(faults_at(cx, "f15.cfg", 1, "too deep"), 1);
    ck_assert_uint_eq(cx->n_error, 1);
}
END_TEST

START_TEST(includes_that_double_end_at_a_number)
{
    char name[32], text[96];

    for (int i = 0; i < 15; i++) {
        snprintf(name, sizeof name, "f%d.cfg", i);
        snprintf(text, sizeof text, "@include \"f%d.cfg\"\n@include \"f%d.cfg\"\n", i + 1, i + 1);
        scratch_text(name, text);
    }
    scratch_text("f15.cfg", "");
    ck_assert_int_eq(read_file(scratch_path("f0.cfg")), STRAIT_OK);
    ck_assert_uint_eq(faults_at(cx, "", 0, "too many files"), 1);
    ck_assert_uint_eq(cx->n_error, 1);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_says_why)
{
    ck_assert_int_eq(read_file(scratch_path("none.cfg")), STRAIT_EIO);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "No such file"));
    scratch_text("sub/x", "");
    ck_assert_int_eq(read_file(scratch_path("sub")), STRAIT_EIO);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "Is a directory"));
    ck_assert_int_eq(read_file("/dev/null"), STRAIT_OK);
    ck_assert_uint_eq(cfg->root.n, 0);
    ck_assert_int_eq(read_file("/dev/zero"), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "/dev/zero", 1, "NUL"), 1);
}
END_TEST

START_TEST(a_huge_file_is_refused_by_its_size)
{
    size_t n = ((size_t)64 << 20) + 1;
    char *text = malloc(n);

    memset(text, ' ', n);
    ck_assert_int_eq(read_file(scratch_bytes("huge.cfg", text, n)), STRAIT_EIO);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "larger than 64 MiB"));
    free(text);
}
END_TEST

static void add(Suite *s, const char *name, const TTest *const *tests, size_t n)
{
    TCase *tc = tcase_create(name);

    tcase_add_checked_fixture(tc, begin, end);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tc, tests[i]);
    suite_add_tcase(s, tc);
}

Suite *cfg_suite(void)
{
    Suite *s = suite_create("cfg");
    TCase *loops = tcase_create("tables of cases");

    tcase_add_checked_fixture(loops, begin, end);
    tcase_add_loop_test(loops, every_number_keeps_the_text_the_user_wrote, 0, (int)(sizeof exact / sizeof *exact));
    tcase_add_loop_test(loops, every_slip_of_syntax_is_named_with_its_line, 0, (int)(sizeof wrong / sizeof *wrong));
    suite_add_tcase(s, loops);
    {
        const TTest *const falsified[] = {
            an_escaped_nul_is_refused_not_dropped, an_unclosed_comment_is_named_with_the_line_it_begins_on,
            an_unclosed_string_is_named_with_the_line_it_begins_on, arrays_may_mix_whole_and_broken_numbers,
            a_byte_order_mark_and_crlf_change_nothing, nul_bytes_and_other_encodings_are_refused_with_their_line,
            every_bare_or_crooked_value_is_told_in_one_run, the_thread_keeps_the_locale_it_had};
        const TTest *const shape[] = {
            neighbouring_strings_are_one, keys_may_repeat_here_and_keep_their_lines, records_know_their_line_in_lists,
            an_empty_text_is_an_empty_group, nesting_has_a_bottom};
        const TTest *const files[] = {
            includes_are_seen_from_the_file_that_names_them, an_include_may_be_absolute_and_inside_a_list,
            including_a_folder_a_device_or_nothing_is_a_fault, an_include_cycle_is_named, includes_end_at_a_depth,
            includes_that_double_end_at_a_number, a_file_that_cannot_be_read_says_why,
            a_huge_file_is_refused_by_its_size};

        add(s, "what libconfig falsifies", falsified, sizeof falsified / sizeof *falsified);
        add(s, "shape", shape, sizeof shape / sizeof *shape);
        add(s, "files", files, sizeof files / sizeof *files);
    }
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(cfg_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
