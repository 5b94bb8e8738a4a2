/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Predicates, and rules over workloads, offers, acts and days. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "domain/domain.h"
#include "support/case_build.h"

Suite *rule_suite(void);

static strait_ctx *cx;
static strait_case *c;

/* Offers: 0 rent (on_demand), 1 old (owned since 2024), 2 new (owned since 2027), 3 l (lease, signed 2026),
   4 m (lease, not signed), 5 p (purchase), 6 home (on_demand, onshore, Ascend).  Workloads: 0 t1, 1 b (batch). */
static const char *const wide =
    "+companies gov; seat=SA; parent_seat=US\n"
    "+sites cn; country=CN; shore=onshore; pue=1.3; tariff=0.1; carbon=500; funding=state; tags=west|green\n"
    "+accelerators a910; vendor=Huawei; family=ascend; bf16=400; memory=64; memory_bandwidth=1600; rated_power=1000; "
    "idle_power=200; released=2023-09-01\n"
    "+offers old; site=johor; accelerator=h200; contract=owned; count=8; acquired=2024-05-01\n"
    "+offers new; site=johor; accelerator=h200; contract=owned; count=8; acquired=2027-01-01\n"
    "+offers l; site=johor; accelerator=h200; contract=lease; price=1; term=7; maximum=64; company=gov\n"
    "+offers m; site=johor; accelerator=h200; contract=lease; price=1; term=7; maximum=64\n"
    "+offers p; site=johor; accelerator=h200; contract=purchase; capex=1; maximum=64\n"
    "+offers home; site=cn; accelerator=a910; contract=on_demand; price=1; count=8\n"
    "+signed_leases; offer=l; count=8; start=2026-07-01; end=2027-06-01; signed_on=2026-06-01\n"
    "+workloads b; company=gov; task=batch; model=m70; requests=1e6; input_len=1; output_len=1; data_class=personal; "
    "data_home=CN; dataset=10; weights_home=MY; interruptible=true; tags=gov; penalty=3\n";

enum { RENT, OLD, NEW, L, M, P, HOME, N_OFFER };

static void setup(void)
{
    cx = strait_ctx_new();
    c = NULL;
}

static void teardown(void)
{
    case_free(c);
    strait_ctx_free(cx);
}

static void make(const char *more)
{
    str text = {0};

    str_puts(&text, wide);
    str_puts(&text, more);
    case_free(c);
    c = case_finished(cx, text.s);
    str_free(&text);
}

static int64_t day(const char *text)
{
    int64_t out = 0;

    ck_assert(date_parse(text, &out));
    return out;
}

static bool holds(const char *text, int w, int o, unsigned act)
{
    struct expr *e = NULL;

    ck_assert_msg(expr_compile(cx, c, text, "x.cfg", 1, "rules.r.when", &e) == STRAIT_OK, "%s", text);
    return expr_eval(c, e, w, o, act);
}

START_TEST(predicates_say_what_they_mean)
{
    static const struct { const char *text; bool t1_rent, b_home; } rows[] = {
        {"true", true, true}, {"false", false, false}, {"not false", true, true}, {"not not false", false, false},
        {"site.country == 'MY'", true, false}, {"site.country != \"MY\"", false, true}, {"'MY' == site.country", true, false},
        {"site.shore == 'onshore'", false, true}, {"site.shore in ['onshore', 'offshore']", true, true},
        {"site.country not in ['MY','SG']", false, true}, {"site.country in ['SG']", false, false},
        {"'west' in site.tags", false, true}, {"'east' not in site.tags", true, true}, {"'gov' in workload.tags", false, true},
        {"workload.task == 'training'", true, false}, {"workload.interruptible", false, true},
        {"workload.interruptible == false", true, false}, {"not workload.interruptible", true, false},
        {"model.total_params >= 70", true, true}, {"model.total_params > 70", false, false},
        {"accelerator.bf16 < 9.9e2", false, true}, {"accelerator.bf16 <= 990", true, true},
        {"workload.tokens == 1e12", true, false}, {"workload.penalty > -1", false, true},
        {"workload.penalty != 2", false, true}, {"workload.data_class != 'public'", false, true},
        {"accelerator.released < 2024-01-01", false, true}, {"accelerator.released == 2023-09-01T00:00Z", false, true},
        {"offer.site == 'johor'", true, false}, {"offer.name == 'rent'", true, false}, {"owner.seat == 'SA'", false, true},
        {"owner.parent_seat != owner.seat", false, true}, {"workload.data_home == site.country", false, true},
        {"act == 'use'", true, true}, {"act in ['rent','buy']", false, false},
        {"true or false and false", true, true}, {"(true or false) and false", false, false},
        {"not false and false", false, false}, {"not (true and false)", true, true},
        {"site.country == 'MY' and accelerator.vendor == 'Nvidia' or workload.task == 'batch'", true, true},
        {"site.country == 'MY'and not(accelerator.vendor == 'Huawei')", true, false},
    };

    make("");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(holds(rows[i].text, 0, RENT, ACT_USE) == rows[i].t1_rent, "%s", rows[i].text);
        ck_assert_msg(holds(rows[i].text, 1, HOME, ACT_USE) == rows[i].b_home, "%s", rows[i].text);
    }
}
END_TEST

