/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From accelerators in fractions to whole blocks, gangs and replicas, from the basis where the solve ended.
 *
 * 1. Rented replicas are priced whole (round_fill.c), and runs barred where their gang can never fit.
 * 2. Leases are fixed at whole blocks, then changed while that saves (round_hold.c).
 * 3. Placements in parts are raised or barred (round_work.c).
 * Each answer on the way is a plan; the one with the fewest placements in parts is kept, of these the cheapest.
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/rounder.h"

#define LEAST_BUDGET 100    /* pivots of the search among leases */
#define LEAST_ASKING 600    /* pivots of fixing leases one by one */
/*
 * Pivots of it all: three times what any bundled case takes, so that prices apart by 1e8 end, too; and since one costs as
 * much as there are rows, of a large program only so much work beyond a few times what its optimum took.
 */
#define MOST_PIVOTS 5000
#define MOST_PIVOTS_PER_ROW 5
#define MOST_WORK 1e8       /* pivots times rows */
#define MOST_OF_OPTIMUM 4

static long most_pivots(const struct lp *m, const struct solution *s)
{
    double rows = (double)m->n_row, few = MOST_PIVOTS + MOST_PIVOTS_PER_ROW * rows;

    return (long)fmin(few, MOST_WORK / (1.0 + rows) + MOST_OF_OPTIMUM * (double)s->stats.pivots);
}

int rounder_row(const struct lp *m, const struct lp_strip *s, int t)
{
    return s->pair < 0 ? m->row_run[s->w] : m->row_demand[(size_t)s->pair * m->c->n_segment + (size_t)t];
}

bool rounder_may_spend(const struct rounder *q)
{
    return !q->stopped && engine_pivots(q->rounds->engine) - q->before < q->budget;
}

void rounder_again(struct rounder *q)
{
    engine *e = q->rounds->engine;

    if (!engine_at_limit(e))
        return;
    engine_limit(e, engine_pivots(e) + most_pivots(q->m, q->s));
    q->stopped = false;
}

strait_status rounder_solve(strait_ctx *cx, struct rounder *q, bool wide, double above, bool *ok)
{
    struct rounds *r = q->rounds;
    strait_status st = STRAIT_OK;
    enum engine_method how = r->dual_ready ? ENGINE_DUAL : ENGINE_PRIMAL;
    double value;
    bool feasible = false;

    *ok = false;
    TRY(engine_refresh(cx, r->engine));
    if (wide) {
        TRY(rounds_solve(cx, r, q->s->deadline));
        feasible = r->have_x;
    } else {
        engine_stop_above(r->engine, above);
        st = engine_solve(cx, r->engine, how, false, q->s->deadline, &r->end);
        engine_stop_above(r->engine, INFINITY);
        if (st != STRAIT_OK)
            goto out;
        engine_solution(r->engine, r->x, r->y, &value, &feasible);
        r->dual_ready = true;
    }
    q->stopped = r->end == ENGINE_LIMIT;
    *ok = r->end == ENGINE_OPTIMAL && feasible;
out:
    return st;
}

void rounder_accept(struct rounder *q)
{
    memcpy(q->x, q->rounds->x, q->m->n_col * sizeof *q->x);
    memcpy(q->y, q->rounds->y, q->m->n_row * sizeof *q->y);
    q->value = 0.0;
    for (size_t j = 0; j < q->m->n_col; j++)
        q->value += q->m->cost[j] * q->x[j];
}

strait_status rounder_follow(strait_ctx *cx, struct rounder *q, bool *ok)
{
    strait_status st;

    TRY(rounder_solve(cx, q, false, INFINITY, ok));
    if (!*ok && !q->stopped)
        TRY(rounder_solve(cx, q, true, INFINITY, ok));
    if (*ok)
        rounder_accept(q);
out:
    return st;
}

double rounder_reduced(struct rounder *q, size_t j)
{
    double d = q->m->cost[j];
    size_t n = lp_column(q->m, j, q->row, q->val);

    for (size_t i = 0; i < n; i++)
        d -= q->y[q->row[i]] * q->val[i];
    return d;
}

