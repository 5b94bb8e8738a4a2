/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a quantity was in the past, for a bootstrap: one column of a CSV file. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "input/csv.h"
#include "input/file.h"
#include "study/sweep.h"

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static bool amount(const char *s, double *v)
{
    char *end;

    if (s[0] == '\0' || strspn(s, "0123456789.eE+-") != strlen(s))
        return false;
    *v = strtod(s, &end);
    return *end == '\0' && isfinite(*v) && *v >= 0;
}

/* Where the column is in the header; "price[USD/h]" is called price. */
static bool find_column(const struct csv *r, const char *name, size_t *at)
{
    for (*at = 0; *at < r->cell.n; (*at)++) {
        size_t n = strcspn(r->cell.v[*at], "[");
        while (n > 0 && r->cell.v[*at][n - 1] == ' ')
            n--;
        if (strlen(name) == n && strncmp(name, r->cell.v[*at], n) == 0)
            return true;
    }
    return false;
}

struct values { double *v; size_t n, cap; };

static strait_status read_rows(strait_ctx *cx, struct csv *r, const char *column, struct values *out)
{
    strait_status st = STRAIT_OK;
    bool more;
    size_t at;
    double v = 0;

    TRY(csv_next(r, &more));
    if (!more || r->bad || !find_column(r, column, &at)) {
        st = cx_fault(cx, SEV_ERROR, r->file, r->row_line, r->key, column, "the name of a column", "there is no such column");
        goto out;
    }
    for (;;) {
        TRY(csv_next(r, &more));
        if (!more)
            break;
        if (r->bad)
            continue;
        if (at >= r->cell.n || !amount(r->cell.v[at], &v))
            TRY(cx_fault(cx, SEV_ERROR, r->file, r->row_line, column, at < r->cell.n ? r->cell.v[at] : "", "0 or more",
                         "not an amount"));
        else
            TRY(VEC_PUSH(out, v) == STRAIT_OK ? STRAIT_OK : cx_nomem(cx));
    }
out:
    return st;
}

/* Factors of the mean, unless the values themselves are wanted. */
static void divide_by_mean(struct values *h)
{
    double sum = 0;

    for (size_t i = 0; i < h->n; i++)
        sum += h->v[i] / (double)h->n;
    for (size_t i = 0; i < h->n && sum > 0; i++)
        h->v[i] /= sum;
}

strait_status sweep_history(const struct reader *rd, struct sweep_quantity *q, const char *file, const char *column, const char *key)
{
    strait_ctx *cx = rd->cx;
    const char *path = path_beside(rd->arena, rd->file, file);
    struct file_text text = {0};
    struct csv r = {0};
    struct values h = {0};
    char why[FILE_WHY];
    uint32_t index;
    size_t faults = cx->n_error;
    strait_status st = STRAIT_OK;

    if (path == NULL)
        return cx_nomem(cx);
    st = file_read(cx, path, FILE_TABLE_MAX, true, &text, why);
    if (st == STRAIT_EIO)
        return reader_fault_at(cx, rd->files, q->at, key, path, "a CSV file", why);
    TRY(st);
    TRY(file_record(cx, rd->files, path, text.s, text.n, &index));
    TRY(csv_begin(&r, cx, path, key, text.s, text.n));
    TRY(read_rows(cx, &r, column, &h));
    if (cx->n_error == faults && h.n == 0)
        TRY(cx_fault(cx, SEV_ERROR, path, 1, key, NULL, "at least one row", "the history is empty"));
    if (!q->absolute)
        divide_by_mean(&h);
    if (h.n > 1)
        qsort(h.v, h.n, sizeof *h.v, ascending);
    q->history = arena_alloc(rd->arena, h.n, sizeof *q->history);
    if (q->history == NULL)
        TRY(cx_nomem(cx));
    if (h.n > 0)
        memcpy(q->history, h.v, h.n * sizeof *h.v);
    q->n_history = h.n;
out:
    csv_end(&r);
    VEC_FREE(&h);
    mem_free(text.s);
    return st;
}
