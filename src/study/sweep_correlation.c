/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a sweep's events and quantities go together: the correlations of their normals, given or fitted, and the factor that makes them. */
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "linalg/linalg.h"
#include "study/sweep.h"

/* The correlations so far, n x n, and where each is from. */
struct pairs { size_t n; double *r; unsigned char *from; };

const char *sweep_dim_name(const struct sweep *s, size_t i)
{
    return i < s->event.n ? s->event.v[i].name : s->quantity.v[i - s->event.n].name;
}

/* What a text at v names, SIZE_MAX with a fault: none, or one that follows another's rows. */
static strait_status find_dim(const struct reader *r, const struct sweep *s, const struct reader_group *q, const struct cfg_node *v, const char *name,
                              size_t *out)
{
    *out = SIZE_MAX;
    for (size_t i = 0; i < s->event.n + s->quantity.n; i++)
        if (sweep_dim_name(s, i) && strcmp(sweep_dim_name(s, i), name) == 0)
            *out = i;
    if (*out == SIZE_MAX)
        return reader_fault(r, q->path, v, "the name of an event or quantity", "is neither");
    if (*out >= s->event.n && s->quantity.v[*out - s->event.n].lead != *out - s->event.n) {
        *out = SIZE_MAX;
        return reader_fault(r, q->path, v, "the first of those that are joint: it picks the row", "draws the row of another");
    }
    return STRAIT_OK;
}

static strait_status take_dim(const struct reader *r, const struct sweep *s, const struct reader_group *q, const char *key, size_t *out)
{
    const struct cfg_node *v = reader_member(q, key);
    const char *name = NULL;
    strait_status st;

    *out = SIZE_MAX;
    if (!v)
        return reader_missing(r, q, key, "the name of an event or quantity");
    st = reader_take_text(r, q, v, &name);
    return st == STRAIT_OK && name ? find_dim(r, s, q, v, name, out) : st;
}

static strait_status put_pair(const struct reader *r, const struct sweep *s, const struct reader_group *q, const char *key, size_t a, size_t b,
                              double value, enum sweep_from from, struct pairs *p)
{
    const struct cfg_node *v = reader_member(q, key);
    char path[120];

    snprintf(path, sizeof path, "%s.%s", q->path, key);
    if (a == b || p->from[a * p->n + b] != SWEEP_UNSAID)
        return reader_fault_at(r->cx, r->files, (struct study_mark){v->file, v->line}, path, sweep_dim_name(s, b), "each pair once, of two",
                               a == b ? "is the same" : "is correlated with it already");
    p->r[a * p->n + b] = p->r[b * p->n + a] = value;
    p->from[a * p->n + b] = p->from[b * p->n + a] = (unsigned char)from;
    return STRAIT_OK;
}

static strait_status read_pair(const struct reader *r, const struct sweep *s, const struct reader_group *q, struct pairs *p)
{
    static const char *const known[] = {"a", "b", "value"};
    const struct cfg_node *v = reader_member(q, "value");
    double value = 0;
    size_t a, b;
    strait_status st = STRAIT_OK;

    TRY(reader_check_keys(r, q, known, 3));
    TRY(take_dim(r, s, q, "a", &a));
    TRY(take_dim(r, s, q, "b", &b));
    if (v)
        TRY(reader_take_number(r, q, v, -1, 1, &value));
    else
        TRY(reader_missing(r, q, "value", "a number from -1 to 1"));
    if (a != SIZE_MAX && b != SIZE_MAX)
        TRY(put_pair(r, s, q, "b", a, b, value, SWEEP_GIVEN, p));
out:
    return st;
}

/* ---- fitted ---- */

/* The quantities of a fit and their columns, which have their names if no others are given.  *n 0: there were faults. */
static strait_status take_fit(const struct reader *r, const struct sweep *s, const struct reader_group *q, struct name_list *column, size_t **dim, size_t *n)
{
    const struct cfg_node *v = reader_member(q, "quantities"), *columns = reader_member(q, "columns");
    struct name_list name = {0};
    size_t before = r->cx->n_error;
    strait_status st = STRAIT_OK;

    *n = 0;
    if (!v)
        return reader_missing(r, q, "quantities", "two or more names of quantities");
    TRY(reader_take_list(r, q, v, false, "", &name));
    *column = name;
    if (columns)
        TRY(reader_take_list(r, q, columns, false, "", column));
    if (r->cx->n_error == before && (name.n < 2 || column->n != name.n))
        TRY(reader_fault(r, q->path, name.n < 2 || !columns ? v : columns, "two or more quantities, and as many columns", "they are not as many"));
    *dim = arena_alloc(r->arena, name.n, sizeof **dim);
    if (!*dim)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < name.n && r->cx->n_error == before; i++) {
        TRY(find_dim(r, s, q, v, name.v[i], &(*dim)[i]));
        if ((*dim)[i] < s->event.n)
            TRY(reader_fault(r, q->path, v, "quantities: how an event goes with them is given, by a and b", "an event has no column"));
    }
    *n = r->cx->n_error == before ? name.n : 0;
out:
    return st;
}

