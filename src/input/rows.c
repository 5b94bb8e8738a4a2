/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/rows.h"

#include <string.h>
#include <strings.h>

#include "input/file.h"

/* Bytes behind those not used yet, which move to the front. */
static strait_status refill(struct rows *r)
{
    strait_status st = STRAIT_OK;
    size_t got = 0;

    memmove(r->buf, r->buf + r->at, r->fill - r->at);
    r->fill -= r->at;
    r->at = 0;
    st = stream_read(r->stream, r->buf + r->fill, ROWS_LONGEST - r->fill, &got);
    if (st == STRAIT_EINPUT) {
        st = cx_fault(r->cx, SEV_ERROR, r->path, r->csv.line, "file", NULL, "a whole file of text, plain or packed by gzip",
                      "%s", stream_wrong(r->stream));
        return st == STRAIT_OK ? STRAIT_EINPUT : st;
    }
    r->fill += got;
    r->end = got == 0;
    return st;
}

/* End of a row that may have quoted cells with line ends in them, as row_end has it; NULL also for an open quote. */
static const char *quoted_row_end(const char *p, const char *end, bool last)
{
    bool first = true;   /* of a cell: a quote opens it */

    for (; p < end; p++) {
        if (*p == '\n')
            return p + 1;
        if (*p == '"' && first) {
            for (p++; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++)
                p += *p == '"';
            if (p >= end)
                return NULL;
            first = false;
        } else if (*p != ' ' && *p != '\t') {
            first = *p == ',';
        }
    }
    return last ? end : NULL;
}

/* Behind the LF that ends the row at p, or the end of the file (`last`); NULL: not here yet. */
static const char *row_end(const char *p, const char *end, bool last)
{
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    const char *stop = lf == NULL ? end : lf + 1;

    if (*p == '#' || memchr(p, '"', (size_t)(stop - p)) == NULL)
        return lf != NULL || last ? stop : NULL;
    return quoted_row_end(p, end, last);
}

static strait_status bad_row(struct rows *r, const char *value, size_t n, const char *allowed, const char *what)
{
    char snip[TEXT_SNIP];

    text_snip(snip, value, n < TEXT_SNIP ? text_valid(value, n) : 0);
    return r->bad(r->bad_data, r->csv.line, snip, allowed, what);
}

/* Pass over the line at hand, which is longer than the window or has a quote that is never closed. */
static strait_status skip_line(struct rows *r, const char *allowed, const char *what)
{
    strait_status st = bad_row(r, "", 0, allowed, what);
    char *lf = NULL;

    while (st == STRAIT_OK && lf == NULL && r->at < r->fill) {
        lf = memchr(r->buf + r->at, '\n', r->fill - r->at);
        r->at = lf == NULL ? r->fill : (size_t)(lf - r->buf) + 1;
        if (lf == NULL && !r->end)
            st = refill(r);
    }
    r->csv.line += lf != NULL;
    return st;
}

/* The bytes of the next row, or of a line of comment or an empty one; *n 0 at the end. */
static strait_status next_bytes(struct rows *r, size_t *n)
{
    strait_status st = STRAIT_OK;

    for (*n = 0; *n == 0;) {
        const char *from = r->buf + r->at;
        const char *stop = r->at == r->fill ? NULL : row_end(from, r->buf + r->fill, r->end);

        if (stop != NULL)
            *n = (size_t)(stop - from);
        else if (!r->end && r->fill - r->at < ROWS_LONGEST)
            TRY(refill(r));
        else if (r->at == r->fill)
            return STRAIT_OK;
        else
            TRY(skip_line(r, "a row of less than 1 MiB, its quotes closed", "the row does not end"));
    }
out:
    return st;
}

static strait_status no_text(struct rows *r, const char *from, size_t n)
{
    strait_status st = bad_row(r, from, n, "UTF-8 text without NUL bytes", "the row is no text");

    r->at += n;
    for (const char *end = from + n; st == STRAIT_OK && (from = memchr(from, '\n', (size_t)(end - from))) != NULL; from++)
        r->csv.line++;
    return st;
}

/* Cut the next row, past comments and empty lines; r->csv.bad and no cells when it was told to be bad. */
static strait_status cut(struct rows *r, bool *more)
{
    strait_status st = STRAIT_OK;
    bool row = false;
    size_t n;

    *more = true;
    while (!row) {
        char *from;

        TRY(next_bytes(r, &n));
        *more = n > 0;
        if (n == 0)
            break;
        from = r->buf + r->at;
        if (text_valid(from, n) < n) {
            TRY(no_text(r, from, n));
            continue;
        }
        r->csv.p = from;
        r->csv.end = from + n;
        TRY(csv_next(&r->csv, &row));
        r->at = (size_t)(r->csv.p - r->buf);   /* a bad row gives back the lines behind its first */
    }
out:
    return st;
}

