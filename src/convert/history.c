/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prices with dates, a row where something changed: replayed in order of time into prices and availabilities of offers. */
#include <math.h>
#include <stdlib.h>

#include "convert/skypilot.h"
#include "domain/domain.h"

struct replay {
    struct job *j;
    struct catalogue *c;
    double *price;             /* place: as it stands; NaN: not listed */
    double *said;              /* deal: last price told; NaN: none yet */
    bool *there;               /* deal: some place was listed when last told */
    strait_table *prices, *availabilities;
};

static int by_deal_and_date(const void *a, const void *b)
{
    const struct event *x = a, *y = b;

    if (x->deal != y->deal)
        return x->deal < y->deal ? -1 : 1;
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return x->n < y->n ? -1 : 1;
}

/* Lowest price that stands among the places of events [from, to), of one deal. */
static double lowest(const struct replay *r, const struct event *from, const struct event *to)
{
    double low = (double)NAN;

    for (const struct event *e = from; e < to; e++)
        if (!isnan(r->price[e->place]) && !(low <= r->price[e->place]))
            low = r->price[e->place];
    return low;
}

/* What a deal costs from a date on, where it is not what was said before. */
static strait_status say(struct replay *r, struct deal *d, size_t i, int64_t date, double price)
{
    const struct asked *ask = &r->j->ask;
    bool there = !isnan(price);
    char from[24];
    strait_status st = STRAIT_OK;

    date_format(date, from);
    if (there && price != r->said[i]) {
        TRY(table_add(r->prices, d->name, from, price, ask->source != NULL ? ask->source : job_stem(r->j, d->best.file), from,
                      ask->kind != NULL ? ask->kind : "reported"));
        d->best.price = r->said[i] = price;
    }
    if (ask->count > 0 && there != r->there[i])
        TRY(table_add(r->availabilities, d->name, from, there ? ask->count : (int64_t)0));
    r->there[i] = there;
out:
    return st;
}

/* All events of one deal, a date at a time; only instances of the unit that stands for it count. */
static strait_status replay_deal(struct replay *r, const struct event *e, size_t n)
{
    struct deal *d = &r->c->deal.v[e->deal];
    strait_status st = STRAIT_OK;
    size_t same;

    for (size_t i = 0; i < n && st == STRAIT_OK; i += same) {
        bool touched = false;

        for (same = 0; i + same < n && e[i + same].date == e[i].date; same++)
            if (e[i + same].unit == d->best.unit) {
                r->price[e[i + same].place] = e[i + same].price;
                touched = true;
            }
        if (touched)
            st = say(r, d, e->deal, e[i].date, lowest(r, e, e + i + same));
    }
    return st;
}

static strait_status replay(struct replay *r)
{
    const struct event *e = r->c->event.v;
    strait_status st = STRAIT_OK;

    for (size_t i = 0, n; i < r->c->event.n && st == STRAIT_OK; i += n) {
        for (n = 1; i + n < r->c->event.n && e[i + n].deal == e[i].deal;)
            n++;
        st = replay_deal(r, e + i, n);
    }
    return st;
}

static double *nans(size_t n)
{
    double *v = mem_calloc(n, sizeof *v);

    for (size_t i = 0; v != NULL && i < n; i++)
        v[i] = (double)NAN;
    return v;
}

/**
 * Table "prices" of the deals whose rows have dates: from each date on the lowest price of the zones that are listed; and
 * with option count table "availabilities", 0 from the date when the last zone is gone.
 *
 * @param c  events are sorted; best.price becomes the last price
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost O(events log events + events of a deal * its dates).  Test: tests/unit/check_convert.c
 */
strait_status history_tables(struct job *j, struct catalogue *c)
{
    static const struct column_def prices[] = {
        {"offer", STRAIT_TEXT, ""}, {"from", STRAIT_TEXT, ""}, {"price", STRAIT_REAL, "USD/h"}, {"source", STRAIT_TEXT, ""},
        {"date", STRAIT_TEXT, ""}, {"kind", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    static const struct column_def availabilities[] = {
        {"offer", STRAIT_TEXT, ""}, {"from", STRAIT_TEXT, ""}, {"count", STRAIT_INT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    struct replay r = {.j = j, .c = c, .price = nans(c->place_key.text.n), .said = nans(c->deal.n)};
    strait_status st = STRAIT_OK;

    r.there = mem_calloc(c->deal.n, sizeof *r.there);
    if (r.price == NULL || r.said == NULL || r.there == NULL)
        st = STRAIT_ENOMEM;
    TRY(st);
    TRY(table_new(&r.prices, "prices", prices));
    TRY(table_new(&r.availabilities, "availabilities", availabilities));
    if (c->event.n > 0)
        qsort(c->event.v, c->event.n, sizeof *c->event.v, by_deal_and_date);
    TRY(replay(&r));
    TRY(job_give(j, &r.prices));
    TRY(job_give(j, &r.availabilities));
out:
    table_free(r.prices);
    table_free(r.availabilities);
    mem_free(r.price);
    mem_free(r.said);
    mem_free(r.there);
    return st;
}
