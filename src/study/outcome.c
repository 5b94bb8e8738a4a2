/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One scenario from its number to its outcome. */
#include "study/outcome.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"
#include "input/input.h"

strait_status outcome_digest(strait_ctx *cx, const strait_case *c, char out[65])
{
    str all = {0};
    strait_status st;

    str_puts(&all, "");
    for (size_t i = 0; i < c->files.n; i++)
        if (c->files.v[i].digest)
            str_printf(&all, "%s\n", c->files.v[i].digest);
    st = all.failed ? cx_nomem(cx) : digest_hex(all.s, all.n, out);
    str_free(&all);
    return st;
}

/* ---- the base ---- */

void origin_free(struct origin_plan *b)
{
    if (!b)
        return;
    warm_free(b->warm);
    solution_free(b->sol);
    lp_free(b->m);
    costs_free(b->costs);
    rates_free(b->rates);
    mem_free(b);
}

strait_status origin_new(strait_ctx *cx, const struct sweep *s, const strait_case *c, unsigned keep, struct origin_plan **out)
{
    struct origin_plan *b = mem_calloc(1, sizeof *b);
    strait_status st = STRAIT_OK;

    if (!b)
        return cx_nomem(cx);
    b->s = s;
    b->c = c;
    b->keep = keep;
    TRY(outcome_digest(cx, c, b->digest));
    TRY(estimate_rates(cx, c, &b->rates));
    TRY(estimate_costs(cx, c, b->rates, &b->costs));
    TRY(lp_build(cx, c, b->rates, b->costs, &b->m));
    TRY(solve_lp(cx, b->m, false, &b->sol));
    TRY(warm_new(cx, b->m, b->sol, &b->warm));
    solution_settle(b->sol);
    *out = b;
    b = NULL;
out:
    origin_free(b);
    return st;
}

/* ---- a scenario ---- */

void outcome_free(struct outcome *o)
{
    if (!o)
        return;
    table_free(o->placements);
    table_free(o->unmet);
    table_free(o->leases);
    table_free(o->duals);
    table_free(o->clash);
    arena_free(o->arena);
    mem_free(o);
}

static strait_status outcome_new(strait_ctx *cx, struct outcome **out)
{
    struct outcome *o = mem_calloc(1, sizeof *o);

    if (!o || !(o->arena = arena_new())) {
        outcome_free(o);
        return cx_nomem(cx);
    }
    o->objective = o->gap = o->penalty = (double)NAN;
    *out = o;
    return STRAIT_OK;
}

/* The common overrides and the scenario's, as --set takes them. */
static strait_status overrides(strait_ctx *cx, const struct sweep *s, struct outcome *o, const char ***out)
{
    const char **v = arena_alloc(o->arena, s->set.n + o->scenario.n, sizeof *v);

    for (size_t i = 0; v && i < s->set.n; i++)
        v[i] = s->set.v[i];
    for (size_t i = 0; v && i < o->scenario.n; i++) {
        const struct sweep_input *in = &o->scenario.input[i];
        size_t n = strlen(in->path) + strlen(in->value) + 2;
        char *text = arena_alloc(o->arena, n, 1);
        if (!text)
            return cx_nomem(cx);
        snprintf(text, n, "%s=%s", in->path, in->value);
        v[s->set.n + i] = text;
    }
    *out = v;
    return v ? STRAIT_OK : cx_nomem(cx);
}

/* Recorded with its reason: the first fault, else the message. */
static strait_status record_error(strait_ctx *cx, struct outcome *o)
{
    str b = {0};

    str_puts(&b, "");
    for (size_t i = 0; i < cx->faults.n && b.n == 0; i++) {
        const struct fault *f = &cx->faults.v[i];
        if (f->severity == SEV_ERROR)
            str_printf(&b, "%s: \"%s\": %s; %s", f->key ? f->key : "", f->value ? f->value : "", f->text, f->allowed ? f->allowed : "");
    }
    if (b.n == 0)
        str_puts(&b, cx->message[0] ? cx->message : "failed without a message");
    o->status = "error";
    o->error = b.failed ? NULL : arena_strdup(o->arena, b.s);
    str_free(&b);
    return o->error ? STRAIT_OK : cx_nomem(cx);
}

