/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every allocation of verify failing in turn: a clean ENOMEM, nothing leaked. */
#include <check.h>
#include <stdlib.h>

#include "base/mem.h"
#include "support/small_case.h"
#include "verify/verify.h"

Suite *faults_verify_suite(void);

static const struct small_record base[] = {
    { KIND_settings, "start=2026-01-05; period=day; periods=2" },
    { KIND_company, "name=acme; seat=CN" },
    { KIND_region, "name=jp; country=JP" },
    { KIND_accelerator, "name=h100; vendor=Nvidia; family=hopper; bf16=989; memory=80; memory_bandwidth=3350; rated_power=1000; idle_power=200" },
    { KIND_site, "name=johor; country=MY; shore=offshore; pue=1.5; tariff=0.1; carbon=500; power_cap=45000" },
    { KIND_network, "site=johor; region=jp; rtt=60" },
    { KIND_offer, "name=rented; site=johor; accelerator=h100; contract=on_demand; price=2; count=14" },
    { KIND_offer, "name=leased; site=johor; accelerator=h100; contract=lease; price=1; term=3; maximum=16; start_grid=week" },
    { KIND_model, "name=small; total_params=1; active_params=1; layers=10; hidden=1000; heads=8" },
    { KIND_workload, "name=run; company=acme; task=training; model=small; tokens=1e9; max_parallel=20" },
    { KIND_workload, "name=chat; company=acme; task=service; model=small; input_len=1000; output_len=100; disaggregate=true" },
    { KIND_demand, "workload=chat; region=jp; requests=7200" },
    { KIND_rule, "name=most; effect=limit; quantity=hours; at_most=440" },
    { KIND_rule, NULL },
};

/* Many faults of every kind, so that the list of them grows too. */
static const char plan[] =
    "{\"schema\": \"strait.plan/1\", \"status\": \"optimal\",\n"
    " \"objective\": {\"value\": 1, \"bound\": 2, \"gap\": 0, \"currency\": \"USD\", \"price_year\": 2026}, \"split\": [],\n"
    " \"cost\": {\"total\": 1, \"compute\": 1, \"idle_lease\": 0, \"energy\": 0, \"movement\": 0, \"duty\": 0, \"penalty\": 0, \"carbon\": 0},\n"
    " \"cost_by\": [{\"by\": \"site\", \"name\": \"johor\", \"cost\": 1}], \"placements\": [\n"
    "  {\"workload\": \"run\", \"phase\": \"train\", \"user_region\": null, \"offer\": \"rented\", \"site\": \"johor\",\n"
    "   \"accelerator\": \"h100\", \"period\": \"2026-01-05\", \"accel_hours\": 1, \"tokens\": 1, \"cost\": 2},\n"
    "  {\"workload\": \"chat\", \"phase\": \"decode\", \"user_region\": \"jp\", \"offer\": \"leased\", \"site\": \"johor\",\n"
    "   \"accelerator\": \"h100\", \"period\": \"2026-01-06\", \"accel_hours\": 1, \"tokens\": 1, \"cost\": 2}],\n"
    " \"leases\": [{\"offer\": \"leased\", \"sign_by\": \"2026-01-05\", \"start\": \"2026-01-05\", \"end\": null, \"accelerators\": 8,\n"
    "   \"cost\": 0, \"owed_beyond\": 0}],\n"
    " \"rounded\": {\"objective\": 1, \"gap\": 0, \"placements\": [], \"leases\": []},\n"
    " \"unmet\": [{\"workload\": \"run\", \"phase\": \"train\", \"user_region\": null, \"period\": null, \"tokens\": 4, \"penalty\": 8}],\n"
    " \"duals\": {\"limit\": [{\"name\": \"most\", \"period\": null, \"value\": 1, \"unit\": \"USD/accelerator-hour\"}]},\n"
    " \"rules\": [], \"input\": {\"digest\": \"abc\"}}\n";

START_TEST(verify_survives_every_failed_allocation)
{
    strait_ctx *cx = strait_ctx_new();
    strait_case *c = small_case(cx, base);
    struct plan_file *p = NULL;
    strait_table *t = NULL;
    strait_status st = STRAIT_ENOMEM;
    bool all_ok = true;
    long n;

    ck_assert_int_eq(json_read_plan_bytes(cx, "plan.json", plan, sizeof plan - 1, &p), STRAIT_OK);
    for (n = 1; st != STRAIT_OK && n < 10000; n++) {
        mem_fail_at(n);
        st = verify_plan_read(cx, c, p, &t, &all_ok);
        ck_assert_msg(st == STRAIT_OK || st == STRAIT_ENOMEM, "allocation %ld ends in %d", n, (int)st);
        ck_assert_msg(st == STRAIT_OK || t == NULL, "allocation %ld fails and leaves a table", n);
        if (st == STRAIT_ENOMEM)
            ck_assert_str_eq(strait_message(cx), "out of memory");
    }
    mem_fail_at(0);
    ck_assert_int_gt(n, 30);
    ck_assert_int_lt(n, 10000);
    ck_assert(!all_ok);
    table_free(t);
    plan_file_free(p);
    case_free(c);
    strait_ctx_free(cx);
}
END_TEST

Suite *faults_verify_suite(void)
{
    Suite *s = suite_create("faults of verify");
    TCase *t = tcase_create("allocation");

    tcase_add_test(t, verify_survives_every_failed_allocation);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(faults_verify_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
