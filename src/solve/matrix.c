/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compact copy, and which block each row and column lies in. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "solve/matrix.h"
#include "solve/solve.h"

#define UNSEEN (-3)

void matrix_free(struct matrix *a)
{
    if (!a)
        return;
    mem_free(a->start);
    mem_free(a->row);
    mem_free(a->val);
    mem_free(a->cost);
    mem_free(a->most);
    mem_free(a->source);
    mem_free(a->rhs);
    mem_free(a->sense);
    mem_free(a->row_block);
    mem_free(a->col_block);
    mem_free(a);
}

static bool moves(const struct lp *m, size_t j) { return m->up[j] > m->lo[j]; }

/* Entries of all columns that move, and their number. */
static size_t count(const struct lp *m, int *row, double *val, size_t *n_col)
{
    size_t n = 0;
    double unit;

    *n_col = 0;
    for (size_t j = 0; j < m->n_col; j++) {
        if (!moves(m, j))
            continue;
        n += lp_scaled_column(m, j, row, val, &unit);
        (*n_col)++;
    }
    return n;
}

static strait_status allocate(strait_ctx *cx, struct matrix *a, size_t nnz)
{
    a->start = mem_calloc(a->n_col + 1, sizeof *a->start);
    a->row = mem_calloc(nnz + 1, sizeof *a->row);
    a->val = mem_calloc(nnz + 1, sizeof *a->val);
    a->cost = mem_calloc(a->n_col + 1, sizeof *a->cost);
    a->most = mem_calloc(a->n_col + 1, sizeof *a->most);
    a->source = mem_calloc(a->n_col + 1, sizeof *a->source);
    a->col_block = mem_calloc(a->n_col + 1, sizeof *a->col_block);
    a->rhs = mem_calloc(a->n_row + 1, sizeof *a->rhs);
    a->sense = mem_calloc(a->n_row + 1, sizeof *a->sense);
    a->row_block = mem_calloc(a->n_row + 1, sizeof *a->row_block);
    if (a->start && a->row && a->val && a->cost && a->most && a->source && a->col_block && a->rhs && a->sense && a->row_block)
        return STRAIT_OK;
    return cx_nomem(cx);
}

static void copy_rows(struct matrix *a, const struct lp *m)
{
    for (size_t i = 0; i < a->n_row; i++) {
        const struct lp_row *r = &m->row[i];
        bool below = !isinf(r->lo), above = !isinf(r->up);
        a->sense[i] = (signed char)(below && above ? 0 : above ? 1 : below ? -1 : 2);
        a->rhs[i] = (above ? r->up : below ? r->lo : 0.0) / lp_row_unit(r);
    }
}

/* One column: its entries at the end, its lower bound moved to the right-hand sides. */
static void copy_column(struct matrix *a, const struct lp *m, size_t j, size_t k, int *row, double *val)
{
    double unit;
    size_t n = lp_scaled_column(m, j, row, val, &unit), at = a->start[k];

    for (size_t i = 0; i < n; i++) {
        a->row[at + i] = row[i];
        a->val[at + i] = val[i];
        a->rhs[row[i]] -= val[i] * m->lo[j] / unit;
    }
    a->start[k + 1] = at + n;
    a->cost[k] = m->cost[j] * unit / m->money;
    a->most[k] = (m->up[j] - m->lo[j]) / unit;
}

/* Columns that move into a->source, segment by segment and those of none last: what a block reads lies together. */
static strait_status sort_columns(strait_ctx *cx, struct matrix *a, const struct lp *m)
{
    size_t n_segment = m->c->n_segment, *at = mem_calloc(n_segment + 2, sizeof *at);
    int t;

    if (!at)
        return cx_nomem(cx);
    for (int fill = 0; fill < 2; fill++) {
        for (size_t j = 0; j < m->n_col; j++) {
            if (!moves(m, j))
                continue;
            (void)lp_strip_of(m, j, &t);
            size_t s = t < 0 ? n_segment : (size_t)t;
            if (fill)
                a->source[at[s]++] = j;
            else
                at[s + 1]++;
        }
        for (size_t s = 0; !fill && s <= n_segment; s++)
            at[s + 1] += at[s];
    }
    mem_free(at);
    return STRAIT_OK;
}

