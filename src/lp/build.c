/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lp_build: the stations in order, and what they share. */
#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "lp/build.h"

const char *const row_family_name[N_ROW_FAMILY] = {
    "demand", "parallel", "mean", "peak", "lease", "power", "installed", "limit", "priority"
};
const char *const col_family_name[N_COL_FAMILY] = { "run", "route", "unmet", "hold", "const" };

strait_status lp_push_row(struct lp_builder *b, struct lp_row row, int *index)
{
    if (b->rows.n >= INT_MAX - 1)
        return cx_fail(b->cx, STRAIT_EINPUT, "the program has more than %d rows", INT_MAX - 1);
    if (index)
        *index = (int)b->rows.n;
    if (row.family == ROW_LIMIT)
        b->m->rule_rows[row.rule]++;
    return VEC_PUSH(&b->rows, row) == STRAIT_OK ? STRAIT_OK : cx_nomem(b->cx);
}

strait_status lp_push_strips(struct lp_builder *b, struct lp_strip s, const bool *ok)
{
    size_t n = b->m->c->n_segment;

    for (size_t t = 0; t < n; t++) {
        if (!ok[t])
            continue;
        s.t0 = (int)t;
        for (s.n = 0; t < n && ok[t]; t++)
            s.n++;
        if (VEC_PUSH(&b->strips, s) != STRAIT_OK)
            return cx_nomem(b->cx);
    }
    return STRAIT_OK;
}

void lp_mask_rules(struct lp_builder *b, int w, int o, bool *ok)
{
    const strait_case *c = b->m->c;
    unsigned acts = acts_of(c, w, o);
    size_t n = c->n_segment;
    bool *was = b->barred;

    memcpy(was, ok, n * sizeof *ok);
    for (size_t i = 0; i < c->rule.n; i++) {
        const struct rule *r = &c->rule.v[i];
        if (!r->enabled || (r->effect != RULE_DENY && r->effect != RULE_REQUIRE) || !rule_applies(c, i, w, o, acts))
            continue;
        for (size_t t = 0; t < n; t++) {
            if (was[t] && rule_in_force(c, i, c->segment[t].from, c->segment[t].to)) {
                ok[t] = false;
                b->m->rule_barred[i]++;
            }
        }
    }
}

static int *new_map(struct lp *m, size_t n)
{
    int *v = arena_alloc(m->arena, n ? n : 1, sizeof *v);

    for (size_t i = 0; v && i < n; i++)
        v[i] = -1;
    return v;
}

static strait_status new_maps(strait_ctx *cx, struct lp *m)
{
    const strait_case *c = m->c;
    size_t T = c->n_segment;

    m->row_demand = new_map(m, c->timeline->n_pair * T);
    m->row_run = new_map(m, c->workload.n);
    m->row_parallel = new_map(m, c->workload.n * T);
    m->row_mean = new_map(m, c->offer.n * T);
    m->row_peak = new_map(m, c->offer.n * T);
    m->row_lease = new_map(m, c->offer.n * T);
    m->row_power = new_map(m, c->site.n * T);
    m->row_installed = new_map(m, c->site.n * T);
    m->row_priority = new_map(m, c->workload.n);
    m->bucket_month = new_map(m, T);
    m->scale = arena_alloc(m->arena, c->workload.n, sizeof *m->scale);
    m->rule_barred = arena_alloc(m->arena, c->rule.n + 1, sizeof *m->rule_barred);
    m->rule_rows = arena_alloc(m->arena, c->rule.n + 1, sizeof *m->rule_rows);
    if (!m->row_demand || !m->row_run || !m->row_parallel || !m->row_mean || !m->row_peak || !m->row_lease || !m->row_power
        || !m->row_installed || !m->row_priority || !m->bucket_month || !m->scale || !m->rule_barred || !m->rule_rows)
        return cx_nomem(cx);
    return STRAIT_OK;
}

/* First instant of a date's calendar month. */
static int64_t month_start(int64_t date)
{
    char text[24];
    int64_t start = date;

    date_format(date, text);
    text[8] = '0';
    text[9] = '1';
    text[10] = '\0';
    (void)date_parse(text, &start);
    return start;
}

