/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Re-checks an answer from the column source, with nothing of the solver.
 *
 * Primal: A x, row by row, and the bounds.  Dual: a true lower bound from whatever duals came.  Row duals with a wrong
 * sign are cut to 0.  Every column of work (run, route, unmet) has exactly one demand row, an equality, with a positive
 * entry a; lowering that row's dual by the largest -d_j / a of its columns makes all of them unattractive, up to
 * rounding.  What is left, d_j < 0, is paid with an upper bound: the column's own, or what the demand row allows, its
 * right-hand side over a, since no entry of such a row is negative:
 *
 *   bound = sum_i y_i b_i + sum_j (d_j > 0 ? d_j lo_j : d_j up_j)  <=  every feasible objective.
 *
 * With costs left out, a positive bound is a Farkas proof that nothing is feasible.
 */
#include <float.h>
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/solve.h"

struct checker {
    const struct lp *m;
    int *row;
    double *val, *act, *y, *shift;
};

static void checker_close(struct checker *k)
{
    mem_free(k->row);
    mem_free(k->val);
    mem_free(k->act);
    mem_free(k->y);
    mem_free(k->shift);
}

static strait_status checker_open(strait_ctx *cx, struct checker *k, const struct lp *m)
{
    memset(k, 0, sizeof *k);
    k->m = m;
    k->row = mem_calloc(m->max_nnz, sizeof *k->row);
    k->val = mem_calloc(m->max_nnz, sizeof *k->val);
    k->act = mem_calloc(m->n_row, sizeof *k->act);
    k->y = mem_calloc(m->n_row, sizeof *k->y);
    k->shift = mem_calloc(m->n_row, sizeof *k->shift);
    if (k->row && k->val && k->act && k->y && k->shift)
        return STRAIT_OK;
    checker_close(k);
    return cx_nomem(cx);
}

/* How far v is off, relative to size + |bound|. */
static double off(double v, double lo, double up, double size)
{
    double worst = 0.0;

    if (isnan(v) || isnan(lo) || isnan(up))
        return INFINITY;
    if (!isinf(lo) && v < lo)
        worst = (lo - v) / (size + fabs(lo));
    if (!isinf(up) && v > up)
        worst = fmax(worst, (v - up) / (size + fabs(up)));
    return worst;
}

/* Largest relative violation of any row or bound; the objective, its share without constants and penalties, its absolute terms. */
static double check_primal(struct checker *k, const double *x, double *objective, double *variable, double *size)
{
    const struct lp *m = k->m;
    double worst = 0.0;

    *objective = *variable = *size = 0.0;
    for (size_t s = 0; s < m->n_strip; s++) {
        for (size_t j = m->strip[s].col0; j < m->strip[s].col0 + m->strip[s].n; j++) {
            size_t n = x[j] != 0.0 ? lp_column(m, j, k->row, k->val) : 0;
            for (size_t i = 0; i < n; i++)
                k->act[k->row[i]] += k->val[i] * x[j];
            worst = fmax(worst, off(x[j], m->lo[j], m->up[j], 1.0));
            *objective += m->cost[j] * x[j];
            *size += fabs(m->cost[j] * x[j]);
            if (m->strip[s].family != COL_UNMET && m->strip[s].family != COL_CONST)
                *variable += m->cost[j] * x[j];
        }
    }
    for (size_t i = 0; i < m->n_row; i++)
        worst = fmax(worst, off(k->act[i], m->row[i].lo, m->row[i].up, m->row[i].family == ROW_DEMAND ? 0.0 : 1.0));
    return worst;
}

/* Signs that the duals of open rows cannot have are cut; NaN becomes 0. */
static void take_duals(struct checker *k, const double *y)
{
    for (size_t i = 0; i < k->m->n_row; i++) {
        double v = isnan(y[i]) ? 0.0 : y[i];
        if (isinf(k->m->row[i].lo) && v > 0.0)
            v = 0.0;
        if (isinf(k->m->row[i].up) && v < 0.0)
            v = 0.0;
        k->y[i] = v;
    }
}

/* Reduced cost of column j; *slack: more than its rounding, n terms of about the largest of them. */
static double reduced(struct checker *k, size_t j, bool priced, size_t *n, double *slack)
{
    double d = priced ? k->m->cost[j] : 0.0, size = fabs(d);

    *n = lp_column(k->m, j, k->row, k->val);
    for (size_t i = 0; i < *n; i++) {
        double term = k->y[k->row[i]] * k->val[i];
        d -= term;
        size += fabs(term);
    }
    *slack = 4.0 * (double)(*n + 4) * DBL_EPSILON * size;
    return d;
}

static bool is_work(const struct lp_strip *s) { return s->family == COL_RUN || s->family == COL_ROUTE || s->family == COL_UNMET; }

