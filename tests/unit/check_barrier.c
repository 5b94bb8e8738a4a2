/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The barrier on programs whose answers are known by hand: what it calls close is close, and it always ends. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/ctx.h"
#include "solve/barrier.h"
#include "support/dense.h"

Suite *barrier_suite(void);

#define INF ((double)INFINITY)
enum { MOST = 6 };
enum expected { KNOWN, NONE };     /* an optimum of this value; none, so nothing may be called close */

struct tiny {
    const char *name;
    size_t m, n;
    double entry[MOST * MOST], cost[MOST], most[MOST], rhs[MOST];
    signed char sense[MOST];
    enum expected expected;
    double value;
};

static const struct tiny tinies[] = {
    { "one column, one row", 1, 1, { 2 }, { 3 }, { INF }, { 4 }, { 0 }, KNOWN, 6 },
    { "one row, two prices, capacity", 1, 2, { 1, 1 }, { 1, 3 }, { 6, 10 }, { 10 }, { 0 }, KNOWN, 18 },
    { "one column, two rows", 2, 1, { 1, 1 }, { 1 }, { INF }, { 3, 5 }, { -1, 1 }, KNOWN, 3 },
    { "no row, a bound", 0, 1, { 0 }, { -1 }, { 3 }, { 0 }, { 0 }, KNOWN, -3 },
    { "equal prices", 2, 4, { 1, 1, 0, 0, 0, 0, 1, 1 }, { 2, 2, 2, 2 }, { INF, INF, INF, INF }, { 5, 7 }, { 0, 0 }, KNOWN, 24 },
    { "equal prices within bounds", 1, 4, { 1, 1, 1, 1 }, { 2, 2, 2, 2 }, { 3, 3, 3, 3 }, { 10 }, { 0 }, KNOWN, 20 },
    { "capacity exactly met", 1, 3, { 1, 1, 1 }, { 1, 2, 3 }, { 2, 2, 2 }, { 6 }, { 0 }, KNOWN, 12 },
    { "capacity exactly met by rows", 3, 2, { 1, 1, 1, 0, 0, 1 }, { 1, 4 }, { INF, INF }, { 5, 3, 2 }, { 0, 1, 1 }, KNOWN, 11 },
    { "no demand", 2, 2, { 1, 1, 1, 0 }, { 1, 2 }, { INF, INF }, { 0, 4 }, { 0, 1 }, KNOWN, 0 },
    { "degenerate: a vertex of more rows than columns", 4, 2, { 1, 0, 0, 1, 1, 1, 1, -1 }, { -1, -1 }, { INF, INF }, { 1, 1, 2, 0 }, { 1, 1, 1, 1 },
      KNOWN, -2 },
    { "rows that depend on each other", 2, 2, { 1, 1, 2, 2 }, { 1, 2 }, { INF, INF }, { 3, 6 }, { 0, 0 }, KNOWN, 3 },
    { "a row without bounds", 2, 2, { 1, 1, 5, -5 }, { 1, 2 }, { INF, INF }, { 3, 0 }, { 0, 2 }, KNOWN, 3 },
    { "no cost", 1, 2, { 1, 1 }, { 0, 0 }, { INF, INF }, { 3 }, { 0 }, KNOWN, 0 },
    { "a column without entries", 1, 2, { 1, 0 }, { 1, 1 }, { INF, INF }, { 2 }, { 0 }, KNOWN, 2 },
    { "at least and at most", 2, 2, { 1, 2, 3, 1 }, { 2, 3 }, { INF, INF }, { 4, 6 }, { -1, 1 }, KNOWN, 6 },
    { "transport", 4, 4, { 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1 }, { 1, 4, 3, 2 }, { INF, INF, INF, INF }, { 10, 10, 8, 12 }, { 0, 0, 0, 0 },
      KNOWN, 36 },
    { "infeasible: more work than room", 1, 2, { 1, 1 }, { 1, 1 }, { 2, 3 }, { 10 }, { 0 }, NONE, 0 },
    { "infeasible rows", 2, 1, { 1, 1 }, { 1 }, { INF }, { 5, 3 }, { -1, 1 }, NONE, 0 },
    { "infeasible: equal rows, other sides", 2, 2, { 1, 1, 1, 1 }, { 1, 1 }, { INF, INF }, { 1, 9 }, { 0, 0 }, NONE, 0 },
    { "unbounded", 1, 2, { 1, -1 }, { -1, 0 }, { INF, INF }, { 1 }, { 0 }, NONE, 0 },
    { "unbounded without rows that hold it", 1, 2, { 1, 0 }, { 1, -1 }, { INF, INF }, { 1 }, { 0 }, NONE, 0 },
};
enum { N_TINY = sizeof tinies / sizeof *tinies };

