/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All money into the case's currency and price year. */
#include "domain/room.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct pending { uint64_t where; size_t index; uint32_t currency; };   /* where: kind, field, row */

static int compare_pending(const void *a, const void *b)
{
    const struct pending *x = a, *y = b;

    if (x->where != y->where)
        return x->where < y->where ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Entries by field, those of one field in the order given. */
static struct pending *sorted(const struct draft *d)
{
    struct pending *v = mem_calloc(d->money.n, sizeof *v);

    if (v == NULL)
        return NULL;
    for (size_t i = 0; i < d->money.n; i++) {
        const struct money_entry *e = &d->money.v[i];

        v[i] = (struct pending){(uint64_t)e->kind << 48 | (uint64_t)e->field << 32 | e->row, i, e->currency};
    }
    qsort(v, d->money.n, sizeof *v, compare_pending);
    return v;
}

/* Case currency per unit of a currency; 0 when there is no rate. */
static double rate_of(const strait_case *c, uint32_t symbol)
{
    const char *code = c->draft->names.v[symbol];
    int row;

    if (c->settings.currency != NULL && strcmp(code, c->settings.currency) == 0)
        return 1;
    row = case_find(c, KIND_exchange, code);
    return row < 0 || isnan(c->exchange.v[row].rate) ? 0 : c->exchange.v[row].rate;
}

static strait_status no_rate(strait_ctx *cx, const strait_case *c, enum kind k, size_t row, size_t field,
                             const char *code)
{
    return fault_field(cx, c, SEV_ERROR, k, row, field, "a row of exchanges with its rate",
                       "is in %s, for which there is no exchange rate into %s", code,
                       c->settings.currency == NULL ? "the case's currency" : c->settings.currency);
}

static strait_status convert(strait_ctx *cx, strait_case *c, const struct pending *p, double *rates)
{
    enum kind k = (enum kind)(p->where >> 48);
    size_t field = p->where >> 32 & 0xffff, row = p->where & 0xffffffff;
    double *x = field_ptr(c, k, row, &kind_desc(k)->field[field]);
    double *rate = &rates[p->currency];

    if (isnan(*rate))
        *rate = rate_of(c, p->currency);
    if (*rate > 0) {
        *x *= *rate;
        return STRAIT_OK;
    }
    if (*rate < 0)
        return STRAIT_OK;
    *rate = -1;   /* told once per currency: one row of exchanges mends them all */
    return no_rate(cx, c, k, row, field, c->draft->names.v[p->currency]);
}

static strait_status convert_currencies(strait_ctx *cx, strait_case *c)
{
    struct draft *d = c->draft;
    struct pending *v = sorted(d);
    double *rates = mem_calloc(d->names.n, sizeof *rates);
    strait_status st = STRAIT_OK;

    if (v == NULL || rates == NULL)
        TRY(cx_nomem(cx));
    for (size_t i = 0; i < d->names.n; i++)
        rates[i] = (double)NAN;
    for (size_t i = 0; i < d->money.n; i++) {
        bool last = i + 1 == d->money.n || v[i + 1].where != v[i].where;

        if (last && v[i].currency != SYMBOL_NONE &&
            field_given(c, (enum kind)(v[i].where >> 48), v[i].where & 0xffffffff, v[i].where >> 32 & 0xffff))
            TRY(convert(cx, c, &v[i], rates));
    }
    VEC_FREE(&d->money);
out:
    mem_free(v);
    mem_free(rates);
    return st;
}

static double index_of(const strait_case *c, int64_t year)
{
    for (size_t i = 0; i < c->price_index.n; i++)
        if (c->price_index.v[i].year == year)
            return c->price_index.v[i].index;
    return (double)NAN;
}

/* Index of the case's year over that of the offer; NaN with a fault when one is missing. */
static strait_status year_factor(strait_ctx *cx, const strait_case *c, size_t o, double *factor)
{
    int64_t year = c->offer.v[o].price_year;

    *factor = 1;
    if (year == INT64_MIN || year == c->settings.price_year || c->settings.price_year == INT64_MIN)
        return STRAIT_OK;
    *factor = index_of(c, c->settings.price_year) / index_of(c, year);
    if (!isnan(*factor))
        return STRAIT_OK;
    return fault_field(cx, c, SEV_ERROR, KIND_offer, o, FLD_offer_price_year,
                       "rows of indexes for both years",
                       "is not the case's price year %lld, and indexes do not hold both",
                       (long long)c->settings.price_year);
}

static strait_status convert_years(strait_ctx *cx, strait_case *c)
{
    double *factor = mem_calloc(c->offer.n, sizeof *factor);
    strait_status st = STRAIT_OK;

    if (factor == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < c->offer.n; i++) {
        TRY(year_factor(cx, c, i, &factor[i]));
        c->offer.v[i].price *= factor[i];
        c->offer.v[i].capex *= factor[i];
    }
    for (size_t i = 0; i < c->price.n; i++)
        if (c->price.v[i].offer >= 0)
            c->price.v[i].price *= factor[c->price.v[i].offer];
    for (size_t i = 0; i < c->signed_lease.n; i++)
        if (c->signed_lease.v[i].offer >= 0)
            c->signed_lease.v[i].price *= factor[c->signed_lease.v[i].offer];
out:
    mem_free(factor);
    return st;
}

/**
 * Convert money given in other currencies (the last value of a field counts), then the money of offers of other price
 * years: their price, capex, price rows and signed leases.  A missing rate or index is a fault.
 *
 * Cost O(n log n) in the foreign values.  Test: tests/unit/check_finish.c
 */
strait_status finish_money(strait_ctx *cx, strait_case *c)
{
    strait_status st = convert_currencies(cx, c);

    return st == STRAIT_OK ? convert_years(cx, c) : st;
}
