/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cost kernel by hand, on a case of two days with one run and one service. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "estimate/cost_room.h"
#include "support/small_case.h"

Suite *cost_suite(void);

/*
 * PUE 1.5; training draws 0.85 * 1000 W: 1.275 kWh an hour in all, 0.975 above the idle 200 W (0.3 kWh).
 * The run: 1e9 tokens, 100 GB of data and 2 GB of weights from another country at 0.05 CUR/GB: 5.1e-9 CUR a token.
 * The service: 48000 requests over two days, 24 GB of weights, 0.001 GB to the user at 0.02 CUR/GB.
 */
static const struct small_record base[] = {
    { KIND_settings, "start=2026-01-05; period=day; periods=2; carbon_price=50" },
    { KIND_company, "name=acme; seat=CN" },
    { KIND_region, "name=jp; country=JP" },
    { KIND_region, "name=id; country=ID" },
    { KIND_accelerator, "name=h100; vendor=Nvidia; family=hopper; bf16=989; memory=80; memory_bandwidth=3350; "
                        "scaleup_size=8; scaleup_bandwidth=900; scaleout_bandwidth=400; rated_power=1000; "
                        "idle_power=200" },
    { KIND_site, "name=johor; country=MY; shore=offshore; pue=1.5; tariff=0.1; carbon=500; transfer_in=0.05" },
    { KIND_network, "site=johor; region=jp; rtt=60; egress=0.02" },
    { KIND_network, "site=johor; region=id; rtt=20; egress=0.03" },
    { KIND_offer, "name=rented; site=johor; accelerator=h100; contract=on_demand; price=2; count=64" },
    { KIND_offer, "name=packed; site=johor; accelerator=h100; contract=on_demand; price=2; count=64; includes=power" },
    { KIND_offer, "name=leased; site=johor; accelerator=h100; contract=lease; price=1.5; term=90; maximum=64" },
    { KIND_offer, "name=stock; site=johor; accelerator=h100; contract=owned; count=64" },
    { KIND_offer, "name=bought; site=johor; accelerator=h100; contract=purchase; capex=30000; maximum=64; life=4; "
                  "capital_rate=0; residual=0.1; includes=power|cooling" },
    { KIND_model, "name=small; total_params=1; active_params=1; layers=10; hidden=1000" },
    { KIND_workload, "name=run; company=acme; task=training; model=small; tokens=1e9; dataset=100; data_home=CN; "
                     "weights_home=CN" },
    { KIND_workload, "name=chat; company=acme; task=service; model=small; input_len=1000; output_len=200; "
                     "weights_home=CN; weights=24; egress=0.001; disaggregate=true" },
    { KIND_demand, "workload=chat; region=jp; requests=1000" },
};

enum { RENTED, PACKED, LEASED, STOCK, BOUGHT, N_OFFER };
enum { RUN, CHAT };
enum { N_BASE = sizeof base / sizeof *base, MAX_RULES = 8 };

struct bench { strait_ctx *cx; strait_case *c; struct rates *r; struct costs *k; };

static struct bench bench_new(const char *const *rules)
{
    struct small_record all[N_BASE + MAX_RULES + 1];
    struct bench b = { 0 };
    size_t n = 0;

    for (; n < N_BASE; n++)
        all[n] = base[n];
    for (; rules != NULL && *rules != NULL; rules++)
        all[n++] = (struct small_record){ KIND_rule, *rules };
    all[n] = (struct small_record){ KIND_rule, NULL };
    b.cx = strait_ctx_new();
    ck_assert_ptr_nonnull(b.cx);
    b.c = small_case(b.cx, all);
    ck_assert_int_eq(estimate_rates(b.cx, b.c, &b.r), STRAIT_OK);
    ck_assert_int_eq(estimate_costs(b.cx, b.c, b.r, &b.k), STRAIT_OK);
    return b;
}

static void bench_free(struct bench *b)
{
    costs_free(b->k);
    rates_free(b->r);
    case_free(b->c);
    strait_ctx_free(b->cx);
}

static void assert_near(double got, double want)
{
    ck_assert_msg(fabs(got - want) <= 1e-12 + 1e-9 * fabs(want), "%.15g, not %.15g", got, want);
}

static double hour_part(const struct bench *b, int o, size_t t, enum cost_part part)
{
    return cost_part_hour(b->k, o, cost_activity(b->k, o, RUN, -1, PHASE_TRAIN), t, part);
}

START_TEST(rented_hours_pay_rent_and_the_whole_draw)
{
    struct bench b = bench_new(NULL);

    assert_near(hour_part(&b, RENTED, 0, PART_COMPUTE), 2);
    assert_near(hour_part(&b, RENTED, 0, PART_ENERGY), 1.275 * 0.1);
    assert_near(hour_part(&b, RENTED, 0, PART_CARBON), 1.275 * 500e-6 * 50);
    assert_near(hour_part(&b, RENTED, 0, PART_DUTY), 0);
    assert_near(b.k->kwh_use[((size_t)RUN * N_OFFER + RENTED) * N_PHASE + PHASE_TRAIN], 1.275);
    assert_near(b.k->kwh_idle[RENTED], 0);
    bench_free(&b);
}
END_TEST

