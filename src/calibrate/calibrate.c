/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A calibration from rows to tables. */
#include "calibrate/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calibrate/cross.h"

/* Everything of one run. */
struct run {
    strait_ctx *cx;
    struct set set;
    struct params p;
    bool pinned[N_PARAM];
    struct errors *errors;
};

static strait_status fit_one(struct run *r, enum fit_set which)
{
    struct fit *f = NULL;
    strait_status st;

    TRY(fit_new(r->cx, &r->set, which, r->pinned, &f));
    TRY(fit_solve(f, &r->p));
    TRY(cross_validate(r->cx, f, &r->p, r->errors));
out:
    fit_free(f);
    return st;
}

/* Fits begin at the priors, so that the result depends on the rows alone. */
static void begin_at_priors(struct run *r)
{
    r->p = *params_fitted();
    for (size_t i = 0; i < N_PARAM; i++)
        r->p.v[i] = param_desc(i)->prior;
}

static strait_status fit_all(struct run *r, const char *const *rows, size_t n_rows, const char *rates_file)
{
    strait_status st;

    begin_at_priors(r);
    if (rates_file != NULL)
        TRY(rates_file_read(r->cx, rates_file, &r->p, r->pinned));
    for (size_t i = 0; i < N_PARAM; i++)
        if (!r->pinned[i])
            r->p.v[i] = param_desc(i)->prior;
    TRY(set_new(r->cx, rows, n_rows, &r->set));
    TRY(errors_new(r->cx, r->set.row.n, &r->errors));
    TRY(fit_one(r, FIT_TRAIN));
    TRY(fit_one(r, FIT_SERVE));
    TRY(cross_baseline(r->cx, &r->set, r->errors));
    TRY(cross_bars(r->cx, &r->set, r->errors, &r->p));
out:
    return st;
}

/* ---- the table of rates ---- */

static const struct column_def rates_columns[] = {
    { "parameter", STRAIT_TEXT, "" }, { "value", STRAIT_REAL, "" },       { "standard_error", STRAIT_REAL, "" },
    { "prior", STRAIT_REAL, "" },     { "prior_error", STRAIT_REAL, "" }, { "pinned", STRAIT_BOOL, "" },
    { "source", STRAIT_TEXT, "" },    { NULL, STRAIT_TEXT, NULL },
};

static strait_status add_bars(strait_table *t, const struct params *p, enum phase phase)
{
    static const char *const kind[] = { "dense", "moe" }, *const quantity[N_RANGE] = { "active", "context" };
    char name[80];
    strait_status st = STRAIT_OK;

    for (int moe = 0; moe < 2; moe++)
        for (int f = 0; f <= N_FAMILY; f++) {
            snprintf(name, sizeof name, "bar.%s.%s.%s", phase_name[phase], kind[moe], family_name(f));
            TRY(table_add(t, name, p->bar[phase][moe][f], REAL_NONE, REAL_NONE, REAL_NONE, 0,
                          "standard deviation of ln(published / predicted) of rows left out"));
        }
    for (int q = 0; q < N_RANGE; q++) {
        snprintf(name, sizeof name, "range.%s.%s", phase_name[phase], quantity[q]);
        TRY(table_add(t, name, p->range[phase][q].least, p->range[phase][q].most, REAL_NONE, REAL_NONE, 0,
                      "least and most of the rows"));
    }
out:
    return st;
}

static strait_status rates_table(const struct run *r, strait_table **out)
{
    strait_table *t = NULL;
    strait_status st;

    TRY(table_new(&t, "rates", rates_columns));
    for (size_t i = 0; i < N_PARAM; i++) {
        const struct param_desc *d = param_desc(i);

        TRY(table_add(t, d->name, r->p.v[i], r->p.error[i], d->prior, d->sd, (int)r->pinned[i], d->source));
    }
    for (int phase = 0; phase < N_PHASE; phase++)
        TRY(add_bars(t, &r->p, (enum phase)phase));
    *out = t;
    t = NULL;
out:
    table_free(t);
    return st;
}

/* ---- the table of errors ---- */

static const struct column_def errors_columns[] = {
    { "id", STRAIT_TEXT, "" },                  { "phase", STRAIT_TEXT, "" },
    { "family", STRAIT_TEXT, "" },              { "moe", STRAIT_BOOL, "" },
    { "model", STRAIT_TEXT, "" },               { "source", STRAIT_TEXT, "" },
    { "accelerator", STRAIT_TEXT, "" },         { "weak", STRAIT_BOOL, "" },
    { "published", STRAIT_REAL, "tokens/s" },   { "predicted", STRAIT_REAL, "tokens/s" },
    { "without_model", STRAIT_REAL, "tokens/s" }, { "without_source", STRAIT_REAL, "tokens/s" },
    { "without_accelerator", STRAIT_REAL, "tokens/s" }, { "baseline", STRAIT_REAL, "tokens/s" },
    { "bar", STRAIT_REAL, "" },                 { "inside", STRAIT_BOOL, "" },
    { NULL, STRAIT_TEXT, NULL },
};