static strait_status put_fit(const struct reader *r, const struct sweep *s, const struct reader_group *q, const struct history *h, bool changes,
                             const size_t *dim, struct pairs *p)
{
    const struct cfg_node *v = reader_member(q, "quantities");
    double *fit = arena_alloc(r->arena, h->n_col * h->n_col, sizeof *fit);
    size_t still, n = changes ? h->n_row - 1 : h->n_row, before = r->cx->n_error;
    strait_status st = STRAIT_OK;

    if (!fit)
        return cx_nomem(r->cx);
    st = history_correlations(h, changes, fit, &still);
    if (st != STRAIT_OK)
        return st == STRAIT_ENOMEM ? cx_nomem(r->cx) : cx_fail(r->cx, st, "%zu columns of a history are too many", h->n_col);
    if (still != SIZE_MAX)
        return reader_fault_at(r->cx, r->files, q->at, q->path, v->shape == CFG_LIST ? v->child[still].text : NULL,
                               changes ? "a column that moves, by more than one rate" : "a column that moves", "its correlation cannot be fitted");
    if (n <= h->n_col)
        TRY(cx_fault(r->cx, SEV_WARNING, r->files->files.v[q->at.file].path, q->at.line, q->path, NULL, "a longer history",
                     "%zu %s say little of the correlations of %zu quantities", n, changes ? "changes" : "rows", h->n_col));
    for (size_t i = 0; i < h->n_col && r->cx->n_error == before; i++)
        for (size_t j = 0; j < i && r->cx->n_error == before; j++)
            TRY(put_pair(r, s, q, "quantities", dim[j], dim[i], fit[i * h->n_col + j], SWEEP_FITTED, p));
out:
    return st;
}

static strait_status read_fit(const struct reader *r, const struct sweep *s, const struct reader_group *q, struct pairs *p)
{
    static const char *const known[] = {"history", "quantities", "columns", "of", "weight", "since", "until"};
    struct history_source from;
    struct name_list column;
    struct history h = {0};
    size_t *dim = NULL, n;
    bool changes;
    strait_status st = STRAIT_OK;

    TRY(reader_check_keys(r, q, known, sizeof known / sizeof *known));
    TRY(history_take_source(r, q, &from));
    TRY(history_take_of(r, q, &from, &changes));
    TRY(take_fit(r, s, q, &column, &dim, &n));
    if (from.file && n > 0)
        TRY(history_read(r, &from, &column, &h));
    if (h.n_row > 0)
        TRY(put_fit(r, s, q, &h, changes, dim, p));
out:
    return st;
}

/* ---- the factor ---- */

/* A matrix that is singular but for rounding (two prices that move as one) is taken with its correlations a hair smaller. */
static strait_status factorise(const struct reader *r, struct sweep *s, const struct cfg_node *list, struct pairs *p)
{
    bool definite;
    size_t at;
    strait_status st = linalg_cholesky(p->n, p->r, s->root, &definite, &at);

    if (st == STRAIT_OK && !definite) {
        for (size_t i = 0; i < p->n * p->n; i++)
            p->r[i] /= i % (p->n + 1) == 0 ? 1 : 1 + CORRELATION_JITTER;
        st = linalg_cholesky(p->n, p->r, s->root, &definite, &at);
    }
    if (st != STRAIT_OK)
        return st == STRAIT_ENOMEM ? cx_nomem(r->cx) : cx_fail(r->cx, st, "%zu events and quantities are too many", p->n);
    if (definite)
        return STRAIT_OK;
    return reader_fault(r, "", list, "correlations that can be together: smaller ones",
                        "the correlations contradict each other: their matrix is not positive definite");
}

static strait_status read_groups(const struct reader *r, const struct sweep *s, const struct cfg_node *list, struct pairs *p)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < list->n; i++) {
        const struct cfg_node *v = &list->child[i];
        struct reader_group q = {.node = v, .at = {v->file, v->line}};
        snprintf(q.path, sizeof q.path, "correlations.#%zu", i + 1);
        if (v->shape != CFG_GROUP)
            TRY(reader_fault(r, "correlations", v, "a group { a = ...; b = ...; value = ...; } or { history = ...; }", "is not a group"));
        else
            TRY((reader_member(&q, "history") ? read_fit : read_pair)(r, s, &q, p));
    }
out:
    return st;
}

strait_status sweep_correlations(const struct reader *r, struct sweep *s, const struct cfg_node *list)
{
    size_t before = r->cx->n_error, n = s->event.n + s->quantity.n;
    struct pairs p = {n, arena_alloc(r->arena, n * n, sizeof *p.r), arena_alloc(r->arena, n * n, sizeof *p.from)};
    strait_status st = STRAIT_OK;

    s->root = arena_alloc(r->arena, n * n, sizeof *s->root);
    if (!p.r || !p.from || !s->root)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < n; i++)
        p.r[i * n + i] = s->root[i * n + i] = 1;
    s->correlation = p.r;
    s->from = p.from;
    if (!list)
        return STRAIT_OK;
    if (list->shape != CFG_LIST)
        return reader_fault(r, "", list, "( { a = \"x\"; b = \"y\"; value = 0.5; }, ... )", "is not a list");
    TRY(read_groups(r, s, list, &p));
    if (n > 0 && r->cx->n_error == before)
        TRY(factorise(r, s, list, &p));
out:
    return st;
}
