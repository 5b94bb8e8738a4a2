/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers take scenarios by number, the caller's thread writes what they hand over. */
#include "study/batch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/locale.h"
#include "base/mem.h"

#define QUEUE 64          /* outcomes that wait for the writer */
#define COMMIT_S 0.5      /* what a kill may lose at most, besides what is in flight */
#define WAIT_MS 100       /* between two looks at a cancel */

struct batch {
    strait_ctx *cx;
    const struct origin_plan *b;
    struct store *db;
    const struct batch_options *o;
    const bool *done;
    uint64_t n, before, written;
    pthread_mutex_t lock;
    pthread_cond_t some, room;
    /* under the lock */
    uint64_t next;
    struct outcome *queue[QUEUE];
    size_t n_queue;
    int working;                   /* workers that have not ended */
    bool stop;
    strait_status st;              /* the first failure, and its words */
    char message[sizeof ((strait_ctx *)0)->message];
};

struct worker { struct batch *q; pthread_t thread; strait_ctx *cx; };

static void give_up(struct batch *q, strait_status st, const char *message)
{
    if (q->st == STRAIT_OK && st != STRAIT_OK) {
        q->st = st;
        snprintf(q->message, sizeof q->message, "%s", message);
    }
    q->stop = true;
    (void)pthread_cond_broadcast(&q->some);
    (void)pthread_cond_broadcast(&q->room);
}

/* The next scenario that is not there yet; false: none, or it is time to stop. */
static bool take_job(struct batch *q, uint64_t *i)
{
    bool some;

    (void)pthread_mutex_lock(&q->lock);
    while (q->next < q->n && q->done[q->next])
        q->next++;
    some = !q->stop && q->next < q->n;
    *i = q->next;
    q->next += some;
    (void)pthread_mutex_unlock(&q->lock);
    return some;
}

static void hand_over(struct batch *q, strait_status st, strait_ctx *cx, struct outcome *o)
{
    (void)pthread_mutex_lock(&q->lock);
    while (st == STRAIT_OK && q->n_queue == QUEUE && !q->stop)
        (void)pthread_cond_wait(&q->room, &q->lock);
    if (st == STRAIT_OK && q->n_queue < QUEUE) {
        q->queue[q->n_queue++] = o;
        o = NULL;
    } else {
        give_up(q, st == STRAIT_EUSAGE ? STRAIT_OK : st, cx->message);
    }
    (void)pthread_cond_signal(&q->some);
    (void)pthread_mutex_unlock(&q->lock);
    outcome_free(o);
}

static int is_stopped(void *data, const char *stage, double elapsed_s, double gap)
{
    struct batch *q = data;
    bool stop;

    (void)stage;
    (void)elapsed_s;
    (void)gap;
    (void)pthread_mutex_lock(&q->lock);
    stop = q->stop;
    (void)pthread_mutex_unlock(&q->lock);
    return stop;
}

static void *work(void *data)
{
    struct worker *w = data;
    struct batch *q = w->q;
    struct locale_fence fence = {0};
    struct outcome *o;
    uint64_t i;
    strait_status st = locale_enter(&fence);

    if (st != STRAIT_OK)
        hand_over(q, cx_nomem(w->cx), w->cx, NULL);
    while (st == STRAIT_OK && take_job(q, &i)) {
        o = NULL;
        cx_begin(w->cx);
        st = outcome_of(w->cx, q->b, shard_scenario(i, q->o), &o);
        hand_over(q, st, w->cx, o);
    }
    locale_leave(&fence);
    (void)pthread_mutex_lock(&q->lock);
    q->working--;
    (void)pthread_cond_signal(&q->some);
    (void)pthread_mutex_unlock(&q->lock);
    return NULL;
}

/* ---- the writer ---- */

/* Wait for outcomes, or a moment; what there is, in the order in which it came. */
static size_t fetch(struct batch *q, struct outcome **got, bool *ended)
{
    struct timespec until;
    size_t n;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += WAIT_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&q->lock);
    if (q->n_queue == 0 && q->working > 0)
        (void)pthread_cond_timedwait(&q->some, &q->lock, &until);
    n = q->n_queue;
    memcpy(got, q->queue, n * sizeof *got);
    q->n_queue = 0;
    *ended = q->working == 0;
    (void)pthread_cond_broadcast(&q->room);
    (void)pthread_mutex_unlock(&q->lock);
    return n;
}

static strait_status write_all(struct batch *q, struct outcome **got, size_t n)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < n; i++) {
        if (st == STRAIT_OK)
            st = outcome_store(q->cx, q->db, got[i]);
        q->written += st == STRAIT_OK;
        outcome_free(got[i]);
    }
    return st;
}

static void stop(struct batch *q, strait_status st)
{
    (void)pthread_mutex_lock(&q->lock);
    give_up(q, st, q->cx->message);
    (void)pthread_mutex_unlock(&q->lock);
}

static strait_status commit(struct batch *q, bool again)
{
    strait_status st = store_commit(q->cx, q->db);

    return st == STRAIT_OK && again ? store_begin(q->cx, q->db) : st;
}

