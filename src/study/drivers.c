/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/drivers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "linalg/linalg.h"

#define COLUMNS_MOST 400
#define NOISE 1e-9          /* of the mean cost: a lesser effect is the regression's rounding */

struct fitting {
    strait_ctx *cx;
    struct store *db;
    arena *a;
    size_t n;                   /* scenarios with a plan */
    double *y, *w;              /* cost, weight */
    int64_t *k;
    struct { const char **v; size_t n, cap; } name, label;  /* label: what it is called, by its quantity or event */
    struct { double **v; size_t n, cap; } column;    /* n long each */
};

static strait_status read_costs(struct fitting *f)
{
    struct store_rows *r = NULL;
    char count[24];
    strait_status st = STRAIT_OK;
    bool more;
    size_t most;

    TRY(store_meta(f->cx, f->db, "SELECT count(*) FROM scenario", count, sizeof count));
    most = (size_t)strtoull(count, NULL, 10);
    f->y = arena_alloc(f->a, most, sizeof *f->y);
    f->w = arena_alloc(f->a, most, sizeof *f->w);
    f->k = arena_alloc(f->a, most, sizeof *f->k);
    if (!f->y || !f->w || !f->k)
        return cx_nomem(f->cx);
    TRY(store_select(f->cx, f->db, "SELECT k, objective, weight FROM scenario WHERE objective IS NOT NULL ORDER BY k", &r));
    for (;;) {
        TRY(store_next(f->cx, r, &more));
        if (!more)
            break;
        f->k[f->n] = store_int(r, 0);
        f->y[f->n] = store_real(r, 1);
        f->w[f->n++] = store_real(r, 2);
    }
out:
    store_done(r);
    return st;
}

/* A new column, all `fill`. */
static double *add_column(struct fitting *f, const char *name, const char *label, double fill)
{
    double *v = arena_alloc(f->a, f->n, sizeof *v);
    const char *copy = arena_strdup(f->a, name), *called = arena_strdup(f->a, label);

    for (size_t i = 0; v && i < f->n; i++)
        v[i] = fill;
    if (!v || !copy || !called || VEC_PUSH(&f->column, v) != STRAIT_OK || VEC_PUSH(&f->name, copy) != STRAIT_OK
        || VEC_PUSH(&f->label, called) != STRAIT_OK)
        return NULL;
    return v;
}

static size_t row_of(const struct fitting *f, int64_t k)
{
    size_t lo = 0, hi = f->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (f->k[mid] < k)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < f->n && f->k[lo] == k ? lo : SIZE_MAX;
}

/* "*1.05" is the factor 1.05; a path with any other text gets a column for each text that it takes. */
static bool number_of(const char *text, double *v)
{
    char *end;

    text += *text == '*';
    if (*text == '\0' || strspn(text, "0123456789.eE+-") != strlen(text))
        return false;
    *v = strtod(text, &end);
    return *end == '\0' && isfinite(*v);
}

static double *column_named(struct fitting *f, const char *name, const char *label, double fill)
{
    for (size_t i = 0; i < f->name.n; i++)
        if (strcmp(f->name.v[i], name) == 0)
            return f->column.v[i];
    return f->column.n < COLUMNS_MOST ? add_column(f, name, label, fill) : NULL;
}

/* A quantity by its name, an event by its own and what it sets: the same path may also be set where it does not happen. */
static void call(str *out, const char *name, const char *path, const char *quantity, const char *event)
{
    out->n = 0;
    if (quantity)
        str_printf(out, "%s%s", quantity, name + strlen(path));
    else if (event)
        str_printf(out, "%s: %s", event, name);
    else
        str_puts(out, name);
}

/* Rows: k, path, value, whether the path has a factor (or a number) in every scenario, and whose it is. */
static strait_status read_inputs(struct fitting *f)
{
    static const char query[] =
        "SELECT i.k, i.path, i.value, p.n, q.value, e.value FROM scenario_input AS i JOIN (SELECT path, "
        "CASE WHEN min(value GLOB '[*][0-9]*') = 1 THEN 2 WHEN min(value GLOB '[0-9]*' AND value NOT GLOB '*-*-*') = 1 AND "
        "count(DISTINCT k) = (SELECT count(*) FROM scenario) THEN 1 ELSE 0 END AS n FROM scenario_input GROUP BY path) AS p "
        "ON p.path = i.path LEFT JOIN meta AS q ON q.key = 'quantity of ' || i.path LEFT JOIN meta AS e ON e.key = 'event of ' || i.path "
        "ORDER BY i.path, i.k, i.i";
    struct store_rows *r = NULL;
    str name = {0}, label = {0};
    strait_status st = STRAIT_OK;
    bool more;

    TRY(store_select(f->cx, f->db, query, &r));
    for (;;) {
        TRY(store_next(f->cx, r, &more));
        if (!more)
            break;
        size_t row = row_of(f, store_int(r, 0));
        int64_t kind = store_int(r, 3);
        double v = 0, *column;
        if (row == SIZE_MAX)
            continue;
        name.n = 0;
        str_puts(&name, store_text(r, 1));
        if (kind == 0 || !number_of(store_text(r, 2), &v)) {
            kind = 0;
            str_printf(&name, "=%s", store_text(r, 2));
        }
        if (!name.failed)
            call(&label, name.s, store_text(r, 1), store_text(r, 4), store_text(r, 5));
        if (name.failed || label.failed)
            TRY(cx_nomem(f->cx));
        column = column_named(f, name.s, label.s, kind == 2 ? 1 : 0);
        if (!column)
            continue;
        column[row] = kind == 2 ? column[row] * v : kind == 1 ? v : 1;
    }
out:
    str_free(&name);
    str_free(&label);
    store_done(r);
    return st;
}

