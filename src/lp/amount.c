/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one unit of a column is: hours, work, money.  Shared by the program and by its explanations. */
#include <assert.h>
#include <math.h>
#include "lp/build.h"

static double seg_hours(const struct lp *m, int t) { return m->c->segment[t].hours; }

bool lp_is_rented(const strait_case *c, int o)
{
    int k = c->offer.v[o].contract;
    return k == CONTRACT_ON_DEMAND || k == CONTRACT_SPOT;
}

double lp_work(const struct lp *m, const struct lp_strip *s, int t)
{
    switch (s->family) {
    case COL_RUN: return s->rate * s->ramp[t] * seg_hours(m, t);
    case COL_ROUTE: return m->scale[s->w] * seg_hours(m, t);
    case COL_UNMET: return s->pair < 0 ? m->scale[s->w] : m->scale[s->w] * seg_hours(m, t);
    case COL_HOLD: case COL_CONST: case N_COL_FAMILY: break;
    }
    return 0.0;
}

double lp_hours(const struct lp *m, const struct lp_strip *s, int t, int which)
{
    if (s->family == COL_RUN)
        return which == 0 ? seg_hours(m, t) : 0.0;
    if (s->family != COL_ROUTE)
        return 0.0;
    if (which == 0)
        return lp_work(m, s, t) / (s->rate * s->ramp[t]);
    return s->p2 == PHASE_DECODE ? lp_work(m, s, t) / (s->rate2 * s->ramp2[t]) : 0.0;
}

double lp_peak_factor(const struct lp *m, const struct lp_strip *s, int t)
{
    if (m->c->workload.v[s->w].interruptible)
        return 0.0;
    return s->family == COL_ROUTE ? m->c->timeline->pair[s->pair].peak[t] : 1.0;
}

double lp_paid_hours(const struct lp *m, const struct lp_strip *s, int t, int which)
{
    int o = which == 0 ? s->o : s->o2;
    double hours = lp_hours(m, s, t, which);

    return s->family == COL_ROUTE && lp_is_rented(m->c, o) && !m->c->offer.v[o].autoscale
         ? hours * m->c->timeline->pair[s->pair].peak[t] : hours;
}

double lp_cost_part_on(const struct lp *m, const struct lp_strip *s, int t, enum cost_part part, int which)
{
    int o = which == 0 ? s->o : s->o2, act = which == 0 ? s->act : s->act2;
    double hours = lp_hours(m, s, t, which);

    if (hours <= 0.0)
        return 0.0;
    if (part == PART_COMPUTE)
        hours = lp_paid_hours(m, s, t, which);
    return cost_part_hour(m->costs, o, act, (size_t)t, part) * hours
         + cost_part_work(m->costs, o, act, (size_t)t, part) * lp_work(m, s, t);
}

double lp_cost_part(const struct lp *m, const struct lp_strip *s, int t, enum cost_part part)
{
    return lp_cost_part_on(m, s, t, part, 0) + lp_cost_part_on(m, s, t, part, 1);
}

double lp_hold_active(const struct lp *m, const struct lp_hold *h, int t)
{
    const struct segment *g = &m->c->segment[t];

    if (g->from < h->start || g->to > h->end || g->from >= h->rent_until)
        return 0.0;
    if (!h->fixed)
        return 1.0;
    if (m->c->offer.v[h->offer].contract == CONTRACT_OWNED)
        return m->c->timeline->avail_mean[(size_t)h->offer * m->c->n_segment + (size_t)t];
    return h->count;
}

double lp_given_back(const struct lp *m, int o, int t)
{
    double sum = 0.0;

    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        if (h->fixed && h->offer == o && h->rent_until <= m->c->segment[t].from
            && segment_inside(m->c, (size_t)t, h->start, h->end))
            sum += h->count;
    }
    return sum;
}

double lp_lease_left(const struct lp *m, int o, int t)
{
    size_t i = (size_t)o * m->c->n_segment + (size_t)t;

    return fmax(0.0, m->c->timeline->cap_active[i] - m->c->timeline->avail_mean[i] + lp_given_back(m, o, t));
}

double lp_rent_share(const struct lp *m, const struct lp_hold *h, int t)
{
    const struct segment *g = &m->c->segment[t];

    if (h->rent_until >= g->to)
        return 1.0;
    if (h->rent_until <= g->from)
        return 0.0;
    return (double)(h->rent_until - g->from) / (double)(g->to - g->from);
}

double lp_hold_cost(const struct lp *m, const struct lp_hold *h, int t, enum cost_part part)
{
    const struct segment *g = &m->c->segment[t];
    size_t i = (size_t)h->offer * m->c->n_segment + (size_t)t;

    switch (part) {
    case PART_COMPUTE:
        return lp_rent_share(m, h, t) * (isnan(h->price) ? m->costs->hold_rent[i] : h->price * g->hours * g->discount);
    case PART_ENERGY: return m->costs->hold_energy[i];
    case PART_CARBON: return m->costs->hold_carbon[i];
    case PART_DUTY: return lp_rent_share(m, h, t) * m->costs->hold_duty[i];
    case PART_MOVEMENT: case N_PART: break;
    }
    return 0.0;
}

double lp_hold_terminal(const struct lp *m, const struct lp_hold *h)
{
    switch (m->c->settings.terminal) {
    case TERMINAL_FULL: return h->owed;
    case TERMINAL_RESALE: return (1.0 - m->c->settings.resale_share) * h->owed;
    default: return 0.0;
    }
}

double lp_demand_share(const struct lp *m, const struct lp_strip *s, int t, double x)
{
    int row = s->pair < 0 ? m->row_run[s->w] : m->row_demand[(size_t)s->pair * m->c->n_segment + (size_t)t];
    double one = s->family == COL_RUN ? lp_work(m, s, t) / m->scale[s->w] : 1.0;

    return row < 0 || m->row[row].up <= 0.0 ? 0.0 : x * one / m->row[row].up;
}

double lp_tokens_per_work(const strait_case *c, int w)
{
    const struct workload *v = &c->workload.v[w];

    return v->task == TASK_TRAINING || v->task == TASK_FINE_TUNING ? 1.0 : v->input_len + v->output_len;
}

/* A run has until its window closes, so what is missing then is due then; after the horizon no plan looks. */
static double run_due(const strait_case *c, int w)
{
    int64_t end = c->workload.v[w].end, last = c->segment[c->n_segment - 1].to;

    return date_discount(c, end == DATE_NONE || end > last ? last : end);
}

double lp_penalty(const struct lp *m, const struct lp_strip *s, int t)
{
    double due = t < 0 ? run_due(m->c, s->w) : m->c->segment[t].discount;

    return m->c->workload.v[s->w].penalty * 1e-6 * lp_tokens_per_work(m->c, s->w) * lp_work(m, s, t) * due;
}
