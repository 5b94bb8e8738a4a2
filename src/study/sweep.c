/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep with its base: every path looked up, scenarios counted, all of it named by one digest. */
#include "study/sweep.h"

#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"
#include "input/file.h"
#include "input/input.h"

void sweep_free(struct sweep *s)
{
    if (!s)
        return;
    case_free(s->files);
    arena_free(s->arena);
    mem_free(s);
}

strait_status sweep_fault(strait_ctx *cx, const struct sweep *s, struct study_mark at, const char *key, const char *value,
                          const char *allowed, const char *what)
{
    return reader_fault_at(cx, s->files, at, key, value, allowed, what);
}

/* ---- paths ---- */

static strait_status check_path(strait_ctx *cx, const struct sweep *s, const strait_case *c, struct study_mark at, const char *text, size_t n, bool times)
{
    struct path path;
    strait_status st = path_parse(cx, c, text, n, &path);

    if (st == STRAIT_EUSAGE) {
        char said[sizeof cx->message];
        memcpy(said, cx->message, sizeof said);
        return sweep_fault(cx, s, at, "path", text, "PLURAL.NAME.KEY, PLURAL.*.KEY or KEY, as --set takes it", said);
    }
    if (st != STRAIT_OK)
        return st;
    const struct field_desc *f = &kind_desc(path.kind)->field[path.i_field];
    if (times && f->type != TYPE_NUMBER && f->type != TYPE_INTEGER)
        return sweep_fault(cx, s, at, "path", text, "only numbers can", "cannot be multiplied");
    return STRAIT_OK;
}

static strait_status check_paths(strait_ctx *cx, const struct sweep *s, const strait_case *c, struct study_mark at, const struct name_list *path, bool times)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < path->n; i++)
        TRY(check_path(cx, s, c, at, path->v[i], strlen(path->v[i]), times));
out:
    return st;
}

static strait_status check_set(strait_ctx *cx, const struct sweep *s, const strait_case *c, const struct sweep_set *set)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < set->set.n; i++) {
        const char *text = set->set.v[i], *value;
        bool times;
        size_t n;
        if (!override_split(text, &n, &value, &times))
            TRY(sweep_fault(cx, s, set->at, "set", text, "path=value", "is not an override"));
        else
            TRY(check_path(cx, s, c, set->at, text, n, times));
    }
out:
    return st;
}

static strait_status check_all(strait_ctx *cx, const struct sweep *s, const strait_case *c)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < s->named.n; i++)
        TRY(check_set(cx, s, c, &s->named.v[i].set));
    for (size_t i = 0; i < s->grid.n; i++)
        TRY(check_paths(cx, s, c, s->grid.v[i].at, &s->grid.v[i].path, s->grid.v[i].value.v[0][0] == '*'));
    for (size_t i = 0; i < s->event.n; i++) {
        TRY(check_set(cx, s, c, &s->event.v[i].set));
        TRY(check_set(cx, s, c, &s->event.v[i].otherwise));
    }
    for (size_t i = 0; i < s->quantity.n; i++)
        TRY(check_paths(cx, s, c, s->quantity.v[i].at, &s->quantity.v[i].path, !s->quantity.v[i].absolute));
out:
    return st;
}

/* ---- load ---- */

/* How many draws or combinations there are. */
static uint64_t n_last(const struct sweep *s) { return s->draws > 0 ? s->draws : UINT64_C(1) << s->event.n; }

static strait_status count(strait_ctx *cx, struct sweep *s)
{
    double n = (double)n_last(s) * (s->named.n ? (double)s->named.n : 1);

    for (size_t i = 0; i < s->grid.n; i++)
        n *= (double)s->grid.v[i].value.n;
    if (n > (double)SWEEP_MOST)
        return sweep_fault(cx, s, (struct study_mark){0, 1}, "", NULL, "at most 1e9 scenarios", "the product is too large");
    s->n = (uint64_t)n;
    return STRAIT_OK;
}

static void put_files(str *b, const strait_case *c)
{
    for (size_t i = 0; i < c->files.n; i++)
        if (c->files.v[i].digest)
            str_printf(b, "%s\n", c->files.v[i].digest);
}

/* Names and folders of files stay out: the same inputs elsewhere are the same. */
static strait_status make_digest(strait_ctx *cx, struct sweep *s, const strait_case *base)
{
    str b = {0};
    strait_status st;

    str_printf(&b, "strait.study/1 %s\n", PACKAGE_VERSION);
    put_files(&b, s->files);
    put_files(&b, base);
    for (size_t i = 0; i < s->set.n; i++)
        str_printf(&b, "%s\n", s->set.v[i]);
    str_printf(&b, "%llu", (unsigned long long)s->seed);
    str_printf(&b, " %.17g", cx->gap);
    st = b.failed ? cx_nomem(cx) : digest_hex(b.s, b.n, s->digest);
    str_free(&b);
    return st;
}

/* The overrides of the file, then those of the caller. */
static strait_status join_sets(strait_ctx *cx, struct sweep *s, const char *const *set, size_t n_set)
{
    const char **v = arena_alloc(s->arena, s->set.n + n_set, sizeof *v);

    if (!v)
        return cx_nomem(cx);
    for (size_t i = 0; i < s->set.n; i++)
        v[i] = s->set.v[i];
    for (size_t i = 0; i < n_set; i++)
        if (!(v[s->set.n + i] = arena_strdup(s->arena, set[i])))
            return cx_nomem(cx);
    s->set = (struct name_list){s->set.n + n_set, v};
    return STRAIT_OK;
}

static strait_status sweep_new(strait_ctx *cx, const char *file, struct sweep **out)
{
    struct sweep *s = mem_calloc(1, sizeof *s);

    if (s)
        s->arena = arena_new();
    if (s && s->arena) {
        s->files = case_new();
        s->file = arena_strdup(s->arena, file);
    }
    if (!s || !s->arena || !s->files || !s->file) {
        sweep_free(s);
        return cx_nomem(cx);
    }
    s->seed = cx->seed;
    *out = s;
    return STRAIT_OK;
}

strait_status sweep_load(strait_ctx *cx, const char *file, const char *const *set, size_t n_set, struct sweep **out, strait_case **base)
{
    struct sweep *s = NULL;
    strait_case *c = NULL;
    strait_status st = STRAIT_OK;

    TRY(sweep_new(cx, file, &s));
    TRY(sweep_read(cx, s));
    if (cx->n_error > 0) {
        st = cx_fail(cx, STRAIT_EINPUT, "%s: %zu error%s in the sweep", file, cx->n_error, cx->n_error == 1 ? "" : "s");
        goto out;
    }
    s->base = path_beside(s->arena, file, s->base);
    if (!s->base)
        TRY(cx_nomem(cx));
    TRY(join_sets(cx, s, set, n_set));
    TRY(input_load(cx, s->base, NULL, s->set.v, s->set.n, &c));
    TRY(check_all(cx, s, c));
    TRY(count(cx, s));
    if (cx->n_error > 0)
        st = cx_fail(cx, STRAIT_EINPUT, "%s: %zu error%s in the sweep", file, cx->n_error, cx->n_error == 1 ? "" : "s");
    else
        st = make_digest(cx, s, c);
    if (st == STRAIT_OK) {
        *out = s;
        *base = c;
        s = NULL;
        c = NULL;
    }
out:
    sweep_free(s);
    case_free(c);
    return st;
}
