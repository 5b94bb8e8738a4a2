/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan beside a previous one: by hand, with what is new, what is gone, what is the same, and ties. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "explain/plan.h"

Suite *baseline_suite(void);

static strait_ctx *cx;
static strait_plan *now;
static struct plan_file before;

static struct plan_placement placed[] = {
    { .workload = "chat", .site = "east", .accelerator = "blue", .accel_hours = 10 },
    { .workload = "run", .site = "strait", .accelerator = "green", .accel_hours = 5 },
    { .workload = "chat", .site = "east", .accelerator = "blue", .accel_hours = 20 },
    { .workload = "gone", .site = "far", .accelerator = "red", .accel_hours = 7 },
};
static struct plan_lease lease[] = {
    { .offer = "old", .start = "2026-12-07", .end = "2027-12-07", .kind = "signed", .accelerators = 64 },
    { .offer = "new", .start = "2027-01-04", .end = "2027-07-04", .kind = "lease", .accelerators = 16 },
};

static void place(const char *workload, const char *site, const char *accelerator, double hours)
{
    const double none = (double)NAN;

    ck_assert_int_eq(table_add(now->table[PT_PLACEMENTS], workload, "mixed", (const char *)NULL, "offer", site, accelerator, "2026-12-07",
                               "2026-12-07", hours, 1.0, 1.0, 1.0, (const char *)NULL, none, none, 0.0), STRAIT_OK);
}

static void sign(const char *offer, const char *start, const char *end, const char *kind, double n)
{
    const double none = (double)NAN;

    ck_assert_int_eq(table_add(now->table[PT_LEASES], offer, (const char *)NULL, start, end, n, 0.0, 0.0, kind, 0.0, 0.0, none, none), STRAIT_OK);
}

static void begin(void)
{
    cx = strait_ctx_new();
    memset(&before, 0, sizeof before);
    before.status = "within_gap";
    before.digest = "d";
    before.objective = (struct plan_objective){ .value = 100, .currency = "USD", .price_year = 2026 };
    before.cost = (struct plan_cost){ .total = 100, .compute = 90, .energy = 10 };
    before.placements.v = placed;
    before.placements.n = sizeof placed / sizeof *placed;
    before.leases.v = lease;
    before.leases.n = sizeof lease / sizeof *lease;
    ck_assert_int_eq(plan_new(&now), STRAIT_OK);
}

static void end(void)
{
    plan_free(now);
    strait_ctx_free(cx);
}

/* What this plan costs, and that it is of a case with this digest. */
static void costs(double total, double compute, double energy, const char *digest)
{
    ck_assert_int_eq(table_add(now->table[PT_OBJECTIVE], total, total, 0.0, "USD", (int64_t)2026), STRAIT_OK);
    ck_assert_int_eq(table_add(now->table[PT_COST], total, compute, 0.0, energy, 0.0, 0.0, 0.0, 0.0, 0.0), STRAIT_OK);
    ck_assert_int_eq(table_add(now->table[PT_INPUT], digest), STRAIT_OK);
}

static void compare(void) { ck_assert_int_eq(explain_baseline(cx, &before, now), STRAIT_OK); }

START_TEST(the_same_plan_has_moved_nothing)
{
    costs(100, 90, 10, "d");
    place("chat", "east", "blue", 30);
    place("run", "strait", "green", 5 + 1e-7);      /* what a plan leaves untold */
    place("gone", "far", "red", 7);
    sign("old", "2026-12-07", "2027-12-07", "signed", 64);
    sign("new", "2027-01-04", "2027-07-04", "lease", 16);
    compare();
    ck_assert(table_bool(now->table[PT_BASELINE], "same_files", 0));
    ck_assert_double_eq(table_real(now->table[PT_BASELINE], "change", 0), 0.0);
    ck_assert_uint_eq(now->table[PT_BASELINE_MOVED]->n_row, 0);
    ck_assert_uint_eq(now->table[PT_BASELINE_LEASES]->n_row, 0);
    ck_assert_uint_eq(now->table[PT_BASELINE_COST]->n_row, 8);
}
END_TEST

