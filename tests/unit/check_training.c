/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training: FLOP, memory, goodput and rate by hand; the built-in efficiencies in their bounds. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "estimate/physics.h"

Suite *training_suite(void);

static void assert_near(double got, double want)
{
    ck_assert_msg(fabs(got - want) <= 1e-9 * fabs(want), "%.12g, not %.12g", got, want);
}

/* 1 B parameters, 10 layers, hidden 1000: attention 12 * 10 * 1000 * 2000 / 2 = 1.2e8 FLOP a token at 2000. */
static const struct model small = { .name = "small", .total_params = 1, .active_params = 1, .layers = 10,
                                    .hidden = 1000 };
static const struct accelerator chip = { .name = "chip", .family = "none", .bf16 = 100, .fp8 = 200, .memory = 80,
                                         .memory_bandwidth = 1000, .scaleup_size = 8 };
static const struct accelerator h100 = { .name = "h100", .family = "hopper", .bf16 = 989, .fp8 = 1979,
                                         .memory = 80, .memory_bandwidth = 3350, .scaleup_size = 8 };
static const struct accelerator h20 = { .name = "h20", .family = "hopper", .bf16 = 148, .fp8 = 296, .memory = 96,
                                        .memory_bandwidth = 4000, .scaleup_size = 8 };
static const struct accelerator n910b = { .name = "910b", .family = "ascend_910", .bf16 = 353.9, .int8 = 708,
                                          .memory = 64, .memory_bandwidth = 1600, .scaleup_size = 8 };
static const struct accelerator n910c = { .name = "910c", .family = "ascend_910", .bf16 = 752, .int8 = 1504,
                                          .memory = 128, .memory_bandwidth = 3200, .scaleup_size = 384 };
static const struct model v3 = { .name = "v3", .total_params = 671, .active_params = 37, .layers = 61,
                                 .hidden = 7168, .heads = 128, .attention = ATTN_MLA, .experts = 256,
                                 .experts_active = 8 };
static const struct model llama70 = { .name = "llama70", .total_params = 70.55, .active_params = 70.55,
                                      .layers = 80, .hidden = 8192, .heads = 64, .kv_heads = 8, .head_dim = 128,
                                      .attention = ATTN_GQA };

START_TEST(flop_per_token_counts_parameters_and_causal_attention)
{
    assert_near(train_flop_per_token(&small, 6, 2000), 6.12e9);
    assert_near(train_flop_per_token(&small, 4, 2000), 4.08e9);   /* LoRA: both terms by 4/6 */
    assert_near(train_flop_per_token(&small, 6, 4000), 6.24e9);
}
END_TEST

START_TEST(memory_is_state_and_activations)
{
    struct train_job j = { PREC_BF16, 2000, 6, 1, 0 };

    /* 18 bytes * 1e9 + 2000 * 1000 * (2 * 10 + 34) */
    assert_near(train_memory_bytes(default_constants(), &small, &j), 18e9 + 1.08e8);
    j.precision = PREC_FP8;
    assert_near(train_memory_bytes(default_constants(), &small, &j), 16e9 + 1.08e8);
    j.precision = PREC_BF16;
    j.flop_per_param = 4;      /* frozen weights in 2 bytes, 1 % trained */
    assert_near(train_memory_bytes(default_constants(), &small, &j), 2e9 + 0.18e9 + 1.08e8);
}
END_TEST

START_TEST(goodput_follows_young_and_daly)
{
    struct constants k = *default_constants();

    k.checkpoint_s = 50;
    k.restart_s = 100;
    /* M = 86400 / 8.64 = 1e4 s, T = sqrt(2 * 50 * 1e4) = 1000 s; 50/1000 + (500 + 100)/1e4 = 0.11 */
    assert_near(train_goodput(&k, 1, 8.64, 0), 1 / 1.11);
    assert_near(train_goodput(&k, 2, 4.32, 0), 1 / 1.11);
    assert_near(train_goodput(&k, 1, 0, 0.36), 1 / 1.11);      /* 0.36 interruptions an hour */
    assert_near(train_goodput(&k, 1000, 0, 0), 1);
}
END_TEST

START_TEST(goodput_never_grows_with_the_gang)
{
    double last = 1;

    for (double n = 1; n < 1e6; n *= 2) {
        double g = train_goodput(default_constants(), n, 0.0005, 0.01);

        ck_assert(g > 0 && g <= last);
        last = g;
    }
    /* Llama 3 on 16384 H100: over 90 % effective training time reported. */
    ck_assert_double_ge(train_goodput(default_constants(), 16384, 0.0005, 0), 0.85);
}
END_TEST

START_TEST(rate_is_peak_by_mfu_over_flop)
{
    struct phase_efficiency e = { .compute = 0.5, .balance = REAL_NONE };
    struct train_job j = { PREC_BF16, 2000, 6, 64, 0 };
    struct train_point p = train_at(default_constants(), &e, &small, &chip, &j);

    assert_near(p.mfu, 0.5);
    assert_near(p.goodput, 1);
    assert_near(p.tokens_per_s, 100e12 * 0.5 / 6.12e9);
    j.precision = PREC_FP8;
    assert_near(train_at(default_constants(), &e, &small, &chip, &j).tokens_per_s, 200e12 * 0.5 / 6.12e9);
}
END_TEST

START_TEST(scale_costs_nothing_up_to_a_thousand_accelerators)
{
    const struct constants *k = default_constants();
    struct phase_efficiency e = { .compute = 0.5, .balance = REAL_NONE };
    struct train_job j = { PREC_BF16, 2000, 6, k->scale_from, 0 };

    assert_near(train_at(k, &e, &small, &chip, &j).mfu, 0.5);
    j.n_accel = 16 * k->scale_from;
    assert_near(train_at(k, &e, &small, &chip, &j).mfu, 0.5 * pow(16, -k->scale_exponent));
}
END_TEST

