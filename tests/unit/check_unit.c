/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "domain/domain.h"
#include "support/case_build.h"

Suite *unit_suite(void);

static strait_ctx *cx;
static strait_case *c;

static void setup(void)
{
    cx = strait_ctx_new();
    c = case_from_text(cx, "currency=USD\n+exchanges CNY; rate=0.14\n+exchanges MYR; rate=0.25\n");
    ck_assert_ptr_nonnull(c);
}

static void teardown(void)
{
    case_free(c);
    strait_ctx_free(cx);
}

START_TEST(units_of_one_dimension_convert)
{
    static const struct { const char *from, *to; double factor; } rows[] = {
        {"MW", "W", 1e6}, {"GW", "W", 1e9}, {"TB", "GB", 1e3}, {"MB", "GB", 1e-3}, {"TB/s", "GB/s", 1e3},
        {"Tbit/s", "Gbit/s", 1e3}, {"PFLOPS", "TFLOPS", 1e3}, {"TOPS", "TFLOPS", 1}, {"y", "d", 365},
        {"h", "d", 1.0 / 24}, {"1/h", "1/d", 24}, {"1/min", "1/h", 60}, {"1/s", "1/h", 3600}, {"1/d", "1/h", 1.0 / 24},
        {"requests/s", "1/h", 3600}, {"s", "ms", 1e3}, {"us", "ms", 1e-3}, {"Ttokens", "tokens", 1e12},
        {"Mtokens", "tokens", 1e6}, {"M", "B", 1e-3}, {"kg/MWh", "g/kWh", 1}, {"%", "", 0.01}, {"", "", 1},
        {"CUR/MWh", "CUR/kWh", 1e-3}, {"USD/MWh", "CUR/kWh", 1e-3}, {"kUSD", "CUR", 1e3}, {"MUSD", "CUR", 1e6},
        {"CNY/h", "CUR/h", 0.14}, {"CNY/MWh", "CUR/kWh", 0.14e-3}, {"kMYR", "CUR", 250}, {"USD/TB", "CUR/GB", 1e-3},
        {"USD/Gtokens", "CUR/Mtoken", 1e-3}, {"USD/d", "CUR/h", 1.0 / 24}, {"%/y", "1/y", 0.01},
        {"%", "1/y", 0.01},
    };
    double factor;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(unit_factor(c, rows[i].from, rows[i].to, &factor), "%s to %s", rows[i].from, rows[i].to);
        ck_assert_double_eq_tol(factor / rows[i].factor, 1, 1e-15);
    }
}
END_TEST

START_TEST(other_dimensions_and_unknown_units_are_refused)
{
    static const struct { const char *from, *to; } rows[] = {
        {"W", "GB"}, {"kWh", "W"}, {"GB", "GB/s"}, {"GB/s", "GB"}, {"Gbit/s", "GB/s"}, {"EUR/h", "CUR/h"},
        {"usd/h", "CUR/h"}, {"W ", "W"}, {"w", "W"}, {"/h", "1/h"}, {"1/", "1/h"}, {"1/h/h", "1/h"}, {"1/%", "1/h"},
        {"%", "W"}, {"%", "requests"}, {"", "1/y"}, {"tokens", "requests"}, {"CUR", ""}, {"", "CUR"}, {"KUSD", "CUR"},
        {"averyveryverylongunit/h", "1/h"},
    };
    double factor = 7;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(!unit_factor(c, rows[i].from, rows[i].to, &factor), "%s to %s", rows[i].from, rows[i].to);
    ck_assert_double_eq(factor, 7);
}
END_TEST

START_TEST(what_is_allowed_begins_with_the_canonical_unit)
{
    char text[256], tiny[6];

    unit_allowed(c, "W", text, sizeof text);
    ck_assert_str_eq(text, "W, kW, MW, GW");
    unit_allowed(c, "", text, sizeof text);
    ck_assert_str_eq(text, "%");
    unit_allowed(c, "CUR/kWh", text, sizeof text);
    ck_assert_str_eq(text, "CUR/kWh, CUR/MWh, CUR/GWh, a currency's code for CUR");
    unit_allowed(c, "W", tiny, sizeof tiny);
    ck_assert_str_eq(tiny, "W, kW");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("unit");
    TCase *t = tcase_create("units");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, units_of_one_dimension_convert);
    tcase_add_test(t, other_dimensions_and_unknown_units_are_refused);
    tcase_add_test(t, what_is_allowed_begins_with_the_canonical_unit);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(unit_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
