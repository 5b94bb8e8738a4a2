/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an accelerator costs that is held, used or not. */
#include <math.h>
#include <string.h>

#include "estimate/cost_room.h"

#define HOURS_PER_YEAR 8766.0      /* 365.25 days */

bool offer_is_held(const struct offer *f)
{
    return f->contract == CONTRACT_OWNED || f->contract == CONTRACT_LEASE || f->contract == CONTRACT_PURCHASE;
}

/* Cooling is part of the facility's power (PUE): a price that leaves only cooling out changes nothing. */
bool offer_pays_energy(const struct offer *f)
{
    for (size_t i = 0; i < f->includes.n; i++)
        if (strcmp(f->includes.v[i], "power") == 0)
            return false;
    return true;
}

/**
 * Annuity of a purchase per accelerator-hour:  (capex - residual capex (1+r)^-L) r / (1 - (1+r)^-L) / hours of a year;
 * with r = 0 straight-line, capex (1 - residual) / L.
 *
 * @return CUR per accelerator-hour held.  Cost O(1).  Test: tests/unit/check_cost.c
 */
double purchase_annuity(const struct offer *f)
{
    double r = f->capital_rate, left = pow(1 + r, -f->life), share;

    if (r <= 0)
        return f->capex * (1 - f->residual) / f->life / HOURS_PER_YEAR;
    share = (1 - f->residual * left) * r / (1 - left);
    return f->capex * share / HOURS_PER_YEAR;
}

static double rent_per_hour(const strait_case *c, size_t o, size_t t)
{
    const struct offer *f = &c->offer.v[o];

    if (f->contract == CONTRACT_LEASE)
        return c->timeline->price[o * c->n_segment + t];
    return f->contract == CONTRACT_PURCHASE ? purchase_annuity(f) : 0;
}

/* Duties on holding one accelerator for an hour: those of the act that signed it. */
static double duty_per_hour(const strait_case *c, size_t o, size_t t, double rent)
{
    const struct offer *f = &c->offer.v[o];
    const struct segment *g = &c->segment[t];
    unsigned act = f->contract == CONTRACT_LEASE ? ACT_LEASE : f->contract == CONTRACT_PURCHASE ? ACT_BUY : 0;
    double duty = 0;

    if (act == 0)
        return 0;
    for (size_t i = 0; i < c->rule.n; i++) {
        const struct rule *r = &c->rule.v[i];
        double base = r->basis == BASIS_HOUR ? 1 : r->basis == BASIS_AD_VALOREM ? rent : 0;

        if (!r->enabled || r->effect != RULE_PRICE || base <= 0)
            continue;
        if (rule_in_force(c, i, g->from, g->to) && rule_applies(c, i, -1, (int)o, act))
            duty += r->charge * base;
    }
    return duty;
}

static void hold_offer(const strait_case *c, struct costs *k, size_t o)
{
    const struct offer *f = &c->offer.v[o];
    size_t site = (size_t)f->site;
    double kwh = c->site.v[site].pue * c->accelerator.v[f->accelerator].idle_power / 1000;
    double paid = offer_pays_energy(f) ? kwh : 0;

    k->kwh_idle[o] = kwh;
    for (size_t t = 0; t < c->n_segment; t++) {
        size_t i = o * c->n_segment + t, s = site * c->n_segment + t;
        double hours = c->segment[t].hours * c->segment[t].discount, rent = rent_per_hour(c, o, t);

        k->hold_rent[i] = rent * hours;
        k->hold_energy[i] = paid * c->timeline->tariff[s] * hours;
        k->hold_carbon[i] = kwh * c->timeline->carbon[s] * 1e-6 * c->settings.carbon_price * hours;
        k->hold_duty[i] = duty_per_hour(c, o, t, rent) * hours;
    }
}

/**
 * Fill hold_rent, hold_energy, hold_carbon, hold_duty and kwh_idle: present value per accelerator held through a
 * segment; zero for rented offers.
 *
 * @param k  in/out; arena and sizes set
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(offers * segments * price rules).  Test: tests/unit/check_cost.c
 */
strait_status cost_holds(const strait_case *c, struct costs *k)
{
    size_t n = k->n_offer * k->n_seg;

    k->hold_rent = arena_alloc(k->arena, n, sizeof(double));
    k->hold_energy = arena_alloc(k->arena, n, sizeof(double));
    k->hold_carbon = arena_alloc(k->arena, n, sizeof(double));
    k->hold_duty = arena_alloc(k->arena, n, sizeof(double));
    k->kwh_idle = arena_alloc(k->arena, k->n_offer, sizeof(double));
    if (!k->hold_rent || !k->hold_energy || !k->hold_carbon || !k->hold_duty || !k->kwh_idle)
        return STRAIT_ENOMEM;
    for (size_t o = 0; o < k->n_offer; o++)
        if (offer_is_held(&c->offer.v[o]))
            hold_offer(c, k, o);
    return STRAIT_OK;
}
