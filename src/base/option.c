/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait_option: the options of a context, by name. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/locale.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/tolerance.h"

#define N_OPTION 8
static const char *const option_names[N_OPTION] = {"threads", "time_limit", "gap", "seed", "engine", "stats", "baseline", "rounding"};

/* strtod and strtoull skip blanks and take signs, hex and "nan"; an option is plain digits. */
static bool plain(const char *s, const char *chars)
{
    return s[0] != '\0' && strspn(s, chars) == strlen(s);
}

static bool real_of(const char *s, double *v)
{
    char *end;

    if (!plain(s, "0123456789.eE+-") || s[0] == '+')
        return false;
    *v = strtod(s, &end);
    return *end == '\0' && isfinite(*v);
}

static bool whole_of(const char *s, uint64_t *v)
{
    if (!plain(s, "0123456789"))
        return false;
    errno = 0;
    *v = strtoull(s, NULL, 10);
    return errno == 0;
}

static strait_status refuse(strait_ctx *cx, const char *name, const char *value, const char *allowed)
{
    return cx_fail(cx, STRAIT_EUSAGE, "option %s: \"%s\" is refused; allowed: %s", name, value, allowed);
}

static strait_status set_number(strait_ctx *cx, const char *name, const char *value)
{
    double real = 0.0;
    uint64_t whole = 0;

    if (strcmp(name, "threads") == 0) {
        if (!whole_of(value, &whole) || whole < 1 || whole > 1024)
            return refuse(cx, name, value, "a whole number from 1 to 1024");
        cx->threads = (int)whole;
    } else if (strcmp(name, "seed") == 0) {
        if (!whole_of(value, &whole))
            return refuse(cx, name, value, "a whole number from 0 to 18446744073709551615");
        cx->seed = whole;
    } else if (strcmp(name, "time_limit") == 0) {
        if (!real_of(value, &real) || real < 0.0)
            return refuse(cx, name, value, "seconds, 0 or more (0: no limit)");
        cx->time_limit_s = real;
    } else {
        if (!real_of(value, &real) || real < TOL_GAP_LEAST || real > 1.0)
            return refuse(cx, name, value, "a relative gap from 1e-9, the least that can be proven, to 1");
        cx->gap = real;
    }
    return STRAIT_OK;
}

static strait_status set_engine(strait_ctx *cx, const char *value)
{
    if (strcmp(value, "auto") != 0 && strcmp(value, "glpk") != 0)
        return refuse(cx, "engine", value, "auto, glpk");
    cx->engine_glpk = strcmp(value, "glpk") == 0;
    return STRAIT_OK;
}

static bool known(const char *name)
{
    for (size_t i = 0; i < N_OPTION; i++)
        if (strcmp(name, option_names[i]) == 0)
            return true;
    return false;
}

static strait_status set_switch(strait_ctx *cx, const char *name, const char *value, bool *out)
{
    if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
        return refuse(cx, name, value, "on, off");
    *out = strcmp(value, "on") == 0;
    return STRAIT_OK;
}

/* A file that is read when a plan is made; an empty path: none. */
static strait_status set_baseline(strait_ctx *cx, const char *value)
{
    char *path = value[0] == '\0' ? NULL : mem_strdup(value);

    if (path == NULL && value[0] != '\0')
        return cx_nomem(cx);
    mem_free(cx->baseline);
    cx->baseline = path;
    return STRAIT_OK;
}

/* Words here, everything else is a number. */
static strait_status set_one(strait_ctx *cx, const char *name, const char *value)
{
    if (strcmp(name, "engine") == 0)
        return set_engine(cx, value);
    if (strcmp(name, "stats") == 0)
        return set_switch(cx, name, value, &cx->stats);
    if (strcmp(name, "rounding") == 0)
        return set_switch(cx, name, value, &cx->rounding);
    if (strcmp(name, "baseline") == 0)
        return set_baseline(cx, value);
    return set_number(cx, name, value);
}

static strait_status unknown(strait_ctx *cx, const char *name)
{
    const char *near = str_nearest(name, option_names, N_OPTION);

    return cx_fail(cx, STRAIT_EUSAGE, "unknown option \"%s\"%s%s%s; allowed: threads, time_limit, gap, seed, engine, stats, baseline, rounding",
                   name, near == NULL ? "" : ", nearest is \"", near == NULL ? "" : near, near == NULL ? "" : "\"");
}

strait_status strait_option(strait_ctx *cx, const char *name, const char *value)
{
    struct locale_fence fence;
    strait_status st;

    if (cx == NULL)
        return STRAIT_EUSAGE;
    if (locale_enter(&fence) != STRAIT_OK)
        return cx_nomem(cx);
    cx_begin(cx);
    if (name == NULL || value == NULL)
        st = cx_fail(cx, STRAIT_EUSAGE, "strait_option: an argument that must be given is NULL");
    else if (!known(name))
        st = unknown(cx, name);
    else
        st = set_one(cx, name, value);
    locale_leave(&fence);
    return st;
}
