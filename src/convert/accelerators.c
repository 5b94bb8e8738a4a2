/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accelerators as others name them, and the list of those that are none of ours. */
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "convert/job.h"
#include "input/built_in.h"
#include "input/csv.h"
#include "input/file.h"

#define MOST_STRANGERS 10000   /* a column of other things makes a new name in every row */

static const char *cell_of(const struct csv *r, const size_t at[4], int k)
{
    return at[k] < r->cell.n ? r->cell.v[at[k]] : "";
}

static strait_status add_row(struct job *j, struct chip_names *c, const struct csv *r, const size_t at[4], bool named)
{
    struct chip_name n = {cell_of(r, at, 0), cell_of(r, at, 1), cell_of(r, at, named ? 2 : 0), cell_of(r, at, 3)};
    size_t i;
    bool is_new;

    n.name = arena_strdup(j->arena, n.name);
    n.instance = arena_strdup(j->arena, n.instance);
    n.ours = arena_strdup(j->arena, n.ours);
    n.note = arena_strdup(j->arena, n.note);
    if (n.name == NULL || n.instance == NULL || n.ours == NULL || n.note == NULL || VEC_PUSH(&c->row, n) != STRAIT_OK)
        return cx_nomem(j->cx);
    return index_add(&c->known, j->arena, n.ours, &i, &is_new) == STRAIT_OK ? STRAIT_OK : cx_nomem(j->cx);
}

/* Rows of a text with a column name, and instance, accelerator, note where there are; bytes are cut in place. */
static strait_status add_text(struct job *j, struct chip_names *c, const char *file, char *bytes, size_t n)
{
    static const char *const key[4] = {"name", "instance", "accelerator", "note"};
    size_t at[4] = {SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX};
    struct csv r;
    strait_status st;
    bool more = true;

    TRY(csv_begin(&r, j->cx, file, "accelerators", bytes, n));
    TRY(csv_next(&r, &more));
    for (size_t i = 0; i < r.cell.n; i++)
        for (int k = 0; k < 4; k++)
            if (strcmp(r.cell.v[i], key[k]) == 0)
                at[k] = i;
    if (at[0] == SIZE_MAX) {
        TRY(cx_fault(j->cx, SEV_ERROR, file, 1, "name", NULL, "name, and accelerator where ours is another",
                     "the column is missing"));
        st = STRAIT_EINPUT;
    }
    while (st == STRAIT_OK && more) {
        st = csv_next(&r, &more);
        if (st == STRAIT_OK && more && !r.bad && cell_of(&r, at, 0)[0] != '\0')
            st = add_row(j, c, &r, at, at[2] != SIZE_MAX);
    }
out:
    csv_end(&r);
    return st;
}

static strait_status add_built_in(struct job *j, struct chip_names *c, const char *name)
{
    size_t n;
    char *text = built_in_text(j->arena, name, &n);

    return text == NULL ? cx_nomem(j->cx) : add_text(j, c, name, text, n);
}

static strait_status add_file(struct job *j, struct chip_names *c, const char *path)
{
    struct file_text f = {0};
    size_t before = j->cx->n_error;
    char why[FILE_WHY];
    strait_status st = file_read(j->cx, path, FILE_CONFIG_MAX, false, &f, why);

    if (st == STRAIT_EIO)
        return cx_fail(j->cx, STRAIT_EIO, "cannot read %s: %s", path, why);
    if (st == STRAIT_OK)
        st = add_text(j, c, path, f.s, f.n);
    if (st == STRAIT_OK && j->cx->n_error > before)
        st = STRAIT_EINPUT;
    mem_free(f.s);
    return st;
}

/**
 * The names of accelerators: those of the user's file, then data/import/accelerator_names.csv, then our own.
 *
 * The user's file has a column name and, where ours is another, accelerator; the accelerators.csv of a case will do.
 *
 * @param out  chip_names_free frees it, also after a failure
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM.  Test: tests/unit/check_convert.c
 */
strait_status chip_names_new(struct job *j, struct chip_names *out)
{
    strait_status st = STRAIT_OK;

    *out = (struct chip_names){.known = {.slot = NULL}};
    if (j->ask.accelerators != NULL)
        TRY(add_file(j, out, j->ask.accelerators));
    TRY(add_built_in(j, out, "import/accelerator_names.csv"));
    TRY(add_built_in(j, out, "accelerators.csv"));
out:
    return st;
}

void chip_names_free(struct chip_names *c)
{
    VEC_FREE(&c->row);
    index_free(&c->known);
}

const char *chip_names_find(const struct chip_names *c, const char *name, const char *instance, const char **why)
{
    *why = "not in data/import/accelerator_names.csv";
    for (size_t i = 0; i < c->row.n; i++) {
        const struct chip_name *n = &c->row.v[i];

        if (strcasecmp(n->name, name) != 0 ||
            (n->instance[0] != '\0' && fnmatch(n->instance, instance, FNM_CASEFOLD) != 0))
            continue;
        *why = n->note;
        return n->ours[0] == '\0' ? NULL : n->ours;
    }
    return NULL;
}

/* ---- unknown ones ---- */

strait_status strangers_add(struct job *j, struct strangers *s, const char *name, const char *provider, const char *why,
                            double price)
{
    char key[512];
    struct stranger new = {NULL, NULL, why, 0, (double)NAN}, *row;
    size_t i;
    bool is_new;

    snprintf(key, sizeof key, "%.200s\n%.200s\n%.100s", name, provider, why);
    if (s->row.n >= MOST_STRANGERS && index_find(&s->by, key) == INDEX_NONE)
        return cx_fail(j->cx, STRAIT_EINPUT, "%s: more than %d unknown names of accelerators; is it the right column?", j->path,
                       MOST_STRANGERS);
    if (index_add(&s->by, j->arena, key, &i, &is_new) != STRAIT_OK)
        return cx_nomem(j->cx);
    if (is_new) {
        new.name = arena_strndup(j->arena, name, 200);
        new.provider = arena_strndup(j->arena, provider, 200);
        if (new.name == NULL || new.provider == NULL || VEC_PUSH(&s->row, new) != STRAIT_OK)
            return cx_nomem(j->cx);
    }
    row = &s->row.v[i];
    row->rows++;
    if (!(row->lowest <= price))
        row->lowest = isnan(price) ? row->lowest : price;
    return STRAIT_OK;
}

strait_status strangers_table(struct job *j, const struct strangers *s)
{
    static const struct column_def def[] = {
        {"accelerator", STRAIT_TEXT, ""}, {"provider", STRAIT_TEXT, ""}, {"rows", STRAIT_INT, ""},
        {"lowest", STRAIT_REAL, "USD/h"}, {"why", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    strait_table *t = NULL;
    strait_status st = table_new(&t, "unknown", def);

    for (size_t i = 0; st == STRAIT_OK && i < s->row.n; i++) {
        const struct stranger *r = &s->row.v[i];

        st = table_add(t, r->name, r->provider, r->rows, r->lowest, r->why);
    }
    if (st == STRAIT_OK && s->row.n > 0)
        st = cx_fault(j->cx, SEV_WARNING, j->file.v[0].file, 1, "accelerator", s->row.v[0].name,
                      "an accelerator of ours, or a file of names given with accelerators",
                      "is none of ours; the table \"unknown\" lists all such names: %zu",
                      s->row.n);
    if (st == STRAIT_OK)
        st = job_give(j, &t);
    table_free(t);
    return st;
}

void strangers_free(struct strangers *s)
{
    VEC_FREE(&s->row);
    index_free(&s->by);
}
