/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where shadow prices hold.  A row's right-hand side moves by r, and with it what is basic: columns by r z, where B z = e_i, and
 * the activity of rows with a basic slack by r (A z).  The price holds until one of them meets a bound.
 *
 * B is of the basic columns and of the rows without a basic slack alone; z touches few of either, and costs what it touches
 * (linalg/sparse.c).  GLPK's own analysis takes a dense solve a row; it stays for a basis that does not factor and for a z
 * that does not solve its equations.
 */
#include <math.h>
#include <string.h>
#include "base/arena.h"
#include "base/mem.h"
#include "base/tolerance.h"
#include "linalg/linalg.h"
#include "solve/solve.h"

/* An equation of B z = e_i that is off by more than this share of the largest term: z is no solution. */
#define TOL_SOLVED 1e-9
/* What moves by less than this moves by rounding; as GLPK has it. */
#define TOL_MOVES 1e-9

struct between { double lo, now, up; };
struct moved { double by; size_t of; };     /* of: 1 + the row whose side moves it */

/* All in the engine's units (lp_scaled_column). */
struct ranger {
    const struct lp *m;
    arena *arena;
    size_t n;                   /* basic columns */
    enum engine_place *place;   /* n_col */
    bool *slack;                /* n_row: basic */
    int *begin, *row;           /* entries of the basic columns, over all rows */
    double *val;
    int *square;                /* row -> row of B, -1: its slack is basic */
    struct between *x, *act;    /* n; n_row */
    struct linalg_lu *lu;       /* NULL: none */
    int *at, *met;              /* scratch: entries of z, rows that they meet */
    double *z;                  /* scratch: n */
    struct moved *moves;        /* scratch: n_row */
    int *ind;                   /* scratch of max_nnz */
    double *entry;
};

static void ranger_close(struct ranger *g)
{
    linalg_lu_free(g->lu);
    arena_free(g->arena);
}

static bool room_for_basis(struct ranger *g, size_t n_entry)
{
    arena *a = g->arena;

    g->row = arena_alloc(a, n_entry, sizeof *g->row);
    g->val = arena_alloc(a, n_entry, sizeof *g->val);
    g->x = arena_alloc(a, g->n, sizeof *g->x);
    g->at = arena_alloc(a, g->n, sizeof *g->at);
    g->z = arena_alloc(a, g->n, sizeof *g->z);
    return g->row && g->val && g->x && g->at && g->z;
}

static strait_status ranger_open(strait_ctx *cx, const struct lp *m, struct ranger *g)
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
    g->ind = arena_alloc(a, m->max_nnz, sizeof *g->ind);
    g->entry = arena_alloc(a, m->max_nnz, sizeof *g->entry);
    if (g->place && g->slack && g->begin && g->square && g->act && g->met && g->moves && g->ind && g->entry)
        return STRAIT_OK;
    ranger_close(g);
    return cx_nomem(cx);
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
static bool is_square(struct ranger *g, engine *e, size_t *n_entry)
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
static void read_basis(struct ranger *g, const double *x)
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

static strait_status factor(strait_ctx *cx, struct ranger *g)
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

/* A z of the rows that it meets; how many.  *most: the largest term. */
static size_t multiply(struct ranger *g, size_t row, size_t n_z, double *most)
{
    size_t n = 0;
    double largest = 1.0;

    for (size_t k = 0; k < n_z; k++) {
        for (int p = g->begin[g->at[k]]; p < g->begin[g->at[k] + 1]; p++) {
            double v = g->val[p] * g->z[k];
            struct moved *w = &g->moves[g->row[p]];
            if (w->of == row + 1) {
                w->by += v;
            } else {
                *w = (struct moved){ v, row + 1 };
                g->met[n++] = g->row[p];
            }
            largest = fabs(v) > largest ? fabs(v) : largest;
        }
    }
    *most = largest;
    return n;
}

/* The steps down and up that row i's side can go.  False: z is not accurate. */
static bool steps(struct ranger *g, size_t row, double *down, double *up)
{
    size_t n_z = linalg_lu_column(g->lu, (size_t)g->square[row], g->at, g->z);
    double most, off;
    size_t n = multiply(g, row, n_z, &most);

    off = g->moves[row].of == row + 1 ? 0.0 : 1.0;
    *down = *up = INFINITY;
    for (size_t k = 0; k < n_z; k++)
        meet(&g->x[g->at[k]], g->z[k], down, up);
    for (size_t k = 0; k < n; k++) {
        int i = g->met[k];
        double v = g->moves[i].by, wrong = fabs((size_t)i == row ? v - 1.0 : v);
        if (g->slack[i])
            meet(&g->act[i], v, down, up);
        else
            off = wrong > off ? wrong : off;
    }
    return off <= TOL_SOLVED * most;
}

/* An end of an interval: what is left of the side when all of it goes is rounding. */
static double end_of(double side, double step) { return fabs(side + step) <= TOL_ZERO * fabs(side) ? 0.0 : side + step; }

/* The interval of row i, in the units of its bounds. */
static bool range(struct ranger *g, engine *e, size_t i, double y, double *low, double *high)
{
    const struct lp_row *r = &g->m->row[i];
    double down, up, unit = lp_row_unit(r), side = y > 0.0 ? r->lo : r->up;

    if (g->lu && g->square[i] >= 0 && !isinf(side) && steps(g, i, &down, &up)) {
        *low = end_of(side, -down * unit);
        *high = end_of(side, up * unit);
        return true;
    }
    if (!engine_range(e, i, low, high))
        return false;
    *low = !isinf(side) && *low > side ? side : *low;     /* the engine knows its interval to a tolerance only */
    *high = !isinf(side) && *high < side ? side : *high;
    return true;
}

static void fill(strait_ctx *cx, struct ranger *g, engine *e, struct solution *s)
{
    const struct lp *m = g->m;

    for (size_t i = 0; i < m->n_row; i++) {
        double low, high;
        if (fabs(s->y[i]) < TOL_ZERO * m->money || !range(g, e, i, s->y[i], &low, &high))
            continue;
        s->low[i] = low / m->row[i].scale;
        s->high[i] = high / m->row[i].scale;
        if ((i & 255) == 0 && cx_tick(cx, "ranges", s->cert.gap))
            break;
    }
}

/**
 * The interval of each row's right-hand side in which its dual holds, from the basis in which the engine ended with s->x and
 * s->y; NaN where the dual is 0 or the interval is not known.
 *
 * @param e  borrowed; at the optimum
 * @param s  in/out: low and high (n_row), in the row's natural unit
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost one sparse factorisation, and for each row with a dual the entries of its column of the inverse.
 * Test: tests/unit/check_ranges.c
 */
strait_status solve_ranges(strait_ctx *cx, const struct lp *m, engine *e, struct solution *s)
{
    strait_status st = STRAIT_OK;
    struct ranger g;
    size_t n_entry;

    for (size_t i = 0; i < m->n_row; i++)
        s->low[i] = s->high[i] = NAN;
    st = ranger_open(cx, m, &g);
    if (st != STRAIT_OK)
        return st;
    if (is_square(&g, e, &n_entry)) {
        if (!room_for_basis(&g, n_entry)) {
            st = cx_nomem(cx);
            goto out;
        }
        read_basis(&g, s->x);
        TRY(factor(cx, &g));
    }
    fill(cx, &g, e, s);
out:
    ranger_close(&g);
    return st;
}
