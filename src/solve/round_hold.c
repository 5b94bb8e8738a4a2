/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Leases to whole blocks, purchases to whole accelerators.
 *
 * Dive: what stands in parts is fixed one after another, the fullest block first, and the others follow; where many do, a
 * part of them at once.  A lease that runs use whose gang is more than its blocks may also be opened for the gang.
 * Search: with all fixed, the reduced cost d of a lease bounds what a change of its count by n can save, since the optimum
 * is convex in it: at most -d n.  Changes are tried in the order of that bound, each by the dual simplex from the basis at
 * hand, which stops when it cannot come below the best; the first that saves is taken.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/rounder.h"
#include "solve/whole.h"

#define FEW 12              /* leases in parts: to be fixed one after another */
#define BATCH 4             /* of more, this part at once */
#define LITTLE 0.1          /* of a block: closed with the other starts of its offer */
#define FULL 0.9            /* a block as full as this goes up with others like it */
#define SURE 0.75           /* a block as full as this is opened without asking */
#define WORTH_A_GANG 0.5    /* of a lease: runs that use more of it are asked for their gang */
#define WORTH_A_TRY 1e-5    /* of the cost */

#define MOST_PAIRED 64      /* leases: of more, none are changed in pairs */
#define NONE SIZE_MAX

/* A lease in parts and how it may become whole; or a change to try and what it saves at most. */
struct option {
    size_t hold;
    double score, count, gang;      /* gang: count, or more where runs need it */
    size_t other;                   /* a second change with it, NONE: alone */
    double other_count;
};

static double block_of(const struct rounder *q, const struct lp_hold *h)
{
    const struct offer *f = &q->m->c->offer.v[h->offer];

    return f->contract == CONTRACT_LEASE ? (double)f->block : 1.0;
}

static double whole(double v, double block, bool upward)
{
    return upward ? ceil(v / block - TOL_PRIMAL) * block : floor(v / block + TOL_PRIMAL) * block;
}

double round_count_up(const struct rounder *q, const struct lp_hold *h, double v)
{
    double block = block_of(q, h), least = (double)q->m->c->offer.v[h->offer].minimum;
    double n = whole(fmax(v, least), block, true), most = whole(fmin(q->up[h->col], 1e15), block, false);

    n = fmin(n, most);
    return n < least ? 0.0 : n;
}

double round_count_down(const struct rounder *q, const struct lp_hold *h, double v)
{
    double n = whole(v, block_of(q, h), false);

    return n < (double)q->m->c->offer.v[h->offer].minimum ? 0.0 : fmax(0.0, n);
}

/* Neither nothing nor whole blocks from the minimum on. */
static bool in_parts(const struct rounder *q, const struct lp_hold *h, double v)
{
    double block = block_of(q, h), n = floor(v / block + 0.5) * block;

    if (fabs(v - n) > TOL_PRIMAL * (block + v))
        return true;
    return n > 0.0 && n < (double)q->m->c->offer.v[h->offer].minimum;
}

static bool is_free(const struct rounder *q, const struct lp_hold *h) { return !h->fixed && q->m->lo[h->col] < q->m->up[h->col]; }

static void fix(struct rounder *q, const struct lp_hold *h, double count) { q->m->lo[h->col] = q->m->up[h->col] = count; }

static void set_free(struct rounder *q, const struct lp_hold *h)
{
    q->m->lo[h->col] = q->lo[h->col];
    q->m->up[h->col] = q->up[h->col];
}

void round_bar_gangs(struct rounder *q)
{
    struct lp *m = q->m;

    whole_usable(m, m->up, q->usable);      /* of x, it reads holds only */
    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && s->family == COL_RUN; i++) {
            int t = s->t0 + (int)i;
            bool room = q->usable[(size_t)s->o * m->c->n_segment + (size_t)t] >= whole_least(m, s, 0);
            m->up[s->col0 + i] = room || q->open[rounder_row(m, s, t)] ? q->up[s->col0 + i] : 0.0;
        }
    }
}

/*
 * The largest gang of the runs that make half or more of a lease, where its other accelerators do not hold it; as a count
 * of the lease.  q->usable is of q->x.
 */
