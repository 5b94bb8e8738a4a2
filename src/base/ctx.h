/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The context: options, the fault list, the last message, sinks.  One per thread.
 * Three kinds never mixed: a failure (strait_status), an outcome (data in a result), a bug (assert).
 */
#ifndef STRAIT_BASE_CTX_H
#define STRAIT_BASE_CTX_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/status.h"
#include "base/vec.h"

enum severity { SEV_ERROR, SEV_WARNING };

struct fault {
    enum severity severity;
    const char *file;      /* as the user named it; "" when none */
    unsigned line;         /* 1-based; 0 when there is no file */
    const char *key;       /* e.g. "offers.johor_h200.price" */
    const char *value;     /* as the user wrote it; NULL when none */
    const char *text;      /* what is wrong */
    const char *allowed;   /* what is allowed; NULL when that is plain from text */
};

#define FAULTS_SHOWN 100   /* of one kind; the others are counted in one line */

/* Faults of one kind: one file, one table, and texts that differ in their numbers and names alone. */
struct fault_kind {
    uint64_t hash;
    size_t n, room;
    const char *sample;    /* text of the first that is not shown */
    char *more;            /* of the line that counts those not shown, `room` bytes; NULL: all are shown */
};

struct strait_ctx {
    arena *arena;                     /* owns fault texts and the message */
    VEC(struct fault) faults;         /* as shown */
    VEC(struct fault_kind) fault_kinds;
    size_t n_error, n_warning;        /* of all, shown or not */
    char message[1024];               /* the last failure, one line, no newline */
    int threads;                      /* >= 1 */
    double time_limit_s;              /* 0: none */
    double gap;                       /* relative, default 1e-6 */
    uint64_t seed;
    bool rounding;                    /* --rounding on: plans also in whole blocks, gangs and replicas */
    bool engine_glpk;                 /* --engine glpk */
    bool start_always;                /* for tests: a structured start for programs of any size */
    char *baseline;                   /* --baseline: path of a previous plan.json; owned, NULL: none */
    bool stats;                       /* --stats: the writers add the table "stats" */
    strait_log_fn *log; void *log_data;                  /* words, may be NULL */
    strait_progress_fn *progress; void *progress_data;   /* may be NULL; nonzero return cancels */
    double began;                     /* cx_now() when the public call began */
};

/* Set the message and return `st`.  Written once, where the cause is known. */
strait_status cx_fail(strait_ctx *cx, strait_status st, const char *fmt, ...) PRINTF_LIKE(3, 4);
strait_status cx_nomem(strait_ctx *cx);   /* STRAIT_ENOMEM with its message */

void cx_one_line(char *s);                /* newlines to blanks */

/* fault.c: collect a fault; `value` and `allowed` may be NULL.  Returns STRAIT_OK or STRAIT_ENOMEM. */
strait_status cx_fault(strait_ctx *cx, enum severity sev, const char *file, unsigned line,
                       const char *key, const char *value, const char *allowed,
                       const char *fmt, ...) PRINTF_LIKE(8, 9) MUST_USE;

void cx_clear(strait_ctx *cx);            /* forget faults and message; cx_begin */
void cx_begin(strait_ctx *cx);            /* a public call begins: forget the message, start its clock */
void cx_log(strait_ctx *cx, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * One progress tick: stage ("load", "solve", ...), elapsed seconds since the call began, gap
 * (NaN: unknown).  Returns true when the caller asked to stop.
 */
bool cx_tick(strait_ctx *cx, const char *stage, double gap);

/* Monotone seconds, for limits and --stats only. */
double cx_now(void);
double cx_cpu(void);

#endif
