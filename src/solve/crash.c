/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A left-looking elimination: each candidate is reduced by the pivots so far and takes the best row that is left to it.
 * Candidates of one segment may take rows of its block alone, so that the work stays inside blocks; what they leave
 * (rows that links or the border decide, columns that are worth more there) is settled in the border, last.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "solve/crash.h"

#define BASIC 1.0           /* x/z above this: the barrier holds it for basic */
#define LEAST_PIVOT 1e-5    /* of the column's largest entry: less is dependence */
#define WORTHY 0.1          /* of the largest eligible entry: a sparser row may be taken from here on */
#define NO_PIVOT (-1)

struct entry { int row; double v; };

/* Candidates: columns of the matrix, then slacks of rows. */
struct candidate { double weight; size_t what; int block; };

struct crash {
    const struct matrix *a;
    const struct barrier *b;
    int *pivot_of;              /* n_row: its place in the order, or NO_PIVOT */
    size_t n_pivot;
    struct { size_t from, to; int row; double v; } *pivot;     /* n_row */
    VEC(struct entry) lower;    /* multipliers of each pivot's column */
    double *v;                  /* n_row: the candidate at hand */
    unsigned char *touched;     /* n_row */
    int *list;                  /* rows that it touches */
    size_t n_list;
    uint64_t *due;              /* pivots that it must still be reduced by, one bit each */
    size_t low_word, high_word;
    struct candidate *cand;
    size_t n_cand, n_basic;     /* those with weight > BASIC come first */
    double *scale;              /* n_row: 1 / the largest share that a column has in the row's activity */
    int *rows_of;               /* n_row: entries of the row in the matrix, for sparseness */
    struct basis *out;
};

void basis_free(struct basis *b)
{
    mem_free(b->col);
    mem_free(b->row);
    b->col = NULL;
    b->row = NULL;
}

static void crash_close(struct crash *k)
{
    mem_free(k->pivot_of);
    mem_free(k->pivot);
    VEC_FREE(&k->lower);
    mem_free(k->v);
    mem_free(k->touched);
    mem_free(k->list);
    mem_free(k->due);
    mem_free(k->cand);
    mem_free(k->rows_of);
    mem_free(k->scale);
}

static void touch(struct crash *k, int row, double v)
{
    if (!k->touched[row]) {
        k->touched[row] = 1;
        k->list[k->n_list++] = row;
        if (k->pivot_of[row] != NO_PIVOT) {
            size_t word = (size_t)k->pivot_of[row] / 64;
            k->due[word] |= (uint64_t)1 << (k->pivot_of[row] % 64);
            k->low_word = word < k->low_word ? word : k->low_word;
            k->high_word = word > k->high_word ? word : k->high_word;
        }
    }
    k->v[row] += v;
}

static void forget(struct crash *k)
{
    for (size_t i = 0; i < k->n_list; i++) {
        k->v[k->list[i]] = 0.0;
        k->touched[k->list[i]] = 0;
    }
    k->n_list = 0;
    k->low_word = SIZE_MAX;
    k->high_word = 0;
}

/* The candidate less what pivots so far explain of it. Its largest entry before. */
static double reduce(struct crash *k, size_t what)
{
    double most = 1.0;

    if (what >= k->a->n_col) {
        touch(k, (int)(what - k->a->n_col), 1.0);
    } else {
        most = 0.0;
        for (size_t e = k->a->start[what]; e < k->a->start[what + 1]; e++) {
            double v = k->a->val[e] * k->scale[k->a->row[e]];
            touch(k, k->a->row[e], v);
            most = fmax(most, fabs(v));
        }
    }
    for (size_t word = k->low_word; word <= k->high_word && word != SIZE_MAX; word++) {
        while (k->due[word]) {
            size_t p = word * 64 + (size_t)__builtin_ctzll(k->due[word]);
            double f = k->v[k->pivot[p].row] / k->pivot[p].v;
            k->due[word] &= k->due[word] - 1;
            for (size_t i = k->pivot[p].from; f != 0.0 && i < k->pivot[p].to; i++)
                touch(k, k->lower.v[i].row, -f * k->lower.v[i].v);
        }
    }
    return most;
}

