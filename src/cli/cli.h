/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command.  It sees the library through strait.h only: data goes to stdout or the files of -o, words and progress
 * to stderr.
 */
#ifndef STRAIT_CLI_CLI_H
#define STRAIT_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <strait.h>

/* How the command ends. */
enum {
    END_OK = 0,          /* proven and certified; for other verbs: done */
    END_INFEASIBLE = 1,  /* proven infeasible */
    END_USAGE = 2,
    END_INPUT = 3,       /* faults in the input; with --strict also warnings */
    END_BUG = 4,         /* a broken invariant, a certificate or verification that failed */
    END_FEASIBLE = 5,    /* a certified plan, not proven optimal */
    END_NO_PLAN = 6,
    END_IO = 7,          /* cannot read, write or allocate */
    END_SOME_ERRORS = 8  /* batch: some scenarios are recorded as errors */
};

#define MOST_TARGETS 8
#define MOST_ARGS 2


struct target { const char *format, *path; };

struct session;

struct verb {
    const char *name;
    int (*run)(struct session *s);
    size_t n_arg;
    unsigned flags;        /* the options it takes: bits FLAG_* */
    const char *usage;     /* arguments, e.g. "CASE" */
    const char *summary;
    const char *more;      /* a few lines for `help VERB` */
    bool many;             /* n_arg or more arguments */
};

/* Bits of verb.flags, one for each option of options.c. */
enum {
    FLAG_FORMAT = 1, FLAG_OUT = 2, FLAG_CASE = 4,   /* FLAG_CASE: --set, --scenario, --strict */
    FLAG_SOLVE = 8,                                 /* --threads ... --engine */
    FLAG_TO = 16,
    FLAG_POINTS = 32,                               /* --points, --rates */
    FLAG_ROWS = 64,                                 /* --rows, --rates, --report */
    FLAG_IMPORT = 128,                              /* --regions ... --kind */
    FLAG_SET = 256,                                 /* --set */
    FLAG_BATCH = 512,                               /* --store, --resume, --shard, --keep, --merge, --partial, --summary */
    FLAG_ROLL = 1024,                               /* --plan */
    FLAG_PLAN = 2048,                               /* --rounding, --baseline */
    FLAG_STATS = 4096                               /* --stats */
};

/* One run of the command: what was asked, and the context it is done with. */
struct session {
    strait_ctx *cx;
    const struct verb *verb;
    const char **arg;                 /* owned */
    size_t n_arg;
    const char *format;               /* of stdout or of the plain -o; "table" by default */
    const char *to;                   /* export: format of the program */
    const char *plain_out;            /* -o PATH; NULL: stdout */
    struct target out[MOST_TARGETS];  /* -o FORMAT:PATH */
    size_t n_out;
    const char **set;                 /* as given; owned */
    size_t n_set;
    const char *scenario;
    const char *points, *rates, *report;
    const char *baseline, *plan;
    const char **rows;                /* owned, as set */
    size_t n_rows;
    strait_import_option *import;     /* owned */
    size_t n_import;
    const char *store, *shard, *keep, *merge, *summary;
    bool resume, partial;
    bool stats, strict, quiet, help, version;
    size_t n_fault_told;              /* faults already on stderr */
};

/* options.c: fill s from the arguments; END_OK or END_USAGE (told on stderr). */
int options_parse(struct session *s, int argc, char **argv);
/* "  --format FORMAT   ..." of the options in `flags`, one a line, through fn. */
int options_print(unsigned flags, strait_write_fn *fn, void *data);

/* verbs.c */
const struct verb *verb_find(const char *name);
const struct verb *verb_at(size_t i);           /* NULL past the last */
bool verb_later(const char *name);              /* a verb that this version does not have */

int cmd_batch(struct session *s);
int cmd_check(struct session *s);
int cmd_calibrate(struct session *s);
int cmd_estimate(struct session *s);
int cmd_plan(struct session *s);
int cmd_verify(struct session *s);
int cmd_export(struct session *s);
int cmd_fields(struct session *s);
int cmd_help(struct session *s);
int cmd_import(struct session *s);
int cmd_roll(struct session *s);

/* words.c */
const char *nearest(const char *word, const char *const *names, size_t n);   /* NULL: none is near */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));        /* "strait: ..." on stderr */

/* common.c */
int end_of(strait_status st);
/* Say the context's message for a failed call; its end. */
int failed(struct session *s, strait_status st);
/* The same for a call that collects faults: they are told first, and the message only if it says more. */
int failed_on_input(struct session *s, strait_status st);
/* Refuse a -o that would replace a file that this run reads: END_OK or END_USAGE. */
int spare_arguments(const struct session *s);
/* Load the case of argument 0, telling its faults.  END_OK, or how to end. */
int load_case(struct session *s, strait_case **out);
/* Tell the faults that were not told yet; *n_new of them. */
int tell_faults(struct session *s, size_t *n_new);

typedef strait_status render_fn(struct session *s, const void *what, const char *format, strait_write_fn *fn, void *data);
/* Write to every -o and to stdout as asked for: END_OK or END_IO (told). */
int deliver(struct session *s, render_fn *render, const void *what);
/* The same for one target; path NULL: stdout. */
int deliver_one(struct session *s, render_fn *render, const void *what, const char *format, const char *path);
render_fn render_table;   /* what: a strait_table */
struct out_dir;
/* Say why a folder cannot be written: END_IO. */
int say_folder(const struct out_dir *d);
/* Write one file of a folder that is open, rendered as "csv": END_OK, or how to end (told). */
int deliver_into(struct session *s, struct out_dir *d, const char *name, render_fn *render, const void *what);

#endif
