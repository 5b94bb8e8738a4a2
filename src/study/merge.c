/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores of shards into one. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "study/batch.h"

static strait_status same(strait_ctx *cx, struct store *db, const char *path, const char *what, const char *mine, const char *other)
{
    char a[100], b[100];
    strait_status st = STRAIT_OK;

    TRY(store_meta(cx, db, mine, a, sizeof a));
    TRY(store_meta(cx, db, other, b, sizeof b));
    if (strcmp(a, b) != 0)
        st = cx_fail(cx, STRAIT_EINPUT, "%s: is of another batch: its %s is %s, the first store's is %s", path, what, b, a);
out:
    return st;
}

static strait_status check_same(strait_ctx *cx, struct store *db, const char *path)
{
    strait_status st = STRAIT_OK;

    TRY(same(cx, db, path, "input digest", "SELECT value FROM meta WHERE key = 'digest'", "SELECT value FROM other.meta WHERE key = 'digest'"));
    TRY(same(cx, db, path, "number of scenarios", "SELECT value FROM meta WHERE key = 'scenarios'",
             "SELECT value FROM other.meta WHERE key = 'scenarios'"));
    TRY(same(cx, db, path, "keep", "SELECT value FROM meta WHERE key = 'keep'", "SELECT value FROM other.meta WHERE key = 'keep'"));
out:
    return st;
}

static strait_status check_overlap(strait_ctx *cx, struct store *db, const char *path)
{
    char k[24];
    strait_status st = store_meta(cx, db, "SELECT min(k) FROM other.scenario WHERE k IN (SELECT k FROM main.scenario)", k, sizeof k);

    if (st == STRAIT_OK && k[0])
        return cx_fail(cx, STRAIT_EINPUT, "%s: scenario %s is in an earlier store too; each may be in one", path, k);
    return st;
}

static strait_status copy(strait_ctx *cx, struct store *db, const char *path, bool first)
{
    static const char *const tables[] = {
        "INSERT INTO main.scenario SELECT * FROM other.scenario", "INSERT INTO main.scenario_input SELECT * FROM other.scenario_input",
        "INSERT OR IGNORE INTO main.placement SELECT * FROM other.placement", "INSERT OR IGNORE INTO main.lease SELECT * FROM other.lease",
        "INSERT OR IGNORE INTO main.unmet SELECT * FROM other.unmet",
        "INSERT INTO main.dual SELECT * FROM other.dual", "INSERT INTO main.clash SELECT * FROM other.clash",
    };
    strait_status st = STRAIT_OK;

    TRY(store_attach(cx, db, path));
    TRY(store_begin(cx, db));
    if (first)
        TRY(store_run(cx, db, "INSERT INTO main.meta SELECT * FROM other.meta", ""));
    TRY(check_same(cx, db, path));
    TRY(check_overlap(cx, db, path));
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        TRY(store_run(cx, db, tables[i], ""));
    TRY(store_commit(cx, db));
    TRY(store_detach(cx, db));
out:
    return st;
}

/* Whole, or said to be partial. */
static strait_status check_gaps(strait_ctx *cx, struct store *db, bool partial)
{
    char gap[24], missing[24];
    strait_status st = STRAIT_OK;

    TRY(store_meta(cx, db, "SELECT (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'scenarios') - (SELECT count(*) FROM scenario)", missing,
                   sizeof missing));
    TRY(store_meta(cx, db, "SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM scenario WHERE k = 0) THEN 0 ELSE"
                           " (SELECT min(k) + 1 FROM scenario AS a WHERE NOT EXISTS (SELECT 1 FROM scenario AS b WHERE b.k = a.k + 1)) END",
                   gap, sizeof gap));
    if (strcmp(missing, "0") != 0 && !partial)
        st = cx_fail(cx, STRAIT_EINPUT, "%s scenarios are missing, the first is %s; finish the shards, or --partial", missing, gap);
    else
        st = store_run(cx, db, "UPDATE meta SET value = ? WHERE key = 'shard'", "t", strcmp(missing, "0") == 0 ? "0/1" : "partial");
out:
    return st;
}

/* The rows in other files' order are the same rows: each table is kept by its key. */
static strait_status merge_into(strait_ctx *cx, const char *path, const char *const *in, size_t n, bool partial)
{
    struct store *db = NULL;
    strait_status st = STRAIT_OK;

    TRY(store_open(cx, path, STORE_NEW, &db));
    for (size_t i = 0; i < n; i++)
        TRY(copy(cx, db, in[i], i == 0));
    TRY(check_gaps(cx, db, partial));
out:
    store_close(db);
    return st;
}

/**
 * Merge the stores of a sweep's shards.  The result appears whole or not at all, under a name that must be free.
 *
 * @return STRAIT_OK; STRAIT_EINPUT: they are of other inputs, overlap, or leave a gap and `partial` is false; STRAIT_EIO
 * Cost O(rows).  Test: tests/unit/check_batch.c
 */
strait_status study_merge(strait_ctx *cx, const char *out, const char *const *in, size_t n, bool partial)
{
    size_t size = strlen(out) + sizeof ".merging";
    char *path = mem_calloc(size, 1);
    strait_status st = STRAIT_OK;

    if (!path)
        return cx_nomem(cx);
    snprintf(path, size, "%s.merging", out);
    if (access(out, F_OK) == 0)
        TRY(cx_fail(cx, STRAIT_EIO, "%s: is there already; name another", out));
    (void)unlink(path);     /* of a merge that was killed */
    st = merge_into(cx, path, in, n, partial);
    if (st == STRAIT_OK && rename(path, out) != 0)
        st = cx_fail(cx, STRAIT_EIO, "%s: cannot be put in place", out);
    if (st != STRAIT_OK)
        (void)unlink(path);
out:
    mem_free(path);
    return st;
}
