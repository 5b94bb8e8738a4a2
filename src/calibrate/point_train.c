/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training rows: the job, and what was published of it. */
#include <math.h>
#include <string.h>

#include "calibrate/point.h"

static int precision_of(const struct sheet *s, const struct accelerator *a)
{
    const char *word = sheet_text(s, "precision");

    if (has_word(word, "FP4") && a->fp4 > 0)
        return PREC_FP4;
    if ((has_word(word, "FP8") || has_word(word, "FP4")) && !has_word(word, "unclear") && a->fp8 > 0)
        return PREC_FP8;
    return PREC_BF16;
}

static double number_or(const struct sheet *s, const char *name, double other)
{
    double v = sheet_count(s, name);

    return v > 0 ? v : other;
}

/* 2048 was the custom up to GPT-3's tables; Llama's successors train at 4096. */
static double context_of(const struct sheet *s, int year)
{
    bool old = year < 2023 || has_word(sheet_text(s, "model"), "GPT-3");

    return number_or(s, "seq_len", old ? 2048 : 4096);
}

/** The job of a training row.  @param p  shape and chip are there; gains `train`. */
void point_read_training(const struct sheet *s, struct point *p)
{
    const char *layout = sheet_text(s, "parallelism");
    struct train_job *j = &p->train;

    p->phase = PHASE_TRAIN;
    j->year = (int)number_or(s, "year", 2025);
    j->precision = precision_of(s, &p->a);
    j->context = context_of(s, j->year);
    j->flop_per_param = strcmp(sheet_text(s, "task"), "LoRA") == 0 ? 4 : 6;
    j->n_accel = number_or(s, "n_accelerators", 1024);
    j->tp = number_after(layout, "TP");
    j->pp = number_after(layout, "PP");
    j->chunks = number_after(layout, "VP");
    j->ep = number_after(layout, "EP");
    j->cp = number_after(layout, "CP");
    j->sequences = number_or(s, "global_batch", 0);
    j->sharded = has_word(layout, "FSDP");
    /* Before 2022 (arXiv 2205.05198) all recomputed in full; so do published runs under plain full sharding. */
    j->recompute = has_word(layout, "recompute") || has_word(layout, "FULL_SHARD") || j->year <= 2021;
    p->whole_run = sheet_number(s, "train_tokens_b") > 50;
    p->weak = strcmp(sheet_text(s, "task"), "distillation") == 0;
    if (strcmp(sheet_text(s, "task"), "distillation") == 0) {
        p->outside += 1;
        p->note = "distillation: the teacher's passes are not counted";
    }
}

/* A rate that counts recomputation is a third higher. */
static double useful(const struct sheet *s)
{
    return strcmp(sheet_text(s, "mfu_kind"), "HFU") == 0 ? 0.75 : 1;
}

/* Tokens/s; else tokens over hours; else FLOP/s, else MFU against the BF16 peak, over FLOP per token. */
static double measured_training(const struct sheet *s, const struct point *p)
{
    double rate = sheet_number(s, "tokens_per_s_per_accelerator");
    double hours = sheet_number(s, "accelerator_hours"), tokens = sheet_number(s, "train_tokens_b");
    double tflops = sheet_number(s, "tflops_per_accelerator"), mfu = sheet_number(s, "mfu_pct");
    double flop = train_flop_per_token(&p->m, p->train.flop_per_param, p->train.context);

    if (rate > 0)
        return rate;
    if (hours > 0 && tokens > 0)
        return tokens * 1e9 / (hours * 3600);
    if (tflops > 0)
        return useful(s) * tflops * 1e12 / flop;
    return mfu > 0 ? useful(s) * mfu / 100 * p->a.bf16 * 1e12 / flop : REAL_NONE;
}

/* Tokens/s; else batch over time per token, with the time to first token in a request's time where it is told. */
static double measured_inference(const struct sheet *s, const struct point *p)
{
    double rate = sheet_number(s, "tokens_per_s_per_accelerator"), tpot = sheet_number(s, "tpot_ms") / 1e3;
    double ttft = sheet_number(s, "ttft_ms") / 1e3, output = p->serve.output_len;

    if (rate > 0)
        return rate;
    if (!(tpot > 0) || !(sheet_number(s, "batch_or_concurrency") > 0))
        return REAL_NONE;
    if (p->phase == PHASE_DECODE || !(ttft > 0))
        return p->batch / tpot / p->y.n;
    return p->batch * output / (ttft + output * tpot) / p->y.n;
}

/**
 * What a row published, in tokens/s per accelerator.  Only a fit asks for it.
 *
 * @return NaN when it tells none.  Test: tests/unit/check_points.c
 */
double point_measured(const struct sheet *s, const struct point *p)
{
    return p->training ? measured_training(s, p) : measured_inference(s, p);
}