/* Until all workers have ended.  After a failure of the store the rest is thrown away. */
static void write_on(struct batch *q)
{
    struct outcome *got[QUEUE];
    strait_status st = store_begin(q->cx, q->db);
    double last = cx_now();
    bool ended = false, stopped = false;

    if (st != STRAIT_OK)
        stop(q, st);
    while (!ended) {
        size_t n = fetch(q, got, &ended);
        if (st != STRAIT_OK) {
            for (size_t i = 0; i < n; i++)
                outcome_free(got[i]);
            continue;
        }
        st = write_all(q, got, n);
        if (st == STRAIT_OK && (ended || cx_now() - last > COMMIT_S)) {
            st = commit(q, !ended);
            last = cx_now();
        }
        if (st != STRAIT_OK)
            stop(q, st);
        else if (!stopped && batch_tick(q->cx, q->before, q->before + q->written, q->n)) {
            stopped = true;
            stop(q, STRAIT_OK);
        }
    }
    store_rollback(q->db);
}

/* ---- threads ---- */

static strait_ctx *own_context(const strait_ctx *cx, struct batch *q)
{
    strait_ctx *own = strait_ctx_new();

    if (!own)
        return NULL;
    own->time_limit_s = cx->time_limit_s;
    own->gap = cx->gap;
    own->seed = cx->seed;
    own->engine_glpk = cx->engine_glpk;
    strait_on_progress(own, is_stopped, q);
    return own;
}

/* Signals go to the caller's thread. */
static int start_thread(struct worker *w)
{
    sigset_t all, before;
    int code;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    code = pthread_create(&w->thread, NULL, work, w);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

/* As many as the system gives, one at least. */
static int start_workers(struct batch *q, struct worker *w, int n)
{
    int started = 0;

    for (; started < n; started++) {
        w[started] = (struct worker){.q = q, .cx = own_context(q->cx, q)};
        if (!w[started].cx)
            break;
        (void)pthread_mutex_lock(&q->lock);
        q->working++;
        (void)pthread_mutex_unlock(&q->lock);
        if (start_thread(&w[started]) != 0) {
            (void)pthread_mutex_lock(&q->lock);
            q->working--;
            (void)pthread_mutex_unlock(&q->lock);
            strait_ctx_free(w[started].cx);
            break;
        }
    }
    return started;
}

static strait_status run_threads(struct batch *q)
{
    struct worker *w = mem_calloc((size_t)q->cx->threads, sizeof *w);
    int n;

    if (!w)
        return cx_nomem(q->cx);
    (void)pthread_mutex_init(&q->lock, NULL);
    (void)pthread_cond_init(&q->some, NULL);
    (void)pthread_cond_init(&q->room, NULL);
    n = start_workers(q, w, q->cx->threads);
    if (n == 0)
        give_up(q, STRAIT_ENOMEM, "out of memory");
    else
        write_on(q);
    for (int i = 0; i < n; i++) {
        (void)pthread_join(w[i].thread, NULL);
        strait_ctx_free(w[i].cx);
    }
    (void)pthread_cond_destroy(&q->room);
    (void)pthread_cond_destroy(&q->some);
    (void)pthread_mutex_destroy(&q->lock);
    mem_free(w);
    return q->st == STRAIT_OK ? STRAIT_OK : cx_fail(q->cx, q->st, "%s", q->message);
}

static uint64_t count_done(const bool *done, uint64_t n)
{
    uint64_t sum = 0;

    for (uint64_t i = 0; i < n; i++)
        sum += done[i];
    return sum;
}

static strait_status evaluate_all(strait_ctx *cx, const struct origin_plan *b, struct store *db, const struct batch_options *o, bool *done,
                                  struct batch_counts *counts)
{
    struct batch q = {.cx = cx, .b = b, .db = db, .o = o, .done = done, .n = counts->total, .before = counts->done};
    strait_status st = run_threads(&q);

    counts->stopped = q.stop;
    return st;
}

/* What is left to do, unless there is nothing. */
static strait_status go_on(strait_ctx *cx, const struct sweep *s, const strait_case *c, struct store *db, const struct batch_options *o,
                           struct batch_counts *counts)
{
    struct origin_plan *b = NULL;
    bool *done = mem_calloc(counts->total + 1, sizeof *done);
    strait_status st = STRAIT_OK;

    if (!done)
        return cx_nomem(cx);
    st = batch_done(cx, db, o, done, counts->total);
    counts->done = count_done(done, counts->total);
    if (st != STRAIT_OK || counts->done == counts->total)
        goto out;
    TRY(origin_new(cx, s, c, o->keep, &b));
    cx_begin(cx);
    TRY(s->fixed ? batch_reprice(cx, b, db, o, done, counts) : evaluate_all(cx, b, db, o, done, counts));
out:
    origin_free(b);
    mem_free(done);
    return st;
}

strait_status batch_run(strait_ctx *cx, const struct sweep *s, const strait_case *c, const char *store, const struct batch_options *o,
                        struct batch_counts *counts)
{
    struct store *db = NULL;
    strait_status st = STRAIT_OK;

    *counts = (struct batch_counts){.total = shard_size(s->n, o)};
    TRY(store_open(cx, store, o->resume ? STORE_RESUME : STORE_NEW, &db));
    TRY(batch_meta(cx, db, s, c, o));
    TRY(go_on(cx, s, c, db, o, counts));
    TRY(batch_count(cx, db, counts));
out:
    store_close(db);
    return st;
}
