/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules: which bind which workload on which offer, worked out once and kept in bits. */
#include "domain/room.h"

#include <math.h>
#include <string.h>

#define SIGNING (ACT_LEASE | ACT_BUY)

struct bits { unsigned acts; uint64_t *v; };    /* workload * n_offer + offer; acts for which they hold */

struct rule_bits {
    unsigned acts;        /* that the rule governs; 0: switched off */
    size_t n_plane;       /* one for all acts, or one each where the predicate asks which act it is */
    struct bits plane[6];
    uint8_t *sign;        /* offer: acts for which it applies without a workload */
    bool *locked;         /* offer: exempt as it stands; no new lease from the rule's day on.  NULL: none */
    uint64_t *of;         /* limit on share: workload * n_offer + offer */
};

struct rulebook {
    struct rule_bits *rule;
    size_t *first;        /* workload * n_offer + offer: first of its bars; n + 1 */
    uint32_t *bar;        /* rules that bar the work, in the order of the table */
};

static bool bit(const uint64_t *v, size_t i)
{
    return (v[i / 64] >> i % 64 & 1) != 0;
}

static void set_bit(uint64_t *v, size_t i)
{
    v[i / 64] |= UINT64_C(1) << i % 64;
}

/** The acts of a rule's list as a mask. */
unsigned acts_mask(const struct name_list *acts)
{
    unsigned mask = 0;

    for (size_t i = 0; i < acts->n; i++)
        for (unsigned k = 0; k < 6; k++)
            if (strcmp(acts->v[i], act_name[k]) == 0)
                mask |= 1u << k;
    return mask;
}

static bool elsewhere(const char *home, const char *country)
{
    return home != NULL && strcmp(home, country) != 0;
}

/** The acts of running workload w on offer o; see domain.h. */
unsigned acts_of(const strait_case *c, int w, int o)
{
    const struct workload *work = &c->workload.v[w];
    const struct offer *offer = &c->offer.v[o];
    const char *country = c->site.v[offer->site].country;
    unsigned acts = ACT_USE;

    if (offer->contract == CONTRACT_ON_DEMAND || offer->contract == CONTRACT_SPOT)
        acts |= ACT_RENT;
    if (work->dataset > 0 && elsewhere(work->data_home, country))
        acts |= ACT_MOVE_DATA;
    if (work->weights > 0 && elsewhere(work->weights_home, country))
        acts |= ACT_MOVE_WEIGHTS;
    return acts;
}

static bool holds(const strait_case *c, const struct rule *r, int w, int o, unsigned act)
{
    return expr_eval(c, r->when, w, o, act) && (r->effect != RULE_REQUIRE || !expr_eval(c, r->must, w, o, act));
}

/* Offers that grandfathering spares: stock from before the day, or leases all signed before it. */
static bool spared(const strait_case *c, const struct rule *r, size_t o)
{
    const struct offer *offer = &c->offer.v[o];
    bool any = false;

    if (r->grandfather == DATE_NONE)
        return false;
    if (offer->contract == CONTRACT_OWNED)
        return offer->acquired != DATE_NONE && offer->acquired < r->grandfather;
    if (offer->contract != CONTRACT_LEASE)
        return false;
    for (size_t i = 0; i < c->signed_lease.n; i++) {
        if (c->signed_lease.v[i].offer != (int)o)
            continue;
        if (c->signed_lease.v[i].signed_on >= r->grandfather)
            return false;
        any = true;
    }
    return any;
}

static uint64_t *bits_new(const strait_case *c)
{
    return arena_alloc(c->arena, c->workload.n * c->offer.n / 64 + 1, sizeof(uint64_t));
}

static strait_status add_plane(const strait_case *c, struct rule_bits *b, unsigned acts)
{
    struct bits *p = &b->plane[b->n_plane++];

    p->acts = acts;
    p->v = bits_new(c);
    return p->v == NULL ? STRAIT_ENOMEM : STRAIT_OK;
}

