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
 * with rc, rw, rs the change wanted of each product.  The predictor wants them gone, and all residuals; each corrector is a
 * step of its own that wants products changed and residuals left, and is added with the weight that makes the step longest
 * (M. Colombo, J. Gondzio, Further development of multiple centrality correctors for interior point methods, Comput. Optim.
 * Appl. 41, 2008): where the predictor can go a little way only, all of its second-order error would be too much.
 */
#include <math.h>
#include <string.h>
#include "solve/barrier_room.h"

/* rp = b - A x - sigma s, rd = c - A'y - z + w; a row without bounds is met by whatever it is. */
void barrier_residuals(struct barrier_work *k)
{
    const struct matrix *a = k->a;

    memcpy(k->rp, a->rhs, a->n_row * sizeof *k->rp);
    matrix_add_product(a, -1.0, k->pair[COLS].v, k->rp);
    for (size_t i = 0; i < a->n_row; i++)
        k->rp[i] = a->sense[i] == 2 ? 0.0 : k->rp[i] - a->sense[i] * k->pair[ROWS].v[i];
    for (size_t j = 0; j < a->n_col; j++)
        k->rd[j] = a->cost[j] - matrix_dot(a, j, k->p->y) - k->pair[COLS].w[j];
    for (size_t b = 0; b < k->n_bound; b++)
        k->rd[k->bound[b]] += k->pair[BOUNDS].w[b];
}

static void set_weights(struct barrier_work *k)
{
    const struct matrix *a = k->a;
    const struct pairs *c = &k->pair[COLS], *r = &k->pair[ROWS], *u = &k->pair[BOUNDS];

    for (size_t j = 0; j < a->n_col; j++)
        k->d[j] = c->w[j] / c->v[j];
    for (size_t b = 0; b < k->n_bound; b++)
        k->d[k->bound[b]] += u->w[b] / u->v[b];
    for (size_t j = 0; j < a->n_col; j++)
        k->d[j] = 1.0 / k->d[j];
    for (size_t i = 0; i < a->n_row; i++)
        k->e[i] = a->sense[i] == 2 ? FREE_SLACK : has_slack(a, i) ? r->v[i] / r->w[i] : 0.0;
}

bool barrier_factor(struct barrier_work *k)
{
    set_weights(k);
    return arrow_factor(k->arrow, k->d, k->e);
}

/*
 * The step c that takes `share` of the residuals away and changes each product by fix.  g, gs and cy are set; cv where
 * columns link; cw of bounds keeps rw for the way back.
 */
static void set_sides(struct barrier_work *k, double share)
{
    const struct matrix *a = k->a;
    struct pairs *c = &k->pair[COLS], *r = &k->pair[ROWS], *u = &k->pair[BOUNDS];

    for (size_t j = 0; j < a->n_col; j++)
        k->g[j] = c->fix[j] / c->v[j] - share * k->rd[j];
    for (size_t b = 0; b < k->n_bound; b++) {
        size_t j = k->bound[b];
        double ru = share * (a->most[j] - c->v[j] - u->v[b]);
        k->g[j] -= (u->fix[b] - u->w[b] * ru) / u->v[b];
    }
    for (size_t i = 0; i < a->n_row; i++) {
        k->cy[i] = share * k->rp[i];
        k->gs[i] = 0.0;
        if (!has_slack(a, i))
            continue;
        k->gs[i] = r->fix[i] / r->v[i] - share * (-a->sense[i] * k->p->y[i] - r->w[i]);
        k->cy[i] -= a->sense[i] * k->e[i] * k->gs[i];
    }
    for (size_t j = 0; j < a->n_col; j++) {
        double v = a->col_block[j] == BLOCK_LINK ? 0.0 : k->d[j] * k->g[j];
        for (size_t e = a->start[j]; v != 0.0 && e < a->start[j + 1]; e++)
            k->cy[a->row[e]] -= a->val[e] * v;
        if (a->col_block[j] == BLOCK_LINK)
            c->cv[j] = -k->g[j];
    }
}

/* From cy, and cv of links, to the rest of the step. */
static void fill_step(struct barrier_work *k, double share)
{
    const struct matrix *a = k->a;
    struct pairs *c = &k->pair[COLS], *r = &k->pair[ROWS], *u = &k->pair[BOUNDS];

    for (size_t j = 0; j < a->n_col; j++) {
        if (a->col_block[j] != BLOCK_LINK)
            c->cv[j] = k->d[j] * (matrix_dot(a, j, k->cy) + k->g[j]);
        c->cw[j] = (c->fix[j] - c->w[j] * c->cv[j]) / c->v[j];
    }
    for (size_t b = 0; b < k->n_bound; b++) {
        size_t j = k->bound[b];
        u->cv[b] = share * (a->most[j] - c->v[j] - u->v[b]) - c->cv[j];
        u->cw[b] = (u->fix[b] - u->w[b] * u->cv[b]) / u->v[b];
    }
    for (size_t i = 0; i < a->n_row; i++) {
        if (!has_slack(a, i))
            continue;
        r->cv[i] = k->e[i] * (a->sense[i] * k->cy[i] + k->gs[i]);
        r->cw[i] = (r->fix[i] - r->w[i] * r->cv[i]) / r->v[i];
    }
}

void barrier_direction(struct barrier_work *k, double share)
{
    set_sides(k, share);
    arrow_solve(k->arrow, k->cy, k->pair[COLS].cv);
    fill_step(k, share);
}

