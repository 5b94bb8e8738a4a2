/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where work could be, from the definitions: an offer has something to run on in a segment, the port and the window are
 * open, no rule bars it.  And how often each rule says no to what could be otherwise.
 */
#include "verify/price.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

static size_t may_at(const strait_case *c, int w, int o) { return ((size_t)w * c->offer.n + (size_t)o) * c->n_segment; }

/* Something is there already, or may be signed in time. */
static void find_open(const struct book *b, struct ways *y)
{
    const strait_case *c = b->v->c;

    for (size_t i = 0; i < c->offer.n * c->n_segment; i++)
        y->open[i] = c->timeline->avail_mean[i] > 0.0;
    for (size_t k = 0; k < y->n_start; k++)
        for (int t = 0; t < (int)c->n_segment; t++)
            y->open[book_at(b, y->start[k].o, t)] |= hold_active(b, &y->start[k], t) > 0.0;
}

/* But for the rules: the offer is open, the work is ported to it, its window is open. */
static bool could(const struct book *b, const struct ways *y, int w, int o, int t)
{
    const strait_case *c = b->v->c;
    const struct workload *v = &c->workload.v[w];

    return y->open[book_at(b, o, t)] && verify_ramp(c, w, o, t) > 0.0
        && (v->task == TASK_SERVICE || segment_inside(c, (size_t)t, v->start, v->end));
}

/* The rules that bar w on o at some time, into `rule`; their number. */
static size_t list_bars(const strait_case *c, int w, int o, size_t *rule)
{
    unsigned acts = acts_of(c, w, o);
    size_t n = 0;

    for (size_t i = 0; i < c->rule.n; i++) {
        const struct rule *r = &c->rule.v[i];
        if (r->enabled && (r->effect == RULE_DENY || r->effect == RULE_REQUIRE) && rule_applies(c, i, w, o, acts))
            rule[n++] = i;
    }
    return n;
}

static bool in_force(const strait_case *c, size_t rule, int t)
{
    return rule_in_force(c, rule, c->segment[t].from, c->segment[t].to);
}

static void find_may(const struct book *b, struct ways *y, size_t *rule)
{
    const strait_case *c = b->v->c;

    for (int w = 0; w < (int)c->workload.n; w++) {
        for (int o = 0; o < (int)c->offer.n; o++) {
            size_t n = list_bars(c, w, o, rule);
            for (int t = 0; t < (int)c->n_segment; t++) {
                bool ok = could(b, y, w, o, t);
                for (size_t k = 0; k < n && ok; k++)
                    ok = !in_force(c, rule[k], t);
                y->may[may_at(c, w, o) + (size_t)t] = ok;
            }
        }
    }
}

bool ways_may(const struct book *b, const struct ways *y, int w, int o, int t)
{
    return y->may[may_at(b->v->c, w, o) + (size_t)t];
}

static bool in_time(const struct verifier *v, int pair, int o, const struct rate *first)
{
    const struct demand_pair *d = &v->c->timeline->pair[pair];
    double rtt = v->rtt_ms[(size_t)v->c->offer.v[o].site * v->c->region.n + (size_t)d->region];
    double target = v->c->workload.v[d->workload].ttft;

    if (isnan(rtt))
        return false;
    return isnan(target) || rtt + (isnan(first->ttft_s) ? 0.0 : 1000.0 * first->ttft_s) <= target;
}

/**
 * How requests of a pair run on o and o2: apart where the service allows it, on one fabric; on one offer mixed or apart,
 * whichever takes fewer hours.
 *
 * @param p   out: phases on o and on o2 (twice mixed on one offer: one leg)
 * @return the number of legs, 0: no way
 */