/* Rows all in the border, all in one block, or each in a block of its own (columns then link). */
enum { IN_BORDER, IN_ONE, IN_EACH, N_PLACE };

/* The program with right-hand sides and bounds times `amount`, costs times `money`. */
static struct matrix *matrix_of(const struct tiny *t, int where, double amount, double money)
{
    int block[MOST];
    struct matrix *a;

    for (size_t i = 0; i < t->m; i++)
        block[i] = where == IN_BORDER ? BLOCK_NONE : where == IN_ONE ? 0 : (int)i;
    a = hand_matrix(t->m, t->n, where == IN_EACH ? (int)t->m : 1, t->entry, block);
    for (size_t j = 0; j < t->n; j++) {
        a->cost[j] = t->cost[j] * money;
        a->most[j] = t->most[j] * amount;
    }
    for (size_t i = 0; i < t->m; i++) {
        a->rhs[i] = t->rhs[i] * amount;
        a->sense[i] = t->sense[i];
    }
    return a;
}

/* A row of a block with nothing of its own, no slack and links alone, is more than the factor is made for (arrow.h). */
static bool is_placed(const struct matrix *a)
{
    for (size_t i = 0; i < a->n_row; i++) {
        bool own = a->row_block[i] < 0 || a->sense[i] == 1 || a->sense[i] == -1;
        for (size_t j = 0; j < a->n_col && !own; j++)
            for (size_t e = a->start[j]; e < a->start[j + 1]; e++)
                own = own || (a->row[e] == (int)i && a->col_block[j] == a->row_block[i]);
        if (!own)
            return false;
    }
    return true;
}

static double largest(const double *v, size_t n)
{
    double most = 0.0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(v[i]));
    return most;
}

static double cost_of(const struct matrix *a, const struct barrier *b)
{
    double sum = 0.0;

    for (size_t j = 0; j < a->n_col; j++)
        sum += a->cost[j] * b->x[j];
    return sum;
}

/* By the test's own arithmetic: rows met, bounds kept, and the duals' bound on all plans; all to 1e-6 of the data's size. */
static void judge(const struct tiny *t, const struct matrix *a, const struct barrier *b)
{
    double size_b = 1.0 + largest(a->rhs, a->n_row), size_c = 1.0 + largest(a->cost, a->n_col), bound = 0.0;

    for (size_t i = 0; i < a->n_row; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < a->n_col; j++)
            sum += t->entry[i * t->n + j] * b->x[j];
        double over = a->sense[i] == 2 ? 0.0 : a->sense[i] == 0 ? fabs(sum - a->rhs[i]) : fmax(0.0, a->sense[i] * (sum - a->rhs[i]));
        ck_assert_msg(over <= 1e-6 * size_b, "%s: row %zu is off by %g", t->name, i, over);
        ck_assert_msg(a->sense[i] == 0 || a->sense[i] == 2 || a->sense[i] * b->y[i] <= 1e-6 * size_c, "%s: dual %zu", t->name, i);
        bound += a->sense[i] == 2 ? 0.0 : a->rhs[i] * b->y[i];
    }
    for (size_t j = 0; j < a->n_col; j++) {
        double d = a->cost[j];
        for (size_t i = 0; i < a->n_row; i++)
            d -= t->entry[i * t->n + j] * (a->sense[i] == 2 ? 0.0 : b->y[i]);
        ck_assert_msg(b->x[j] > 0.0 && b->x[j] <= a->most[j] + 1e-6 * size_b, "%s: column %zu is %g", t->name, j, b->x[j]);
        ck_assert_msg(isfinite(a->most[j]) || d >= -1e-6 * size_c, "%s: reduced cost %g", t->name, d);
        bound += isfinite(a->most[j]) ? fmin(0.0, d) * a->most[j] : 0.0;
    }
    double value = cost_of(a, b);
    ck_assert_msg(fabs(value - bound) <= 1e-5 * (1.0 + fabs(value)), "%s: cost %g, bound %g", t->name, value, bound);
}

