/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inference: caches, experts, prompts and steps by hand; the choice of a replica under targets. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimate/physics.h"

Suite *inference_suite(void);

static void assert_near(double got, double want)
{
    ck_assert_msg(fabs(got - want) <= 1e-9 * fabs(want), "%.12g, not %.12g", got, want);
}

/* 1 B parameters in 16 bits = 2 GB; 10 layers of width 1000; KV 4 * 10 * 5 * 100 = 20 kB a token. */
static const struct model small = { .name = "small", .total_params = 1, .active_params = 1, .layers = 10,
                                    .hidden = 1000, .heads = 10, .kv_heads = 5, .head_dim = 100,
                                    .attention = ATTN_GQA, .full_attention = 1 };
/* Shared 1 B, experts 4 B in 4, one active: 2 B a token. */
static const struct model mixture = { .name = "mixture", .total_params = 5, .active_params = 2, .layers = 10,
                                      .hidden = 1000, .heads = 10, .kv_heads = 5, .head_dim = 100,
                                      .attention = ATTN_GQA, .full_attention = 1, .experts = 4, .experts_active = 1 };
static const struct accelerator chip = { .name = "chip", .family = "none", .bf16 = 100, .fp8 = 200, .memory = 10,
                                         .memory_bandwidth = 1000, .scaleup_size = 8, .scaleup_bandwidth = 200,
                                         .scaleout_bandwidth = 100 };

static struct constants plain;
static struct params bare;         /* no overheads: what is left is arithmetic at half of peak and bandwidth */

static struct server server_of(const struct model *m)
{
    plain = *default_constants();
    plain.queue_factor = 1;
    bare = (struct params){ .v = { 0 } };
    bare.v[P_serve_gemm] = bare.v[P_serve_attention] = bare.v[P_weights_bandwidth] = bare.v[P_cache_bandwidth] = 0.5;
    bare.v[P_serve_moe_bandwidth] = bare.v[P_serve_moe] = bare.v[P_serve_skew] = bare.v[P_link_share] = bare.v[P_interference] = 1;
    return (struct server){ &plain, &bare, m, &chip, N_FAMILY, { 0 }, { 0 } };
}

static struct serve_job job(double input, double output)
{
    return (struct serve_job){ .precision = PREC_BF16, .input_len = input, .output_len = output, .ttft_s = REAL_OPEN,
                               .tpot_s = REAL_OPEN };
}

static const struct layout one = { 1, 1, 1 }, pair = { 2, 2, 2 }, spread = { 2, 1, 2 };

START_TEST(kv_bytes_follow_the_kind_of_attention)
{
    struct model m = { .layers = 80, .hidden = 8192, .heads = 64, .kv_heads = 8, .head_dim = 128,
                       .attention = ATTN_GQA };

    assert_near(model_kv_bytes(&m), 327680);       /* Llama-3 70B */
    m.attention = ATTN_MQA;
    assert_near(model_kv_bytes(&m), 40960);
    m.attention = ATTN_MHA;
    assert_near(model_kv_bytes(&m), 2621440);
    m.attention = ATTN_MLA;
    m.layers = 61;
    assert_near(model_kv_bytes(&m), 70272);        /* DeepSeek-V3 */
    m.kv_bytes_per_token = 1234;
    assert_near(model_kv_bytes(&m), 1234);
}
END_TEST

START_TEST(experts_touched_grow_with_the_batch)
{
    assert_near(model_expert_params(&mixture), 4e9);
    assert_near(model_expert_width(&mixture), 4e9 / (3 * 10 * 4 * 1000));
    assert_near(model_experts_touched(&mixture, 1), 1e9);
    assert_near(model_experts_touched(&mixture, 2), 1.75e9);     /* 4 (1 - 0.75^2) */
    assert_near(model_experts_touched(&mixture, 1000), 4e9);
    assert_near(model_expert_params(&small) + model_experts_touched(&small, 9), 0);
}
END_TEST