/* "name[unit]" apart, in place. */
static void cut_name(char *cell, const char **unit)
{
    char *open = strchr(cell, '['), *close = open == NULL ? NULL : strchr(open, ']');

    *unit = NULL;
    if (close == NULL)
        return;
    *close = '\0';
    *unit = open + 1;
    while (open > cell && open[-1] == ' ')
        open--;
    *open = '\0';
}

static strait_status keep_header(struct rows *r)
{
    size_t n = r->csv.cell.n, bytes = 0;
    char *to;

    for (size_t i = 0; i < n; i++)
        bytes += strlen(r->csv.cell.v[i]) + 1;
    r->head = mem_calloc(n, sizeof *r->head);
    r->unit = mem_calloc(n, sizeof *r->unit);
    r->names = to = mem_calloc(bytes, 1);
    if (r->head == NULL || r->unit == NULL || to == NULL)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(r->csv.cell.v[i]) + 1;

        r->head[i] = memcpy(to, r->csv.cell.v[i], len);
        cut_name(r->head[i], &r->unit[i]);
        to += len;
    }
    r->n_head = n;
    return STRAIT_OK;
}

/**
 * Open a table and read its header.
 *
 * @param r     any; rows_close frees it, also after a failure
 * @param path  borrowed while r lives
 * @param bad   takes each row that cannot be read (line, start of it, what is allowed, what is wrong); borrowed with data
 * @return STRAIT_OK, STRAIT_EINPUT (fault in cx: no header, gzip damaged), STRAIT_EIO, STRAIT_ENOMEM
 * Memory: a window of 1 MiB, whatever the file.  Test: tests/unit/check_stream.c
 */
strait_status rows_open(struct rows *r, strait_ctx *cx, const char *path, rows_bad_fn *bad, void *data)
{
    strait_status st = STRAIT_OK;
    bool more = false;

    *r = (struct rows){.cx = cx, .path = path, .bad = bad, .bad_data = data};
    r->csv = (struct csv){.cx = cx, .file = path, .key = "rows", .line = 1, .spoilt = bad, .spoilt_data = data};
    TRY(stream_open(cx, path, &r->stream));
    r->buf = mem_calloc(ROWS_LONGEST + 1, 1);
    if (r->buf == NULL)
        return cx_nomem(cx);
    TRY(refill(r));
    while (!r->end && r->fill < 3)
        TRY(refill(r));
    r->at = text_bom(r->buf, r->fill);
    TRY(cut(r, &more));
    if (more && !r->csv.bad)
        return keep_header(r);
    TRY(cx_fault(cx, SEV_ERROR, path, r->csv.line, "file", NULL, "a first row with the names of the columns",
                 more ? "the header cannot be read" : "the file is empty"));
    st = STRAIT_EINPUT;
out:
    return st;
}

void rows_close(struct rows *r)
{
    csv_end(&r->csv);
    stream_close(r->stream);
    mem_free(r->buf);
    mem_free(r->head);
    mem_free(r->unit);
    mem_free(r->names);
    *r = (struct rows){.cx = r->cx};
}

/**
 * The next row with as many cells as the header; others are told to `bad`.
 *
 * @return STRAIT_OK, STRAIT_EINPUT (fault in cx: gzip damaged), STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(bytes), no allocation.  Test: tests/unit/check_stream.c
 */
strait_status rows_next(struct rows *r, bool *more)
{
    strait_status st;

    for (;;) {
        TRY(cut(r, more));
        if (!*more || (!r->csv.bad && r->csv.cell.n == r->n_head))
            return STRAIT_OK;
        if (!r->csv.bad)
            TRY(r->bad(r->bad_data, r->csv.row_line, r->csv.cell.v[0],
                       "as many cells as the header; a cell with a comma needs double quotes",
                       r->csv.cell.n < r->n_head ? "the row has too few cells" : "the row has too many cells"));
    }
out:
    return st;
}

size_t rows_column(const struct rows *r, const char *name)
{
    for (size_t i = 0; i < r->n_head; i++)
        if (strcasecmp(r->head[i], name) == 0)
            return i;
    return ROWS_NONE;
}