struct work { strait_case *c; struct rates *rates; struct costs *costs; struct lp *m; struct solution *sol; };

static void work_end(struct work *w)
{
    solution_free(w->sol);
    lp_free(w->m);
    costs_free(w->costs);
    rates_free(w->rates);
    case_free(w->c);
}

static strait_status keep_rows(strait_ctx *cx, const struct origin_plan *b, const struct work *w, struct outcome *o)
{
    strait_status st = STRAIT_OK;

    if (b->keep & KEEP_PLACEMENTS)
        TRY(outcome_placements(cx, w->m, w->sol->x, &o->placements));
    TRY(outcome_unmet(cx, w->m, w->sol->x, &o->unmet));
    o->penalty = outcome_penalty(o->unmet);
    if (!(b->keep & KEEP_PLACEMENTS)) {
        table_free(o->unmet);
        o->unmet = NULL;
    }
    if (b->keep & KEEP_LEASES)
        TRY(outcome_leases(cx, w->m, w->sol, &o->leases));
    if (b->keep & KEEP_DUALS)
        TRY(outcome_duals(cx, w->m, w->sol, &o->duals));
out:
    return st;
}

static strait_status tell(strait_ctx *cx, const struct origin_plan *b, const struct work *w, struct outcome *o)
{
    static const char *const word[] = {[STRAIT_OPTIMAL] = "optimal", [STRAIT_WITHIN_GAP] = "within_gap", [STRAIT_FEASIBLE] = "feasible",
                                       [STRAIT_INFEASIBLE] = "infeasible", [STRAIT_NO_PLAN] = "no_plan"};
    const struct solution *s = w->sol;

    if (s->outcome == STRAIT_UNCERTIFIED) {
        o->status = "error";
        o->error = "the answer failed its certificate";
        return STRAIT_OK;
    }
    o->status = word[s->outcome];
    if (s->outcome == STRAIT_INFEASIBLE)
        return outcome_clash(cx, w->m, s, o->arena, &o->error, &o->clash);
    if (s->outcome == STRAIT_NO_PLAN)
        return STRAIT_OK;
    o->objective = s->cert.primal_objective;
    o->gap = s->cert.gap;
    return keep_rows(cx, b, w, o);
}

static strait_status evaluate(strait_ctx *cx, const struct origin_plan *b, const char *const *set, struct work *w, struct outcome *o)
{
    const struct rates *rates = b->rates;
    char digest[65];
    strait_status st = STRAIT_OK;

    TRY(input_load(cx, b->s->base, NULL, set, b->s->set.n + o->scenario.n, &w->c));
    TRY(outcome_digest(cx, w->c, digest));
    if (strcmp(digest, b->digest) != 0)
        TRY(cx_fail(cx, STRAIT_EIO, "%s: its files changed while the batch ran", b->s->base));
    if (!outcome_keeps_rates(cx, b->c, &o->scenario)) {
        TRY(estimate_rates(cx, w->c, &w->rates));
        rates = w->rates;
    }
    TRY(estimate_costs(cx, w->c, rates, &w->costs));
    TRY(lp_build(cx, w->c, rates, w->costs, &w->m));
    TRY(solve_lp_from(cx, w->m, b->warm, &w->sol, &o->warm));
    TRY(tell(cx, b, w, o));
out:
    return st;
}

strait_status outcome_of(strait_ctx *cx, const struct origin_plan *b, uint64_t k, struct outcome **out)
{
    struct work w = {0};
    struct outcome *o = NULL;
    const char **set;
    strait_status st = STRAIT_OK;

    cx_clear(cx);
    TRY(outcome_new(cx, &o));
    if (sweep_expand(b->s, k, o->arena, &o->scenario) != STRAIT_OK)
        TRY(cx_nomem(cx));
    TRY(overrides(cx, b->s, o, &set));
    st = evaluate(cx, b, set, &w, o);
    if (st == STRAIT_EINPUT || st == STRAIT_EBUG)
        st = record_error(cx, o);
    if (st == STRAIT_OK && cx_tick(cx, "batch", (double)NAN))   /* a cancelled solve says nothing about the scenario */
        st = STRAIT_EUSAGE;
    if (st == STRAIT_OK) {
        *out = o;
        o = NULL;
    }
out:
    work_end(&w);
    outcome_free(o);
    return st;
}
