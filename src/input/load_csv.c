/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV tables into the case: the header names fields and units, every row is a record. */
#include "input/load.h"

#include <stdio.h>
#include <string.h>

#include "input/csv.h"
#include "input/file.h"

#define SKIP SIZE_MAX   /* a column with a fault: its cells are not read */

struct column_of {
    size_t i_field;     /* or SKIP */
    const char *unit;   /* in the header's own bytes; NULL: none */
};

struct table_of {
    struct load *l;
    enum kind kind;
    const struct kind_desc *kd;
    struct csv csv;
    uint32_t file;
    char key[80];       /* tables.PLURAL */
    VEC(struct column_of) column;
};

static strait_status header_fault(struct table_of *t, const char *value, const char *allowed, const char *what)
{
    return cx_fault(t->l->cx, SEV_ERROR, t->csv.file, t->csv.row_line, t->key, value, allowed, "%s", what);
}

/* Cut "key[unit]", blanks before the bracket apart; false when the brackets are wrong. */
static bool cut_header(char *cell, char **unit)
{
    char *open = strchr(cell, '['), *close = cell + strlen(cell);

    *unit = NULL;
    if (open == NULL)
        return strchr(cell, ']') == NULL;
    if (close[-1] != ']' || strchr(open, ']') != close - 1 || strchr(open + 1, '[') != NULL)
        return false;
    close[-1] = '\0';
    *unit = open + 1;
    while (open > cell && open[-1] == ' ')
        open--;
    *open = '\0';
    return true;
}

static bool numeric(const struct field_desc *fd)
{
    return fd->type == TYPE_NUMBER || fd->type == TYPE_INTEGER;
}

static bool unit_fits(const struct field_desc *fd, const char *unit)
{
    double factor;
    char currency[4];
    int word;

    if (unit == NULL)
        return fd->unit[0] == '\0';
    return numeric(fd) && unit[0] != '\0' && field_unit(fd, unit, &factor, currency, &word);
}

static strait_status unit_wrong(struct table_of *t, const struct field_desc *fd, const char *unit)
{
    char units[512], allowed[640];

    if (field_units(fd, units, sizeof units))
        return header_fault(t, unit, units, "not a unit of this column");
    if (fd->unit[0] == '\0')
        return header_fault(t, unit, "the column without [ ]", "this column has no unit");
    unit_allowed(t->l->c, fd->unit, units, sizeof units);
    snprintf(allowed, sizeof allowed, "%s[unit] with unit one of %s", fd->key, units);
    return header_fault(t, unit == NULL ? fd->key : unit, allowed,
                        unit == NULL ? "the column's unit is missing" : "not a unit of this column");
}

static bool named_before(const struct table_of *t, size_t i_field)
{
    for (size_t i = 0; i < t->column.n; i++)
        if (t->column.v[i].i_field == i_field)
            return true;
    return false;
}

static strait_status unknown_column(struct table_of *t, const char *name)
{
    str allowed = {0};
    strait_status st;

    load_allowed_key(&allowed, name, t->kind);
    st = allowed.failed ? cx_nomem(t->l->cx) : header_fault(t, name, allowed.s, "unknown column");
    str_free(&allowed);
    return st;
}

static strait_status header_cell(struct table_of *t, char *cell)
{
    struct column_of col = {.i_field = SKIP};
    const struct field_desc *fd;
    strait_status st = STRAIT_OK;
    char *unit;
    size_t i;

    if (!cut_header(cell, &unit)) {
        TRY(header_fault(t, cell, "key or key[unit]", "wrong brackets in the header"));
    } else if ((fd = field_by_key(t->kd, cell, &i)) == NULL) {
        TRY(unknown_column(t, cell));
    } else if (named_before(t, i)) {
        TRY(header_fault(t, cell, "each column once", "the column is there twice"));
    } else {
        if (unit_fits(fd, unit))
            col = (struct column_of){i, unit};
        else
            TRY(unit_wrong(t, fd, unit));
    }
    if (VEC_PUSH(&t->column, col) != STRAIT_OK)
        st = cx_nomem(t->l->cx);
out:
    return st;
}

static strait_status header(struct table_of *t)
{
    size_t before = t->l->cx->n_error;
    strait_status st = STRAIT_OK;
    bool more;

    TRY(csv_next(&t->csv, &more));
    if (!more)
        TRY(cx_fault(t->l->cx, SEV_ERROR, t->csv.file, t->csv.line, t->key, NULL, "a first row with the columns' keys",
                     "the table has no header"));
    for (size_t i = 0; i < t->csv.cell.n; i++)
        TRY(header_cell(t, t->csv.cell.v[i]));
    if (t->l->cx->n_error > before)
        t->l->torn = true;
out:
    return st;
}