START_TEST(power_in_the_price_is_not_paid_twice_but_emits)
{
    struct bench b = bench_new(NULL);

    assert_near(hour_part(&b, PACKED, 0, PART_ENERGY), 0);
    assert_near(hour_part(&b, PACKED, 0, PART_CARBON), 1.275 * 500e-6 * 50);
    bench_free(&b);
}
END_TEST

START_TEST(held_hours_pay_only_the_draw_above_idle)
{
    struct bench b = bench_new(NULL);

    assert_near(hour_part(&b, LEASED, 0, PART_COMPUTE), 0);
    assert_near(hour_part(&b, LEASED, 0, PART_ENERGY), 0.975 * 0.1);
    assert_near(hour_part(&b, STOCK, 1, PART_CARBON), 0.975 * 500e-6 * 50);
    assert_near(b.k->kwh_use[((size_t)RUN * N_OFFER + STOCK) * N_PHASE + PHASE_TRAIN], 0.975);
    bench_free(&b);
}
END_TEST

START_TEST(holding_pays_rent_annuity_and_idle_energy)
{
    struct bench b = bench_new(NULL);
    size_t n = b.k->n_seg;

    assert_near(b.k->hold_rent[LEASED * n], 1.5 * 24);
    assert_near(b.k->hold_energy[LEASED * n], 0.3 * 0.1 * 24);
    assert_near(b.k->hold_carbon[LEASED * n + 1], 0.3 * 500e-6 * 50 * 24);
    assert_near(b.k->hold_rent[STOCK * n], 0);
    assert_near(b.k->hold_energy[STOCK * n], 0.3 * 0.1 * 24);
    /* (30000 - 3000) over 4 years of 8760 hours */
    assert_near(b.k->hold_rent[BOUGHT * n], 27000.0 / 4 / 8760 * 24);
    assert_near(b.k->hold_energy[BOUGHT * n], 0);
    assert_near(b.k->hold_rent[RENTED * n], 0);
    assert_near(b.k->kwh_idle[STOCK], 0.3);
    bench_free(&b);
}
END_TEST

START_TEST(the_annuity_pays_back_the_purchase)
{
    struct offer f = { .capex = 1000, .life = 2, .residual = 0.21, .capital_rate = 0.1 };

    /* two yearly payments and 210 at the end are worth 1000 today */
    double a = purchase_annuity(&f) * 8760;

    assert_near(a / 1.1 + a / 1.21 + 210 / 1.21, 1000);
}
END_TEST

START_TEST(moving_is_spread_over_the_work)
{
    struct bench b = bench_new(NULL);
    int run = cost_activity(b.k, RENTED, RUN, -1, PHASE_TRAIN);
    int mixed = cost_activity(b.k, RENTED, CHAT, 0, PHASE_MIXED), pre = cost_activity(b.k, RENTED, CHAT, 0, PHASE_PREFILL);
    int dec = cost_activity(b.k, RENTED, CHAT, 0, PHASE_DECODE);

    assert_near(cost_part_work(b.k, RENTED, run, 0, PART_MOVEMENT), 102 * 0.05 / 1e9);
    assert_near(cost_part_work(b.k, RENTED, mixed, 0, PART_MOVEMENT), 24 * 0.05 / 48000 + 0.001 * 0.02);
    assert_near(cost_part_work(b.k, RENTED, dec, 0, PART_MOVEMENT), 24 * 0.05 / 48000 + 0.001 * 0.02);
    assert_near(cost_part_work(b.k, RENTED, pre, 0, PART_MOVEMENT), 0);      /* the decode of the same route moves */
    bench_free(&b);
}
END_TEST

START_TEST(activities_exist_where_there_is_demand)
{
    struct bench b = bench_new(NULL);

    ck_assert_int_ge(cost_activity(b.k, RENTED, CHAT, 0, PHASE_MIXED), 0);
    ck_assert_int_eq(cost_activity(b.k, RENTED, CHAT, 1, PHASE_MIXED), -1);   /* no demand from there */
    ck_assert_int_eq(cost_activity(b.k, RENTED, CHAT, -1, PHASE_MIXED), -1);
    ck_assert_int_eq(cost_activity(b.k, RENTED, CHAT, 0, PHASE_TRAIN), -1);
    ck_assert_int_eq(cost_activity(b.k, RENTED, RUN, 0, PHASE_TRAIN), -1);
    bench_free(&b);
}
END_TEST

