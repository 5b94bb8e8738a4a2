/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A start from the optimum of another program of the same shape: its columns, its basis, and the primal simplex.  When costs
 * and right-hand sides both moved, the dual simplex needs four times the pivots, and mending the sides by it first, at the
 * old costs, still half as many again.  A basis that is far from an optimum is not worth starting from: whether to go cold
 * is decided by counts alone, never by a clock, so that the same program is always solved the same way.
 */
#include <string.h>
#include "base/arena.h"
#include "base/mem.h"
#include "solve/rounds.h"

/* Steps to an optimum (engine_distance) and pivots above which the cold start wins, as measured: bench/README.md, "Batch". */
#define WARM_FAR 400
#define WARM_PIVOTS 2000

struct warm {
    arena *arena;
    size_t n_row, n_col, n_strip, n_in, n_basic;
    struct lp_row *row;
    struct lp_strip *strip;
    size_t *in, *basic;     /* columns that were in the engine; that are basic */
    bool *slack, *at_most;  /* n_row: basic; n_col: resting at the upper bound */
};

void warm_free(struct warm *w)
{
    if (!w)
        return;
    arena_free(w->arena);
    mem_free(w);
}

static void *copy_of(arena *a, const void *from, size_t n, size_t size)
{
    void *to = arena_alloc(a, n, size);

    if (to && n > 0)
        memcpy(to, from, n * size);
    return to;
}

static strait_status warm_alloc(strait_ctx *cx, const struct lp *m, struct warm **out)
{
    struct warm *w = mem_calloc(1, sizeof *w);

    if (!w || !(w->arena = arena_new())) {
        warm_free(w);
        return cx_nomem(cx);
    }
    w->n_row = m->n_row;
    w->n_col = m->n_col;
    w->n_strip = m->n_strip;
    w->row = copy_of(w->arena, m->row, m->n_row, sizeof *m->row);
    w->strip = copy_of(w->arena, m->strip, m->n_strip, sizeof *m->strip);
    w->in = arena_alloc(w->arena, m->n_col, sizeof *w->in);
    w->basic = arena_alloc(w->arena, m->n_col, sizeof *w->basic);
    w->slack = arena_alloc(w->arena, m->n_row, sizeof *w->slack);
    w->at_most = arena_alloc(w->arena, m->n_col, sizeof *w->at_most);
    if (!w->row || !w->strip || !w->in || !w->basic || !w->slack || !w->at_most) {
        warm_free(w);
        return cx_nomem(cx);
    }
    *out = w;
    return STRAIT_OK;
}

/**
 * Keep the basis in which a solve ended.
 *
 * @param m    the program that s answers, borrowed
 * @param s    its solution, borrowed; without an engine to ask, or not proven, there is nothing to keep
 * @param out  owned by the caller, free with warm_free; NULL: none
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(rows + columns).  Test: tests/unit/check_warm.c
 */
strait_status warm_new(strait_ctx *cx, const struct lp *m, const struct solution *s, struct warm **out)
{
    strait_status st = STRAIT_OK;
    struct warm *w = NULL;
    enum engine_place *place = mem_calloc(m->n_col, sizeof *place);

    *out = NULL;
    if (!place)
        return cx_nomem(cx);
    if (s->outcome != STRAIT_OPTIMAL || !s->warm)
        goto out;
    TRY(warm_alloc(cx, m, &w));
    if (!engine_basis(s->warm->engine, place, w->slack))
        goto out;
    for (size_t j = 0; j < m->n_col; j++) {
        if (place[j] != ENGINE_OUT)
            w->in[w->n_in++] = j;
        if (place[j] == ENGINE_IN)
            w->basic[w->n_basic++] = j;
        w->at_most[j] = place[j] == ENGINE_HIGH;
    }
    *out = w;
    w = NULL;
out:
    warm_free(w);
    mem_free(place);
    return st;
}

static bool same_row(const struct lp_row *a, const struct lp_row *b)
{
    return a->family == b->family && a->w == b->w && a->pair == b->pair && a->place == b->place && a->t == b->t && a->rule == b->rule;
}

static bool same_strip(const struct lp_strip *a, const struct lp_strip *b)
{
    return a->family == b->family && a->w == b->w && a->pair == b->pair && a->o == b->o && a->o2 == b->o2 && a->p == b->p
           && a->p2 == b->p2 && a->hold == b->hold && a->t0 == b->t0 && a->n == b->n && a->col0 == b->col0;
}

bool warm_fits(const struct warm *w, const struct lp *m)
{
    if (w->n_row != m->n_row || w->n_col != m->n_col || w->n_strip != m->n_strip)
        return false;
    for (size_t i = 0; i < m->n_row; i++)
        if (!same_row(&w->row[i], &m->row[i]))
            return false;
    for (size_t k = 0; k < m->n_strip; k++)
        if (!same_strip(&w->strip[k], &m->strip[k]))
            return false;
    return true;
}

strait_status start_warm(strait_ctx *cx, struct rounds *q, const struct warm *from, bool *begun)
{
    strait_status st = STRAIT_OK;

    TRY(engine_add(cx, q->engine, from->in, from->n_in));
    TRY(engine_set_basis(cx, q->engine, from->basic, from->n_basic, from->slack, from->at_most, begun));
    if (*begun && engine_distance(q->engine) > WARM_FAR)
        *begun = false;
    if (*begun)
        engine_limit(q->engine, WARM_PIVOTS);
out:
    return st;
}
