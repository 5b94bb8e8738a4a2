/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The barrier's first point, and the last one where it was stopped. */
#include <math.h>
#include <string.h>
#include "solve/barrier_room.h"

#define LEAST_INSIDE 1e-2   /* the first point is at least so far from 0 */
#define MOST_MENDS 20       /* steps */

/* Least squares with all weights 1: A x + sigma s near b for small x; A'y + z near c. False: the factor is lost. */
static bool least_squares(struct barrier_work *k)
{
    const struct matrix *a = k->a;
    struct pairs *c = &k->pair[COLS], *r = &k->pair[ROWS];
    struct barrier *p = k->p;

    for (size_t j = 0; j < a->n_col; j++)
        k->d[j] = 1.0;
    for (size_t i = 0; i < a->n_row; i++)
        k->e[i] = a->sense[i] == 2 ? FREE_SLACK : has_slack(a, i) ? 1.0 : 0.0;
    if (!arrow_factor(k->arrow, k->d, k->e))
        return false;
    for (size_t i = 0; i < a->n_row; i++)
        k->dy[i] = a->sense[i] == 2 ? 0.0 : a->rhs[i];
    arrow_solve(k->arrow, k->dy, c->cv);    /* cv is 0 so far */
    for (size_t j = 0; j < a->n_col; j++)
        c->v[j] = a->col_block[j] == BLOCK_LINK ? c->cv[j] : matrix_dot(a, j, k->dy);
    for (size_t i = 0; i < a->n_row; i++)
        r->v[i] = has_slack(a, i) ? a->sense[i] * k->dy[i] : 0.0;
    for (size_t j = 0; j < a->n_col; j++) {
        if (a->col_block[j] == BLOCK_LINK)
            c->cv[j] = a->cost[j];
        for (size_t e = a->start[j]; a->col_block[j] != BLOCK_LINK && e < a->start[j + 1]; e++)
            p->y[a->row[e]] += a->val[e] * a->cost[j];
    }
    arrow_solve(k->arrow, p->y, c->cv);
    for (size_t j = 0; j < a->n_col; j++)
        c->w[j] = a->cost[j] - matrix_dot(a, j, p->y);
    for (size_t i = 0; i < a->n_row; i++)
        r->w[i] = has_slack(a, i) ? -a->sense[i] * p->y[i] : 0.0;
    return true;
}

/* At least as far from 0 as all are in the mean; rows without a slack have 0 and keep it. */
static double lift(const struct matrix *a, bool rows, double *v)
{
    double sum = 0.0, least;
    size_t n = rows ? a->n_row : a->n_col;

    for (size_t i = 0; i < n; i++)
        sum += fabs(v[i]);
    least = fmax(LEAST_INSIDE, sum / (double)(n + (n == 0)));
    for (size_t i = 0; i < n; i++)
        if (!rows || has_slack(a, i))
            v[i] = fmax(fabs(v[i]), least);
    return least;
}

/* Least squares, and away from the bounds.  Shifting all alike (Mehrotra) costs twice the iterations: the worst sets the shift. */
bool barrier_first(struct barrier_work *k)
{
    const struct matrix *a = k->a;
    struct pairs *c = &k->pair[COLS], *r = &k->pair[ROWS], *u = &k->pair[BOUNDS];
    double least;

    if (!least_squares(k))
        return false;
    (void)lift(a, false, c->v);
    (void)lift(a, true, r->v);
    (void)lift(a, true, r->w);
    least = lift(a, false, c->w);
    for (size_t b = 0; b < k->n_bound; b++) {
        size_t j = k->bound[b];
        c->v[j] = fmin(c->v[j], 0.5 * a->most[j]);
        u->v[b] = a->most[j] - c->v[j];
        u->w[b] = least;
    }
    return true;
}

static void mend_weights(struct barrier_work *k)
{
    const struct matrix *a = k->a;
    struct pairs *c = &k->pair[COLS], *r = &k->pair[ROWS], *u = &k->pair[BOUNDS];

    for (size_t j = 0; j < a->n_col; j++)
        k->d[j] = c->v[j] * c->v[j];
    for (size_t b = 0; b < k->n_bound; b++)
        k->d[k->bound[b]] = fmin(k->d[k->bound[b]], u->v[b] * u->v[b]);
    for (size_t i = 0; i < a->n_row; i++)
        k->e[i] = a->sense[i] == 2 ? FREE_SLACK : has_slack(a, i) ? r->v[i] * r->v[i] : 0.0;
}

/* dx, ds, dv of least weighted length that meet all rows. */
static void mend_step(struct barrier_work *k)
{
    const struct matrix *a = k->a;
    struct pairs *c = &k->pair[COLS], *r = &k->pair[ROWS], *u = &k->pair[BOUNDS];

    memcpy(k->dy, k->rp, a->n_row * sizeof *k->dy);
    memset(c->dv, 0, a->n_col * sizeof *c->dv);
    arrow_solve(k->arrow, k->dy, c->dv);
    for (size_t j = 0; j < a->n_col; j++)
        c->dv[j] = a->col_block[j] == BLOCK_LINK ? c->dv[j] : k->d[j] * matrix_dot(a, j, k->dy);
    for (size_t i = 0; i < a->n_row; i++)
        r->dv[i] = has_slack(a, i) ? k->e[i] * a->sense[i] * k->dy[i] : 0.0;
    for (size_t b = 0; b < k->n_bound; b++)
        u->dv[b] = a->most[k->bound[b]] - k->pair[COLS].v[k->bound[b]] - u->v[b] - c->dv[k->bound[b]];
}

/* Of a point that was stopped on its way: the nearest feasible one, distances measured by what each part has to 0. */
void barrier_mend(struct barrier_work *k)
{
    struct barrier *p = k->p;
    double t;

    for (int h = 0; h < KINDS; h++)
        memset(k->pair[h].cv, 0, k->pair[h].n * sizeof(double));
    for (int i = 0; i < MOST_MENDS && !isnan(barrier_measure(k)) && p->primal > FEASIBLE; i++) {
        mend_weights(k);
        if (!arrow_factor(k->arrow, k->d, k->e))
            return;
        mend_step(k);
        barrier_best_weight(k, false, 0.0, &t);
        t = fmin(1.0, STEP * t);
        for (int h = 0; h < KINDS; h++)
            barrier_add(k->pair[h].v, k->pair[h].dv, k->pair[h].n, t);
    }
    p->feasible = p->primal <= FEASIBLE;
}