static double gang_count(const struct rounder *q, const struct lp_hold *h)
{
    const struct lp *m = q->m;
    double most = 0.0, spare = 1.0 - m->c->offer.v[h->offer].spare, now = q->x[h->col];

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && s->family == COL_RUN && s->o == h->offer; i++) {
            int t = s->t0 + (int)i;
            double others = q->usable[(size_t)s->o * m->c->n_segment + (size_t)t] - spare * now;
            if (q->x[s->col0 + i] > WORTH_A_GANG * now && lp_hold_active(m, h, t) > 0.0 && !q->open[rounder_row(m, s, t)])
                most = fmax(most, (whole_least(m, s, 0) - others) / spare);
        }
    }
    return most;
}

static int by_score(const void *a, const void *b)
{
    const struct option *p = a, *o = b;

    if (p->score != o->score)
        return p->score > o->score ? -1 : 1;
    if (p->hold != o->hold)
        return p->hold < o->hold ? -1 : 1;
    if (p->count != o->count)
        return p->count < o->count ? -1 : 1;
    return p->other < o->other ? -1 : p->other > o->other;
}

/* Leases that are free and in parts, or less than the gang that they are used for; the fullest first. */
static size_t find_parts(struct rounder *q, struct option *v)
{
    size_t n = 0;

    whole_usable(q->m, q->x, q->usable);
    for (size_t k = 0; k < q->m->n_hold; k++) {
        const struct lp_hold *h = &q->m->hold[k];
        if (h->fixed || !is_free(q, h) || q->x[h->col] <= TOL_PRIMAL)
            continue;
        double x = q->x[h->col], up = round_count_up(q, h, x), gang = fmax(up, round_count_up(q, h, gang_count(q, h)));
        if (in_parts(q, h, x) || gang > up)
            v[n++] = (struct option){ k, gang > 0.0 ? x / gang : 0.0, up, gang, NONE, 0.0 };
    }
    qsort(v, n, sizeof *v, by_score);
    return n;
}

static strait_status try_count(strait_ctx *cx, struct rounder *q, const struct lp_hold *h, double count, double above, bool *ok)
{
    strait_status st;

    fix(q, h, count);
    round_bar_gangs(q);
    TRY(rounder_solve(cx, q, false, above, ok));
    if (!*ok && isinf(above) && !q->stopped)    /* the columns there may leave none */
        TRY(rounder_solve(cx, q, true, above, ok));
out:
    return st;
}

/* Little of a block: the other starts of its offer that have no more would only take its place, so they close with it. */
static void close_offer(struct rounder *q, const struct lp_hold *h)
{
    for (size_t k = 0; k < q->m->n_hold; k++) {
        const struct lp_hold *o = &q->m->hold[k];
        if (o->offer == h->offer && is_free(q, o) && q->m->lo[o->col] <= 0.0 && q->x[o->col] < LITTLE * round_count_up(q, o, q->x[o->col]))
            fix(q, o, 0.0);
    }
}

static void free_offer(struct rounder *q, const struct lp_hold *h, const bool *was_free)
{
    for (size_t k = 0; k < q->m->n_hold; k++)
        if (q->m->hold[k].offer == h->offer && was_free[k])
            set_free(q, &q->m->hold[k]);
}

/* What one lease may become, in the order in which to ask. */
struct asking { double count[3]; size_t n; double value, best; bool little; };

/* More of a lease costs its rent at most, so that less of it is worth no more than that. */
static struct asking ask(const struct rounder *q, const struct option *o)
{
    const struct lp_hold *h = &q->m->hold[o->hold];
    double v = q->x[h->col], less = round_count_down(q, h, v), gang = o->gang;
    struct asking a = { .value = INFINITY, .best = -1.0, .little = o->score < LITTLE && less <= 0.0 };

    if (v < WORTH_A_GANG * gang && o->score < SURE && less < v) {
        a.value = q->value + q->m->cost[h->col] * (gang - v);
        a.count[a.n++] = less;
    }
    a.count[a.n++] = gang;
    if (o->count < gang)
        a.count[a.n++] = o->count;
    if (a.count[0] != less && less != o->count && a.n < 3)
        a.count[a.n++] = less;
    return a;
}

