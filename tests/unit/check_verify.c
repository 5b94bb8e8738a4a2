/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify, on a plan written by hand for a case of two days: it holds, and whatever is changed in it is found and named. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "support/small_case.h"
#include "verify/verify.h"

Suite *verify_suite(void);

/*
 * Rates are pinned: training 1000 tokens/s, 3.6e6 an hour; prefill 1000 of 1000 and decode 100 of 100 tokens a second,
 * 3600 requests an hour each, mixed much less.  Prices include power, nothing is discounted.
 */
static const struct small_record base[] = {
    { KIND_settings, "start=2026-01-05; period=day; periods=2; terminal=full" },
    { KIND_company, "name=acme; seat=CN" },
    { KIND_region, "name=jp; country=JP" },
    { KIND_accelerator, "name=h100; vendor=Nvidia; family=hopper; bf16=989; memory=80; memory_bandwidth=3350; scaleup_size=8; "
                        "scaleup_bandwidth=900; scaleout_bandwidth=400; rated_power=1000; idle_power=200; kind=reported" },
    { KIND_site, "name=johor; country=MY; shore=offshore; pue=1.5; tariff=0.1; carbon=500; power_cap=45000" },
    { KIND_site, "name=hebei; country=CN; shore=onshore; pue=1.5; tariff=0.1; carbon=500" },
    { KIND_network, "site=johor; region=jp; rtt=60" },
    { KIND_offer, "name=rented; site=johor; accelerator=h100; contract=on_demand; price=2; count=14; includes=power; fabric=f1" },
    { KIND_offer, "name=leased; site=johor; accelerator=h100; contract=lease; price=1; term=3; maximum=16; block=8; minimum=8; "
                  "start_grid=week; includes=power; fabric=f1" },
    { KIND_offer, "name=apart; site=johor; accelerator=h100; contract=on_demand; price=2; count=16; includes=power; fabric=f2" },
    { KIND_offer, "name=home; site=hebei; accelerator=h100; contract=on_demand; price=2; count=16; includes=power" },
    { KIND_model, "name=small; total_params=1; active_params=1; layers=10; hidden=1000; heads=8" },
    { KIND_workload, "name=run; company=acme; task=training; model=small; tokens=2.2464e9; gang=8; max_parallel=20" },
    { KIND_workload, "name=chat; company=acme; task=service; model=small; input_len=1000; output_len=100; ttft=500; "
                     "disaggregate=true; penalty=10" },
    { KIND_demand, "workload=chat; region=jp; requests=7200" },
    { KIND_pinned_rate, "workload=run; accelerator=h100; phase=train; rate=1000" },
    { KIND_pinned_rate, "workload=chat; accelerator=h100; phase=prefill; rate=1000" },
    { KIND_pinned_rate, "workload=chat; accelerator=h100; phase=decode; rate=100" },
    { KIND_pinned_rate, "workload=chat; accelerator=h100; phase=mixed; rate=1" },
    { KIND_rule, "name=no_home; effect=deny; when=site.country == 'CN'" },
    { KIND_rule, "name=most_rented; effect=limit; when=offer.contract == 'on_demand'; quantity=hours; at_most=440" },
    { KIND_rule, NULL },
};

enum { DAY1_RUN, LEASE_RUN1, LEASE_RUN2, PREFILL1, DECODE1, PREFILL2, DECODE2, N_PLACED };

/* A plan whose rows can be written to. */
struct hand {
    struct plan_file plan;
    struct plan_placement placed[N_PLACED + 60];
    struct plan_lease lease[2];
    struct plan_unmet unmet[2];
    struct plan_rule rule[2];
    struct plan_split split[2];
    struct plan_idle idle[2];
    struct plan_offer offer[4];
    struct plan_cost_by by[12];
    struct plan_dual capacity[3], demand[3];
    struct plan_input_file file;
    const char *tied[2];
    char digest[65];
};

static strait_ctx *cx;
static strait_case *c;
static struct hand h;
static strait_table *table;
static bool all_ok;

