/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where an accelerator's time goes while it serves: seconds of a prompt and of a decode step, term by term.
 * doc/ESTIMATOR.md has the formulas on one page.
 */
#include <math.h>

#include "estimate/physics.h"

/* What all terms need. */
struct at {
    const struct server *s;
    const struct serve_job *j;
    const struct layout *y;
    const double *v;
    bool moe;
    double layers, hidden, taken;
};

static struct at at_of(const struct server *s, const struct serve_job *j, const struct layout *y)
{
    bool moe = model_is_moe(s->m);

    return (struct at){ s, j, y, s->p->v, moe, (double)s->m->layers, (double)s->m->hidden,
                        moe ? model_experts_taken(s->m) : 0 };
}

static double weight_width(const struct serve_job *j)
{
    return j->weight_bytes > 0 ? j->weight_bytes : precision_bytes(j->precision);
}

/* Tokens of the cache that one more token reads. */
static double cache_read(const struct model *m, double context)
{
    double kept = model_cached(m, context);

    return m->sparse > 0 ? fmin(kept, (double)m->sparse + 0.1 * kept) : kept;
}

static double product_share(const struct at *t, const struct user_efficiency *e)
{
    double share = PARAM_OF(t->s->p, serve_gemm, t->s->family);

    if (e->given)
        return e->compute;
    return share * (t->j->precision == PREC_FP4 ? t->v[P_serve_gemm_fp4] : 1) * (t->moe ? t->v[P_serve_moe] : 1);
}

static double peak(const struct at *t)
{
    return chip_peak(t->s->a, t->j->precision);
}

/* FLOP/s of attention, whose scores stay in 16 bits. */
static double attention_peak(const struct at *t)
{
    return chip_peak(t->s->a, PREC_BF16) * PARAM_OF(t->s->p, serve_attention, t->s->family);
}

static double memory_bytes_per_s(const struct at *t)
{
    return t->s->a->memory_bandwidth * 1e9;
}

/* Does a group of n lie in one scale-up domain?  Its link, and a collective's latency. */
static double link_bytes_per_s(const struct at *t, double n)
{
    const struct accelerator *a = t->s->a;

    return (n <= (double)a->scaleup_size ? chip_up_bytes_per_s(a) : chip_out_bytes_per_s(a)) * t->v[P_link_share];
}

static double latency_s(const struct at *t, double n)
{
    return t->v[n <= (double)t->s->a->scaleup_size ? P_link_us : P_network_us] * 1e-6;
}

/* What passes through memory between products, of `tokens` on one accelerator. */
static double elementwise_s(const struct at *t, double tokens)
{
    return tokens * t->layers * t->hidden * (t->v[P_serve_kappa] + t->taken * t->v[P_serve_kappa_moe]) /
           memory_bytes_per_s(t);
}

static double layer_s(const struct at *t)
{
    static const enum param engine[] = { P_engine_trtllm, P_engine_sglang, P_engine_vllm_ascend };
    double us = PARAM_OF(t->s->p, serve_layer_us, t->s->family);

    if (t->j->engine != ENGINE_VLLM)
        us *= t->v[engine[t->j->engine - ENGINE_TRTLLM]];
    return us * 1e-6;
}

/** Bytes of weights on each accelerator: what is not an expert over the attention group, experts over all they lie on. */
double held_bytes(const struct server *s, const struct serve_job *j, const struct layout *y)
{
    double experts = model_expert_params(s->m);

    return ((model_total(s->m) - experts) / y->tensor + experts / y->spread) * weight_width(j);
}

/**
 * Bytes of cache per token on each accelerator of an attention group.  With more ranks than KV heads, ranks keep copies; the
 * latent of MLA has one head (DeepSeek-V2, arXiv 2405.04434, section 2.1) and stays in 16 bits.
 */
double cache_bytes_per_token(const struct server *s, const struct serve_job *j, const struct layout *y)
{
    const struct model *m = s->m;
    bool mla = m->attention == ATTN_MLA, low = j->precision == PREC_FP8 || j->precision == PREC_FP4;
    double heads = mla ? 1 : (double)(m->kv_heads > 0 ? m->kv_heads : m->heads);
    double copies = heads > 0 ? fmax(1, y->tensor / heads) : 1, scale = j->cache_scale;

    if (!(scale > 0))
        scale = low && !mla ? s->k->kv_low : 1;
    return model_kv_bytes(m) * scale * copies / y->tensor;
}

