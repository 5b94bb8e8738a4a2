/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only user of sqlite3.h. */
#include "study/store.h"

#include <math.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/mem.h"
#include "base/str.h"

#define KEPT 16   /* statements kept prepared */

struct store {
    sqlite3 *db;
    char *path;
    struct { const char *sql; sqlite3_stmt *stmt; } kept[KEPT];
    size_t n_kept;
};

struct store_rows { struct store *s; sqlite3_stmt *stmt; };

/* The key's columns stand first: the integrity check of SQLite 3.40 finds NULLs that are not there when they do not. */
static const char schema[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE scenario(k INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, objective REAL, gap REAL,"
    " warm INTEGER NOT NULL, error TEXT, weight REAL NOT NULL, penalty REAL) STRICT;"
    "CREATE TABLE scenario_input(k INTEGER NOT NULL, i INTEGER NOT NULL, path TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY(k, i)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE placement(k INTEGER NOT NULL, i INTEGER NOT NULL, workload TEXT NOT NULL, phase TEXT NOT NULL, user_region TEXT, offer TEXT NOT NULL,"
    " site TEXT NOT NULL, accelerator TEXT NOT NULL, accel_hours REAL NOT NULL, tokens REAL NOT NULL, cost REAL NOT NULL,"
    " PRIMARY KEY(k, i)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE unmet(k INTEGER NOT NULL, i INTEGER NOT NULL, workload TEXT NOT NULL, phase TEXT NOT NULL, user_region TEXT,"
    " tokens REAL NOT NULL, penalty REAL NOT NULL, PRIMARY KEY(k, i)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE lease(k INTEGER NOT NULL, i INTEGER NOT NULL, offer TEXT NOT NULL, kind TEXT NOT NULL, sign_by TEXT, start TEXT, \"end\" TEXT,"
    " accelerators REAL NOT NULL, cost REAL NOT NULL, PRIMARY KEY(k, i)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE dual(k INTEGER NOT NULL, i INTEGER NOT NULL, family TEXT NOT NULL, name TEXT NOT NULL, period TEXT, value REAL NOT NULL,"
    " unit TEXT NOT NULL, PRIMARY KEY(k, i)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE clash(k INTEGER NOT NULL, i INTEGER NOT NULL, family TEXT NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY(k, i)) STRICT, WITHOUT ROWID;";

/* What SQLite refused, as a failure of ours. */
static strait_status failed(strait_ctx *cx, const struct store *s)
{
    int code = s->db ? sqlite3_errcode(s->db) : SQLITE_NOMEM;
    const char *said = s->db ? sqlite3_errmsg(s->db) : "";

    switch (code) {
    case SQLITE_NOMEM: return cx_nomem(cx);
    case SQLITE_BUSY: case SQLITE_LOCKED:
        return cx_fail(cx, STRAIT_EIO, "%s: another run has this store open; wait for it to end, or name another", s->path);
    case SQLITE_NOTADB: return cx_fail(cx, STRAIT_EINPUT, "%s: is not a store: %s", s->path, said);
    case SQLITE_FULL:
        return cx_fail(cx, STRAIT_EIO, "%s: the disk is full; what was committed before is whole, and --resume goes on", s->path);
    default: return cx_fail(cx, STRAIT_EIO, "%s: %s", s->path, said);
    }
}

static strait_status execute(strait_ctx *cx, struct store *s, const char *sql)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STRAIT_OK : failed(cx, s);
}

void store_close(struct store *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_kept; i++)
        sqlite3_finalize(s->kept[i].stmt);
    sqlite3_close(s->db);
    mem_free(s->path);
    mem_free(s);
}

/* ---- rows ---- */

strait_status store_select(strait_ctx *cx, struct store *s, const char *sql, struct store_rows **out)
{
    struct store_rows *r = mem_calloc(1, sizeof *r);

    if (!r)
        return cx_nomem(cx);
    r->s = s;
    if (sqlite3_prepare_v2(s->db, sql, -1, &r->stmt, NULL) != SQLITE_OK) {
        mem_free(r);
        return failed(cx, s);
    }
    *out = r;
    return STRAIT_OK;
}

strait_status store_next(strait_ctx *cx, struct store_rows *r, bool *more)
{
    int code = sqlite3_step(r->stmt);

    *more = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? STRAIT_OK : failed(cx, r->s);
}

