/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A quantity of a sweep: given spread, one fitted to a history, or the history itself. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "study/sweep.h"

/* Keys that are there though what they go with is not. */
static strait_status refuse_keys(const struct reader *r, const struct reader_group *q, const char *const *key, size_t n, const char *with)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < n; i++) {
        const struct cfg_node *v = reader_member(q, key[i]);
        if (v)
            TRY(reader_fault(r, q->path, v, with, "says nothing here"));
    }
out:
    return st;
}

static strait_status read_column(const struct reader *r, const struct reader_group *q, const struct history_source *from, struct history *out)
{
    const struct cfg_node *column = reader_member(q, "column");
    const char *name = NULL;
    strait_status st = STRAIT_OK;

    if (column)
        TRY(reader_take_text(r, q, column, &name));
    else
        TRY(reader_missing(r, q, "column", "the name of a column of the history"));
    if (from->file && name)
        TRY(history_read(r, from, &(struct name_list){1, &name}, out));
out:
    return st;
}

static strait_status take_joint(const struct reader *r, const struct reader_group *q, bool *out)
{
    const struct cfg_node *v = reader_member(q, "joint");

    if (v && (v->shape != CFG_SCALAR || v->type != CFG_BOOL))
        return reader_fault(r, q->path, v, "true or false", "is neither");
    *out = v && strcmp(v->text, "true") == 0;
    return STRAIT_OK;
}

static strait_status read_bootstrap(const struct reader *r, const struct reader_group *q, struct sweep_quantity *out)
{
    static const char *const not_here[] = {"of", "ahead"};
    const struct cfg_node *as = reader_member(q, "as");
    struct history_source from;
    const char *word = "times";
    strait_status st = STRAIT_OK;

    TRY(refuse_keys(r, q, not_here, 2, "with sigma = \"fitted\""));
    if (as)
        TRY(reader_take_text(r, q, as, &word));
    if (as && strcmp(word, "times") != 0 && strcmp(word, "values") != 0)
        TRY(reader_fault(r, q->path, as, "times (of their mean) or values", "is not a way to use a history"));
    TRY(take_joint(r, q, &out->joint));
    out->kind = SPREAD_HISTORY;
    out->absolute = strcmp(word, "values") == 0;
    TRY(history_take_source(r, q, &from));
    from.sign = out->absolute ? HISTORY_ANY : HISTORY_FACTORS;
    TRY(read_column(r, q, &from, &out->past));
out:
    return st;
}

/* sigma = "fitted": of the changes, sqrt(ahead) times that of one row, or of one unit of what rows weigh; of the levels as it is. */
static strait_status read_fitted(const struct reader *r, const struct reader_group *q, struct sweep_quantity *out)
{
    static const char *const not_here[] = {"as", "joint"};
    const struct cfg_node *v = reader_member(q, "ahead");
    struct history_source from;
    struct history past = {0};
    double ahead = 1;
    bool changes;
    strait_status st = STRAIT_OK;

    TRY(refuse_keys(r, q, not_here, 2, "with a history that is drawn from, without sigma"));
    TRY(history_take_source(r, q, &from));
    TRY(history_take_of(r, q, &from, &changes));
    from.sign = HISTORY_POSITIVE;
    if (v && !changes)
        TRY(reader_fault(r, q->path, v, "with of = \"changes\"", "says nothing of levels"));
    if (v)
        TRY(reader_take_number(r, q, v, 0, 1e6, &ahead));
    TRY(read_column(r, q, &from, &past));
    if (past.n_row == 0)
        goto out;
    out->fitted = true;
    out->size = history_sigma(&past, changes) * sqrt(ahead);
    if (!(out->size <= SWEEP_SIGMA_MOST))
        TRY(reader_fault_at(r->cx, r->files, q->at, q->path, from.file, "three rows or more for changes, two for levels, that give a sigma of at most 5",
                            "the spread cannot be fitted"));
out:
    return st;
}

static strait_status read_given(const struct reader *r, const struct reader_group *q, const struct cfg_node *sigma, const struct cfg_node *spread,
                                struct sweep_quantity *out)
{
    static const char *const not_here[] = {"column", "as", "weight", "since", "until", "joint", "of", "ahead"};
    strait_status st = STRAIT_OK;

    TRY(refuse_keys(r, q, not_here, sizeof not_here / sizeof *not_here, "with a history"));
    out->kind = sigma ? SPREAD_LOGNORMAL : SPREAD_UNIFORM;
    TRY(reader_take_number(r, q, sigma ? sigma : spread, 0, sigma ? SWEEP_SIGMA_MOST : 1, &out->size));
out:
    return st;
}

