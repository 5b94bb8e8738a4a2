/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts for fields, overrides, and reading values back. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/domain.h"
#include "support/case_build.h"

Suite *value_suite(void);

static strait_ctx *cx;
static strait_case *c;

static void setup(void)
{
    cx = strait_ctx_new();
    c = case_from_text(cx, case_small);
    ck_assert_ptr_nonnull(c);
    ck_assert_uint_eq(cx->n_error, 0);
}

static void teardown(void)
{
    case_free(c);
    strait_ctx_free(cx);
}

static strait_status set(enum kind k, size_t i_field, const char *text, const char *unit)
{
    return case_set_field(cx, c, k, 0, i_field, text, unit, (struct origin){.file = 0, .line = 33});
}

static const struct fault *last(void)
{
    ck_assert_uint_gt(cx->faults.n, 0);
    return &cx->faults.v[cx->faults.n - 1];
}

START_TEST(numbers_are_decimal_and_whole_texts)
{
    static const struct { const char *text; double x; } good[] = {
        {"2.5", 2.5}, {"1e3", 1000}, {"1E+3", 1000}, {".5", 0.5}, {"5.", 5}, {"+4", 4}, {"0", 0}, {"-0", 0},
        {"1e-400", 0}, {"0.1000000000000000055511151231257827", 0.1},
    };
    static const char *const bad[] = {
        "", "nan", "NAN", "inf", "-inf", "infinity", "0x10", "0X1p3", "1e400", "1e999999999", "2,5", "2.5.1", "two",
        "--1", "+-1", "1e", ".", "-", "e5", "1 2", "1_000", "1\t", "2.5abc", "2 W", "5 %/h", "$5",
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_assert_msg(set(KIND_site, FLD_site_build_share, "0.25", NULL) == STRAIT_OK, "reset");
        if (good[i].x <= 1)
            ck_assert_int_eq(set(KIND_site, FLD_site_build_share, good[i].text, NULL), STRAIT_OK);
        ck_assert_int_eq(set(KIND_model, FLD_model_total_params, good[i].x > 0 ? good[i].text : "1", NULL), STRAIT_OK);
        if (good[i].x > 0)
            ck_assert_double_eq(c->model.v[0].total_params, good[i].x);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        c->site.v[0].pue = 1.25;
        ck_assert_msg(set(KIND_site, FLD_site_pue, bad[i], NULL) == STRAIT_EINPUT, "%s", bad[i]);
        ck_assert_double_eq(c->site.v[0].pue, 1.25);
        ck_assert_str_eq(last()->key, "sites.johor.pue");
        ck_assert_str_eq(last()->value, bad[i]);
        ck_assert_uint_eq(last()->line, 33);
        ck_assert_str_eq(last()->file, "test.cfg");
    }
}
END_TEST

START_TEST(numbers_outside_their_range_are_refused_with_the_range)
{
    ck_assert_int_eq(set(KIND_site, FLD_site_pue, "0.9", NULL), STRAIT_EINPUT);
    ck_assert_str_eq(last()->allowed, "1 to 5");
    ck_assert_int_eq(set(KIND_offer, FLD_offer_price, "-1", NULL), STRAIT_EINPUT);
    ck_assert_str_eq(last()->allowed, "0 to 1e+11 CUR/h");
    ck_assert_int_eq(set(KIND_offer, FLD_offer_count, "-1", NULL), STRAIT_EINPUT);
    ck_assert_int_eq(set(KIND_site, FLD_site_power_cap, "1e295 MW", NULL), STRAIT_EINPUT);
}
END_TEST

START_TEST(units_convert_from_the_text_or_the_column_and_not_both)
{
    ck_assert_int_eq(set(KIND_site, FLD_site_power_cap, "2.5 MW", NULL), STRAIT_OK);
    ck_assert_double_eq(c->site.v[0].power_cap, 2.5e6);
    ck_assert_int_eq(set(KIND_site, FLD_site_power_cap, "2.5", "kW"), STRAIT_OK);
    ck_assert_double_eq(c->site.v[0].power_cap, 2500);
    ck_assert_int_eq(set(KIND_site, FLD_site_build_share, "50%", NULL), STRAIT_OK);
    ck_assert_double_eq(c->site.v[0].build_share, 0.5);
    ck_assert_int_eq(set(KIND_site, FLD_site_power_cap, "2.5 kW", "kW"), STRAIT_EINPUT);
    ck_assert_int_eq(set(KIND_site, FLD_site_power_cap, "2.5 GB", NULL), STRAIT_EINPUT);
    ck_assert_str_eq(last()->allowed, "W, kW, MW, GW");
    ck_assert_int_eq(set(KIND_site, FLD_site_power_cap, "2.5", "GB"), STRAIT_EINPUT);
}
END_TEST

