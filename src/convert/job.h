/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what is asked of an import, what all of them count, and the helpers that they share. */
#ifndef STRAIT_CONVERT_JOB_H
#define STRAIT_CONVERT_JOB_H

#include <stdint.h>

#include "convert/convert.h"
#include "convert/index.h"
#include "input/rows.h"

/* NAME[=TO],... of an option; to NULL: not given. */
struct pick { const char *name, *to; bool seen; };

struct asked {
    VEC(struct pick) regions, columns, where, rename;
    const char *accelerators;            /* file */
    const char *profile, *workload, *region;
    const char *source, *date, *kind;    /* NULL: not given */
    int64_t count, unit;                 /* 0: not given */
    double interruptions;                /* per hour; NaN: not given */
    int64_t utc_offset, clock_offset;    /* seconds */
    int64_t start;                       /* DATE_NONE: not given */
};

/* A kind of bad row: counted, the first kept. */
struct bad { const char *file, *column, *what, *allowed, *value; uint32_t line; int64_t rows; };

struct file_count { const char *file; int64_t rows, used, other, bad; };

struct job {
    strait_ctx *cx;
    arena *arena;
    struct asked ask;
    VEC(struct bad) bad;
    VEC(struct file_count) file;
    struct converted *out;
    const char *path;                    /* the file at hand */
    struct rows rows;
};

/* ---- job.c ---- */

/* Read every file: `begin` finds the columns of one, `row` takes its rows. */
typedef strait_status job_fn(struct job *j, void *data);
strait_status job_read(struct job *j, const char *const *file, size_t n, job_fn *begin, job_fn *row, void *data) MUST_USE;
/* The row at hand cannot be used.  what, allowed, column: static or in the arena. */
strait_status job_bad(struct job *j, size_t column, const char *allowed, const char *what) MUST_USE;
/* It is of no use here, without being wrong: another region, no accelerator. */
void job_other(struct job *j);
/* STRAIT_EINPUT with its fault: the file has no column for `meaning`. */
strait_status job_no_column(struct job *j, const char *meaning, const char *allowed) MUST_USE;
/* Own the table from now on, whatever comes; one without rows is dropped. */
strait_status job_give(struct job *j, strait_table **t) MUST_USE;
/* Table "import", warnings of bad rows and table "skipped". */
strait_status job_tell(struct job *j) MUST_USE;
/* A text in the arena made of a word: only what a NAME may hold, at most `most` bytes. */
const char *job_name(struct job *j, const char *word, size_t most);
/* The file's name without folder and endings. */
const char *job_stem(struct job *j, const char *path);

/* ---- cells (cell.c): false when the cell is none of these ---- */

bool cell_real(const char *text, double *v);               /* finite, decimal digits */
/* Whole and not negative; 12.0 is whole. */
bool cell_count(const char *text, double *v);
/* Seconds since 1970 as microseconds; see cell.c for the forms.  relative: seconds since a beginning that is not told. */
bool cell_time(const char *text, int64_t clock_offset, int64_t *us, bool *relative);

/* ---- asked.c ---- */

bool is_name(const char *s);      /* a NAME of ours */
strait_status asked_read(struct job *j, const char *what, const strait_import_option *o, size_t n) MUST_USE;

/* ---- accelerators.c ---- */

struct chip_name { const char *name, *instance, *ours, *note; };
struct chip_names { VEC(struct chip_name) row; struct index known; };

/* The built-in names, ours, and those of the file that was asked for. */
strait_status chip_names_new(struct job *j, struct chip_names *out) MUST_USE;
void chip_names_free(struct chip_names *c);
/* Our name, or NULL with the reason in *why. */
const char *chip_names_find(const struct chip_names *c, const char *name, const char *instance, const char **why);

/* Names that could not be used, for the table "unknown". */
struct stranger { const char *name, *provider, *why; int64_t rows; double lowest; };
struct strangers { VEC(struct stranger) row; struct index by; };
strait_status strangers_add(struct job *j, struct strangers *s, const char *name, const char *provider, const char *why,
                            double price) MUST_USE;
strait_status strangers_table(struct job *j, const struct strangers *s) MUST_USE;
void strangers_free(struct strangers *s);

/* ---- the imports ---- */

strait_status import_skypilot(struct job *j, const char *const *file, size_t n) MUST_USE;
strait_status import_trace(struct job *j, const char *const *file, size_t n) MUST_USE;
strait_status import_rates(struct job *j, const char *const *file, size_t n) MUST_USE;

#endif