static void copy_columns(struct matrix *a, const struct lp *m, int *row, double *val)
{
    double unit;

    for (size_t k = 0; k < a->n_col; k++)
        copy_column(a, m, a->source[k], k, row, val);
    for (size_t j = 0; j < m->n_col; j++) {
        size_t n = !moves(m, j) && m->lo[j] != 0.0 ? lp_scaled_column(m, j, row, val, &unit) : 0;
        for (size_t i = 0; i < n; i++)
            a->rhs[row[i]] -= val[i] * m->lo[j] / unit;
    }
}

/* A row that columns of one segment alone touch lies in that segment's block; with those of several, in the border. */
static void place_rows(struct matrix *a, const struct lp *m)
{
    for (size_t i = 0; i < a->n_row; i++)
        a->row_block[i] = UNSEEN;
    for (size_t k = 0; k < a->n_col; k++) {
        int t;
        (void)lp_strip_of(m, a->source[k], &t);
        for (size_t e = a->start[k]; t >= 0 && e < a->start[k + 1]; e++) {
            int *b = &a->row_block[a->row[e]];
            *b = *b == UNSEEN || *b == t ? t : BLOCK_NONE;
        }
    }
    for (size_t i = 0; i < a->n_row; i++)
        if (a->row_block[i] == UNSEEN)
            a->row_block[i] = m->row[i].family == ROW_LIMIT || m->row[i].family == ROW_DEMAND ? BLOCK_NONE : m->row[i].t;
}

static void place_columns(struct matrix *a)
{
    for (size_t k = 0; k < a->n_col; k++) {
        int at = BLOCK_NONE;
        for (size_t e = a->start[k]; e < a->start[k + 1]; e++) {
            int b = a->row_block[a->row[e]];
            if (b != BLOCK_NONE)
                at = at == BLOCK_NONE || at == b ? b : BLOCK_LINK;
        }
        a->col_block[k] = at;
    }
}

/*
 * Where plans tie, the barrier ends in the middle of all of them, and no choice of columns from there is a vertex.  Costs
 * moved by this share, each by its own, leave it one to end at; the few pivots from there to the true costs are cheap.
 */
#define APART 1e-4

static void break_ties(struct matrix *a)
{
    for (size_t j = 0; j < a->n_col; j++)
        a->cost[j] += APART * solve_irregular(a->source[j]) * (1e-3 + fabs(a->cost[j]));
}

strait_status matrix_new(strait_ctx *cx, const struct lp *m, struct matrix **out)
{
    strait_status st = STRAIT_OK;
    struct matrix *a = mem_calloc(1, sizeof *a);
    int *row = mem_calloc(m->max_nnz, sizeof *row);
    double *val = mem_calloc(m->max_nnz, sizeof *val);

    if (!a || !row || !val) {
        st = cx_nomem(cx);
        goto out;
    }
    a->n_row = m->n_row;
    a->n_block = (int)m->c->n_segment;
    TRY(allocate(cx, a, count(m, row, val, &a->n_col)));
    copy_rows(a, m);
    TRY(sort_columns(cx, a, m));
    copy_columns(a, m, row, val);
    place_rows(a, m);
    place_columns(a);
    break_ties(a);
    *out = a;
    a = NULL;
out:
    mem_free(row);
    mem_free(val);
    matrix_free(a);
    return st;
}

void matrix_add_product(const struct matrix *a, double alpha, const double *x, double *r)
{
    for (size_t j = 0; j < a->n_col; j++) {
        double v = alpha * x[j];
        for (size_t k = a->start[j]; v != 0.0 && k < a->start[j + 1]; k++)
            r[a->row[k]] += a->val[k] * v;
    }
}
