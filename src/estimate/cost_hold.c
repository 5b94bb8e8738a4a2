/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an accelerator costs that is held, used or not. */
#include <math.h>
#include <string.h>

#include "estimate/cost_room.h"

#define HOURS_PER_YEAR ((double)(YEAR_S / HOUR_S))   /* a year of 365 days, as everywhere */

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

/**
 * What a purchase still owes at the horizon's end:  annuity * max(0, life * 8760 h - (end - start)), discounted from
 * there as rent beyond the horizon is.
 *
 * @param o      a purchase
 * @param start  its first day
 * @return CUR per accelerator, >= 0.  Cost O(1).  Test: tests/unit/check_cost.c
 */
double purchase_owed(const strait_case *c, int o, int64_t start)
{
    const struct offer *f = &c->offer.v[o];
    int64_t end = c->segment[c->n_segment - 1].to;
    double left = f->life * HOURS_PER_YEAR - (double)(end - start) / HOUR_S;

    return purchase_annuity(f) * fmax(0, left) * pow(1 + c->settings.discount_rate, -(double)(end - c->settings.start) / YEAR_S);
}

static double rent_per_hour(const strait_case *c, size_t o, size_t t)
{
    const struct offer *f = &c->offer.v[o];

    if (f->contract == CONTRACT_LEASE)
        return c->timeline->price[o * c->n_segment + t];
    return f->contract == CONTRACT_PURCHASE ? purchase_annuity(f) : 0;
}

/**
 * The duty of one rule on holding an accelerator of offer o for an hour of segment t: of the act that signed it.
 *
 * @return CUR per accelerator-hour, not discounted; 0 where the rule does not apply.  Cost O(1).
 * Test: tests/unit/check_cost.c
 */
double cost_hold_duty(const strait_case *c, size_t rule, size_t o, size_t t)
{
    const struct offer *f = &c->offer.v[o];
    const struct rule *r = &c->rule.v[rule];
    unsigned act = f->contract == CONTRACT_LEASE ? ACT_LEASE : f->contract == CONTRACT_PURCHASE ? ACT_BUY : 0;
    double base = r->basis == BASIS_HOUR ? 1 : r->basis == BASIS_AD_VALOREM ? rent_per_hour(c, o, t) : 0;

    if (act == 0 || !r->enabled || r->effect != RULE_PRICE || base <= 0)
        return 0;
    if (!rule_in_force(c, rule, c->segment[t].from, c->segment[t].to) || !rule_applies(c, rule, -1, (int)o, act))
        return 0;
    return r->charge * base;
}

static double duty_per_hour(const strait_case *c, size_t o, size_t t)
{
    double duty = 0;

    for (size_t i = 0; i < c->rule.n; i++)
        duty += cost_hold_duty(c, i, o, t);
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
        k->hold_duty[i] = duty_per_hour(c, o, t) * hours;
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
