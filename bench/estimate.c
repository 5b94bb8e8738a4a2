/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * estimate - the cost kernel against the machine, a plain loop and NumPy, in one run.
 *
 *   estimate [--runs N] [--numpy FILE] CASE
 *   estimate --once kernel         one round of products in this process: a line "NAME VALUE" for each measure
 *   estimate --once plan CASE N    N rounds of pricing the plan of a case again
 *
 * OpenBLAS chooses its kernels when a process starts, so each round of each choice is a process of its own, and they take
 * turns: a busy minute meets all of them.  Everything is told as the median over the rounds.
 */
#include <cblas.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/pool.h"
#include "estimate/sample.h"
#include "explain/exposure.h"
#include "solve/solve.h"

/* The loop is measured at its best: the Makefile adds -march=native, and gcc vectorises it from here on. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

char *openblas_get_corename(void);
void openblas_set_num_threads(int n);

enum { MAX_RUNS = 99, LINES = 1905, SCENARIOS = 1024, SQUARE = 1000, FACTORS = 32, MANY = 100000, MAX_MEASURES = 120 };

static const size_t features[] = { 1, 2, 4, 8, 12, 16, 24, 32 };

enum { N_FEATURES = sizeof features / sizeof *features };

static volatile double sink;      /* so that no result is left uncomputed */

