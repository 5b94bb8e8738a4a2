/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A CSV sheet whose columns are found by name; a unit in brackets behind a name is dropped, other columns are ignored. */
#ifndef STRAIT_CALIBRATE_SHEET_H
#define STRAIT_CALIBRATE_SHEET_H

#include "input/csv.h"

struct sheet {
    struct csv csv;
    char **head;            /* names, into the text */
    size_t n_head;
    char *owned;            /* the text of sheet_open; NULL: the caller's */
};

/* Begin on a text (see csv_begin) and read its header.  STRAIT_EINPUT: no header, or not all of `need` (ended by NULL). */
strait_status sheet_begin(struct sheet *s, strait_ctx *cx, const char *file, char *bytes, size_t n,
                          const char *const *need) MUST_USE;
/* The same on a file, whose text is the sheet's.  STRAIT_EIO too: it cannot be read. */
strait_status sheet_open(struct sheet *s, strait_ctx *cx, const char *file, const char *const *need) MUST_USE;
strait_status sheet_next(struct sheet *s, bool *more) MUST_USE;
void sheet_end(struct sheet *s);

bool sheet_has(const struct sheet *s, const char *name);
/* The row's cell, "" when there is no such column or the row is short; borrowed until the next row. */
const char *sheet_text(const struct sheet *s, const char *name);
/* The number in it; NaN when empty or no finite number. */
double sheet_number(const struct sheet *s, const char *name);
/* The number when it lies between these; else 0: not told. */
#define SHEET_LEAST 1e-4
#define SHEET_MOST 1e9
double sheet_count(const struct sheet *s, const char *name);

#endif
