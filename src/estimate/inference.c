/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inference: time of a prompt, time of a decode step, what fits, and the rate of a replica at a batch. */
#include <math.h>

#include "estimate/physics.h"

/* One way, bytes/s, of the slowest link among n accelerators. */
static double link_bytes_per_s(const struct server *s, int n)
{
    double up = s->a->scaleup_bandwidth * 1e9 / 2, out = s->a->scaleout_bandwidth * 1e9 / 8;

    if (n <= s->a->scaleup_size && up > 0)
        return up;
    return out > 0 ? out : s->k->default_link_gbps * 1e9;
}

/* Copies of a token that leave an accelerator: one an expert inside a domain, one a domain across the network. */
static double expert_copies(const struct server *s, int n)
{
    double k = fmax(1, (double)s->m->experts_active), size = (double)s->a->scaleup_size;

    return n <= size ? k : fmin(k, ceil(n / size));
}

/*
 * Communication of `tokens` through all layers of a replica of n.  Tensor parallel: two all-reduces a layer of
 * tokens * hidden * 2 bytes, ring 2 (n-1)/n (Megatron-LM, arXiv 1909.08053).  Expert parallel (mixtures): each
 * accelerator holds tokens/n, sends them to their experts at 1 byte a value and takes them back at 2, once per domain
 * when domains are left (DeepSeek-V3, arXiv 2412.19437, section 3.2).  `latency_share` is the part of each
 * collective's latency that these tokens carry.
 */
struct communication { double tensor_s, expert_s; };

static struct communication communication(const struct server *s, int n, double tokens, double latency_share)
{
    const struct model *m = s->m;
    double latency = latency_share * (n <= s->a->scaleup_size ? s->k->link_latency_s : s->k->network_latency_s);
    double bw = link_bytes_per_s(s, n) * s->k->link_share, row = tokens * (double)m->hidden, others = (n - 1.0) / n;
    struct communication c = { 0, REAL_OPEN };

    if (n > 1)
        c.tensor_s = (double)m->layers * (2 * latency + 2 * row * 2 * 2 * others / bw);
    if (model_is_moe(m))
        c.expert_s = (double)m->layers * (n > 1 ? 2 * latency + row / n * expert_copies(s, n) * 3 * others / bw : 0);
    return c;
}

/* Forward FLOP of attention for one token that sees `context` tokens: 2 products, 2 FLOP each. */
static double attention_flop(const struct model *m, double context)
{
    return 4 * (double)m->layers * model_attention_width(m) * context;
}

static double fresh_tokens(const struct serve_job *j)
{
    return fmax(1, j->input_len * (1 - j->prefix_hit));
}

/* `share`: the part of the latencies that the prompt carries. */
static double prompt_seconds(const struct server *s, const struct serve_job *j, int n, double share)
{
    double fresh = fresh_tokens(j), context = j->input_len * (1 + j->prefix_hit) / 2;
    double flop = fresh * (2 * model_active(s->m) + attention_flop(s->m, context));
    double rate = n * chip_peak(s->a, j->precision) * compute_efficiency(s->k, &s->prefill, s->a, j->precision);

    struct communication c = communication(s, n, fresh, share);

    /* Expert parallel prefill hides its exchange behind a second half-batch (DeepSeek-V3, section 3.2.1). */
    return fmin(flop / rate + c.tensor_s, fmax(flop / rate, c.expert_s)) + s->k->prefill_fixed_s * share;
}

/**
 * Seconds to prefill one prompt alone on a replica of n:  new tokens * (2 N_active + attention) / (n peak e) +
 * communication.  A prefix found in the cache is not computed, but its keys are attended to.
 *
 * @return seconds, > 0.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double prefill_seconds(const struct server *s, const struct serve_job *j, int n)
{
    return prompt_seconds(s, j, n, 1);
}

/**
 * Seconds of the replica that one prompt costs when prompts are batched: launches and latencies are shared by a step's
 * tokens (expert parallel ranks each bring a step of their own).
 *
 * @return seconds, > 0, <= prefill_seconds.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double prefill_share_seconds(const struct server *s, const struct serve_job *j, int n)
{
    double step = s->k->prefill_chunk * (model_is_moe(s->m) ? n : 1);

    return prompt_seconds(s, j, n, fmin(1, fresh_tokens(j) / step));
}

double weight_bytes(const struct model *m, int precision)
{
    return model_total(m) * precision_bytes(precision);
}

/* FP8 and FP4 checkpoints are served with an 8-bit cache, BF16 and INT8 ones with a 16-bit cache; MLA's latent stays
   at 16 bits.  With more ranks than KV heads, tensor parallelism keeps copies. */
