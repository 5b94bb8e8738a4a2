/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every import does: read the files row by row, count what cannot be used, hand over tables. */
#include "convert/job.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "input/file.h"

#define TICK_ROWS 65536   /* between two looks whether to stop */

static struct file_count *here(struct job *j)
{
    return &j->file.v[j->file.n - 1];
}

static strait_status count_bad(struct job *j, const char *column, uint32_t line, const char *value, const char *allowed,
                               const char *what)
{
    struct bad b = {j->path, column, what, allowed, NULL, line, 1};

    here(j)->bad++;
    for (size_t i = j->bad.n; i > 0; i--) {
        struct bad *k = &j->bad.v[i - 1];

        if (k->file == b.file && k->what == what && strcmp(k->column, column) == 0) {
            k->rows++;
            return STRAIT_OK;
        }
    }
    b.value = arena_strdup(j->arena, value);
    if (b.value == NULL || (b.column = arena_strdup(j->arena, column)) == NULL || VEC_PUSH(&j->bad, b) != STRAIT_OK)
        return cx_nomem(j->cx);
    return STRAIT_OK;
}

/* A row that the reader could not cut into cells. */
static strait_status take_torn(void *data, uint32_t line, const char *value, const char *allowed, const char *what)
{
    struct job *j = data;

    here(j)->rows++;
    return count_bad(j, "row", line, value, allowed, what);
}

strait_status job_bad(struct job *j, size_t column, const char *allowed, const char *what)
{
    const char *value = rows_cell(&j->rows, column);
    char snip[TEXT_SNIP];

    text_snip(snip, value, strlen(value));
    return count_bad(j, column == ROWS_NONE ? "row" : j->rows.head[column], rows_line(&j->rows), snip, allowed, what);
}

void job_other(struct job *j)
{
    here(j)->other++;
}

strait_status job_no_column(struct job *j, const char *meaning, const char *allowed)
{
    strait_status st = cx_fault(j->cx, SEV_ERROR, j->path, 1, meaning, NULL, allowed, "the column is missing");

    return st == STRAIT_OK ? STRAIT_EINPUT : st;
}

static strait_status read_rows(struct job *j, job_fn *row, void *data)
{
    strait_status st = STRAIT_OK;
    bool more = true;

    for (int64_t n = 0; more; n++) {
        int64_t lost = here(j)->bad + here(j)->other;

        if (n % TICK_ROWS == 0 && cx_tick(j->cx, "import", (double)NAN))
            return cx_fail(j->cx, STRAIT_EIO, "%s: stopped; nothing was written", j->path);
        TRY(rows_next(&j->rows, &more));
        if (!more)
            break;
        here(j)->rows++;
        lost = here(j)->bad + here(j)->other;
        TRY(row(j, data));
        here(j)->used += here(j)->bad + here(j)->other == lost;
    }
out:
    return st;
}

static strait_status read_file(struct job *j, const char *path, job_fn *begin, job_fn *row, void *data)
{
    strait_status st;

    j->path = path;
    if (VEC_PUSH(&j->file, ((struct file_count){.file = path})) != STRAIT_OK)
        return cx_nomem(j->cx);
    TRY(rows_open(&j->rows, j->cx, path, take_torn, j));
    TRY(begin(j, data));
    TRY(read_rows(j, row, data));
out:
    rows_close(&j->rows);
    return st;
}

/**
 * Read all files, one after another.
 *
 * @param begin  called with j->rows at each header
 * @param row    called with j->rows at each row that could be cut
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx: gzip damaged, columns missing), STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(bytes), memory of one window.  Test: tests/unit/check_convert.c
 */
strait_status job_read(struct job *j, const char *const *file, size_t n, job_fn *begin, job_fn *row, void *data)
{
    strait_status st = STRAIT_OK;
    bool wrong = false;

    for (size_t i = 0; i < n; i++) {
        st = read_file(j, file[i], begin, row, data);
        wrong = wrong || st == STRAIT_EINPUT;
        if (st != STRAIT_OK && st != STRAIT_EINPUT)
            return st;
    }
    return wrong ? STRAIT_EINPUT : STRAIT_OK;
}

