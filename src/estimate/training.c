/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training: memory, goodput, tokens per second. */
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

/** A job of today of which only what a plan knows is told: parallelism and batch are filled in. */
struct train_job train_job_of(int precision, double context, double flop_per_param, double n_accel)
{
    return (struct train_job){ .precision = precision, .context = context, .flop_per_param = flop_per_param,
                               .n_accel = n_accel, .year = TRAIN_YEAR, .power = 1 };
}

/* A user's efficiency is a share of peak as it stands. */
static double benchmark_s(const struct params *p, const struct user_efficiency *e, const struct model *m,
                          const struct accelerator *a, const struct train_job *j)
{
    if (e->given)
        return train_flop_per_token(m, j->flop_per_param, j->context) / (chip_peak(a, j->precision) * e->compute);
    return train_seconds(p, m, a, j);
}

/**
 * Tokens per second and accelerator of a benchmark with failures:  goodput / train_seconds, and the share of peak that is.
 *
 * @param p  fitted parameters
 * @param e  the user's own efficiency, or one with `given` false
 * @param j  its precision must be one that the chip has
 * @return all fields finite and > 0.  Cost O(1).  Test: tests/unit/check_training.c
 */
struct train_point train_at(const struct constants *k, const struct params *p, const struct user_efficiency *e,
                            const struct model *m, const struct accelerator *a, const struct train_job *j)
{
    struct train_point q;

    q.flop_per_token = train_flop_per_token(m, j->flop_per_param, j->context);
    q.tokens_per_s = 1 / benchmark_s(p, e, m, a, j);
    q.mfu = q.tokens_per_s * q.flop_per_token / chip_peak(a, j->precision);
    q.goodput = train_goodput(k, j->n_accel, a->failures, j->interruptions);
    q.tokens_per_s *= q.goodput;
    return q;
}
