/* SPDX-License-Identifier: GPL-3.0-or-later */
/* case_finish: what it fills in, and one row of the table for each kind of fault. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "domain/domain.h"
#include "support/case_build.h"

Suite *finish_suite(void);

static strait_ctx *cx;
static strait_case *c;

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

/* The lines of case_small without those that begin with `without` (NULL: all), and more lines. */
static strait_status finish(const char *without, const char *more)
{
    str text = {0};
    strait_status st;

    for (const char *s = case_small; *s != '\0';) {
        size_t n = strcspn(s, "\n") + 1;

        if (without == NULL || strncmp(s, without, strlen(without)) != 0)
            str_put(&text, s, n);
        s += n;
    }
    str_puts(&text, more);
    case_free(c);
    c = case_from_text(cx, text.s);
    str_free(&text);
    ck_assert_ptr_nonnull(c);
    st = case_finish(cx, c);
    return st;
}

struct row { const char *without, *more, *key, *part; };

static void expect(enum severity sev, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        strait_status st;

        cx_clear(cx);
        st = finish(rows[i].without, rows[i].more);
        if (fault_find(cx, sev, rows[i].key, rows[i].part) == NULL) {
            for (size_t k = 0; k < cx->faults.n; k++)
                printf("  %s: %s\n", cx->faults.v[k].key, cx->faults.v[k].text);
            ck_abort_msg("row %zu: no fault of %s: %s", i, rows[i].key, rows[i].part);
        }
        ck_assert_msg(st == (sev == SEV_ERROR ? STRAIT_EINPUT : STRAIT_OK), "row %zu: status %d", i, (int)st);
        for (size_t k = 0; k < cx->faults.n; k++)
            ck_assert_msg(cx->faults.v[k].allowed != NULL, "row %zu does not say what is allowed", i);
        /* A fault is told once and draws no others with it, but where a whole table is missing. */
        ck_assert_msg(sev == SEV_WARNING || cx->n_error == 1 || strcmp(rows[i].part, "empty") == 0 ||
                          strstr(rows[i].more, "#many") != NULL,
                      "row %zu: %zu errors", i, cx->n_error);
    }
}
#define EXPECT(sev, rows) expect(sev, rows, sizeof(rows) / sizeof((rows)[0]))

#define LEASE "+offers l; site=johor; accelerator=h200; contract=lease; "
#define SERVICE "+workloads s; company=acme; task=service; model=m70; input_len=1000; output_len=500\n"
#define DEMAND "+demands; workload=s; region=home; requests=100"

START_TEST(the_smallest_case_holds_together)
{
    ck_assert_int_eq(finish(NULL, ""), STRAIT_OK);
    ck_assert_uint_eq(cx->faults.n, 0);
    ck_assert_uint_eq(c->n_period, 4);
    ck_assert_uint_eq(c->n_segment, 4);
}
END_TEST

START_TEST(what_is_left_out_is_filled_in)
{
    ck_assert_int_eq(finish(NULL, SERVICE DEMAND "\n" LEASE "price=1; term=7; maximum=8\n"
                                  "+signed_leases; offer=l; count=8; end=2027-01-11\n"
                                  "+ports; workload=s; family=hopper\n"),
                     STRAIT_OK);
    ck_assert_str_eq(c->settings.currency, "USD");
    ck_assert_str_eq(c->company.v[0].parent_seat, "CN");
    ck_assert_str_eq(c->site.v[0].operator_seat, "MY");
    ck_assert_str_eq(c->site.v[0].owner_seat, "MY");
    ck_assert_int_eq(c->offer.v[0].company, 0);
    ck_assert_int_eq(c->offer.v[0].unit, 8);
    ck_assert(c->offer.v[0].autoscale);
    ck_assert_int_eq(c->offer.v[0].term, INT64_MIN);
    ck_assert_double_eq(c->workload.v[0].weights, 140);
    ck_assert_int_eq(c->workload.v[0].start, c->settings.start);
    ck_assert_int_eq(c->workload.v[0].end, c->settings.start + 28 * DAY_S);
    ck_assert_int_eq(c->demand.v[0].to, c->workload.v[0].end);
    ck_assert_int_eq(c->signed_lease.v[0].signed_on, c->settings.start);
    ck_assert_double_nan(c->signed_lease.v[0].price);
    ck_assert_double_nan(c->workload.v[0].penalty);
    ck_assert_int_eq(c->port.v[0].from, c->settings.start);
    ck_assert_int_eq(case_find(c, KIND_offer, "l"), 1);
    ck_assert_int_eq(case_find(c, KIND_offer, "johor"), -1);
    ck_assert_int_eq(case_find(c, KIND_offer, "never_seen"), -1);
}
END_TEST

