/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happened: a column of a CSV file over the segments.  Either a row a period, or, with a column of moments, a log of
 * changes: a value holds until the next row's moment, the last one to the end.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/vec.h"
#include "input/csv.h"
#include "input/file.h"
#include "study/roll.h"

#define FACTOR_MOST 1000.0

struct log_row { int64_t from; double value; unsigned line; };

struct history_file {
    strait_ctx *cx;
    const struct roll *r;
    struct roll_history *h;
    const char *path;
    size_t at_value, at_date;
    double factor;               /* of the column's unit */
    VEC(struct log_row) rows;
};

/* Where a column is in the header; "price[USD/h]" is called price, and its unit goes to `unit` ("": none). */
static bool find_column(const struct csv *r, const char *name, size_t *at, char unit[32])
{
    for (*at = 0; *at < r->cell.n; (*at)++) {
        const char *cell = r->cell.v[*at];
        size_t n = strcspn(cell, "["), m = n;
        while (m > 0 && cell[m - 1] == ' ')
            m--;
        if (strlen(name) != m || strncmp(name, cell, m) != 0)
            continue;
        (void)snprintf(unit, 32, "%.*s", (int)strcspn(cell[n] ? cell + n + 1 : "", "]"), cell[n] ? cell + n + 1 : "");
        return true;
    }
    return false;
}

/* Values come in the unit of the header or in the case's own. */
static strait_status take_unit(struct history_file *f, const struct csv *r, const char *unit)
{
    const struct field_desc *fd = f->h->n_target > 0 ? roll_series_field(f->h->target[0].series) : NULL;
    char allowed[200];

    f->factor = 1.0;
    if (!unit[0] || !fd)
        return STRAIT_OK;
    unit_allowed(f->r->c, fd->unit, allowed, sizeof allowed);
    if (f->h->times)
        return cx_fault(f->cx, SEV_ERROR, r->file, r->row_line, f->h->column, unit, "no unit", "factors have none");
    if (unit_factor(f->r->c, unit, fd->unit, &f->factor))
        return STRAIT_OK;
    return cx_fault(f->cx, SEV_ERROR, r->file, r->row_line, f->h->column, unit, allowed, "is not a unit of it");
}

static strait_status read_header(struct history_file *f, struct csv *r, bool *good)
{
    char unit[32] = "", none[32];
    bool more;
    strait_status st = csv_next(r, &more);

    *good = false;
    if (st != STRAIT_OK || (more && r->bad))
        return st;
    if (!more || !find_column(r, f->h->column, &f->at_value, unit))
        return cx_fault(f->cx, SEV_ERROR, r->file, r->row_line, "histories.column", f->h->column, "the name of a column", "there is no such column");
    if (f->h->date && !find_column(r, f->h->date, &f->at_date, none))
        return cx_fault(f->cx, SEV_ERROR, r->file, r->row_line, "histories.date", f->h->date, "the name of a column", "there is no such column");
    *good = true;
    return take_unit(f, r, unit);
}

static bool number(const char *s, double *v)
{
    char *end;

    if (s[0] == '\0' || strspn(s, "0123456789.eE+-") != strlen(s))
        return false;
    *v = strtod(s, &end);
    return *end == '\0' && isfinite(*v);
}

/* Is v, in the case's unit, what the series may be? */
static bool in_range(const struct roll_history *h, double v, char *allowed, size_t n)
{
    const struct field_desc *fd = roll_series_field(h->n_target > 0 ? h->target[0].series : ROLL_PRICE);
    bool whole = !h->times && fd->type == TYPE_INTEGER;
    double lo = h->times ? 0 : fd->lo, hi = h->times ? FACTOR_MOST : fd->hi;

    (void)snprintf(allowed, n, "a %s from %g to %g%s%s", h->times ? "factor" : whole ? "whole number" : "number", lo, hi,
                   h->times || !fd->unit[0] ? "" : " ", h->times ? "" : fd->unit);
    return v >= lo && v <= hi && (!whole || v == floor(v));
}

static strait_status read_row(struct history_file *f, const struct csv *r)
{
    const char *text = f->at_value < r->cell.n ? r->cell.v[f->at_value] : "", *date = f->at_date < r->cell.n ? r->cell.v[f->at_date] : "";
    struct log_row row = {.line = r->row_line};
    char allowed[200];

    if (!number(text, &row.value) || !in_range(f->h, row.value *= f->factor, allowed, sizeof allowed)) {
        (void)in_range(f->h, 0, allowed, sizeof allowed);
        return cx_fault(f->cx, SEV_ERROR, r->file, r->row_line, f->h->column, text, allowed, "is no such value");
    }
    if (f->h->date && !date_parse(date, &row.from))
        return cx_fault(f->cx, SEV_ERROR, r->file, r->row_line, f->h->date, date, "YYYY-MM-DD or YYYY-MM-DDTHH:MMZ", "is not a date");
    if (f->h->date && f->rows.n > 0 && row.from <= f->rows.v[f->rows.n - 1].from)
        return cx_fault(f->cx, SEV_ERROR, r->file, r->row_line, f->h->date, date, "a later moment than the row before", "is out of order");
    return VEC_PUSH(&f->rows, row) == STRAIT_OK ? STRAIT_OK : cx_nomem(f->cx);
}

