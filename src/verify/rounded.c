/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan in whole gangs, replicas and blocks: what it costs in all. */
#include "verify/book.h"

#include <math.h>

/* Work that is done is known to this, relative to its demand: what is left at a penalty is known no better. */
#define SLACK_DONE 1e-9

/* Penalties of what a rounded plan leaves undone, which it does not tell; the slack of knowing it goes to *slack. */
static double penalty_of(const struct book *b, int w, double demand, double done, double *slack)
{
    double price = b->v->c->workload.v[w].penalty * 1e-6 * verify_tokens_per_work(b->v->c, w), left = demand - done;

    if (isnan(price))
        return 0.0;
    *slack += price * SLACK_DONE * demand;
    return left > SLACK_DONE * demand ? left * price : 0.0;
}

static strait_status penalties(const struct book *b, double *sum, double *slack)
{
    const strait_case *c = b->v->c;
    double *pair = arena_alloc(b->v->arena, c->timeline->n_pair * c->n_segment, sizeof *pair);
    double *run = arena_alloc(b->v->arena, c->workload.n, sizeof *run);

    if (!pair || !run)
        return STRAIT_ENOMEM;
    work_done(b, pair, run);
    for (size_t i = 0; i < c->timeline->n_pair; i++)
        for (size_t t = 0; t < c->n_segment; t++)
            *sum += penalty_of(b, c->timeline->pair[i].workload, c->timeline->pair[i].requests[t], pair[i * c->n_segment + t], slack);
    for (int w = 0; w < (int)c->workload.n; w++) {
        const struct workload *v = &c->workload.v[w];
        if (v->task != TASK_SERVICE)
            *sum += penalty_of(b, w, v->task == TASK_BATCH ? v->requests : v->tokens, run[w], slack);
    }
    return STRAIT_OK;
}

/* A service on rented accelerators pays for whole replicas: the rent of what fills the last one. */
static double filling(const struct book *b, const struct act *a)
{
    const strait_case *c = b->v->c;
    double hours = c->segment[a->t].hours, n = a->hours / hours, one = (double)rate_at(b->v->rates, a->w, a->o, a->p)->min_accel;

    if (a->pair < 0 || !verify_rented(c, a->o) || n <= TOL_PRIMAL)
        return 0.0;
    return (ceil(n / one - TOL_PRIMAL) * one - n) * hours * c->timeline->price[book_at(b, a->o, a->t)] * c->segment[a->t].discount;
}

/**
 * Total of the rounded plan:  its placements and leases, penalties of what it leaves undone, and whole replicas where
 * accelerators are rented; and its gap to the bound.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_rounded(struct book *b)
{
    const struct plan_rounded *q = &b->v->plan->rounded;
    double bound = b->v->plan->objective.bound, extra = 0.0, slack = 0.0, penalty = 0.0;
    struct ledger_sums s;
    strait_status st;

    TRY(money_sum(b, false, &s));
    TRY(penalties(b, &penalty, &slack));
    for (size_t i = 0; i < b->n_act; i++)
        extra += filling(b, &b->act[i]);
    report_equal(&b->v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.objective"), q->objective, s.total + fmax(0.0, extra) + penalty,
                 fmax(money_slack(&s), slack));
    report_equal(&b->v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.gap"), q->gap, (q->objective - bound) / fmax(1.0, fabs(q->objective)), TOL_ZERO);
    verify_placement_costs(b);
    verify_lease_costs(b);
out:
    return st;
}
