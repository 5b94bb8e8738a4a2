/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The column source: one column at a time, from rates, prices and row maps; small programs may keep what was computed. */
#include <assert.h>
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "lp/lp.h"
#include "lp/build.h"

/* Columns of a program that may be kept: some 25 MB. */
#define KEPT_MOST 250000

struct entries { int *row; double *val; size_t n; };

/* Append, merging with an entry of the same row (a route whose two phases meet on one offer). */
static void put(struct entries *e, int row, double val)
{
    if (row < 0 || val == 0.0)
        return;
    for (size_t i = 0; i < e->n; i++) {
        if (e->row[i] == row) {
            e->val[i] += val;
            return;
        }
    }
    e->row[e->n] = row;
    e->val[e->n++] = val;
}

static size_t at(const struct lp *m, int i, int t) { return (size_t)i * m->c->n_segment + (size_t)t; }

static double kw_use(const struct lp *m, const struct lp_strip *s, int which)
{
    int o = which == 0 ? s->o : s->o2;
    enum phase p = which == 0 ? s->p : s->p2;

    return m->costs->kwh_use[((size_t)s->w * m->costs->n_offer + (size_t)o) * N_PHASE + (size_t)p];
}

/* Capacity, power and installed rows of the use of one offer by `accel` accelerators on average. */
static void put_use(const struct lp *m, const struct lp_strip *s, int t, int which, struct entries *e)
{
    double accel = lp_hours(m, s, t, which) / m->c->segment[t].hours;
    int o = which == 0 ? s->o : s->o2;
    const struct offer *f = &m->c->offer.v[o];

    if (accel <= 0.0)
        return;
    put(e, m->row_mean[at(m, o, t)], accel);
    put(e, m->row_peak[at(m, o, t)], accel * lp_peak_factor(m, s, t));
    put(e, m->row_power[at(m, f->site, t)], accel * kw_use(m, s, which));
    if (lp_is_rented(m->c, o))
        put(e, m->row_installed[at(m, f->site, t)], accel * m->c->accelerator.v[f->accelerator].rated_power / 1000.0);
}

static void put_limits(const struct lp *m, const struct lp_strip *s, int t, struct entries *e)
{
    for (uint32_t i = s->limit0; i < s->limit0 + s->n_limit; i++) {
        const struct lp_limit_ref *ref = &m->limit_ref[i];
        const struct lp_limit *l = &m->limit[ref->limit];
        int row = lp_limit_row(m, l, t);
        if (row >= 0)
            put(e, row, l->scale * lp_limit_use(m, l, ref, s, t));
    }
}

static void hold_column(const struct lp *m, const struct lp_strip *s, struct entries *e)
{
    const struct lp_hold *h = &m->hold[s->hold];
    const struct offer *f = &m->c->offer.v[h->offer];
    double rated_kw = m->c->accelerator.v[f->accelerator].rated_power / 1000.0;

    for (int t = 0; t < (int)m->c->n_segment; t++) {
        if (lp_hold_active(m, h, t) <= 0.0)
            continue;
        put(e, m->row_mean[at(m, h->offer, t)], -(1.0 - f->spare));
        put(e, m->row_peak[at(m, h->offer, t)], -(1.0 - f->spare));
        put(e, m->row_lease[at(m, h->offer, t)], 1.0);
        put(e, m->row_power[at(m, f->site, t)], m->costs->kwh_idle[h->offer]);
        put(e, m->row_installed[at(m, f->site, t)], rated_kw);
        for (uint32_t i = s->limit0; i < s->limit0 + s->n_limit; i++) {
            const struct lp_limit *l = &m->limit[m->limit_ref[i].limit];
            int row = lp_limit_row(m, l, t);
            if (row >= 0)
                put(e, row, l->scale * lp_limit_hold(m, l, h, t));
        }
    }
}

/* Entries may have cancelled (a share's numerator against its base). */
static size_t drop_zeros(struct entries *e)
{
    size_t n = 0;

    for (size_t i = 0; i < e->n; i++) {
        if (e->val[i] != 0.0) {
            e->row[n] = e->row[i];
            e->val[n++] = e->val[i];
        }
    }
    return n;
}