/* The most attractive column; and how far each demand dual must come down until none of its columns is, rounding included. */
static double find_shifts(struct checker *k, bool priced)
{
    const struct lp *m = k->m;
    double worst = 0.0;

    for (size_t s = 0; s < m->n_strip; s++) {
        for (size_t j = m->strip[s].col0; j < m->strip[s].col0 + m->strip[s].n; j++) {
            size_t n;
            double slack, d = reduced(k, j, priced, &n, &slack);
            if (d >= slack || m->lo[j] == m->up[j])
                continue;
            if (isinf(m->up[j]))
                worst = fmax(worst, priced ? -d / (m->money + fabs(m->cost[j])) : -d);
            for (size_t i = 0; is_work(&m->strip[s]) && i < n; i++)
                if (m->row[k->row[i]].family == ROW_DEMAND)
                    k->shift[k->row[i]] = fmax(k->shift[k->row[i]], (slack - d) / k->val[i]);
        }
    }
    return worst;
}

/* Most that column j, whose n entries are at hand, can be. */
static double most_of(const struct checker *k, size_t j, size_t n)
{
    double most = k->m->up[j];

    for (size_t i = 0; i < n; i++)
        if (k->m->row[k->row[i]].family == ROW_DEMAND && k->val[i] > 0.0)
            most = fmin(most, fmax(0.0, k->m->row[k->row[i]].up) / k->val[i]);
    return most;
}

/* The bound, and the sum of absolute terms that measures its rounding. */
static double weak_bound(struct checker *k, bool priced, double *size)
{
    const struct lp *m = k->m;
    double bound = 0.0;

    *size = 0.0;
    for (size_t i = 0; i < m->n_row; i++) {
        k->y[i] -= k->shift[i];
        double b = k->y[i] > 0.0 ? m->row[i].lo : k->y[i] < 0.0 ? m->row[i].up : 0.0;
        bound += k->y[i] * b;
        *size += fabs(k->y[i] * b);
    }
    for (size_t j = 0; j < m->n_col; j++) {
        size_t n;
        double slack, d = reduced(k, j, priced, &n, &slack);
        bound += d == 0.0 ? 0.0 : d * (d > 0.0 ? m->lo[j] : most_of(k, j, n));
    }
    return bound;
}

/* What double precision leaves of a sum, relative to its absolute terms: random signs over a million of them. */
#define NOISE (256.0 * DBL_EPSILON)

/* The gap; a difference that is rounding is none. */
static void close_gap(struct certificate *out, double variable, double noise)
{
    double apart = out->primal_objective - out->dual_objective;
    double base = fabs(variable) > 0.0 ? fabs(variable) : fabs(out->primal_objective);

    if (fabs(apart) <= noise)
        out->dual_objective = out->primal_objective;
    out->gap = fabs(apart) <= noise ? 0.0 : fmax(0.0, apart) / (base > 0.0 ? base : 1.0);
}

/* The primal side of a certificate, beside the bound that it holds. */
static void judge_primal(struct checker *k, const double *x, double gap, struct certificate *out)
{
    double variable, terms;

    out->primal_residual = check_primal(k, x, &out->primal_objective, &variable, &terms);
    out->dual_objective = out->bound;
    close_gap(out, variable, NOISE * (out->bound_size + terms));
    out->ok = out->primal_residual <= TOL_PRIMAL && isfinite(out->primal_objective) && isfinite(out->dual_objective)
              && out->gap <= gap;   /* fmax lets a NaN difference pass as 0 */
}

strait_status certify_optimal(strait_ctx *cx, const struct lp *m, const double *x, const double *y, double gap, struct certificate *out)
{
    struct checker k;
    strait_status st = checker_open(cx, &k, m);

    if (st != STRAIT_OK)
        return st;
    memset(out, 0, sizeof *out);
    take_duals(&k, y);
    out->dual_residual = find_shifts(&k, true);
    out->bound = weak_bound(&k, true, &out->bound_size);
    judge_primal(&k, x, gap, out);
    checker_close(&k);
    return STRAIT_OK;
}

strait_status certify_again(strait_ctx *cx, const struct lp *m, const double *x, double gap, const struct certificate *of,
                            struct certificate *out)
{
    struct checker k;
    strait_status st = checker_open(cx, &k, m);

    if (st != STRAIT_OK)
        return st;
    *out = *of;
    judge_primal(&k, x, gap, out);
    checker_close(&k);
    return STRAIT_OK;
}

strait_status certify_infeasible(strait_ctx *cx, const struct lp *m, double *y, struct certificate *out)
{
    struct checker k;
    double size, bound, most = 0.0;
    strait_status st = checker_open(cx, &k, m);

    if (st != STRAIT_OK)
        return st;
    memset(out, 0, sizeof *out);
    out->primal_objective = out->dual_objective = out->gap = NAN;
    take_duals(&k, y);
    for (size_t i = 0; i < m->n_row; i++)
        most = fmax(most, fabs(k.y[i]) * lp_row_unit(&m->row[i]));
    for (size_t i = 0; i < m->n_row && most > 0.0; i++)
        k.y[i] /= most;
    out->dual_residual = find_shifts(&k, false);
    bound = weak_bound(&k, false, &size);
    out->farkas = out->ok = most > 0.0 && bound > TOL_FARKAS * (1.0 + size);
    if (out->farkas)
        memcpy(y, k.y, m->n_row * sizeof *y);
    checker_close(&k);
    return STRAIT_OK;
}
