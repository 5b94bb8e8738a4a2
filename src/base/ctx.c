/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ctx.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/mem.h"
#include "base/tolerance.h"

const char *strait_version(void)
{
    return PACKAGE_VERSION;
}

strait_ctx *strait_ctx_new(void)
{
    strait_ctx *cx = mem_calloc(1, sizeof *cx);

    if (cx == NULL)
        return NULL;
    cx->arena = arena_new();
    if (cx->arena == NULL) {
        mem_free(cx);
        return NULL;
    }
    cx->threads = 1;
    cx->rounding = true;
    cx->gap = TOL_GAP;
    cx->began = cx_now();
    return cx;
}

void strait_ctx_free(strait_ctx *cx)
{
    if (cx == NULL)
        return;
    VEC_FREE(&cx->faults);
    VEC_FREE(&cx->fault_kinds);
    arena_free(cx->arena);
    mem_free(cx->baseline);
    mem_free(cx);
}

const char *strait_message(const strait_ctx *cx)
{
    return cx->message;
}

void strait_on_log(strait_ctx *cx, strait_log_fn *fn, void *data)
{
    cx->log = fn;
    cx->log_data = data;
}

void strait_on_progress(strait_ctx *cx, strait_progress_fn *fn, void *data)
{
    cx->progress = fn;
    cx->progress_data = data;
}

/** A message is one line, whatever a file name or value in it holds. */
void cx_one_line(char *s)
{
    for (; *s != '\0'; s++)
        if (*s == '\n' || *s == '\r')
            *s = ' ';
}

/**
 * Set the context's message and return st, so that a cause reads `return cx_fail(cx, STRAIT_EIO, ...)`.
 * Longer messages are cut at the size of cx->message.
 */
strait_status cx_fail(strait_ctx *cx, strait_status st, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(cx->message, sizeof cx->message, fmt, ap);
    va_end(ap);
    cx_one_line(cx->message);
    return st;
}

/** STRAIT_ENOMEM with its message; needs no memory itself. */
strait_status cx_nomem(strait_ctx *cx)
{
    return cx_fail(cx, STRAIT_ENOMEM, "out of memory");
}

/** Forget all faults and the message.  Texts of earlier faults are no longer valid. */
void cx_clear(strait_ctx *cx)
{
    arena *fresh = arena_new();

    /* Without memory for a new arena the old texts stay a little longer; nothing points to them. */
    if (fresh != NULL) {
        arena_free(cx->arena);
        cx->arena = fresh;
    }
    cx->faults.n = cx->fault_kinds.n = 0;
    cx->n_error = cx->n_warning = 0;
    cx_begin(cx);
}

/** Start of a public call: forget the message and start its clock. */
void cx_begin(strait_ctx *cx)
{
    cx->message[0] = '\0';
    cx->began = cx_now();
}

/** One line of words for a person, through the log sink if there is one; cut at 1 kB. */
void cx_log(strait_ctx *cx, const char *fmt, ...)
{
    char line[1024];
    va_list ap;

    if (cx->log == NULL)
        return;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    cx_one_line(line);
    cx->log(cx->log_data, line);
}

/** One progress tick; true when the caller asked to stop. */
bool cx_tick(strait_ctx *cx, const char *stage, double gap)
{
    if (cx->progress == NULL)
        return false;
    return cx->progress(cx->progress_data, stage, cx_now() - cx->began, gap) != 0;
}

/** Seconds on a clock that never goes back; its zero means nothing. */
double cx_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/** User CPU seconds of the process, all threads: what a busy machine does not lengthen. */
double cx_cpu(void)
{
    struct rusage u;

    return getrusage(RUSAGE_SELF, &u) == 0 ? (double)u.ru_utime.tv_sec + 1e-6 * (double)u.ru_utime.tv_usec : (double)NAN;
}
