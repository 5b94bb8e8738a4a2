/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits: hours, share, spend, energy, carbon; per period, month or horizon.  A predicate
 * that says nothing of workloads counts what is held too, used or not; one that does counts use alone, with the rent and
 * the idle power of the hours used.
 */
#include "verify/book.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* One limit at work: sums per bucket (period, month or horizon). */
struct tally {
    const struct book *b;
    size_t rule;
    const struct rule *r;
    bool holds;          /* what is held counts, used or not */
    double share;        /* quantity share: the bound, which multiplies the base */
    double *sum;         /* bucket: what is limited; a share: part less share of the whole */
    double *size;        /* bucket: sum of absolute terms */
    double *unit;        /* bucket: most that one accelerator adds in a segment */
    bool *in_force;      /* bucket: in some segment of it */
};

/* Months since the year 0 of a date as text. */
static int count_months(const char *date)
{
    int year = 0;

    for (int i = 0; i < 4; i++)
        year = 10 * year + date[i] - '0';
    return 12 * year + 10 * (date[5] - '0') + date[6] - '0';
}

/* Calendar month of a segment's middle, counted from the first segment's. */
static size_t month_of(const strait_case *c, size_t t)
{
    char first[24], middle[24];

    date_format(c->segment[0].from, first);
    date_format(c->segment[t].from + (c->segment[t].to - c->segment[t].from) / 2, middle);
    return (size_t)(count_months(middle) - count_months(first));
}

/* The period, month or horizon of a limit in which a segment lies. */
size_t limit_bucket(const strait_case *c, size_t rule, size_t t)
{
    int per = c->rule.v[rule].per;

    return per == PER_PERIOD ? c->segment[t].period : per == PER_MONTH ? month_of(c, t) : 0;
}

/* At least as many as any limit has: there are no more periods than segments, and months have at least one each. */
size_t limit_buckets(const strait_case *c)
{
    size_t months = month_of(c, c->n_segment - 1) + 1;

    return c->n_segment > months ? c->n_segment : months;
}

bool limit_in_force(const strait_case *c, size_t rule, size_t t)
{
    return rule_in_force(c, rule, c->segment[t].from, c->segment[t].to);
}

static bool in_force(const struct tally *q, size_t t) { return limit_in_force(q->b->v->c, q->rule, t); }

static void add(struct tally *q, size_t t, double amount, double accelerators)
{
    size_t k = limit_bucket(q->b->v->c, q->rule, t);

    q->sum[k] += amount;
    q->size[k] += fabs(amount);
    if (accelerators > 0.0)
        q->unit[k] = fmax(q->unit[k], fabs(amount) / accelerators);
}

static double tonnes_per_kwh(const strait_case *c, int o, size_t t)
{
    return c->timeline->carbon[(size_t)c->offer.v[o].site * c->n_segment + t] * 1e-6;
}

static double spend_of(const struct tally *q, const struct act *a)
{
    const struct verifier *v = q->b->v;
    double sum = 0.0;

    for (int p = 0; p < N_PART; p++)
        sum += act_cost(q->b, a, (enum cost_part)p);
    if (!q->holds && !verify_rented(v->c, a->o))
        sum += a->hours * v->costs->hold_rent[book_at(q->b, a->o, a->t)] / v->c->segment[a->t].hours;
    return sum;
}

static double amount_of_use(const struct tally *q, const struct act *a)
{
    const struct costs *k = q->b->v->costs;
    double kwh = k->kwh_use[((size_t)a->w * k->n_offer + (size_t)a->o) * N_PHASE + (size_t)a->p] + (q->holds ? 0.0 : k->kwh_idle[a->o]);

    switch (q->r->quantity) {
    case QUANTITY_SPEND: return spend_of(q, a);
    case QUANTITY_ENERGY: return a->hours * kwh;
    case QUANTITY_CARBON: return a->hours * kwh * tonnes_per_kwh(q->b->v->c, a->o, (size_t)a->t);
    default: return a->hours;
    }
}

