/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From points to bases: always as many members as rows, never dependent, and the engine takes them. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solve/crash.h"
#include "solve/rounds.h"
#include "support/dense.h"
#include "support/lp_bench.h"
#include "support/random_case.h"

Suite *crash_suite(void);

#define INF ((double)INFINITY)
enum { N_SEED = 200, MOST = 64 };

/* A program with a point: entries by whole rows. */
struct scene { struct matrix *a; struct barrier b; double entry[MOST * MOST]; size_t m, n; };

static void *room(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    ck_assert_ptr_nonnull(p);
    return p;
}

/* All columns at `x` with reduced cost `z`, all slacks at 0. */
static struct scene scene_of(size_t m, size_t n, const double *entry, const int *row_block, int n_block, double x, double z)
{
    struct scene s = { .m = m, .n = n };

    memcpy(s.entry, entry, m * n * sizeof *entry);
    s.a = hand_matrix(m, n, n_block, entry, row_block);
    s.b.x = room(n, sizeof(double));
    s.b.z = room(n, sizeof(double));
    s.b.s = room(m, sizeof(double));
    s.b.y = room(m, sizeof(double));
    for (size_t j = 0; j < n; j++) {
        s.b.x[j] = x;
        s.b.z[j] = z;
    }
    return s;
}

static void scene_free(struct scene *s)
{
    hand_free(s->a);
    free(s->b.x);
    free(s->b.z);
    free(s->b.s);
    free(s->b.y);
}

static struct basis basis_of(strait_ctx *cx, const struct scene *s)
{
    struct basis out;

    ck_assert_int_eq(crash_basis(cx, s->a, &s->b, &out), STRAIT_OK);
    return out;
}

static bool has(const struct basis *b, size_t col)
{
    for (size_t i = 0; i < b->n_col; i++)
        if (b->col[i] == col)
            return true;
    return false;
}

/* As many members as rows, each once, columns only where the point holds them for basic, and all independent. */
static void judge(const struct scene *s, const struct basis *b, const char *what)
{
    double *dense = room(s->m * s->m, sizeof *dense);
    size_t n = 0;

    for (size_t i = 0; i < b->n_col; i++, n++) {
        ck_assert_uint_lt(b->col[i], s->n);
        ck_assert_msg(s->b.x[b->col[i]] > s->b.z[b->col[i]], "%s: column %zu is no candidate", what, b->col[i]);
        for (size_t k = 0; k < i; k++)
            ck_assert(b->col[k] != b->col[i]);
        for (size_t r = 0; r < s->m && n < s->m; r++)
            dense[r * s->m + n] = s->entry[r * s->n + b->col[i]];
    }
    for (size_t r = 0; r < s->m; r++)
        if (b->row[r] && n++ < s->m)
            dense[r * s->m + n - 1] = 1.0;
    ck_assert_msg(n == s->m, "%s: %zu members for %zu rows", what, n, s->m);
    ck_assert_msg(dense_rank(s->m, s->m, dense, 1e-10) == s->m, "%s: singular", what);
    free(dense);
}

START_TEST(without_candidates_all_slacks_stay)
{
    const double entry[] = { 1, 2, 3, 4, 5, 6 };
    const int block[] = { 0, BLOCK_NONE };
    strait_ctx *cx = strait_ctx_new();
    struct scene s = scene_of(2, 3, entry, block, 1, 1e-9, 1.0);
    struct basis b = basis_of(cx, &s);

    ck_assert_uint_eq(b.n_col, 0);
    judge(&s, &b, "none");
    basis_free(&b);
    scene_free(&s);
    strait_ctx_free(cx);
}
END_TEST

START_TEST(no_rows_or_no_columns_are_a_basis_too)
{
    const double none[1] = { 0.0 };
    const int block[] = { 0, BLOCK_NONE, 1 };
    strait_ctx *cx = strait_ctx_new();

    for (int i = 0; i < 3; i++) {
        struct scene s = scene_of(i == 1 ? 3 : 0, i == 2 ? 2 : 0, none, block, 2, 1.0, 0.0);
        struct basis b = basis_of(cx, &s);
        ck_assert_uint_eq(b.n_col, 0);
        judge(&s, &b, "empty");
        basis_free(&b);
        scene_free(&s);
    }
    strait_ctx_free(cx);
}
END_TEST