static struct barrier *run(strait_ctx *cx, const struct matrix *a, double deadline)
{
    struct barrier *b = NULL;

    ck_assert_int_eq(barrier_run(cx, a, deadline, &b), STRAIT_OK);
    ck_assert_ptr_nonnull(b);
    ck_assert_int_lt(b->iterations, 200);  /* its cap */
    return b;
}

START_TEST(known_answers_are_found_wherever_rows_lie)
{
    const struct tiny *t = &tinies[_i];
    strait_ctx *cx = strait_ctx_new();

    for (int where = 0; where < N_PLACE; where++) {
        struct matrix *a = matrix_of(t, where, 1.0, 1.0);
        struct barrier *b = run(cx, a, 0.0);
        if (!is_placed(a)) {
            barrier_free(b);
            hand_free(a);
            continue;
        }
        ck_assert_msg(b->close == (t->expected == KNOWN), "%s, place %d: close %d after %d: %g %g %g", t->name, where, b->close, b->iterations, b->primal,
                      b->dual, b->gap);
        if (t->expected == KNOWN) {
            ck_assert_msg(fabs(cost_of(a, b) - t->value) <= 1e-5 * (1.0 + fabs(t->value)), "%s, place %d: %g, not %g", t->name, where, cost_of(a, b), t->value);
            judge(t, a, b);
        }
        barrier_free(b);
        hand_free(a);
    }
    strait_ctx_free(cx);
}
END_TEST

/* Units of another size: it may stop short of an optimum, but what it calls close is, and nothing impossible is close. */
START_TEST(badly_scaled_units_are_judged_honestly)
{
    static const double size[] = { 1e-6, 1.0, 1e6 };
    const struct tiny *t = &tinies[_i];
    strait_ctx *cx = strait_ctx_new();

    for (int k = 0; k < 9; k++) {
        double amount = size[k / 3], money = size[k % 3], value = t->value * amount * money;
        struct matrix *a = matrix_of(t, IN_ONE, amount, money);
        struct barrier *b = run(cx, a, 0.0);
        if (t->expected == KNOWN && amount >= 1.0 && money >= 1.0) {
            ck_assert_msg(b->close, "%s: amounts %g, money %g: %g %g %g after %d", t->name, amount, money, b->primal, b->dual, b->gap, b->iterations);
            ck_assert_msg(fabs(cost_of(a, b) - value) <= 1e-4 * (1.0 + fabs(value)), "%s: %g %g: %g, not %g", t->name, amount, money, cost_of(a, b), value);
        }
        if (t->expected == NONE && amount >= 1.0 && money >= 1.0)
            ck_assert_msg(!b->close, "%s: amounts %g, money %g: %g %g %g", t->name, amount, money, b->primal, b->dual, b->gap);
        for (size_t j = 0; j < a->n_col && b->close; j++)
            ck_assert(isfinite(b->x[j]) && isfinite(b->z[j]));
        barrier_free(b);
        hand_free(a);
    }
    strait_ctx_free(cx);
}
END_TEST