START_TEST(essential_tables_are_not_empty)
{
    static const struct row rows[] = {
        {"+compan", "", "companies", "empty"}, {"+accel", "", "accelerators", "empty"},
        {"+sites", "", "sites", "empty"},
        {"+offers", "", "offers", "empty"}, {"+models", "", "models", "empty"}, {"+workl", "", "workloads", "empty"},
    };

    EXPECT(SEV_ERROR, rows);
}
END_TEST

START_TEST(required_fields_names_and_references)
{
    static const struct row rows[] = {
        {"start", "", "case.start", "required"}, {"periods", "", "case.periods", "required"},
        {NULL, "+companies b\n", "companies.b.seat", "required"},
        {NULL, "+companies ; seat=CN\n", "companies.#2.name", "required"},
        {NULL, "+companies acme; seat=CN\n", "companies.acme.name", "test.cfg:3"},
        {NULL, "+networks; site=johar; region=home; rtt=1\n", "networks.#2.site", "did you mean \"johor\""},
        {"+regions", "", "networks.#1.region", "there are none"},
        {NULL, "offers.rent.accelerator=h20\n", "offers.rent.accelerator", "did you mean \"h200\""},
        {NULL, "offers.rent.company=nobody\n", "offers.rent.company", "no company"},
        {NULL, "+networks; site=johor; region=home; rtt=1\n", "networks.#2.site",
         "site, region as the row at test.cfg:7"},
        {NULL, "+ports; workload=t1; family=hopper\n+ports; workload=t1; family=hopper\n", "ports.#2.workload", "same"},
        {NULL, "+indexes; year=2020; index=1\n+indexes; year=2020; index=1\n", "indexes.#2.year", "same"},
        {NULL, "+rates; workload=t1; accelerator=h200; phase=train; rate=1\n"
               "+rates; workload=t1; accelerator=h200; phase=train; rate=2\n", "rates.#2.workload", "same"},
        {NULL, "+efficiencies; family=hopper; phase=train; compute=0.4\n"
               "+efficiencies; family=hopper; phase=train; compute=0.5\n", "efficiencies.#2.family", "same"},
    };

    EXPECT(SEV_ERROR, rows);
}
END_TEST

START_TEST(settings_money_and_scenarios)
{
    static const struct row rows[] = {
        {NULL, "currency=usd\n", "case.currency", "three capital"},
        {NULL, "currency=CUR\n", "case.currency", "three capital"},
        {NULL, "period=month\nperiods=3000\n", "case.periods", "too long"},
        {NULL, "period=hour\nperiods=100001\n", "case.periods", "1 to 100000"},
        {NULL, "+exchanges Euro; rate=1\n", "exchanges.Euro.name", "three capital"},
        {NULL, "+exchanges USD; rate=2\n", "exchanges.USD.rate", "own currency"},
        {NULL, "offers.rent.price=3 EUR/h\n", "offers.rent.price", "no exchange rate into USD"},
        {NULL, "offers.rent.price_year=2024\n", "offers.rent.price_year", "indexes"},
        {NULL, "offers.rent.price_year=2024\n+indexes; year=2024; index=1\n", "offers.rent.price_year", "indexes"},
        {NULL, "+scenarios a; probability=0.6\n+scenarios b; probability=0.5\n", "scenarios.b.probability", "1.1"},
        {NULL, "+scenarios a; set=nothing\n", "scenarios.a.set", "override"},
    };

    EXPECT(SEV_ERROR, rows);
}
END_TEST

