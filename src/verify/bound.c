/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What no plan can undercut, from the plan's own prices (weak duality): whatever the prices are,
 *
 *   bound = sum of price * work asked for  -  sum of price * what there is of each scarce thing  +  what is held anyway
 *
 * is at most the cost of every plan, if no act is worth more than it costs at these prices.  Where one is, the price of
 * its work comes down until it is not; a lease or purchase that is worth more than it costs is taken as often as it can
 * be.  With costs left out, a bound above 0 proves that there is no plan at all (Farkas).
 */
#include "verify/price.h"

#include <math.h>
#include <string.h>

struct bound {
    struct book *b;
    const struct ways *y;
    const struct prices *p;
    const struct worth *w;
    double *down;            /* by price_at of demands and runs: how far the price must come down */
    double sum, size;        /* size: of the absolute terms */
    double money;            /* about what an accelerator costs through a segment: what is small in money is small against it */
    double earns;            /* most that any act is worth above its cost, relative to cost and money */
    struct place earner;
};

/* Prices of a plan that is called optimal: no act earns more.  The program's measure of money differs a little. */
#define MOST_EARNED (10.0 * TOL_DUAL)

static void put(struct bound *q, double term)
{
    q->sum += term;
    q->size += fabs(term);
}

/*
 * An act that does `work` at a cost: how far the price of its work must come down.  What it earns is counted for `units`
 * of it, which make about an accelerator through the segment, or for as many as do all the work that is `asked` for.
 */
static void bring_down(struct bound *q, size_t at, struct place place, double work, double asked, double cost, double units)
{
    double n = fmin(units, asked / work), earns = (q->p->value[at] * work - cost) * n / (q->money + fabs(cost * n));

    q->down[at] = fmax(q->down[at], q->p->value[at] - cost / work);
    if (earns > q->earns) {
        q->earns = earns;
        q->earner = place;
    }
}

static void look_at_runs(struct bound *q)
{
    const struct verifier *v = q->b->v;
    const strait_case *c = v->c;

    for (int w = 0; w < (int)c->workload.n; w++) {
        for (int o = 0; o < (int)c->offer.n && c->workload.v[w].task != TASK_SERVICE; o++) {
            struct act a = { .w = w, .o = o, .pair = -1, .region = -1, .p = verify_run_phase(c, w), .hours = 1.0 };
            double rate = rate_at(v->rates, w, o, a.p)->per_accel_h, asked = price_right(q->p, THING_RUN, w, 0);
            for (a.t = 0; a.t < (int)c->n_segment && rate > 0.0; a.t++) {
                if (!ways_may(q->b, q->y, w, o, a.t))
                    continue;
                a.work = rate * verify_ramp(c, w, o, a.t);
                bring_down(q, price_at(q->p, THING_RUN, w, 0), PLACE(c->workload.v[w].name, c->offer.v[o].name, v->from[a.t]), a.work,
                           asked, worth_act(q->w, &a), c->segment[a.t].hours);
            }
        }
    }
}

static void look_at_route(struct bound *q, int pair, int o, int o2)
{
    const strait_case *c = q->b->v->c;
    const struct demand_pair *d = &c->timeline->pair[pair];
    enum phase p[2];
    int legs = ways_route(q->b->v, pair, o, o2, p);

    for (int t = 0; t < (int)c->n_segment && legs > 0; t++) {
        if (d->requests[t] <= 0.0 || !ways_may(q->b, q->y, d->workload, o, t) || !ways_may(q->b, q->y, d->workload, o2, t))
            continue;
        double hours = 0.0, cost = worth_leg(q->w, pair, o, p[0], t, &hours) + (legs > 1 ? worth_leg(q->w, pair, o2, p[1], t, &hours) : 0.0);
        bring_down(q, price_at(q->p, THING_DEMAND, pair, t),
                   PLACE(c->workload.v[d->workload].name, c->region.v[d->region].name, c->offer.v[o].name, q->b->v->from[t]), 1.0,
                   price_right(q->p, THING_DEMAND, pair, t), cost, c->segment[t].hours / hours);
    }
}

/* The last class with penalties trades them for cost; the earlier ones are met as far as they can be. */
static int64_t last_class(const strait_case *c)
{
    int64_t last = 0;

    for (size_t w = 0; w < c->workload.n; w++)
        if (!isnan(c->workload.v[w].penalty) && c->workload.v[w].priority > last)
            last = c->workload.v[w].priority;
    return last;
}

/* Work may be left undone at its penalty; but of an earlier class no more than the plan leaves. */
static void look_at_unmet(struct bound *q, int w, int pair, int t)
{
    enum thing k = pair < 0 ? THING_RUN : THING_DEMAND;
    int i = pair < 0 ? w : pair, at = pair < 0 ? 0 : t;
    const strait_case *c = q->b->v->c;
    int class = (int)c->workload.v[w].priority;
    double penalty = verify_penalty(c, w, t) * 1e-6 * verify_tokens_per_work(c, w);

    if (isnan(penalty) || (class < last_class(c) && price_right(q->p, THING_CLASS, 0, class) <= 0.0))
        return;
    bring_down(q, price_at(q->p, k, i, at), PLACE(c->workload.v[w].name, "unmet", t < 0 ? NULL : q->b->v->from[t]), 1.0,
               price_right(q->p, k, i, at), penalty * ((q->w->costs ? 1.0 : 0.0) + price_of(q->p, THING_CLASS, 0, class)),
               fmax(1.0, q->b->v->top_rate[w] * c->segment[t < 0 ? 0 : t].hours));
}