static void add_use(struct tally *q, const struct act *a)
{
    const strait_case *c = q->b->v->c;
    double amount, accelerators = a->hours / c->segment[a->t].hours;

    if (!in_force(q, (size_t)a->t))
        return;
    amount = amount_of_use(q, a);
    if (rule_applies(c, q->rule, a->w, a->o, acts_of(c, a->w, a->o)))
        add(q, (size_t)a->t, amount, accelerators);
    if (q->r->quantity == QUANTITY_SHARE && rule_of(c, q->rule, a->w, a->o))
        add(q, (size_t)a->t, -q->share * amount, accelerators);
}

static double amount_of_hold(const struct tally *q, const struct hold *h, int t)
{
    const struct verifier *v = q->b->v;
    double kwh = v->costs->kwh_idle[h->o] * v->c->segment[t].hours, sum = 0.0;

    switch (q->r->quantity) {
    case QUANTITY_SPEND:
        for (int p = 0; p < N_PART; p++)
            sum += hold_cost(q->b, h, t, (enum cost_part)p);
        return sum;
    case QUANTITY_ENERGY: return kwh;
    case QUANTITY_CARBON: return kwh * tonnes_per_kwh(v->c, h->o, (size_t)t);
    default: return 0.0;     /* hours and shares are of use */
    }
}

/* Does a limit count what is held on an offer, used or not? */
bool limit_holds(const strait_case *c, size_t rule, int o)
{
    return !expr_uses_workload(c->rule.v[rule].when) && rule_applies(c, rule, -1, o, ACT_USE | ACT_LEASE | ACT_BUY);
}

static void add_hold(struct tally *q, const struct hold *h)
{
    const strait_case *c = q->b->v->c;

    if (!limit_holds(c, q->rule, h->o))
        return;
    for (int t = 0; t < (int)c->n_segment; t++) {
        double n = hold_active(q->b, h, t);
        if (n > 0.0 && in_force(q, (size_t)t))
            add(q, (size_t)t, n * amount_of_hold(q, h, t), n);
    }
}

static void bucket_name(const struct tally *q, size_t k, char *buf, size_t n)
{
    const strait_case *c = q->b->v->c;

    if (q->r->per == PER_PERIOD)
        (void)snprintf(buf, n, "%s", c->period[k].label);
    else
        (void)snprintf(buf, n, "%s %zu", q->r->per == PER_MONTH ? "month" : "horizon", k + 1);
}

static void check_bound(struct tally *q, bool at_least)
{
    const strait_case *c = q->b->v->c;
    double sign = at_least ? -1.0 : 1.0;
    size_t n = q->r->per == PER_PERIOD ? c->n_period : q->r->per == PER_MONTH ? month_of(c, c->n_segment - 1) + 1 : 1;
    char name[32];

    for (size_t t = 0; t < c->n_segment; t++)
        q->in_force[limit_bucket(c, q->rule, t)] |= in_force(q, t);
    for (size_t i = 0; i < q->b->n_act; i++)
        add_use(q, &q->b->act[i]);
    for (size_t i = 0; i < q->b->n_hold && q->holds; i++)
        add_hold(q, &q->b->hold[i]);
    for (size_t k = 0; k < n; k++) {
        double bound = q->r->quantity == QUANTITY_SHARE ? 0.0 : at_least ? q->r->at_least : q->r->at_most;
        bucket_name(q, k, name, sizeof name);
        if (q->in_force[k])
            report_most(&q->b->v->report, PROMISE_LIMIT, PLACE(q->b->tag, q->r->name, at_least ? "at least" : "at most", name), sign * bound,
                        sign * q->sum[k], TOL_PRIMAL * (fabs(bound) + q->size[k] + q->unit[k]));
    }
}

static struct tally tally_of(const struct book *b, size_t rule, bool at_least)
{
    const struct rule *r = &b->v->c->rule.v[rule];

    return (struct tally){ .b = b, .rule = rule, .r = r, .holds = !expr_uses_workload(r->when), .share = at_least ? r->at_least : r->at_most };
}

