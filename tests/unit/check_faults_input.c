/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every allocation of a load failing in turn: a clean ENOMEM, no case, nothing leaked. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "input/input.h"
#include "input/plan_file.h"
#include "support/scratch.h"

Suite *faults_input_suite(void);

static const char right[] =
    "start = \"2026-12-07\"; periods = 2;\n"
    "@include \"who.cfg\"\n"
    "tables : { sites = \"sites.csv\"; };\n"
    "accelerators = ( { name = \"h200\"; vendor = \"nvidia\"; family = \"hopper\"; bf16 = 989; memory = 141;\n"
    "  memory_bandwidth = 4800; rated_power = 1000; idle_power = 200; } );\n"
    "offers = ( { name = \"o1\"; site = \"s1\"; accelerator = \"h200\"; contract = \"on_demand\"; price = \"2.5 \" \"USD/h\";\n"
    "  count = 64; } );\n"
    "models = ( { name = \"m1\"; total_params = 70; active_params = 70; layers = 80; hidden = 8192; heads = 64; } );\n"
    "workloads = ( { name = \"w1\"; company = \"acme\"; task = \"training\"; model = \"m1\"; tokens = 1e12;\n"
    "  max_parallel = 64; tags = [\"a b\"]; } );\n"
    "rules = ( { name = \"r1\"; effect = \"deny\"; when = \"workload.data_class == 'personal'\"; } );\n"
    "scenarios = ( { name = \"dear\"; set = [\"offers.o1.price=*2\", \"sites.s1.tags=x|y\"]; } );\n";

static const char wrong[] =
    "start = nan; periods = 0x10000000000000000;\n"
    "tables : { sites = \"none.csv\"; stes = 5; };\n"
    "companies = ( { nme = \"acme\"; seat = [1]; seat = \"x\\q\"; }, 5 );\n"
    "oops = 1;\n";

static void write_files(void)
{
    scratch_text("who.cfg", "companies = ( { name = \"acme\"; seat = \"CN\"; } );\n");
    scratch_text("sites.csv", "name,country,shore,pue,tariff[CUR/kWh],carbon[g/kWh]\n\"s1\",SG,offshore,1.3,0.1,400\n");
}

/* Fail the first, the second, ... allocation until the load needs no more of them; how it then ends. */
static strait_status load_failing(const char *file, const char *scenario, const char *set)
{
    strait_status st = STRAIT_ENOMEM;
    long n;

    for (n = 1; st == STRAIT_ENOMEM && n < 20000; n++) {
        strait_ctx *cx = strait_ctx_new();
        strait_case *c = NULL;

        ck_assert_ptr_nonnull(cx);
        mem_fail_at(n);
        st = input_load(cx, file, scenario, &set, 1, &c);
        mem_fail_at(0);
        ck_assert_msg((st == STRAIT_OK) == (c != NULL), "allocation %ld", n);
        if (st == STRAIT_ENOMEM)
            ck_assert_str_eq(strait_message(cx), "out of memory");
        case_free(c);
        strait_ctx_free(cx);
    }
    ck_assert_int_gt(n, 20);
    return st;
}

START_TEST(a_load_survives_every_failed_allocation)
{
    ck_assert_int_eq(load_failing(scratch_text("case.cfg", right), "dear", "sites.s1.pue=1.1"), STRAIT_OK);
}
END_TEST

START_TEST(a_load_with_faults_survives_every_failed_allocation)
{
    ck_assert_int_eq(load_failing(scratch_text("case.cfg", wrong), "deer", "sites.s1.pue=x"), STRAIT_EINPUT);
}
END_TEST

static const char plan[] =
    "{\"schema\": \"strait.plan/1\", \"status\": \"no_plan\", \"rounded\": null, \"input\": {\"digest\": \"a\"},\n"
    " \"objective\": {\"value\": null, \"bound\": null, \"gap\": null, \"currency\": \"USD\", \"price_year\": 2026},\n"
    " \"cost\": {\"total\": null, \"compute\": null, \"idle_lease\": null, \"energy\": null, \"movement\": null,\n"
    "   \"duty\": null, \"penalty\": null, \"carbon\": null}, \"split\": [], \"cost_by\": [], \"leases\": [],\n"
    " \"placements\": [], \"unmet\": [{\"workload\": \"w\", \"phase\": \"train\", \"user_region\": null,\n"
    "   \"period\": \"p\", \"tokens\": 1, \"penalty\": 2}], \"rules\": [],\n"
    " \"duals\": {\"demand\": [{\"name\": \"w\", \"period\": null, \"value\": 1}]}, \"unique\": {\"alternatives\": true, \"workloads\": [\"w\"]}}";

START_TEST(a_plan_file_survives_every_failed_allocation)
{
    strait_status st = STRAIT_ENOMEM;

    for (long n = 1; st != STRAIT_OK && n < 1000; n++) {
        strait_ctx *cx = strait_ctx_new();
        struct plan_file *p = NULL;

        mem_fail_at(n);
        st = json_read_plan_bytes(cx, "plan.json", plan, sizeof plan - 1, &p);
        mem_fail_at(0);
        ck_assert_msg(st == STRAIT_ENOMEM || (st == STRAIT_OK && p != NULL), "allocation %ld: %d", n, (int)st);
        plan_file_free(p);
        strait_ctx_free(cx);
    }
    ck_assert_int_eq(st, STRAIT_OK);
}
END_TEST

static void begin(void)
{
    scratch_begin();
    write_files();
}

Suite *faults_input_suite(void)
{
    Suite *s = suite_create("faults_input");
    TCase *tc = tcase_create("every allocation");

    tcase_add_checked_fixture(tc, begin, scratch_end);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_load_survives_every_failed_allocation);
    tcase_add_test(tc, a_load_with_faults_survives_every_failed_allocation);
    tcase_add_test(tc, a_plan_file_survives_every_failed_allocation);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(faults_input_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
