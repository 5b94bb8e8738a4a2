/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An advanced start: the barrier's point chooses the columns to begin with, and the basis. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/crash.h"
#include "solve/rounds.h"

/* The barrier's duals in the lp's units and money. */
static void take_duals(const struct lp *m, const struct barrier *b, double *y)
{
    for (size_t i = 0; i < m->n_row; i++)
        y[i] = b->y[i] * m->money / lp_row_unit(&m->row[i]);
}

/* The barrier's point as a plan, if it is one and the rounds may be stopped before they have a better one. */
static strait_status take_reserve(strait_ctx *cx, struct rounds *q, const struct matrix *a, const struct barrier *b)
{
    const struct lp *m = q->m;
    int *row = mem_calloc(m->max_nnz, sizeof *row);
    double unit, *val = mem_calloc(m->max_nnz, sizeof *val);

    q->reserve_x = mem_calloc(m->n_col, sizeof *q->reserve_x);
    q->reserve_y = mem_calloc(m->n_row, sizeof *q->reserve_y);
    if (row && val && q->reserve_x && q->reserve_y) {
        memcpy(q->reserve_x, m->lo, m->n_col * sizeof *q->reserve_x);
        for (size_t k = 0; k < a->n_col; k++) {
            (void)lp_scaled_column(m, a->source[k], row, val, &unit);
            q->reserve_x[a->source[k]] += b->x[k] * unit;
        }
        take_duals(m, b, q->reserve_y);
    }
    mem_free(row);
    mem_free(val);
    return row && val && q->reserve_x && q->reserve_y ? STRAIT_OK : cx_nomem(cx);
}

/* Columns nearer to their upper bound than to 0. */
static void mark_most(const struct matrix *a, const struct barrier *b, bool *at_most)
{
    for (size_t j = 0; j < a->n_col; j++)
        at_most[a->source[j]] = isfinite(a->most[j]) && b->x[j] > 0.5 * a->most[j] && b->z[j] < a->most[j] - b->x[j];
}

static strait_status load(strait_ctx *cx, struct rounds *q, const struct matrix *a, const struct barrier *b, bool *begun)
{
    strait_status st = STRAIT_OK;
    struct basis basis = { 0 };
    bool *at_most = mem_calloc(q->m->n_col, sizeof *at_most);

    if (!at_most)
        return cx_nomem(cx);
    TRY(crash_basis(cx, a, b, &basis));
    take_duals(q->m, b, q->y);
    TRY(price_all(cx, q->m, q->y, false, q->d));
    TRY(rounds_pick(cx, q, basis.col, basis.n_col));
    mark_most(a, b, at_most);
    TRY(engine_set_basis(cx, q->engine, basis.col, basis.n_col, basis.row, at_most, begun));
out:
    basis_free(&basis);
    mem_free(at_most);
    return st;
}

strait_status start_advanced(strait_ctx *cx, struct rounds *q, double deadline, bool *begun)
{
    strait_status st = STRAIT_OK;
    struct matrix *a = NULL;
    struct barrier *b = NULL;

    *begun = false;
    q->took.barrier_cpu -= cx_cpu();
    TRY(matrix_new(cx, q->m, &a));
    TRY(barrier_run(cx, a, deadline, &b));
    q->took.iterations = (size_t)b->iterations;
    q->took.barrier_cpu += cx_cpu();
    q->took.crash_cpu -= cx_cpu();
    q->stopped = b->stopped;
    if (b->feasible && (cx->progress || deadline > 0.0))
        TRY(take_reserve(cx, q, a, b));
    if (b->close && !b->stopped)
        TRY(load(cx, q, a, b, begun));
    q->took.crash_cpu += cx_cpu();
out:
    barrier_free(b);
    matrix_free(a);
    return st;
}
