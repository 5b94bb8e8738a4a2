/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every allocation of an import failing in turn: a clean ENOMEM, no table, nothing leaked. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/convert.h"
#include "support/scratch.h"

Suite *faults_import_suite(void);

static const struct { const char *what, *text; strait_import_option option[2]; } imports[] = {
    {"skypilot", "date,InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region,AvailabilityZone,provider\n"
                 "2026-04-02,p5,H100,8,80,40,ap 1,a,aws\n2026-04-03,p5,H100,8,gone,41,ap 1,a,aws\n2026-04-03,q,T4,1,1,,r,a,x\n"
                 "2026-04-03,p5,H100,8,-1,,r,a,x\n", {{"count", "8"}, {"source", "here"}}},
    {"trace", "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-06,1,2\n2024-05-07 00:10,3,4\nx,1,1\n",
     {{"demand", "chat@home"}, {"where", "ContextTokens=1"}}},
    {"rates", "model,accelerator,phase,rate\nm,H100,decode,5\nm,H100,decode,6\nm,T4,decode,7\n", {{"rename", "m=chat"}, {"kind", "measured"}}},
};

START_TEST(an_import_survives_every_failed_allocation)
{
    const char *path = scratch_text("in.csv", imports[_i].text);
    size_t n_option = strcmp(imports[_i].what, "trace") == 0 ? 1 : 2;
    strait_status st = STRAIT_ENOMEM;
    long n;

    for (n = 1; st == STRAIT_ENOMEM && n < 20000; n++) {
        strait_ctx *cx = strait_ctx_new();
        struct converted made = {.n = 0};

        ck_assert_ptr_nonnull(cx);
        mem_fail_at(n);
        st = convert(cx, imports[_i].what, &path, 1, imports[_i].option, n_option, &made);
        mem_fail_at(0);
        ck_assert_msg((st == STRAIT_OK) == (made.n > 0), "allocation %ld", n);
        if (st == STRAIT_ENOMEM)
            ck_assert_str_eq(strait_message(cx), "out of memory");
        converted_free(&made);
        strait_ctx_free(cx);
    }
    ck_assert_int_eq(st, STRAIT_OK);
    ck_assert_int_gt(n, 20);
}
END_TEST

Suite *faults_import_suite(void)
{
    Suite *s = suite_create("faults_import");
    TCase *t = tcase_create("memory");

    tcase_add_checked_fixture(t, scratch_begin, scratch_end);
    tcase_add_loop_test(t, an_import_survives_every_failed_allocation, 0, 3);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(faults_import_suite());
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
