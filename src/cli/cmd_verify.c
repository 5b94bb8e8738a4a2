/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "cli/cli.h"

#define MOST_FILES 5   /* that are named when the case has changed */

/* The columns of table "verify". */
enum { PROMISE, WHERE, SAID, FOUND, OK };

static const char *cell(const strait_table *t, int column, size_t row)
{
    const char *text = ((const char *const *)strait_table_col_data(t, (size_t)column))[row];

    return text ? text : "";
}

static bool is(const strait_table *t, int column, size_t row, const char *word) { return strcmp(cell(t, column, row), word) == 0; }

/* The case is not the one of the plan: its files, before all that follows from them.  How many there are. */
static size_t say_changed(const strait_table *t)
{
    const bool *ok = strait_table_col_data(t, OK);
    size_t n = 0;

    for (size_t i = 0; i < strait_table_rows(t); i++) {
        if (ok[i] || !is(t, PROMISE, i, "input files") || is(t, SAID, i, ""))
            continue;
        if (n++ < MOST_FILES)
            say("the case has changed since this plan was made: %s %s", cell(t, WHERE, i),
                is(t, SAID, i, "not read") ? "is new" : is(t, FOUND, i, "not read") ? "is not read any more" : "differs");
    }
    if (n > MOST_FILES)
        say("the case has changed since this plan was made: and %zu files more", n - MOST_FILES);
    return n;
}

/* A document without a plan: what has been checked of it. */
static void say_no_plan(const char *file, const strait_table *t)
{
    for (size_t i = 0; i < strait_table_rows(t); i++) {
        if (!is(t, PROMISE, i, "status"))
            continue;
        if (is(t, SAID, i, "infeasible"))
            say("%s holds no plan: that there is none was proven again from the tables", file);
        else if (is(t, SAID, i, "no_plan"))
            say("%s holds no plan: the solve was stopped before there was one", file);
    }
}

static void say_refuted(const char *file, bool changed)
{
    if (changed)
        say("%s is no plan of the case as it is now; of the case as it was it may have been one", file);
    else
        say("%s does not hold what it promises (a plan made with --set or --scenario is verified with the same)", file);
}

int cmd_verify(struct session *s)
{
    strait_case *c = NULL;
    strait_table *t = NULL;
    strait_status st;
    size_t changed = 0;
    bool all_ok = false;
    int end = load_case(s, &c);

    if (end != END_OK)
        return end;
    st = strait_verify(s->cx, c, s->arg[1], &t, &all_ok);
    if (st == STRAIT_OK) {
        changed = say_changed(t);
        if (all_ok && !s->quiet)
            say_no_plan(s->arg[1], t);
    }
    end = st == STRAIT_OK ? deliver(s, render_table, t) : failed_on_input(s, st);
    if (end == END_OK && !all_ok) {
        say_refuted(s->arg[1], changed > 0);
        end = END_BUG;
    }
    strait_table_free(t);
    strait_case_free(c);
    return end;
}
