/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a sweep's events and quantities go together: the correlations of their normals, and the factor that makes them. */
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "linalg/linalg.h"
#include "study/reader.h"
#include "study/sweep.h"

const char *sweep_dim_name(const struct sweep *s, size_t i)
{
    return i < s->event.n ? s->event.v[i].name : s->quantity.v[i - s->event.n].name;
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
    for (size_t i = 0; name && i < s->event.n + s->quantity.n; i++)
        if (sweep_dim_name(s, i) && strcmp(sweep_dim_name(s, i), name) == 0)
            *out = i;
    if (st == STRAIT_OK && name && *out == SIZE_MAX)
        return reader_fault(r, q->path, v, "the name of an event or quantity", "is neither");
    return st;
}

static strait_status read_correlation(const struct reader *r, const struct sweep *s, const struct reader_group *q, double *matrix)
{
    static const char *const known[] = {"a", "b", "value"};
    size_t n = s->event.n + s->quantity.n, a, b;
    const struct cfg_node *v = reader_member(q, "value");
    double value = 0;
    strait_status st = STRAIT_OK;

    TRY(reader_check_keys(r, q, known, 3));
    TRY(take_dim(r, s, q, "a", &a));
    TRY(take_dim(r, s, q, "b", &b));
    if (v)
        TRY(reader_take_number(r, q, v, -1, 1, &value));
    else
        TRY(reader_missing(r, q, "value", "a number from -1 to 1"));
    if (a == SIZE_MAX || b == SIZE_MAX)
        goto out;
    if (a == b || matrix[a * n + b] != 0)
        st = reader_fault(r, q->path, reader_member(q, "b"), "each pair once, of two", a == b ? "is the same" : "is correlated with it already");
    else
        matrix[a * n + b] = matrix[b * n + a] = value;
out:
    return st;
}

static strait_status factorise(const struct reader *r, struct sweep *s, const struct cfg_node *list, size_t n, const double *matrix)
{
    bool definite;
    size_t at;
    strait_status st = linalg_cholesky(n, matrix, s->root, &definite, &at);

    if (st != STRAIT_OK)
        return st == STRAIT_ENOMEM ? cx_nomem(r->cx) : cx_fail(r->cx, st, "%zu events and quantities are too many", n);
    if (definite)
        return STRAIT_OK;
    return reader_fault(r, "", list, "correlations that can be together: smaller ones",
                        "the correlations contradict each other: their matrix is not positive definite");
}

strait_status sweep_correlations(const struct reader *r, struct sweep *s, const struct cfg_node *list)
{
    size_t n = s->event.n + s->quantity.n, before = r->cx->n_error;
    double *matrix = arena_alloc(r->arena, n * n, sizeof *matrix);
    strait_status st = STRAIT_OK;

    s->root = arena_alloc(r->arena, n * n, sizeof *s->root);
    if (!matrix || !s->root)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < n; i++)
        matrix[i * n + i] = s->root[i * n + i] = 1;
    if (!list)
        return STRAIT_OK;
    if (list->shape != CFG_LIST)
        return reader_fault(r, "", list, "( { a = \"x\"; b = \"y\"; value = 0.5; }, ... )", "is not a list");
    for (size_t i = 0; i < list->n; i++) {
        const struct cfg_node *v = &list->child[i];
        struct reader_group q = {.node = v, .at = {v->file, v->line}};
        snprintf(q.path, sizeof q.path, "correlations.#%zu", i + 1);
        if (v->shape != CFG_GROUP)
            TRY(reader_fault(r, "correlations", v, "a group { a = ...; b = ...; value = ...; }", "is not a group"));
        else
            TRY(read_correlation(r, s, &q, matrix));
    }
    if (n > 0 && r->cx->n_error == before)
        TRY(factorise(r, s, list, n, matrix));
out:
    return st;
}