int64_t store_int(struct store_rows *r, int col) { return sqlite3_column_int64(r->stmt, col); }

double store_real(struct store_rows *r, int col)
{
    return sqlite3_column_type(r->stmt, col) == SQLITE_NULL ? (double)NAN : sqlite3_column_double(r->stmt, col);
}

const char *store_text(struct store_rows *r, int col) { return (const char *)sqlite3_column_text(r->stmt, col); }

void store_done(struct store_rows *r)
{
    if (!r)
        return;
    sqlite3_finalize(r->stmt);
    mem_free(r);
}

/* The first number that a query gives; -1: no row. */
static strait_status one_number(strait_ctx *cx, struct store *s, const char *sql, int64_t *out)
{
    struct store_rows *r = NULL;
    strait_status st = STRAIT_OK;
    bool more;

    *out = -1;
    TRY(store_select(cx, s, sql, &r));
    TRY(store_next(cx, r, &more));
    if (more)
        *out = store_int(r, 0);
out:
    store_done(r);
    return st;
}

strait_status store_meta(strait_ctx *cx, struct store *s, const char *sql, char *buf, size_t n)
{
    struct store_rows *r = NULL;
    strait_status st = STRAIT_OK;
    bool more;

    buf[0] = '\0';
    TRY(store_select(cx, s, sql, &r));
    TRY(store_next(cx, r, &more));
    if (more && store_text(r, 0))
        snprintf(buf, n, "%s", store_text(r, 0));
out:
    store_done(r);
    return st;
}

/* ---- statements ---- */

static strait_status prepared(strait_ctx *cx, struct store *s, const char *sql, sqlite3_stmt **out)
{
    for (size_t i = 0; i < s->n_kept; i++)
        if (s->kept[i].sql == sql) {
            *out = s->kept[i].stmt;
            return STRAIT_OK;
        }
    if (s->n_kept == KEPT)
        return cx_fail(cx, STRAIT_EBUG, "too many statements are kept prepared");
    if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
        return failed(cx, s);
    s->kept[s->n_kept].sql = sql;
    s->kept[s->n_kept++].stmt = *out;
    return STRAIT_OK;
}

static int bind_real(sqlite3_stmt *q, int at, double v)
{
    return isnan(v) ? sqlite3_bind_null(q, at) : sqlite3_bind_double(q, at, v);
}

strait_status store_run(strait_ctx *cx, struct store *s, const char *sql, const char *types, ...)
{
    sqlite3_stmt *q;
    va_list ap;
    strait_status st = prepared(cx, s, sql, &q);
    int code = SQLITE_OK;

    if (st != STRAIT_OK)
        return st;
    va_start(ap, types);
    for (int i = 0; types[i] != '\0' && code == SQLITE_OK; i++) {
        if (types[i] == 'i')
            code = sqlite3_bind_int64(q, i + 1, va_arg(ap, int64_t));
        else if (types[i] == 'r')
            code = bind_real(q, i + 1, va_arg(ap, double));
        else
            code = sqlite3_bind_text(q, i + 1, va_arg(ap, const char *), -1, SQLITE_STATIC);
    }
    va_end(ap);
    if (code == SQLITE_OK)
        code = sqlite3_step(q);
    st = code == SQLITE_DONE || code == SQLITE_ROW ? STRAIT_OK : failed(cx, s);
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
    return st;
}

strait_status store_begin(strait_ctx *cx, struct store *s) { return execute(cx, s, "BEGIN IMMEDIATE"); }
strait_status store_commit(strait_ctx *cx, struct store *s) { return execute(cx, s, "COMMIT"); }

