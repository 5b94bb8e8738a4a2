/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait.h: many scenarios of one case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "api/call.h"
#include "base/mem.h"
#include "base/table.h"
#include "study/batch.h"

struct strait_study { struct sweep *sweep; strait_case *base; };

static bool all_given(const char *const *text, size_t n)
{
    for (size_t i = 0; text && i < n; i++)
        if (!text[i])
            return false;
    return text || n == 0;
}

strait_status strait_study_load(strait_ctx *cx, const char *file, const char *const *set, size_t n_set, strait_study **out)
{
    strait_study *s = NULL;
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, file && out && all_given(set, n_set)));
    cx_clear(cx);
    s = mem_calloc(1, sizeof *s);
    if (!s)
        TRY(cx_nomem(cx));
    TRY(sweep_load(cx, file, set, n_set, &s->sweep, &s->base));
    *out = s;
    s = NULL;
out:
    strait_study_free(s);
    return call_leave(&k, st);
}

void strait_study_free(strait_study *s)
{
    if (!s)
        return;
    sweep_free(s->sweep);
    case_free(s->base);
    mem_free(s);
}

/* ---- what the scenarios are ---- */

static strait_status add_scenario(const struct sweep_scenario *x, bool inputs, strait_table *t)
{
    strait_status st = STRAIT_OK;

    if (!inputs)
        return table_add(t, (int64_t)x->k, x->name, x->weight);
    for (size_t i = 0; i < x->n && st == STRAIT_OK; i++)
        st = table_add(t, (int64_t)x->k, x->input[i].path, x->input[i].value);
    return st;
}

static strait_status expand_all(strait_ctx *cx, const struct sweep *s, bool inputs, strait_table **out)
{
    static const struct column_def scenarios[] = {{"k", STRAIT_INT, ""}, {"name", STRAIT_TEXT, ""}, {"weight", STRAIT_REAL, ""}, {NULL, STRAIT_TEXT, NULL}};
    static const struct column_def in[] = {{"k", STRAIT_INT, ""}, {"path", STRAIT_TEXT, ""}, {"value", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL}};
    strait_table *t = NULL;
    strait_status st = table_new(&t, inputs ? "inputs" : "scenarios", inputs ? in : scenarios);

    for (uint64_t k = 0; k < s->n && st == STRAIT_OK; k++) {
        arena *a = arena_new();
        struct sweep_scenario x;
        st = a ? sweep_expand(s, k, a, &x) : STRAIT_ENOMEM;
        if (st == STRAIT_OK)
            st = add_scenario(&x, inputs, t);
        arena_free(a);
    }
    if (st != STRAIT_OK) {
        table_free(t);
        return cx_nomem(cx);
    }
    *out = t;
    return STRAIT_OK;
}

strait_status strait_study_table(strait_ctx *cx, const strait_study *s, const char *name, strait_table **out)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, s && name && out));
    if (strcmp(name, "scenarios") != 0 && strcmp(name, "inputs") != 0)
        TRY(cx_fail(cx, STRAIT_EUSAGE, "no table \"%s\" of a study; allowed: scenarios, inputs", name));
    TRY(expand_all(cx, s->sweep, strcmp(name, "inputs") == 0, out));
out:
    return call_leave(&k, st);
}

/* ---- options ---- */

static strait_status take_shard(strait_ctx *cx, const char *text, struct batch_options *o)
{
    char *end;
    unsigned long long i = 0, n = 0;

    if (strspn(text, "0123456789/") == strlen(text) && text[0] != '/' && strlen(text) < 40) {
        i = strtoull(text, &end, 10);
        n = *end == '/' ? strtoull(end + 1, &end, 10) : 0;
        if (*end == '\0' && n >= 1 && n <= SWEEP_MOST && i < n) {
            o->shard = i;
            o->n_shard = n;
            return STRAIT_OK;
        }
    }
    return cx_fail(cx, STRAIT_EUSAGE, "shard \"%s\" is refused; allowed: I/N with I from 0 to N - 1", text);
}

