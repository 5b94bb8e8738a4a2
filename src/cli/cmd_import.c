/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/out.h"
#include "cli/progress.h"

#define MARK "import.csv"   /* every folder that we write holds it */

struct made { strait_table *v[STRAIT_IMPORT_TABLES]; };

static size_t n_made(const struct made *m)
{
    size_t n = 0;

    while (n < STRAIT_IMPORT_TABLES && m->v[n])
        n++;
    return n;
}

/* The table that the import was for: behind what was read and what was left out. */
static const strait_table *main_table(const struct made *m)
{
    for (size_t i = 0; i < n_made(m); i++)
        if (strcmp(strait_table_name(m->v[i]), "import") != 0 && strcmp(strait_table_name(m->v[i]), "skipped") != 0)
            return m->v[i];
    return m->v[0];
}

/* Words before, between and behind the tables of a document or a page. */
static const char *lead(const char *format, size_t i)
{
    if (strcmp(format, "json") != 0)
        return i == 0 ? "" : "\n";
    return i == 0 ? "{\"schema\": \"strait.import/1\",\n" : ",\n";
}

static strait_status render_made(struct session *s, const void *what, const char *format, strait_write_fn *fn, void *data)
{
    const struct made *m = what;
    bool json = strcmp(format, "json") == 0;
    char name[100];
    strait_status st = STRAIT_OK;

    if (strcmp(format, "csv") == 0)
        return strait_table_write(s->cx, main_table(m), "csv", fn, data);
    for (size_t i = 0; i < n_made(m) && st == STRAIT_OK; i++) {
        snprintf(name, sizeof name, json ? "%s\"%s\": " : "%s%s\n", lead(format, i), strait_table_name(m->v[i]));
        st = fn(data, name, strlen(name)) == 0 ? strait_table_write(s->cx, m->v[i], format, fn, data) : STRAIT_EIO;
    }
    if (st == STRAIT_OK && json && fn(data, "}\n", 2) != 0)
        st = STRAIT_EIO;
    return st;
}

static bool is_import_file(const void *data, const char *name)
{
    static const char *const ours[] = {MARK, "skipped.csv", "offers.csv", "prices.csv", "availabilities.csv",
                                       "unknown.csv", "profiles.csv", "demands.csv", "lengths.csv", "histogram.csv",
                                       "trace.csv", "rates.csv"};

    (void)data;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strcmp(ours[i], name) == 0)
            return true;
    return false;
}

static int write_folder(struct session *s, const struct made *m, const char *path)
{
    struct out_dir d;
    int end = END_OK;

    progress_clear();
    if (!out_dir_open(&d, path, MARK, is_import_file, NULL)) {
        out_dir_abort(&d);
        return say_folder(&d);
    }
    for (size_t i = 0; end == END_OK && i < n_made(m); i++) {
        char name[100];
        snprintf(name, sizeof name, "%s.csv", strait_table_name(m->v[i]));
        end = deliver_into(s, &d, name, render_table, m->v[i]);
    }
    if (end == END_OK && !out_dir_commit(&d))
        end = say_folder(&d);
    out_dir_abort(&d);
    return end;
}

static int write_one(struct session *s, const struct made *m, const char *format, const char *path)
{
    if (path && strcmp(path, "-") != 0 && strcmp(format, "csv") == 0)
        return write_folder(s, m, path);
    return deliver_one(s, render_made, m, format, path);
}

static int write_all(struct session *s, const struct made *m)
{
    int end = END_OK;

    signals_writing(true);
    for (size_t i = 0; i < s->n_out && end == END_OK; i++)
        end = write_one(s, m, s->out[i].format, s->out[i].path);
    if (end == END_OK)
        end = write_one(s, m, s->format, s->plain_out);
    signals_writing(false);
    return end;
}

int cmd_import(struct session *s)
{
    struct made m = {{NULL}};
    strait_status st;
    size_t n;
    int end = spare_arguments(s);

    if (end != END_OK)
        return end;
    st = strait_import(s->cx, s->arg[0], s->arg + 1, s->n_arg - 1, s->import, s->n_import, m.v);
    if (st != STRAIT_OK)
        return failed_on_input(s, st);
    end = tell_faults(s, &n);
    if (end == END_OK && s->strict && n > 0)
        end = END_INPUT;
    if (end == END_OK)
        end = write_all(s, &m);
    for (size_t i = 0; i < n_made(&m); i++)
        strait_table_free(m.v[i]);
    return end;
}
