/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Factor and solve: blocks side by side, the border last. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "linalg/linalg.h"
#include "solve/arrow_room.h"

strait_status arrow_new(strait_ctx *cx, const struct matrix *a, struct arrow **out)
{
    strait_status st = STRAIT_OK;
    struct arrow *w = mem_calloc(1, sizeof *w);

    if (!w)
        return cx_nomem(cx);
    w->a = a;
    w->pool = cx->threads > 1 ? pool_new(cx->threads) : NULL;
    if (linalg_ready(pool_threads(w->pool)) != STRAIT_OK) {
        st = cx_nomem(cx);
        goto out;
    }
    TRY(arrow_order(cx, w));
    *out = w;
    w = NULL;
out:
    arrow_free(w);
    return st;
}

void arrow_free(struct arrow *w)
{
    if (!w)
        return;
    arrow_order_free(w);
    pool_free(w->pool);
    mem_free(w);
}

size_t arrow_border(const struct arrow *w) { return w->n_border + w->n_link; }

/* One column's share of the block: divided row g (or none), dense rows, members of the border. */
static void add_column(struct arrow *w, struct block *b, size_t j, const int *mark, int worker)
{
    const struct matrix *a = w->a;
    double theta = w->weight[j], *av = w->entry + (size_t)worker * w->max_entry;
    int g = -1, *place = w->place + (size_t)worker * w->max_entry, n_dense = 0, n_all = 0;
    double ag = 0.0;

    for (size_t k = a->start[j]; k < a->start[j + 1]; k++) {    /* dense ones first */
        int r = a->row[k];
        if (w->kind[r] == ROW_DIVIDED) {
            g = w->at[r];
            ag = a->val[k];
        } else if (w->kind[r] == ROW_DENSE) {
            place[n_all] = w->at[r];
            av[n_all++] = a->val[k];
        }
    }
    n_dense = n_all;
    for (size_t k = a->start[j]; k < a->start[j + 1]; k++) {
        int r = a->row[k];
        if (w->kind[r] == ROW_BORDER) {
            place[n_all] = mark[w->at[r]];
            av[n_all++] = a->val[k];
        }
    }
    if (g >= 0) {
        b->sd[g] += theta * ag * ag;
        for (int i = 0; i < n_dense; i++)
            b->c[(size_t)g * b->n_dense + (size_t)place[i]] += theta * ag * av[i];
        for (int i = n_dense; i < n_all; i++) {
            struct coupling *c = &b->couple[b->couple0[g]];
            while (c->ext != place[i])
                c++;
            c->v += theta * ag * av[i];
        }
    }
    for (int i = 0; i < n_all; i++) {
        double v = theta * av[i];
        for (int h = 0; h < n_all; h++) {
            if (i < n_dense && h < n_dense && place[h] <= place[i])
                b->l[(size_t)place[i] * b->n_dense + (size_t)place[h]] += v * av[h];
            else if (i >= n_dense && h < n_dense)
                b->x[(size_t)place[i] * b->n_dense + (size_t)place[h]] += v * av[h];
            else if (i >= n_dense && h >= n_dense && place[h] <= place[i])
                b->schur[(size_t)place[i] * b->n_ext + (size_t)place[h]] += v * av[h];
        }
    }
}

/* Divide by the diagonal of row g and take its couplings with the border out of x and schur. */
static void divide(struct block *b, size_t g)
{
    double *c = b->c + g * b->n_dense, s = 1.0 / sqrt(b->sd[g]);

    b->sd[g] = sqrt(b->sd[g]);
    for (size_t i = 0; i < b->n_dense; i++)
        c[i] *= s;
    for (size_t i = b->couple0[g]; i < b->couple0[g + 1]; i++)
        b->couple[i].v *= s;
    for (size_t i = b->couple0[g]; i < b->couple0[g + 1]; i++) {
        const struct coupling *p = &b->couple[i];
        double *x = b->x + (size_t)p->ext * b->n_dense;
        for (size_t k = 0; k < b->n_dense; k++)
            x[k] -= p->v * c[k];
        for (size_t k = b->couple0[g]; k < b->couple0[g + 1]; k++)
            if (b->couple[k].ext <= p->ext)
                b->schur[(size_t)p->ext * b->n_ext + (size_t)b->couple[k].ext] -= p->v * b->couple[k].v;
    }
}

