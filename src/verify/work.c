/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work as a whole: demand is met or told as unmet, prefill meets decode, no run is wider than it may be. */
#include "verify/book.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static size_t pair_at(const struct verifier *v, int pair, int t) { return (size_t)pair * v->c->n_segment + (size_t)t; }

static struct place unmet_place(const struct book *b, const struct plan_unmet *u)
{
    return PLACE(b->tag, u->workload, u->user_region, u->from ? u->from : u->period);
}

/* Where a row of unmet work belongs; false: told and left out. */
static bool unmet_where(const struct book *b, const struct plan_unmet *u, int *w, int *pair, int *t)
{
    struct verifier *v = b->v;
    const strait_case *c = v->c;
    int region = u->user_region ? case_find(c, KIND_region, u->user_region) : -1;
    const char *phase = "mixed";
    bool ok;

    *w = case_find(c, KIND_workload, u->workload);
    *pair = *t = -1;
    if (*w < 0) {
        report_fact(&v->report, PROMISE_NAMES, unmet_place(b, u), u->workload, "not in the case", false);
        return false;
    }
    if (c->workload.v[*w].task == TASK_SERVICE) {
        *pair = region < 0 ? -1 : v->pair_of[(size_t)*w * c->region.n + (size_t)region];
        *t = verify_segment(v, u->period, u->from);
        ok = *pair >= 0 && *t >= 0;
    } else {
        phase = c->workload.v[*w].task == TASK_BATCH ? "mixed" : "train";
        ok = !u->user_region && !u->period;
    }
    report_fact(&v->report, PROMISE_UNMET, unmet_place(b, u), NULL, ok ? "demand there" : "no such demand", ok);
    report_text(&v->report, PROMISE_UNMET, unmet_place(b, u), u->phase, phase);
    return ok;
}

/* One row: penalised work only, its penalty to the cent, its amount into the sums. */
static void read_unmet(const struct book *b, const struct plan_unmet *u, double *pair_sum, double *run_sum)
{
    struct verifier *v = b->v;
    int w, pair, t;
    double penalty, money, per;

    if (!unmet_where(b, u, &w, &pair, &t))
        return;
    penalty = verify_penalty(v->c, w, t);
    per = verify_tokens_per_work(v->c, w);
    (void)report_amount(&v->report, unmet_place(b, u), u->tokens);
    report_fact(&v->report, PROMISE_UNMET, unmet_place(b, u), NULL, isnan(penalty) ? "firm work" : "has a penalty", !isnan(penalty));
    money = isnan(penalty) ? 0.0 : u->tokens * 1e-6 * penalty;
    report_equal(&v->report, PROMISE_PENALTY, unmet_place(b, u), u->penalty, money, fmax(SLACK_MONEY, 16.0 * SLACK_TERM * money));
    if (pair >= 0)
        pair_sum[pair_at(v, pair, t)] += per > 0.0 ? u->tokens / per : 0.0;
    else
        run_sum[w] += per > 0.0 ? u->tokens / per : 0.0;
}

/* What is done and what is told as unmet make the demand; the rest, if it has a penalty, is known to no cent. */
static void hold_demand(struct book *b, struct place at, int w, int t, double demand, double done)
{
    double penalty = verify_penalty(b->v->c, w, t) * 1e-6 * verify_tokens_per_work(b->v->c, w);

    report_equal(&b->v->report, PROMISE_DEMAND, at, demand, done, (TOL_PRIMAL + UNTOLD_PIECES * TOL_ZERO) * demand);
    b->untold += isnan(penalty) ? 0.0 : penalty * fabs(demand - done);
}

static void check_services(struct book *b, const double *done)
{
    const strait_case *c = b->v->c;

    for (int i = 0; i < (int)c->timeline->n_pair; i++) {
        const struct demand_pair *d = &c->timeline->pair[i];
        for (int t = 0; t < (int)c->n_segment; t++)
            hold_demand(b, PLACE(b->tag, c->workload.v[d->workload].name, c->region.v[d->region].name, b->v->from[t]), d->workload, t,
                        d->requests[t], done[pair_at(b->v, i, t)]);
    }
}

static void check_runs(struct book *b, const double *done)
{
    const strait_case *c = b->v->c;

    for (int w = 0; w < (int)c->workload.n; w++) {
        const struct workload *v = &c->workload.v[w];
        if (v->task != TASK_SERVICE)
            hold_demand(b, PLACE(b->tag, v->name), w, -1, v->task == TASK_BATCH ? v->requests : v->tokens, done[w]);
    }
}