static strait_status read_rows(struct history_file *f, struct csv *r)
{
    strait_status st = STRAIT_OK;
    bool more, good;

    TRY(read_header(f, r, &good));
    for (more = good; more;) {
        TRY(csv_next(r, &more));
        if (more && !r->bad)
            TRY(read_row(f, r));
    }
out:
    return st;
}

/* The rows must tell of the whole horizon. */
static strait_status check_rows(struct history_file *f)
{
    const strait_case *c = f->r->c;
    char have[80], allowed[160];

    if (!f->h->date && f->rows.n != c->n_period) {
        snprintf(have, sizeof have, "%zu rows", f->rows.n);
        snprintf(allowed, sizeof allowed, "a row for each of the %zu periods, or a column of moments: date = \"...\"", c->n_period);
        return cx_fault(f->cx, SEV_ERROR, f->path, 1, f->h->column, have, allowed, "does not tell of every period once");
    }
    if (f->h->date && (f->rows.n == 0 || f->rows.v[0].from > c->settings.start)) {
        date_format(c->settings.start, have);
        snprintf(allowed, sizeof allowed, "a first row of %s or before", have);
        return cx_fault(f->cx, SEV_ERROR, f->path, f->rows.n ? f->rows.v[0].line : 1, f->h->date, NULL, allowed, "does not tell of the horizon's first day");
    }
    return STRAIT_OK;
}

/* Mean by hours and least of the log in a segment. */
static void reduce(const struct history_file *f, size_t t, double *mean, double *least)
{
    const struct segment *g = &f->r->c->segment[t];
    double sum = 0;

    *least = (double)INFINITY;
    for (size_t i = 0; i < f->rows.n && f->rows.v[i].from < g->to; i++) {
        int64_t to = i + 1 < f->rows.n ? f->rows.v[i + 1].from : INT64_MAX, a = f->rows.v[i].from > g->from ? f->rows.v[i].from : g->from;
        if (to <= g->from)
            continue;
        sum += f->rows.v[i].value * (double)((to < g->to ? to : g->to) - a) / HOUR_S;
        *least = fmin(*least, f->rows.v[i].value);
    }
    *mean = sum / g->hours;
}

static strait_status lay_rows(const struct history_file *f)
{
    const strait_case *c = f->r->c;
    struct roll_history *h = f->h;

    h->mean = arena_alloc(f->r->arena, c->n_segment, sizeof *h->mean);
    h->least = arena_alloc(f->r->arena, c->n_segment, sizeof *h->least);
    if (!h->mean || !h->least)
        return cx_nomem(f->cx);
    for (size_t t = 0; t < c->n_segment; t++) {
        if (h->date)
            reduce(f, t, &h->mean[t], &h->least[t]);
        else
            h->mean[t] = h->least[t] = f->rows.v[c->segment[t].period].value;
    }
    return STRAIT_OK;
}

/* Every series of one history is of one kind: its values have one unit. */
static strait_status check_kinds(strait_ctx *cx, const struct roll *r, const struct roll_history *h)
{
    for (size_t k = 1; k < h->n_target; k++)
        if (!h->times && h->target[k].series != h->target[0].series)
            return reader_fault_at(cx, r->files, h->at, "histories.path", h->path.v[0], "prices, or counts, or tariffs, ...; or as = \"times\"",
                                   "its paths are of several kinds");
    return STRAIT_OK;
}

static strait_status read_history(strait_ctx *cx, struct roll *r, struct roll_history *h)
{
    struct history_file f = {.cx = cx, .r = r, .h = h, .path = path_beside(r->arena, r->file, h->csv)};
    struct file_text text = {0};
    struct csv csv = {0};
    char why[FILE_WHY];
    uint32_t index;
    size_t before = cx->n_error;
    strait_status st = STRAIT_OK;

    if (!f.path)
        return cx_nomem(cx);
    st = file_read(cx, f.path, FILE_TABLE_MAX, true, &text, why);
    if (st == STRAIT_EIO)
        return reader_fault_at(cx, r->files, h->at, "histories.history", h->csv, "a CSV file", why);
    TRY(st);
    TRY(file_record(cx, r->files, f.path, text.s, text.n, &index));
    TRY(csv_begin(&csv, cx, f.path, "histories.history", text.s, text.n));
    TRY(check_kinds(cx, r, h));
    TRY(read_rows(&f, &csv));
    if (cx->n_error == before)
        TRY(check_rows(&f));
    if (cx->n_error == before)
        TRY(lay_rows(&f));
out:
    csv_end(&csv);
    VEC_FREE(&f.rows);
    mem_free(text.s);
    return st;
}

strait_status roll_histories(strait_ctx *cx, struct roll *r)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < r->history.n; i++)
        TRY(read_history(cx, r, &r->history.v[i]));
out:
    return st;
}
