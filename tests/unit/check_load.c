/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole cases from files: settings, inline records, tables, scenarios, overrides, and every fault with its place. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "input/input.h"
#include "support/scratch.h"

Suite *load_suite(void);

static strait_ctx *cx;
static strait_case *c;

static void begin(void)
{
    scratch_begin();
    cx = strait_ctx_new();
    c = NULL;
}

static void end(void)
{
    case_free(c);
    strait_ctx_free(cx);
    scratch_end();
}

#define HEAD "title = \"t\"; start = \"2026-12-07\"; period = \"week\"; periods = 4;\n"
#define WHO "companies = ( { name = \"acme\"; seat = \"CN\"; } );\n"
#define USERS "regions = ( { name = \"cn\"; country = \"CN\"; } );\n"
#define CHIPS                                                                                                    \
    "accelerators = ( { name = \"h200\"; vendor = \"nvidia\"; family = \"hopper\"; bf16 = 989; memory = 141;\n"  \
    "  memory_bandwidth = 4800; rated_power = 1000; idle_power = 200; } );\n"
#define PLACES                                                                                                   \
    "sites = ( { name = \"s1\"; country = \"SG\"; shore = \"offshore\"; pue = 1.3; tariff = 0.1; carbon = 400; } );\n"
#define SUPPLY                                                                                                   \
    "offers = ( { name = \"o1\"; site = \"s1\"; accelerator = \"h200\"; contract = \"on_demand\"; price = 2.5; count = 64; } );\n"
#define SHAPE                                                                                                    \
    "models = ( { name = \"m1\"; total_params = 70; active_params = 70; layers = 80; hidden = 8192; heads = 64;" \
    " kv_heads = 8; } );\n"
#define WORK(tokens)                                                                                             \
    "workloads = ( { name = \"w1\"; company = \"acme\"; task = \"training\"; model = \"m1\"; tokens = " tokens "; " \
    "max_parallel = 64; } );\n"
#define BASE HEAD WHO USERS CHIPS SHAPE

static strait_status load_set(const char *text, const char *scenario, const char *const *set, size_t n_set)
{
    case_free(c);
    c = NULL;
    cx_clear(cx);
    return input_load(cx, scratch_text("case.cfg", text), scenario, set, n_set, &c);
}

static strait_status load(const char *text)
{
    return load_set(text, NULL, NULL, 0);
}

static void must_load(const char *text)
{
    strait_status st = load(text);

    if (st != STRAIT_OK)
        faults_show(cx);
    ck_assert_int_eq(st, STRAIT_OK);
}

/* The only error, wherever domain checks may add warnings. */
static void must_say(const char *text, const char *file, unsigned line, const char *says)
{
    ck_assert_int_eq(load(text), STRAIT_EINPUT);
    if (faults_at(cx, file, line, says) != 1)
        faults_show(cx);
    ck_assert_uint_eq(faults_at(cx, file, line, says), 1);
    ck_assert_ptr_null(c);
}

/* ---- what is right arrives ---- */

START_TEST(a_case_in_one_file_arrives)
{
    must_load(BASE PLACES SUPPLY WORK("15000000000000"));
    ck_assert_str_eq(c->settings.title, "t");
    ck_assert_int_eq(c->settings.periods, 4);
    ck_assert_double_eq(c->offer.v[0].price, 2.5);
    ck_assert_double_eq(c->workload.v[0].tokens, 15e12);      /* libconfig alone reads 1974202368 */
    ck_assert_int_eq(c->offer.v[0].site, 0);
    ck_assert_uint_eq(c->files.n, 1);
    ck_assert_uint_eq(strlen(c->files.v[0].digest), 64);
}
END_TEST