static struct plan_placement place(const char *workload, const char *phase, const char *offer, int day, double hours, double tokens,
                                   double cost)
{
    const char *date = day == 1 ? "2026-01-05" : "2026-01-06";

    return (struct plan_placement){ .workload = workload, .phase = phase, .user_region = workload[0] == 'c' ? "jp" : NULL, .offer = offer,
                                    .site = "johor", .accelerator = "h100", .period = date, .from = date, .accel_hours = hours,
                                    .tokens = tokens, .cost = cost, .accelerators = hours / 24, .flag = NULL };
}

/*
 * The run: 240 hours rented on the first day at 2, 8 leased accelerators for two days at 1 (rent of the third day, 192, is
 * owed beyond).  The service: 172800 requests a day, of which on the second 3600 are unmet: 3.96e6 tokens at 10 a million.
 */
static void write_placements(void)
{
    h.placed[DAY1_RUN] = place("run", "train", "rented", 1, 240, 8.64e8, 480);
    h.placed[LEASE_RUN1] = place("run", "train", "leased", 1, 192, 6.912e8, 192);
    h.placed[LEASE_RUN2] = place("run", "train", "leased", 2, 192, 6.912e8, 192);
    h.placed[PREFILL1] = place("chat", "prefill", "rented", 1, 48, 1.728e8, 96);
    h.placed[DECODE1] = place("chat", "decode", "rented", 1, 48, 1.728e7, 96);
    h.placed[PREFILL2] = place("chat", "prefill", "rented", 2, 47, 1.692e8, 94);
    h.placed[DECODE2] = place("chat", "decode", "rented", 2, 47, 1.692e7, 94);
    h.plan.placements.v = h.placed;
    h.plan.placements.n = N_PLACED;
    h.lease[0] = (struct plan_lease){ .offer = "leased", .sign_by = "2026-01-05", .start = "2026-01-05", .end = "2026-01-08", .kind = "lease",
                                      .accelerators = 8, .cost = 576, .owed_beyond = 192,
                                      .inside = 384, .counted_beyond = 192, .capex = (double)NAN, .waiting = (double)NAN };
    h.plan.leases.v = h.lease;
    h.plan.leases.n = 1;
    h.unmet[0] = (struct plan_unmet){ .workload = "chat", .phase = "mixed", .user_region = "jp", .period = "2026-01-06",
                                      .from = "2026-01-06", .tokens = 3.96e6, .penalty = 39.6 };
    h.plan.unmet.v = h.unmet;
    h.plan.unmet.n = 1;
}

static void write_money(void)
{
    static const struct plan_cost_by by[] = {
        { "workload", "run", 864 }, { "workload", "chat", 419.6 }, { "workload", "(idle)", 192 }, { "site", "johor", 1436 },
        { "site", "(unmet)", 39.6 }, { "vendor", "Nvidia", 1436 }, { "vendor", "(unmet)", 39.6 }, { "shore", "offshore", 1436 },
        { "shore", "(unmet)", 39.6 }, { "period", "2026-01-05", 864 }, { "period", "2026-01-06", 419.6 }, { "period", "(beyond)", 192 },
    };
    const double total = 1475.6;

    memcpy(h.by, by, sizeof by);
    h.plan.cost_by.v = h.by;
    h.plan.cost_by.n = sizeof by / sizeof *by;
    h.split[0] = (struct plan_split){ "training", "offshore", "Nvidia", 624, 864 };
    h.split[1] = (struct plan_split){ "inference", "offshore", "Nvidia", 190, 380 };
    h.plan.split.v = h.split;
    h.plan.split.n = 2;
    h.plan.cost = (struct plan_cost){ .total = total, .compute = 1244, .idle_lease = 192, .penalty = 39.6, .assumed_share = 1 };
    h.plan.objective = (struct plan_objective){ .value = total, .bound = 1224, .gap = (total - 1224) / (total - 39.6), .currency = "USD",
                                                .price_year = 2026 };
    h.plan.certificate = (struct plan_certificate){ .given = true, .ok = true, .primal_objective = total, .dual_objective = 1224,
                                                    .gap = h.plan.objective.gap };
    h.plan.rounded = (struct plan_rounded){ .given = true, .objective = (double)NAN, .gap = (double)NAN, .status = "none", .note = "stopped" };
}

