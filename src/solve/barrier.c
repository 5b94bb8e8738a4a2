/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of the barrier: predictor, correctors, steps; when it ends. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "solve/barrier_room.h"

#define MOST_ITERATIONS 200
#define CLOSE 1e-7          /* stop here: what remains is cheaper in pivots */
#define CLOSE_ENOUGH 1e-2   /* a basis can be chosen from this, if nothing better comes */
#define PATIENCE 8          /* iterations without a better point */
#define BETTER 0.7          /* of the last better point */
#define MEND_SHARE 0.25     /* of the time, to make a point feasible that is not */
#define MOST_TARGET 0.3     /* of the products' mean: a short predictor would ask for hardly less than it is */
#define CORRECTIONS 3       /* of centrality, at most */
#define AIM 0.5             /* they want the step longer by this */
#define WORTH 0.02          /* less is no gain */
#define NEAR 0.2            /* products between this and its inverse of the target need no correction */
#define TRIES 5             /* weights of a correction */
#define LEAST_WEIGHT 0.1

static void work_close(struct barrier_work *k)
{
    double *all[] = { k->d, k->e, k->rd, k->g, k->rp, k->gs, k->dy, k->cy };

    arrow_free(k->arrow);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mem_free(all[i]);
    for (int i = 0; i < KINDS; i++) {
        struct pairs *q = &k->pair[i];
        double *own[] = { q->v, q->w, q->dv, q->dw, q->cv, q->cw, q->fix };
        for (size_t h = 0; h < sizeof own / sizeof *own; h++)
            mem_free(own[h]);
    }
    mem_free(k->bound);
}

void barrier_free(struct barrier *b)
{
    if (!b)
        return;
    mem_free(b->x);
    mem_free(b->z);
    mem_free(b->s);
    mem_free(b->y);
    mem_free(b);
}

static bool pairs_new(struct pairs *q, size_t n)
{
    double **part[] = { &q->v, &q->w, &q->dv, &q->dw, &q->cv, &q->cw, &q->fix };
    bool ok = true;

    q->n = n;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        ok = (*part[i] = mem_calloc(n + 1, sizeof(double))) != NULL && ok;
    return ok;
}

static strait_status allocate(strait_ctx *cx, struct barrier_work *k)
{
    size_t n = k->a->n_col + 1, m = k->a->n_row + 1;
    double **by_col[] = { &k->d, &k->rd, &k->g };
    double **by_row[] = { &k->p->y, &k->e, &k->rp, &k->gs, &k->dy, &k->cy };
    bool ok = true;

    for (size_t j = 0; j < k->a->n_col; j++)
        k->n_bound += isfinite(k->a->most[j]) ? 1 : 0;
    for (size_t i = 0; i < sizeof by_col / sizeof *by_col; i++)
        ok = (*by_col[i] = mem_calloc(n, sizeof(double))) != NULL && ok;
    for (size_t i = 0; i < sizeof by_row / sizeof *by_row; i++)
        ok = (*by_row[i] = mem_calloc(m, sizeof(double))) != NULL && ok;
    ok = pairs_new(&k->pair[COLS], k->a->n_col) && ok;
    ok = pairs_new(&k->pair[ROWS], k->a->n_row) && ok;
    ok = pairs_new(&k->pair[BOUNDS], k->n_bound) && ok;
    ok = (k->bound = mem_calloc(k->n_bound + 1, sizeof *k->bound)) != NULL && ok;
    if (!ok)
        return cx_nomem(cx);
    for (size_t j = 0, b = 0; j < k->a->n_col; j++)
        if (isfinite(k->a->most[j]))
            k->bound[b++] = j;
    return STRAIT_OK;
}

static double largest(const double *v, size_t n)
{
    double most = 0.0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(v[i]));
    return most;
}

static double complementarity(const struct barrier_work *k)
{
    double sum = 0.0;

    for (int h = 0; h < KINDS; h++)
        for (size_t i = 0; i < k->pair[h].n; i++)
            sum += k->pair[h].v[i] * k->pair[h].w[i];
    return sum;
}

/* The inverse of the longest step, for all weights of the correction. */
static void room(const double *v, const double *dv, const double *cv, size_t n, const double omega[TRIES], double inverse[TRIES])
{
    for (size_t i = 0; i < n; i++) {
        double over = v[i] > 0.0 ? -1.0 / v[i] : 0.0, d = over * dv[i], c = over * cv[i];
        for (int h = 0; h < TRIES; h++) {
            double r = d + omega[h] * c;
            inverse[h] = r > inverse[h] ? r : inverse[h];
        }
    }
}

