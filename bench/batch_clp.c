/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * batch_clp - Clp through its C interface on many programs of one shape; called by bench/batch.
 *
 *   batch_clp WAY,WAY... BASE.mps SCENARIO.mps...
 *
 * The base is solved once.  Each scenario's numbers (sides, bounds, costs, coefficients) are put into the base's model, its
 * rows and columns known by name, and it is solved again from the base's basis and values, never from its neighbour's.  A
 * way is dual or primal, dual-perturb or primal-perturb (the library does not perturb costs by itself, the command clp does),
 * or cold: the scenario's own model by Clp_initialSolve, with presolve.  A line for each scenario and way: file, way, status
 * (0 optimal, 1 infeasible), objective, iterations, user CPU and wall seconds of the solve, CPU seconds of changing the
 * numbers, and 1 if the program has the base's shape.  One of another shape is solved cold, whatever the way.
 */
#include <coin/Clp_C_Interface.h>     /* so that it is a system header: it has warnings */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct clocks { double wall, user; };

struct base {
    Clp_Simplex *model;
    size_t n_row, n_col;
    unsigned char *status;     /* of columns, then rows */
    double *x;
};

static struct clocks clocks_now(void)
{
    struct timespec t = { 0 };
    struct rusage u = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    (void)getrusage(RUSAGE_SELF, &u);
    return (struct clocks){ (double)t.tv_sec + 1e-9 * (double)t.tv_nsec, (double)u.ru_utime.tv_sec + 1e-6 * (double)u.ru_utime.tv_usec };
}

static void end(const char *what, const char *file)
{
    fprintf(stderr, "batch_clp: %s: %s\n", file, what);
    exit(1);
}

static Clp_Simplex *read_model(const char *file)
{
    Clp_Simplex *m = Clp_newModel();

    Clp_setLogLevel(m, 0);
    if (Clp_readMps(m, file, 1, 0) != 0)
        end("cannot be read as MPS", file);
    return m;
}

static void *copy_of(const void *from, size_t bytes)
{
    void *to = malloc(bytes + 1);

    if (to == NULL)
        end("out of memory", "base");
    memcpy(to, from, bytes);
    return to;
}

static bool same_names(Clp_Simplex *a, Clp_Simplex *b, int n, void (*name)(Clp_Simplex *, int, char *))
{
    size_t most = (size_t)(Clp_lengthNames(a) > Clp_lengthNames(b) ? Clp_lengthNames(a) : Clp_lengthNames(b)) + 1;
    char *x = malloc(2 * most), *y = x + most;
    bool same = x != NULL;

    for (int i = 0; same && i < n; i++) {
        name(a, i, x);
        name(b, i, y);
        same = strcmp(x, y) == 0;
    }
    free(x);
    return same;
}

/* The same rows, columns and places of coefficients. */
static bool same_shape(const struct base *b, Clp_Simplex *s)
{
    size_t n = (size_t)Clp_getNumElements(s);

    return (size_t)Clp_numberRows(s) == b->n_row && (size_t)Clp_numberColumns(s) == b->n_col && (size_t)Clp_getNumElements(b->model) == n
           && memcmp(Clp_getVectorStarts(s), Clp_getVectorStarts(b->model), (b->n_col + 1) * sizeof(CoinBigIndex)) == 0
           && memcmp(Clp_getIndices(s), Clp_getIndices(b->model), n * sizeof(int)) == 0
           && same_names(b->model, s, (int)b->n_row, Clp_rowName) && same_names(b->model, s, (int)b->n_col, Clp_columnName);
}

static void put_numbers(const struct base *b, Clp_Simplex *s)
{
    const CoinBigIndex *start = Clp_getVectorStarts(s);
    const int *row = Clp_getIndices(s);
    const double *v = Clp_getElements(s);

    Clp_chgRowLower(b->model, Clp_rowLower(s));
    Clp_chgRowUpper(b->model, Clp_rowUpper(s));
    Clp_chgColumnLower(b->model, Clp_columnLower(s));
    Clp_chgColumnUpper(b->model, Clp_columnUpper(s));
    Clp_chgObjCoefficients(b->model, Clp_objective(s));
    for (int j = 0; j < (int)b->n_col; j++)
        for (CoinBigIndex k = start[j]; k < start[j + 1]; k++)
            if (v[k] != Clp_getElements(b->model)[k])
                Clp_modifyCoefficient(b->model, row[k], j, v[k], true);
}

static void tell(Clp_Simplex *m, const char *file, const char *way, struct clocks from, double changing, bool same)
{
    struct clocks now = clocks_now();

    printf("%s %s %d %.17g %d %.6f %.6f %.6f %d\n", file, way, Clp_status(m), Clp_objectiveValue(m), Clp_numberIterations(m),
           now.user - from.user, now.wall - from.wall, changing, same);
    fflush(stdout);
}

static void solve_cold(const char *file, const char *way, bool same)
{
    Clp_Simplex *s = read_model(file);
    struct clocks from = clocks_now();

    (void)Clp_initialSolve(s);
    tell(s, file, way, from, 0, same);
    Clp_deleteModel(s);
}

static void solve_warm(const struct base *b, const char *file, const char *way, double changing)
{
    struct clocks from;

    Clp_copyinStatus(b->model, b->status);
    memcpy(Clp_primalColumnSolution(b->model), b->x, b->n_col * sizeof *b->x);
    Clp_setPerturbation(b->model, strstr(way, "-perturb") ? 50 : 100);
    from = clocks_now();
    (void)(strncmp(way, "dual", 4) == 0 ? Clp_dual(b->model, 0) : Clp_primal(b->model, 0));
    tell(b->model, file, way, from, changing, true);
}

static void solve_scenario(const struct base *b, const char *file, const char *ways)
{
    Clp_Simplex *s = read_model(file);
    bool same = same_shape(b, s);
    struct clocks from = clocks_now();
    double changing;
    char list[200], *rest = NULL;

    if (same)
        put_numbers(b, s);
    changing = clocks_now().user - from.user;
    Clp_deleteModel(s);
    snprintf(list, sizeof list, "%s", ways);
    for (const char *way = strtok_r(list, ",", &rest); way; way = strtok_r(NULL, ",", &rest)) {
        if (!same || strcmp(way, "cold") == 0)
            solve_cold(file, way, same);
        else
            solve_warm(b, file, way, changing);
    }
}

int main(int argc, char **argv)
{
    struct base b = { 0 };

    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts(Clp_Version()) < 0;
    if (argc < 4)
        end("batch_clp WAY,WAY... BASE.mps SCENARIO.mps...", "usage");
    b.model = read_model(argv[2]);
    if (Clp_initialSolve(b.model) != 0)
        end("the base has no optimum", argv[2]);
    (void)Clp_primal(b.model, 0);      /* what presolve left, if anything */
    b.n_row = (size_t)Clp_numberRows(b.model);
    b.n_col = (size_t)Clp_numberColumns(b.model);
    b.status = copy_of(Clp_statusArray(b.model), b.n_row + b.n_col);
    b.x = copy_of(Clp_primalColumnSolution(b.model), b.n_col * sizeof *b.x);
    for (int i = 3; i < argc; i++)
        solve_scenario(&b, argv[i], argv[1]);
    Clp_deleteModel(b.model);
    free(b.status);
    free(b.x);
    return 0;
}
