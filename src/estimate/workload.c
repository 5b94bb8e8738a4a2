/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One workload on one chip: does it run, on how many accelerators, how fast, at what power and error? */
#include <limits.h>
#include <math.h>
#include <stdio.h>

#include "estimate/physics.h"

static const struct model *model_of(const strait_case *c, const struct workload *w)
{
    return &c->model.v[w->model];
}

/** Does the workload's task have this phase?  Prefill and decode apart only for services with `disaggregate`. */
bool workload_has_phase(const struct workload *w, enum phase p)
{
    switch (w->task) {
    case TASK_TRAINING:
    case TASK_FINE_TUNING:
        return p == PHASE_TRAIN;
    case TASK_BATCH:
        return p == PHASE_MIXED;
    default:
        return p == PHASE_MIXED || (w->disaggregate && p != PHASE_TRAIN);
    }
}

/** IT power of an accelerator in use, W: a share of the rating by phase, never below idle.  Test: check_rates.c */
double workload_power_w(const struct accelerator *a, enum phase p)
{
    const struct constants *k = default_constants();
    const double share[N_PHASE] = { k->power_train, k->power_prefill, k->power_decode, k->power_mixed };

    return fmin(fmax(a->idle_power, share[p] * a->rated_power), fmax(a->rated_power, a->idle_power));
}

static double ln_outside(double v, double least, double most)
{
    return v < least ? log(least / v) : v > most ? log(v / most) : 0;
}

/**
 * How far a job lies outside what the parameters were fitted on: the sum of the ln distances of active parameters and
 * context from the phase's rows, and a fixed one when the family has no rows.
 *
 * @return 0 inside.  Cost O(1).  Test: tests/unit/check_rates.c
 */
double params_outside(const struct params *p, enum phase phase, const struct model *m, double context, bool known)
{
    double least = p->range[phase][RANGE_ACTIVE].least, most = p->range[phase][RANGE_ACTIVE].most;

    return ln_outside(m->active_params, least, most) +
           ln_outside(context, p->range[phase][RANGE_CONTEXT].least, p->range[phase][RANGE_CONTEXT].most) +
           (known ? 0 : default_constants()->unknown_family);
}

double bar_with_outside(double error, double outside)
{
    return hypot(error, default_constants()->outside_error * outside);
}

static bool is_training(const struct workload *w)
{
    return w->task == TASK_TRAINING || w->task == TASK_FINE_TUNING;
}

static double outside_of(const strait_case *c, const struct workload *w, const struct host *h, enum phase p)
{
    double context = is_training(w) ? w->context : fmax(1, w->input_len + w->output_len);

    return params_outside(h->p, p, model_of(c, w), context, family_of(h->a->family).known);
}

/* The fitted bar of the phase, family and kind, or the user's own. */
static double bar_of(const strait_case *c, const struct workload *w, const struct host *h, enum phase p,
                     const struct user_efficiency *e)
{
    return e->given ? e->error : h->p->bar[p][model_is_moe(model_of(c, w))][family_of(h->a->family).index];
}

/* Hours of the workload's window inside the horizon. */
static double window_hours(const strait_case *c, const struct workload *w)
{
    int64_t from = w->start == DATE_NONE ? INT64_MIN + 1 : w->start, to = w->end == DATE_NONE ? INT64_MAX : w->end;
    double hours = 0;

    for (size_t t = 0; t < c->n_segment; t++)
        hours += segment_overlap(c, t, from, to);
    return hours;
}

static int whole_nodes_up(double n, int unit)
{
    if (n > INT_MAX / 2)
        return INT_MAX / 2;
    return n <= unit ? (int)fmax(1, ceil(n)) : (int)(ceil(n / unit) * unit);
}

/* The size a run takes: what finishes it in its window, between its gang and the most it may or can use. */
static double run_size(const strait_case *c, const struct workload *w, double tokens_per_s, int least, double most)
{
    double hours = window_hours(c, w), need = least;

    if (hours > 0 && w->tokens > 0 && tokens_per_s > 0)
        need = w->tokens / (tokens_per_s * HOUR_S * hours);
    return fmin(fmax(need, least), fmax(most, least));
}

static double parallel_limit(const struct workload *w)
{
    return w->max_parallel == INT64_MIN ? (double)INT_MAX : (double)w->max_parallel;
}

static bool gang_holds(const struct workload *w, const struct host *h, int n, double need_gb, char *reason)
{
    if (n > parallel_limit(w))
        snprintf(reason, REASON_SIZE, "does not fit: needs %d accelerators (%.4g GB), max_parallel is %.0f", n, need_gb,
                 parallel_limit(w));
    else if (n > h->most)
        snprintf(reason, REASON_SIZE, "does not fit: needs %d accelerators (%.4g GB), at most %d can be held", n, need_gb,
                 h->most);
    else
        return true;
    return false;
}

static void train_rate(const strait_case *c, const struct workload *w, const struct host *h, int precision,
                       struct rate *out, char *reason)
{
    const struct constants *k = default_constants();
    const struct model *m = model_of(c, w);
    struct user_efficiency e = user_efficiency_of(c, h->a->family, EFF_TRAIN, model_is_moe(m));
    struct train_job j = train_job_of(precision, w->context, w->flop_per_param, 1);
    double bytes = train_memory_bytes(k, m, &j), each = k->usable_memory * h->a->memory * 1e9;
    double whole = h->p->v[P_train_whole_run];
    struct train_point p;