static void clear(struct arrow *w, struct block *b)
{
    memset(b->c, 0, b->n_div * b->n_dense * sizeof *b->c);
    memset(b->l, 0, b->n_dense * b->n_dense * sizeof *b->l);
    memset(b->x, 0, b->n_ext * b->n_dense * sizeof *b->x);
    memset(b->schur, 0, b->n_ext * b->n_ext * sizeof *b->schur);
    for (size_t g = 0; g < b->n_div; g++)
        b->sd[g] = w->slack[b->div[g]];
    for (size_t i = 0; i < b->n_dense; i++)
        b->l[i * b->n_dense + i] = w->slack[b->dense[i]];
    for (size_t i = 0; b->n_div > 0 && i < b->couple0[b->n_div]; i++)
        b->couple[i].v = b->couple[i].base;
    for (size_t i = 0; i < b->n_link; i++)
        b->x[(size_t)b->link[i].ext * b->n_dense + (size_t)b->link[i].dense] += b->link[i].v;
}

/* A pivot that rounding has eaten is no pivot: its row is then left as it is. */
#define LEAST_PIVOT 1e-30

static void factor_block(void *data, size_t t, int worker)
{
    struct arrow *w = data;
    struct block *b = &w->block[t];
    int *mark = w->mark + (size_t)worker * (w->n_border + w->n_link);

    clear(w, b);
    for (size_t i = 0; i < b->n_ext; i++)
        mark[b->ext[i]] = (int)i;
    for (size_t i = 0; i < b->n_col; i++)
        if (w->weight[b->col[i]] > 0.0)
            add_column(w, b, (size_t)b->col[i], mark, worker);
    for (size_t i = 0; i < b->n_ext; i++)
        mark[b->ext[i]] = -1;
    w->bad[t] = false;
    for (size_t g = 0; g < b->n_div; g++) {
        b->sd[g] = fmax(b->sd[g], LEAST_PIVOT);
        divide(b, g);
    }
    for (size_t i = 0; i < b->n_dense; i++)
        b->l[i * b->n_dense + i] *= 1.0 + 1e-13;
    linalg_rank_k(b->n_dense, b->n_div, -1.0, b->c, false, b->l);
    for (size_t i = 0; i < b->n_dense; i++)
        b->l[i * b->n_dense + i] += LEAST_PIVOT;
    if (!linalg_factor(b->n_dense, b->l)) {
        w->bad[t] = true;
        return;
    }
    linalg_right_solve(b->n_ext, b->n_dense, b->l, b->x);
    linalg_rank_k(b->n_ext, b->n_dense, -1.0, b->x, true, b->schur);
}

/* Where entry (p, q) of the border matrix is kept, p and q members; NULL above its triangle. */
static double *border_at(struct arrow *w, size_t p, size_t q)
{
    size_t n = w->n_border;

    if (p < n)
        return q <= p ? &w->k[p * n + q] : NULL;
    if (q < n)
        return &w->kl[(p - n) * n + q];
    return q <= p ? &w->s[(p - n) * w->n_link + (q - n)] : NULL;
}

/* Lower triangle of a block's own order: members may come in any, so each pair is told where it belongs. */
static void add_schur(struct arrow *w, const struct block *b)
{
    for (size_t i = 0; i < b->n_ext; i++) {
        for (size_t k = 0; k <= i; k++) {
            size_t p = (size_t)b->ext[i], q = (size_t)b->ext[k];
            *(p >= q ? border_at(w, p, q) : border_at(w, q, p)) += b->schur[i * b->n_ext + k];
        }
    }
}

/* Columns of the border alone, slacks, links: what the border has without the blocks. */
static void clear_border(struct arrow *w)
{
    const struct matrix *a = w->a;
    size_t n = w->n_border;

    memset(w->k, 0, n * n * sizeof *w->k);
    memset(w->kl, 0, w->n_link * n * sizeof *w->kl);
    memset(w->s, 0, w->n_link * w->n_link * sizeof *w->s);
    for (size_t i = 0; i < n; i++)
        w->k[i * n + i] = w->slack[w->border[i]];
    for (size_t j = 0; j < a->n_col; j++) {
        for (size_t p = a->start[j]; a->col_block[j] == BLOCK_NONE && p < a->start[j + 1]; p++)
            for (size_t q = a->start[j]; q < a->start[j + 1]; q++)
                if (w->at[a->row[q]] <= w->at[a->row[p]])
                    w->k[(size_t)w->at[a->row[p]] * n + (size_t)w->at[a->row[q]]] += w->weight[j] * a->val[p] * a->val[q];
    }
    for (size_t i = 0; i < w->n_link; i++) {
        size_t j = (size_t)w->link[i];
        w->s[i * w->n_link + i] = -1.0 / fmax(w->weight[j], LEAST_PIVOT);
        for (size_t k = a->start[j]; k < a->start[j + 1]; k++)
            if (w->kind[a->row[k]] == ROW_BORDER)
                w->kl[i * n + (size_t)w->at[a->row[k]]] += a->val[k];
    }
}