/* What is leased is used in full, and what is owed beyond is counted.  An hour on `apart` costs 2 and is worth 1.5. */
static void write_offers(void)
{
    const double none = (double)NAN;

    h.idle[0] = (struct plan_idle){ "offshore", "Nvidia", 0, 0, 192 };
    h.plan.idle.v = h.idle;
    h.plan.idle.n = 1;
    h.offer[0] = (struct plan_offer){ "rented", "johor", "h100", "on_demand", "used", NULL, NULL, 430, none };
    h.offer[1] = (struct plan_offer){ "leased", "johor", "h100", "lease", "used", NULL, NULL, 384, none };
    h.offer[2] = (struct plan_offer){ "apart", "johor", "h100", "on_demand", "unused", "dearer", NULL, 0, 0.5 };
    h.offer[3] = (struct plan_offer){ "home", "hebei", "h100", "on_demand", "unused", "all that could run on it is barred", "no_home", 0, none };
    h.plan.offers.v = h.offer;
    h.plan.offers.n = 4;
}

/*
 * Prices that prove 1224: an accelerator-hour is worth 1.5, which is what a lease of three days costs for each of the two
 * that it works.  So 624 hours of the run are worth 936 and 192 of the service 288, and there is no leased capacity yet.
 */
static void write_prices(void)
{
    static const char *const day[] = { "2026-01-05", "2026-01-06" };

    for (int t = 0; t < 2; t++) {
        h.capacity[t] = (struct plan_dual){ .name = "leased peak", .period = day[t], .from = day[t], .unit = "USD/accelerator-hour",
                                            .value = 1.5, .low = 0, .high = 24 };
        h.demand[t] = (struct plan_dual){ .name = "chat jp", .period = day[t], .from = day[t], .unit = "USD/Mtoken",
                                          .value = 1.5 * 2 / 3600 / 1100 * 1e6, .low = 0, .now = (double)NAN, .high = 1e9 };
    }
    h.demand[2] = (struct plan_dual){ .name = "run", .unit = "USD/Mtoken", .value = 1.5 / 3.6, .low = 0, .now = 2246.4e6,
                                      .high = 1e12 };
    h.plan.duals.given = true;
    h.plan.duals.family[DUAL_CAPACITY].v = h.capacity;
    h.plan.duals.family[DUAL_CAPACITY].n = 2;
    h.plan.duals.family[DUAL_DEMAND].v = h.demand;
    h.plan.duals.family[DUAL_DEMAND].n = 3;
}

static void write_plan(void)
{
    memset(&h, 0, sizeof h);
    write_placements();
    write_money();
    write_offers();
    write_prices();
    h.plan.schema = "strait.plan/1";
    h.plan.status = "within_gap";
    ck_assert_int_eq(digest_hex("\n", 1, h.digest), STRAIT_OK);   /* of one file with an empty digest */
    h.plan.digest = h.digest;
    h.file = (struct plan_input_file){ "small.cfg", "" };
    h.plan.files_given = true;
    h.plan.files.v = &h.file;
    h.plan.files.n = 1;
    h.tied[0] = "run";
    h.tied[1] = "chat";
    h.plan.unique = (struct plan_unique){ .given = true, .alternatives = true };
    h.plan.unique.workloads.v = h.tied;
    h.plan.unique.workloads.n = 2;
    for (int i = 0; i < 2; i++)
        h.rule[i] = (struct plan_rule){ .id = c->rule.v[i].name, .file = "small.cfg", .status = "enforced", .line = c->rule.v[i].origin.line };
    h.rule[0].columns_barred = 2;      /* the run, on either day */
    h.rule[0].dual = (double)NAN;
    h.rule[1].rows_made = 1;
    h.plan.rules.v = h.rule;
    h.plan.rules.n = 2;
}

static void begin(void)
{
    cx = strait_ctx_new();
    cx->gap = 0.2;                     /* what was asked for: the plan is 18 % above its bound */
    c = small_case(cx, base);
    table = NULL;
    write_plan();
}

static void end(void)
{
    table_free(table);
    case_free(c);
    strait_ctx_free(cx);
}

static void look(void)
{
    table_free(table);
    table = NULL;
    ck_assert_int_eq(verify_plan_read(cx, c, &h.plan, &table, &all_ok), STRAIT_OK);
}

static size_t broken(const char *promise)
{
    size_t n = 0;

    for (size_t i = 0; i < table->n_row; i++)
        n += !table_bool(table, "ok", i) && strcmp(table_text(table, "promise", i), promise) == 0;
    return n;
}