START_TEST(nothing_at_all_is_no_start)
{
    static const struct tiny rows_only = { "rows alone", 2, 0, { 0 }, { 0 }, { 0 }, { 1, 2 }, { 1, 0 }, NONE, 0 };
    static const struct tiny nothing = { "nothing", 0, 0, { 0 }, { 0 }, { 0 }, { 0 }, { 0 }, NONE, 0 };
    const struct tiny *both[] = { &nothing, &rows_only };
    strait_ctx *cx = strait_ctx_new();

    for (int i = 0; i < 2; i++) {
        struct matrix *a = matrix_of(both[i], IN_BORDER, 1.0, 1.0);
        struct barrier *b = run(cx, a, 0.0);
        ck_assert(!b->close);
        barrier_free(b);
        hand_free(a);
    }
    strait_ctx_free(cx);
}
END_TEST

/* Numbers that overflow: NaN is near nothing. */
START_TEST(what_overflows_is_never_close)
{
    static const double size[] = { 1e150, 1e200, 1e300 };
    strait_ctx *cx = strait_ctx_new();

    for (int k = 0; k < 9; k++) {
        for (size_t i = 0; i < N_TINY; i++) {
            struct matrix *a = matrix_of(&tinies[i], IN_ONE, size[k / 3], size[k % 3]);
            struct barrier *b = run(cx, a, 0.0);
            for (size_t j = 0; j < a->n_col; j++)
                ck_assert_msg(!b->close || (isfinite(b->x[j]) && isfinite(b->z[j])), "%s: %g %g: close at %g", tinies[i].name, size[k / 3], size[k % 3],
                              b->x[j]);
            ck_assert(!b->close || isfinite(b->gap));
            barrier_free(b);
            hand_free(a);
        }
    }
    strait_ctx_free(cx);
}
END_TEST

static int stop(void *data, const char *stage, double elapsed_s, double gap)
{
    int *left = data;

    (void)stage;
    (void)elapsed_s;
    (void)gap;
    return --*left < 0;
}

START_TEST(a_deadline_or_a_cancel_ends_it)
{
    strait_ctx *cx = strait_ctx_new();
    struct matrix *a = matrix_of(&tinies[N_TINY - 6], IN_BORDER, 1.0, 1.0);
    struct barrier *b = run(cx, a, cx_now() - 1.0);
    int left = 2;

    ck_assert_int_eq(b->iterations, 0);
    barrier_free(b);
    strait_on_progress(cx, stop, &left);
    b = run(cx, a, 0.0);
    ck_assert_int_eq(b->iterations, 2);
    barrier_free(b);
    hand_free(a);
    strait_ctx_free(cx);
}
END_TEST

START_TEST(the_same_program_gives_the_same_bits_on_any_threads)
{
    for (size_t i = 0; i < N_TINY; i++) {
        strait_ctx *cx = strait_ctx_new();
        struct matrix *a = matrix_of(&tinies[i], IN_EACH, 1.0, 1.0);
        struct barrier *b = run(cx, a, 0.0), *c;
        cx->threads = 3;
        c = run(cx, a, 0.0);
        ck_assert_int_eq(b->iterations, c->iterations);
        for (size_t j = 0; j < a->n_col; j++)
            ck_assert_msg(b->x[j] == c->x[j] && b->z[j] == c->z[j], "%s: column %zu", tinies[i].name, j);
        barrier_free(b);
        barrier_free(c);
        hand_free(a);
        strait_ctx_free(cx);
    }
}
END_TEST

Suite *barrier_suite(void)
{
    Suite *s = suite_create("barrier");
    TCase *k = tcase_create("known answers"), *e = tcase_create("ends");

    tcase_add_loop_test(k, known_answers_are_found_wherever_rows_lie, 0, N_TINY);
    tcase_add_loop_test(k, badly_scaled_units_are_judged_honestly, 0, N_TINY);
    tcase_add_test(k, the_same_program_gives_the_same_bits_on_any_threads);
    tcase_add_test(e, nothing_at_all_is_no_start);
    tcase_add_test(e, what_overflows_is_never_close);
    tcase_add_test(e, a_deadline_or_a_cancel_ends_it);
    suite_add_tcase(s, k);
    suite_add_tcase(s, e);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(barrier_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
