/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far a plan looks.  Periods behind its view have no work and no demand.  What is held there costs as the case has it of
 * what lies behind the horizon (settings.terminal).  A run whose window reaches behind the view owes its even share until
 * then, by hours of the window, or what it has done already if that is more.
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "study/roll.h"

/* What a hold costs in the segments of before or behind the end of the view. */
static double hold_cost(const struct lp *m, const struct lp_hold *h, int64_t end, bool behind)
{
    double sum = 0.0;

    for (int t = 0; t < (int)m->c->n_segment; t++) {
        double active = (m->c->segment[t].from >= end) == behind ? lp_hold_active(m, h, t) : 0.0;
        for (int p = 0; p < N_PART && active > 0.0; p++)
            sum += active * lp_hold_cost(m, h, t, (enum cost_part)p);
    }
    return sum;
}

/* Share of what lies behind that is charged. */
static double charged_behind(const strait_case *c)
{
    switch (c->settings.terminal) {
    case TERMINAL_FULL: return 1.0;
    case TERMINAL_RESALE: return 1.0 - c->settings.resale_share;
    default: return 0.0;
    }
}

/* What cannot start in view is not signed yet; what is signed keeps its column and costs what is seen of it. */
static void look_at_hold(struct lp *m, const struct lp_hold *h, int64_t end)
{
    if (h->start >= end && m->lo[h->col] < m->up[h->col])
        m->lo[h->col] = m->up[h->col] = 0.0;
    m->cost[h->col] = hold_cost(m, h, end, false) + charged_behind(m->c) * hold_cost(m, h, end, true) + lp_hold_terminal(m, h);
}

static void look_at_columns(struct lp *m, int64_t end)
{
    for (size_t i = 0; i < m->n_strip; i++) {
        const struct lp_strip *s = &m->strip[i];
        if (s->family == COL_HOLD)
            look_at_hold(m, &m->hold[s->hold], end);
        for (size_t k = 0; k < s->n && s->t0 >= 0; k++)
            if (m->c->segment[(size_t)s->t0 + k].from >= end)
                m->lo[s->col0 + k] = m->up[s->col0 + k] = 0.0;
    }
}

/* Share of a run's window, by hours, that lies before the end. */
static double share_of_window(const strait_case *c, const struct workload *w, int64_t end)
{
    double before = 0.0, all = 0.0;

    for (size_t t = 0; t < c->n_segment; t++) {
        double h = segment_inside(c, t, w->start, w->end) ? c->segment[t].hours : 0.0;
        all += h;
        before += c->segment[t].from < end ? h : 0.0;
    }
    return all > 0.0 ? before / all : 1.0;
}

/* Work of each demand row that stands already. */
static strait_status sum_done(strait_ctx *cx, const struct lp *m, double *done)
{
    int *row = mem_calloc(m->max_nnz, sizeof *row);
    double *val = mem_calloc(m->max_nnz, sizeof *val);
    bool good = row && val;

    for (size_t j = 0; good && j < m->n_col; j++) {
        size_t n = m->lo[j] == m->up[j] && m->lo[j] > 0.0 ? lp_column(m, j, row, val) : 0;
        for (size_t i = 0; i < n; i++)
            done[row[i]] += val[i] * m->lo[j];
    }
    mem_free(row);
    mem_free(val);
    return good ? STRAIT_OK : cx_nomem(cx);
}

static void look_at_row(const struct lp *m, struct lp_row *r, int64_t end, double done)
{
    bool behind = r->t >= 0 && r->family != ROW_LIMIT && m->c->segment[r->t].from >= end;

    if (r->family == ROW_DEMAND && behind) {
        r->lo = -INFINITY;
        r->up = INFINITY;
    } else if (r->family == ROW_DEMAND && r->t < 0 && !isinf(r->up)) {
        r->lo = r->up = fmax(done, r->up * share_of_window(m->c, &m->c->workload.v[r->w], end));
    } else if (r->family == ROW_LIMIT && roll_row_end(m, r) > end) {
        r->lo = -INFINITY;    /* what is asked for at least can still come later */
    }
}

/**
 * Leave to a program, in which what was decided is fixed, only what a plan sees that looks until `end`, where a period begins.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(entries of fixed columns + starts * segments).  Test: tests/cli/roll.py
 */
strait_status roll_look(strait_ctx *cx, struct lp *m, int64_t end)
{
    double *done = mem_calloc(m->n_row, sizeof *done);
    strait_status st;

    if (!done)
        return cx_nomem(cx);
    st = sum_done(cx, m, done);
    for (size_t i = 0; st == STRAIT_OK && i < m->n_row; i++)
        look_at_row(m, &m->row[i], end, done[i]);
    if (st == STRAIT_OK)
        look_at_columns(m, end);
    mem_free(done);
    return st;
}
