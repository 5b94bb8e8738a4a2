/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values over time: rows with a key, a first moment and an end. */
#include "domain/room.h"

#include <stdlib.h>

const struct series_kind series_price = {KIND_price, FLD_price_offer, NO_FIELD, FLD_price_from, FLD_price_to,
                                         FLD_price_price};
const struct series_kind series_availability = {KIND_availability, FLD_availability_offer, NO_FIELD,
                                                FLD_availability_from, FLD_availability_to, FLD_availability_count};
const struct series_kind series_tariff = {KIND_tariff, FLD_tariff_site, NO_FIELD, FLD_tariff_from, FLD_tariff_to,
                                          FLD_tariff_tariff};
const struct series_kind series_carbon = {KIND_carbon, FLD_carbon_site, NO_FIELD, FLD_carbon_from, FLD_carbon_to,
                                          FLD_carbon_intensity};
const struct series_kind series_power_cap = {KIND_power_cap, FLD_power_cap_site, NO_FIELD, FLD_power_cap_from,
                                             FLD_power_cap_to, FLD_power_cap_cap};
const struct series_kind series_demand = {KIND_demand, FLD_demand_workload, FLD_demand_region, FLD_demand_from,
                                          FLD_demand_to, FLD_demand_requests};

static const void *member(const strait_case *c, enum kind k, size_t row, size_t i_field)
{
    return field_ptr(c, k, row, &kind_desc(k)->field[i_field]);
}

static double value_of(const strait_case *c, const struct series_kind *s, size_t row)
{
    const void *p = member(c, s->kind, row, s->value);

    if (kind_desc(s->kind)->field[s->value].type == TYPE_INTEGER)
        return (double)*(const int64_t *)p;
    return *(const double *)p;
}

static int compare_rows(const void *x, const void *y)
{
    const struct series_row *p = x, *q = y;

    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    if (p->b != q->b)
        return p->b < q->b ? -1 : 1;
    if (p->from != q->from)
        return p->from < q->from ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

/**
 * The rows of a series by key and first moment; rows without a key or first moment (faults elsewhere) are left out.
 *
 * @param out  gets n rows, to be freed with mem_free
 * @return STRAIT_OK, STRAIT_ENOMEM (no message)
 * Cost O(n log n)
 */
strait_status series_collect(const strait_case *c, const struct series_kind *s, struct series_row **out, size_t *n)
{
    size_t rows = case_rows(c, s->kind), k = 0;
    struct series_row *v = mem_calloc(rows, sizeof *v);

    if (v == NULL)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < rows; i++) {
        struct series_row r = {.row = i, .b = -1};

        r.a = *(const int *)member(c, s->kind, i, s->a);
        r.b = s->b == NO_FIELD ? 0 : *(const int *)member(c, s->kind, i, s->b);
        r.from = *(const int64_t *)member(c, s->kind, i, s->from);
        r.to = *(const int64_t *)member(c, s->kind, i, s->to);
        r.value = value_of(c, s, i);
        if (r.a >= 0 && r.b >= 0 && r.from != DATE_NONE)
            v[k++] = r;
    }
    qsort(v, k, sizeof *v, compare_rows);
    *out = v;
    *n = k;
    return STRAIT_OK;
}

static bool same_key(const struct series_row *p, const struct series_row *q)
{
    return p->a == q->a && p->b == q->b;
}

/* The end of a row that has none: the next row of its key, else the horizon's end (never before its own start). */
static void fill_end(strait_case *c, const struct series_kind *s, struct series_row *r, const struct series_row *next)
{
    if (r->to != DATE_NONE)
        return;
    r->to = next != NULL ? next->from : horizon_end(c) > r->from ? horizon_end(c) : INT64_MAX;
    *(int64_t *)field_ptr(c, s->kind, r->row, &kind_desc(s->kind)->field[s->to]) = r->to;
}

static strait_status check_row(strait_ctx *cx, const strait_case *c, const struct series_kind *s,
                               const struct series_row *r, const struct series_row *before)
{
    char where[512];

    if (before != NULL && (before->to > r->from || before->from == r->from)) {
        fault_where(c, s->kind, before->row, where, sizeof where);
        return fault_field(cx, c, SEV_ERROR, s->kind, r->row, s->from, "rows of one key that do not overlap",
                           "overlaps the row at %s", where);
    }
    /* An end that was filled in from the next row is that row's fault, not this one's. */
    if (r->from >= r->to && field_given(c, s->kind, r->row, s->to))
        return fault_field(cx, c, SEV_ERROR, s->kind, r->row, s->to, "a day after \"from\"", "is not after \"from\"");
    return STRAIT_OK;
}

static strait_status finish_one(strait_ctx *cx, strait_case *c, const struct series_kind *s)
{
    struct series_row *v = NULL;
    size_t n = 0;
    strait_status st = STRAIT_OK;

    if (series_collect(c, s, &v, &n) != STRAIT_OK)
        return cx_nomem(cx);
    for (size_t i = 0; i < n; i++)
        fill_end(c, s, &v[i], i + 1 < n && same_key(&v[i], &v[i + 1]) ? &v[i + 1] : NULL);
    for (size_t i = 0; i < n; i++)
        TRY(check_row(cx, c, s, &v[i], i > 0 && same_key(&v[i], &v[i - 1]) ? &v[i - 1] : NULL));
out:
    mem_free(v);
    return st;
}

/** Give every row of a series its end, and refuse rows that end before they begin or overlap. */
strait_status finish_series(strait_ctx *cx, strait_case *c)
{
    const struct series_kind *const all[] = {&series_price, &series_availability, &series_tariff, &series_carbon,
                                             &series_power_cap, &series_demand};
    strait_status st = STRAIT_OK;

    if (!horizon_known(c))
        return STRAIT_OK;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        TRY(finish_one(cx, c, all[i]));
out:
    return st;
}
