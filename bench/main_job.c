/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main_job - where the time and the memory of the main job go.
 *
 *   main_job [--runs N] [--format table|json] CASE...
 *   main_job --once CASE      one run in this process: a line "NAME VALUE UNIT" for each measure
 *
 * Each run is a process of its own (main_job --once), so that peak memory is that of one run and none is helped by what
 * the run before it left behind.  The parent never calls the library: a child's peak memory is never told as less than
 * what its parent held.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "strait.h"

#define MAX_RUNS 99
#define MAX_MEASURES 40

static const char *const outcome_word[] = { "optimal", "within_gap", "feasible", "infeasible", "no_plan",
                                            "uncertified" };

/* Wall and user CPU seconds. */
struct clocks { double wall, user; };

static double seconds(struct timeval t) { return (double)t.tv_sec + 1e-6 * (double)t.tv_usec; }

static struct clocks clocks_now(void)
{
    struct timespec t = { 0 };
    struct rusage u = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    (void)getrusage(RUSAGE_SELF, &u);
    return (struct clocks){ (double)t.tv_sec + 1e-9 * (double)t.tv_nsec, seconds(u.ru_utime) };
}

/* ---- one run ---- */

/* Tell what a stage took since `*at`, and begin the next. */
static void lap(const char *stage, struct clocks *at)
{
    struct clocks now = clocks_now();

    printf("%s %.17g s\n%s_user %.17g s\n", stage, now.wall - at->wall, stage, now.user - at->user);
    *at = clocks_now();
}

/* Where the plan's own bytes go: their number is kept. */
static int count_bytes(void *data, const char *bytes, size_t n)
{
    (void)bytes;
    *(size_t *)data += n;
    return 0;
}

/* The counts and the stages inside of planning, from the plan's table "stats". */
static void tell_stats(const strait_plan *p)
{
    const strait_table *t = strait_plan_table(p, "stats");
    const char *const *name = strait_table_col_data(t, 0), *const *unit = strait_table_col_data(t, 2);
    const double *value = strait_table_col_data(t, 1);

    for (size_t i = 0; i < strait_table_rows(t); i++) {
        if (strcmp(name[i], "peak_memory") != 0)   /* the parent knows that of the whole run */
            printf("%s %.17g %s\n", name[i], value[i], unit[i][0] ? unit[i] : "-");
    }
}

static int once(const char *file)
{
    struct clocks at = clocks_now();
    strait_ctx *cx = strait_ctx_new();
    strait_case *c = NULL;
    strait_plan *p = NULL;
    size_t bytes = 0;
    strait_status st = cx ? strait_case_load(cx, file, NULL, NULL, 0, &c) : STRAIT_ENOMEM;

    lap("load", &at);
    if (st == STRAIT_OK)
        st = strait_plan_solve(cx, c, &p);
    lap("plan", &at);
    if (st == STRAIT_OK)
        st = strait_plan_write(cx, p, "json", NULL, count_bytes, &bytes);
    lap("write", &at);
    if (st == STRAIT_OK) {
        tell_stats(p);
        printf("json_bytes %zu B\noutcome %d -\n", bytes, (int)strait_plan_outcome(p));
    } else {
        fprintf(stderr, "main_job: %s\n", cx ? strait_message(cx) : "out of memory");
    }
    strait_plan_free(p);
    strait_case_free(c);
    strait_ctx_free(cx);
    return st == STRAIT_OK && fflush(stdout) == 0 ? 0 : 1;
}

/* ---- many runs ---- */

struct measure { char name[32], unit[8]; double value[MAX_RUNS]; };
struct bench { struct measure m[MAX_MEASURES]; size_t n; int runs; };

/* The measure of that name; made when it is new.  NULL: none left. */
static struct measure *measure_of(struct bench *b, const char *name, const char *unit)
{
    for (size_t i = 0; i < b->n; i++) {
        if (strcmp(b->m[i].name, name) == 0)
            return &b->m[i];
    }
    if (b->n == MAX_MEASURES)
        return NULL;
    struct measure *m = &b->m[b->n++];
    (void)snprintf(m->name, sizeof m->name, "%s", name);
    (void)snprintf(m->unit, sizeof m->unit, "%s", unit);
    return m;
}

static void put(struct bench *b, int run, const char *name, double value, const char *unit)
{
    struct measure *m = measure_of(b, name, unit);

    if (m)
        m->value[run] = value;
}

static void collect(struct bench *b, int run, FILE *from)
{
    char name[32], unit[8];
    double value;

    while (fscanf(from, "%31s %lf %7s", name, &value, unit) == 3)
        put(b, run, name, value, strcmp(unit, "-") == 0 ? "" : unit);
}

static void be_child(const char *self, const char *file, const int end[2])
{
    if (dup2(end[1], STDOUT_FILENO) >= 0) {
        (void)close(end[0]);
        (void)close(end[1]);
        (void)execlp(self, self, "--once", file, (char *)NULL);
    }
    perror(self);
    _exit(127);
}