size_t rounder_release(struct rounder *q, const bool *row)
{
    struct lp *m = q->m;
    size_t n = 0;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && (s->family == COL_RUN || s->family == COL_ROUTE); i++) {
            size_t j = s->col0 + i;
            int r = rounder_row(m, s, s->t0 + (int)i);
            if (!row[r] || q->open[r])
                continue;
            n += m->up[j] != q->up[j] || m->lo[j] != q->lo[j];
            m->up[j] = q->up[j];
            m->lo[j] = q->lo[j];
        }
    }
    for (size_t i = 0; i < m->n_row; i++)
        q->open[i] = q->open[i] || row[i];
    return n;
}

size_t rounder_release_ray(struct rounder *q)
{
    double most = 0.0;

    for (size_t i = 0; i < q->m->n_row; i++)
        most = fmax(most, fabs(q->rounds->y[i]));
    for (size_t i = 0; i < q->m->n_row; i++)
        q->mark[i] = q->m->row[i].family == ROW_DEMAND && fabs(q->rounds->y[i]) > TOL_ZERO * most;
    return rounder_release(q, q->mark);
}

size_t rounder_release_dear(struct rounder *q)
{
    const struct lp *m = q->m;

    for (size_t i = 0; i < m->n_row; i++)
        q->mark[i] = m->row[i].family == ROW_DEMAND
                     && (q->y[i] - ROUND_DEAR * fmax(0.0, q->s->y[i])) * m->row[i].up > ROUND_AT_STAKE * fabs(q->value);
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && s->family == COL_UNMET; i++) {
            int row = rounder_row(m, s, s->t0 + (int)i);
            q->mark[row] = q->mark[row] || q->x[s->col0 + i] > q->s->x[s->col0 + i] + TOL_PRIMAL * m->row[row].up;
        }
    }
    return rounder_release(q, q->mark);
}

/* Fewer placements in parts first, unless that is too dear; then the cost. */
static bool is_better(const struct rounder *q, size_t below, double total)
{
    const struct rounding *r = q->out;

    if (!r->found || below == r->below)
        return !r->found || total < r->objective;
    return below < r->below && total <= q->cheapest + ROUND_WORTH * fabs(q->cheapest);
}

strait_status round_keep(strait_ctx *cx, struct rounder *q, bool *better)
{
    strait_status st;
    struct lp *m = q->m;
    struct certificate cert;
    double extra, *x = q->scratch, *costs = m->cost;
    size_t below;

    *better = false;
    memcpy(x, q->x, m->n_col * sizeof *x);
    m->cost = q->cost;
    st = certify_tidy(cx, m, x, q->y, cx->gap, &cert);
    m->cost = costs;
    if (st != STRAIT_OK || cert.primal_residual > TOL_PRIMAL)
        return st;
    extra = round_filling(m, x);
    below = round_count(q, x);
    *better = is_better(q, below, cert.primal_objective + extra);
    if (!*better)
        return STRAIT_OK;
    memcpy(q->out->x, x, m->n_col * sizeof *x);
    q->out->cert = cert;
    q->out->extra = extra;
    q->out->objective = cert.primal_objective + extra;
    q->out->below = below;
    q->cheapest = q->out->found ? fmin(q->cheapest, q->out->objective) : q->out->objective;
    q->out->found = true;
    return STRAIT_OK;
}

/* The plan in fractions where rented replicas are paid whole, and no run is where its gang can never be. */
static strait_status prepare(strait_ctx *cx, struct rounder *q)
{
    strait_status st = STRAIT_OK;
    bool ok = false;

    round_bar_gangs(q);
    TRY(rounder_follow(cx, q, &ok));
    while (!ok && !q->stopped && rounder_release_ray(q) > 0)
        TRY(rounder_solve(cx, q, true, INFINITY, &ok));
    if (!ok)
        goto out;
    rounder_accept(q);
    round_slopes(q);
    q->rounds->dual_ready = false;
    TRY(rounder_solve(cx, q, true, INFINITY, &ok));
    if (ok)
        rounder_accept(q);
out:
    return st;
}

