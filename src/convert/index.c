/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "convert/index.h"

#include <stdint.h>
#include <string.h>

/* FNV-1a. */
static uint64_t hash(const char *s)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
    return h ^ h >> 29;
}

/* Its slot, or the free one where it belongs; n_slot > 0. */
static size_t slot_of(const struct index *x, const char *text)
{
    size_t i = hash(text) & (x->n_slot - 1);

    while (x->slot[i] != INDEX_NONE && strcmp(x->text.v[x->slot[i]], text) != 0)
        i = (i + 1) & (x->n_slot - 1);
    return i;
}

static strait_status grow(struct index *x)
{
    size_t n = x->n_slot == 0 ? 64 : 2 * x->n_slot, *slot;

    if (2 * (x->text.n + 1) <= x->n_slot)
        return STRAIT_OK;
    slot = mem_calloc(n, sizeof *slot);
    if (slot == NULL)
        return STRAIT_ENOMEM;
    mem_free(x->slot);
    x->slot = slot;
    x->n_slot = n;
    for (size_t i = 0; i < n; i++)
        slot[i] = INDEX_NONE;
    for (size_t i = 0; i < x->text.n; i++)
        slot[slot_of(x, x->text.v[i])] = i;
    return STRAIT_OK;
}

strait_status index_add(struct index *x, arena *a, const char *text, size_t *i, bool *is_new)
{
    const char *copy;
    size_t at;

    *is_new = false;
    if (grow(x) != STRAIT_OK)
        return STRAIT_ENOMEM;
    at = slot_of(x, text);
    if (x->slot[at] == INDEX_NONE) {
        copy = arena_strdup(a, text);
        if (copy == NULL || VEC_PUSH(&x->text, copy) != STRAIT_OK)
            return STRAIT_ENOMEM;
        x->slot[at] = x->text.n - 1;
        *is_new = true;
    }
    *i = x->slot[at];
    return STRAIT_OK;
}

size_t index_find(const struct index *x, const char *text)
{
    return x->n_slot == 0 ? INDEX_NONE : x->slot[slot_of(x, text)];
}

void index_free(struct index *x)
{
    VEC_FREE(&x->text);
    mem_free(x->slot);
    *x = (struct index){.slot = NULL};
}
