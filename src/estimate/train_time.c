/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where an accelerator's time goes while it trains: seconds per token and accelerator, term by term.  doc/ESTIMATOR.md has
 * the formulas on one page.
 */
#include <math.h>

#include "estimate/physics.h"

/* What is told about a job, with what is not told filled in. */
struct shape {
    double n;               /* accelerators */
    double sequences;       /* of a step */
    double tp, pp, chunks, ep, cp, dp;
    bool moe;
    double taken;           /* experts a token takes; 0: dense */
    double recomputed;      /* share of the forward pass that is done twice */
};

static bool is_adapter(const struct train_job *j)
{
    return j->flop_per_param < 5;      /* no gradients of the frozen weights: LoRA */
}

static double power_of_two_up(double x)
{
    return x <= 1 ? 1 : exp2(ceil(log2(x) - 1e-9));
}

/* Fewest accelerators that hold weights and gradients, the optimizer's state being spread over all (ZeRO-1). */
static double model_parallel(const struct model *m, const struct accelerator *a, const struct train_job *j, double n)
{
    double bytes = model_total(m) * (is_adapter(j) ? 2.4 : 6 + 12 / n);

    return power_of_two_up(bytes / (0.75 * a->memory * 1e9));
}

/* Experts over a scale-up domain, 8 to 64 accelerators. */
static double expert_parallel(const struct model *m, const struct accelerator *a, const struct train_job *j)
{
    double domain = exp2(floor(log2(fmin(64, fmax(8, (double)a->scaleup_size)))));

    if (!model_is_moe(m))
        return 1;
    return j->ep > 0 ? j->ep : fmin(model_experts(m), domain);
}

/* Parallelism as runs choose it: tensor inside a node (mixtures keep it small), experts over a domain, stages across. */
static void fill_parallel(struct shape *x, const struct model *m, const struct accelerator *a, const struct train_job *j,
                          bool whole_node)
{
    double mp = model_parallel(m, a, j, x->n), node = fmin(8, (double)a->scaleup_size);

    x->ep = expert_parallel(m, a, j);
    x->tp = j->sharded ? 1 : fmin(x->moe ? 2 : node, mp);
    if (whole_node && !x->moe && mp > 1 && !j->sharded && !(j->pp > 0))
        x->tp = node;
    x->pp = j->sharded ? 1 : x->moe ? exp2(floor(log2(fmax(1, mp / x->ep)))) : fmax(1, mp / fmin(8, mp));
    if (j->tp > 0)
        x->tp = j->tp;
    if (j->pp > 0)
        x->pp = j->pp;
    x->chunks = j->chunks > 0 ? j->chunks : x->pp > 1 ? 2 : 1;
}

/* Without a batch told: four million tokens, or two thousand an accelerator when that is more. */
static double sequences_of(const struct train_job *j, double n)
{
    return j->sequences > 0 ? j->sequences : fmax(1, fmax(4e6, 2048 * n) / j->context);
}

/* Bytes of weights, gradients and optimizer on one accelerator. */
static double static_bytes(const struct shape *x, const struct model *m, const struct train_job *j)
{
    double split = x->tp * x->pp, experts = x->moe ? fmin(x->ep, fmax(1, x->n / split)) : 1, total = model_total(m);

    if (is_adapter(j))
        return 2.04 * total / split;
    return 6 * total / (j->sharded ? x->n : split * experts) + 12 * total / x->n;
}

/*
 * Share of the layers recomputed because their activations do not fit: 34 bytes per token, layer and hidden value (Korthikanti
 * et al., arXiv 2205.05198, table 2), and for each expert taken its input, output and 8 bytes per inner value.
 */
static double recomputed(const struct shape *x, const struct model *m, const struct accelerator *a,
                         const struct train_job *j)
{
    double hidden = (double)m->hidden, expert = x->taken * (6 * hidden + 8 * model_expert_width(m));
    double kept = (double)m->layers * j->context * (34 * hidden + expert) / (x->tp * x->cp);
    double free = fmax(0.05 * a->memory * 1e9, 0.85 * a->memory * 1e9 - static_bytes(x, m, j));

    if (j->recompute)
        return 1;
    return fmin(fmax(1 - free / kept, 0), 1);
}

