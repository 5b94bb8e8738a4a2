/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is held: stock, leases signed already, and what the plan signs; its dates, its rent, its blocks. */
#include "verify/price.h"

#include <math.h>
#include <string.h>

static int64_t end_of_horizon(const strait_case *c) { return c->segment[c->n_segment - 1].to; }

static size_t at(const struct verifier *v, int o, int t) { return (size_t)o * v->c->n_segment + (size_t)t; }

static bool runs_somehow(const struct verifier *v, int w, int o)
{
    for (int p = 0; p < N_PHASE; p++)
        if (rate_at(v->rates, w, o, (enum phase)p)->per_accel_h > 0.0)
            return true;
    return false;
}

/* In segment t rules bar everything that could run on the offer. */
static bool all_barred(const struct verifier *v, int o, size_t t)
{
    bool any = false;

    for (int w = 0; w < (int)v->c->workload.n; w++) {
        if (!runs_somehow(v, w, o))
            continue;
        if (rules_bar(v->c, w, o, t) < 0)
            return false;
        any = true;
    }
    return any;
}

/* The exit clause: rent ends a notice after the first segment in which all use of the lease is barred. */
static int64_t rent_end(const struct verifier *v, int o, int64_t start)
{
    const struct offer *f = &v->c->offer.v[o];

    if (f->contract != CONTRACT_LEASE || f->exit != EXIT_ON_BAN)
        return INT64_MAX;
    for (size_t t = 0; t < v->c->n_segment; t++)
        if (v->c->segment[t].from >= start && all_barred(v, o, t))
            return v->c->segment[t].from + f->exit_notice * DAY_S;
    return INT64_MAX;
}

/* What is still to be paid of a purchase, in hours of its life: a year of it has 365 days. */
static double life_left(const strait_case *c, const struct hold *h)
{
    return c->offer.v[h->o].life * 365.0 * 24.0 - (double)(end_of_horizon(c) - h->start) / HOUR_S;
}

/*
 * Rent behind the horizon at the last price, or the annuity of what is bought until the end of its life; discounted from
 * the horizon's end.
 */
static double owed_beyond(const struct verifier *v, const struct hold *h)
{
    const strait_case *c = v->c;
    int64_t end = end_of_horizon(c), until = h->end < h->rent_until ? h->end : h->rent_until;
    double price = isnan(h->price) ? c->timeline->price[at(v, h->o, (int)c->n_segment - 1)] : h->price;
    double later = pow(1.0 + c->settings.discount_rate, -(double)(end - c->settings.start) / YEAR_S);

    if (c->offer.v[h->o].contract == CONTRACT_PURCHASE)
        return purchase_annuity(&c->offer.v[h->o]) * fmax(0.0, life_left(c, h)) * later;
    if (c->offer.v[h->o].contract != CONTRACT_LEASE || until <= end)
        return 0.0;
    return price * (double)(until - end) / HOUR_S * later;
}

/* Accelerators of a hold that are active in segment t. */
double hold_active(const struct book *b, const struct hold *h, int t)
{
    const struct segment *g = &b->v->c->segment[t];

    if (g->from < h->start || g->to > h->end || g->from >= h->rent_until)
        return 0.0;
    return b->v->c->offer.v[h->o].contract == CONTRACT_OWNED ? b->v->c->timeline->avail_mean[at(b->v, h->o, t)] : h->count;
}

static double rent_share(const struct segment *g, const struct hold *h)
{
    if (h->rent_until >= g->to)
        return 1.0;
    return h->rent_until <= g->from ? 0.0 : (double)(h->rent_until - g->from) / (double)(g->to - g->from);
}

