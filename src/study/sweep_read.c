/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sweep's file: the tree of libconfig into the sweep, with the faults of a case file. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "input/cfg.h"
#include "linalg/linalg.h"
#include "study/sweep.h"

struct reader {
    strait_ctx *cx;
    struct sweep *s;
    const struct cfg_node *correlations;
};

/* What is read: a group under the name that faults call it by. */
struct record { const struct cfg_node *node; char path[100]; struct sweep_mark at; };

strait_status sweep_fault(strait_ctx *cx, const struct sweep *s, struct sweep_mark at, const char *key, const char *value,
                          const char *allowed, const char *what)
{
    return cx_fault(cx, SEV_ERROR, s->files->files.v[at.file].path, at.line, key, value, allowed, "%s", what);
}

static strait_status fault(struct reader *r, const char *path, const struct cfg_node *v, const char *allowed, const char *what)
{
    char key[200];

    snprintf(key, sizeof key, "%s%s%s", path, path[0] && v->key ? "." : "", v->key ? v->key : "");
    return sweep_fault(r->cx, r->s, (struct sweep_mark){v->file, v->line}, key, v->shape == CFG_SCALAR ? v->text : NULL, allowed, what);
}

static strait_status copy_text(struct reader *r, const char *text, const char **out)
{
    *out = arena_strdup(r->s->arena, text);
    return *out ? STRAIT_OK : cx_nomem(r->cx);
}

static bool number_of(const struct cfg_node *v, double *out)
{
    char *end;

    if (v->shape != CFG_SCALAR || v->type == CFG_BOOL || v->text[0] == '\0' || strspn(v->text, "0123456789.eE+-") != strlen(v->text))
        return false;
    *out = strtod(v->text, &end);
    return *end == '\0' && isfinite(*out);
}

static strait_status take_number(struct reader *r, const struct record *q, const struct cfg_node *v, double lo, double hi, double *out)
{
    char allowed[80];
    double x = 0;

    if (v->shape == CFG_SCALAR && v->bad)
        return STRAIT_OK;
    if (number_of(v, &x) && x >= lo && x <= hi) {
        *out = x;
        return STRAIT_OK;
    }
    snprintf(allowed, sizeof allowed, "a number from %g to %g", lo, hi);
    return fault(r, q->path, v, allowed, "is no such number");
}

static strait_status take_whole(struct reader *r, const struct record *q, const struct cfg_node *v, double hi, uint64_t *out)
{
    double x = 0;
    size_t before = r->cx->n_error;
    strait_status st = take_number(r, q, v, 0, hi, &x);

    if (st == STRAIT_OK && r->cx->n_error == before && x != floor(x))
        return fault(r, q->path, v, "a whole number", "is not whole");
    *out = (uint64_t)x;
    return st;
}

static strait_status take_text(struct reader *r, const struct record *q, const struct cfg_node *v, const char **out)
{
    if (v->shape == CFG_SCALAR && v->bad)
        return STRAIT_OK;
    if (v->shape != CFG_SCALAR || v->type != CFG_STRING || v->text[0] == '\0')
        return fault(r, q->path, v, "text in double quotes", "is not a text");
    return copy_text(r, v->text, out);
}

static bool is_name(const char *s)
{
    size_t n = strlen(s);

    return n > 0 && n <= 64 && strchr("._-", s[0]) == NULL
           && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") == n;
}

static strait_status take_name(struct reader *r, const struct record *q, const struct cfg_node *v, const char **out)
{
    strait_status st = take_text(r, q, v, out);

    if (st == STRAIT_OK && *out && !is_name(*out))
        return fault(r, q->path, v, "letters, digits and ._- after a letter or digit, at most 64", "is not a name");
    return st;
}

/* One text, or a list of texts; with `numbers` also of numbers, as they are written. */
static strait_status take_list(struct reader *r, const struct record *q, const struct cfg_node *v, bool numbers, const char *mark,
                               struct name_list *out)
{
    size_t n = v->shape == CFG_LIST ? v->n : 1;
    const char **text = arena_alloc(r->s->arena, n, sizeof *text);
    char buf[4096];

    if (!text)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < n; i++) {
        const struct cfg_node *e = v->shape == CFG_LIST ? &v->child[i] : v;
        if (e->shape == CFG_SCALAR && e->bad)
            return STRAIT_OK;
        if (e->shape != CFG_SCALAR || (!numbers && e->type != CFG_STRING) || strlen(e->text) > sizeof buf - 2)
            return fault(r, q->path, v, numbers ? "numbers or texts, [ 1, 2 ]" : "a text or texts, [ \"a\", \"b\" ]", "is not such a list");
        snprintf(buf, sizeof buf, "%s%s", mark, e->text);
        strait_status st = copy_text(r, buf, &text[i]);
        if (st != STRAIT_OK)
            return st;
    }
    if (n == 0 && (numbers || strcmp(v->key, "path") == 0))
        return fault(r, q->path, v, "at least one", "the list is empty");
    *out = (struct name_list){n, text};
    return STRAIT_OK;
}

