/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include "base/mem.h"

struct worker { struct pool *pool; pthread_t thread; int number; };

struct pool {
    int n_worker;                  /* threads started; the caller is one more */
    struct worker *worker;
    pthread_mutex_t lock;
    pthread_cond_t begin, end;
    unsigned long turn;            /* of pool_run; workers wait for it to change */
    int busy;                      /* workers that have not yet ended their turn */
    bool closing;
    pool_job *job;
    void *data;
    size_t n;
    atomic_size_t next;
};

static void take_jobs(struct pool *p, int worker)
{
    for (size_t i = atomic_fetch_add(&p->next, 1); i < p->n; i = atomic_fetch_add(&p->next, 1))
        p->job(p->data, i, worker);
}

/* Wait for the turn after *turn; false when the pool closes. */
static bool next_turn(struct pool *p, unsigned long *turn)
{
    bool go;

    (void)pthread_mutex_lock(&p->lock);
    while (p->turn == *turn && !p->closing)
        (void)pthread_cond_wait(&p->begin, &p->lock);
    *turn = p->turn;
    go = !p->closing;
    (void)pthread_mutex_unlock(&p->lock);
    return go;
}

static void *work(void *data)
{
    struct worker *w = data;
    struct pool *p = w->pool;
    unsigned long turn = 0;

    while (next_turn(p, &turn)) {
        take_jobs(p, w->number);
        (void)pthread_mutex_lock(&p->lock);
        if (--p->busy == 0)
            (void)pthread_cond_signal(&p->end);
        (void)pthread_mutex_unlock(&p->lock);
    }
    return NULL;
}

/* Signals are the caller's: a worker inherits a mask that blocks them all. */
static void start_workers(struct pool *p, int n)
{
    sigset_t all, before;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < n; i++) {
        struct worker *w = &p->worker[p->n_worker];

        *w = (struct worker){ .pool = p, .number = p->n_worker + 1 };
        if (pthread_create(&w->thread, NULL, work, w) != 0)
            break;
        p->n_worker++;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/**
 * A pool of `threads` threads, the caller's own counted.  Where the system gives fewer, it works with those.
 *
 * @return the pool, to be given to pool_free; NULL when out of memory
 * Cost O(threads).  Test: tests/unit/check_pool.c
 */
struct pool *pool_new(int threads)
{
    int n = threads > 1 ? threads - 1 : 0;
    struct pool *p = mem_calloc(1, sizeof *p);

    if (p == NULL)
        return NULL;
    p->worker = mem_calloc((size_t)n, sizeof *p->worker);
    if (p->worker == NULL) {
        mem_free(p);
        return NULL;
    }
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->begin, NULL);
    (void)pthread_cond_init(&p->end, NULL);
    start_workers(p, n);
    return p;
}

/** End the threads and free the pool; NULL is fine. */
void pool_free(struct pool *p)
{
    if (p == NULL)
        return;
    (void)pthread_mutex_lock(&p->lock);
    p->closing = true;
    (void)pthread_cond_broadcast(&p->begin);
    (void)pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->n_worker; i++)
        (void)pthread_join(p->worker[i].thread, NULL);
    (void)pthread_cond_destroy(&p->begin);
    (void)pthread_cond_destroy(&p->end);
    (void)pthread_mutex_destroy(&p->lock);
    mem_free(p->worker);
    mem_free(p);
}

/** Threads that work, the caller's own counted; 1 for NULL. */
int pool_threads(const struct pool *p)
{
    return p == NULL ? 1 : p->n_worker + 1;
}

/**
 * Do jobs 0 .. n - 1, each once, and return when all are done; the caller is worker 0.  Jobs are begun in order of their
 * numbers.  One pool_run at a time; NULL works without threads.
 *
 * Cost: a lock and a wake-up a turn, an atomic addition a job.  Test: tests/unit/check_pool.c
 */
void pool_run(struct pool *p, size_t n, pool_job *job, void *data)
{
    if (p == NULL || p->n_worker == 0 || n <= 1) {
        for (size_t i = 0; i < n; i++)
            job(data, i, 0);
        return;
    }
    (void)pthread_mutex_lock(&p->lock);
    p->job = job;
    p->data = data;
    p->n = n;
    atomic_store(&p->next, 0);
    p->busy = p->n_worker;
    p->turn++;
    (void)pthread_cond_broadcast(&p->begin);
    (void)pthread_mutex_unlock(&p->lock);
    take_jobs(p, 0);
    (void)pthread_mutex_lock(&p->lock);
    while (p->busy > 0)
        (void)pthread_cond_wait(&p->end, &p->lock);
    (void)pthread_mutex_unlock(&p->lock);
}