static strait_status check_limit(struct book *b, size_t rule, bool at_least)
{
    size_t n = limit_buckets(b->v->c);
    double *v = mem_calloc(3 * n, sizeof *v);
    struct tally q = tally_of(b, rule, at_least);

    q.in_force = mem_calloc(n, sizeof *q.in_force);
    if (v && q.in_force) {
        q.sum = v;
        q.size = v + n;
        q.unit = v + 2 * n;
        check_bound(&q, at_least);
    }
    strait_status st = v && q.in_force ? STRAIT_OK : STRAIT_ENOMEM;
    mem_free(v);
    mem_free(q.in_force);
    return st;
}

/**
 * Every limit that is switched on, in each period, month or horizon in which it is in force.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(limits * (placements + holds * segments)).
 */
strait_status verify_limits(struct book *b)
{
    const strait_case *c = b->v->c;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->rule.n; i++) {
        const struct rule *r = &c->rule.v[i];
        if (!r->enabled || r->effect != RULE_LIMIT)
            continue;
        if (!isnan(r->at_most))
            TRY(check_limit(b, i, false));
        if (!isnan(r->at_least))
            TRY(check_limit(b, i, true));
    }
out:
    return st;
}

/* What an act takes of a limited quantity, where it counts. */
double limit_use(const struct book *b, size_t rule, const struct act *a)
{
    struct tally q = tally_of(b, rule, false);

    return amount_of_use(&q, a);
}

/* What one accelerator held through a segment takes. */
double limit_hold(const struct book *b, size_t rule, const struct hold *h, int t)
{
    struct tally q = tally_of(b, rule, false);

    return amount_of_hold(&q, h, t);
}

/* What a limit leaves in a period, month or horizon to all that a plan decides; NaN where the rule sets none. */
double limit_right(const struct book *b, size_t rule, bool at_least, size_t bucket)
{
    const strait_case *c = b->v->c;
    const struct rule *r = &c->rule.v[rule];
    double left = r->quantity != QUANTITY_SHARE ? at_least ? r->at_least : r->at_most : isnan(at_least ? r->at_least : r->at_most) ? (double)NAN : 0.0;
    bool any = false;

    for (size_t t = 0; t < c->n_segment; t++) {
        if (!limit_in_force(c, rule, t) || limit_bucket(c, rule, t) != bucket)
            continue;
        any = true;
        for (size_t k = 0; k < b->n_hold; k++) {
            const struct hold *h = &b->hold[k];
            if (h->fixed && limit_holds(c, rule, h->o))
                left -= hold_active(b, h, (int)t) * limit_hold(b, rule, h, (int)t);
        }
    }
    return any ? left : (double)NAN;
}

/* A period by its label, a month as "month 3", the horizon without a name; -1: none of the limit. */
int limit_bucket_named(const struct verifier *v, size_t rule, const char *name)
{
    const strait_case *c = v->c;
    char *end = NULL;
    long month;

    switch (c->rule.v[rule].per) {
    case PER_PERIOD:
        for (size_t k = 0; name && k < c->n_period; k++)
            if (strcmp(name, c->period[k].label) == 0)
                return (int)k;
        return -1;
    case PER_MONTH:
        month = name && strncmp(name, "month ", 6) == 0 ? strtol(name + 6, &end, 10) : 0;
        return month >= 1 && month <= (long)limit_buckets(c) && *end == '\0' ? (int)month - 1 : -1;
    default: return name ? -1 : 0;
    }
}

/* Rows that a limit makes: one for each side, and each period, month or horizon in which it is in force. */
strait_status limit_rows(const strait_case *c, size_t rule, size_t *n)
{
    const struct rule *r = &c->rule.v[rule];
    size_t sides = (size_t)!isnan(r->at_most) + (size_t)!isnan(r->at_least), n_bucket = limit_buckets(c);
    bool *seen = mem_calloc(n_bucket, sizeof *seen);

    if (!seen)
        return STRAIT_ENOMEM;
    *n = 0;
    for (size_t t = 0; t < c->n_segment; t++)
        if (limit_in_force(c, rule, t))
            seen[limit_bucket(c, rule, t)] = true;
    for (size_t k = 0; k < n_bucket; k++)
        *n += seen[k] ? sides : 0;
    mem_free(seen);
    return STRAIT_OK;
}
