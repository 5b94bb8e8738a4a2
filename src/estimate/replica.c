/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which replica: the number of accelerators and the batch that serve most requests per accelerator-hour. */
#include <math.h>
#include <stdio.h>

#include "estimate/physics.h"

/* Largest batch in [1, most] that keeps tpot; 0 when even 1 does not.  tpot grows with the batch: bisection. */
static double batch_by_tpot(const struct server *s, const struct serve_job *j, enum serve_phase p,
                            const struct layout *y, double most)
{
    double low = 1, high = floor(most);

    if (serve_at(s, j, p, y, 1).tpot_s > j->tpot_s)
        return 0;
    if (serve_at(s, j, p, y, high).tpot_s <= j->tpot_s)
        return high;
    while (high - low > 1) {
        double mid = floor((low + high) / 2);

        if (serve_at(s, j, p, y, mid).tpot_s <= j->tpot_s)
            low = mid;
        else
            high = mid;
    }
    return low;
}

enum verdict { FITS, NO_MEMORY, NO_TPOT, NO_TTFT };

static enum verdict try_layout(const struct server *s, const struct serve_job *j, enum serve_phase p,
                               const struct layout *y, struct serve_point *q)
{
    double most = batch_by_memory(s, j, y), batch;

    *q = (struct serve_point){ .y = *y, .n = (int)y->n };
    if (most < 1)
        return NO_MEMORY;
    batch = p == SERVE_PREFILL ? 1 : batch_by_tpot(s, j, p, y, most);
    *q = serve_at(s, j, p, y, fmax(1, batch));
    if (batch < 1)
        return NO_TPOT;
    return p != SERVE_DECODE && q->ttft_s > j->ttft_s ? NO_TTFT : FITS;
}

/* Of the layouts of n: attention split over all of them, and for mixtures attention whole on each, experts spread. */
static enum verdict try_replica(const struct server *s, const struct serve_job *j, enum serve_phase p, int n,
                                struct serve_point *q)
{
    struct layout split = { n, n, n }, whole = { n, 1, n };
    struct serve_point other;
    enum verdict v = try_layout(s, j, p, &split, q), w;

    if (n == 1 || !model_is_moe(s->m))
        return v;
    w = try_layout(s, j, p, &whole, &other);
    if (w == FITS ? v != FITS || other.requests_per_s > q->requests_per_s : v != FITS && w > v) {
        *q = other;
        return w;
    }
    return v;
}

/* Powers of two up to a scale-up domain, then its doublings; beyond a node, whole nodes. */
static int next_size(const struct server *s, int n)
{
    int domain = (int)s->a->scaleup_size;

    return n < domain && n > domain / 2 ? domain : 2 * n;
}

static int whole_nodes(int n, int unit)
{
    return n <= unit ? n : (n + unit - 1) / unit * unit;
}

/* The least hopeless failure so far: what stood in the way last, and how near it came. */
struct failure {
    enum verdict verdict;
    double best_s;          /* least tpot or ttft seen */
};

static void note_failure(struct failure *f, enum verdict v, const struct serve_point *q)
{
    double seen = v == NO_TPOT ? q->tpot_s : v == NO_TTFT ? q->ttft_s : REAL_OPEN;

    if (v > f->verdict) {
        f->verdict = v;
        f->best_s = seen;
    } else if (v == f->verdict) {
        f->best_s = fmin(f->best_s, seen);
    }
}

static void explain(const struct server *s, const struct serve_job *j, const struct failure *f, int most, char *reason,
                    size_t n_reason)
{
    double need = weight_bytes(s->m, j->precision) + model_kv_bytes(s->m) * (j->input_len + j->output_len);

    if (f->verdict == NO_TPOT)
        snprintf(reason, n_reason, "time per token out of reach: %.3g ms at best, target %.3g ms", f->best_s * 1e3,
                 j->tpot_s * 1e3);
    else if (f->verdict == NO_TTFT)
        snprintf(reason, n_reason, "time to first token out of reach: %.4g ms at best, target %.4g ms",
                 f->best_s * 1e3, j->ttft_s * 1e3);
    else
        snprintf(reason, n_reason, "does not fit: needs %.4g GB on at most %d x %.4g GB", need / 1e9, most,
                 s->a->memory * s->k->usable_memory);
}

/**
 * The replica size and batch with most requests per accelerator-hour whose memory holds weights and cache and which
 * meets both targets.  Sizes are powers of two up to the scale-up domain, then its doublings; a larger size must beat
 * a smaller one by `replica_gain`, so that replicas stay small where size hardly matters.
 *
 * @param lim     least and most accelerators of a replica, node size (beyond a node: whole nodes)
 * @param out     written on true
 * @param reason  written on false: what stands in the way, with the nearest value
 * @return whether a replica exists.  Cost O(log^2).  Test: tests/unit/check_inference.c
 */
bool serve_choose(const struct server *s, const struct serve_job *j, enum serve_phase p,
                  const struct replica_limits *lim, struct serve_point *out, char *reason, size_t n_reason)
{
    struct failure fail = { FITS, REAL_OPEN };
    double best = 0;

    for (int size = lim->least; size <= lim->most; size = next_size(s, size)) {
        int n = whole_nodes(size, lim->unit);
        struct serve_point q;
        enum verdict v;

        if (n > lim->most)
            break;
        v = try_replica(s, j, p, n, &q);
        if (v != FITS) {
            note_failure(&fail, v, &q);
        } else if (q.requests_per_s / n > best * (1 + s->k->replica_gain)) {
            best = q.requests_per_s / n;
            *out = q;
        }
    }
    if (best <= 0)
        explain(s, j, &fail, lim->most, reason, n_reason);
    return best > 0;
}