/* The row to take: large enough, and of those the one that fewest columns touch. NO_PIVOT: none. block < 0: any. */
static int best_row(const struct crash *k, int block, double most)
{
    double largest = 0.0;
    int best = NO_PIVOT;

    for (size_t i = 0; i < k->n_list; i++) {
        int r = k->list[i];
        if (k->pivot_of[r] == NO_PIVOT && (block < 0 || k->a->row_block[r] == block))
            largest = fmax(largest, fabs(k->v[r]));
    }
    if (largest <= LEAST_PIVOT * most)
        return NO_PIVOT;
    for (size_t i = 0; i < k->n_list; i++) {
        int r = k->list[i];
        if (k->pivot_of[r] != NO_PIVOT || (block >= 0 && k->a->row_block[r] != block) || fabs(k->v[r]) < WORTHY * largest)
            continue;
        if (best == NO_PIVOT || k->rows_of[r] < k->rows_of[best] || (k->rows_of[r] == k->rows_of[best] && r < best))
            best = r;
    }
    return best;
}

static strait_status take(strait_ctx *cx, struct crash *k, size_t what, int row)
{
    size_t from = k->lower.n;

    for (size_t i = 0; i < k->n_list; i++) {
        int r = k->list[i];
        if (r == row || k->pivot_of[r] != NO_PIVOT || k->v[r] == 0.0)
            continue;
        if (VEC_PUSH(&k->lower, ((struct entry){ r, k->v[r] })) != STRAIT_OK)
            return cx_nomem(cx);
    }
    k->pivot[k->n_pivot].from = from;
    k->pivot[k->n_pivot].to = k->lower.n;
    k->pivot[k->n_pivot].row = row;
    k->pivot[k->n_pivot].v = k->v[row];
    k->pivot_of[row] = (int)k->n_pivot++;
    if (what < k->a->n_col)
        k->out->col[k->out->n_col++] = k->a->source[what];
    else
        k->out->row[what - k->a->n_col] = true;
    return STRAIT_OK;
}

/* One candidate: does it take a row? */
static strait_status attempt(strait_ctx *cx, struct crash *k, const struct candidate *c, int block, bool *taken)
{
    strait_status st = STRAIT_OK;
    double most = reduce(k, c->what);
    int row = best_row(k, block, most);

    *taken = row != NO_PIVOT;
    if (*taken)
        st = take(cx, k, c->what, row);
    forget(k);
    return st;
}

static int by_block(const void *p, const void *q)
{
    const struct candidate *x = p, *y = q;

    if (x->block != y->block)
        return x->block < y->block ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->what < y->what ? -1 : x->what > y->what;
}

static int by_weight(const void *p, const void *q)
{
    const struct candidate *x = p, *y = q;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->what < y->what ? -1 : x->what > y->what;
}

/* Everything that the barrier holds for basic; members of the border and links are of block -1 and come last. */
static strait_status list_candidates(strait_ctx *cx, struct crash *k)
{
    const struct matrix *a = k->a;
    const struct barrier *b = k->b;
    size_t n = 0;

    for (size_t j = 0; j < a->n_col; j++)
        n += b->x[j] > BASIC * b->z[j];
    k->cand = mem_calloc(n + a->n_row, sizeof *k->cand);
    if (!k->cand)
        return cx_nomem(cx);
    n = 0;
    for (size_t j = 0; j < a->n_col; j++)
        if (b->x[j] > BASIC * b->z[j])
            k->cand[n++] = (struct candidate){ b->x[j] / b->z[j], j, a->col_block[j] >= 0 ? a->col_block[j] : INT32_MAX };
    for (size_t i = 0; i < a->n_row; i++)
        if (a->sense[i] != 0 && (a->sense[i] == 2 || b->s[i] > BASIC * fabs(b->y[i])))
            k->cand[n++] = (struct candidate){ a->sense[i] == 2 ? (double)INFINITY : b->s[i] / fabs(b->y[i]), a->n_col + i,
                                               a->row_block[i] >= 0 ? a->row_block[i] : INT32_MAX };
    k->n_cand = n;
    return STRAIT_OK;
}

