/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A growing array: VEC(type) v = {0}; VEC_PUSH(st, &v, value) -> STRAIT_ENOMEM on failure. */
#ifndef STRAIT_BASE_VEC_H
#define STRAIT_BASE_VEC_H

#include <stddef.h>
#include "base/mem.h"
#include "base/status.h"

#define VEC(type) struct { type *v; size_t n, cap; }
#define VEC_PUSH(vec, value) \
    (vec_reserve((void **)&(vec)->v, &(vec)->cap, (vec)->n + 1, sizeof *(vec)->v) == STRAIT_OK \
         ? ((vec)->v[(vec)->n++] = (value), STRAIT_OK) : STRAIT_ENOMEM)
#define VEC_FREE(vec) (mem_free((vec)->v), (vec)->v = NULL, (vec)->n = (vec)->cap = 0)

strait_status vec_reserve(void **v, size_t *cap, size_t want, size_t size) MUST_USE;

#endif
