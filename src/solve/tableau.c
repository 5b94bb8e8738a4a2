/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ways out of a vertex.  Right-hand sides move by r, and with them what is basic: columns by z, where B z = r, and the activity of
 * rows with a basic slack by A z - r.  (A column that enters moves them the other way, with r its entries.)  How far a way
 * goes is told by the first that meets a bound.
 *
 * B is of the basic columns and of the rows without a basic slack alone; z touches few of either, and costs what it touches
 * (linalg/sparse.c).
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "linalg/linalg.h"
#include "solve/tableau.h"

/* An equation of B z = r that is off by more than this share of the largest term: z is no solution. */
#define TOL_SOLVED 1e-9
/* What moves by less than this moves by rounding; as GLPK has it. */
#define TOL_MOVES 1e-9
void tableau_close(struct tableau *g)
{
    linalg_lu_free(g->lu);
    arena_free(g->arena);
}

static bool room_for_basis(struct tableau *g, size_t n_entry)
{
    arena *a = g->arena;

    g->row = arena_alloc(a, n_entry, sizeof *g->row);
    g->val = arena_alloc(a, n_entry, sizeof *g->val);
    g->col = arena_alloc(a, g->n, sizeof *g->col);
    g->unit = arena_alloc(a, g->n, sizeof *g->unit);
    g->x = arena_alloc(a, g->n, sizeof *g->x);
    g->at = arena_alloc(a, g->n, sizeof *g->at);
    g->z = arena_alloc(a, g->n, sizeof *g->z);
    return g->row && g->val && g->col && g->unit && g->x && g->at && g->z;
}

static strait_status allocate(strait_ctx *cx, const struct lp *m, struct tableau *g)
{
    arena *a = arena_new();

    memset(g, 0, sizeof *g);
    g->m = m;
    g->arena = a;
    if (!a)
        return cx_nomem(cx);
    g->place = arena_alloc(a, m->n_col, sizeof *g->place);
    g->slack = arena_alloc(a, m->n_row, sizeof *g->slack);
    g->begin = arena_alloc(a, m->n_row + 1, sizeof *g->begin);
    g->square = arena_alloc(a, m->n_row, sizeof *g->square);
    g->act = arena_alloc(a, m->n_row, sizeof *g->act);
    g->met = arena_alloc(a, m->n_row, sizeof *g->met);
    g->moves = arena_alloc(a, m->n_row, sizeof *g->moves);
    g->ind = arena_alloc(a, m->max_nnz + 1, sizeof *g->ind);
    g->entry = arena_alloc(a, m->max_nnz + 1, sizeof *g->entry);
    g->side_row = arena_alloc(a, m->max_nnz + 1, sizeof *g->side_row);
    g->side = arena_alloc(a, m->max_nnz + 1, sizeof *g->side);
    return g->place && g->slack && g->begin && g->square && g->act && g->met && g->moves && g->ind && g->entry && g->side_row && g->side
           ? STRAIT_OK : cx_nomem(cx);
}

/* At a bound when off it by noise. */
static struct between between(double lo, double now, double up)
{
    if (!isinf(lo) && fabs(now - lo) <= TOL_ZERO * (1.0 + fabs(lo)))
        now = lo;
    else if (!isinf(up) && fabs(now - up) <= TOL_ZERO * (1.0 + fabs(up)))
        now = up;
    return (struct between){ lo, now, up };
}

/* Number the rows of B and count: does the engine's basis have as many columns as rows without a slack? */
static bool is_square(struct tableau *g, engine *e, size_t *n_entry)
{
    size_t n = 0;
    double unit;

    *n_entry = 0;
    if (!engine_basis(e, g->place, g->slack))
        return false;
    for (size_t i = 0; i < g->m->n_row; i++)
        g->square[i] = g->slack[i] ? -1 : (int)n++;
    for (size_t j = 0; j < g->m->n_col; j++) {
        if (g->place[j] == ENGINE_IN) {
            g->n++;
            *n_entry += lp_scaled_column(g->m, j, g->ind, g->entry, &unit);
        }
    }
    return g->n == n && n > 0;
}

/* The basic columns, and where they and the rows are. */
static void read_basis(struct tableau *g, const double *x)
{
    const struct lp *m = g->m;
    size_t k = 0;

    for (size_t j = 0; j < m->n_col; j++) {
        double unit;
        bool basic = g->place[j] == ENGINE_IN;
        size_t n = basic || x[j] != 0.0 ? lp_scaled_column(m, j, g->ind, g->entry, &unit) : 0;
        for (size_t i = 0; i < n; i++)
            g->act[g->ind[i]].now += g->entry[i] * (x[j] / unit);
        if (!basic)
            continue;
        g->col[k] = j;
        g->unit[k] = unit;
        g->x[k] = between(m->lo[j] / unit, x[j] / unit, m->up[j] / unit);
        memcpy(g->row + g->begin[k], g->ind, n * sizeof *g->row);
        memcpy(g->val + g->begin[k], g->entry, n * sizeof *g->val);
        g->begin[k + 1] = g->begin[k] + (int)n;
        k++;
    }
    for (size_t i = 0; i < m->n_row; i++) {
        double unit = lp_row_unit(&m->row[i]);
        g->act[i] = between(m->row[i].lo / unit, g->act[i].now, m->row[i].up / unit);
    }
}

