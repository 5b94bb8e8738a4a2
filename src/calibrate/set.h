/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a calibration, and the fit over them. */
#ifndef STRAIT_CALIBRATE_SET_H
#define STRAIT_CALIBRATE_SET_H

#include "calibrate/point.h"

struct set {
    arena *texts;
    struct library *library;
    VEC(struct point) row;      /* each with a published rate */
};

/* The shipped rows and those of `file`s. */
strait_status set_new(strait_ctx *cx, const char *const *file, size_t n_file, struct set *out) MUST_USE;
void set_free(struct set *s);

/* ---- fit.c ---- */

/* The rows of one fit, linearised at a solution. */
struct fit {
    const struct set *set;
    enum fit_set which;
    const bool *pinned;         /* N_PARAM */
    size_t n_row, n_param;
    size_t *row;                /* into set->row */
    double *weight;             /* by source; 0: weak */
    int *param;                 /* enum param */
    double *residual;           /* ln(predicted / published) at the solution */
    double *slope;              /* n_row x n_param by columns: d residual / d ln v */
    double *work;               /* (n_row + n_param) x (n_param + 1) */
};

strait_status fit_new(strait_ctx *cx, const struct set *s, enum fit_set which, const bool *pinned, struct fit **out) MUST_USE;
void fit_free(struct fit *f);
/* Fit *p in place, with standard errors. */
strait_status fit_solve(struct fit *f, struct params *p) MUST_USE;
/* The parameters without the rows for which skip[i] is set, from the linearisation at p. */
strait_status fit_without(struct fit *f, const struct params *p, const bool *skip, struct params *out) MUST_USE;

#endif
