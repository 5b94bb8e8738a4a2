/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was decided before stands in the next program.  A column of work carries what it does, in the case's units, under
 * the names of workload, region, offers and segment; a signing under offer and start.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "base/vec.h"
#include "study/roll.h"

struct decision {
    enum col_family family;
    enum phase p, p2;
    int w, pair, o, o2, t;
    int64_t start;          /* of a signing */
    double amount;          /* accelerators; requests per hour */
};

static int compare(const struct decision *a, const struct decision *b)
{
    const int x[] = {(int)a->family, a->w, a->pair, a->o, a->o2, (int)a->p, (int)a->p2, a->t};
    const int y[] = {(int)b->family, b->w, b->pair, b->o, b->o2, (int)b->p, (int)b->p2, b->t};

    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return (a->start > b->start) - (a->start < b->start);
}

static int by_name(const void *a, const void *b) { return compare(a, b); }

static const struct decision *find(const struct decisions *d, const struct decision *key)
{
    return d->n ? bsearch(key, d->v, d->n, sizeof *d->v, by_name) : NULL;
}

/* Column k of a strip under its names; amount: of one unit. */
static struct decision named(const struct lp *m, const struct lp_strip *s, size_t k)
{
    struct decision d = {.family = s->family, .w = s->w, .pair = s->pair, .o = s->o, .o2 = s->o2, .p = s->p, .p2 = s->p2,
                         .t = s->t0 < 0 ? -1 : s->t0 + (int)k, .amount = 1.0};

    if (s->family == COL_HOLD)
        d.start = m->hold[s->hold].start;
    if (s->family == COL_ROUTE || s->family == COL_UNMET)
        d.amount = m->scale[s->w];
    return d;
}

/* Is it decided before `until`?  What a run leaves undone is not decided but what is left. */
static bool is_due(const struct lp *m, const struct lp_strip *s, size_t k, int64_t until)
{
    if (s->family == COL_HOLD)
        return m->hold[s->hold].sign_by < until;
    return s->t0 >= 0 && m->c->segment[(size_t)s->t0 + k].to <= until;
}

void decisions_free(struct decisions *d)
{
    mem_free(d->v);
    *d = (struct decisions){0, NULL};
}

/* Unmet work of less than the stages look at is none: what they close must stay closed. */
static bool is_nothing(const struct lp *m, const struct lp_strip *s, size_t j, double x)
{
    return x <= 0.0 || (s->family == COL_UNMET && x * m->cost[j] <= TOL_ZERO * m->money);
}

/**
 * Collect what x decides before a day.
 *
 * @param m      borrowed
 * @param x      n_col
 * @param until  INT64_MAX: all of it
 * @param out    owned by the caller, decisions_free; untouched on failure
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(columns + decisions log decisions).  Test: tests/unit/check_roll.c
 */
strait_status decisions_take(strait_ctx *cx, const struct lp *m, const double *x, int64_t until, struct decisions *out)
{
    VEC(struct decision) v = {0};
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < m->n_strip; i++) {
        const struct lp_strip *s = &m->strip[i];
        for (size_t k = 0; k < s->n; k++) {
            if (s->family == COL_CONST || !is_due(m, s, k, until) || is_nothing(m, s, s->col0 + k, x[s->col0 + k]))
                continue;
            struct decision d = named(m, s, k);
            d.amount *= x[s->col0 + k];
            TRY(VEC_PUSH(&v, d) == STRAIT_OK ? STRAIT_OK : cx_nomem(cx));
        }
    }
    if (v.n > 1)
        qsort(v.v, v.n, sizeof *v.v, by_name);
    *out = (struct decisions){v.n, v.v};
    return STRAIT_OK;
out:
    VEC_FREE(&v);
    return st;
}

double decisions_signed(const struct decisions *d, int offer, int64_t start)
{
    const struct decision key = {.family = COL_HOLD, .w = -1, .pair = -1, .o = offer, .o2 = -1, .t = -1, .start = start};
    const struct decision *found = find(d, &key);

    return found ? found->amount : 0.0;
}

/* ---- fixing ---- */

/* The decision that no column of m took over, in words. */
static strait_status tell_lost(strait_ctx *cx, struct lp *m, const struct decision *d, const char **lost)
{
    const strait_case *c = m->c;
    char date[24], text[300];

    date_format(d->t >= 0 ? c->segment[d->t].from : d->start, date);
    if (d->family == COL_HOLD)
        (void)snprintf(text, sizeof text, "%.6g accelerators of %s signed for %s", d->amount, c->offer.v[d->o].name, date);
    else
        (void)snprintf(text, sizeof text, "%s on %s in %s", c->workload.v[d->w].name, d->o < 0 ? "nothing" : c->offer.v[d->o].name, date);
    *lost = arena_strdup(m->arena, text);
    return *lost ? STRAIT_OK : cx_nomem(cx);
}

