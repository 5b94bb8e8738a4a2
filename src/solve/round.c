/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From accelerators in fractions to whole blocks, gangs and replicas, from the basis where the solve ended.
 *
 * 1. Each lease is rounded up to whole blocks and to its minimum, start by start, down where the offer's maximum would be
 *    passed; a purchase to whole accelerators.  The program is solved again with them fixed.  Where it then has no
 *    solution, leases are fixed one after another instead, up if that leaves a solution, else down, and the others may
 *    follow.
 * 2. A placement below a gang (runs) or a replica (services) in a segment is barred and the program solved again; where
 *    that has no solution, bars of firm work are taken back.
 * 3. What is served on rented accelerators pays for whole replicas at its peak share.
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/rounds.h"
#include "solve/round.h"

struct rounder {
    struct lp *m;
    struct rounds *rounds;
    double *lo, *up;        /* saved bounds */
    double *active;         /* n_segment: accelerators of the offer at hand, rounded so far */
    double deadline;        /* cx_now() seconds, 0: none */
};

static double capacity_left(const struct rounder *q, const struct lp_hold *h)
{
    const strait_case *c = q->m->c;
    double left = INFINITY;

    for (size_t t = 0; t < c->n_segment && c->offer.v[h->offer].contract == CONTRACT_LEASE; t++) {
        if (lp_hold_active(q->m, h, (int)t) > 0.0)
            left = fmin(left, lp_lease_left(q->m, h->offer, (int)t) - q->active[t]);
    }
    return fmin(left, q->up[h->col]);
}

static double whole(double v, double block, bool upward)
{
    return upward ? ceil(v / block - TOL_PRIMAL) * block : floor(v / block + TOL_PRIMAL) * block;
}

static double round_hold(const struct rounder *q, const struct lp_hold *h, double v)
{
    const struct offer *f = &q->m->c->offer.v[h->offer];
    double block = f->contract == CONTRACT_LEASE ? (double)f->block : 1.0, left = capacity_left(q, h), n;

    if (v <= TOL_PRIMAL * block)
        return 0.0;
    n = whole(v, block, true);
    if (n < (double)f->minimum)
        n = v >= 0.5 * (double)f->minimum ? whole((double)f->minimum, block, true) : 0.0;
    if (n > left)
        n = whole(left, block, false);
    return n < (double)f->minimum ? 0.0 : n;
}

static void count_active(struct rounder *q, const struct lp_hold *h)
{
    for (int t = 0; t < (int)q->m->c->n_segment; t++)
        q->active[t] += lp_hold_active(q->m, h, t) * q->m->up[h->col];
}

static void fix_holds(struct rounder *q, const double *x)
{
    struct lp *m = q->m;
    int offer = -1;

    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        if (h->fixed)
            continue;
        if (h->offer != offer)
            memset(q->active, 0, m->c->n_segment * sizeof *q->active);
        offer = h->offer;
        m->lo[h->col] = m->up[h->col] = round_hold(q, h, x[h->col]);
        count_active(q, h);
    }
}

static void free_holds(struct rounder *q)
{
    for (size_t k = 0; k < q->m->n_hold; k++) {
        size_t j = q->m->hold[k].col;
        if (!q->m->hold[k].fixed) {
            q->m->lo[j] = q->lo[j];
            q->m->up[j] = q->up[j];
        }
    }
}

/* Smallest whole thing a column may be in a segment, against what it uses at its peak. */
static bool below_whole(const struct lp *m, const struct lp_strip *s, int t, double x)
{
    for (int which = 0; which < 2; which++) {
        double n = x * lp_hours(m, s, t, which) / m->c->segment[t].hours;
        if (n <= 0.0)
            continue;
        if (s->family == COL_ROUTE)
            n *= m->c->timeline->pair[s->pair].peak[t];
        if (n < rate_at(m->rates, s->w, which ? s->o2 : s->o, which ? s->p2 : s->p)->min_accel * (1.0 - TOL_PRIMAL))
            return true;
    }
    return false;
}

