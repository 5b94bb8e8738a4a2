/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait.h: rates, predictions of published points, calibration. */
#include "api/call.h"
#include "calibrate/calibrate.h"
#include "estimate/physics.h"
#include "write/write.h"

/* The parameters that hold for a case, with a user's table over them. */
static strait_status params_with(strait_ctx *cx, const strait_case *c, const char *rates_file, struct params *p)
{
    strait_status st = params_of_case(cx, c, p);

    return st == STRAIT_OK && rates_file != NULL ? rates_file_read(cx, rates_file, p, NULL) : st;
}

strait_status strait_estimate(strait_ctx *cx, const strait_case *c, const char *rates_file, strait_table **out)
{
    struct call k;
    struct rates *r = NULL;
    struct pins pins = { 0 };
    bool is_pins = false;
    strait_case with;
    struct params p;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, c && out));
    if (rates_file != NULL)
        TRY(pinned_file_read(cx, rates_file, c, &pins, &is_pins));
    TRY(params_with(cx, c, is_pins ? NULL : rates_file, &p));
    with = *c;    /* a view: the case with other pins */
    if (is_pins) {
        with.pinned_rate.v = pins.v;
        with.pinned_rate.n = pins.n;
    }
    TRY(estimate_rates_with(cx, &with, &p, &r));
    TRY(estimate_table(cx, &with, r, out));
out:
    rates_free(r);
    VEC_FREE(&pins);
    return call_leave(&k, st);
}

strait_status strait_points(strait_ctx *cx, const strait_case *c, const char *rows_file, const char *rates_file,
                            strait_table **out)
{
    struct call k;
    struct params p;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, c && rows_file && out));
    TRY(params_with(cx, c, rates_file, &p));
    TRY(points_table(cx, c, &p, rows_file, out));
out:
    return call_leave(&k, st);
}

strait_status strait_calibrate(strait_ctx *cx, const char *const *rows, size_t n_rows, const char *rates_file,
                               strait_table **rates, strait_table **errors, strait_table **summary)
{
    struct calibration_tables t = { 0 };
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, rates && (rows || n_rows == 0) && (errors == NULL) == (summary == NULL)));
    TRY(calibrate(cx, rows, n_rows, rates_file, errors != NULL, &t));
    *rates = t.rates;
    if (errors != NULL) {
        *errors = t.errors;
        *summary = t.summary;
    }
out:
    return call_leave(&k, st);
}

strait_status strait_calibrate_page(strait_ctx *cx, const strait_table *rates, const strait_table *errors,
                                    const strait_table *summary, strait_write_fn *fn, void *data)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, rates && errors && summary && fn));
    TRY(errors_page(cx, errors, summary, fn, data));
out:
    return call_leave(&k, st);
}