static strait_status take_set(struct reader *r, const struct record *q, const struct cfg_node *v, struct sweep_set *out)
{
    out->at = (struct sweep_mark){v->file, v->line};
    return take_list(r, q, v, false, "", &out->set);
}

/* A key of a group that none of its words is, or that stands there twice. */
static strait_status check_keys(struct reader *r, const struct record *q, const char *const *known, size_t n)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < q->node->n; i++) {
        const struct cfg_node *v = &q->node->child[i];
        const char *near = str_nearest(v->key, known, n);
        char allowed[300] = "";
        bool found = false;

        for (size_t j = 0; j < n; j++) {
            found = found || strcmp(v->key, known[j]) == 0;
            (void)snprintf(allowed + strlen(allowed), sizeof allowed - strlen(allowed), "%s%s", j ? ", " : "one of ", known[j]);
        }
        if (near)
            snprintf(allowed, sizeof allowed, "did you mean %s?", near);
        if (!found)
            TRY(fault(r, q->path, v, allowed, "unknown key"));
        for (size_t j = 0; j < i; j++)
            if (strcmp(q->node->child[j].key, v->key) == 0)
                TRY(fault(r, q->path, v, "once", "the key is there twice"));
    }
out:
    return st;
}

static const struct cfg_node *member(const struct record *q, const char *key)
{
    for (size_t i = 0; i < q->node->n; i++)
        if (strcmp(q->node->child[i].key, key) == 0)
            return &q->node->child[i];
    return NULL;
}

static strait_status missing(struct reader *r, const struct record *q, const char *key, const char *allowed)
{
    char path[200];

    snprintf(path, sizeof path, "%s%s%s", q->path, q->path[0] ? "." : "", key);
    return sweep_fault(r->cx, r->s, q->at, path, NULL, allowed, "is not given");
}

static strait_status read_named(struct reader *r, const struct record *q, struct sweep_named *out)
{
    static const char *const known[] = {"name", "probability", "set"};
    const struct cfg_node *v;
    strait_status st = STRAIT_OK;

    TRY(check_keys(r, q, known, 3));
    out->probability = 1;
    if ((v = member(q, "name")))
        TRY(take_name(r, q, v, &out->name));
    else
        TRY(missing(r, q, "name", "a name"));
    if ((v = member(q, "probability")))
        TRY(take_number(r, q, v, 0, 1, &out->probability));
    if ((v = member(q, "set")))
        TRY(take_set(r, q, v, &out->set));
out:
    return st;
}

/* times = "0.8:1.2:0.05" or [ 0.9, 1.1 ]; values likewise, or texts. */
static strait_status read_points(struct reader *r, const struct record *q, const struct cfg_node *v, const char *mark, struct sweep_grid *out)
{
    bool no_memory = false;
    double x;

    if (v->shape == CFG_SCALAR && v->type == CFG_STRING && strchr(v->text, ':')) {
        if (sweep_range(r->s->arena, v->text, mark, &out->value, &no_memory))
            return no_memory ? cx_nomem(r->cx) : STRAIT_OK;
        if (*mark)
            return fault(r, q->path, v, "FIRST:LAST:STEP with STEP above 0 and at most 100000 points", "is not a range");
    }
    for (size_t i = 0; *mark && i < (v->shape == CFG_LIST ? v->n : 1); i++)
        if (!number_of(v->shape == CFG_LIST ? &v->child[i] : v, &x))
            return fault(r, q->path, v, "numbers [ 0.9, 1.1 ] or FIRST:LAST:STEP", "is not a list of factors");
    return take_list(r, q, v, true, mark, &out->value);
}

static strait_status read_grid(struct reader *r, const struct record *q, struct sweep_grid *out)
{
    static const char *const known[] = {"path", "times", "values"};
    const struct cfg_node *v, *times = member(q, "times"), *values = member(q, "values");
    strait_status st = STRAIT_OK;

    TRY(check_keys(r, q, known, 3));
    out->at = q->at;
    if ((v = member(q, "path")))
        TRY(take_list(r, q, v, false, "", &out->path));
    else
        TRY(missing(r, q, "path", "a path as --set takes it, or several"));
    if ((times != NULL) == (values != NULL))
        TRY(missing(r, q, "times or values", "one of both"));
    else
        TRY(read_points(r, q, times ? times : values, times ? "*" : "", out));
out:
    return st;
}

