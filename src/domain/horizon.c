/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The horizon: periods as the user asked for, and segments, which no date that matters lies inside of. */
#include "domain/room.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LAST_DAY INT64_C(7289654400)   /* 2201-01-01: the end of the years that dates may have */

/** Have the periods been made? */
bool horizon_known(const strait_case *c)
{
    return c->n_period > 0;
}

/** The first moment after the horizon; the horizon must be known. */
int64_t horizon_end(const strait_case *c)
{
    return c->period[c->n_period - 1].to;
}

static int64_t boundary(const struct settings *s, int64_t i)
{
    switch (s->period) {
    case PERIOD_HOUR: return s->start + i * HOUR_S;
    case PERIOD_DAY: return s->start + i * DAY_S;
    case PERIOD_WEEK: return s->start + i * 7 * DAY_S;
    default: return date_add_months(s->start, (int)i);
    }
}

/**
 * Make the periods from start, period and periods; none when these are missing or wrong (a fault stands already).
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Test: tests/unit/check_timeline.c
 */
strait_status horizon_periods(strait_ctx *cx, strait_case *c)
{
    const struct settings *s = &c->settings;
    size_t n;

    if (s->start == DATE_NONE || s->periods == INT64_MIN || s->period < 0)
        return STRAIT_OK;
    if (boundary(s, s->periods) > LAST_DAY)
        return fault_field(cx, c, SEV_ERROR, KIND_settings, 0, FLD_settings_periods, "a horizon that ends by 2200",
                           "makes the horizon too long");
    n = (size_t)s->periods;
    c->period = arena_alloc(c->arena, n, sizeof *c->period);
    if (c->period == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < n; i++) {
        struct period *p = &c->period[i];

        p->from = boundary(s, (int64_t)i);
        p->to = boundary(s, (int64_t)i + 1);
        date_format(p->from, p->label);
    }
    c->n_period = n;
    return STRAIT_OK;
}

typedef VEC(int64_t) dates;

static strait_status add_cut(const strait_case *c, dates *d, int64_t date)
{
    if (date <= c->settings.start || date >= horizon_end(c))
        return STRAIT_OK;
    return VEC_PUSH(d, date);
}

static strait_status add_two(const strait_case *c, dates *d, int64_t a, int64_t b)
{
    strait_status st = add_cut(c, d, a);

    return st == STRAIT_OK ? add_cut(c, d, b) : st;
}

/* Ends of the leases that may be signed: starts lie on periods, ends need not. */
static strait_status add_lease_ends(const strait_case *c, dates *d, int o)
{
    size_t n = offer_starts(c, o, NULL, 0);
    int64_t *start = mem_calloc(n, sizeof *start);
    strait_status st = STRAIT_OK;

    if (start == NULL)
        return STRAIT_ENOMEM;
    offer_starts(c, o, start, n);
    for (size_t i = 0; i < n && st == STRAIT_OK; i++)
        st = add_cut(c, d, start[i] + c->offer.v[o].term * DAY_S);
    mem_free(start);
    return st;
}

static strait_status add_offers(const strait_case *c, dates *d)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->offer.n; i++) {
        TRY(add_two(c, d, c->offer.v[i].valid_from, c->offer.v[i].valid_to));
        if (c->offer.v[i].contract == CONTRACT_LEASE)
            TRY(add_lease_ends(c, d, (int)i));
    }
    for (size_t i = 0; i < c->signed_lease.n; i++)
        TRY(add_two(c, d, c->signed_lease.v[i].start, c->signed_lease.v[i].end));
out:
    return st;
}

static strait_status add_cuts(const strait_case *c, dates *d)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i <= c->n_period; i++)
        TRY(VEC_PUSH(d, i < c->n_period ? c->period[i].from : horizon_end(c)));
    for (size_t i = 0; i < c->rule.n; i++)
        if (c->rule.v[i].enabled)
            TRY(add_two(c, d, c->rule.v[i].from, c->rule.v[i].to));
    for (size_t i = 0; i < c->workload.n; i++)
        TRY(add_two(c, d, c->workload.v[i].start, c->workload.v[i].end));
    for (size_t i = 0; i < c->port.n; i++)
        TRY(add_cut(c, d, c->port.v[i].from));
    TRY(add_offers(c, d));
out:
    return st;
}

static int compare_dates(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static double discount(const strait_case *c, double seconds)
{
    return pow(1 + c->settings.discount_rate, -seconds / YEAR_S);
}

/** Present value at the first day of money that is due on a date:  (1 + discount_rate)^-years, years of 365 days. */
double date_discount(const strait_case *c, int64_t date)
{
    return discount(c, (double)(date - c->settings.start));
}

/* Segments between consecutive dates, and the periods' share of them. */
static void fill_segments(strait_case *c, const dates *d)
{
    size_t p = 0;

    for (size_t t = 0; t < c->n_segment; t++) {
        struct segment *s = &c->segment[t];

        s->from = d->v[t];
        s->to = d->v[t + 1];
        s->hours = (double)(s->to - s->from) / HOUR_S;
        s->discount = discount(c, (double)(s->from - c->settings.start) + 0.5 * (double)(s->to - s->from));
        while (c->period[p].to <= s->from)
            p++;
        s->period = p;
        if (c->period[p].n_seg++ == 0)
            c->period[p].seg0 = t;
    }
}

/**
 * Cut the periods into segments at every date inside the horizon at which something may begin or end: enabled rules,
 * windows of workloads, ports, valid dates of offers, signed leases, and ends of leases that may be signed.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost O(n log n) in the dates.  Test: tests/unit/check_timeline.c
 */
strait_status horizon_cut(strait_ctx *cx, strait_case *c)
{
    dates d = {0};
    size_t n = 0;
    strait_status st;

    TRY(add_cuts(c, &d));
    qsort(d.v, d.n, sizeof *d.v, compare_dates);
    for (size_t i = 0; i < d.n; i++)
        if (n == 0 || d.v[i] != d.v[n - 1])
            d.v[n++] = d.v[i];
    c->segment = arena_alloc(c->arena, n - 1, sizeof *c->segment);
    if (c->segment == NULL)
        TRY(STRAIT_ENOMEM);
    c->n_segment = n - 1;
    fill_segments(c, &d);
out:
    VEC_FREE(&d);
    return st == STRAIT_OK ? st : cx_nomem(cx);
}

/** The segment that holds a date of the horizon. */
size_t segment_at(const strait_case *c, int64_t date)
{
    size_t lo = 0, hi = c->n_segment - 1;

    while (lo < hi) {
        size_t mid = lo + (hi - lo + 1) / 2;

        if (c->segment[mid].from <= date)
            lo = mid;
        else
            hi = mid - 1;
    }
    return lo;
}

/** Hours of segment t inside [from, to); DATE_NONE: open. */
double segment_overlap(const strait_case *c, size_t t, int64_t from, int64_t to)
{
    int64_t a = c->segment[t].from, b = c->segment[t].to;

    if (from != DATE_NONE && from > a)
        a = from;
    if (to != DATE_NONE && to < b)
        b = to;
    return b > a ? (double)(b - a) / HOUR_S : 0;
}

/** Does segment t lie wholly inside [from, to); DATE_NONE: open? */
bool segment_inside(const strait_case *c, size_t t, int64_t from, int64_t to)
{
    return (from == DATE_NONE || from <= c->segment[t].from) && (to == DATE_NONE || c->segment[t].to <= to);
}