double barrier_best_weight(const struct barrier_work *k, bool dual, double least, double *step)
{
    double omega[TRIES], inverse[TRIES];
    int best = 0;

    for (int h = 0; h < TRIES; h++) {
        omega[h] = least + (1.0 - least) * h / (TRIES - 1);
        inverse[h] = 1e-30;
    }
    for (int i = 0; i < KINDS; i++) {
        const struct pairs *q = &k->pair[i];
        room(dual ? q->w : q->v, dual ? q->dw : q->dv, dual ? q->cw : q->cv, q->n, omega, inverse);
    }
    for (int h = 1; h < TRIES; h++)
        if (inverse[h] <= inverse[best])
            best = h;
    *step = 1.0 / inverse[best];
    return omega[best];
}

void barrier_add(double *v, const double *c, size_t n, double t)
{
    for (size_t i = 0; i < n; i++)
        v[i] += t * c[i];
}

static double shorter(double t) { return fmin(1.0, t); }

static double ahead(const struct barrier_work *k, double tp, double td)
{
    double sum = 0.0;

    for (int h = 0; h < KINDS; h++) {
        const struct pairs *q = &k->pair[h];
        for (size_t i = 0; i < q->n; i++)
            sum += (q->v[i] + tp * q->dv[i]) * (q->w[i] + td * q->dw[i]);
    }
    return sum / (double)k->n_pair;
}

/* fix: what products miss to 0. */
static void fix_all(struct barrier_work *k)
{
    for (int h = 0; h < KINDS; h++)
        for (size_t i = 0; i < k->pair[h].n; i++)
            k->pair[h].fix[i] = -k->pair[h].v[i] * k->pair[h].w[i];
}

/* fix: the target, less what the step's own product adds. */
static void fix_products(struct barrier_work *k, double target)
{
    for (int h = 0; h < KINDS; h++)
        for (size_t i = 0; i < k->pair[h].n; i++)
            k->pair[h].fix[i] = target - k->pair[h].dv[i] * k->pair[h].dw[i];
}

/* fix: what a product after a longer step would be off the target's neighbourhood. */
static void fix_far(struct barrier_work *k, double tp, double td, double target)
{
    for (int h = 0; h < KINDS; h++) {
        struct pairs *q = &k->pair[h];
        for (size_t i = 0; i < q->n; i++) {
            double product = (q->v[i] + tp * q->dv[i]) * (q->w[i] + td * q->dw[i]);
            q->fix[i] = fmax(0.0, NEAR * target - product) - fmin(fmax(0.0, product - target / NEAR), target / NEAR);
        }
    }
}

static void take_first(struct barrier_work *k)
{
    for (int h = 0; h < KINDS; h++) {
        struct pairs *q = &k->pair[h];
        memcpy(q->dv, q->cv, q->n * sizeof *q->dv);
        memcpy(q->dw, q->cw, q->n * sizeof *q->dw);
        memset(q->cv, 0, q->n * sizeof *q->cv);
        memset(q->cw, 0, q->n * sizeof *q->cw);
    }
    memcpy(k->dy, k->cy, k->a->n_row * sizeof *k->dy);
}

/* Add the correction, each side by the weight that makes its step the longest. */
static bool take_correction(struct barrier_work *k, double least, double gain, double *tp, double *td)
{
    double p, d, wp = barrier_best_weight(k, false, least, &p), wd = barrier_best_weight(k, true, least, &d);

    if (shorter(p) + shorter(d) < shorter(*tp) + shorter(*td) + gain)
        return false;
    for (int h = 0; h < KINDS; h++) {
        barrier_add(k->pair[h].dv, k->pair[h].cv, k->pair[h].n, wp);
        barrier_add(k->pair[h].dw, k->pair[h].cw, k->pair[h].n, wd);
    }
    barrier_add(k->dy, k->cy, k->a->n_row, wd);
    *tp = p;
    *td = d;
    return true;
}

static void advance(struct barrier_work *k, double tp, double td)
{
    for (int h = 0; h < KINDS; h++) {
        barrier_add(k->pair[h].v, k->pair[h].dv, k->pair[h].n, tp);
        barrier_add(k->pair[h].w, k->pair[h].dw, k->pair[h].n, td);
    }
    barrier_add(k->p->y, k->dy, k->a->n_row, td);
}

/* Predictor: residuals and products gone.  How far it could go, and the products' mean to aim at. */
static double predict(struct barrier_work *k, double *tp, double *td)
{
    fix_all(k);
    barrier_direction(k, 1.0);
    take_first(k);
    (void)barrier_best_weight(k, false, 1.0, tp);
    (void)barrier_best_weight(k, true, 1.0, td);
    *tp = shorter(*tp);
    *td = shorter(*td);
    return fmin(MOST_TARGET, pow(fmax(0.0, ahead(k, *tp, *td)) / k->mu, 3.0)) * k->mu;
}

