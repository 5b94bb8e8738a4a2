/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan in whole gangs, replicas and blocks: what became of it, and what it costs in all. */
#include "verify/book.h"

#include <math.h>
#include <string.h>

static size_t count_flags(const struct plan_rounded *q)
{
    size_t n = 0;

    for (size_t i = 0; i < q->placements.n; i++)
        n += q->placements.v[i].flag != NULL;
    return n;
}

/* "whole" has no placement below a gang or replica, "flagged" has some and says so; "none" has nothing, and says why. */
void verify_rounded_told(struct verifier *v)
{
    const struct plan_rounded *q = &v->plan->rounded;
    const char *status = isnan(q->objective) ? "none" : count_flags(q) > 0 ? "flagged" : "whole";
    bool whole = strcmp(status, "whole") == 0;

    report_fact(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded"), q->given ? "told" : "not told", "told", q->given);
    if (!q->given)
        return;
    report_text(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.status"), q->status, status);
    report_fact(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.note"), q->note, whole ? "none" : "why it is not whole", whole == (q->note == NULL));
    if (!isnan(q->objective))
        return;
    report_equal(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rows without rounded.objective"),
                 (double)(q->placements.n + q->leases.n + q->unmet.n), 0.0, 0.0);
    report_fact(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.gap"), isnan(q->gap) ? "none" : "told", "none", isnan(q->gap));
}

/* A service on rented accelerators pays for whole replicas: the rent of what fills the last one. */
static double filling(const struct book *b, const struct act *a)
{
    const strait_case *c = b->v->c;
    double hours = c->segment[a->t].hours, n = a->hours / hours, one = (double)rate_at(b->v->rates, a->w, a->o, a->p)->min_accel;

    if (a->pair < 0 || !verify_rented(c, a->o) || n <= TOL_PRIMAL)
        return 0.0;
    return (ceil(n / one - TOL_PRIMAL) * one - n) * hours * c->timeline->price[book_at(b, a->o, a->t)] * c->segment[a->t].discount;
}

/**
 * Total of the rounded plan:  its placements, leases and unmet work, and whole replicas where accelerators are rented;
 * and its gap to the bound.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_rounded(struct book *b)
{
    const struct plan_rounded *q = &b->v->plan->rounded;
    double bound = b->v->plan->objective.bound, extra = 0.0;
    struct ledger_sums s;
    strait_status st;

    TRY(money_sum(b, &s));
    for (size_t i = 0; i < b->n_act; i++)
        extra += filling(b, &b->act[i]);
    report_equal(&b->v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.objective"), q->objective, s.total + fmax(0.0, extra), money_slack(&s));
    report_equal(&b->v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.gap"), q->gap, (q->objective - bound) / fmax(1.0, fabs(q->objective)), TOL_ZERO);
    verify_placement_costs(b);
    verify_lease_costs(b);
out:
    return st;
}