static strait_status errors_table(const struct run *r, strait_table **out)
{
    strait_table *t = NULL;
    strait_status st;

    TRY(table_new(&t, "errors", errors_columns));
    for (size_t i = 0; i < r->set.row.n; i++) {
        const struct point *p = &r->set.row.v[i];
        double outside, y = p->measured, at[N_WAY], bar = exp(BAR_80 * point_error(&r->p, p, &outside));

        for (int w = 0; w < N_WAY; w++)
            at[w] = y * exp(r->errors->ln[w][i]);
        TRY(table_add(t, p->id, phase_name[p->phase], family_name(family_of(p->a.family).index), (int)model_is_moe(&p->m),
                      p->model, p->source, p->chip_name, (int)p->weak, y, at[WAY_FITTED], at[WAY_MODEL], at[WAY_SOURCE],
                      at[WAY_ACCELERATOR], at[WAY_BASELINE], bar, (int)(fabs(r->errors->ln[WAY_MODEL][i]) <= log(bar))));
    }
    *out = t;
    t = NULL;
out:
    table_free(t);
    return st;
}

/* ---- the summary ---- */

static const struct column_def summary_columns[] = {
    { "phase", STRAIT_TEXT, "" },   { "family", STRAIT_TEXT, "" }, { "kind", STRAIT_TEXT, "" },
    { "left_out", STRAIT_TEXT, "" }, { "rows", STRAIT_INT, "" },    { "median", STRAIT_REAL, "%" },
    { "p90", STRAIT_REAL, "%" },    { "bias", STRAIT_REAL, "%" },  { "inside", STRAIT_REAL, "%" },
    { NULL, STRAIT_TEXT, NULL },
};

/* Rows that a line of the summary is over. */
enum part_kind { PART_ALL, PART_DENSE, PART_MOE, N_PART_KIND };
struct part { enum phase phase; int family; enum part_kind kind; };   /* family N_FAMILY: all */

static bool in_part(const struct part *x, const struct point *p)
{
    return p->phase == x->phase && (x->family == N_FAMILY || family_of(p->a.family).index == x->family) &&
           (x->kind == PART_ALL || model_is_moe(&p->m) == (x->kind == PART_MOE));
}

/* Errors of a part's rows in one way. */
static strait_status add_summary(strait_table *t, const struct run *r, const struct part *x, enum way w, double *v)
{
    static const char *const kinds[N_PART_KIND] = { "*", "dense", "moe" };
    double sum = 0, inside = 0, outside;
    size_t n = 0;

    for (size_t i = 0; i < r->set.row.n; i++) {
        const struct point *p = &r->set.row.v[i];
        double e = r->errors->ln[w][i];

        if (!in_part(x, p))
            continue;
        sum += e;
        inside += fabs(e) <= BAR_80 * point_error(&r->p, p, &outside);
        v[n++] = expm1(fabs(e));
    }
    if (n == 0)
        return STRAIT_OK;
    return table_add(t, phase_name[x->phase], family_name(x->family), kinds[x->kind], way_name[w], (int64_t)n,
                     100 * quantile(v, n, 0.5), 100 * quantile(v, n, 0.9), 100 * expm1(sum / (double)n),
                     100 * inside / (double)n);
}

/* All families together and by kind, then each family. */
static strait_status add_phase(strait_table *t, const struct run *r, enum phase phase, double *v)
{
    strait_status st = STRAIT_OK;

    for (int kind = 0; kind < N_PART_KIND; kind++)
        for (int w = 0; w < N_WAY; w++)
            TRY(add_summary(t, r, &(struct part){ phase, N_FAMILY, (enum part_kind)kind }, (enum way)w, v));
    for (int f = 0; f < N_FAMILY; f++)
        for (int w = 0; w < N_WAY; w++)
            TRY(add_summary(t, r, &(struct part){ phase, f, PART_ALL }, (enum way)w, v));
out:
    return st;
}

static strait_status summary_table(const struct run *r, strait_table **out)
{
    double *v = mem_calloc(r->set.row.n, sizeof *v);
    strait_table *t = NULL;
    strait_status st = v == NULL ? STRAIT_ENOMEM : STRAIT_OK;

    TRY(st);
    TRY(table_new(&t, "summary", summary_columns));
    for (int phase = 0; phase < N_PHASE; phase++)
        TRY(add_phase(t, r, (enum phase)phase, v));
    *out = t;
    t = NULL;
out:
    table_free(t);
    mem_free(v);
    return st;
}

/**
 * Refit the estimator on the shipped rows and the user's.
 *
 * @param rows        n_rows files, training or inference rows in the layout of data/calibration; may be 0
 * @param rates_file  a table of rates whose pinned values stay; may be NULL
 * @param report      also make errors and summary
 * @param out         written on STRAIT_OK: tables, the caller's
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(groups left out * rows * parameters^2), seconds.  Test: tests/unit/check_calibrate.c, tests/cli/calibrate.py
 */
strait_status calibrate(strait_ctx *cx, const char *const *rows, size_t n_rows, const char *rates_file, bool report,
                        struct calibration_tables *out)
{
    struct calibration_tables t = { 0 };
    struct run *r = mem_calloc(1, sizeof *r);
    strait_status st = r == NULL ? STRAIT_ENOMEM : STRAIT_OK;

    TRY(st);
    r->cx = cx;
    TRY(fit_all(r, rows, n_rows, rates_file));
    TRY(rates_table(r, &t.rates));
    if (report) {
        TRY(errors_table(r, &t.errors));
        TRY(summary_table(r, &t.summary));
    }
    *out = t;
    t = (struct calibration_tables){ 0 };
out:
    table_free(t.rates);
    table_free(t.errors);
    table_free(t.summary);
    if (r != NULL) {
        set_free(&r->set);
        errors_free(r->errors);
    }
    mem_free(r);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
