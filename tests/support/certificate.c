/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/certificate.h"

#include <math.h>
#include <stdlib.h>

static bool has_nan(const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (isnan(v[i]))
            return true;
    return false;
}

static bool data_has_nan(const struct cert_lp *lp)
{
    return has_nan(lp->value, lp->start[lp->n]) || has_nan(lp->row_lo, lp->m) || has_nan(lp->row_up, lp->m) ||
           has_nan(lp->col_lo, lp->n) || has_nan(lp->col_up, lp->n) || has_nan(lp->cost, lp->n) ||
           isnan(lp->constant);
}

static double outside(double v, double lo, double up)
{
    double below = isinf(lo) ? 0.0 : (lo - v) / (1.0 + fabs(lo));
    double above = isinf(up) ? 0.0 : (v - up) / (1.0 + fabs(up));

    return fmax(0.0, fmax(below, above));
}

/* a_j' y */
static double column_times(const struct cert_lp *lp, size_t j, const double *y)
{
    double sum = 0.0;

    for (size_t k = lp->start[j]; k < lp->start[j + 1]; k++)
        sum += lp->value[k] * y[lp->index[k]];
    return sum;
}

static void judge_primal(const struct cert_lp *lp, const double *x, struct cert_result *r)
{
    double *row = calloc(lp->m + 1, sizeof *row);

    if (row == NULL)
        abort();
    r->primal_objective = lp->constant;
    for (size_t j = 0; j < lp->n; j++) {
        r->primal_objective += lp->cost[j] * x[j];
        r->primal = fmax(r->primal, outside(x[j], lp->col_lo[j], lp->col_up[j]));
        for (size_t k = lp->start[j]; k < lp->start[j + 1]; k++)
            row[lp->index[k]] += lp->value[k] * x[j];
    }
    for (size_t i = 0; i < lp->m; i++)
        r->primal = fmax(r->primal, outside(row[i], lp->row_lo[i], lp->row_up[i]));
    free(row);
}

/* The bound a multiplier leans on: times its value, or a violation where it is absent. */
static double lean(double multiplier, double lo, double up, double scale, double *violation)
{
    double bound = multiplier > 0.0 ? lo : up;

    if (multiplier == 0.0)
        return 0.0;
    if (isinf(bound)) {
        *violation = fmax(*violation, fabs(multiplier) / scale);
        return 0.0;
    }
    return multiplier * bound;
}

static void judge_dual(const struct cert_lp *lp, const double *y, struct cert_result *r)
{
    double largest = 0.0;

    r->dual_objective = lp->constant;
    for (size_t j = 0; j < lp->n; j++) {
        double d = lp->cost[j] - column_times(lp, j, y);

        r->dual_objective += lean(d, lp->col_lo[j], lp->col_up[j], 1.0 + fabs(lp->cost[j]), &r->dual);
        largest = fmax(largest, fabs(lp->cost[j]));
    }
    for (size_t i = 0; i < lp->m; i++)
        r->dual_objective += lean(y[i], lp->row_lo[i], lp->row_up[i], 1.0 + largest, &r->dual);
}

struct cert_result cert_check(const struct cert_lp *lp, const double *x, const double *y)
{
    struct cert_result r = {0.0, 0.0, 0.0, 0.0, 0.0};

    if (data_has_nan(lp) || has_nan(x, lp->n) || has_nan(y, lp->m))
        return (struct cert_result){HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL};
    judge_primal(lp, x, &r);
    judge_dual(lp, y, &r);
    r.gap = fabs(r.primal_objective - r.dual_objective) / (1.0 + fabs(r.primal_objective));
    if (isnan(r.gap))
        r.gap = HUGE_VAL;
    return r;
}

bool cert_optimal(const struct cert_lp *lp, const double *x, const double *y, double tol)
{
    struct cert_result r = cert_check(lp, x, y);

    return r.primal <= tol && r.dual <= tol && r.gap <= tol;
}

static double largest_of(const double *y, size_t n)
{
    double largest = 0.0;

    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(y[i]));
    return largest;
}

/* The greatest of (a_j'y) x_j over the bounds of column j; what rounding leaves of a zero is a zero. */
static double greatest_of_column(const struct cert_lp *lp, size_t j, const double *y, double tol)
{
    double z = column_times(lp, j, y);
    double bound = z > 0.0 ? lp->col_up[j] : lp->col_lo[j];
    double term = 0.0;

    for (size_t k = lp->start[j]; k < lp->start[j + 1]; k++)
        term = fmax(term, fabs(lp->value[k] * y[lp->index[k]]));
    if (z == 0.0 || (isinf(bound) && fabs(z) <= tol * term))
        return 0.0;
    return isinf(bound) ? HUGE_VAL : z * bound;
}

double cert_farkas(const struct cert_lp *lp, const double *y, double tol)
{
    double scale = has_nan(y, lp->m) || data_has_nan(lp) ? 0.0 : largest_of(y, lp->m);
    double proof = 0.0;

    if (scale == 0.0 || isinf(scale))
        return -HUGE_VAL;
    for (size_t i = 0; i < lp->m; i++) {
        double bound = y[i] > 0.0 ? lp->row_lo[i] : lp->row_up[i];

        if (y[i] != 0.0)
            proof += isinf(bound) ? -HUGE_VAL : y[i] / scale * bound;
    }
    for (size_t j = 0; j < lp->n; j++)
        proof -= greatest_of_column(lp, j, y, tol) / scale;
    return isnan(proof) ? -HUGE_VAL : proof;
}
