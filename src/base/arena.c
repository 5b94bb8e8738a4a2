/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define CHUNK_MIN ((size_t)4096)
#define CHUNK_MAX ((size_t)1 << 20)   /* bounds what the last chunk can waste */

struct chunk {
    struct chunk *next;
    size_t used, cap;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct chunk *head;   /* the chunk being filled */
    size_t total;
};

/** A new, empty arena; NULL when out of memory.  Free with arena_free. */
arena *arena_new(void)
{
    return mem_calloc(1, sizeof(arena));
}

/** Free the arena and every block of it; NULL is fine. */
void arena_free(arena *a)
{
    if (a == NULL)
        return;
    while (a->head != NULL) {
        struct chunk *next = a->head->next;

        mem_free(a->head);
        a->head = next;
    }
    mem_free(a);
}

/* Chunks double, so that a large input costs few allocations. */
static struct chunk *add_chunk(arena *a, size_t bytes)
{
    size_t cap = a->head == NULL ? CHUNK_MIN : a->head->cap * 2;
    struct chunk *c;

    if (cap > CHUNK_MAX)
        cap = CHUNK_MAX;
    if (cap < bytes)
        cap = bytes;
    if (cap > SIZE_MAX - sizeof *c)
        return NULL;
    c = mem_calloc(1, sizeof *c + cap);
    if (c == NULL)
        return NULL;
    c->cap = cap;
    c->next = a->head;
    a->head = c;
    return c;
}

/**
 * n zeroed elements of `size` bytes, aligned for any type, that live as long as the arena.
 *
 * @return the block, owned by the arena; NULL when out of memory or on overflow, arena unchanged.
 *         0 bytes return a valid pointer.
 * Cost O(bytes), amortized.  Test: tests/unit/check_base.c
 */
void *arena_alloc(arena *a, size_t n, size_t size)
{
    const size_t align = alignof(max_align_t);
    struct chunk *c = a->head;
    size_t bytes;
    void *p;

    if (size != 0 && n > (SIZE_MAX - align) / size)
        return NULL;
    bytes = (n * size + align - 1) / align * align;
    if (c == NULL || c->cap - c->used < bytes)
        c = add_chunk(a, bytes);
    if (c == NULL)
        return NULL;
    p = c->bytes + c->used;
    c->used += bytes;
    a->total += bytes;
    return p;
}

/** A copy of s in the arena; NULL when out of memory. */
char *arena_strdup(arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

/** A NUL-terminated copy of the first n bytes of s in the arena; NULL when out of memory. */
char *arena_strndup(arena *a, const char *s, size_t n)
{
    char *copy = n == SIZE_MAX ? NULL : arena_alloc(a, n + 1, 1);

    if (copy != NULL)
        memcpy(copy, s, n);
    return copy;
}

/** Bytes handed out so far, with their padding. */
size_t arena_bytes(const arena *a)
{
    return a->total;
}
