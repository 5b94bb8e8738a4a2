/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All money into the case's currency and price year. */
#include "domain/room.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pending { uint64_t where; size_t index; uint32_t currency; int word; };   /* where: kind, field, row */

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

        v[i] = (struct pending){(uint64_t)e->kind << 48 | (uint64_t)e->field << 32 | e->row, i, e->currency, e->word};
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

/* Only now is the amount known that the plan will use. */
static strait_status check_range(strait_ctx *cx, const strait_case *c, enum kind k, size_t row, size_t field)
{
    const struct field_desc *fd = &kind_desc(k)->field[field];
    double x = *(const double *)field_ptr(c, k, row, fd);
    char range[128];

    if (isnan(x) || value_in_range(fd, x))
        return STRAIT_OK;
    value_range(fd, range, sizeof range);
    return fault_field(cx, c, SEV_ERROR, k, row, field, range, "is out of range in the case's currency and price year");
}

static strait_status scale(strait_ctx *cx, strait_case *c, enum kind k, size_t row, size_t field, double factor)
{
    if (factor == 1)
        return STRAIT_OK;
    *(double *)field_ptr(c, k, row, &kind_desc(k)->field[field]) *= factor;
    return check_range(cx, c, k, row, field);
}

static strait_status convert(strait_ctx *cx, strait_case *c, const struct pending *p, double *rates)
{
    enum kind k = (enum kind)(p->where >> 48);
    size_t field = p->where >> 32 & 0xffff, row = p->where & 0xffffffff;
    double *rate = &rates[p->currency];

    if (isnan(*rate))
        *rate = rate_of(c, p->currency);
    if (*rate > 0)
        return scale(cx, c, k, row, field, *rate);
    if (*rate < 0)
        return STRAIT_OK;
    *rate = -1;   /* told once per currency: one row of exchanges mends them all */
    return no_rate(cx, c, k, row, field, c->draft->names.v[p->currency]);
}

/* The unit that was written fits one word of an ENUM of the record; it must be the record's. */
static strait_status check_word(strait_ctx *cx, const strait_case *c, const struct pending *p)
{
    enum kind k = (enum kind)(p->where >> 48);
    size_t field = p->where >> 32 & 0xffff, row = p->where & 0xffffffff;
    const struct field_desc *fd = &kind_desc(k)->field[field], *by;
    struct word w[WORDS_MAX], unit[WORDS_MAX];
    char key[32], allowed[160];
    int own;

    snprintf(key, sizeof key, "%.*s", (int)strcspn(fd->extra, ":"), fd->extra);
    by = field_by_key(kind_desc(k), key, NULL);
    own = *(const int *)field_ptr(c, k, row, by);
    if (own < 0 || own == p->word)
        return STRAIT_OK;
    (void)words_split(by->extra, w);
    (void)words_split(strchr(fd->extra, ':') + 1, unit);
    snprintf(allowed, sizeof allowed, "a number alone%s%.*s", unit[own].n == 0 ? "" : ", or one with a unit like ",
             (int)unit[own].n, unit[own].s);
    return fault_field(cx, c, SEV_ERROR, k, row, field, allowed, "has a unit of %s %.*s, and this %s is %.*s", key,
                       (int)w[p->word].n, w[p->word].s, key, (int)w[own].n, w[own].s);
}

static strait_status finish_entry(strait_ctx *cx, strait_case *c, const struct pending *p, double *rates)
{
    enum kind k = (enum kind)(p->where >> 48);
    strait_status st = STRAIT_OK;

    if (!field_given(c, k, p->where & 0xffffffff, p->where >> 32 & 0xffff))
        return STRAIT_OK;
    if (p->word >= 0)
        st = check_word(cx, c, p);
    return st == STRAIT_OK && p->currency != SYMBOL_NONE ? convert(cx, c, p, rates) : st;
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

        if (last)
            TRY(finish_entry(cx, c, &v[i], rates));
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
        TRY(scale(cx, c, KIND_offer, i, FLD_offer_price, factor[i]));
        TRY(scale(cx, c, KIND_offer, i, FLD_offer_capex, factor[i]));
    }
    for (size_t i = 0; i < c->price.n; i++)
        if (c->price.v[i].offer >= 0)
            TRY(scale(cx, c, KIND_price, i, FLD_price_price, factor[c->price.v[i].offer]));
    for (size_t i = 0; i < c->signed_lease.n; i++)
        if (c->signed_lease.v[i].offer >= 0)
            TRY(scale(cx, c, KIND_signed_lease, i, FLD_signed_lease_price, factor[c->signed_lease.v[i].offer]));
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