/* Of equal columns the one that the point holds for most basic; of zero columns none. */
START_TEST(dependent_candidates_are_left_out)
{
    const double entry[] = { 1, 1, 1, 0, 2,   2, 2, 2, 0, 4,   0, 0, 0, 0, 3 };
    const int block[] = { 0, 0, BLOCK_NONE };
    strait_ctx *cx = strait_ctx_new();
    struct scene s = scene_of(3, 5, entry, block, 1, 1.0, 0.1);

    s.b.x[1] = 5.0;
    struct basis b = basis_of(cx, &s);
    judge(&s, &b, "dependent");
    ck_assert(has(&b, 1) && !has(&b, 0) && !has(&b, 2) && !has(&b, 3));
    ck_assert(has(&b, 4));
    ck_assert_uint_eq(b.n_col, 2);
    basis_free(&b);
    scene_free(&s);
    strait_ctx_free(cx);
}
END_TEST

/* Columns over two blocks take a row when the blocks' own have had their choice. */
START_TEST(links_settle_what_blocks_leave)
{
    const double entry[] = { 1, 0, 1,   0, 1, 1,   0, 0, 1 };
    const int block[] = { 0, 1, BLOCK_NONE };
    strait_ctx *cx = strait_ctx_new();
    struct scene s = scene_of(3, 3, entry, block, 2, 1.0, 0.01);
    struct basis b;

    s.b.x[2] = 100.0;
    b = basis_of(cx, &s);
    judge(&s, &b, "links");
    ck_assert_uint_eq(b.n_col, 3);
    basis_free(&b);
    scene_free(&s);
    strait_ctx_free(cx);
}
END_TEST

/* A slack that the point holds for basic comes before columns of less weight; one at 0 does not. */
START_TEST(slacks_are_candidates_by_their_weight)
{
    const double entry[] = { 1, 1 };
    const int block[] = { 0 };
    strait_ctx *cx = strait_ctx_new();

    for (int basic = 0; basic < 2; basic++) {
        struct scene s = scene_of(1, 2, entry, block, 1, 2.0, 1.0);
        s.a->sense[0] = 1;
        s.b.s[0] = basic ? 1e3 : 1e-6;
        s.b.y[0] = basic ? -1e-3 : -1.0;
        struct basis b = basis_of(cx, &s);
        judge(&s, &b, "slack");
        ck_assert(b.row[0] == (basic == 1));
        basis_free(&b);
        scene_free(&s);
    }
    strait_ctx_free(cx);
}
END_TEST

/* Small whole numbers, so that many columns depend on each other, rows in blocks and border, points of all sizes. */
static struct scene random_scene(uint64_t seed)
{
    double entry[MOST * MOST] = { 0.0 };
    int block[MOST];
    uint64_t state = seed + 1;
    size_t m = (size_t)random_int(&state, 1, 24), n = (size_t)random_int(&state, 1, 50);
    int n_block = random_int(&state, 1, 4);

    for (size_t i = 0; i < m; i++)
        block[i] = random_int(&state, -1, n_block - 1);
    for (size_t j = 0; j < n; j++)
        for (int k = random_int(&state, 0, 5); k > 0; k--)
            entry[(size_t)random_int(&state, 0, (int)m - 1) * n + j] = random_int(&state, 0, 1) ? 1.0 : -1.0;
    struct scene s = scene_of(m, n, entry, block, n_block, 1.0, 1.0);
    for (size_t j = 0; j < n; j++) {
        s.b.x[j] = random_int(&state, 0, 9) ? pow(10.0, 3.0 * random_unit(&state) - 1.0) : 0.0;
        s.b.z[j] = random_int(&state, 0, 5) ? pow(10.0, 4.0 * random_unit(&state) - 3.0) : 0.0;
    }
    for (size_t i = 0; i < m; i++) {
        s.a->sense[i] = (signed char)random_int(&state, -1, 2);
        s.b.s[i] = s.a->sense[i] ? random_unit(&state) : 0.0;
        s.b.y[i] = random_unit(&state) - 0.5;
    }
    return s;
}