START_TEST(windows_forget_and_sparse_attention_chooses)
{
    struct model m = { .full_attention = 0.5, .window = 128 };

    assert_near(model_attended(&m, 1000), 564);
    assert_near(model_cached(&m, 1000), 564);
    m = (struct model){ .full_attention = 0.25 };                /* linear: not in the cache's bytes to begin with */
    assert_near(model_attended(&m, 1000), 250);
    assert_near(model_cached(&m, 1000), 1000);
    m = (struct model){ .full_attention = 1, .sparse = 100 };
    assert_near(model_attended(&m, 1000), 200);
    assert_near(model_cached(&m, 1000), 1000);
}
END_TEST

START_TEST(a_prompt_costs_products_and_attention)
{
    struct server s = server_of(&small);
    struct serve_job j = job(1000, 1);

    /* 1000 * (2e9 + 4 * 10 * 1000 * 500) = 2.02e12 FLOP at 50e12 */
    assert_near(prompt_seconds(&s, &j, &one, 1), 2.02e12 / 50e12);
    assert_near(prompt_seconds(&s, &j, &one, 3), 3 * 2.02e12 / 50e12);
    j.prefix_hit = 0.5;       /* 500 new tokens that see 750 in the mean */
    assert_near(prompt_seconds(&s, &j, &one, 1), 500 * (2e9 + 4e4 * 750) / 50e12);
    j = job(1, 1);            /* the weights must be read at least once */
    assert_near(prompt_seconds(&s, &j, &one, 1), 2e9 / 500e9);
}
END_TEST

START_TEST(prompts_share_launches)
{
    struct server s = server_of(&small);
    struct serve_job j = job(1000, 1);

    bare.v[P_prefill_step_us] = 8000;
    assert_near(prompt_seconds(&s, &j, &one, 1), 2.02e12 / 50e12 + 0.008);
    assert_near(prompt_share_seconds(&s, &j, &one, 8000), 2.02e12 / 50e12 + 0.001);
}
END_TEST

START_TEST(tensor_parallelism_divides_work_and_adds_all_reduces)
{
    struct server s = server_of(&small);
    struct serve_job j = job(1000, 1);

    /* 10 layers * 2 * (1000 * 1000 * 2 bytes * 2 * 1/2) at 100 GB/s one way */
    assert_near(prompt_seconds(&s, &j, &pair, 1), 2.02e12 / 100e12 + 10 * 2 * 2e6 / 100e9);
}
END_TEST

START_TEST(a_step_reads_weights_and_cache)
{
    struct server s = server_of(&small);
    struct serve_job j = job(900, 200);      /* mean length 1000: 20 MB of cache a sequence */

    assert_near(decode_step_seconds(&s, &j, &one, 1), hypot(2e9 / 500e9, 2e9 / 50e12) + 20e6 / 500e9);
    assert_near(decode_step_seconds(&s, &j, &one, 500), hypot(2e9 / 500e9, 500 * 2e9 / 50e12) + 500 * 20e6 / 500e9);
    assert_near(decode_step_seconds(&s, &j, &pair, 10),
                hypot(1e9 / 500e9, 10e9 / 50e12) + 10 * 10e6 / 500e9 + 2 * 10 * (10 * 1000 * 2.0) / 100e9);
    bare.v[P_serve_layer_us] = 10;
    bare.v[P_step_us] = 100;
    bare.v[P_sequence_us] = 1;
    assert_near(decode_step_seconds(&s, &j, &one, 1), hypot(2e9 / 500e9, 2e9 / 50e12) + 20e6 / 500e9 + 201e-6);
}
END_TEST

START_TEST(a_spread_mixture_reads_its_share_of_experts_and_exchanges_tokens)
{
    struct server s = server_of(&mixture);
    struct serve_job j = job(900, 200);

    bare.v[P_link_us] = 5;
    /* two tokens: 1 B shared whole, 1.75 B of experts on two; one token each to one expert, 3 bytes a value */
    assert_near(decode_step_seconds(&s, &j, &spread, 2),
                hypot((1e9 + 1.75e9 / 2) * 2 / 500e9, 4e9 / 50e12) + 20e6 / 500e9 + 10 * (10e-6 + 3000 / 100e9));
}
END_TEST