/* Fix one lease as is cheapest. */
static strait_status fix_one(strait_ctx *cx, struct rounder *q, const struct option *o, bool *was_free, bool *ok)
{
    const struct lp_hold *h = &q->m->hold[o->hold];
    struct asking a = ask(q, o);
    strait_status st = STRAIT_OK;

    for (size_t k = 0; k < q->m->n_hold; k++)
        was_free[k] = is_free(q, &q->m->hold[k]);
    for (size_t i = 0; i < a.n && !q->stopped; i++) {
        bool closing = a.little && a.count[i] <= 0.0;
        if (a.best >= 0.0 && (a.little || (a.count[i] < o->count && o->score >= SURE)))
            continue;
        if (closing)
            close_offer(q, h);
        TRY(try_count(cx, q, h, a.count[i], a.best < 0.0 && i > 0 ? (double)INFINITY : a.value, ok));
        if (*ok) {
            rounder_accept(q);
            a.value = q->value;
            a.best = a.count[i];
        } else if (closing) {
            free_offer(q, h, was_free);
        }
    }
    *ok = a.best >= 0.0;
    if (*ok)
        fix(q, h, a.best);
    else
        free_offer(q, h, was_free);
    round_bar_gangs(q);
out:
    return st;
}

/*
 * Fix many at once: blocks as full as `full` up, those with as little as `little` closed with their offers.  Where that
 * leaves no answer, or costs more than what is closed would have, they are free again.  *ok: some were fixed.
 */
static strait_status fix_many(strait_ctx *cx, struct rounder *q, const struct option *v, size_t n, double full, double little, bool *was_free, bool *ok)
{
    double above = q->value;
    bool any = false, closed = false;
    strait_status st = STRAIT_OK;

    for (size_t k = 0; k < q->m->n_hold; k++)
        was_free[k] = is_free(q, &q->m->hold[k]);
    for (size_t i = 0; i < n; i++) {
        const struct lp_hold *h = &q->m->hold[v[i].hold];
        if (!is_free(q, h))
            continue;
        bool up = v[i].score >= full, close = !up && v[i].score < little;
        any = any || up || close;
        closed = closed || close;
        above += up || close ? q->m->cost[h->col] * fmax(0.0, v[i].gang - q->x[h->col]) : 0.0;
        if (up)
            fix(q, h, v[i].gang);
        if (close) {
            fix(q, h, round_count_down(q, h, q->x[h->col]));
            if (little <= LITTLE)
                close_offer(q, h);
        }
    }
    round_bar_gangs(q);
    *ok = false;
    if (!any)
        goto out;
    TRY(rounder_solve(cx, q, false, closed ? above : (double)INFINITY, ok));
    if (*ok)
        rounder_accept(q);
    for (size_t k = 0; k < q->m->n_hold && !*ok; k++)
        if (was_free[k])
            set_free(q, &q->m->hold[k]);
out:
    return st;
}

static void open_all(struct rounder *q)
{
    for (size_t i = 0; i < q->m->n_row; i++)
        q->open[i] = true;
}

static strait_status dive(strait_ctx *cx, struct rounder *q, struct option *v, bool *was_free, bool *ok)
{
    strait_status st = STRAIT_OK;
    bool opened = false, batches = true;
    size_t n;

    *ok = true;
    while (*ok && !q->stopped && (n = find_parts(q, v)) > 0) {
        bool late = engine_pivots(q->rounds->engine) - q->before > q->asking, many = false;
        if (batches)
            TRY(fix_many(cx, q, v, n, late ? v[n / 2].score : FULL, late ? v[n / 2].score : n > FEW ? LITTLE : 0.0, was_free, &many));
        if (many)
            continue;
        if (batches && !q->stopped && n > FEW)
            TRY(fix_many(cx, q, v, n, v[n / BATCH].score, 0.0, was_free, &many));
        if (many)
            continue;
        batches = batches && !late;
        TRY(fix_one(cx, q, &v[0], was_free, ok));
        if (!*ok && !opened && !q->stopped) {
            opened = *ok = true;
            open_all(q);
        }
    }
    *ok = *ok && !q->stopped;
out:
    return st;
}

