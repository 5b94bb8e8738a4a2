/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/dense.h"

#include <check.h>
#include <math.h>
#include "base/mem.h"

static void swap(double *a, double *b)
{
    double t = *a;

    *a = *b;
    *b = t;
}

static size_t largest_of_column(size_t n, const double *a, size_t k)
{
    size_t best = k;

    for (size_t i = k + 1; i < n; i++)
        if (fabs(a[i * n + k]) > fabs(a[best * n + k]))
            best = i;
    return best;
}

bool dense_solve(size_t n, double *a, double *b)
{
    for (size_t k = 0; k < n; k++) {
        size_t p = largest_of_column(n, a, k);
        if (a[p * n + k] == 0.0)
            return false;
        for (size_t j = 0; j < n && p != k; j++)
            swap(&a[p * n + j], &a[k * n + j]);
        if (p != k)
            swap(&b[p], &b[k]);
        for (size_t i = k + 1; i < n; i++) {
            double f = a[i * n + k] / a[k * n + k];
            for (size_t j = k; j < n; j++)
                a[i * n + j] -= f * a[k * n + j];
            b[i] -= f * b[k];
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++)
            b[k] -= a[k * n + j] * b[j];
        b[k] /= a[k * n + k];
    }
    return true;
}

/* The largest entry from (k, k) on comes to (k, k).  Its size. */
static double bring_largest(size_t m, size_t n, double *a, size_t k)
{
    size_t r = k, c = k;

    for (size_t i = k; i < m; i++)
        for (size_t j = k; j < n; j++)
            if (fabs(a[i * n + j]) > fabs(a[r * n + c])) {
                r = i;
                c = j;
            }
    for (size_t j = 0; j < n; j++)
        swap(&a[r * n + j], &a[k * n + j]);
    for (size_t i = 0; i < m; i++)
        swap(&a[i * n + c], &a[i * n + k]);
    return fabs(a[k * n + k]);
}

size_t dense_rank(size_t m, size_t n, double *a, double tol)
{
    double first = 0.0;

    for (size_t k = 0; k < m && k < n; k++) {
        double now = bring_largest(m, n, a, k);
        first = k == 0 ? now : first;
        if (now <= tol * first)
            return k;
        for (size_t i = k + 1; i < m; i++) {
            double f = a[i * n + k] / a[k * n + k];
            for (size_t j = k; j < n; j++)
                a[i * n + j] -= f * a[k * n + j];
        }
    }
    return m < n ? m : n;
}

static int block_of_column(const struct matrix *a, size_t j)
{
    int at = BLOCK_NONE;

    for (size_t k = a->start[j]; k < a->start[j + 1]; k++) {
        int b = a->row_block[a->row[k]];
        if (b >= 0)
            at = at == BLOCK_NONE || at == b ? b : BLOCK_LINK;
    }
    return at;
}

static void allocate(struct matrix *a)
{
    a->start = mem_calloc(a->n_col + 1, sizeof *a->start);
    a->row = mem_calloc(a->n_row * a->n_col, sizeof *a->row);
    a->val = mem_calloc(a->n_row * a->n_col, sizeof *a->val);
    a->cost = mem_calloc(a->n_col, sizeof *a->cost);
    a->most = mem_calloc(a->n_col, sizeof *a->most);
    a->source = mem_calloc(a->n_col, sizeof *a->source);
    a->rhs = mem_calloc(a->n_row, sizeof *a->rhs);
    a->sense = mem_calloc(a->n_row, sizeof *a->sense);
    a->row_block = mem_calloc(a->n_row, sizeof *a->row_block);
    a->col_block = mem_calloc(a->n_col, sizeof *a->col_block);
    ck_assert(a->start && a->row && a->val && a->cost && a->most && a->source && a->rhs && a->sense && a->row_block && a->col_block);
}

struct matrix *hand_matrix(size_t n_row, size_t n_col, int n_block, const double *entry, const int *row_block)
{
    struct matrix *a = mem_calloc(1, sizeof *a);

    ck_assert_ptr_nonnull(a);
    a->n_row = n_row;
    a->n_col = n_col;
    a->n_block = n_block;
    allocate(a);
    for (size_t i = 0; i < n_row; i++)
        a->row_block[i] = row_block[i];
    for (size_t j = 0; j < n_col; j++) {
        size_t at = a->start[j];
        for (size_t i = 0; i < n_row; i++) {
            if (entry[i * n_col + j] == 0.0)
                continue;
            a->row[at] = (int)i;
            a->val[at++] = entry[i * n_col + j];
        }
        a->start[j + 1] = at;
        a->most[j] = (double)INFINITY;
        a->source[j] = j;
        a->col_block[j] = block_of_column(a, j);
    }
    return a;
}

void hand_free(struct matrix *a)
{
    matrix_free(a);
}
