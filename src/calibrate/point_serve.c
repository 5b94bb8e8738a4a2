/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inference rows: precision, lengths, layout, batch; what is not told as deployments choose it. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/point.h"

/* What of a row decides its layout. */
struct row {
    const struct sheet *s;
    const char *layout;      /* "TP8 EP8", "EP32 DP-attention" */
    double tp, ep, n, batch; /* 0: not told */
    bool per_accelerator;    /* the batch is */
    bool max_load;           /* as many sequences as fit */
    bool own_attention;      /* each accelerator (or TP group) attends to its own sequences */
    bool mla, moe;
};

/* Bytes of a weight: the narrowest format that the row names for weights. */
static double weight_width(const char *word)
{
    if (has_word(word, "FP4") || has_word(word, "INT4") || has_word(word, "W4") || has_word(word, "AWQ") || has_word(word, "GPTQ"))
        return precision_bytes(PREC_FP4);
    if (begins_with(word, "FP8") || has_word(word, "INT8") || has_word(word, "W8") || has_word(word, "MXFP8"))
        return 1;
    return 2;
}

/* The format of the products, as far as the chip has it. */
static int compute_precision(const char *word, const struct accelerator *a)
{
    bool weights_only = has_word(word, "weights");      /* "INT4 weights", "MXFP4 weights, BF16 KV" */

    if (!weights_only && has_word(word, "FP4") && a->fp4 > 0)
        return PREC_FP4;
    if (!weights_only && (has_word(word, "FP8") || has_word(word, "FP4")) && a->fp8 > 0)
        return PREC_FP8;
    if ((has_word(word, "INT8") || has_word(word, "A8")) && a->int8 > 0)
        return PREC_INT8;
    return PREC_BF16;
}

/* Cache bytes against BF16; 0: as the precision says.  SGLang keeps 16 bits unless told. */
static double cache_scale(const char *word, enum engine e)
{
    if (has_word(word, "FP8 KV"))
        return 0.5;
    return has_word(word, "BF16 KV") || e == ENGINE_SGLANG ? 1 : 0;
}

static enum engine engine_of(const char *word)
{
    if (strncmp(word, "TensorRT-LLM", 12) == 0 && word[12] != '/')
        return ENGINE_TRTLLM;
    if (strncmp(word, "SGLang", 6) == 0)
        return ENGINE_SGLANG;
    return strncmp(word, "vLLM-Ascend", 11) == 0 ? ENGINE_VLLM_ASCEND : ENGINE_VLLM;
}

/* Tokens drafted a step: "MTP3", "MTP 3-1-4", "EAGLE3 x3", "MTP1, 70% accepted", "MTP". */
static double drafts_of(const char *word)
{
    const char *x = strstr(word, " x");

    if (x != NULL && isdigit((unsigned char)x[2]))
        return strtod(x + 2, NULL);
    if (has_word(word, "EAGLE"))
        return 3;
    if (strncmp(word, "MTP", 3) == 0)
        return number_after(word, "MTP") > 0 ? number_after(word, "MTP") : 1;
    return strncmp(word, "yes", 3) == 0 ? 1 : 0;
}

static enum phase phase_of(const char *word)
{
    return begins_with(word, "prefill") ? PHASE_PREFILL : begins_with(word, "decod") ? PHASE_DECODE : PHASE_MIXED;
}

static void read_lengths(const struct row *r, struct point *p)
{
    static const double input[N_PHASE] = { 0, 2048, 3000, 400 }, output[N_PHASE] = { 0, 1, 200, 300 };
    double in = sheet_number(r->s, "input_len"), out = sheet_number(r->s, "output_len");

    p->serve.input_len = in > 0 ? fmin(in, SHEET_MOST) : in == 0 ? 1 : input[p->phase];
    p->serve.output_len = out > 0 ? fmin(out, SHEET_MOST) : output[p->phase];
    if (isnan(in) || (isnan(out) && p->phase == PHASE_MIXED)) {
        p->note = "lengths not told, taken as usual";
        p->outside += 0.2;
    }
}

/* Tokens that a colocated row counts for each one that it puts out. */
static double tokens_counted(const char *word, const struct point *p)
{
    double input = p->serve.input_len, output = p->serve.output_len;

    if (has_word(word, "in+out") || has_word(word, "input+output") || has_word(word, "total"))
        return (input + output) / output;
    return begins_with(word, "input") ? input / output : 1;
}

static void read_job(const struct row *r, struct point *p)
{
    const char *word = sheet_text(r->s, "precision");
    bool ascend = strncmp(p->a.family, "ascend", 6) == 0;

    if (*word == '\0' && ascend)
        word = "W8A8";
    p->serve.engine = engine_of(sheet_text(r->s, "engine"));
    p->serve.precision = compute_precision(word, &p->a);
    p->serve.weight_bytes = weight_width(word);
    p->serve.cache_scale = cache_scale(word, p->serve.engine);
    p->serve.drafts = drafts_of(sheet_text(r->s, "spec_decode"));
    read_lengths(r, p);
    if (p->phase == PHASE_MIXED)
        p->counted = tokens_counted(sheet_text(r->s, "counts"), p);
}

