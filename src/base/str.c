/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Room for n more bytes and the NUL. */
static bool reserve(str *b, size_t n)
{
    size_t cap = b->cap < 64 ? 64 : b->cap;
    char *s;

    if (b->failed)
        return false;
    if (b->s != NULL && b->cap - b->n > n)
        return true;
    if (n >= SIZE_MAX / 4 - b->n) {
        b->failed = true;
        return false;
    }
    while (cap - b->n <= n)
        cap *= 2;
    s = mem_realloc(b->s, cap, 1);
    if (s == NULL) {
        b->failed = true;
        return false;
    }
    b->s = s;
    b->cap = cap;
    return true;
}

/** Append n bytes.  On failure the text so far stays and `failed` is set for good. */
void str_put(str *b, const char *s, size_t n)
{
    if (!reserve(b, n))
        return;
    if (n > 0)
        memcpy(b->s + b->n, s, n);
    b->n += n;
    b->s[b->n] = '\0';
}

/** Append a NUL-terminated text. */
void str_puts(str *b, const char *s)
{
    str_put(b, s, strlen(s));
}

/** Append one byte. */
void str_putc(str *b, char c)
{
    str_put(b, &c, 1);
}

/** Append formatted text, as printf; in one go where it fits the room that is there. */
void str_printf(str *b, const char *fmt, ...)
{
    size_t room = b->s != NULL && !b->failed ? b->cap - b->n : 0;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(room > 0 ? b->s + b->n : NULL, room, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < room) {
        b->n += (size_t)n;
        return;
    }
    if (room > 0)
        b->s[b->n] = '\0';
    if (n < 0)
        b->failed = true;
    if (n < 0 || !reserve(b, (size_t)n))
        return;
    va_start(ap, fmt);
    vsnprintf(b->s + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

/* Significant digits of a number as %.17g prints it; the last two of 17 in *rest. */
static int digits_of(const char *text, int *rest)
{
    int n = 0;

    *rest = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (n == 0 && *text == '0'))
            continue;
        if (++n > 15)
            *rest += n == 16 ? 10 * (*text - '0') : *text - '0';
    }
    return n;
}

/*
 * May 15 digits do?  What reads back as v lies within half a unit of its last bit, 0.111 of the fifteenth digit's; so the
 * two digits behind that are near 0 or 100.  Not below the normal numbers, where bits are lost.
 */
static bool may_do_with_15(double v, int rest)
{
    return v < DBL_MIN || rest <= 12 || rest >= 88;
}

/**
 * Append a number in the fewest digits (15, 16 or 17) that read back as the same double; NaN is
 * "nan" and minus zero is "0", so that the bytes do not depend on how a value came about.
 * The decimal point is that of the thread's locale, which base/locale.h fences.
 *
 * Test: tests/unit/check_base.c
 */
void str_real(str *b, double v)
{
    char text[40], shorter[40];
    double size = fabs(v);
    int rest, n;

    if (isnan(v)) {
        str_puts(b, "nan");
        return;
    }
    if (v < 0.0)
        str_putc(b, '-');
    snprintf(text, sizeof text, "%.17g", size);
    n = digits_of(text, &rest);
    for (int digits = may_do_with_15(size, rest) ? 15 : 16; n > 15 && digits <= 16; digits++) {
        snprintf(shorter, sizeof shorter, "%.*g", digits, size);
        if (strtod(shorter, NULL) == size) {
            str_puts(b, shorter);
            return;
        }
    }
    str_puts(b, text);
}

/** Free the text and make b empty and usable again. */
void str_free(str *b)
{
    mem_free(b->s);
    memset(b, 0, sizeof *b);
}

#define WORD_MAX 127   /* names are at most 64 long; longer words have no near name */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap of neighbours) from a to b; both at most WORD_MAX long. */
static size_t edits(const char *a, size_t na, const char *b, size_t nb)
{
    size_t row[3][WORD_MAX + 1];
    size_t *before = row[0], *last = row[1], *now = row[2];

    for (size_t j = 0; j <= nb; j++)
        last[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *spare = before;

        now[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t d = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);

            d = least(d, least(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d = least(d, before[j - 2] + 1);
            now[j] = d;
        }
        before = last;
        last = now;
        now = spare;
    }
    return last[nb];
}

/**
 * The name nearest to `word`, for messages: fewest edits, the first of equals.
 *
 * @param names  n borrowed names
 * @return a borrowed name at most max(1, length / 3) edits away, or NULL
 * Cost O(n * length^2).  Test: tests/unit/check_base.c
 */
const char *str_nearest(const char *word, const char *const *names, size_t n)
{
    size_t len = strlen(word);
    size_t best = len < 3 ? 1 : len / 3;
    const char *found = NULL;

    if (len == 0 || len > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t other = strlen(names[i]);
        size_t d = other > WORD_MAX ? SIZE_MAX : edits(word, len, names[i], other);

        if (d < best || (d == best && found == NULL)) {
            best = d;
            found = names[i];
        }
    }
    return found;
}
