/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What signing at an offer's next start instead costs at least: the reduced cost of that start, at the plan's prices. */
#include "verify/price.h"

#include <math.h>

/* The same offer's next start that may be signed; NULL: there is none. */
static const struct hold *next_start(const struct ways *y, const struct hold *h)
{
    const struct hold *next = NULL;

    for (size_t k = 0; k < y->n_start; k++)
        if (y->start[k].o == h->o && y->start[k].start > h->start && (!next || y->start[k].start < next->start))
            next = &y->start[k];
    return next;
}

static void check_told(const struct book *b, const struct hold *h, const struct hold *next, const struct worth *w)
{
    double size = 0.0, found = fmax(0.0, worth_hold(w, next, &size)), said = h->said->waiting;

    report_equal(&b->v->report, PROMISE_WAITING, PLACE(b->tag, h->said->offer, h->said->start), said, found, TOL_PRIMAL * size);
    report_most(&b->v->report, PROMISE_WAITING, PLACE(b->tag, h->said->offer, h->said->start, "sign"), said, 0.0, 0.0);
}

/**
 * The cost of waiting of each lease and purchase that the plan signs; of others nothing is told.
 *
 * @param w  at the plan's prices; NULL: none are told, as the plan is not proven
 */
void verify_waiting(const struct book *b, const struct ways *y, const struct worth *w)
{
    for (size_t k = 0; k < b->n_hold; k++) {
        const struct hold *h = &b->hold[k], *next = h->fixed || !w ? NULL : next_start(y, h);
        if (!h->said)
            continue;
        if (next)
            check_told(b, h, next, w);
        else
            report_fact(&b->v->report, PROMISE_WAITING, PLACE(b->tag, h->said->offer, h->said->start), isnan(h->said->waiting) ? "none" : "told",
                        "none", isnan(h->said->waiting));
    }
}
