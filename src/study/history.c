/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of a CSV file, and for how much its rows count. */
#include "study/history.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "input/csv.h"
#include "input/file.h"

strait_status history_take_source(const struct reader *r, const struct reader_group *q, struct history_source *out)
{
    const struct cfg_node *file = reader_member(q, "history"), *weight = reader_member(q, "weight"), *since = reader_member(q, "since"),
                          *until = reader_member(q, "until");
    const char *date = NULL;
    strait_status st = STRAIT_OK;

    *out = (struct history_source){.until = DATE_NONE, .at = q->at};
    snprintf(out->key, sizeof out->key, "%s", q->path);
    if (file)
        TRY(reader_take_text(r, q, file, &out->file));
    else
        TRY(reader_missing(r, q, "history", "a CSV file"));
    if (weight)
        TRY(reader_take_text(r, q, weight, &out->weight));
    if (since)
        TRY(reader_take_text(r, q, since, &out->since));
    if (until)
        TRY(reader_take_text(r, q, until, &date));
    if (weight && since)
        TRY(reader_fault(r, q->path, weight, "weight or since", "rows are weighed by since already"));
    if (until && !since)
        TRY(reader_fault(r, q->path, until, "until with since", "there are no dates"));
    else if (date && !date_parse(date, &out->until))
        TRY(reader_fault(r, q->path, until, "YYYY-MM-DD or YYYY-MM-DDTHH:MMZ", "is not a date"));
out:
    return st;
}

strait_status history_take_of(const struct reader *r, const struct reader_group *q, struct history_source *from, bool *out)
{
    const struct cfg_node *v = reader_member(q, "of");
    const char *word = "changes";
    strait_status st = STRAIT_OK;

    if (v)
        TRY(reader_take_text(r, q, v, &word));
    if (strcmp(word, "changes") != 0 && strcmp(word, "levels") != 0)
        TRY(reader_fault(r, q->path, v, "changes (of the logarithm, from row to row) or levels", "is not what can be fitted"));
    *out = strcmp(word, "levels") != 0;
    from->steps = *out;
    from->sign = *out ? HISTORY_POSITIVE : HISTORY_ANY;
out:
    return st;
}

/* ---- the table ---- */

#define NOWHERE SIZE_MAX
#define COLUMNS_TOLD 160     /* characters of the names of columns in a fault */

struct table {
    const struct reader *rd;
    const struct history_source *from;
    const struct name_list *column;
    struct csv r;
    size_t *at, at_weight, at_since;     /* of the columns in the file */
    VEC(double) v, weight;               /* by rows; what the row weighs, or its date in days */
};

static strait_status fault(struct table *t, const char *key, const char *value, const char *allowed, const char *what)
{
    return cx_fault(t->rd->cx, SEV_ERROR, t->r.file, t->r.row_line, key, value, allowed, "%s", what);
}

/* Of the file as a whole: at its first line. */
static strait_status whole_fault(struct table *t, const char *allowed, const char *what)
{
    return cx_fault(t->rd->cx, SEV_ERROR, t->r.file, 1, t->r.key, NULL, allowed, "%s", what);
}

/* Told with the columns there are; of a wide file with the first of them. */
static strait_status no_column(struct table *t, const char *name)
{
    str all = {0};
    strait_status st;

    str_puts(&all, "the name of a column");
    for (size_t i = 0; i < t->r.cell.n && all.n < COLUMNS_TOLD; i++)
        str_printf(&all, "%s%.*s", i ? ", " : ": ", (int)strcspn(t->r.cell.v[i], "["), t->r.cell.v[i]);
    if (all.n >= COLUMNS_TOLD)
        str_puts(&all, ", ...");
    st = all.failed ? cx_nomem(t->rd->cx) : fault(t, t->r.key, name, all.s, "there is no such column");
    str_free(&all);
    return st;
}

/* Where the column is in the header; "price[USD/h]" is called price. */
static strait_status find_column(struct table *t, const char *name, size_t *at)
{
    for (*at = 0; *at < t->r.cell.n; (*at)++) {
        size_t n = strcspn(t->r.cell.v[*at], "[");
        while (n > 0 && t->r.cell.v[*at][n - 1] == ' ')
            n--;
        if (strlen(name) == n && strncmp(name, t->r.cell.v[*at], n) == 0)
            return STRAIT_OK;
    }
    *at = NOWHERE;
    return no_column(t, name);
}

static strait_status read_header(struct table *t)
{
    bool more;
    strait_status st = STRAIT_OK;

    TRY(csv_next(&t->r, &more));
    if (!more || t->r.bad)
        t->r.cell.n = 0;
    for (size_t j = 0; j < t->column->n; j++)
        TRY(find_column(t, t->column->v[j], &t->at[j]));
    if (t->from->weight)
        TRY(find_column(t, t->from->weight, &t->at_weight));
    if (t->from->since)
        TRY(find_column(t, t->from->since, &t->at_since));
out:
    return st;
}

static const char *cell(const struct table *t, size_t at) { return at < t->r.cell.n ? t->r.cell.v[at] : ""; }