START_TEST(changes_are_told_the_largest_first_and_equal_ones_by_name)
{
    static const struct { const char *workload, *site; double before, now; } wanted[] = {
        { "chat", "east", 30, 18 }, { "chat", "west", 0, 12 }, { "gone", "far", 7, 0 }, { "run", "strait", 5, 6 },
    };
    const strait_table *t = now->table[PT_BASELINE_MOVED];

    costs(90, 85, 5, "other");
    place("run", "strait", "green", 6);
    place("chat", "west", "blue", 12);
    place("chat", "east", "blue", 18);
    compare();
    ck_assert(!table_bool(now->table[PT_BASELINE], "same_files", 0));
    ck_assert_uint_eq(t->n_row, 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(table_text(t, "workload", i), wanted[i].workload);
        ck_assert_str_eq(table_text(t, "site", i), wanted[i].site);
        ck_assert_double_eq(table_real(t, "before", i), wanted[i].before);
        ck_assert_double_eq(table_real(t, "now", i), wanted[i].now);
        ck_assert_double_eq(table_real(t, "change", i), wanted[i].now - wanted[i].before);
    }
}
END_TEST

START_TEST(parts_change_by_as_much_as_the_cost)
{
    const strait_table *t = now->table[PT_BASELINE_COST];
    double sum = 0.0;

    costs(94, 80, 14, "d");
    compare();
    ck_assert_str_eq(table_text(t, "part", 0), "total");
    for (size_t i = 1; i < t->n_row; i++)
        sum += table_real(t, "change", i);
    ck_assert_double_eq(sum, -6.0);
    ck_assert_double_eq(table_real(t, "change", 0), -6.0);
    ck_assert_double_eq(table_real(now->table[PT_BASELINE], "change", 0), -6.0);
}
END_TEST

START_TEST(a_lease_that_starts_later_is_one_gone_and_one_new)
{
    const strait_table *t = now->table[PT_BASELINE_LEASES];

    costs(100, 90, 10, "d");
    sign("old", "2026-12-07", "2027-12-07", "signed", 64);
    sign("new", "2027-02-01", "2027-08-01", "lease", 24);
    sign("bought", "2027-02-01", NULL, "purchase", 8);
    compare();
    ck_assert_uint_eq(t->n_row, 3);
    ck_assert_str_eq(table_text(t, "start", 0), "2027-02-01");
    ck_assert_double_eq(table_real(t, "change", 0), 24.0);
    ck_assert_str_eq(table_text(t, "start", 1), "2027-01-04");
    ck_assert_double_eq(table_real(t, "change", 1), -16.0);
    ck_assert_ptr_null(table_text(t, "end", 2));
}
END_TEST

START_TEST(without_a_plan_there_is_nothing_to_compare)
{
    ck_assert_int_eq(table_add(now->table[PT_OBJECTIVE], (double)NAN, (double)NAN, (double)NAN, "USD", (int64_t)2026), STRAIT_OK);
    compare();
    for (int i = PT_BASELINE; i <= PT_BASELINE_LEASES; i++)
        ck_assert_uint_eq(now->table[i]->n_row, 0);
}
END_TEST

START_TEST(an_empty_plan_beside_an_empty_one)
{
    before.placements.n = before.leases.n = 0;
    costs(0, 0, 0, "d");
    compare();
    ck_assert_uint_eq(now->table[PT_BASELINE]->n_row, 1);
    ck_assert_uint_eq(now->table[PT_BASELINE_MOVED]->n_row, 0);
}
END_TEST

Suite *baseline_suite(void)
{
    Suite *s = suite_create("baseline");
    TCase *c = tcase_create("baseline");

    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, the_same_plan_has_moved_nothing);
    tcase_add_test(c, changes_are_told_the_largest_first_and_equal_ones_by_name);
    tcase_add_test(c, parts_change_by_as_much_as_the_cost);
    tcase_add_test(c, a_lease_that_starts_later_is_one_gone_and_one_new);
    tcase_add_test(c, without_a_plan_there_is_nothing_to_compare);
    tcase_add_test(c, an_empty_plan_beside_an_empty_one);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(baseline_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
