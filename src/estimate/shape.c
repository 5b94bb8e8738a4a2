/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a transformer's shape costs in FLOP and bytes, and what a chip offers against it. */
#include <math.h>

#include "estimate/physics.h"

static const char *const precision_names[] = { "bf16", "fp8", "fp4", "int8" };

const char *precision_name(int precision)
{
    return precision_names[precision];
}

/** Bytes per weight.  FP4 carries one 8-bit scale per 16 values (NVFP4): 4.5 bits. */
double precision_bytes(int precision)
{
    static const double bytes[] = { 2, 1, 0.5625, 1 };

    return bytes[precision];
}

/** Mixture of experts: the shape says so, or far fewer parameters are active than there are. */
bool model_is_moe(const struct model *m)
{
    return m->experts > 1 || m->active_params < 0.7 * m->total_params;
}

double model_total(const struct model *m)
{
    return 1e9 * fmax(m->total_params, m->active_params);
}

double model_active(const struct model *m)
{
    return 1e9 * m->active_params;
}

/**
 * heads * head_dim, the width that attention scores and sums run over; the hidden size when that is not known.
 * MLA scores over 128 + 64 and sums over 128 a head (DeepSeek-V2, arXiv 2405.04434): 160 in the mean.
 */
double model_attention_width(const struct model *m)
{
    if (m->attention == ATTN_MLA && m->heads > 0)
        return 160.0 * (double)m->heads;
    if (m->heads <= 0 || m->head_dim <= 0)
        return (double)m->hidden;
    return (double)m->heads * (double)m->head_dim;
}

/**
 * KV cache bytes per token in BF16:  2 (K and V) * 2 bytes * layers * kv_heads * head_dim; MLA keeps one latent of
 * 512 and a rotary key of 64 per layer (DeepSeek-V2, arXiv 2405.04434, section 2.1) -> (512 + 64) * 2 * layers.
 * Test: tests/unit/check_inference.c
 */
double model_kv_bytes(const struct model *m)
{
    double heads = (double)m->heads, kv = (double)m->kv_heads, dim = (double)m->head_dim;

    if (m->kv_bytes_per_token > 0)
        return m->kv_bytes_per_token;
    if (m->attention == ATTN_MLA)
        return (512 + 64) * 2.0 * (double)m->layers;
    if (dim <= 0)
        dim = heads > 0 ? (double)m->hidden / heads : 128;
    if (m->attention == ATTN_MQA)
        kv = 1;
    else if (m->attention == ATTN_MHA || kv <= 0)
        kv = heads > 0 ? heads : (double)m->hidden / dim;
    return 4.0 * (double)m->layers * kv * dim;
}

/**
 * Tokens that a token at position `context` attends to, in the mean over layers, as far as work and reading of caches go:
 * full layers see all, the others a window (sliding) or none (linear); sparse attention sees its choice and scans a tenth
 * as much to make it (the indexer of DeepSeek-V3.2 keeps 128 values where the cache keeps 576).
 *
 * @return tokens, <= context.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double model_attended(const struct model *m, double context)
{
    double seen = m->full_attention * context + (1 - m->full_attention) * fmin(context, (double)m->window);

    return m->sparse > 0 ? fmin(seen, (double)m->sparse + 0.1 * seen) : seen;
}

/**
 * Tokens of cache that a sequence of `context` tokens keeps, in tokens of model_kv_bytes.  Windows forget; linear layers
 * are not in model_kv_bytes to begin with; sparse attention keeps all.
 *
 * @return tokens, <= context.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double model_cached(const struct model *m, double context)
{
    if (m->window <= 0)
        return context;
    return m->full_attention * context + (1 - m->full_attention) * fmin(context, (double)m->window);
}

/** Parameters in experts of which a token takes a share; 0 for a dense model.  total = shared + X, active = shared + X k/E. */
double model_expert_params(const struct model *m)
{
    double total = model_total(m), share = model_expert_share(m);

    return model_is_moe(m) ? fmin(total, (total - model_active(m)) / (1 - share)) : 0;
}

/* A mixture whose experts are not told is taken as one of 128 of which a token takes 8. */
double model_experts(const struct model *m)
{
    return m->experts > 1 ? (double)m->experts : 128;
}

double model_experts_taken(const struct model *m)
{
    return m->experts > 1 && m->experts_active > 0 ? (double)m->experts_active : 8;
}

/**
 * Inner width of one expert: told, or from the parameters in experts, three matrices each:  X / (3 layers E hidden).
 *
 * @return 0 for a dense model.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double model_expert_width(const struct model *m)
{
    if (m->expert_width > 0 || !model_is_moe(m))
        return (double)m->expert_width;
    return model_expert_params(m) / (3 * (double)m->layers * model_experts(m) * (double)m->hidden);
}

/** Share of the experts that one token takes, in (0, 1). */
double model_expert_share(const struct model *m)
{
    return fmin(0.999, model_experts_taken(m) / model_experts(m));
}

/**
 * Parameters in experts that one step of `tokens` tokens reads.  Of E experts, k taken by each token uniformly, a batch
 * touches E (1 - (1 - k/E)^tokens).
 *
 * @return 0 for a dense model.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double model_experts_touched(const struct model *m, double tokens)
{
    return model_expert_params(m) * (1 - pow(1 - model_expert_share(m), tokens));
}

/** The attention term of train_flop_per_token. */
double train_attention_flop(const struct model *m, double flop_per_param, double context)
{
    return flop_per_param / 6 * 12.0 * (double)m->layers * model_attention_width(m) * model_attended(m, context) * 0.5;
}

/**
 * FLOP per trained token:  f N_active + (f/6) 12 layers width attended / 2 (causal).  f = 6 for a full pass (2 forward,
 * 4 backward: Kaplan et al. 2020, arXiv 2001.08361, section 2.1; attention term as in PaLM, arXiv 2204.02311,
 * appendix B).  LoRA skips the weight gradients (f about 4), and attention in the same proportion.
 * Test: tests/unit/check_training.c
 */
double train_flop_per_token(const struct model *m, double flop_per_param, double context)
{
    return flop_per_param * model_active(m) + train_attention_flop(m, flop_per_param, context);
}

/** Dense peak in FLOP/s at a precision, 0 when the chip lacks it. */
double chip_peak(const struct accelerator *a, int precision)
{
    const double tflops[] = { a->bf16, a->fp8, a->fp4, a->int8 };

    return tflops[precision] * 1e12;
}

int chip_precision(const struct accelerator *a, int wanted, int fallback)
{
    if (chip_peak(a, wanted) > 0)
        return wanted;
    return fallback >= 0 && chip_peak(a, fallback) > 0 ? fallback : -1;
}

/* Where the data sheet has no network: PCIe 4 x16. */
#define DEFAULT_LINK 25e9

double chip_out_bytes_per_s(const struct accelerator *a)
{
    return a->scaleout_bandwidth > 0 ? a->scaleout_bandwidth * 1e9 / 8 : DEFAULT_LINK;
}

double chip_up_bytes_per_s(const struct accelerator *a)
{
    return a->scaleup_bandwidth > 0 ? a->scaleup_bandwidth * 1e9 / 2 : chip_out_bytes_per_s(a);
}