START_TEST(random_points_give_bases)
{
    strait_ctx *cx = strait_ctx_new();
    size_t columns = 0, slacks = 0;

    for (uint64_t seed = 0; seed < N_SEED; seed++) {
        struct scene s = random_scene(seed);
        struct basis b = basis_of(cx, &s), again;
        char what[40];
        (void)snprintf(what, sizeof what, "seed %d", (int)seed);
        judge(&s, &b, what);
        columns += b.n_col;
        slacks += s.m - b.n_col;
        again = basis_of(cx, &s);
        ck_assert_uint_eq(again.n_col, b.n_col);
        ck_assert_int_eq(memcmp(again.col, b.col, b.n_col * sizeof *b.col), 0);
        basis_free(&again);
        basis_free(&b);
        scene_free(&s);
    }
    ck_assert(columns > 500 && slacks > 500);
    strait_ctx_free(cx);
}
END_TEST

/* ---- with the engine ---- */

struct hall { struct lp_bench b; engine *e; double *x, *y; bool *at_most, *row; };

static struct hall hall_of(struct lp_bench b)
{
    struct hall h = { .b = b };
    size_t *all = room(b.m->n_col, sizeof *all);

    h.x = room(b.m->n_col, sizeof *h.x);
    h.y = room(b.m->n_row, sizeof *h.y);
    h.at_most = room(b.m->n_col, sizeof *h.at_most);
    h.row = room(b.m->n_row, sizeof *h.row);
    for (size_t j = 0; j < b.m->n_col; j++)
        all[j] = j;
    ck_assert_int_eq(engine_new(b.cx, b.m, &h.e), STRAIT_OK);
    ck_assert_int_eq(engine_add(b.cx, h.e, all, b.m->n_col), STRAIT_OK);
    free(all);
    return h;
}

static void hall_free(struct hall *h)
{
    engine_free(h->e);
    lp_bench_free(&h->b);
    free(h->x);
    free(h->y);
    free(h->at_most);
    free(h->row);
}

static double solved(struct hall *h, enum engine_outcome *end)
{
    double objective;
    bool feasible;

    ck_assert_int_eq(engine_solve(h->b.cx, h->e, ENGINE_PRIMAL, false, 0.0, end), STRAIT_OK);
    engine_solution(h->e, h->x, h->y, &objective, &feasible);
    return *end == ENGINE_OPTIMAL ? objective : INF;
}

static struct hall random_hall(uint64_t seed)
{
    strait_ctx *cx = strait_ctx_new();

    return hall_of(lp_bench_of(cx, random_case(cx, seed, &(struct random_twist){ 0 })));
}

/* Barrier, basis, engine: taken, the same optimum as from nothing, judged, and in fewer pivots over all. */
START_TEST(bases_of_real_programs_are_taken_and_save_pivots)
{
    long from_nothing = 0, from_basis = 0;
    size_t near = 0, taken = 0;

    for (uint64_t seed = 0; seed < 80; seed++) {
        struct hall h = random_hall(seed), plain = random_hall(seed);
        struct matrix *a = NULL;
        struct barrier *p = NULL;
        struct basis b = { 0 };
        enum engine_outcome end, plain_end;
        bool ok = false;
        ck_assert_int_eq(matrix_new(h.b.cx, h.b.m, &a), STRAIT_OK);
        ck_assert_int_eq(barrier_run(h.b.cx, a, 0.0, &p), STRAIT_OK);
        if (p->close) {
            double one, two;
            near++;
            ck_assert_int_eq(crash_basis(h.b.cx, a, p, &b), STRAIT_OK);
            ck_assert_int_eq(engine_set_basis(h.b.cx, h.e, b.col, b.n_col, b.row, h.at_most, &ok), STRAIT_OK);
            taken += ok;
            one = solved(&h, &end);
            two = solved(&plain, &plain_end);
            ck_assert_int_eq(end, plain_end);
            ck_assert_msg(end != ENGINE_OPTIMAL || fabs(one - two) <= 1e-7 * (1.0 + fabs(two)), "seed %d: %.12g, %.12g", (int)seed, one, two);
            if (end == ENGINE_OPTIMAL) {
                struct cert_lp d = lp_dense(h.b.m);
                ck_assert_msg(cert_optimal(&d, h.x, h.y, 1e-6), "seed %d", (int)seed);
                lp_dense_free(&d);
                from_basis += engine_pivots(h.e);
                from_nothing += engine_pivots(plain.e);
            }
        }
        basis_free(&b);
        barrier_free(p);
        matrix_free(a);
        hall_free(&h);
        hall_free(&plain);
    }
    ck_assert_msg(near >= 45 && taken == near, "%zu near, %zu taken", near, taken);
    ck_assert_msg(from_basis * 2 <= from_nothing, "%ld pivots, %ld from nothing", from_basis, from_nothing);
}
END_TEST

