/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Demand of each service and region: requests in each segment, and how far the peak lies above the mean. */
#include "domain/room.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One row of demands, ready to be integrated. */
struct flow {
    int64_t from, to;
    double per_h;
    const struct shape *shape;   /* NULL: flat */
    double peak;                 /* NaN: from the shape */
};

struct demands {
    const strait_case *c;
    const struct flow *flow;     /* of one pair, by time */
    size_t n;
    int64_t offset;              /* local time minus UTC, seconds */
    double *hourly;              /* room for the hours of the longest period */
};

/* What of a period lies in the service's window. */
struct span { int64_t from, to; };

/* Requests of one row in [from, to). */
static double requests(const struct demands *d, const struct flow *f, int64_t from, int64_t to)
{
    int64_t a = f->from > from ? f->from : from, b = f->to < to ? f->to : to;

    if (b <= a)
        return 0;
    if (f->shape == NULL)
        return f->per_h * ((double)(b - a) / HOUR_S);
    return f->per_h * shape_integral(f->shape, a + d->offset, b + d->offset);
}

/* Requests of all rows from i on in [from, to). */
static double requests_all(const struct demands *d, size_t i, int64_t from, int64_t to)
{
    double sum = 0;

    for (; i < d->n && d->flow[i].from < to; i++)
        sum += requests(d, &d->flow[i], from, to);
    return sum;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* The 95th percentile by linear interpolation of the sorted hours, or the largest. */
static double top(double *v, size_t n, bool p95)
{
    double at = 0.95 * (double)(n - 1);
    size_t i = (size_t)at;

    qsort(v, n, sizeof *v, compare_doubles);
    if (!p95 || i + 1 >= n)
        return v[n - 1];
    return v[i] + (at - (double)i) * (v[i + 1] - v[i]);
}

/* Peak requests per hour of a span by the hours that it holds; a last part of an hour counts as its mean. */
static double hourly_peak(const struct demands *d, size_t i, const struct span *s)
{
    size_t n = 0;

    for (int64_t h = s->from; h < s->to; h += HOUR_S) {
        int64_t end = h + HOUR_S < s->to ? h + HOUR_S : s->to;

        while (i < d->n && d->flow[i].to <= h)
            i++;
        d->hourly[n++] = requests_all(d, i, h, end) * HOUR_S / (double)(end - h);
    }
    return top(d->hourly, n, d->c->settings.peak == PEAK_P95);
}

/*
 * Peak over mean of a span, whose rows begin at i.  Stated peaks win in their rows; rows without one are read hour by
 * hour, unless all is one flat row.
 */
static double peak_factor(const struct demands *d, size_t i, const struct span *s, double total)
{
    double stated = 0, mean = total * HOUR_S / (double)(s->to - s->from);
    bool hours = false;

    if (mean <= 0)
        return 1;
    for (size_t k = i; k < d->n && d->flow[k].from < s->to; k++) {
        const struct flow *f = &d->flow[k];
        int64_t a = f->from > s->from ? f->from : s->from, b = f->to < s->to ? f->to : s->to;

        if (!isnan(f->peak))
            stated = fmax(stated, f->peak * requests(d, f, a, b) * HOUR_S / (double)(b - a));
        else if (f->shape != NULL || a > s->from || b < s->to)
            hours = true;
    }
    if (hours)
        stated = fmax(stated, hourly_peak(d, i, s));
    return fmax(1, stated / mean);
}

/* The segments [*t, end) of one period that lie in the window, from *t on; false: none.  A window cuts segments. */
static bool next_span(const strait_case *c, const struct workload *w, size_t *t, size_t *end, struct span *s)
{
    while (*t < c->n_segment && !segment_inside(c, *t, w->start, w->end))
        (*t)++;
    for (*end = *t; *end < c->n_segment && c->segment[*end].period == c->segment[*t].period; (*end)++)
        if (!segment_inside(c, *end, w->start, w->end))
            break;
    if (*end == *t)
        return false;
    *s = (struct span){c->segment[*t].from, c->segment[*end - 1].to};
    return true;
}

/*
 * A period is known by its mean and its peak; its parts have the same, so that a date which means nothing to a service
 * changes nothing for it.
 */
static void fill_pair(const struct demands *d, const struct workload *w, struct demand_pair *p)
{
    const strait_case *c = d->c;
    struct span s;
    size_t i = 0, end;

    for (size_t t = 0; t < c->n_segment; t++)
        p->peak[t] = 1;
    for (size_t t = 0; next_span(c, w, &t, &end, &s); t = end) {
        double total, peak;

        while (i < d->n && d->flow[i].to <= s.from)
            i++;
        total = requests_all(d, i, s.from, s.to);
        peak = peak_factor(d, i, &s, total);
        for (size_t k = t; k < end; k++) {
            p->requests[k] = total * (c->segment[k].hours * HOUR_S / (double)(s.to - s.from));
            p->peak[k] = peak;
        }
    }
}

static struct flow flow_of(const strait_case *c, const struct shapes *shapes, const struct series_row *r)
{
    const struct demand *row = &c->demand.v[r->row];

    return (struct flow){r->from, r->to, r->value, row->profile == NULL ? NULL : shape_find(shapes, row->profile),
                         row->peak};
}

static strait_status new_pair(strait_case *c, const struct series_row *r, struct demand_pair *p)
{
    p->workload = r->a;
    p->region = r->b;
    p->requests = arena_alloc(c->arena, c->n_segment, sizeof *p->requests);
    p->peak = arena_alloc(c->arena, c->n_segment, sizeof *p->peak);
    return p->requests == NULL || p->peak == NULL ? STRAIT_ENOMEM : STRAIT_OK;
}

static size_t count_pairs(const struct series_row *v, size_t n)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++)
        if (i == 0 || v[i].a != v[i - 1].a || v[i].b != v[i - 1].b)
            k++;
    return k;
}

