/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fit: robust, bounded, regularised.  It minimises
 *     sum_i w_i nu ln(1 + (r_i / s)^2 / nu) + sum_j (ln v_j - ln prior_j)^2 / sd_j^2,   r_i = ln(predicted / published),
 * by Gauss-Newton on reweighted rows with a damping that grows when a step does not help (Levenberg, Marquardt); each step
 * is a linear least-squares problem that LAPACK solves by QR.  The loss is Student's t's: a row far off pulls ever less.
 * Priors hold a family's ratio to 1 where its rows are few; a parameter stays within BOUND sd of its prior.
 */
#include <math.h>
#include <string.h>

#include "calibrate/set.h"
#include "linalg/linalg.h"

#define NU 6.0              /* degrees of freedom: normal in the middle, tails of published outliers */
#define BOUND 4.0
#define STEP 1e-5           /* of ln v, for slopes */
#define SOURCE_ROWS 8.0     /* a source counts as at most this many rows */
#define MOST_STEPS 60
#define CLOSE 1e-9          /* relative decrease that ends the fit */

/* Spread of published rows around good physics, ln: training 12 %, serving 15 %. */
static const double spread_of[N_FIT] = { 0.12, 0.15 };

static bool of_fit(const struct point *p, enum fit_set which)
{
    return p->training == (which == FIT_TRAIN);
}

/* Sources weigh the same once they have SOURCE_ROWS rows. */
static double weight_of(const struct fit *f, size_t i)
{
    const struct point *p = &f->set->row.v[f->row[i]];
    double n = 0;

    if (p->weak)
        return 0;
    for (size_t k = 0; k < f->n_row; k++) {
        const struct point *q = &f->set->row.v[f->row[k]];

        n += !q->weak && strcmp(q->source, p->source) == 0;
    }
    return SOURCE_ROWS / fmax(n, SOURCE_ROWS);
}

static strait_status allocate(struct fit *f)
{
    size_t m = f->n_row + f->n_param;

    f->weight = mem_calloc(f->n_row, sizeof(double));
    f->residual = mem_calloc(f->n_row, sizeof(double));
    f->slope = mem_calloc(f->n_row * f->n_param, sizeof(double));
    f->work = mem_calloc(m * (f->n_param + 1), sizeof(double));
    return f->weight && f->residual && f->slope && f->work ? STRAIT_OK : STRAIT_ENOMEM;
}

static strait_status list_rows(struct fit *f)
{
    f->row = mem_calloc(f->set->row.n, sizeof *f->row);
    f->param = mem_calloc(N_PARAM, sizeof *f->param);
    if (f->row == NULL || f->param == NULL)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < f->set->row.n; i++)
        if (of_fit(&f->set->row.v[i], f->which))
            f->row[f->n_row++] = i;
    for (int i = 0; i < N_PARAM; i++)
        if (param_set((size_t)i) == f->which && !f->pinned[i])
            f->param[f->n_param++] = i;
    return STRAIT_OK;
}

/**
 * Prepare a fit of one set's parameters to its rows.
 *
 * @param s       borrowed while the fit lives; pinned likewise
 * @param out     owned by the caller
 * @return STRAIT_OK, STRAIT_ENOMEM.  Test: tests/unit/check_calibrate.c
 */
