/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published rows: the chip and shape a row names, the job it tells, what is filled in. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/point.h"

Suite *points_suite(void);

#define TRAIN_HEAD "id,model,shape_ref,total_params_b,active_params_b,layers,hidden,seq_len,train_tokens_b,precision,accelerator," \
                   "n_accelerators,parallelism,task,global_batch,year,family,tokens_per_s_per_accelerator,tflops_per_accelerator," \
                   "mfu_pct,mfu_kind,accelerator_hours\n"
#define SERVE_HEAD "id,model,shape_ref,total_params_b,active_params_b,precision,accelerator,n_accelerators,engine,phase,input_len," \
                   "output_len,batch_or_concurrency,batch_scope,counts,spec_decode,parallelism,family,tpot_ms,ttft_ms," \
                   "tokens_per_s_per_accelerator\n"

static strait_ctx *cx;
static struct library *library;
static arena *texts;
static char text[4000];
static struct sheet sheet;
static struct point p;
static bool training;

static void start(void)
{
    cx = strait_ctx_new();
    texts = arena_new();
    ck_assert_int_eq(library_new(cx, NULL, &library), STRAIT_OK);
}

static void stop(void)
{
    sheet_end(&sheet);
    library_free(library);
    arena_free(texts);
    strait_ctx_free(cx);
}

/* The job of one row under a header; the sheet stays open for point_measured. */
static const struct point *row(const char *head, const char *cells)
{
    static const char *const need[] = { "id", NULL };
    bool more;

    sheet_end(&sheet);
    snprintf(text, sizeof text, "%s%s\n", head, cells);
    ck_assert_int_eq(sheet_begin(&sheet, cx, "rows.csv", text, strlen(text), need), STRAIT_OK);
    ck_assert_int_eq(point_sheet_kind(&sheet, &training), STRAIT_OK);
    ck_assert_int_eq(sheet_next(&sheet, &more), STRAIT_OK);
    ck_assert_msg(more, "no row: %s", cells);
    ck_assert_int_eq(point_read(library, &sheet, training, texts, &p), STRAIT_OK);
    return &p;
}

static void assert_near(double got, double want)
{
    ck_assert_msg(fabs(got - want) <= 1e-9 * fabs(want), "%.12g, not %.12g", got, want);
}

static const struct accelerator *chip(const char *name)
{
    static struct chip c;

    ck_assert_msg(library_chip(library, name, &c), "%s", name);
    return &c.a;
}

START_TEST(names_of_chips_carry_memory_power_and_dies)
{
    struct chip c;

    assert_near(chip("H100-80GB")->memory_bandwidth, 3350);
    assert_near(chip("A100-40GB")->memory_bandwidth, 1555);
    assert_near(chip("GH200-96GB")->memory, 96);
    assert_near(chip("Ascend-910C (package, 2 dies)")->bf16, 752);
    assert_near(chip("Ascend-910C (one die)")->bf16, 376);
    ck_assert_int_eq((int)chip("Ascend-910C (one die)")->scaleup_size, 768);
    assert_near(chip("Ascend-910B (Atlas 900 A2 PoD)")->bf16, 353.9);
    assert_near(chip("Ascend-910B (Atlas 800I A2)")->bf16, 320);
    assert_near(chip("Ascend-910B3 (A2)")->bf16, 313);
    ck_assert(library_chip(library, "H100-96GB-500W", &c));
    assert_near(c.power, 5.0 / 7);
    ck_assert(library_chip(library, "Ascend NPU (chip not stated)", &c) && c.guessed);
    ck_assert(!library_chip(library, "Abacus", &c));
}
END_TEST

