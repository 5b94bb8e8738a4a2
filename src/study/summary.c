/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a store comes to, as one long table: topic, name, measure, value, unit.
 *
 *   scenarios  STATUS      count, share (by weight, of those that are there)
 *   scenarios  total, missing  count: of the sweep, and how many of them the store does not have
 *   cost       all         mean, sd, min, p5, p25, p50, p75, p95, max, cvar95 (mean of the dearest 5 %), at_risk (p95 - mean),
 *                          mean_without_penalty
 *   unmet      all         share of the scenarios with a plan that leave work undone; mean, p95: its penalty over all of these
 *   unmet      WORKLOAD    share in which some of it is undone, mean_penalty where it is
 *   hours      SITE        mean, sd, p5, p50, p95 over the scenarios with a plan (0 where the site is not used)
 *   placement  W on O      share of these in which workload W runs on offer O, mean hours where it does
 *   lease      OFFER KIND  share in which it is signed, mean accelerators where it is
 *   driver     INPUT       effect: change of cost when the input is one standard deviation higher; share: of the cost's variance
 *   clash      RULE        share of the infeasible scenarios in whose proof it is
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "study/batch.h"
#include "study/drivers.h"

#define HAS_PLAN "status IN ('optimal', 'within_gap', 'feasible')"
#define UNDONE "(penalty > 0 OR k IN (SELECT k FROM unmet))"

struct weighted { double v, w; };
struct summing { strait_ctx *cx; struct store *db; strait_table *t; char currency[8]; double planned; };

static strait_status put(struct summing *s, const char *topic, const char *name, const char *measure, double v, const char *unit)
{
    return table_add(s->t, topic, name, measure, v, unit) == STRAIT_OK ? STRAIT_OK : cx_nomem(s->cx);
}

static int ascending(const void *a, const void *b)
{
    double x = ((const struct weighted *)a)->v, y = ((const struct weighted *)b)->v;

    return x < y ? -1 : x > y;
}

/* The least value at or below which lies the share p of the weight. */
static double percentile(const struct weighted *v, size_t n, double total, double p)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum += v[i].w;
        if (sum >= p * total * (1 - 1e-12))
            return v[i].v;
    }
    return v[n - 1].v;
}

/* Mean of the share `tail` of the weight that costs most. */
static double tail_mean(const struct weighted *v, size_t n, double total, double tail)
{
    double left = tail * total, sum = 0;

    for (size_t i = n; i-- > 0 && left > 0;) {
        double w = v[i].w < left ? v[i].w : left;
        sum += w * v[i].v;
        left -= w;
    }
    return sum / (tail * total);
}

static strait_status put_spread(struct summing *s, const char *topic, const char *name, struct weighted *v, size_t n, double total, const char *unit,
                                bool cost)
{
    static const struct { const char *name; double p; } point[] = {{"p5", .05}, {"p25", .25}, {"p50", .5}, {"p75", .75}, {"p95", .95}};
    double mean = 0, var = 0;
    strait_status st = STRAIT_OK;

    if (n == 0 || !(total > 0))
        return STRAIT_OK;
    qsort(v, n, sizeof *v, ascending);
    for (size_t i = 0; i < n; i++)
        mean += v[i].w / total * v[i].v;
    for (size_t i = 0; i < n; i++)
        var += v[i].w / total * (v[i].v - mean) * (v[i].v - mean);
    TRY(put(s, topic, name, "mean", mean, unit));
    TRY(put(s, topic, name, "sd", sqrt(var), unit));
    TRY(put(s, topic, name, "min", v[0].v, unit));
    for (size_t i = 0; i < sizeof point / sizeof *point; i++)
        TRY(put(s, topic, name, point[i].name, percentile(v, n, total, point[i].p), unit));
    TRY(put(s, topic, name, "max", v[n - 1].v, unit));
    if (cost) {
        TRY(put(s, topic, name, "cvar95", tail_mean(v, n, total, 0.05), unit));
        TRY(put(s, topic, name, "at_risk", percentile(v, n, total, 0.95) - mean, unit));
    }
out:
    return st;
}

typedef struct { struct weighted *v; size_t n, cap; } values;

/* Rows (value, weight) of a query. */
static strait_status read_values(struct summing *s, const char *sql, values *out)
{
    struct store_rows *r = NULL;
    strait_status st = STRAIT_OK;
    bool more;

    TRY(store_select(s->cx, s->db, sql, &r));
    for (;;) {
        TRY(store_next(s->cx, r, &more));
        if (!more)
            break;
        struct weighted v = {store_real(r, 0), store_real(r, 1)};
        TRY(VEC_PUSH(out, v) == STRAIT_OK ? STRAIT_OK : cx_nomem(s->cx));
    }
out:
    store_done(r);
    return st;
}