static struct shape shape_of(const struct model *m, const struct accelerator *a, const struct train_job *j,
                             bool whole_node)
{
    struct shape x = { .n = fmax(1, j->n_accel), .moe = model_is_moe(m) };

    x.taken = x.moe ? model_experts_taken(m) : 0;
    x.sequences = sequences_of(j, x.n);
    fill_parallel(&x, m, a, j, whole_node);
    x.cp = fmax(fmax(1, j->cp), x.n / (x.tp * x.pp * x.sequences));   /* more accelerators than sequences: split those */
    x.dp = fmax(1, x.n / (x.tp * x.pp * fmax(1, x.n / (x.tp * x.pp * x.sequences))));
    x.recomputed = recomputed(&x, m, a, j);
    return x;
}

/* Everything a term needs. */
struct at {
    const struct params *p;
    const struct model *m;
    const struct accelerator *a;
    const struct train_job *j;
    struct shape x;
    int family;
    double share;           /* of a full pass: 1, or 4/6 */
};

static bool is_low(const struct train_job *j)
{
    return j->precision != PREC_BF16;
}

static double power_share(const struct at *t)
{
    return pow(t->j->power, t->p->v[P_train_power]);
}

/* FLOP of parameters over what products reach. */
static double product_s(const struct at *t)
{
    const double *v = t->p->v;
    double e = PARAM_OF(t->p, train_gemm, t->family), width = fmax(700, model_expert_width(t->m));

    if (is_low(t->j))
        e *= v[P_train_gemm_fp8] * (t->j->precision == PREC_FP4 ? v[P_train_gemm_fp4] : 1);
    if (t->x.moe)
        e *= PARAM_OF(t->p, train_moe, t->family) * (is_low(t->j) ? v[P_train_moe_low] : 1) / (1 + v[P_train_expert_width] / width);
    return t->j->flop_per_param * model_active(t->m) / (chip_peak(t->a, t->j->precision) * power_share(t) * e);
}

static double attention_s(const struct at *t)
{
    double e = PARAM_OF(t->p, train_attention, t->family);

    if (t->family == FAMILY_HOPPER && t->j->year < 2025)
        e *= t->p->v[P_train_old_attention];
    return train_attention_flop(t->m, t->j->flop_per_param, t->j->context) /
           (chip_peak(t->a, PREC_BF16) * power_share(t) * e);
}

/* What passes through memory between the products. */
static double memory_s(const struct at *t)
{
    const double *v = t->p->v;
    double layers = (double)t->m->layers, hidden = (double)t->m->hidden, cast = is_low(t->j) ? v[P_train_cast] : 1;
    double experts = t->x.taken * (hidden + 1.5 * model_expert_width(t->m));
    double bytes = layers * cast * (v[P_train_kappa] * hidden + v[P_train_kappa_moe] * experts) +
                   v[P_train_vocab] * (double)(t->m->vocab > 0 ? t->m->vocab : 50000);
    double unfused = t->j->year <= 2022 ? v[P_train_unfused] * layers * hidden / 128 * t->j->context : 0;

    return (bytes * t->share + unfused) / (t->a->memory_bandwidth * 1e9);
}

/* Four all-reduces a layer of 2 bytes a value, ring 2 (t-1)/t, by each of t accelerators (Megatron-LM, arXiv 1909.08053). */
static double tensor_s(const struct at *t)
{
    double ranks = t->x.tp * fmax(1, t->x.n / (t->x.tp * t->x.pp * t->x.sequences));

    return t->p->v[P_train_tp_exposed] * 16 * (double)t->m->layers * (double)t->m->hidden * (ranks - 1) /
           chip_up_bytes_per_s(t->a) * t->share;
}

/* Each token to its experts and back, both passes, 2 bytes a value; once a domain when domains are left. */
static double expert_s(const struct at *t)
{
    double size = (double)t->a->scaleup_size, ep = t->x.ep;
    bool inside = ep <= size;
    double copies = inside ? t->x.taken : fmin(t->x.taken, ceil(ep / size));

    if (ep <= 1)
        return 0;
    return t->p->v[P_train_ep_exposed] * 8 * (double)t->m->hidden * (double)t->m->layers * copies * (1 - 1 / ep) /
           (inside ? chip_up_bytes_per_s(t->a) : chip_out_bytes_per_s(t->a));
}

