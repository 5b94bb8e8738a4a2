/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rolling horizon while the n-th allocation of its thread fails: out of memory and nothing else. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "study/roll.h"
#include "support/scratch.h"

Suite *faults_roll_suite(void);

static strait_ctx *cx;
static char file[4096];

static void set_up(void)
{
    char text[4096];
    const char *src = getenv("STRAIT_SRCDIR");

    cx = strait_ctx_new();
    ck_assert_ptr_nonnull(cx);
    scratch_begin();
    snprintf(text, sizeof text, "base = \"%s/tests/data/tiny/case.cfg\"; commit = 2; set = [ \"rules.residency.to=2027-06-01\" ];"
             " histories = ( { path = \"offers.strait_rent.price\"; history = \"h.csv\"; column = \"p\"; date = \"at\"; as = \"values\"; forecast = \"last\"; } );"
             " news = ( { from = \"2026-12-23\"; set = [ \"rules.residency.to=2026-12-23\" ]; } );", src ? src : ".");
    (void)scratch_text("h.csv", "at,p\n2026-12-07,1\n2026-12-20,4\n");
    snprintf(file, sizeof file, "%s", scratch_text("roll.cfg", text));
}

static void tear_down(void)
{
    scratch_end();
    strait_ctx_free(cx);
}

static strait_status whole(void)
{
    struct roll_result out = {.outcome = STRAIT_NO_PLAN};
    struct roll *r = NULL;
    strait_status st;

    cx_clear(cx);
    TRY(roll_load(cx, file, NULL, 0, &r));
    TRY(roll_run(cx, r, &out));
out:
    roll_result_free(&out);
    roll_free(r);
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

START_TEST(a_rolling_horizon_survives_failed_allocations) { survive_all(whole); }
END_TEST

Suite *faults_roll_suite(void)
{
    Suite *s = suite_create("failed allocations of a rolling horizon");
    TCase *t = tcase_create("roll");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, a_rolling_horizon_survives_failed_allocations);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(faults_roll_suite());
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
