/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Allocations failing in turn through strait.h, from the case to the written plan: a clean ENOMEM, no output, nothing
 * leaked, and the same context then does the job.
 *
 * STRAIT_FAULT_CASE (a case file) and STRAIT_FAULT_SAMPLES (so many allocations of each job, spread evenly) ask for more
 * than the smallest case: make soak.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <strait.h>

#include "base/mem.h"
#include "base/str.h"
#include "support/scratch.h"

Suite *faults_plan_suite(void);

static strait_ctx *cx;
static strait_case *loaded;
static strait_plan *planned;
static char file[4096];
static const char *const set[] = { "carbon_price=20" };   /* more than one part of the cost */

static int swallow(void *data, const char *bytes, size_t n)
{
    (void)bytes;
    *(size_t *)data += n;
    return 0;
}

static int gather(void *data, const char *bytes, size_t n)
{
    str_put(data, bytes, n);
    return ((str *)data)->failed;
}

/* Each leaves nothing behind, whatever it returns, and says by *made whether there was an output. */

static strait_status load(bool *made)
{
    strait_case *c = NULL;
    strait_status st = strait_case_load(cx, file, NULL, set, 1, &c);

    *made = c != NULL;
    strait_case_free(c);
    return st;
}

static strait_status estimate(bool *made)
{
    strait_table *t = NULL;
    strait_status st = strait_estimate(cx, loaded, NULL, &t);

    *made = t != NULL;
    strait_table_free(t);
    return st;
}

static strait_status tell(bool *made)
{
    strait_table *t = NULL;
    strait_status st = strait_case_table(cx, loaded, "rules", &t);

    *made = t != NULL;
    strait_table_free(t);
    return st;
}

static strait_status solve(bool *made)
{
    strait_plan *p = NULL;
    strait_status st = strait_plan_solve(cx, loaded, &p);

    *made = p != NULL;
    strait_plan_free(p);
    return st;
}

/* The same beside a previous plan, whose path is an allocation too. */
static strait_status solve_beside(bool *made)
{
    strait_status st = strait_option(cx, "baseline", scratch_path("before.json"));

    *made = false;
    return st == STRAIT_OK ? solve(made) : st;
}

/* Bytes may be out already when memory ends: a file that is not whole is the command's to throw away. */
static strait_status sent(strait_status st, const size_t *n, bool *made)
{
    *made = st == STRAIT_OK && *n > 0;
    return st;
}

static strait_status export_mps(bool *made)
{
    size_t n = 0;
    return sent(strait_export(cx, loaded, "mps", swallow, &n), &n, made);
}

static strait_status export_lp(bool *made)
{
    size_t n = 0;
    return sent(strait_export(cx, loaded, "lp", swallow, &n), &n, made);
}

static strait_status write_json(bool *made)
{
    size_t n = 0;
    return sent(strait_plan_write(cx, planned, "json", NULL, swallow, &n), &n, made);
}

static strait_status write_table(bool *made)
{
    size_t n = 0;
    return sent(strait_plan_write(cx, planned, "table", NULL, swallow, &n), &n, made);
}

static const struct job {
    const char *name;
    strait_status (*run)(bool *made);
} job[] = {
    { "load", load },           { "estimate", estimate },     { "rules", tell },        { "solve", solve },
    { "solve beside", solve_beside },
    { "export mps", export_mps }, { "export lp", export_lp }, { "write json", write_json }, { "write table", write_table },
};

static void set_up(void)
{
    const char *dir = getenv("STRAIT_SRCDIR"), *other = getenv("STRAIT_FAULT_CASE");
    str text = { 0 };

    if (other != NULL)
        snprintf(file, sizeof file, "%s", other);
    else
        snprintf(file, sizeof file, "%s/tests/data/tiny/case.cfg", dir ? dir : ".");
    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
    ck_assert_msg(strait_case_load(cx, file, NULL, set, 1, &loaded) == STRAIT_OK, "%s", strait_message(cx));
    ck_assert_msg(strait_plan_solve(cx, loaded, &planned) == STRAIT_OK, "%s", strait_message(cx));
    scratch_begin();
    ck_assert_int_eq(strait_plan_write(cx, planned, "json", NULL, gather, &text), STRAIT_OK);
    scratch_bytes("before.json", text.s, text.n);
    str_free(&text);
}

static void tear_down(void)
{
    strait_plan_free(planned);
    strait_case_free(loaded);
    strait_ctx_free(cx);
    scratch_end();
}

static void survives(const struct job *j, long n)
{
    bool made = false;
    strait_status st;

    mem_fail_at(n);
    st = j->run(&made);
    mem_fail_at(0);
    ck_assert_msg(st == STRAIT_OK || st == STRAIT_ENOMEM, "%s: allocation %ld ends in %d: %s", j->name, n, (int)st,
                  strait_message(cx));
    ck_assert_msg(made == (st == STRAIT_OK), "%s: allocation %ld ends in %d, output %d", j->name, n, (int)st, (int)made);
    if (st == STRAIT_ENOMEM)
        ck_assert_str_eq(strait_message(cx), "out of memory");
}

START_TEST(a_job_survives_failed_allocations)
{
    const struct job *j = &job[_i];
    const char *asked = getenv("STRAIT_FAULT_SAMPLES");
    long samples = asked ? strtol(asked, NULL, 10) : 2000, total, step;
    bool made = false;

    mem_fail_at(0);
    ck_assert_int_eq(j->run(&made), STRAIT_OK);
    total = mem_count();
    ck_assert(made && total > 0);
    ck_assert_int_gt(samples, 0);
    step = total > samples ? total / samples : 1;
    for (long n = 1; n <= total; n += step)
        survives(j, n);
    survives(j, total);
    ck_assert_int_eq(j->run(&made), STRAIT_OK);
}
END_TEST

Suite *faults_plan_suite(void)
{
    Suite *s = suite_create("faults_plan");
    TCase *c = tcase_create("allocations");

    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_set_timeout(c, 300);
    tcase_add_loop_test(c, a_job_survives_failed_allocations, 0, (int)(sizeof job / sizeof *job));
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(faults_plan_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