/* Gradients reduced and parameters gathered once a step; full sharding gathers twice and reduces, 2 bytes each. */
static double data_s(const struct at *t)
{
    const double *v = t->p->v;
    double bytes, exposed = t->j->sharded ? v[P_train_fsdp_exposed] : t->x.moe ? v[P_train_dp_moe] : v[P_train_dp_exposed];
    double link = t->x.n <= (double)t->a->scaleup_size ? chip_up_bytes_per_s(t->a) : chip_out_bytes_per_s(t->a);

    if (t->j->sharded)
        bytes = model_total(t->m) * (is_adapter(t->j) ? 4 : 6);
    else
        bytes = 4 * model_total(t->m) * (is_adapter(t->j) ? 0.02 : 1) / (t->x.tp * t->x.pp * (t->x.moe ? t->x.ep : 1));
    return exposed * bytes / link * (1 - 1 / t->x.dp) / (t->x.sequences * t->j->context / t->x.n);
}

/* Tokens of a microbatch: at most 8192 on each of the ranks that share its sequences. */
static double microbatch_tokens(const struct at *t)
{
    return fmax(1, fmin(8192 * t->x.cp, t->x.sequences * t->j->context / t->x.dp));
}

/*
 * A token computes with the experts it takes, a microbatch moves all that are held: their weights are read in both passes and
 * their gradients added to.  What every token uses moves in proportion to its products and is part of their share.
 */
static double held_experts_s(const struct at *t)
{
    double bytes = t->p->v[P_train_weight_bytes] * model_expert_params(t->m) / t->x.ep;

    return bytes / (t->a->memory_bandwidth * 1e9) * t->x.cp / microbatch_tokens(t);
}

/* Launches and gaps of a layer, over the tokens of a microbatch. */
static double launch_s(const struct at *t)
{
    double layer = t->p->v[P_train_launch_us] * 1e-6 * (t->x.moe ? t->p->v[P_train_launch_moe] : 1);

    return layer * (double)t->m->layers * t->x.tp * t->x.cp / microbatch_tokens(t);
}

/* 1 + bubble of the pipeline: (stages - 1) / (chunks * microbatches). */
static double bubble(const struct at *t)
{
    double microbatches = t->j->sequences > 0 ? fmax(1, t->x.sequences / t->x.dp) : 8 * t->x.pp;

    return 1 + t->p->v[P_train_bubble] * (t->x.pp - 1) / (t->x.chunks * microbatches);
}

/**
 * Seconds per token and accelerator of a benchmark run, goodput left out:
 *     ((products + memory) (1 + r rho) + attention (1 + r rho_a) + tensor + experts + held + launches) bubble + data.
 * What the job does not tell (parallelism, batch) is filled in as runs choose it.
 *
 * @param j  its precision must be one that the chip has; context, n_accel > 0
 * @return finite, > 0.  Cost O(1).  Sources: at each term and in params.def.  Test: tests/unit/check_training.c
 */
double train_seconds(const struct params *p, const struct model *m, const struct accelerator *a, const struct train_job *j)
{
    struct family_of f = family_of(a->family);
    struct at t = { p, m, a, j, shape_of(m, a, j, f.index == FAMILY_ASCEND_910), f.index, j->flop_per_param / 6 };
    double more = p->v[P_train_recompute], again = 1 + more * t.x.recomputed, s;

    s = (product_s(&t) + memory_s(&t)) * again + attention_s(&t) * (1 + (j->recompute ? more : 0));
    s = (s + tensor_s(&t) + (t.x.moe ? expert_s(&t) + held_experts_s(&t) : 0) + launch_s(&t)) * bubble(&t) + data_s(&t);
    if (is_adapter(j))
        s /= p->v[P_train_adapter];
    if (t.x.moe)
        s *= pow(fmax(1, t.x.n / (double)a->scaleup_size), p->v[P_train_scaleout]);
    return s;
}