START_TEST(tables_and_inline_records_are_one_list)
{
    scratch_text("sites.csv", "name,country,shore,pue,tariff[CUR/kWh],carbon[g/kWh],power_cap[MW],tags\r\n"
                              "# a comment\r\n"
                              "s0,CN,onshore,1.2,0.07,550,20,\"a|b\"\r\n\r\n");
    scratch_text("more/o.csv", "name,site,accelerator,contract,price[CUR/h],count\n"
                               "\"o0\",s0,h200,on_demand,3,8\no2,s1,h200,on_demand,,8");
    must_load(BASE "tables : { sites = \"sites.csv\"; offers = (\"more/o.csv\"); }\n" PLACES SUPPLY WORK("1e12"));
    ck_assert_uint_eq(c->site.n, 2);
    ck_assert_str_eq(c->site.v[0].name, "s0");
    ck_assert_double_eq(c->site.v[0].power_cap, 20e6);
    ck_assert_uint_eq(c->site.v[0].tags.n, 2);
    ck_assert_uint_eq(c->site.v[0].origin.line, 3);
    ck_assert_uint_eq(c->offer.n, 3);
    ck_assert_double_eq(c->offer.v[1].price, 0);              /* an empty cell is not given: the default */
    ck_assert_str_eq(c->offer.v[2].name, "o1");
    ck_assert_uint_eq(c->files.n, 3);
}
END_TEST

START_TEST(tables_are_named_from_the_file_that_names_them)
{
    scratch_text("sub/sites.csv", "name,country,shore,pue,tariff[CUR/kWh],carbon[g/kWh]\ns1,SG,offshore,1.3,0.1,400\n");
    scratch_text("sub/tables.cfg", "tables : { sites = \"sites.csv\"; };");
    must_load(BASE "@include \"sub/tables.cfg\"\n" SUPPLY WORK("1e12"));
    ck_assert_str_eq(c->site.v[0].name, "s1");
}
END_TEST

START_TEST(lists_are_arrays_or_one_text)
{
    must_load(BASE "sites = ( { name = \"s1\"; country = \"SG\"; shore = \"offshore\"; pue = 1.3; tariff = 0.1; carbon = 1;\n"
                   " tags = [\"a\", \"b\"]; } );\n" SUPPLY WORK("1e12"));
    ck_assert_uint_eq(c->site.v[0].tags.n, 2);
    must_load(BASE "sites = ( { name = \"s1\"; country = \"SG\"; shore = \"offshore\"; pue = 1.3; tariff = 0.1; carbon = 1;\n"
                   " tags = \"a|b|c\"; } );\n" SUPPLY WORK("1e12"));
    ck_assert_uint_eq(c->site.v[0].tags.n, 3);
    must_say(BASE "sites = ( { name = \"s1\"; country = \"SG\"; shore = \"offshore\"; pue = 1.3; tariff = 0.1; carbon = 1;\n"
                  " tags = [\"a|b\"]; } );\n" SUPPLY WORK("1e12"), "case.cfg", 0, "element with |");
}
END_TEST

#define SCENES                                                                                                   \
    "scenarios = ( { name = \"dear\"; probability = 0.5; set = [\"offers.o1.price=*2\", \"sites.s1.tags=x|y\"]; },\n" \
    "  { name = \"cold\"; probability = 0.5; set = [\"sites.s1.pue=1.1\"]; } );\n"

START_TEST(a_scenario_and_then_overrides_are_applied)
{
    static const char *const set[] = {"offers.o1.price=*10", "case.periods=2", "sites.s1.pue=1.05"};

    ck_assert_int_eq(load_set(BASE PLACES SUPPLY WORK("1e12") SCENES, "dear", set, 3), STRAIT_OK);
    ck_assert_double_eq_tol(c->offer.v[0].price, 50, 1e-12);
    ck_assert_uint_eq(c->site.v[0].tags.n, 2);
    ck_assert_double_eq(c->site.v[0].pue, 1.05);
    ck_assert_int_eq(c->settings.periods, 2);
}
END_TEST

