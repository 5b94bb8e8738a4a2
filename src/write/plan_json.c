/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.json: the tables of a plan in the shapes that readers rely on.  A table without a shape of its own is an array
 * of objects, so that a new answer needs no new code here.
 */
#include <string.h>
#include "write/emit.h"
#include "write/write.h"

struct doc {
    struct emit e;
    const struct table_set *set;
    const char *sep;   /* before the next top-level key */
};

static void key(struct doc *d, const char *name)
{
    str_puts(&d->e.b, d->sep);
    json_text(&d->e.b, name);
    str_puts(&d->e.b, ": ");
    d->sep = ",\n  ";
}

/* [ {..}, {..} ] over the rows where the text column `by` is `word` (by NULL: all rows), without that column. */
static void array(struct doc *d, const strait_table *t, const char *by, const char *word, const char *indent)
{
    const char *sep = "";

    str_putc(&d->e.b, '[');
    for (size_t i = 0; t && i < t->n_row && emit_step(&d->e); i++) {
        const char *is = by ? table_text(t, by, i) : NULL;
        if (by && (!is || strcmp(is, word) != 0))
            continue;
        str_printf(&d->e.b, "%s\n%s  ", sep, indent);
        json_row(&d->e.b, t, i, by);
        sep = ",";
    }
    if (*sep)
        str_printf(&d->e.b, "\n%s", indent);
    str_putc(&d->e.b, ']');
}

static void put_array(struct doc *d, const strait_table *t)
{
    array(d, t, NULL, NULL, "  ");
}

static void put_object(struct doc *d, const strait_table *t)
{
    if (t->n_row > 0)
        json_row(&d->e.b, t, 0, NULL);
    else
        str_puts(&d->e.b, "null");
}

/* The columns of its only row are the document's own scalars. */
static void put_scalars(struct doc *d, const strait_table *t)
{
    for (size_t j = 0; t->n_row > 0 && j < t->n_col; j++) {
        key(d, t->col[j].name);
        json_cell(&d->e.b, &t->col[j], 0);
    }
}

/* The first text column as a list of strings. */
static void put_texts(struct doc *d, const strait_table *t)
{
    const char *sep = "";

    str_putc(&d->e.b, '[');
    for (size_t i = 0; i < t->n_row && emit_step(&d->e); i++) {
        str_printf(&d->e.b, "%s\n    ", sep);
        json_cell(&d->e.b, &t->col[0], i);
        sep = ",";
    }
    str_puts(&d->e.b, t->n_row ? "\n  ]" : "]");
}

/* Rows of the program by their family; the families that readers know are always there. */
static void put_duals(struct doc *d, const strait_table *t)
{
    static const char *const known[] = {"capacity", "power", "limit", "demand", "priority"};

    str_putc(&d->e.b, '{');
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        str_puts(&d->e.b, k ? ",\n    " : "\n    ");
        json_text(&d->e.b, known[k]);
        str_puts(&d->e.b, ": ");
        array(d, t, "family", known[k], "    ");
    }
    str_puts(&d->e.b, "\n  }");
}

/* The weights of a proof, in the same shape; null where there are none. */
static void put_proof(struct doc *d, const strait_table *t)
{
    if (t->n_row > 0)
        put_duals(d, t);
    else
        str_puts(&d->e.b, "null");
}

/* Names joined by '|' as an array of strings. */
static void put_names(struct doc *d, const char *names)
{
    const char *sep = "";
    str one = {0};

    str_putc(&d->e.b, '[');
    while (names && *names) {
        size_t n = strcspn(names, "|");
        one.n = 0;
        str_put(&one, names, n);
        str_puts(&d->e.b, sep);
        json_text(&d->e.b, one.s ? one.s : "");
        sep = ", ";
        names += n + (names[n] == '|');
    }
    d->e.b.failed |= one.failed;
    str_free(&one);
    str_putc(&d->e.b, ']');
}

/* A table as a member of another's object: its name without the prefix. */
static void put_part(struct doc *d, const char *name, const char *prefix)
{
    const strait_table *t = table_set_find(d->set, name);

    str_puts(&d->e.b, ",\n    ");
    json_text(&d->e.b, name + strlen(prefix));
    str_puts(&d->e.b, ": ");
    array(d, t, NULL, NULL, "    ");
}

/* {..row 0.., "cost": {...}, "placements": [...], ...}; null when there was nothing to round. */
static void put_rounded(struct doc *d, const strait_table *t)
{
    static const char *const part[] = {"rounded_split", "rounded_idle", "rounded_placements", "rounded_leases", "rounded_unmet"};
    const strait_table *cost = table_set_find(d->set, "rounded_cost");
    str *b = &d->e.b;

    if (t->n_row == 0) {
        str_puts(b, "null");
        return;
    }
    str_putc(b, '{');
    for (size_t j = 0; j < t->n_col; j++) {
        json_text(b, t->col[j].name);
        str_puts(b, ": ");
        if (strcmp(t->col[j].name, "flagged") == 0 || strcmp(t->col[j].name, "undone") == 0)
            put_names(d, table_text(t, t->col[j].name, 0));
        else
            json_cell(b, &t->col[j], 0);
        str_puts(b, ", ");
    }
    str_puts(b, "\n    \"cost\": ");
    if (cost)
        put_object(d, cost);
    else
        str_puts(b, "null");
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        put_part(d, part[i], "rounded_");
    str_puts(b, "}");
}