/* Bar (or only count) what is used but below a gang or replica. */
static size_t bar_small(struct rounder *q, const double *x, bool bar)
{
    struct lp *m = q->m;
    size_t n = 0;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && (s->family == COL_RUN || s->family == COL_ROUTE); i++) {
            size_t j = s->col0 + i;
            if (x[j] * lp_hours(m, s, s->t0 + (int)i, 0) <= TOL_PRIMAL || !below_whole(m, s, s->t0 + (int)i, x[j]))
                continue;
            n++;
            if (bar)
                m->up[j] = 0.0;
        }
    }
    return n;
}

static void free_work(struct rounder *q, bool firm_only)
{
    struct lp *m = q->m;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        bool firm = s->w >= 0 && isnan(m->c->workload.v[s->w].penalty);
        if ((s->family != COL_RUN && s->family != COL_ROUTE) || (firm_only && !firm))
            continue;
        for (size_t j = s->col0; j < s->col0 + s->n; j++)
            m->up[j] = q->up[j];
    }
}

/* Solve with the bounds as they are; x and cert are replaced only by a feasible answer. */
static strait_status resolve(strait_ctx *cx, struct rounder *q, struct rounding *out, bool *ok)
{
    strait_status st = STRAIT_OK;
    struct certificate cert;

    *ok = false;
    TRY(engine_refresh(cx, q->rounds->engine));
    TRY(rounds_solve(cx, q->rounds, q->deadline));
    if (q->rounds->end != ENGINE_OPTIMAL || !q->rounds->have_x)
        goto out;
    TRY(certify_tidy(cx, q->m, q->rounds->x, q->rounds->y, cx->gap, &cert));
    *ok = cert.primal_residual <= TOL_PRIMAL;
    if (*ok) {
        memcpy(out->x, q->rounds->x, q->m->n_col * sizeof *out->x);
        out->cert = cert;
    }
out:
    return st;
}

/* Whole replicas of rented accelerators: what they cost beyond the use that is paid already. */
static double replica_extra(const struct lp *m, const double *x)
{
    double sum = 0.0;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && s->family == COL_ROUTE; i++) {
            int t = s->t0 + (int)i;
            for (int which = 0; which < 2; which++) {
                int o = which ? s->o2 : s->o;
                double hours = x[s->col0 + i] * lp_hours(m, s, t, which), h = m->c->segment[t].hours;
                double one = rate_at(m->rates, s->w, o, which ? s->p2 : s->p)->min_accel;
                int contract = m->c->offer.v[o].contract;
                if (hours / h <= TOL_PRIMAL || (contract != CONTRACT_ON_DEMAND && contract != CONTRACT_SPOT))
                    continue;
                sum += (whole(hours / h, one, true) * h - hours)
                     * m->c->timeline->price[(size_t)o * m->c->n_segment + (size_t)t] * m->c->segment[t].discount;
            }
        }
    }
    return fmax(0.0, sum);
}

static double block_of(const struct rounder *q, const struct lp_hold *h)
{
    const struct offer *f = &q->m->c->offer.v[h->offer];

    return f->contract == CONTRACT_LEASE ? (double)f->block : 1.0;
}

/* Neither nothing nor whole blocks from the minimum on. */
static bool in_parts(const struct rounder *q, const struct lp_hold *h, double v)
{
    double block = block_of(q, h), n = floor(v / block + 0.5) * block;

    if (fabs(v - n) > TOL_PRIMAL * (block + v))
        return true;
    return n > 0.0 && n < (double)q->m->c->offer.v[h->offer].minimum;
}

/* Fix one lease at whole blocks: up, else down. *ok: one of them leaves a solution. */
static strait_status dive_one(strait_ctx *cx, struct rounder *q, const struct lp_hold *h, struct rounding *out, bool *ok)
{
    double least = (double)q->m->c->offer.v[h->offer].minimum, block = block_of(q, h), v = out->x[h->col];
    double up = fmin(whole(fmax(v, least), block, true), whole(q->up[h->col], block, false)), down = whole(v, block, false);
    strait_status st = STRAIT_OK;

    if (down < least)
        down = 0.0;
    q->m->lo[h->col] = q->m->up[h->col] = up;
    TRY(resolve(cx, q, out, ok));
    if (!*ok && down != up) {
        q->m->lo[h->col] = q->m->up[h->col] = down;
        TRY(resolve(cx, q, out, ok));
    }
out:
    return st;
}