START_TEST(an_unknown_scenario_or_path_names_the_nearest)
{
    static const char *const set[] = {"offers.o1.prise=3", "sites.*.pue=x", "nonsense"};

    ck_assert_int_eq(load_set(BASE PLACES SUPPLY WORK("1e12") SCENES, "deer", set, 3), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "--scenario", 1, "did you mean dear?"), 1);
    ck_assert_uint_eq(faults_at(cx, "--set", 1, "price"), 1);
    ck_assert_uint_eq(faults_at(cx, "--set", 2, "sites.s1.pue"), 1);
    ck_assert_uint_eq(faults_at(cx, "--set", 3, "nonsense"), 1);
    ck_assert_int_eq(load_set(BASE PLACES SUPPLY WORK("1e12"), "dear", NULL, 0), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "--scenario", 1, "there are none"), 1);
}
END_TEST

/* ---- what is wrong in a config file ---- */

static const struct { const char *text; unsigned line; const char *says; } config[] = {
    {BASE PLACES SUPPLY WORK("1e12") "perods = 3;", 0, "did you mean periods?"},
    {BASE PLACES SUPPLY WORK("1e12") "ofers = ( );", 0, "did you mean offers?"},
    {BASE PLACES SUPPLY WORK("1e12") "xyzzy = 3;", 0, "one of title"},
    {BASE PLACES SUPPLY WORK("1e12") "periods = 5;", 0, "there twice"},
    {BASE PLACES SUPPLY WORK("1e12") "discount_rate = { a = 1; };", 0, "a group where a value"},
    {BASE PLACES SUPPLY WORK("1e12") "discount_rate = [1];", 0, "a list where a single value"},
    {BASE PLACES SUPPLY WORK("1e12") "discount_rate = true;", 0, "a wrong type"},
    {BASE PLACES SUPPLY WORK("1e12") "currency = 5;", 0, "text in double quotes"},
    {BASE PLACES SUPPLY WORK("1e12") "case : { };", 0, "unknown key"},
    {BASE PLACES SUPPLY WORK("1e12") "rules = \"rules.csv\";", 0, "not a list of records"},
    {BASE PLACES SUPPLY WORK("1e12") "rules = ( 5 );", 0, "not a record"},
    {BASE PLACES SUPPLY WORK("1e12") "tables = \"x\";", 0, "not a group"},
    {BASE PLACES SUPPLY WORK("1e12") "tables : { offer = \"x\"; };", 0, "did you mean offers?"},
    {BASE PLACES SUPPLY WORK("1e12") "tables : { offers = 5; };", 0, "not the name of a CSV file"},
    {BASE PLACES SUPPLY WORK("1e12") "tables : { offers = \"none.csv\"; };", 0, "No such file"},
    {BASE PLACES SUPPLY WORK("1e12") "tables : { offers = \".\"; };", 0, "Is a directory"},
    {BASE PLACES SUPPLY WORK("1e400"), 0, "1e400"},
    {BASE PLACES SUPPLY WORK("\"nan\""), 0, "nan"},
    {BASE PLACES SUPPLY WORK("\"inf\""), 0, "inf"},
    {BASE PLACES SUPPLY WORK("-5"), 0, "-5"},
    {BASE PLACES SUPPLY WORK("nan"), 0, "bare word"},
    {HEAD WHO USERS CHIPS SHAPE PLACES SUPPLY WORK("1e12") "price_year = 2026.5;", 0, "2026.5"},
    {BASE PLACES PLACES SUPPLY WORK("1e12"), 0, "there twice"},
    {BASE PLACES SUPPLY WORK("1e12") "networks = ( { site = \"s9\"; region = \"cn\"; rtt = 5; } );", 0, "s9"},
    {BASE PLACES SUPPLY WORK("1e12") "networks = ( { site = \"s1\"; region = \"cn\"; } );", 0, "rtt"},
    {BASE PLACES SUPPLY WORK("1e12") "networks = ( { site = \"s1\"; region = \"cn\"; rtt = 5; rtt = 6; } );", 0, "there twice"},
    {BASE PLACES SUPPLY WORK("1e12") "networks = ( { site = \"s1\"; region = \"cn\"; rrt = 5; rtt = 1; } );", 0, "did you mean rtt?"},
};