strait_status sweep_read_quantity(const struct reader *r, const struct reader_group *q, void *to)
{
    static const char *const known[] = {"name", "path", "sigma", "spread", "history", "column", "as", "weight", "since", "until", "joint", "of", "ahead"};
    static const char one_way[] = "one of sigma, spread and history, or sigma = \"fitted\" with a history";
    struct sweep_quantity *out = to;
    const struct cfg_node *v, *sigma = reader_member(q, "sigma"), *spread = reader_member(q, "spread"), *history = reader_member(q, "history");
    bool fitted = sigma && sigma->shape == CFG_SCALAR && sigma->type == CFG_STRING && strcmp(sigma->text, "fitted") == 0;
    strait_status st = STRAIT_OK;

    TRY(reader_check_keys(r, q, known, sizeof known / sizeof *known));
    out->at = q->at;
    if ((v = reader_member(q, "name")))
        TRY(reader_take_name(r, q, v, &out->name));
    else
        TRY(reader_missing(r, q, "name", "a name"));
    if ((v = reader_member(q, "path")))
        TRY(reader_take_list(r, q, v, false, "", &out->path));
    else
        TRY(reader_missing(r, q, "path", "a path as --set takes it, or several"));
    int ways = (sigma != NULL) + (spread != NULL) + (history != NULL && !fitted);
    if (ways == 0)
        TRY(reader_missing(r, q, "sigma, spread or history", one_way));
    else if (ways > 1)
        TRY(reader_fault(r, q->path, spread ? spread : history, one_way, "is one too many"));
    else if (fitted)
        TRY(read_fitted(r, q, out));
    else
        TRY(history ? read_bootstrap(r, q, out) : read_given(r, q, sigma, spread, out));
out:
    return st;
}

/* ---- the order of the rows ---- */

struct ranked { double v; size_t row; };

static int ascending(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return x->v != y->v ? (x->v < y->v ? -1 : 1) : (x->row > y->row) - (x->row < y->row);
}

static double weight_of(const struct history *h, size_t i) { return h->weight ? h->weight[i] : 1; }

/* The mean that factors are of; 1 where the values themselves are wanted, or all are 0. */
static double unit_of(const struct sweep_quantity *q)
{
    const struct history *h = &q->past;
    double mean = 0, all = 0;

    for (size_t i = 0; i < h->n_row; i++)
        all += weight_of(h, i);
    for (size_t i = 0; i < h->n_row; i++)
        mean += weight_of(h, i) * h->v[i] / all;
    return q->absolute || !(mean > 0) ? 1 : mean;
}

static strait_status arrange(const struct reader *r, const struct history *lead, struct sweep_quantity *q)
{
    size_t n = q->past.n_row;
    struct ranked *order = arena_alloc(r->arena, n, sizeof *order);
    double *v = arena_alloc(r->arena, n, sizeof *v), *upto = arena_alloc(r->arena, n, sizeof *upto), all = 0, unit = unit_of(q);

    if (!order || !v || !upto)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < n; i++)
        order[i] = (struct ranked){lead->v[i], i};
    qsort(order, n, sizeof *order, ascending);
    for (size_t i = 0; i < n; i++) {
        v[i] = q->past.v[order[i].row] / unit;
        upto[i] = all += weight_of(&q->past, order[i].row);
    }
    for (size_t i = 0; i < n; i++)
        upto[i] /= all;
    q->n_history = n;
    q->history = v;
    q->upto = q->past.weight ? upto : NULL;
    return STRAIT_OK;
}

/* The same rows, weighed alike. */
static bool same_rows(const struct history *a, const struct history *b)
{
    return a->file == b->file && a->n_row == b->n_row && (a->weight != NULL) == (b->weight != NULL)
           && (!a->weight || memcmp(a->weight, b->weight, a->n_row * sizeof *a->weight) == 0);
}

static bool draws(const struct sweep_quantity *q) { return q->kind == SPREAD_HISTORY && q->past.n_row > 0; }

strait_status sweep_bootstraps(const struct reader *r, struct sweep *s)
{
    strait_status st = STRAIT_OK;
    struct sweep_quantity *v = s->quantity.v;

    for (size_t i = 0; i < s->quantity.n; i++) {
        size_t mates = 0;
        v[i].lead = i;
        for (size_t j = s->quantity.n; j-- > 0 && draws(&v[i]) && v[i].joint;) {
            if (!draws(&v[j]) || !v[j].joint || !same_rows(&v[i].past, &v[j].past))
                continue;
            mates++;
            v[i].lead = j < v[i].lead ? j : v[i].lead;
        }
        if (draws(&v[i]) && v[i].joint && mates < 2)
            TRY(reader_fault_at(r->cx, r->files, v[i].at, "quantities.joint", v[i].name, "two or more of one history, with the same weights",
                                "there is none that it could draw with"));
        if (draws(&v[i]))
            TRY(arrange(r, &v[v[i].lead].past, &v[i]));
    }
out:
    return st;
}