static strait_status fix_columns(strait_ctx *cx, struct lp *m, const struct decisions *d, int64_t until, bool holds, const char **lost)
{
    bool *taken = mem_calloc(d->n + 1, sizeof *taken);
    strait_status st = STRAIT_OK;

    if (!taken)
        return cx_nomem(cx);
    for (size_t i = 0; i < m->n_strip; i++) {
        const struct lp_strip *s = &m->strip[i];
        for (size_t k = 0; k < s->n; k++) {
            if (s->family == COL_CONST || (holds && s->family != COL_HOLD) || !is_due(m, s, k, until))
                continue;
            struct decision key = named(m, s, k);
            const struct decision *found = find(d, &key);
            m->lo[s->col0 + k] = m->up[s->col0 + k] = found ? found->amount / key.amount : 0.0;
            if (found)
                taken[found - d->v] = true;
        }
    }
    for (size_t i = 0; i < d->n && lost && !*lost; i++)
        if (!taken[i])
            TRY(tell_lost(cx, m, &d->v[i], lost));
out:
    mem_free(taken);
    return st;
}

/* What fixed columns put into each row, and whether others are left in it. */
struct rest { double *act; bool *some, *left; };

static void rest_end(struct rest *q)
{
    mem_free(q->act);
    mem_free(q->some);
    mem_free(q->left);
}

static strait_status sum_fixed(strait_ctx *cx, const struct lp *m, struct rest *q)
{
    int *row = mem_calloc(m->max_nnz, sizeof *row);
    double *val = mem_calloc(m->max_nnz, sizeof *val);
    bool good;

    q->act = mem_calloc(m->n_row, sizeof *q->act);
    q->some = mem_calloc(m->n_row, sizeof *q->some);
    q->left = mem_calloc(m->n_row, sizeof *q->left);
    good = row && val && q->act && q->some && q->left;
    for (size_t j = 0; good && j < m->n_col; j++) {
        bool fixed = m->lo[j] == m->up[j];
        size_t n = lp_column(m, j, row, val);
        for (size_t i = 0; i < n; i++) {
            q->act[row[i]] += fixed ? val[i] * m->lo[j] : 0.0;
            q->some[row[i]] = true;
            q->left[row[i]] = q->left[row[i]] || !fixed;
        }
    }
    mem_free(row);
    mem_free(val);
    return good ? STRAIT_OK : cx_nomem(cx);
}

static bool in_bucket(const struct lp *m, const struct lp_row *r, size_t t)
{
    switch (m->c->rule.v[r->rule].per) {
    case PER_PERIOD: return m->c->segment[t].period == (size_t)r->t;
    case PER_MONTH: return m->bucket_month[t] == r->t;
    default: return true;
    }
}

int64_t roll_row_end(const struct lp *m, const struct lp_row *r)
{
    int64_t end = INT64_MIN;

    if (r->family == ROW_PRIORITY)
        return INT64_MAX;
    if (r->family != ROW_LIMIT)
        return r->t >= 0 ? m->c->segment[r->t].to : m->c->workload.v[r->w].end;
    for (size_t t = 0; t < m->c->n_segment; t++)
        if (in_bucket(m, r, t))
            end = m->c->segment[t].to;
    return end;
}

/* How far `act` is outside of the row, relative as the certificate measures it. */
static double outside(const struct lp_row *r, double act)
{
    double size = r->family == ROW_DEMAND ? 0.0 : 1.0, worst = 0.0;

    if (!isinf(r->lo) && act < r->lo)
        worst = (r->lo - act) / (size + fabs(r->lo));
    if (!isinf(r->up) && act > r->up)
        worst = fmax(worst, (act - r->up) / (size + fabs(r->up)));
    return worst;
}

/*
 * A row of the past was held when it was planned: what limits say of money moves with what is believed of a horizon's work,
 * and cannot be undone.  Later ones in which all is fixed stand, unless they are off by rounding alone.  Work that is done
 * to the last digit but one leaves nothing to do, not less than nothing.
 */
static void settle_row(struct lp_row *r, bool past, double act, bool left)
{
    bool noise = outside(r, act) <= TOL_PRIMAL;

    if (!left && (past || noise)) {
        r->lo = -INFINITY;
        r->up = INFINITY;
    } else if (r->family == ROW_DEMAND && act > r->up && noise) {
        r->lo = r->up = act;
    }
}

strait_status decisions_fix(strait_ctx *cx, struct lp *m, const struct decisions *d, int64_t until, const char **lost)
{
    struct rest q = {NULL, NULL, NULL};
    strait_status st = STRAIT_OK;

    *lost = NULL;
    if (until <= m->c->settings.start)
        return STRAIT_OK;
    TRY(fix_columns(cx, m, d, until, false, lost));
    TRY(sum_fixed(cx, m, &q));
    for (size_t i = 0; i < m->n_row; i++)
        if (q.some[i])
            settle_row(&m->row[i], roll_row_end(m, &m->row[i]) <= until, q.act[i], q.left[i]);
out:
    rest_end(&q);
    return st;
}

strait_status decisions_fix_holds(strait_ctx *cx, struct lp *m, const struct decisions *d)
{
    return fix_columns(cx, m, d, INT64_MAX, true, NULL);
}