bool arrow_factor(struct arrow *w, const double *col, const double *slack)
{
    size_t n = w->n_border, h = w->n_link;

    w->weight = col;
    w->slack = slack;
    pool_run(w->pool, (size_t)w->a->n_block, factor_block, w);
    for (int t = 0; t < w->a->n_block; t++)
        if (w->bad[t])
            return false;
    clear_border(w);
    for (int t = 0; t < w->a->n_block; t++)
        add_schur(w, &w->block[t]);
    for (size_t i = 0; i < n; i++)
        w->k[i * n + i] = w->k[i * n + i] * (1.0 + 1e-13) + LEAST_PIVOT;
    if (!linalg_factor(n, w->k))
        return false;
    linalg_right_solve(h, n, w->k, w->kl);
    for (size_t i = 0; i < h * h; i++)
        w->s[i] = -w->s[i];
    linalg_rank_k(h, n, 1.0, w->kl, true, w->s);
    for (size_t i = 0; i < h; i++)
        w->s[i * h + i] *= 1.0 + 1e-13;
    return linalg_factor(h, w->s);
}

/* Forward through one block: its rows of r become L^-1 r, the border's share is taken. */
static void block_forward(const struct arrow *w, const struct block *b, double *r, double *border, double *t)
{
    (void)w;
    for (size_t i = 0; i < b->n_dense; i++)
        t[i] = r[b->dense[i]];
    for (size_t g = 0; g < b->n_div; g++) {
        double v = r[b->div[g]] /= b->sd[g];
        for (size_t i = b->couple0[g]; i < b->couple0[g + 1]; i++)
            border[b->ext[b->couple[i].ext]] -= b->couple[i].v * v;
        t[b->n_dense + g] = v;
    }
    linalg_add_product(b->n_div, b->n_dense, -1.0, b->c, true, t + b->n_dense, t);
    linalg_triangle_solve(b->n_dense, b->l, false, t);
    for (size_t i = 0; i < b->n_dense; i++)
        r[b->dense[i]] = t[i];
    for (size_t i = 0; i < b->n_ext; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < b->n_dense; k++)
            sum += b->x[i * b->n_dense + k] * t[k];
        border[b->ext[i]] -= sum;
    }
}

static void block_backward(const struct arrow *w, const struct block *b, double *r, const double *border, double *t)
{
    (void)w;
    for (size_t i = 0; i < b->n_dense; i++)
        t[i] = r[b->dense[i]];
    for (size_t i = 0; i < b->n_ext; i++)
        for (size_t k = 0; k < b->n_dense; k++)
            t[k] -= b->x[i * b->n_dense + k] * border[b->ext[i]];
    linalg_triangle_solve(b->n_dense, b->l, true, t);
    memset(t + b->n_dense, 0, b->n_div * sizeof *t);
    linalg_add_product(b->n_div, b->n_dense, -1.0, b->c, false, t, t + b->n_dense);
    for (size_t g = 0; g < b->n_div; g++) {
        double v = r[b->div[g]] + t[b->n_dense + g];
        for (size_t i = b->couple0[g]; i < b->couple0[g + 1]; i++)
            v -= b->couple[i].v * border[b->ext[b->couple[i].ext]];
        r[b->div[g]] = v / b->sd[g];
    }
    for (size_t i = 0; i < b->n_dense; i++)
        r[b->dense[i]] = t[i];
}

/* border: n_border sides of rows, then n_link sides of columns; both become the solution. */
static void border_solve(struct arrow *w, double *border)
{
    size_t n = w->n_border, h = w->n_link;
    double *link = border + n;

    linalg_triangle_solve(n, w->k, false, border);
    for (size_t i = 0; i < h; i++)
        link[i] = -link[i];
    linalg_add_product(h, n, 1.0, w->kl, false, border, link);
    linalg_triangle_solve(h, w->s, false, link);
    linalg_triangle_solve(h, w->s, true, link);
    linalg_add_product(h, n, -1.0, w->kl, true, link, border);
    linalg_triangle_solve(n, w->k, true, border);
}

void arrow_solve(struct arrow *w, double *r, double *dx)
{
    size_t n = w->n_border;
    double *border = w->work, *t = w->work + n + w->n_link;

    for (size_t i = 0; i < n; i++)
        border[i] = r[w->border[i]];
    for (size_t i = 0; i < w->n_link; i++)
        border[n + i] = dx[w->link[i]];
    for (int b = 0; b < w->a->n_block; b++)
        block_forward(w, &w->block[b], r, border, t);
    border_solve(w, border);
    for (int b = 0; b < w->a->n_block; b++)
        block_backward(w, &w->block[b], r, border, t);
    for (size_t i = 0; i < n; i++)
        r[w->border[i]] = border[i];
    for (size_t i = 0; i < w->n_link; i++)
        dx[w->link[i]] = border[n + i];
}