/* Rows come in all sizes; dependence is judged with each measured by its own activity. */
static void measure_rows(struct crash *k)
{
    const struct matrix *a = k->a;

    for (size_t j = 0; j < a->n_col; j++)
        for (size_t e = a->start[j]; e < a->start[j + 1]; e++)
            k->scale[a->row[e]] = fmax(k->scale[a->row[e]], fabs(a->val[e]) * k->b->x[j]);
    for (size_t i = 0; i < a->n_row; i++)
        k->scale[i] = k->scale[i] > 0.0 ? 1.0 / k->scale[i] : 1.0;
}

static strait_status crash_open(strait_ctx *cx, struct crash *k)
{
    size_t m = k->a->n_row;

    k->pivot_of = mem_calloc(m, sizeof *k->pivot_of);
    k->pivot = mem_calloc(m, sizeof *k->pivot);
    k->v = mem_calloc(m, sizeof *k->v);
    k->touched = mem_calloc(m, sizeof *k->touched);
    k->list = mem_calloc(m, sizeof *k->list);
    k->due = mem_calloc(m / 64 + 1, sizeof *k->due);
    k->rows_of = mem_calloc(m, sizeof *k->rows_of);
    k->scale = mem_calloc(m, sizeof *k->scale);
    k->out->col = mem_calloc(m, sizeof *k->out->col);
    k->out->row = mem_calloc(m, sizeof *k->out->row);
    if (!k->pivot_of || !k->pivot || !k->v || !k->touched || !k->list || !k->due || !k->rows_of || !k->scale || !k->out->col || !k->out->row)
        return cx_nomem(cx);
    for (size_t i = 0; i < m; i++)
        k->pivot_of[i] = NO_PIVOT;
    for (size_t e = 0; e < k->a->start[k->a->n_col]; e++)
        k->rows_of[k->a->row[e]]++;
    measure_rows(k);
    forget(k);
    return list_candidates(cx, k);
}

/* Blocks first, each with its own candidates; those that take no row there are kept for the border. */
static strait_status eliminate(strait_ctx *cx, struct crash *k)
{
    strait_status st = STRAIT_OK;
    size_t kept = 0;
    bool taken;

    qsort(k->cand, k->n_cand, sizeof *k->cand, by_block);
    for (size_t i = 0; i < k->n_cand; i++) {
        taken = false;
        if (k->cand[i].block != INT32_MAX)
            TRY(attempt(cx, k, &k->cand[i], k->cand[i].block, &taken));
        if (!taken)
            k->cand[kept++] = k->cand[i];
    }
    qsort(k->cand, kept, sizeof *k->cand, by_weight);
    for (size_t i = 0; i < kept && k->n_pivot < k->a->n_row; i++)
        TRY(attempt(cx, k, &k->cand[i], -1, &taken));
out:
    return st;
}

strait_status crash_basis(strait_ctx *cx, const struct matrix *a, const struct barrier *b, struct basis *out)
{
    strait_status st = STRAIT_OK;
    struct crash k = { .a = a, .b = b, .out = out };

    memset(out, 0, sizeof *out);
    TRY(crash_open(cx, &k));
    TRY(eliminate(cx, &k));
    for (size_t i = 0; i < a->n_row; i++)
        if (k.pivot_of[i] == NO_PIVOT)
            out->row[i] = true;
out:
    crash_close(&k);
    if (st != STRAIT_OK)
        basis_free(out);
    return st;
}
