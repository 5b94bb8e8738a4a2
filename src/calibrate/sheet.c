/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calibrate/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "input/file.h"

static strait_status keep_header(struct sheet *s)
{
    size_t n = s->csv.cell.n;

    s->head = mem_calloc(n, sizeof *s->head);
    if (s->head == NULL)
        return cx_nomem(s->csv.cx);
    for (size_t i = 0; i < n; i++) {
        s->head[i] = s->csv.cell.v[i];
        s->head[i][strcspn(s->head[i], "[")] = '\0';
    }
    s->n_head = n;
    return STRAIT_OK;
}

static strait_status missing(struct sheet *s, const char *name)
{
    strait_status st = cx_fault(s->csv.cx, SEV_ERROR, s->csv.file, s->csv.row_line, name, NULL,
                                "the columns of the published rows, in any order", "the column is missing");

    return st != STRAIT_OK ? st : STRAIT_EINPUT;
}

/**
 * Begin to read a sheet.
 *
 * @param s     any; sheet_end frees it, also after a failure
 * @param file  borrowed, for faults
 * @param bytes n and a NUL, borrowed and cut in place
 * @param need  names that must be there, ended by NULL
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx), STRAIT_ENOMEM.  Test: tests/unit/check_points.c
 */
strait_status sheet_begin(struct sheet *s, strait_ctx *cx, const char *file, char *bytes, size_t n,
                          const char *const *need)
{
    strait_status st;
    bool more = false;

    *s = (struct sheet){ 0 };
    TRY(csv_begin(&s->csv, cx, file, "rows", bytes, n));
    TRY(csv_next(&s->csv, &more));
    if (!more || s->csv.bad) {
        TRY(cx_fault(cx, SEV_ERROR, file, s->csv.line, "rows", NULL, "a first row with the names of the columns",
                     "the sheet has no header"));
        return STRAIT_EINPUT;
    }
    TRY(keep_header(s));
    for (size_t i = 0; need[i] != NULL; i++)
        if (!sheet_has(s, need[i]))
            TRY(missing(s, need[i]));
out:
    return st;
}

/**
 * Read a file and begin on it.
 *
 * @param s     any; sheet_end frees it with the text, also after a failure
 * @param file  borrowed, for faults
 * @param need  as of sheet_begin
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM.  Test: tests/cli/calibrate.py, points.py
 */
strait_status sheet_open(struct sheet *s, strait_ctx *cx, const char *file, const char *const *need)
{
    struct file_text text = { 0 };
    char why[FILE_WHY];
    strait_status st = file_read(cx, file, FILE_TABLE_MAX, false, &text, why);

    *s = (struct sheet){ 0 };
    if (st == STRAIT_EIO)
        return cx_fail(cx, STRAIT_EIO, "cannot read %s: %s", file, why);
    if (st == STRAIT_OK)
        st = sheet_begin(s, cx, file, text.s, text.n, need);
    s->owned = text.s;
    return st;
}

/**
 * The next row that can be cut into as many cells as the header has; others are faults.
 *
 * @param more  false at the end
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status sheet_next(struct sheet *s, bool *more)
{
    strait_status st = STRAIT_OK;

    for (;;) {
        TRY(csv_next(&s->csv, more));
        if (!*more || (!s->csv.bad && s->csv.cell.n == s->n_head))
            return STRAIT_OK;
        if (!s->csv.bad)
            TRY(cx_fault(s->csv.cx, SEV_ERROR, s->csv.file, s->csv.row_line, "rows", NULL, NULL,
                         "the row has %zu cells, the header %zu", s->csv.cell.n, s->n_head));
    }
out:
    return st;
}

void sheet_end(struct sheet *s)
{
    csv_end(&s->csv);
    mem_free(s->head);
    mem_free(s->owned);
    s->head = NULL;
    s->owned = NULL;
}

static size_t column(const struct sheet *s, const char *name)
{
    for (size_t i = 0; i < s->n_head; i++)
        if (strcmp(s->head[i], name) == 0)
            return i;
    return s->n_head;
}

bool sheet_has(const struct sheet *s, const char *name)
{
    return column(s, name) < s->n_head;
}

const char *sheet_text(const struct sheet *s, const char *name)
{
    size_t i = column(s, name);

    return i < s->csv.cell.n ? s->csv.cell.v[i] : "";
}

double sheet_number(const struct sheet *s, const char *name)
{
    const char *text = sheet_text(s, name);
    char *end;
    double v = strtod(text, &end);

    return *text != '\0' && *end == '\0' && isfinite(v) ? v : (double)NAN;
}

double sheet_count(const struct sheet *s, const char *name)
{
    double v = sheet_number(s, name);

    return v >= SHEET_LEAST && v <= SHEET_MOST ? v : 0;
}
