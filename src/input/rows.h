/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of a CSV file of any size, plain or gzip, in a window of fixed size.  For tables of others: columns are found by
 * name, and a row that cannot be read is told to the caller and passed over.
 */
#ifndef STRAIT_INPUT_ROWS_H
#define STRAIT_INPUT_ROWS_H

#include "input/csv.h"
#include "input/stream.h"

#define ROWS_LONGEST ((size_t)1 << 20)   /* bytes of a row: longer is a forgotten quote */
#define ROWS_NONE SIZE_MAX

typedef strait_status rows_bad_fn(void *data, uint32_t line, const char *value, const char *allowed, const char *what);

struct rows {
    strait_ctx *cx;
    const char *path;         /* borrowed */
    struct stream *stream;
    char *buf;                /* ROWS_LONGEST + 1 */
    size_t at, fill;          /* of buf: the next row, the bytes there */
    bool end;
    struct csv csv;           /* the row */
    char **head;              /* names of the columns without [unit]; in `names` */
    const char **unit;        /* NULL: none */
    size_t n_head;
    char *names;
    rows_bad_fn *bad;
    void *bad_data;
};

/* Open and read the header.  Faults go to cx, rows that cannot be cut to `bad`.  rows_close is due in any case. */
strait_status rows_open(struct rows *r, strait_ctx *cx, const char *path, rows_bad_fn *bad, void *data) MUST_USE;
void rows_close(struct rows *r);
/* The next row with as many cells as the header; *more false at the end. */
strait_status rows_next(struct rows *r, bool *more) MUST_USE;

/* The column with this name, upper or lower case; ROWS_NONE: none. */
size_t rows_column(const struct rows *r, const char *name);
/* Cell of a column, "" for ROWS_NONE; borrowed until the next row. */
static inline const char *rows_cell(const struct rows *r, size_t column)
{
    return column == ROWS_NONE ? "" : r->csv.cell.v[column];
}
static inline uint32_t rows_line(const struct rows *r)
{
    return r->csv.row_line;
}

#endif