START_TEST(a_plan_that_keeps_its_promises_holds)
{
    look();
    for (size_t i = 0; i < table->n_row; i++)
        ck_assert_msg(table_bool(table, "ok", i), "%s: %s: said %s, found %s", table_text(table, "promise", i), table_text(table, "where", i),
                      table_text(table, "said", i), table_text(table, "found", i));
    ck_assert(all_ok);
}
END_TEST

START_TEST(every_promise_has_one_row_when_all_hold)
{
    look();
    for (size_t i = 1; i < table->n_row; i++)
        ck_assert_str_ne(table_text(table, "promise", i), table_text(table, "promise", i - 1));
    ck_assert_uint_gt(table->n_row, 40);
}
END_TEST

/* ---- one change, and the promise that it breaks ---- */

static void digest(void) { h.plan.digest = "0"; }
static void schema(void) { h.plan.schema = "strait.plan/0"; }
static void infeasible(void) { h.plan.status = "infeasible"; }
static void bad_certificate(void) { h.plan.certificate.ok = false; }
static void no_certificate(void) { h.plan.certificate.given = false; }
static void bound_above(void) { h.plan.objective.bound += 1; }
static void optimal(void)
{
    h.plan.status = "optimal";
    cx->gap = 1e-4;
}
static void stopped(void)
{
    h.plan.status = "feasible";
    h.plan.proof = h.plan.duals;
    memset(&h.plan.duals, 0, sizeof h.plan.duals);
    h.plan.duals.given = true;
    h.rule[1].dual = (double)NAN;
    h.offer[2].reason = "not used by the plan at hand";
    h.offer[2].dearer_by = (double)NAN;
}
static void stopped_dearer(void)
{
    stopped();
    h.offer[2].dearer_by = 0.5;
}
static void stopped_with_prices(void)
{
    stopped();
    h.plan.duals = h.plan.proof;
}
static void stopped_with_worth(void)
{
    stopped();
    h.rule[1].dual = 0;
}
static void stopped_unproven(void)
{
    stopped();
    memset(&h.plan.proof, 0, sizeof h.plan.proof);
}
static void stopped_above(void)
{
    stopped();
    h.demand[2].value *= 0.999;
}
static void proven_twice(void) { h.plan.proof = h.plan.duals; }
static void uncertified(void) { h.plan.status = "uncertified"; }
static void no_files(void) { h.plan.files_given = false; }
static void other_file(void) { h.file.digest = "1"; }
static void file_gone(void) { h.file.path = "gone.csv"; }
static void residual(void) { h.plan.certificate.primal_residual = 1e-5; }
static void negative_residual(void) { h.plan.certificate.primal_residual = -1e-9; }
static void no_residual(void) { h.plan.certificate.dual_residual = (double)NAN; }
static void farkas(void) { h.plan.certificate.farkas = true; }
static void other_gap(void) { h.plan.certificate.gap += 1e-6; }
static void no_prices(void) { h.plan.duals.given = false; }
static void price_of_nothing(void) { h.capacity[0].name = "lent peak"; }
static void price_of_no_period(void) { h.capacity[0].period = h.capacity[0].from = "2026-01-07"; }
static void price_twice(void) { h.capacity[1] = h.capacity[0]; }
static void price_unit(void) { h.demand[0].unit = "USD/token"; }
static void price_sign(void) { h.capacity[0].value = -1.5; }
static void price_none(void) { h.capacity[0].value = (double)NAN; }
static void interval_above(void) { h.demand[2].low = 2.3e9; }
static void interval_below(void) { h.demand[2].high = 2.2e9; }
static void price_now(void) { h.demand[2].now = 2.2e9; }
static void price_low(void) { h.demand[2].value *= 0.999; }
static void capacity_price_high(void) { h.capacity[0].value *= 1.001; }
static void capacity_price_low(void) { h.capacity[0].value *= 0.999; }
static void rule_barred(void) { h.rule[0].columns_barred++; }
static void rule_rows(void) { h.rule[1].rows_made++; }
static void rule_dual(void) { h.rule[1].dual = 0.1; }
static void deny_dual(void) { h.rule[0].dual = 0; }
static void unique_missing(void) { h.plan.unique.given = false; }
static void unique_unknown(void) { h.tied[0] = "walk"; }
static void unique_twice(void) { h.tied[0] = "chat"; }
static void unique_alone(void) { h.plan.unique.alternatives = false; }
static void unmet_negative(void) { h.unmet[0].tokens = -3.96e6; }
static void rounded_status(void) { h.plan.rounded.status = "whole"; }
static void rounded_status_none(void) { h.plan.rounded.status = NULL; }
static void rounded_note(void) { h.plan.rounded.note = NULL; }
static void assumed_share(void) { h.plan.cost.assumed_share -= 1e-5; }
static void wide_gap(void) { h.plan.objective.gap = 1e-3; }
static void workload(void) { h.placed[0].workload = "walk"; }
static void offer(void) { h.placed[0].offer = "lent"; }
static void rule_missing(void) { h.plan.rules.n = 1; }
static void rule_off(void) { h.rule[0].status = "off"; }
static void site(void) { h.placed[0].site = "hebei"; }
static void accelerator(void) { h.placed[0].accelerator = "910c"; }
static void period(void) { h.placed[0].period = "2026-01-06"; }
static void from(void) { h.placed[0].from = "2026-01-05T05:00Z"; }
static void negative(void) { h.placed[0].accel_hours = -240; }
static void endless(void) { h.placed[0].accel_hours = (double)INFINITY; }
static void tokens(void) { h.placed[0].tokens *= 1 + 2e-6; }
static void accelerators(void) { h.placed[0].accelerators = 11; }
static void flag(void) { h.placed[0].flag = "below_gang"; }
static void phase(void) { h.placed[0].phase = "mixed"; }
static void region_of_run(void) { h.placed[0].user_region = "jp"; }
static void unused_lease(void) { h.plan.leases.n = 0; }
static void half_a_lease(void) { h.lease[0].accelerators = 4; }
static void wide_lease(void) { h.lease[0].accelerators = 17; }
static void late_lease(void) { h.lease[0].start = "2026-01-06"; }
static void long_lease(void) { h.lease[0].end = "2026-01-09"; }
static void late_signing(void) { h.lease[0].sign_by = "2026-01-06"; }
static void lease_of_stock(void) { h.lease[0].offer = "rented"; }
static void lease_cent(void) { h.lease[0].cost += 0.01; }
static void owed_cent(void) { h.lease[0].owed_beyond -= 0.01; }
static void placement_cent(void) { h.placed[3].cost += 0.01; }
static void part_cent(void) { h.plan.cost.energy += 0.01; }
static void by_cent(void) { h.by[9].cost -= 0.01; }
static void by_unknown(void) { h.by[9].name = "2026-01-07"; }
static void split_cent(void) { h.split[1].cost += 0.01; }
static void split_hours(void) { h.split[1].accel_hours += 1; }
static void split_missing(void) { h.plan.split.n = 1; }
static void total_cent(void) { h.plan.cost.total += 0.01; }
static void value_cent(void) { h.plan.objective.value -= 0.01; }
static void currency(void) { h.plan.objective.currency = "CNY"; }
static void penalty_cent(void) { h.unmet[0].penalty += 0.01; }
static void unmet_less(void) { h.unmet[0].tokens *= 0.99; }
static void unmet_missing(void) { h.plan.unmet.n = 0; }
static void unmet_firm(void) { h.unmet[0] = (struct plan_unmet){ .workload = "run", .phase = "train", .tokens = 1e6 }; }
static void unmet_elsewhere(void) { h.unmet[0].user_region = "xx"; }
static void placement_missing(void) { h.plan.placements.n--; }
static void idle_hours(void) { h.idle[0].accel_hours += 1; }
static void idle_cent(void) { h.idle[0].cost += 0.01; }
static void idle_beyond(void) { h.idle[0].beyond -= 0.01; }
static void idle_missing(void) { h.plan.idle.n = 0; }
static void idle_not_told(void) { h.plan.idle.v = NULL; h.plan.idle.n = 0; }
static void idle_filling(void) { h.idle[1] = (struct plan_idle){ NULL, NULL, (double)NAN, 1, 0 }; h.plan.idle.n = 2; }
static void idle_nobody(void) { h.idle[1] = (struct plan_idle){ "onshore", "nobody", 0, 0, 0 }; h.plan.idle.n = 2; }
static void offers_not_told(void) { h.plan.offers.v = NULL; h.plan.offers.n = 0; }
static void offer_missing(void) { h.plan.offers.n = 3; }
static void offer_hours(void) { h.offer[1].accel_hours -= 1; }
static void offer_idle(void) { h.offer[2].status = "idle"; }
static void offer_site(void) { h.offer[2].site = "hebei"; }
static void offer_cheaper(void) { h.offer[2].dearer_by = 0.4; }
static void offer_useless(void) { h.offer[2].reason = "of no use at any price"; }
static void offer_free(void) { h.offer[3].rule = NULL; }
static void offer_other_rule(void) { h.offer[3].rule = "most_rented"; }
static void offer_excused(void) { h.offer[0].reason = "dearer"; }
static void waiting_made_up(void) { h.lease[0].waiting = 1; }
static void rounded_missing(void) { h.plan.rounded.given = false; }

