/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offers, their rows over time, and leases already signed. */
#include "domain/room.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct offers {
    strait_ctx *cx;
    const strait_case *c;
    bool *counted, *priced;    /* offers with rows of availabilities, of prices */
};

static strait_status offer_fault(const struct offers *s, size_t o, size_t i_field, const char *allowed,
                                 const char *text)
{
    return fault_field(s->cx, s->c, SEV_ERROR, KIND_offer, o, i_field, allowed, "%s", text);
}

/* A field that the offer's contract needs; a failed value counts as given, its fault stands. */
static strait_status needs(const struct offers *s, size_t o, size_t i_field, const char *contract)
{
    if (field_given(s->c, KIND_offer, o, i_field))
        return STRAIT_OK;
    return fault_field(s->cx, s->c, SEV_ERROR, KIND_offer, o, i_field, NULL, "is missing: an offer with contract %s "
                       "needs it", contract);
}

static strait_status check_lease(const struct offers *s, size_t o)
{
    const struct offer *f = &s->c->offer.v[o];
    strait_status st;

    TRY(needs(s, o, FLD_offer_term, "lease"));
    if (!s->priced[o])
        TRY(needs(s, o, FLD_offer_price, "lease"));
    TRY(needs(s, o, FLD_offer_maximum, "lease"));
    if (f->maximum == INT64_MIN)
        return STRAIT_OK;
    if (f->minimum > f->maximum)
        TRY(offer_fault(s, o, FLD_offer_minimum, "at most the maximum", "is more than the offer's maximum"));
    if (f->block > f->maximum && f->maximum > 0)
        TRY(offer_fault(s, o, FLD_offer_block, "at most the maximum", "is more than the offer's maximum"));
out:
    return st;
}

static strait_status check_contract(const struct offers *s, size_t o)
{
    static const char *const name[] = {"owned", "on_demand", "spot", "lease", "purchase"};
    const struct offer *f = &s->c->offer.v[o];
    strait_status st;

    switch (f->contract) {
    case CONTRACT_OWNED: case CONTRACT_ON_DEMAND: case CONTRACT_SPOT:
        if (!s->counted[o])
            TRY(needs(s, o, FLD_offer_count, name[f->contract]));
        if (f->contract != CONTRACT_OWNED && !s->priced[o] && !field_given(s->c, KIND_offer, o, FLD_offer_price))
            TRY(fault_field(s->cx, s->c, SEV_WARNING, KIND_offer, o, FLD_offer_price, "a price, or rows of prices",
                            "is not given: it is 0"));
        return STRAIT_OK;
    case CONTRACT_LEASE: return check_lease(s, o);
    case CONTRACT_PURCHASE:
        TRY(needs(s, o, FLD_offer_capex, "purchase"));
        TRY(needs(s, o, FLD_offer_maximum, "purchase"));
        if (s->counted[o])
            TRY(offer_fault(s, o, FLD_offer_contract, "maximum alone", "purchase takes no rows of availabilities"));
        break;
    default: return STRAIT_OK;
    }
out:
    return st;
}

static strait_status check_offer(const struct offers *s, size_t o)
{
    const struct offer *f = &s->c->offer.v[o];

    if (f->valid_from != DATE_NONE && f->valid_to != DATE_NONE && f->valid_from >= f->valid_to)
        return offer_fault(s, o, FLD_offer_valid_to, "a day after valid_from", "is not after valid_from");
    return STRAIT_OK;
}

static strait_status check_signed(const struct offers *s, size_t i)
{
    const struct signed_lease *l = &s->c->signed_lease.v[i];
    strait_status st = STRAIT_OK;

    if (l->offer >= 0 && s->c->offer.v[l->offer].contract != CONTRACT_LEASE)
        TRY(fault_field(s->cx, s->c, SEV_ERROR, KIND_signed_lease, i, FLD_signed_lease_offer,
                        "an offer with contract lease", "is no lease"));
    if (l->start != DATE_NONE && l->end != DATE_NONE && l->end <= l->start)
        TRY(fault_field(s->cx, s->c, SEV_ERROR, KIND_signed_lease, i, FLD_signed_lease_end,
                        "a day after the lease's start", "is not after the lease's start"));
    else if (horizon_known(s->c) && (l->end <= s->c->settings.start || l->start >= horizon_end(s->c)))
        TRY(fault_field(s->cx, s->c, SEV_WARNING, KIND_signed_lease, i,
                        l->end <= s->c->settings.start ? FLD_signed_lease_end : FLD_signed_lease_start,
                        "a lease that runs inside the horizon", "lies outside the horizon and counts for nothing"));
out:
    return st;
}