START_TEST(without_a_workload_the_owner_is_the_offers_and_the_rest_is_not_given)
{
    make("");
    ck_assert(holds("owner.name == 'gov'", -1, L, ACT_LEASE));
    ck_assert(holds("owner.name == 'acme'", -1, M, ACT_LEASE));
    ck_assert(holds("owner.name == 'gov'", 1, M, ACT_USE));
    ck_assert(!holds("workload.task == 'batch'", -1, L, ACT_LEASE));
    ck_assert(!holds("workload.task != 'batch'", -1, L, ACT_LEASE));
    ck_assert(!holds("model.layers > 1", -1, L, ACT_LEASE));
    ck_assert(!holds("workload.interruptible == false", -1, L, ACT_LEASE));
    ck_assert(!holds("'gov' not in workload.tags", -1, L, ACT_LEASE));
}
END_TEST

START_TEST(what_cannot_be_a_predicate_is_told_with_its_position)
{
    static const struct { const char *text, *part; } rows[] = {
        {"", "ends too early"}, {" ", "ends too early"}, {"true and", "position 9: ends too early"},
        {"site.contry == 'MY'", "position 1: unknown attribute \"site.contry\" (did you mean \"site.country\"?)"},
        {"true and foo.bar == 1", "position 10: unknown attribute \"foo.bar\""},
        {"country == 'MY'", "unknown attribute"}, {"site. == 'MY'", "unknown attribute"},
        {"site.country == 3", "a text is compared with a number"},
        {"site.pue == 'x'", "a number is compared with a text"},
        {"accelerator.released > 3", "a date is compared with a number"},
        {"workload.interruptible > true", "no order"}, {"site.country < 'MY'", "no order"},
        {"site.country", "alone is neither"}, {"3", "alone is neither"}, {"site.country = 'MY'", "does not fit"},
        {"site.shore == 'offshor'", "did you mean 'offshore'"}, {"site.shore in ['on']", "can never be met"},
        {"act == 'used'", "did you mean 'use'"}, {"'x' == act", "never be met"}, {"'steam' in offer.includes", "never be met"},
        {"site.country in 'MY'", "needs a list"}, {"site.pue in ['1']", "needs a text"}, {"site.tags == ['a']", "lists cannot"},
        {"site.country in [3]", "does not fit"}, {"site.country in ['a' 'b']", "does not fit"}, {"site.country in []", "not fit"},
        {"site.country in ['a'", "ends too early"}, {"(true", "ends too early"}, {"true)", "position 5"}, {"true true", "position 6"},
        {"not", "ends too early"}, {"true && false", "does not fit"}, {"site.country == 'MY", "does not fit"},
        {"site.pue > 0x10", "does not fit"}, {"site.pue > 1e999", "does not fit"}, {"site.pue > nan", "unknown attribute"},
        {"accelerator.released > 2023-13-01", "does not fit"}, {"site.pue > 2MW", "does not fit"},
        {"site.country not == 'MY'", "does not fit"}, {"== 3", "does not fit"}, {"site.pue == == 3", "does not fit"},
        {"or", "does not fit"}, {"1 < 2 < 3", "does not fit"},
    };
    struct expr *e = NULL;

    make("");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct fault *f;

        ck_assert_msg(expr_compile(cx, c, rows[i].text, "x.cfg", 7, "rules.r.when", &e) == STRAIT_EINPUT, "%s",
                      rows[i].text);
        f = &cx->faults.v[cx->faults.n - 1];
        ck_assert_msg(strstr(f->text, rows[i].part) != NULL, "%s: %s", rows[i].text, f->text);
        ck_assert_uint_eq(f->line, 7);
        ck_assert_str_eq(f->value, rows[i].text);
    }
    ck_assert_ptr_null(e);
}
END_TEST

static char *repeat(const char *part, int n, const char *last)
{
    str text = {0};

    for (int i = 0; i < n; i++)
        str_puts(&text, part);
    str_puts(&text, last);
    return text.s;
}

