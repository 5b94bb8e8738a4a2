/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What it costs to wait: whoever signs n accelerators of an offer at its next start instead makes the plan dearer by at
 * least n d, where d = cost - A'y is the reduced cost of that start.  For any plan, x >= 0, costs y'b + d'x at least, and
 * y'b is the least cost; so it holds for any n, and for plans in whole blocks too.  What can be rearranged at no cost
 * makes it 0, and so does a next start at which the plan signs already.
 */
#include <math.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "explain/explain.h"

/* The same offer's next start that may be signed; NULL: there is none. */
static const struct lp_hold *next_start(const struct lp *m, const struct lp_hold *h)
{
    const struct lp_hold *next = NULL;

    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *q = &m->hold[k];
        if (q->offer == h->offer && !q->fixed && q->start > h->start && (!next || q->start < next->start))
            next = q;
    }
    return next;
}

/* Reduced cost of a column; 0 where it is rounding beside its terms. */
static double reduced_cost(const struct lp *m, size_t j, const double *y, int *row, double *val)
{
    size_t n = lp_column(m, j, row, val);
    double d = m->cost[j], size = fabs(d);

    for (size_t i = 0; i < n; i++) {
        d -= y[row[i]] * val[i];
        size += fabs(y[row[i]] * val[i]);
    }
    return d > TOL_ZERO * size ? d : 0.0;
}

/**
 * The cost of waiting, per accelerator, of every lease and purchase that could be signed.
 *
 * @param s    y: its duals
 * @param out  n_hold; NaN where nothing is signed, where there is no next start, and where the plan is not proven
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(n_hold^2 + entries of their columns).  Test: tests/unit/check_plan.c
 */
strait_status explain_waiting(strait_ctx *cx, const struct lp *m, const struct solution *s, double *out)
{
    strait_status st = STRAIT_OK;
    int *row = mem_calloc(m->max_nnz, sizeof *row);
    double *val = mem_calloc(m->max_nnz, sizeof *val);

    if (!row || !val) {
        st = cx_nomem(cx);
        goto out;
    }
    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *next = m->hold[k].fixed || !explain_proven(s) ? NULL : next_start(m, &m->hold[k]);
        out[k] = next ? reduced_cost(m, next->col, s->y, row, val) : (double)NAN;
    }
out:
    mem_free(row);
    mem_free(val);
    return st;
}