static void look_at_work(struct bound *q)
{
    const strait_case *c = q->b->v->c;

    look_at_runs(q);
    for (int pair = 0; pair < (int)c->timeline->n_pair; pair++) {
        for (int o = 0; o < (int)c->offer.n; o++)
            for (int o2 = 0; o2 < (int)c->offer.n; o2++)
                look_at_route(q, pair, o, o2);
        for (int t = 0; t < (int)c->n_segment; t++)
            look_at_unmet(q, c->timeline->pair[pair].workload, pair, t);
    }
    for (int w = 0; w < (int)c->workload.n; w++)
        if (c->workload.v[w].task != TASK_SERVICE)
            look_at_unmet(q, w, -1, -1);
}

/* Most that may be signed of a start by itself; infinite where nothing limits it. */
static double most_of(const struct bound *q, const struct hold *h)
{
    const struct offer *f = &q->b->v->c->offer.v[h->o];
    double most = (double)INFINITY;

    if (f->contract == CONTRACT_PURCHASE)
        return f->maximum == INT64_MIN ? most : (double)f->maximum;
    for (int t = 0; t < (int)q->b->v->c->n_segment; t++)
        if (hold_active(q->b, h, t) > 0.0)
            most = fmin(most, lease_left(q->b, h->o, t));
    return most;
}

static void look_at_holds(struct bound *q)
{
    for (size_t k = 0; k < q->y->n_start; k++) {
        const struct hold *h = &q->y->start[k];
        double size = 0.0, sum = worth_hold(q->w, h, &size);
        if (sum < -64.0 * SLACK_TERM * size)      /* nearer to 0 it is rounding */
            put(q, sum * most_of(q, h));
    }
}

/* Price times amount of everything: what is asked for counts for the bound, what is scarce against it. */
static void add_prices(struct bound *q)
{
    const struct prices *p = q->p;

    for (int k = 0; k < N_THING; k++) {
        for (size_t i = 0; i < p->n[k]; i++) {
            for (size_t t = 0; t < p->width[k]; t++) {
                size_t at = price_at(p, (enum thing)k, (int)i, (int)t);
                bool asked = k == THING_DEMAND || k == THING_RUN;
                double price = p->value[at] - (asked ? q->down[at] : 0.0);
                double right = price == 0.0 ? 0.0 : price_right(p, (enum thing)k, (int)i, (int)t);
                if (right != 0.0 && isfinite(right))
                    put(q, (asked ? price : -price) * right);
            }
        }
    }
}

/* Cost of the plan per accelerator and segment in use. */
static double typical_cost(const struct book *b, const struct ledger_sums *s)
{
    double n = 0.0;

    for (size_t i = 0; i < b->n_act; i++)
        n += b->act[i].hours / b->v->c->segment[b->act[i].t].hours;
    return n > 0.0 && s->size > 0.0 ? s->size / n : 1.0;
}

static strait_status work_out(struct bound *q)
{
    q->down = arena_alloc(q->b->v->arena, q->p->first[THING_RUN + 1], sizeof *q->down);
    if (!q->down)
        return STRAIT_ENOMEM;
    look_at_work(q);
    look_at_holds(q);
    add_prices(q);
    return STRAIT_OK;
}

/**
 * The bound that the plan states follows from its prices; what is not told of them, each below TOL_ZERO, is less than
 * the gap that makes a plan optimal.
 *
 * @param y  where work could be
 * @param w  its prices, opened with costs
 * @param s  sums of the plan's money
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(columns of the program * limits with a price).
 */
strait_status verify_bound(struct book *b, const struct ways *y, const struct worth *w, const struct ledger_sums *s)
{
    struct bound q = { .b = b, .y = y, .p = w->p, .w = w, .money = typical_cost(b, s) };
    const struct plan_objective *o = &b->v->plan->objective;
    strait_status st = STRAIT_OK;

    put(&q, s->fixed);
    TRY(work_out(&q));
    if (strcmp(b->v->plan->status, "feasible") != 0)
        report_most(&b->v->report, PROMISE_PRICES, q.earner, MOST_EARNED, q.earns, 0.0);
    report_least(&b->v->report, PROMISE_BOUND, PLACE("objective.bound"), o->bound, q.sum, fmax(fmax(SLACK_MONEY, SLACK_TERM * q.size), TOL_GAP * verify_gap_base(s)));
out:
    return st;
}

/**
 * The rows of the proof, weighed as told, leave no room for any plan.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_proof(struct book *b, const struct ways *y, const struct prices *p)
{
    struct worth w;
    struct bound q = { .b = b, .y = y, .p = p, .w = &w, .money = 1.0 };
    strait_status st = STRAIT_OK;

    TRY(worth_open(&w, b, p, false));
    TRY(work_out(&q));
    report_fact(&b->v->report, PROMISE_BOUND, PLACE("proof"), "infeasible",
                q.sum > 0.5 * TOL_FARKAS * q.size ? "proven" : "not proven", q.sum > 0.5 * TOL_FARKAS * q.size);
out:
    return st;
}
