/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One context per thread, at the same time: each thread gets the bytes that it would get alone, and only its own errors. */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strait.h>

Suite *threads_suite(void);

enum { N_THREAD = 4, N_ROUND = 20 };

/* What a thread works at: a case that plans, a dearer one, one that has no plan and one with faults. */
static const struct job {
    const char *scenario, *set[2];
    size_t n_set;
    strait_status load;
} job[N_THREAD] = {
    { NULL, { NULL }, 0, STRAIT_OK },
    { "dear", { "workloads.pretrain.tokens=3e10" }, 1, STRAIT_OK },
    { NULL, { "workloads.pretrain.tokens=2e16" }, 1, STRAIT_OK },
    { NULL, { "sites.east.pue=0.5", "offers.nosuch.price=1" }, 2, STRAIT_EINPUT },
};

struct text {
    char *s;
    size_t n;
};

struct worker {
    const struct job *mix[N_THREAD];   /* taken in turn */
    pthread_barrier_t *start;
    char wrong[512];                   /* "" while all is well; Check's assertions are not for threads */
};

static char file[4096];
static struct text alone[N_THREAD];

static int gather(void *data, const char *bytes, size_t n)
{
    struct text *t = data;
    char *s = realloc(t->s, t->n + n + 1);

    if (s == NULL)
        return 1;
    memcpy(s + t->n, bytes, n);
    t->s = s;
    t->n += n;
    s[t->n] = '\0';
    return 0;
}

static strait_status planned(strait_ctx *cx, const strait_case *c, struct text *out)
{
    strait_plan *p = NULL;
    strait_status st = strait_plan_solve(cx, c, &p);

    if (st == STRAIT_OK)
        st = strait_plan_write(cx, p, "json", NULL, gather, out);
    strait_plan_free(p);
    return st;
}

static strait_status faults_told(strait_ctx *cx, struct text *out)
{
    strait_table *t = NULL;
    strait_status st = strait_faults(cx, &t);

    if (st == STRAIT_OK)
        st = strait_table_write(cx, t, "json", gather, out);
    strait_table_free(t);
    return st;
}

/* The job's whole output: the faults and, where it loads, the plan. */
static strait_status output_of(strait_ctx *cx, const struct job *j, struct text *out)
{
    strait_case *c = NULL;
    strait_status st = strait_case_load(cx, file, j->scenario, j->set, j->n_set, &c);
    char said[256];

    if (st != j->load)
        return STRAIT_EBUG;
    snprintf(said, sizeof said, "%s\n", strait_message(cx));
    st = gather(out, said, strlen(said)) == 0 ? faults_told(cx, out) : STRAIT_ENOMEM;
    if (st == STRAIT_OK && c != NULL)
        st = planned(cx, c, out);
    strait_case_free(c);
    return st;
}

static void compare(struct worker *w, const struct job *j, strait_ctx *cx)
{
    struct text out = { NULL, 0 };
    const struct text *want = &alone[j - job];
    strait_status st = output_of(cx, j, &out);

    if (st != STRAIT_OK)
        snprintf(w->wrong, sizeof w->wrong, "job %d ends with %d: %.400s", (int)(j - job), (int)st, strait_message(cx));
    else if (out.n != want->n || memcmp(out.s, want->s, out.n) != 0)
        snprintf(w->wrong, sizeof w->wrong, "job %d: other bytes than alone: %.400s", (int)(j - job), out.s);
    free(out.s);
}

static void *work(void *data)
{
    struct worker *w = data;
    strait_ctx *cx = strait_ctx_new();

    pthread_barrier_wait(w->start);
    if (cx == NULL)
        snprintf(w->wrong, sizeof w->wrong, "no context");
    for (int i = 0; i < N_ROUND && w->wrong[0] == '\0'; i++)
        compare(w, w->mix[i % N_THREAD], cx);
    strait_ctx_free(cx);
    return NULL;
}

/* All threads from one moment on; thread i goes from its first job on in steps. */
static void run_together(const size_t first[N_THREAD], size_t step)
{
    pthread_t thread[N_THREAD];
    struct worker w[N_THREAD];
    pthread_barrier_t start;

    ck_assert_int_eq(pthread_barrier_init(&start, NULL, N_THREAD), 0);
    memset(w, 0, sizeof w);
    for (size_t i = 0; i < N_THREAD; i++) {
        for (size_t k = 0; k < N_THREAD; k++)
            w[i].mix[k] = &job[(first[i] + k * step) % N_THREAD];
        w[i].start = &start;
        ck_assert_int_eq(pthread_create(&thread[i], NULL, work, &w[i]), 0);
    }
    for (size_t i = 0; i < N_THREAD; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    pthread_barrier_destroy(&start);
    for (size_t i = 0; i < N_THREAD; i++)
        ck_assert_msg(w[i].wrong[0] == '\0', "thread %zu: %s", i, w[i].wrong);
}

static void set_up(void)
{
    const char *dir = getenv("STRAIT_SRCDIR");

    snprintf(file, sizeof file, "%s/tests/data/tiny/case.cfg", dir ? dir : ".");
    for (size_t i = 0; i < N_THREAD; i++) {
        strait_ctx *cx = strait_ctx_new();
        ck_assert_ptr_nonnull(cx);
        ck_assert_msg(output_of(cx, &job[i], &alone[i]) == STRAIT_OK, "job %zu: %s", i, strait_message(cx));
        strait_ctx_free(cx);
    }
}

static void tear_down(void)
{
    for (size_t i = 0; i < N_THREAD; i++) {
        free(alone[i].s);
        alone[i] = (struct text){ NULL, 0 };
    }
}

START_TEST(the_jobs_differ)
{
    ck_assert_ptr_nonnull(strstr(alone[0].s, "\"optimal\""));
    ck_assert_ptr_nonnull(strstr(alone[1].s, "\"optimal\""));
    ck_assert_ptr_nonnull(strstr(alone[2].s, "\"infeasible\""));
    ck_assert_ptr_nonnull(strstr(alone[3].s, "nosuch"));
    ck_assert_str_ne(alone[0].s, alone[1].s);
    ck_assert_ptr_null(strstr(alone[0].s, "nosuch"));
}
END_TEST

START_TEST(one_case_in_all_threads_gives_the_same_bytes)
{
    run_together((const size_t[N_THREAD]){ 0, 0, 0, 0 }, 0);
}
END_TEST

START_TEST(errors_and_proofs_of_one_thread_are_not_seen_in_another)
{
    run_together((const size_t[N_THREAD]){ 0, 1, 2, 3 }, 0);
}
END_TEST

START_TEST(a_context_forgets_its_last_job)
{
    run_together((const size_t[N_THREAD]){ 3, 2, 1, 0 }, 1);
}
END_TEST

Suite *threads_suite(void)
{
    Suite *s = suite_create("threads");
    TCase *c = tcase_create("one context per thread");

    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_set_timeout(c, 120);
    tcase_add_test(c, the_jobs_differ);
    tcase_add_test(c, one_case_in_all_threads_gives_the_same_bytes);
    tcase_add_test(c, errors_and_proofs_of_one_thread_are_not_seen_in_another);
    tcase_add_test(c, a_context_forgets_its_last_job);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(threads_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