START_TEST(scenario_overrides_are_tried)
{
    static const char *const bad[] = {"offers.rant.price=2", "offers.rent.price=-2", "offers.rent.prise=1",
                                      "offers.rent.contract=loan"};
    struct name_list set = {1, NULL};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *item = bad[i];

        cx_clear(cx);
        case_free(c);
        c = case_from_text(cx, case_small);
        ck_assert_int_eq(case_add_text(cx, c, "+scenarios a\n"), STRAIT_OK);
        set.v = &item;
        c->scenario.v[0].set = set;
        ck_assert_int_eq(case_finish(cx, c), STRAIT_EINPUT);
        ck_assert_uint_eq(cx->n_error, 1);
    }
}
END_TEST

START_TEST(money_comes_into_the_currency_and_year_of_the_case)
{
    ck_assert_int_eq(finish(NULL, "price_year=2026\noffers.rent.price=10 CNY/h\noffers.rent.price_year=2024\n"
                                  "sites.johor.tariff=500 CNY/MWh\nsites.johor.transfer_in=1 USD/TB\n"
                                  "+prices; offer=rent; from=2027-01-11; price=20 CNY/h\n"
                                  "+exchanges CNY; rate=0.14\n+indexes; year=2024; index=100\n"
                                  "+indexes; year=2026; index=110\n"), STRAIT_OK);
    ck_assert_double_eq_tol(c->offer.v[0].price, 10 * 0.14 * 1.1, 1e-12);
    ck_assert_double_eq_tol(c->price.v[0].price, 20 * 0.14 * 1.1, 1e-12);
    ck_assert_double_eq_tol(c->site.v[0].tariff, 0.5 * 0.14, 1e-12);
    ck_assert_double_eq_tol(c->site.v[0].transfer_in, 1e-3, 1e-15);
}
END_TEST

START_TEST(offers_have_what_their_contract_needs)
{
    static const struct row rows[] = {
        {NULL, "+offers o; site=johor; accelerator=h200; contract=owned\n", "offers.o.count", "owned needs it"},
        {NULL, "+offers o; site=johor; accelerator=h200; contract=spot; price=1\n", "offers.o.count", "spot needs it"},
        {NULL, LEASE "price=1; maximum=8\n", "offers.l.term", "lease needs it"},
        {NULL, LEASE "term=7; maximum=8\n", "offers.l.price", "lease needs it"},
        {NULL, LEASE "term=7; price=1\n", "offers.l.maximum", "lease needs it"},
        {NULL, LEASE "term=7; price=1; maximum=8; minimum=9\n", "offers.l.minimum", "maximum"},
        {NULL, LEASE "term=7; price=1; maximum=8; block=16\n", "offers.l.block", "maximum"},
        {NULL, "+offers p; site=johor; accelerator=h200; contract=purchase; maximum=8\n", "offers.p.capex", "needs it"},
        {NULL, "+offers p; site=johor; accelerator=h200; contract=purchase; capex=8\n", "offers.p.maximum", "needs it"},
        {NULL, "+offers p; site=johor; accelerator=h200; contract=purchase; capex=8; maximum=8\n"
               "+availabilities; offer=p; from=2027-01-04; count=1\n", "offers.p.contract", "availabilities"},
        {NULL, "offers.rent.valid_from=2027-01-11\noffers.rent.valid_to=2027-01-11\n", "offers.rent.valid_to", "after"},
        {NULL, "offers.rent.includes=power|water\n", "offers.rent.includes", "water"},
        {NULL, "+signed_leases; offer=rent; count=1; end=2027-02-01\n", "signed_leases.#1.offer", "no lease"},
        {NULL, LEASE "term=7; price=1; maximum=8\n+signed_leases; offer=l; count=1; start=2027-01-05; end=2027-01-05\n",
         "signed_leases.#1.end", "after"},
    };

    EXPECT(SEV_ERROR, rows);
}
END_TEST