START_TEST(names_of_chips_are_read_leniently)
{
    struct chip c;

    assert_near(chip("NVIDIA H100 80GB HBM3")->memory, 80);
    assert_near(chip("h100-80gb")->bf16, 989);
    assert_near(chip("A100-SXM4-40GB")->memory_bandwidth, 1555);
    assert_near(chip("A100")->memory, 80);
    assert_near(chip("H20 141 GB")->memory, 141);
    ck_assert_int_eq((int)chip("GB200 NVL72")->scaleup_size, 72);
    assert_near(chip("910C")->bf16, 752);
    assert_near(chip("Ascend 910C (2 dies)")->bf16, 752);
    assert_near(chip("Atlas 800T A2")->bf16, 353.9);
    assert_near(chip("AMD Instinct MI300X")->memory, 192);
    assert_near(chip("TPU v5p")->bf16, 459);
    ck_assert(library_chip(library, "A800-80GB", &c) && !c.variant && c.power == 1);
    ck_assert(library_chip(library, "H200 NVL", &c) && c.variant && !c.guessed);
    ck_assert(!library_chip(library, "Ascend-310P", &c));          /* a number of its own: not a 910C */
    ck_assert(!library_chip(library, "RTX 4090", &c) && !library_chip(library, "A10", &c) && !library_chip(library, "", &c) && !library_chip(library, "80GB", &c));
    ck_assert(!library_chip(library, "a-b-c-d-e-f-g-h-i-j-k-l-m-n (o", &c));
}
END_TEST

START_TEST(a_training_row_is_a_job)
{
    row(TRAIN_HEAD, "a,Llama-3-70B,Llama-3-70B,70.55,70.55,80,8192,8192,,FP8-CS,H100-80GB,64,TP4 PP8 VP5 CP2,pretrain,256,2025,x,,,,,");
    ck_assert(training && p.reason == NULL && p.note == NULL && p.phase == PHASE_TRAIN && !p.whole_run);
    ck_assert_int_eq(p.train.precision, PREC_FP8);
    assert_near(p.train.tp, 4);
    assert_near(p.train.pp, 8);
    assert_near(p.train.chunks, 5);
    assert_near(p.train.cp, 2);
    assert_near(p.train.sequences, 256);
    ck_assert(!p.train.sharded && !p.train.recompute && p.train.flop_per_param == 6);
    row(TRAIN_HEAD, "b,m,Llama-3-70B,,,,,8192,,FP8,A100-80GB,8,FSDP FULL_SHARD,LoRA,,2025,x,,,,,");
    ck_assert(p.train.sharded && p.train.recompute && p.train.flop_per_param == 4);
    ck_assert_int_eq(p.train.precision, PREC_BF16);       /* an A100 has no FP8 */
    row(TRAIN_HEAD, "c,m,Llama-2-7B,,,,,4096,2000,BF16,A100-80GB,,,pretrain,,2023,x,,,,,");
    ck_assert(p.whole_run);
}
END_TEST

START_TEST(a_row_without_a_shape_is_scaled_from_its_parameters)
{
    row(TRAIN_HEAD, "a,m,,13,13,,,2048,,BF16,H100-80GB,8,,pretrain,,2024,x,,,,,");
    ck_assert(p.reason == NULL && p.note != NULL && p.outside > 0);
    ck_assert_int_eq((int)p.m.layers, 40);
    row(TRAIN_HEAD, "b,m,,,,,,2048,,BF16,H100-80GB,8,,pretrain,,2024,x,,,,,");
    ck_assert_msg(p.reason != NULL && strstr(p.reason, "parameters") != NULL, "%s", p.reason);
    row(TRAIN_HEAD, "c,m,Llama-2-7B,,,,,2048,,BF16,Abacus,8,,pretrain,,2024,x,,,,,");
    ck_assert_msg(p.reason != NULL && strstr(p.reason, "accelerator") != NULL, "%s", p.reason);
}
END_TEST

