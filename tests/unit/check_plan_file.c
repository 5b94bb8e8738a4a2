/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading plan.json: what it says arrives, and whatever is not as promised is told with its path. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "input/plan_file.h"
#include "support/scratch.h"

Suite *plan_file_suite(void);

static strait_ctx *cx;
static struct plan_file *plan;

static void begin(void)
{
    scratch_begin();
    cx = strait_ctx_new();
    plan = NULL;
}

static void end(void)
{
    plan_file_free(plan);
    strait_ctx_free(cx);
    scratch_end();
}

static const char whole[] =
    "{\"schema\": \"strait.plan/1\", \"status\": \"optimal\",\n"
    " \"objective\": {\"value\": 100.5, \"bound\": 100.4, \"gap\": 1e-7, \"currency\": \"USD\", \"price_year\": 2026},\n"
    " \"split\": [{\"kind\": \"training\", \"shore\": \"offshore\", \"vendor\": \"nvidia\", \"accel_hours\": 7, \"cost\": 1}],\n"
    " \"cost\": {\"total\": 100.5, \"compute\": 90, \"idle_lease\": 5, \"energy\": 3, \"movement\": 2, \"duty\": 0.5,\n"
    "   \"penalty\": 0, \"carbon\": 0, \"assumed_share\": 0.2},\n"
    " \"cost_by\": [{\"by\": \"site\", \"name\": \"johor\", \"cost\": 100.5}],\n"
    " \"placements\": [\n"
    "  {\"workload\": \"w1\", \"phase\": \"train\", \"user_region\": null, \"offer\": \"o1\", \"site\": \"johor\",\n"
    "   \"accelerator\": \"h200\", \"period\": \"2026-12-07\", \"accel_hours\": 7.25, \"tokens\": 15000000000000,\n"
    "   \"cost\": 99.5, \"flag\": null},\n"
    "  {\"workload\": \"w2\", \"phase\": \"decode\", \"user_region\": \"cn\", \"offer\": \"o2\", \"site\": \"hebei\",\n"
    "   \"accelerator\": \"910c\", \"period\": \"2026-12-07\", \"from\": \"2026-12-09\", \"offer_decode\": \"o3\",\n"
    "   \"accel_hours\": 1, \"tokens\": 2, \"cost\": 1}],\n"
    " \"leases\": [{\"offer\": \"o1\", \"sign_by\": \"2026-11-25\", \"start\": \"2026-12-01\", \"end\": \"2027-12-01\",\n"
    "   \"accelerators\": 64, \"cost\": 50, \"owed_beyond\": 20}],\n"
    " \"rounded\": {\"objective\": 101, \"gap\": 0.005, \"placements\": [], \"leases\": [{\"offer\": \"o1\",\n"
    "   \"sign_by\": null, \"start\": \"2026-12-01\", \"end\": null, \"accelerators\": 64, \"cost\": 50, \"owed_beyond\": 20}]},\n"
    " \"unmet\": [{\"workload\": \"w3\", \"phase\": \"train\", \"user_region\": null, \"period\": \"2026-12-07\",\n"
    "   \"tokens\": 4, \"penalty\": 8}],\n"
    " \"unique\": {\"alternatives\": true, \"workloads\": [\"w1\", \"w2\"]}, \"proof\": null,\n"
    " \"duals\": {\"power\": [{\"name\": \"johor\", \"period\": null, \"value\": 2.5, \"low\": 1, \"high\": null,\n"
    "   \"unit\": \"USD/kWh\"}]}, \"rules\": [{\"id\": \"r1\", \"file\": \"case.cfg\", \"line\": 12, \"status\": \"enforced\",\n"
    "   \"columns_barred\": 3, \"rows_made\": 0, \"dual\": null}],\n"
    " \"input\": {\"digest\": \"abc\", \"files\": [{\"path\": \"case.cfg\", \"digest\": \"d\"}]}, \"warnings\": []}\n";

static strait_status read_bytes(const char *text, size_t n)
{
    plan_file_free(plan);
    plan = NULL;
    cx_clear(cx);
    return json_read_plan_bytes(cx, "plan.json", text, n, &plan);
}

/* The whole plan with the first `old` replaced. */
static strait_status read_with(const char *old, const char *new)
{
    const char *at = strstr(whole, old);
    str text = {0};
    strait_status st;

    ck_assert_ptr_nonnull(at);
    str_put(&text, whole, (size_t)(at - whole));
    str_puts(&text, new);
    str_puts(&text, at + strlen(old));
    st = read_bytes(text.s, text.n);
    str_free(&text);
    return st;
}

