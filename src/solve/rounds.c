/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Restricted columns: start with cheap ones, price the rest, add the attractive, repeat. */
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/rounds.h"

#define FIRST_PER_GROUP 16  /* columns per piece of work and segment to start with */
#define WORTH_A_START 300   /* columns: below, pivots cost less than the start */
#define START_PER_GROUP 2   /* with a point that says which are good */
#define MORE_PER_GROUP 8   /* and to add per round */
/* Infeasible by one phase and feasible by the other, this often in one solve: the edge of the tolerance, not progress. */
#define MOST_RETURNS 4
#define NONE SIZE_MAX

void rounds_free(struct rounds *q)
{
    if (!q)
        return;
    engine_free(q->engine);
    mem_free(q->x);
    mem_free(q->y);
    mem_free(q->y_now);
    mem_free(q->d);
    mem_free(q->reserve_x);
    mem_free(q->reserve_y);
    mem_free(q->pick);
    mem_free(q->best);
    mem_free(q);
}

static size_t n_group(const struct lp *m) { return (m->c->workload.n + m->c->timeline->n_pair) * m->c->n_segment; }

/* Runs by workload and segment, routes by demand pair and segment: columns that compete. */
static size_t group_of(const struct lp *m, const struct lp_strip *s, size_t k)
{
    size_t row = s->family == COL_RUN ? (size_t)s->w : m->c->workload.n + (size_t)s->pair;

    return row * m->c->n_segment + (size_t)s->t0 + k;
}

static strait_status rounds_new(strait_ctx *cx, struct lp *m, struct rounds **out)
{
    struct rounds *q = mem_calloc(1, sizeof *q);

    if (!q)
        return cx_nomem(cx);
    q->m = m;
    q->x = mem_calloc(m->n_col, sizeof *q->x);
    q->y = mem_calloc(m->n_row, sizeof *q->y);
    q->y_now = mem_calloc(m->n_row, sizeof *q->y_now);
    q->d = mem_calloc(m->n_col, sizeof *q->d);
    q->pick = mem_calloc(m->n_col, sizeof *q->pick);
    q->best = mem_calloc(n_group(m) * FIRST_PER_GROUP, sizeof *q->best);
    if (!q->x || !q->y || !q->y_now || !q->d || !q->pick || !q->best) {
        rounds_free(q);
        return cx_nomem(cx);
    }
    *out = q;
    return STRAIT_OK;
}

/* Keep column j among the `keep` lowest scores of its group, ties to the earlier column. */
static void offer_to_group(struct rounds *q, size_t group, size_t keep, size_t j)
{
    size_t *slot = &q->best[group * FIRST_PER_GROUP];

    for (size_t i = 0; i < keep; i++) {
        if (slot[i] == NONE || q->d[j] < q->d[slot[i]]) {
            size_t was = slot[i];
            slot[i] = j;
            j = was;
            if (j == NONE)
                return;
        }
    }
}

static bool is_choice(const struct lp_strip *s) { return s->family == COL_RUN || s->family == COL_ROUTE; }

/* Work that stands at what was decided (study/roll_carry.c): its column only carries that into the rows. */
static bool stands(const struct lp *m, size_t j) { return m->lo[j] == m->up[j] && m->lo[j] != 0.0; }

/* Collect into pick: everything that is not a choice or none any more (when `rest`), and the kept columns of each group with d
   below `limit`. */
static size_t collect(struct rounds *q, size_t keep, bool rest, double limit)
{
    const struct lp *m = q->m;
    size_t n = 0;

    for (size_t i = 0; i < n_group(m) * FIRST_PER_GROUP; i++)
        q->best[i] = NONE;
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n; i++) {
            size_t j = s->col0 + i;
            if (engine_has(q->engine, j) || m->up[j] <= m->lo[j])
                continue;
            if (is_choice(s) && q->d[j] < limit * (m->money + fabs(m->cost[j])))
                offer_to_group(q, group_of(m, s, i), keep, j);
        }
    }
    for (size_t k = 0; k < m->n_strip; k++)
        for (size_t i = 0; i < m->strip[k].n && rest; i++)
            if (!is_choice(&m->strip[k]) || stands(m, m->strip[k].col0 + i))
                q->pick[n++] = m->strip[k].col0 + i;
    for (size_t i = 0; i < n_group(m) * FIRST_PER_GROUP; i++)
        if (q->best[i] != NONE)
            q->pick[n++] = q->best[i];
    return n;
}

/* Score to start with: cost per unit of work, with the rent of what is held. */
static void score_start(struct rounds *q)
{
    const struct lp *m = q->m;
    size_t T = m->c->n_segment;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && is_choice(s); i++) {
            int t = s->t0 + (int)i;
            double h = m->c->segment[t].hours, full = m->cost[s->col0 + i];
            full += m->costs->hold_rent[(size_t)s->o * T + (size_t)t] / h * lp_hours(m, s, t, 0);
            full += m->costs->hold_rent[(size_t)s->o2 * T + (size_t)t] / h * lp_hours(m, s, t, 1);
            q->d[s->col0 + i] = full / lp_work(m, s, t);
        }
    }
}

strait_status rounds_pick(strait_ctx *cx, struct rounds *q, const size_t *col, size_t n_col)
{
    strait_status st = engine_add(cx, q->engine, col, n_col);

    if (st != STRAIT_OK)
        return st;
    return engine_add(cx, q->engine, q->pick, collect(q, START_PER_GROUP, true, INFINITY));
}

