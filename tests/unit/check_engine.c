/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GLPK behind its wall: what it answers, and every way in which it fails, caught and silent. */
#include <check.h>
#include <glpk.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tolerance.h"
#include "solve/solve.h"
#include "support/case_build.h"
#include "support/lp_bench.h"
#include "support/oracle.h"
#include "support/random_case.h"

Suite *engine_suite(void);

/* The case of check_certify.c: 10 accelerator-days of work, 6 accelerators at 1 and 10 at 3 CUR an hour: 432. */
static const struct small_record two_prices[] = {
    { KIND_settings, "start=2027-01-04; period=day; periods=1" },
    { KIND_company, "name=acme; seat=CN" },
    { KIND_accelerator, "name=chip; vendor=v; family=f; bf16=500; memory=80; memory_bandwidth=3000; rated_power=1000; idle_power=200" },
    { KIND_site, "name=site; country=CN; shore=onshore; pue=1.5; tariff=0.1; carbon=500" },
    { KIND_offer, "name=cheap; site=site; accelerator=chip; contract=on_demand; price=1; count=6; includes=power" },
    { KIND_offer, "name=dear; site=site; accelerator=chip; contract=on_demand; price=3; count=10; includes=power" },
    { KIND_model, "name=m; total_params=8; active_params=8; layers=32; hidden=4096" },
    { KIND_pinned_rate, "workload=run; accelerator=chip; phase=train; rate=1000" },
    { KIND_workload, "name=run; company=acme; task=training; model=m; tokens=864000000" },
    { KIND_settings, NULL },
};

struct hall { struct lp_bench b; engine *e; double *x, *y, objective; bool feasible; };

static double *zeros(size_t n)
{
    double *v = calloc(n + 1, sizeof *v);

    ck_assert_ptr_nonnull(v);
    return v;
}

static struct hall hall_of(struct lp_bench b)
{
    struct hall h = { .b = b };

    h.x = zeros(b.m->n_col);
    h.y = zeros(b.m->n_row);
    ck_assert_int_eq(engine_new(b.cx, b.m, &h.e), STRAIT_OK);
    return h;
}

static void hall_free(struct hall *h)
{
    engine_free(h->e);
    lp_bench_free(&h->b);
    free(h->x);
    free(h->y);
}

static strait_status add_all(struct hall *h)
{
    size_t *col = calloc(h->b.m->n_col, sizeof *col);
    strait_status st;

    ck_assert_ptr_nonnull(col);
    for (size_t j = 0; j < h->b.m->n_col; j++)
        col[j] = j;
    st = engine_add(h->b.cx, h->e, col, h->b.m->n_col);
    free(col);
    return st;
}

static enum engine_outcome solved(struct hall *h, bool elastic)
{
    enum engine_outcome end = ENGINE_FAILED;

    ck_assert_int_eq(engine_solve(h->b.cx, h->e, ENGINE_DUAL, elastic, 0.0, &end), STRAIT_OK);
    engine_solution(h->e, h->x, h->y, &h->objective, &h->feasible);
    return end;
}

START_TEST(a_known_optimum_is_found_with_its_duals)
{
    struct hall h = hall_of(lp_bench_new(two_prices, NULL));
    size_t cheap = lp_col(h.b.m, COL_RUN, "run", "cheap", NULL, 0), peak = lp_row_at(h.b.m, ROW_PEAK, "cheap", 0);

    ck_assert_int_eq(add_all(&h), STRAIT_OK);
    ck_assert_uint_eq(engine_cols(h.e), h.b.m->n_col);
    ck_assert_int_eq(solved(&h, false), ENGINE_OPTIMAL);
    ck_assert(h.feasible && near_rel(h.objective, 432.0, 1e-12));
    ck_assert(near_rel(h.x[cheap], 6.0, 1e-12));
    ck_assert(near_rel(h.y[peak], -48.0, 1e-12));
    ck_assert(!engine_basic(h.e, h.b.m->col_const));
    ck_assert_int_gt(engine_pivots(h.e), 0);
    hall_free(&h);
}
END_TEST

