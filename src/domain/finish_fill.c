/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the user left out: faults for what is required, defaults, and what follows from other fields. */
#include "domain/room.h"

#include <math.h>
#include <string.h>

static strait_status missing(strait_ctx *cx, const strait_case *c, enum kind k, size_t row, size_t i_field)
{
    return fault_field(cx, c, SEV_ERROR, k, row, i_field, NULL, "is required and missing (%s)",
                       kind_desc(k)->field[i_field].doc);
}

/* One default for all rows that lack it; it is parsed once. */
static strait_status fill_field(strait_ctx *cx, strait_case *c, enum kind k, size_t i_field)
{
    const struct field_desc *fd = &kind_desc(k)->field[i_field];
    struct parse p = {cx, c, k, 0, i_field, fd, fd->dflt, NULL, {"", 0}};
    bool required = fd->dflt[0] == '!';
    struct value v;
    strait_status st;

    if (fd->dflt[0] == '\0' || case_rows(c, k) == 0)
        return STRAIT_OK;
    if (!required)
        TRY(value_parse(&p, &v));
    for (size_t row = 0; row < case_rows(c, k); row++) {
        uint64_t *given = given_ptr(c, k, row), before = *given;

        if (before >> i_field & 1)
            continue;
        if (required)
            TRY(missing(cx, c, k, row, i_field));
        if (required || (fd->type != TYPE_BOOL && field_has_value(c, k, row, i_field)))
            continue;
        value_store(c, k, row, i_field, &v);
        *given = before;
    }
    st = STRAIT_OK;
out:
    return st;
}

/** Faults for required fields that are missing, and defaults for the others. */
strait_status finish_required(strait_ctx *cx, strait_case *c)
{
    strait_status st = STRAIT_OK;

    for (int k = 0; k < N_KIND; k++)
        for (size_t i = 0; i < kind_desc((enum kind)k)->n_field; i++)
            TRY(fill_field(cx, c, (enum kind)k, i));
out:
    return st;
}

static void fill_seats(strait_case *c)
{
    for (size_t i = 0; i < c->company.n; i++)
        if (c->company.v[i].parent_seat == NULL)
            c->company.v[i].parent_seat = c->company.v[i].seat;
    for (size_t i = 0; i < c->site.n; i++) {
        struct site *s = &c->site.v[i];

        if (s->operator_seat == NULL)
            s->operator_seat = s->country;
        if (s->owner_seat == NULL)
            s->owner_seat = s->operator_seat;
    }
    for (size_t i = 0; i < c->offer.n; i++)
        if (c->offer.v[i].company == -1 && c->company.n > 0)
            c->offer.v[i].company = 0;
}

/* GB of the weights of a model in a precision: billions of parameters times bytes each. */
static double weights_gb(const struct model *m, int precision)
{
    double bytes = precision == PREC_BF16 ? 2 : precision == PREC_FP4 ? 0.5 : 1;

    return m->total_params * bytes;
}

static void fill_date(int64_t *date, int64_t dflt)
{
    if (*date == DATE_NONE)
        *date = dflt;
}

static void fill_workloads(strait_case *c, int64_t start, int64_t end)
{
    for (size_t i = 0; i < c->workload.n; i++) {
        struct workload *w = &c->workload.v[i];

        fill_date(&w->start, start);
        fill_date(&w->end, end);
        if (isnan(w->weights) && w->model >= 0)
            w->weights = weights_gb(&c->model.v[w->model], w->precision);
    }
}

/** Fill what follows from the horizon or from other fields: seats, owners, weights, windows, first days. */
strait_status finish_dates(strait_ctx *cx, strait_case *c)
{
    int64_t start, end;

    (void)cx;
    fill_seats(c);
    if (!horizon_known(c))
        return STRAIT_OK;
    start = c->settings.start;
    end = horizon_end(c);
    fill_workloads(c, start, end);
    for (size_t i = 0; i < c->port.n; i++)
        fill_date(&c->port.v[i].from, start);
    for (size_t i = 0; i < c->demand.n; i++)
        fill_date(&c->demand.v[i].from, start);
    for (size_t i = 0; i < c->signed_lease.n; i++) {
        fill_date(&c->signed_lease.v[i].start, start);
        fill_date(&c->signed_lease.v[i].signed_on, c->signed_lease.v[i].start);
    }
    return STRAIT_OK;
}
