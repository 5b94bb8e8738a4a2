/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait.h: rates, and the linear program as a file; it is solved only where priority classes need their stages. */
#include <string.h>
#include "api/call.h"
#include "estimate/estimate.h"
#include "lp/lp.h"
#include "solve/solve.h"
#include "write/lp_file.h"

typedef strait_status lp_writer(strait_ctx *, const struct lp *, strait_write_fn *, void *);

static lp_writer *writer_of(const char *format)
{
    if (strcmp(format, "mps") == 0)
        return write_lp_mps;
    if (strcmp(format, "lp") == 0)
        return write_lp_cplex;
    return strcmp(format, "mathprog") == 0 ? write_lp_mathprog : NULL;
}

strait_status strait_export(strait_ctx *cx, const strait_case *c, const char *format, strait_write_fn *fn, void *data)
{
    struct call k;
    struct rates *r = NULL;
    struct costs *cost = NULL;
    struct lp *m = NULL;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, c && format && fn));
    if (!writer_of(format))
        TRY(cx_fail(cx, STRAIT_EUSAGE, "no format \"%s\" of a linear program; allowed: mps, lp, mathprog", format));
    TRY(estimate_rates(cx, c, &r));
    TRY(estimate_costs(cx, c, r, &cost));
    TRY(lp_build(cx, c, r, cost, &m));
    TRY(solve_priorities(cx, m));
    TRY(writer_of(format)(cx, m, fn, data));
out:
    lp_free(m);
    costs_free(cost);
    rates_free(r);
    return call_leave(&k, st);
}
