/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which placements are in parts: a service below its smallest replica at its peak, a run that its gang does not fit.
 *
 * A run below its gang on average is no fault in itself: it may have the whole gang for part of the segment.  That holds
 * when the gang finds room beside what is taken all the time (services at their peak, runs that fill their gang), for at
 * least GANG_LEAST_HOURS.  Interruptible work makes room.
 */
#include <string.h>
#include "base/tolerance.h"
#include "solve/whole.h"

static size_t at(const struct lp *m, int o, int t) { return (size_t)o * m->c->n_segment + (size_t)t; }

double whole_use(const struct lp *m, const struct lp_strip *s, int t, int which, double x)
{
    double n = x * lp_hours(m, s, t, which) / m->c->segment[t].hours;

    return s->family == COL_ROUTE ? n * m->c->timeline->pair[s->pair].peak[t] : n;
}

double whole_least(const struct lp *m, const struct lp_strip *s, int which)
{
    return (double)rate_at(m->rates, s->w, which == 0 ? s->o : s->o2, which == 0 ? s->p : s->p2)->min_accel * (1.0 - TOL_PRIMAL);
}

void whole_usable(const struct lp *m, const double *x, double *usable)
{
    const strait_case *c = m->c;

    memcpy(usable, c->timeline->avail_min, c->offer.n * c->n_segment * sizeof *usable);
    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        for (int t = 0; t < (int)c->n_segment && c->offer.v[h->offer].contract != CONTRACT_OWNED; t++) {
            double n = lp_hold_active(m, h, t);
            if (!h->fixed)
                usable[at(m, h->offer, t)] += n * x[h->col];
            else if (n == 0.0 && segment_inside(c, (size_t)t, h->start, h->end))    /* given back by the exit clause */
                usable[at(m, h->offer, t)] -= h->count;
        }
    }
    for (int o = 0; o < (int)c->offer.n; o++)
        for (int t = 0; t < (int)c->n_segment; t++)
            usable[at(m, o, t)] *= 1.0 - c->offer.v[o].spare;
}

void whole_steady(const struct lp *m, const double *x, double *steady)
{
    memset(steady, 0, m->c->offer.n * m->c->n_segment * sizeof *steady);
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        if ((s->family != COL_RUN && s->family != COL_ROUTE) || m->c->workload.v[s->w].interruptible)
            continue;
        for (size_t i = 0; i < s->n; i++) {
            int t = s->t0 + (int)i;
            for (int which = 0; which < 2 && x[s->col0 + i] != 0.0; which++) {
                double n = whole_use(m, s, t, which, x[s->col0 + i]);
                if (s->family == COL_ROUTE || n >= whole_least(m, s, which))
                    steady[at(m, which == 0 ? s->o : s->o2, t)] += n;
            }
        }
    }
}

bool whole_broken(const struct lp *m, const double *usable, const double *steady, const struct lp_strip *s, int t, int which, double x)
{
    double n = whole_use(m, s, t, which, x), least = whole_least(m, s, which);
    size_t i = at(m, which == 0 ? s->o : s->o2, t);

    if (n >= least)
        return false;
    if (s->family == COL_ROUTE || n * m->c->segment[t].hours < least * GANG_LEAST_HOURS)
        return true;
    return usable[i] - steady[i] < least;
}
