/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published measurements: predictions for such rows, a refit of the estimator on them, and how far off it is. */
#ifndef STRAIT_CALIBRATE_CALIBRATE_H
#define STRAIT_CALIBRATE_CALIBRATE_H

#include "base/table.h"
#include "domain/domain.h"
#include "estimate/params.h"

/* Read a table of rates (a CSV file in the layout that `strait calibrate` writes) over *p.  `pinned` may be NULL. */
strait_status rates_file_read(strait_ctx *cx, const char *file, struct params *p, bool pinned[N_PARAM]) MUST_USE;

/* Table "points": id, predicted, low, high, unit, extrapolation, reason; one row for each row of the file. */
strait_status points_table(strait_ctx *cx, const strait_case *c, const struct params *p, const char *file,
                           strait_table **out) MUST_USE;

/* What a calibration makes.  Free the tables. */
struct calibration_tables {
    strait_table *rates;     /* parameter, value, standard_error, prior, prior_error, pinned, source */
    strait_table *errors;    /* one row a published row; NULL unless asked for */
    strait_table *summary;   /* errors by phase, family and way of leaving out; NULL unless asked for */
};
strait_status calibrate(strait_ctx *cx, const char *const *rows, size_t n_rows, const char *rates_file, bool report,
                        struct calibration_tables *out) MUST_USE;

/* Pinned rates: those of a case and a file's behind them; *is_pins false: the file is a table of parameters. */
struct pins { struct pinned_rate *v; size_t n, cap; };
strait_status pinned_file_read(strait_ctx *cx, const char *file, const strait_case *c, struct pins *out,
                               bool *is_pins) MUST_USE;

#endif