START_TEST(columns_added_twice_are_there_once)
{
    struct hall h = hall_of(lp_bench_new(two_prices, NULL));
    const size_t twice[] = { 0, 0, 1 };

    ck_assert(!engine_has(h.e, 0));
    ck_assert_int_eq(engine_add(h.b.cx, h.e, twice, 3), STRAIT_OK);
    ck_assert(engine_has(h.e, 0));
    ck_assert_uint_eq(engine_cols(h.e), 2);
    ck_assert_int_eq(add_all(&h), STRAIT_OK);
    ck_assert_uint_eq(engine_cols(h.e), h.b.m->n_col);
    hall_free(&h);
}
END_TEST

/* 20 accelerator-days of work on 16: the elastic phase lacks 4 of them, money says infeasible, and less work mends it. */
START_TEST(the_elastic_phase_measures_what_is_missing)
{
    struct hall h = hall_of(lp_bench_new(two_prices, NULL));
    struct lp_row *work = &h.b.m->row[lp_row_at(h.b.m, ROW_DEMAND, "run", -1)];
    double each = lp_entry(h.b.m, lp_col(h.b.m, COL_RUN, "run", "dear", NULL, 0), lp_row_at(h.b.m, ROW_DEMAND, "run", -1));

    ck_assert_int_eq(add_all(&h), STRAIT_OK);
    work->lo = work->up = 20.0 * each;
    ck_assert_int_eq(engine_refresh(h.b.cx, h.e), STRAIT_OK);
    ck_assert_int_eq(solved(&h, false), ENGINE_INFEASIBLE);
    ck_assert_int_eq(solved(&h, true), ENGINE_OPTIMAL);
    ck_assert(!h.feasible);
    ck_assert(near_rel(h.objective, 4.0 * fmin(1.0, each), 1e-9));
    work->lo = work->up = 10.0 * each;
    ck_assert_int_eq(engine_refresh(h.b.cx, h.e), STRAIT_OK);
    ck_assert_int_eq(solved(&h, true), ENGINE_OPTIMAL);
    ck_assert_double_le(fabs(h.objective), TOL_ZERO);
    ck_assert_int_eq(solved(&h, false), ENGINE_OPTIMAL);
    ck_assert(h.feasible && near_rel(h.objective, 432.0, 1e-9));
    hall_free(&h);
}
END_TEST

/* Between 6 and 16 accelerator-days the dear offer is the next one; the cheap offer's dual holds from none to all. */
/* Without its work nothing costs anything; then the lp's own work is back. */
START_TEST(sides_of_other_rows_hold_until_they_are_refreshed)
{
    struct hall h = hall_of(lp_bench_new(two_prices, NULL));
    size_t n = h.b.m->n_row, work = lp_row_at(h.b.m, ROW_DEMAND, "run", -1);
    struct lp_row *other = calloc(n, sizeof *other);

    ck_assert_ptr_nonnull(other);
    memcpy(other, h.b.m->row, n * sizeof *other);
    other[work].lo = other[work].up = 0.0;
    ck_assert_int_eq(add_all(&h), STRAIT_OK);
    ck_assert_int_eq(engine_set_rows(h.b.cx, h.e, other), STRAIT_OK);
    ck_assert_int_eq(solved(&h, false), ENGINE_OPTIMAL);
    ck_assert(h.feasible && fabs(h.objective) <= TOL_ZERO);
    ck_assert_int_eq(engine_refresh(h.b.cx, h.e), STRAIT_OK);
    ck_assert_int_eq(solved(&h, false), ENGINE_OPTIMAL);
    ck_assert(h.feasible && near_rel(h.objective, 432.0, 1e-12));
    free(other);
    hall_free(&h);
}
END_TEST

