/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a store is of, and what is in it already. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "study/batch.h"

static const char put_meta[] = "INSERT INTO meta VALUES(?,?)";

static strait_status put_number(strait_ctx *cx, struct store *db, const char *key, uint64_t v)
{
    char text[24];

    snprintf(text, sizeof text, "%llu", (unsigned long long)v);
    return store_run(cx, db, put_meta, "tt", key, text);
}

static void keep_text(unsigned keep, char out[40])
{
    snprintf(out, 40, "%s%s%s", keep & KEEP_PLACEMENTS ? "placements," : "", keep & KEEP_LEASES ? "leases," : "", keep & KEEP_DUALS ? "duals," : "");
    if (out[0])
        out[strlen(out) - 1] = '\0';
    else
        snprintf(out, 40, "none");
}

/* What was fitted, for whoever reads the store. */
static strait_status put_fitted(strait_ctx *cx, struct store *db, const struct sweep *s)
{
    size_t n = s->event.n + s->quantity.n;
    char key[200], value[32];
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < s->quantity.n; i++) {
        if (!s->quantity.v[i].fitted)
            continue;
        snprintf(key, sizeof key, "sigma of %s", s->quantity.v[i].name);
        snprintf(value, sizeof value, "%.17g", s->quantity.v[i].size);
        TRY(store_run(cx, db, put_meta, "tt", key, value));
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            if (s->from[i * n + j] != SWEEP_FITTED)
                continue;
            snprintf(key, sizeof key, "correlation of %s and %s", sweep_dim_name(s, j), sweep_dim_name(s, i));
            snprintf(value, sizeof value, "%.17g", s->correlation[i * n + j]);
            TRY(store_run(cx, db, put_meta, "tt", key, value));
        }
out:
    return st;
}

/* ---- whose a path is ---- */

/* The length of the path in "path=value", "path*=value", "path+=value". */
static size_t path_length(const char *text)
{
    size_t n = strcspn(text, "=");

    return text[n] == '=' && n > 0 && strchr("*+", text[n - 1]) ? n - 1 : n;
}

static bool has_path(const struct name_list *l, const char *path, size_t n)
{
    for (size_t i = 0; i < l->n; i++)
        if (path_length(l->v[i]) == n && strncmp(l->v[i], path, n) == 0)
            return true;
    return false;
}

/* How many parts of the sweep set the path: where it is one, what moves it has its name. */
static size_t setters(const struct sweep *s, const char *path, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < s->named.n; i++)
        sum += has_path(&s->named.v[i].set.set, path, n);
    for (size_t i = 0; i < s->grid.n; i++)
        sum += has_path(&s->grid.v[i].path, path, n);
    for (size_t i = 0; i < s->event.n; i++)
        sum += has_path(&s->event.v[i].set.set, path, n) || has_path(&s->event.v[i].otherwise.set, path, n);
    for (size_t i = 0; i < s->quantity.n; i++)
        sum += has_path(&s->quantity.v[i].path, path, n);
    return sum;
}

static strait_status put_paths(strait_ctx *cx, struct store *db, const struct sweep *s, const char *what, const char *name, const struct name_list *l)
{
    strait_status st = STRAIT_OK;
    str key = {0};

    for (size_t i = 0; i < l->n && name; i++) {
        size_t n = path_length(l->v[i]);
        if (setters(s, l->v[i], n) != 1)
            continue;
        key.n = 0;
        str_printf(&key, "%s of %.*s", what, (int)n, l->v[i]);
        if (key.failed)
            TRY(cx_nomem(cx));
        TRY(store_run(cx, db, "INSERT OR IGNORE INTO meta VALUES(?,?)", "tt", key.s, name));
    }
out:
    str_free(&key);
    return st;
}

/* For the drivers of a summary. */
static strait_status put_names(strait_ctx *cx, struct store *db, const struct sweep *s)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < s->quantity.n; i++)
        TRY(put_paths(cx, db, s, "quantity", s->quantity.v[i].name, &s->quantity.v[i].path));
    for (size_t i = 0; i < s->event.n; i++) {
        TRY(put_paths(cx, db, s, "event", s->event.v[i].name, &s->event.v[i].set.set));
        TRY(put_paths(cx, db, s, "event", s->event.v[i].name, &s->event.v[i].otherwise.set));
    }
out:
    return st;
}