START_TEST(efficiency_holds_at_its_own_balance_and_grows_below_it)
{
    const struct constants *k = default_constants();
    struct phase_efficiency e = efficiency_of(NULL, "hopper", EFF_PREFILL, true);

    ck_assert_double_eq_tol(compute_efficiency(k, &e, &h100, PREC_BF16), e.compute, 0.002);
    ck_assert_double_eq_tol(compute_efficiency(k, &e, &h100, PREC_FP8), e.compute, 0.002);
    ck_assert_double_gt(compute_efficiency(k, &e, &h20, PREC_BF16), 1.3 * e.compute);
    ck_assert_double_le(compute_efficiency(k, &e, &h20, PREC_BF16), k->compute_ceiling);
}
END_TEST

START_TEST(a_row_of_the_case_replaces_the_built_in_one)
{
    struct efficiency rows[] = {
        { .family = "hopper", .phase = EFF_TRAIN, .compute = 0.11, .bandwidth = 0.6, .error = 0.2 },
        { .family = "*", .phase = EFF_TRAIN, .compute = 0.22, .bandwidth = 0.6, .error = 0.2 },
    };
    strait_case c = { 0 };

    c.efficiency.v = rows;
    c.efficiency.n = 2;
    assert_near(efficiency_of(&c, "hopper", EFF_TRAIN, false).compute, 0.11);
    ck_assert(efficiency_of(&c, "hopper", EFF_TRAIN, true).compute > 0.2);           /* mixtures apart */
    assert_near(efficiency_of(&c, "unheard_of", EFF_TRAIN, false).compute, 0.22);
    ck_assert(!efficiency_of(&c, "unheard_of", EFF_TRAIN, false).known);
    ck_assert(efficiency_of(&c, "ampere", EFF_TRAIN, false).compute > 0.4);          /* known before `*` */
    assert_near(compute_efficiency(default_constants(), &(struct phase_efficiency){ .compute = 0.11,
                .balance = REAL_NONE }, &h20, PREC_BF16), 0.11);                     /* as it stands */
}
END_TEST

START_TEST(every_family_has_all_its_rows)
{
    static const char *const family[] = { "ampere", "ada", "hopper", "blackwell", "blackwell_ultra", "rubin",
                                          "ascend_910", "ascend_950", "*" };

    for (size_t i = 0; i < sizeof family / sizeof *family; i++)
        for (int phase = EFF_TRAIN; phase <= EFF_DECODE; phase++)
            for (int moe = 0; moe < 2; moe++) {
                struct phase_efficiency e = efficiency_of(NULL, family[i], phase, moe);

                ck_assert_msg(e.known && e.compute > 0 && e.compute < 1 && e.error > 0 && e.source[0] != '\0',
                              "%s %d %d", family[i], phase, moe);
                ck_assert(phase != EFF_DECODE || (e.bandwidth > 0 && e.bandwidth < 1));
            }
}
END_TEST

static double mfu(const struct accelerator *a, const struct model *m, int precision, double n)
{
    struct phase_efficiency e = efficiency_of(NULL, a->family, EFF_TRAIN, model_is_moe(m));
    struct train_job j = { precision, 4096, 6, n, 0 };

    return train_at(default_constants(), &e, m, a, &j).mfu;
}

START_TEST(large_mixtures_train_in_the_published_range)
{
    ck_assert_double_ge(mfu(&n910b, &v3, PREC_BF16, 2048), 0.10);
    ck_assert_double_le(mfu(&n910b, &v3, PREC_BF16, 2048), 0.30);
    ck_assert_double_le(mfu(&n910c, &v3, PREC_BF16, 2048), 0.30);
    ck_assert_double_ge(mfu(&h100, &v3, PREC_BF16, 2048), 0.20);
    ck_assert_double_le(mfu(&h100, &v3, PREC_BF16, 2048), 0.41);
}
END_TEST

START_TEST(ascend_trains_below_nvidia_per_peak_flop)
{
    ck_assert_double_lt(mfu(&n910b, &v3, PREC_BF16, 2048), 0.85 * mfu(&h100, &v3, PREC_BF16, 2048));
    ck_assert_double_lt(mfu(&n910c, &v3, PREC_BF16, 2048), 0.85 * mfu(&h100, &v3, PREC_BF16, 2048));
    ck_assert_double_lt(mfu(&n910b, &llama70, PREC_BF16, 512), mfu(&h100, &llama70, PREC_BF16, 512));
}
END_TEST

Suite *training_suite(void)
{
    Suite *s = suite_create("training");
    TCase *hand = tcase_create("by hand"), *table = tcase_create("efficiencies"), *range = tcase_create("ranges");

    tcase_add_test(hand, flop_per_token_counts_parameters_and_causal_attention);
    tcase_add_test(hand, memory_is_state_and_activations);
    tcase_add_test(hand, goodput_follows_young_and_daly);
    tcase_add_test(hand, goodput_never_grows_with_the_gang);
    tcase_add_test(hand, rate_is_peak_by_mfu_over_flop);
    tcase_add_test(hand, scale_costs_nothing_up_to_a_thousand_accelerators);
    tcase_add_test(table, efficiency_holds_at_its_own_balance_and_grows_below_it);
    tcase_add_test(table, a_row_of_the_case_replaces_the_built_in_one);
    tcase_add_test(table, every_family_has_all_its_rows);
    tcase_add_test(range, large_mixtures_train_in_the_published_range);
    tcase_add_test(range, ascend_trains_below_nvidia_per_peak_flop);
    suite_add_tcase(s, hand);
    suite_add_tcase(s, table);
    suite_add_tcase(s, range);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(training_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
