/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which placements are in parts: a service below its smallest replica at its peak, a run that its gang does not fit.
 *
 * A run below its gang on average is no fault in itself: it may have the whole gang for part of the segment.  That holds
 * when the gang finds room beside what is taken all the time (services at their peak, runs that fill their gang), for at
 * least GANG_LEAST_HOURS.  Interruptible work makes room.
 */
#include "base/tolerance.h"
#include "explain/explain.h"

static size_t at(const struct lp *m, int o, int t) { return (size_t)o * m->c->n_segment + (size_t)t; }

/* Accelerators in use on average; of a service at its peak. */
static double in_use(const struct lp *m, const struct lp_strip *s, int t, int which, double x)
{
    double n = x * lp_hours(m, s, t, which) / m->c->segment[t].hours;

    return s->family == COL_ROUTE ? n * m->c->timeline->pair[s->pair].peak[t] : n;
}

static double least_whole(const struct lp *m, const struct lp_strip *s, int which)
{
    return (double)rate_at(m->rates, s->w, which == 0 ? s->o : s->o2, which == 0 ? s->p : s->p2)->min_accel * (1.0 - TOL_PRIMAL);
}

static void add_there(struct ledger *g)
{
    const struct lp *m = g->m;
    const strait_case *c = m->c;

    for (size_t i = 0; i < c->offer.n * c->n_segment; i++)
        g->usable[i] = c->timeline->avail_min[i];
    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        for (int t = 0; t < (int)c->n_segment && c->offer.v[h->offer].contract != CONTRACT_OWNED; t++) {
            double n = lp_hold_active(m, h, t);
            if (!h->fixed)
                g->usable[at(m, h->offer, t)] += n * g->x[h->col];
            else if (n == 0.0 && segment_inside(c, (size_t)t, h->start, h->end))    /* given back by the exit clause */
                g->usable[at(m, h->offer, t)] -= h->count;
        }
    }
    for (int o = 0; o < (int)c->offer.n; o++)
        for (int t = 0; t < (int)c->n_segment; t++)
            g->usable[at(m, o, t)] *= 1.0 - c->offer.v[o].spare;
}

void ledger_room(struct ledger *g)
{
    const struct lp *m = g->m;

    add_there(g);
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        if ((s->family != COL_RUN && s->family != COL_ROUTE) || m->c->workload.v[s->w].interruptible)
            continue;
        for (size_t i = 0; i < s->n; i++) {
            int t = s->t0 + (int)i;
            for (int which = 0; which < 2 && g->x[s->col0 + i] != 0.0; which++) {
                double n = in_use(m, s, t, which, g->x[s->col0 + i]);
                if (s->family == COL_ROUTE || n >= least_whole(m, s, which))
                    g->steady[at(m, which == 0 ? s->o : s->o2, t)] += n;
            }
        }
    }
}

/**
 * Is a placement in parts?
 *
 * @param s, t, which  the column's strip, its segment, and which of its offers
 * @param x            the column
 * @return static text, NULL: it is whole.  Cost O(1).  Test: tests/unit/check_plan.c
 */
const char *placement_flag(const struct ledger *g, const struct lp_strip *s, int t, int which, double x)
{
    double n = in_use(g->m, s, t, which, x), least = least_whole(g->m, s, which);
    size_t i = at(g->m, which == 0 ? s->o : s->o2, t);

    if (n >= least)
        return NULL;
    if (s->family == COL_ROUTE)
        return "below_replica";
    if (n * g->m->c->segment[t].hours < least * GANG_LEAST_HOURS)
        return "below_gang";
    return g->usable[i] - g->steady[i] >= least ? NULL : "below_gang";
}