START_TEST(rows_over_time_do_not_overlap)
{
    static const struct row rows[] = {
        {NULL, "+tariffs; site=johor; from=2027-01-05; to=2027-01-05; tariff=1\n", "tariffs.#1.to", "after"},
        {NULL, "+tariffs; site=johor; from=2027-01-05; to=2027-01-12; tariff=1\n"
               "+tariffs; site=johor; from=2027-01-11; tariff=1\n", "tariffs.#2.from", "test.cfg:11"},
        {NULL, "+tariffs; site=johor; from=2027-01-05; tariff=1\n+tariffs; site=johor; from=2027-01-05; tariff=1\n",
         "tariffs.#2.from", "overlaps"},
        {NULL, "+prices; offer=rent; from=2027-01-05; price=1\n+prices; offer=rent; from=2027-01-04; price=1\n"
               "+prices; offer=rent; from=2027-01-04; price=1\n", "prices.#3.from", "overlaps"},
        {NULL, SERVICE DEMAND "; to=2027-01-20\n" DEMAND "; from=2027-01-10\n", "demands.#2.from", "overlaps"},
    };

    EXPECT(SEV_ERROR, rows);
    cx_clear(cx);
    ck_assert_int_eq(finish(NULL, "+tariffs; site=johor; from=2027-01-11; tariff=1\n"
                                  "+tariffs; site=johor; from=2027-01-05; tariff=1\n"), STRAIT_OK);
    ck_assert_int_eq(c->tariff.v[1].to, c->tariff.v[0].from);
}
END_TEST

START_TEST(models_and_workloads_make_sense)
{
    static const struct row rows[] = {
        {NULL, "models.m70.active_params=71\n", "models.m70.active_params", "total_params"},
        {NULL, "models.m70.heads=8\nmodels.m70.kv_heads=9\n", "models.m70.kv_heads", "heads"},
        {NULL, "models.m70.experts_active=2\n", "models.m70.experts_active", "experts"},
        {NULL, "workloads.t1.tokens=\n", "workloads.t1.tokens", "training needs it"},
        {NULL, "workloads.t1.tokens=0\n", "workloads.t1.tokens", "no work"},
        {NULL, "workloads.t1.task=fine_tuning\nworkloads.t1.tokens=\n", "workloads.t1.tokens", "fine_tuning needs"},
        {NULL, "+workloads b; company=acme; task=batch; model=m70; input_len=1; output_len=1\n", "workloads.b.requests",
         "batch needs it"},
        {NULL, "workloads.t1.gang=16\nworkloads.t1.max_parallel=8\n", "workloads.t1.gang", "max_parallel"},
        {NULL, "workloads.t1.start=2027-01-12\nworkloads.t1.end=2027-01-11\n", "workloads.t1.end", "before it begins"},
        {NULL, "workloads.t1.start=2026-12-01\n", "workloads.t1.start", "2027-01-04 to 2027-02-01"},
        {NULL, "workloads.t1.end=2027-02-02\n", "workloads.t1.end", "outside the horizon"},
    };

    EXPECT(SEV_ERROR, rows);
}
END_TEST