START_TEST(duties_follow_their_basis)
{
    static const char *const rules[] = {
        "name=per_hour; effect=price; basis=hour; charge=0.1; acts=use; when=workload.task == 'training'",
        "name=per_kwh; effect=price; basis=kwh; charge=-0.02; acts=use; when=workload.task == 'training'",
        "name=per_tonne; effect=price; basis=tonne; charge=10; acts=use; when=workload.task == 'training'",
        "name=tax; effect=price; basis=ad_valorem; charge=0.25; acts=rent; when=workload.task == 'training'",
        "name=per_gb; effect=price; basis=gb; charge=0.01; acts=move_data; when=workload.task == 'training'",
        "name=off; effect=price; basis=hour; charge=99; enabled=false", NULL };
    struct bench b = bench_new(rules);
    int run = cost_activity(b.k, RENTED, RUN, -1, PHASE_TRAIN), chat = cost_activity(b.k, RENTED, CHAT, 0, PHASE_MIXED);
    double tonne = 10 * 1.275 * 500e-6;

    assert_near(hour_part(&b, RENTED, 0, PART_DUTY), 0.1 - 0.02 * 1.275 + tonne + 0.25 * 2);
    assert_near(hour_part(&b, PACKED, 0, PART_DUTY), 0.1 + tonne + 0.25 * 2);     /* no power paid, no subsidy on it */
    assert_near(hour_part(&b, STOCK, 0, PART_DUTY), 0.1 - 0.02 * 0.975 + 10 * 0.975 * 500e-6);
    assert_near(cost_part_work(b.k, RENTED, run, 0, PART_DUTY), 0.01 * 100 / 1e9);
    assert_near(cost_part_hour(b.k, RENTED, chat, 0, PART_DUTY), 0);
    bench_free(&b);
}
END_TEST

START_TEST(duties_on_signing_fall_on_what_is_held)
{
    static const char *const rules[] = {
        "name=lease_tax; effect=price; basis=ad_valorem; charge=0.2; acts=lease; from=2026-01-06",
        "name=buy_fee; effect=price; basis=hour; charge=0.3; acts=buy", NULL };
    struct bench b = bench_new(rules);
    size_t n = b.k->n_seg;

    ck_assert_uint_eq(n, 2);
    assert_near(b.k->hold_duty[LEASED * n], 0);
    assert_near(b.k->hold_duty[LEASED * n + 1], 0.2 * 1.5 * 24);
    assert_near(b.k->hold_duty[BOUGHT * n], 0.3 * 24);
    assert_near(b.k->hold_duty[STOCK * n], 0);
    bench_free(&b);
}
END_TEST

START_TEST(products_equal_the_sums_of_their_parts)
{
    static const char *const rules[] = { "name=d; effect=price; basis=kwh; charge=0.03; from=2026-01-06", NULL };
    struct bench b = bench_new(rules);

    for (int o = 0; o < N_OFFER; o++)
        for (size_t i = 0; i < b.k->block[o].n_act; i++) {
            double c_hour[8], c_work[8];

            ck_assert_uint_le(b.k->n_seg, 8);
            ck_assert_int_eq(cost_products(b.k, o, i, 1, c_hour, c_work), STRAIT_OK);
            for (size_t t = 0; t < b.k->n_seg; t++) {
                double hour = 0, work = 0;

                for (int p = 0; p < N_PART; p++) {
                    hour += cost_part_hour(b.k, o, (int)i, t, (enum cost_part)p);
                    work += cost_part_work(b.k, o, (int)i, t, (enum cost_part)p);
                }
                assert_near(c_hour[t], hour);
                assert_near(c_work[t], work);
            }
        }
    bench_free(&b);
}
END_TEST

Suite *cost_suite(void)
{
    Suite *s = suite_create("cost");
    TCase *hour = tcase_create("hours"), *hold = tcase_create("holding"), *work = tcase_create("work"),
          *duty = tcase_create("duties");

    tcase_add_test(hour, rented_hours_pay_rent_and_the_whole_draw);
    tcase_add_test(hour, power_in_the_price_is_not_paid_twice_but_emits);
    tcase_add_test(hour, held_hours_pay_only_the_draw_above_idle);
    tcase_add_test(hold, holding_pays_rent_annuity_and_idle_energy);
    tcase_add_test(hold, the_annuity_pays_back_the_purchase);
    tcase_add_test(work, moving_is_spread_over_the_work);
    tcase_add_test(work, activities_exist_where_there_is_demand);
    tcase_add_test(duty, duties_follow_their_basis);
    tcase_add_test(duty, duties_on_signing_fall_on_what_is_held);
    tcase_add_test(duty, products_equal_the_sums_of_their_parts);
    suite_add_tcase(s, hour);
    suite_add_tcase(s, hold);
    suite_add_tcase(s, work);
    suite_add_tcase(s, duty);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(cost_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