static strait_status check_parallel(const struct book *b)
{
    const strait_case *c = b->v->c;
    double *wide = mem_calloc(c->workload.n * c->n_segment, sizeof *wide);

    if (!wide)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < b->n_act; i++) {
        const struct act *a = &b->act[i];
        wide[(size_t)a->w * c->n_segment + (size_t)a->t] += a->hours / c->segment[a->t].hours;
    }
    for (size_t w = 0; w < c->workload.n; w++) {
        double most = (double)c->workload.v[w].max_parallel;
        for (size_t t = 0; t < c->n_segment && c->workload.v[w].max_parallel != INT64_MIN; t++)
            report_most(&b->v->report, PROMISE_PARALLEL, PLACE(b->tag, c->workload.v[w].name, b->v->from[t]), most,
                        wide[w * c->n_segment + t], TOL_PRIMAL * (1.0 + most));
    }
    mem_free(wide);
    return STRAIT_OK;
}

static int by_meeting(const void *x, const void *y)
{
    const struct act *a = *(const struct act *const *)x, *b = *(const struct act *const *)y;

    return a->pair != b->pair ? (a->pair > b->pair) - (a->pair < b->pair) : (a->t > b->t) - (a->t < b->t);
}

/* Requests prefilled and decoded in each fabric, over acts [i, end) of one pair and segment. */
static void meet(const struct book *b, const struct act *const *v, size_t n, double *sum)
{
    const strait_case *c = b->v->c;

    for (size_t i = 0; i < n; i++)
        sum[b->v->fabric[v[i]->o]] += v[i]->p == PHASE_PREFILL ? v[i]->work : -v[i]->work;
    for (size_t i = 0; i < n; i++) {
        int f = b->v->fabric[v[i]->o];
        report_equal(&b->v->report, PROMISE_MEET,
                     PLACE(b->tag, c->workload.v[v[i]->w].name, c->region.v[v[i]->region].name, c->offer.v[f].name, b->v->from[v[i]->t]),
                     0.0, sum[f], TOL_PRIMAL * (v[i]->work + b->v->top_rate[v[i]->w] * c->segment[v[i]->t].hours));
    }
    for (size_t i = 0; i < n; i++)
        sum[b->v->fabric[v[i]->o]] = 0.0;
}

/* The KV cache does not cross sites: what is prefilled in a fabric is decoded there, in the same segment. */
static strait_status check_meetings(const struct book *b)
{
    const struct act **v = mem_calloc(b->n_act, sizeof *v);
    double *sum = mem_calloc(b->v->c->offer.n, sizeof *sum);
    size_t n = 0, end;

    for (size_t i = 0; v && sum && i < b->n_act; i++)
        if (b->act[i].p == PHASE_PREFILL || b->act[i].p == PHASE_DECODE)
            v[n++] = &b->act[i];
    if (v && sum) {
        qsort(v, n, sizeof *v, by_meeting);
        for (size_t i = 0; i < n; i = end) {
            for (end = i; end < n && by_meeting(&v[end], &v[i]) == 0; end++)
                continue;
            meet(b, &v[i], end - i, sum);
        }
    }
    strait_status st = v && sum ? STRAIT_OK : STRAIT_ENOMEM;
    mem_free(v);
    mem_free(sum);
    return st;
}

/* Add the work that is done, per pair and segment and per run.  A disaggregated request counts where it is decoded. */
static void work_done(const struct book *b, double *pair, double *run)
{
    for (size_t i = 0; i < b->n_act; i++) {
        const struct act *a = &b->act[i];
        if (a->pair < 0)
            run[a->w] += a->work;
        else if (a->p != PHASE_PREFILL)
            pair[pair_at(b->v, a->pair, a->t)] += a->work;
    }
}

/**
 * Demand, prefill meets decode, max_parallel.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_work(struct book *b)
{
    const strait_case *c = b->v->c;
    double *pair = arena_alloc(b->v->arena, c->timeline->n_pair * c->n_segment, sizeof *pair);
    double *run = arena_alloc(b->v->arena, c->workload.n, sizeof *run);
    strait_status st = pair && run ? STRAIT_OK : STRAIT_ENOMEM;

    TRY(st);
    for (size_t i = 0; i < b->n_unmet; i++)
        read_unmet(b, &b->unmet[i], pair, run);
    work_done(b, pair, run);
    check_services(b, pair);
    check_runs(b, run);
    TRY(check_parallel(b));
    TRY(check_meetings(b));
out:
    return st;
}
