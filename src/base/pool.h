/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Threads of our own.  Jobs are numbered; which thread does one is left to chance, so a job writes only to places that
 * its number names, and the result is the same at any number of threads.
 */
#ifndef STRAIT_BASE_POOL_H
#define STRAIT_BASE_POOL_H

#include <stddef.h>

struct pool;

/* Job i of n on a worker, 0 <= worker < pool_threads: for scratch that each has for itself.  May not allocate or fail. */
typedef void pool_job(void *data, size_t i, int worker);

struct pool *pool_new(int threads);              /* NULL: no memory; fewer threads where the system gives no more */
void pool_free(struct pool *p);                  /* NULL is fine */
int pool_threads(const struct pool *p);          /* the caller's own counted; 1 for NULL */
void pool_run(struct pool *p, size_t n, pool_job *job, void *data);

#endif
