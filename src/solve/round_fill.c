/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rented replicas are paid whole, which no linear cost says.  So each placement costs, in proportion to what it uses now, as
 * much as whole replicas would (slope scaling: D. Kim, P. Pardalos, Oper. Res. Letters 24, 1999).
 */
#include <math.h>
#include "base/tolerance.h"
#include "solve/rounder.h"

static double whole(double n, double one) { return ceil(n / one - TOL_PRIMAL) * one; }

static bool is_rented(const struct lp *m, int o)
{
    int contract = m->c->offer.v[o].contract;

    return contract == CONTRACT_ON_DEMAND || contract == CONTRACT_SPOT;
}

static double one_of(const struct lp *m, const struct lp_strip *s, int which)
{
    return (double)rate_at(m->rates, s->w, which ? s->o2 : s->o, which ? s->p2 : s->p)->min_accel;
}

/* Rent of one accelerator through a segment. */
static double rent(const struct lp *m, int o, int t)
{
    return m->c->timeline->price[(size_t)o * m->c->n_segment + (size_t)t] * m->c->segment[t].discount * m->c->segment[t].hours;
}

/* x units of a route: what its last replicas cost beyond their use. */
static double fill_of(const struct lp *m, const struct lp_strip *s, int t, double x)
{
    double sum = 0.0;

    for (int which = 0; which < 2; which++) {
        double n = x * lp_hours(m, s, t, which) / m->c->segment[t].hours;
        int o = which ? s->o2 : s->o;
        if (n > TOL_PRIMAL && is_rented(m, o))
            sum += (whole(n, one_of(m, s, which)) - n) * rent(m, o, t);
    }
    return sum;
}

static bool may_fill(const struct lp *m, const struct lp_strip *s)
{
    return s->family == COL_ROUTE && (is_rented(m, s->o) || is_rented(m, s->o2));
}

double round_filling(const struct lp *m, const double *x)
{
    double sum = 0.0;

    for (size_t k = 0; k < m->n_strip; k++)
        for (size_t i = 0; i < m->strip[k].n && may_fill(m, &m->strip[k]); i++)
            sum += fill_of(m, &m->strip[k], m->strip[k].t0 + (int)i, x[m->strip[k].col0 + i]);
    return fmax(0.0, sum);
}

/* What is not used costs as if it did all of its demand, until it is. */
void round_slopes(struct rounder *q)
{
    struct lp *m = q->m;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && may_fill(m, s); i++) {
            size_t j = s->col0 + i;
            int t = s->t0 + (int)i;
            double all = m->row[rounder_row(m, s, t)].up, x = q->x[j] > TOL_PRIMAL * all ? q->x[j] : all;
            if (x > 0.0 && (q->x[j] > TOL_PRIMAL * all || m->cost[j] == q->cost[j]))
                m->cost[j] = q->cost[j] + fill_of(m, s, t, x) / x;
        }
    }
}
