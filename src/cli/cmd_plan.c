/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/out.h"
#include "cli/progress.h"

#define MARK "plan.csv"   /* every folder that we write holds it */

static strait_status render_plan(struct session *s, const void *what, const char *format, strait_write_fn *fn, void *data)
{
    return strait_plan_write(s->cx, what, format, NULL, fn, data);
}

/* One table of a plan. */
struct part { const strait_plan *p; const char *table; };

static strait_status render_part(struct session *s, const void *what, const char *format, strait_write_fn *fn, void *data)
{
    const struct part *part = what;

    return strait_plan_write(s->cx, part->p, format, part->table, fn, data);
}

/* TABLE.csv, for a table of the plan. */
static bool is_table_file(const void *plan, const char *name)
{
    const char *dot = strrchr(name, '.');

    if (!dot || strcmp(dot, ".csv") != 0)
        return false;
    for (size_t i = 0; strait_plan_table_at(plan, i); i++) {
        const char *table = strait_table_name(strait_plan_table_at(plan, i));
        if (strlen(table) == (size_t)(dot - name) && strncmp(table, name, (size_t)(dot - name)) == 0)
            return true;
    }
    return false;
}

/* One CSV a table. */
static int write_folder(struct session *s, const strait_plan *p, const char *path)
{
    struct out_dir d;
    int end = END_OK;

    progress_clear();
    if (!out_dir_open(&d, path, MARK, is_table_file, p)) {
        out_dir_abort(&d);
        return say_folder(&d);
    }
    for (size_t i = 0; end == END_OK && strait_plan_table_at(p, i); i++) {
        const struct part part = {p, strait_table_name(strait_plan_table_at(p, i))};
        char name[100];
        snprintf(name, sizeof name, "%s.csv", part.table);
        if ((strcmp(part.table, "stats") != 0 || s->stats) && (strncmp(part.table, "baseline", 8) != 0 || s->baseline))
            end = deliver_into(s, &d, name, render_part, &part);
    }
    if (end == END_OK && !out_dir_commit(&d))
        end = say_folder(&d);
    out_dir_abort(&d);
    return end;
}

/* A run that found no plan has nothing that is worth an older one. */
static bool spare_older(const strait_plan *p, const char *path)
{
    if (!path || strait_plan_outcome(p) != STRAIT_NO_PLAN || !out_path_holds(path))
        return false;
    say("no plan was found; %s stays as it was", path);
    return true;
}

static int write_one(struct session *s, const strait_plan *p, const char *format, const char *path)
{
    if (spare_older(p, path))
        return END_OK;
    if (path && strcmp(path, "-") != 0 && strcmp(format, "csv") == 0)
        return write_folder(s, p, path);
    return deliver_one(s, render_plan, p, format, path);
}

static int write_all(struct session *s, const strait_plan *p)
{
    int end = END_OK;

    signals_writing(true);
    for (size_t i = 0; i < s->n_out && end == END_OK; i++)
        end = write_one(s, p, s->out[i].format, s->out[i].path);
    if (end == END_OK)
        end = write_one(s, p, s->format, s->plain_out);
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

/* A plan that failed its certificate is not written: an older good one must not be replaced by it. */
static int conclude(struct session *s, const strait_plan *p)
{
    strait_outcome outcome = strait_plan_outcome(p);
    size_t n_new;
    int end, told = tell_faults(s, &n_new);

    if (outcome == STRAIT_UNCERTIFIED) {
        say("the answer failed its certificate; nothing was written");
        return END_BUG;
    }
    end = told == END_OK ? write_all(s, p) : told;
    if (end == END_OK && s->strict && n_new > 0)
        end = END_INPUT;
    return end == END_OK ? end_of_outcome(outcome) : end;
}

static int check_path(const char *path)
{
    if (!path || strcmp(path, "-") == 0 || out_path_writable(path))
        return END_OK;
    say("cannot write %s: %s", path, strerror(errno));
    return END_IO;
}

/* A path that cannot be written is told before the work, not after it. */
static int check_paths(const struct session *s)
{
    int end = check_path(s->plain_out);

    for (size_t i = 0; i < s->n_out && end == END_OK; i++)
        end = check_path(s->out[i].path);
    return end;
}

int cmd_plan(struct session *s)
{
    strait_case *c = NULL;
    strait_plan *p = NULL;
    strait_status st;
    int end = check_paths(s);

    if (end == END_OK)
        end = load_case(s, &c);
    if (end != END_OK)
        return end;
    st = strait_plan_solve(s->cx, c, &p);
    end = st == STRAIT_OK ? conclude(s, p) : failed_on_input(s, st);
    strait_plan_free(p);
    strait_case_free(c);
    return end;
}
