/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The structured factor against the whole system, solved densely without it:
 *
 *   [ A D A' + E   B         ] [dy]   [r]
 *   [ B'          -diag(1/g) ] [dx] = [s]
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "linalg/linalg.h"
#include "solve/arrow.h"
#include "support/dense.h"
#include "support/random_case.h"

Suite *arrow_suite(void);

/* A random program: per block `local` rows and `columns` columns, `border` rows that all may touch, `links` columns over blocks. */
struct shape { const char *name; int n_block; size_t local, columns, border, links, alone; bool sparse_blocks, slack; };

static const struct shape shapes[] = {
    { "nothing at all", 0, 0, 0, 0, 0, 0, false, true },
    { "blocks without rows", 3, 0, 0, 2, 0, 4, false, true },
    { "one row", 1, 1, 1, 0, 0, 0, false, true },
    { "one row a block, no border", 5, 1, 3, 0, 0, 0, false, true },
    { "many rows, no border", 4, 7, 12, 0, 0, 0, false, true },
    { "only border", 0, 0, 0, 9, 0, 14, false, true },
    { "only links and blocks", 4, 3, 5, 0, 6, 0, false, true },
    { "a border of one", 4, 4, 9, 1, 0, 0, false, true },
    { "a wide border", 3, 3, 8, 30, 5, 6, false, true },
    { "all kinds", 6, 6, 14, 5, 7, 3, false, true },
    { "all kinds, equalities", 6, 4, 24, 5, 7, 12, false, false },
    { "blocks of all sizes", 8, 9, 9, 4, 5, 2, true, true },
    { "one block", 1, 12, 30, 6, 0, 5, false, true },
    { "many small blocks", 40, 2, 4, 3, 9, 2, true, true },
    { "columns of more entries than 64", 2, 90, 40, 80, 2, 3, false, true },
};
enum { N_SHAPE = sizeof shapes / sizeof *shapes, N_SEED = 12 };

struct system { struct matrix *a; double *entry, *d, *e; int *row_block; size_t m, n; };

static double *zeros(size_t n)
{
    double *v = calloc(n + 1, sizeof *v);

    ck_assert_ptr_nonnull(v);
    return v;
}

/* Rows of the blocks first, then the border; a block has up to `local` rows, exactly so many unless sparse_blocks. */
static void place(struct system *s, const struct shape *f, uint64_t *state, size_t *from, size_t *to)
{
    size_t n = 0;

    s->row_block = calloc((size_t)f->n_block * f->local + f->border + 1, sizeof *s->row_block);
    ck_assert_ptr_nonnull(s->row_block);
    for (int t = 0; t < f->n_block; t++) {
        size_t here = f->sparse_blocks ? (size_t)random_int(state, 0, (int)f->local) : f->local;
        from[t] = n;
        for (size_t i = 0; i < here; i++)
            s->row_block[n++] = t;
        to[t] = n;
    }
    for (size_t i = 0; i < f->border; i++)
        s->row_block[n++] = BLOCK_NONE;
    s->m = n;
}

static void put(struct system *s, uint64_t *state, size_t i, size_t j, double chance)
{
    if (random_unit(state) < chance)
        s->entry[i * s->n + j] = 0.2 + random_unit(state) - (random_unit(state) < 0.3 ? 2.0 : 0.0);
}

/* The columns of blocks, of links over blocks, and of the border alone. */
static void fill(struct system *s, const struct shape *f, uint64_t *state, const size_t *from, const size_t *to)
{
    size_t j = 0, border = s->m - f->border;
    double dense = f->local > 64 ? 1.0 : 0.4;

    for (int t = 0; t < f->n_block; t++)
        for (size_t k = 0; k < f->columns; k++, j++) {
            for (size_t i = from[t]; i < to[t]; i++)
                put(s, state, i, j, dense);
            for (size_t i = border; i < s->m; i++)
                put(s, state, i, j, f->local > 64 ? 1.0 : 0.3);
        }
    for (size_t k = 0; k < f->links; k++, j++)
        for (size_t i = 0; i < s->m; i++)
            put(s, state, i, j, 0.4);
    for (size_t k = 0; k < f->alone; k++, j++)
        for (size_t i = border; i < s->m; i++)
            put(s, state, i, j, 0.6);
}

/* Weights over `decades` powers of ten; a slack on every row or on every other. */
static struct system system_of(const struct shape *f, uint64_t seed, double decades)
{
    struct system s = { 0 };
    size_t from[64], to[64];
    uint64_t state = seed * 77 + 5;

    ck_assert_int_le(f->n_block, 64);
    place(&s, f, &state, from, to);
    s.n = (size_t)f->n_block * f->columns + f->links + f->alone;
    s.entry = zeros(s.m * s.n);
    fill(&s, f, &state, from, to);
    s.a = hand_matrix(s.m, s.n, f->n_block, s.entry, s.row_block);
    s.d = zeros(s.n);
    s.e = zeros(s.m);
    for (size_t j = 0; j < s.n; j++)
        s.d[j] = pow(10.0, decades * (random_unit(&state) - 0.5));
    for (size_t i = 0; i < s.m; i++)
        s.e[i] = f->slack || random_unit(&state) < 0.5 ? 0.5 + random_unit(&state) : 0.0;
    return s;
}

static void system_free(struct system *s)
{
    hand_free(s->a);
    free(s->entry);
    free(s->d);
    free(s->e);
    free(s->row_block);
}

static bool is_link(const struct system *s, size_t j) { return s->a->col_block[j] == BLOCK_LINK; }

/* The whole matrix, links as rows and columns after the m rows.  Its size. */
static size_t whole(const struct system *s, double **out)
{
    size_t n = s->m;

    for (size_t j = 0; j < s->n; j++)
        n += is_link(s, j);
    double *k = zeros(n * n);
    for (size_t i = 0; i < s->m; i++)
        k[i * n + i] = s->e[i];
    for (size_t j = 0, at = s->m; j < s->n; j++) {
        for (size_t p = 0; p < s->m && !is_link(s, j); p++)
            for (size_t q = 0; q < s->m; q++)
                k[p * n + q] += s->d[j] * s->entry[p * s->n + j] * s->entry[q * s->n + j];
        if (!is_link(s, j))
            continue;
        for (size_t p = 0; p < s->m; p++)
            k[p * n + at] = k[at * n + p] = s->entry[p * s->n + j];
        k[at * n + at] = -1.0 / s->d[j];
        at++;
    }
    *out = k;
    return n;
}

static double largest(const double *v, size_t n)
{
    double most = 0.0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(v[i]));
    return most;
}

/* Sides at random; how far the answer is from solving the whole system, relative to its terms. */
static double residual(const struct system *s, struct arrow *w, uint64_t seed, double *answer)
{
    double *k, *r = zeros(s->m), *dx = zeros(s->n), worst = 0.0;
    size_t n = whole(s, &k);
    double *side = zeros(n), *x = zeros(n);
    uint64_t state = seed + 99;

    for (size_t i = 0; i < n; i++)
        side[i] = random_unit(&state) - 0.5;
    memcpy(r, side, s->m * sizeof *r);
    for (size_t j = 0, at = s->m; j < s->n; j++)
        dx[j] = is_link(s, j) ? side[at++] : -7.0;
    arrow_solve(w, r, dx);
    memcpy(x, r, s->m * sizeof *x);
    for (size_t j = 0, at = s->m; j < s->n; j++) {
        if (is_link(s, j))
            x[at++] = dx[j];
        else
            ck_assert_double_eq(dx[j], -7.0);
    }
    for (size_t i = 0; i < n; i++) {
        double sum = -side[i], size = fabs(side[i]);
        for (size_t j = 0; j < n; j++) {
            sum += k[i * n + j] * x[j];
            size += fabs(k[i * n + j] * x[j]);
        }
        worst = fmax(worst, isfinite(sum) ? fabs(sum) / fmax(size, 1e-300) : (double)INFINITY);
    }
    if (answer)
        memcpy(answer, x, n * sizeof *x);
    free(k);
    free(r);
    free(dx);
    free(side);
    free(x);
    return worst;
}

static strait_ctx *context(int threads)
{
    strait_ctx *cx = strait_ctx_new();

    ck_assert_ptr_nonnull(cx);
    cx->threads = threads;
    return cx;
}

/* Against elimination of the whole, not by the residual alone: the weights are mild here, so both must agree. */
START_TEST(it_solves_what_dense_elimination_solves)
{
    strait_ctx *cx = context(1);

    for (uint64_t seed = 0; seed < N_SEED; seed++) {
        struct system s = system_of(&shapes[_i], seed, 2.0);
        struct arrow *w = NULL;
        double *k, *x, *y;
        size_t n = whole(&s, &k);
        uint64_t state = seed + 99;
        x = zeros(n);
        y = zeros(n);
        for (size_t i = 0; i < n; i++)
            y[i] = random_unit(&state) - 0.5;
        ck_assert_int_eq(arrow_new(cx, s.a, &w), STRAIT_OK);
        if (dense_solve(n, k, y)) {
            bool ok = arrow_factor(w, s.d, s.e);
            ck_assert_msg(ok || !shapes[_i].slack, "%s %d: lost", shapes[_i].name, (int)seed);
            double r = ok ? residual(&s, w, seed, x) : 0.0, size = largest(y, n);
            ck_assert_msg(r <= 1e-11, "%s %d: residual %g", shapes[_i].name, (int)seed, r);
            for (size_t i = 0; i < n && ok && shapes[_i].slack; i++)
                ck_assert_msg(fabs(x[i] - y[i]) <= 1e-8 * size, "%s %d: %zu of %zu: %g, not %g", shapes[_i].name, (int)seed, i, n, x[i], y[i]);
        }
        arrow_free(w);
        free(k);
        free(x);
        free(y);
        system_free(&s);
    }
    strait_ctx_free(cx);
}
END_TEST

/* As near an optimum: weights over 16 decades. */
START_TEST(weights_of_all_sizes_leave_a_small_residual)
{
    strait_ctx *cx = context(1);

    for (uint64_t seed = 0; seed < N_SEED; seed++) {
        struct system s = system_of(&shapes[_i], seed, 16.0);
        struct arrow *w = NULL;
        ck_assert_int_eq(arrow_new(cx, s.a, &w), STRAIT_OK);
        if (arrow_factor(w, s.d, s.e)) {
            double r = residual(&s, w, seed, NULL);
            ck_assert_msg(r <= 1e-6, "%s %d: residual %g", shapes[_i].name, (int)seed, r);
        } else {
            ck_assert_msg(!shapes[_i].slack, "%s %d: lost", shapes[_i].name, (int)seed);
        }
        arrow_free(w);
        system_free(&s);
    }
    strait_ctx_free(cx);
}
END_TEST

/* The same object again with other weights, then with the first: nothing of one factor is left in the next. */
START_TEST(a_factor_leaves_nothing_behind)
{
    strait_ctx *cx = context(1);
    struct system s = system_of(&shapes[_i], 3, 2.0), other = system_of(&shapes[_i], 3, 5.0);
    size_t n = s.m + s.n;
    double *first = zeros(n), *again = zeros(n);
    struct arrow *w = NULL;

    ck_assert_int_eq(arrow_new(cx, s.a, &w), STRAIT_OK);
    if (arrow_factor(w, s.d, s.e)) {
        residual(&s, w, 1, first);
        (void)!arrow_factor(w, other.d, other.e);
        ck_assert(arrow_factor(w, s.d, s.e));
        residual(&s, w, 1, again);
        ck_assert_int_eq(memcmp(first, again, n * sizeof *first), 0);
    }
    arrow_free(w);
    free(first);
    free(again);
    system_free(&s);
    system_free(&other);
    strait_ctx_free(cx);
}
END_TEST

START_TEST(threads_change_no_bit)
{
    struct system s = system_of(&shapes[_i], 5, 6.0);
    size_t n = s.m + s.n;
    double *x[2] = { zeros(n), zeros(n) };
    bool ok[2];

    for (int i = 0; i < 2; i++) {
        strait_ctx *cx = context(i == 0 ? 1 : 3);
        struct arrow *w = NULL;
        ck_assert_int_eq(arrow_new(cx, s.a, &w), STRAIT_OK);
        ok[i] = arrow_factor(w, s.d, s.e);
        if (ok[i])
            residual(&s, w, 2, x[i]);
        arrow_free(w);
        strait_ctx_free(cx);
    }
    ck_assert(ok[0] == ok[1]);
    ck_assert_int_eq(memcmp(x[0], x[1], n * sizeof *x[0]), 0);
    free(x[0]);
    free(x[1]);
    system_free(&s);
}
END_TEST

/* Two rows of a block that differ by next to nothing, without slack: lost and said so, or solved; never a NaN. */
START_TEST(a_block_near_singular_is_solved_or_told)
{
    static const double apart[] = { 0.0, 1e-15, 1e-12, 1e-8, 1e-4 };
    strait_ctx *cx = context(1);

    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
        const double entry[] = { 1.0, 1.0, 1.0, 1.0, 1.0, 1.0 + apart[i], 0.0, 2.0, 1.0 };
        const int block[] = { 0, 0, BLOCK_NONE };
        const double d[] = { 1.0, 1.0, 1.0 }, e[] = { 0.0, 0.0, 0.0 };
        struct matrix *a = hand_matrix(3, 3, 1, entry, block);
        struct arrow *w = NULL;
        double r[] = { 1.0, -2.0, 3.0 }, dx[3] = { 0.0 };
        ck_assert_int_eq(arrow_new(cx, a, &w), STRAIT_OK);
        if (arrow_factor(w, d, e)) {
            arrow_solve(w, r, dx);
            ck_assert(isfinite(r[0]) && isfinite(r[1]) && isfinite(r[2]));
        } else {
            ck_assert_double_lt(apart[i], 1e-4);
        }
        arrow_free(w);
        hand_free(a);
    }
    strait_ctx_free(cx);
}
END_TEST

