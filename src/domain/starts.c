/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days on which a lease or purchase can start. */
#include "domain/room.h"

/* The first period boundary at or after a date; the horizon's end when there is none inside it. */
static int64_t snap(const strait_case *c, int64_t date)
{
    size_t lo = 0, hi = c->n_period;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (c->period[mid].from < date)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < c->n_period ? c->period[lo].from : horizon_end(c);
}

/* Midnight of the first whole day at or after a date. */
static int64_t whole_day(int64_t date)
{
    int64_t rest = date % DAY_S;

    return rest == 0 ? date : rest > 0 ? date - rest + DAY_S : date - rest;
}

static int month_of(int64_t date)
{
    char text[24];

    date_format(date, text);
    return (text[5] - '0') * 10 + (text[6] - '0');
}

/* Midnight of the first of the month that a date lies in. */
static int64_t month_begin(int64_t date)
{
    char text[24];

    date_format(date, text);
    return whole_day(date - DAY_S + 1) - ((text[8] - '0') * 10 + (text[9] - '0') - 1) * DAY_S;
}

/* The grid's next date after `date`. */
static int64_t next_on_grid(const strait_case *c, int grid, int64_t date)
{
    if (grid == GRID_WEEK)
        return date + 7 * DAY_S;
    if (grid == GRID_ONCE)
        return horizon_end(c);
    do
        date = date_add_months(month_begin(date), 1);
    while (grid == GRID_QUARTER && month_of(date) % 3 != 1);
    return date;
}

static bool possible(const strait_case *c, const struct offer *o, int64_t start)
{
    return start < horizon_end(c) && start >= c->settings.start + o->lead * DAY_S &&
           (o->valid_from == DATE_NONE || start >= o->valid_from) && (o->valid_to == DATE_NONE || start < o->valid_to);
}

/* The grid's first date: the horizon's start, or with `once` the earliest day that the lead time allows. */
static int64_t first_on_grid(const strait_case *c, const struct offer *o)
{
    int64_t date = c->settings.start + o->lead * DAY_S;

    if (o->start_grid != GRID_ONCE)
        return c->settings.start;
    if (o->valid_from != DATE_NONE && o->valid_from > date)
        date = o->valid_from;
    return whole_day(date);
}

/** Starts of offer o; see domain.h.  Cost O(grid dates * log periods). */
size_t offer_starts(const strait_case *c, int o, int64_t *out, size_t cap)
{
    const struct offer *f = &c->offer.v[o];
    int64_t last = DATE_NONE;
    size_t n = 0;

    if (f->contract != CONTRACT_LEASE && f->contract != CONTRACT_PURCHASE)
        return 0;
    for (int64_t date = first_on_grid(c, f); date < horizon_end(c); date = next_on_grid(c, f->start_grid, date)) {
        int64_t start = snap(c, date);

        if (start == last || !possible(c, f, start))
            continue;
        last = start;
        if (n < cap)
            out[n] = start;
        n++;
    }
    return n;
}
