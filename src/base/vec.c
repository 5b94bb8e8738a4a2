/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/vec.h"

#include <stdint.h>
#include <string.h>

/**
 * Make room for `want` elements of `size` bytes; the capacity at least doubles when it grows.
 *
 * @param v    in/out: address of the array pointer; unchanged on failure
 * @param cap  in/out: elements that fit
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost O(1) amortized per element.  Test: tests/unit/check_base.c
 */
strait_status vec_reserve(void **v, size_t *cap, size_t want, size_t size)
{
    size_t grown = *cap > SIZE_MAX / 2 ? SIZE_MAX : *cap * 2;
    void *p;

    if (want <= *cap)
        return STRAIT_OK;
    if (grown < want)
        grown = want;
    if (grown < 8)
        grown = 8;
    /* Through memcpy: the caller's pointer is a T *, which may not be read as a void *. */
    memcpy(&p, v, sizeof p);
    p = mem_realloc(p, grown, size);
    if (p == NULL)
        return STRAIT_ENOMEM;
    memcpy(v, &p, sizeof p);
    *cap = grown;
    return STRAIT_OK;
}
