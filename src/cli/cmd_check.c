/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "cli/cli.h"

struct shown { const strait_table *faults, *summary, *rules; };

/* For a person what the case holds; for a program its faults. */
static strait_status render_check(struct session *s, const void *what, const char *format, strait_write_fn *fn, void *data)
{
    const struct shown *t = what;
    strait_status st;

    if (strcmp(format, "table") != 0)
        return strait_table_write(s->cx, t->faults, format, fn, data);
    if (!t->summary)
        return STRAIT_OK;
    st = strait_table_write(s->cx, t->summary, format, fn, data);
    if (st != STRAIT_OK || strait_table_rows(t->rules) == 0)
        return st;
    if (fn(data, "\n", 1) != 0)
        return STRAIT_EIO;
    return strait_table_write(s->cx, t->rules, format, fn, data);
}

static strait_status gather(struct session *s, const strait_case *c, strait_table **faults, strait_table **summary,
                            strait_table **rules)
{
    strait_status st = strait_faults(s->cx, faults);

    if (st == STRAIT_OK && c)
        st = strait_case_table(s->cx, c, "summary", summary);
    if (st == STRAIT_OK && c)
        st = strait_case_table(s->cx, c, "rules", rules);
    return st;
}

/* A case that reads well may still ask for what nothing can do: that is warned of. */
static int check_served(struct session *s, const strait_case *c)
{
    strait_table *unserved = NULL;
    strait_status st = strait_case_table(s->cx, c, "unserved", &unserved);
    size_t n;
    int end;

    strait_table_free(unserved);
    if (st != STRAIT_OK)
        return failed(s, st);
    end = tell_faults(s, &n);
    return end == END_OK && s->strict && n > 0 ? END_INPUT : end;
}

int cmd_check(struct session *s)
{
    strait_case *c = NULL;
    strait_table *faults = NULL, *summary = NULL, *rules = NULL;
    int end = load_case(s, &c), written = END_OK;

    if (end == END_OK)
        end = check_served(s, c);
    if (end == END_OK || end == END_INPUT) {
        strait_status st = gather(s, c, &faults, &summary, &rules);
        struct shown t = {faults, summary, rules};
        written = st == STRAIT_OK ? deliver(s, render_check, &t) : failed(s, st);
    }
    if (end == END_OK && written == END_OK && !s->quiet)
        say("%s: ok", s->arg[0]);
    strait_table_free(faults);
    strait_table_free(summary);
    strait_table_free(rules);
    strait_case_free(c);
    return written != END_OK ? written : end;
}