/* ---- a decode step ---- */

/* Bytes in flight are bandwidth times latency, and each unit of a chip can ask for so many: a chip with much bandwidth for
   few units reaches less of it (Little's law). */
static double stream_share(const struct at *t)
{
    double balance = t->s->a->bf16 * 1e3 / t->s->a->memory_bandwidth;

    return fmin(1, balance / t->s->k->stream_balance);
}

/* What is not an expert streams; experts are many small reads. */
static double weights_s(const struct at *t, double tokens)
{
    double experts = model_expert_params(t->s->m), share = PARAM_OF(t->s->p, weights_bandwidth, t->s->family);
    double small = share * PARAM_OF(t->s->p, serve_moe_bandwidth, t->s->family);
    double each = weight_width(t->j) / (memory_bytes_per_s(t) * stream_share(t));
    double rest = (model_total(t->s->m) - experts) / t->y->tensor, touched = 0;

    if (t->moe)
        touched = model_experts_touched(t->s->m, fmax(1, pow(tokens, t->v[P_serve_skew]))) / t->y->spread;
    if (t->s->decode.given)
        share = small = t->s->decode.bandwidth;
    return (rest / share + touched / small) * each;
}

/* Reading the cache of `sequences` on one attention group, or computing attention, whichever takes longer. */
static double cache_s(const struct at *t, double sequences, double tokens_each, double context)
{
    double share = PARAM_OF(t->s->p, cache_bandwidth, t->s->family);
    double read = sequences * cache_read(t->s->m, context) * cache_bytes_per_token(t->s, t->j, t->y);
    double flop = sequences / t->y->tensor * tokens_each * 4 * t->layers * model_attention_width(t->s->m) *
                  model_attended(t->s->m, context);

    return fmax(read / (memory_bytes_per_s(t) * (t->s->decode.given ? t->s->decode.bandwidth : share)),
                flop / attention_peak(t));
}

/* Two all-reduces a layer of 2 bytes a value, ring 2 (t-1)/t (Megatron-LM, arXiv 1909.08053). */
static double tensor_step_s(const struct at *t, double tokens)
{
    double n = t->y->tensor;

    if (n <= 1)
        return 0;
    return 2 * t->layers * (latency_s(t, n) + tokens * t->hidden * 4 * (n - 1) / n / link_bytes_per_s(t, n));
}

/* Out at 1 byte a value, back at 2, for each expert taken (DeepSeek-V3, arXiv 2412.19437, section 3.4). */
static double expert_step_s(const struct at *t, double tokens)
{
    double n = t->y->spread;

    if (!t->moe || n <= t->y->tensor)
        return 0;
    return t->layers * (2 * latency_s(t, n) + tokens * fmin(t->taken, n) * t->hidden * 3 / link_bytes_per_s(t, n));
}

static double overhead_s(const struct at *t, double sequences)
{
    double more = (t->moe ? t->v[P_serve_layer_moe_us] : 0) + (t->s->m->attention == ATTN_MLA ? t->v[P_serve_layer_mla_us] : 0);

    return t->layers * (layer_s(t) + more * 1e-6) + (t->v[P_step_us] + sequences * t->v[P_sequence_us]) * 1e-6;
}

/** Tokens that a step yields with `drafts` drafted: (1 - a^(d+1)) / (1 - a) (Leviathan et al., arXiv 2211.17192). */
double tokens_per_step(const struct params *p, double drafts)
{
    double a = fmin(p->v[P_draft_accepted], 0.95);

    return drafts > 0 ? (1 - pow(a, drafts + 1)) / (1 - a) : 1;
}