static double *new_hours(const strait_case *c)
{
    int64_t longest = 0;

    for (size_t i = 0; i < c->n_period; i++)
        if (c->period[i].to - c->period[i].from > longest)
            longest = c->period[i].to - c->period[i].from;
    return mem_calloc((size_t)(longest / HOUR_S) + 1, sizeof(double));
}

static strait_status fill_pairs(strait_case *c, const struct series_row *v, size_t n, const struct flow *flow,
                                double *hourly)
{
    struct timeline *tl = c->timeline;
    size_t end;

    tl->pair = arena_alloc(c->arena, count_pairs(v, n), sizeof *tl->pair);
    if (tl->pair == NULL)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < n; i = end) {
        struct demands d = {c, flow + i, 0, llround(c->region.v[v[i].b].utc_offset * HOUR_S), hourly};

        for (end = i; end < n && v[end].a == v[i].a && v[end].b == v[i].b; end++)
            d.n++;
        if (new_pair(c, &v[i], &tl->pair[tl->n_pair]) != STRAIT_OK)
            return STRAIT_ENOMEM;
        fill_pair(&d, &c->workload.v[v[i].a], &tl->pair[tl->n_pair++]);
    }
    return STRAIT_OK;
}

/**
 * Fill timeline.pair, by workload and region:
 *   requests of a period = sum over rows of per_h * integral of the profile over the row's local hours in the period,
 *   peak of a period = p95 or peak of its hours over their mean, at least 1; a stated peak wins;
 *   requests[t] = the segment's share of its period by hours, peak[t] = its period's peak.
 * Demand outside the service's window does not count.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM (no message)
 * Cost O(rows log rows + pairs * (segments + hours log hours of a period)).  Test: tests/unit/check_timeline.c
 */
strait_status demand_build(strait_case *c)
{
    struct series_row *v = NULL;
    struct shapes shapes = {0};
    struct flow *flow = NULL;
    double *hourly = NULL;
    size_t n;
    strait_status st;

    TRY(series_collect(c, &series_demand, &v, &n));
    TRY(shapes_new(c, &shapes));
    flow = mem_calloc(n, sizeof *flow);
    hourly = new_hours(c);
    if (flow == NULL || hourly == NULL)
        TRY(STRAIT_ENOMEM);
    for (size_t i = 0; i < n; i++)
        flow[i] = flow_of(c, &shapes, &v[i]);
    TRY(fill_pairs(c, v, n, flow, hourly));
out:
    mem_free(v);
    mem_free(flow);
    mem_free(hourly);
    shapes_free(&shapes);
    return st;
}
