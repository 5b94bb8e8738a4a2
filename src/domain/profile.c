/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapes of demand over the local day or week. */
#include "domain/room.h"

#include <math.h>
#include <string.h>

#define MONDAY INT64_C(345600)   /* 1970-01-05, a Monday, 0:00 */

static struct shape *find_or_add(struct shapes *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->v[i].name == name)
            return &s->v[i];
    s->v[s->n].name = name;
    return &s->v[s->n++];
}

static size_t count_names(const strait_case *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->profile.n; i++)
        if (i == 0 || c->profile.v[i].profile != c->profile.v[i - 1].profile)
            n++;
    return n;
}

/* Divide by the mean and add up; a profile without weight stays as it is. */
static void normalise(struct shape *s)
{
    double sum = 0;

    for (int h = 0; h < s->n_hour; h++)
        sum += s->weight[h];
    for (int h = 0; h < s->n_hour && sum > 0; h++)
        s->weight[h] *= s->n_hour / sum;
    for (int h = 0; h < s->n_hour; h++)
        s->sum[h + 1] = s->sum[h] + s->weight[h];
}

/**
 * The profiles of a case by name, in the order of their first rows, weights relative to the mean.
 *
 * @param out  to be freed with shapes_free; untouched on failure
 * @return STRAIT_OK, STRAIT_ENOMEM (no message)
 */
strait_status shapes_new(const strait_case *c, struct shapes *out)
{
    struct shapes s = {0, mem_calloc(count_names(c), sizeof(struct shape))};
    struct shape *p = NULL;

    if (s.v == NULL)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < c->profile.n; i++) {
        const struct profile *r = &c->profile.v[i];

        if (r->profile == NULL || r->hour < 0 || r->hour > 167 || isnan(r->weight))
            continue;
        if (p == NULL || p->name != r->profile)
            p = find_or_add(&s, r->profile);
        p->weight[r->hour] = r->weight;
        if (r->hour >= p->n_hour)
            p->n_hour = r->hour < 24 ? 24 : 168;
    }
    for (size_t i = 0; i < s.n; i++)
        normalise(&s.v[i]);
    *out = s;
    return STRAIT_OK;
}

void shapes_free(struct shapes *s)
{
    mem_free(s->v);
}

const struct shape *shape_find(const struct shapes *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->v[i].name == name)
            return &s->v[i];
    return NULL;
}

/* Integral over the first `at` seconds of a cycle, in hours. */
static double within(const struct shape *s, int64_t at)
{
    int64_t hour = at / HOUR_S;
    double part = (double)(at % HOUR_S) / HOUR_S;

    return s->sum[hour] + (part > 0 ? part * s->weight[hour] : 0);
}

/**
 * Integral of a shape over [from, to) of local time, in hours: to - from where the demand is flat or over whole cycles.
 *
 * @param s           a complete profile
 * @param local_from  seconds since 1970-01-01T00:00 of local time
 * Cost O(1)
 */
double shape_integral(const struct shape *s, int64_t local_from, int64_t local_to)
{
    int64_t cycle = (int64_t)s->n_hour * HOUR_S;
    int64_t first = (local_from - MONDAY) % cycle;
    int64_t length = local_to - local_from, last;

    if (first < 0)
        first += cycle;
    last = first + length % cycle;
    if (last <= cycle)
        return (double)(length / cycle) * s->n_hour + (within(s, last) - within(s, first));
    return (double)(length / cycle) * s->n_hour + (s->sum[s->n_hour] - within(s, first)) + within(s, last - cycle);
}
