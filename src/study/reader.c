/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values out of libconfig's tree, for sweeps and other files of many plans. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "study/reader.h"

strait_status reader_fault_at(strait_ctx *cx, const strait_case *files, struct study_mark at, const char *key, const char *value,
                              const char *allowed, const char *what)
{
    return cx_fault(cx, SEV_ERROR, files->files.v[at.file].path, at.line, key, value, allowed, "%s", what);
}

strait_status reader_fault(const struct reader *r, const char *path, const struct cfg_node *v, const char *allowed, const char *what)
{
    char key[200];

    snprintf(key, sizeof key, "%s%s%s", path, path[0] && v->key ? "." : "", v->key ? v->key : "");
    return reader_fault_at(r->cx, r->files, (struct study_mark){v->file, v->line}, key, v->shape == CFG_SCALAR ? v->text : NULL, allowed, what);
}

static strait_status copy_text(const struct reader *r, const char *text, const char **out)
{
    *out = arena_strdup(r->arena, text);
    return *out ? STRAIT_OK : cx_nomem(r->cx);
}

bool reader_number_of(const struct cfg_node *v, double *out)
{
    char *end;

    if (v->shape != CFG_SCALAR || v->type == CFG_BOOL || v->text[0] == '\0' || strspn(v->text, "0123456789.eE+-") != strlen(v->text))
        return false;
    *out = strtod(v->text, &end);
    return *end == '\0' && isfinite(*out);
}

strait_status reader_take_number(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, double lo, double hi, double *out)
{
    char allowed[80];
    double x = 0;

    if (v->shape == CFG_SCALAR && v->bad)
        return STRAIT_OK;
    if (reader_number_of(v, &x) && x >= lo && x <= hi) {
        *out = x;
        return STRAIT_OK;
    }
    snprintf(allowed, sizeof allowed, "a number from %g to %g", lo, hi);
    return reader_fault(r, q->path, v, allowed, "is no such number");
}

strait_status reader_take_whole(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, double hi, uint64_t *out)
{
    double x = 0;
    size_t before = r->cx->n_error;
    strait_status st = reader_take_number(r, q, v, 0, hi, &x);

    if (st == STRAIT_OK && r->cx->n_error == before && x != floor(x))
        return reader_fault(r, q->path, v, "a whole number", "is not whole");
    *out = (uint64_t)x;
    return st;
}

strait_status reader_take_text(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, const char **out)
{
    if (v->shape == CFG_SCALAR && v->bad)
        return STRAIT_OK;
    if (v->shape != CFG_SCALAR || v->type != CFG_STRING || v->text[0] == '\0')
        return reader_fault(r, q->path, v, "text in double quotes", "is not a text");
    return copy_text(r, v->text, out);
}

static bool is_name(const char *s)
{
    size_t n = strlen(s);

    return n > 0 && n <= 64 && strchr("._-", s[0]) == NULL
           && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") == n;
}

strait_status reader_take_name(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, const char **out)
{
    strait_status st = reader_take_text(r, q, v, out);

    if (st == STRAIT_OK && *out && !is_name(*out))
        return reader_fault(r, q->path, v, "letters, digits and ._- after a letter or digit, at most 64", "is not a name");
    return st;
}

/* One text, or a list of texts; with `numbers` also of numbers, as they are written. */
strait_status reader_take_list(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, bool numbers, const char *mark,
                               struct name_list *out)
{
    size_t n = v->shape == CFG_LIST ? v->n : 1;
    const char **text = arena_alloc(r->arena, n, sizeof *text);
    char buf[4096];

    if (!text)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < n; i++) {
        const struct cfg_node *e = v->shape == CFG_LIST ? &v->child[i] : v;
        if (e->shape == CFG_SCALAR && e->bad)
            return STRAIT_OK;
        if (e->shape != CFG_SCALAR || (!numbers && e->type != CFG_STRING) || strlen(e->text) > sizeof buf - 2)
            return reader_fault(r, q->path, v, numbers ? "numbers or texts, [ 1, 2 ]" : "a text or texts, [ \"a\", \"b\" ]", "is not such a list");
        snprintf(buf, sizeof buf, "%s%s", mark, e->text);
        strait_status st = copy_text(r, buf, &text[i]);
        if (st != STRAIT_OK)
            return st;
    }
    if (n == 0 && (numbers || strcmp(v->key, "path") == 0))
        return reader_fault(r, q->path, v, "at least one", "the list is empty");
    *out = (struct name_list){n, text};
    return STRAIT_OK;
}

/* A key of a group that none of its words is, or that stands there twice. */
strait_status reader_check_keys(const struct reader *r, const struct reader_group *q, const char *const *known, size_t n)
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
            TRY(reader_fault(r, q->path, v, allowed, "unknown key"));
        for (size_t j = 0; j < i; j++)
            if (strcmp(q->node->child[j].key, v->key) == 0)
                TRY(reader_fault(r, q->path, v, "once", "the key is there twice"));
    }
out:
    return st;
}

const struct cfg_node *reader_member(const struct reader_group *q, const char *key)
{
    for (size_t i = 0; i < q->node->n; i++)
        if (strcmp(q->node->child[i].key, key) == 0)
            return &q->node->child[i];
    return NULL;
}

strait_status reader_missing(const struct reader *r, const struct reader_group *q, const char *key, const char *allowed)
{
    char path[200];

    snprintf(path, sizeof path, "%s%s%s", q->path, q->path[0] ? "." : "", key);
    return reader_fault_at(r->cx, r->files, q->at, path, NULL, allowed, "is not given");
}

/* A list of groups into records of `size` bytes. */
strait_status reader_records(const struct reader *r, const struct cfg_node *list, size_t size, reader_one *read, void **v, size_t *n)
{
    static const struct reader_group top = {.path = ""};
    strait_status st = STRAIT_OK;
    char *out;

    if (list->shape != CFG_LIST)
        return reader_fault(r, top.path, list, "a list of groups ( { key = value; }, ... )", "is not a list");
    *v = out = arena_alloc(r->arena, list->n, size);
    if (!out)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < list->n; i++) {
        struct reader_group q = {.node = &list->child[i], .at = {list->child[i].file, list->child[i].line}};
        snprintf(q.path, sizeof q.path, "%.40s.#%zu", list->key, i + 1);
        if (list->child[i].shape != CFG_GROUP)
            TRY(reader_fault(r, list->key, &list->child[i], "a group { key = value; ... }", "is not a group"));
        else
            TRY(read(r, &q, out + i * size));
    }
    *n = list->n;
out:
    return st;
}