/* An hour that moves to a barred site, with its site told right. */
static void barred_hour(void)
{
    h.placed[N_PLACED] = place("run", "train", "home", 1, 1, 3.6e6, 2);
    h.placed[N_PLACED].site = "hebei";
    h.placed[0].accel_hours -= 1;
    h.placed[0].tokens -= 3.6e6;
    h.plan.placements.n++;
}

static void no_network(void)
{
    h.placed[DECODE1].offer = "home";
    h.placed[DECODE1].site = "hebei";
}

static void other_fabric(void) { h.placed[DECODE1].offer = "apart"; }

/* All of the run on the first day. */
static void too_wide(void)
{
    h.placed[LEASE_RUN1].accel_hours = 384;
    h.placed[LEASE_RUN1].tokens *= 2;
}

static void over_the_limit(void)
{
    h.placed[N_PLACED] = place("run", "train", "apart", 2, 192, 6.912e8, 384);
    h.placed[LEASE_RUN2] = h.placed[N_PLACED];
}

static void over_the_power(void)
{
    h.placed[0].accel_hours *= 10;
    h.placed[0].tokens *= 10;
}

static void rounded_in_parts(void)
{
    h.lease[1] = h.lease[0];
    h.lease[1].accelerators = 12;
    h.plan.rounded.objective = 1475.6;
    h.plan.rounded.leases.v = &h.lease[1];
    h.plan.rounded.leases.n = 1;
}

