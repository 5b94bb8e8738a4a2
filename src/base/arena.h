/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An arena: many small blocks with one lifetime.  Pointers stay valid until arena_free. */
#ifndef STRAIT_BASE_ARENA_H
#define STRAIT_BASE_ARENA_H

#include <stddef.h>

typedef struct arena arena;

arena *arena_new(void);                                    /* NULL: no memory */
void arena_free(arena *a);                                 /* NULL is fine */
void *arena_alloc(arena *a, size_t n, size_t size);        /* zeroed, aligned for any type */
char *arena_strdup(arena *a, const char *s);
char *arena_strndup(arena *a, const char *s, size_t n);
size_t arena_bytes(const arena *a);

#endif