START_TEST(what_is_not_positive_definite_is_lost_not_solved)
{
    const double entry[] = { 1.0, 1.0, 1.0, 2.0 }, d[] = { 1.0, 1.0 }, below[] = { 1.0, -50.0 };
    const int block[] = { 0, 0 };
    strait_ctx *cx = context(1);
    struct matrix *a = hand_matrix(2, 2, 1, entry, block);
    struct arrow *w = NULL;

    ck_assert_int_eq(arrow_new(cx, a, &w), STRAIT_OK);
    ck_assert(!arrow_factor(w, d, below));
    arrow_free(w);
    hand_free(a);
    strait_ctx_free(cx);
}
END_TEST

START_TEST(the_border_counts_its_rows_and_links)
{
    strait_ctx *cx = context(1);

    for (size_t i = 0; i < N_SHAPE; i++) {
        struct system s = system_of(&shapes[i], 1, 2.0);
        struct arrow *w = NULL;
        size_t links = 0;
        for (size_t j = 0; j < s.n; j++)
            links += is_link(&s, j);
        ck_assert_int_eq(arrow_new(cx, s.a, &w), STRAIT_OK);
        ck_assert_uint_eq(arrow_border(w), shapes[i].border + links);
        arrow_free(w);
        system_free(&s);
    }
    strait_ctx_free(cx);
}
END_TEST