static const struct { const char *name; void (*apply)(void); const char *promise; } changes[] = {
    { "digest", digest, "input digest" }, { "schema", schema, "schema" }, { "infeasible", infeasible, "status" },
    { "bad_certificate", bad_certificate, "certificate" }, { "no_certificate", no_certificate, "certificate" },
    { "optimal", optimal, "gap" }, { "proven_twice", proven_twice, "status" },
    { "stopped_with_prices", stopped_with_prices, "status" }, { "stopped_with_worth", stopped_with_worth, "rules told" },
    { "stopped_unproven", stopped_unproven, "bound" }, { "stopped_dearer", stopped_dearer, "offers" }, { "stopped_above", stopped_above, "bound" },
    { "uncertified", uncertified, "status" }, { "no_files", no_files, "input digest" },
    { "other_file", other_file, "input files" }, { "file_gone", file_gone, "input files" }, { "residual", residual, "certificate" },
    { "negative_residual", negative_residual, "certificate" }, { "no_residual", no_residual, "certificate" },
    { "farkas", farkas, "certificate" }, { "other_gap", other_gap, "certificate" }, { "no_prices", no_prices, "shadow prices" },
    { "price_of_nothing", price_of_nothing, "shadow prices" }, { "price_of_no_period", price_of_no_period, "shadow prices" },
    { "price_twice", price_twice, "shadow prices" }, { "price_unit", price_unit, "shadow prices" },
    { "price_sign", price_sign, "shadow prices" }, { "price_none", price_none, "shadow prices" },
    { "interval_above", interval_above, "shadow prices" }, { "interval_below", interval_below, "shadow prices" },
    { "price_now", price_now, "shadow prices" }, { "price_low", price_low, "bound" }, { "capacity_price_high", capacity_price_high, "bound" },
    { "capacity_price_low", capacity_price_low, "bound" }, { "rule_barred", rule_barred, "rules told" },
    { "rule_rows", rule_rows, "rules told" }, { "rule_dual", rule_dual, "rules told" }, { "deny_dual", deny_dual, "rules told" },
    { "unique_missing", unique_missing, "unique" }, { "unique_unknown", unique_unknown, "unique" },
    { "unique_twice", unique_twice, "unique" }, { "unique_alone", unique_alone, "unique" },
    { "unmet_negative", unmet_negative, "amounts" }, { "rounded_status", rounded_status, "rounded total" },
    { "rounded_status_none", rounded_status_none, "rounded total" }, { "rounded_note", rounded_note, "rounded total" },
    { "assumed_share", assumed_share, "assumed share" },
    { "bound_above", bound_above, "bound" }, { "wide_gap", wide_gap, "gap" }, { "workload", workload, "known names" },
    { "offer", offer, "known names" }, { "rule_missing", rule_missing, "rules told" }, { "rule_off", rule_off, "rules told" },
    { "site", site, "site and accelerator" }, { "accelerator", accelerator, "site and accelerator" }, { "period", period, "segment" },
    { "from", from, "segment" }, { "negative", negative, "amounts" }, { "endless", endless, "amounts" }, { "tokens", tokens, "tokens" },
    { "accelerators", accelerators, "accelerators" }, { "flag", flag, "gangs and replicas" }, { "phase", phase, "can run" },
    { "region_of_run", region_of_run, "known names" }, { "unused_lease", unused_lease, "mean capacity" },
    { "half_a_lease", half_a_lease, "peak capacity" }, { "wide_lease", wide_lease, "lease maximum" }, { "late_lease", late_lease, "start" },
    { "long_lease", long_lease, "end" }, { "late_signing", late_signing, "sign by" }, { "lease_of_stock", lease_of_stock, "known names" },
    { "lease_cent", lease_cent, "lease cost" }, { "owed_cent", owed_cent, "owed beyond" },
    { "placement_cent", placement_cent, "placement cost" }, { "part_cent", part_cent, "cost parts" }, { "by_cent", by_cent, "cost by" },
    { "by_unknown", by_unknown, "known names" }, { "split_cent", split_cent, "split" }, { "split_hours", split_hours, "split" },
    { "split_missing", split_missing, "split" }, { "total_cent", total_cent, "total" }, { "value_cent", value_cent, "total" },
    { "currency", currency, "total" }, { "penalty_cent", penalty_cent, "penalty" }, { "unmet_less", unmet_less, "demand" },
    { "unmet_missing", unmet_missing, "demand" }, { "unmet_firm", unmet_firm, "unmet" }, { "unmet_elsewhere", unmet_elsewhere, "unmet" },
    { "placement_missing", placement_missing, "demand" }, { "rounded_missing", rounded_missing, "rounded total" },
    { "barred_hour", barred_hour, "rules" }, { "no_network", no_network, "latency" }, { "other_fabric", other_fabric, "prefill meets decode" },
    { "too_wide", too_wide, "max_parallel" }, { "over_the_limit", over_the_limit, "limits" }, { "over_the_power", over_the_power, "power" },
    { "rounded_in_parts", rounded_in_parts, "whole blocks" },
    { "idle_hours", idle_hours, "idle" }, { "idle_cent", idle_cent, "idle" }, { "idle_beyond", idle_beyond, "idle" },
    { "idle_missing", idle_missing, "idle" }, { "idle_not_told", idle_not_told, "idle" }, { "idle_filling", idle_filling, "idle" },
    { "idle_nobody", idle_nobody, "known names" }, { "offers_not_told", offers_not_told, "offers" }, { "offer_missing", offer_missing, "offers" },
    { "offer_hours", offer_hours, "offers" }, { "offer_idle", offer_idle, "offers" }, { "offer_site", offer_site, "offers" },
    { "offer_cheaper", offer_cheaper, "offers" }, { "offer_useless", offer_useless, "offers" }, { "offer_free", offer_free, "offers" },
    { "offer_other_rule", offer_other_rule, "offers" }, { "offer_excused", offer_excused, "offers" },
    { "waiting_made_up", waiting_made_up, "waiting" },
};

