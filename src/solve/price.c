/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole instance against duals: d = cost - A'y over every column of the source. */
#include <stdint.h>
#include "base/mem.h"
#include "solve/solve.h"

strait_status price_all(strait_ctx *cx, const struct lp *m, const double *y, bool elastic, double *d)
{
    int *row = mem_calloc(m->max_nnz, sizeof *row);
    double *val = mem_calloc(m->max_nnz, sizeof *val);

    if (!row || !val) {
        mem_free(row);
        mem_free(val);
        return cx_nomem(cx);
    }
    for (size_t j = 0; j < m->n_col; j++) {
        size_t n = lp_column(m, j, row, val);
        double sum = elastic ? 0.0 : m->cost[j];
        for (size_t i = 0; i < n; i++)
            sum -= y[row[i]] * val[i];
        d[j] = sum;
    }
    mem_free(row);
    mem_free(val);
    return STRAIT_OK;
}

double solve_irregular(size_t j)
{
    uint64_t z = (uint64_t)j + 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}