static double seconds(clockid_t of)
{
    struct timespec t = { 0 };

    (void)clock_gettime(of, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* By the wall; of this thread; of all threads.  Rates are per CPU second: on a shared machine a wall measures the neighbours. */
static double wall(void) { return seconds(CLOCK_MONOTONIC); }
static double now(void) { return seconds(CLOCK_THREAD_CPUTIME_ID); }
static double cpu_now(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

static void *room(size_t n)
{
    void *p = aligned_alloc(64, (n * sizeof(double) + 63) / 64 * 64);

    if (p == NULL) {
        perror("estimate");
        exit(7);
    }
    memset(p, 0, n * sizeof(double));
    return p;
}

static void fill(double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        v[i] = 0.5 + (double)(i * 7919 % 1000) / 1000;
}

/* ---- the same work three ways: costs = money (LINES x k) * factors (k x SCENARIOS), each cost added to its scenario ---- */

struct work {
    size_t k;
    double *money, *factor;    /* factor: in blocks of SCENARIO_BLOCK columns */
    double *sum;               /* SCENARIOS */
    bool add;                  /* or only make them */
    const struct linalg_kernel *kernel;
    strait_ctx *cx;
    struct price_term term[64];
};

static void copy_factors(const void *data, uint64_t block, double *m, double *scratch)
{
    const struct work *w = data;

    (void)scratch;
    memcpy(m, w->factor + block * w->k * SCENARIO_BLOCK, w->k * SCENARIO_BLOCK * sizeof *m);
}

static void add_block(double *sum, const double *cost, size_t n_line)
{
    for (size_t i = 0; i < n_line; i++)
        for (size_t s = 0; s < SCENARIO_BLOCK; s++)
            sum[s] += cost[i * SCENARIO_BLOCK + s];
}

static void consume(void *data, int worker, const struct reprice_block *b)
{
    struct work *w = data;

    (void)worker;
    if (w->add)
        add_block(w->sum + b->first, b->cost, b->n_line);
}

static void by_kernel(struct work *w)
{
    struct exposure e = { .n_line = LINES, .n_term = w->k, .money = w->money, .term = w->term };
    struct factor_source f = { .n = w->k, .make = copy_factors, .data = w };

    if (reprice(w->cx, &e, &f, NULL, 0, SCENARIOS, consume, w) != STRAIT_OK)
        exit(7);
}

/* One kernel by itself. */
static void by_block(struct work *w)
{
    static double *cost;

    cost = cost ? cost : room((size_t)LINALG_ROWS * SCENARIO_BLOCK);
    for (size_t b = 0; b < SCENARIOS / SCENARIO_BLOCK; b++)
        for (size_t line = 0; line < LINES; line += LINALG_ROWS)
            w->kernel->block(LINES - line < LINALG_ROWS ? LINES - line : LINALG_ROWS, w->k, w->money + line * w->k,
                             w->factor + b * w->k * SCENARIO_BLOCK, cost);
    sink = cost[0];
}

/* i-k-j, in the kernel's own blocks of columns, so that its costs too stay in cache. */
static void by_loop(struct work *w)
{
    static double cost[LINALG_ROWS * SCENARIO_BLOCK];

    for (size_t b = 0; b < SCENARIOS / SCENARIO_BLOCK; b++)
        for (size_t line = 0; line < LINES; line += LINALG_ROWS) {
            size_t n = LINES - line < LINALG_ROWS ? LINES - line : LINALG_ROWS;
            const double *f = w->factor + b * w->k * SCENARIO_BLOCK;

            memset(cost, 0, sizeof cost);
            for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < w->k; k++) {
                    double a = w->money[(line + i) * w->k + k];
                    for (size_t s = 0; s < SCENARIO_BLOCK; s++)
                        cost[i * SCENARIO_BLOCK + s] += a * f[k * SCENARIO_BLOCK + s];
                }
            if (w->add)
                add_block(w->sum + b * SCENARIO_BLOCK, cost, n);
            sink = cost[n];
        }
}

/* GFLOP/s of a way; repeated for at least 20 ms. */
static double rate_of(void (*way)(struct work *), struct work *w)
{
    double begin, took, flop = 2.0 * (double)LINES * SCENARIOS * (double)w->k;
    int times = 0;

    way(w);
    begin = now();
    do {
        way(w);
        times++;
        took = now() - begin;
    } while (took < 0.02);
    sink = w->sum[0];
    return flop * times / took * 1e-9;
}

/* ---- what the machine can ---- */

static double dgemm_rate(void)
{
    size_t n = SQUARE;
    double *a = room(n * n), *b = room(n * n), *c = room(n * n), best = 0;

    fill(a, n * n);
    fill(b, n * n);
    for (int i = 0; i < 4; i++) {
        double begin = now(), rate;

        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SQUARE, SQUARE, SQUARE, 1, a, SQUARE, b, SQUARE, 0, c, SQUARE);
        rate = 2e-9 * (double)(n * n * n) / (now() - begin);
        best = i > 0 && rate > best ? rate : best;
    }
    sink = c[1];
    free(a);
    free(b);
    free(c);
    return best;
}

/* Nanoseconds a double takes to be written (and added to its scenario) in rows of SCENARIO_BLOCK, over and over; the best. */
static double touch_ns(double *v, size_t rows, bool add)
{
    static double sum[SCENARIO_BLOCK];
    size_t n = rows * SCENARIO_BLOCK, times = 4000000 / n + 1;
    double best = INFINITY;

    for (int trial = 0; trial < 7; trial++) {
        double begin = now();

        for (size_t k = 0; k < times; k++) {
            double x = (double)k;

            for (size_t i = 0; i < n; i++)
                v[i] = x;
            __asm__ volatile("" : : "r"(v) : "memory");
            if (add)
                add_block(sum, v, rows);
        }
        best = fmin(best, (now() - begin) / (double)(times * n) * 1e9);
    }
    sink = sum[0];
    return best;
}

static void tell(const char *name, size_t k, double value)
{
    printf("%s.%zu %.9g\n", name, k, value);
}

static void tell_bandwidth(void)
{
    size_t big = (size_t)1 << 16;      /* rows of 1 kB: 64 MB */
    double *v = room(big * SCENARIO_BLOCK);

    tell("write_cache", 0, touch_ns(v, LINALG_ROWS, false));
    tell("write_add_cache", 0, touch_ns(v, LINALG_ROWS, true));
    tell("write_memory", 0, touch_ns(v, big, false));
    free(v);
}

static void tell_rates(struct work *w)
{
    size_t n;
    const struct linalg_kernel *kernel = linalg_kernels(&n);

    for (int add = 0; add <= 1; add++) {
        w->add = add;
        tell(add ? "kernel_add" : "kernel", w->k, rate_of(by_kernel, w));
        tell(add ? "loop_add" : "loop", w->k, rate_of(by_loop, w));
    }
    for (size_t i = 0; i < n; i++) {
        w->kernel = &kernel[i];
        if (kernel[i].usable())
            tell(kernel[i].name, w->k, rate_of(by_block, w));
    }
}

static int once_kernel(void)
{
    struct work w = { .cx = strait_ctx_new() };

    openblas_set_num_threads(1);
    printf("core:%s 0\n", openblas_get_corename());
    w.money = room((size_t)LINES * 32);
    w.factor = room((size_t)SCENARIOS * 32);
    w.sum = room(SCENARIOS);
    fill(w.money, (size_t)LINES * 32);
    fill(w.factor, (size_t)SCENARIOS * 32);
    for (int i = 0; i < 64; i++)
        w.term[i] = price_term(i, -1);
    tell("dgemm", 0, dgemm_rate());
    tell_bandwidth();
    for (int i = 0; i < N_FEATURES; i++) {
        w.k = features[i];
        tell_rates(&w);
    }
    strait_ctx_free(w.cx);
    free(w.money);
    free(w.factor);
    free(w.sum);
    return fflush(stdout) == 0 ? 0 : 7;
}

/* ---- the plan of a case, MANY scenarios of FACTORS factors ---- */

struct job {
    strait_ctx *cx;
    strait_case *c;
    struct rates *r;
    struct costs *k;
    struct lp *m;
    struct solution *s;
    struct price_factors *f;
    struct sampler *sampler;
    struct plan_exposure plan;
    struct exposure *by_workload, *total;
};

/* All prices of the case, dealt out to 32 factors. */
static void deal_factors(struct job *j)
{
    for (size_t i = 0; i < j->c->offer.n; i++)
        j->f->offer[i] = (int)(i % 20);
    for (size_t i = 0; i < j->c->site.n; i++) {
        j->f->tariff[i] = 20 + (int)(i % 8);
        j->f->transfer[i] = 28;
    }
    for (size_t i = 0; i < j->c->network.n; i++)
        j->f->egress[i] = 29;
    for (size_t i = 0; i < j->c->rule.n; i++)
        j->f->charge[i] = 30;
    j->f->carbon = 31;
}

/* Spread 0.2, correlation 0.7 from one factor to the next, 0.49 to the one after it. */
static strait_status make_sampler(struct job *j)
{
    static double sigma[FACTORS], correlation[FACTORS * FACTORS];
    static const char *name[FACTORS];
    struct sampler_spec p = { FACTORS, name, sigma, correlation, { 20261122, 0 } };

    for (int a = 0; a < FACTORS; a++) {
        sigma[a] = 0.2;
        name[a] = "factor";
        for (int b = 0; b < FACTORS; b++)
            correlation[a * FACTORS + b] = pow(0.7, abs(a - b));
    }
    return sampler_new(j->cx, &p, &j->sampler);
}

static strait_status make_groups(struct job *j)
{
    int *w = calloc(j->plan.e->n_line, sizeof *w), *zero = calloc(j->plan.e->n_line, sizeof *zero);
    strait_status st = STRAIT_ENOMEM;

    if (w && zero) {
        for (size_t i = 0; i < j->plan.e->n_line; i++)
            w[i] = j->plan.line[i].w + 1;
        st = exposure_group(j->cx, j->plan.e, w, j->c->workload.n + 1, &j->by_workload);
        if (st == STRAIT_OK)
            st = exposure_group(j->cx, j->plan.e, zero, 1, &j->total);
    }
    free(w);
    free(zero);
    return st;
}

static strait_status make_plan(struct job *j, const char *file)
{
    strait_status st = STRAIT_OK;

    TRY(strait_case_load(j->cx, file, NULL, NULL, 0, &j->c));
    TRY(estimate_rates(j->cx, j->c, &j->r));
    TRY(estimate_costs(j->cx, j->c, j->r, &j->k));
    TRY(lp_build(j->cx, j->c, j->r, j->k, &j->m));
    TRY(solve_lp(j->cx, j->m, false, &j->s));
    TRY(price_factors_new(j->cx, j->c, FACTORS, &j->f));
    deal_factors(j);
    TRY(make_sampler(j));
    TRY(exposure_of_plan(j->cx, j->m, j->s->x, j->f, &j->plan));
    TRY(make_groups(j));
out:
    return st;
}

/* Each worker's blocks lie apart, each scenario in its own place. */
static void add_total(void *data, int worker, const struct reprice_block *b)
{
    double *sum = data;

    (void)worker;
    for (size_t i = 0; i < b->n_line; i++)
        for (size_t s = 0; s < b->n; s++)
            sum[b->first + s] += b->cost[i * b->ld + s];
}

static double reprice_s(struct job *j, const struct exposure *e, struct pool *pool, double *sum)
{
    struct factor_source f = sampler_source(j->sampler);
    double begin;

    memset(sum, 0, MANY * sizeof *sum);
    begin = wall();
    if (reprice(j->cx, e, &f, pool, 0, MANY, add_total, sum) != STRAIT_OK)
        exit(7);
    return wall() - begin;
}

/* Wall and CPU seconds on one thread, then on two; true when both gave the same bytes. */
static bool reprice_both(struct job *j, const char *name, const struct exposure *e, struct pool *two)
{
    static double *sum[2];
    char cpu[40];

    (void)snprintf(cpu, sizeof cpu, "%s_cpu", name);
    for (int i = 0; i < 2; i++) {
        double begin = cpu_now();

        sum[i] = sum[i] ? sum[i] : room(MANY);
        tell(name, (size_t)i + 1, reprice_s(j, e, i == 0 ? NULL : two, sum[i]));
        tell(cpu, (size_t)i + 1, cpu_now() - begin);
    }
    return memcmp(sum[0], sum[1], MANY * sizeof(double)) == 0;
}

static void touch_units(void *data, int worker, const struct unit_cost_block *b)
{
    (void)data;
    (void)worker;
    sink = b->cost[0];
}

enum { UNIT_SCENARIOS = 1024 };

/* GFLOP/s of the unit costs of all activities, per CPU second. */
static double unit_rate(struct job *j)
{
    struct factor_source f = sampler_source(j->sampler);
    double flop = 0, begin = cpu_now();

    for (size_t o = 0; o < j->k->n_offer; o++)
        flop += 4.0 * (double)(j->k->block[o].n_act * j->k->n_seg * j->k->block[o].k) * UNIT_SCENARIOS;
    if (unit_costs(j->cx, j->c, j->k, j->f, &f, NULL, 0, UNIT_SCENARIOS, touch_units, NULL) != STRAIT_OK)
        exit(7);
    return flop / (cpu_now() - begin) * 1e-9;
}

static int once_plan(const char *file, int rounds)
{
    struct job j = { .cx = strait_ctx_new() };
    struct pool *two = pool_new(2);

    if (j.cx == NULL || make_plan(&j, file) != STRAIT_OK) {
        fprintf(stderr, "estimate: %s: %s\n", file, j.cx ? strait_message(j.cx) : "out of memory");
        return 1;
    }
    tell("lines", 0, (double)j.plan.e->n_line);
    tell("terms", 0, (double)j.plan.e->n_term);
    tell("groups", 0, (double)j.by_workload->n_line);
    for (int i = 0; i < rounds; i++) {
        bool same = reprice_both(&j, "total", j.total, two);

        same = reprice_both(&j, "workloads", j.by_workload, two) && same;
        same = reprice_both(&j, "all_lines", j.plan.e, two) && same;
        tell("same_bytes", 0, same);
        tell("unit", 1, unit_rate(&j));
    }
    pool_free(two);
    return fflush(stdout) == 0 ? 0 : 7;      /* the process ends: its memory goes with it */
}

/* ---- rounds of processes ---- */

struct measure { char name[40]; double value[MAX_RUNS]; int n; };
struct bench { struct measure m[MAX_MEASURES]; size_t n; char core[40]; };

static void put(struct bench *b, const char *name, double value)
{
    size_t i = 0;

    while (i < b->n && strcmp(b->m[i].name, name) != 0)
        i++;
    if (i == b->n) {
        if (b->n == MAX_MEASURES)
            return;
        (void)snprintf(b->m[b->n++].name, sizeof b->m->name, "%s", name);
    }
    if (b->m[i].n < MAX_RUNS)
        b->m[i].value[b->m[i].n++] = value;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(struct bench *b, const char *name, size_t k)
{
    char full[40];

    (void)snprintf(full, sizeof full, "%s.%zu", name, k);
    for (size_t i = 0; i < b->n; i++) {
        struct measure *m = &b->m[i];
        if (strcmp(m->name, full) != 0)
            continue;
        qsort(m->value, (size_t)m->n, sizeof *m->value, by_value);
        return 0.5 * (m->value[(m->n - 1) / 2] + m->value[m->n / 2]);
    }
    return NAN;
}

/* Median over the rounds of a ratio taken within each round. */
static double ratio(const struct bench *x, const char *name, const struct bench *y, const char *of, size_t k, size_t of_k)
{
    struct bench quotient = { .n = 0 };
    const struct measure *a = NULL, *b = NULL;
    char full[40], full_of[40];

    (void)snprintf(full, sizeof full, "%s.%zu", name, k);
    (void)snprintf(full_of, sizeof full_of, "%s.%zu", of, of_k);
    for (size_t i = 0; i < x->n; i++)
        a = strcmp(x->m[i].name, full) == 0 ? &x->m[i] : a;
    for (size_t i = 0; i < y->n; i++)
        b = strcmp(y->m[i].name, full_of) == 0 ? &y->m[i] : b;
    for (int i = 0; a && b && i < a->n && i < b->n; i++)
        put(&quotient, "q.0", a->value[i] / b->value[i]);
    return median(&quotient, "q", 0);
}

static void collect(struct bench *b, FILE *from)
{
    char name[40];
    double value;

    while (fscanf(from, "%39s %lf", name, &value) == 2) {
        if (strncmp(name, "core:", 5) == 0)
            (void)snprintf(b->core, sizeof b->core, "%s", name + 5);
        else
            put(b, name, value);
    }
}

/* One child with its words into b; core: the kernels that OpenBLAS is told to take, NULL: its own choice. */
static bool run(struct bench *b, const char *core, const char *const argv[])
{
    int end[2], status = 1;
    pid_t child = pipe(end) == 0 ? fork() : -1;

    if (child == 0) {
        if (core)
            (void)setenv("OPENBLAS_CORETYPE", core, 1);
        (void)setenv("OPENBLAS_NUM_THREADS", "1", 1);
        if (dup2(end[1], STDOUT_FILENO) >= 0) {
            (void)close(end[0]);
            (void)close(end[1]);
            (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
        }
        perror(argv[0]);
        _exit(127);
    }
    if (child < 0)
        return false;
    (void)close(end[1]);
    FILE *from = fdopen(end[0], "r");
    if (from) {
        collect(b, from);
        (void)fclose(from);
    }
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Kernels that this processor can run; OpenBLAS does not look when it is told. */
static size_t variants(const char *name[4])
{
    size_t n = 0;

    name[n++] = NULL;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        name[n++] = "Haswell";
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        name[n++] = "SkylakeX";
#endif
    return n;
}

static double percent(double x) { return 100 * x; }

/* The variant whose DGEMM is fastest: what this machine can. */
static size_t best_variant(struct bench *b, size_t n)
{
    size_t best = 0;

    for (size_t v = 1; v < n; v++)
        best = median(&b[v], "dgemm", 0) > median(&b[best], "dgemm", 0) ? v : best;
    return best;
}

/* What the variants do not change is taken from the rounds of the first, OpenBLAS's own choice. */
static void show_machine(struct bench *b, size_t best)
{
    double write = median(b, "write_cache", 0), add = median(b, "write_add_cache", 0), memory = median(b, "write_memory", 0);

    printf("OpenBLAS took its kernels %s%s; its fastest here are %s.  The cost kernel took %s.\n", b->core,
           getenv("OPENBLAS_CORETYPE") ? " (OPENBLAS_CORETYPE was set)" : " by itself", b[best].core, linalg_best()->name);
    printf("One thread; GFLOP per CPU second; medians.  DGEMM of order %d: %.1f with %s, %.1f with %s.\n", SQUARE, median(b, "dgemm", 0), b->core,
           median(&b[best], "dgemm", 0), b[best].core);
    printf("A double is written to a block of 24 kB in %.3f ns (%.0f GB/s), written and added in %.3f ns, written to memory in %.3f ns "
           "(%.1f GB/s).\n", write, 8 / write, add, memory, 8 / memory);
}

/* ceiling: the lower of the fastest DGEMM and of what the writing of C allows, 2 K flops a double. */
static void show_kernel(struct bench *b, struct bench *numpy, size_t best)
{
    double peak = median(&b[best], "dgemm", 0), write = median(b, "write_cache", 0);

    printf("\n%26s costs made, in cache %18s | %8s and each added to its scenario\n", "", "", "");
    printf("%8s | %8s %8s %8s %9s %8s | %8s %8s %8s %8s %8s %8s | %9s\n", "", "kernel", "ceiling", "of ceil.", "of DGEMM", "loop", "kernel",
           "loop", "NumPy", "x NumPy", "NumPy*", "x NumPy*", "to memory");
    for (int i = 0; i < N_FEATURES; i++) {
        size_t k = features[i];
        double rate = median(b, "kernel", k), top = fmin(peak, 2 * (double)k / write);

        printf("K = %4zu | %8.1f %8.1f %7.0f%% %8.0f%% %8.1f | %8.1f %8.1f %8.1f %8.1f %8.1f %8.1f | %9.1f\n", k, rate, top,
               percent(rate / top), percent(rate / peak), median(b, "loop", k), median(b, "kernel_add", k), median(b, "loop_add", k),
               median(numpy, "numpy_add", k), ratio(b, "kernel_add", numpy, "numpy_add", k, k), median(&numpy[best], "numpy_add", k),
               ratio(b, "kernel_add", &numpy[best], "numpy_add", k, k),
               fmin(peak, 2 * (double)k / median(b, "write_memory", 0)));
    }
    printf("NumPy*: with OPENBLAS_CORETYPE=%s.  to memory: the ceiling of a product that writes its costs out.\n", b[best].core);
}

static void show_row(const char *label, struct bench *b, struct bench *own, const char *measure, bool dgemm)
{
    if (dgemm)
        printf("\n%-34s %6.1f (%5.2f)", label, median(b, "dgemm", 0), ratio(b, "dgemm", own, "dgemm", 0, 0));
    else
        printf("\n%-34s %14s", label, "");
    for (int i = 0; i < N_FEATURES; i += 2)
        printf("  %6.1f (%5.2f)", median(b, measure, features[i]), ratio(b, measure, own, "cblas", features[i], features[i]));
}

static void show_variants(struct bench *b, size_t n, const char *const name[])
{
    size_t n_kernel;
    const struct linalg_kernel *kernel = linalg_kernels(&n_kernel);
    char label[64];

    printf("\nBlocks of 24 x 128 by kernel: GFLOP/s and, in brackets, times CBLAS by its own choice\n%-34s %14s", "", "DGEMM");
    for (int i = 0; i < N_FEATURES; i += 2)
        printf("      K = %2zu     ", features[i]);
    for (size_t v = 0; v < n; v++) {
        (void)snprintf(label, sizeof label, name[v] ? "CBLAS, OPENBLAS_CORETYPE=%s" : "CBLAS, own choice (%s)",
                       name[v] ? name[v] : b[v].core);
        show_row(label, &b[v], b, "cblas", true);
    }
    for (size_t i = 0; i < n_kernel; i++) {
        (void)snprintf(label, sizeof label, "strait's %s%s", kernel[i].name, &kernel[i] == linalg_best() ? " (taken)" : "");
        if (kernel[i].usable() && strcmp(kernel[i].name, "cblas") != 0)
            show_row(label, b, b, kernel[i].name, false);
    }
    printf("\n");
}

static void show_plan(struct bench *b, const char *file, double dgemm)
{
    static const struct { const char *name, *cpu, *what; } row[] = {
        { "total", "total_cpu", "its total" }, { "workloads", "workloads_cpu", "by workload" },
        { "all_lines", "all_lines_cpu", "every line" } };

    printf("\n%s: a plan of %.0f lines and %.0f price terms, %d scenarios of %d correlated factors; seconds\n%-14s %10s %10s %10s %10s "
           "%10s %12s\n", file, median(b, "lines", 0), median(b, "terms", 0), MANY, FACTORS, "", "1 thread", "CPU", "2 threads", "CPU",
           "faster", "of free CPUs");
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        printf("%-14s %10.3f %10.3f %10.3f %10.3f %10.2f %12.2f\n", row[i].what, median(b, row[i].name, 1), median(b, row[i].cpu, 1),
               median(b, row[i].name, 2), median(b, row[i].cpu, 2), ratio(b, row[i].name, b, row[i].name, 1, 2),
               2 * ratio(b, row[i].cpu, b, row[i].cpu, 1, 2));
    printf("faster: 1 thread over 2 by the clock.  of free CPUs: the same had both threads a CPU each, 2 x CPU of 1 over CPU of 2.\n"
           "Threads change %s.\n", median(b, "same_bytes", 0) > 0 ? "no byte" : "BYTES");
    printf("Unit costs of all activities, offers and segments in %d scenarios: %.1f GFLOP/s, %.0f%% of DGEMM.\n", UNIT_SCENARIOS,
           median(b, "unit", 1), percent(median(b, "unit", 1) / dgemm));
}

static int usage(void)
{
    fputs("usage: estimate [--runs N] [--numpy FILE] CASE      (N at most 99, 7 if not given)\n"
          "       estimate --once kernel | --once plan CASE N\n", stderr);
    return 2;
}

static int bench_all(const char *self, int runs, const char *numpy, const char *file)
{
    static struct bench kernel[4], peer[4], plan;
    const char *name[4], *const once[] = { self, "--once", "kernel", NULL };
    const char *const python[] = { "/usr/bin/python3", numpy, NULL };
    char rounds[16];
    const char *const price[] = { self, "--once", "plan", file, rounds, NULL };
    size_t n = variants(name), best;

    (void)snprintf(rounds, sizeof rounds, "%d", runs);
    for (int i = 0; i < runs; i++) {
        for (size_t v = 0; v < n; v++)
            if (!run(&kernel[v], name[v], once))
                return 1;
        for (size_t v = 0; v < n && numpy; v++)
            if (!run(&peer[v], name[v], python)) {
                fprintf(stderr, "estimate: no NumPy (Debian package python3-numpy)\n");
                numpy = NULL;
            }
    }
    if (!run(&plan, NULL, price))
        return 1;
    best = best_variant(kernel, n);
    show_machine(kernel, best);
    show_kernel(kernel, peer, best);
    show_variants(kernel, n, name);
    show_plan(&plan, file, median(&kernel[best], "dgemm", 0));
    return fflush(stdout) == 0 ? 0 : 7;
}

int main(int argc, char **argv)
{
    const char *numpy = NULL;
    int i = 1, runs = 7;

    if (argc == 3 && strcmp(argv[1], "--once") == 0 && strcmp(argv[2], "kernel") == 0)
        return once_kernel();
    if (argc == 5 && strcmp(argv[1], "--once") == 0 && strcmp(argv[2], "plan") == 0)
        return once_plan(argv[3], atoi(argv[4]));
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--runs") == 0)
            runs = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--numpy") == 0)
            numpy = argv[i + 1];
        else
            return usage();
    }
    if (i + 1 != argc || runs < 1 || runs > MAX_RUNS)
        return usage();
    return bench_all(argv[0], runs, numpy, argv[i]);
}
