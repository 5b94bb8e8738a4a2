/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The faults of an input: collected, not told one by one, and of each kind only so many that a person may read them. */
#include "base/ctx.h"

#include <stdio.h>
#include <string.h>

#include "base/table.h"

#define TEXT_MAX 1024   /* a longer text is cut */

/* A copy in the arena, NULL for NULL; sets *ok to false when out of memory. */
static const char *keep(strait_ctx *cx, const char *s, bool *ok)
{
    const char *copy = s == NULL ? NULL : arena_strdup(cx->arena, s);

    if (s != NULL && copy == NULL)
        *ok = false;
    return copy;
}

/* FNV-1a. */
static uint64_t hash_bytes(uint64_t h, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
    return (h ^ 0xff) * UINT64_C(1099511628211);
}

/* What faults of one kind have in common: severity, file, table, and the text before its first number or name. */
static uint64_t kind_hash(enum severity sev, const char *file, const char *key, const char *text)
{
    uint64_t h = UINT64_C(14695981039346656037) + (uint64_t)sev;
    size_t n = strcspn(key, ".[");

    h = hash_bytes(h, file, strlen(file));
    h = hash_bytes(h, key, key[n] == '\0' ? 0 : n);   /* a key alone is a name of its own */
    return hash_bytes(h, text, strcspn(text, "0123456789\"'/"));
}

/* The kind with this hash, made if new.  There are few: as many as files, tables and texts of the program. */
static struct fault_kind *kind_of(strait_ctx *cx, uint64_t hash)
{
    for (size_t i = 0; i < cx->fault_kinds.n; i++)
        if (cx->fault_kinds.v[i].hash == hash)
            return &cx->fault_kinds.v[i];
    if (VEC_PUSH(&cx->fault_kinds, ((struct fault_kind){.hash = hash})) != STRAIT_OK)
        return NULL;
    return &cx->fault_kinds.v[cx->fault_kinds.n - 1];
}

static strait_status push(strait_ctx *cx, struct fault f)
{
    bool ok = true;

    f.file = keep(cx, f.file, &ok);
    f.key = keep(cx, f.key, &ok);
    f.value = keep(cx, f.value, &ok);
    f.allowed = keep(cx, f.allowed, &ok);
    if (!ok || VEC_PUSH(&cx->faults, f) != STRAIT_OK)
        return cx_nomem(cx);
    return STRAIT_OK;
}

/* One more of a kind of which enough are shown: the first of them becomes a line that counts them all. */
static strait_status count_more(strait_ctx *cx, struct fault_kind *k, struct fault f)
{
    if (k->more == NULL) {
        k->room = strlen(f.text) + 64;
        k->sample = arena_strdup(cx->arena, f.text);
        k->more = arena_alloc(cx->arena, k->room, 1);
        if (k->sample == NULL || k->more == NULL)
            return cx_nomem(cx);
        f.text = k->more;
        f.value = NULL;
        if (push(cx, f) != STRAIT_OK)
            return STRAIT_ENOMEM;
    }
    snprintf(k->more, k->room, "%zu more like this: %s", k->n - FAULTS_SHOWN, k->sample);
    return STRAIT_OK;
}

/**
 * Collect one fault of the input; every text is copied.  The caller goes on, so that all faults come
 * together, and returns STRAIT_EINPUT at the end when cx->n_error > 0.
 *
 * @param file     as the user named it; NULL or "" when none
 * @param line     0 when the file as a whole is meant: it is told as line 1, where an editor opens it
 * @param value    as the user wrote it, or NULL
 * @param allowed  what would be right, or NULL when the text says it
 * @param fmt      what is wrong
 * @return STRAIT_OK, STRAIT_ENOMEM (message set, list unchanged)
 * Cost O(1) in the faults.  Test: tests/unit/check_base.c
 */
strait_status cx_fault(strait_ctx *cx, enum severity sev, const char *file, unsigned line,
                       const char *key, const char *value, const char *allowed,
                       const char *fmt, ...)
{
    struct fault f = {.severity = sev, .line = line, .value = value, .allowed = allowed};
    struct fault_kind *kind;
    char text[TEXT_MAX];
    strait_status st;
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    cx_one_line(text);
    f.file = file == NULL ? "" : file;
    f.key = key == NULL ? "" : key;
    f.text = text;
    if (line == 0 && f.file[0] != '\0')
        f.line = 1;
    kind = kind_of(cx, kind_hash(sev, f.file, f.key, text));
    if (kind == NULL)
        return cx_nomem(cx);
    if (++kind->n > FAULTS_SHOWN) {
        st = count_more(cx, kind, f);
    } else {
        f.text = arena_strdup(cx->arena, text);
        st = f.text == NULL ? cx_nomem(cx) : push(cx, f);
    }
    if (st == STRAIT_OK)
        *(sev == SEV_ERROR ? &cx->n_error : &cx->n_warning) += 1;
    return st;
}

static strait_status add_fault(strait_table *t, const struct fault *f)
{
    return table_add(t, f->severity == SEV_ERROR ? "error" : "warning", f->file, (int64_t)f->line, f->key,
                     f->value, f->text, f->allowed);
}

strait_status strait_faults(strait_ctx *cx, strait_table **out)
{
    static const struct column_def def[] = {
        {"severity", STRAIT_TEXT, ""}, {"file", STRAIT_TEXT, ""},    {"line", STRAIT_INT, ""},
        {"key", STRAIT_TEXT, ""},      {"value", STRAIT_TEXT, ""},   {"problem", STRAIT_TEXT, ""},
        {"allowed", STRAIT_TEXT, ""},  {NULL, STRAIT_TEXT, NULL},
    };
    strait_status st = STRAIT_OK;
    strait_table *t = NULL;

    TRY(table_new(&t, "faults", def));
    for (size_t i = 0; i < cx->faults.n; i++)
        TRY(add_fault(t, &cx->faults.v[i]));
    *out = t;
    t = NULL;
out:
    table_free(t);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