/* One child from its start to its end; false when it failed. */
static bool run_child(const char *self, const char *file, int run, struct bench *b)
{
    struct clocks begin = clocks_now();
    struct rusage u = { 0 };
    int end[2], status = 1;
    pid_t child = pipe(end) == 0 ? fork() : -1;

    if (child == 0)
        be_child(self, file, end);
    if (child < 0) {
        perror("main_job");
        return false;
    }
    (void)close(end[1]);
    FILE *from = fdopen(end[0], "r");
    if (from) {
        collect(b, run, from);
        (void)fclose(from);
    }
    if (wait4(child, &status, 0, &u) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "main_job: %s: a run failed\n", file);
        return false;
    }
    put(b, run, "process", clocks_now().wall - begin.wall, "s");
    put(b, run, "process_user", seconds(u.ru_utime), "s");
    put(b, run, "peak_memory", (double)u.ru_maxrss / 1024.0, "MiB");
    return true;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts the values. */
static double median(struct measure *m, int n)
{
    qsort(m->value, (size_t)n, sizeof *m->value, by_value);
    return 0.5 * (m->value[(n - 1) / 2] + m->value[n / 2]);
}

/* The only measure that is a word. */
static const char *outcome_of(struct bench *b)
{
    size_t o = (size_t)measure_of(b, "outcome", "")->value[0];

    return o < sizeof outcome_word / sizeof *outcome_word ? outcome_word[o] : "unknown";
}

static void show_table(struct bench *b, const char *file)
{
    printf("%s: %s; %d runs\n%-14s %12s %12s %12s\n", file, outcome_of(b), b->runs, "", "median", "min", "max");
    for (size_t i = 0; i < b->n; i++) {
        struct measure *m = &b->m[i];
        double mid = median(m, b->runs);
        int digits = strcmp(m->unit, "s") == 0 ? 4 : strcmp(m->unit, "MiB") == 0 ? 1 : 0;
        if (strcmp(m->name, "outcome") != 0)
            printf("%-14s %12.*f %12.*f %12.*f%s%s\n", m->name, digits, mid, digits, m->value[0], digits,
                   m->value[b->runs - 1], m->unit[0] ? "  " : "", m->unit);
    }
}

static void show_string(const char *s)
{
    putchar('"');
    for (; *s; s++) {
        if ((unsigned char)*s < 0x20)
            printf("\\u%04x", (unsigned)*s);
        else
            printf(*s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
    }
    putchar('"');
}

static void show_json(struct bench *b, const char *file)
{
    const char *comma = "";

    printf("{\"case\": ");
    show_string(file);
    printf(", \"outcome\": \"%s\", \"runs\": %d, \"measures\": [", outcome_of(b), b->runs);
    for (size_t i = 0; i < b->n; i++) {
        struct measure *m = &b->m[i];
        double mid = median(m, b->runs);
        if (strcmp(m->name, "outcome") == 0)
            continue;
        printf("%s\n  {\"name\": \"%s\", \"unit\": \"%s\", \"median\": %.9g, \"min\": %.9g, \"max\": %.9g}", comma,
               m->name, m->unit, mid, m->value[0], m->value[b->runs - 1]);
        comma = ",";
    }
    printf("]}");
}

static int bench_all(const char *self, int runs, bool json, char **file)
{
    static struct bench b;

    if (json)
        printf("{\"schema\": \"strait.bench/1\", \"version\": \"%s\", \"cases\": [\n", strait_version());
    for (char **f = file; *f; f++) {
        b = (struct bench){ .runs = runs };
        for (int run = 0; run < runs; run++) {
            if (!run_child(self, *f, run, &b))
                return 1;
        }
        if (json && f != file)
            printf(",\n");
        (json ? show_json : show_table)(&b, *f);
        if (fflush(stdout) != 0)
            return 7;
    }
    if (json)
        printf("]}\n");
    return fflush(stdout) == 0 ? 0 : 7;
}

static int usage(void)
{
    fputs("usage: main_job [--runs N] [--format table|json] CASE...   (N at most 99, 5 if not given)\n"
          "       main_job --once CASE\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    int i = 1, runs = 5;
    bool json = false;

    if (argc == 3 && strcmp(argv[1], "--once") == 0)
        return once(argv[2]);
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--runs") == 0)
            runs = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--format") == 0 && strcmp(argv[i + 1], "json") == 0)
            json = true;
        else if (strcmp(argv[i], "--format") != 0 || strcmp(argv[i + 1], "table") != 0)
            return usage();
    }
    if (i >= argc || argv[i][0] == '-' || runs < 1 || runs > MAX_RUNS)
        return usage();
    return bench_all(argv[0], runs, json, argv + i);
}
