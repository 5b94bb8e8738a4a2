/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/progress.h"

#define LONGEST 31   /* verbs and flags are short; a longer word is near none */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to insert, delete or replace, or neighbours to swap, to get from a to b. */
static size_t distance(const char *a, const char *b)
{
    size_t row[3][LONGEST + 1], n = strlen(b);
    size_t *before = row[0], *last = row[1], *now = row[2];

    for (size_t j = 0; j <= n; j++)
        last[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t *spare = before;
        now[0] = i;
        for (size_t j = 1; j <= n; j++) {
            now[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]), 1 + least(last[j], now[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        before = last;
        last = now;
        now = spare;
    }
    return last[n];
}

const char *nearest(const char *word, const char *const *names, size_t n)
{
    size_t best = 1 + (strlen(word) + 1) / 3;
    const char *found = NULL;

    for (size_t i = 0; i < n && strlen(word) <= LONGEST; i++) {
        size_t d = strlen(names[i]) <= LONGEST ? distance(word, names[i]) : best;
        if (d < best) {
            best = d;
            found = names[i];
        }
    }
    return found;
}

void say(const char *fmt, ...)
{
    char line[2048];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    progress_clear();
    fprintf(stderr, "strait: %s\n", line);
}