START_TEST(demand_and_profiles_are_whole)
{
    static char hours[2048];
    size_t n = 0;
    const struct row rows[] = {
        {NULL, SERVICE, "workloads.s.task", "no demand"},
        {NULL, "+demands; workload=t1; region=home; requests=1\n", "demands.#1.workload", "no service"},
        {NULL, SERVICE DEMAND "; profile=day\n", "demands.#1.profile", "no profile"},
        {NULL, "+profiles; profile=p; hour=0; weight=1\n", "profiles.#1.profile", "lacks hour 1"},
        {NULL, "+profiles; profile=p; hour=168; weight=1\n", "profiles.#1.hour", "0 to 167"},
        {NULL, "+profiles; profile=p; hour=1; weight=-1\n#many\n", "profiles.#1.weight", "at least 0"},
        {NULL, hours, "profiles.#1.profile", "no weight above 0"},
    };

    for (int h = 0; h < 24; h++)
        n += (size_t)sprintf(hours + n, "+profiles; profile=p; hour=%d; weight=0\n", h);
    EXPECT(SEV_ERROR, rows);
    cx_clear(cx);
    ck_assert_int_eq(finish(NULL, "+profiles; profile=p; hour=3; weight=1\n+profiles; profile=p; hour=3; weight=1\n"),
                     STRAIT_EINPUT);
    ck_assert_ptr_nonnull(fault_find(cx, SEV_ERROR, "profiles.#2.profile", "same profile, hour"));
}
END_TEST

START_TEST(rules_have_the_fields_of_their_effect_alone)
{
    static const struct row rows[] = {
        {NULL, "+rules r; effect=require\n", "rules.r.must", "require needs it"},
        {NULL, "+rules r; effect=price\n", "rules.r.charge", "price needs it"},
        {NULL, "+rules r; effect=limit; at_most=1\n", "rules.r.quantity", "limit needs it"},
        {NULL, "+rules r; effect=limit; quantity=hours\n", "rules.r.at_most", "bound"},
        {NULL, "+rules r; effect=limit; quantity=hours; at_most=1; at_least=2\n", "rules.r.at_least", "at_most"},
        {NULL, "+rules r; effect=limit; quantity=share; at_most=1.5\n", "rules.r.at_most", "0 to 1"},
        {NULL, "+rules r; effect=limit; quantity=share; at_least=-1\n", "rules.r.at_least", "0 to 1"},
        {NULL, "+rules r; effect=limit; quantity=hours; at_most=1; of=true\n", "rules.r.of", "share"},
        {NULL, "+rules r; effect=deny; must=true\n", "rules.r.must", "only effect require"},
        {NULL, "+rules r; effect=deny; at_most=1\n", "rules.r.at_most", "only effect limit"},
        {NULL, "+rules r; effect=require; must=true; charge=1\n", "rules.r.charge", "only effect price"},
        {NULL, "+rules r; effect=deny; from=2027-01-05; to=2027-01-05\n", "rules.r.to", "after"},
        {NULL, "+rules r; effect=deny; acts=lease; when=workload.task == 'batch'\n", "rules.r.when", "workload"},
        {NULL, "+rules r; effect=require; acts=buy|lease; must=model.layers > 3\n", "rules.r.must", "workload"},
        {NULL, "+rules r; effect=deny; acts=used\n", "rules.r.acts", "did you mean \"use\""},
        {NULL, "+rules r; effect=deny; acts=\n", "rules.r.acts", "at least one"},
        {NULL, "+rules r; effect=deny; when=site.country = 'MY'\n", "rules.r.when", "=="},
    };

    EXPECT(SEV_ERROR, rows);
}
END_TEST