static strait_status read_event(struct reader *r, const struct record *q, struct sweep_event *out)
{
    static const char *const known[] = {"name", "probability", "set", "otherwise"};
    const struct cfg_node *v;
    strait_status st = STRAIT_OK;

    TRY(check_keys(r, q, known, 4));
    if ((v = member(q, "name")))
        TRY(take_name(r, q, v, &out->name));
    else
        TRY(missing(r, q, "name", "a name"));
    if ((v = member(q, "probability")))
        TRY(take_number(r, q, v, 0, 1, &out->probability));
    else
        TRY(missing(r, q, "probability", "a number from 0 to 1"));
    if ((v = member(q, "set")))
        TRY(take_set(r, q, v, &out->set));
    else
        TRY(missing(r, q, "set", "what it changes, [ \"path=value\" ]"));
    if ((v = member(q, "otherwise")))
        TRY(take_set(r, q, v, &out->otherwise));
out:
    return st;
}

static strait_status read_history(struct reader *r, const struct record *q, const struct cfg_node *v, struct sweep_quantity *out)
{
    const struct cfg_node *column = member(q, "column"), *as = member(q, "as");
    const char *file = NULL, *name = NULL, *word = "times";
    strait_status st = STRAIT_OK;

    TRY(take_text(r, q, v, &file));
    if (column)
        TRY(take_text(r, q, column, &name));
    else
        TRY(missing(r, q, "column", "the name of a column of the history"));
    if (as)
        TRY(take_text(r, q, as, &word));
    if (as && strcmp(word, "times") != 0 && strcmp(word, "values") != 0)
        TRY(fault(r, q->path, as, "times (of their mean) or values", "is not a way to use a history"));
    out->kind = SPREAD_HISTORY;
    out->absolute = strcmp(word, "values") == 0;
    if (file && name)
        TRY(sweep_history(r->cx, r->s, out, file, name, q->path));
out:
    return st;
}

static strait_status read_quantity(struct reader *r, const struct record *q, struct sweep_quantity *out)
{
    static const char *const known[] = {"name", "path", "sigma", "spread", "history", "column", "as"};
    const struct cfg_node *v, *sigma = member(q, "sigma"), *spread = member(q, "spread"), *history = member(q, "history");
    strait_status st = STRAIT_OK;

    TRY(check_keys(r, q, known, 7));
    out->at = q->at;
    if ((v = member(q, "name")))
        TRY(take_name(r, q, v, &out->name));
    else
        TRY(missing(r, q, "name", "a name"));
    if ((v = member(q, "path")))
        TRY(take_list(r, q, v, false, "", &out->path));
    else
        TRY(missing(r, q, "path", "a path as --set takes it, or several"));
    if ((sigma != NULL) + (spread != NULL) + (history != NULL) != 1) {
        TRY(missing(r, q, "sigma, spread or history", "one of the three"));
    } else if (sigma) {
        TRY(take_number(r, q, sigma, 0, 5, &out->size));
    } else if (spread) {
        out->kind = SPREAD_UNIFORM;
        TRY(take_number(r, q, spread, 0, 1, &out->size));
    } else {
        TRY(read_history(r, q, history, out));
    }
out:
    return st;
}

typedef strait_status read_one(struct reader *r, const struct record *q, void *out);

static strait_status read_named_(struct reader *r, const struct record *q, void *out) { return read_named(r, q, out); }
static strait_status read_grid_(struct reader *r, const struct record *q, void *out) { return read_grid(r, q, out); }
static strait_status read_event_(struct reader *r, const struct record *q, void *out) { return read_event(r, q, out); }
static strait_status read_quantity_(struct reader *r, const struct record *q, void *out) { return read_quantity(r, q, out); }

/* A list of groups into records of `size` bytes. */
static strait_status read_records(struct reader *r, const struct cfg_node *list, size_t size, read_one *read, void **v, size_t *n)
{
    static const struct record top = {.path = ""};
    strait_status st = STRAIT_OK;
    char *out;

    if (list->shape != CFG_LIST)
        return fault(r, top.path, list, "a list of groups ( { key = value; }, ... )", "is not a list");
    *v = out = arena_alloc(r->s->arena, list->n, size);
    if (!out)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < list->n; i++) {
        struct record q = {.node = &list->child[i], .at = {list->child[i].file, list->child[i].line}};
        snprintf(q.path, sizeof q.path, "%.40s.#%zu", list->key, i + 1);
        if (list->child[i].shape != CFG_GROUP)
            TRY(fault(r, list->key, &list->child[i], "a group { key = value; ... }", "is not a group"));
        else
            TRY(read(r, &q, out + i * size));
    }
    *n = list->n;