/* {..row 0.., "cost": [...], "moved": [...], "leases": [...]}: only where a previous plan was given. */
static void put_baseline(struct doc *d, const strait_table *t)
{
    static const char *const part[] = {"baseline_cost", "baseline_moved", "baseline_leases"};
    str *b = &d->e.b;

    str_putc(b, '{');
    for (size_t j = 0; j < t->n_col; j++) {
        json_text(b, t->col[j].name);
        str_puts(b, ": ");
        json_cell(b, &t->col[j], 0);
        str_puts(b, j + 1 < t->n_col ? ", " : "");
    }
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        put_part(d, part[i], "baseline_");
    str_puts(b, "}");
}

static void put_unique(struct doc *d, const strait_table *t)
{
    str_printf(&d->e.b, "{\"alternatives\": %s, \"workloads\": ",
               t->n_row && table_bool(t, "alternatives", 0) ? "true" : "false");
    put_names(d, t->n_row ? table_text(t, "workloads", 0) : NULL);
    str_putc(&d->e.b, '}');
}

static void put_input(struct doc *d, const strait_table *t)
{
    str_puts(&d->e.b, "{\"digest\": ");
    json_text(&d->e.b, t->n_row ? table_text(t, "digest", 0) : NULL);
    str_puts(&d->e.b, ", \"files\": ");
    array(d, table_set_find(d->set, "input_files"), NULL, NULL, "  ");
    str_putc(&d->e.b, '}');
}

enum { PART_OF_ANOTHER = 1, ONLY_IF_ASKED = 2, WITHOUT_KEY = 4, ONLY_WITH_ROWS = 8 };

static const struct shape {
    const char *table;
    void (*put)(struct doc *, const strait_table *);
    unsigned how;
} shapes[] = {
    {"plan", put_scalars, WITHOUT_KEY},
    {"roll", put_scalars, WITHOUT_KEY},
    {"objective", put_object, 0},
    {"cost", put_object, 0},
    {"rounded", put_rounded, 0},
    {"rounded_split", put_array, PART_OF_ANOTHER},
    {"rounded_idle", put_array, PART_OF_ANOTHER},
    {"rounded_cost", put_object, PART_OF_ANOTHER},
    {"rounded_placements", put_array, PART_OF_ANOTHER},
    {"rounded_leases", put_array, PART_OF_ANOTHER},
    {"rounded_unmet", put_array, PART_OF_ANOTHER},
    {"baseline", put_baseline, ONLY_WITH_ROWS},
    {"baseline_cost", put_array, PART_OF_ANOTHER},
    {"baseline_moved", put_array, PART_OF_ANOTHER},
    {"baseline_leases", put_array, PART_OF_ANOTHER},
    {"duals", put_duals, 0},
    {"certificate", put_object, 0},
    {"proof", put_proof, 0},
    {"unique", put_unique, 0},
    {"input", put_input, 0},
    {"input_files", put_array, PART_OF_ANOTHER},
    {"warnings", put_texts, 0},
    {"stats", put_array, ONLY_IF_ASKED},
};

static const struct shape *shape_of(const char *name)
{
    static const struct shape plain = {NULL, put_array, 0};

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(shapes[i].table, name) == 0)
            return &shapes[i];
    return &plain;
}

/**
 * Write a plan as one JSON document.
 *
 * @param cx          context; holds the message on failure
 * @param set         borrowed; the tables in the order of the document
 * @param with_stats  write the table "stats" (durations: the only part that differs between runs)
 * @param fn          sink
 * @param data        the sink's
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(cells), memory one piece.  Test: tests/unit/check_write.c
 */
strait_status write_plan_json(strait_ctx *cx, const struct table_set *set, bool with_stats,
                              strait_write_fn *fn, void *data)
{
    struct doc d = {.set = set, .sep = "{\n  "};

    emit_begin(&d.e, cx, fn, data);
    for (size_t i = 0; i < set->n && emit_step(&d.e); i++) {
        const strait_table *t = set->v[i];
        const struct shape *s = t ? shape_of(t->name) : NULL;
        if (!s || s->how & PART_OF_ANOTHER || (s->how & ONLY_IF_ASKED && !with_stats) || (s->how & ONLY_WITH_ROWS && t->n_row == 0))
            continue;
        if (!(s->how & WITHOUT_KEY))
            key(&d, t->name);
        s->put(&d, t);
    }
    str_puts(&d.e.b, "\n}\n");
    return emit_end(&d.e);
}