static strait_status write_meta(strait_ctx *cx, struct store *db, const struct sweep *s, const strait_case *c, const char *shard,
                                const char *keep)
{
    strait_status st = STRAIT_OK;

    TRY(store_begin(cx, db));
    TRY(store_run(cx, db, put_meta, "tt", "schema", "strait.store/2"));
    TRY(store_run(cx, db, put_meta, "tt", "version", strait_version()));
    TRY(store_run(cx, db, put_meta, "tt", "digest", s->digest));
    TRY(put_number(cx, db, "scenarios", s->n));
    TRY(put_number(cx, db, "seed", s->seed));
    TRY(store_run(cx, db, put_meta, "tt", "shard", shard));
    TRY(store_run(cx, db, put_meta, "tt", "keep", keep));
    TRY(store_run(cx, db, put_meta, "tt", "evaluate", s->fixed ? "reprice" : "plan"));
    TRY(store_run(cx, db, put_meta, "tt", "currency", c->settings.currency));
    TRY(put_number(cx, db, "price_year", (uint64_t)c->settings.price_year));
    TRY(put_fitted(cx, db, s));
    TRY(put_names(cx, db, s));
    TRY(store_commit(cx, db));
out:
    return st;
}

static strait_status compare(strait_ctx *cx, const char *what, const char *is, const char *wanted)
{
    if (strcmp(is, wanted) == 0)
        return STRAIT_OK;
    return cx_fail(cx, STRAIT_EINPUT, "the store is of another batch: its %s is %s, this one's is %s", what, is, wanted);
}

strait_status batch_meta(strait_ctx *cx, struct store *db, const struct sweep *s, const strait_case *c, const struct batch_options *o)
{
    char shard[64], keep[40], is[100];
    strait_status st = STRAIT_OK;

    snprintf(shard, sizeof shard, "%llu/%llu", (unsigned long long)o->shard, (unsigned long long)o->n_shard);
    keep_text(o->keep, keep);
    TRY(store_meta(cx, db, "SELECT value FROM meta WHERE key = 'digest'", is, sizeof is));
    if (is[0] == '\0')
        return write_meta(cx, db, s, c, shard, keep);
    TRY(compare(cx, "input digest", is, s->digest));
    TRY(store_meta(cx, db, "SELECT value FROM meta WHERE key = 'shard'", is, sizeof is));
    TRY(compare(cx, "shard", is, shard));
    TRY(store_meta(cx, db, "SELECT value FROM meta WHERE key = 'keep'", is, sizeof is));
    TRY(compare(cx, "keep", is, keep));
out:
    return st;
}

strait_status batch_done(strait_ctx *cx, struct store *db, const struct batch_options *o, bool *done, size_t n)
{
    struct store_rows *r = NULL;
    strait_status st = STRAIT_OK;
    bool more;

    TRY(store_select(cx, db, "SELECT k FROM scenario", &r));
    for (;;) {
        TRY(store_next(cx, r, &more));
        if (!more)
            break;
        uint64_t k = (uint64_t)store_int(r, 0);
        if (k % o->n_shard == o->shard && k / o->n_shard < n)
            done[k / o->n_shard] = true;
    }
out:
    store_done(r);
    return st;
}

strait_status batch_count(strait_ctx *cx, struct store *db, struct batch_counts *counts)
{
    const struct { const char *status; uint64_t *n; } row[] = {
        {"optimal", &counts->optimal}, {"feasible", &counts->feasible}, {"infeasible", &counts->infeasible},
        {"no_plan", &counts->no_plan}, {"error", &counts->error},
    };
    struct store_rows *r = NULL;
    strait_status st = STRAIT_OK;
    bool more;

    counts->done = 0;
    TRY(store_select(cx, db, "SELECT status, count(*), total(warm) FROM scenario GROUP BY status", &r));
    for (;;) {
        TRY(store_next(cx, r, &more));
        if (!more)
            break;
        counts->done += (uint64_t)store_int(r, 1);
        counts->warm += (uint64_t)store_real(r, 2);
        for (size_t i = 0; i < sizeof row / sizeof *row; i++)
            if (strcmp(row[i].status, store_text(r, 0)) == 0)
                *row[i].n = (uint64_t)store_int(r, 1);
    }
    store_done(r);
    r = NULL;
    TRY(store_select(cx, db, "SELECT count(*) FROM scenario WHERE penalty > 0 OR k IN (SELECT k FROM unmet)", &r));
    TRY(store_next(cx, r, &more));
    counts->undone = more ? (uint64_t)store_int(r, 0) : 0;
out:
    store_done(r);
    return st;
}

bool batch_tick(strait_ctx *cx, uint64_t before, uint64_t done, uint64_t total)
{
    double rate = (double)(done - before) / (cx_now() - cx->began);
    char words[80];

    if (done == before)
        snprintf(words, sizeof words, "%llu/%llu", (unsigned long long)done, (unsigned long long)total);
    else
        snprintf(words, sizeof words, "%llu/%llu, %.1f/s, %.0f s left", (unsigned long long)done, (unsigned long long)total, rate,
                 (double)(total - done) / rate);
    return cx_tick(cx, words, (double)NAN);
}
