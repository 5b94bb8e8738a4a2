/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaving out: a model, a source or an accelerator at a time; the bars that follow. */
#include "calibrate/cross.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const way_name[N_WAY] = { "fitted", "model", "source", "accelerator", "baseline" };

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double quantile(double *v, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t i = (size_t)at;

    if (n == 0)
        return REAL_NONE;
    qsort(v, n, sizeof *v, by_size);
    return i + 1 < n ? v[i] + (at - (double)i) * (v[i + 1] - v[i]) : v[n - 1];
}

strait_status errors_new(strait_ctx *cx, size_t n, struct errors **out)
{
    struct errors *e = mem_calloc(1, sizeof *e);

    if (e == NULL)
        return cx_nomem(cx);
    e->n = n;
    for (int w = 0; w < N_WAY; w++) {
        e->ln[w] = mem_calloc(n, sizeof(double));
        if (e->ln[w] == NULL) {
            errors_free(e);
            return cx_nomem(cx);
        }
    }
    *out = e;
    return STRAIT_OK;
}

void errors_free(struct errors *e)
{
    for (int w = 0; e != NULL && w < N_WAY; w++)
        mem_free(e->ln[w]);
    mem_free(e);
}

/* What rows are grouped by when they are left out. */
static const char *key_of(const struct point *p, enum way w)
{
    return w == WAY_MODEL ? p->model : w == WAY_SOURCE ? p->source : p->chip_name;
}

static bool same_group(const struct point *a, const struct point *b, enum way w)
{
    return strcmp(key_of(a, w), key_of(b, w)) == 0;
}

static const struct point *row_of(const struct fit *f, size_t i)
{
    return &f->set->row.v[f->row[i]];
}

/* The first row of its group? */
static bool leads(const struct fit *f, size_t i, enum way w)
{
    for (size_t k = 0; k < i; k++)
        if (same_group(row_of(f, k), row_of(f, i), w))
            return false;
    return true;
}

static strait_status leave_out(struct fit *f, const struct params *p, size_t lead, enum way w, bool *skip, struct errors *e)
{
    struct params q;
    strait_status st;

    for (size_t i = 0; i < f->n_row; i++)
        skip[i] = same_group(row_of(f, i), row_of(f, lead), w);
    st = fit_without(f, p, skip, &q);
    for (size_t i = 0; st == STRAIT_OK && i < f->n_row; i++)
        if (skip[i])
            e->ln[w][f->row[i]] = log(point_predict(&q, row_of(f, i)) / row_of(f, i)->measured);
    return st;
}

/**
 * Errors of each row of a fit as fitted, and predicted without its model, its source, its accelerator.
 *
 * @param f  after fit_solve, p its solution
 * @param e  written for the fit's rows
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(groups * rows * parameters^2).  Test: tests/unit/check_calibrate.c
 */
