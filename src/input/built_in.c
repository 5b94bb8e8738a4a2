/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/built_in.h"

#include <string.h>

/** The text of a file of data/ that was built in.  @return n bytes and a NUL in the arena; NULL: no memory. */
char *built_in_text(arena *a, const char *name, size_t *n)
{
    const struct built_in *b = built_in;
    char *text;

    while (strcmp(b->name, name) != 0)
        b++;
    *n = 0;
    for (size_t i = 0; i < b->n_line; i++)
        *n += strlen(b->line[i]) + 1;
    text = arena_alloc(a, *n + 1, 1);
    *n = 0;
    for (size_t i = 0; text != NULL && i < b->n_line; i++) {
        size_t len = strlen(b->line[i]);

        memcpy(text + *n, b->line[i], len);
        text[*n + len] = '\n';
        *n += len + 1;
    }
    return text;
}