START_TEST(a_changed_plan_is_found_and_the_promise_named)
{
    changes[_i].apply();
    look();
    ck_assert_msg(!all_ok, "%s passes", changes[_i].name);
    ck_assert_msg(broken(changes[_i].promise) > 0, "%s: \"%s\" is not broken", changes[_i].name, changes[_i].promise);
}
END_TEST

START_TEST(the_worst_place_comes_first_and_the_rest_is_counted)
{
    for (size_t i = 0; i < 60; i++) {
        h.placed[N_PLACED + i] = h.placed[0];
        h.placed[N_PLACED + i].cost += (double)i;
    }
    h.plan.placements.n += 60;
    look();
    ck_assert_uint_ge(broken("placement cost"), 50);
    ck_assert_uint_le(broken("placement cost"), 52);
    for (size_t i = 0; i < table->n_row; i++)
        if (strcmp(table_text(table, "promise", i), "placement cost") == 0) {
            ck_assert_str_eq(table_text(table, "said", i), "539");
            break;
        }
}
END_TEST

START_TEST(a_stopped_plan_has_weights_in_place_of_prices)
{
    stopped();
    look();
    ck_assert(all_ok);
}
END_TEST

START_TEST(a_placement_told_in_two_rows_is_the_same_placement)
{
    h.placed[0].accel_hours = 200;
    h.placed[0].tokens = 7.2e8;
    h.placed[0].cost = 400;
    h.placed[0].accelerators = 200.0 / 24;
    h.placed[N_PLACED] = place("run", "train", "rented", 1, 40, 1.44e8, 80);
    h.placed[N_PLACED].flag = "below_gang";
    h.plan.placements.n++;
    look();
    ck_assert(all_ok);
}
END_TEST