START_TEST(ranges_are_those_of_the_basis)
{
    struct hall h = hall_of(lp_bench_new(two_prices, NULL));
    size_t work = lp_row_at(h.b.m, ROW_DEMAND, "run", -1), peak = lp_row_at(h.b.m, ROW_PEAK, "cheap", 0);
    double each = lp_entry(h.b.m, lp_col(h.b.m, COL_RUN, "run", "dear", NULL, 0), work), low, high;

    ck_assert_int_eq(add_all(&h), STRAIT_OK);
    ck_assert(!engine_range(h.e, work, &low, &high));
    ck_assert_int_eq(solved(&h, false), ENGINE_OPTIMAL);
    ck_assert(engine_range(h.e, work, &low, &high));
    ck_assert(near_rel(low, 6.0 * each, 1e-9) && near_rel(high, 16.0 * each, 1e-9));
    ck_assert(engine_range(h.e, peak, &low, &high));
    ck_assert(near_abs_rel(low, 0.0, 1e-9, 0.0) && near_rel(high, 10.0, 1e-9));
    ck_assert(!engine_range(h.e, lp_row_at(h.b.m, ROW_PEAK, "dear", 0), &low, &high));
    hall_free(&h);
}
END_TEST

START_TEST(open_bounds_on_both_sides_are_taken)
{
    struct hall h = hall_of(lp_bench_new(two_prices, NULL));
    struct lp *m = h.b.m;
    size_t cheap = lp_col(m, COL_RUN, "run", "cheap", NULL, 0);

    m->row[lp_row_at(m, ROW_PEAK, "cheap", 0)].up = (double)INFINITY;
    m->lo[cheap] = (double)-INFINITY;
    ck_assert_int_eq(add_all(&h), STRAIT_OK);
    ck_assert_int_eq(engine_refresh(h.b.cx, h.e), STRAIT_OK);
    ck_assert_int_eq(solved(&h, false), ENGINE_OPTIMAL);
    ck_assert(near_rel(h.objective, 240.0, 1e-9));     /* all of it on the cheap one */
    hall_free(&h);
}
END_TEST

/* ---- failures ---- */

enum harm { NAN_RATE, INF_RATE, NAN_COST, NAN_SIDE, CROSSED, ROW_FAR_OUT, ROW_TWICE, N_HARM };

/* Break the program as no case can. */
static void harm(struct lp *m, int how)
{
    size_t cheap = lp_col(m, COL_RUN, "run", "cheap", NULL, 0);
    size_t work = lp_row_at(m, ROW_DEMAND, "run", -1);

    switch (how) {
    case NAN_RATE: case INF_RATE:
        for (size_t k = 0; k < m->n_strip; k++)
            m->strip[k].rate = how == NAN_RATE ? (double)NAN : (double)INFINITY;
        break;
    case NAN_COST: m->cost[cheap] = (double)NAN; break;
    case NAN_SIDE: m->row[work].lo = m->row[work].up = (double)NAN; break;
    case CROSSED: m->lo[cheap] = 5.0; m->up[cheap] = 1.0; break;
    case ROW_FAR_OUT: m->row_run[0] = 100000; break;
    default: m->n_row = 1; break;    /* entries beyond the rows that the solver knows */
    }
}

/* Text that came to stdout and stderr since `mute_begin`. */
struct mute { int out, err; FILE *file; };

static struct mute mute_begin(void)
{
    struct mute k = { dup(1), dup(2), tmpfile() };

    ck_assert_ptr_nonnull(k.file);
    fflush(NULL);
    ck_assert_int_ge(dup2(fileno(k.file), 1), 0);
    ck_assert_int_ge(dup2(fileno(k.file), 2), 0);
    return k;
}

static long mute_end(struct mute *k)
{
    long n;

    fflush(NULL);
    dup2(k->out, 1);
    dup2(k->err, 2);
    close(k->out);
    close(k->err);
    fseek(k->file, 0, SEEK_END);
    n = ftell(k->file);
    fclose(k->file);
    return n;
}

