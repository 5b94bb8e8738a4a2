/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Priority classes are met in order.  If the cost optimum leaves nothing of the earlier classes unmet, the penalties have
 * dominated and it is the answer.  Otherwise each class but the last, in order, has its penalty-weighted unmet work
 * minimised and kept there by its row; the last class trades with cost.
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/rounds.h"

/* Kept a hair above what the stage reached, so that the next stage is not infeasible by rounding. */
#define SLACK 1e-9

static bool in_class(const struct lp *m, const struct lp_strip *s, int row)
{
    return s->family == COL_UNMET && m->row_priority[s->w] == row;
}

/* Sum of penalties of the class of a priority row, in money. */
static double unmet_of(const struct lp *m, const double *x, int row)
{
    double sum = 0.0;

    for (size_t k = 0; k < m->n_strip; k++)
        for (size_t j = m->strip[k].col0; in_class(m, &m->strip[k], row) && j < m->strip[k].col0 + m->strip[k].n; j++)
            sum += m->cost[j] * x[j];
    return sum;
}

bool stages_needed(const struct lp *m, const double *x)
{
    for (size_t i = 0; i < m->n_row; i++)
        if (m->row[i].family == ROW_PRIORITY && isinf(m->row[i].up) && unmet_of(m, x, (int)i) > 0.0)
            return true;
    return false;
}

/* Only the unmet work of one class costs; the rest is free. */
static void stage_costs(const struct lp *m, int row, const double *cost, double *stage)
{
    for (size_t k = 0; k < m->n_strip; k++)
        for (size_t j = m->strip[k].col0; j < m->strip[k].col0 + m->strip[k].n; j++)
            stage[j] = in_class(m, &m->strip[k], row) ? cost[j] : 0.0;
}

static void close_row(struct lp *m, int row, const double *x)
{
    double reached = unmet_of(m, x, row);

    if (reached > TOL_ZERO * m->money) {
        m->row[row].up = (reached * (1.0 + SLACK)) * m->row[row].scale + SLACK;
        return;
    }
    for (size_t k = 0; k < m->n_strip; k++)
        for (size_t j = m->strip[k].col0; in_class(m, &m->strip[k], row) && j < m->strip[k].col0 + m->strip[k].n; j++)
            m->up[j] = 0.0;
    m->row[row].up = 0.0;
}

strait_status stages_close(strait_ctx *cx, struct lp *m, double deadline, struct solution *s)
{
    strait_status st = STRAIT_OK;
    double *cost = m->cost, *stage = mem_calloc(m->n_col, sizeof *stage);

    if (!stage)
        return cx_nomem(cx);
    for (int i = 0; i < (int)m->n_row; i++) {
        if (m->row[i].family != ROW_PRIORITY)
            continue;
        stage_costs(m, i, cost, stage);
        m->cost = stage;
        st = solve_once(cx, m, false, deadline, s);
        m->cost = cost;
        if (st != STRAIT_OK || (s->outcome != STRAIT_OPTIMAL && s->outcome != STRAIT_FEASIBLE))
            break;
        close_row(m, i, s->x);
        s->stats.stages++;
        if (s->outcome != STRAIT_OPTIMAL)
            break;      /* stopped: later classes keep what is left */
    }
    mem_free(stage);
    return st;
}
