/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of a CSV text (RFC 4180), one at a time.  Cells are cut in place, so a row costs no allocation.  Lines end with
 * LF or CRLF; a line that begins with # is a comment, an empty line is none; blanks around a cell are dropped unless
 * it is quoted.
 */
#ifndef STRAIT_INPUT_CSV_H
#define STRAIT_INPUT_CSV_H

#include <stdbool.h>
#include "base/ctx.h"

#define CSV_CELL_MAX ((size_t)1 << 20)   /* bytes: longer is a forgotten quote */
#define CSV_CELLS_MAX 1000               /* in a row */

struct csv {
    strait_ctx *cx;
    const char *file, *key;   /* borrowed, for faults */
    char *p, *end;
    uint32_t line;            /* of p */
    uint32_t row_line;        /* of the row's first cell */
    VEC(char *) cell;         /* the row, until the next call */
    /* Instead of a fault in cx: what spoils a row goes there.  NULL: to cx, as an error. */
    strait_status (*spoilt)(void *data, uint32_t line, const char *value, const char *allowed, const char *what);
    void *spoilt_data;
    bool bad;                 /* the row has a fault: cells are not to be used */
};

/* Begin on n bytes (a NUL follows them), borrowed and changed in place. */
strait_status csv_begin(struct csv *r, strait_ctx *cx, const char *file, const char *key, char *bytes,
                        size_t n) MUST_USE;
/* The next row; *more false at the end.  Faults go to cx. */
strait_status csv_next(struct csv *r, bool *more) MUST_USE;
void csv_end(struct csv *r);

#endif
