/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths: case.KEY, KEY, PLURAL.NAME.KEY, PLURAL.#7.KEY, PLURAL.*.KEY.  Names may hold dots, plurals and keys do not. */
#include "domain/room.h"

#include <stdlib.h>
#include <string.h>

#define PATH_MAX_LEN 255

/** Split "path=value" or "path*=value"; see room.h. */
bool override_split(const char *text, size_t *n, const char **value, bool *times)
{
    const char *eq = strchr(text, '=');

    if (eq == NULL || eq == text)
        return false;
    *times = eq[-1] == '*';
    *n = (size_t)(eq - text) - (*times ? 1 : 0);
    *value = eq + 1;
    if (**value == '*') {
        *times = true;
        (*value)++;
    }
    return *n > 0;
}

static strait_status unknown(strait_ctx *cx, const char *path, const char *what, const char *word, const char *near)
{
    if (near != NULL)
        return cx_fail(cx, STRAIT_EUSAGE, "%s: unknown %s \"%s\" (did you mean \"%s\"?)", path, what, word, near);
    return cx_fail(cx, STRAIT_EUSAGE, "%s: unknown %s \"%s\"", path, what, word);
}

static strait_status find_key(strait_ctx *cx, const char *path, const char *key, struct path *out)
{
    const struct kind_desc *kd = kind_desc(out->kind);
    const char *names[64];

    if (field_by_key(kd, key, &out->i_field) != NULL)
        return STRAIT_OK;
    for (size_t i = 0; i < kd->n_field; i++)
        names[i] = kd->field[i].key;
    return unknown(cx, path, "key", key, str_nearest(key, names, kd->n_field));
}

static strait_status unknown_name(strait_ctx *cx, const strait_case *c, const char *path, const char *name, enum kind k)
{
    size_t n = 0;
    const char **names = mem_calloc(case_rows(c, k), sizeof *names);
    strait_status st;

    if (names == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < case_rows(c, k); i++)
        if (row_name(c, k, i) != NULL)
            names[n++] = row_name(c, k, i);
    st = unknown(cx, path, kind_desc(k)->id, name, str_nearest(name, names, n));
    mem_free(names);
    return st;
}

static strait_status find_row(strait_ctx *cx, const strait_case *c, const char *path, const char *name,
                              struct path *out)
{
    char *end;
    unsigned long number;
    int row;

    if (strcmp(name, "*") == 0) {
        out->all = true;
        return STRAIT_OK;
    }
    if (name[0] == '#') {
        number = strtoul(name + 1, &end, 10);
        if (name[1] < '0' || name[1] > '9' || *end != '\0' || number < 1 || number > case_rows(c, out->kind))
            return cx_fail(cx, STRAIT_EUSAGE, "%s: there is no row \"%s\"; rows go from #1 to #%zu", path, name,
                           case_rows(c, out->kind));
        out->row = number - 1;
        return STRAIT_OK;
    }
    row = case_find(c, out->kind, name);
    if (row < 0 && !kind_is_named(out->kind))
        return cx_fail(cx, STRAIT_EUSAGE, "%s: rows of %s have no names; use #1, #2, ... or *", path,
                       kind_desc(out->kind)->plural);
    if (row < 0)
        return unknown_name(cx, c, path, name, out->kind);
    out->row = (size_t)row;
    return STRAIT_OK;
}

static strait_status find_plural(strait_ctx *cx, const char *path, const char *plural, struct path *out)
{
    const char *names[N_KIND];
    int k = kind_by_plural(plural);

    if (k >= 0) {
        out->kind = (enum kind)k;
        return STRAIT_OK;
    }
    for (k = 0; k < N_KIND; k++)
        names[k] = kind_desc((enum kind)k)->plural;
    return unknown(cx, path, "table", plural, str_nearest(plural, names, N_KIND));
}

/**
 * What the first n bytes of a text name.
 *
 * @param out  kind, field and row (or all rows); untouched rows are 0
 * @return STRAIT_OK; STRAIT_EUSAGE with a message that names the nearest; STRAIT_ENOMEM
 * Test: tests/unit/check_value.c
 */
strait_status path_parse(strait_ctx *cx, const strait_case *c, const char *text, size_t n, struct path *out)
{
    char path[PATH_MAX_LEN + 1], part[PATH_MAX_LEN + 1];
    char *first, *last;
    strait_status st;

    *out = (struct path){.kind = KIND_settings};
    if (n > PATH_MAX_LEN)
        return cx_fail(cx, STRAIT_EUSAGE, "a path is at most %d bytes long", PATH_MAX_LEN);
    memcpy(path, text, n);
    path[n] = '\0';
    memcpy(part, path, n + 1);
    first = strchr(part, '.');
    if (first == NULL)
        return find_key(cx, path, part, out);
    *first++ = '\0';
    st = find_plural(cx, path, part, out);
    if (st != STRAIT_OK)
        return st;
    last = strrchr(first, '.');
    if (out->kind == KIND_settings)
        return find_key(cx, path, first, out);
    if (last == NULL)
        return cx_fail(cx, STRAIT_EUSAGE, "%s: is not a path; write %s.NAME.KEY", path, part);
    *last++ = '\0';
    st = find_row(cx, c, path, first, out);
    return st == STRAIT_OK ? find_key(cx, path, last, out) : st;
}