int ways_route(const struct verifier *v, int pair, int o, int o2, enum phase p[2])
{
    int w = v->c->timeline->pair[pair].workload;
    const struct rate *mixed = rate_at(v->rates, w, o, PHASE_MIXED), *first = rate_at(v->rates, w, o, PHASE_PREFILL);
    const struct rate *second = rate_at(v->rates, w, o2, PHASE_DECODE);
    bool together = o == o2 && mixed->per_accel_h > 0.0 && in_time(v, pair, o, mixed);
    bool apart = v->c->workload.v[w].disaggregate && v->fabric[o] == v->fabric[o2] && first->per_accel_h > 0.0
              && second->per_accel_h > 0.0 && in_time(v, pair, o, first);

    if (together && apart)
        apart = 1.0 / first->per_accel_h + 1.0 / second->per_accel_h < 1.0 / mixed->per_accel_h;
    p[0] = apart ? PHASE_PREFILL : PHASE_MIXED;
    p[1] = apart ? PHASE_DECODE : PHASE_MIXED;
    return apart ? 2 : together ? 1 : 0;
}

/* Each rule says no once for each segment that could be, whatever the other rules say.  Is anything left? */
static bool count_bars(const struct book *b, struct ways *y, int w, int o, int pair, size_t *rule)
{
    const strait_case *c = b->v->c;
    size_t n = list_bars(c, w, o, rule);
    bool left = false;

    for (int t = 0; t < (int)c->n_segment; t++) {
        if (!could(b, y, w, o, t) || (pair >= 0 && c->timeline->pair[pair].requests[t] <= 0.0))
            continue;
        for (size_t k = 0; k < n; k++)
            y->barred[rule[k]] += in_force(c, rule[k], t);
        left = left || ways_may(b, y, w, o, t);
    }
    return left;
}

/* A route asks at the offer where it begins, and if anything is left there, where it ends. */
static void count_routes(const struct book *b, struct ways *y, size_t *rule)
{
    const strait_case *c = b->v->c;
    enum phase p[2];

    for (int pair = 0; pair < (int)c->timeline->n_pair; pair++)
        for (int o = 0; o < (int)c->offer.n; o++)
            for (int o2 = 0; o2 < (int)c->offer.n; o2++)
                if (ways_route(b->v, pair, o, o2, p) > 0 && count_bars(b, y, c->timeline->pair[pair].workload, o, pair, rule) && o != o2)
                    (void)count_bars(b, y, c->timeline->pair[pair].workload, o2, pair, rule);
}

static void count_runs(const struct book *b, struct ways *y, size_t *rule)
{
    const strait_case *c = b->v->c;

    for (int w = 0; w < (int)c->workload.n; w++)
        for (int o = 0; o < (int)c->offer.n; o++)
            if (c->workload.v[w].task != TASK_SERVICE && rate_at(b->v->rates, w, o, verify_run_phase(c, w))->per_accel_h > 0.0)
                (void)count_bars(b, y, w, o, -1, rule);
}

/**
 * Where work could be, what may be signed when, and what each rule bars of it.
 *
 * @param y  out; arrays of the verifier's arena
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(workloads offers (segments + rules) + routes segments).
 */
strait_status ways_open(struct book *b, struct ways *y)
{
    const strait_case *c = b->v->c;
    size_t *rule = mem_calloc(c->rule.n + 1, sizeof *rule);
    strait_status st = rule ? STRAIT_OK : STRAIT_ENOMEM;

    memset(y, 0, sizeof *y);
    TRY(st);
    y->open = arena_alloc(b->v->arena, c->offer.n * c->n_segment, sizeof *y->open);
    y->may = arena_alloc(b->v->arena, c->workload.n * c->offer.n * c->n_segment, sizeof *y->may);
    y->barred = arena_alloc(b->v->arena, c->rule.n + 1, sizeof *y->barred);
    TRY(y->open && y->may && y->barred ? STRAIT_OK : STRAIT_ENOMEM);
    TRY(holds_startable(b, y));
    find_open(b, y);
    find_may(b, y, rule);
    count_runs(b, y, rule);
    count_routes(b, y, rule);
out:
    mem_free(rule);
    return st;
}
