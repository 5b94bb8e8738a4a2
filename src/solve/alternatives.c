/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Other plans on the optimal face.  From a vertex of it every other point lies on ways that the columns and slacks give which are
 * not basic there: a way that goes on for some distance moves the workloads that it touches.  Where the vertex is degenerate,
 * ways end where they begin although the face goes on; so the answer "no other plan" is left to a solve (ties.c).
 */
#include <math.h>
#include "base/mem.h"
#include "solve/tableau.h"
#include "solve/ties.h"

/* A plan has moved when a column differs by this share of 1 + itself. */
#define TOL_MOVED 1e-5

struct search {
    strait_ctx *cx;
    struct tableau *g;
    struct solution *s;
    const double *x;
    bool *may;          /* workload: has a column on the face that may move */
    size_t n_left;      /* of these, those not known to move */
    bool blocked;       /* some way ended where it began, or was not found */
};

/* Column j of another optimal plan differs from x by `by`. True: that is more than noise. */
static bool differs(double x, double by) { return fabs(by) > TOL_MOVED * (1.0 + fabs(x)); }

static void mark(const struct lp *m, size_t j, struct solution *s)
{
    int t, w = lp_strip_of(m, j, &t)->w;

    s->alternatives = true;
    if (w >= 0)
        s->moved[w] = true;
}

void mark_moved(const struct lp *m, const double *a, const double *b, struct solution *s)
{
    for (size_t j = 0; j < m->n_col; j++)
        if (a[j] != b[j] && differs(a[j], a[j] - b[j]))
            mark(m, j, s);
}

/* Mark what the last way moves in so many steps. */
static void follow(struct search *q, double step)
{
    struct tableau *g = q->g;

    if (!(step > 0.0) || isinf(step)) {
        q->blocked = true;
        return;
    }
    for (size_t k = 0; k < g->n_z; k++) {
        double unit = g->unit[g->at[k]];
        if (differs(g->x[g->at[k]].now * unit, step * g->z[k] * unit))
            mark(g->m, g->col[g->at[k]], q->s);
    }
}

/* Column j enters from the bound where it rests; what is basic moves the other way. */
static void enter_column(struct search *q, size_t j)
{
    struct tableau *g = q->g;
    double unit, down, up, step = 0.0;
    size_t n = lp_scaled_column(g->m, j, g->ind, g->entry, &unit);

    if (tableau_way(g, n, g->ind, g->entry, &down, &up))
        step = fmin(g->place[j] == ENGINE_HIGH ? up : down, (g->m->up[j] - g->m->lo[j]) / unit);
    if (!isinf(step) && differs(q->x[j], step * unit))
        mark(g->m, j, q->s);
    follow(q, step);
}

/* The slack of row i enters: its activity leaves the side where it rests. */
static void enter_slack(struct search *q, size_t i)
{
    struct tableau *g = q->g;
    const struct between *a = &g->act[i];
    double down, up, one = 1.0, step = 0.0;
    bool rising = !isinf(a->lo) && a->now - a->lo <= a->up - a->now;
    int row = (int)i;

    if (tableau_way(g, 1, &row, &one, &down, &up))
        step = fmin(rising ? up : down, a->up - a->lo);
    follow(q, step);
}

/* None, once the user or the clock stops the search. */
static void count_left(struct search *q)
{
    q->n_left = 0;
    if ((q->g->way & 255) == 0 && (cx_tick(q->cx, "ties", q->s->cert.gap) || (q->s->deadline > 0.0 && cx_now() >= q->s->deadline)))
        return;
    for (size_t w = 0; w < q->g->m->c->workload.n; w++)
        q->n_left += q->may[w] && !q->s->moved[w];
}

/* Columns of workloads that are not known to move, or all others. */
static void enter_columns(struct search *q, const size_t *col, size_t n_col, bool others)
{
    const struct lp *m = q->g->m;

    for (size_t k = 0; k < n_col && q->n_left > 0; k++) {
        int t, w = lp_strip_of(m, col[k], &t)->w;
        if (q->g->place[col[k]] == ENGINE_IN || (w < 0 || q->s->moved[w]) != others)
            continue;
        enter_column(q, col[k]);
        count_left(q);
    }
}

static void enter_slacks(struct search *q)
{
    const struct tableau *g = q->g;

    for (size_t i = 0; i < g->m->n_row && q->n_left > 0; i++) {
        if (g->slack[i] || g->m->row[i].lo == g->m->row[i].up)
            continue;
        enter_slack(q, i);
        count_left(q);
    }
}

strait_status find_alternatives(strait_ctx *cx, const struct lp *m, engine *e, const size_t *col, size_t n_col, const double *x,
                                struct solution *s, bool *sure)
{
    strait_status st = STRAIT_OK;
    struct tableau g = { 0 };
    struct search q = { .cx = cx, .g = &g, .s = s, .x = x, .may = mem_calloc(m->c->workload.n, sizeof *q.may) };

    *sure = false;
    if (!q.may)
        return cx_nomem(cx);
    TRY(tableau_open(cx, m, e, x, &g));
    if (!g.lu)
        goto out;
    for (size_t k = 0; k < n_col; k++) {
        int t, w = lp_strip_of(m, col[k], &t)->w;
        if (w >= 0)
            q.may[w] = true;
    }
    count_left(&q);
    enter_columns(&q, col, n_col, false);
    enter_columns(&q, col, n_col, true);
    enter_slacks(&q);
    *sure = s->alternatives || !q.blocked;
out:
    tableau_close(&g);
    mem_free(q.may);
    return st;
}
