/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The solver keeps the bounds of columns to its tolerance: an answer may have a ten-millionth of an hour less than none.
 * A plan tells no such hour, so its parts would not add up to its cost.
 */
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/solve.h"

/* Put every column between its bounds; was any outside? */
static bool put_inside(const struct lp *m, double *x)
{
    bool any = false;

    for (size_t j = 0; j < m->n_col; j++) {
        double v = x[j] < m->lo[j] ? m->lo[j] : x[j] > m->up[j] ? m->up[j] : x[j];
        any = any || v != x[j];
        x[j] = v;
    }
    return any;
}

/* Where columns are outside of their bounds, put them inside and keep that if it stands as well as `out` says of x. */
static strait_status tidy(strait_ctx *cx, const struct lp *m, double *x, double gap, struct certificate *out)
{
    strait_status st = STRAIT_OK;
    struct certificate again;
    double *inside = mem_calloc(m->n_col, sizeof *inside);

    if (!inside)
        return cx_nomem(cx);
    memcpy(inside, x, m->n_col * sizeof *inside);
    if (!put_inside(m, inside))
        goto out;
    TRY(certify_again(cx, m, inside, gap, out, &again));
    if (again.primal_residual <= TOL_PRIMAL && again.ok >= out->ok) {
        memcpy(x, inside, m->n_col * sizeof *x);
        *out = again;
    }
out:
    mem_free(inside);
    return st;
}

/**
 * Certify x; where columns are outside of their bounds, put them inside and keep that if it stands as well.
 *
 * @param x    in/out: n_col
 * @param y    n_row, borrowed
 * @param out  the certificate of x as it is in the end
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost that of a certificate and a third.  Test: tests/unit/check_certify.c
 */
strait_status certify_tidy(strait_ctx *cx, const struct lp *m, double *x, const double *y, double gap, struct certificate *out)
{
    strait_status st = certify_optimal(cx, m, x, y, gap, out);

    return st == STRAIT_OK ? tidy(cx, m, x, gap, out) : st;
}

strait_status certify_tidy_again(strait_ctx *cx, const struct lp *m, double *x, double gap, const struct certificate *of,
                                 struct certificate *out)
{
    strait_status st = certify_again(cx, m, x, gap, of, out);

    return st == STRAIT_OK ? tidy(cx, m, x, gap, out) : st;
}