START_TEST(what_does_nothing_is_a_warning)
{
    const struct row rows[] = {
        {NULL, SERVICE DEMAND "; to=2027-01-20\n" DEMAND "; from=2028-01-01\n", "demands.#2.from",
         "outside the horizon"},
        {NULL, "+workloads s; company=acme; task=service; model=m70; input_len=1; output_len=1; "
               "end=2027-01-11\n" DEMAND "; to=2027-01-11\n" DEMAND "; from=2027-01-18\n", "demands.#2.from", "window"},
        {NULL, "sites.johor.source=a paper\n", "sites.johor.date", "without its date"},
        {NULL, "offers.rent.price=\n", "offers.rent.price", "it is 0"},
        {NULL, "offers.rent.price=\n+prices; offer=rent; from=2027-01-04; to=2027-01-20; price=1\n", "offers.rent.price",
         "2027-01-20"},
        {NULL, "+ports; workload=t1; family=hoper\n", "ports.#1.family", "did you mean \"hopper\""},
        {NULL, "workloads.t1.families=hopper|hoppers\n", "workloads.t1.families", "\"hoppers\""},
        {NULL, LEASE "price=1; term=7; maximum=8\n+signed_leases; offer=l; count=9; end=2027-01-20\n",
         "signed_leases.#1.count", "at most 8"},
        {NULL, LEASE "price=1; term=7; maximum=8\n+signed_leases; offer=l; count=5; end=2027-01-20\n"
               "+signed_leases; offer=l; count=5; start=2027-01-19; end=2027-01-25\n", "signed_leases.#1.count",
         "10 accelerators of offer l signed from 2027-01-19"},
        {NULL, LEASE "price=1; term=7; maximum=8\n+signed_leases; offer=l; count=5; start=2026-01-01; end=2027-01-04\n",
         "signed_leases.#1.end", "outside the horizon"},
        {NULL, LEASE "price=1; term=7; maximum=8\n+signed_leases; offer=l; count=5; start=2028-01-01; end=2029-01-04\n",
         "signed_leases.#1.start", "outside the horizon"},
        {NULL, SERVICE DEMAND "\nworkloads.s.tokens=5\n", "workloads.s.tokens", "task service"},
        {NULL, "workloads.t1.ttft=5\n", "workloads.t1.ttft", "task training"},
        {NULL, "offers.rent.term=5\n", "offers.rent.term", "contract on_demand"},
        {NULL, "+rules r; effect=deny; when=site.name == 'jhor'\n", "rules.r.when", "no site.name of the case is 'jhor' (did you mean 'johor'"},
        {NULL, "+rules r; effect=deny; when=not (act == 'use' and offer.name in ['rent', 'other'])\n", "rules.r.when", "'other'"},
        {NULL, "+rules r; effect=require; must=owner.seat == 'CN' or 'acm' != workload.company\n", "rules.r.must", "did you mean 'acme'"},
        {NULL, "+rules r; effect=deny; when=accelerator.family == 'hoper'\n", "rules.r.when", "did you mean 'hopper'"},
        {NULL, "offers.rent.exit=on_ban\n", "offers.rent.exit", "contract lease"},
    };

    EXPECT(SEV_WARNING, rows);
    cx_clear(cx);
    ck_assert_int_eq(finish(NULL, "offers.rent.price=\noffers.rent.valid_to=2027-01-20\n"
                                  "+prices; offer=rent; from=2027-01-04; to=2027-01-20; price=1\n"), STRAIT_OK);
    ck_assert_uint_eq(cx->faults.n, 0);
}
END_TEST

START_TEST(money_has_bounds_that_leave_room_for_every_currency)
{
    /* Prices of today in VND, ten times over. */
    static const char vnd[] = "currency=VND\ncarbon_price=25000000\noffers.rent.price=2500000\n"
                              "+offers p; site=johor; accelerator=h200; contract=purchase; capex=13000000000; maximum=8\n"
                              "sites.johor.tariff=75000\nsites.johor.transfer_in=25000\nworkloads.t1.penalty=250000000\n"
                              "+rules r; effect=limit; quantity=spend; at_most=1e17\n";
    const struct row rows[] = {
        {NULL, "offers.rent.price=1e8 EUR/h\n+exchanges EUR; rate=2000\n", "offers.rent.price", "case's currency"},
        {NULL, "offers.rent.price=1e11\noffers.rent.price_year=2020\n+indexes; year=2020; index=1\n"
               "+indexes; year=2026; index=1.5\n", "offers.rent.price", "out of range in"},
        {NULL, "offers.rent.price=1.1e11\n", "offers.rent.price", "0 to 1e+11 CUR/h"},
        {NULL, "sites.johor.tariff=1e15\n", "sites.johor.tariff", "out of range"},
        {NULL, "workloads.t1.penalty=1e12\n", "workloads.t1.penalty", "out of range"},
        {NULL, "+rules r; effect=price; charge=-1e12\n", "rules.r.charge", "out of range"},
    };

    ck_assert_int_eq(finish(NULL, vnd), STRAIT_OK);
    ck_assert_uint_eq(cx->faults.n, 0);
    EXPECT(SEV_ERROR, rows);
}
END_TEST

