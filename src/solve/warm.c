/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A start from the optimum of another program of the same shape, in two halves.  With that program's right-hand sides its
 * basis is primal feasible: the primal simplex brings in the new costs.  What it ends in is dual feasible: the dual simplex
 * brings in the new right-hand sides.  Neither ever looks for feasibility from nothing, so both make a fraction of the pivots
 * of one primal or one dual simplex for everything (bench/README.md, "Batch").  A basis that is far from an optimum is not
 * worth starting from: whether to go cold is decided by counts alone, never by a clock, so that the same program is always
 * solved the same way.
 */
#include <string.h>
#include "base/arena.h"
#include "base/mem.h"
#include "solve/rounds.h"

/*
 * Above these the cold start wins, as measured (bench/README.md, "Batch"): steps to an optimum (engine_distance, which says
 * little), pivots of the first half, which makes a third of all, and pivots of both.
 */
#define WARM_FAR 800
#define WARM_FIRST_PIVOTS 500
#define WARM_PIVOTS 1500

struct warm {
    arena *arena;
    size_t n_row, n_col, n_strip, n_basic;
    struct lp_row *row;
    struct lp_strip *strip;
    double *y;              /* n_row: its duals, which say what columns are worth a try */
    size_t *basic;          /* columns that are basic */
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

static strait_status warm_alloc(strait_ctx *cx, const struct lp *m, const double *y, struct warm **out)
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
    w->y = copy_of(w->arena, y, m->n_row, sizeof *y);
    w->basic = arena_alloc(w->arena, m->n_col, sizeof *w->basic);
    w->slack = arena_alloc(w->arena, m->n_row, sizeof *w->slack);
    w->at_most = arena_alloc(w->arena, m->n_col, sizeof *w->at_most);
    if (!w->row || !w->strip || !w->y || !w->basic || !w->slack || !w->at_most) {
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
    TRY(warm_alloc(cx, m, s->y, &w));
    if (!engine_basis(s->warm->engine, place, w->slack))
        goto out;
    for (size_t j = 0; j < m->n_col; j++) {
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

/* The old basis under the new program, with the columns that look best at the old duals.  *ok: it holds, and is near enough. */
static strait_status set_out(strait_ctx *cx, struct rounds *q, const struct warm *from, bool *ok)
{
    strait_status st = STRAIT_OK;

    TRY(price_all(cx, q->m, from->y, false, q->d));
    TRY(rounds_pick(cx, q, from->basic, from->n_basic));
    TRY(engine_set_basis(cx, q->engine, from->basic, from->n_basic, from->slack, from->at_most, ok));
    *ok = *ok && engine_distance(q->engine) <= WARM_FAR;
out:
    return st;
}

strait_status start_warm(strait_ctx *cx, struct rounds *q, const struct warm *from, double deadline, bool *begun)
{
    strait_status st = STRAIT_OK;
    enum engine_outcome end;

    TRY(set_out(cx, q, from, begun));
    if (!*begun)
        goto out;
    engine_limit(q->engine, WARM_FIRST_PIVOTS);
    TRY(engine_set_rows(cx, q->engine, from->row));
    TRY(engine_solve(cx, q->engine, ENGINE_PRIMAL, false, deadline, &end));
    TRY(engine_refresh(cx, q->engine));
    engine_limit(q->engine, WARM_PIVOTS);
    q->dual_ready = end == ENGINE_OPTIMAL;
    *begun = end != ENGINE_LIMIT;
out:
    return st;
}
