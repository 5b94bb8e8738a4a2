/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of work (demand, parallel, priority) and of places (mean, peak, lease, power, installed). */
#include <math.h>
#include "lp/build.h"

static const struct lp_row blank = { .w = -1, .pair = -1, .place = -1, .t = -1, .rule = -1, .lo = -INFINITY, .up = INFINITY, .scale = 1.0 };

static strait_status add_demand(struct lp_builder *b)
{
    struct lp *m = b->m;
    const strait_case *c = m->c;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->timeline->n_pair; i++) {
        const struct demand_pair *d = &c->timeline->pair[i];
        for (size_t t = 0; t < c->n_segment; t++) {
            struct lp_row r = blank;
            if (d->requests[t] <= 0.0)
                continue;
            r.family = ROW_DEMAND;
            r.w = d->workload;
            r.pair = (int)i;
            r.t = (int)t;
            r.scale = 1.0 / (m->scale[r.w] * c->segment[t].hours);
            r.lo = r.up = d->requests[t] * r.scale;
            TRY(lp_push_row(b, r, &m->row_demand[i * c->n_segment + t]));
        }
    }
out:
    return st;
}

static strait_status add_run(struct lp_builder *b, int w)
{
    struct lp *m = b->m;
    const strait_case *c = m->c;
    const struct workload *v = &c->workload.v[w];
    strait_status st = STRAIT_OK;
    struct lp_row r = blank;

    r.family = ROW_DEMAND;
    r.w = w;
    r.scale = 1.0 / m->scale[w];
    r.lo = r.up = (v->task == TASK_BATCH ? v->requests : v->tokens) * r.scale;
    TRY(lp_push_row(b, r, &m->row_run[w]));
    for (size_t t = 0; t < c->n_segment && v->max_parallel != INT64_MIN; t++) {
        struct lp_row q = blank;
        if (!segment_inside(c, t, v->start, v->end))
            continue;
        q.family = ROW_PARALLEL;
        q.w = w;
        q.t = (int)t;
        q.up = (double)v->max_parallel;
        TRY(lp_push_row(b, q, &m->row_parallel[(size_t)w * c->n_segment + t]));
    }
out:
    return st;
}

/* Largest penalty of any unmet column of a class, so that its row can be scaled to about 1. */
static double class_penalty(const struct lp *m, int64_t class)
{
    double most = 0.0;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; s->family == COL_UNMET && m->c->workload.v[s->w].priority == class && i < s->n; i++)
            most = fmax(most, lp_penalty(m, s, s->t0 < 0 ? -1 : s->t0 + (int)i));
    }
    return most > 0.0 ? most : 1.0;
}

/* One free row per priority class but the last; a stage closes it (solve/stages.c). */
static strait_status add_priorities(struct lp_builder *b)
{
    struct lp *m = b->m;
    const strait_case *c = m->c;
    strait_status st = STRAIT_OK;
    int64_t last = 0;

    for (size_t w = 0; w < c->workload.n; w++)
        if (!isnan(c->workload.v[w].penalty) && c->workload.v[w].priority > last)
            last = c->workload.v[w].priority;
    for (int64_t class = 1; class < last; class++) {
        struct lp_row r = blank;
        int row = -1;
        r.family = ROW_PRIORITY;
        r.rule = (int)class;
        r.scale = 1.0 / class_penalty(m, class);
        for (size_t w = 0; w < c->workload.n; w++) {
            if (isnan(c->workload.v[w].penalty) || c->workload.v[w].priority != class)
                continue;
            if (row < 0)
                TRY(lp_push_row(b, r, &row));
            m->row_priority[w] = row;
        }
    }
out:
    return st;
}

strait_status lp_add_work_rows(struct lp_builder *b)
{
    strait_status st = STRAIT_OK;

    TRY(add_demand(b));
    for (int w = 0; w < (int)b->m->c->workload.n; w++)
        if (b->m->c->workload.v[w].task != TASK_SERVICE)
            TRY(add_run(b, w));
    TRY(add_priorities(b));
out:
    return st;
}

/*
 * Mean and peak rows.  Where no interruptible work can go, every column stands in the peak row with a factor of at least
 * 1 and against no more capacity, so the mean row says nothing and is left out; the peak row is left out where only
 * interruptible work can go.
 */
