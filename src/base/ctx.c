/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ctx.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/table.h"
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
    cx->gap = TOL_GAP;
    cx->began = cx_now();
    return cx;
}

void strait_ctx_free(strait_ctx *cx)
{
    if (cx == NULL)
        return;
    VEC_FREE(&cx->faults);
    arena_free(cx->arena);
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

/* A message is one line, whatever a file name or value in it holds. */
static void one_line(char *s)
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
    one_line(cx->message);
    return st;
}

/** STRAIT_ENOMEM with its message; needs no memory itself. */
strait_status cx_nomem(strait_ctx *cx)
{
    return cx_fail(cx, STRAIT_ENOMEM, "out of memory");
}

/* A copy in the arena, NULL for NULL; sets *ok to false when out of memory. */
static const char *keep(strait_ctx *cx, const char *s, bool *ok)
{
    const char *copy = s == NULL ? NULL : arena_strdup(cx->arena, s);

    if (s != NULL && copy == NULL)
        *ok = false;
    return copy;
}

PRINTF_LIKE(2, 0) static char *format(strait_ctx *cx, const char *fmt, va_list ap)
{
    va_list again;
    char *text = NULL;
    int n;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    if (n >= 0)
        text = arena_alloc(cx->arena, (size_t)n + 1, 1);
    if (text != NULL) {
        vsnprintf(text, (size_t)n + 1, fmt, again);
        one_line(text);
    }
    va_end(again);
    return text;
}

/**
 * Collect one fault of the input; every text is copied.  The caller goes on, so that all faults come
 * together, and returns STRAIT_EINPUT at the end when cx->n_error > 0.
 *
 * @param file     as the user named it; NULL or "" when none
 * @param value    as the user wrote it, or NULL
 * @param allowed  what would be right, or NULL when the text says it
 * @param fmt      what is wrong
 * @return STRAIT_OK, STRAIT_ENOMEM (message set, list unchanged)
 * Test: tests/unit/check_base.c
 */
strait_status cx_fault(strait_ctx *cx, enum severity sev, const char *file, unsigned line,
                       const char *key, const char *value, const char *allowed,
                       const char *fmt, ...)
{
    struct fault f = {.severity = sev, .line = line};
    bool ok = true;
    va_list ap;

    f.file = keep(cx, file == NULL ? "" : file, &ok);
    f.key = keep(cx, key == NULL ? "" : key, &ok);
    f.value = keep(cx, value, &ok);
    f.allowed = keep(cx, allowed, &ok);
    va_start(ap, fmt);
    f.text = format(cx, fmt, ap);
    va_end(ap);
    if (!ok || f.text == NULL || VEC_PUSH(&cx->faults, f) != STRAIT_OK)
        return cx_nomem(cx);
    if (sev == SEV_ERROR)
        cx->n_error++;
    else
        cx->n_warning++;
    return STRAIT_OK;
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
    cx->faults.n = 0;
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
    one_line(line);
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

static strait_status add_fault(strait_table *t, const struct fault *f)
{
    return table_add(t, f->severity == SEV_ERROR ? "error" : "warning", f->file, (int64_t)f->line, f->key,
                     f->value, f->text, f->allowed);
}

strait_status strait_faults(strait_ctx *cx, strait_table **out)
{
    static const struct column_def def[] = {
        {"severity", STRAIT_TEXT, ""}, {"file", STRAIT_TEXT, ""},    {"line", STRAIT_INT, ""},
        {"key", STRAIT_TEXT, ""},      {"value", STRAIT_TEXT, ""},   {"problem", STRAIT_TEXT, ""},
        {"allowed", STRAIT_TEXT, ""},  {NULL, STRAIT_TEXT, NULL},
    };
    strait_status st = STRAIT_OK;
    strait_table *t = NULL;

    TRY(table_new(&t, "faults", def));
    for (size_t i = 0; i < cx->faults.n; i++)
        TRY(add_fault(t, &cx->faults.v[i]));
    *out = t;
    t = NULL;
out:
    table_free(t);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
