/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rule comes to in the program: a rule that matches may still do nothing, and must say so. */
#include <math.h>
#include <stdio.h>
#include "explain/explain.h"

static bool ever_in_force(const strait_case *c, size_t i)
{
    for (size_t t = 0; t < c->n_segment; t++)
        if (rule_in_force(c, i, c->segment[t].from, c->segment[t].to))
            return true;
    return false;
}

/* Does it apply to some workload where that can run, or to a signing? */
static bool matches(const struct lp *m, size_t i)
{
    const strait_case *c = m->c;

    for (int o = 0; o < (int)c->offer.n; o++) {
        if (rule_applies(c, i, -1, o, ACT_LEASE | ACT_BUY))
            return true;
        for (int w = 0; w < (int)c->workload.n; w++)
            for (int p = 0; p < N_PHASE; p++)
                if (rate_at(m->rates, w, o, (enum phase)p)->per_accel_h > 0.0 && rule_applies(c, i, w, o, acts_of(c, w, o)))
                    return true;
    }
    return false;
}

/* ---- price ---- */

static bool is_price(const struct rule *r) { return r->enabled && r->effect == RULE_PRICE; }

static bool any(const double *v, size_t n, size_t step)
{
    for (size_t i = 0; i < n; i++)
        if (v[i * step] != 0.0)
            return true;
    return false;
}

/* The cost blocks end with one feature for each price rule, in the order of the rules. */
static bool prices_use(const struct lp *m, size_t i)
{
    const strait_case *c = m->c;
    size_t back = 0;

    for (size_t j = i; j < c->rule.n; j++)
        back += is_price(&c->rule.v[j]);
    for (size_t o = 0; o < m->costs->n_offer; o++) {
        const struct cost_block *b = &m->costs->block[o];
        size_t f = b->k - back;
        if (any(b->price + f * b->n_seg, b->n_seg, 1) && (any(b->hour + f, b->n_act, b->k) || any(b->work + f, b->n_act, b->k)))
            return true;
    }
    return false;
}

/* Leases and purchases pay hourly and ad valorem duties of the act that signs them. */
static bool prices_signing(const struct lp *m, size_t i)
{
    const strait_case *c = m->c;
    const struct rule *r = &c->rule.v[i];

    if (r->charge == 0.0 || (r->basis != BASIS_HOUR && r->basis != BASIS_AD_VALOREM))
        return false;
    for (size_t o = 0; o < c->offer.n; o++) {
        int contract = c->offer.v[o].contract;
        unsigned act = contract == CONTRACT_LEASE ? ACT_LEASE : contract == CONTRACT_PURCHASE ? ACT_BUY : 0;
        bool rent = r->basis == BASIS_HOUR || any(m->costs->hold_rent + o * c->n_segment, c->n_segment, 1);
        if (act && rent && rule_applies(c, i, -1, (int)o, act))
            return true;
    }
    return false;
}

/* On what each basis acts, in words. */
static const char *const acts_on[] = {
    [BASIS_HOUR] = "basis hour acts on use, rent, lease and buy",
    [BASIS_KWH] = "basis kwh acts on energy that use pays apart from its price",
    [BASIS_TONNE] = "basis tonne acts on use where the grid has a carbon intensity",
    [BASIS_AD_VALOREM] = "basis ad_valorem acts on prices: of rented hours (acts use, rent), of what is signed (acts lease, buy)",
    [BASIS_GB] = "basis gb acts on what acts move_data and move_weights bring from another country",
};

static const char *price_status(const struct lp *m, size_t i, const char **why)
{
    const struct rule *r = &m->c->rule.v[i];

    if (prices_use(m, i) || prices_signing(m, i))
        return "enforced";
    if (!matches(m, i) && r->charge != 0.0)
        return "no_match";
    *why = r->charge == 0.0 ? "its charge is 0" : acts_on[r->basis];
    return "no_effect";
}

/* ---- limit ---- */

struct counted { bool some, base; };    /* work or holdings that count; of a share, what it is a share of */

/* Hours and shares are of use alone; of the other quantities what is held counts too. */
static struct counted count(const struct lp *m, size_t i)
{
    int quantity = m->c->rule.v[i].quantity;
    bool holds = quantity != QUANTITY_HOURS && quantity != QUANTITY_SHARE;
    struct counted n = { false, false };

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (uint32_t j = s->limit0; j < s->limit0 + s->n_limit; j++) {
            const struct lp_limit_ref *ref = &m->limit_ref[j];
            if (m->limit[ref->limit].rule != (int)i || (s->family == COL_HOLD && !holds))
                continue;
            n.some = n.some || ref->num != 0;
            n.base = n.base || ref->den != 0;
        }
    }
    for (size_t k = 0; holds && k < m->n_hold && !n.some; k++)
        for (size_t l = 0; l < m->n_limit && m->hold[k].fixed; l++)
            n.some = n.some || (m->limit[l].rule == (int)i && m->limit[l].holds &&
                                rule_applies(m->c, i, -1, m->hold[k].offer, ACT_USE | ACT_LEASE | ACT_BUY));
    return n;
}

static const char *share_status(const struct rule *r, struct counted n, bool matched, const char **why)
{
    if (n.base && n.some)
        return "enforced";
    if (n.some && !isnan(r->at_most)) {
        *why = "nothing that `of` means can run, so nothing that `when` means may";
        return "enforced";
    }
    if (n.base && r->at_least > 0.0) {
        *why = "nothing that `when` means can run, so nothing that `of` means may";
        return "enforced";
    }
    if (!matched)
        return "no_match";
    *why = n.base ? "nothing that `when` means can run" : "nothing that `of` means can run";
    return "no_effect";
}

static const char *limit_status(const struct lp *m, size_t i, const char **why)
{
    const struct rule *r = &m->c->rule.v[i];
    struct counted n = count(m, i);

    if (r->quantity == QUANTITY_SHARE)
        return share_status(r, n, matches(m, i), why);
    if (n.some)
        return "enforced";
    if (r->at_least > 0.0 || r->at_most < 0.0) {
        *why = "nothing that it counts can run, so its bound cannot be met";
        return "enforced";
    }
    if (!matches(m, i))
        return "no_match";
    *why = "nothing that it counts can run";
    return "no_effect";
}

/**
 * What rule i came to: off, expired, no_match (applies to nothing), no_effect (applies, and changes nothing), enforced.
 *
 * @param why  gets what a person should know about it, a part of a sentence, or NULL
 * Cost O(columns' strips + activities * segments).  Test: tests/unit/check_plan.c
 */
const char *effect_status(const struct lp *m, size_t i, const char **why)
{
    const struct rule *r = &m->c->rule.v[i];

    *why = NULL;
    if (!r->enabled)
        return "off";
    if (!ever_in_force(m->c, i))
        return "expired";
    if (r->effect == RULE_PRICE)
        return price_status(m, i, why);
    if (r->effect == RULE_LIMIT)
        return limit_status(m, i, why);
    return m->rule_barred[i] > 0 ? "enforced" : "no_match";
}
