/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds in each segment: prices, availability, tariffs, carbon, power. */
#include "domain/room.h"

#include <math.h>

/* The segments that [from, to) touches; false when none. */
static bool touched(const strait_case *c, int64_t from, int64_t to, size_t *t0, size_t *t1)
{
    if (to <= c->settings.start || from >= horizon_end(c) || from >= to)
        return false;
    *t0 = from <= c->settings.start ? 0 : segment_at(c, from);
    *t1 = to >= horizon_end(c) ? c->n_segment : segment_at(c, to - 1) + 1;
    return true;
}

/*
 * Mean by hours and least value in segment t of the rows at r (the first that touches t), and of the base in the hours
 * that no row covers.  Without a base (infinite: no cap) the mean is over the covered hours: a cap holds when it holds.
 */
static void reduce(const strait_case *c, size_t t, const struct series_row *r, size_t n, double base, double *mean,
                   double *least)
{
    double sum = 0, hours = 0, total = c->segment[t].hours;

    *least = (double)INFINITY;
    for (size_t i = 0; i < n && r[i].from < c->segment[t].to; i++) {
        double h = segment_overlap(c, t, r[i].from, r[i].to);

        sum += r[i].value * h;
        hours += h;
        *least = fmin(*least, r[i].value);
    }
    if (hours < total)
        *least = fmin(*least, base);
    if (hours >= total || isinf(base))
        *mean = sum / hours;
    else
        *mean = (sum + base * (total - hours)) / total;
}

/* Lay the rows of one key over mean[] and least[] (may be NULL), which hold the base. */
static void lay_rows(const strait_case *c, const struct series_row *r, size_t n, double base, double *mean,
                     double *least)
{
    size_t t0, t1;

    for (size_t i = 0; i < n; i++) {
        if (!touched(c, r[i].from, r[i].to, &t0, &t1))
            continue;
        for (size_t t = t0; t < t1; t++) {
            double m = r[i].value, l = r[i].value;

            if (i > 0 && r[i - 1].to > c->segment[t].from)
                continue;   /* done with the row before */
            if (!segment_inside(c, t, r[i].from, r[i].to))
                reduce(c, t, r + i, n - i, base, &m, &l);
            mean[t] = m;
            if (least != NULL)
                least[t] = l;
        }
    }
}

/* A table of `rows` bases over all segments, with the rows of a series over it; least may be NULL. */
static strait_status lay_series(const strait_case *c, const struct series_kind *s, size_t rows, const double *base,
                                double *mean, double *least)
{
    struct series_row *v;
    size_t n, end;

    for (size_t i = 0; i < rows; i++)
        for (size_t t = 0; t < c->n_segment; t++) {
            mean[i * c->n_segment + t] = base[i];
            if (least != NULL)
                least[i * c->n_segment + t] = base[i];
        }
    if (series_collect(c, s, &v, &n) != STRAIT_OK)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < n; i = end) {
        size_t at = (size_t)v[i].a * c->n_segment;

        for (end = i; end < n && v[end].a == v[i].a; end++)
            continue;
        lay_rows(c, v + i, end - i, base[v[i].a], mean + at, least == NULL ? NULL : least + at);
    }
    mem_free(v);
    return STRAIT_OK;
}

static strait_status sites_build(strait_case *c, struct timeline *tl)
{
    double *tariff = mem_calloc(3 * c->site.n, sizeof *tariff);
    double *carbon, *cap;
    strait_status st = STRAIT_OK;

    if (tariff == NULL)
        return STRAIT_ENOMEM;
    carbon = tariff + c->site.n;
    cap = carbon + c->site.n;
    for (size_t i = 0; i < c->site.n; i++) {
        tariff[i] = c->site.v[i].tariff;
        carbon[i] = c->site.v[i].carbon;
        cap[i] = isnan(c->site.v[i].power_cap) ? (double)INFINITY : c->site.v[i].power_cap;
    }
    TRY(lay_series(c, &series_tariff, c->site.n, tariff, tl->tariff, NULL));
    TRY(lay_series(c, &series_carbon, c->site.n, carbon, tl->carbon, NULL));
    TRY(lay_series(c, &series_power_cap, c->site.n, cap, tl->power_cap, NULL));
out:
    mem_free(tariff);
    return st;
}

