/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults of an input: one a line for a person, one document for a program. */
#include <inttypes.h>
#include <string.h>
#include "write/emit.h"
#include "write/write.h"

#define VALUE_MAX 120   /* a longer value is cut: the line must stay readable */

/* A value between quotes; what would break the line or the terminal is escaped. */
static void quoted(str *b, const char *s)
{
    size_t n = 0;

    str_putc(b, '"');
    for (; *s && n < VALUE_MAX; s++, n++) {
        unsigned char c = (unsigned char)*s;
        if (c == '\n')
            str_puts(b, "\\n");
        else if (c == '\t')
            str_puts(b, "\\t");
        else if (c < 0x20 || c == 0x7F)
            str_printf(b, "\\x%02x", c);
        else
            str_putc(b, *s);
    }
    while (((unsigned char)*s & 0xC0) == 0x80)   /* never cut inside a character */
        str_putc(b, *s++);
    str_puts(b, *s ? "...\"" : "\"");
}

static void words(str *b, const char *s)
{
    text_put(b, s, SIZE_MAX);
}

static void fault_line(str *b, const strait_table *t, size_t i)
{
    const char *file = table_text(t, "file", i), *key = table_text(t, "key", i);
    const char *value = table_text(t, "value", i), *problem = table_text(t, "problem", i);
    const char *allowed = table_text(t, "allowed", i);

    words(b, file && *file ? file : "-");
    str_printf(b, ":%" PRId64 ": %s: ", table_int(t, "line", i), table_text(t, "severity", i));
    if (key && *key) {
        words(b, key);
        str_puts(b, ": ");
    }
    if (value) {
        quoted(b, value);
        str_puts(b, ": ");
    }
    words(b, problem ? problem : "");
    if (allowed && *allowed) {
        str_puts(b, "; ");
        words(b, allowed);
    }
    str_putc(b, '\n');
}

/**
 * Write faults one a line: FILE:LINE: error|warning: KEY: "VALUE": what is wrong; what is allowed.
 * A fault that belongs to no file has "-" for it; parts that are missing are left out.
 *
 * @param cx    context; holds the message on failure
 * @param t     borrowed; table "faults" of strait_faults()
 * @param fn    sink
 * @param data  the sink's
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_ENOMEM
 * Test: tests/unit/check_write.c
 */
strait_status write_faults_text(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data)
{
    struct emit e;

    emit_begin(&e, cx, fn, data);
    for (size_t i = 0; i < t->n_row && emit_step(&e); i++)
        fault_line(&e.b, t, i);
    return emit_end(&e);
}

strait_status write_faults_json(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data)
{
    struct emit e;

    emit_begin(&e, cx, fn, data);
    str_puts(&e.b, "{\n  \"schema\": \"strait.check/1\",\n  \"faults\": [");
    for (size_t i = 0; i < t->n_row && emit_step(&e); i++) {
        str_puts(&e.b, i ? ",\n    " : "\n    ");
        json_row(&e.b, t, i, NULL);
    }
    str_puts(&e.b, t->n_row ? "\n  ]\n}\n" : "]\n}\n");
    return emit_end(&e);
}
