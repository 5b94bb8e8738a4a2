/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sparse solutions of sparse equations, at the cost of what is not zero in them.
 *
 * KLU orders B into blocks on and above a diagonal and factors each: P (B / s) Q = L U + F, with L U of the blocks and F of what
 * lies above them.  Solving for few entries then touches few places.  They are kept as bits, so that those of a block
 * come up in the order in which L and U need them without a search, and blocks without one cost nothing.
 */
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <suitesparse/klu.h>

#include "base/arena.h"
#include "base/mem.h"
#include "linalg/linalg.h"

/* A pivot is at least this share of the largest of its column: KLU's own 1e-3 lets entries grow a thousandfold. */
#define PIVOT_SHARE 0.1

struct triangle { int *begin, *row; double *val; };

struct linalg_lu {
    arena *arena;
    size_t n;
    struct triangle l, u, f;    /* by columns; the diagonal comes first in l, last in u */
    int *row, *column;          /* place -> row and column of B */
    int *place;                 /* row of B -> place */
    int *block;                 /* place -> its block */
    int *block_begin;
    double *scale;              /* by place: what the row was divided by */
    double *x;                  /* scratch by place, all 0 between solves */
    uint64_t *bits;             /* places where x may differ from 0 */
};

void linalg_lu_free(struct linalg_lu *f)
{
    if (!f)
        return;
    arena_free(f->arena);
    mem_free(f);
}

static bool room_for(arena *a, struct triangle *t, size_t n, int n_entry)
{
    t->begin = arena_alloc(a, n + 1, sizeof *t->begin);
    t->row = arena_alloc(a, (size_t)n_entry, sizeof *t->row);
    t->val = arena_alloc(a, (size_t)n_entry, sizeof *t->val);
    return t->begin && t->row && t->val;
}

static struct linalg_lu *lu_alloc(size_t n, const klu_symbolic *s, const klu_numeric *k)
{
    struct linalg_lu *f = mem_calloc(1, sizeof *f);
    arena *a = arena_new();

    if (!f || !a) {
        arena_free(a);
        mem_free(f);
        return NULL;
    }
    f->arena = a;
    f->n = n;
    f->row = arena_alloc(a, n, sizeof *f->row);
    f->column = arena_alloc(a, n, sizeof *f->column);
    f->place = arena_alloc(a, n, sizeof *f->place);
    f->block = arena_alloc(a, n, sizeof *f->block);
    f->block_begin = arena_alloc(a, (size_t)s->nblocks + 1, sizeof *f->block_begin);
    f->scale = arena_alloc(a, n, sizeof *f->scale);
    f->x = arena_alloc(a, n, sizeof *f->x);
    f->bits = arena_alloc(a, n / 64 + 1, sizeof *f->bits);
    if (room_for(a, &f->l, n, k->lnz) && room_for(a, &f->u, n, k->unz) && room_for(a, &f->f, n, k->nzoff) && f->row && f->column
        && f->place && f->block && f->block_begin && f->scale && f->x && f->bits)
        return f;
    linalg_lu_free(f);
    return NULL;
}

/* What KLU found, in arrays of ours. */
static strait_status copy_out(size_t n, klu_symbolic *s, klu_numeric *k, klu_common *common, struct linalg_lu **out)
{
    struct linalg_lu *f = lu_alloc(n, s, k);

    if (!f)
        return STRAIT_ENOMEM;
    if (!klu_extract(k, s, f->l.begin, f->l.row, f->l.val, f->u.begin, f->u.row, f->u.val, f->f.begin, f->f.row, f->f.val, f->row,
                     f->column, f->scale, f->block_begin, common)) {
        linalg_lu_free(f);
        return STRAIT_ENOMEM;
    }
    for (size_t i = 0; i < n; i++)
        f->place[f->row[i]] = (int)i;
    for (int b = 0; b < s->nblocks; b++)
        for (int i = f->block_begin[b]; i < f->block_begin[b + 1]; i++)
            f->block[i] = b;
    *out = f;
    return STRAIT_OK;
}

/**
 * Factor B (n x n) by KLU (T. A. Davis and E. Palamadai Natarajan, ACM Trans. Math. Softw. 37, 2010).
 *
 * @param n      1 or more
 * @param begin  n + 1: where each column begins in row and val; row in any order, none twice in a column
 * @param out    the caller's, to linalg_lu_free; NULL where B is singular
 * @return STRAIT_OK, STRAIT_EINPUT (more than int counts), STRAIT_ENOMEM
 * Test: tests/unit/check_linalg.c
 */
