/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for a terminal: numbers for a person, columns that line up. */
#include <math.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "write/emit.h"
#include "write/write.h"

#define WIDEST 60   /* a column is never wider on the screen */

void text_real(str *b, double v)
{
    char buf[64];
    int digits;

    if (isnan(v)) {
        str_putc(b, '-');
        return;
    }
    v += 0.0;
    if (v == 0 || isinf(v) || fabs(v) >= 1e15 || fabs(v) < 1e-4) {
        str_printf(b, "%.6g", v);
        return;
    }
    digits = 5 - (int)floor(log10(fabs(v)));
    snprintf(buf, sizeof buf, "%.*f", digits > 0 ? digits : 0, v);
    if (strchr(buf, '.')) {
        char *end = buf + strlen(buf);
        while (end[-1] == '0')
            *--end = '\0';
        if (end[-1] == '.')
            end[-1] = '\0';
    }
    str_puts(b, buf);
}

void text_count(str *b, double v)
{
    char buf[64];
    size_t n, i = 0;

    if (!isfinite(v) || fabs(v) >= 1e18) {
        text_real(b, v);
        return;
    }
    snprintf(buf, sizeof buf, "%.0f", fabs(v) < 0.5 ? 0.0 : v);
    n = strlen(buf);
    if (buf[0] == '-')
        str_putc(b, buf[i++]);
    for (; i < n; i++) {
        str_putc(b, buf[i]);
        if ((n - i) % 3 == 1 && i + 1 < n)
            str_putc(b, ',');
    }
}

/* The code point at *s, which moves past it; a byte that is no UTF-8 stands for itself. */
static unsigned next_point(const char **s)
{
    const unsigned char *p = (const unsigned char *)*s;
    unsigned more = *p >= 0xF0 ? 3 : *p >= 0xE0 ? 2 : *p >= 0xC0 ? 1 : 0;
    unsigned c = more ? *p & (0x3Fu >> more) : *p;

    for (unsigned i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            *s += 1;
            return *p;
        }
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *s += more + 1;
    return c;
}

static size_t point_width(unsigned c)
{
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD) ? 2 : 1;
}

size_t text_width(const char *s)
{
    size_t w = 0;

    while (*s)
        w += point_width(next_point(&s));
    return w;
}

void text_put(str *b, const char *s, size_t width)
{
    size_t room = width;
    bool cut = text_width(s) > width;

    if (cut && room > 0)
        room--;
    while (*s) {
        const char *at = s;
        unsigned c = next_point(&s);
        size_t w = point_width(c);
        if (w > room)
            break;
        if (c < 0x20 || (c >= 0x7F && c < 0xA0))   /* no escape sequence reaches the terminal */
            str_putc(b, '?');
        else
            str_put(b, at, (size_t)(s - at));
        room -= w;
    }
    if (cut && width > 0)
        str_puts(b, "\xE2\x80\xA6");
}

void text_pad(str *b, const char *s, size_t width)
{
    size_t w = text_width(s);

    text_put(b, s, width);
    for (; w < width; w++)
        str_putc(b, ' ');
}

static void cell(str *b, const struct column *c, size_t row)
{
    const char *s;

    switch (c->type) {
    case STRAIT_TEXT:
        s = ((const char *const *)c->data)[row];
        text_put(b, s ? s : "-", WIDEST);
        break;
    case STRAIT_REAL:
        text_real(b, ((const double *)c->data)[row]);
        break;
    case STRAIT_INT:
        str_printf(b, "%" PRId64, ((const int64_t *)c->data)[row]);
        break;
    case STRAIT_BOOL:
        str_puts(b, ((const bool *)c->data)[row] ? "yes" : "no");
        break;
    }
}

static void header(str *b, const struct column *c)
{
    str_puts(b, c->name);
    if (c->unit && *c->unit)
        str_printf(b, "[%s]", c->unit);
}

/* Width of column c: of its header or its widest cell.  `tmp` is scratch. */
static size_t measure(const strait_table *t, const struct column *c, str *tmp)
{
    size_t widest;

    tmp->n = 0;
    header(tmp, c);
    widest = tmp->failed ? 0 : text_width(tmp->s);
    for (size_t i = 0; i < t->n_row && !tmp->failed; i++) {
        size_t w;
        tmp->n = 0;
        str_puts(tmp, "");
        cell(tmp, c, i);
        w = tmp->failed ? 0 : text_width(tmp->s);
        widest = w > widest ? w : widest;
    }
    return widest;
}

/* One line: the header (row == SIZE_MAX) or a row.  Texts lie left, numbers right. */
static void line(struct emit *e, const strait_table *t, size_t row, const size_t *width, str *tmp)
{
    for (size_t j = 0; j < t->n_col && !tmp->failed; j++) {
        const struct column *c = &t->col[j];
        bool left = c->type == STRAIT_TEXT, last = j + 1 == t->n_col;
        size_t w;

        tmp->n = 0;
        str_puts(tmp, "");
        if (row == SIZE_MAX)
            header(tmp, c);
        else
            cell(tmp, c, row);
        if (tmp->failed)
            break;
        w = text_width(tmp->s);
        str_puts(&e->b, j ? "  " : "");
        for (size_t k = w; !left && k < width[j]; k++)
            str_putc(&e->b, ' ');
        str_puts(&e->b, tmp->s);
        for (size_t k = w; left && !last && k < width[j]; k++)
            str_putc(&e->b, ' ');
    }
    str_putc(&e->b, '\n');
}

/**
 * Write a table with aligned columns, numbers rounded for reading.
 *
 * @param cx    context; holds the message on failure
 * @param t     borrowed
 * @param fn    sink
 * @param data  the sink's
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(cells), two passes.  Test: tests/unit/check_write.c
 */
strait_status write_table_text(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data)
{
    struct emit e;
    str tmp = {0};
    size_t *width = mem_calloc(t->n_col, sizeof *width);

    emit_begin(&e, cx, fn, data);
    if (width) {
        for (size_t j = 0; j < t->n_col; j++)
            width[j] = measure(t, &t->col[j], &tmp);
        line(&e, t, SIZE_MAX, width, &tmp);
        for (size_t i = 0; i < t->n_row && emit_step(&e); i++)
            line(&e, t, i, width, &tmp);
    }
    if (!width || tmp.failed)
        e.b.failed = true;
    mem_free(width);
    str_free(&tmp);
    return emit_end(&e);
}