static double kv_bytes(const struct server *s, const struct serve_job *j, int n)
{
    const struct model *m = s->m;
    bool low = (j->precision == PREC_FP8 || j->precision == PREC_FP4) && m->attention != ATTN_MLA;
    double heads = (double)(m->kv_heads > 0 ? m->kv_heads : m->heads), copies = 1;

    if (m->attention != ATTN_MLA && !model_is_moe(m) && heads > 0 && n > heads)
        copies = n / heads;
    return model_kv_bytes(m) * copies * (low ? s->k->kv_low : 1);
}

/**
 * Seconds of one decode step of `batch` sequences on a replica of n:
 *     max(bytes / (n bandwidth e_b), FLOP / (n peak e_c)) + communication + layers * layer_s,
 * bytes = weights touched by the batch + KV of all sequences at their mean length (input + output/2).
 *
 * @return seconds, > 0.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double decode_step_seconds(const struct server *s, const struct serve_job *j, int n, double batch)
{
    double context = j->input_len + j->output_len / 2;
    double bytes = model_params_touched(s->m, batch) * precision_bytes(j->precision) +
                   batch * context * kv_bytes(s, j, n);
    double flop = batch * (2 * model_active(s->m) + attention_flop(s->m, context));
    double moved = bytes / (n * s->a->memory_bandwidth * 1e9 * s->decode.bandwidth);
    double computed = flop / (n * chip_peak(s->a, j->precision) *
                              compute_efficiency(s->k, &s->decode, s->a, j->precision));
    struct communication c = communication(s, n, batch, 1);

    return fmax(moved, computed) + fmin(c.tensor_s, c.expert_s) + (double)s->m->layers * s->trait.layer_s;
}

/**
 * Sequences whose whole cache fits beside the weights:  (share * memory * n - weights) / (kv * (input + output)).
 *
 * @return sequences; below 1: does not fit.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double batch_by_memory(const struct server *s, const struct serve_job *j, int n)
{
    double free = s->k->usable_memory * s->a->memory * 1e9 * n - weight_bytes(s->m, j->precision);
    double each = kv_bytes(s, j, n) * (j->input_len + j->output_len);

    if (free <= 0)
        return 0;
    return fmin(each > 0 ? free / each : REAL_OPEN, s->k->batch_per_accel * n);
}

/**
 * Times and rate of a replica of n at a batch.  Colocated serving shares the replica: between two tokens of a
 * sequence the others' prompts run, so tpot = (step + batch * prefill / output) * interference, and the rate is
 * batch / (output * tpot), that is 1/rate = (prefill + output * step / batch) * interference.
 * ttft = waiting for a prompt under way and one's own prompt, then a step.
 *
 * @param batch  >= 1; ignored for SERVE_PREFILL
 * @return times in s (NaN where the phase has none) and requests/s of the replica.
 * Cost O(1).  Test: tests/unit/check_inference.c
 */
struct serve_point serve_at(const struct server *s, const struct serve_job *j, enum serve_phase p, int n,
                            double batch)
{
    struct serve_point q = { n, REAL_NONE, REAL_NONE, REAL_NONE, REAL_NONE, REAL_NONE, 0 };
    double output = fmax(1, j->output_len);

    if (p != SERVE_DECODE) {
        q.prefill_s = prefill_share_seconds(s, j, n);
        q.ttft_s = s->k->queue_factor * prefill_seconds(s, j, n);
        q.requests_per_s = 1 / q.prefill_s;
    }
    if (p == SERVE_PREFILL)
        return q;
    q.batch = batch;
    q.step_s = decode_step_seconds(s, j, n, batch);
    q.tpot_s = q.step_s;
    if (p == SERVE_MIXED) {
        q.tpot_s = (q.step_s + batch * q.prefill_s / output) * s->k->interference;
        q.ttft_s += q.step_s;
    }
    q.requests_per_s = batch / (output * q.tpot_s);
    return q;
}