/* The basis where a solve ended needs no pivot. */
START_TEST(the_optimal_basis_needs_no_pivot)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct hall h = random_hall(seed), again = random_hall(seed);
        size_t *col = room(h.b.m->n_col, sizeof *col), n = 0, slacks = 0;
        enum engine_outcome end;
        double value = solved(&h, &end), low, high;
        bool ok = false;
        for (size_t j = 0; j < h.b.m->n_col; j++)
            if (engine_basic(h.e, j))
                col[n++] = j;
        /* A row's interval can be told where it is not basic. */
        for (size_t i = 0; i < h.b.m->n_row; i++)
            slacks += again.row[i] = !engine_range(h.e, i, &low, &high);
        if (end == ENGINE_OPTIMAL && n + slacks == h.b.m->n_row) {
            for (size_t j = 0; j < h.b.m->n_col; j++)
                again.at_most[j] = isfinite(h.b.m->up[j]) && h.x[j] >= h.b.m->up[j];
            ck_assert_int_eq(engine_set_basis(again.b.cx, again.e, col, n, again.row, again.at_most, &ok), STRAIT_OK);
            ck_assert_msg(ok, "seed %d", (int)seed);
            ck_assert(fabs(solved(&again, &end) - value) <= 1e-9 * (1.0 + fabs(value)));
            ck_assert_msg(engine_pivots(again.e) == 0, "seed %d: %ld pivots", (int)seed, engine_pivots(again.e));
        }
        free(col);
        hall_free(&h);
        hall_free(&again);
    }
}
END_TEST

/* Fewer members than rows; a row that no member touches; a column that touches no row. */
enum refused { TOO_FEW, ROW_LEFT, EMPTY_COLUMN, N_REFUSED };

static size_t offer(struct hall *h, enum refused how, size_t *col)
{
    const struct lp *m = h->b.m;
    size_t j = 0, left = 0;

    while (lp_entry(m, j, 0) == 0.0)    /* a column that touches the first row, but not all */
        j++;
    while (lp_entry(m, j, left) != 0.0)
        left++;
    for (size_t i = 0; i < m->n_row; i++)
        h->row[i] = how != TOO_FEW && i != left;
    col[0] = how == EMPTY_COLUMN ? m->col_const : j;
    return 1;
}

/* Refused, or the engine dies and says so (GLPK asserts that no column is empty); never taken. */
START_TEST(what_is_no_basis_is_refused_and_forgotten)
{
    struct hall h = random_hall(1);
    size_t col[1], n = offer(&h, (enum refused)_i, col);
    enum engine_outcome end;
    bool ok = true;
    strait_status st = engine_set_basis(h.b.cx, h.e, col, n, h.row, h.at_most, &ok);

    if (_i == EMPTY_COLUMN) {
        ck_assert(st == STRAIT_EBUG || (st == STRAIT_OK && !ok));
    } else {
        struct hall plain = random_hall(1);
        ck_assert_msg(st == STRAIT_OK, "%s", h.b.cx->message);
        ck_assert(!ok);
        double one = solved(&h, &end), two = solved(&plain, &end);
        ck_assert_int_eq(end, ENGINE_OPTIMAL);
        ck_assert(fabs(one - two) <= 1e-9 * fabs(two));
        ck_assert_int_eq(engine_pivots(h.e), engine_pivots(plain.e));
        hall_free(&plain);
    }
    hall_free(&h);
}
END_TEST

Suite *crash_suite(void)
{
    Suite *s = suite_create("crash");
    TCase *c = tcase_create("bases"), *e = tcase_create("with the engine");

    tcase_add_test(c, without_candidates_all_slacks_stay);
    tcase_add_test(c, no_rows_or_no_columns_are_a_basis_too);
    tcase_add_test(c, dependent_candidates_are_left_out);
    tcase_add_test(c, links_settle_what_blocks_leave);
    tcase_add_test(c, slacks_are_candidates_by_their_weight);
    tcase_add_test(c, random_points_give_bases);
    tcase_add_test(e, bases_of_real_programs_are_taken_and_save_pivots);
    tcase_add_test(e, the_optimal_basis_needs_no_pivot);
    tcase_add_loop_test(e, what_is_no_basis_is_refused_and_forgotten, 0, N_REFUSED);
    suite_add_tcase(s, c);
    suite_add_tcase(s, e);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(crash_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