    j.interruptions = h->interruptions;
    out->error = bar_with_outside(bar_of(c, w, h, PHASE_TRAIN, &e), out->outside);
    out->min_accel = whole_nodes_up(fmax(each > 0 ? bytes / each : REAL_OPEN, (double)w->gang), h->unit);
    if (!gang_holds(w, h, out->min_accel, bytes / 1e9, reason))
        return;
    j.n_accel = out->min_accel;
    p = train_at(k, h->p, &e, m, h->a, &j);
    j.n_accel = run_size(c, w, p.tokens_per_s * whole, out->min_accel, fmin(parallel_limit(w), h->most));
    p = train_at(k, h->p, &e, m, h->a, &j);
    out->per_accel_h = p.tokens_per_s * whole * HOUR_S;
}

static double seconds_or_none(double ms)
{
    return isnan(ms) ? REAL_OPEN : ms / 1e3;
}

/* Choose a replica, keeping some of the time to first token for the network when that is possible. */
static bool choose(const struct server *s, struct serve_job j, enum serve_phase p, const struct replica_limits *lim,
                   struct serve_point *q, char *reason)
{
    double target = j.ttft_s;

    j.ttft_s = target - s->k->network_allowance_s;
    if (serve_choose(s, &j, p, lim, q, reason, REASON_SIZE))
        return true;
    j.ttft_s = target;
    return serve_choose(s, &j, p, lim, q, reason, REASON_SIZE);
}

/* Share of time left when a replica of n is interrupted and loads its weights again. */
static double replica_goodput(const struct constants *k, int n, double interruptions)
{
    return 1 / (1 + n * interruptions / HOUR_S * k->replica_restart_s);
}

static void serve_rate(const strait_case *c, const struct workload *w, const struct host *h, int precision,
                       enum phase p, struct rate *out, char *reason)
{
    static const enum serve_phase of[N_PHASE] = { SERVE_MIXED, SERVE_PREFILL, SERVE_DECODE, SERVE_MIXED };
    const struct model *m = model_of(c, w);
    bool moe = model_is_moe(m), batch = w->task == TASK_BATCH;
    struct server s = { default_constants(), h->p, m, h->a, family_of(h->a->family).index,
                        user_efficiency_of(c, h->a->family, EFF_PREFILL, moe),
                        user_efficiency_of(c, h->a->family, EFF_DECODE, moe) };
    struct serve_job j = { .precision = precision, .input_len = w->input_len, .output_len = w->output_len,
                           .prefix_hit = w->prefix_hit, .ttft_s = batch ? REAL_OPEN : seconds_or_none(w->ttft),
                           .tpot_s = batch ? REAL_OPEN : seconds_or_none(w->tpot) };
    const struct user_efficiency *own = p == PHASE_PREFILL ? &s.prefill : &s.decode;
    double most = fmin(h->most, batch ? parallel_limit(w) : INT_MAX);
    double least = batch ? 1 : fmax(1, (double)w->replica);
    struct replica_limits lim = { (int)least, (int)fmin(most, fmax(least, s.k->replica_most)), h->unit };
    struct serve_point q;

    out->error = bar_with_outside(bar_of(c, w, h, p, own), out->outside);
    out->min_accel = lim.least;
    if (!choose(&s, j, of[p], &lim, &q, reason))
        return;
    out->min_accel = whole_nodes_up(fmax(q.n, batch ? (double)w->gang : 1), h->unit);
    if (batch && !gang_holds(w, h, out->min_accel, weight_bytes(m, precision) / 1e9, reason))
        return;
    out->per_accel_h = q.requests_per_s / q.n * HOUR_S * replica_goodput(s.k, q.n, h->interruptions);
    out->ttft_s = batch ? REAL_NONE : q.ttft_s;
    out->tpot_s = batch ? REAL_NONE : q.tpot_s;
    out->batch = batch ? REAL_NONE : q.batch;
}

/**
 * Rate of workload w in phase p on a host.  Rates hold before the port ramp.
 *
 * @param c       borrowed; segments cut
 * @param w       row of the workload; must have the phase
 * @param out     written; `reason` stays NULL
 * @param reason  written when per_accel_h is 0, else ""
 * Cost O(log) of the replica search.  Test: tests/unit/check_rates.c
 */
void workload_rate(const strait_case *c, int w, const struct host *h, enum phase p, struct rate *out,
                   char reason[REASON_SIZE])
{
    const struct workload *work = &c->workload.v[w];
    int precision = chip_precision(h->a, work->precision, work->fallback);

    *out = (struct rate){ .min_accel = 1, .power_w = workload_power_w(h->a, p), .ttft_s = REAL_NONE, .tpot_s = REAL_NONE,
                          .batch = REAL_NONE, .outside = outside_of(c, work, h, p) };
    reason[0] = '\0';
    if (h->most < 1) {
        snprintf(reason, REASON_SIZE, "no accelerators can ever be held");
    } else if (precision < 0) {
        snprintf(reason, REASON_SIZE, "precision %s is not supported by %s", precision_name(work->precision),
                 h->a->name);
    } else if (p == PHASE_TRAIN) {
        train_rate(c, work, h, precision, out, reason);
    } else {
        serve_rate(c, work, h, precision, p, out, reason);
    }
}
