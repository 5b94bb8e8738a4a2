/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole tables: what must not be empty, and rows that say the same thing twice. */
#include "domain/room.h"

#include <stdlib.h>
#include <string.h>

static strait_status check_empty(strait_ctx *cx, const strait_case *c)
{
    static const enum kind needed[] = {KIND_company, KIND_accelerator, KIND_site, KIND_offer, KIND_model,
                                       KIND_workload};
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (case_rows(c, needed[i]) == 0)
            TRY(cx_fault(cx, SEV_ERROR, c->files.n > 0 ? c->files.v[0].path : "", 0, kind_desc(needed[i])->plural,
                         NULL, "at least one row", "the table is empty (%s)", kind_desc(needed[i])->doc));
out:
    return st;
}

/* Fields that together may occur once, ended by NO_FIELD. */
struct unique { enum kind kind; size_t field[4]; };

static const struct unique uniques[] = {
    {KIND_network, {FLD_network_site, FLD_network_region, NO_FIELD, NO_FIELD}},
    {KIND_port, {FLD_port_workload, FLD_port_family, NO_FIELD, NO_FIELD}},
    {KIND_profile, {FLD_profile_profile, FLD_profile_hour, NO_FIELD, NO_FIELD}},
    {KIND_efficiency, {FLD_efficiency_family, FLD_efficiency_phase, FLD_efficiency_moe, NO_FIELD}},
    {KIND_pinned_rate, {FLD_pinned_rate_workload, FLD_pinned_rate_accelerator, FLD_pinned_rate_phase, NO_FIELD}},
    {KIND_price_index, {FLD_price_index_year, NO_FIELD, NO_FIELD, NO_FIELD}},
};

struct keyed { uint64_t key[3]; size_t row; };

/* A number that is equal for equal values; texts are symbols, so their addresses do. */
static uint64_t key_of(const strait_case *c, enum kind k, size_t row, size_t i_field)
{
    const struct field_desc *fd = &kind_desc(k)->field[i_field];
    const void *p = field_ptr(c, k, row, fd);

    switch (fd->type) {
    case TYPE_TEXT: return (uint64_t)(uintptr_t)*(const char *const *)p;
    case TYPE_INTEGER: return (uint64_t)*(const int64_t *)p;
    case TYPE_BOOL: return *(const bool *)p;
    default: return (uint64_t)(int64_t)*(const int *)p;
    }
}

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;

    for (int i = 0; i < 3; i++)
        if (x->key[i] != y->key[i])
            return x->key[i] < y->key[i] ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Rows whose key fields all hold a value. */
static size_t collect(const strait_case *c, const struct unique *u, struct keyed *v)
{
    size_t n = 0;

    for (size_t row = 0; row < case_rows(c, u->kind); row++) {
        struct keyed k = {{0, 0, 0}, row};
        bool whole = true;

        for (int i = 0; u->field[i] != NO_FIELD; i++) {
            whole = whole && field_has_value(c, u->kind, row, u->field[i]);
            k.key[i] = key_of(c, u->kind, row, u->field[i]);
        }
        if (whole)
            v[n++] = k;
    }
    return n;
}

static strait_status repeated(strait_ctx *cx, const strait_case *c, const struct unique *u, size_t row, size_t before)
{
    const struct kind_desc *kd = kind_desc(u->kind);
    char where[512], keys[128] = "";

    for (int i = 0; u->field[i] != NO_FIELD; i++) {
        if (i > 0)
            strcat(keys, ", ");
        strcat(keys, kd->field[u->field[i]].key);
    }
    fault_where(c, u->kind, before, where, sizeof where);
    return fault_field(cx, c, SEV_ERROR, u->kind, row, u->field[0], "each once",
                       "has the same %s as the row at %s", keys, where);
}

static strait_status check_unique(strait_ctx *cx, const strait_case *c, const struct unique *u)
{
    struct keyed *v = mem_calloc(case_rows(c, u->kind), sizeof *v);
    strait_status st = STRAIT_OK;
    size_t n;

    if (v == NULL)
        return cx_nomem(cx);
    n = collect(c, u, v);
    qsort(v, n, sizeof *v, compare_keyed);
    for (size_t i = 1; i < n; i++)
        if (memcmp(v[i].key, v[i - 1].key, sizeof v[i].key) == 0)
            TRY(repeated(cx, c, u, v[i].row, v[i - 1].row));
out:
    mem_free(v);
    return st;
}

/** Faults of whole tables: essential ones that are empty, keys that come twice (both places are named). */
strait_status domain_check_tables(strait_ctx *cx, const strait_case *c)
{
    strait_status st = check_empty(cx, c);

    for (size_t i = 0; i < sizeof uniques / sizeof uniques[0] && st == STRAIT_OK; i++)
        st = check_unique(cx, c, &uniques[i]);
    return st;
}