void store_rollback(struct store *s)
{
    if (s && !sqlite3_get_autocommit(s->db))
        (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- whose file it is ---- */

static strait_status check_owner(strait_ctx *cx, const char *path, int64_t application, int64_t version)
{
    if (application != STORE_APPLICATION)
        return cx_fail(cx, STRAIT_EINPUT, "%s: is a SQLite file of another program, not a store of strait batch", path);
    if (version < STORE_VERSION)    /* what work was undone cannot be made up for */
        return cx_fail(cx, STRAIT_EINPUT, "%s: is a store of version %lld, which does not tell work left undone; run the sweep into a new one "
                       "(this program knows version %d)", path, (long long)version, STORE_VERSION);
    if (version != STORE_VERSION)
        return cx_fail(cx, STRAIT_EINPUT, "%s: is a store of version %lld; this program knows version %d", path, (long long)version,
                       STORE_VERSION);
    return STRAIT_OK;
}

/* Nothing in it: a run was killed before its first commit, or the caller made the file. */
static strait_status is_blank(strait_ctx *cx, struct store *s, bool *blank)
{
    int64_t pages;
    strait_status st = one_number(cx, s, "SELECT count(*) FROM sqlite_schema", &pages);

    *blank = st == STRAIT_OK && pages == 0;
    return st;
}

static strait_status make_tables(strait_ctx *cx, struct store *s)
{
    char pragma[120];
    strait_status st = STRAIT_OK;

    snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d; PRAGMA user_version = %d;", STORE_APPLICATION, STORE_VERSION);
    TRY(store_begin(cx, s));
    TRY(execute(cx, s, schema));
    TRY(execute(cx, s, pragma));
    TRY(store_commit(cx, s));
out:
    return st;
}

static strait_status check_file(strait_ctx *cx, struct store *s)
{
    int64_t application, version;
    strait_status st = STRAIT_OK;

    TRY(one_number(cx, s, "PRAGMA main.application_id", &application));
    TRY(one_number(cx, s, "PRAGMA main.user_version", &version));
    TRY(check_owner(cx, s->path, application, version));
out:
    return st;
}

/* Before anything of the file is believed. */
static strait_status distrust(strait_ctx *cx, struct store *s, bool writes)
{
    if (sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK
        || sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) != SQLITE_OK)
        return failed(cx, s);
    sqlite3_extended_result_codes(s->db, 0);
    return execute(cx, s, writes ? "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA locking_mode=EXCLUSIVE;"
                                   "PRAGMA synchronous=FULL;"
                                 : "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;");
}

static strait_status settle(strait_ctx *cx, struct store *s, enum store_mode mode)
{
    strait_status st = STRAIT_OK;
    bool blank;

    TRY(distrust(cx, s, mode != STORE_READ));
    if (mode != STORE_READ) {       /* takes the lock, and with it the journal of a run that was killed */
        TRY(execute(cx, s, "BEGIN EXCLUSIVE"));
        TRY(store_commit(cx, s));
    }
    TRY(is_blank(cx, s, &blank));
    if (blank && mode != STORE_READ) {
        TRY(make_tables(cx, s));
    } else {
        TRY(check_file(cx, s));
        if (mode == STORE_NEW)
            st = cx_fail(cx, STRAIT_EIO, "%s: is there already; --resume goes on with it, or name another", s->path);
    }
out:
    return st;
}

strait_status store_open(strait_ctx *cx, const char *path, enum store_mode mode, struct store **out)
{
    int flags = mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    struct store *s = mem_calloc(1, sizeof *s);
    struct stat file;
    strait_status st = STRAIT_OK;

    if (!s || !(s->path = mem_strdup(path))) {
        mem_free(s);
        return cx_nomem(cx);
    }
    if (stat(path, &file) == 0 && !S_ISREG(file.st_mode)) {
        st = cx_fail(cx, STRAIT_EIO, "%s: is not a regular file", path);
        goto out;
    }
    if (sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        TRY(failed(cx, s));
    TRY(settle(cx, s, mode));
    *out = s;
    s = NULL;
out:
    store_close(s);
    return st;
}

strait_status store_attach(strait_ctx *cx, struct store *s, const char *path)
{
    struct store *other = NULL;
    sqlite3_stmt *q = NULL;
    strait_status st = store_open(cx, path, STORE_READ, &other);   /* with its checks, and its messages */

    store_close(other);
    if (st != STRAIT_OK)
        return st;
    if (sqlite3_prepare_v2(s->db, "ATTACH ?1 AS other", -1, &q, NULL) != SQLITE_OK
        || sqlite3_bind_text(q, 1, path, -1, SQLITE_STATIC) != SQLITE_OK || sqlite3_step(q) != SQLITE_DONE)
        st = failed(cx, s);
    sqlite3_finalize(q);
    return st;
}

strait_status store_detach(strait_ctx *cx, struct store *s) { return execute(cx, s, "DETACH other"); }
