/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates of workloads on offers: who runs where, why not, and what moves a rate. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimate/physics.h"
#include "support/small_case.h"

Suite *rates_suite(void);

#define H100 "vendor=Nvidia; bf16=989; fp8=1979; int8=1979; memory=80; memory_bandwidth=3350; scaleup_size=8; " \
             "scaleup_bandwidth=900; scaleout_bandwidth=400; rated_power=1300; idle_power=300"
#define N910B "vendor=Huawei; family=ascend_910; bf16=353.9; int8=708; memory=64; memory_bandwidth=1600; " \
              "scaleup_size=8; scaleup_bandwidth=392; scaleout_bandwidth=200; rated_power=600; idle_power=150"
#define LLAMA70 "name=llama70; total_params=70.55; active_params=70.55; layers=80; hidden=8192; heads=64; " \
                "kv_heads=8; head_dim=128"
#define RUN "company=acme; task=training; model=llama70; tokens=1e10; "
#define CHAT "company=acme; task=service; model=llama70; input_len=1000; output_len=300; "

static const struct small_record base[] = {
    { KIND_settings, "start=2026-01-05; period=week; periods=4" },
    { KIND_company, "name=acme; seat=CN" },
    { KIND_region, "name=cn; country=CN" },
    { KIND_accelerator, "name=h100; family=hopper; " H100 },
    { KIND_accelerator, "name=alien; family=unheard_of; " H100 },
    { KIND_accelerator, "name=910b; " N910B },
    { KIND_site, "name=johor; country=MY; shore=offshore; pue=1.4; tariff=0.1; carbon=500" },
    { KIND_network, "site=johor; region=cn; rtt=40" },
    { KIND_offer, "name=big; site=johor; accelerator=h100; contract=on_demand; price=2; count=4096" },
    { KIND_offer, "name=eight; site=johor; accelerator=h100; contract=on_demand; price=2; count=8" },
    { KIND_offer, "name=spot; site=johor; accelerator=h100; contract=spot; price=1; count=4096; interruptions=0.001" },
    { KIND_offer, "name=strange; site=johor; accelerator=alien; contract=on_demand; price=2; count=4096" },
    { KIND_offer, "name=ascend; site=johor; accelerator=910b; contract=on_demand; price=1; count=4096" },
    { KIND_offer, "name=half_a; site=johor; accelerator=h100; contract=on_demand; price=2; count=16; fabric=f" },
    { KIND_offer, "name=half_b; site=johor; accelerator=h100; contract=on_demand; price=2; count=16; fabric=f" },
    { KIND_model, LLAMA70 },
    { KIND_workload, "name=run; " RUN },
    { KIND_workload, "name=soft; interruptible=true; " RUN },
    { KIND_workload, "name=narrow; max_parallel=16; " RUN },
    { KIND_workload, "name=eighths; precision=fp8; " RUN },
    { KIND_workload, "name=fallen; precision=fp8; fallback=bf16; " RUN },
    { KIND_workload, "name=native; families=ascend_910; " RUN },
    { KIND_workload, "name=chat; tpot=50; ttft=2000; " CHAT },
    { KIND_workload, "name=rush; tpot=0.1; " CHAT },
    { KIND_workload, "name=apart; disaggregate=true; tpot=50; " CHAT },
    { KIND_workload, "name=pile; company=acme; task=batch; model=llama70; input_len=1000; output_len=300; requests=1e6; "
                     "interruptible=true" },
    { KIND_demand, "workload=chat; region=cn; requests=1000" },
    { KIND_demand, "workload=rush; region=cn; requests=1000" },
    { KIND_demand, "workload=apart; region=cn; requests=1000" },
    { KIND_pinned_rate, "workload=soft; accelerator=910b; phase=train; rate=123; error=0.05" },
    { KIND_pinned_rate, "workload=chat; accelerator=910b; phase=mixed; rate=60" },
    { KIND_rule, NULL },
};

enum { BIG, EIGHT, SPOT, STRANGE, ASCEND, HALF_A, HALF_B };
enum { RUN_, SOFT, NARROW, EIGHTHS, FALLEN, NATIVE, CHAT_, RUSH, APART, PILE };

static strait_ctx *cx;
static strait_case *c;
static struct rates *r;