static strait_status set_cell(struct table_of *t, size_t row, const struct column_of *col, const char *text,
                              struct origin at)
{
    strait_status st;

    if (col->i_field == SKIP || text[0] == '\0')
        return STRAIT_OK;
    st = case_set_field(t->l->cx, t->l->c, t->kind, row, col->i_field, text, col->unit, at);
    return st == STRAIT_EINPUT ? STRAIT_OK : st;
}

static strait_status record(struct table_of *t)
{
    struct origin at = {.file = t->file, .line = t->csv.row_line};
    strait_status st = STRAIT_OK;
    size_t row;

    if (t->csv.bad)
        return STRAIT_OK;
    if (t->csv.cell.n != t->column.n)
        return cx_fault(t->l->cx, SEV_ERROR, t->csv.file, t->csv.row_line, t->key, t->csv.cell.v[0],
                        "as many cells as the header; a cell with a comma needs double quotes",
                        "the row has %zu cells, the header %zu", t->csv.cell.n, t->column.n);
    TRY(case_add(t->l->cx, t->l->c, t->kind, at, &row));
    for (size_t i = 0; i < t->column.n; i++)
        TRY(set_cell(t, row, &t->column.v[i], t->csv.cell.v[i], at));
out:
    return st;
}

static strait_status records(struct table_of *t)
{
    size_t first = t->l->cx->n_error, n = 0;
    strait_status st = STRAIT_OK;
    bool more = true;

    for (;;) {
        TRY(csv_next(&t->csv, &more));
        if (!more)
            break;
        n++;
        TRY(record(t));
        if (t->csv.bad || t->csv.cell.n != t->column.n)
            t->l->torn = true;
        if (t->l->cx->n_error - first < LOAD_FAULTS_MAX)
            continue;
        t->l->torn = true;
        TRY(cx_fault(t->l->cx, SEV_ERROR, t->csv.file, t->csv.row_line, t->key, NULL, "rows without faults",
                     "%d faults in this table: the rest of it is not read", LOAD_FAULTS_MAX));
        break;
    }
    if (n == 0)
        st = cx_fault(t->l->cx, SEV_WARNING, t->csv.file, t->csv.line, t->key, NULL, "rows, or no such table",
                      "the table has no rows");
out:
    return st;
}

/**
 * Read a CSV table into the records of a kind.
 *
 * @param l      torn when rows or columns are lost
 * @param k      the kind; not KIND_settings
 * @param file   index of the file in the case's list, for origins and faults
 * @param bytes  n and a NUL; changed in place, not needed afterwards
 * @return STRAIT_OK (faults are in cx), STRAIT_ENOMEM
 * Cost O(n), no allocation per cell beside what the domain keeps.  Test: tests/unit/check_load.c
 */
strait_status load_csv_bytes(struct load *l, enum kind k, uint32_t file, char *bytes, size_t n)
{
    struct table_of t = {.l = l, .kind = k, .kd = kind_desc(k), .file = file};
    strait_status st;

    snprintf(t.key, sizeof t.key, "tables.%s", t.kd->plural);
    st = csv_begin(&t.csv, l->cx, l->c->files.v[file].path, t.key, bytes, n);
    if (st == STRAIT_EINPUT) {
        l->torn = true;
        return STRAIT_OK;
    }
    TRY(st);
    TRY(header(&t));
    if (t.column.n > 0)
        TRY(records(&t));
out:
    csv_end(&t.csv);
    VEC_FREE(&t.column);
    return st;
}

strait_status load_csv_file(struct load *l, enum kind k, const char *path, const char *name, struct cfg_mark at)
{
    struct file_text f = {0};
    char why[FILE_WHY], key[80];
    uint32_t index;
    strait_status st = file_read(l->cx, path, FILE_TABLE_MAX, false, &f, why);

    if (st == STRAIT_EIO) {
        l->torn = true;
        snprintf(key, sizeof key, "tables.%s", kind_desc(k)->plural);
        return cx_fault(l->cx, SEV_ERROR, l->c->files.v[at.file].path, at.line, key, name,
                        "a readable CSV file, named from this file's folder", "%s", why);
    }
    TRY(st);
    TRY(file_record(l->cx, l->c, path, f.s, f.n, &index));
    st = load_csv_bytes(l, k, index, f.s, f.n);
out:
    mem_free(f.s);
    return st;
}