strait_status linalg_lu_new(size_t n, int *begin, int *row, double *val, struct linalg_lu **out)
{
    strait_status st = STRAIT_OK;
    klu_common common;
    klu_symbolic *s;
    klu_numeric *k = NULL;

    *out = NULL;
    if (n == 0 || n >= INT_MAX)
        return STRAIT_EINPUT;
    klu_defaults(&common);
    common.tol = PIVOT_SHARE;
    s = klu_analyze((int)n, begin, row, &common);
    if (s)
        k = klu_factor(begin, row, val, s, &common);
    if (k && common.status == KLU_OK)
        st = copy_out(n, s, k, &common, out);
    else if (common.status != KLU_SINGULAR)
        st = common.status == KLU_OUT_OF_MEMORY ? STRAIT_ENOMEM : STRAIT_EINPUT;
    klu_free_numeric(&k, &common);
    klu_free_symbolic(&s, &common);
    return st;
}

/* The next marked place from `from` up, below `end`; -1: none. */
static int next_up(const uint64_t *bits, int from, int end)
{
    for (int word = from / 64; from < end; from = 64 * ++word) {
        uint64_t w = bits[word] >> (from % 64);
        if (w)
            return from + __builtin_ctzll(w) < end ? from + __builtin_ctzll(w) : -1;
    }
    return -1;
}

/* The next from `from` down to `end`; -1: none. */
static int next_down(const uint64_t *bits, int from, int end)
{
    for (int word = from / 64; from >= end; from = 64 * word-- - 1) {
        uint64_t w = bits[word] << (63 - from % 64);
        if (w)
            return from - __builtin_clzll(w) >= end ? from - __builtin_clzll(w) : -1;
    }
    return -1;
}

/* x -= v times entries `from` to `to` of a triangle. */
static void subtract(struct linalg_lu *f, const struct triangle *t, int from, int to, double v)
{
    for (int p = from; p < to; p++) {
        int i = t->row[p];
        f->x[i] -= v * t->val[p];
        f->bits[i / 64] |= (uint64_t)1 << (i % 64);
    }
}

/* Solve the block, and take what it came to from those above. Values go to the caller. */
static size_t solve_block(struct linalg_lu *f, int begin, int end, int *at, double *val)
{
    size_t n = 0;

    for (int k = end - begin > 1 ? next_up(f->bits, begin, end) : -1; k >= 0; k = next_up(f->bits, k + 1, end))
        subtract(f, &f->l, f->l.begin[k] + 1, f->l.begin[k + 1], f->x[k]);
    for (int k = next_down(f->bits, end - 1, begin); k >= 0; k = next_down(f->bits, k - 1, begin)) {
        int last = f->u.begin[k + 1] - 1;
        double v = f->x[k] / f->u.val[last];
        f->x[k] = 0.0;
        f->bits[k / 64] &= ~((uint64_t)1 << (k % 64));
        if (v == 0.0)
            continue;
        subtract(f, &f->u, f->u.begin[k], last, v);
        subtract(f, &f->f, f->f.begin[k], f->f.begin[k + 1], v);
        at[n] = f->column[k];
        val[n++] = v;
    }
    return n;
}

/**
 * The solution of B x = b: its entries that are not 0, in a fixed order.
 *
 * @param n_b   entries of b that are not 0
 * @param row   n_b: which, none twice
 * @param b     n_b: their values
 * @param at    room for n: which entries of x
 * @param x     room for n: their values
 * @return how many
 * Cost O(n / 64 + entries of the factors met).  Not for two threads at a time.  Test: tests/unit/check_linalg.c
 */
size_t linalg_lu_solve(struct linalg_lu *f, size_t n_b, const int *row, const double *b, int *at, double *x)
{
    size_t n = 0;
    int last = -1;

    for (size_t p = 0; p < n_b; p++) {
        int k = f->place[row[p]];
        f->x[k] = b[p] / f->scale[k];
        f->bits[k / 64] |= (uint64_t)1 << (k % 64);
        last = k > last ? k : last;
    }
    while (last >= 0) {
        int block = f->block[last], begin = f->block_begin[block];
        n += solve_block(f, begin, f->block_begin[block + 1], at + n, x + n);
        last = next_down(f->bits, begin - 1, 0);
    }
    return n;
}
