/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compact copy says what the program says, on cases by hand and at random: rows, bounds, costs, and where each lies. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "solve/matrix.h"
#include "support/lp_bench.h"
#include "support/oracle.h"
#include "support/random_case.h"

Suite *matrix_suite(void);

enum { N_SEED = 60, LINK = BLOCK_LINK, NONE = BLOCK_NONE };

struct copy { struct lp_bench b; struct matrix *a; size_t *at; };   /* at: column of the copy + 1, 0: left out */

/* Some columns have a lower bound, a most, or cannot move, as no case as built has them. */
static void unsettle(struct lp *m, uint64_t seed)
{
    for (size_t j = 0; j < m->n_col; j++) {
        uint64_t state = seed * 1000 + j;
        switch (random_int(&state, 0, 9)) {
        case 0: m->lo[j] = 0.25; m->up[j] = 3.0; break;
        case 1: m->lo[j] = m->up[j] = 1.5; break;
        case 2: m->up[j] = 7.0; break;
        case 3: m->lo[j] = m->up[j] = 0.0; break;
        default: break;
        }
    }
}

static struct copy copy_of(uint64_t seed, bool unsettled)
{
    strait_ctx *cx = strait_ctx_new();
    struct copy k = { .a = NULL };

    k.b = lp_bench_of(cx, random_case(cx, seed, &(struct random_twist){ 0 }));
    if (unsettled)
        unsettle(k.b.m, seed);
    ck_assert_int_eq(matrix_new(cx, k.b.m, &k.a), STRAIT_OK);
    k.at = calloc(k.b.m->n_col + 1, sizeof *k.at);
    ck_assert_ptr_nonnull(k.at);
    for (size_t j = 0; j < k.a->n_col; j++) {
        ck_assert_uint_lt(k.a->source[j], k.b.m->n_col);
        ck_assert_uint_eq(k.at[k.a->source[j]], 0);
        k.at[k.a->source[j]] = j + 1;
    }
    return k;
}

static void copy_free(struct copy *k)
{
    matrix_free(k->a);
    free(k->at);
    lp_bench_free(&k->b);
}

/* The unit of a column: what lp_scaled_column says. */
static double unit_of(const struct lp *m, size_t j)
{
    int *row = calloc(m->max_nnz + 1, sizeof *row);
    double *val = calloc(m->max_nnz + 1, sizeof *val), unit = 0.0;

    ck_assert(row && val);
    (void)!lp_scaled_column(m, j, row, val, &unit);
    free(row);
    free(val);
    return unit;
}

START_TEST(columns_that_move_are_there_with_their_bounds_and_costs)
{
    for (uint64_t seed = 0; seed < N_SEED; seed++) {
        struct copy k = copy_of(seed, seed % 2 == 1);
        const struct lp *m = k.b.m;
        for (size_t j = 0; j < m->n_col; j++) {
            double unit = unit_of(m, j), cost = m->cost[j] * unit / m->money, room = (m->up[j] - m->lo[j]) / unit;
            ck_assert_msg((k.at[j] > 0) == (m->up[j] > m->lo[j]), "seed %d column %zu", (int)seed, j);
            if (k.at[j] == 0)
                continue;
            size_t i = k.at[j] - 1;
            ck_assert(isinf(room) ? isinf(k.a->most[i]) : near_rel(k.a->most[i], room, 1e-12));
            ck_assert_msg(k.a->cost[i] >= cost && k.a->cost[i] <= cost + 1e-4 * (1e-3 + fabs(cost)), "seed %d: %g, not %g", (int)seed, k.a->cost[i], cost);
        }
        copy_free(&k);
    }
}
END_TEST