static void start(void)
{
    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
    c = small_case(cx, base);
    ck_assert_int_eq(estimate_rates(cx, c, &r), STRAIT_OK);
}

static void stop(void)
{
    rates_free(r);
    case_free(c);
    strait_ctx_free(cx);
}

static const struct rate *train(int w, int o)
{
    return rate_at(r, w, o, PHASE_TRAIN);
}

static void assert_reason(const struct rate *v, const char *part)
{
    ck_assert(v->per_accel_h == 0);
    ck_assert_ptr_nonnull(v->reason);
    ck_assert_msg(strstr(v->reason, part) != NULL, "reason is: %s", v->reason);
}

START_TEST(a_rate_or_a_reason_but_never_both)
{
    for (int w = 0; w < (int)r->n_workload; w++)
        for (int o = 0; o < (int)r->n_offer; o++)
            for (int p = 0; p < N_PHASE; p++) {
                const struct rate *v = rate_at(r, w, o, (enum phase)p);

                ck_assert((v->per_accel_h > 0) == (v->reason == NULL));
                ck_assert(isfinite(v->per_accel_h) && v->min_accel >= 1);
            }
}
END_TEST

START_TEST(a_gang_must_fit_what_can_be_held)
{
    /* 70.55e9 * 18 bytes / 72 GB: 18 accelerators, whole nodes 24 */
    ck_assert_int_eq(train(RUN_, BIG)->min_accel, 24);
    assert_reason(train(RUN_, EIGHT), "does not fit");
    assert_reason(train(NARROW, BIG), "max_parallel is 16");
}
END_TEST

START_TEST(offers_of_one_fabric_hold_a_gang_together)
{
    ck_assert(train(RUN_, HALF_A)->per_accel_h > 0);
    ck_assert(train(RUN_, HALF_B)->per_accel_h == train(RUN_, HALF_A)->per_accel_h);
}
END_TEST

START_TEST(spot_takes_only_interruptible_work_and_costs_goodput)
{
    assert_reason(train(RUN_, SPOT), "spot needs interruptible work");
    ck_assert(train(SOFT, SPOT)->per_accel_h > 0);
    ck_assert_double_lt(train(SOFT, SPOT)->per_accel_h, train(SOFT, BIG)->per_accel_h);
    ck_assert_double_lt(rate_at(r, PILE, SPOT, PHASE_MIXED)->per_accel_h, rate_at(r, PILE, BIG, PHASE_MIXED)->per_accel_h);
}
END_TEST

START_TEST(a_missing_precision_bars_or_falls_back)
{
    assert_reason(train(EIGHTHS, ASCEND), "precision fp8 is not supported by 910b");
    ck_assert_double_gt(train(EIGHTHS, BIG)->per_accel_h, 1.5 * train(RUN_, BIG)->per_accel_h);
    ck_assert(train(FALLEN, ASCEND)->per_accel_h == train(RUN_, ASCEND)->per_accel_h);
}
END_TEST

START_TEST(families_of_a_workload_bar_the_others)
{
    assert_reason(train(NATIVE, BIG), "families");
    ck_assert(train(NATIVE, ASCEND)->per_accel_h > 0);
}
END_TEST

START_TEST(an_unknown_family_is_outside_and_less_sure)
{
    ck_assert(train(RUN_, BIG)->outside == 0);
    ck_assert_double_gt(train(RUN_, STRANGE)->outside, 0.5);
    ck_assert_double_gt(train(RUN_, STRANGE)->error, train(RUN_, BIG)->error);
}
END_TEST

START_TEST(services_have_phases_apart_only_when_disaggregated)
{
    ck_assert(rate_at(r, CHAT_, BIG, PHASE_MIXED)->per_accel_h > 0);
    assert_reason(rate_at(r, CHAT_, BIG, PHASE_DECODE), "no such phase");
    for (int p = PHASE_PREFILL; p <= PHASE_MIXED; p++)
        ck_assert(rate_at(r, APART, BIG, (enum phase)p)->per_accel_h > 0);
    ck_assert_double_lt(rate_at(r, APART, BIG, PHASE_MIXED)->per_accel_h,
                        rate_at(r, APART, BIG, PHASE_PREFILL)->per_accel_h);
}
END_TEST