static strait_status take_keep(strait_ctx *cx, const char *text, struct batch_options *o)
{
    static const struct { const char *word; unsigned bit; } words[] = {{"placements", KEEP_PLACEMENTS}, {"leases", KEEP_LEASES}, {"duals", KEEP_DUALS}};

    o->keep = 0;
    if (strcmp(text, "none") == 0)
        return STRAIT_OK;
    for (const char *p = text;; p++) {
        size_t n = strcspn(p, ","), i = 0;
        while (i < 3 && !(strlen(words[i].word) == n && strncmp(words[i].word, p, n) == 0))
            i++;
        if (i == 3)
            return cx_fail(cx, STRAIT_EUSAGE, "keep \"%s\" is refused; allowed: none, or of placements, leases, duals with commas between", text);
        o->keep |= words[i].bit;
        p += n;
        if (*p == '\0')
            return STRAIT_OK;
    }
}

static strait_status take_option(strait_ctx *cx, const char *text, struct batch_options *o)
{
    if (strcmp(text, "resume") == 0) {
        o->resume = true;
        return STRAIT_OK;
    }
    if (strncmp(text, "shard=", 6) == 0)
        return take_shard(cx, text + 6, o);
    if (strncmp(text, "keep=", 5) == 0)
        return take_keep(cx, text + 5, o);
    return cx_fail(cx, STRAIT_EUSAGE, "unknown option \"%s\" of a batch; allowed: resume, shard=I/N, keep=LIST", text);
}

static strait_status tell(strait_ctx *cx, const struct batch_counts *n, strait_table **out)
{
    static const struct column_def def[] = {
        {"total", STRAIT_INT, ""}, {"done", STRAIT_INT, ""}, {"optimal", STRAIT_INT, ""}, {"feasible", STRAIT_INT, ""},
        {"infeasible", STRAIT_INT, ""}, {"no_plan", STRAIT_INT, ""}, {"error", STRAIT_INT, ""}, {"warm", STRAIT_INT, ""},
        {"stopped", STRAIT_BOOL, ""}, {"undone", STRAIT_INT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    strait_table *t = NULL;
    strait_status st = table_new(&t, "batch", def);

    if (st == STRAIT_OK)
        st = table_add(t, (int64_t)n->total, (int64_t)n->done, (int64_t)n->optimal, (int64_t)n->feasible, (int64_t)n->infeasible,
                       (int64_t)n->no_plan, (int64_t)n->error, (int64_t)n->warm, (int)(n->stopped && n->done < n->total),
                       (int64_t)n->undone);
    if (st != STRAIT_OK) {
        table_free(t);
        return cx_nomem(cx);
    }
    *out = t;
    return STRAIT_OK;
}

strait_status strait_study_run(strait_ctx *cx, const strait_study *s, const char *store, const char *const *option, size_t n_option,
                               strait_table **out)
{
    struct batch_options o = {.n_shard = 1, .keep = KEEP_PLACEMENTS | KEEP_LEASES};
    struct batch_counts counts;
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, s && store && out && all_given(option, n_option)));
    for (size_t i = 0; i < n_option; i++)
        TRY(take_option(cx, option[i], &o));
    TRY(batch_run(cx, s->sweep, s->base, store, &o, &counts));
    TRY(tell(cx, &counts, out));
out:
    return call_leave(&k, st);
}

strait_status strait_study_merge(strait_ctx *cx, const char *out, const char *const *in, size_t n_in, bool partial)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, out && n_in > 0 && all_given(in, n_in)));
    TRY(study_merge(cx, out, in, n_in, partial));
out:
    return call_leave(&k, st);
}

strait_status strait_study_summary(strait_ctx *cx, const char *store, strait_table **out)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, store && out));
    TRY(study_summary(cx, store, out));
out:
    return call_leave(&k, st);
}
