/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef STRAIT_FAULTS
/* Per thread, so that a test that fails an allocation of its own does not disturb another's. */
static _Thread_local long counted;
static _Thread_local long failing;

/** Make the n-th allocation of this thread from now fail; 0 lets all succeed.  Restarts mem_count. */
void mem_fail_at(long n)
{
    counted = 0;
    failing = n;
}

/** Allocations of this thread since the last mem_fail_at, the failed one included. */
long mem_count(void)
{
    return counted;
}

static int refused(void)
{
    return ++counted == failing;
}
#else
static int refused(void)
{
    return 0;
}
#endif

/* The product in bytes, at least 1 so that success is never NULL; 0 when it does not fit. */
static size_t bytes_of(size_t n, size_t size)
{
    if (size != 0 && n > SIZE_MAX / size)
        return 0;
    return n * size == 0 ? 1 : n * size;
}

/**
 * n zeroed elements of `size` bytes, aligned for any type.
 *
 * @return the block, to be given to mem_free; NULL when out of memory or when n * size overflows.
 *         A request for 0 bytes returns a valid pointer.
 * Test: tests/unit/check_base.c
 */
void *mem_calloc(size_t n, size_t size)
{
    size_t bytes = bytes_of(n, size);

    if (bytes == 0 || refused())
        return NULL;
    return calloc(1, bytes);
}

/**
 * Change a block to n elements of `size` bytes; what is gained is not zeroed.
 *
 * @param p  NULL or a block of this file; unchanged and still the caller's on failure
 * @return the block, which may have moved; NULL when out of memory or on overflow
 * Test: tests/unit/check_base.c
 */
void *mem_realloc(void *p, size_t n, size_t size)
{
    size_t bytes = bytes_of(n, size);

    if (bytes == 0 || refused())
        return NULL;
    return realloc(p, bytes);
}

/** A copy of s, to be given to mem_free; NULL when out of memory. */
char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    char *copy = mem_calloc(n, 1);

    return copy == NULL ? NULL : memcpy(copy, s, n);
}

/** Give a block back; NULL is fine. */
void mem_free(void *p)
{
    free(p);
}