/* What an offer has at all times, before the rows of availabilities. */
static double base_count(const struct offer *o)
{
    int64_t n = o->contract == CONTRACT_LEASE || o->contract == CONTRACT_PURCHASE ? o->maximum : o->count;

    return n == INT64_MIN ? 0 : (double)n;
}

/* Accelerators that are there anyway: none of what is leased or bought, none outside the valid dates. */
static void clear_unavailable(const strait_case *c, struct timeline *tl)
{
    for (size_t i = 0; i < c->offer.n; i++) {
        const struct offer *o = &c->offer.v[i];
        bool held = o->contract == CONTRACT_LEASE || o->contract == CONTRACT_PURCHASE;

        for (size_t t = 0; t < c->n_segment; t++) {
            size_t at = i * c->n_segment + t;

            tl->cap_active[at] = o->contract == CONTRACT_LEASE ? tl->avail_min[at] : 0;
            if (held || !segment_inside(c, t, o->valid_from, o->valid_to))
                tl->avail_mean[at] = tl->avail_min[at] = 0;
        }
    }
}

/* Leases signed already; segments never straddle their dates. */
static void add_signed(const strait_case *c, struct timeline *tl)
{
    size_t t0, t1;

    for (size_t i = 0; i < c->signed_lease.n; i++) {
        const struct signed_lease *s = &c->signed_lease.v[i];

        if (!touched(c, s->start, s->end, &t0, &t1))
            continue;
        for (size_t t = t0; t < t1; t++) {
            tl->avail_mean[(size_t)s->offer * c->n_segment + t] += (double)s->count;
            tl->avail_min[(size_t)s->offer * c->n_segment + t] += (double)s->count;
        }
    }
}

static strait_status offers_build(strait_case *c, struct timeline *tl)
{
    double *price = mem_calloc(2 * c->offer.n, sizeof *price);
    double *count;
    strait_status st = STRAIT_OK;

    if (price == NULL)
        return STRAIT_ENOMEM;
    count = price + c->offer.n;
    for (size_t i = 0; i < c->offer.n; i++) {
        price[i] = c->offer.v[i].price;
        count[i] = base_count(&c->offer.v[i]);
    }
    TRY(lay_series(c, &series_price, c->offer.n, price, tl->price, NULL));
    TRY(lay_series(c, &series_availability, c->offer.n, count, tl->avail_mean, tl->avail_min));
    clear_unavailable(c, tl);
    add_signed(c, tl);
out:
    mem_free(price);
    return st;
}

static strait_status arrays_new(strait_case *c, struct timeline *tl)
{
    double **const offer[] = {&tl->price, &tl->avail_mean, &tl->avail_min, &tl->cap_active};
    double **const site[] = {&tl->tariff, &tl->carbon, &tl->power_cap};

    for (size_t i = 0; i < sizeof offer / sizeof offer[0]; i++) {
        *offer[i] = arena_alloc(c->arena, c->offer.n * c->n_segment, sizeof(double));
        if (*offer[i] == NULL)
            return STRAIT_ENOMEM;
    }
    for (size_t i = 0; i < sizeof site / sizeof site[0]; i++) {
        *site[i] = arena_alloc(c->arena, c->site.n * c->n_segment, sizeof(double));
        if (*site[i] == NULL)
            return STRAIT_ENOMEM;
    }
    return STRAIT_OK;
}

/**
 * Make the timelines of a checked case with its segments; see struct timeline.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost O(rows log rows + (offers + sites + workloads * accelerators + pairs) * segments).
 * Test: tests/unit/check_timeline.c
 */
strait_status timeline_build(strait_ctx *cx, strait_case *c)
{
    strait_status st;

    c->timeline = arena_alloc(c->arena, 1, sizeof *c->timeline);
    if (c->timeline == NULL)
        return cx_nomem(cx);
    TRY(arrays_new(c, c->timeline));
    TRY(offers_build(c, c->timeline));
    TRY(sites_build(c, c->timeline));
    TRY(ramp_build(c));
    TRY(demand_build(c));
out:
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