static strait_status add_capacity(struct lp_builder *b, int o, size_t t)
{
    struct lp *m = b->m;
    const strait_case *c = m->c;
    strait_status st = STRAIT_OK;
    size_t i = (size_t)o * c->n_segment + t;
    struct lp_row r = blank;

    r.place = o;
    r.t = (int)t;
    if (b->used[i] & 1) {
        r.family = ROW_MEAN;
        r.up = (1.0 - c->offer.v[o].spare) * (c->timeline->avail_mean[i] - lp_given_back(m, o, (int)t));
        TRY(lp_push_row(b, r, &m->row_mean[i]));
    }
    if (b->used[i] & 2) {
        r.family = ROW_PEAK;
        r.up = (1.0 - c->offer.v[o].spare) * (c->timeline->avail_min[i] - lp_given_back(m, o, (int)t));
        TRY(lp_push_row(b, r, &m->row_peak[i]));
    }
out:
    return st;
}

/* A lease row is needed only where a lease can start or the maximum falls: in between, what is active only shrinks. */
static bool lease_row_binds(const struct lp *m, int o, size_t t)
{
    const strait_case *c = m->c;
    size_t i = (size_t)o * c->n_segment + t;
    bool active = false, starts = false;

    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        if (h->offer != o || h->fixed || lp_hold_active(m, h, (int)t) <= 0.0)
            continue;
        active = true;
        starts = starts || h->start == c->segment[t].from;
    }
    if (!active || isinf(c->timeline->cap_active[i]))
        return false;
    return starts || t == 0 || lp_lease_left(m, o, (int)t) < lp_lease_left(m, o, (int)t - 1);
}

static strait_status add_lease(struct lp_builder *b, int o, size_t t)
{
    struct lp *m = b->m;
    size_t i = (size_t)o * m->c->n_segment + t;
    struct lp_row r = blank;

    if (m->c->offer.v[o].contract != CONTRACT_LEASE || !lease_row_binds(m, o, t))
        return STRAIT_OK;
    r.family = ROW_LEASE;
    r.place = o;
    r.t = (int)t;
    r.up = lp_lease_left(m, o, (int)t);
    return lp_push_row(b, r, &m->row_lease[i]);
}

/* Idle power (which = 0) or rated power (1) in kW of what the site holds already, in a segment. */
static double fixed_kw(const struct lp *m, int site, size_t t, int which)
{
    double sum = 0.0;

    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        const struct offer *f = &m->c->offer.v[h->offer];
        if (h->fixed && f->site == site)
            sum += lp_hold_active(m, h, (int)t)
                 * (which == 0 ? m->costs->kwh_idle[h->offer] : m->c->accelerator.v[f->accelerator].rated_power / 1000.0);
    }
    return sum;
}

static strait_status add_site(struct lp_builder *b, int site, size_t t)
{
    struct lp *m = b->m;
    strait_status st = STRAIT_OK;
    double cap = m->c->timeline->power_cap[(size_t)site * m->c->n_segment + t];
    double installed = m->c->site.v[site].installed_limit;
    struct lp_row r = blank;

    r.place = site;
    r.t = (int)t;
    if (!isinf(cap)) {
        r.family = ROW_POWER;
        r.up = cap / 1000.0 - fixed_kw(m, site, t, 0);
        TRY(lp_push_row(b, r, &m->row_power[(size_t)site * m->c->n_segment + t]));
    }
    if (!isnan(installed)) {
        r.family = ROW_INSTALLED;
        r.up = installed / 1000.0 - fixed_kw(m, site, t, 1);
        TRY(lp_push_row(b, r, &m->row_installed[(size_t)site * m->c->n_segment + t]));
    }
out:
    return st;
}

strait_status lp_add_place_rows(struct lp_builder *b)
{
    const strait_case *c = b->m->c;
    strait_status st = STRAIT_OK;

    for (int o = 0; o < (int)c->offer.n; o++) {
        for (size_t t = 0; t < c->n_segment; t++) {
            TRY(add_capacity(b, o, t));
            TRY(add_lease(b, o, t));
        }
    }
    for (int s = 0; s < (int)c->site.n; s++)
        for (size_t t = 0; t < c->n_segment; t++)
            TRY(add_site(b, s, t));
out:
    return st;
}