static size_t compute(const struct lp *m, size_t j, int *row, double *val)
{
    struct entries e = { row, val, 0 };
    int t;
    const struct lp_strip *s = lp_strip_of(m, j, &t);

    switch (s->family) {
    case COL_RUN:
        put(&e, m->row_run[s->w], lp_work(m, s, t) / m->scale[s->w]);
        put(&e, m->row_parallel[at(m, s->w, t)], 1.0);
        put_use(m, s, t, 0, &e);
        put_limits(m, s, t, &e);
        break;
    case COL_ROUTE:
        put(&e, m->row_demand[at(m, s->pair, t)], 1.0);
        put_use(m, s, t, 0, &e);
        put_use(m, s, t, 1, &e);
        put_limits(m, s, t, &e);
        break;
    case COL_UNMET:
        put(&e, s->pair < 0 ? m->row_run[s->w] : m->row_demand[at(m, s->pair, t)], 1.0);
        if (m->row_priority[s->w] >= 0)
            put(&e, m->row_priority[s->w], lp_penalty(m, s, t) * m->row[m->row_priority[s->w]].scale);
        break;
    case COL_HOLD: hold_column(m, s, &e); break;
    case COL_CONST: case N_COL_FAMILY: break;
    }
    assert(e.n <= m->max_nnz);
    return drop_zeros(&e);
}

size_t lp_column(const struct lp *m, size_t j, int *row, double *val)
{
    const struct lp_kept *k = &m->kept;

    if (!k->at)
        return compute(m, j, row, val);
    size_t n = k->at[j + 1] - k->at[j];
    memcpy(row, k->row + k->at[j], n * sizeof *row);
    memcpy(val, k->val + k->at[j], n * sizeof *val);
    return n;
}

/* Room for at least `least` entries. */
static bool grow(struct lp_kept *k, size_t *room, size_t least)
{
    if (least <= *room)
        return true;
    *room = 2 * least;
    int *row = mem_realloc(k->row, *room, sizeof *row);
    if (row)
        k->row = row;
    double *val = mem_realloc(k->val, *room, sizeof *val);
    if (val)
        k->val = val;
    return row && val;
}

void lp_forget_columns(struct lp *m)
{
    mem_free(m->kept.at);
    mem_free(m->kept.row);
    mem_free(m->kept.val);
    m->kept = (struct lp_kept){0};
}

strait_status lp_keep_columns(strait_ctx *cx, struct lp *m)
{
    struct lp_kept *k = &m->kept;
    size_t room = 0, n = 0, *at;

    if (k->at || m->n_col > KEPT_MOST)
        return STRAIT_OK;
    at = mem_calloc(m->n_col + 1, sizeof *at);
    for (size_t j = 0; at && j < m->n_col; j++) {
        if (!grow(k, &room, n + m->max_nnz)) {
            mem_free(at);
            at = NULL;
            break;
        }
        at[j + 1] = n += compute(m, j, k->row + n, k->val + n);
    }
    k->at = at;
    if (!at)
        lp_forget_columns(m);
    return at ? STRAIT_OK : cx_nomem(cx);
}

double lp_row_unit(const struct lp_row *r)
{
    return r->family == ROW_DEMAND && r->up > 0.0 && r->up < 1.0 ? r->up : 1.0;
}

/* A row that is not there has no unit: it is for the engine to refuse. */
static double unit_of(const struct lp *m, int row) { return row >= 0 && (size_t)row < m->n_row ? lp_row_unit(&m->row[row]) : 1.0; }

size_t lp_scaled_column(const struct lp *m, size_t j, int *row, double *val, double *unit)
{
    size_t n = lp_column(m, j, row, val);

    *unit = 1.0;
    for (size_t i = 0; i < n; i++)
        *unit = fmin(*unit, unit_of(m, row[i]));
    for (size_t i = 0; i < n; i++)
        val[i] *= *unit / unit_of(m, row[i]);
    return n;
}

const struct lp_strip *lp_strip_of(const struct lp *m, size_t j, int *t)
{
    size_t lo = 0, hi = m->n_strip;

    assert(j < m->n_col);
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (m->strip[mid].col0 <= j) lo = mid; else hi = mid;
    }
    *t = m->strip[lo].t0 < 0 ? -1 : m->strip[lo].t0 + (int)(j - m->strip[lo].col0);
    return &m->strip[lo];
}