static strait_status start(strait_ctx *cx, struct rounds *q, bool whole)
{
    const struct lp *m = q->m;
    size_t n = 0;

    if (whole) {
        for (size_t j = 0; j < m->n_col; j++)
            q->pick[n++] = j;
    } else {
        score_start(q);
        n = collect(q, FIRST_PER_GROUP, true, INFINITY);
    }
    return engine_add(cx, q->engine, q->pick, n);
}

/* Price everything; add what is attractive. *added = 0: the restricted optimum is the optimum. */
static strait_status widen(strait_ctx *cx, struct rounds *q, bool elastic, size_t *added)
{
    strait_status st = price_all(cx, q->m, q->y, elastic, q->d);

    if (st != STRAIT_OK)
        return st;
    *added = collect(q, MORE_PER_GROUP, false, -TOL_DUAL * 1e-3);
    return engine_add(cx, q->engine, q->pick, *added);
}

static void take(struct rounds *q, double *objective)
{
    bool feasible;

    engine_solution(q->engine, q->x, q->y, objective, &feasible);
    q->have_x = q->have_x || feasible;
}

/* Stopped inside a solve: its point if that is feasible, but the duals of the last whole round or the start, whose bound is better. */
static void take_at_limit(struct rounds *q)
{
    double objective;
    bool feasible;

    engine_solution(q->engine, q->d, q->y_now, &objective, &feasible);
    if (!feasible)
        return;
    memcpy(q->x, q->d, q->m->n_col * sizeof *q->x);
    if (!q->have_x)
        memcpy(q->y, q->reserve_y ? q->reserve_y : q->y_now, q->m->n_row * sizeof *q->y);
    q->have_x = true;
}

/* Rounds that minimise infeasibility: *feasible says that none is left; else q->y is the ray. */
static strait_status phase_one(strait_ctx *cx, struct rounds *q, double deadline, bool *feasible)
{
    strait_status st = STRAIT_OK;
    double objective;
    size_t added;

    *feasible = false;
    for (;;) {
        q->n_round++;
        TRY(engine_solve(cx, q->engine, ENGINE_PRIMAL, true, deadline, &q->end));
        if (q->end != ENGINE_OPTIMAL)
            break;
        take(q, &objective);
        if (objective <= TOL_ZERO * (double)q->m->n_row) {
            *feasible = true;
            break;
        }
        TRY(widen(cx, q, true, &added));
        if (added == 0) {
            q->end = ENGINE_INFEASIBLE;
            break;
        }
    }
out:
    return st;
}

/* Stopped without a plan: the point from before the rounds, if there is one. */
static void fall_back(struct rounds *q)
{
    if (q->end != ENGINE_LIMIT || q->have_x || !q->reserve_x)
        return;
    memcpy(q->x, q->reserve_x, q->m->n_col * sizeof *q->x);
    memcpy(q->y, q->reserve_y, q->m->n_row * sizeof *q->y);
    q->have_x = true;
}

/* The first time, feasibility comes first: from then on a stop at any moment leaves a plan. */
static strait_status run(strait_ctx *cx, struct rounds *q, double deadline)
{
    strait_status st = STRAIT_OK;
    enum engine_method how = q->dual_ready ? ENGINE_DUAL : ENGINE_PRIMAL;
    double objective;
    size_t added;
    int returns = 0;
    bool feasible = true;

    q->dual_ready = q->have_x = false;
    if (q->n_round == 0 && !q->advanced)
        TRY(phase_one(cx, q, deadline, &feasible));
    while (feasible) {
        q->n_round++;
        TRY(engine_solve(cx, q->engine, how, false, deadline, &q->end));
        how = ENGINE_PRIMAL;
        if (q->end == ENGINE_INFEASIBLE) {
            if (++returns > MOST_RETURNS)
                return cx_fail(cx, STRAIT_EBUG, "the LP solver finds the program feasible and infeasible in turn");
            TRY(phase_one(cx, q, deadline, &feasible));
            continue;
        }
        if (q->end == ENGINE_LIMIT) {
            take_at_limit(q);
            break;
        }
        take(q, &objective);
        TRY(widen(cx, q, false, &added));
        if (added == 0) {
            q->dual_ready = true;
            break;
        }
        if (cx_tick(cx, "solve", NAN) || (deadline > 0.0 && cx_now() >= deadline)) {
            q->end = ENGINE_LIMIT;
            break;
        }
    }
out:
    return st;
}

strait_status rounds_solve(strait_ctx *cx, struct rounds *q, double deadline)
{
    strait_status st = STRAIT_OK;

    if (q->stopped && q->reserve_x) {
        q->have_x = false;
        q->end = ENGINE_LIMIT;
    } else {
        st = run(cx, q, deadline);
    }
    if (st == STRAIT_OK)
        fall_back(q);
    mem_free(q->reserve_x);     /* of these bounds alone */
    mem_free(q->reserve_y);
    q->reserve_x = q->reserve_y = NULL;
    return st;
}

strait_status rounds_open(strait_ctx *cx, struct lp *m, bool whole, const struct warm *from, double deadline,
                          struct rounds **out)
{
    strait_status st = STRAIT_OK;
    struct rounds *q = NULL;

    TRY(rounds_new(cx, m, &q));
    TRY(engine_new(cx, m, &q->engine));
    if (from)
        TRY(start_warm(cx, q, from, deadline, &q->advanced));
    if (!from && !whole && (cx->start_always || m->n_col >= WORTH_A_START))
        TRY(start_advanced(cx, q, deadline, &q->advanced));
    if (!q->advanced && !from)
        TRY(start(cx, q, whole));
    *out = q;
    q = NULL;
out:
    rounds_free(q);
    return st;
}