#define LIMIT "+rules r; effect=limit; quantity="
#define DUTY "+rules r; effect=price; basis="

START_TEST(amounts_of_rules_may_have_a_unit_that_fits_their_quantity)
{
    static const struct { const char *more; double at_most, charge; } good[] = {
        {LIMIT "spend; at_most=2e6 EUR\n+exchanges EUR; rate=1.1\n", 2.2e6, NAN},
        {LIMIT "spend; at_most=3 MUSD\n", 3e6, NAN},
        {"+rules r; effect=limit; at_most=5 GWh; quantity=energy\n", 5e6, NAN},
        {LIMIT "share; at_most=20 %\n", 0.2, NAN},
        {LIMIT "hours; at_most=2 d\n", 48, NAN},
        {LIMIT "carbon; at_most=500 kg\n", 0.5, NAN},
        {LIMIT "carbon; at_most=7\n", 7, NAN},
        {LIMIT "spend; at_most=2e6 EUR\nrules.r.at_most=5\n", 5, NAN},
        {LIMIT "spend; at_most=5\nrules.r.at_most=1 EUR\nrules.r.at_most*=3\n+exchanges EUR; rate=2\n", 6, NAN},
        {DUTY "kwh; charge=-50 EUR/MWh\n+exchanges EUR; rate=1.1\n", NAN, -0.055},
        {DUTY "ad_valorem; charge=25 %\n", NAN, 0.25},
        {DUTY "gb; charge=1 USD/TB\n", NAN, 0.001},
    };
    const struct row bad[] = {
        {NULL, LIMIT "energy; at_most=2e6 USD\n", "rules.r.at_most", "one with a unit like kWh"},
        {NULL, LIMIT "spend; at_least=1 USD; at_most=3 t\n", "rules.r.at_most", "unit of quantity carbon"},
        {NULL, LIMIT "spend; at_most=2e6 EUR\n", "rules.r.at_most", "no exchange rate"},
        {NULL, DUTY "hour; charge=1 USD/kWh\n", "rules.r.charge", "unit of basis kwh"},
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cx_clear(cx);
        ck_assert_msg(finish(NULL, good[i].more) == STRAIT_OK, "%s", good[i].more);
        if (!isnan(good[i].at_most))
            ck_assert_double_eq_tol(c->rule.v[0].at_most, good[i].at_most, 1e-9 * good[i].at_most);
        if (!isnan(good[i].charge))
            ck_assert_double_eq_tol(c->rule.v[0].charge, good[i].charge, 1e-12);
    }
    EXPECT(SEV_ERROR, bad);
    cx_clear(cx);
    c = (case_free(c), case_from_text(cx, case_small));
    ck_assert_int_eq(case_add_text(cx, c, LIMIT "spend; at_most=2 furlong\n"), STRAIT_OK);
    ck_assert_ptr_nonnull(fault_find(cx, SEV_ERROR, "rules.r.at_most", "h, a share, CUR, kWh, t"));
}
END_TEST