START_TEST(depth_and_size_are_bounded)
{
    static const struct { const char *part; int n; const char *last; strait_status st; } rows[] = {
        {"not ", 60, "true", STRAIT_OK}, {"not ", 100000, "true", STRAIT_EINPUT}, {"(", 100000, "true", STRAIT_EINPUT},
        {"true and ", 400, "true", STRAIT_OK}, {"true or ", 100000, "true", STRAIT_EINPUT},
    };

    make("");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = repeat(rows[i].part, rows[i].n, rows[i].last);
        struct expr *e = NULL;

        ck_assert_int_eq(expr_compile(cx, c, text, "x.cfg", 7, "k", &e), rows[i].st);
        if (e != NULL)
            ck_assert(expr_eval(c, e, 0, 0, ACT_USE));
        mem_free(text);
    }
}
END_TEST

START_TEST(acts_follow_from_the_contract_and_from_where_things_lie)
{
    make("");
    ck_assert_uint_eq(acts_of(c, 0, RENT), ACT_USE | ACT_RENT);
    ck_assert_uint_eq(acts_of(c, 0, OLD), ACT_USE);
    ck_assert_uint_eq(acts_of(c, 0, L), ACT_USE);
    ck_assert_uint_eq(acts_of(c, 1, L), ACT_USE | ACT_MOVE_DATA);
    ck_assert_uint_eq(acts_of(c, 1, HOME), ACT_USE | ACT_RENT | ACT_MOVE_WEIGHTS);
}
END_TEST

START_TEST(a_rule_binds_by_its_predicate_and_acts)
{
    make("+rules d; effect=deny; when=site.country == 'MY' and workload.task == 'batch'\n"
         "+rules q; effect=require; when=site.funding == 'state'; must=accelerator.vendor == 'Nvidia'\n"
         "+rules x; effect=deny; acts=move_data; when=workload.data_class == 'personal'\n"
         "+rules y; effect=deny; acts=use|rent|lease; when=act == 'rent' or act == 'lease'\n"
         "+rules z; effect=deny; enabled=false\n");
    ck_assert(rule_applies(c, 0, 1, RENT, ACT_USE));
    ck_assert(!rule_applies(c, 0, 1, RENT, ACT_RENT));
    ck_assert(!rule_applies(c, 0, 0, RENT, ACT_USE));
    ck_assert(rule_applies(c, 1, 0, HOME, ACT_USE));
    ck_assert(!rule_applies(c, 1, 0, RENT, ACT_USE));
    ck_assert_int_eq(rules_bar(c, 1, OLD, 0), 0);
    ck_assert_int_eq(rules_bar(c, 0, HOME, 0), 1);
    ck_assert_int_eq(rules_bar(c, 1, HOME, 0), 1);
    ck_assert(rule_applies(c, 2, 1, RENT, acts_of(c, 1, RENT)));
    ck_assert(!rule_applies(c, 2, 1, HOME, acts_of(c, 1, HOME)));
    ck_assert(rule_applies(c, 3, 0, RENT, ACT_RENT));
    ck_assert(!rule_applies(c, 3, 0, RENT, ACT_USE));
    ck_assert(!rule_applies(c, 4, 0, RENT, ACT_USE));
    ck_assert_int_eq(rules_bar(c, 0, RENT, 0), 3);
    ck_assert_int_eq(rules_bar(c, 0, OLD, 0), -1);
    ck_assert_int_eq(rules_bar_signing(c, L, day("2027-01-04")), 3);
    ck_assert_int_eq(rules_bar_signing(c, P, day("2027-01-04")), -1);
    ck_assert_int_eq(rules_bar_signing(c, RENT, day("2027-01-04")), -1);
}
END_TEST

START_TEST(a_rule_is_in_force_from_its_first_day_to_its_last)
{
    make("+rules r; effect=deny; acts=use|lease; from=2027-01-13; to=2027-01-20\n");
    ck_assert_uint_eq(c->n_segment, 6);
    for (size_t t = 0; t < 6; t++) {
        bool in = t == 2 || t == 3;

        ck_assert_int_eq(rules_bar(c, 0, RENT, t), in ? 0 : -1);
        ck_assert(rule_in_force(c, 0, c->segment[t].from, c->segment[t].to) == in);
    }
    ck_assert_int_eq(rules_bar_signing(c, M, day("2027-01-12")), -1);
    ck_assert_int_eq(rules_bar_signing(c, M, day("2027-01-13")), 0);
    ck_assert_int_eq(rules_bar_signing(c, M, day("2027-01-19T12:00Z")), 0);
    ck_assert_int_eq(rules_bar_signing(c, M, day("2027-01-20")), -1);
}
END_TEST

START_TEST(the_first_rule_in_force_is_the_one_that_bars)
{
    make("+rules late; effect=deny; from=2027-01-18\n+rules all; effect=deny\n+rules l; effect=limit; quantity=hours; "
         "at_most=1\n");
    ck_assert_int_eq(rules_bar(c, 0, RENT, 0), 1);
    ck_assert_int_eq(rules_bar(c, 0, RENT, 2), 0);
}
END_TEST

