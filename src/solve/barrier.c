/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 *   minimise c'x   A x + sigma s = b,  0 <= x <= u,  s >= 0;      dual  A'y + z - w = c,  sigma y + zs = 0
 *
 * sigma: +1 at most, -1 at least, no slack for equalities.  One step solves
 *
 *   D^-1 dx = A'dy + g,      g = rc/x - (rw - w ru)/v - rd,        D  = 1 / (z/x + w/v),      v = u - x
 *   E^-1 ds = sigma dy + gs, gs = rs/s - rds,                      E  = s/zs
 *   (A D A' + E) dy = rp - A D g - sigma E gs
 *
 * with rc = target - x z - fix, and likewise rw, rs: fix is the predictor's dx dz, to which the centrality corrector adds how
 * far the products of a longer step would be from the target (J. Gondzio, Multiple centrality corrections in a
 * primal-dual method for linear programming, Comput. Optim. Appl. 6, 1996).
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "solve/arrow.h"
#include "solve/barrier.h"

#define MOST_ITERATIONS 200
#define CLOSE 1e-7          /* stop here: what remains is cheaper in pivots */
#define CLOSE_ENOUGH 1e-2   /* a basis can be chosen from this, if nothing better comes */
#define STEP 0.9995         /* of the way to the nearest bound */
#define LEAST_INSIDE 1e-2   /* the first point is at least so far from 0 */
#define FREE_SLACK 1e20     /* weight of the slack of a row without bounds: it says nothing */
#define PATIENCE 8          /* iterations without a better point */
#define FEASIBLE 1e-9       /* residual, relative: a plan, whatever it costs */
#define MEND_SHARE 0.25     /* of the time, to make a point feasible that is not */
#define MOST_MENDS 20       /* steps */
#define BETTER 0.7          /* of the last better point */
#define AIM 0.1             /* the centrality corrector wants the step longer by this */
#define WORTH 0.1           /* of the aim: less is no gain */
#define NEAR 0.1            /* products between this and its inverse of the target need no correction */

struct work {
    const struct matrix *a;
    struct arrow *arrow;
    struct barrier *p;
    double *v, *w;              /* n_bound: distance to the upper bound, its dual */
    size_t *bound, n_bound;     /* columns with an upper bound, in order */
    double *zs;                 /* n_row */
    double *d, *e;              /* weights: n_col, n_row */
    double *rd, *g, *dx, *dz, *fix;     /* n_col */
    double *rp, *gs, *ds, *dzs, *dy, *fix_s;    /* n_row */
    double *dv, *dw, *fix_v;    /* n_bound */
    double *was;                /* the last direction: dx, dz, ds, dzs, dy, dv, dw */
    double size_b, size_c, mu;
    size_t n_pair;              /* complementary pairs */
};

static bool has_slack(const struct matrix *a, size_t i) { return a->sense[i] == 1 || a->sense[i] == -1; }

static void work_close(struct work *k)
{
    double *all[] = { k->v, k->w, k->zs, k->d, k->e, k->rd, k->g, k->dx, k->dz, k->rp, k->gs, k->ds, k->dzs, k->dy, k->dv, k->dw,
                      k->fix, k->fix_s, k->fix_v, k->was };

    arrow_free(k->arrow);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mem_free(all[i]);
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

static strait_status allocate(strait_ctx *cx, struct work *k)
{
    size_t n = k->a->n_col + 1, m = k->a->n_row + 1, u;
    double **by_col[] = { &k->p->x, &k->p->z, &k->d, &k->rd, &k->g, &k->dx, &k->dz, &k->fix };
    double **by_row[] = { &k->p->s, &k->p->y, &k->zs, &k->e, &k->rp, &k->gs, &k->ds, &k->dzs, &k->dy, &k->fix_s };
    double **by_bound[] = { &k->v, &k->w, &k->dv, &k->dw, &k->fix_v };
    bool ok = true;

    for (size_t j = 0; j < k->a->n_col; j++)
        k->n_bound += isfinite(k->a->most[j]) ? 1 : 0;
    u = k->n_bound + 1;
    for (size_t i = 0; i < sizeof by_col / sizeof *by_col; i++)
        ok = (*by_col[i] = mem_calloc(n, sizeof(double))) != NULL && ok;
    for (size_t i = 0; i < sizeof by_row / sizeof *by_row; i++)
        ok = (*by_row[i] = mem_calloc(m, sizeof(double))) != NULL && ok;
    for (size_t i = 0; i < sizeof by_bound / sizeof *by_bound; i++)
        ok = (*by_bound[i] = mem_calloc(u, sizeof(double))) != NULL && ok;
    ok = (k->was = mem_calloc(2 * n + 3 * m + 2 * u, sizeof *k->was)) != NULL && ok;
    ok = (k->bound = mem_calloc(u, sizeof *k->bound)) != NULL && ok;
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

/* rp = b - A x - sigma s, rd = c - A'y - z + w; a row without bounds is met by whatever it is. */
static void residuals(struct work *k)
{
    const struct matrix *a = k->a;

    memcpy(k->rp, a->rhs, a->n_row * sizeof *k->rp);
    matrix_add_product(a, -1.0, k->p->x, k->rp);
    for (size_t i = 0; i < a->n_row; i++)
        k->rp[i] = a->sense[i] == 2 ? 0.0 : k->rp[i] - a->sense[i] * k->p->s[i];
    for (size_t j = 0; j < a->n_col; j++)
        k->rd[j] = a->cost[j] - matrix_dot(a, j, k->p->y) - k->p->z[j];
    for (size_t b = 0; b < k->n_bound; b++)
        k->rd[k->bound[b]] += k->w[b];
}

static double complementarity(const struct work *k)
{
    double sum = 0.0;

    for (size_t j = 0; j < k->a->n_col; j++)
        sum += k->p->x[j] * k->p->z[j];
    for (size_t i = 0; i < k->a->n_row; i++)
        if (has_slack(k->a, i))
            sum += k->p->s[i] * k->zs[i];
    for (size_t b = 0; b < k->n_bound; b++)
        sum += k->v[b] * k->w[b];
    return sum;
}

static void set_weights(struct work *k)
{
    const struct matrix *a = k->a;

    for (size_t j = 0; j < a->n_col; j++)
        k->d[j] = k->p->z[j] / k->p->x[j];
    for (size_t b = 0; b < k->n_bound; b++)
        k->d[k->bound[b]] += k->w[b] / k->v[b];
    for (size_t j = 0; j < a->n_col; j++)
        k->d[j] = 1.0 / k->d[j];
    for (size_t i = 0; i < a->n_row; i++)
        k->e[i] = a->sense[i] == 2 ? FREE_SLACK : has_slack(a, i) ? k->p->s[i] / k->zs[i] : 0.0;
}

/*
 * Sides of the equations for the complementarities' targets: `target` for all, less fix.  g, gs and dy are set; dx where
 * columns link; dw keeps rw for the way back.
 */
static void set_sides(struct work *k, double target)
{
    const struct matrix *a = k->a;
    struct barrier *p = k->p;

    for (size_t j = 0; j < a->n_col; j++)
        k->g[j] = (target - p->x[j] * p->z[j] - k->fix[j]) / p->x[j] - k->rd[j];
    for (size_t b = 0; b < k->n_bound; b++) {
        size_t j = k->bound[b];
        double rw = target - k->v[b] * k->w[b] - k->fix_v[b], ru = a->most[j] - p->x[j] - k->v[b];
        k->g[j] -= (rw - k->w[b] * ru) / k->v[b];
        k->dw[b] = rw;
    }
    for (size_t i = 0; i < a->n_row; i++) {
        double rds = -a->sense[i] * p->y[i] - k->zs[i];
        k->dy[i] = k->rp[i];
        k->gs[i] = 0.0;
        if (!has_slack(a, i))
            continue;
        k->gs[i] = (target - p->s[i] * k->zs[i] - k->fix_s[i]) / p->s[i] - rds;
        k->dy[i] -= a->sense[i] * k->e[i] * k->gs[i];
    }
    for (size_t j = 0; j < a->n_col; j++) {
        double v = a->col_block[j] == BLOCK_LINK ? 0.0 : k->d[j] * k->g[j];
        for (size_t e = a->start[j]; v != 0.0 && e < a->start[j + 1]; e++)
            k->dy[a->row[e]] -= a->val[e] * v;
        if (a->col_block[j] == BLOCK_LINK)
            k->dx[j] = -k->g[j];
    }
}

/* From dy, and dx of links, to the rest of the step. */
static void fill_step(struct work *k)
{
    const struct matrix *a = k->a;
    struct barrier *p = k->p;

    for (size_t j = 0; j < a->n_col; j++) {
        if (a->col_block[j] != BLOCK_LINK)
            k->dx[j] = k->d[j] * (matrix_dot(a, j, k->dy) + k->g[j]);
        k->dz[j] = k->g[j] + k->rd[j] - p->z[j] / p->x[j] * k->dx[j];   /* rc/x less the bound's share */
    }
    for (size_t b = 0; b < k->n_bound; b++) {
        size_t j = k->bound[b];
        double ru = a->most[j] - p->x[j] - k->v[b], rw = k->dw[b];
        k->dz[j] += (rw - k->w[b] * ru) / k->v[b];
        k->dv[b] = ru - k->dx[j];
        k->dw[b] = (rw - k->w[b] * k->dv[b]) / k->v[b];
    }
    for (size_t i = 0; i < a->n_row; i++) {
        if (!has_slack(a, i))
            continue;
        k->ds[i] = k->e[i] * (a->sense[i] * k->dy[i] + k->gs[i]);
        k->dzs[i] = -a->sense[i] * (p->y[i] + k->dy[i]) - k->zs[i];
    }
}

static void step(struct work *k, double target)
{
    set_sides(k, target);
    arrow_solve(k->arrow, k->dy, k->dx);
    fill_step(k);
}

/* The longest step that keeps v + t dv >= 0. */
static double room(const double *v, const double *dv, size_t n, double t)
{
    for (size_t i = 0; i < n; i++)
        if (dv[i] < 0.0 && -v[i] / dv[i] < t)
            t = -v[i] / dv[i];
    return t;
}

static void step_lengths(const struct work *k, double *primal, double *dual)
{
    size_t n = k->a->n_col, m = k->a->n_row;

    *primal = room(k->v, k->dv, k->n_bound, room(k->p->x, k->dx, n, room(k->p->s, k->ds, m, 1e30)));
    *dual = room(k->w, k->dw, k->n_bound, room(k->p->z, k->dz, n, room(k->zs, k->dzs, m, 1e30)));
}

static double ahead(const double *v, const double *dv, const double *w, const double *dw, size_t n, double tp, double td)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += (v[i] + tp * dv[i]) * (w[i] + td * dw[i]);
    return sum;
}

static void move(double *v, const double *dv, size_t n, double t)
{
    for (size_t i = 0; i < n; i++)
        v[i] += t * dv[i];
}

/* fix: nothing for the predictor, its products for the corrector. */
static void fix_products(struct work *k, double share)
{
    for (size_t j = 0; j < k->a->n_col; j++)
        k->fix[j] = share * k->dx[j] * k->dz[j];
    for (size_t i = 0; i < k->a->n_row; i++)
        k->fix_s[i] = share * k->ds[i] * k->dzs[i];
    for (size_t b = 0; b < k->n_bound; b++)
        k->fix_v[b] = share * k->dv[b] * k->dw[b];
}

/* Into fix: what a product of v and w after a longer step would be off the target's neighbourhood. */
static void fix_far(double *fix, const double *v, const double *dv, const double *w, const double *dw, size_t n, double tp, double td,
                    double target)
{
    for (size_t i = 0; i < n; i++) {
        double product = (v[i] + tp * dv[i]) * (w[i] + td * dw[i]);
        if (product < NEAR * target)
            fix[i] -= NEAR * target - product;
        else if (product > target / NEAR)
            fix[i] += fmin(product - target / NEAR, target / NEAR);
    }
}

/* Keep the direction, or go back to the one that was kept. */
static void keep(struct work *k, bool back)
{
    size_t n = k->a->n_col, m = k->a->n_row, u = k->n_bound;
    struct { double *v; size_t n; } part[] = { { k->dx, n }, { k->dz, n }, { k->ds, m }, { k->dzs, m }, { k->dy, m }, { k->dv, u }, { k->dw, u } };
    double *at = k->was;

    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        memcpy(back ? part[i].v : at, back ? at : part[i].v, part[i].n * sizeof *at);
        at += part[i].n;
    }
}

static double shorter(double t) { return fmin(1.0, t); }

/* Correct the direction for centrality, if its step grows by that; more than once costs more than it saves. */
static void correct(struct work *k, double target, double *tp, double *td)
{
    size_t n = k->a->n_col, m = k->a->n_row;
    double was_p = shorter(*tp), was_d = shorter(*td), aim_p = shorter(was_p + AIM), aim_d = shorter(was_d + AIM);

    fix_far(k->fix, k->p->x, k->dx, k->p->z, k->dz, n, aim_p, aim_d, target);
    fix_far(k->fix_s, k->p->s, k->ds, k->zs, k->dzs, m, aim_p, aim_d, target);
    fix_far(k->fix_v, k->v, k->dv, k->w, k->dw, k->n_bound, aim_p, aim_d, target);
    keep(k, false);
    step(k, target);
    step_lengths(k, tp, td);
    if (shorter(*tp) + shorter(*td) < was_p + was_d + 2.0 * WORTH * AIM) {
        keep(k, true);
        step_lengths(k, tp, td);
    }
}

static void advance(struct work *k, double tp, double td)
{
    size_t n = k->a->n_col, m = k->a->n_row;

    move(k->p->x, k->dx, n, tp);
    move(k->p->s, k->ds, m, tp);
    move(k->v, k->dv, k->n_bound, tp);
    move(k->p->y, k->dy, m, td);
    move(k->p->z, k->dz, n, td);
    move(k->zs, k->dzs, m, td);
    move(k->w, k->dw, k->n_bound, td);
}

/* Predictor, corrector, centrality, and the step. False: the factor is lost. */
static bool iterate(struct work *k)
{
    size_t n = k->a->n_col, m = k->a->n_row;
    double tp, td, near, target;

    set_weights(k);
    if (!arrow_factor(k->arrow, k->d, k->e))
        return false;
    fix_products(k, 0.0);
    step(k, 0.0);
    step_lengths(k, &tp, &td);
    tp = shorter(tp);
    td = shorter(td);
    near = (ahead(k->p->x, k->dx, k->p->z, k->dz, n, tp, td) + ahead(k->p->s, k->ds, k->zs, k->dzs, m, tp, td)
            + ahead(k->v, k->dv, k->w, k->dw, k->n_bound, tp, td)) / (double)k->n_pair;
    target = pow(fmax(0.0, near) / k->mu, 3.0) * k->mu;
    fix_products(k, 1.0);
    step(k, target);
    step_lengths(k, &tp, &td);
    correct(k, target, &tp, &td);
    tp = shorter(STEP * tp);
    td = shorter(STEP * td);
    if (!isfinite(tp) || !isfinite(td) || (tp < 1e-8 && td < 1e-8))
        return false;
    advance(k, tp, td);
    return true;
}

/* How far the point is from an optimum, NaN where a number overflowed (fmax would drop it); k->mu. */
static double measure(struct work *k)
{
    const struct matrix *a = k->a;
    double primal = 0.0, dual = 0.0;

    residuals(k);
    k->mu = complementarity(k) / (double)k->n_pair;
    for (size_t j = 0; j < a->n_col; j++)
        primal += a->cost[j] * k->p->x[j];
    for (size_t i = 0; i < a->n_row; i++)
        dual += a->sense[i] == 2 ? 0.0 : a->rhs[i] * k->p->y[i];
    for (size_t b = 0; b < k->n_bound; b++)
        dual -= a->most[k->bound[b]] * k->w[b];
    k->p->primal = largest(k->rp, a->n_row) / (1.0 + k->size_b);
    k->p->dual = largest(k->rd, a->n_col) / (1.0 + k->size_c);
    k->p->gap = fabs(primal - dual) / (1.0 + fabs(primal));
    return isfinite(k->p->gap) && isfinite(k->mu) ? fmax(k->p->gap, fmax(k->p->primal, k->p->dual)) : (double)NAN;
}

/* Least squares with all weights 1: A x + sigma s near b for small x; A'y + z near c. False: the factor is lost. */
static bool least_squares(struct work *k)
{
    const struct matrix *a = k->a;
    struct barrier *p = k->p;

    for (size_t j = 0; j < a->n_col; j++)
        k->d[j] = 1.0;
    for (size_t i = 0; i < a->n_row; i++)
        k->e[i] = a->sense[i] == 2 ? FREE_SLACK : has_slack(a, i) ? 1.0 : 0.0;
    if (!arrow_factor(k->arrow, k->d, k->e))
        return false;
    for (size_t i = 0; i < a->n_row; i++)
        k->dy[i] = a->sense[i] == 2 ? 0.0 : a->rhs[i];
    arrow_solve(k->arrow, k->dy, k->dx);    /* dx is 0 so far */
    for (size_t j = 0; j < a->n_col; j++)
        p->x[j] = a->col_block[j] == BLOCK_LINK ? k->dx[j] : matrix_dot(a, j, k->dy);
    for (size_t i = 0; i < a->n_row; i++)
        p->s[i] = has_slack(a, i) ? a->sense[i] * k->dy[i] : 0.0;
    for (size_t j = 0; j < a->n_col; j++) {
        if (a->col_block[j] == BLOCK_LINK)
            k->dx[j] = a->cost[j];
        for (size_t e = a->start[j]; a->col_block[j] != BLOCK_LINK && e < a->start[j + 1]; e++)
            p->y[a->row[e]] += a->val[e] * a->cost[j];
    }
    arrow_solve(k->arrow, p->y, k->dx);
    for (size_t j = 0; j < a->n_col; j++)
        p->z[j] = a->cost[j] - matrix_dot(a, j, p->y);
    for (size_t i = 0; i < a->n_row; i++)
        k->zs[i] = has_slack(a, i) ? -a->sense[i] * p->y[i] : 0.0;
    return true;
}

static double lowest(const double *v, size_t n, double low)
{
    for (size_t i = 0; i < n; i++)
        low = fmin(low, v[i]);
    return low;
}

/* Sums over pairs of v + up_v and w + up_w, and of their products, of rows with a slack or of all. */
static void add_pairs(const struct matrix *a, bool rows, const double *v, const double *w, double up_v, double up_w, double sum[3])
{
    for (size_t i = 0; i < (rows ? a->n_row : a->n_col); i++) {
        if (rows && !has_slack(a, i))
            continue;
        sum[0] += (v[i] + up_v) * (w[i] + up_w);
        sum[1] += v[i] + up_v;
        sum[2] += w[i] + up_w;
    }
}

/* Mehrotra's start: least squares, then far enough inside. */
static bool first_point(struct work *k)
{
    const struct matrix *a = k->a;
    struct barrier *p = k->p;
    double up_x, up_z, sum[3] = { 0.0, 0.0, 0.0 };

    if (!least_squares(k))
        return false;
    up_x = -1.5 * lowest(p->s, a->n_row, lowest(p->x, a->n_col, 0.0));
    up_z = -1.5 * lowest(k->zs, a->n_row, lowest(p->z, a->n_col, 0.0));
    add_pairs(a, false, p->x, p->z, up_x, up_z, sum);
    add_pairs(a, true, p->s, k->zs, up_x, up_z, sum);
    up_x = fmax(LEAST_INSIDE, up_x + (sum[2] > 0.0 ? 0.5 * sum[0] / sum[2] : 1.0));
    up_z = fmax(LEAST_INSIDE, up_z + (sum[1] > 0.0 ? 0.5 * sum[0] / sum[1] : 1.0));
    for (size_t j = 0; j < a->n_col; j++) {
        p->x[j] += up_x;
        p->z[j] += up_z;
    }
    for (size_t i = 0; i < a->n_row; i++) {
        p->s[i] += has_slack(a, i) ? up_x : 0.0;
        k->zs[i] += has_slack(a, i) ? up_z : 0.0;
    }
    for (size_t b = 0; b < k->n_bound; b++) {
        size_t j = k->bound[b];
        p->x[j] = fmin(p->x[j], 0.5 * a->most[j]);
        k->v[b] = a->most[j] - p->x[j];
        k->w[b] = up_z;
    }
    return true;
}

static void mend_weights(struct work *k)
{
    const struct matrix *a = k->a;

    for (size_t j = 0; j < a->n_col; j++)
        k->d[j] = k->p->x[j] * k->p->x[j];
    for (size_t b = 0; b < k->n_bound; b++)
        k->d[k->bound[b]] = fmin(k->d[k->bound[b]], k->v[b] * k->v[b]);
    for (size_t i = 0; i < a->n_row; i++)
        k->e[i] = a->sense[i] == 2 ? FREE_SLACK : has_slack(a, i) ? k->p->s[i] * k->p->s[i] : 0.0;
}

/* dx, ds, dv of least weighted length that meet all rows. */
static void mend_step(struct work *k)
{
    const struct matrix *a = k->a;

    memcpy(k->dy, k->rp, a->n_row * sizeof *k->dy);
    memset(k->dx, 0, a->n_col * sizeof *k->dx);
    arrow_solve(k->arrow, k->dy, k->dx);
    for (size_t j = 0; j < a->n_col; j++)
        k->dx[j] = a->col_block[j] == BLOCK_LINK ? k->dx[j] : k->d[j] * matrix_dot(a, j, k->dy);
    for (size_t i = 0; i < a->n_row; i++)
        k->ds[i] = has_slack(a, i) ? k->e[i] * a->sense[i] * k->dy[i] : 0.0;
    for (size_t b = 0; b < k->n_bound; b++)
        k->dv[b] = a->most[k->bound[b]] - k->p->x[k->bound[b]] - k->v[b] - k->dx[k->bound[b]];
}

/* Of a point that was stopped on its way: the nearest feasible one, distances measured by what each part has to 0. */
static void mend(struct work *k)
{
    const struct matrix *a = k->a;
    struct barrier *p = k->p;
    double t;

    for (int i = 0; i < MOST_MENDS && !isnan(measure(k)) && p->primal > FEASIBLE; i++) {
        mend_weights(k);
        if (!arrow_factor(k->arrow, k->d, k->e))
            return;
        mend_step(k);
        t = room(k->v, k->dv, k->n_bound, room(p->x, k->dx, a->n_col, room(p->s, k->ds, a->n_row, 1e30)));
        t = shorter(STEP * t);
        move(p->x, k->dx, a->n_col, t);
        move(p->s, k->ds, a->n_row, t);
        move(k->v, k->dv, k->n_bound, t);
    }
    p->feasible = p->primal <= FEASIBLE;
}

static void run(strait_ctx *cx, struct work *k, double deadline)
{
    double best = INFINITY, best_sign = INFINITY, late = deadline - MEND_SHARE * (deadline - cx_now());
    int waited = 0;

    if (!first_point(k))
        return;
    for (k->p->iterations = 0; k->p->iterations < MOST_ITERATIONS; k->p->iterations++) {
        double now = measure(k);
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
    struct work k = { .a = a };

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
        mend(&k);
    *out = k.p;
    k.p = NULL;
out:
    barrier_free(k.p);
    work_close(&k);
    return st;
}