/* Present value of what one held accelerator costs in segment t, one part of it. */
double hold_cost(const struct book *b, const struct hold *h, int t, enum cost_part part)
{
    const struct segment *g = &b->v->c->segment[t];
    const struct costs *k = b->v->costs;
    size_t i = at(b->v, h->o, t);

    switch (part) {
    case PART_COMPUTE: return rent_share(g, h) * (isnan(h->price) ? k->hold_rent[i] : h->price * g->hours * g->discount);
    case PART_DUTY: return rent_share(g, h) * k->hold_duty[i];
    case PART_ENERGY: return k->hold_energy[i];
    case PART_CARBON: return k->hold_carbon[i];
    case PART_MOVEMENT: case N_PART: break;
    }
    return 0.0;
}

/* What the case charges now for rent beyond the horizon, per accelerator. */
double hold_terminal(const struct book *b, const struct hold *h)
{
    const struct settings *s = &b->v->c->settings;

    if (s->terminal == TERMINAL_FULL)
        return h->owed;
    return s->terminal == TERMINAL_RESALE ? (1.0 - s->resale_share) * h->owed : 0.0;
}

static struct hold settled(const struct verifier *v, struct hold h)
{
    h.rent_until = v->c->offer.v[h.o].contract == CONTRACT_LEASE ? rent_end(v, h.o, h.start) : INT64_MAX;
    h.owed = owed_beyond(v, &h);
    return h;
}

static void add_hold(struct book *b, struct hold h) { b->hold[b->n_hold++] = settled(b->v, h); }

static void add_fixed(struct book *b)
{
    const strait_case *c = b->v->c;

    for (int o = 0; o < (int)c->offer.n; o++)
        if (c->offer.v[o].contract == CONTRACT_OWNED)
            add_hold(b, (struct hold){ .o = o, .fixed = true, .start = INT64_MIN, .end = INT64_MAX, .price = (double)NAN });
    for (size_t i = 0; i < c->signed_lease.n; i++) {
        const struct signed_lease *s = &c->signed_lease.v[i];
        int64_t start = s->start == DATE_NONE || s->start < c->settings.start ? c->settings.start : s->start;
        add_hold(b, (struct hold){ .o = s->offer, .fixed = true, .start = start, .end = s->end, .count = (double)s->count,
                                   .price = s->price });
    }
}

static struct place lease_place(const struct book *b, const struct plan_lease *l)
{
    return PLACE(b->tag, l->offer, l->start, l->kind);
}

/* The signed lease of the case that a row of the plan is about, or none. */
static void match_signed(struct book *b, const struct plan_lease *l, int o)
{
    char start[24], end[24];

    for (size_t k = 0; k < b->n_hold; k++) {
        struct hold *h = &b->hold[k];
        if (!h->fixed || h->said || h->o != o || h->start == INT64_MIN)
            continue;
        date_format(h->start, start);
        date_format(h->end, end);
        if (strcmp(start, l->start) != 0 || !l->end || strcmp(end, l->end) != 0 || h->count != l->accelerators)
            continue;
        h->said = l;
        report_fact(&b->v->report, PROMISE_SIGNED, lease_place(b, l), l->end, end, true);
        return;
    }
    report_fact(&b->v->report, PROMISE_SIGNED, lease_place(b, l), l->end, "no such signed lease", false);
}

/* Leases that are signed already are told, whatever the plan decides. */
void verify_signed(struct book *b)
{
    char start[24];

    for (size_t k = 0; k < b->n_hold; k++) {
        const struct hold *h = &b->hold[k];
        if (!h->fixed || h->said || h->start == INT64_MIN)
            continue;
        date_format(h->start, start);
        report_fact(&b->v->report, PROMISE_SIGNED, PLACE(b->tag, b->v->c->offer.v[h->o].name, start), NULL, "signed already, not told", false);
    }
}

static bool can_start(const strait_case *c, int o, int64_t start, int64_t *scratch, size_t cap)
{
    size_t n = offer_starts(c, o, scratch, cap);

    for (size_t i = 0; i < n && i < cap; i++)
        if (scratch[i] == start)
            return true;
    return false;
}