START_TEST(published_training_rates_come_from_what_is_told)
{
    double flop;

    row(TRAIN_HEAD, "a,m,Llama-2-7B,,,,,4096,,BF16,A100-80GB,8,,pretrain,,2024,x,1234,99,,,");
    assert_near(point_measured(&sheet, &p), 1234);
    row(TRAIN_HEAD, "b,m,Llama-2-7B,,,,,4096,36,BF16,A100-80GB,8,,pretrain,,2024,x,,,,,1000");
    assert_near(point_measured(&sheet, &p), 36e9 / 3.6e6);
    flop = train_flop_per_token(&p.m, 6, 4096);
    row(TRAIN_HEAD, "c,m,Llama-2-7B,,,,,4096,,BF16,A100-80GB,8,,pretrain,,2024,x,,100,,HFU,");
    assert_near(point_measured(&sheet, &p), 75e12 / flop);
    row(TRAIN_HEAD, "d,m,Llama-2-7B,,,,,4096,,BF16,A100-80GB,8,,pretrain,,2024,x,,,50,MFU,");
    assert_near(point_measured(&sheet, &p), 156e12 / flop);
    row(TRAIN_HEAD, "e,m,Llama-2-7B,,,,,4096,,BF16,A100-80GB,8,,pretrain,,2024,x,,,,,");
    ck_assert(isnan(point_measured(&sheet, &p)));
}
END_TEST

START_TEST(an_inference_row_is_a_job)
{
    row(SERVE_HEAD, "a,m,Qwen3-32B,,,W8A8,Ascend-910B3 (A2),4,vLLM-Ascend,mixed,3500,1500,76,total concurrency,output-only,none,TP4,x,,,");
    ck_assert(!training && p.phase == PHASE_MIXED && p.reason == NULL && p.note == NULL);
    ck_assert(p.serve.precision == PREC_INT8 && p.serve.engine == ENGINE_VLLM_ASCEND && p.serve.drafts == 0);
    assert_near(p.serve.weight_bytes, 1);
    assert_near(p.y.n, 4);
    assert_near(p.y.tensor, 4);
    assert_near(p.batch, 76);
    row(SERVE_HEAD, "b,m,Kimi-K2-Thinking,,,INT4 weights,\"Ascend-910C (package, 2 dies)\",8,vLLM-Ascend,mixed,1024,1024,4,total concurrency,output-only,none,TP16 (dies),x,,,");
    assert_near(p.y.tensor, 8);                            /* sixteen dies are eight packages */
    ck_assert(p.serve.precision == PREC_BF16 && p.serve.weight_bytes < 0.6);
    row(SERVE_HEAD, "c,m,DeepSeek-V3,,,FP8,H800-80GB,128,DeepSeek in-house,decode,4096,,128,per accelerator,output-only,\"MTP1, 70% accepted\",EP128,x,,,");
    assert_near(p.y.tensor, 1);
    assert_near(p.y.spread, 128);
    assert_near(p.batch, 128 * 128);
    assert_near(p.serve.drafts, 1);
    row(SERVE_HEAD, "d,m,gpt-oss-20b,,,\"MXFP4 weights, FP8 KV\",H100-80GB,1,vLLM,mixed,20000,2000,8,total concurrency,output-only,EAGLE3 x3,TP1,x,,,");
    ck_assert(p.serve.precision == PREC_BF16 && p.serve.cache_scale == 0.5 && p.serve.drafts == 3);
    row(SERVE_HEAD, "e,qwen3 32b,,,,fp8,nvidia h200,1,vLLM,mixed,2000,200,8,total concurrency,,none,TP1,x,,,");
    ck_assert(p.reason == NULL && p.note == NULL && p.serve.precision == PREC_FP8 && p.serve.weight_bytes == 1);
    row(SERVE_HEAD, "f,m,Qwen3-32B,,,AWQ,H200,1,vLLM,mixed,2000,200,8,total concurrency,,none,TP1,x,,,");
    ck_assert(p.serve.precision == PREC_BF16 && p.serve.weight_bytes < 0.6);
}
END_TEST

#define COUNTED(how) "a,m,Qwen3-32B,,,FP8,H20-96GB,1,SGLang,mixed,1000,500,8,total concurrency," how ",none,TP1,x,,,"

START_TEST(in_and_out_counts_more_tokens)
{
    double out = point_predict(params_fitted(), row(SERVE_HEAD, COUNTED("output-only")));

    assert_near(point_predict(params_fitted(), row(SERVE_HEAD, COUNTED("in+out"))), 3 * out);
    assert_near(point_predict(params_fitted(), row(SERVE_HEAD, COUNTED("Total tokens"))), 3 * out);
    assert_near(point_predict(params_fitted(), row(SERVE_HEAD, COUNTED("input"))), 2 * out);
}
END_TEST