/* Nothing but a failure with words, or an answer that says what it is: never "optimal". */
START_TEST(a_broken_program_is_never_optimal_and_never_fatal)
{
    struct lp_bench b = lp_bench_new(two_prices, NULL);
    struct solution *s = NULL;
    strait_status st;

    harm(b.m, _i);
    st = solve_lp(b.cx, b.m, true, &s);
    if (st == STRAIT_OK)
        ck_assert_int_ne(s->outcome, STRAIT_OPTIMAL);
    else
        ck_assert(st == STRAIT_EBUG && b.cx->message[0] != '\0' && s == NULL);
    solution_free(s);
    lp_bench_free(&b);
}
END_TEST

START_TEST(after_an_abort_the_engine_is_dead_and_the_next_one_lives)
{
    struct hall h = hall_of(lp_bench_new(two_prices, NULL)), next;
    double low, high;
    enum engine_outcome end;
    const size_t none[] = { 0 };

    harm(h.b.m, ROW_FAR_OUT);
    ck_assert_int_eq(add_all(&h), STRAIT_EBUG);
    ck_assert_ptr_nonnull(strstr(h.b.cx->message, "LP solver"));
    ck_assert_int_eq(engine_solve(h.b.cx, h.e, ENGINE_PRIMAL, false, 0.0, &end), STRAIT_EBUG);
    ck_assert_int_eq(engine_refresh(h.b.cx, h.e), STRAIT_EBUG);
    ck_assert_int_eq(engine_set_rows(h.b.cx, h.e, h.b.m->row), STRAIT_EBUG);
    ck_assert_int_eq(engine_add(h.b.cx, h.e, none, 1), STRAIT_EBUG);
    ck_assert(!engine_range(h.e, 0, &low, &high) && !engine_basic(h.e, 0));
    engine_solution(h.e, h.x, h.y, &h.objective, &h.feasible);
    ck_assert(!h.feasible && isnan(h.objective));
    hall_free(&h);
    next = hall_of(lp_bench_new(two_prices, NULL));
    ck_assert_int_eq(add_all(&next), STRAIT_OK);
    ck_assert_int_eq(solved(&next, false), ENGINE_OPTIMAL);
    hall_free(&next);
}
END_TEST

/* An abort takes the thread's environment, and with it the other's problem: neither may be touched. */
START_TEST(an_abort_kills_all_engines_of_the_thread)
{
    struct hall first = hall_of(lp_bench_new(two_prices, NULL)), second = hall_of(lp_bench_new(two_prices, NULL));
    enum engine_outcome end;

    ck_assert_int_eq(add_all(&first), STRAIT_OK);
    ck_assert_int_eq(solved(&first, false), ENGINE_OPTIMAL);
    harm(second.b.m, ROW_FAR_OUT);
    ck_assert_int_eq(add_all(&second), STRAIT_EBUG);
    ck_assert_int_eq(engine_solve(first.b.cx, first.e, ENGINE_PRIMAL, false, 0.0, &end), STRAIT_EBUG);
    ck_assert_int_eq(engine_refresh(first.b.cx, first.e), STRAIT_EBUG);
    hall_free(&first);
    hall_free(&second);
}
END_TEST

/* A program that embeds us may use GLPK itself: its problem outlives our engines. */
START_TEST(the_environment_of_the_embedding_program_is_left_alone)
{
    glp_prob *theirs = glp_create_prob();
    struct hall h = hall_of(lp_bench_new(two_prices, NULL));

    glp_add_rows(theirs, 3);
    ck_assert_int_eq(add_all(&h), STRAIT_OK);
    ck_assert_int_eq(solved(&h, false), ENGINE_OPTIMAL);
    hall_free(&h);
    ck_assert_int_eq(glp_get_num_rows(theirs), 3);
    ck_assert_int_eq(glp_add_rows(theirs, 1), 4);
    glp_delete_prob(theirs);
    glp_free_env();
}
END_TEST