START_TEST(drafts_yield_tokens_and_cost_products)
{
    struct server s = server_of(&small);
    struct serve_job j = job(900, 200);

    bare.v[P_draft_accepted] = 0.5;
    assert_near(tokens_per_step(&bare, 0), 1);
    assert_near(tokens_per_step(&bare, 2), 1.75);
    j.drafts = 1;
    assert_near(decode_step_seconds(&s, &j, &one, 1), 1.05 * (hypot(2e9 / 500e9, 4e9 / 50e12) + 20e6 / 500e9));
}
END_TEST

START_TEST(caches_follow_precision_and_ranks)
{
    struct server s = server_of(&small);
    struct serve_job j = job(900, 200);
    struct layout ten = { 10, 10, 10 };

    assert_near(cache_bytes_per_token(&s, &j, &one), 20e3);
    assert_near(cache_bytes_per_token(&s, &j, &ten), 4e3);      /* five KV heads on ten ranks: two copies */
    j.precision = PREC_FP8;
    assert_near(cache_bytes_per_token(&s, &j, &one), 10e3);
    j.cache_scale = 1;
    assert_near(cache_bytes_per_token(&s, &j, &one), 20e3);
}
END_TEST

START_TEST(memory_limits_the_batch)
{
    struct server s = server_of(&small);
    struct serve_job j = job(900, 100);

    assert_near(batch_by_memory(&s, &j, &one), (9e9 - 2e9) / 20e6);
    j = job(900000, 100000);
    ck_assert_double_lt(batch_by_memory(&s, &j, &one), 1);
    s.m = &mixture;            /* 10 GB of weights in 9 GB */
    assert_near(batch_by_memory(&s, &j, &one), 0);
}
END_TEST

START_TEST(colocated_serving_shares_the_replica)
{
    struct server s = server_of(&small);
    struct serve_job j = job(900, 200);
    struct serve_point p = serve_at(&s, &j, SERVE_PREFILL, &one, 1), d = serve_at(&s, &j, SERVE_DECODE, &one, 10),
                       x = serve_at(&s, &j, SERVE_MIXED, &one, 10);

    assert_near(d.requests_per_s, 10 / (200 * d.step_s));
    assert_near(x.requests_per_s, 1 / (1 / p.requests_per_s + 1 / d.requests_per_s));
    assert_near(x.tpot_s, d.step_s + 10 * p.prefill_s / 200);
    ck_assert(isnan(d.ttft_s) && isnan(p.tpot_s) && isnan(p.batch));
}
END_TEST

START_TEST(a_users_efficiency_stands_as_it_is)
{
    struct server s = server_of(&small);
    struct serve_job j = job(1000, 1);

    s.prefill = (struct user_efficiency){ true, 0.25, 0.5, 0.3 };
    assert_near(prompt_seconds(&s, &j, &one, 1), 2.02e12 / 25e12);
    s.decode = (struct user_efficiency){ true, 0.25, 0.25, 0.3 };
    j = job(900, 200);
    assert_near(decode_step_seconds(&s, &j, &one, 1), hypot(2e9 / 250e9, 2e9 / 25e12) + 20e6 / 250e9);
}
END_TEST

static bool choose(const struct server *s, const struct serve_job *j, enum serve_phase p, int most,
                   struct serve_point *q, char *reason)
{
    struct replica_limits lim = { 1, most, 8 };

    return serve_choose(s, j, p, &lim, q, reason, REASON_SIZE);
}

START_TEST(the_batch_is_the_largest_that_keeps_the_time_per_token)
{
    struct server s = server_of(&small);
    struct serve_job j = job(900, 200);
    struct serve_point q;
    char reason[REASON_SIZE];

    j.tpot_s = 0.010;
    ck_assert(choose(&s, &j, SERVE_MIXED, 1, &q, reason));
    ck_assert_double_le(q.tpot_s, j.tpot_s);
    ck_assert_double_gt(serve_at(&s, &j, SERVE_MIXED, &one, q.batch + 1).tpot_s, j.tpot_s);
}
END_TEST