/* Predictor, corrector, centrality, and the step. False: the factor is lost. */
static bool iterate(struct barrier_work *k)
{
    double tp, td, target;

    if (!barrier_factor(k))
        return false;
    target = predict(k, &tp, &td);
    fix_products(k, target);
    barrier_direction(k, 0.0);
    (void)take_correction(k, tp * td, -INFINITY, &tp, &td);
    for (int i = 0; i < CORRECTIONS; i++) {
        fix_far(k, shorter(tp + AIM), shorter(td + AIM), target);
        barrier_direction(k, 0.0);
        if (!take_correction(k, LEAST_WEIGHT, WORTH, &tp, &td))
            break;
    }
    tp = shorter(STEP * tp);
    td = shorter(STEP * td);
    if (!isfinite(tp) || !isfinite(td) || (tp < 1e-8 && td < 1e-8))
        return false;
    advance(k, tp, td);
    return true;
}

/* How far the point is from an optimum, NaN where a number overflowed (fmax would drop it); k->mu. */
double barrier_measure(struct barrier_work *k)
{
    const struct matrix *a = k->a;
    struct pairs *c = &k->pair[COLS], *u = &k->pair[BOUNDS];
    double primal = 0.0, dual = 0.0;

    barrier_residuals(k);
    k->mu = complementarity(k) / (double)k->n_pair;
    for (size_t j = 0; j < a->n_col; j++)
        primal += a->cost[j] * c->v[j];
    for (size_t i = 0; i < a->n_row; i++)
        dual += a->sense[i] == 2 ? 0.0 : a->rhs[i] * k->p->y[i];
    for (size_t b = 0; b < k->n_bound; b++)
        dual -= a->most[k->bound[b]] * u->w[b];
    k->p->primal = largest(k->rp, a->n_row) / (1.0 + k->size_b);
    k->p->dual = largest(k->rd, a->n_col) / (1.0 + k->size_c);
    k->p->gap = fabs(primal - dual) / (1.0 + fabs(primal));
    return isfinite(k->p->gap) && isfinite(k->mu) ? fmax(k->p->gap, fmax(k->p->primal, k->p->dual)) : (double)NAN;
}

static void run(strait_ctx *cx, struct barrier_work *k, double deadline)
{
    double best = INFINITY, best_sign = INFINITY, late = deadline - MEND_SHARE * (deadline - cx_now());
    int waited = 0;

    if (!barrier_first(k))
        return;
    for (k->p->iterations = 0; k->p->iterations < MOST_ITERATIONS; k->p->iterations++) {
        double now = barrier_measure(k);
        double sign = fmax(k->p->primal, CLOSE) * k->mu;     /* early on the gap may rise while both of these fall */
        bool better = now < BETTER * best || sign < BETTER * best_sign;
        waited = better ? 0 : waited + 1;
        best = better ? fmin(best, now) : best;
        best_sign = better ? fmin(best_sign, sign) : best_sign;
        k->p->close = now <= CLOSE_ENOUGH;
        k->p->feasible = k->p->primal <= FEASIBLE;
        k->p->stopped = cx_tick(cx, "barrier", k->p->gap) || (deadline > 0.0 && cx_now() >= (k->p->feasible ? deadline : late));
        if (now <= CLOSE || waited > PATIENCE || isnan(now) || k->p->stopped || !iterate(k))
            return;
    }
}

strait_status barrier_run(strait_ctx *cx, const struct matrix *a, double deadline, struct barrier **out)
{
    strait_status st = STRAIT_OK;
    struct barrier_work k = { .a = a };

    k.p = mem_calloc(1, sizeof *k.p);
    if (!k.p)
        return cx_nomem(cx);
    TRY(allocate(cx, &k));
    TRY(arrow_new(cx, a, &k.arrow));
    k.size_b = largest(a->rhs, a->n_row);
    k.size_c = largest(a->cost, a->n_col);
    k.n_pair = a->n_col + k.n_bound;
    for (size_t i = 0; i < a->n_row; i++)
        k.n_pair += has_slack(a, i);
    if (k.n_pair > 0)
        run(cx, &k, deadline);
    if (k.p->stopped && !k.p->feasible)
        barrier_mend(&k);
    k.p->x = k.pair[COLS].v;
    k.p->z = k.pair[COLS].w;
    k.p->s = k.pair[ROWS].v;
    k.pair[COLS].v = k.pair[COLS].w = k.pair[ROWS].v = NULL;
    *out = k.p;
    k.p = NULL;
out:
    barrier_free(k.p);
    work_close(&k);
    return st;
}
