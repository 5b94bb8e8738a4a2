/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training: memory, MFU, goodput, tokens per second. */
#include <math.h>

#include "estimate/physics.h"

static bool is_adapter(const struct train_job *j)
{
    return j->flop_per_param < 5;      /* no gradients of the frozen weights: LoRA */
}

static double state_bytes(const struct constants *k, const struct model *m, const struct train_job *j)
{
    double n = model_total(m);
    double full = j->precision == PREC_BF16 ? k->state_bytes_bf16 : k->state_bytes_low;

    if (is_adapter(j))
        return n * precision_bytes(PREC_BF16) + n * k->adapter_share * full;
    return n * full;
}

/**
 * Bytes that a training job must hold, over the whole gang:  parameters * (weights + gradients + optimizer) + the
 * activations of one sequence in flight with recomputation,  context * hidden * (2 layers + 34).
 * State is fully sharded (ZeRO-3, arXiv 1910.02054).  With full recomputation each layer keeps its input (2 bytes a value)
 * and one layer at a time is unfolded (34 bytes a value: Korthikanti et al., arXiv 2205.05198, table 2).
 *
 * @return bytes, > 0.  Cost O(1).  Test: tests/unit/check_training.c
 */
double train_memory_bytes(const struct constants *k, const struct model *m, const struct train_job *j)
{
    double kept = 2 * (double)m->layers + k->layer_activation_bytes;

    return state_bytes(k, m, j) + j->context * (double)m->hidden * kept;
}

/**
 * Share of wall time that is useful work:  1 / (1 + d/T + (T/2 + R) / M)  with M = time between interruptions of the
 * gang, d = what a checkpoint stops the run for, R = restart, and T = sqrt(2 d M), the interval that Young (1974) and
 * Daly (2006) find best.
 *
 * @param n_accel  gang
 * @param failures_per_day      interrupting failures per accelerator-day
 * @param interruptions_per_h   spot interruptions per accelerator-hour
 * @return in (0, 1].  Cost O(1).  Test: tests/unit/check_training.c
 */
double train_goodput(const struct constants *k, double n_accel, double failures_per_day, double interruptions_per_h)
{
    double per_s = n_accel * (failures_per_day / DAY_S + interruptions_per_h / HOUR_S), mtbf, interval;

    if (per_s <= 0)
        return 1;
    mtbf = 1 / per_s;
    interval = sqrt(2 * k->checkpoint_s * mtbf);
    return 1 / (1 + k->checkpoint_s / interval + (interval / 2 + k->restart_s) / mtbf);
}

/* Benchmarks keep their MFU up to about a thousand accelerators; beyond, the batch a device gets shrinks. */
static double scale_factor(const struct constants *k, double n_accel)
{
    return n_accel <= k->scale_from ? 1 : pow(n_accel / k->scale_from, -k->scale_exponent);
}

/* Small experts feed the matrix units badly: MFU grows with the active size. */
static double shape_factor(const struct constants *k, const struct model *m, int precision)
{
    double f;

    if (!model_is_moe(m))
        return 1;
    f = pow(m->active_params / k->moe_reference_b, k->moe_size_exponent);
    f = fmin(fmax(f, k->moe_size_least), k->moe_size_most);
    return precision == PREC_BF16 ? f : f * k->moe_low_precision;
}

/**
 * Tokens per second and accelerator:  peak(precision) * MFU * goodput / FLOP per token,
 * MFU = e(family, dense or MoE, chip's balance) * shape * scale * adapter.
 *
 * @param e  efficiency of the family in training for the model's kind
 * @param j  its precision must be one that the chip has
 * @return all fields finite and > 0.  Cost O(1).  Test: tests/unit/check_training.c
 */
struct train_point train_at(const struct constants *k, const struct phase_efficiency *e, const struct model *m,
                            const struct accelerator *a, const struct train_job *j)
{
    struct train_point p;

    p.flop_per_token = train_flop_per_token(m, j->flop_per_param, j->context);
    p.mfu = compute_efficiency(k, e, a, j->precision) * shape_factor(k, m, j->precision) * scale_factor(k, j->n_accel);
    if (is_adapter(j))
        p.mfu *= k->adapter_mfu;
    p.goodput = train_goodput(k, j->n_accel, a->failures, j->interruptions);
    p.tokens_per_s = chip_peak(a, j->precision) * p.mfu * p.goodput / p.flop_per_token;
    return p;
}