START_TEST(columns_that_are_optional_may_be_missing)
{
    for (size_t i = 0; i < N_PLACED; i++) {
        h.placed[i].from = NULL;
        h.placed[i].accelerators = (double)NAN;
    }
    h.lease[0].kind = NULL;
    h.plan.cost.assumed_share = (double)NAN;
    look();
    ck_assert(all_ok);
}
END_TEST

START_TEST(an_empty_plan_breaks_demand_and_nothing_crashes)
{
    h.plan.placements.n = h.plan.leases.n = h.plan.unmet.n = h.plan.rules.n = h.plan.split.n = h.plan.cost_by.n = 0;
    look();
    ck_assert(!all_ok);
    ck_assert_uint_eq(broken("demand"), 3);
    ck_assert_uint_gt(broken("rules told"), 1);
    ck_assert_uint_eq(broken("mean capacity"), 0);
}
END_TEST

START_TEST(a_file_that_is_no_plan_is_a_fault_of_the_input)
{
    ck_assert_int_eq(verify_plan(cx, c, "/dev/null", &table, &all_ok), STRAIT_EINPUT);
    ck_assert_ptr_null(table);
    ck_assert_int_eq(verify_plan(cx, c, "/nonexistent/plan.json", &table, &all_ok), STRAIT_EIO);
}
END_TEST

Suite *verify_suite(void)
{
    Suite *s = suite_create("verify");
    TCase *holds = tcase_create("holds"), *changed = tcase_create("changed");

    tcase_add_checked_fixture(holds, begin, end);
    tcase_add_test(holds, a_plan_that_keeps_its_promises_holds);
    tcase_add_test(holds, every_promise_has_one_row_when_all_hold);
    tcase_add_test(holds, a_stopped_plan_has_weights_in_place_of_prices);
    tcase_add_test(holds, a_placement_told_in_two_rows_is_the_same_placement);
    tcase_add_test(holds, columns_that_are_optional_may_be_missing);
    suite_add_tcase(s, holds);
    tcase_add_checked_fixture(changed, begin, end);
    tcase_add_loop_test(changed, a_changed_plan_is_found_and_the_promise_named, 0, (int)(sizeof changes / sizeof *changes));
    tcase_add_test(changed, the_worst_place_comes_first_and_the_rest_is_counted);
    tcase_add_test(changed, an_empty_plan_breaks_demand_and_nothing_crashes);
    tcase_add_test(changed, a_file_that_is_no_plan_is_a_fault_of_the_input);
    suite_add_tcase(s, changed);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(verify_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
