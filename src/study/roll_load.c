/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rolling horizon with its base: file, overrides, news, paths and histories in the order in which they need each other. */
#include "base/mem.h"
#include "input/file.h"
#include "input/input.h"
#include "study/roll.h"

void roll_free(struct roll *r)
{
    if (!r)
        return;
    case_free(r->c);
    case_free(r->files);
    arena_free(r->arena);
    mem_free(r);
}

static strait_status roll_new(strait_ctx *cx, const char *file, struct roll **out)
{
    struct roll *r = mem_calloc(1, sizeof *r);

    if (r && (r->arena = arena_new())) {
        r->files = case_new();
        r->file = arena_strdup(r->arena, file);
    }
    if (!r || !r->arena || !r->files || !r->file) {
        roll_free(r);
        return cx_nomem(cx);
    }
    *out = r;
    return STRAIT_OK;
}

/* The overrides of the file, then those of the caller. */
static strait_status join_sets(strait_ctx *cx, struct roll *r, const char *const *set, size_t n_set)
{
    const char **v = arena_alloc(r->arena, r->set.n + n_set + 1, sizeof *v);

    if (!v)
        return cx_nomem(cx);
    for (size_t i = 0; i < r->set.n; i++)
        v[i] = r->set.v[i];
    for (size_t i = 0; i < n_set; i++)
        if (!(v[r->set.n + i] = arena_strdup(r->arena, set[i])))
            return cx_nomem(cx);
    r->set = (struct name_list){r->set.n + n_set, v};
    return STRAIT_OK;
}

static strait_status check_faults(strait_ctx *cx, const char *file)
{
    if (cx->n_error == 0)
        return STRAIT_OK;
    return cx_fail(cx, STRAIT_EINPUT, "%s: %zu error%s in the rolling horizon", file, cx->n_error, cx->n_error == 1 ? "" : "s");
}

strait_status roll_load(strait_ctx *cx, const char *file, const char *const *set, size_t n_set, struct roll **out)
{
    struct roll *r = NULL;
    strait_status st = STRAIT_OK;

    TRY(roll_new(cx, file, &r));
    TRY(roll_read(cx, r));
    TRY(check_faults(cx, file));
    r->base = path_beside(r->arena, file, r->base);
    if (!r->base)
        TRY(cx_nomem(cx));
    TRY(join_sets(cx, r, set, n_set));
    TRY(input_load(cx, r->base, NULL, r->set.v, r->set.n, &r->c));
    r->commit = r->commit < r->c->n_period ? r->commit : r->c->n_period;
    r->ahead = r->ahead > 0 && r->ahead < r->c->n_period ? r->ahead : r->c->n_period;
    TRY(roll_news(cx, r));
    TRY(roll_paths(cx, r));
    TRY(check_faults(cx, file));
    TRY(roll_histories(cx, r));
    TRY(check_faults(cx, file));
    *out = r;
    r = NULL;
out:
    roll_free(r);
    return st;
}
