/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/out.h"
#include "cli/progress.h"

#define MARK "roll.csv"   /* every folder that we write holds it */

struct made { strait_table *v[STRAIT_ROLL_TABLES]; strait_plan *plan; strait_outcome outcome; };

static strait_status render_roll(struct session *s, const void *what, const char *format, strait_write_fn *fn, void *data)
{
    const struct made *m = what;

    return strait_roll_write(s->cx, (const strait_table *const *)m->v, format, fn, data);
}

static strait_status render_plan(struct session *s, const void *what, const char *format, strait_write_fn *fn, void *data)
{
    return strait_plan_write(s->cx, what, format, NULL, fn, data);
}

static bool is_table_file(const void *data, const char *name)
{
    const struct made *m = data;
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && strcmp(dot, ".csv") == 0 && i < STRAIT_ROLL_TABLES; i++) {
        const char *table = strait_table_name(m->v[i]);
        if (strlen(table) == (size_t)(dot - name) && strncmp(table, name, (size_t)(dot - name)) == 0)
            return true;
    }
    return false;
}

static int write_folder(struct session *s, const struct made *m, const char *path)
{
    struct out_dir d;
    int end = END_OK;

    progress_clear();
    if (!out_dir_open(&d, path, MARK, is_table_file, m)) {
        out_dir_abort(&d);
        return say_folder(&d);
    }
    for (size_t i = 0; end == END_OK && i < STRAIT_ROLL_TABLES; i++) {
        char name[100];
        snprintf(name, sizeof name, "%s.csv", strait_table_name(m->v[i]));
        if (strcmp(strait_table_name(m->v[i]), "stats") != 0 || s->stats)
            end = deliver_into(s, &d, name, render_table, m->v[i]);
    }
    if (end == END_OK && !out_dir_commit(&d))
        end = say_folder(&d);
    out_dir_abort(&d);
    return end;
}

static int write_one(struct session *s, const struct made *m, const char *format, const char *path)
{
    if (path && m->outcome == STRAIT_NO_PLAN && out_path_holds(path)) {   /* nothing that is worth an older one */
        say("no plan was found; %s stays as it was", path);
        return END_OK;
    }
    if (path && strcmp(path, "-") != 0 && strcmp(format, "csv") == 0)
        return write_folder(s, m, path);
    return deliver_one(s, render_roll, m, format, path);
}

/* A whole number of the table's only row. */
static int64_t head_of(const struct made *m, const char *col)
{
    const strait_table *t = m->v[0];

    for (size_t i = 0; strait_table_rows(t) > 0 && i < strait_table_cols(t); i++)
        if (strcmp(strait_table_col_name(t, i), col) == 0 && strait_table_col_type(t, i) == STRAIT_INT)
            return *(const int64_t *)strait_table_col_data(t, i);
    return 0;
}

static int write_plan(struct session *s, const struct made *m)
{
    int end = deliver_one(s, render_plan, m->plan, "json", s->plan);

    if (end == END_OK && head_of(m, "histories") > 0)
        say("%s is held against the tables as the histories left them; strait verify, which reads the case's own, refuses it whatever --set says",
            s->plan);
    return end;
}

static int write_all(struct session *s, const struct made *m)
{
    int end = END_OK;

    signals_writing(true);
    for (size_t i = 0; i < s->n_out && end == END_OK; i++)
        end = write_one(s, m, s->out[i].format, s->out[i].path);
    if (end == END_OK && s->plan && m->plan)
        end = write_plan(s, m);
    if (end == END_OK)
        end = write_one(s, m, s->format, s->plain_out);
    signals_writing(false);
    return end;
}

static int end_of_outcome(strait_outcome o)
{
    switch (o) {
    case STRAIT_OPTIMAL: case STRAIT_WITHIN_GAP: return END_OK;
    case STRAIT_INFEASIBLE: return END_INFEASIBLE;
    case STRAIT_FEASIBLE: return END_FEASIBLE;
    case STRAIT_NO_PLAN: return END_NO_PLAN;
    case STRAIT_UNCERTIFIED: break;
    }
    return END_BUG;
}

/* An answer that failed its certificate is not written: an older good one must not be replaced by it. */
static int conclude(struct session *s, const struct made *m)
{
    size_t n;
    int end = tell_faults(s, &n);

    if (m->outcome == STRAIT_UNCERTIFIED) {
        say("a step failed its certificate; nothing was written");
        return END_BUG;
    }
    if (signals_seen() > 0)
        say("interrupted; what was planned by then is told");
    if (end == END_OK)
        end = write_all(s, m);
    return end == END_OK ? end_of_outcome(m->outcome) : end;
}

int cmd_roll(struct session *s)
{
    struct made m = {{NULL}, NULL, STRAIT_NO_PLAN};
    strait_status st;
    int end = spare_arguments(s);

    if (end != END_OK)
        return end;
    st = strait_roll(s->cx, s->arg[0], s->set, s->n_set, &m.outcome, m.v, &m.plan);
    end = st == STRAIT_OK ? conclude(s, &m) : failed_on_input(s, st);
    for (size_t i = 0; i < STRAIT_ROLL_TABLES; i++)
        strait_table_free(m.v[i]);
    strait_plan_free(m.plan);
    return end;
}
