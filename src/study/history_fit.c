/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a history says of the quantities to come: how they go together, and how far they stray. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/random.h"
#include "linalg/linalg.h"
#include "study/history.h"

struct ranked { double v; size_t row; };

static int ascending(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return x->v != y->v ? (x->v < y->v ? -1 : 1) : (x->row > y->row) - (x->row < y->row);
}

static double weight_of(const struct history *h, size_t i) { return h->weight ? h->weight[i] : 1; }

/* What is ranked: amounts, or changes of their logarithms over the root of their time.  How many. */
static size_t series(const struct history *h, size_t col, bool changes, struct ranked *x)
{
    const double *v = h->v + col * h->n_row;
    size_t n = changes ? h->n_row - 1 : h->n_row;

    for (size_t i = 0; i < n; i++)
        x[i] = (struct ranked){changes ? log(v[i + 1] / v[i]) / sqrt(weight_of(h, i)) : v[i], i};
    return n;
}

/* Normal scores of n values with weights w (NULL: 1), into z by row.  Equal values have the score of their middle. */
static void scores(struct ranked *x, size_t n, const double *w, double *z)
{
    double all = 0, below = 0;

    qsort(x, n, sizeof *x, ascending);
    for (size_t i = 0; i < n; i++)
        all += w ? w[i] : 1;
    for (size_t i = 0, end; i < n; i = end) {
        double here = 0;
        for (end = i; end < n && !(x[end].v > x[i].v); end++)
            here += w ? w[x[end].row] : 1;
        for (size_t k = i; k < end; k++)
            z[x[k].row] = here > 0 ? random_normal_quantile((below + 0.5 * here) / all) : 0;
        below += here;
    }
}

/* Around their weighted mean, of length 1 with the roots of the weights in; false: they are all the same. */
static bool standardise(size_t n, const double *w, double *z)
{
    double all = 0, mean = 0, square = 0;

    for (size_t i = 0; i < n; i++) {
        all += w ? w[i] : 1;
        mean += (w ? w[i] : 1) * z[i];
    }
    for (size_t i = 0; i < n; i++) {
        z[i] = (z[i] - mean / all) * (w ? sqrt(w[i]) : 1);
        square += z[i] * z[i];
    }
    for (size_t i = 0; i < n && square > 0; i++)
        z[i] /= sqrt(square);
    return square > 0;
}

strait_status history_correlations(const struct history *h, bool changes, double *out, size_t *still)
{
    size_t m = h->n_col, n = 0;
    struct ranked *x = mem_calloc(h->n_row, sizeof *x);
    double *z = mem_calloc(m * h->n_row, sizeof *z);
    const double *w = changes ? NULL : h->weight;
    strait_status st = x && z ? linalg_ready(1) : STRAIT_ENOMEM;

    *still = SIZE_MAX;
    for (size_t j = 0; st == STRAIT_OK && j < m && *still == SIZE_MAX; j++) {
        n = series(h, j, changes, x);
        scores(x, n, w, z + j * n);
        if (!standardise(n, w, z + j * n))
            *still = j;
    }
    if (st == STRAIT_OK && *still == SIZE_MAX) {
        memset(out, 0, m * m * sizeof *out);
        linalg_rank_k(m, n, 1, z, true, out);
        for (size_t i = 0; i < m; i++) {
            out[i * m + i] = 1;
            for (size_t j = 0; j < i; j++)
                out[j * m + i] = out[i * m + j] = fmax(-1, fmin(1, out[i * m + j]));
        }
    }
    mem_free(x);
    mem_free(z);
    return st;
}

double history_sigma(const struct history *h, bool changes)
{
    size_t n = changes ? h->n_row - 1 : h->n_row;
    double all = 0, squares = 0, mean = 0, sum = 0;

    for (size_t i = 0; i < n; i++) {
        double w = weight_of(h, i);
        all += w;
        squares += w * w;
        mean += changes ? log(h->v[i + 1] / h->v[i]) : w * log(h->v[i]);
    }
    mean /= all;
    for (size_t i = 0; i < n; i++) {
        double w = weight_of(h, i), off = changes ? log(h->v[i + 1] / h->v[i]) - mean * w : log(h->v[i]) - mean;
        sum += changes ? off * off : w * off * off;
    }
    all -= squares / all;
    return n >= 2 && all > 0 ? sqrt(sum / all) : (double)NAN;
}