/* For any z within bounds: row of the program less its side = row of the copy less its side, in the row's unit. */
START_TEST(any_plan_has_the_same_activities)
{
    for (uint64_t seed = 0; seed < N_SEED; seed++) {
        struct copy k = copy_of(seed, seed % 2 == 1);
        const struct lp *m = k.b.m;
        struct cert_lp d = lp_dense(m);
        double *there = calloc(m->n_row + 1, sizeof *there), *here = calloc(m->n_row + 1, sizeof *here), *x = calloc(k.a->n_col + 1, sizeof *x);
        double *size = calloc(m->n_row + 1, sizeof *size);
        uint64_t state = seed;
        ck_assert(there && here && x && size);
        for (size_t j = 0; j < m->n_col; j++) {
            double z = m->lo[j] + random_unit(&state) * fmin(2.0, m->up[j] - m->lo[j]);
            if (k.at[j] > 0)
                x[k.at[j] - 1] = (z - m->lo[j]) / unit_of(m, j);
            for (size_t e = d.start[j]; e < d.start[j + 1]; e++) {
                there[d.index[e]] += d.value[e] * z;
                size[d.index[e]] += fabs(d.value[e] * z);
            }
        }
        matrix_add_product(k.a, 1.0, x, here);
        for (size_t i = 0; i < m->n_row; i++) {
            const struct lp_row *r = &m->row[i];
            double side = isinf(r->up) ? r->lo : r->up, unit = lp_row_unit(r);
            int sense = isinf(r->up) ? (isinf(r->lo) ? 2 : -1) : isinf(r->lo) ? 1 : 0;
            ck_assert_int_eq(k.a->sense[i], sense);
            if (sense == 2)
                side = 0.0;
            double off = (there[i] - side) / unit - (here[i] - k.a->rhs[i]);
            ck_assert_msg(fabs(off) <= 1e-10 * (1.0 + (size[i] + fabs(side)) / unit), "seed %d row %zu: off by %g", (int)seed, i, off);
        }
        free(there);
        free(here);
        free(x);
        free(size);
        lp_dense_free(&d);
        copy_free(&k);
    }
}
END_TEST

START_TEST(a_product_with_a_column_is_the_sum_of_its_entries)
{
    struct copy k = copy_of(7, false);
    double *y = calloc(k.a->n_row + 1, sizeof *y), *e = calloc(k.a->n_row + 1, sizeof *e), *x = calloc(k.a->n_col + 1, sizeof *x);

    ck_assert(y && e && x);
    for (size_t i = 0; i < k.a->n_row; i++)
        y[i] = 1.0 + (double)(i % 7);
    for (size_t j = 0; j < k.a->n_col; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < k.a->n_row; i++)
            e[i] = 0.0;
        x[j] = 1.0;
        matrix_add_product(k.a, -2.0, x, e);
        x[j] = 0.0;
        for (size_t i = 0; i < k.a->n_row; i++)
            sum -= 0.5 * e[i] * y[i];
        ck_assert(near_abs_rel(matrix_dot(k.a, j, y), sum, 1e-12, 1e-12));
    }
    free(y);
    free(e);
    free(x);
    copy_free(&k);
}
END_TEST

/* By the definition: which segments' columns touch the row. */
START_TEST(rows_lie_with_the_segment_that_alone_touches_them)
{
    size_t inside = 0, border = 0;

    for (uint64_t seed = 0; seed < N_SEED; seed++) {
        struct copy k = copy_of(seed, false);
        const struct matrix *a = k.a;
        int *first = calloc(a->n_row + 1, sizeof *first);
        bool *several = calloc(a->n_row + 1, sizeof *several);
        ck_assert(first && several);
        ck_assert_int_eq(a->n_block, (int)k.b.m->c->n_segment);
        for (size_t j = 0; j < a->n_col; j++) {
            int t;
            (void)lp_strip_of(k.b.m, a->source[j], &t);
            for (size_t e = a->start[j]; t >= 0 && e < a->start[j + 1]; e++) {
                int r = a->row[e];
                several[r] = several[r] || (first[r] != 0 && first[r] != t + 1);
                first[r] = t + 1;
            }
        }
        for (size_t i = 0; i < a->n_row; i++) {
            ck_assert_int_ge(a->row_block[i], NONE);
            ck_assert_int_lt(a->row_block[i], a->n_block);
            if (first[i] != 0)
                ck_assert_msg(a->row_block[i] == (several[i] ? NONE : first[i] - 1), "seed %d row %zu: %d", (int)seed, i, a->row_block[i]);
            inside += a->row_block[i] >= 0;
            border += a->row_block[i] == NONE;
        }
        free(first);
        free(several);
        copy_free(&k);
    }
    ck_assert(inside > 100 && border > 100);
}
END_TEST

