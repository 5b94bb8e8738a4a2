/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts to numbers 0, 1, 2 ... in the order in which they come. */
#ifndef STRAIT_CONVERT_INDEX_H
#define STRAIT_CONVERT_INDEX_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/vec.h"

#define INDEX_NONE SIZE_MAX

struct index {
    VEC(const char *) text;    /* in an arena */
    size_t *slot, n_slot;      /* open addressing, n_slot a power of two; SIZE_MAX: free */
};

/* Its number; a new text is copied to the arena.  STRAIT_ENOMEM without a message. */
strait_status index_add(struct index *x, arena *a, const char *text, size_t *i, bool *is_new) MUST_USE;
size_t index_find(const struct index *x, const char *text);
void index_free(struct index *x);

#endif
