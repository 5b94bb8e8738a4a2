/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an act or a signing costs at a plan's prices: its own cost, and what it takes of everything scarce at what the
 * plan says one more of that is worth.  Less the worth of what it does this is its reduced cost.
 */
#include "verify/price.h"

#include <math.h>

static bool priced_somewhere(const struct prices *p, enum thing k, int i)
{
    for (size_t t = 0; t < p->width[k]; t++)
        if (price_of(p, k, i, (int)t) != 0.0)
            return true;
    return false;
}

static strait_status add_side(struct worth *q, size_t rule, enum thing k)
{
    const strait_case *c = q->b->v->c;
    struct side *s = &q->side[q->n_side];

    s->rule = rule;
    s->k = k;
    s->counts = arena_alloc(q->b->v->arena, c->workload.n * c->offer.n, sizeof *s->counts);
    s->base = arena_alloc(q->b->v->arena, c->workload.n * c->offer.n, sizeof *s->base);
    if (!s->counts || !s->base)
        return STRAIT_ENOMEM;
    for (int w = 0; w < (int)c->workload.n; w++) {
        for (int o = 0; o < (int)c->offer.n; o++) {
            size_t i = (size_t)w * c->offer.n + (size_t)o;
            s->counts[i] = rule_applies(c, rule, w, o, acts_of(c, w, o));
            s->base[i] = c->rule.v[rule].quantity == QUANTITY_SHARE && rule_of(c, rule, w, o);
        }
    }
    q->n_side++;
    return STRAIT_OK;
}

/**
 * Make ready to weigh acts and signings at a plan's prices.
 *
 * @param q      out; arrays of the verifier's arena
 * @param b, p   borrowed
 * @param costs  false: what is scarce alone is counted, as in a proof that there is no plan
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(limits with a price * workloads * offers).
 */
strait_status worth_open(struct worth *q, struct book *b, const struct prices *p, bool costs)
{
    const strait_case *c = b->v->c;
    strait_status st = STRAIT_OK;

    *q = (struct worth){ .b = b, .p = p, .costs = costs };
    q->side = arena_alloc(q->b->v->arena, 2 * c->rule.n + 1, sizeof *q->side);
    if (!q->side)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < c->rule.n; i++)
        for (int k = THING_AT_MOST; k <= THING_AT_LEAST; k++)
            if (priced_somewhere(q->p, (enum thing)k, (int)i))
                TRY(add_side(q, i, (enum thing)k));
out:
    return st;
}

/* What an act takes of limits, at their prices. */
static double limit_price(const struct worth *q, const struct act *a)
{
    const strait_case *c = q->b->v->c;
    size_t at = (size_t)a->w * c->offer.n + (size_t)a->o;
    double sum = 0.0;

    for (size_t k = 0; k < q->n_side; k++) {
        const struct side *s = &q->side[k];
        const struct rule *r = &c->rule.v[s->rule];
        double price, share = (s->counts[at] ? 1.0 : 0.0) - (s->base[at] ? s->k == THING_AT_LEAST ? r->at_least : r->at_most : 0.0);
        if (share == 0.0 || !limit_in_force(c, s->rule, (size_t)a->t))
            continue;
        price = price_of(q->p, s->k, (int)s->rule, (int)limit_bucket(c, s->rule, (size_t)a->t));
        sum += price == 0.0 ? 0.0 : price * share * limit_use(q->b, s->rule, a);
    }
    return sum;
}

static double rated_kw(const strait_case *c, int o) { return c->accelerator.v[c->offer.v[o].accelerator].rated_power / 1000.0; }

/* What an act costs, and takes of what is scarce, at its prices; the worth of its work apart. */
double worth_act(const struct worth *q, const struct act *a)
{
    const struct verifier *v = q->b->v;
    const struct costs *k = v->costs;
    int site = v->c->offer.v[a->o].site;
    double hour, kw = k->kwh_use[((size_t)a->w * k->n_offer + (size_t)a->o) * N_PHASE + (size_t)a->p], sum = 0.0;

    for (int part = 0; part < N_PART && q->costs; part++)
        sum += act_cost(q->b, a, (enum cost_part)part);
    hour = price_of(q->p, THING_MEAN, a->o, a->t) + act_peak_factor(q->b, a) * price_of(q->p, THING_PEAK, a->o, a->t)
         + kw * price_of(q->p, THING_POWER, site, a->t);
    if (verify_rented(v->c, a->o))
        hour += rated_kw(v->c, a->o) * price_of(q->p, THING_INSTALLED, site, a->t) / v->c->segment[a->t].hours;
    if (a->pair < 0)
        hour += price_of(q->p, THING_PARALLEL, a->w, a->t);
    return sum + a->hours * hour + limit_price(q, a);
}

/* One request of a pair in a segment, on one leg; its hours are added. */
double worth_leg(const struct worth *q, int pair, int o, enum phase p, int t, double *hours)
{
    const struct demand_pair *d = &q->b->v->c->timeline->pair[pair];
    struct act a = { .w = d->workload, .o = o, .pair = pair, .region = d->region, .t = t, .p = p, .work = 1.0 };

    a.hours = 1.0 / (rate_at(q->b->v->rates, a.w, o, p)->per_accel_h * verify_ramp(q->b->v->c, a.w, o, t));
    *hours += a.hours;
    return worth_act(q, &a);
}

/* One accelerator signed: what it costs in a segment, less the worth of the capacity that it brings. */
static double hold_burden(const struct worth *q, const struct hold *h, int t, double *size)
{
    const struct verifier *v = q->b->v;
    const strait_case *c = v->c;
    double hours = c->segment[t].hours, sum = 0.0;
    double worth = (1.0 - c->offer.v[h->o].spare) * hours * (price_of(q->p, THING_MEAN, h->o, t) + price_of(q->p, THING_PEAK, h->o, t));
    int site = c->offer.v[h->o].site;

    for (int p = 0; p < N_PART && q->costs; p++)
        sum += hold_cost(q->b, h, t, (enum cost_part)p);
    sum += hours * (price_of(q->p, THING_LEASE, h->o, t) + v->costs->kwh_idle[h->o] * price_of(q->p, THING_POWER, site, t))
         + rated_kw(c, h->o) * price_of(q->p, THING_INSTALLED, site, t);
    for (size_t k = 0; k < q->n_side; k++) {
        const struct side *s = &q->side[k];
        if (limit_in_force(c, s->rule, (size_t)t) && limit_holds(c, s->rule, h->o))
            sum += price_of(q->p, s->k, (int)s->rule, (int)limit_bucket(c, s->rule, (size_t)t)) * limit_hold(q->b, s->rule, h, t);
    }
    *size += fabs(sum) + worth;
    return sum - worth;
}

/* One accelerator signed from its start to its end: its reduced cost.  `size` gains the absolute terms. */
double worth_hold(const struct worth *q, const struct hold *h, double *size)
{
    double sum = q->costs ? hold_terminal(q->b, h) : 0.0;

    for (int t = 0; t < (int)q->b->v->c->n_segment; t++)
        sum += hold_active(q->b, h, t) > 0.0 ? hold_burden(q, h, t, size) : 0.0;
    return sum;
}
