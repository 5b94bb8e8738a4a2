/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The results of a batch: one SQLite file.  SQLite itself stays behind store.c.
 *
 * A rollback journal, not WAL: the store is one file once it is closed, on any file system that has locks, and rows come
 * some hundred a second at most.  The writer holds its lock from open to close, so a second one is refused at once.
 */
#ifndef STRAIT_STUDY_STORE_H
#define STRAIT_STUDY_STORE_H

#include "base/arena.h"
#include "base/ctx.h"

#define STORE_APPLICATION 0x53747261   /* "Stra" */
#define STORE_VERSION 2   /* 1 had no scenario.penalty and no unmet */

struct store;
/* NEW: must not be there (an empty file counts as none).  RESUME: may be there, and must be ours.  READ: only read. */
enum store_mode { STORE_NEW, STORE_RESUME, STORE_READ };

/**
 * Open a store and take its lock, making its tables where it is new.
 * STRAIT_EIO: cannot be read or written, is locked by another run, is there already; STRAIT_EINPUT: another program's file, or
 * of an earlier or later version.  Test: tests/unit/check_store.c
 */
strait_status store_open(strait_ctx *cx, const char *path, enum store_mode mode, struct store **out) MUST_USE;
/* What is not committed is lost.  NULL is fine. */
void store_close(struct store *s);

/**
 * Run one statement with its parameters by type: i int64_t, r double (NaN: NULL), t text (NULL: NULL).  `sql` is kept prepared and
 * told apart by its address: a literal.  STRAIT_EIO (a full disk, too), STRAIT_ENOMEM.
 */
strait_status store_run(strait_ctx *cx, struct store *s, const char *sql, const char *types, ...) MUST_USE;
strait_status store_begin(strait_ctx *cx, struct store *s) MUST_USE;
strait_status store_commit(strait_ctx *cx, struct store *s) MUST_USE;
void store_rollback(struct store *s);
/* Attach another store as `other`, read only, after the same checks as for READ; and take it off again. */
strait_status store_attach(strait_ctx *cx, struct store *s, const char *path) MUST_USE;
strait_status store_detach(strait_ctx *cx, struct store *s) MUST_USE;

/* Rows of a query: while (store_next(...) == STRAIT_OK && more).  Texts are good until the next call. */
struct store_rows;
strait_status store_select(strait_ctx *cx, struct store *s, const char *sql, struct store_rows **out) MUST_USE;
strait_status store_next(strait_ctx *cx, struct store_rows *r, bool *more) MUST_USE;
int64_t store_int(struct store_rows *r, int col);
double store_real(struct store_rows *r, int col);        /* NaN: NULL */
const char *store_text(struct store_rows *r, int col);   /* NULL: NULL */
void store_done(struct store_rows *r);                   /* NULL is fine */

/* A value of meta into buf, "" when there is none. */
strait_status store_meta(strait_ctx *cx, struct store *s, const char *sql, char *buf, size_t n) MUST_USE;

#endif