START_TEST(a_looser_target_never_serves_less)
{
    struct server s = server_of(&mixture);
    struct serve_job j = job(900, 200);
    double last = 0;

    for (double ms = 5; ms < 200; ms *= 1.3) {
        struct serve_point q;
        char reason[REASON_SIZE];

        j.tpot_s = ms / 1e3;
        if (!choose(&s, &j, SERVE_MIXED, 8, &q, reason))
            continue;
        ck_assert_double_ge(q.requests_per_s / q.n * (1 + plain.replica_gain), last);
        last = q.requests_per_s / q.n;
    }
    ck_assert_double_gt(last, 0);
}
END_TEST

START_TEST(weights_too_large_for_one_take_more_accelerators)
{
    struct server s = server_of(&mixture);
    struct serve_job j = job(900, 200);
    struct serve_point q;
    char reason[REASON_SIZE];

    ck_assert(!choose(&s, &j, SERVE_DECODE, 1, &q, reason));
    ck_assert_msg(strstr(reason, "does not fit") != NULL, "%s", reason);
    ck_assert(choose(&s, &j, SERVE_DECODE, 8, &q, reason));
    ck_assert_int_ge(q.n, 2);
}
END_TEST

START_TEST(reasons_name_the_target_that_is_out_of_reach)
{
    struct server s = server_of(&small);
    struct serve_job j = job(900, 200);
    struct serve_point q;
    char reason[REASON_SIZE];

    j.tpot_s = 1e-6;
    ck_assert(!choose(&s, &j, SERVE_DECODE, 1, &q, reason));
    ck_assert_msg(strstr(reason, "time per token") != NULL, "%s", reason);
    j.tpot_s = REAL_OPEN;
    j.ttft_s = 1e-6;
    ck_assert(!choose(&s, &j, SERVE_PREFILL, 1, &q, reason));
    ck_assert_msg(strstr(reason, "time to first token") != NULL, "%s", reason);
}
END_TEST

START_TEST(a_chip_without_the_precision_falls_back_or_refuses)
{
    ck_assert_int_eq(chip_precision(&chip, PREC_FP8, -1), PREC_FP8);
    ck_assert_int_eq(chip_precision(&chip, PREC_FP4, PREC_FP8), PREC_FP8);
    ck_assert_int_eq(chip_precision(&chip, PREC_INT8, -1), -1);
    ck_assert_int_eq(chip_precision(&chip, PREC_INT8, PREC_FP4), -1);
}
END_TEST

Suite *inference_suite(void)
{
    Suite *s = suite_create("inference");
    TCase *shape = tcase_create("shape"), *hand = tcase_create("by hand"), *pick = tcase_create("replica");

    tcase_add_test(shape, kv_bytes_follow_the_kind_of_attention);
    tcase_add_test(shape, experts_touched_grow_with_the_batch);
    tcase_add_test(shape, a_chip_without_the_precision_falls_back_or_refuses);
    tcase_add_test(shape, windows_forget_and_sparse_attention_chooses);
    tcase_add_test(hand, a_prompt_costs_products_and_attention);
    tcase_add_test(hand, prompts_share_launches);
    tcase_add_test(hand, a_spread_mixture_reads_its_share_of_experts_and_exchanges_tokens);
    tcase_add_test(hand, drafts_yield_tokens_and_cost_products);
    tcase_add_test(hand, caches_follow_precision_and_ranks);
    tcase_add_test(hand, a_users_efficiency_stands_as_it_is);
    tcase_add_test(hand, tensor_parallelism_divides_work_and_adds_all_reduces);
    tcase_add_test(hand, a_step_reads_weights_and_cache);
    tcase_add_test(hand, memory_limits_the_batch);
    tcase_add_test(hand, colocated_serving_shares_the_replica);
    tcase_add_test(pick, the_batch_is_the_largest_that_keeps_the_time_per_token);
    tcase_add_test(pick, a_looser_target_never_serves_less);
    tcase_add_test(pick, weights_too_large_for_one_take_more_accelerators);
    tcase_add_test(pick, reasons_name_the_target_that_is_out_of_reach);
    suite_add_tcase(s, shape);
    suite_add_tcase(s, hand);
    suite_add_tcase(s, pick);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(inference_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
