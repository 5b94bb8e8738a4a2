/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A result table: named, typed, unit-bearing columns over arrays of one length.  Every answer of
 * the library is one of these; writers and the public API know nothing else.
 */
#ifndef STRAIT_BASE_TABLE_H
#define STRAIT_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"

/* strait_type: STRAIT_TEXT (const char *, NULL = none), STRAIT_REAL (double, NaN = none),
   STRAIT_INT (int64_t), STRAIT_BOOL (bool) -- from strait.h */
struct column {
    const char *name;   /* static storage */
    const char *unit;   /* static storage or owned by the table; "" when none */
    strait_type type;
    void *data;         /* n_row of the type */
};

struct strait_table {
    char *name;
    size_t n_col, n_row, cap;
    struct column *col;
    struct arena *arena;   /* owns the texts */
};

/* Names and types of the columns, ended by {NULL}. Strings are borrowed and must be static. */
struct column_def { const char *name; strait_type type; const char *unit; };

strait_status table_new(strait_table **out, const char *name, const struct column_def *def) MUST_USE;
void table_free(strait_table *t);

/* Append one row; values in column order: const char * (copied, may be NULL), double, int64_t,
   int (for bool).  STRAIT_ENOMEM leaves the table as it was. */
strait_status table_add(strait_table *t, ...) MUST_USE;

/* Give a column a unit known only at run time, such as the case's currency; copied. */
strait_status table_set_unit(strait_table *t, const char *col, const char *unit) MUST_USE;

const struct column *table_col(const strait_table *t, const char *name);   /* NULL: none */
double table_real(const strait_table *t, const char *col, size_t row);     /* asserts type */
const char *table_text(const strait_table *t, const char *col, size_t row);
int64_t table_int(const strait_table *t, const char *col, size_t row);
bool table_bool(const strait_table *t, const char *col, size_t row);

#endif
