/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much dearer an offer is that does no work, from the reduced costs d = cost - A'y of its columns.  A column stays
 * out while its cost falls by less than d, so the price per accelerator-hour must fall by at least
 *   rented, owned:  min over its work columns of d_j / hours paid for
 *   to be signed:   min over its starts of d_k / hours paid for, with those beyond the horizon as far as they are charged
 * (present value, as the costs are) before the offer is used.
 * The prices of its own capacity rows are not unique while it is empty: those rows then stand at 0 <= 0, so any smaller
 * price that still keeps its work columns out is as good, and leaves more of d_k.  The smallest common share of them in
 * each segment is taken.
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "explain/explain.h"

struct weigher {
    const struct ledger *g;
    const double *y, *d;
    struct standing *v;     /* offer */
    double *share;          /* offer x segment: share of the prices of its capacity rows that keeps its work out */
    int *row;               /* one column */
    double *val;
};

/* What a column pays for the capacity of offer o: the part of its reduced cost that the offer's own rows make. */
static double own_price(const struct weigher *q, size_t j, int o)
{
    const struct lp *m = q->g->m;
    size_t n = lp_column(m, j, q->row, q->val);
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        const struct lp_row *r = &m->row[q->row[i]];
        if ((r->family == ROW_MEAN || r->family == ROW_PEAK) && r->place == o)
            sum -= q->y[q->row[i]] * q->val[i];
    }
    return sum;
}

/* Hours on an offer of one unit of a column of work, paid or not: prefill and decode may be on one offer. */
static double hours_on(const struct lp *m, const struct lp_strip *s, int t, int which, double (*hours)(const struct lp *, const struct lp_strip *, int, int))
{
    return s->o == s->o2 ? hours(m, s, t, 0) + hours(m, s, t, 1) : hours(m, s, t, which);
}

static void weigh_strip(struct weigher *q, const struct lp_strip *s, int which)
{
    const struct lp *m = q->g->m;
    int o = which == 0 ? s->o : s->o2;
    struct standing *v = &q->v[o];

    v->n_strip++;
    for (size_t i = 0; i < s->n; i++) {
        size_t j = s->col0 + i, at = (size_t)o * m->c->n_segment + (size_t)s->t0 + i;
        int t = s->t0 + (int)i;
        double hours = hours_on(m, s, t, which, lp_hours), price;
        if (hours <= 0.0)
            continue;
        if (!placement_is_noise(m, s, t, q->g->x[j], q->g->x[j] * hours))
            v->hours += q->g->x[j] * hours;
        v->work = fmin(v->work, q->d[j] / (hours_on(m, s, t, which, lp_paid_hours) * m->c->segment[t].discount));
        price = own_price(q, j, o);
        if (price > 0.0)
            q->share[at] = fmax(q->share[at], fmin(1.0, 1.0 - q->d[j] / price));
    }
}

/* What the offer's capacity rows give to one accelerator held, beyond what keeps its work out. */
static double spare_price(const struct weigher *q, const struct lp_hold *h, int t)
{
    const struct lp *m = q->g->m;
    size_t at = (size_t)h->offer * m->c->n_segment + (size_t)t;
    double y = 0.0;

    if (m->row_mean[at] >= 0)
        y -= q->y[m->row_mean[at]];
    if (m->row_peak[at] >= 0)
        y -= q->y[m->row_peak[at]];
    return lp_hold_active(m, h, t) * (1.0 - m->c->offer.v[h->offer].spare) * fmax(0.0, y) * (1.0 - q->share[at]);
}

/* What an hour of it costs: at the horizon's end, as what is owed beyond is counted. */
static double price_of(const struct lp *m, const struct lp_hold *h)
{
    const struct segment *last = &m->c->segment[m->c->n_segment - 1];

    return lp_hold_cost(m, h, (int)m->c->n_segment - 1, PART_COMPUTE) / (last->hours * last->discount);
}

/* The same for one accelerator held from a start on. */
static double held_hours(const struct lp *m, const struct lp_hold *h)
{
    double hours = 0.0, price = price_of(m, h);

    for (int t = 0; t < (int)m->c->n_segment; t++)
        hours += lp_hold_active(m, h, t) * m->c->segment[t].hours * m->c->segment[t].discount;
    return price > 0.0 ? hours + lp_hold_terminal(m, h) / price : hours;
}

static void weigh_hold(struct weigher *q, const struct lp_hold *h)
{
    const struct lp *m = q->g->m;
    struct standing *v = &q->v[h->offer];
    double hours, d;

    v->n_hold++;
    if (h->fixed)
        return;
    hours = held_hours(m, h);
    d = q->d[h->col];
    for (int t = 0; t < (int)m->c->n_segment; t++)
        d += spare_price(q, h, t);
    v->price = fmax(v->price, price_of(m, h));
    if (hours > 0.0)
        v->hold = fmin(v->hold, d / hours);
}

static void weigh(struct weigher *q)
{
    const struct lp *m = q->g->m;

    for (size_t o = 0; o < m->c->offer.n; o++)
        q->v[o] = (struct standing){ .work = (double)INFINITY, .hold = (double)INFINITY, .price = m->c->timeline->price[o * m->c->n_segment] };
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        if (s->family != COL_RUN && s->family != COL_ROUTE)
            continue;
        weigh_strip(q, s, 0);
        if (s->o2 != s->o)
            weigh_strip(q, s, 1);
    }
    for (size_t k = 0; k < m->n_hold; k++)
        weigh_hold(q, &m->hold[k]);
}

/**
 * Fill the standing of every offer.
 *
 * @param s    its duals
 * @param out  n_offer, the caller's
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost two passes over the columns.  Test: tests/unit/check_plan.c
 */
strait_status explain_standing(strait_ctx *cx, const struct ledger *g, const struct solution *s, struct standing *out)
{
    const struct lp *m = g->m;
    strait_status st = STRAIT_OK;
    double *d = mem_calloc(m->n_col, sizeof *d), *share = mem_calloc(m->c->offer.n * m->c->n_segment, sizeof *share);
    double *val = mem_calloc(m->max_nnz, sizeof *val);
    int *row = mem_calloc(m->max_nnz, sizeof *row);
    struct weigher q = { .g = g, .y = s->y, .d = d, .v = out, .share = share, .row = row, .val = val };

    if (!d || !share || !val || !row) {
        st = cx_nomem(cx);
        goto out;
    }
    TRY(price_all(cx, m, s->y, false, d));
    weigh(&q);
out:
    mem_free(d);
    mem_free(share);
    mem_free(val);
    mem_free(row);
    return st;
}
