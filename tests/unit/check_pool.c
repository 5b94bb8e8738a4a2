/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool does each job once, turn after turn, with any number of threads. */
#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/pool.h"

Suite *pool_suite(void);

enum { N_JOB = 1000 };

struct sheet { atomic_int done[N_JOB]; atomic_int worker_wrong; int threads; };

static void sheet_clear(struct sheet *s, int threads)
{
    for (int i = 0; i < N_JOB; i++)
        atomic_store(&s->done[i], 0);
    atomic_store(&s->worker_wrong, 0);
    s->threads = threads;
}

static void tick(void *data, size_t i, int worker)
{
    struct sheet *s = data;

    atomic_fetch_add(&s->done[i], 1);
    if (worker < 0 || worker >= s->threads)
        atomic_store(&s->worker_wrong, 1);
}

START_TEST(each_job_is_done_once_a_turn)
{
    static struct sheet s;
    struct pool *p = pool_new(_i);

    ck_assert_ptr_nonnull(p);
    sheet_clear(&s, pool_threads(p));
    ck_assert_int_ge(s.threads, 1);
    ck_assert_int_le(s.threads, _i > 1 ? _i : 1);
    for (int turn = 1; turn <= 50; turn++) {
        pool_run(p, N_JOB, tick, &s);
        for (int i = 0; i < N_JOB; i++)
            ck_assert_int_eq(atomic_load(&s.done[i]), turn);
    }
    ck_assert_int_eq(atomic_load(&s.worker_wrong), 0);
    pool_free(p);
}
END_TEST

START_TEST(no_jobs_and_one_job_are_fine)
{
    static struct sheet s;
    struct pool *p = pool_new(3);

    sheet_clear(&s, 3);
    pool_run(p, 0, tick, &s);
    ck_assert_int_eq(atomic_load(&s.done[0]), 0);
    pool_run(p, 1, tick, &s);
    ck_assert_int_eq(atomic_load(&s.done[0]), 1);
    pool_free(p);
}
END_TEST

START_TEST(without_a_pool_the_caller_works)
{
    static struct sheet s;

    sheet_clear(&s, 1);
    ck_assert_int_eq(pool_threads(NULL), 1);
    pool_run(NULL, N_JOB, tick, &s);
    ck_assert_int_eq(atomic_load(&s.done[N_JOB - 1]), 1);
    pool_free(NULL);
}
END_TEST

static void look_at_mask(void *data, size_t i, int worker)
{
    sigset_t mask;

    (void)i;
    if (worker > 0 && pthread_sigmask(SIG_BLOCK, NULL, &mask) == 0 && sigismember(&mask, SIGINT) != 1)
        atomic_store((atomic_int *)data, 1);
}

START_TEST(signals_stay_with_the_caller)
{
    struct pool *p = pool_new(4);
    atomic_int open = 0;
    sigset_t mask;

    for (int turn = 0; turn < 20; turn++)
        pool_run(p, 100, look_at_mask, &open);
    ck_assert_int_eq(atomic_load(&open), 0);
    ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, NULL, &mask), 0);
    ck_assert_int_eq(sigismember(&mask, SIGINT), 0);
    pool_free(p);
}
END_TEST

Suite *pool_suite(void)
{
    Suite *s = suite_create("pool");
    TCase *work = tcase_create("work"), *edge = tcase_create("edges");

    tcase_add_loop_test(work, each_job_is_done_once_a_turn, 0, 6);
    tcase_add_test(edge, no_jobs_and_one_job_are_fine);
    tcase_add_test(edge, without_a_pool_the_caller_works);
    tcase_add_test(edge, signals_stay_with_the_caller);
    suite_add_tcase(s, work);
    suite_add_tcase(s, edge);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(pool_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
