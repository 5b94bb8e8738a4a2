/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gangs and replicas, with the leases fixed.  A placement in parts that is at least half of a whole one is raised to it
 * where there is room, others are barred, and the program is solved again; the next ones to show follow.  Work that then
 * stays undone, or that proves the program infeasible, is let go as it was and told as below its gang or replica.
 */
#include <math.h>
#include <string.h>
#include "base/tolerance.h"
#include "solve/rounder.h"
#include "solve/whole.h"

#define MOST_PASSES 6
#define WORTH_RAISING 0.5

static bool is_placed(const struct lp_strip *s) { return s->family == COL_RUN || s->family == COL_ROUTE; }

static size_t at(const struct lp *m, int o, int t) { return (size_t)o * m->c->n_segment + (size_t)t; }

static bool is_used(const struct lp *m, const struct lp_strip *s, int t, double x) { return x * lp_hours(m, s, t, 0) > TOL_PRIMAL; }

static bool is_broken(const struct rounder *q, const struct lp_strip *s, int t, double x)
{
    for (int which = 0; which < 2; which++)
        if (lp_hours(q->m, s, t, which) > 0.0 && whole_broken(q->m, q->usable, q->steady, s, t, which, x))
            return true;
    return false;
}

/* Units of a column that make a whole gang or replica on each of its offers. */
static double least_units(const struct lp *m, const struct lp_strip *s, int t)
{
    double least = 0.0;

    for (int which = 0; which < 2; which++) {
        double one = whole_use(m, s, t, which, 1.0);
        if (one > 0.0)
            least = fmax(least, whole_least(m, s, which) / (1.0 - TOL_PRIMAL) / one);
    }
    return least;
}

static void look(struct rounder *q, const double *x)
{
    whole_usable(q->m, x, q->usable);
    whole_steady(q->m, x, q->steady);
}

size_t round_count(struct rounder *q, const double *x)
{
    const struct lp *m = q->m;
    size_t n = 0;

    look(q, x);
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && is_placed(s); i++)
            n += is_used(m, s, s->t0 + (int)i, x[s->col0 + i]) && is_broken(q, s, s->t0 + (int)i, x[s->col0 + i]);
    }
    return n;
}

/* Which demands of services have a column that can be whole: the others are below a replica wherever they go. */
static void find_can(struct rounder *q)
{
    const struct lp *m = q->m;

    whole_usable(m, q->x, q->usable);
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && is_placed(s); i++) {
            int t = s->t0 + (int)i, row = rounder_row(m, s, t);
            bool fits = s->family == COL_RUN || least_units(m, s, t) <= m->row[row].up;
            for (int which = 0; which < 2 && fits; which++)
                fits = lp_hours(m, s, t, which) <= 0.0 || q->usable[at(m, which ? s->o2 : s->o, t)] >= whole_least(m, s, which);
            q->can[row] = q->can[row] || (fits && q->up[s->col0 + i] > 0.0);
        }
    }
}

/* Is there room to raise a column to `units`?  Then it is taken. */
static bool take_room(struct rounder *q, const struct lp_strip *s, int t, double units)
{
    const struct lp *m = q->m;
    int row = rounder_row(m, s, t);

    if (s->family == COL_ROUTE && q->raised[row] + units > m->row[row].up)
        return false;
    for (int which = 0; which < 2; which++)
        if (lp_hours(m, s, t, which) > 0.0
            && q->taken[at(m, which ? s->o2 : s->o, t)] + whole_use(m, s, t, which, units) > q->usable[at(m, which ? s->o2 : s->o, t)])
            return false;
    for (int which = 0; which < 2; which++)
        if (lp_hours(m, s, t, which) > 0.0)
            q->taken[at(m, which ? s->o2 : s->o, t)] += whole_use(m, s, t, which, units);
    q->raised[row] += units;
    return true;
}

/* Bar or raise what is in parts.  Their number. */
static size_t mend(struct rounder *q, bool raise)
{
    struct lp *m = q->m;
    size_t n = 0;

    look(q, q->x);
    memcpy(q->held, m->lo, m->n_col * sizeof *q->held);
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && is_placed(s); i++) {
            size_t j = s->col0 + i;
            int t = s->t0 + (int)i, row = rounder_row(m, s, t);
            if (q->open[row] || !q->can[row] || !is_used(m, s, t, q->x[j]) || !is_broken(q, s, t, q->x[j]))
                continue;
            double units = least_units(m, s, t);
            n++;
            if (raise && q->x[j] >= WORTH_RAISING * units && take_room(q, s, t, units))
                m->lo[j] = units;
            else
                m->lo[j] = m->up[j] = 0.0;
        }
    }
    return n;
}

/* Undo what this pass has raised. */
static void lower(struct rounder *q)
{
    for (size_t j = 0; j < q->m->n_col; j++)
        if (q->m->lo[j] > q->held[j])
            q->m->lo[j] = q->held[j];
}

/* Bar what was raised at too dear a price.  Their number. */
static size_t bar_dear(struct rounder *q)
{
    struct lp *m = q->m;
    size_t n = 0;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && is_placed(s); i++) {
            size_t j = s->col0 + i;
            int t = s->t0 + (int)i, row = rounder_row(m, s, t);
            double one = s->family == COL_RUN ? lp_work(m, s, t) / m->scale[s->w] : 1.0;
            if (m->lo[j] <= q->lo[j] || (rounder_reduced(q, j) - (ROUND_DEAR - 1.0) * fmax(0.0, q->s->y[row]) * one) * m->lo[j]
                                        <= ROUND_AT_STAKE * fabs(q->value))
                continue;
            m->lo[j] = m->up[j] = 0.0;
            n++;
        }
    }
    return n;
}

/* Solve; where that has no answer, first without what was raised, then without the bars that prove it. */
static strait_status settle(strait_ctx *cx, struct rounder *q, bool *raise, bool *ok)
{
    strait_status st = STRAIT_OK;

    TRY(rounder_solve(cx, q, !*raise, INFINITY, ok));
    if (!*ok && *raise && !q->stopped) {
        *raise = false;
        lower(q);
        TRY(rounder_follow(cx, q, ok));
    } else if (*ok) {
        rounder_accept(q);
    }
    while (!*ok && !q->stopped && rounder_release_ray(q) > 0)
        TRY(rounder_follow(cx, q, ok));
    while (*ok && bar_dear(q) > 0)
        TRY(rounder_follow(cx, q, ok));
    while (*ok && rounder_release_dear(q) > 0) {
        q->rounds->dual_ready = false;      /* what is there stays feasible */
        TRY(rounder_follow(cx, q, ok));
    }
out:
    return st;
}

strait_status round_work(strait_ctx *cx, struct rounder *q)
{
    strait_status st = STRAIT_OK;
    bool ok = true, raise = true;       /* ok: the last pass has made a better plan */

    find_can(q);
    for (int pass = 0; pass < MOST_PASSES && ok && mend(q, raise) > 0; pass++) {
        TRY(settle(cx, q, &raise, &ok));
        if (!ok)
            break;
        TRY(round_keep(cx, q, &ok));
    }
out:
    return st;
}