START_TEST(a_wrong_config_is_one_fault_at_its_place)
{
    must_say(config[_i].text, "case.cfg", config[_i].line, config[_i].says);
    if (cx->n_error != 1)
        faults_show(cx);
    ck_assert_uint_eq(cx->n_error, 1);
}
END_TEST

START_TEST(lines_of_faults_are_those_of_the_file)
{
    scratch_text("sub/x.cfg", "\n\nsites = (\n  { name = \"s1\"; country = \"SG\"; shore = \"offshore\";\n"
                              "    pue = 0.5; tariff = 0.1;\n    carbon = -1; }\n);\n");
    ck_assert_int_eq(load(HEAD "@include \"sub/x.cfg\"\n" WHO USERS CHIPS SHAPE SUPPLY "oops = 1;\n"), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "sub/x.cfg", 5, "sites.s1.pue"), 1);
    ck_assert_uint_eq(faults_at(cx, "sub/x.cfg", 6, "sites.s1.carbon"), 1);
    ck_assert_uint_eq(faults_at(cx, "case.cfg", 9, "oops"), 1);
}
END_TEST

START_TEST(names_given_twice_are_a_fault)
{
    must_say(BASE "sites = ( { name = \"s1\"; country = \"SG\"; shore = \"offshore\"; pue = 1.3; tariff = 0.1; carbon = 1; },\n"
                  "{ name = \"s1\"; country = \"SG\"; shore = \"offshore\"; pue = 1.3; tariff = 0.1; carbon = 1; } );\n"
                  SUPPLY WORK("1e12"), "case.cfg", 0, "already the name");
}
END_TEST

START_TEST(windows_outside_the_horizon_are_told)
{
    load(BASE PLACES SUPPLY "workloads = ( { name = \"w1\"; company = \"acme\"; task = \"training\"; model = \"m1\"; tokens = 1e12;\n"
                            "  max_parallel = 64; start = \"2030-01-01\"; end = \"2030-02-01\"; } );\n");
    if (faults_at(cx, "case.cfg", 0, "horizon") < 1)
        faults_show(cx);
    ck_assert_uint_ge(faults_at(cx, "case.cfg", 0, "horizon"), 1);
}
END_TEST

START_TEST(an_empty_case_names_what_is_missing)
{
    ck_assert_int_eq(load(""), STRAIT_EINPUT);
    ck_assert_uint_ge(faults_at(cx, "case.cfg", 0, "start"), 1);
    ck_assert_int_eq(input_load(cx, "/dev/null", NULL, NULL, 0, &c), STRAIT_EINPUT);
    ck_assert_ptr_null(c);
}
END_TEST

START_TEST(a_case_that_cannot_be_read_says_why)
{
    ck_assert_int_eq(input_load(cx, scratch_path("none.cfg"), NULL, NULL, 0, &c), STRAIT_EIO);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "No such file"));
    ck_assert_int_eq(input_load(cx, scratch_path(""), NULL, NULL, 0, &c), STRAIT_EIO);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "Is a directory"));
    if (geteuid() != 0) {                                     /* root reads everything */
        const char *file = scratch_text("locked.cfg", "");

        chmod(file, 0);
        ck_assert_int_eq(input_load(cx, file, NULL, NULL, 0, &c), STRAIT_EIO);
        ck_assert_ptr_nonnull(strstr(strait_message(cx), "Permission denied"));
    }
    ck_assert_ptr_null(c);
}
END_TEST

/* ---- what is wrong in a table ---- */

#define SITES "name,country,shore,pue,tariff[CUR/kWh],carbon[g/kWh]"