static strait_status read_amount(struct table *t, size_t at, const char *name, enum history_sign sign, double *v)
{
    static const char *const allowed[] = {"0 or more", "a number", "above 0, as logarithms and changes ask"};
    const char *s = cell(t, at);
    char *end = NULL;

    *v = s[0] != '\0' && strspn(s, "0123456789.eE+-") == strlen(s) ? strtod(s, &end) : (double)NAN;
    if (end && *end == '\0' && isfinite(*v) && (sign == HISTORY_ANY || *v > 0 || (sign == HISTORY_FACTORS && *v == 0)))
        return STRAIT_OK;
    return fault(t, name, s, allowed[sign], "not such an amount");
}

static strait_status read_date(struct table *t, double *days)
{
    const char *s = cell(t, t->at_since);
    int64_t date;

    if (!date_parse(s, &date))
        return fault(t, t->from->since, s, "YYYY-MM-DD or YYYY-MM-DDTHH:MMZ", "is not a date");
    *days = (double)date / DAY_S;
    if (t->weight.n > 0 && *days <= t->weight.v[t->weight.n - 1])
        return fault(t, t->from->since, s, "dates that ascend", "is not after the row before");
    return STRAIT_OK;
}

static strait_status read_row(struct table *t)
{
    double v = 0;
    strait_status st = STRAIT_OK;

    for (size_t j = 0; j < t->column->n; j++) {
        TRY(read_amount(t, t->at[j], t->column->v[j], t->from->sign, &v));
        TRY(VEC_PUSH(&t->v, v) == STRAIT_OK ? STRAIT_OK : cx_nomem(t->rd->cx));
    }
    if (t->at_weight != NOWHERE)
        TRY(read_amount(t, t->at_weight, t->from->weight, t->from->steps ? HISTORY_POSITIVE : HISTORY_FACTORS, &v));
    else if (t->at_since != NOWHERE)
        TRY(read_date(t, &v));
    TRY(VEC_PUSH(&t->weight, v) == STRAIT_OK ? STRAIT_OK : cx_nomem(t->rd->cx));
out:
    return st;
}

static strait_status read_rows(struct table *t)
{
    size_t before = t->rd->cx->n_error;
    strait_status st = STRAIT_OK;
    bool more;

    TRY(read_header(t));
    for (;;) {
        if (t->weight.n == 0 && t->rd->cx->n_error > before)
            break;               /* columns that are not there */
        TRY(csv_next(&t->r, &more));
        if (!more)
            break;
        if (!t->r.bad)
            TRY(read_row(t));
    }
    if (t->rd->cx->n_error == before && t->weight.n == 0)
        TRY(whole_fault(t, "at least one row", "the history is empty"));
out:
    return st;
}

/* Dates into the days that each row held. */
static strait_status days_held(struct table *t)
{
    double *w = t->weight.v;
    size_t last = t->weight.n - 1;

    for (size_t i = 0; i < last; i++)
        w[i] = w[i + 1] - w[i];
    w[last] = t->from->until == DATE_NONE ? 0 : (double)t->from->until / DAY_S - w[last];
    if (w[last] < 0)
        return reader_fault_at(t->rd->cx, t->rd->files, t->from->at, "until", NULL, "a date after the last row's", "the history goes on");
    return STRAIT_OK;
}

/* By columns, into the arena. */
static strait_status keep(struct table *t, struct history *out)
{
    size_t n = t->weight.n, m = t->column->n;
    double *v = arena_alloc(t->rd->arena, n * m, sizeof *v), *w = arena_alloc(t->rd->arena, n, sizeof *w), sum = 0;
    bool weighed = t->from->weight || t->from->since;

    if (!v || !w)
        return cx_nomem(t->rd->cx);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < m; j++)
            v[j * n + i] = t->v.v[i * m + j];
        w[i] = t->weight.v[i];
        sum += w[i];
    }
    if (weighed && !(sum > 0 && isfinite(sum)))
        return whole_fault(t, "rows that weigh something", "no row of the history counts");
    out->n_row = n;
    out->n_col = m;
    out->v = v;
    out->weight = weighed ? w : NULL;
    return STRAIT_OK;
}

strait_status history_read(const struct reader *r, const struct history_source *from, const struct name_list *column, struct history *out)
{
    const char *path = path_beside(r->arena, r->file, from->file);
    struct table t = {.rd = r, .from = from, .column = column, .at_weight = NOWHERE, .at_since = NOWHERE};
    struct file_text text = {0};
    char why[FILE_WHY];
    size_t faults = r->cx->n_error;
    strait_status st = STRAIT_OK;

    *out = (struct history){0};
    t.at = arena_alloc(r->arena, column->n, sizeof *t.at);
    if (path == NULL || t.at == NULL)
        return cx_nomem(r->cx);
    st = file_read(r->cx, path, FILE_TABLE_MAX, true, &text, why);
    if (st == STRAIT_EIO)
        return reader_fault_at(r->cx, r->files, from->at, from->key, path, "a CSV file", why);
    TRY(st);
    TRY(file_record(r->cx, r->files, path, text.s, text.n, &out->file));
    TRY(csv_begin(&t.r, r->cx, path, from->key, text.s, text.n));
    TRY(read_rows(&t));
    if (r->cx->n_error == faults && from->since)
        TRY(days_held(&t));
    if (r->cx->n_error == faults)
        TRY(keep(&t, out));
out:
    csv_end(&t.r);
    VEC_FREE(&t.v);
    VEC_FREE(&t.weight);
    mem_free(text.s);
    return st;
}
