/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of rules with effect limit: hours, share, spend, energy, carbon; at most or at least; per period, month or
 * horizon.  A predicate that says nothing of workloads counts what is held too, used or not; one that does counts use
 * alone, with the rent of the hours used.
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "lp/build.h"

static const struct rule *rule_of_limit(const struct lp *m, const struct lp_limit *l) { return &m->c->rule.v[l->rule]; }

static int bucket_of(const struct lp *m, const struct rule *r, int t)
{
    switch (r->per) {
    case PER_PERIOD: return (int)m->c->segment[t].period;
    case PER_MONTH: return m->bucket_month[t];
    default: return 0;
    }
}

int lp_limit_row(const struct lp *m, const struct lp_limit *l, int t)
{
    const struct segment *g = &m->c->segment[t];

    if (!rule_in_force(m->c, (size_t)l->rule, g->from, g->to))
        return -1;
    return l->row[bucket_of(m, rule_of_limit(m, l), t)];
}

static double intensity(const struct lp *m, int o, int t)
{
    return m->c->timeline->carbon[(size_t)m->c->offer.v[o].site * m->c->n_segment + (size_t)t] * 1e-6;   /* t per kWh */
}

static bool held_contract(const struct lp *m, int o) { return !lp_is_rented(m->c, o); }

/* Rent per accelerator-hour of something held, for use that must answer for its own rent. */
static double rent_per_hour(const struct lp *m, int o, int t)
{
    size_t i = (size_t)o * m->c->n_segment + (size_t)t;

    return held_contract(m, o) ? m->costs->hold_rent[i] / m->c->segment[t].hours : 0.0;
}

/* What one unit of a column uses of the limited quantity on its first or second offer, in natural units. */
static double use_on(const struct lp *m, const struct lp_limit *l, const struct lp_strip *s, int t, int which)
{
    int o = which == 0 ? s->o : s->o2;
    double hours = lp_hours(m, s, t, which), kwh, sum = 0.0;
    enum phase p = which == 0 ? s->p : s->p2;

    if (hours <= 0.0)
        return 0.0;
    switch (rule_of_limit(m, l)->quantity) {
    case QUANTITY_HOURS: case QUANTITY_SHARE: return hours;
    case QUANTITY_SPEND:
        for (int part = 0; part < N_PART; part++)
            sum += lp_cost_part_on(m, s, t, (enum cost_part)part, which);
        return sum + (l->holds ? 0.0 : hours * rent_per_hour(m, o, t));
    default:
        kwh = hours * m->costs->kwh_use[((size_t)s->w * m->costs->n_offer + (size_t)o) * N_PHASE + (size_t)p];
        kwh += l->holds ? 0.0 : hours * m->costs->kwh_idle[o];
        return rule_of_limit(m, l)->quantity == QUANTITY_CARBON ? kwh * intensity(m, o, t) : kwh;
    }
}

double lp_limit_use(const struct lp *m, const struct lp_limit *l, const struct lp_limit_ref *ref, const struct lp_strip *s, int t)
{
    const struct rule *r = rule_of_limit(m, l);
    double share = l->at_least ? r->at_least : r->at_most, sum = 0.0;

    for (int which = 0; which < 2; which++) {
        double u = use_on(m, l, s, t, which);
        if (ref->num & (1 << which))
            sum += u;
        if (r->quantity == QUANTITY_SHARE && (ref->den & (1 << which)))
            sum -= share * u;
    }
    return sum;
}

double lp_limit_hold(const struct lp *m, const struct lp_limit *l, const struct lp_hold *h, int t)
{
    double hours = m->c->segment[t].hours, sum = 0.0, kwh = m->costs->kwh_idle[h->offer] * hours;

    switch (rule_of_limit(m, l)->quantity) {
    case QUANTITY_SPEND:
        for (int part = 0; part < N_PART; part++)
            sum += lp_hold_cost(m, h, t, (enum cost_part)part);
        return sum;
    case QUANTITY_ENERGY: return kwh;
    case QUANTITY_CARBON: return kwh * intensity(m, h->offer, t);
    default: return 0.0;    /* hours and shares are of use */
    }
}

/* What is held already, in a bucket: it stands on the right-hand side. */
static double fixed_use(const struct lp *m, const struct lp_limit *l, size_t bucket)
{
    const struct rule *r = rule_of_limit(m, l);
    double sum = 0.0;

    for (size_t k = 0; l->holds && k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        if (!h->fixed || !rule_applies(m->c, (size_t)l->rule, -1, h->offer, ACT_USE | ACT_LEASE | ACT_BUY))
            continue;
        for (int t = 0; t < (int)m->c->n_segment; t++) {
            const struct segment *g = &m->c->segment[t];
            if (rule_in_force(m->c, (size_t)l->rule, g->from, g->to) && (size_t)bucket_of(m, r, t) == bucket)
                sum += lp_hold_active(m, h, t) * lp_limit_hold(m, l, h, t);
        }
    }
    return sum;
}