/* Changes that may save: of a lease a block less, none at all, a block more; of two, one less and the other more. */
static size_t find_changes(struct rounder *q, struct option *v)
{
    size_t n = 0, n_pair;

    for (size_t k = 0; k < q->m->n_hold; k++) {
        const struct lp_hold *h = &q->m->hold[k];
        if (h->fixed || q->up[h->col] <= 0.0)
            continue;
        double now = q->m->up[h->col], d = rounder_reduced(q, h->col), more = round_count_up(q, h, now + block_of(q, h)), less = 0.0;
        if (now > 0.0)
            less = round_count_down(q, h, now - block_of(q, h));
        if (now > 0.0)
            v[n++] = (struct option){ k, d * now, 0.0, 0.0, NONE, 0.0 };
        if (less > 0.0)
            v[n++] = (struct option){ k, d * (now - less), less, less, NONE, 0.0 };
        if (more > now)
            v[n++] = (struct option){ k, -d * (more - now), more, more, NONE, 0.0 };
    }
    n_pair = q->m->n_hold <= MOST_PAIRED ? n : 0;
    for (size_t i = 0; i < n_pair; i++)         /* less of one for a block more of another */
        for (size_t j = 0; j < n_pair; j++)
            if (v[i].hold != v[j].hold && v[i].count < q->m->up[q->m->hold[v[i].hold].col] && v[j].count > q->m->up[q->m->hold[v[j].hold].col])
                v[n++] = (struct option){ v[i].hold, v[i].score + v[j].score, v[i].count, v[i].count, v[j].hold, v[j].count };
    qsort(v, n, sizeof *v, by_score);
    return n;
}

/* Take the first change that saves.  *better = false: none does. */
static strait_status change_one(strait_ctx *cx, struct rounder *q, struct option *v, size_t n, bool *better)
{
    strait_status st = STRAIT_OK;
    double worth = WORTH_A_TRY * fabs(q->value);

    *better = false;
    for (size_t i = 0; i < n && v[i].score > worth && !*better && rounder_may_spend(q); i++) {
        const struct lp_hold *h = &q->m->hold[v[i].hold];
        const struct lp_hold *o = v[i].other == NONE ? NULL : &q->m->hold[v[i].other];
        double was = q->m->up[h->col], other_was = o ? q->m->up[o->col] : 0.0;
        if (o)
            fix(q, o, v[i].other_count);
        TRY(try_count(cx, q, h, v[i].count, q->value - worth, better));
        if (*better) {
            rounder_accept(q);
            continue;
        }
        fix(q, h, was);
        if (o)
            fix(q, o, other_was);
        round_bar_gangs(q);
    }
out:
    return st;
}

static strait_status search(strait_ctx *cx, struct rounder *q, struct option *v)
{
    strait_status st = STRAIT_OK;
    bool better = true;

    while (better && rounder_may_spend(q))
        TRY(change_one(cx, q, v, find_changes(q, v), &better));
out:
    return st;
}

static void fix_all(struct rounder *q)
{
    for (size_t k = 0; k < q->m->n_hold; k++) {
        const struct lp_hold *h = &q->m->hold[k];
        double block = h->fixed ? 1.0 : block_of(q, h);
        if (!h->fixed)
            fix(q, h, floor(q->x[h->col] / block + 0.5) * block);
    }
    round_bar_gangs(q);
}

strait_status round_holds(strait_ctx *cx, struct rounder *q, bool *ok)
{
    strait_status st = STRAIT_OK;
    size_t n_hold = q->m->n_hold, n_pair = n_hold <= MOST_PAIRED ? 2 * n_hold * n_hold : 0;
    struct option *v = mem_calloc(3 * n_hold + n_pair + 1, sizeof *v);

    bool *was_free = mem_calloc(q->m->n_hold + 1, sizeof *was_free);

    if (!v || !was_free) {
        st = cx_nomem(cx);
        goto out;
    }
    TRY(dive(cx, q, v, was_free, ok));
    if (!*ok)
        TRY(round_coarsely(cx, q, ok));
    if (!*ok)
        goto out;
    fix_all(q);
    TRY(rounder_solve(cx, q, true, INFINITY, ok));
    while (!*ok && !q->stopped && rounder_release_ray(q) > 0)
        TRY(rounder_solve(cx, q, true, INFINITY, ok));
    if (!*ok)
        goto out;
    rounder_accept(q);
    q->budget += engine_pivots(q->rounds->engine) - q->before;
    TRY(search(cx, q, v));
    while (rounder_release_dear(q) > 0)
        TRY(rounder_follow(cx, q, ok));
out:
    mem_free(v);
    mem_free(was_free);
    return st;
}
