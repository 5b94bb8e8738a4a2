/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far off: errors of rows that a fit has not seen, and of a baseline. */
#ifndef STRAIT_CALIBRATE_CROSS_H
#define STRAIT_CALIBRATE_CROSS_H

#include "calibrate/set.h"

enum way { WAY_FITTED, WAY_MODEL, WAY_SOURCE, WAY_ACCELERATOR, WAY_BASELINE, N_WAY };
extern const char *const way_name[N_WAY];   /* fitted, model, source, accelerator, baseline */

/* ln(predicted / published) of every row of a set in every way; the baseline also without the row's model. */
struct errors {
    size_t n;
    double *ln[N_WAY];
};

strait_status errors_new(strait_ctx *cx, size_t n, struct errors **out) MUST_USE;
void errors_free(struct errors *e);
/* Fill the rows of one fit, after fit_solve. */
strait_status cross_validate(strait_ctx *cx, struct fit *f, const struct params *p, struct errors *e) MUST_USE;
strait_status cross_baseline(strait_ctx *cx, const struct set *s, struct errors *e) MUST_USE;
/* Bars and ranges from the errors of rows left out. */
strait_status cross_bars(strait_ctx *cx, const struct set *s, const struct errors *e, struct params *p) MUST_USE;

/* The q-quantile of n numbers, sorted in place; linear between ranks (type 7 of Hyndman and Fan, 1996). */
double quantile(double *v, size_t n, double q);

#endif