START_TEST(tables_may_hold_more_than_a_case_uses)
{
    char more[2048] = "+sites s; country=SG; shore=offshore; pue=1.3; tariff=1; carbon=1\n";
    size_t n = strlen(more);

    for (int h = 0; h < 24; h++)
        n += (size_t)sprintf(more + n, "+profiles; profile=p; hour=%d; weight=1\n", h);
    strcat(more, LEASE "price=1; term=7; maximum=8\n+signed_leases; offer=l; count=8; end=2027-01-20\n"
                 "+signed_leases; offer=l; count=8; start=2027-01-20; end=2027-01-25\n");
    strcat(more, "+rules r; effect=deny; when=site.country == 'MX' or 'x' in site.tags or offer.name == offer.site\n");
    strcat(more, "offers.rent.block=1\noffers.rent.minimum=0\noffers.rent.exit=none\nworkloads.t1.replica=0\n");
    ck_assert_int_eq(finish(NULL, more), STRAIT_OK);
    ck_assert_uint_eq(cx->faults.n, 0);
}
END_TEST

START_TEST(all_faults_come_together_in_the_order_of_the_lines)
{
    ck_assert_int_eq(finish(NULL, "+companies b\n+companies d; seat=CN\n+sites x; country=SG; shore=offshore; pue=9\n"
                                  "+rules r; effect=require\n+companies d; seat=CN\noffers.rent.site=nowhere\n"),
                     STRAIT_EINPUT);
    ck_assert_uint_eq(cx->n_error, 7);
    for (size_t i = 1; i + 1 < cx->faults.n; i++)
        ck_assert_uint_le(cx->faults.v[i - 1].line, cx->faults.v[i].line);
    ck_assert_str_eq(cx->faults.v[cx->faults.n - 1].file, "--set");
    ck_assert_str_eq(strait_message(cx), "7 errors in the input");
}
END_TEST

START_TEST(an_absurd_horizon_is_refused_before_it_fills_the_memory)
{
    static char more[1 << 17];
    size_t n = (size_t)sprintf(more, "period=hour\nperiods=100000\nworkloads.t1.end=2027-01-05\n");

    for (int i = 0; i < 900; i++)
        n += (size_t)sprintf(more + n, "+sites s%d; country=SG; shore=offshore; pue=1; tariff=0; carbon=0\n", i);
    ck_assert_uint_lt(n, sizeof more);
    ck_assert_int_eq(finish(NULL, more), STRAIT_EINPUT);
    ck_assert_ptr_nonnull(fault_find(cx, SEV_ERROR, "case.periods", "100000 segments"));
}
END_TEST

Suite *finish_suite(void)
{
    Suite *s = suite_create("finish");
    TCase *t = tcase_create("case_finish");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, the_smallest_case_holds_together);
    tcase_add_test(t, what_is_left_out_is_filled_in);
    tcase_add_test(t, essential_tables_are_not_empty);
    tcase_add_test(t, required_fields_names_and_references);
    tcase_add_test(t, settings_money_and_scenarios);
    tcase_add_test(t, scenario_overrides_are_tried);
    tcase_add_test(t, money_comes_into_the_currency_and_year_of_the_case);
    tcase_add_test(t, offers_have_what_their_contract_needs);
    tcase_add_test(t, rows_over_time_do_not_overlap);
    tcase_add_test(t, models_and_workloads_make_sense);
    tcase_add_test(t, demand_and_profiles_are_whole);
    tcase_add_test(t, rules_have_the_fields_of_their_effect_alone);
    tcase_add_test(t, what_does_nothing_is_a_warning);
    tcase_add_test(t, money_has_bounds_that_leave_room_for_every_currency);
    tcase_add_test(t, amounts_of_rules_may_have_a_unit_that_fits_their_quantity);
    tcase_add_test(t, tables_may_hold_more_than_a_case_uses);
    tcase_add_test(t, all_faults_come_together_in_the_order_of_the_lines);
    tcase_add_test(t, an_absurd_horizon_is_refused_before_it_fills_the_memory);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(finish_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
