/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The money of a book, summed once with all its attributes.  What is held costs its rent, idle power and duties whether
 * used or not: its users bear it by hours, the rest is idle.
 */
#include "verify/book.h"

#include <math.h>
#include <string.h>

static const enum money_part money_of[N_PART] = {
    [PART_COMPUTE] = MONEY_COMPUTE, [PART_ENERGY] = MONEY_ENERGY, [PART_MOVEMENT] = MONEY_MOVEMENT, [PART_DUTY] = MONEY_DUTY,
    [PART_CARBON] = MONEY_CARBON,
};

/* Who bears an amount: workload (-1: idle), offer (-1: unmet), segment (-1: none), or behind the horizon. */
struct bearer { int w, o, t; bool beyond; };

static bool is_assumed(const strait_case *c, enum money_part part, struct bearer who)
{
    switch (part) {
    case MONEY_PENALTY: return c->workload.v[who.w].kind == QUALITY_ASSUMED;
    case MONEY_COMPUTE: case MONEY_IDLE: return c->offer.v[who.o].kind == QUALITY_ASSUMED;
    case MONEY_ENERGY: case MONEY_MOVEMENT: case MONEY_CARBON: return c->site.v[c->offer.v[who.o].site].kind == QUALITY_ASSUMED;
    case MONEY_DUTY: case N_MONEY: break;
    }
    return false;
}

static void post(const strait_case *c, struct ledger_sums *s, enum money_part part, struct bearer who, double money)
{
    const struct offer *f = who.o < 0 ? NULL : &c->offer.v[who.o];

    if (money == 0.0)
        return;
    s->n_term++;
    s->part[part] += money;
    s->total += money;
    s->size += fabs(money);
    s->workload[who.w < 0 ? c->workload.n : (size_t)who.w] += money;
    s->site[f ? (size_t)f->site : c->site.n] += money;
    s->accelerator[f ? (size_t)f->accelerator : c->accelerator.n] += money;
    s->shore[f ? (size_t)c->site.v[f->site].shore : 2] += money;
    s->period[who.beyond ? c->n_period : who.t < 0 ? c->n_period + 1 : c->segment[who.t].period] += money;
    s->assumed += is_assumed(c, part, who) ? money : 0.0;
}

/* Accelerator-hours that a placement pays for: services on what does not scale pay for their peak all the time. */
static double paid_hours(const struct book *b, const struct act *a)
{
    const strait_case *c = b->v->c;

    if (a->pair < 0 || !verify_rented(c, a->o) || c->offer.v[a->o].autoscale)
        return a->hours;
    return a->hours * c->timeline->pair[a->pair].peak[a->t];
}

/* Present value of one part of a placement's own cost; 0 where it cannot run, which is told elsewhere. */
double act_cost(const struct book *b, const struct act *a, enum cost_part part)
{
    const struct costs *k = b->v->costs;
    int i = cost_activity(k, a->o, a->w, a->region, a->p);

    if (i < 0)
        return 0.0;
    return cost_part_hour(k, a->o, i, (size_t)a->t, part) * (part == PART_COMPUTE ? paid_hours(b, a) : a->hours)
         + cost_part_work(k, a->o, i, (size_t)a->t, part) * a->work;
}

/* Money of one part per accelerator-hour held. */
static double per_held_hour(const struct book *b, int o, int t, int part)
{
    size_t i = book_at(b, o, t);

    return b->held[i] > 0.0 ? b->hold_money[i * N_PART + (size_t)part] / (b->held[i] * b->v->c->segment[t].hours) : 0.0;
}

static void sum_acts(struct book *b, struct ledger_sums *s)
{
    for (size_t i = 0; i < b->n_act; i++) {
        struct act *a = &b->act[i];
        for (int p = 0; p < N_PART; p++) {
            a->part[p] = act_cost(b, a, (enum cost_part)p) + a->hours * per_held_hour(b, a->o, a->t, p);
            post(b->v->c, s, money_of[p], (struct bearer){ a->w, a->o, a->t, false }, a->part[p]);
        }
    }
}

static void sum_idle(const struct book *b, struct ledger_sums *s)
{
    const strait_case *c = b->v->c;

    for (int o = 0; o < (int)c->offer.n; o++) {
        for (int t = 0; t < (int)c->n_segment; t++) {
            double idle = b->held[book_at(b, o, t)] * c->segment[t].hours - b->used[book_at(b, o, t)];
            for (int p = 0; p < N_PART; p++)
                post(c, s, p == PART_COMPUTE ? MONEY_IDLE : money_of[p], (struct bearer){ -1, o, t, false }, idle * per_held_hour(b, o, t, p));
        }
    }
}

/* What stock and signed leases cost in any plan, rent charged for after the horizon included. */
double money_fixed(const struct book *b)
{
    double sum = 0.0;

    for (size_t k = 0; k < b->n_hold; k++) {
        const struct hold *h = &b->hold[k];
        sum += h->fixed ? h->count * hold_terminal(b, h) : 0.0;
        for (int t = 0; t < (int)b->v->c->n_segment && h->fixed; t++)
            for (int p = 0; p < N_PART; p++)
                sum += hold_active(b, h, t) * hold_cost(b, h, t, (enum cost_part)p);
    }
    return sum;
}

/* Rent charged for after the horizon. */
static void sum_beyond(const struct book *b, struct ledger_sums *s)
{
    for (size_t k = 0; k < b->n_hold; k++) {
        const struct hold *h = &b->hold[k];
        post(b->v->c, s, MONEY_IDLE, (struct bearer){ -1, h->o, -1, true }, h->count * hold_terminal(b, h));
    }
}

/* What the plan tells as unmet, at its penalty. */
static void sum_unmet(const struct book *b, struct ledger_sums *s)
{
    for (size_t i = 0; i < b->n_unmet; i++) {
        const struct plan_unmet *u = &b->unmet[i];
        int w = case_find(b->v->c, KIND_workload, u->workload), t = u->period ? verify_segment(b->v, u->period, u->from) : -1;
        double penalty = w < 0 ? (double)NAN : verify_penalty(b->v->c, w, t);
        if (!isnan(penalty))
            post(b->v->c, s, MONEY_PENALTY, (struct bearer){ w, -1, t, false }, u->tokens * 1e-6 * penalty);
    }
}

/**
 * Sum the money of a book; each act's parts are filled on the way.
 *
 * @param out  arrays of the verifier's arena
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status money_sum(struct book *b, struct ledger_sums *out)
{
    const strait_case *c = b->v->c;
    arena *a = b->v->arena;

    memset(out, 0, sizeof *out);
    out->workload = arena_alloc(a, c->workload.n + 1, sizeof(double));
    out->site = arena_alloc(a, c->site.n + 1, sizeof(double));
    out->accelerator = arena_alloc(a, c->accelerator.n + 1, sizeof(double));
    out->shore = arena_alloc(a, 3, sizeof(double));
    out->period = arena_alloc(a, c->n_period + 2, sizeof(double));
    if (!out->workload || !out->site || !out->accelerator || !out->shore || !out->period)
        return STRAIT_ENOMEM;
    sum_acts(b, out);
    sum_idle(b, out);
    sum_beyond(b, out);
    out->fixed = money_fixed(b);
    sum_unmet(b, out);
    out->untold = b->untold;
    return STRAIT_OK;
}

/* Half a cent, or the rounding of as many terms and the worth of work that is in no row, where that is more. */
double money_slack(const struct ledger_sums *s)
{
    return fmax(SLACK_MONEY, (double)s->n_term * SLACK_TERM * s->size + s->untold);
}
