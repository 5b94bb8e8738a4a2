/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ties.  The optimal plans are the feasible ones that are complementary to one optimal dual: columns with a positive
 * reduced cost stay at their bound, rows with a dual stay active.  On that face a second, fixed objective decides: few
 * accelerator-hours, early, in the order of the input, with a small irregular term so that its optimum is one vertex.
 * Minimising it gives the plan; the ways out of that vertex show where the face has others (alternatives.c).  Only where none
 * shows and the vertex is degenerate, maximising it tells.
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/ties.h"

/* Columns within this of being free to enter, relative to lp.money + |cost|, belong to the face. */
#define TOL_FACE 1e-8

struct face {
    struct lp *m;
    double *cost, *lo, *up, *other, *d;   /* saved, and scratch */
    struct lp_row *row;
    size_t *col;
    size_t n_col;
};

static double weight(const struct lp *m, const struct lp_strip *s, size_t j, int t)
{
    double n = (double)m->c->offer.n, h, order, when;

    if (s->family == COL_HOLD)
        return 1.0 + (double)s->hold / (double)m->n_hold + 1e-3 * solve_irregular(j);
    if (s->family != COL_RUN && s->family != COL_ROUTE)
        return 0.0;
    h = (lp_hours(m, s, t, 0) + lp_hours(m, s, t, 1)) / m->c->segment[t].hours;
    order = 0.5 * (s->o + s->o2) / n;
    when = (double)t / (double)m->c->n_segment;
    return h * (1.0 + 0.5 * order + 0.25 * when + 1e-3 * solve_irregular(j));
}

/* Put back what the face stands for. */
static void face_close(struct face *f)
{
    if (f->cost) {
        mem_free(f->m->cost);
        mem_free(f->m->lo);
        mem_free(f->m->up);
        mem_free(f->m->row);
        f->m->cost = f->cost;
        f->m->lo = f->lo;
        f->m->up = f->up;
        f->m->row = f->row;
    }
    mem_free(f->other);
    mem_free(f->d);
    mem_free(f->col);
}

/* Swap copies in, so that closing the face puts everything back. */
static strait_status face_open(strait_ctx *cx, struct face *f, struct lp *m)
{
    double *cost = mem_calloc(m->n_col, sizeof *cost), *lo = mem_calloc(m->n_col, sizeof *lo), *up = mem_calloc(m->n_col, sizeof *up);
    struct lp_row *row = mem_calloc(m->n_row, sizeof *row);

    memset(f, 0, sizeof *f);
    f->m = m;
    f->other = mem_calloc(m->n_col, sizeof *f->other);
    f->d = mem_calloc(m->n_col, sizeof *f->d);
    f->col = mem_calloc(m->n_col, sizeof *f->col);
    if (!cost || !lo || !up || !row || !f->other || !f->d || !f->col) {
        mem_free(cost);
        mem_free(lo);
        mem_free(up);
        mem_free(row);
        face_close(f);
        return cx_nomem(cx);
    }
    memcpy(lo, m->lo, m->n_col * sizeof *lo);
    memcpy(up, m->up, m->n_col * sizeof *up);
    memcpy(row, m->row, m->n_row * sizeof *row);
    f->cost = m->cost;
    f->lo = m->lo;
    f->up = m->up;
    f->row = m->row;
    m->cost = cost;
    m->lo = lo;
    m->up = up;
    m->row = row;
    return STRAIT_OK;
}

/* Fix what must stay; list the columns that may move. */
static void face_fix(struct face *f, const struct solution *s)
{
    struct lp *m = f->m;

    for (size_t i = 0; i < m->n_row; i++) {
        double least = TOL_ZERO * m->money;
        if (s->y[i] > least && !isinf(m->row[i].lo))     /* an open side can only have a dual by noise */
            m->row[i].up = m->row[i].lo;
        else if (s->y[i] < -least && !isinf(m->row[i].up))
            m->row[i].lo = m->row[i].up;
    }
    for (size_t k = 0; k < m->n_strip; k++) {
        for (size_t j = m->strip[k].col0; j < m->strip[k].col0 + m->strip[k].n; j++) {
            double tol = TOL_FACE * (m->money + fabs(f->cost[j]));
            if (f->d[j] > tol)
                m->up[j] = m->lo[j];
            else if (f->d[j] < -tol && !isinf(m->up[j]))
                m->lo[j] = m->up[j];
            else if (m->up[j] > m->lo[j])
                f->col[f->n_col++] = j;
        }
    }
}

static void set_weights(struct face *f, double sign)
{
    for (size_t i = 0; i < f->n_col; i++) {
        int t;
        size_t j = f->col[i];
        const struct lp_strip *s = lp_strip_of(f->m, j, &t);
        f->m->cost[j] = sign * f->m->money * weight(f->m, s, j, t);
    }
}

