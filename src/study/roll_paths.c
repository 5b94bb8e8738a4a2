/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the paths of the histories name: rows of the timeline, which the program takes its prices, capacities and demand from.
 * A lease's maximum is refused: who has signed keeps what he signed, whatever can be had later.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/vec.h"
#include "study/roll.h"

#define ALLOWED "offers.NAME.price, offers.NAME.count, sites.NAME.tariff, sites.NAME.carbon, sites.NAME.power_cap, demands.*.requests"

struct finder {
    strait_ctx *cx;
    const struct roll *r;
    const struct roll_history *h;
    const char *path;
    VEC(struct roll_target) found;
};

static strait_status fault(const struct finder *f, const char *key, const char *value, const char *allowed, const char *what)
{
    return reader_fault_at(f->cx, f->r->files, f->h->at, key, value, allowed, what);
}

static const struct { enum kind kind; size_t field; enum roll_series series; } carried[] = {
    {KIND_offer, FLD_offer_price, ROLL_PRICE}, {KIND_offer, FLD_offer_count, ROLL_COUNT}, {KIND_site, FLD_site_tariff, ROLL_TARIFF},
    {KIND_site, FLD_site_carbon, ROLL_CARBON}, {KIND_site, FLD_site_power_cap, ROLL_POWER_CAP},
    {KIND_demand, FLD_demand_requests, ROLL_REQUESTS},
};

/* Why an offer of this contract has no such series; NULL: it has. */
static const char *unfit(const struct offer *o, enum roll_series s)
{
    bool held = o->contract == CONTRACT_LEASE || o->contract == CONTRACT_PURCHASE;

    if (s == ROLL_PRICE && (o->contract == CONTRACT_OWNED || o->contract == CONTRACT_PURCHASE))
        return "an offer that is owned or bought has no price per hour";
    if (s == ROLL_COUNT && held)
        return "what can be leased or bought in all must not change under what is signed; bar signings by a rule, as news";
    return NULL;
}

static strait_status add(struct finder *f, enum roll_series s, size_t row)
{
    struct roll_target x = {s, row};

    return VEC_PUSH(&f->found, x) == STRAIT_OK ? STRAIT_OK : cx_nomem(f->cx);
}

static strait_status add_offer(struct finder *f, enum roll_series s, size_t row, bool named)
{
    const char *why = unfit(&f->r->c->offer.v[row], s);

    if (!why)
        return add(f, s, row);
    return named ? fault(f, "histories.path", f->path, ALLOWED, why) : STRAIT_OK;
}

/* Is there a period in which site i has no cap? */
static bool uncapped(const strait_case *c, size_t i)
{
    for (size_t t = 0; t < c->n_segment; t++)
        if (isinf(c->timeline->power_cap[i * c->n_segment + t]))
            return true;
    return false;
}

static strait_status add_site(struct finder *f, enum roll_series s, size_t row, bool named)
{
    if (s != ROLL_POWER_CAP || !f->h->times || !uncapped(f->r->c, row))
        return add(f, s, row);
    return named ? fault(f, "histories.path", f->path, "as = \"values\", or a site with power_cap", "there is no power_cap to multiply") : STRAIT_OK;
}

/* Pairs of the history's workload and region, or of all. */
static strait_status add_pairs(struct finder *f, bool all)
{
    const strait_case *c = f->r->c;
    int w = f->h->workload ? case_find(c, KIND_workload, f->h->workload) : -1, g = f->h->region ? case_find(c, KIND_region, f->h->region) : -1;
    size_t before = f->found.n;
    strait_status st = STRAIT_OK;

    if (!all)
        return fault(f, "histories.path", f->path, "demands.*.requests, with workload = \"...\" and region = \"...\" to narrow it", "names rows");
    if (f->h->workload && w < 0)
        return fault(f, "histories.workload", f->h->workload, "a workload of the case", "there is none of that name");
    if (f->h->region && g < 0)
        return fault(f, "histories.region", f->h->region, "a region of the case", "there is none of that name");
    for (size_t i = 0; i < c->timeline->n_pair; i++)
        if ((w < 0 || c->timeline->pair[i].workload == w) && (g < 0 || c->timeline->pair[i].region == g))
            TRY(add(f, ROLL_REQUESTS, i));
    if (f->found.n == before)
        TRY(fault(f, "histories.path", f->path, "a service and region with rows of demands", "there is no such demand"));
out:
    return st;
}

static strait_status add_path(struct finder *f, const struct path *p, enum roll_series s)
{
    size_t n = case_rows(f->r->c, p->kind), first = p->all ? 0 : p->row, before = f->found.n;
    strait_status st = STRAIT_OK;

    if (s == ROLL_REQUESTS)
        return add_pairs(f, p->all);
    if (f->h->workload || f->h->region)
        return fault(f, "histories.workload, region", f->path, "with demands.*.requests only", "narrows a path that is no demand");
    for (size_t i = first; i < (p->all ? n : first + 1); i++)
        TRY(p->kind == KIND_offer ? add_offer(f, s, i, !p->all) : add_site(f, s, i, !p->all));
    if (p->all && f->found.n == before)
        TRY(fault(f, "histories.path", f->path, ALLOWED, "nothing of the case has such a series to move"));
out:
    return st;
}

static strait_status find(struct finder *f)
{
    struct path p;
    strait_status st = path_parse(f->cx, f->r->c, f->path, strlen(f->path), &p);

    if (st == STRAIT_EUSAGE) {
        char said[sizeof f->cx->message];
        memcpy(said, f->cx->message, sizeof said);
        return fault(f, "histories.path", f->path, ALLOWED, said);
    }
    if (st != STRAIT_OK)
        return st;
    for (size_t i = 0; i < sizeof carried / sizeof *carried; i++)
        if (carried[i].kind == p.kind && carried[i].field == p.i_field)
            return add_path(f, &p, carried[i].series);
    return fault(f, "histories.path", f->path, ALLOWED, "does not change from period to period");
}

static strait_status find_all(strait_ctx *cx, struct roll *r, struct roll_history *h)
{
    struct finder f = {.cx = cx, .r = r, .h = h};
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < h->path.n; i++) {
        f.path = h->path.v[i];
        TRY(find(&f));
    }
    h->target = arena_alloc(r->arena, f.found.n + 1, sizeof *h->target);
    if (!h->target)
        TRY(cx_nomem(cx));
    if (f.found.n > 0)
        memcpy(h->target, f.found.v, f.found.n * sizeof *h->target);
    h->n_target = f.found.n;
out:
    VEC_FREE(&f.found);
    return st;
}

/* Two histories of one thing: which of them happened? */
static bool twice(const struct roll *r, size_t i, size_t j)
{
    const struct roll_history *a = &r->history.v[i], *b = &r->history.v[j];

    for (size_t k = 0; k < a->n_target; k++)
        for (size_t l = i == j ? k + 1 : 0; l < b->n_target; l++)
            if (a->target[k].series == b->target[l].series && a->target[k].row == b->target[l].row)
                return true;
    return false;
}

strait_status roll_paths(strait_ctx *cx, struct roll *r)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < r->history.n; i++) {
        TRY(find_all(cx, r, &r->history.v[i]));
        for (size_t j = 0; j <= i; j++)
            if (twice(r, i, j))
                TRY(reader_fault_at(cx, r->files, r->history.v[i].at, "histories.path", r->history.v[i].path.v[0], "each thing once", "has a history already"));
    }
out:
    return st;
}
