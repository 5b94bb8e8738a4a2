/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Free-format MPS, column by column from the column source, so that the matrix never stands in memory.  Numbers are
 * shortest round-trip (up to 17 digits).  The objective's constant is the cost of a column fixed at 1: readers disagree
 * about an objective's right-hand side.
 */
#include <math.h>
#include "base/mem.h"
#include "write/emit.h"
#include "write/lp_file.h"

#define NAME_MAX_ 256   /* GLPK takes at most 255 characters */

static bool is_free(const struct lp_row *r)
{
    return isinf(r->lo) && isinf(r->up);
}

static char row_type(const struct lp_row *r)
{
    if (isinf(r->up))
        return 'G';
    return r->lo < r->up ? 'L' : 'E';   /* a row with two sides is L with a range */
}

static void field(str *b, double v)
{
    str_putc(b, ' ');
    str_real(b, v);
}

static void rows(struct emit *e, const struct lp *m)
{
    char name[NAME_MAX_];

    str_puts(&e->b, "ROWS\n N cost\n");
    for (size_t i = 0; i < m->n_row && emit_step(e); i++) {
        if (is_free(&m->row[i]))
            continue;
        lp_row_name(m, i, name, sizeof name);
        str_printf(&e->b, " %c %s\n", row_type(&m->row[i]), name);
    }
}

static void column(struct emit *e, const struct lp *m, size_t j, int *row, double *val)
{
    char col[NAME_MAX_], name[NAME_MAX_];
    double unit;
    size_t n = lp_scaled_column(m, j, row, val, &unit);

    lp_col_name(m, j, col, sizeof col);
    if (m->cost[j] != 0 || n == 0) {   /* a column must be named here to exist */
        str_putc(&e->b, ' ');
        str_puts(&e->b, col);
        str_puts(&e->b, " cost");
        field(&e->b, m->cost[j] * unit);
        str_putc(&e->b, '\n');
    }
    for (size_t k = 0; k < n; k++) {
        if (is_free(&m->row[row[k]]))
            continue;
        lp_row_name(m, (size_t)row[k], name, sizeof name);
        str_putc(&e->b, ' ');
        str_puts(&e->b, col);
        str_putc(&e->b, ' ');
        str_puts(&e->b, name);
        field(&e->b, val[k]);
        str_putc(&e->b, '\n');
    }
}

static strait_status columns(struct emit *e, const struct lp *m)
{
    int *row = mem_calloc(m->max_nnz, sizeof *row);
    double *val = mem_calloc(m->max_nnz, sizeof *val);

    str_puts(&e->b, "COLUMNS\n");
    for (size_t j = 0; row && val && j < m->n_col && emit_step(e); j++)
        column(e, m, j, row, val);
    if (!row || !val)
        e->b.failed = true;
    mem_free(row);
    mem_free(val);
    return e->st;
}

/* RHS (ranges = false): the nonzero sides; RANGES: the width of rows with two sides. */
static void sides(struct emit *e, const struct lp *m, bool ranges)
{
    char name[NAME_MAX_];

    str_puts(&e->b, ranges ? "RANGES\n" : "RHS\n");
    for (size_t i = 0; i < m->n_row && emit_step(e); i++) {
        const struct lp_row *r = &m->row[i];
        double v = (row_type(r) == 'G' ? r->lo : r->up) / lp_row_unit(r);
        if (ranges)
            v = isinf(r->lo) || isinf(r->up) ? 0 : r->up - r->lo;
        if (is_free(r) || v == 0)
            continue;
        lp_row_name(m, i, name, sizeof name);
        str_printf(&e->b, " %s %s", ranges ? "range" : "rhs", name);
        field(&e->b, v);
        str_putc(&e->b, '\n');
    }
}

static void bound(struct emit *e, const char *type, const char *name, double v)
{
    str_printf(&e->b, " %s bound %s", type, name);
    if (isfinite(v))
        field(&e->b, v);
    str_putc(&e->b, '\n');
}

static void bounds(struct emit *e, const struct lp *m)
{
    char name[NAME_MAX_];

    str_puts(&e->b, "BOUNDS\n");
    for (size_t j = 0; j < m->n_col && emit_step(e); j++) {
        double lo = m->lo[j], up = m->up[j];
        if (lo == 0 && isinf(up))
            continue;
        lp_col_name(m, j, name, sizeof name);
        if (lo == up) {
            bound(e, "FX", name, lo);
        } else if (isinf(lo) && isinf(up)) {
            bound(e, "FR", name, up);
        } else {
            if (lo != 0)   /* always before UP, which some readers take to change a bound of 0 */
                bound(e, isinf(lo) ? "MI" : "LO", name, lo);
            if (!isinf(up))
                bound(e, "UP", name, up);
        }
    }
}

/**
 * Write the program as free-format MPS, to be minimised.
 *
 * @param cx    context; holds the message on failure
 * @param m     borrowed
 * @param fn    sink
 * @param data  the sink's
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(nonzeros), memory one column.  Test: tests/cli/lp_peers.sh
 */
strait_status write_lp_mps(strait_ctx *cx, const struct lp *m, strait_write_fn *fn, void *data)
{
    struct emit e;

    emit_begin(&e, cx, fn, data);
    str_puts(&e.b, "NAME strait\n");
    rows(&e, m);
    if (columns(&e, m) == STRAIT_OK) {
        sides(&e, m, false);
        sides(&e, m, true);
        bounds(&e, m);
    }
    str_puts(&e.b, "ENDATA\n");
    return emit_end(&e);
}