strait_status job_give(struct job *j, strait_table **t)
{
    if (strait_table_rows(*t) > 0 && j->out->n < STRAIT_IMPORT_TABLES)
        j->out->v[j->out->n++] = *t;
    else
        table_free(*t);
    *t = NULL;
    return STRAIT_OK;
}

static strait_status tell_bad(struct job *j, strait_table *t)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < j->bad.n; i++) {
        const struct bad *b = &j->bad.v[i];

        TRY(table_add(t, b->file, b->column, b->what, b->allowed, b->rows, (int64_t)b->line, b->value));
        if (b->rows == 1)
            TRY(cx_fault(j->cx, SEV_WARNING, b->file, b->line, b->column, b->value, b->allowed, "%s; the row is left out",
                         b->what));
        else
            TRY(cx_fault(j->cx, SEV_WARNING, b->file, b->line, b->column, b->value, b->allowed,
                         "%s; %" PRId64 " rows like this are left out", b->what, b->rows));
    }
out:
    return st;
}

/* A file of which nothing could be used is a wrong file, not a bad row. */
static strait_status tell_files(struct job *j, strait_table *t)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < j->file.n; i++) {
        const struct file_count *f = &j->file.v[i];

        TRY(table_add(t, f->file, f->rows, f->used, f->other, f->bad, j->ask.source, j->ask.date));
        if (f->rows == 0)
            TRY(cx_fault(j->cx, SEV_ERROR, f->file, 1, "file", NULL, "rows below the header", "the file has no rows"));
        else if (f->bad == f->rows)
            TRY(cx_fault(j->cx, SEV_ERROR, f->file, 1, "file", NULL, "at least one row that can be read",
                         "none of its rows can be used"));
    }
out:
    return st;
}

/**
 * Tell what was read and what was not: table "import", a warning for each kind of bad row, table "skipped".
 *
 * @return STRAIT_OK, STRAIT_EINPUT (a file without a row that could be read), STRAIT_ENOMEM
 */
strait_status job_tell(struct job *j)
{
    static const struct column_def import[] = {
        {"file", STRAIT_TEXT, ""}, {"rows", STRAIT_INT, ""}, {"used", STRAIT_INT, ""}, {"other", STRAIT_INT, ""},
        {"bad", STRAIT_INT, ""}, {"source", STRAIT_TEXT, ""}, {"date", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    static const struct column_def skipped[] = {
        {"file", STRAIT_TEXT, ""}, {"column", STRAIT_TEXT, ""}, {"problem", STRAIT_TEXT, ""},
        {"allowed", STRAIT_TEXT, ""}, {"rows", STRAIT_INT, ""}, {"first_line", STRAIT_INT, ""},
        {"value", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    size_t before = j->cx->n_error;
    strait_table *t = NULL;
    strait_status st;

    TRY(table_new(&t, "import", import));
    TRY(tell_files(j, t));
    TRY(job_give(j, &t));
    TRY(table_new(&t, "skipped", skipped));
    TRY(tell_bad(j, t));
    TRY(job_give(j, &t));
    if (j->cx->n_error > before)
        st = STRAIT_EINPUT;
out:
    table_free(t);
    return st;
}

const char *job_name(struct job *j, const char *word, size_t most)
{
    size_t n = strlen(word), k = 0;
    char *name = arena_alloc(j->arena, (n < most ? n : most) + 2, 1);

    for (size_t i = 0; name != NULL && i < n && k < most; i++) {
        char c = word[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (plain || (k > 0 && (c == '.' || c == '_' || c == '-')))
            name[k++] = c;
        else if (k > 0 && name[k - 1] != '-')
            name[k++] = '-';
    }
    while (k > 0 && name[k - 1] == '-')
        name[--k] = '\0';
    if (name != NULL && k == 0)
        name[0] = 'x';
    return name;
}

const char *job_stem(struct job *j, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash == NULL ? path : slash + 1;
    size_t n = strcspn(base, ".");
    char *cut = arena_strndup(j->arena, base, n);

    return cut == NULL ? NULL : job_name(j, cut, 40);
}
