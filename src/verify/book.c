/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the words of a plan to rows of the case, and what its offers hold and use. */
#include "verify/book.h"

#include <math.h>
#include <string.h>

bool verify_rented(const strait_case *c, int o)
{
    int contract = c->offer.v[o].contract;

    return contract == CONTRACT_ON_DEMAND || contract == CONTRACT_SPOT;
}

double verify_ramp(const strait_case *c, int w, int o, int t)
{
    return c->timeline->ramp[((size_t)w * c->accelerator.n + (size_t)c->offer.v[o].accelerator) * c->n_segment + (size_t)t];
}

enum phase verify_run_phase(const strait_case *c, int w)
{
    return c->workload.v[w].task == TASK_BATCH ? PHASE_MIXED : PHASE_TRAIN;
}

double verify_tokens_per_work(const strait_case *c, int w)
{
    const struct workload *v = &c->workload.v[w];

    return v->task == TASK_TRAINING || v->task == TASK_FINE_TUNING ? 1.0 : v->input_len + v->output_len;
}

static struct place said_place(const struct book *b, const struct plan_placement *p)
{
    return PLACE(b->tag, p->workload, p->phase, p->user_region, p->offer, p->from ? p->from : p->period);
}

/* What a service misses is due in its segment; what a run has not done, when its window closes or the horizon ends. */
double verify_penalty(const strait_case *c, int w, int t)
{
    const struct workload *v = &c->workload.v[w];
    int64_t due = c->segment[c->n_segment - 1].to;

    if (v->task == TASK_SERVICE)
        return t < 0 ? (double)NAN : v->penalty * c->segment[t].discount;
    if (v->end != DATE_NONE && v->end < due)
        due = v->end;
    return v->penalty * pow(1.0 + c->settings.discount_rate, -(double)(due - c->settings.start) / YEAR_S);
}

struct place act_place(const struct book *b, const struct act *a)
{
    return said_place(b, a->said);
}

static int segment_from(const strait_case *c, int64_t from)
{
    size_t lo = 0, hi = c->n_segment;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (c->segment[mid].from < from)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < c->n_segment && c->segment[lo].from == from ? (int)lo : -1;
}

/* A period by its label, and within it the segment that begins at `from`; without one the period must be whole. */
int verify_segment(const struct verifier *v, const char *period, const char *from)
{
    const strait_case *c = v->c;
    int64_t date;
    int t;

    if (!period || !date_parse(from ? from : period, &date))
        return -1;
    t = segment_from(c, date);
    if (t < 0 || strcmp(c->period[c->segment[t].period].label, period) != 0)
        return -1;
    return from || c->period[c->segment[t].period].n_seg == 1 ? t : -1;
}

static bool find_name(struct book *b, enum kind k, const char *name, struct place at, int *row)
{
    *row = name ? case_find(b->v->c, k, name) : -1;
    report_fact(&b->v->report, PROMISE_NAMES, at, name, *row < 0 ? "not in the case" : name, *row >= 0);
    return *row >= 0;
}

static bool find_phase(struct book *b, const char *name, struct place at, enum phase *p)
{
    for (int i = 0; i < N_PHASE; i++) {
        if (strcmp(phase_name[i], name) == 0) {
            *p = (enum phase)i;
            return true;
        }
    }
    report_fact(&b->v->report, PROMISE_NAMES, at, name, "no phase", false);
    return false;
}

/* Services have a user region with demand, runs have none. */
static bool find_region(struct book *b, const struct plan_placement *p, struct act *a)
{
    const strait_case *c = b->v->c;
    bool service = c->workload.v[a->w].task == TASK_SERVICE;

    a->pair = a->region = -1;
    if (!service) {
        report_text(&b->v->report, PROMISE_NAMES, said_place(b, p), p->user_region, NULL);
        return p->user_region == NULL;
    }
    if (!find_name(b, KIND_region, p->user_region, said_place(b, p), &a->region))
        return false;
    a->pair = b->v->pair_of[(size_t)a->w * c->region.n + (size_t)a->region];
    if (a->pair < 0)
        report_fact(&b->v->report, PROMISE_DEMAND, said_place(b, p), p->user_region, "no demand", false);
    return a->pair >= 0;
}

