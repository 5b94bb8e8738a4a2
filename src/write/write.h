/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables to bytes: JSON, CSV, aligned text, the plan on a terminal's page, LP files.  Nothing is computed here but
 * sums for display.  Every writer streams through the caller's sink in pieces of about 64 KiB.
 */
#ifndef STRAIT_WRITE_WRITE_H
#define STRAIT_WRITE_WRITE_H

#include <stddef.h>
#include "base/ctx.h"
#include "base/table.h"

/* The tables of a plan, in the order in which they were made. */
struct table_set {
    const strait_table *const *v;
    size_t n;
};

/* NULL when the set has no table of that name. */
const strait_table *table_set_find(const struct table_set *set, const char *name);

/* An array of objects, one a line, keys as the columns. */
strait_status write_table_json(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data) MUST_USE;
/* A header of key[unit], then the rows; quoted as RFC 4180 has it, lines end with LF. */
strait_status write_table_csv(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data) MUST_USE;
/* Aligned columns for a terminal; numbers to 6 digits. */
strait_status write_table_text(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data) MUST_USE;

/* Table "faults" in the form FILE:LINE: error|warning: KEY: "VALUE": what is wrong; what is allowed. */
strait_status write_faults_text(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data) MUST_USE;
/* The same as {"schema": "strait.check/1", "faults": [...]}. */
strait_status write_faults_json(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data) MUST_USE;

/* Table "estimate" in at most PAGE_COLS columns. */
strait_status write_estimate_text(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data) MUST_USE;

/* plan.json; the table "stats" only when asked for. */
strait_status write_plan_json(strait_ctx *cx, const struct table_set *set, bool with_stats,
                              strait_write_fn *fn, void *data) MUST_USE;
/* The plan on one page: at most PAGE_LINES lines of PAGE_COLS columns (stats come after it when asked for). */
#define PAGE_LINES 40
#define PAGE_COLS 100
strait_status write_plan_text(strait_ctx *cx, const struct table_set *set, bool with_stats,
                              strait_write_fn *fn, void *data) MUST_USE;

/* A rolling horizon in lines of at most PAGE_COLS columns; of its JSON, write_plan_json knows the shapes. */
strait_status write_roll_text(strait_ctx *cx, const struct table_set *set, strait_write_fn *fn, void *data) MUST_USE;

/* errors_page.c: predicted against published as one self-contained HTML page. */
strait_status errors_page(strait_ctx *cx, const strait_table *errors, const strait_table *summary, strait_write_fn *fn,
                          void *data) MUST_USE;

#endif