static const struct { const char *csv; unsigned line; const char *says; } table[] = {
    {"name,country,shore,pue,tarif[CUR/kWh],carbon[g/kWh]\n", 1, "did you mean tariff?"},
    {"name,country,shore,pue,tariff,carbon[g/kWh]\n", 1, "unit is missing"},
    {"name,country,shore,pue,tariff[W],carbon[g/kWh]\n", 1, "tariff[unit] with unit one of CUR/kWh"},
    {"name[x],country,shore,pue,tariff[CUR/kWh],carbon[g/kWh]\n", 1, "has no unit"},
    {"name,country,shore,pue,tariff[CUR/kWh,carbon[g/kWh]\n", 1, "wrong brackets"},
    {"name,country,shore,pue,tariff[CUR/kWh],carbon[g/kWh],pue\n", 1, "there twice"},
    {"", 1, "has no header"},
    {"\n# only words\n", 3, "has no header"},
    {SITES "\ns1,SG,offshore,1.3,0.1\n", 2, "5 cells, the header 6"},
    {SITES "\ns1,SG,offshore,1.3,0.1,400,9\n", 2, "7 cells, the header 6"},
    {SITES "\ns1,SG,offshore,1.3,nan,400\n", 2, "nan"},
    {SITES "\n\ns1,SG,offshore,1.3,inf,400\n", 3, "inf"},
    {SITES "\ns1,SG,offshore,1.3,-1,400\n", 2, "-1"},
    {SITES "\ns1,SG,offshore,1.3,1e400,400\n", 2, "1e400"},
    {SITES "\ns1,SG,offshore,1.3,0x10,400\n", 2, "0x10"},
    {SITES "\ns1,SG,ofshore,1.3,0.1,400\n", 2, "ofshore"},
    {SITES "\ns1,,offshore,1.3,0.1,400\n", 2, "country"},
    {SITES "\n\"s1,SG,offshore\n", 2, "not closed"},
    {SITES "\n\"two\nlines\",SG,offshore,1.3,0.1,400\ns1,SG,offshore,1.3,0.1,400\n", 2, "two"},
};

START_TEST(a_wrong_table_is_one_fault_at_its_line)
{
    scratch_text("sites.csv", table[_i].csv);
    must_say(BASE "tables : { sites = \"sites.csv\"; };\n" SUPPLY WORK("1e12"), "sites.csv", table[_i].line,
             table[_i].says);
    if (cx->n_error != 1)
        faults_show(cx);
    ck_assert_uint_eq(cx->n_error, 1);
}
END_TEST

START_TEST(faults_of_all_files_come_together)
{
    scratch_text("sites.csv", SITES "\ns1,SG,offshore,1.3,x,400\ns2,SG,ofshore,1.3,0.1,400\n");
    scratch_text("offers.csv", "name,site,accelerator,contract\no1,s1,h200,leas\n");
    ck_assert_int_eq(load(BASE "tables : { sites = \"sites.csv\"; offers = \"offers.csv\"; };\n" WORK("-1") "oops = 1;\n"),
                     STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "sites.csv", 2, "tariff"), 1);
    ck_assert_uint_eq(faults_at(cx, "sites.csv", 3, "shore"), 1);
    ck_assert_uint_eq(faults_at(cx, "offers.csv", 2, "contract"), 1);
    ck_assert_uint_eq(faults_at(cx, "case.cfg", 0, "tokens"), 1);
    ck_assert_uint_eq(faults_at(cx, "case.cfg", 0, "oops"), 1);
}
END_TEST

START_TEST(a_table_without_rows_is_a_warning)
{
    scratch_text("rules.csv", "name,effect\n");
    must_load(BASE "tables : { rules = \"rules.csv\"; };\n" PLACES SUPPLY WORK("1e12"));
    ck_assert_uint_eq(faults_at(cx, "rules.csv", 0, "no rows"), 1);
    ck_assert_uint_eq(cx->n_error, 0);
    scratch_text("sites.csv", SITES "\n");
    ck_assert_int_eq(load(BASE "tables : { sites = \"sites.csv\"; };\n" SUPPLY WORK("1e12")), STRAIT_EINPUT);
    ck_assert_uint_ge(cx->n_error, 1);
}
END_TEST