START_TEST(grandfathering_spares_old_stock_and_old_leases_alone)
{
    make("+rules ban; effect=deny; when=accelerator.vendor == 'Nvidia'; grandfather=2026-09-01\n");
    ck_assert_int_eq(rules_bar(c, 0, RENT, 0), 0);
    ck_assert_int_eq(rules_bar(c, 0, OLD, 0), -1);
    ck_assert_int_eq(rules_bar(c, 0, NEW, 0), 0);
    ck_assert_int_eq(rules_bar(c, 0, L, 0), -1);
    ck_assert_int_eq(rules_bar(c, 0, M, 0), 0);
    ck_assert_int_eq(rules_bar(c, 0, P, 0), 0);
    ck_assert_int_eq(rules_bar_signing(c, L, day("2026-08-31")), -1);
    ck_assert_int_eq(rules_bar_signing(c, L, day("2026-09-01")), 0);
    ck_assert_int_eq(rules_bar_signing(c, L, day("2027-01-10")), 0);
    ck_assert_int_eq(rules_bar_signing(c, M, day("2027-01-10")), -1);
    make("+rules ban; effect=deny; when=accelerator.vendor == 'Nvidia'; grandfather=2026-09-01; to=2027-01-11\n");
    ck_assert_int_eq(rules_bar_signing(c, L, day("2027-01-10")), 0);
    ck_assert_int_eq(rules_bar_signing(c, L, day("2027-01-11")), -1);
}
END_TEST

START_TEST(one_new_lease_ends_the_grandfathering_of_its_offer)
{
    make("+signed_leases; offer=l; count=8; start=2026-10-01; end=2027-06-01\n"
         "+rules ban; effect=deny; when=accelerator.vendor == 'Nvidia'; grandfather=2026-09-01\n");
    ck_assert_int_eq(rules_bar(c, 0, L, 0), 0);
    ck_assert_int_eq(rules_bar_signing(c, L, day("2027-01-10")), -1);
}
END_TEST

START_TEST(a_ban_on_signing_spares_what_is_signed_before_its_day)
{
    make("+rules ban; effect=deny; acts=lease|buy; when=site.country == 'MY'; grandfather=2027-01-11\n");
    ck_assert_int_eq(rules_bar(c, 0, L, 0), -1);
    ck_assert_int_eq(rules_bar_signing(c, L, day("2027-01-10")), -1);
    ck_assert_int_eq(rules_bar_signing(c, L, day("2027-01-11")), 0);
    ck_assert_int_eq(rules_bar_signing(c, P, day("2027-01-11")), 0);
    ck_assert(rule_applies(c, 0, -1, M, ACT_LEASE));
    ck_assert(!rule_applies(c, 0, -1, M, ACT_USE));
}
END_TEST

START_TEST(a_share_has_its_denominator)
{
    make("+rules s; effect=limit; quantity=share; at_most=0.5; when=site.shore == 'offshore'; of=workload.task == 'training'\n"
         "+rules h; effect=limit; quantity=hours; at_most=1\n");
    ck_assert(rule_of(c, 0, 0, HOME));
    ck_assert(!rule_of(c, 0, 1, HOME));
    ck_assert(rule_applies(c, 0, 1, RENT, ACT_USE));
    ck_assert(!rule_applies(c, 0, 1, HOME, ACT_USE));
}
END_TEST

static TCase *expr_case(void)
{
    TCase *t = tcase_create("predicates");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, predicates_say_what_they_mean);
    tcase_add_test(t, without_a_workload_the_owner_is_the_offers_and_the_rest_is_not_given);
    tcase_add_test(t, what_cannot_be_a_predicate_is_told_with_its_position);
    tcase_add_test(t, depth_and_size_are_bounded);
    return t;
}

static TCase *rule_case(void)
{
    TCase *t = tcase_create("rules");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, acts_follow_from_the_contract_and_from_where_things_lie);
    tcase_add_test(t, a_rule_binds_by_its_predicate_and_acts);
    tcase_add_test(t, a_rule_is_in_force_from_its_first_day_to_its_last);
    tcase_add_test(t, the_first_rule_in_force_is_the_one_that_bars);
    tcase_add_test(t, grandfathering_spares_old_stock_and_old_leases_alone);
    tcase_add_test(t, one_new_lease_ends_the_grandfathering_of_its_offer);
    tcase_add_test(t, a_ban_on_signing_spares_what_is_signed_before_its_day);
    tcase_add_test(t, a_share_has_its_denominator);
    return t;
}

Suite *rule_suite(void)
{
    Suite *s = suite_create("rule");

    suite_add_tcase(s, expr_case());
    suite_add_tcase(s, rule_case());
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(rule_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
