/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON text of cells, rows and tables.  Written by hand so that a table of any size streams. */
#include <math.h>
#include <stdint.h>
#include <inttypes.h>
#include <string.h>
#include "write/emit.h"
#include "write/write.h"

/* Length of the well-formed UTF-8 sequence at s (RFC 3629), or 0. */
static size_t utf8_len(const unsigned char *s)
{
    unsigned lo = 0x80, hi = 0xBF;
    size_t n;

    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    n = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (s[0] == 0xE0)
        lo = 0xA0;
    if (s[0] == 0xED)
        hi = 0x9F;
    if (s[0] == 0xF0)
        lo = 0x90;
    if (s[0] == 0xF4)
        hi = 0x8F;
    if (s[1] < lo || s[1] > hi)
        return 0;
    for (size_t i = 2; i < n; i++)
        if (s[i] < 0x80 || s[i] > 0xBF)
            return 0;
    return n;
}

static void escape(str *b, unsigned char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *p = strchr(from, c);

    str_putc(b, '\\');
    if (p)
        str_putc(b, to[p - from]);
    else
        str_printf(b, "u%04x", c);
}

/**
 * Append s as a JSON string.  Bytes that are no UTF-8 become U+FFFD, so that the document is always valid.
 *
 * @param b  in/out
 * @param s  borrowed; NULL writes null
 * Cost O(length).  Test: tests/unit/check_write.c
 */
void json_text(str *b, const char *s)
{
    const unsigned char *p = (const unsigned char *)s;

    if (!s) {
        str_puts(b, "null");
        return;
    }
    str_putc(b, '"');
    while (*p) {
        size_t n = utf8_len(p);
        if (n == 0) {
            str_puts(b, "\xEF\xBF\xBD");
            n = 1;
        } else if (n == 1 && (*p < 0x20 || *p == '"' || *p == '\\' || *p == 0x7F)) {
            escape(b, *p);
        } else {
            str_put(b, (const char *)p, n);
        }
        p += n;
    }
    str_putc(b, '"');
}

static void json_real(str *b, double v)
{
    if (isfinite(v))
        str_real(b, v + 0.0);   /* + 0.0 makes -0 a plain 0 */
    else
        str_puts(b, "null");
}

void json_cell(str *b, const struct column *c, size_t row)
{
    switch (c->type) {
    case STRAIT_TEXT:
        json_text(b, ((const char *const *)c->data)[row]);
        break;
    case STRAIT_REAL:
        json_real(b, ((const double *)c->data)[row]);
        break;
    case STRAIT_INT:
        str_printf(b, "%" PRId64, ((const int64_t *)c->data)[row]);
        break;
    case STRAIT_BOOL:
        str_puts(b, ((const bool *)c->data)[row] ? "true" : "false");
        break;
    }
}

void json_row(str *b, const strait_table *t, size_t row, const char *skip)
{
    const char *sep = "";

    str_putc(b, '{');
    for (size_t i = 0; i < t->n_col; i++) {
        if (skip && strcmp(t->col[i].name, skip) == 0)
            continue;
        str_puts(b, sep);
        json_text(b, t->col[i].name);
        str_puts(b, ": ");
        json_cell(b, &t->col[i], row);
        sep = ", ";
    }
    str_putc(b, '}');
}

/**
 * Write a table as an array of objects, one a line.
 *
 * @param cx    context; holds the message on failure
 * @param t     borrowed
 * @param fn    sink, called with pieces of about 64 KiB
 * @param data  the sink's
 * @return STRAIT_OK, STRAIT_EIO (the sink refused), STRAIT_ENOMEM
 * Cost O(cells).  Test: tests/unit/check_write.c
 */
strait_status write_table_json(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data)
{
    struct emit e;

    emit_begin(&e, cx, fn, data);
    str_putc(&e.b, '[');
    for (size_t i = 0; i < t->n_row && emit_step(&e); i++) {
        str_puts(&e.b, i ? ",\n  " : "\n  ");
        json_row(&e.b, t, i, NULL);
    }
    str_puts(&e.b, t->n_row ? "\n]\n" : "]\n");
    return emit_end(&e);
}