static strait_status face_solve(strait_ctx *cx, struct face *f, engine *e, double sign, double deadline, double *x, bool *done)
{
    strait_status st = STRAIT_OK;
    enum engine_outcome end;
    double objective, *y = mem_calloc(f->m->n_row, sizeof *y);
    bool feasible;

    if (!y)
        return cx_nomem(cx);
    set_weights(f, sign);
    TRY(engine_refresh(cx, e));
    TRY(engine_solve(cx, e, ENGINE_PRIMAL, false, deadline, &end));
    *done = end == ENGINE_OPTIMAL;
    engine_solution(e, x, y, &objective, &feasible);
out:
    mem_free(y);
    return st;
}

/* Take the decided plan only when it stands its certificate with the same duals. */
static strait_status adopt(strait_ctx *cx, struct lp *m, struct solution *s, double *x)
{
    struct certificate cert;
    strait_status st = certify_tidy_again(cx, m, x, cx->gap, &s->cert, &cert);

    if (st == STRAIT_OK && cert.ok) {
        memcpy(s->x, x, m->n_col * sizeof *x);
        s->cert = cert;
    }
    return st;
}

/* The optimum's basis, which is dual feasible, as that of the face need not be: what follows goes on from there. */
struct kept { enum engine_place *place; bool *row, *at_most; size_t *col; bool any; };

static void kept_free(struct kept *k)
{
    mem_free(k->place);
    mem_free(k->row);
    mem_free(k->at_most);
    mem_free(k->col);
}

static strait_status keep_basis(strait_ctx *cx, const struct lp *m, const engine *e, struct kept *k)
{
    k->place = mem_calloc(m->n_col, sizeof *k->place);
    k->row = mem_calloc(m->n_row, sizeof *k->row);
    k->at_most = mem_calloc(m->n_col, sizeof *k->at_most);
    k->col = mem_calloc(m->n_row, sizeof *k->col);
    if (!k->place || !k->row || !k->at_most || !k->col)
        return cx_nomem(cx);
    k->any = engine_basis(e, k->place, k->row);
    return STRAIT_OK;
}

/* With the bounds and costs that the lp has again. */
static strait_status go_back(strait_ctx *cx, const struct lp *m, engine *e, const struct kept *k)
{
    strait_status st = STRAIT_OK;
    size_t n = 0;
    bool ok;

    if (!k->any)
        return STRAIT_OK;
    TRY(engine_refresh(cx, e));
    for (size_t j = 0; j < m->n_col; j++) {
        k->at_most[j] = k->place[j] == ENGINE_HIGH;
        if (k->place[j] == ENGINE_IN)
            k->col[n++] = j;
    }
    TRY(engine_set_basis(cx, e, k->col, n, k->row, k->at_most, &ok));
out:
    return st;
}

/* Cut the lp down to its optimal face. */
static strait_status face_cut(strait_ctx *cx, struct face *f, const struct solution *sol)
{
    double *mine = f->m->cost;

    f->m->cost = f->cost;
    strait_status st = price_all(cx, f->m, sol->y, false, f->d);
    f->m->cost = mine;
    if (st == STRAIT_OK)
        face_fix(f, sol);
    return st;
}

/* Is all that may move basic?  Then the face is one point. */
static bool is_point(const struct face *f, const struct kept *k)
{
    bool point = k->any;

    for (size_t i = 0; i < f->n_col && point; i++)
        point = k->place[f->col[i]] == ENGINE_IN;
    for (size_t i = 0; i < f->m->n_row && point; i++)
        point = k->row[i] || f->m->row[i].lo == f->m->row[i].up;
    return point;
}

/* The least of the face into x, and where there are others. */
static strait_status decide(strait_ctx *cx, struct face *f, engine *e, struct solution *sol, double *x, bool *done)
{
    strait_status st = STRAIT_OK;
    bool sure = true, done_other = false;

    TRY(engine_add(cx, e, f->col, f->n_col));
    TRY(face_solve(cx, f, e, 1.0, sol->deadline, x, done));
    if (!*done)
        goto out;
    mark_moved(f->m, x, sol->x, sol);
    TRY(find_alternatives(cx, f->m, e, f->col, f->n_col, x, sol, &sure));
    if (!sure) {
        TRY(face_solve(cx, f, e, -1.0, sol->deadline, f->other, &done_other));
        if (done_other)
            mark_moved(f->m, x, f->other, sol);
    }
out:
    return st;
}

strait_status solve_ties(strait_ctx *cx, struct lp *m, engine *e, struct solution *sol)
{
    strait_status st = STRAIT_OK;
    struct face f = { 0 };
    struct kept kept = { 0 };
    bool moved, done = false;
    double *x = mem_calloc(m->n_col, sizeof *x);

    if (!x)
        return cx_nomem(cx);
    TRY(keep_basis(cx, m, e, &kept));
    TRY(face_open(cx, &f, m));
    st = face_cut(cx, &f, sol);
    moved = st == STRAIT_OK && !is_point(&f, &kept);
    if (moved)
        st = decide(cx, &f, e, sol, x, &done);
    face_close(&f);
    if (st == STRAIT_OK && moved)
        st = go_back(cx, m, e, &kept);
    if (st == STRAIT_EBUG)
        st = STRAIT_OK;     /* the answer stands without the second pass; the engine is not used again */
    if (st == STRAIT_OK && done)
        st = adopt(cx, m, sol, x);
out:
    kept_free(&kept);
    mem_free(x);
    return st;
}
