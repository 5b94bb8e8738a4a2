/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every name and text of a case once, so that a million rows that name ten offers keep ten strings. */
#include "domain/room.h"

#include <string.h>

/* FNV-1a. */
static size_t hash(const char *s, size_t n)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < n; i++) {
        h ^= (unsigned char)s[i];
        h *= UINT64_C(1099511628211);
    }
    return (size_t)(h ^ (h >> 32));
}

/* The slot that holds the text, or the free one where it belongs. */
static size_t slot_of(const struct symbols *s, const char *text, size_t n)
{
    size_t i = hash(text, n) & (s->n_slot - 1);

    while (s->slot[i] != SYMBOL_NONE) {
        const char *have = s->v[s->slot[i]];

        if (strncmp(have, text, n) == 0 && have[n] == '\0')
            break;
        i = (i + 1) & (s->n_slot - 1);
    }
    return i;
}

/* Twice the slots, so that at most half are taken. */
static bool grow(struct symbols *s)
{
    size_t n = s->n_slot == 0 ? 256 : s->n_slot * 2;
    uint32_t *slot = mem_realloc(NULL, n, sizeof *slot);

    if (slot == NULL)
        return false;
    memset(slot, 0xff, n * sizeof *slot);
    mem_free(s->slot);
    s->slot = slot;
    s->n_slot = n;
    for (size_t i = 0; i < s->n; i++)
        slot[slot_of(s, s->v[i], strlen(s->v[i]))] = (uint32_t)i;
    return true;
}

/**
 * The symbol of the first n bytes of text (which hold no NUL), made if new; symbols count from 0.
 *
 * @return the symbol; SYMBOL_NONE when out of memory
 * Cost O(n) on average.
 */
uint32_t symbol_add(struct symbols *s, const char *text, size_t n)
{
    size_t i;
    const char *copy;

    if (s->n * 2 >= s->n_slot && !grow(s))
        return SYMBOL_NONE;
    i = slot_of(s, text, n);
    if (s->slot[i] != SYMBOL_NONE)
        return s->slot[i];
    if (s->n >= INT32_MAX - 2)
        return SYMBOL_NONE;
    copy = arena_strndup(s->arena, text, n);
    if (copy == NULL || vec_reserve((void **)&s->v, &s->cap, s->n + 1, sizeof *s->v) != STRAIT_OK)
        return SYMBOL_NONE;
    s->v[s->n] = copy;
    s->slot[i] = (uint32_t)s->n;
    return (uint32_t)s->n++;
}

/** The symbol of a text, or SYMBOL_NONE when it never occurred. */
uint32_t symbol_find(const struct symbols *s, const char *text)
{
    return s->n_slot == 0 ? SYMBOL_NONE : s->slot[slot_of(s, text, strlen(text))];
}

/** Free what the symbols hold beside the arena. */
void symbols_free(struct symbols *s)
{
    mem_free(s->v);
    mem_free(s->slot);
}
