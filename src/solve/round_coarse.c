/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All leases whole at once.  The dive fixes one after another and does not come back: where what it fixed first leaves
 * nothing to those that come last (a spend limit, a minimum), it ends without a plan though there is one.  Three plain ways
 * then follow, each from the plan in fractions: blocks that are half full up and others down, all up, all down.
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/rounder.h"

static const double up_from[] = { 0.5, 0.0, 2.0 };     /* of a block: as full as this goes up */

/* What the offer's maximum leaves in the segments of a start, beside those that are fixed already. */
static double room_of(const struct rounder *q, const struct lp_hold *h, const double *active)
{
    const strait_case *c = q->m->c;
    double left = q->up[h->col];

    for (int t = 0; t < (int)c->n_segment && c->offer.v[h->offer].contract == CONTRACT_LEASE; t++)
        if (lp_hold_active(q->m, h, t) > 0.0)
            left = fmin(left, lp_lease_left(q->m, h->offer, t) - active[t]);
    return fmax(0.0, left);
}

static double count_of(const struct rounder *q, const struct lp_hold *h, double full, const double *active)
{
    double v = q->s->x[h->col], up = round_count_up(q, h, v), down = round_count_down(q, h, v);

    if (v <= TOL_PRIMAL)
        return 0.0;
    if (v - down < full * (up - down))
        up = down;
    return up <= room_of(q, h, active) * (1.0 + TOL_ZERO) ? up : round_count_down(q, h, room_of(q, h, active));
}

/* Starts of an offer stand together. */
static void fix_all_at(struct rounder *q, double full, double *active)
{
    struct lp *m = q->m;
    int offer = -1;

    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        if (h->fixed)
            continue;
        if (h->offer != offer)
            memset(active, 0, m->c->n_segment * sizeof *active);
        offer = h->offer;
        m->lo[h->col] = m->up[h->col] = count_of(q, h, full, active);
        for (int t = 0; t < (int)m->c->n_segment; t++)
            active[t] += lp_hold_active(m, h, t) * m->up[h->col];
    }
}

strait_status round_coarsely(strait_ctx *cx, struct rounder *q, bool *ok)
{
    strait_status st = STRAIT_OK;
    double *active = mem_calloc(q->m->c->n_segment, sizeof *active);

    if (!active)
        return cx_nomem(cx);
    for (size_t i = 0; i < q->m->n_row; i++)
        q->open[i] = true;
    rounder_again(q);
    *ok = false;
    for (size_t i = 0; i < sizeof up_from / sizeof *up_from && !*ok && !q->stopped; i++) {
        fix_all_at(q, up_from[i], active);
        round_bar_gangs(q);
        TRY(rounder_solve(cx, q, true, INFINITY, ok));
    }
    if (*ok)
        rounder_accept(q);
out:
    mem_free(active);
    return st;
}