START_TEST(every_member_arrives)
{
    ck_assert_int_eq(read_bytes(whole, sizeof whole - 1), STRAIT_OK);
    ck_assert_uint_eq(cx->faults.n, 0);
    ck_assert_str_eq(plan->status, "optimal");
    ck_assert_str_eq(plan->digest, "abc");
    ck_assert_double_eq(plan->objective.value, 100.5);
    ck_assert_int_eq(plan->objective.price_year, 2026);
    ck_assert_double_eq(plan->cost.duty, 0.5);
    ck_assert_uint_eq(plan->placements.n, 2);
    ck_assert_double_eq(plan->placements.v[0].tokens, 15e12);
    ck_assert_ptr_null(plan->placements.v[0].user_region);
    ck_assert_ptr_null(plan->placements.v[0].from);
    ck_assert_str_eq(plan->placements.v[1].from, "2026-12-09");
    ck_assert_str_eq(plan->placements.v[1].offer_decode, "o3");
    ck_assert_uint_eq(plan->leases.n, 1);
    ck_assert_double_eq(plan->leases.v[0].owed_beyond, 20);
    ck_assert(plan->rounded.given);
    ck_assert_uint_eq(plan->rounded.placements.n, 0);
    ck_assert_ptr_null(plan->rounded.leases.v[0].end);
    ck_assert_double_eq(plan->unmet.v[0].penalty, 8);
    ck_assert_int_eq(plan->rules.v[0].columns_barred, 3);
    ck_assert_double_nan(plan->rules.v[0].dual);
    ck_assert_str_eq(plan->cost_by.v[0].name, "johor");
    ck_assert_str_eq(plan->split.v[0].vendor, "nvidia");
    ck_assert(plan->duals.given && !plan->proof.given && plan->files_given && plan->unique.alternatives);
    ck_assert_uint_eq(plan->duals.family[DUAL_CAPACITY].n, 0);
    ck_assert_uint_eq(plan->duals.family[DUAL_POWER].n, 1);
    ck_assert_double_eq(plan->duals.family[DUAL_POWER].v[0].value, 2.5);
    ck_assert_double_nan(plan->duals.family[DUAL_POWER].v[0].high);
    ck_assert_uint_eq(plan->unique.workloads.n, 2);
    ck_assert_str_eq(plan->unique.workloads.v[1], "w2");
    ck_assert_str_eq(plan->files.v[0].path, "case.cfg");
}
END_TEST

START_TEST(a_plan_without_an_answer_has_no_numbers)
{
    ck_assert_int_eq(read_with("\"status\": \"optimal\",\n \"objective\": {\"value\": 100.5, \"bound\": 100.4, \"gap\": 1e-7",
                               "\"status\": \"infeasible\",\n \"objective\": {\"value\": null, \"bound\": null, \"gap\": null"),
                     STRAIT_OK);
    ck_assert_double_nan(plan->objective.value);
    ck_assert_int_eq(read_with("\"status\": \"optimal\",\n \"objective\": {", "\"status\": \"no_plan\",\n \"objective\": null, \"o\": {"),
                     STRAIT_OK);
    ck_assert_double_nan(plan->objective.value);
    ck_assert_int_eq(read_with("\"cost\": {\"total\"", "\"cost\": null, \"c\": {\"total\""), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "plan.json", 0, "cost.total"), 1);
}
END_TEST

static const struct { const char *old, *new, *path, *says; } wrong[] = {
    {"\"value\": 100.5", "\"value\": null", "objective.value", "no value"},
    {"\"value\": 100.5", "\"value\": \"100.5\"", "objective.value", "a number"},
    {"\"value\": 100.5", "\"value\": NaN", "json", "invalid token"},
    {"\"value\": 100.5", "\"value\": 1e400", "json", "overflow"},
    {"\"value\": 100.5,", "", "objective.value", "missing"},
    {"\"price_year\": 2026", "\"price_year\": 2026.5", "objective.price_year", "an integer"},
    {"\"gap\": 1e-7", "\"gap\": 1e-7, \"gap\": 1", "json", "duplicate"},
    {"\"optimal\"", "\"best\"", "status", "unknown status"},
    {"strait.plan/1", "strait.plan/9", "schema", "strait.plan/1"},
    {"\"cost\": 99.5", "\"cost\": true", "placements[0].cost", "true or false"},
    {"\"offer\": \"o2\"", "\"offer\": 7", "placements[1].offer", "a string"},
    {"\"offer\": \"o2\",", "", "placements[1].offer", "missing"},
    {"\"from\": \"2026-12-09\"", "\"from\": 3", "placements[1].from", "a string"},
    {"\"leases\": [{", "\"leases\": [3, {", "leases[0]", "an object"},
    {"\"leases\": [{", "\"lease\": [{", "leases", "missing"},
    {"\"rules\": [", "\"rules\": {}, \"was\": [", "rules", "an array"},
    {"\"duals\": {", "\"duals\": [], \"was\": {", "duals", "an object"},
    {"\"duals\": {", "\"duals\": null, \"was\": {", "duals", "an object"},
    {"\"proof\": null", "\"proof\": 3", "proof", "an object"},
    {"\"value\": 2.5", "\"value\": \"2.5\"", "duals.power[0].value", "a number"},
    {"\"name\": \"johor\", \"period\"", "\"was\": \"johor\", \"period\"", "duals.power[0].name", "missing"},
    {"\"alternatives\": true", "\"alternatives\": 1", "unique.alternatives", "true or false"},
    {"[\"w1\", \"w2\"]", "[\"w1\", 2]", "unique.workloads[1]", "a string"},
    {"[\"w1\", \"w2\"]", "\"w1\"", "unique.workloads", "an array"},
    {"\"digest\": \"d\"", "\"digest\": 4", "input.files[0].digest", "a string"},
    {"\"rounded\": {\"objective\": 101", "\"rounded\": {\"objective\": \"x\"", "rounded.objective", "a number"},
    {"\"digest\": \"abc\"", "\"digest\": null", "input.digest", "a string"},
    {"{\"schema\"", "[{\"schema\"", "json", ""},
    {"\"w1\"", "\"w\\u0000\"", "json", "\\u0000"},
    {"\"w1\"", "\"\xFF\"", "json", "decode"},
};

