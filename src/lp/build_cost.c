/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The price of each column.  The products of features and prices come in pieces that stay in cache and are spent at once on
 * the strips that need them, so that unit costs never stand in memory whole: at ten million columns they would be more than
 * all the rest.
 */
#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "lp/build.h"

/* One end of a strip: what it does on its first or second offer. */
struct end { int o, act, which; size_t strip; };

static int by_place(const void *a, const void *b)
{
    const struct end *x = a, *y = b;

    if (x->o != y->o)
        return x->o < y->o ? -1 : 1;
    if (x->act != y->act)
        return x->act < y->act ? -1 : 1;
    if (x->strip != y->strip)
        return x->strip < y->strip ? -1 : 1;
    return x->which - y->which;
}

/* The ends of all work, by offer and activity. */
static size_t list_ends(const struct lp *m, struct end *v)
{
    size_t n = 0;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        if (s->family != COL_RUN && s->family != COL_ROUTE)
            continue;
        v[n++] = (struct end){ s->o, s->act, 0, k };
        if (s->family == COL_ROUTE && s->p2 == PHASE_DECODE)
            v[n++] = (struct end){ s->o2, s->act2, 1, k };
    }
    qsort(v, n, sizeof *v, by_place);
    return n;
}

/* Rent on top of an hour's: services pay for their peak all the time on what does not scale. */
static double peak_rent(const struct lp *m, const struct lp_strip *s, const struct end *e, int t)
{
    if (s->family != COL_ROUTE || !lp_is_rented(m->c, e->o) || m->c->offer.v[e->o].autoscale)
        return 0.0;
    return cost_part_hour(m->costs, e->o, e->act, (size_t)t, PART_COMPUTE) * (m->c->timeline->pair[s->pair].peak[t] - 1.0);
}

/* c_hour and c_work: the unit costs of the end's activity, by segment. */
static void price_end(struct lp *m, const struct end *e, const double *c_hour, const double *c_work)
{
    const struct lp_strip *s = &m->strip[e->strip];

    for (size_t i = 0; i < s->n; i++) {
        int t = s->t0 + (int)i;
        m->cost[s->col0 + i] += (c_hour[t] + peak_rent(m, s, e, t)) * lp_hours(m, s, t, e->which) + c_work[t] * lp_work(m, s, t);
    }
}

/* Ends of one offer, piece by piece of its activities; `room` holds both products of a piece. */
static strait_status price_offer(struct lp *m, const struct end *v, size_t n, double *room)
{
    const struct cost_block *b = &m->costs->block[v->o];
    double *c_hour = room, *c_work = room + COST_PIECE * b->n_seg;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < n;) {
        size_t first = (size_t)v[i].act, rows = b->n_act - first < COST_PIECE ? b->n_act - first : COST_PIECE;
        TRY(cost_products(m->costs, v->o, first, rows, c_hour, c_work));
        for (; i < n && (size_t)v[i].act < first + rows; i++) {
            size_t row = ((size_t)v[i].act - first) * b->n_seg;
            price_end(m, &v[i], c_hour + row, c_work + row);
        }
    }
out:
    return st;
}

static strait_status price_work(struct lp *m)
{
    struct end *v = mem_calloc(2 * m->n_strip, sizeof *v);
    double *room = mem_calloc(2 * COST_PIECE * m->c->n_segment, sizeof *room);
    strait_status st = v && room ? STRAIT_OK : STRAIT_ENOMEM;
    size_t n = st == STRAIT_OK ? list_ends(m, v) : 0;

    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && v[end].o == v[i].o; end++)
            ;
        TRY(price_offer(m, v + i, end - i, room));
    }
out:
    mem_free(v);
    mem_free(room);
    return st;
}

/* Cost over the horizon, and beyond it, of one held accelerator (fixed: of all of them). */
static double hold_cost(const struct lp *m, const struct lp_hold *h)
{
    double sum = 0.0;

    for (int t = 0; t < (int)m->c->n_segment; t++) {
        double active = lp_hold_active(m, h, t);
        for (int p = 0; p < N_PART && active > 0.0; p++)
            sum += active * lp_hold_cost(m, h, t, (enum cost_part)p);
    }
    return sum + lp_hold_terminal(m, h) * (h->fixed ? h->count : 1.0);
}

/* Holds, unmet work and the constant. */
static void price_rest(struct lp *m)
{
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        if (s->family == COL_HOLD)
            m->cost[s->col0] = hold_cost(m, &m->hold[s->hold]);
        for (size_t i = 0; s->family == COL_UNMET && i < s->n; i++)
            m->cost[s->col0 + i] = lp_penalty(m, s, s->t0 < 0 ? -1 : s->t0 + (int)i);
    }
    for (size_t i = 0; i < m->n_hold; i++)
        if (m->hold[i].fixed)
            m->cost[m->col_const] += hold_cost(m, &m->hold[i]);
}

/* Geometric mean of what columns cost, penalties aside: one dear column must not make all others look free. */
static double typical_cost(const struct lp *m)
{
    double sum = 0.0, n = 0.0;

    for (size_t i = 0; i < m->n_strip; i++) {
        const struct lp_strip *s = &m->strip[i];
        if (s->family == COL_UNMET || s->family == COL_CONST)
            continue;
        for (size_t j = s->col0; j < s->col0 + s->n; j++) {
            if (m->cost[j] == 0.0)
                continue;
            sum += log2(fabs(m->cost[j]));
            n += 1.0;
        }
    }
    return n > 0.0 ? exp2(round(sum / n)) : 1.0;
}

strait_status lp_price_columns(struct lp_builder *b)
{
    strait_status st = price_work(b->m);

    if (st == STRAIT_ENOMEM)
        return cx_nomem(b->cx);
    if (st != STRAIT_OK)
        return cx_fail(b->cx, st, "the case is too large for the cost kernel: over 2^31 segments");
    price_rest(b->m);
    b->m->money = typical_cost(b->m);
    return STRAIT_OK;
}
