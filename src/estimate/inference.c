/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inference: what fits, and the rate of a replica at a batch. */
#include <limits.h>
#include <math.h>

#include "estimate/physics.h"

double weight_bytes(const struct model *m, int precision)
{
    return model_total(m) * precision_bytes(precision);
}

/* Bytes of cache that one sequence keeps on each accelerator of its attention group. */
static double sequence_bytes(const struct server *s, const struct serve_job *j, const struct layout *y)
{
    return cache_bytes_per_token(s, j, y) * model_cached(s->m, j->input_len + j->output_len);
}

/**
 * Sequences whose whole cache fits beside the weights:  groups * (share * memory - weights) / (cache * (input + output)),
 * at most `batch_per_accel` an accelerator.
 *
 * @return sequences of the replica; below 1: does not fit.  Cost O(1).  Test: tests/unit/check_inference.c
 */
double batch_by_memory(const struct server *s, const struct serve_job *j, const struct layout *y)
{
    double free = s->k->usable_memory * s->a->memory * 1e9 - held_bytes(s, j, y), each = sequence_bytes(s, j, y);

    if (free <= 0)
        return 0;
    return fmin(each > 0 ? free / each * y->n / y->tensor : REAL_OPEN, s->k->batch_per_accel * y->n);
}

/**
 * Times and rate of a replica at a batch.  Colocated serving shares the replica: between two tokens of a sequence the
 * others' prompts run, so tpot = (step / tokens a step + batch * prefill / output) * interference, and the rate is
 * batch / (output * tpot), that is 1/rate = (prefill + output * step / batch) * interference.
 * ttft = waiting for a prompt under way and one's own prompt, then a step.
 *
 * @param batch  >= 1; ignored for SERVE_PREFILL
 * @return times in s (NaN where the phase has none) and requests/s of the replica.
 * Cost O(1).  Test: tests/unit/check_inference.c
 */
struct serve_point serve_at(const struct server *s, const struct serve_job *j, enum serve_phase p,
                            const struct layout *y, double batch)
{
    struct serve_point q = { *y, (int)fmin(y->n, INT_MAX), REAL_NONE, REAL_NONE, REAL_NONE, REAL_NONE, REAL_NONE, 0 };
    double output = fmax(1, j->output_len);

    if (p != SERVE_DECODE) {
        q.prefill_s = prompt_share_seconds(s, j, y, s->k->prefill_chunk) / y->n;
        q.ttft_s = s->k->queue_factor * prompt_seconds(s, j, y, 1);
        q.requests_per_s = 1 / q.prefill_s;
    }
    if (p == SERVE_PREFILL)
        return q;
    q.batch = batch;
    q.step_s = decode_step_seconds(s, j, y, batch);
    q.tpot_s = q.step_s / tokens_per_step(s->p, j->drafts);
    if (p == SERVE_MIXED) {
        q.tpot_s = (q.tpot_s + batch * q.prefill_s / output) * s->p->v[P_interference];
        q.ttft_s += q.step_s;
    }
    q.requests_per_s = batch / (output * q.tpot_s);
    return q;
}