/* Dates of a lease or purchase that the plan signs: on the grid, in time, for its term, not barred. */
static void check_dates(struct book *b, const struct plan_lease *l, const struct hold *h, int64_t *scratch, size_t cap)
{
    const strait_case *c = b->v->c;
    struct report *r = &b->v->report;
    struct place where = lease_place(b, l);
    int64_t sign = h->start - c->offer.v[h->o].lead * DAY_S;
    int bar = rules_bar_signing(c, h->o, sign);
    char text[24];

    report_fact(r, PROMISE_START, where, l->start, "on the offer's grid", can_start(c, h->o, h->start, scratch, cap));
    date_format(sign, text);
    report_text(r, PROMISE_SIGN_BY, where, l->sign_by, text);
    report_fact(r, PROMISE_SIGN_BY, where, l->sign_by, "not before the horizon", sign >= c->settings.start);
    report_fact(r, PROMISE_SIGNING_RULES, where, l->sign_by, bar < 0 ? "free" : c->rule.v[bar].name, bar < 0);
    if (h->end != INT64_MAX)
        date_format(h->end, text);
    report_text(r, PROMISE_END, where, l->end, h->end == INT64_MAX ? NULL : text);
    if (l->kind)
        report_text(r, PROMISE_NAMES, where, l->kind, c->offer.v[h->o].contract == CONTRACT_PURCHASE ? "purchase" : "lease");
    (void)report_amount(r, where, l->accelerators);
}

static void read_lease(struct book *b, const struct plan_lease *l, int64_t *scratch, size_t cap)
{
    const strait_case *c = b->v->c;
    int o = case_find(c, KIND_offer, l->offer), contract = o < 0 ? -1 : c->offer.v[o].contract;
    struct hold h = { .said = l, .o = o, .price = (double)NAN, .count = l->accelerators };
    bool can_sign = contract == CONTRACT_LEASE || contract == CONTRACT_PURCHASE;

    report_fact(&b->v->report, PROMISE_NAMES, lease_place(b, l), l->offer, o < 0 ? "not in the case" : can_sign ? l->offer : "cannot be signed", can_sign);
    if (!can_sign)
        return;
    if (l->kind ? strcmp(l->kind, "signed") == 0 : l->sign_by == NULL) {
        match_signed(b, l, o);
        return;
    }
    if (!date_parse(l->start, &h.start)) {
        report_fact(&b->v->report, PROMISE_START, lease_place(b, l), l->start, "no date", false);
        return;
    }
    h.end = contract == CONTRACT_LEASE ? h.start + c->offer.v[o].term * DAY_S : INT64_MAX;
    check_dates(b, l, &h, scratch, cap);
    if (isfinite(h.count))
        add_hold(b, h);
}