strait_status cross_validate(strait_ctx *cx, struct fit *f, const struct params *p, struct errors *e)
{
    bool *skip = mem_calloc(f->n_row, sizeof *skip);
    strait_status st = skip == NULL ? STRAIT_ENOMEM : STRAIT_OK;

    TRY(st);
    for (size_t i = 0; i < f->n_row; i++)
        e->ln[WAY_FITTED][f->row[i]] = f->residual[i];
    for (int w = WAY_MODEL; w <= WAY_ACCELERATOR; w++)
        for (size_t i = 0; i < f->n_row; i++)
            if (leads(f, i, (enum way)w))
                TRY(leave_out(f, p, i, (enum way)w, skip, e));
out:
    mem_free(skip);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

/* ---- the baseline: all of peak or bandwidth, times one constant a phase ---- */

/* Rate at full peak and full bandwidth: FLOP of parameters over peak; weights and cache once a step over bandwidth. */
static double ideal(const struct point *p)
{
    double active = model_active(&p->m), peak = chip_peak(&p->a, p->training ? p->train.precision : p->serve.precision);
    double prompt = p->serve.input_len * 2 * active / peak / p->y.n, out = p->serve.output_len, bytes, step;

    if (p->training)
        return peak / (p->train.flop_per_param * active);
    if (p->phase == PHASE_PREFILL)
        return peak / (2 * active);
    bytes = p->serve.weight_bytes * (model_is_moe(&p->m) ? model_total(&p->m) : active) +
            p->batch * (p->serve.input_len + out / 2) * model_kv_bytes(&p->m);
    step = bytes / (p->y.n * p->a.memory_bandwidth * 1e9);
    if (p->phase == PHASE_DECODE)
        return p->batch / step / p->y.n;
    return p->counted * p->batch * out / (out * step + p->batch * prompt) / p->y.n;
}

/* The median of published over ideal of the phase's rows of other models. */
static double constant_without(const struct set *s, const struct point *p, double *v)
{
    size_t n = 0;

    for (size_t i = 0; i < s->row.n; i++) {
        const struct point *q = &s->row.v[i];

        if (q->phase == p->phase && !q->weak && !same_group(p, q, WAY_MODEL))
            v[n++] = q->measured / ideal(q);
    }
    return n > 0 ? quantile(v, n, 0.5) : 1;
}

/**
 * What a reader would do without a model: one share of peak (training, prompts) or of bandwidth (decoding) a phase, the
 * median of the rows of all other models.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(rows^2 log rows).  Test: tests/unit/check_calibrate.c
 */
strait_status cross_baseline(strait_ctx *cx, const struct set *s, struct errors *e)
{
    double *v = mem_calloc(s->row.n, sizeof *v);
    const char *last = "";
    double constant = 1;
    enum phase phase = N_PHASE;

    if (v == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < s->row.n; i++) {
        const struct point *p = &s->row.v[i];

        if (p->phase != phase || strcmp(p->model, last) != 0)
            constant = constant_without(s, p, v);
        phase = p->phase;
        last = p->model;
        e->ln[WAY_BASELINE][i] = log(constant * ideal(p) / p->measured);
    }
    mem_free(v);
    return STRAIT_OK;
}

/* ---- bars ---- */

#define DRAWN 15.0          /* rows by which a family's bar is drawn to its phase's */

/* A bar is of a phase, dense or mixture, and a family; -1: any. */
struct group { enum phase phase; int moe, family; };

static bool in_group(const struct point *p, const struct group *g)
{
    return !p->weak && p->phase == g->phase && (g->moe < 0 || model_is_moe(&p->m) == (g->moe > 0)) &&
           (g->family < 0 || family_of(p->a.family).index == g->family);
}

/* The larger of the errors without model and without source: a plan meets both a new model and a new site. */
static size_t collect(const struct set *s, const struct errors *e, const struct group *g, double *v)
{
    size_t n = 0;

    for (size_t i = 0; i < s->row.n; i++)
        if (in_group(&s->row.v[i], g)) {
            v[n++] = fabs(e->ln[WAY_MODEL][i]);
            v[n++] = fabs(e->ln[WAY_SOURCE][i]);
        }
    return n;
}

static void bars_of_phase(const struct set *s, const struct errors *e, enum phase phase, double *v, struct params *p)
{
    struct group all = { phase, -1, -1 };
    size_t n = collect(s, e, &all, v);
    double whole = n > 0 ? quantile(v, n, 0.8) : 1;

    for (int moe = 0; moe < 2; moe++) {
        struct group kind = { phase, moe, -1 };
        double rows = (double)(n = collect(s, e, &kind, v)) / 2;
        double of_kind = n > 0 ? (rows * quantile(v, n, 0.8) + DRAWN * whole) / (rows + DRAWN) : whole;

        p->bar[phase][moe][N_FAMILY] = of_kind / BAR_80;
        for (int f = 0; f < N_FAMILY; f++) {
            struct group one = { phase, moe, f };

            rows = (double)(n = collect(s, e, &one, v)) / 2;
            p->bar[phase][moe][f] = (n > 0 ? (rows * quantile(v, n, 0.8) + DRAWN * of_kind) / (rows + DRAWN) : of_kind) / BAR_80;
        }
    }
}

static void widen(double *least, double *most, double v)
{
    *least = *most > 0 ? fmin(*least, v) : v;
    *most = fmax(*most, v);
}

static void ranges(const struct set *s, struct params *p)
{
    memset(p->range, 0, sizeof p->range);
    for (size_t i = 0; i < s->row.n; i++) {
        const struct point *q = &s->row.v[i];
        double context = q->training ? q->train.context : q->serve.input_len + q->serve.output_len;

        if (q->weak)
            continue;
        widen(&p->range[q->phase][RANGE_ACTIVE].least, &p->range[q->phase][RANGE_ACTIVE].most, q->m.active_params);
        widen(&p->range[q->phase][RANGE_CONTEXT].least, &p->range[q->phase][RANGE_CONTEXT].most, context);
    }
}

/**
 * Bars: the 80 % point of the errors of left-out rows over 1.28, by phase, kind and family, drawn to the phase's where rows
 * are few; and the ranges of the rows.
 *
 * @param p  gains bar and range
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(families * rows log rows).  Test: tests/unit/check_calibrate.c
 */
strait_status cross_bars(strait_ctx *cx, const struct set *s, const struct errors *e, struct params *p)
{
    double *v = mem_calloc(2 * s->row.n, sizeof *v);

    if (v == NULL)
        return cx_nomem(cx);
    for (int phase = 0; phase < N_PHASE; phase++)
        bars_of_phase(s, e, (enum phase)phase, v, p);
    ranges(s, p);
    mem_free(v);
    return STRAIT_OK;
}