START_TEST(what_is_not_as_promised_is_told_with_its_path)
{
    ck_assert_int_eq(read_with(wrong[_i].old, wrong[_i].new), STRAIT_EINPUT);
    ck_assert_ptr_null(plan);
    if (cx->faults.n != 1 || strcmp(cx->faults.v[0].key, wrong[_i].path) != 0)
        faults_show(cx);
    ck_assert_uint_eq(cx->faults.n, 1);
    ck_assert_str_eq(cx->faults.v[0].key, wrong[_i].path);
    ck_assert_uint_eq(faults_at(cx, "plan.json", 0, wrong[_i].says), 1);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), wrong[_i].path));
}
END_TEST

START_TEST(all_faults_come_together_up_to_a_bound)
{
    str text = {0};

    ck_assert_int_eq(read_with("\"status\": \"optimal\",", ""), STRAIT_EINPUT);
    ck_assert_int_eq(read_with("{\"schema\": \"strait.plan/1\", \"status\": \"optimal\",\n \"objective\": {\"value\": 100.5,",
                               "{\"objective\": {"), STRAIT_EINPUT);
    ck_assert_uint_eq(cx->faults.n, 3);
    str_puts(&text, "\"unmet\": [");
    for (int i = 0; i < 1000; i++)
        str_puts(&text, "5, ");
    str_puts(&text, "{");
    ck_assert_int_eq(read_with("\"unmet\": [{", text.s), STRAIT_EINPUT);
    ck_assert_uint_eq(cx->faults.n, PLAN_FAULTS_MAX);
    str_free(&text);
}
END_TEST

START_TEST(deep_nesting_and_long_texts_are_refused)
{
    str text = {0};

    for (int i = 0; i < 100000; i++)
        str_putc(&text, '[');
    ck_assert_int_eq(read_bytes(text.s, text.n), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "plan.json", 1, "depth"), 1);
    str_free(&text);
    str_putc(&text, '"');
    for (int i = 0; i < PLAN_TEXT_MAX + 1; i++)
        str_putc(&text, 'x');
    str_putc(&text, '"');
    ck_assert_int_eq(read_with("\"w1\"", text.s), STRAIT_EINPUT);
    ck_assert_uint_eq(faults_at(cx, "plan.json", 0, "too long"), 1);
    str_free(&text);
}
END_TEST

START_TEST(an_empty_cut_or_foreign_text_is_refused)
{
    for (size_t n = 0; n < sizeof whole - 2; n += 7)
        ck_assert_int_eq(read_bytes(whole, n), STRAIT_EINPUT);
    ck_assert_int_eq(read_bytes("{}", 2), STRAIT_EINPUT);
    ck_assert_int_eq(read_bytes("3", 1), STRAIT_EINPUT);
    ck_assert_int_eq(read_bytes("[]", 2), STRAIT_EINPUT);
    ck_assert_uint_eq(cx->faults.n, 1);
}
END_TEST

START_TEST(a_file_is_read_or_says_why_not)
{
    const char *file = scratch_text("plan.json", whole);

    ck_assert_int_eq(json_read_plan(cx, file, &plan), STRAIT_OK);
    plan_file_free(plan);
    plan = NULL;
    ck_assert_int_eq(json_read_plan(cx, scratch_path("none.json"), &plan), STRAIT_EIO);
    ck_assert_ptr_nonnull(strstr(strait_message(cx), "No such file"));
    ck_assert_int_eq(json_read_plan(cx, scratch_path(""), &plan), STRAIT_EIO);
    ck_assert_int_eq(json_read_plan(cx, "/dev/null", &plan), STRAIT_EINPUT);
    ck_assert_ptr_null(plan);
}
END_TEST

Suite *plan_file_suite(void)
{
    Suite *s = suite_create("plan_file");
    TCase *tc = tcase_create("plans");

    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, every_member_arrives);
    tcase_add_test(tc, a_plan_without_an_answer_has_no_numbers);
    tcase_add_loop_test(tc, what_is_not_as_promised_is_told_with_its_path, 0, (int)(sizeof wrong / sizeof *wrong));
    tcase_add_test(tc, all_faults_come_together_up_to_a_bound);
    tcase_add_test(tc, deep_nesting_and_long_texts_are_refused);
    tcase_add_test(tc, an_empty_cut_or_foreign_text_is_refused);
    tcase_add_test(tc, a_file_is_read_or_says_why_not);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(plan_file_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