START_TEST(targets_are_kept_or_named)
{
    const struct rate *v = rate_at(r, CHAT_, BIG, PHASE_MIXED);

    ck_assert_double_le(v->tpot_s, 0.050);
    ck_assert_double_le(v->ttft_s, 2.0);
    ck_assert_double_ge(v->batch, 1);
    assert_reason(rate_at(r, RUSH, BIG, PHASE_MIXED), "time per token out of reach");
    ck_assert(isnan(rate_at(r, PILE, BIG, PHASE_MIXED)->tpot_s));
    ck_assert_double_ge(rate_at(r, PILE, BIG, PHASE_MIXED)->per_accel_h,
                        v->per_accel_h / (1 + default_constants()->replica_gain));
}
END_TEST

START_TEST(a_pinned_rate_wins)
{
    ck_assert_double_eq_tol(train(SOFT, ASCEND)->per_accel_h, 123.0 * 3600, 1e-6);
    ck_assert_double_eq_tol(train(SOFT, ASCEND)->error, 0.05, 1e-12);
    /* 60 output tokens a second, 300 a request */
    ck_assert_double_eq_tol(rate_at(r, CHAT_, ASCEND, PHASE_MIXED)->per_accel_h, 60.0 * 3600 / 300, 1e-9);
}
END_TEST

START_TEST(power_lies_between_idle_and_rating)
{
    ck_assert_double_eq_tol(train(RUN_, BIG)->power_w, 0.85 * 1300, 1e-9);
    ck_assert_double_lt(rate_at(r, APART, BIG, PHASE_DECODE)->power_w, rate_at(r, APART, BIG, PHASE_PREFILL)->power_w);
    ck_assert_double_ge(rate_at(r, APART, ASCEND, PHASE_DECODE)->power_w, 150);
}
END_TEST

START_TEST(the_table_tells_cost_bar_and_reason)
{
    strait_table *t = NULL;
    size_t costs = 0, reasons = 0;

    ck_assert_int_eq(estimate_table(cx, c, r, &t), STRAIT_OK);
    /* 6 runs and a batch of one phase, services of one, one and three; 7 offers */
    ck_assert_uint_eq(t->n_row, 7 * (6 + 1 + 1 + 1 + 3));
    for (size_t i = 0; i < t->n_row; i++) {
        bool runs = table_real(t, "rate", i) > 0;

        costs += isnan(table_real(t, "cost", i)) ? 0 : 1;
        reasons += table_text(t, "reason", i) != NULL ? 1 : 0;
        ck_assert(runs == !isnan(table_real(t, "cost", i)));
        ck_assert(!runs || (table_real(t, "low", i) < table_real(t, "rate", i) &&
                            table_real(t, "rate", i) < table_real(t, "high", i)));
    }
    ck_assert_uint_eq(costs + reasons, t->n_row);
    table_free(t);
}
END_TEST

Suite *rates_suite(void)
{
    Suite *s = suite_create("rates");
    TCase *run = tcase_create("who runs where"), *serve = tcase_create("services"), *rest = tcase_create("rest");

    tcase_add_checked_fixture(run, start, stop);
    tcase_add_checked_fixture(serve, start, stop);
    tcase_add_checked_fixture(rest, start, stop);
    tcase_add_test(run, a_rate_or_a_reason_but_never_both);
    tcase_add_test(run, a_gang_must_fit_what_can_be_held);
    tcase_add_test(run, offers_of_one_fabric_hold_a_gang_together);
    tcase_add_test(run, spot_takes_only_interruptible_work_and_costs_goodput);
    tcase_add_test(run, a_missing_precision_bars_or_falls_back);
    tcase_add_test(run, families_of_a_workload_bar_the_others);
    tcase_add_test(run, an_unknown_family_is_outside_and_less_sure);
    tcase_add_test(serve, services_have_phases_apart_only_when_disaggregated);
    tcase_add_test(serve, targets_are_kept_or_named);
    tcase_add_test(rest, a_pinned_rate_wins);
    tcase_add_test(rest, power_lies_between_idle_and_rating);
    tcase_add_test(rest, the_table_tells_cost_bar_and_reason);
    suite_add_tcase(s, run);
    suite_add_tcase(s, serve);
    suite_add_tcase(s, rest);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(rates_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