static strait_status factor(strait_ctx *cx, struct tableau *g)
{
    size_t n = (size_t)g->begin[g->n];
    int *begin = mem_calloc(g->n + 1, sizeof *begin), *row = mem_calloc(n, sizeof *row), last = 0;
    double *val = mem_calloc(n, sizeof *val);
    strait_status st = begin && row && val ? STRAIT_OK : STRAIT_ENOMEM;

    for (size_t k = 0; st == STRAIT_OK && k < g->n; k++) {
        for (int p = g->begin[k]; p < g->begin[k + 1]; p++) {
            if (g->square[g->row[p]] >= 0) {
                row[last] = g->square[g->row[p]];
                val[last++] = g->val[p];
            }
        }
        begin[k + 1] = last;
    }
    if (st == STRAIT_OK)
        st = linalg_lu_new(g->n, begin, row, val, &g->lu);
    mem_free(begin);
    mem_free(row);
    mem_free(val);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : STRAIT_OK;
}

/* Shorten the ways down and up to where b meets its bounds, when it moves by `alpha` a step. */
static void meet(const struct between *b, double alpha, double *down, double *up)
{
    double fall = b->now - b->lo, rise = b->up - b->now, size = fabs(alpha);
    double *falls = alpha > 0.0 ? down : up, *rises = alpha > 0.0 ? up : down;

    if (size <= TOL_MOVES)
        return;
    if (fall < *falls * size)
        *falls = fall > 0.0 ? fall / size : 0.0;
    if (rise < *rises * size)
        *rises = rise > 0.0 ? rise / size : 0.0;
}

/* A z - r of the rows that either meets; how many.  *most: the largest term. */
static size_t multiply(struct tableau *g, size_t n_side, const int *row, const double *val, double *most)
{
    size_t n = 0;

    *most = 0.0;
    g->way++;
    for (size_t p = 0; p < n_side; p++) {
        g->moves[row[p]] = (struct moved){ -val[p], g->way };
        g->met[n++] = row[p];
        *most = fmax(*most, fabs(val[p]));
    }
    for (size_t k = 0; k < g->n_z; k++) {
        for (int p = g->begin[g->at[k]]; p < g->begin[g->at[k] + 1]; p++) {
            double v = g->val[p] * g->z[k];
            struct moved *w = &g->moves[g->row[p]];
            if (w->way == g->way) {
                w->by += v;
            } else {
                *w = (struct moved){ v, g->way };
                g->met[n++] = g->row[p];
            }
            *most = fabs(v) > *most ? fabs(v) : *most;
        }
    }
    return n;
}

/**
 * The way on which right-hand sides move by r: z of B z = r in g->at and g->z, and how far it goes.
 *
 * @param n,row,val  the entries of r, none twice; at most lp.max_nnz
 * @param down,up    steps of -r and of r until something basic meets a bound; INFINITY: nothing does
 * @return false when z does not solve its equations
 * Cost what z touches.  Test: tests/unit/check_ranges.c
 */
bool tableau_way(struct tableau *g, size_t n_side, const int *row, const double *val, double *down, double *up)
{
    size_t n_square = 0, n;
    double most, off = 0.0;

    for (size_t p = 0; p < n_side; p++) {
        if (g->square[row[p]] >= 0) {
            g->side_row[n_square] = g->square[row[p]];
            g->side[n_square++] = val[p];
        }
    }
    g->n_z = linalg_lu_solve(g->lu, n_square, g->side_row, g->side, g->at, g->z);
    n = multiply(g, n_side, row, val, &most);
    *down = *up = INFINITY;
    for (size_t k = 0; k < g->n_z; k++)
        meet(&g->x[g->at[k]], g->z[k], down, up);
    for (size_t k = 0; k < n; k++) {
        int i = g->met[k];
        if (g->slack[i])
            meet(&g->act[i], g->moves[i].by, down, up);
        else
            off = fabs(g->moves[i].by) > off ? fabs(g->moves[i].by) : off;
    }
    return off <= TOL_SOLVED * most;
}

/**
 * Read and factor the basis in which e ended.
 *
 * @param m  borrowed, as the tableau lives
 * @param e  after a solve; lu stays NULL where it has no basis, or one without factors
 * @param x  n_col: the vertex
 * @param g  to tableau_close, whatever is returned
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost one sparse factorisation.  Test: tests/unit/check_ranges.c
 */
strait_status tableau_open(strait_ctx *cx, const struct lp *m, engine *e, const double *x, struct tableau *g)
{
    strait_status st;
    size_t n_entry;

    TRY(allocate(cx, m, g));
    if (!is_square(g, e, &n_entry))
        return STRAIT_OK;
    if (!room_for_basis(g, n_entry))
        return cx_nomem(cx);
    read_basis(g, x);
    st = factor(cx, g);
out:
    return st;
}