START_TEST(nothing_is_ever_printed)
{
    struct mute k = mute_begin();
    long n;

    for (int how = 0; how < N_HARM; how++) {
        struct lp_bench b = lp_bench_new(two_prices, NULL);
        struct solution *s = NULL;
        strait_status st;
        harm(b.m, how);
        st = solve_lp(b.cx, b.m, true, &s);
        ck_assert(st == STRAIT_OK || st == STRAIT_EBUG);
        solution_free(s);
        lp_bench_free(&b);
    }
    n = mute_end(&k);
    ck_assert_int_eq(n, 0);
}
END_TEST

/* A program of some thousand pivots: 40 runs and 20 services on 12 offers over 26 weeks. */
static struct lp_bench large(void)
{
    strait_ctx *cx = strait_ctx_new();
    strait_case *c = case_from_text(cx, "");
    char text[400];

    ck_assert_int_eq(case_add_text(cx, c, case_small), STRAIT_OK);
    ck_assert_int_eq(case_add_text(cx, c, "periods=26\n"), STRAIT_OK);
    for (int i = 0; i < 12; i++) {
        snprintf(text, sizeof text, "+offers o%d; site=johor; accelerator=h200; contract=%s; price=1.%d; count=300; %s\n", i,
                 i % 2 ? "on_demand" : "lease", (i * 37) % 100, i % 2 ? "" : "term=28; maximum=300; start_grid=week");
        ck_assert_int_eq(case_add_text(cx, c, text), STRAIT_OK);
    }
    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof text, i % 3 ? "+workloads w%d; company=acme; task=training; model=m70; tokens=%de10; max_parallel=%d\n"
                 : "+workloads w%d; company=acme; task=service; model=m70; input_len=1000; output_len=%d\n"
                   "+demands; workload=w%d; region=home; requests=20000\n", i, i % 3 ? 1 + i % 7 : 250, i % 3 ? 200 + i : i);
        ck_assert_int_eq(case_add_text(cx, c, text), STRAIT_OK);
    }
    ck_assert_msg(case_finish(cx, c) == STRAIT_OK, "%s: %s", cx->faults.v[0].key, cx->faults.v[0].text);
    return lp_bench_of(cx, c);
}

static int stop(void *data, const char *stage, double elapsed_s, double gap)
{
    int *left = data;

    (void)stage;
    (void)elapsed_s;
    (void)gap;
    return --*left < 0;
}

START_TEST(a_deadline_or_a_cancel_stops_it_and_it_can_go_on)
{
    struct hall h = hall_of(large());
    enum engine_outcome end;
    int left = 0;

    ck_assert_int_eq(add_all(&h), STRAIT_OK);
    ck_assert_int_eq(engine_solve(h.b.cx, h.e, ENGINE_DUAL, false, cx_now() - 1.0, &end), STRAIT_OK);
    ck_assert_int_eq(end, ENGINE_LIMIT);
    strait_on_progress(h.b.cx, stop, &left);
    ck_assert_int_eq(engine_solve(h.b.cx, h.e, ENGINE_DUAL, false, 0.0, &end), STRAIT_OK);
    ck_assert_int_eq(end, ENGINE_LIMIT);
    strait_on_progress(h.b.cx, NULL, NULL);
    ck_assert_int_eq(solved(&h, false), ENGINE_OPTIMAL);
    ck_assert(h.feasible);
    hall_free(&h);
}
END_TEST

START_TEST(a_tiny_time_limit_ends_soon_and_says_so)
{
    struct lp_bench b = large();
    struct solution *s;
    double begin = cx_now();

    b.cx->time_limit_s = 1e-9;
    ck_assert_int_eq(solve_lp(b.cx, b.m, true, &s), STRAIT_OK);
    ck_assert(s->outcome == STRAIT_NO_PLAN || s->outcome == STRAIT_FEASIBLE);
    ck_assert_double_lt(cx_now() - begin, getenv("STRAIT_SLOW") ? 120.0 : 5.0);
    solution_free(s);
    lp_bench_free(&b);
}
END_TEST

