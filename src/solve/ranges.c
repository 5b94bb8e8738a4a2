/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where shadow prices hold: as far as a row's right-hand side can move before something basic meets a bound (tableau.c).
 * GLPK's own analysis takes a dense solve a row; it stays for a basis that does not factor and for a solution that does not
 * solve its equations.
 */
#include <math.h>
#include "base/tolerance.h"
#include "solve/solve.h"
#include "solve/tableau.h"

/* An end of an interval: what is left of the side when all of it goes is rounding. */
static double end_of(double side, double step) { return fabs(side + step) <= TOL_ZERO * fabs(side) ? 0.0 : side + step; }

/* The interval of row i, in the units of its bounds. */
static bool range(struct tableau *g, engine *e, size_t i, double y, double *low, double *high)
{
    const struct lp_row *r = &g->m->row[i];
    double down, up, one = 1.0, unit = lp_row_unit(r), side = y > 0.0 ? r->lo : r->up;
    int row = (int)i;

    if (g->lu && !g->slack[i] && !isinf(side) && tableau_way(g, 1, &row, &one, &down, &up)) {
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

static void fill(strait_ctx *cx, struct tableau *g, engine *e, struct solution *s)
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
    struct tableau g;
    strait_status st;

    for (size_t i = 0; i < m->n_row; i++)
        s->low[i] = s->high[i] = NAN;
    st = tableau_open(cx, m, e, s->x, &g);
    if (st == STRAIT_OK)
        fill(cx, &g, e, s);
    tableau_close(&g);
    return st;
}
