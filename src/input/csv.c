/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/csv.h"

#include <string.h>

#include "input/file.h"

/**
 * Begin to read a CSV text; checks that it is UTF-8 without NUL bytes and skips a byte order mark.
 *
 * @param r      any; csv_end frees it
 * @param file   borrowed while r lives, for faults; key likewise
 * @param bytes  n and a NUL, borrowed while r lives; cells are cut in it
 * @return STRAIT_OK, STRAIT_EINPUT (the fault is recorded), STRAIT_ENOMEM
 * Cost O(n).  Test: tests/unit/check_csv.c
 */
strait_status csv_begin(struct csv *r, strait_ctx *cx, const char *file, const char *key, char *bytes, size_t n)
{
    unsigned line = 0;
    const char *wrong = text_fault(bytes, n, &line);
    strait_status st;

    *r = (struct csv){.cx = cx, .file = file, .key = key, .p = bytes, .end = bytes + n, .line = 1};
    if (wrong == NULL) {
        r->p += text_bom(bytes, n);
        return STRAIT_OK;
    }
    st = cx_fault(cx, SEV_ERROR, file, line, key, NULL, "UTF-8 text without NUL bytes", "%s", wrong);
    return st != STRAIT_OK ? st : STRAIT_EINPUT;
}

void csv_end(struct csv *r)
{
    VEC_FREE(&r->cell);
}

static void skip_line(struct csv *r)
{
    char *lf = r->p < r->end ? memchr(r->p, '\n', (size_t)(r->end - r->p)) : NULL;

    r->p = lf == NULL ? r->end : lf + 1;
    r->line += lf != NULL;
}

static void skip_blanks(struct csv *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
        r->p++;
}

/* Comments and empty lines before a row. */
static void skip_nothing(struct csv *r)
{
    while (r->p < r->end) {
        char *start = r->p;

        skip_blanks(r);
        if (r->p < r->end && *r->p == '\r' && r->p + 1 < r->end && r->p[1] == '\n')
            r->p++;
        if (r->p == r->end || *r->p == '\n' || *start == '#') {
            skip_line(r);
            continue;
        }
        r->p = start;
        return;
    }
}

/* One fault for the row, then go on with the next line. */
static strait_status spoil(struct csv *r, uint32_t line, const char *value, size_t n, const char *allowed,
                           const char *what)
{
    char snip[TEXT_SNIP];

    text_snip(snip, value, n);
    r->bad = true;
    skip_line(r);
    if (r->spoilt != NULL)
        return r->spoilt(r->spoilt_data, line, snip, allowed, what);
    return cx_fault(r->cx, SEV_ERROR, r->file, line, r->key, snip, allowed, "%s", what);
}

/* Behind a cell: true when the row goes on.  The separator becomes the cell's end. */
static bool goes_on(struct csv *r, char *cell_end)
{
    bool comma = r->p < r->end && *r->p == ',';

    if (r->p < r->end && *r->p == '\r')
        r->p++;
    if (r->p < r->end && *r->p == '\n')
        r->line++;
    if (r->p < r->end)
        r->p++;
    *cell_end = '\0';
    return comma;
}

static bool ends_cell(const struct csv *r)
{
    return r->p == r->end || *r->p == ',' || *r->p == '\n'
           || (*r->p == '\r' && r->p + 1 < r->end && r->p[1] == '\n') || (*r->p == '\r' && r->p + 1 == r->end);
}

static strait_status plain_cell(struct csv *r, char **cell, bool *more)
{
    char *end;

    *cell = r->p;
    while (!ends_cell(r) && *r->p != '"' && *r->p != '\r')
        r->p++;
    if (!ends_cell(r))
        return spoil(r, r->line, *cell, (size_t)(r->p + 1 - *cell),
                     *r->p == '"' ? "the whole cell in double quotes, with each inner one doubled" : "LF or CRLF",
                     *r->p == '"' ? "a double quote inside a cell" : "a carriage return inside a line");
    if ((size_t)(r->p - *cell) > CSV_CELL_MAX)
        return spoil(r, r->line, *cell, (size_t)(r->p - *cell), "at most 1 MiB", "the cell is too long");
    end = r->p;
    while (end > *cell && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *more = goes_on(r, end);
    return STRAIT_OK;
}

static strait_status quoted_cell(struct csv *r, char **cell, bool *more)
{
    uint32_t line = r->line;
    char *to = *cell = r->p;
    bool closed = false;

    for (r->p++; r->p < r->end; r->p++) {
        if (*r->p == '"') {
            r->p++;
            closed = r->p == r->end || *r->p != '"';
            if (closed)
                break;
        }
        r->line += *r->p == '\n';
        *to++ = *r->p;
    }
    if (!closed)
        return spoil(r, line, *cell, (size_t)(to - *cell), "a closing double quote", "the quoted cell is not closed");
    if ((size_t)(to - *cell) > CSV_CELL_MAX)
        return spoil(r, line, *cell, (size_t)(to - *cell), "at most 1 MiB", "the cell is too long");
    skip_blanks(r);
    if (!ends_cell(r))
        return spoil(r, r->line, *cell, (size_t)(to - *cell), "a comma or the end of the line",
                     "text after the closing quote of a cell");
    *more = goes_on(r, to);
    return STRAIT_OK;
}

/**
 * Read the next row.  A row that cannot be cut into cells is a fault, has `bad` set and no cells, and ends with its
 * line; only an unclosed quote takes the rest of the text.
 *
 * @param r     r->cell has the row's cells, valid until the next call
 * @param more  false: the text is at its end, there is no row
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost O(bytes).  Test: tests/unit/check_csv.c
 */
strait_status csv_next(struct csv *r, bool *more)
{
    bool goes = true;
    strait_status st = STRAIT_OK;

    skip_nothing(r);
    r->row_line = r->line;
    r->cell.n = 0;
    r->bad = false;
    *more = r->p < r->end;
    while (*more && goes && !r->bad) {
        char *cell = NULL;

        skip_blanks(r);
        if (r->cell.n == CSV_CELLS_MAX)
            TRY(spoil(r, r->line, r->p, 0, "at most 1000 cells", "the row has too many cells"));
        else if (r->p < r->end && *r->p == '"')
            TRY(quoted_cell(r, &cell, &goes));
        else
            TRY(plain_cell(r, &cell, &goes));
        if (!r->bad && VEC_PUSH(&r->cell, cell) != STRAIT_OK)
            st = cx_nomem(r->cx);
        if (st != STRAIT_OK)
            goto out;
    }
out:
    if (r->bad)
        r->cell.n = 0;
    return st;
}
