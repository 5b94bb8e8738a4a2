/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CPLEX LP, row by row.  The column source gives columns, so the matrix is turned over first: 12 bytes a nonzero.
 * A row with two sides is written as two rows, NAME and NAME.ge: readers disagree about "lo <= row <= up".
 */
#include <ctype.h>
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "write/emit.h"
#include "write/lp_file.h"

#define NAME_MAX_ 250
#define WIDTH 100   /* a term that goes beyond starts a new line; readers take at least 255 */

/* The matrix by rows. */
struct turned {
    size_t *start;   /* n_row + 1 */
    int *col;
    double *val;
    double *unit;    /* n_col: the unit of lp_scaled_column */
};

static void turned_free(struct turned *t)
{
    mem_free(t->start);
    mem_free(t->col);
    mem_free(t->val);
    mem_free(t->unit);
}

/* Two passes over the columns: count, then fill; start[i + 1] runs ahead while filling row i. */
static strait_status turn(strait_ctx *cx, const struct lp *m, struct turned *t)
{
    int *row = mem_calloc(m->max_nnz, sizeof *row);
    double *val = mem_calloc(m->max_nnz, sizeof *val);
    strait_status st = STRAIT_ENOMEM;

    t->start = mem_calloc(m->n_row + 2, sizeof *t->start);
    t->unit = mem_calloc(m->n_col, sizeof *t->unit);
    if (!row || !val || !t->start || !t->unit)
        goto out;
    for (size_t j = 0; j < m->n_col; j++)
        for (size_t k = lp_scaled_column(m, j, row, val, &t->unit[j]); k-- > 0;)
            t->start[row[k] + 2]++;
    for (size_t i = 0; i < m->n_row; i++)
        t->start[i + 2] += t->start[i + 1];
    t->col = mem_calloc(t->start[m->n_row + 1], sizeof *t->col);
    t->val = mem_calloc(t->start[m->n_row + 1], sizeof *t->val);
    if (!t->col || !t->val)
        goto out;
    for (size_t j = 0; j < m->n_col; j++) {
        size_t n = lp_scaled_column(m, j, row, val, &t->unit[j]);
        for (size_t k = 0; k < n; k++) {
            size_t at = t->start[row[k] + 1]++;
            t->col[at] = (int)j;
            t->val[at] = val[k];
        }
    }
    st = STRAIT_OK;
out:
    mem_free(row);
    mem_free(val);
    return st == STRAIT_OK ? st : cx_nomem(cx);
}

/* A name may not begin like a number: with a digit, a point, or e and a digit. */
static void put_name(str *b, const char *name)
{
    if (isdigit((unsigned char)name[0]) || name[0] == '.' ||
        ((name[0] == 'e' || name[0] == 'E') && isdigit((unsigned char)name[1])))
        str_putc(b, '_');
    str_puts(b, name);
}

static void put_col(str *b, const struct lp *m, size_t j)
{
    char name[NAME_MAX_];

    lp_col_name(m, j, name, sizeof name);
    put_name(b, name);
}

/* " + 2.5 name", after *width characters of terms on the line. */
static void term(struct emit *e, const struct lp *m, size_t j, double v, size_t *width)
{
    size_t before = e->b.n;

    if (*width > WIDTH) {
        str_puts(&e->b, "\n  ");
        *width = 0;
    }
    str_puts(&e->b, signbit(v) ? " - " : " + ");
    str_real(&e->b, fabs(v));
    str_putc(&e->b, ' ');
    put_col(&e->b, m, j);
    *width += e->b.n - before;
}

static void objective(struct emit *e, const struct lp *m, const struct turned *t)
{
    size_t width = 0;

    str_puts(&e->b, "Minimize\n cost:");
    for (size_t j = 0; j < m->n_col && emit_step(e); j++)
        if (m->cost[j] != 0)
            term(e, m, j, m->cost[j] * t->unit[j], &width);
    str_putc(&e->b, '\n');
}

static void row(struct emit *e, const struct lp *m, const struct turned *t, size_t i, const char *tag,
                const char *relation, double side)
{
    char name[NAME_MAX_];
    size_t width = 0;

    lp_row_name(m, i, name, sizeof name);
    str_putc(&e->b, ' ');
    put_name(&e->b, name);
    str_printf(&e->b, "%s:", tag);
    for (size_t k = t->start[i]; k < t->start[i + 1]; k++)
        term(e, m, (size_t)t->col[k], t->val[k], &width);
    if (t->start[i] == t->start[i + 1])
        term(e, m, m->col_const, 0, &width);
    str_printf(&e->b, " %s ", relation);
    str_real(&e->b, side);
    str_putc(&e->b, '\n');
}

static void rows(struct emit *e, const struct lp *m, const struct turned *t)
{
    str_puts(&e->b, "Subject To\n");
    for (size_t i = 0; i < m->n_row && emit_step(e); i++) {
        const struct lp_row *r = &m->row[i];
        if (r->lo == r->up) {
            row(e, m, t, i, "", "=", r->lo / lp_row_unit(r));
            continue;
        }
        if (!isinf(r->up))
            row(e, m, t, i, "", "<=", r->up);
        if (!isinf(r->lo))
            row(e, m, t, i, isinf(r->up) ? "" : ".ge", ">=", r->lo);
    }
}

static void bounds(struct emit *e, const struct lp *m)
{
    str_puts(&e->b, "Bounds\n");
    for (size_t j = 0; j < m->n_col && emit_step(e); j++) {
        double lo = m->lo[j], up = m->up[j];
        if (lo == 0 && isinf(up))
            continue;
        str_putc(&e->b, ' ');
        if (isinf(lo) && isinf(up)) {
            put_col(&e->b, m, j);
            str_puts(&e->b, " free\n");
            continue;
        }
        if (lo != up) {
            if (isinf(lo))
                str_puts(&e->b, "-inf");
            else
                str_real(&e->b, lo);
            str_puts(&e->b, " <= ");
        }
        put_col(&e->b, m, j);
        if (!isinf(up)) {
            str_puts(&e->b, lo == up ? " = " : " <= ");
            str_real(&e->b, up);
        }
        str_putc(&e->b, '\n');
    }
}

/**
 * Write the program in CPLEX LP format.
 *
 * @param cx    context; holds the message on failure
 * @param m     borrowed
 * @param fn    sink
 * @param data  the sink's
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(nonzeros) time, 12 bytes a nonzero.  Test: tests/cli/lp_peers.sh
 */
strait_status write_lp_cplex(strait_ctx *cx, const struct lp *m, strait_write_fn *fn, void *data)
{
    struct emit e;
    struct turned t = {0};
    strait_status st = turn(cx, m, &t);

    if (st == STRAIT_OK) {
        emit_begin(&e, cx, fn, data);
        objective(&e, m, &t);
        rows(&e, m, &t);
        bounds(&e, m);
        str_puts(&e.b, "End\n");
        st = emit_end(&e);
    }
    turned_free(&t);
    return st;
}
