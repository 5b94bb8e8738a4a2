/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Routes (y): requests of a user region prefilled on one offer and decoded on another of the same site and fabric, or
 * on the same.  A route exists only where the network reaches, round trip + time to first token meets the target, and
 * the rules allow both ends.
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "lp/build.h"

struct router {
    struct lp_builder *b;
    double *rtt_ms;     /* site * n_region + region; NaN: no way */
    bool *ok, *ok2;
};

static bool in_time(const struct router *q, int pair, int o, const struct rate *first)
{
    const strait_case *c = q->b->m->c;
    const struct demand_pair *d = &c->timeline->pair[pair];
    double rtt = q->rtt_ms[(size_t)c->offer.v[o].site * c->region.n + (size_t)d->region];
    double target = c->workload.v[d->workload].ttft;

    if (isnan(rtt))
        return false;
    /* A pinned rate may have no time to first token: then the round trip alone must meet the target. */
    return isnan(target) || rtt + (isnan(first->ttft_s) ? 0.0 : 1000.0 * first->ttft_s) <= target;
}

static bool same_fabric(const strait_case *c, int a, int b)
{
    const struct offer *x = &c->offer.v[a], *y = &c->offer.v[b];

    return a == b || (x->site == y->site && x->fabric && y->fabric && strcmp(x->fabric, y->fabric) == 0);
}

static const double *ramp_of(const strait_case *c, int w, int o)
{
    return &c->timeline->ramp[((size_t)w * c->accelerator.n + (size_t)c->offer.v[o].accelerator) * c->n_segment];
}

/* Segments in which the pair may run on one offer. */
static bool offer_segments(struct router *q, int pair, int o, bool *ok)
{
    const strait_case *c = q->b->m->c;
    const struct demand_pair *d = &c->timeline->pair[pair];
    const double *ramp = ramp_of(c, d->workload, o);
    bool any = false;

    for (size_t t = 0; t < c->n_segment; t++)
        ok[t] = d->requests[t] > 0.0 && q->b->open[(size_t)o * c->n_segment + t] && ramp[t] > 0.0;
    lp_mask_rules(q->b, d->workload, o, ok);
    for (size_t t = 0; t < c->n_segment; t++)
        any = any || ok[t];
    return any;
}

/* Colocated, or prefill and decode apart on the one offer where that takes fewer hours. False: cannot run there. */
static bool choose_phases(const struct router *q, int pair, int o, int o2, struct lp_strip *s)
{
    const struct lp *m = q->b->m;
    int w = m->c->timeline->pair[pair].workload;
    const struct rate *mixed = rate_at(m->rates, w, o, PHASE_MIXED);
    const struct rate *pre = rate_at(m->rates, w, o, PHASE_PREFILL), *dec = rate_at(m->rates, w, o2, PHASE_DECODE);
    bool can_mix = o == o2 && mixed->per_accel_h > 0.0 && in_time(q, pair, o, mixed);
    bool can_split = m->c->workload.v[w].disaggregate && pre->per_accel_h > 0.0 && dec->per_accel_h > 0.0 && in_time(q, pair, o, pre);

    if (can_mix && can_split)
        can_split = 1.0 / pre->per_accel_h + 1.0 / dec->per_accel_h < 1.0 / mixed->per_accel_h;
    if (can_split) {
        s->p = PHASE_PREFILL;
        s->p2 = PHASE_DECODE;
        s->rate = pre->per_accel_h;
        s->rate2 = dec->per_accel_h;
    } else {
        s->p = s->p2 = PHASE_MIXED;
        s->rate = s->rate2 = mixed->per_accel_h;
    }
    return can_mix || can_split;
}

static void mark_used(struct lp_builder *b, int w, int o, const bool *ok)
{
    size_t T = b->m->c->n_segment;

    for (size_t t = 0; t < T; t++)
        if (ok[t])
            b->used[(size_t)o * T + t] |= b->m->c->workload.v[w].interruptible ? 1 : 2;
}

static strait_status add_route(struct router *q, int pair, int o, int o2)
{
    struct lp_builder *b = q->b;
    const strait_case *c = b->m->c;
    const struct demand_pair *d = &c->timeline->pair[pair];
    struct lp_strip s = { .family = COL_ROUTE, .w = d->workload, .pair = pair, .o = o, .o2 = o2, .hold = -1 };

    if (!choose_phases(q, pair, o, o2, &s) || !offer_segments(q, pair, o, q->ok))
        return STRAIT_OK;
    if (o != o2) {
        if (!offer_segments(q, pair, o2, q->ok2))
            return STRAIT_OK;
        for (size_t t = 0; t < c->n_segment; t++)
            q->ok[t] = q->ok[t] && q->ok2[t];
    }
    s.ramp = ramp_of(c, s.w, o);
    s.ramp2 = ramp_of(c, s.w, o2);
    s.act = cost_activity(b->m->costs, o, s.w, d->region, s.p);
    s.act2 = cost_activity(b->m->costs, o2, s.w, d->region, s.p2);
    mark_used(b, s.w, o, q->ok);
    mark_used(b, s.w, o2, q->ok);
    return lp_push_strips(b, s, q->ok);
}

static strait_status router_open(struct router *q, struct lp_builder *b)
{
    const strait_case *c = b->m->c;

    q->b = b;
    q->rtt_ms = mem_calloc(c->site.n * c->region.n, sizeof *q->rtt_ms);
    q->ok = mem_calloc(c->n_segment, sizeof *q->ok);
    q->ok2 = mem_calloc(c->n_segment, sizeof *q->ok2);
    if (!q->rtt_ms || !q->ok || !q->ok2)
        return cx_nomem(b->cx);
    for (size_t i = 0; i < c->site.n * c->region.n; i++)
        q->rtt_ms[i] = NAN;
    for (size_t i = 0; i < c->network.n; i++)
        q->rtt_ms[(size_t)c->network.v[i].site * c->region.n + (size_t)c->network.v[i].region] = c->network.v[i].rtt;
    return STRAIT_OK;
}

strait_status lp_add_routes(struct lp_builder *b)
{
    const strait_case *c = b->m->c;
    strait_status st = STRAIT_OK;
    struct router q = { .b = b };

    TRY(router_open(&q, b));
    for (int pair = 0; pair < (int)c->timeline->n_pair; pair++) {
        bool apart = c->workload.v[c->timeline->pair[pair].workload].disaggregate;
        for (int o = 0; o < (int)c->offer.n; o++)
            for (int o2 = 0; o2 < (int)c->offer.n; o2++)
                if (o == o2 || (apart && same_fabric(c, o, o2)))
                    TRY(add_route(&q, pair, o, o2));
    }
out:
    mem_free(q.rtt_ms);
    mem_free(q.ok);
    mem_free(q.ok2);
    return st;
}