static strait_status add_planes(const strait_case *c, const struct rule *r, struct rule_bits *b)
{
    bool by_act = expr_uses_act(r->when) || (r->must != NULL && expr_uses_act(r->must));
    strait_status st = STRAIT_OK;

    if (!by_act)
        return add_plane(c, b, b->acts);
    for (unsigned k = 0; k < 6 && st == STRAIT_OK; k++)
        if (b->acts >> k & 1)
            st = add_plane(c, b, 1u << k);
    return st;
}

/* The lowest act of a mask, to ask a predicate that does not care which. */
static unsigned lowest(unsigned acts)
{
    return acts & (~acts + 1);
}

/* One offer in all planes of a rule. */
static void fill_offer(const strait_case *c, const struct rule *r, struct rule_bits *b, size_t o)
{
    bool spare = spared(c, r, o);

    for (size_t w = 0; w < c->workload.n; w++)
        for (size_t k = 0; k < b->n_plane; k++) {
            const struct bits *p = &b->plane[k];

            if (!holds(c, r, (int)w, (int)o, lowest(p->acts)))
                continue;
            if (!spare)
                set_bit(p->v, w * c->offer.n + o);
            else if ((p->acts & ~(unsigned)SIGNING) != 0 && c->offer.v[o].contract == CONTRACT_LEASE)
                b->locked[o] = true;
        }
    for (unsigned k = 0; k < 6; k++)
        if ((b->acts >> k & 1) && holds(c, r, -1, (int)o, 1u << k) && (!spare || (1u << k & SIGNING)))
            b->sign[o] |= (uint8_t)(1u << k);
}

static strait_status fill_of(const strait_case *c, const struct rule *r, struct rule_bits *b)
{
    if (r->effect != RULE_LIMIT || r->of == NULL)
        return STRAIT_OK;
    b->of = bits_new(c);
    if (b->of == NULL)
        return STRAIT_ENOMEM;
    for (size_t w = 0; w < c->workload.n; w++)
        for (size_t o = 0; o < c->offer.n; o++)
            if (expr_eval(c, r->of, (int)w, (int)o, ACT_USE))
                set_bit(b->of, w * c->offer.n + o);
    return STRAIT_OK;
}

static strait_status fill_rule(const strait_case *c, const struct rule *r, struct rule_bits *b)
{
    strait_status st;

    b->sign = arena_alloc(c->arena, c->offer.n, sizeof *b->sign);
    b->locked = arena_alloc(c->arena, c->offer.n, sizeof *b->locked);
    if (b->sign == NULL || b->locked == NULL)
        return STRAIT_ENOMEM;
    if (!r->enabled)
        return STRAIT_OK;
    b->acts = acts_mask(&r->acts);
    TRY(add_planes(c, r, b));
    for (size_t o = 0; o < c->offer.n; o++)
        fill_offer(c, r, b, o);
    TRY(fill_of(c, r, b));
out:
    return st;
}

static bool bars(const strait_case *c, size_t i, int w, int o, unsigned acts)
{
    int effect = c->rule.v[i].effect;

    return (effect == RULE_DENY || effect == RULE_REQUIRE) && rule_applies(c, i, w, o, acts);
}

/* For each workload and offer the rules that bar it: counted first, then written. */
static strait_status fill_bars(strait_case *c)
{
    struct rulebook *book = c->rulebook;
    size_t n = 0, pairs = c->workload.n * c->offer.n;

    book->first = arena_alloc(c->arena, pairs + 1, sizeof *book->first);
    if (book->first == NULL)
        return STRAIT_ENOMEM;
    for (int pass = 0; pass < 2; pass++) {
        n = 0;
        for (size_t k = 0; k < pairs; k++) {
            int w = (int)(k / c->offer.n), o = (int)(k % c->offer.n);
            unsigned acts = acts_of(c, w, o);

            book->first[k] = n;
            for (size_t i = 0; i < c->rule.n; i++) {
                if (!bars(c, i, w, o, acts))
                    continue;
                if (pass == 1)
                    book->bar[n] = (uint32_t)i;
                n++;
            }
        }
        book->first[pairs] = n;
        if (pass == 0)
            book->bar = arena_alloc(c->arena, n, sizeof *book->bar);
        if (book->bar == NULL)
            return STRAIT_ENOMEM;
    }
    return STRAIT_OK;
}

/**
 * Work out every rule on every workload and offer.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost O(rules * workloads * offers), in bits.  Test: tests/unit/check_rule.c
 */