/* What the sweep has, and what of it the store does not: a run that was stopped, one shard, a partial merge. */
static strait_status sum_missing(struct summing *s)
{
    struct store_rows *r = NULL;
    strait_status st = STRAIT_OK;
    bool more;

    TRY(store_select(s->cx, s->db, "SELECT CAST(value AS INTEGER), CAST(value AS INTEGER) - (SELECT count(*) FROM scenario) FROM meta "
                                   "WHERE key = 'scenarios'", &r));
    TRY(store_next(s->cx, r, &more));
    if (more) {
        TRY(put(s, "scenarios", "total", "count", store_real(r, 0), ""));
        TRY(put(s, "scenarios", "missing", "count", store_real(r, 1), ""));
    }
out:
    store_done(r);
    return st;
}

static strait_status sum_status(struct summing *s)
{
    struct store_rows *r = NULL;
    strait_status st = STRAIT_OK;
    bool more;

    TRY(store_select(s->cx, s->db, "SELECT status, count(*), total(weight) / (SELECT total(weight) FROM scenario), "
                                   "total(CASE WHEN " HAS_PLAN " THEN weight ELSE 0 END) FROM scenario GROUP BY status ORDER BY status", &r));
    for (;;) {
        TRY(store_next(s->cx, r, &more));
        if (!more)
            break;
        TRY(put(s, "scenarios", store_text(r, 0), "count", store_real(r, 1), ""));
        TRY(put(s, "scenarios", store_text(r, 0), "share", store_real(r, 2), ""));
        s->planned += store_real(r, 3);
    }
out:
    store_done(r);
    return st;
}

static double mean_of(const values *v, double total)
{
    double mean = 0;

    for (size_t i = 0; i < v->n; i++)
        mean += v->v[i].w / total * v->v[i].v;
    return mean;
}

static strait_status sum_cost(struct summing *s)
{
    values v = {0}, without = {0};
    strait_status st = STRAIT_OK;

    TRY(read_values(s, "SELECT objective, weight FROM scenario WHERE " HAS_PLAN " ORDER BY k", &v));
    TRY(put_spread(s, "cost", "all", v.v, v.n, s->planned, s->currency, true));
    TRY(read_values(s, "SELECT objective - penalty, weight FROM scenario WHERE " HAS_PLAN " ORDER BY k", &without));
    if (s->planned > 0)
        TRY(put(s, "cost", "all", "mean_without_penalty", mean_of(&without, s->planned), s->currency));
out:
    VEC_FREE(&v);
    VEC_FREE(&without);
    return st;
}

/* Hours of one site a scenario: rows come by site and k, and a site that a scenario does not use has none. */
static strait_status put_site(struct summing *s, const char *site, values *v)
{
    double seen = 0;
    struct weighted rest = {0, 0};
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < v->n; i++)
        seen += v->v[i].w;
    rest.w = s->planned - seen;
    if (rest.w > 1e-12 * s->planned)
        TRY(VEC_PUSH(v, rest) == STRAIT_OK ? STRAIT_OK : cx_nomem(s->cx));
    TRY(put_spread(s, "hours", site, v->v, v->n, s->planned, "h", false));
    v->n = 0;
out:
    return st;
}

static strait_status sum_hours(struct summing *s)
{
    static const char query[] = "SELECT sum(p.accel_hours), c.weight, p.site FROM placement AS p JOIN scenario AS c ON c.k = p.k "
                                "GROUP BY p.site, p.k ORDER BY p.site, p.k";
    struct store_rows *r = NULL;
    values v = {0};
    char site[80] = "";
    strait_status st = STRAIT_OK;
    bool more;

    TRY(store_select(s->cx, s->db, query, &r));
    for (;;) {
        TRY(store_next(s->cx, r, &more));
        if (site[0] && (!more || strcmp(site, store_text(r, 2)) != 0))
            TRY(put_site(s, site, &v));
        if (!more)
            break;
        snprintf(site, sizeof site, "%s", store_text(r, 2));
        struct weighted row = {store_real(r, 0), store_real(r, 1)};
        TRY(VEC_PUSH(&v, row) == STRAIT_OK ? STRAIT_OK : cx_nomem(s->cx));
    }
out:
    VEC_FREE(&v);
    store_done(r);
    return st;
}

/* Rows (name, weight of the scenarios in which it is, weighted sum of amounts); `whole`: the weight of all. */
static strait_status sum_often(struct summing *s, const char *topic, const char *sql, double whole, const char *measure, const char *unit)
{
    struct store_rows *r = NULL;
    strait_status st = STRAIT_OK;
    bool more;

    TRY(store_select(s->cx, s->db, sql, &r));
    for (;;) {
        TRY(store_next(s->cx, r, &more));
        if (!more)
            break;
        TRY(put(s, topic, store_text(r, 0), "share", store_real(r, 1) / whole, ""));
        if (measure)
            TRY(put(s, topic, store_text(r, 0), measure, store_real(r, 2) / store_real(r, 1), unit));
    }
out:
    store_done(r);
    return st;
}