/* ---- the dense pieces (linalg/factor.c), each against its definition ---- */

enum { N = 7, K = 5 };

static void random_fill(double *v, size_t n, uint64_t seed)
{
    uint64_t state = seed;

    for (size_t i = 0; i < n; i++)
        v[i] = random_unit(&state) - 0.5;
}

/* L of a random positive matrix, by linalg_factor; `a` keeps the matrix. */
static void lower(double *a, double *l)
{
    double half[N * N];

    random_fill(half, N * N, 3);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            a[i * N + j] = i == j ? 0.5 : 0.0;
            for (size_t k = 0; k < N; k++)
                a[i * N + j] += half[i * N + k] * half[j * N + k];
        }
    memcpy(l, a, N * N * sizeof *l);
    ck_assert(linalg_factor(N, l));
}

START_TEST(the_factor_is_in_the_lower_triangle)
{
    double a[N * N], l[N * N];

    lower(a, l);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double sum = 0.0;
            for (size_t k = 0; k <= (i < j ? i : j); k++)
                sum += l[i * N + k] * l[j * N + k];
            ck_assert_double_eq_tol(sum, a[i * N + j], 1e-12);
            ck_assert(j <= i || l[i * N + j] == a[i * N + j]);
        }
}
END_TEST

START_TEST(what_has_no_factor_is_told)
{
    double indefinite[] = { 1.0, 0.0, 2.0, 1.0 }, nothing[1] = { -1.0 };

    ck_assert(!linalg_factor(2, indefinite));
    ck_assert(!linalg_factor(1, nothing));
    ck_assert(linalg_factor(0, nothing));
}
END_TEST

