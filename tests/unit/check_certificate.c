/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge itself, on LPs solved by hand. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "support/certificate.h"
#include "support/oracle.h"

Suite *certificate_suite(void);

/*
 * minimise 10 + 2 x0 + 3 x1  with  x0 + x1 >= 4,  x0 - x1 <= 2,  0 <= x0, 0 <= x1 <= 10.
 * By hand: x = (3, 1), cost 19; y = (2.5, -0.5) since 2.5 - 0.5 = 2 and 2.5 + 0.5 = 3.
 */
static const size_t start[] = {0, 2, 4};
static const int row_index[] = {0, 1, 0, 1};
static const double value[] = {1.0, 1.0, 1.0, -1.0};
static const double row_lo[] = {4.0, -INFINITY}, row_up[] = {INFINITY, 2.0};
static const double col_lo[] = {0.0, 0.0}, col_up[] = {INFINITY, 10.0};
static const double cost[] = {2.0, 3.0};

static struct cert_lp small_lp(void)
{
    return (struct cert_lp){.m = 2, .n = 2, .start = start, .index = row_index, .value = value,
                            .row_lo = row_lo, .row_up = row_up, .col_lo = col_lo, .col_up = col_up,
                            .cost = cost, .constant = 10.0};
}

START_TEST(the_hand_solution_is_accepted)
{
    struct cert_lp lp = small_lp();
    const double x[] = {3.0, 1.0}, y[] = {2.5, -0.5};
    struct cert_result r = cert_check(&lp, x, y);

    ck_assert_double_eq(r.primal, 0.0);
    ck_assert_double_eq(r.dual, 0.0);
    ck_assert_double_eq(r.primal_objective, 19.0);
    ck_assert_double_eq(r.dual_objective, 19.0);
    ck_assert(cert_optimal(&lp, x, y, 1e-12));
}
END_TEST

START_TEST(a_feasible_dearer_point_has_a_gap)
{
    struct cert_lp lp = small_lp();
    const double x[] = {2.0, 2.0}, y[] = {2.5, -0.5};
    struct cert_result r = cert_check(&lp, x, y);

    ck_assert_double_eq(r.primal, 0.0);
    ck_assert_double_eq(r.primal_objective, 20.0);
    ck_assert(near_rel(r.gap, 1.0 / 21.0, 1e-12));
    ck_assert(!cert_optimal(&lp, x, y, 1e-6));
}
END_TEST

START_TEST(a_violated_row_is_measured_against_its_bound)
{
    struct cert_lp lp = small_lp();
    const double x[] = {2.0, 1.0}, y[] = {2.5, -0.5};

    ck_assert(near_rel(cert_check(&lp, x, y).primal, 1.0 / 5.0, 1e-12));
}
END_TEST

START_TEST(a_violated_column_bound_is_seen)
{
    struct cert_lp lp = small_lp();
    const double x[] = {-0.5, 10.5}, y[] = {2.5, -0.5};

    ck_assert_double_eq(cert_check(&lp, x, y).primal, 0.5);
}
END_TEST

START_TEST(a_multiplier_of_the_wrong_sign_is_a_dual_violation)
{
    struct cert_lp lp = small_lp();
    const double x[] = {3.0, 1.0};
    const double up[] = {2.5, 0.5};     /* leans on the absent lower side of row 1 */
    const double dear[] = {3.0, 0.0};   /* reduced cost -1 on x0, which has no upper bound */

    ck_assert_double_ge(cert_check(&lp, x, up).dual, 0.5 / 4.0);
    ck_assert_double_eq(cert_check(&lp, x, dear).dual, 1.0 / 3.0);
    ck_assert(!cert_optimal(&lp, x, dear, 1e-6));
}
END_TEST

START_TEST(a_reduced_cost_on_a_finite_bound_is_no_violation)
{
    struct cert_lp lp = small_lp();
    const double x[] = {0.0, 4.0}, y[] = {0.0, 0.0};
    struct cert_result r = cert_check(&lp, x, y);

    ck_assert_double_eq(r.dual, 0.0);
    ck_assert_double_eq(r.dual_objective, 10.0);
}
END_TEST