START_TEST(columns_lie_where_their_rows_do)
{
    size_t seen[3] = { 0, 0, 0 };

    for (uint64_t seed = 0; seed < N_SEED; seed++) {
        struct copy k = copy_of(seed, seed % 2 == 1);
        const struct matrix *a = k.a;
        for (size_t j = 0; j < a->n_col; j++) {
            int least = a->n_block, most = -1;
            for (size_t e = a->start[j]; e < a->start[j + 1]; e++) {
                int b = a->row_block[a->row[e]];
                if (b >= 0) {
                    least = b < least ? b : least;
                    most = b > most ? b : most;
                }
            }
            int right = most < 0 ? NONE : least == most ? least : LINK;
            ck_assert_msg(a->col_block[j] == right, "seed %d column %zu: %d, not %d", (int)seed, j, a->col_block[j], right);
            seen[right == NONE ? 0 : right == LINK ? 1 : 2]++;
        }
        copy_free(&k);
    }
    ck_assert(seen[0] > 0 && seen[1] > 0 && seen[2] > 0);
}
END_TEST

/* Five offers at one price: no two of the copy's columns cost the same. */
START_TEST(equal_prices_come_apart)
{
    static const struct small_record five[] = {
        { KIND_settings, "start=2027-01-04; period=day; periods=3" },
        { KIND_company, "name=acme; seat=CN" },
        { KIND_accelerator, "name=chip; vendor=v; family=f; bf16=500; memory=80; memory_bandwidth=3000; rated_power=1000; idle_power=200" },
        { KIND_site, "name=site; country=CN; shore=onshore; pue=1.5; tariff=0.1; carbon=500" },
        { KIND_offer, "name=a; site=site; accelerator=chip; contract=on_demand; price=1; count=6; includes=power" },
        { KIND_offer, "name=b; site=site; accelerator=chip; contract=on_demand; price=1; count=6; includes=power" },
        { KIND_offer, "name=c; site=site; accelerator=chip; contract=on_demand; price=1; count=6; includes=power" },
        { KIND_model, "name=m; total_params=8; active_params=8; layers=32; hidden=4096" },
        { KIND_pinned_rate, "workload=run; accelerator=chip; phase=train; rate=1000" },
        { KIND_workload, "name=run; company=acme; task=training; model=m; tokens=864000000" },
        { KIND_settings, NULL },
    };
    struct lp_bench b = lp_bench_new(five, NULL);
    struct matrix *a = NULL;

    ck_assert_int_eq(matrix_new(b.cx, b.m, &a), STRAIT_OK);
    ck_assert_uint_ge(a->n_col, 9);
    for (size_t i = 0; i < a->n_col; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert(a->cost[i] != a->cost[j]);
    ck_assert_int_eq(a->row_block[lp_row_at(b.m, ROW_DEMAND, "run", -1)], NONE);
    ck_assert_int_eq(a->row_block[lp_row_at(b.m, ROW_PEAK, "a", 1)], 1);
    matrix_free(a);
    lp_bench_free(&b);
}
END_TEST

Suite *matrix_suite(void)
{
    Suite *s = suite_create("matrix");
    TCase *c = tcase_create("what it says"), *p = tcase_create("where things lie");

    tcase_add_test(c, columns_that_move_are_there_with_their_bounds_and_costs);
    tcase_add_test(c, any_plan_has_the_same_activities);
    tcase_add_test(c, a_product_with_a_column_is_the_sum_of_its_entries);
    tcase_add_test(c, equal_prices_come_apart);
    tcase_add_test(p, rows_lie_with_the_segment_that_alone_touches_them);
    tcase_add_test(p, columns_lie_where_their_rows_do);
    suite_add_tcase(s, c);
    suite_add_tcase(s, p);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(matrix_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
