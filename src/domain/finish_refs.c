/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and references: every name once, every reference to a row that is there. */
#include "domain/room.h"

#include <string.h>

static strait_status duplicate_name(strait_ctx *cx, const strait_case *c, enum kind k, size_t row, size_t first)
{
    char where[512];

    fault_where(c, k, first, where, sizeof where);
    return fault_field(cx, c, SEV_ERROR, k, row, 0, "each name once", "is already the name of the one at %s", where);
}

static strait_status index_kind(strait_ctx *cx, strait_case *c, enum kind k)
{
    size_t n = c->draft->names.n;
    int *map = mem_realloc(NULL, n, sizeof *map);
    strait_status st = STRAIT_OK;

    if (map == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < n; i++)
        map[i] = -1;
    for (size_t row = 0; row < case_rows(c, k); row++) {
        const char *name = row_name(c, k, row);
        uint32_t symbol;

        if (name == NULL)
            continue;
        symbol = symbol_find(&c->draft->names, name);
        if (map[symbol] >= 0)
            TRY(duplicate_name(cx, c, k, row, (size_t)map[symbol]));
        else
            map[symbol] = (int)row;
    }
    c->draft->named[k] = map;
    map = NULL;
out:
    mem_free(map);
    return st;
}

/** Make the index of names of every named kind; duplicates are faults that name both places. */
strait_status finish_names(strait_ctx *cx, strait_case *c)
{
    strait_status st = STRAIT_OK;

    c->draft->n_named = c->draft->names.n;
    for (int k = 0; k < N_KIND; k++)
        if (kind_is_named((enum kind)k))
            TRY(index_kind(cx, c, (enum kind)k));
out:
    return st;
}

static strait_status dangling(strait_ctx *cx, const strait_case *c, enum kind k, size_t row, size_t i_field)
{
    const struct field_desc *fd = &kind_desc(k)->field[i_field];
    enum kind to = (enum kind)fd->ref_kind;
    int ref = *(const int *)field_ptr(c, k, row, fd);
    const char **names = mem_calloc(case_rows(c, to), sizeof *names);
    const char *near;
    size_t n = 0;
    strait_status st;

    if (names == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < case_rows(c, to); i++)
        if (row_name(c, to, i) != NULL)
            names[n++] = row_name(c, to, i);
    near = str_nearest(c->draft->names.v[ref_symbol(ref)], names, n);
    st = fault_field(cx, c, SEV_ERROR, k, row, i_field, n == 0 ? "there are none" : NULL,
                     "is the name of no %s%s%s%s", kind_desc(to)->id, near == NULL ? "" : " (did you mean \"",
                     near == NULL ? "" : near, near == NULL ? "" : "\"?)");
    mem_free(names);
    return st;
}

static strait_status resolve_field(strait_ctx *cx, strait_case *c, enum kind k, size_t i_field)
{
    const struct field_desc *fd = &kind_desc(k)->field[i_field];
    const int *map = c->draft->named[fd->ref_kind];

    for (size_t row = 0; row < case_rows(c, k); row++) {
        int *ref = field_ptr(c, k, row, fd);

        if (*ref >= -1)
            continue;
        if (map[ref_symbol(*ref)] < 0) {
            strait_status st = dangling(cx, c, k, row, i_field);

            if (st != STRAIT_OK)
                return st;
            *ref = -1;
        } else
            *ref = map[ref_symbol(*ref)];
    }
    return STRAIT_OK;
}

/** Turn the names in references into rows; a reference to nothing is a fault and becomes -1. */
strait_status finish_refs(strait_ctx *cx, strait_case *c)
{
    strait_status st = STRAIT_OK;

    for (int k = 0; k < N_KIND; k++)
        for (size_t i = 0; i < kind_desc((enum kind)k)->n_field; i++)
            if (kind_desc((enum kind)k)->field[i].type == TYPE_REF)
                TRY(resolve_field(cx, c, (enum kind)k, i));
out:
    return st;
}