START_TEST(integers_are_digits_and_stay_exact)
{
    static const char *const bad[] = {"1e3", "2.0", "2.5", "0x10", "1 000", "99999999999999999999", "", "nan", "3h"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(set(KIND_offer, FLD_offer_count, bad[i], NULL) == STRAIT_EINPUT, "%s", bad[i]);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_count, "+1000000000", NULL), STRAIT_OK);
    ck_assert_int_eq(c->offer.v[0].count, 1000000000);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_term, "2 y", NULL), STRAIT_OK);
    ck_assert_int_eq(c->offer.v[0].term, 730);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_term, "48", "h"), STRAIT_OK);
    ck_assert_int_eq(c->offer.v[0].term, 2);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_term, "12 h", NULL), STRAIT_EINPUT);
    ck_assert_ptr_nonnull(strstr(last()->text, "whole number of d"));
}
END_TEST

START_TEST(words_and_flags_are_exact_and_name_the_nearest)
{
    ck_assert_int_eq(set(KIND_offer, FLD_offer_contract, "leese", NULL), STRAIT_EINPUT);
    ck_assert_ptr_nonnull(strstr(last()->text, "did you mean \"lease\""));
    ck_assert_str_eq(last()->allowed, "owned, on_demand, spot, lease or purchase");
    ck_assert_int_eq(set(KIND_offer, FLD_offer_contract, "zzz", NULL), STRAIT_EINPUT);
    ck_assert_ptr_null(strstr(last()->text, "did you mean"));
    ck_assert_int_eq(set(KIND_offer, FLD_offer_contract, "lease", NULL), STRAIT_OK);
    ck_assert_int_eq(c->offer.v[0].contract, CONTRACT_LEASE);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_autoscale, "yes", NULL), STRAIT_EINPUT);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_autoscale, "TRUE", NULL), STRAIT_EINPUT);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_autoscale, "false", NULL), STRAIT_OK);
    ck_assert(!c->offer.v[0].autoscale);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_acquired, "2026-02-30", NULL), STRAIT_EINPUT);
}
END_TEST

START_TEST(texts_are_printable_utf8_and_names_are_names)
{
    static const char *const bad_text[] = {"", "a\nb", "a\tb", "a\x7f", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xff",
                                           "\xf4\x90\x80\x80", "\xc2\x85", "\xe2\x80\xa8"};
    static const char *const bad_name[] = {"", "-a", ".a", "_a", "a b", "a/b", "a*", "#1", "\xc3\xa9",
        "a2345678901234567890123456789012345678901234567890123456789012345"};

    for (size_t i = 0; i < sizeof bad_text / sizeof bad_text[0]; i++)
        ck_assert_msg(set(KIND_site, FLD_site_source, bad_text[i], NULL) == STRAIT_EINPUT, "%zu", i);
    ck_assert_int_eq(set(KIND_site, FLD_site_source, "\xe6\x96\xb0\xe5\x8a\xa0\xe5\x9d\xa1, p. 3 \xf0\x9f\x99\x82",
                         NULL), STRAIT_OK);
    for (size_t i = 0; i < sizeof bad_name / sizeof bad_name[0]; i++) {
        ck_assert_msg(set(KIND_site, FLD_site_name, bad_name[i], NULL) == STRAIT_EINPUT, "%zu", i);
        ck_assert_msg(set(KIND_offer, FLD_offer_site, bad_name[i], NULL) == STRAIT_EINPUT, "%zu", i);
    }
    ck_assert_int_eq(set(KIND_site, FLD_site_name, "0a_.-Z", NULL), STRAIT_OK);
}
END_TEST

START_TEST(lists_divide_at_bars_or_blanks_and_know_their_words)
{
    ck_assert_int_eq(set(KIND_offer, FLD_offer_includes, "power | cooling", NULL), STRAIT_OK);
    ck_assert_uint_eq(c->offer.v[0].includes.n, 2);
    ck_assert_str_eq(c->offer.v[0].includes.v[1], "cooling");
    ck_assert_int_eq(set(KIND_offer, FLD_offer_includes, "power cooling network", NULL), STRAIT_OK);
    ck_assert_uint_eq(c->offer.v[0].includes.n, 3);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_includes, "", NULL), STRAIT_OK);
    ck_assert_uint_eq(c->offer.v[0].includes.n, 0);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_includes, "power|coling", NULL), STRAIT_EINPUT);
    ck_assert_ptr_nonnull(strstr(last()->text, "did you mean \"cooling\""));
    ck_assert_int_eq(set(KIND_offer, FLD_offer_includes, "power||cooling", NULL), STRAIT_EINPUT);
    ck_assert_int_eq(set(KIND_offer, FLD_offer_tags, "two words|three", NULL), STRAIT_OK);
    ck_assert_str_eq(c->offer.v[0].tags.v[0], "two words");
}
END_TEST