static strait_status sum_unmet(struct summing *s)
{
    values v = {0}, undone = {0};
    strait_status st = STRAIT_OK;

    TRY(read_values(s, "SELECT 1, weight FROM scenario WHERE " HAS_PLAN " AND " UNDONE " ORDER BY k", &undone));
    TRY(put(s, "unmet", "all", "share", mean_of(&undone, s->planned), ""));
    TRY(read_values(s, "SELECT penalty, weight FROM scenario WHERE " HAS_PLAN " ORDER BY k", &v));
    TRY(put(s, "unmet", "all", "mean", mean_of(&v, s->planned), s->currency));
    qsort(v.v, v.n, sizeof *v.v, ascending);
    TRY(put(s, "unmet", "all", "p95", percentile(v.v, v.n, s->planned, 0.95), s->currency));
    TRY(sum_often(s, "unmet",
                  "SELECT a.name, sum(a.w), sum(a.w * a.h) FROM (SELECT p.workload AS name, c.weight AS w, sum(p.penalty) AS h "
                  "FROM unmet AS p JOIN scenario AS c ON c.k = p.k GROUP BY p.workload, p.k) AS a GROUP BY a.name ORDER BY a.name",
                  s->planned, "mean_penalty", s->currency));
out:
    VEC_FREE(&v);
    VEC_FREE(&undone);
    return st;
}

static strait_status sum_clash(struct summing *s)
{
    char all[40];
    strait_status st = store_meta(s->cx, s->db, "SELECT total(weight) FROM scenario WHERE status = 'infeasible'", all, sizeof all);

    if (st != STRAIT_OK || !(strtod(all, NULL) > 0))
        return st;
    return sum_often(s, "clash", "SELECT x.family || ' ' || x.name, sum(c.weight) FROM clash AS x JOIN scenario AS c ON c.k = x.k "
                                 "GROUP BY 1 ORDER BY 2 DESC, 1", strtod(all, NULL), NULL, "");
}

static strait_status sum_drivers(struct summing *s)
{
    struct drivers *d = NULL;
    strait_status st = STRAIT_OK;

    TRY(drivers_fit(s->cx, s->db, &d));
    for (size_t i = 0; i < d->n; i++) {
        TRY(put(s, "driver", d->v[i].name, "effect", d->v[i].effect, s->currency));
        TRY(put(s, "driver", d->v[i].name, "share", d->v[i].share, ""));
    }
    if (d->n > 0)
        TRY(put(s, "driver", "all", "r2", d->r2, ""));
out:
    drivers_free(d);
    return st;
}

static strait_status sum_up(struct summing *s)
{
    strait_status st = STRAIT_OK;

    TRY(sum_status(s));
    TRY(sum_missing(s));
    TRY(sum_cost(s));
    if (s->planned > 0) {
        TRY(sum_unmet(s));
        TRY(sum_hours(s));
        TRY(sum_often(s, "placement",
                      "SELECT a.name, sum(a.w), sum(a.w * a.h) FROM (SELECT p.workload || ' on ' || p.offer AS name, c.weight AS w, "
                      "sum(p.accel_hours) AS h FROM placement AS p JOIN scenario AS c ON c.k = p.k GROUP BY p.workload, p.offer, p.k) AS a "
                      "GROUP BY a.name ORDER BY a.name", s->planned, "mean_hours", "h"));
        TRY(sum_often(s, "lease",
                      "SELECT a.name, sum(a.w), sum(a.w * a.h) FROM (SELECT p.offer || ' ' || p.kind AS name, c.weight AS w, "
                      "sum(p.accelerators) AS h FROM lease AS p JOIN scenario AS c ON c.k = p.k GROUP BY p.offer, p.kind, p.k) AS a "
                      "GROUP BY a.name ORDER BY a.name", s->planned, "mean_accelerators", ""));
        TRY(sum_drivers(s));
    }
    TRY(sum_clash(s));
out:
    return st;
}

/**
 * The summary of a store, by weight.
 *
 * @param path  a store that no run has open
 * @param out   table "summary", owned by the caller: topic, name, measure, value, unit
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_EINPUT (not a store), STRAIT_ENOMEM
 * Cost O(rows log rows + scenarios * inputs^2).  Test: tests/unit/check_batch.c
 */
strait_status study_summary(strait_ctx *cx, const char *path, strait_table **out)
{
    static const struct column_def def[] = {
        {"topic", STRAIT_TEXT, ""}, {"name", STRAIT_TEXT, ""}, {"measure", STRAIT_TEXT, ""}, {"value", STRAIT_REAL, ""}, {"unit", STRAIT_TEXT, ""},
        {NULL, STRAIT_TEXT, NULL},
    };
    struct summing s = {.cx = cx};
    strait_status st = STRAIT_OK;

    TRY(store_open(cx, path, STORE_READ, &s.db));
    TRY(store_meta(cx, s.db, "SELECT value FROM meta WHERE key = 'currency'", s.currency, sizeof s.currency));
    TRY(table_new(&s.t, "summary", def) == STRAIT_OK ? STRAIT_OK : cx_nomem(cx));
    TRY(sum_up(&s));
    *out = s.t;
    s.t = NULL;
out:
    table_free(s.t);
    store_close(s.db);
    return st;
}