/* Calendar months of the horizon, counted from 0; a segment belongs to the month of its middle. */
static void number_months(struct lp *m)
{
    const strait_case *c = m->c;
    int64_t first = month_start(c->segment[0].from);
    int month = 0;

    for (size_t t = 0; t < c->n_segment; t++) {
        int64_t mid = c->segment[t].from + (c->segment[t].to - c->segment[t].from) / 2;
        while (date_add_months(first, month + 1) <= mid)
            month++;
        m->bucket_month[t] = month;
    }
    m->n_month = (size_t)month + 1;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Work that nothing can run is measured by its own size, so that its demand row asks for about 1. */
static double own_scale(const strait_case *c, size_t w)
{
    const struct workload *v = &c->workload.v[w];
    double most = v->task == TASK_BATCH ? v->requests : v->task == TASK_SERVICE ? 0.0 : v->tokens;

    for (size_t i = 0; i < c->timeline->n_pair && v->task == TASK_SERVICE; i++)
        for (size_t t = 0; t < c->n_segment && c->timeline->pair[i].workload == (int)w; t++)
            most = fmax(most, c->timeline->pair[i].requests[t] / c->segment[t].hours);
    return most > 0.0 ? most : 1.0;
}

/* Median rate over the offers that can run the workload, so that demand rows have coefficients near 1. */
static strait_status set_scales(strait_ctx *cx, struct lp *m)
{
    const strait_case *c = m->c;
    double mean_h = 0.0, *v = mem_calloc(c->offer.n * N_PHASE + 1, sizeof *v);

    if (!v)
        return cx_nomem(cx);
    for (size_t t = 0; t < c->n_segment; t++)
        mean_h += c->segment[t].hours / (double)c->n_segment;
    for (size_t w = 0; w < c->workload.n; w++) {
        size_t n = 0;
        for (size_t o = 0; o < c->offer.n; o++)
            for (int p = 0; p < N_PHASE; p++)
                if (rate_at(m->rates, (int)w, (int)o, (enum phase)p)->per_accel_h > 0.0)
                    v[n++] = rate_at(m->rates, (int)w, (int)o, (enum phase)p)->per_accel_h;
        qsort(v, n, sizeof *v, by_value);
        m->scale[w] = n ? v[n / 2] : own_scale(c, w);
        if (n && c->workload.v[w].task != TASK_SERVICE)
            m->scale[w] *= mean_h;
    }
    mem_free(v);
    return STRAIT_OK;
}

static void number_columns(struct lp *m)
{
    m->n_col = 0;
    for (size_t i = 0; i < m->n_strip; i++) {
        m->strip[i].col0 = m->n_col;
        m->n_col += m->strip[i].n;
    }
}

static strait_status finish_columns(struct lp_builder *b)
{
    struct lp *m = b->m;

    number_columns(m);
    if (m->n_col >= INT_MAX - 1)
        return cx_fail(b->cx, STRAIT_EINPUT, "the program has more than %d columns", INT_MAX - 1);
    m->col_const = m->n_col - 1;
    m->cost = mem_calloc(m->n_col, sizeof *m->cost);
    m->lo = mem_calloc(m->n_col, sizeof *m->lo);
    m->up = mem_calloc(m->n_col, sizeof *m->up);
    if (!m->cost || !m->lo || !m->up)
        return cx_nomem(b->cx);
    for (size_t j = 0; j < m->n_col; j++)
        m->up[j] = INFINITY;
    m->lo[m->col_const] = m->up[m->col_const] = 1.0;
    for (size_t i = 0; i < m->n_strip; i++) {
        if (m->strip[i].family == COL_HOLD) {
            struct lp_hold *h = &m->hold[m->strip[i].hold];
            h->col = m->strip[i].col0;
            m->up[h->col] = lp_hold_most(m, h);
        }
    }
    return lp_price_columns(b);
}

static void give_up_builder(struct lp_builder *b)
{
    VEC_FREE(&b->rows);
    VEC_FREE(&b->strips);
    VEC_FREE(&b->holds);
    VEC_FREE(&b->limits);
    VEC_FREE(&b->refs);
    mem_free(b->open);
    mem_free(b->used);
    mem_free(b->barred);
}

/* The model takes the arrays over; until then the builder owns them. */
static void hand_over_columns(struct lp_builder *b)
{
    struct lp *m = b->m;

    m->strip = b->strips.v;
    m->n_strip = b->strips.n;
    m->hold = b->holds.v;
    m->n_hold = b->holds.n;
    m->limit = b->limits.v;
    m->n_limit = b->limits.n;
    m->limit_ref = b->refs.v;
    m->n_limit_ref = b->refs.n;
    memset(&b->strips, 0, sizeof b->strips);
    memset(&b->holds, 0, sizeof b->holds);
    memset(&b->limits, 0, sizeof b->limits);
    memset(&b->refs, 0, sizeof b->refs);
}

strait_status lp_build(strait_ctx *cx, const strait_case *c, const struct rates *r, const struct costs *k, struct lp **out)
{
    strait_status st = STRAIT_OK;
    struct lp_builder b = { .cx = cx };
    struct lp *m = mem_calloc(1, sizeof *m);

    if (!m || !(m->arena = arena_new())) {
        mem_free(m);
        return cx_nomem(cx);
    }
    m->c = c;
    m->rates = r;
    m->costs = k;
    b.m = m;
    b.open = mem_calloc(c->offer.n * c->n_segment, sizeof *b.open);
    b.used = mem_calloc(c->offer.n * c->n_segment, sizeof *b.used);
    b.barred = mem_calloc(c->n_segment, sizeof *b.barred);
    if (!b.open || !b.used || !b.barred) {
        st = cx_nomem(cx);
        goto out;
    }
    TRY(new_maps(cx, m));
    number_months(m);
    TRY(set_scales(cx, m));
    TRY(lp_add_holds(&b));
    TRY(lp_add_runs(&b));
    TRY(lp_add_routes(&b));
    TRY(lp_add_unmet(&b));
    TRY(lp_add_hold_columns(&b));
    TRY(lp_add_limits(&b));
    hand_over_columns(&b);
    TRY(finish_columns(&b));
    TRY(lp_add_work_rows(&b));
    TRY(lp_add_place_rows(&b));
    TRY(lp_add_limit_rows(&b));
    m->row = b.rows.v;
    m->n_row = b.rows.n;
    memset(&b.rows, 0, sizeof b.rows);
    m->max_nnz = 8 + 5 * c->n_segment + m->n_limit * (c->n_segment + 1);   /* a hold: five rows of places a segment */
    *out = m;
    m = NULL;
out:
    give_up_builder(&b);
    lp_free(m);
    return st;
}

void lp_free(struct lp *m)
{
    if (!m)
        return;
    lp_forget_columns(m);
    mem_free(m->row);
    mem_free(m->cost);
    mem_free(m->lo);
    mem_free(m->up);
    mem_free(m->strip);
    mem_free(m->hold);
    mem_free(m->limit);
    mem_free(m->limit_ref);
    arena_free(m->arena);
    mem_free(m);
}