/* False: left out of every sum, with the reason told. */
static bool read_act(struct book *b, const struct plan_placement *p, struct act *a)
{
    const strait_case *c = b->v->c;
    struct place at = said_place(b, p);

    a->said = p;
    if (!find_name(b, KIND_workload, p->workload, at, &a->w) || !find_name(b, KIND_offer, p->offer, at, &a->o)
        || !find_phase(b, p->phase, at, &a->p) || !find_region(b, p, a))
        return false;
    a->t = verify_segment(b->v, p->period, p->from);
    report_fact(&b->v->report, PROMISE_SEGMENT, at, p->from ? p->from : p->period, a->t < 0 ? "no part of the period" : b->v->from[a->t],
                a->t >= 0);
    if (!report_amount(&b->v->report, at, p->accel_hours) || a->t < 0)
        return false;
    a->hours = p->accel_hours;
    a->work = a->hours * rate_at(b->v->rates, a->w, a->o, a->p)->per_accel_h * verify_ramp(c, a->w, a->o, a->t);
    return true;
}

static strait_status read_acts(struct book *b, const struct plan_placement *p, size_t n)
{
    b->act = arena_alloc(b->v->arena, n, sizeof *b->act);
    if (!b->act)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        if (read_act(b, &p[i], &b->act[b->n_act])) {
            const struct act *a = &b->act[b->n_act++];
            b->used[book_at(b, a->o, a->t)] += a->hours;
        }
    }
    return STRAIT_OK;
}

static void sum_holds(struct book *b)
{
    const strait_case *c = b->v->c;

    for (size_t k = 0; k < b->n_hold; k++) {
        const struct hold *h = &b->hold[k];
        for (int t = 0; t < (int)c->n_segment; t++) {
            double n = hold_active(b, h, t);
            size_t i = book_at(b, h->o, t);
            b->held[i] += n;
            b->fresh[i] += h->fixed ? 0.0 : n;
            if (h->fixed && n == 0.0 && c->segment[t].from >= h->start && c->segment[t].to <= h->end
                && c->offer.v[h->o].contract == CONTRACT_LEASE)
                b->gone[i] += h->count;
            for (int p = 0; p < N_PART && n != 0.0; p++)
                b->hold_money[i * N_PART + (size_t)p] += n * hold_cost(b, h, t, (enum cost_part)p);
        }
    }
}

static strait_status arrays_open(struct book *b)
{
    arena *a = b->v->arena;
    size_t n = b->v->c->offer.n * b->v->c->n_segment;

    b->used = arena_alloc(a, n, sizeof(double));
    b->held = arena_alloc(a, n, sizeof(double));
    b->fresh = arena_alloc(a, n, sizeof(double));
    b->gone = arena_alloc(a, n, sizeof(double));
    b->hold_money = arena_alloc(a, n * N_PART, sizeof(double));
    return b->used && b->held && b->fresh && b->gone && b->hold_money ? STRAIT_OK : STRAIT_ENOMEM;
}

/**
 * Look up every name of the plan's placements and leases, or of the rounded plan's; what has no meaning in the case is
 * told and left out.
 *
 * @param v     borrowed by the book; its arena owns the book's arrays
 * @param kind  which; the empty one has only what the case holds anyway
 * @param b     out
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status book_open(struct verifier *v, enum book_kind kind, struct book *b)
{
    const struct plan_file *p = v->plan;
    const struct plan_rounded *r = &p->rounded;
    strait_status st = STRAIT_OK;

    memset(b, 0, sizeof *b);
    b->v = v;
    b->tag = kind == BOOK_ROUNDED ? "rounded" : "";
    TRY(arrays_open(b));
    if (kind == BOOK_PLAN) {
        b->unmet = p->unmet.v;
        b->n_unmet = p->unmet.n;
        TRY(read_acts(b, p->placements.v, p->placements.n));
        TRY(holds_open(b, p->leases.v, p->leases.n));
    } else if (kind == BOOK_ROUNDED) {
        b->unmet = r->unmet.v;
        b->n_unmet = r->unmet.n;
        TRY(read_acts(b, r->placements.v, r->placements.n));
        TRY(holds_open(b, r->leases.v, r->leases.n));
    } else {
        TRY(holds_open(b, NULL, 0));
    }
    sum_holds(b);
out:
    return st;
}