START_TEST(a_table_full_of_faults_is_cut_short)
{
    str text = {0};

    str_puts(&text, SITES "\n");
    for (int i = 0; i < 5000; i++)
        str_puts(&text, "s,SG,offshore,nan,0.1,400\n");
    scratch_bytes("sites.csv", text.s, text.n);
    ck_assert_int_eq(load(BASE "tables : { sites = \"sites.csv\"; };\n" SUPPLY WORK("1e12")), STRAIT_EINPUT);
    ck_assert_uint_eq(cx->n_error, 1001);
    ck_assert_uint_eq(faults_at(cx, "sites.csv", 0, "the rest of it is not read"), 1);
    str_free(&text);
}
END_TEST

START_TEST(a_million_rows_load_in_five_seconds)
{
    str text = {0};
    char day[24];
    int64_t from = 0;
    const int n = test_patience() > 1.0 ? 100000 : 1000000;   /* a tenth where each is dear */
    clock_t began;

    ck_assert(date_parse("2026-12-07", &from));
    str_puts(&text, "offer,from,price[CUR/h],source,date\r\n");
    for (int i = 0; i < n; i++) {
        date_format(from + 60 * i, day);
        str_printf(&text, "o1,%s,%d.%03d,\"list, seen\",2026-11-01\r\n", day, 1 + i % 7, i % 1000);
    }
    scratch_bytes("prices.csv", text.s, text.n);
    str_free(&text);
    began = clock();
    must_load(BASE "tables : { prices = \"prices.csv\"; };\n" PLACES SUPPLY WORK("1e12"));
    ck_assert_uint_eq(c->price.n, (size_t)n);
    ck_assert_str_eq(c->price.v[n - 1].source, "list, seen");
    ck_assert_double_lt((double)(clock() - began) / CLOCKS_PER_SEC, 5.0 * test_patience());
}
END_TEST

static void add_loop(TCase *tc, const TTest *t, size_t n)
{
    tcase_add_loop_test(tc, t, 0, (int)n);
}

Suite *load_suite(void)
{
    Suite *s = suite_create("load");
    TCase *right = tcase_create("what is right"), *cfg = tcase_create("config"), *csv = tcase_create("tables");

    tcase_add_checked_fixture(right, begin, end);
    tcase_add_checked_fixture(cfg, begin, end);
    tcase_add_checked_fixture(csv, begin, end);
    tcase_set_timeout(csv, 300);
    tcase_add_test(right, a_case_in_one_file_arrives);
    tcase_add_test(right, tables_and_inline_records_are_one_list);
    tcase_add_test(right, tables_are_named_from_the_file_that_names_them);
    tcase_add_test(right, lists_are_arrays_or_one_text);
    tcase_add_test(right, a_scenario_and_then_overrides_are_applied);
    tcase_add_test(right, an_unknown_scenario_or_path_names_the_nearest);
    add_loop(cfg, a_wrong_config_is_one_fault_at_its_place, sizeof config / sizeof *config);
    tcase_add_test(cfg, lines_of_faults_are_those_of_the_file);
    tcase_add_test(cfg, names_given_twice_are_a_fault);
    tcase_add_test(cfg, windows_outside_the_horizon_are_told);
    tcase_add_test(cfg, an_empty_case_names_what_is_missing);
    tcase_add_test(cfg, a_case_that_cannot_be_read_says_why);
    add_loop(csv, a_wrong_table_is_one_fault_at_its_line, sizeof table / sizeof *table);
    tcase_add_test(csv, faults_of_all_files_come_together);
    tcase_add_test(csv, a_table_without_rows_is_a_warning);
    tcase_add_test(csv, a_table_full_of_faults_is_cut_short);
    tcase_add_test(csv, a_million_rows_load_in_five_seconds);
    suite_add_tcase(s, right);
    suite_add_tcase(s, cfg);
    suite_add_tcase(s, csv);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(load_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
