/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One placement: is it where it says, may it be there, can it run there, and does it do what it says? */
#include "verify/book.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void check_where(const struct book *b, const struct act *a)
{
    const strait_case *c = b->v->c;
    const struct offer *f = &c->offer.v[a->o];

    report_text(&b->v->report, PROMISE_SITE, act_place(b, a), a->said->site, c->site.v[f->site].name);
    report_text(&b->v->report, PROMISE_SITE, act_place(b, a), a->said->accelerator, c->accelerator.v[f->accelerator].name);
}

static void check_when(const struct book *b, const struct act *a)
{
    const strait_case *c = b->v->c;
    const struct workload *w = &c->workload.v[a->w];
    const struct offer *f = &c->offer.v[a->o];
    bool open = a->pair < 0 ? segment_inside(c, (size_t)a->t, w->start, w->end) : c->timeline->pair[a->pair].requests[a->t] > 0.0;
    bool valid = f->contract == CONTRACT_LEASE || f->contract == CONTRACT_PURCHASE
              || segment_inside(c, (size_t)a->t, f->valid_from, f->valid_to);

    report_fact(&b->v->report, PROMISE_WINDOW, act_place(b, a), NULL, open ? "open" : a->pair < 0 ? "outside the window" : "no demand", open);
    report_fact(&b->v->report, PROMISE_OFFER_VALID, act_place(b, a), NULL, valid ? "valid" : "not valid then", valid);
    report_fact(&b->v->report, PROMISE_PORTED, act_place(b, a), NULL, verify_ramp(c, a->w, a->o, a->t) > 0.0 ? "ported" : "not ported yet", verify_ramp(c, a->w, a->o, a->t) > 0.0);
}

static void check_rate(const struct book *b, const struct act *a)
{
    const struct rate *r = rate_at(b->v->rates, a->w, a->o, a->p);
    bool runs = r->per_accel_h > 0.0;

    report_fact(&b->v->report, PROMISE_RATE, act_place(b, a), a->said->phase, runs ? "runs" : r->reason ? r->reason : "not a phase of this workload", runs);
}

/* Round trip and time to first token; decode only needs a way to its users. */
static void check_latency(const struct book *b, const struct act *a)
{
    const strait_case *c = b->v->c;
    const struct rate *r = rate_at(b->v->rates, a->w, a->o, a->p);
    double rtt, ttft, target;

    if (a->pair < 0)
        return;
    rtt = b->v->rtt_ms[(size_t)c->offer.v[a->o].site * c->region.n + (size_t)a->region];
    target = c->workload.v[a->w].ttft;
    ttft = a->p == PHASE_DECODE || isnan(r->ttft_s) ? 0.0 : 1000.0 * r->ttft_s;
    if (isnan(rtt))
        report_fact(&b->v->report, PROMISE_LATENCY, act_place(b, a), NULL, "no network to the region", false);
    else if (!isnan(target) && a->p != PHASE_DECODE)
        report_most(&b->v->report, PROMISE_LATENCY, act_place(b, a), target, rtt + ttft, TOL_ZERO * target);
}

static void check_rules(const struct book *b, const struct act *a)
{
    int bar = rules_bar(b->v->c, a->w, a->o, (size_t)a->t);

    report_fact(&b->v->report, PROMISE_RULES, act_place(b, a), NULL, bar < 0 ? "free" : b->v->c->rule.v[bar].name, bar < 0);
}

static double tokens_of(const strait_case *c, const struct act *a)
{
    const struct workload *w = &c->workload.v[a->w];

    if (a->p == PHASE_PREFILL)
        return a->work * w->input_len;
    return a->p == PHASE_DECODE ? a->work * w->output_len : a->work * verify_tokens_per_work(c, a->w);
}

static double least_of(const struct book *b, const struct act *a)
{
    return (double)rate_at(b->v->rates, a->w, a->o, a->p)->min_accel;
}

/* Accelerators in use on average; of a service at its peak. */
static double at_peak(const struct book *b, const struct act *a)
{
    double n = a->hours / b->v->c->segment[a->t].hours;

    return a->pair < 0 ? n : n * b->v->c->timeline->pair[a->pair].peak[a->t];
}

/* Accelerators that an offer has left for a gang: firm services at their peak and runs that fill their gang take theirs first. */
static double *room_for_gangs(const struct book *b)
{
    const strait_case *c = b->v->c;
    double *room = arena_alloc(b->v->arena, c->offer.n * c->n_segment, sizeof *room);

    for (int o = 0; room && o < (int)c->offer.n; o++) {
        for (int t = 0; t < (int)c->n_segment; t++) {
            size_t i = book_at(b, o, t);
            room[i] = (1.0 - c->offer.v[o].spare) * (c->timeline->avail_min[i] + b->fresh[i] - b->gone[i]);
        }
    }
    for (size_t k = 0; room && k < b->n_act; k++) {
        const struct act *a = &b->act[k];
        if (!c->workload.v[a->w].interruptible && (a->pair >= 0 || at_peak(b, a) >= least_of(b, a) * (1.0 - TOL_PRIMAL)))
            room[book_at(b, a->o, a->t)] -= at_peak(b, a);
    }
    return room;
}

/* Nearer than this either answer is right. */
static bool close_to(double a, double b) { return fabs(a - b) <= 2.0 * TOL_PRIMAL * fmax(fabs(a), fabs(b)); }

/* A service makes a replica at its peak; a run its gang, all the time or for some hours in which the gang has room. */
static void check_flag(const struct book *b, const struct act *a, double room)
{
    double n = at_peak(b, a), least = least_of(b, a), hours = n * b->v->c->segment[a->t].hours / least;
    bool part = a->pair < 0 && hours >= GANG_LEAST_HOURS && room >= least * (1.0 - TOL_PRIMAL);

    if (close_to(n, least) || (a->pair < 0 && (close_to(hours, GANG_LEAST_HOURS) || close_to(room, least))))
        return;
    report_text(&b->v->report, PROMISE_FLAG, act_place(b, a), a->said->flag,
                n >= least || part ? NULL : a->pair < 0 ? "below_gang" : "below_replica");
}

static void check_size(const struct book *b, const struct act *a)
{
    double n = a->hours / b->v->c->segment[a->t].hours;

    if (!isnan(a->said->accelerators))
        report_equal(&b->v->report, PROMISE_ACCELERATORS, act_place(b, a), a->said->accelerators, n, SLACK_TOKENS * n);
}

/**
 * Everything that one placement promises by itself, money apart, and whether it is flagged as in parts.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_placements(struct book *b)
{
    const double *room = room_for_gangs(b);

    if (!room)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < b->n_act; i++) {
        const struct act *a = &b->act[i];
        double tokens = tokens_of(b->v->c, a);
        check_where(b, a);
        check_when(b, a);
        check_rate(b, a);
        check_latency(b, a);
        check_rules(b, a);
        check_size(b, a);
        check_flag(b, a, room[book_at(b, a->o, a->t)]);
        report_equal(&b->v->report, PROMISE_TOKENS, act_place(b, a), a->said->tokens, tokens, SLACK_TOKENS * tokens);
    }
    return STRAIT_OK;
}