/* GLPK aborts when it has no memory; the next engine of the thread starts anew. */
START_TEST(no_memory_in_the_solver_is_enomem)
{
    struct lp_bench b = large();
    struct solution *s = NULL;

    glp_mem_limit(1);
    ck_assert_int_eq(solve_lp(b.cx, b.m, false, &s), STRAIT_ENOMEM);
    ck_assert_ptr_null(s);
    ck_assert_ptr_nonnull(strstr(b.cx->message, "memory"));
    lp_bench_free(&b);
    b = lp_bench_new(two_prices, NULL);
    ck_assert_int_eq(solve_lp(b.cx, b.m, false, &s), STRAIT_OK);
    ck_assert_int_eq(s->outcome, STRAIT_OPTIMAL);
    solution_free(s);
    lp_bench_free(&b);
}
END_TEST

/* ---- threads ---- */

enum { N_THREAD = 2, N_SEED = 12 };

struct task { pthread_t thread; bool break_some; double cost[N_SEED]; bool ok; };

/* No assertion of Check in here: it may only fail in the thread that began the test. */
static void *solve_some(void *data)
{
    struct task *k = data;

    k->ok = true;
    for (size_t i = 0; i < N_SEED; i++) {
        strait_ctx *cx = strait_ctx_new();
        struct lp_bench b = lp_bench_of(cx, random_case(cx, i, &(struct random_twist){ 0 }));
        struct solution *s = NULL;
        if (k->break_some && i % 3 == 0) {
            b.m->row_run[0] = 100000;
            cx->engine_glpk = true;     /* at once: the structured start believes its rows */
        }
        strait_status st = solve_lp(cx, b.m, true, &s);
        k->ok = k->ok && (st == STRAIT_OK || k->break_some);
        k->cost[i] = st == STRAIT_OK ? s->cert.primal_objective : -1.0;
        solution_free(s);
        lp_bench_free(&b);
    }
    return NULL;
}

START_TEST(threads_do_not_disturb_each_other)
{
    static struct task task[N_THREAD], alone;

    task[1].break_some = true;      /* its engines die while the other's live */
    solve_some(&alone);
    for (int i = 0; i < N_THREAD; i++)
        ck_assert_int_eq(pthread_create(&task[i].thread, NULL, solve_some, &task[i]), 0);
    for (int i = 0; i < N_THREAD; i++)
        ck_assert_int_eq(pthread_join(task[i].thread, NULL), 0);
    ck_assert(alone.ok && task[0].ok);
    for (size_t i = 0; i < N_SEED; i++)
        ck_assert_msg(task[0].cost[i] == alone.cost[i] || (isnan(task[0].cost[i]) && isnan(alone.cost[i])), "seed %zu", i);
}
END_TEST

Suite *engine_suite(void)
{
    Suite *s = suite_create("engine");
    TCase *c = tcase_create("answers"), *f = tcase_create("failures"), *t = tcase_create("limits and threads");

    tcase_add_test(c, a_known_optimum_is_found_with_its_duals);
    tcase_add_test(c, columns_added_twice_are_there_once);
    tcase_add_test(c, the_elastic_phase_measures_what_is_missing);
    tcase_add_test(c, sides_of_other_rows_hold_until_they_are_refreshed);
    tcase_add_test(c, ranges_are_those_of_the_basis);
    tcase_add_test(c, open_bounds_on_both_sides_are_taken);
    tcase_add_loop_test(f, a_broken_program_is_never_optimal_and_never_fatal, 0, N_HARM);
    tcase_add_test(f, after_an_abort_the_engine_is_dead_and_the_next_one_lives);
    tcase_add_test(f, an_abort_kills_all_engines_of_the_thread);
    tcase_add_test(f, the_environment_of_the_embedding_program_is_left_alone);
    tcase_add_test(f, nothing_is_ever_printed);
    tcase_add_test(f, no_memory_in_the_solver_is_enomem);
    tcase_add_test(t, a_deadline_or_a_cancel_stops_it_and_it_can_go_on);
    tcase_add_test(t, a_tiny_time_limit_ends_soon_and_says_so);
    tcase_add_test(t, threads_do_not_disturb_each_other);
    suite_add_tcase(s, c);
    suite_add_tcase(s, f);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(engine_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
