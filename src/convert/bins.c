/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "convert/bins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define WEEK_MIN 10080
#define MONDAY_MIN 5760   /* 1970-01-05 0:00 in minutes */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Room for minutes [first, first + n), with as much again on the side that grew. */
static strait_status make_room(struct bins *b, int64_t first, size_t n)
{
    size_t cap = n + n / 2 + 1440, front = first < b->first ? cap - n : 0;
    struct bin *v = mem_calloc(cap, sizeof *v);

    if (v == NULL)
        return STRAIT_ENOMEM;
    if (b->n > 0)
        memcpy(v + front + (size_t)(b->first - first), b->v + b->front, b->n * sizeof *v);
    mem_free(b->v);
    b->v = v;
    b->cap = cap;
    b->front = front;
    return STRAIT_OK;
}

/* Let [first, first + n) hold this minute too. */
static strait_status reach(struct bins *b, int64_t minute, bool *fits)
{
    int64_t first = b->n == 0 || minute < b->first ? minute : b->first;
    int64_t end = b->n == 0 || minute >= b->first + (int64_t)b->n ? minute + 1 : b->first + (int64_t)b->n;
    int64_t lead = b->n == 0 ? 0 : b->first - first;
    strait_status st = STRAIT_OK;

    *fits = end - first <= BINS_MOST;
    if (!*fits)
        return STRAIT_OK;
    if (b->n == 0 || lead > (int64_t)b->front || b->front + (size_t)(end - b->first) > b->cap)
        st = make_room(b, first, (size_t)(end - first));
    else
        b->front -= (size_t)lead;
    if (st != STRAIT_OK)
        return st;
    b->first = first;
    b->n = (size_t)(end - first);
    return STRAIT_OK;
}

strait_status bins_add(struct bins *b, int64_t us, const struct bin *add, bool *fits)
{
    int64_t minute = floor_div(us, MINUTE_US);
    bool begun = b->n > 0;
    struct bin *to;
    strait_status st = STRAIT_OK;

    *fits = true;
    if (!begun || minute < b->first || minute >= b->first + (int64_t)b->n)
        st = reach(b, minute, fits);
    if (st != STRAIT_OK || !*fits)
        return st;
    b->from_us = begun && b->from_us < us ? b->from_us : us;
    b->to_us = begun && b->to_us > us ? b->to_us : us;
    to = &b->v[b->front + (size_t)(minute - b->first)];
    to->requests += add->requests;
    to->input += add->input;
    to->output += add->output;
    return STRAIT_OK;
}

void bins_free(struct bins *b)
{
    mem_free(b->v);
    *b = (struct bins){.v = NULL};
}

static double requests_at(const struct bins *b, int64_t minute)
{
    return minute < b->first || minute >= b->first + (int64_t)b->n ? 0
                                                                     : b->v[b->front + (size_t)(minute - b->first)].requests;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

strait_status bins_peaks(const struct bins *b, int minutes, struct peaks *out)
{
    int64_t from = floor_div(b->from_us + minutes * MINUTE_US - 1, minutes * MINUTE_US);
    int64_t to = floor_div(b->to_us, minutes * MINUTE_US);
    double *v, sum = 0;
    size_t n;

    *out = (struct peaks){0, (double)NAN, (double)NAN, (double)NAN};
    if (b->n == 0 || to <= from)
        return STRAIT_OK;
    n = (size_t)(to - from);
    v = mem_calloc(n, sizeof *v);
    if (v == NULL)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < minutes; k++)
            v[i] += requests_at(b, (from + (int64_t)i) * minutes + k);
        sum += v[i];
    }
    qsort(v, n, sizeof *v, ascending);
    *out = (struct peaks){n, sum / (double)n, v[(size_t)ceil(0.95 * (double)n) - 1] * (double)n / sum,
                          v[n - 1] * (double)n / sum};
    mem_free(v);
    return STRAIT_OK;
}

void bins_week(const struct bins *b, int64_t offset, struct week *out)
{
    *out = (struct week){{0}, {0}};
    for (size_t i = 0; i < b->n; i++) {
        int64_t minute = b->first + (int64_t)i, local = (minute + offset / 60 - MONDAY_MIN) % WEEK_MIN;
        int64_t from = minute * MINUTE_US, to = from + MINUTE_US;
        size_t hour = (size_t)((local + WEEK_MIN) % WEEK_MIN / 60);

        from = from > b->from_us ? from : b->from_us;
        to = to < b->to_us ? to : b->to_us;
        out->requests[hour] += b->v[b->front + i].requests;
        out->hours[hour] += to > from ? (double)(to - from) / (60.0 * (double)MINUTE_US) : 0;
    }
}