out:
    return st;
}

static strait_status take_evaluate(struct reader *r, const struct record *top, const struct cfg_node *v)
{
    const char *word = "plan";
    strait_status st = take_text(r, top, v, &word);

    r->s->fixed = strcmp(word, "reprice") == 0;
    if (st == STRAIT_OK && !r->s->fixed && strcmp(word, "plan") != 0)
        return fault(r, "", v, "plan (a plan for each scenario) or reprice (the base's plan at other prices)", "is not a way to evaluate");
    return st;
}

static strait_status read_top(struct reader *r, const struct record *top, const struct cfg_node *v)
{
    struct sweep *s = r->s;

    if (strcmp(v->key, "base") == 0)
        return take_text(r, top, v, &s->base);
    if (strcmp(v->key, "seed") == 0)
        return take_whole(r, top, v, 9e15, &s->seed);
    if (strcmp(v->key, "draws") == 0)
        return take_whole(r, top, v, (double)SWEEP_MOST, &s->draws);
    if (strcmp(v->key, "evaluate") == 0)
        return take_evaluate(r, top, v);
    if (strcmp(v->key, "set") == 0)
        return take_list(r, top, v, false, "", &s->set);
    if (strcmp(v->key, "scenarios") == 0)
        return read_records(r, v, sizeof *s->named.v, read_named_, (void **)&s->named.v, &s->named.n);
    if (strcmp(v->key, "grids") == 0)
        return read_records(r, v, sizeof *s->grid.v, read_grid_, (void **)&s->grid.v, &s->grid.n);
    if (strcmp(v->key, "events") == 0)
        return read_records(r, v, sizeof *s->event.v, read_event_, (void **)&s->event.v, &s->event.n);
    if (strcmp(v->key, "quantities") == 0)
        return read_records(r, v, sizeof *s->quantity.v, read_quantity_, (void **)&s->quantity.v, &s->quantity.n);
    if (strcmp(v->key, "correlations") == 0)
        r->correlations = v;
    return STRAIT_OK;
}

/* ---- correlations ---- */

static const char *dim_name(const struct sweep *s, size_t i)
{
    return i < s->event.n ? s->event.v[i].name : s->quantity.v[i - s->event.n].name;
}

static strait_status take_dim(struct reader *r, const struct record *q, const char *key, size_t *out)
{
    const struct cfg_node *v = member(q, key);
    const char *name = NULL;
    strait_status st;

    *out = SIZE_MAX;
    if (!v)
        return missing(r, q, key, "the name of an event or quantity");
    st = take_text(r, q, v, &name);
    for (size_t i = 0; name && i < r->s->event.n + r->s->quantity.n; i++)
        if (dim_name(r->s, i) && strcmp(dim_name(r->s, i), name) == 0)
            *out = i;
    if (st == STRAIT_OK && name && *out == SIZE_MAX)
        return fault(r, q->path, v, "the name of an event or quantity", "is neither");
    return st;
}

static strait_status read_correlation(struct reader *r, const struct record *q, double *matrix)
{
    static const char *const known[] = {"a", "b", "value"};
    size_t n = r->s->event.n + r->s->quantity.n, a, b;
    const struct cfg_node *v = member(q, "value");
    double value = 0;
    strait_status st = STRAIT_OK;

    TRY(check_keys(r, q, known, 3));
    TRY(take_dim(r, q, "a", &a));
    TRY(take_dim(r, q, "b", &b));
    if (v)
        TRY(take_number(r, q, v, -1, 1, &value));
    else
        TRY(missing(r, q, "value", "a number from -1 to 1"));
    if (a == SIZE_MAX || b == SIZE_MAX)
        goto out;
    if (a == b || matrix[a * n + b] != 0)
        st = fault(r, q->path, member(q, "b"), "each pair once, of two", a == b ? "is the same" : "is correlated with it already");
    else
        matrix[a * n + b] = matrix[b * n + a] = value;
out:
    return st;
}

static strait_status factorise(struct reader *r, size_t n, const double *matrix)
{
    bool definite;
    size_t at;
    strait_status st = linalg_cholesky(n, matrix, r->s->root, &definite, &at);

    if (st != STRAIT_OK)
        return st == STRAIT_ENOMEM ? cx_nomem(r->cx) : cx_fail(r->cx, st, "%zu events and quantities are too many", n);
    if (definite)
        return STRAIT_OK;
    return fault(r, "", r->correlations, "correlations that can be together: smaller ones",
                 "the correlations contradict each other: their matrix is not positive definite");
}