/**
 * Every lease and purchase that may be signed, one accelerator each; signings that a rule bars count as barred by it.
 *
 * @param y  gains start, n_start and counts in barred; array of the verifier's arena
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status holds_startable(struct book *b, struct ways *y)
{
    const strait_case *c = b->v->c;
    size_t all = 0, most = 1;
    int64_t *date;

    for (int o = 0; o < (int)c->offer.n; o++) {
        size_t n = offer_starts(c, o, NULL, 0);
        all += n;
        most = n > most ? n : most;
    }
    y->start = arena_alloc(b->v->arena, all, sizeof *y->start);
    date = arena_alloc(b->v->arena, most, sizeof *date);
    if (!y->start || !date)
        return STRAIT_ENOMEM;
    for (int o = 0; o < (int)c->offer.n; o++) {
        const struct offer *f = &c->offer.v[o];
        size_t n = f->contract == CONTRACT_LEASE || f->contract == CONTRACT_PURCHASE ? offer_starts(c, o, date, most) : 0;
        for (size_t i = 0; i < n; i++) {
            int bar = rules_bar_signing(c, o, date[i] - f->lead * DAY_S);
            struct hold h = { .o = o, .price = (double)NAN, .count = 1.0, .start = date[i],
                              .end = f->contract == CONTRACT_LEASE ? date[i] + f->term * DAY_S : INT64_MAX };
            if (bar >= 0)
                y->barred[bar]++;
            else
                y->start[y->n_start++] = settled(b->v, h);
        }
    }
    return STRAIT_OK;
}

/**
 * The holds of a book: stock and signed leases from the case, the others from the plan's leases, whose dates are checked.
 *
 * @param l  n leases of the plan, borrowed
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status holds_open(struct book *b, const struct plan_lease *l, size_t n)
{
    const strait_case *c = b->v->c;
    size_t cap = 1;
    int64_t *scratch;

    for (int o = 0; o < (int)c->offer.n; o++) {
        size_t starts = offer_starts(c, o, NULL, 0);
        cap = starts > cap ? starts : cap;
    }
    scratch = arena_alloc(b->v->arena, cap, sizeof *scratch);
    b->hold = arena_alloc(b->v->arena, c->offer.n + c->signed_lease.n + n, sizeof *b->hold);
    if (!scratch || !b->hold)
        return STRAIT_ENOMEM;
    add_fixed(b);
    for (size_t i = 0; i < n; i++)
        read_lease(b, &l[i], scratch, cap);
    return STRAIT_OK;
}

/* A figure that a plan may leave out. */
static void check_told(struct book *b, const struct hold *h, double said, double found)
{
    if (!isnan(said))
        report_equal(&b->v->report, PROMISE_LEASE_COST, lease_place(b, h->said), said, found,
                     fmax(SLACK_MONEY, (double)b->v->c->n_segment * SLACK_TERM * fabs(found)));
}

/* Rent, annuity and duties of each lease inside the horizon, what it owes beyond and how much of that is charged; a cheque. */
void verify_lease_costs(struct book *b)
{
    for (size_t k = 0; k < b->n_hold; k++) {
        const struct hold *h = &b->hold[k];
        double beyond = h->count * hold_terminal(b, h), inside = 0.0;
        if (!h->said)
            continue;
        for (int t = 0; t < (int)b->v->c->n_segment; t++)
            inside += hold_active(b, h, t) * (hold_cost(b, h, t, PART_COMPUTE) + hold_cost(b, h, t, PART_DUTY));
        report_equal(&b->v->report, PROMISE_LEASE_COST, lease_place(b, h->said), h->said->cost, inside + beyond,
                     fmax(SLACK_MONEY, (double)b->v->c->n_segment * SLACK_TERM * fabs(inside + beyond)));
        check_told(b, h, h->said->inside, inside);
        check_told(b, h, h->said->counted_beyond, beyond);
        check_told(b, h, h->said->capex, b->v->c->offer.v[h->o].contract == CONTRACT_PURCHASE ? h->count * b->v->c->offer.v[h->o].capex : 0.0);
        report_equal(&b->v->report, PROMISE_OWED, lease_place(b, h->said), h->said->owed_beyond, h->count * h->owed,
                     fmax(SLACK_MONEY, 16.0 * SLACK_TERM * fabs(h->count * h->owed)));
    }
}

/* In the rounded plan a lease is signed in whole blocks, at least its minimum; a purchase in whole accelerators. */
void verify_blocks(struct book *b)
{
    for (size_t k = 0; k < b->n_hold; k++) {
        const struct hold *h = &b->hold[k];
        const struct offer *f = &b->v->c->offer.v[h->o];
        double block = f->contract == CONTRACT_LEASE ? (double)f->block : 1.0;
        if (h->fixed)
            continue;
        report_equal(&b->v->report, PROMISE_BLOCKS, lease_place(b, h->said), h->count, round(h->count / block) * block, TOL_PRIMAL);
        report_most(&b->v->report, PROMISE_BLOCKS, lease_place(b, h->said), -(double)f->minimum, -h->count, TOL_PRIMAL);
    }
}
