/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much there is of each thing that can have a price: the right-hand sides, in natural units. */
#include "verify/price.h"

#include <math.h>

static double usable(const strait_case *c, int o) { return 1.0 - c->offer.v[o].spare; }

/* Idle or rated kW of what a site holds whatever the plan says. */
static double standing_kw(const struct book *b, int site, int t, bool rated)
{
    const strait_case *c = b->v->c;
    double sum = 0.0;

    for (size_t k = 0; k < b->n_hold; k++) {
        const struct hold *h = &b->hold[k];
        if (h->fixed && c->offer.v[h->o].site == site)
            sum += hold_active(b, h, t) * (rated ? c->accelerator.v[c->offer.v[h->o].accelerator].rated_power / 1000.0 : b->v->costs->kwh_idle[h->o]);
    }
    return sum;
}

/* Penalties of a class that the plan leaves; earlier classes are met first, so no later one may raise them. */
static double class_penalty(const struct verifier *v, int class)
{
    double sum = 0.0;

    for (size_t i = 0; i < v->plan->unmet.n; i++) {
        int w = case_find(v->c, KIND_workload, v->plan->unmet.v[i].workload);
        sum += w >= 0 && v->c->workload.v[w].priority == class ? v->plan->unmet.v[i].penalty : 0.0;
    }
    return sum;
}

static double work_of(const struct workload *w) { return w->task == TASK_BATCH ? w->requests : w->tokens; }

/* Most that may be signed on top of what is. */
double lease_left(const struct book *b, int o, int t)
{
    const strait_case *c = b->v->c;
    size_t i = book_at(b, o, t);

    return fmax(0.0, c->timeline->cap_active[i] - c->timeline->avail_mean[i] + b->gone[i]);
}

/**
 * What there is of a thing: work asked for, accelerator-hours, kWh, kW, what a limit leaves, penalties of a class.
 *
 * @return NaN or infinite where the case sets no such thing
 */
double price_right(const struct prices *p, enum thing k, int i, int t)
{
    const struct book *b = p->b;
    const strait_case *c = b->v->c;
    double hours = c->segment[k == THING_RUN || k == THING_CLASS || k == THING_AT_MOST || k == THING_AT_LEAST ? 0 : t].hours;

    switch (k) {
    case THING_DEMAND: return c->timeline->pair[i].requests[t];
    case THING_RUN: return work_of(&c->workload.v[i]);
    case THING_PARALLEL:
        return c->workload.v[i].max_parallel == INT64_MIN ? (double)NAN : (double)c->workload.v[i].max_parallel * hours;
    case THING_MEAN: return usable(c, i) * (c->timeline->avail_mean[book_at(b, i, t)] - b->gone[book_at(b, i, t)]) * hours;
    case THING_PEAK: return usable(c, i) * (c->timeline->avail_min[book_at(b, i, t)] - b->gone[book_at(b, i, t)]) * hours;
    case THING_LEASE: return c->offer.v[i].contract == CONTRACT_LEASE ? lease_left(b, i, t) * hours : (double)NAN;
    case THING_POWER: return (c->timeline->power_cap[(size_t)i * c->n_segment + (size_t)t] / 1000.0 - standing_kw(b, i, t, false)) * hours;
    case THING_INSTALLED: return c->site.v[i].installed_limit / 1000.0 - standing_kw(b, i, t, true);
    case THING_AT_MOST: case THING_AT_LEAST: return limit_right(b, (size_t)i, k == THING_AT_LEAST, (size_t)t);
    case THING_CLASS: return class_penalty(b->v, t);
    case N_THING: break;
    }
    return (double)NAN;
}
