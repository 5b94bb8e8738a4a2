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
 * Parameters that one step of `batch` tokens reads.  Of E experts, k taken by each token uniformly, a batch touches
 * E (1 - (1 - k/E)^batch).  What is not an expert follows from the totals: total = shared + X, active = shared + X k/E.
 * Test: tests/unit/check_inference.c
 */
double model_params_touched(const struct model *m, double batch)
{
    double total = model_total(m), active = model_active(m), share, experts;

    if (!model_is_moe(m))
        return total;
    /* A mixture whose experts are not told is taken as one of E = 128 with all parameters in experts. */
    share = m->experts > 1 && m->experts_active > 0 && m->experts_active < m->experts
                ? (double)m->experts_active / (double)m->experts
                : active / total;
    experts = fmin(total, (total - active) / (1 - share));
    return total - experts + experts * (1 - pow(1 - share, batch));
}

/**
 * FLOP per trained token:  f N_active + (f/6) 12 layers width context / 2 (causal).  f = 6 for a full pass (2 forward,
 * 4 backward: Kaplan et al. 2020, arXiv 2001.08361, section 2.1; attention term as in PaLM, arXiv 2204.02311,
 * appendix B).  LoRA skips the weight gradients (f about 4), and attention in the same proportion.
 * Test: tests/unit/check_training.c
 */
double train_flop_per_token(const struct model *m, double flop_per_param, double context)
{
    double attention = 12.0 * (double)m->layers * model_attention_width(m) * context * 0.5;

    return flop_per_param * model_active(m) + flop_per_param / 6 * attention;
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

/**
 * Share of peak that a compute-bound phase reaches on chip `a`.  Beside the products, every FLOP brings bytes that
 * pass through memory (activations, normalisation, gradients):  time/FLOP = 1/(peak u) + kappa bytes/bandwidth,
 * so 1/e grows linearly with the chip's FLOP per byte.  e is known at the family's own balance, hence
 *     1/e(chip) = 1/e(family) + kappa (x - x_family),   x = peak * bytes_per_value/2 / bandwidth.
 * This is why H20 (37 FLOP/byte) reaches 52 % in prefill where H100 (295) reaches 24-29 %, A100 (156) trains at 49 %
 * where H100 trains at 39 %, and FP8, with half the bytes a value, keeps its share of a doubled peak.
 * Test: tests/unit/check_training.c
 */
double compute_efficiency(const struct constants *k, const struct phase_efficiency *e, const struct accelerator *a,
                          int precision)
{
    double x, inverse;

    if (isnan(e->balance) || a->memory_bandwidth <= 0)
        return e->compute;
    /* Half the bytes a value and twice the peak cancel; what a format's peak gains beyond that is felt. */
    x = chip_peak(a, precision) * (precision == PREC_FP4 ? 0.5 : precision_bytes(precision)) / 2 /
        (a->memory_bandwidth * 1e9);
    inverse = 1 / e->compute + k->balance_slope / 1000 * (x - e->balance);
    return 1 / fmax(inverse, 1 / k->compute_ceiling);
}