static strait_status add_limit(struct lp_builder *b, int rule, bool at_least)
{
    struct lp *m = b->m;
    const struct rule *r = &m->c->rule.v[rule];
    struct lp_limit l = { .rule = rule, .at_least = at_least, .scale = 1.0 };

    l.holds = !expr_uses_workload(r->when);
    l.n_bucket = r->per == PER_PERIOD ? m->c->n_period : r->per == PER_MONTH ? m->n_month : 1;
    l.row = arena_alloc(m->arena, l.n_bucket, sizeof *l.row);
    if (!l.row)
        return cx_nomem(b->cx);
    for (size_t i = 0; i < l.n_bucket; i++)
        l.row[i] = -1;
    return VEC_PUSH(&b->limits, l) == STRAIT_OK ? STRAIT_OK : cx_nomem(b->cx);
}

static uint8_t matching(const struct lp *m, int rule, const struct lp_strip *s, bool base)
{
    uint8_t bits = 0;

    for (int which = 0; which < 2; which++) {
        int o = which == 0 ? s->o : s->o2;
        if (base ? rule_of(m->c, (size_t)rule, s->w, o) : rule_applies(m->c, (size_t)rule, s->w, o, acts_of(m->c, s->w, o)))
            bits |= (uint8_t)(1 << which);
    }
    return bits;
}

/* Does a strip count in a limit?  Holds: only where the predicate needs no workload. */
static struct lp_limit_ref refer(const struct lp_builder *b, const struct lp_strip *s, uint32_t i)
{
    const struct lp_limit *l = &b->limits.v[i];
    const struct rule *r = &b->m->c->rule.v[l->rule];
    struct lp_limit_ref ref = { .limit = i };

    if (s->family == COL_RUN || s->family == COL_ROUTE) {
        ref.num = matching(b->m, l->rule, s, false);
        ref.den = r->quantity == QUANTITY_SHARE ? matching(b->m, l->rule, s, true) : 0;
    } else if (s->family == COL_HOLD && l->holds) {
        ref.num = rule_applies(b->m->c, (size_t)l->rule, -1, s->o, ACT_USE | ACT_LEASE | ACT_BUY);
    }
    return ref;
}

strait_status lp_add_limits(struct lp_builder *b)
{
    const strait_case *c = b->m->c;
    strait_status st = STRAIT_OK;

    for (int i = 0; i < (int)c->rule.n; i++) {
        const struct rule *r = &c->rule.v[i];
        if (!r->enabled || r->effect != RULE_LIMIT)
            continue;
        if (!isnan(r->at_most))
            TRY(add_limit(b, i, false));
        if (!isnan(r->at_least))
            TRY(add_limit(b, i, true));
    }
    for (size_t k = 0; k < b->strips.n; k++) {
        struct lp_strip *s = &b->strips.v[k];
        s->limit0 = (uint32_t)b->refs.n;
        for (uint32_t i = 0; i < b->limits.n; i++) {
            struct lp_limit_ref ref = refer(b, s, i);
            if (!ref.num && !ref.den)
                continue;
            if (VEC_PUSH(&b->refs, ref) != STRAIT_OK)
                return cx_nomem(b->cx);
            s->n_limit++;
        }
    }
out:
    return st;
}

/* Largest natural coefficient of any column in a limit, so that its rows can be scaled to about 1. */
static void set_limit_scales(struct lp *m)
{
    double *most = NULL;

    for (size_t i = 0; i < m->n_limit; i++)
        m->limit[i].scale = 0.0;
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (uint32_t i = s->limit0; i < s->limit0 + s->n_limit; i++) {
            struct lp_limit *l = &m->limit[m->limit_ref[i].limit];
            most = &l->scale;
            for (size_t j = 0; j < s->n && s->family != COL_HOLD; j++)
                *most = fmax(*most, fabs(lp_limit_use(m, l, &m->limit_ref[i], s, s->t0 + (int)j)));
            for (int t = 0; t < (int)m->c->n_segment && s->family == COL_HOLD; t++)
                *most = fmax(*most, fabs(lp_limit_hold(m, l, &m->hold[s->hold], t)));
        }
    }
    for (size_t i = 0; i < m->n_limit; i++)
        m->limit[i].scale = m->limit[i].scale > 0.0 ? 1.0 / m->limit[i].scale : 1.0;
}

strait_status lp_add_limit_rows(struct lp_builder *b)
{
    struct lp *m = b->m;
    strait_status st = STRAIT_OK;

    set_limit_scales(m);
    for (size_t i = 0; i < m->n_limit; i++) {
        struct lp_limit *l = &m->limit[i];
        const struct rule *r = rule_of_limit(m, l);
        for (int t = 0; t < (int)m->c->n_segment; t++) {
            const struct segment *g = &m->c->segment[t];
            int k = bucket_of(m, r, t);
            double bound = r->quantity == QUANTITY_SHARE ? 0.0 : l->at_least ? r->at_least : r->at_most;
            struct lp_row row = { .family = ROW_LIMIT, .w = -1, .pair = -1, .place = -1, .t = k, .rule = l->rule,
                                  .lo = -INFINITY, .up = INFINITY, .scale = l->scale };
            if (l->row[k] >= 0 || !rule_in_force(m->c, (size_t)l->rule, g->from, g->to))
                continue;
            bound = l->scale * (bound - fixed_use(m, l, (size_t)k));
            *(l->at_least ? &row.lo : &row.up) = bound;
            TRY(lp_push_row(b, row, &l->row[k]));
        }
    }
out:
    return st;
}
