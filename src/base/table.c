/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/table.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

static size_t size_of(strait_type type)
{
    switch (type) {
    case STRAIT_TEXT: return sizeof(const char *);
    case STRAIT_REAL: return sizeof(double);
    case STRAIT_INT: return sizeof(int64_t);
    case STRAIT_BOOL: break;
    }
    return sizeof(bool);
}

/**
 * A new table without rows.
 *
 * @param out   owned by the caller, free with table_free; untouched on failure
 * @param name  copied
 * @param def   columns, ended by {NULL}; strings static; a NULL unit is ""
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Test: tests/unit/check_base.c
 */
strait_status table_new(strait_table **out, const char *name, const struct column_def *def)
{
    strait_table *t = mem_calloc(1, sizeof *t);
    size_t n = 0;

    if (t == NULL)
        return STRAIT_ENOMEM;
    while (def[n].name != NULL)
        n++;
    t->name = mem_strdup(name);
    t->arena = arena_new();
    t->col = mem_calloc(n, sizeof *t->col);
    if (t->name == NULL || t->arena == NULL || t->col == NULL) {
        table_free(t);
        return STRAIT_ENOMEM;
    }
    for (t->n_col = 0; t->n_col < n; t->n_col++) {
        const struct column_def *d = &def[t->n_col];

        t->col[t->n_col] = (struct column){d->name, d->unit == NULL ? "" : d->unit, d->type, NULL};
    }
    *out = t;
    return STRAIT_OK;
}

/** Free a table with its texts; NULL is fine. */
void table_free(strait_table *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->n_col; i++)
        mem_free(t->col[i].data);
    mem_free(t->col);
    arena_free(t->arena);
    mem_free(t->name);
    mem_free(t);
}

/* `cap` moves only when every column has grown, so a failure leaves a consistent table. */
static strait_status grow(strait_table *t)
{
    size_t cap = t->cap < 8 ? 8 : t->cap * 2;

    if (t->n_row < t->cap)
        return STRAIT_OK;
    for (size_t i = 0; i < t->n_col; i++) {
        void *p = mem_realloc(t->col[i].data, cap, size_of(t->col[i].type));

        if (p == NULL)
            return STRAIT_ENOMEM;
        t->col[i].data = p;
    }
    t->cap = cap;
    return STRAIT_OK;
}

static strait_status put_text(strait_table *t, size_t i, const char *s)
{
    const char *copy = s == NULL ? NULL : arena_strdup(t->arena, s);

    ((const char **)t->col[i].data)[t->n_row] = copy;
    return s != NULL && copy == NULL ? STRAIT_ENOMEM : STRAIT_OK;
}

/**
 * Append one row.
 *
 * @param ...  one value per column, in order: const char * (copied; NULL: none), double (NaN: none),
 *             int64_t, int for a bool
 * @return STRAIT_OK; STRAIT_ENOMEM, the table as it was
 * Cost O(columns) amortized.  Test: tests/unit/check_base.c
 */
strait_status table_add(strait_table *t, ...)
{
    strait_status st = grow(t);
    va_list ap;

    va_start(ap, t);
    for (size_t i = 0; st == STRAIT_OK && i < t->n_col; i++) {
        switch (t->col[i].type) {
        case STRAIT_TEXT: st = put_text(t, i, va_arg(ap, const char *)); break;
        case STRAIT_REAL: ((double *)t->col[i].data)[t->n_row] = va_arg(ap, double); break;
        case STRAIT_INT: ((int64_t *)t->col[i].data)[t->n_row] = va_arg(ap, int64_t); break;
        case STRAIT_BOOL: ((bool *)t->col[i].data)[t->n_row] = va_arg(ap, int) != 0; break;
        }
    }
    va_end(ap);
    if (st == STRAIT_OK)
        t->n_row++;
    return st;
}

/** Give a column a unit known only at run time (the case's currency); copied. */
strait_status table_set_unit(strait_table *t, const char *col, const char *unit)
{
    const char *copy = arena_strdup(t->arena, unit);

    if (copy == NULL)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < t->n_col; i++)
        if (strcmp(t->col[i].name, col) == 0)
            t->col[i].unit = copy;
    return STRAIT_OK;
}

/** The column of that name, borrowed; NULL: none. */
const struct column *table_col(const strait_table *t, const char *name)
{
    for (size_t i = 0; i < t->n_col; i++)
        if (strcmp(t->col[i].name, name) == 0)
            return &t->col[i];
    return NULL;
}

static const void *cells(const strait_table *t, const char *col, strait_type type, size_t row)
{
    const struct column *c = table_col(t, col);

    assert(c != NULL && c->type == type && row < t->n_row);
    (void)type;
    (void)row;
    return c->data;
}

/** A cell of a column of type STRAIT_REAL; another type, name or row is a bug. */
double table_real(const strait_table *t, const char *col, size_t row)
{
    return ((const double *)cells(t, col, STRAIT_REAL, row))[row];
}

/** A cell of a column of type STRAIT_TEXT, borrowed; NULL: none. */
const char *table_text(const strait_table *t, const char *col, size_t row)
{
    return ((const char *const *)cells(t, col, STRAIT_TEXT, row))[row];
}

/** A cell of a column of type STRAIT_INT. */
int64_t table_int(const strait_table *t, const char *col, size_t row)
{
    return ((const int64_t *)cells(t, col, STRAIT_INT, row))[row];
}

/** A cell of a column of type STRAIT_BOOL. */
bool table_bool(const strait_table *t, const char *col, size_t row)
{
    return ((const bool *)cells(t, col, STRAIT_BOOL, row))[row];
}

void strait_table_free(strait_table *t)
{
    table_free(t);
}

const char *strait_table_name(const strait_table *t)
{
    return t->name;
}

size_t strait_table_rows(const strait_table *t)
{
    return t->n_row;
}

size_t strait_table_cols(const strait_table *t)
{
    return t->n_col;
}

const char *strait_table_col_name(const strait_table *t, size_t i)
{
    return i < t->n_col ? t->col[i].name : NULL;
}

const char *strait_table_col_unit(const strait_table *t, size_t i)
{
    return i < t->n_col ? t->col[i].unit : NULL;
}

strait_type strait_table_col_type(const strait_table *t, size_t i)
{
    return i < t->n_col ? t->col[i].type : STRAIT_TEXT;
}

const void *strait_table_col_data(const strait_table *t, size_t i)
{
    return i < t->n_col ? t->col[i].data : NULL;
}