START_TEST(triangles_undo_their_products)
{
    double a[N * N], l[N * N], x[N], y[N], z[N] = { 0.0 }, b[K * N], c[K * N] = { 0.0 };

    lower(a, l);
    random_fill(x, N, 4);
    random_fill(b, K * N, 5);
    for (int transposed = 0; transposed < 2; transposed++) {
        memset(z, 0, sizeof z);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                z[i] += (transposed ? (j >= i ? l[j * N + i] : 0.0) : (j <= i ? l[i * N + j] : 0.0)) * x[j];
        memcpy(y, z, sizeof y);
        linalg_triangle_solve(N, l, transposed != 0, y);
        for (size_t i = 0; i < N; i++)
            ck_assert_double_eq_tol(y[i], x[i], 1e-11);
    }
    for (size_t i = 0; i < K; i++)      /* c = b L' */
        for (size_t j = 0; j < N; j++)
            for (size_t k = 0; k <= j; k++)
                c[i * N + j] += b[i * N + k] * l[j * N + k];
    linalg_right_solve(K, N, l, c);
    for (size_t i = 0; i < K * N; i++)
        ck_assert_double_eq_tol(c[i], b[i], 1e-11);
}
END_TEST

START_TEST(products_are_added_with_their_factor)
{
    double a[K * N], x[N], y[K], c[N * N], d[K * K], t[N];

    random_fill(a, K * N, 6);
    random_fill(x, N, 7);
    random_fill(y, K, 8);
    for (size_t i = 0; i < N * N; i++)
        c[i] = 1.0;
    for (size_t i = 0; i < K * K; i++)
        d[i] = 1.0;
    linalg_rank_k(N, K, -2.0, a, false, c);
    linalg_rank_k(K, N, 3.0, a, true, d);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double sum = 1.0;
            for (size_t k = 0; k < K && j <= i; k++)
                sum -= 2.0 * a[k * N + i] * a[k * N + j];
            ck_assert_double_eq_tol(c[i * N + j], sum, 1e-13);
        }
    for (size_t i = 0; i < K; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 1.0;
            for (size_t k = 0; k < N; k++)
                sum += 3.0 * a[i * N + k] * a[j * N + k];
            ck_assert_double_eq_tol(d[i * K + j], sum, 1e-13);
        }
    for (size_t j = 0; j < N; j++)
        t[j] = x[j];
    linalg_add_product(K, N, 2.0, a, true, y, t);
    for (size_t j = 0; j < N; j++) {
        double sum = x[j];
        for (size_t i = 0; i < K; i++)
            sum += 2.0 * a[i * N + j] * y[i];
        ck_assert_double_eq_tol(t[j], sum, 1e-13);
    }
    memcpy(d, y, sizeof y);
    linalg_add_product(K, N, -1.0, a, false, x, d);
    for (size_t i = 0; i < K; i++) {
        double sum = y[i];
        for (size_t j = 0; j < N; j++)
            sum -= a[i * N + j] * x[j];
        ck_assert_double_eq_tol(d[i], sum, 1e-13);
    }
}
END_TEST

Suite *arrow_suite(void)
{
    Suite *s = suite_create("arrow");
    TCase *w = tcase_create("whole systems"), *h = tcase_create("hard blocks"), *l = tcase_create("dense pieces");

    tcase_add_loop_test(w, it_solves_what_dense_elimination_solves, 0, N_SHAPE);
    tcase_add_loop_test(w, weights_of_all_sizes_leave_a_small_residual, 0, N_SHAPE);
    tcase_add_loop_test(w, a_factor_leaves_nothing_behind, 0, N_SHAPE);
    tcase_add_loop_test(w, threads_change_no_bit, 0, N_SHAPE);
    tcase_add_test(w, the_border_counts_its_rows_and_links);
    tcase_add_test(h, a_block_near_singular_is_solved_or_told);
    tcase_add_test(h, what_is_not_positive_definite_is_lost_not_solved);
    tcase_add_test(l, the_factor_is_in_the_lower_triangle);
    tcase_add_test(l, what_has_no_factor_is_told);
    tcase_add_test(l, triangles_undo_their_products);
    tcase_add_test(l, products_are_added_with_their_factor);
    suite_add_tcase(s, w);
    suite_add_tcase(s, h);
    suite_add_tcase(s, l);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(arrow_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
