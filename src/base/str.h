/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A growing byte string, always NUL-terminated.  A failed append sets `failed` and is sticky. */
#ifndef STRAIT_BASE_STR_H
#define STRAIT_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include "base/status.h"

typedef struct {
    char *s;      /* NULL until the first append */
    size_t n, cap;
    bool failed;
} str;

void str_put(str *b, const char *s, size_t n);
void str_puts(str *b, const char *s);
void str_putc(str *b, char c);
void str_printf(str *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void str_real(str *b, double v);      /* shortest of %.15g, %.16g, %.17g that reads back equal; C locale */
void str_free(str *b);

/* Nearest of n names to `word` by edit distance (at most a third of its length), or NULL. */
const char *str_nearest(const char *word, const char *const *names, size_t n);

#endif
