/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Allocation.  Every allocation of the library goes through here, so that a test build
 * (-DSTRAIT_FAULTS) can make the n-th one fail.  NULL means out of memory; n * size is checked
 * for overflow.  A request for 0 bytes returns a valid pointer.
 */
#ifndef STRAIT_BASE_MEM_H
#define STRAIT_BASE_MEM_H

#include <stddef.h>

void *mem_calloc(size_t n, size_t size);            /* zeroed */
void *mem_realloc(void *p, size_t n, size_t size);  /* p unchanged on failure */
char *mem_strdup(const char *s);
void mem_free(void *p);                             /* NULL is fine */

#ifdef STRAIT_FAULTS
void mem_fail_at(long n);  /* the n-th allocation of this thread from now fails (0: none) */
long mem_count(void);      /* allocations of this thread since mem_fail_at */
#endif

#endif