/* Warn where an offer is priced by rows alone and they leave part of the horizon, and of its valid dates, at 0. */
static strait_status check_covered(const struct offers *s, const struct series_row *r, size_t n)
{
    const struct offer *f = &s->c->offer.v[r->a];
    int64_t at = s->c->settings.start, end = horizon_end(s->c);
    char day[24];

    if (field_given(s->c, KIND_offer, (size_t)r->a, FLD_offer_price))
        return STRAIT_OK;
    if (f->valid_from != DATE_NONE && f->valid_from > at)
        at = f->valid_from;
    if (f->valid_to != DATE_NONE && f->valid_to < end)
        end = f->valid_to;
    for (size_t i = 0; i < n && r[i].from <= at; i++)
        if (r[i].to > at)
            at = r[i].to;
    if (at >= end)
        return STRAIT_OK;
    date_format(at, day);
    return fault_field(s->cx, s->c, SEV_WARNING, KIND_offer, (size_t)r->a, FLD_offer_price,
                       "a price, or rows of prices for the whole horizon",
                       "is not given, and the rows of prices have none from %s: it is 0 there", day);
}

static strait_status check_prices(const struct offers *s)
{
    struct series_row *v = NULL;
    size_t n = 0, end;
    strait_status st = STRAIT_OK;

    if (!horizon_known(s->c))
        return STRAIT_OK;
    if (series_collect(s->c, &series_price, &v, &n) != STRAIT_OK)
        return cx_nomem(s->cx);
    for (size_t i = 0; i < n; i = end) {
        for (end = i; end < n && v[end].a == v[i].a; end++)
            continue;
        TRY(check_covered(s, v + i, end - i));
    }
out:
    mem_free(v);
    return st;
}

static void mark_rows(const struct offers *s)
{
    for (size_t i = 0; i < s->c->availability.n; i++)
        if (s->c->availability.v[i].offer >= 0)
            s->counted[s->c->availability.v[i].offer] = true;
    for (size_t i = 0; i < s->c->price.n; i++)
        if (s->c->price.v[i].offer >= 0)
            s->priced[s->c->price.v[i].offer] = true;
}

/** Faults of offers: what their contract needs, bounds that cross, dates, signed leases, gaps in prices. */
strait_status domain_check_offers(strait_ctx *cx, const strait_case *c)
{
    struct offers s = {cx, c, mem_calloc(c->offer.n, sizeof(bool)), mem_calloc(c->offer.n, sizeof(bool))};
    strait_status st = STRAIT_OK;

    if (s.counted == NULL || s.priced == NULL)
        TRY(cx_nomem(cx));
    mark_rows(&s);
    for (size_t o = 0; o < c->offer.n; o++) {
        TRY(check_contract(&s, o));
        TRY(check_offer(&s, o));
    }
    for (size_t i = 0; i < c->signed_lease.n; i++)
        TRY(check_signed(&s, i));
    TRY(check_prices(&s));
out:
    mem_free(s.counted);
    mem_free(s.priced);
    return st;
}

/* The first segment in which an offer's signed leases hold more than its maximum; n_segment: none. */
static size_t overfull(const strait_case *c, size_t o)
{
    const struct timeline *tl = c->timeline;
    size_t t = 0;

    while (t < c->n_segment && tl->avail_min[o * c->n_segment + t] <= tl->cap_active[o * c->n_segment + t])
        t++;
    return t;
}

static strait_status check_held(strait_ctx *cx, const strait_case *c, size_t o)
{
    size_t t = overfull(c, o), i = 0, at = o * c->n_segment + t;
    char day[24], allowed[80];

    if (t == c->n_segment)
        return STRAIT_OK;
    while (c->signed_lease.v[i].offer != (int)o || c->signed_lease.v[i].start >= c->segment[t].to ||
           c->signed_lease.v[i].end <= c->segment[t].from)
        i++;
    date_format(c->segment[t].from, day);
    snprintf(allowed, sizeof allowed, "at most %.0f, the offer's maximum or availability then", c->timeline->cap_active[at]);
    return fault_field(cx, c, SEV_WARNING, KIND_signed_lease, i, FLD_signed_lease_count, allowed,
                       "makes %.0f accelerators of offer %s signed from %s on: all of them are used, and no more can be leased",
                       c->timeline->avail_min[at], c->offer.v[o].name, day);
}

/** Warnings for signed leases that hold more than their offer has; needs the timelines.  Cost O(offers * segments). */
strait_status domain_check_held(strait_ctx *cx, const strait_case *c)
{
    strait_status st = STRAIT_OK;

    for (size_t o = 0; o < c->offer.n; o++)
        if (c->offer.v[o].contract == CONTRACT_LEASE)
            TRY(check_held(cx, c, o));
out:
    return st;
}