START_TEST(nan_passes_nothing)
{
    struct cert_lp lp = small_lp();
    const double good_x[] = {3.0, 1.0}, good_y[] = {2.5, -0.5};
    const double bad[] = {NAN, 1.0};

    ck_assert(!cert_optimal(&lp, bad, good_y, 1e-6));
    ck_assert(!cert_optimal(&lp, good_x, bad, 1e-6));
    lp.cost = bad;
    ck_assert(!cert_optimal(&lp, good_x, good_y, 1e-6));
}
END_TEST

START_TEST(an_lp_without_rows_or_columns_is_its_constant)
{
    static const size_t nothing[] = {0};
    struct cert_lp lp = {.start = nothing, .constant = 7.0};
    struct cert_result r = cert_check(&lp, NULL, NULL);

    ck_assert_double_eq(r.primal_objective, 7.0);
    ck_assert_double_eq(r.dual_objective, 7.0);
}
END_TEST

/* x0 + x1 >= 25 and x0 - x1 <= 2 with x1 <= 10: then x0 <= 12, so at most 22. */
START_TEST(a_farkas_ray_proves_infeasible)
{
    static const double too_much[] = {25.0, -INFINITY};
    struct cert_lp lp = small_lp();
    const double y[] = {2.0, -2.0};

    lp.row_lo = too_much;
    /* scaled y = (1, -1): 25 - 2 = 23 against (0, 2)'x <= 20 */
    ck_assert(near_rel(cert_farkas(&lp, y, 1e-9), 3.0, 1e-12));
}
END_TEST

START_TEST(no_ray_is_accepted_for_a_feasible_lp)
{
    struct cert_lp lp = small_lp();
    const double rays[][2] = {{1, -1}, {1, 0}, {0, -1}, {-1, 1}, {1, 1}, {0, 0}, {NAN, 1}, {INFINITY, 0}};

    for (size_t i = 0; i < sizeof rays / sizeof rays[0]; i++)
        ck_assert_msg(!(cert_farkas(&lp, rays[i], 1e-9) > 0.0), "ray %d", (int)i);
}
END_TEST

START_TEST(a_ray_on_an_absent_bound_proves_nothing)
{
    static const double too_much[] = {25.0, -INFINITY};
    struct cert_lp lp = small_lp();
    const double y[] = {1.0, 0.0};

    lp.row_lo = too_much;   /* x0 alone can be as large as it likes */
    ck_assert_double_eq(cert_farkas(&lp, y, 1e-9), -INFINITY);
}
END_TEST

Suite *certificate_suite(void)
{
    Suite *s = suite_create("certificate");
    TCase *optimal = tcase_create("optimal"), *farkas = tcase_create("farkas");

    tcase_add_test(optimal, the_hand_solution_is_accepted);
    tcase_add_test(optimal, a_feasible_dearer_point_has_a_gap);
    tcase_add_test(optimal, a_violated_row_is_measured_against_its_bound);
    tcase_add_test(optimal, a_violated_column_bound_is_seen);
    tcase_add_test(optimal, a_multiplier_of_the_wrong_sign_is_a_dual_violation);
    tcase_add_test(optimal, a_reduced_cost_on_a_finite_bound_is_no_violation);
    tcase_add_test(optimal, nan_passes_nothing);
    tcase_add_test(optimal, an_lp_without_rows_or_columns_is_its_constant);
    suite_add_tcase(s, optimal);
    tcase_add_test(farkas, a_farkas_ray_proves_infeasible);
    tcase_add_test(farkas, no_ray_is_accepted_for_a_feasible_lp);
    tcase_add_test(farkas, a_ray_on_an_absent_bound_proves_nothing);
    suite_add_tcase(s, farkas);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(certificate_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