/* Fix what stands in parts, one after another; the others stay free to follow, and may come to stand in parts. */
static strait_status dive(strait_ctx *cx, struct rounder *q, struct rounding *out, bool *ok)
{
    strait_status st = STRAIT_OK;
    bool found = true;

    *ok = true;
    while (found && *ok) {
        found = false;
        for (size_t k = 0; k < q->m->n_hold && *ok; k++) {
            const struct lp_hold *h = &q->m->hold[k];
            if (h->fixed || q->m->lo[h->col] == q->m->up[h->col] || !in_parts(q, h, out->x[h->col]))
                continue;
            found = true;
            TRY(dive_one(cx, q, h, out, ok));
        }
    }
    for (size_t k = 0; k < q->m->n_hold && *ok; k++) {
        size_t j = q->m->hold[k].col;
        if (!q->m->hold[k].fixed)
            q->m->lo[j] = q->m->up[j] = floor(out->x[j] / block_of(q, &q->m->hold[k]) + 0.5) * block_of(q, &q->m->hold[k]);
    }
out:
    return st;
}

static strait_status round_holds(strait_ctx *cx, struct rounder *q, const struct solution *s, struct rounding *out, bool *ok)
{
    strait_status st = STRAIT_OK;

    fix_holds(q, s->x);
    TRY(resolve(cx, q, out, ok));
    if (!*ok) {
        free_holds(q);
        memcpy(out->x, s->x, q->m->n_col * sizeof *out->x);
        TRY(dive(cx, q, out, ok));
    }
    if (*ok)
        TRY(resolve(cx, q, out, ok));
    out->note = *ok ? NULL : "no plan was found with leases in whole blocks";
out:
    return st;
}

static strait_status round_work(strait_ctx *cx, struct rounder *q, struct rounding *out)
{
    strait_status st = STRAIT_OK;
    bool ok;

    if (bar_small(q, out->x, true) > 0) {
        TRY(resolve(cx, q, out, &ok));
        if (!ok) {
            free_work(q, true);
            TRY(resolve(cx, q, out, &ok));
        }
        if (!ok)
            free_work(q, false);
    }
    out->below = bar_small(q, out->x, false);
    out->note = out->below ? ROUND_BELOW : NULL;
out:
    return st;
}

static strait_status rounder_open(strait_ctx *cx, struct rounder *q, struct lp *m, const struct solution *s, struct rounding *out)
{
    memset(out, 0, sizeof *out);
    memset(q, 0, sizeof *q);
    q->m = m;
    q->rounds = s->warm;
    q->deadline = s->deadline;
    q->lo = mem_calloc(m->n_col, sizeof *q->lo);
    q->up = mem_calloc(m->n_col, sizeof *q->up);
    q->active = mem_calloc(m->c->n_segment, sizeof *q->active);
    out->x = mem_calloc(m->n_col, sizeof *out->x);
    if (!q->lo || !q->up || !q->active || !out->x)
        return cx_nomem(cx);
    memcpy(q->lo, m->lo, m->n_col * sizeof *q->lo);
    memcpy(q->up, m->up, m->n_col * sizeof *q->up);
    return STRAIT_OK;
}

static void rounder_close(struct rounder *q)
{
    if (q->lo && q->up) {
        memcpy(q->m->lo, q->lo, q->m->n_col * sizeof *q->lo);
        memcpy(q->m->up, q->up, q->m->n_col * sizeof *q->up);
    }
    mem_free(q->lo);
    mem_free(q->up);
    mem_free(q->active);
}

strait_status round_plan(strait_ctx *cx, struct lp *m, const struct solution *s, struct rounding *out)
{
    strait_status st = STRAIT_OK;
    struct rounder q;
    bool ok = false;

    TRY(rounder_open(cx, &q, m, s, out));
    TRY(round_holds(cx, &q, s, out, &ok));
    if (ok) {
        TRY(round_work(cx, &q, out));
        out->found = true;
        out->extra = replica_extra(m, out->x);
        out->objective = out->cert.primal_objective + out->extra;
    }
out:
    rounder_close(&q);
    if (st == STRAIT_EBUG) {    /* the certified plan stands without its rounding */
        out->found = false;
        out->note = "not rounded: the LP solver failed";
        st = STRAIT_OK;
    }
    return st;
}

void rounding_free(struct rounding *r)
{
    mem_free(r->x);
    r->x = NULL;
}