static double mean_cost(const struct fitting *f)
{
    double total = 0, sum = 0;

    for (size_t i = 0; i < f->n; i++) {
        total += f->w[i];
        sum += f->w[i] * f->y[i];
    }
    return total > 0 ? sum / total : 0;
}

/* Weighted: mean 0; the standard deviation, 0 when it does not move. */
static double center(const struct fitting *f, double *v)
{
    double total = 0, mean = 0, var = 0;

    for (size_t i = 0; i < f->n; i++) {
        total += f->w[i];
        mean += f->w[i] * v[i];
    }
    mean /= total;
    for (size_t i = 0; i < f->n; i++) {
        v[i] -= mean;
        var += f->w[i] / total * v[i] * v[i];
    }
    return sqrt(var) > 1e-12 * (fabs(mean) + 1e-300) ? sqrt(var) : 0;
}

static double correlation(const struct fitting *f, const double *a, const double *b)
{
    double ab = 0, aa = 0, bb = 0;

    for (size_t i = 0; i < f->n; i++) {
        ab += f->w[i] * a[i] * b[i];
        aa += f->w[i] * a[i] * a[i];
        bb += f->w[i] * b[i] * b[i];
    }
    return ab / sqrt(aa * bb);
}

/* Drop columns that stand still, or move as an earlier one does. */
static void keep_different(struct fitting *f, double *sd)
{
    size_t n = 0;

    for (size_t j = 0; j < f->column.n; j++) {
        double s = center(f, f->column.v[j]);
        bool same = s == 0;
        for (size_t i = 0; i < n && !same; i++)
            same = fabs(correlation(f, f->column.v[i], f->column.v[j])) > 1 - 1e-9;
        if (same)
            continue;
        f->column.v[n] = f->column.v[j];
        f->name.v[n] = f->name.v[j];
        f->label.v[n] = f->label.v[j];
        sd[n++] = s;
    }
    f->column.n = f->name.n = f->label.n = n;
}

/* mean: of the cost, before it was centered. */
static strait_status regress(struct fitting *f, const double *sd, double sd_y, double mean, struct drivers *d)
{
    size_t n = f->column.n;
    double *a = mem_calloc(f->n * n, sizeof *a), *b = mem_calloc(f->n, sizeof *b);
    bool full = false;
    strait_status st = a && b ? STRAIT_OK : cx_nomem(f->cx);

    for (size_t i = 0; st == STRAIT_OK && i < f->n; i++) {
        double root = sqrt(f->w[i]);
        b[i] = root * f->y[i] / sd_y;
        for (size_t j = 0; j < n; j++)
            a[j * f->n + i] = root * f->column.v[j][i] / sd[j];
    }
    if (st == STRAIT_OK)
        st = linalg_least_squares(f->n, n, a, b, NULL, &full);
    if (st == STRAIT_OK && full) {
        d->v = arena_alloc(d->arena, n, sizeof *d->v);
        d->n = d->v ? n : 0;
        for (size_t j = 0; j < d->n; j++) {
            d->v[j] = (struct driver){f->label.v[j], b[j] * sd_y, b[j] * correlation(f, f->column.v[j], f->y)};
            if (fabs(d->v[j].effect) < NOISE * fabs(mean))
                d->v[j].effect = d->v[j].share = 0;
            d->r2 += d->v[j].share;
        }
    }
    mem_free(a);
    mem_free(b);
    return st;
}

static int by_share(const void *a, const void *b)
{
    double x = fabs(((const struct driver *)a)->effect), y = fabs(((const struct driver *)b)->effect);

    return x > y ? -1 : x < y ? 1 : strcmp(((const struct driver *)a)->name, ((const struct driver *)b)->name);
}

void drivers_free(struct drivers *d)
{
    if (!d)
        return;
    arena_free(d->arena);
    mem_free(d);
}

strait_status drivers_fit(strait_ctx *cx, struct store *db, struct drivers **out)
{
    struct drivers *d = mem_calloc(1, sizeof *d);
    struct fitting f = {.cx = cx, .db = db};
    double *sd, sd_y, mean;
    strait_status st = STRAIT_OK;

    if (!d || !(d->arena = arena_new())) {
        mem_free(d);
        return cx_nomem(cx);
    }
    f.a = d->arena;
    TRY(read_costs(&f));
    TRY(read_inputs(&f));
    sd = arena_alloc(f.a, f.column.n, sizeof *sd);
    if (!sd)
        TRY(cx_nomem(cx));
    keep_different(&f, sd);
    mean = mean_cost(&f);
    sd_y = f.n > 0 ? center(&f, f.y) : 0;
    if (sd_y > 0 && f.column.n > 0 && f.n > f.column.n + 1)
        TRY(regress(&f, sd, sd_y, mean, d));
    if (d->n > 1)
        qsort(d->v, d->n, sizeof *d->v, by_share);
    *out = d;
    d = NULL;
out:
    VEC_FREE(&f.name);
    VEC_FREE(&f.label);
    VEC_FREE(&f.column);
    drivers_free(d);
    return st;
}