strait_status rulebook_build(strait_ctx *cx, strait_case *c)
{
    strait_status st = STRAIT_OK;

    c->rulebook = arena_alloc(c->arena, 1, sizeof *c->rulebook);
    if (c->rulebook == NULL)
        return cx_nomem(cx);
    c->rulebook->rule = arena_alloc(c->arena, c->rule.n, sizeof *c->rulebook->rule);
    if (c->rulebook->rule == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < c->rule.n; i++)
        TRY(fill_rule(c, &c->rule.v[i], &c->rulebook->rule[i]));
    TRY(fill_bars(c));
out:
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

/** The same after rules got other days; see domain.h.  Test: tests/unit/check_roll.c */
strait_status rules_redate(strait_ctx *cx, strait_case *c, const struct rule_days *days)
{
    for (size_t i = 0; i < c->rule.n; i++) {
        c->rule.v[i].enabled = days[i].enabled;
        c->rule.v[i].from = days[i].from;
        c->rule.v[i].to = days[i].to;
    }
    return rulebook_build(cx, c);
}

/** Does rule i bind workload w (-1: none) on offer o for any of `acts`?  See domain.h.  Cost O(1). */
bool rule_applies(const strait_case *c, size_t i_rule, int w, int o, unsigned acts)
{
    const struct rule_bits *b = &c->rulebook->rule[i_rule];

    if (w < 0)
        return (b->sign[o] & acts) != 0;
    for (size_t k = 0; k < b->n_plane; k++)
        if ((b->plane[k].acts & acts) != 0 && bit(b->plane[k].v, (size_t)w * c->offer.n + (size_t)o))
            return true;
    return false;
}

/** Is w on o part of what a limit on share is a share of?  Cost O(1). */
bool rule_of(const strait_case *c, size_t i_rule, int w, int o)
{
    const uint64_t *of = c->rulebook->rule[i_rule].of;

    return of != NULL && bit(of, (size_t)w * c->offer.n + (size_t)o);
}

/** Is rule i switched on and in force in all of [from, to)? */
bool rule_in_force(const strait_case *c, size_t i_rule, int64_t from, int64_t to)
{
    const struct rule *r = &c->rule.v[i_rule];

    return r->enabled && (r->from == DATE_NONE || r->from <= from) && (r->to == DATE_NONE || to <= r->to);
}

/** The first deny or require rule that bars w on o in segment t, or -1.  Cost O(rules that ever bar the pair). */
int rules_bar(const strait_case *c, int w, int o, size_t t)
{
    const struct rulebook *book = c->rulebook;
    size_t k = (size_t)w * c->offer.n + (size_t)o;

    for (size_t i = book->first[k]; i < book->first[k + 1]; i++)
        if (rule_in_force(c, book->bar[i], c->segment[t].from, c->segment[t].to))
            return (int)book->bar[i];
    return -1;
}

/* Does rule i bar signing on a day: by its own acts, or because the lease would be used under a rule that spares only
   what was signed before its day? */
static bool bars_signing(const strait_case *c, size_t i, int o, int64_t date, unsigned act)
{
    const struct rule *r = &c->rule.v[i];
    const struct rule_bits *b = &c->rulebook->rule[i];
    bool before = r->grandfather != DATE_NONE && date < r->grandfather;

    if (r->effect != RULE_DENY && r->effect != RULE_REQUIRE)
        return false;
    if ((b->sign[o] & act) != 0 && !before && rule_in_force(c, i, date, date + 1))
        return true;
    return b->locked[o] && !before && (r->to == DATE_NONE || date < r->to);
}

/** The first deny or require rule that bars signing offer o on a day, or -1; see domain.h.  Cost O(rules). */
int rules_bar_signing(const strait_case *c, int o, int64_t date)
{
    int contract = c->offer.v[o].contract;
    unsigned act = contract == CONTRACT_LEASE ? ACT_LEASE : contract == CONTRACT_PURCHASE ? ACT_BUY : 0;

    for (size_t i = 0; i < c->rule.n && act != 0; i++)
        if (bars_signing(c, i, o, date, act))
            return (int)i;
    return -1;
}