START_TEST(an_override_reaches_settings_rows_and_all_rows)
{
    ck_assert_int_eq(case_add_text(cx, c, "+offers a.b; site=johor; accelerator=h200; contract=spot; count=1\n"
                                          "+tariffs; site=johor; from=2027-01-05; tariff=0.2\n"), STRAIT_OK);
    ck_assert_int_eq(case_override(cx, c, "periods=6", "--set", 1), STRAIT_OK);
    ck_assert_int_eq(case_override(cx, c, "case.discount_rate=5%", "--set", 1), STRAIT_OK);
    ck_assert_int_eq(case_override(cx, c, "offers.a.b.price=3", "--set", 1), STRAIT_OK);
    ck_assert_int_eq(case_override(cx, c, "tariffs.#1.tariff=0.3", "--set", 1), STRAIT_OK);
    ck_assert_int_eq(case_override(cx, c, "offers.*.spare=0.1", "--set", 1), STRAIT_OK);
    ck_assert_int_eq(c->settings.periods, 6);
    ck_assert_double_eq(c->settings.discount_rate, 0.05);
    ck_assert_double_eq(c->offer.v[1].price, 3);
    ck_assert_double_eq(c->offer.v[0].price, 2);
    ck_assert_double_eq(c->tariff.v[0].tariff, 0.3);
    ck_assert_double_eq(c->offer.v[0].spare + c->offer.v[1].spare, 0.2);
}
END_TEST

START_TEST(an_override_multiplies_numbers_that_are_there)
{
    ck_assert_int_eq(case_override(cx, c, "offers.rent.price*=1.5", "--set", 1), STRAIT_OK);
    ck_assert_double_eq(c->offer.v[0].price, 3);
    ck_assert_int_eq(case_override(cx, c, "offers.*.price=*2", "--set", 1), STRAIT_OK);
    ck_assert_double_eq(c->offer.v[0].price, 6);
    ck_assert_int_eq(case_override(cx, c, "offers.rent.count*=0.5", "--set", 1), STRAIT_OK);
    ck_assert_int_eq(c->offer.v[0].count, 500);
    ck_assert_int_eq(case_override(cx, c, "offers.rent.life*=2", "--set", 1), STRAIT_OK);
    ck_assert_double_eq(c->offer.v[0].life, 10);
    ck_assert_int_eq(case_override(cx, c, "offers.rent.term*=2", "--set", 1), STRAIT_EINPUT);
    ck_assert_ptr_nonnull(strstr(last()->text, "nothing to multiply"));
    ck_assert_int_eq(case_override(cx, c, "sites.johor.pue*=9", "--set", 1), STRAIT_EINPUT);
    ck_assert_int_eq(case_override(cx, c, "sites.johor.shore*=2", "--set", 1), STRAIT_EINPUT);
    ck_assert_int_eq(case_override(cx, c, "sites.johor.pue*=x", "--set", 1), STRAIT_EINPUT);
}
END_TEST