/**
 * Seconds of one decode step of `batch` sequences on a replica:
 *     sqrt(weights^2 + products^2) + memory + max(cache, attention) + all-reduces + experts' exchange + overhead,
 * weights = bytes touched by the batch, at a mean length of input + output/2; products and weights overlap but not wholly.
 * Drafted tokens are verified in the same step; drafting adds a twentieth each.
 *
 * @return seconds, > 0.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double decode_step_seconds(const struct server *s, const struct serve_job *j, const struct layout *y, double batch)
{
    struct at t = at_of(s, j, y);
    double context = j->input_len + j->output_len / 2, each = 1 + j->drafts, tokens = batch / y->n * each;
    double sequences = batch * y->tensor / y->n;
    double products = tokens * 2 * model_active(s->m) / (peak(&t) * product_share(&t, &s->decode));
    double step = hypot(weights_s(&t, batch * each * y->spread / y->n), products) + elementwise_s(&t, tokens);

    step += cache_s(&t, sequences, each, context) + tensor_step_s(&t, sequences * each) + expert_step_s(&t, tokens);
    return (step + overhead_s(&t, sequences)) * (1 + 0.05 * j->drafts);
}

/* ---- a prompt ---- */

static double fresh_tokens(const struct serve_job *j)
{
    return fmax(1, j->input_len * (1 - j->prefix_hit));
}

/* Accelerator-seconds of a prompt beside launches.  A prefix found in the cache is not computed but attended to. */
static double prompt_work(const struct at *t)
{
    const struct model *m = t->s->m;
    double fresh = fresh_tokens(t->j), context = t->j->input_len * (1 + t->j->prefix_hit) / 2, n = t->y->tensor;
    double attention = fresh * 4 * t->layers * model_attention_width(m) * model_attended(m, context);
    double products = fresh * 2 * model_active(m) / (peak(t) * product_share(t, &t->s->prefill)), work;

    if (t->s->prefill.given)
        work = products + attention / (peak(t) * t->s->prefill.compute);
    else
        work = products + attention / attention_peak(t) + elementwise_s(t, fresh);
    return work + fresh * 8 * t->layers * t->hidden * (n - 1) / link_bytes_per_s(t, n);
}

/* The experts' exchange of a prompt, in accelerator-seconds: once a domain when domains are left. */
static double prompt_exchange(const struct at *t)
{
    double n = t->y->spread, size = (double)t->s->a->scaleup_size, domains = n / size;
    double copies = n <= size ? fmin(t->taken, n) : fmin(t->taken, domains) * (1 - 1 / domains);

    if (!t->moe || n <= t->y->tensor)
        return 0;
    return t->v[P_ep_prefill_exposed] * fresh_tokens(t->j) * t->layers * copies * t->hidden * 3 / link_bytes_per_s(t, n);
}

/* Seconds of a step of prompts that are neither work nor bytes. */
static double prompt_fixed(const struct at *t)
{
    double collectives = t->y->tensor > 1 ? 2 * t->layers * latency_s(t, t->y->tensor) : 0;

    return t->v[P_prefill_step_us] * 1e-6 + t->layers * layer_s(t) + collectives;
}

/**
 * Seconds of one step that prefills `prompts` prompts on an attention group of a replica:
 *     prompts (FLOP / (peak e) + memory + links) / tensor + launches,  at least the time to read the weights once.
 *
 * @param prompts  >= 1
 * @return seconds, > 0.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double prompt_seconds(const struct server *s, const struct serve_job *j, const struct layout *y, double prompts)
{
    struct at t = at_of(s, j, y);
    double work = prompts * (prompt_work(&t) + prompt_exchange(&t)) / y->tensor, fixed = prompt_fixed(&t);
    double weights = held_bytes(s, j, y) / (memory_bytes_per_s(&t) * PARAM_OF(s->p, weights_bandwidth, s->family));

    return fmax(work, weights) + fixed;
}

/**
 * Accelerator-seconds that one prompt costs when prompts are batched: launches are shared by a step's tokens.
 *
 * @param step_tokens  tokens of a step of one attention group
 * @return seconds, > 0.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double prompt_share_seconds(const struct server *s, const struct serve_job *j, const struct layout *y, double step_tokens)
{
    struct at t = at_of(s, j, y);

    return prompt_work(&t) + prompt_exchange(&t) + prompt_fixed(&t) * y->tensor * fmin(1, fresh_tokens(j) / step_tokens);
}