static strait_status rounder_open(strait_ctx *cx, struct rounder *q, struct lp *m, const struct solution *s, struct rounding *out)
{
    size_t n_at = m->c->offer.n * m->c->n_segment;
    double **of_col[] = { &q->lo, &q->up, &q->cost, &q->x, &q->scratch, &q->held, &out->x }, **of_place[] = { &q->usable, &q->steady, &q->taken };

    memset(out, 0, sizeof *out);
    *q = (struct rounder){ .m = m, .s = s, .rounds = s->warm, .out = out, .before = engine_pivots(s->warm->engine) };
    q->budget = s->stats.pivots / 8 > LEAST_BUDGET ? s->stats.pivots / 8 : LEAST_BUDGET;
    q->asking = 2 * s->stats.pivots > LEAST_ASKING ? 2 * s->stats.pivots : LEAST_ASKING;
    for (size_t i = 0; i < sizeof of_col / sizeof *of_col; i++)
        if (!(*of_col[i] = mem_calloc(m->n_col, sizeof **of_col[i])))
            return cx_nomem(cx);
    for (size_t i = 0; i < sizeof of_place / sizeof *of_place; i++)
        if (!(*of_place[i] = mem_calloc(n_at, sizeof **of_place[i])))
            return cx_nomem(cx);
    q->y = mem_calloc(m->n_row, sizeof *q->y);
    q->raised = mem_calloc(m->n_row, sizeof *q->raised);
    q->open = mem_calloc(m->n_row, sizeof *q->open);
    q->can = mem_calloc(m->n_row, sizeof *q->can);
    q->mark = mem_calloc(m->n_row, sizeof *q->mark);
    q->row = mem_calloc(m->max_nnz, sizeof *q->row);
    q->val = mem_calloc(m->max_nnz, sizeof *q->val);
    if (!q->row || !q->val || !q->y || !q->raised || !q->open || !q->can || !q->mark)
        return cx_nomem(cx);
    memcpy(q->lo, m->lo, m->n_col * sizeof *q->lo);
    memcpy(q->up, m->up, m->n_col * sizeof *q->up);
    memcpy(q->cost, m->cost, m->n_col * sizeof *q->cost);
    memcpy(q->x, s->x, m->n_col * sizeof *q->x);
    q->saved = true;
    engine_limit(s->warm->engine, q->before + most_pivots(m, s));
    return STRAIT_OK;
}

static void rounder_close(struct rounder *q)
{
    if (q->saved) {
        memcpy(q->m->lo, q->lo, q->m->n_col * sizeof *q->lo);
        memcpy(q->m->up, q->up, q->m->n_col * sizeof *q->up);
        memcpy(q->m->cost, q->cost, q->m->n_col * sizeof *q->cost);
    }
    mem_free(q->lo);
    mem_free(q->up);
    mem_free(q->cost);
    mem_free(q->x);
    mem_free(q->y);
    mem_free(q->scratch);
    mem_free(q->held);
    mem_free(q->usable);
    mem_free(q->steady);
    mem_free(q->taken);
    mem_free(q->raised);
    mem_free(q->open);
    mem_free(q->can);
    mem_free(q->mark);
    mem_free(q->row);
    mem_free(q->val);
}

static strait_status round_all(strait_ctx *cx, struct rounder *q)
{
    strait_status st = STRAIT_OK;
    bool ok;

    TRY(prepare(cx, q));
    TRY(round_holds(cx, q, &ok));
    if (!ok)
        goto out;
    TRY(round_keep(cx, q, &ok));
    TRY(round_work(cx, q));
out:
    return st;
}

strait_status round_plan(strait_ctx *cx, struct lp *m, const struct solution *s, struct rounding *out)
{
    strait_status st = STRAIT_OK;
    struct rounder q;

    TRY(rounder_open(cx, &q, m, s, out));
    TRY(round_all(cx, &q));
    out->note = out->below ? ROUND_BELOW : NULL;
    if (!out->found)
        out->note = q.stopped ? "not rounded: the time or the pivots for it were used up" : "no plan was found with leases in whole blocks";
out:
    out->pivots = engine_pivots(s->warm->engine) - q.before;
    engine_limit(s->warm->engine, 0);
    rounder_close(&q);
    if (st == STRAIT_EBUG) {    /* the certified plan stands without its rounding, or with what there is of it */
        out->note = out->found ? out->note : "not rounded: the LP solver failed";
        st = STRAIT_OK;
    }
    return st;
}

void rounding_free(struct rounding *r)
{
    mem_free(r->x);
    r->x = NULL;
}