strait_status fit_new(strait_ctx *cx, const struct set *s, enum fit_set which, const bool *pinned, struct fit **out)
{
    struct fit *f = mem_calloc(1, sizeof *f);
    strait_status st = f == NULL ? STRAIT_ENOMEM : STRAIT_OK;

    TRY(st);
    *f = (struct fit){ .set = s, .which = which, .pinned = pinned };
    TRY(list_rows(f));
    TRY(allocate(f));
    for (size_t i = 0; i < f->n_row; i++)
        f->weight[i] = weight_of(f, i);
    *out = f;
    f = NULL;
out:
    fit_free(f);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

void fit_free(struct fit *f)
{
    if (f == NULL)
        return;
    mem_free(f->row);
    mem_free(f->param);
    mem_free(f->weight);
    mem_free(f->residual);
    mem_free(f->slope);
    mem_free(f->work);
    mem_free(f);
}

static double residual_of(const struct fit *f, const struct params *p, size_t i)
{
    const struct point *q = &f->set->row.v[f->row[i]];

    return log(point_predict(p, q) / q->measured);
}

static double loss(const struct fit *f, double r)
{
    double z = r / spread_of[f->which];

    return NU * log1p(z * z / NU);
}

static double prior_pull(const struct fit *f, const struct params *p, size_t j)
{
    const struct param_desc *d = param_desc((size_t)f->param[j]);

    return log(p->v[f->param[j]] / d->prior) / d->sd;
}

static double objective(const struct fit *f, const struct params *p)
{
    double sum = 0;

    for (size_t i = 0; i < f->n_row; i++)
        if (f->weight[i] > 0)
            sum += f->weight[i] * loss(f, residual_of(f, p, i));
    for (size_t j = 0; j < f->n_param; j++)
        sum += prior_pull(f, p, j) * prior_pull(f, p, j);
    return sum;
}

/* Residuals and slopes at p. */
static void linearise(struct fit *f, const struct params *p)
{
    for (size_t i = 0; i < f->n_row; i++)
        f->residual[i] = residual_of(f, p, i);
    for (size_t j = 0; j < f->n_param; j++) {
        struct params q = *p;

        q.v[f->param[j]] *= exp(STEP);
        for (size_t i = 0; i < f->n_row; i++)
            f->slope[j * f->n_row + i] = (residual_of(f, &q, i) - f->residual[i]) / STEP;
    }
}

/*
 * One linear problem: rows weighted at residuals r, priors, damping.  x: the step in ln v from the linearisation.
 * `from` is the step at which the weights are taken.
 */
static strait_status solve_step(struct fit *f, const struct params *p, const bool *skip, const double *from, double damping,
                                double *x, double *spread)
{
    size_t n = f->n_row, m = n + f->n_param;
    double *a = f->work, *b = f->work + m * f->n_param, s = spread_of[f->which];
    bool full_rank;
    strait_status st;

    memset(f->work, 0, m * (f->n_param + 1) * sizeof *f->work);
    for (size_t i = 0; i < n; i++) {
        double r = f->residual[i], w = skip != NULL && skip[i] ? 0 : f->weight[i];

        for (size_t j = 0; from != NULL && j < f->n_param; j++)
            r += f->slope[j * n + i] * from[j];
        w = sqrt(w / (1 + r * r / (s * s * NU))) / s;
        for (size_t j = 0; j < f->n_param; j++)
            a[j * m + i] = w * f->slope[j * n + i];
        b[i] = -w * f->residual[i];
    }
    for (size_t j = 0; j < f->n_param; j++) {
        double width = 1 / param_desc((size_t)f->param[j])->sd;

        a[j * m + n + j] = hypot(width, damping);
        b[n + j] = -prior_pull(f, p, j) * width / hypot(width, damping);
    }
    st = linalg_least_squares(m, f->n_param, a, b, spread, &full_rank);
    if (st == STRAIT_OK)
        memcpy(x, b, f->n_param * sizeof *x);
    return st;
}

/* p moved by a step in ln v, within the bounds. */
static struct params moved(const struct fit *f, const struct params *p, const double *x)
{
    struct params q = *p;

    for (size_t j = 0; j < f->n_param; j++) {
        const struct param_desc *d = param_desc((size_t)f->param[j]);
        double far = log(p->v[f->param[j]] / d->prior) + x[j];

        q.v[f->param[j]] = d->prior * exp(fmin(fmax(far, -BOUND * d->sd), BOUND * d->sd));
    }
    return q;
}

/* Step until the objective stands still. */
static strait_status descend(struct fit *f, struct params *p, double *x)
{
    double now = objective(f, p), damping = 0;
    strait_status st = STRAIT_OK;

    for (int step = 0; step < MOST_STEPS; step++) {
        struct params q;
        double then;

        linearise(f, p);
        TRY(solve_step(f, p, NULL, NULL, damping, x, NULL));
        q = moved(f, p, x);
        then = objective(f, &q);
        if (!(then < now)) {
            if (damping > 1e4)
                break;
            damping = fmax(4 * damping, 1);
            continue;
        }
        *p = q;
        damping = damping > 1 ? damping / 4 : 0;
        if (now - then < CLOSE * now)
            break;
        now = then;
    }
out:
    return st;
}

/**
 * Fit the parameters of the set in place; others and pinned ones stay.  Leaves the fit linearised at the solution.
 *
 * @param p  in: where to begin; out: the solution, with standard errors of ln v
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(steps * rows * parameters^2).  Test: tests/unit/check_calibrate.c
 */
strait_status fit_solve(struct fit *f, struct params *p)
{
    double *x = mem_calloc(2 * f->n_param, sizeof *x), *spread = x + f->n_param;
    strait_status st = x == NULL ? STRAIT_ENOMEM : STRAIT_OK;

    TRY(st);
    for (int i = 0; i < N_PARAM; i++)
        if (param_set((size_t)i) == f->which)
            p->error[i] = 0;
    TRY(descend(f, p, x));
    linearise(f, p);
    TRY(solve_step(f, p, NULL, NULL, 0, x, spread));
    for (size_t j = 0; j < f->n_param; j++)
        p->error[f->param[j]] = spread[j];
out:
    mem_free(x);
    return st;
}

/**
 * The solution when some rows had not been there: the same objective without them, on the rows linearised at p, reweighted
 * three times.  Against full refits the left-out errors move by less than a point (doc/ESTIMATOR.md).
 *
 * @param p     the solution of fit_solve
 * @param skip  n_row flags
 * @param out   written
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(rows * parameters^2).  Test: tests/unit/check_calibrate.c
 */
strait_status fit_without(struct fit *f, const struct params *p, const bool *skip, struct params *out)
{
    double *x = mem_calloc(f->n_param, sizeof *x);
    strait_status st = x == NULL ? STRAIT_ENOMEM : STRAIT_OK;

    TRY(st);
    for (int pass = 0; pass < 3; pass++)
        TRY(solve_step(f, p, skip, x, 0, x, NULL));
    *out = moved(f, p, x);
out:
    mem_free(x);
    return st;
}