START_TEST(maximum_load_takes_what_fits)
{
    row(SERVE_HEAD, "a,m,Llama-3.3-70B,,,FP8,H200,1,TensorRT-LLM 1.0,mixed,2048,2048,max load,not stated,output-only,none,TP1,x,,,");
    ck_assert(p.note == NULL && p.batch > 50 && p.batch < 150);
    row(SERVE_HEAD, "b,m,Llama-3.3-70B,,,FP8,H200,,TensorRT-LLM 1.0,mixed,2048,2048,,,output-only,none,,x,,,");
    ck_assert(p.note != NULL && p.outside > 0 && p.batch >= 1);
}
END_TEST

#define LATENCY(phase) "a,m,Qwen3-32B,,,FP8,H100-80GB,2,vLLM," phase ",1000,500,8,total concurrency,,none,TP2,x,20,2000,"

START_TEST(published_serving_rates_come_from_latency_where_no_rate_is_told)
{
    row(SERVE_HEAD, LATENCY("mixed"));
    assert_near(point_measured(&sheet, &p), 8 * 500 / (2 + 500 * 0.020) / 2);
    row(SERVE_HEAD, LATENCY("decode"));
    assert_near(point_measured(&sheet, &p), 8 / 0.020 / 2);
}
END_TEST

#define SPREAD(chip, n, batch) "a,m,DeepSeek-V3,,,W8A8," chip "," n ",vLLM-Ascend,decode,4096,512," batch \
                               ",per accelerator,output-only,none,EP64,x,,,"

START_TEST(a_die_serves_half_of_a_package)
{
    double package = point_predict(params_fitted(), row(SERVE_HEAD, SPREAD("\"Ascend-910C (package, 2 dies)\"", "64", "64")));
    double die = point_predict(params_fitted(), row(SERVE_HEAD, SPREAD("Ascend-910C (one die)", "128", "32")));

    ck_assert_double_eq_tol(die / package, 0.5, 0.1);
}
END_TEST

START_TEST(bars_grow_with_the_distance_from_the_rows)
{
    double near, far, at, away;

    near = point_error(params_fitted(), row(TRAIN_HEAD, "a,m,Llama-3-70B,,,,,8192,,BF16,H100-80GB,64,,pretrain,,2025,x,,,,,"), &at);
    far = point_error(params_fitted(), row(TRAIN_HEAD, "a,m,Llama-3-70B,,,,,9000000,,BF16,H100-80GB,64,,pretrain,,2025,x,,,,,"), &away);
    ck_assert(at == 0 && away > 1 && far > near);
}
END_TEST

START_TEST(a_header_of_neither_kind_is_a_fault)
{
    static const char *const need[] = { "id", NULL };
    char both[] = "id,accelerator\na,H100\n";

    ck_assert_int_eq(sheet_begin(&sheet, cx, "rows.csv", both, strlen(both), need), STRAIT_OK);
    ck_assert_int_eq(point_sheet_kind(&sheet, &training), STRAIT_EINPUT);
    ck_assert_uint_eq(cx->n_error, 1);
}
END_TEST

Suite *points_suite(void)
{
    Suite *s = suite_create("points");
    TCase *t = tcase_create("rows");

    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, names_of_chips_carry_memory_power_and_dies);
    tcase_add_test(t, names_of_chips_are_read_leniently);
    tcase_add_test(t, a_training_row_is_a_job);
    tcase_add_test(t, a_row_without_a_shape_is_scaled_from_its_parameters);
    tcase_add_test(t, published_training_rates_come_from_what_is_told);
    tcase_add_test(t, an_inference_row_is_a_job);
    tcase_add_test(t, in_and_out_counts_more_tokens);
    tcase_add_test(t, maximum_load_takes_what_fits);
    tcase_add_test(t, published_serving_rates_come_from_latency_where_no_rate_is_told);
    tcase_add_test(t, a_die_serves_half_of_a_package);
    tcase_add_test(t, bars_grow_with_the_distance_from_the_rows);
    tcase_add_test(t, a_header_of_neither_kind_is_a_fault);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(points_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