/* Fewest accelerators, a power of two, that hold the weights and a third as much again. */
static double fewest(const struct point *p)
{
    double bytes = model_total(&p->m) * p->serve.weight_bytes * 1.3;

    return exp2(ceil(log2(fmax(1, bytes / (default_constants()->usable_memory * p->a.memory * 1e9)))));
}

/* Accelerators of the deployment: told, or by its parallelism, or the fewest; mixtures decode on many. */
static double accelerators(const struct row *r, struct point *p)
{
    double least = fewest(p), parallel = fmax(r->ep, r->tp);

    if (r->n > 0 || parallel > 0)
        return r->n > 0 ? r->n : parallel;
    p->note = "number of accelerators not told";
    p->outside += 0.2;
    if (r->moe && p->phase == PHASE_DECODE)
        return fmax(least, r->mla ? 32 : 8);
    return r->moe && r->mla ? fmax(8, least) : least;
}

/*
 * Attention over the tensor group; one accelerator each where the row says so, and where it says nothing of parallelism for
 * latent attention, whose cache tensor ranks would copy, unless there are fewer sequences than accelerators.  At maximum load
 * without parallelism: copies of the smallest size.
 */
static void read_layout(const struct row *r, struct point *p)
{
    bool silent = r->tp <= 0 && !r->own_attention, copies = silent && r->max_load && !r->mla;
    double n = p->y.n = accelerators(r, p), total = r->per_accelerator ? r->batch * n : r->batch;

    p->y.tensor = r->own_attention ? 1 : r->tp > 0 ? fmin(r->tp, n) : n;
    if (silent && r->mla && !(total > 0 && total < n))
        p->y.tensor = 1;
    if (copies)
        p->y.tensor = fmin(n, fewest(p));
    p->y.spread = r->moe && !copies ? n : p->y.tensor;
}

/* Sequences that fit, at least what two hundredths of the memory hold: published rows do run. */
static double most_sequences(const struct point *p)
{
    const struct constants *k = default_constants();
    struct server s = { k, params_fitted(), &p->m, &p->a, N_FAMILY, { 0 }, { 0 } };
    double memory = p->a.memory * 1e9, length = p->serve.input_len + p->serve.output_len;
    double free = fmax(k->usable_memory * memory - held_bytes(&s, &p->serve, &p->y), 0.02 * memory);
    double each = cache_bytes_per_token(&s, &p->serve, &p->y) * model_cached(&p->m, length);

    return fmax(1, fmin(free / each * p->y.n / p->y.tensor, k->batch_per_accel * p->y.n));
}

static void read_batch(const struct row *r, struct point *p)
{
    double n = p->y.n, most = most_sequences(p);

    p->batch = r->per_accelerator ? r->batch * n : r->batch;
    if (p->batch > 0)
        return;
    if (!r->max_load) {
        p->note = "batch not told";
        p->outside += 0.2;
    }
    p->batch = r->max_load ? most : fmin(most, p->phase != PHASE_DECODE ? 256 * n : r->moe ? 128 * n : 64);
}

/* Prompts side by side as told; tokens a device; or a step of 8192 tokens. */
static void read_prompts(const struct row *r, struct point *p)
{
    bool tokens = has_word(sheet_text(r->s, "batch_scope"), "tokens per");
    double input = p->serve.input_len;

    p->load = r->own_attention || (!(r->batch > 0) && r->moe && sheet_number(r->s, "input_len") > 0) ? LOAD_STEADY : LOAD_PROMPTS;
    p->prompts = fmax(1, !(r->batch > 0) ? 8192 / input : tokens ? r->batch * p->y.n / input : r->batch);
}

/** The job of an inference row.  @param p  shape and chip are there; gains `serve`, `y` and the load. */
void point_read_inference(const struct sheet *s, const struct chip *chip, struct point *p)
{
    const char *layout = sheet_text(s, "parallelism"), *load = sheet_text(s, "batch_or_concurrency");
    struct row r = { .s = s, .layout = layout, .tp = number_after(layout, "TP"), .ep = number_after(layout, "EP"),
                     .n = sheet_count(s, "n_accelerators"), .batch = sheet_count(s, "batch_or_concurrency"),
                     .per_accelerator = has_word(sheet_text(s, "batch_scope"), "per "),
                     .mla = p->m.attention == ATTN_MLA, .moe = model_is_moe(&p->m) };

    p->phase = phase_of(sheet_text(s, "phase"));
    r.max_load = strcmp(load, "max load") == 0 || strcmp(load, "Offline") == 0 || strcmp(load, "Server") == 0;
    r.own_attention = (has_word(layout, "DP") && !has_word(layout, "TP")) || (r.ep > 1 && r.tp <= 0);
    if (chip->package && has_word(layout, "dies")) {
        r.tp = ceil(r.tp / 2);
        r.ep = ceil(r.ep / 2);
    }
    p->online = strcmp(load, "Server") == 0;
    read_job(&r, p);
    read_layout(&r, p);
    if (p->phase == PHASE_PREFILL)
        read_prompts(&r, p);
    else
        read_batch(&r, p);
}
