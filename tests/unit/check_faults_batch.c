/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A batch while the n-th allocation of its thread fails: out of memory and nothing else, and what is written stays whole. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "study/batch.h"
#include "support/scratch.h"

Suite *faults_batch_suite(void);

static strait_ctx *cx;
static char file[4096], path[4096];

static void set_up(void)
{
    char text[4096];
    const char *src = getenv("STRAIT_SRCDIR");

    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
    scratch_begin();
    snprintf(text, sizeof text, "base = \"%s/tests/data/tiny/case.cfg\"; draws = 2; events = ( { name = \"e\"; probability = 0.5;"
             " set = [ \"offers.*.price*=2\" ]; } ); quantities = ("
             " { name = \"p\"; path = \"offers.*.price\"; history = \"h.csv\"; column = \"x\"; weight = \"w\"; joint = true; },"
             " { name = \"q\"; path = \"sites.*.tariff\"; history = \"h.csv\"; column = \"y\"; weight = \"w\"; joint = true; },"
             " { name = \"r\"; path = \"demands.*.requests\"; sigma = \"fitted\"; history = \"h.csv\"; column = \"y\"; since = \"d\"; } );"
             " correlations = ( { a = \"e\"; b = \"p\"; value = 0.3; },"
             " { history = \"h.csv\"; quantities = [ \"p\", \"r\" ]; columns = [ \"x\", \"y\" ]; } );", src ? src : ".");
    (void)scratch_text("h.csv", "d,x,y,w\n2026-01-01,10,10,1\n2026-01-02,11,10.5,2\n2026-01-05,12,10,3\n2026-01-06,10,10.2,1\n");
    snprintf(file, sizeof file, "%s", scratch_text("s.cfg", text));
    snprintf(path, sizeof path, "%s", scratch_path("a.sqlite"));
}

static void tear_down(void)
{
    scratch_end();
    strait_ctx_free(cx);
}

/* Load, run into a new store, sum it up. */
static strait_status whole(void)
{
    struct batch_options o = {.n_shard = 1, .keep = KEEP_PLACEMENTS | KEEP_LEASES | KEEP_DUALS};
    struct batch_counts counts;
    struct sweep *s = NULL;
    strait_case *c = NULL;
    strait_table *t = NULL;
    strait_status st;

    (void)unlink(path);
    cx_clear(cx);
    TRY(sweep_load(cx, file, NULL, 0, &s, &c));
    TRY(batch_run(cx, s, c, path, &o, &counts));
    TRY(study_summary(cx, path, &t));
out:
    table_free(t);
    sweep_free(s);
    case_free(c);
    return st;
}

/* One scenario in this thread, where allocations can be made to fail. */
static strait_status one(void)
{
    struct sweep *s = NULL;
    strait_case *c = NULL;
    struct origin_plan *b = NULL;
    struct outcome *o = NULL;
    strait_status st;

    cx_clear(cx);
    TRY(sweep_load(cx, file, NULL, 0, &s, &c));
    TRY(origin_new(cx, s, c, KEEP_PLACEMENTS | KEEP_LEASES | KEEP_DUALS, &b));
    TRY(outcome_of(cx, b, 1, &o));
    ck_assert_str_eq(o->status, "optimal");
out:
    outcome_free(o);
    origin_free(b);
    sweep_free(s);
    case_free(c);
    return st;
}

static void survive_all(strait_status (*job)(void))
{
    long total, step;

    mem_fail_at(0);
    ck_assert_msg(job() == STRAIT_OK, "%s", strait_message(cx));
    total = mem_count();
    step = total > 1500 ? total / 1500 : 1;
    for (long n = 1; n <= total; n += step) {
        strait_status st;
        mem_fail_at(n);
        st = job();
        mem_fail_at(0);
        ck_assert_msg(st == STRAIT_OK || st == STRAIT_ENOMEM, "allocation %ld ends in %d: %s", n, (int)st, strait_message(cx));
    }
    ck_assert_int_eq(job(), STRAIT_OK);
}

START_TEST(a_batch_survives_failed_allocations) { survive_all(whole); }
END_TEST

START_TEST(a_scenario_survives_failed_allocations) { survive_all(one); }
END_TEST

Suite *faults_batch_suite(void)
{
    Suite *s = suite_create("failed allocations of a batch");
    TCase *t = tcase_create("batch");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, a_batch_survives_failed_allocations);
    tcase_add_test(t, a_scenario_survives_failed_allocations);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(faults_batch_suite());
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
