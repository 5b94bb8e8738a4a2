/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "convert/where.h"

#include <stdio.h>
#include <string.h>

const char *where_named(const struct job *j, const char *meaning)
{
    for (size_t i = j->ask.columns.n; i > 0; i--)
        if (strcmp(j->ask.columns.v[i - 1].name, meaning) == 0)
            return j->ask.columns.v[i - 1].to;
    return NULL;
}

size_t where_column(const struct job *j, const char *meaning, const char *usual)
{
    const char *given = where_named(j, meaning);

    if (given != NULL)
        return rows_column(&j->rows, given);
    for (const char *p = usual; *p != '\0'; p += *p == '|') {
        size_t n = strcspn(p, "|"), column;
        char name[64];

        snprintf(name, sizeof name, "%.*s", (int)n, p);
        column = rows_column(&j->rows, name);
        if (column != ROWS_NONE)
            return column;
        p += n;
    }
    return ROWS_NONE;
}

strait_status where_begin(struct job *j, struct where *w)
{
    strait_status st;

    w->n = 0;
    for (size_t i = 0; i < j->ask.where.n; i++) {
        if (w->n == MOST_WHERE)
            return cx_fail(j->cx, STRAIT_EUSAGE, "where: more than %d conditions", MOST_WHERE);
        w->column[w->n] = rows_column(&j->rows, j->ask.where.v[i].name);
        w->value[w->n] = j->ask.where.v[i].to;
        if (w->column[w->n++] != ROWS_NONE)
            continue;
        st = cx_fault(j->cx, SEV_ERROR, j->path, 1, "where", j->ask.where.v[i].name, "a column of the file",
                      "the column is missing");
        return st == STRAIT_OK ? STRAIT_EINPUT : st;
    }
    return STRAIT_OK;
}

bool where_holds(const struct job *j, const struct where *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (strcmp(rows_cell(&j->rows, w->column[i]), w->value[i]) != 0)
            return false;
    return true;
}
