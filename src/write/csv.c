/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: one header of key[unit], then the rows.  No number is rounded: what is written reads back equal. */
#include <math.h>
#include <inttypes.h>
#include <string.h>
#include "write/emit.h"
#include "write/write.h"

static void csv_text(str *b, const char *s)
{
    if (!s)
        return;
    if (*s != '\0' && !strpbrk(s, ",\"\r\n") && *s != ' ' && s[strlen(s) - 1] != ' ') {
        str_puts(b, s);
        return;
    }
    str_putc(b, '"');   /* an empty text is "", a missing one is nothing */
    for (; *s; s++) {
        if (*s == '"')
            str_putc(b, '"');
        str_putc(b, *s);
    }
    str_putc(b, '"');
}

static void csv_real(str *b, double v)
{
    if (isnan(v))
        return;
    if (isinf(v))
        str_puts(b, v > 0 ? "inf" : "-inf");
    else
        str_real(b, v + 0.0);
}

static void csv_cell(str *b, const struct column *c, size_t row)
{
    switch (c->type) {
    case STRAIT_TEXT:
        csv_text(b, ((const char *const *)c->data)[row]);
        break;
    case STRAIT_REAL:
        csv_real(b, ((const double *)c->data)[row]);
        break;
    case STRAIT_INT:
        str_printf(b, "%" PRId64, ((const int64_t *)c->data)[row]);
        break;
    case STRAIT_BOOL:
        str_puts(b, ((const bool *)c->data)[row] ? "true" : "false");
        break;
    }
}

static void csv_header(str *b, const strait_table *t)
{
    for (size_t i = 0; i < t->n_col; i++) {
        const struct column *c = &t->col[i];
        str_puts(b, i ? "," : "");
        str_puts(b, c->name);
        if (c->unit && *c->unit)
            str_printf(b, "[%s]", c->unit);
    }
    str_putc(b, '\n');
}

/**
 * Write a table as CSV.  NULL and NaN are empty cells; infinities are inf and -inf.
 *
 * @param cx    context; holds the message on failure
 * @param t     borrowed
 * @param fn    sink
 * @param data  the sink's
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(cells).  Source: RFC 4180 for quoting.  Test: tests/unit/check_write.c
 */
strait_status write_table_csv(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data)
{
    struct emit e;

    emit_begin(&e, cx, fn, data);
    csv_header(&e.b, t);
    for (size_t i = 0; i < t->n_row && emit_step(&e); i++) {
        for (size_t j = 0; j < t->n_col; j++) {
            str_puts(&e.b, j ? "," : "");
            csv_cell(&e.b, &t->col[j], i);
        }
        str_putc(&e.b, '\n');
    }
    return emit_end(&e);
}