START_TEST(an_override_that_names_nothing_says_what_is_near)
{
    static const struct { const char *text, *part; } rows[] = {
        {"periods", "not an override"}, {"=3", "not an override"}, {"*=3", "not an override"}, {"", "not an override"},
        {"perids=3", "did you mean \"periods\""}, {"offer.rent.price=3", "did you mean \"offers\""},
        {"offers.rents.price=3", "did you mean \"rent\""}, {"offers.rent.prise=3", "did you mean \"price\""},
        {"offers.price=3", "PLURAL"}, {"tariffs.x.tariff=1", "no names"}, {"tariffs.#1.tariff=1", "no row"},
        {"offers.#0.price=1", "no row"}, {"offers.#2.price=1", "no row"}, {"offers.#1x.price=1", "no row"},
        {"offers.rent.name=x", "rename"}, {"offers..price=1", "unknown"}, {"case.*.start=1", "unknown key"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(case_override(cx, c, rows[i].text, "--set", 1) == STRAIT_EINPUT, "%s", rows[i].text);
        ck_assert_str_eq(last()->file, "--set");
        ck_assert_msg(strstr(last()->text, rows[i].part) != NULL || strstr(last()->allowed, rows[i].part) != NULL,
                      "%s: %s", rows[i].text, last()->text);
    }
}
END_TEST

START_TEST(a_later_override_wins_and_an_empty_one_takes_away)
{
    ck_assert_int_eq(case_override(cx, c, "offers.rent.price=3 EUR/h", "--set", 1), STRAIT_OK);
    ck_assert_int_eq(case_override(cx, c, "offers.rent.price=4", "--set", 1), STRAIT_OK);
    ck_assert_int_eq(case_override(cx, c, "offers.rent.capex=3 EUR", "--set", 1), STRAIT_OK);
    ck_assert_int_eq(case_override(cx, c, "offers.rent.capex=", "--set", 1), STRAIT_OK);
    ck_assert_int_eq(case_finish(cx, c), STRAIT_OK);
    ck_assert_double_eq(c->offer.v[0].price, 4);
    ck_assert_double_eq(c->offer.v[0].capex, 0);
}
END_TEST

START_TEST(faults_know_the_line_of_each_field)
{
    const char *file;
    unsigned line;

    ck_assert_int_eq(set(KIND_offer, FLD_offer_price, "5", NULL), STRAIT_OK);
    case_origin(c, KIND_offer, 0, FLD_offer_price, &file, &line);
    ck_assert_uint_eq(line, 33);
    case_origin(c, KIND_offer, 0, FLD_offer_count, &file, &line);
    ck_assert_uint_eq(line, 8);
    ck_assert_int_eq(case_override(cx, c, "offers.rent.count=7", "--set", 1), STRAIT_OK);
    case_origin(c, KIND_offer, 0, FLD_offer_count, &file, &line);
    ck_assert_str_eq(file, "--set");
    ck_assert_uint_eq(line, 1);
    case_origin(c, KIND_offer, 0, -1, &file, &line);
    ck_assert_str_eq(file, "test.cfg");
    ck_assert_uint_eq(line, 8);
}
END_TEST

START_TEST(values_read_back_as_text_before_and_after_finishing)
{
    static const struct { const char *path, *text; } rows[] = {
        {"start", "2027-01-04"}, {"case.periods", "4"}, {"offers.rent.price", "2"}, {"offers.rent.site", "johor"},
        {"offers.rent.contract", "on_demand"}, {"offers.rent.includes", "power|network"}, {"offers.#1.term", ""},
        {"rules.r.when", "site.country == 'MY'"}, {"workloads.t1.interruptible", "false"},
    };
    const char *text;

    ck_assert_int_eq(case_add_text(cx, c, "offers.rent.includes=power network\n"
                                          "+rules r; effect=deny; when=site.country == 'MY'; to=2027-01-05\n"),
                     STRAIT_OK);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            ck_assert_int_eq(case_get(cx, c, rows[i].path, &text), STRAIT_OK);
            ck_assert_str_eq(text, rows[i].text);
        }
        if (pass == 0)
            ck_assert_int_eq(case_finish(cx, c), STRAIT_OK);
    }
    ck_assert_int_eq(case_get(cx, c, "offers.rent.life", &text), STRAIT_OK);
    ck_assert_str_eq(text, "5");
    ck_assert_int_eq(case_get(cx, c, "offers.rant.life", &text), STRAIT_EUSAGE);
    ck_assert_ptr_nonnull(strstr(cx->message, "did you mean \"rent\""));
    ck_assert_int_eq(case_get(cx, c, "offers.*.life", &text), STRAIT_EUSAGE);
}
END_TEST

static TCase *text_case(void)
{
    TCase *t = tcase_create("texts");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, numbers_are_decimal_and_whole_texts);
    tcase_add_test(t, numbers_outside_their_range_are_refused_with_the_range);
    tcase_add_test(t, units_convert_from_the_text_or_the_column_and_not_both);
    tcase_add_test(t, integers_are_digits_and_stay_exact);
    tcase_add_test(t, words_and_flags_are_exact_and_name_the_nearest);
    tcase_add_test(t, texts_are_printable_utf8_and_names_are_names);
    tcase_add_test(t, lists_divide_at_bars_or_blanks_and_know_their_words);
    return t;
}

static TCase *path_case(void)
{
    TCase *t = tcase_create("paths");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, an_override_reaches_settings_rows_and_all_rows);
    tcase_add_test(t, an_override_multiplies_numbers_that_are_there);
    tcase_add_test(t, an_override_that_names_nothing_says_what_is_near);
    tcase_add_test(t, a_later_override_wins_and_an_empty_one_takes_away);
    tcase_add_test(t, faults_know_the_line_of_each_field);
    tcase_add_test(t, values_read_back_as_text_before_and_after_finishing);
    return t;
}

Suite *value_suite(void)
{
    Suite *s = suite_create("value");

    suite_add_tcase(s, text_case());
    suite_add_tcase(s, path_case());
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(value_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