static strait_status read_correlations(struct reader *r)
{
    struct sweep *s = r->s;
    size_t n = s->event.n + s->quantity.n, before = r->cx->n_error;
    double *matrix = arena_alloc(s->arena, n * n, sizeof *matrix);
    strait_status st = STRAIT_OK;

    s->root = arena_alloc(s->arena, n * n, sizeof *s->root);
    if (!matrix || !s->root)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < n; i++)
        matrix[i * n + i] = s->root[i * n + i] = 1;
    if (!r->correlations)
        return STRAIT_OK;
    if (r->correlations->shape != CFG_LIST)
        return fault(r, "", r->correlations, "( { a = \"x\"; b = \"y\"; value = 0.5; }, ... )", "is not a list");
    for (size_t i = 0; i < r->correlations->n; i++) {
        const struct cfg_node *v = &r->correlations->child[i];
        struct record q = {.node = v, .at = {v->file, v->line}};
        snprintf(q.path, sizeof q.path, "correlations.#%zu", i + 1);
        if (v->shape != CFG_GROUP)
            TRY(fault(r, "correlations", v, "a group { a = ...; b = ...; value = ...; }", "is not a group"));
        else
            TRY(read_correlation(r, &q, matrix));
    }
    if (n > 0 && r->cx->n_error == before)
        TRY(factorise(r, n, matrix));
out:
    return st;
}

static strait_status check_names(struct reader *r)
{
    const struct sweep *s = r->s;
    size_t n = s->event.n + s->quantity.n;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (dim_name(s, i) && dim_name(s, j) && strcmp(dim_name(s, i), dim_name(s, j)) == 0)
                TRY(sweep_fault(r->cx, s, i < s->event.n ? s->event.v[i].set.at : s->quantity.v[i - s->event.n].at, "name", dim_name(s, i),
                                "names that differ", "two events or quantities have one name"));
    for (size_t i = 0; i < s->named.n; i++)
        for (size_t j = 0; j < i; j++)
            if (s->named.v[i].name && s->named.v[j].name && strcmp(s->named.v[i].name, s->named.v[j].name) == 0)
                TRY(sweep_fault(r->cx, s, s->named.v[i].set.at, "scenarios.name", s->named.v[i].name, "names that differ", "is there twice"));
out:
    return st;
}

/* What must fit together, once all is read. */
static strait_status check_draws(struct reader *r, const struct cfg_node *root)
{
    const struct sweep *s = r->s;
    struct sweep_mark at = {root->n ? root->child[0].file : 0, root->n ? root->child[0].line : 1};

    if (s->quantity.n > 0 && s->draws == 0)
        return sweep_fault(r->cx, s, at, "draws", NULL, "how many to draw, 1 or more", "is not given, though there are quantities");
    if (s->draws == 0 && s->event.n > SWEEP_EVENTS_MOST)
        return sweep_fault(r->cx, s, at, "draws", NULL, "draws, or at most 12 events to enumerate", "is not given");
    if (s->draws == 0 && r->correlations && r->correlations->n > 0)
        return sweep_fault(r->cx, s, at, "draws", NULL, "draws, for correlated events", "is not given");
    if (s->draws > 0 && s->quantity.n + s->event.n == 0)
        return sweep_fault(r->cx, s, at, "draws", NULL, "events or quantities with it", "there is nothing to draw");
    return STRAIT_OK;
}

strait_status sweep_read(strait_ctx *cx, struct sweep *s)
{
    static const char *const known[] = {"base", "seed", "draws", "evaluate", "set", "scenarios", "grids", "events", "quantities", "correlations"};
    struct reader r = {.cx = cx, .s = s};
    struct cfg *cfg = NULL;
    strait_status st = STRAIT_OK;

    TRY(cfg_read(cx, s->files, s->file, &cfg));
    struct record top = {.node = &cfg->root, .path = "", .at = {0, 1}};
    TRY(check_keys(&r, &top, known, sizeof known / sizeof *known));
    for (size_t i = 0; i < cfg->root.n; i++)
        TRY(read_top(&r, &top, &cfg->root.child[i]));
    if (!member(&top, "base"))
        TRY(missing(&r, &top, "base", "the case file, as seen from here"));
    TRY(check_names(&r));
    TRY(check_draws(&r, &cfg->root));
    TRY(read_correlations(&r));
out:
    cfg_free(cfg);
    return st;
}
