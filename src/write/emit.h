/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buffered output into a caller's sink.  Errors are sticky: write on, and look once at the end. */
#ifndef STRAIT_WRITE_EMIT_H
#define STRAIT_WRITE_EMIT_H

#include "base/ctx.h"
#include "base/str.h"
#include "base/table.h"

struct emit {
    strait_ctx *cx;
    strait_write_fn *fn;
    void *data;
    str b;              /* append here with str_*, then call emit_step */
    strait_status st;
};

void emit_begin(struct emit *e, strait_ctx *cx, strait_write_fn *fn, void *data);
/* Pass on what has gathered, if it is enough to be worth a call.  False: give up, the status is set. */
bool emit_step(struct emit *e);
/* Pass on the rest and free the buffer. */
strait_status emit_end(struct emit *e) MUST_USE;

/* One cell as JSON: NULL, NaN and infinities are null. */
void json_cell(str *b, const struct column *c, size_t row);
void json_text(str *b, const char *s);
/* {"key": value, ...} of one row, without the column `skip` (NULL: all columns). */
void json_row(str *b, const strait_table *t, size_t row, const char *skip);

/* A number for a person: 6 significant digits, no exponent between 1e-4 and 1e15; "-" for NaN. */
void text_real(str *b, double v);
/* A whole number with commas: 12,345,678; "-" for NaN. */
void text_count(str *b, double v);
/* Characters on the screen of a UTF-8 string; wide East Asian characters count twice. */
size_t text_width(const char *s);
/* Append s without control characters, cut to at most `width` characters on the screen (the last one "…"). */
void text_put(str *b, const char *s, size_t width);
/* The same, padded with blanks to exactly `width`. */
void text_pad(str *b, const char *s, size_t width);

#endif
