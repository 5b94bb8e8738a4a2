/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options of an import, "name" and "value" as the user wrote them. */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "convert/job.h"
#include "domain/domain.h"

enum { SKYPILOT = 1, TRACE = 2, RATES = 4 };

typedef strait_status take_fn(struct job *j, const char *name, const char *value);

static strait_status refuse(struct job *j, const char *name, const char *value, const char *allowed)
{
    return cx_fail(j->cx, STRAIT_EUSAGE, "%s: \"%s\" is not allowed; allowed: %s", name, value, allowed);
}

/* ---- lists: NAME[=TO],...; a part in double quotes may hold commas and = ---- */

/* One part up to a character of `ends`; *p moves to it. */
static char *take_part(struct job *j, const char **p, const char *ends)
{
    const char *from;
    char *part;

    *p += strspn(*p, " ");
    from = *p;
    if (*from == '"') {
        size_t n = strcspn(from + 1, "\"");

        *p = from + 1 + n + (from[1 + n] == '"');
        *p += strspn(*p, " ");
        return arena_strndup(j->arena, from + 1, n);
    }
    *p += strcspn(from, ends);
    part = arena_strndup(j->arena, from, (size_t)(*p - from));
    for (size_t n = part == NULL ? 0 : strlen(part); n > 0 && part[n - 1] == ' '; n--)
        part[n - 1] = '\0';
    return part;
}

static strait_status take_list(struct job *j, const char *name, const char *value)
{
    struct asked *a = &j->ask;
    const char *p = value;

    while (*p != '\0') {
        struct pick pick = {take_part(j, &p, "=,"), NULL, false};
        strait_status st;

        if (*p == '=') {
            p++;
            pick.to = take_part(j, &p, ",");
            if (pick.to == NULL)
                return cx_nomem(j->cx);
        }
        if (pick.name == NULL)
            return cx_nomem(j->cx);
        if (pick.name[0] == '\0' || (*p != ',' && *p != '\0') || (pick.to != NULL && pick.to[0] == '\0'))
            return refuse(j, name, value, "NAME or NAME=OURS, separated by commas; a name with a comma in double quotes");
        st = strcmp(name, "regions") == 0   ? VEC_PUSH(&a->regions, pick)
             : strcmp(name, "columns") == 0 ? VEC_PUSH(&a->columns, pick)
             : strcmp(name, "where") == 0   ? VEC_PUSH(&a->where, pick)
                                            : VEC_PUSH(&a->rename, pick);
        if (st != STRAIT_OK)
            return cx_nomem(j->cx);
        p += *p == ',';
    }
    return STRAIT_OK;
}

bool is_name(const char *s)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    return n > 0 && n <= 64 && s[n] == '\0' && strchr("_.-", s[0]) == NULL;
}

#define NAME_ALLOWED "a name: letters, digits, and after the first of them . _ -, at most 64"

static strait_status take_named_list(struct job *j, const char *name, const char *value)
{
    strait_status st = take_list(j, name, value);
    bool regions = strcmp(name, "regions") == 0;
    const struct pick *v = regions ? j->ask.regions.v : j->ask.rename.v;
    size_t n = regions ? j->ask.regions.n : j->ask.rename.n;

    for (size_t i = 0; st == STRAIT_OK && i < n; i++)
        if (v[i].to != NULL && !is_name(v[i].to))
            st = refuse(j, name, v[i].to, NAME_ALLOWED);
    return st;
}

static strait_status take_columns(struct job *j, const char *name, const char *value)
{
    static const char *const known[] = {"time", "input", "output", "requests", "workload", "accelerator", "phase", "rate",
                                        "count"};
    strait_status st = take_list(j, name, value);

    for (size_t i = 0; st == STRAIT_OK && i < j->ask.columns.n; i++) {
        const struct pick *p = &j->ask.columns.v[i];
        bool found = false;

        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            found = found || strcmp(known[k], p->name) == 0;
        if (!found || p->to == NULL)
            st = refuse(j, name, p->name, "time, input, output, requests, workload, accelerator, phase, rate, count, each "
                                          "with = and the file's column");
    }
    return st;
}

static strait_status take_where(struct job *j, const char *name, const char *value)
{
    strait_status st = take_list(j, name, value);

    for (size_t i = 0; st == STRAIT_OK && i < j->ask.where.n; i++)
        if (j->ask.where.v[i].to == NULL)
            st = refuse(j, name, value, "COLUMN=VALUE, separated by commas");
    return st;
}

/* ---- words and numbers ---- */

static strait_status take_text(struct job *j, const char *name, const char *value)
{
    static const char *const kinds[] = {"measured", "official", "reported", "estimated", "assumed"};
    const char **to = strcmp(name, "source") == 0   ? &j->ask.source
                      : strcmp(name, "date") == 0   ? &j->ask.date
                      : strcmp(name, "kind") == 0   ? &j->ask.kind
                                                    : &j->ask.accelerators;
    bool known = to != &j->ask.kind;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        known = known || strcmp(kinds[i], value) == 0;
    if (!known)
        return refuse(j, name, value, "measured, official, reported, estimated, assumed");
    *to = arena_strdup(j->arena, value);
    return *to == NULL ? cx_nomem(j->cx) : STRAIT_OK;
}

static strait_status take_name(struct job *j, const char *name, const char *value)
{
    if (!is_name(value))
        return refuse(j, name, value, NAME_ALLOWED);
    j->ask.profile = arena_strdup(j->arena, value);
    return j->ask.profile == NULL ? cx_nomem(j->cx) : STRAIT_OK;
}

static strait_status take_demand(struct job *j, const char *name, const char *value)
{
    size_t n = strcspn(value, "@");

    j->ask.workload = arena_strndup(j->arena, value, n);
    j->ask.region = arena_strdup(j->arena, value + n + (value[n] == '@'));
    if (j->ask.workload == NULL || j->ask.region == NULL)
        return cx_nomem(j->cx);
    return is_name(j->ask.workload) && is_name(j->ask.region) ? STRAIT_OK : refuse(j, name, value, "WORKLOAD@REGION");
}

static strait_status take_whole(struct job *j, const char *name, const char *value)
{
    int64_t *to = strcmp(name, "count") == 0 ? &j->ask.count : &j->ask.unit;
    double most = to == &j->ask.count ? 1e9 : 1e5, v;

    if (!cell_count(value, &v) || v < 1 || v > most)
        return refuse(j, name, value, to == &j->ask.count ? "1 to 1e9 accelerators" : "1 to 100000 accelerators");
    *to = (int64_t)v;
    return STRAIT_OK;
}

static strait_status take_interruptions(struct job *j, const char *name, const char *value)
{
    return cell_real(value, &j->ask.interruptions) && j->ask.interruptions >= 0 && j->ask.interruptions <= 100
               ? STRAIT_OK : refuse(j, name, value, "interruptions per accelerator-hour, 0 to 100");
}

static strait_status take_offset(struct job *j, const char *name, const char *value)
{
    int64_t *to = strcmp(name, "utc_offset") == 0 ? &j->ask.utc_offset : &j->ask.clock_offset;
    double hours;

    if (!cell_real(value, &hours) || fabs(hours) > 14)
        return refuse(j, name, value, "hours ahead of UTC, -14 to 14");
    *to = (int64_t)llround(hours * HOUR_S);
    return STRAIT_OK;
}

static strait_status take_start(struct job *j, const char *name, const char *value)
{
    return date_parse(value, &j->ask.start) ? STRAIT_OK : refuse(j, name, value, "YYYY-MM-DD or YYYY-MM-DDTHH:MMZ");
}

static const struct { const char *name; unsigned of; take_fn *take; } known[] = {
    {"regions", SKYPILOT, take_named_list},
    {"count", SKYPILOT, take_whole},
    {"unit", SKYPILOT, take_whole},
    {"interruptions", SKYPILOT, take_interruptions},
    {"accelerators", SKYPILOT | RATES, take_text},
    {"columns", TRACE | RATES, take_columns},
    {"where", TRACE | RATES, take_where},
    {"profile", TRACE, take_name},
    {"demand", TRACE, take_demand},
    {"utc_offset", TRACE, take_offset},
    {"clock_offset", TRACE, take_offset},
    {"start", TRACE, take_start},
    {"rename", RATES, take_named_list},
    {"source", SKYPILOT | TRACE | RATES, take_text},
    {"date", SKYPILOT | TRACE | RATES, take_text},
    {"kind", SKYPILOT | TRACE | RATES, take_text},
};
#define N_KNOWN (sizeof known / sizeof *known)

static strait_status unknown(struct job *j, const char *what, unsigned of, const char *name)
{
    str names = {0};
    strait_status st;

    for (size_t i = 0; i < N_KNOWN; i++)
        if (known[i].of & of)
            str_printf(&names, "%s%s", names.n > 0 ? ", " : "", known[i].name);
    st = names.failed ? cx_nomem(j->cx)
                      : cx_fail(j->cx, STRAIT_EUSAGE, "import %s takes no \"%s\"; allowed: %s", what, name, names.s);
    str_free(&names);
    return st;
}

/**
 * Read the options of an import into j->ask.
 *
 * @param what  "skypilot", "trace" or "rates"
 * @return STRAIT_OK, STRAIT_EUSAGE (message set), STRAIT_ENOMEM.  Test: tests/unit/check_convert.c
 */
strait_status asked_read(struct job *j, const char *what, const strait_import_option *o, size_t n)
{
    unsigned of = strcmp(what, "skypilot") == 0 ? SKYPILOT : strcmp(what, "trace") == 0 ? TRACE : RATES;
    strait_status st = STRAIT_OK;

    j->ask = (struct asked){.interruptions = (double)NAN, .start = DATE_NONE};
    for (size_t i = 0; i < n && st == STRAIT_OK; i++) {
        size_t k = 0;

        if (o[i].name == NULL || o[i].value == NULL)
            return cx_fail(j->cx, STRAIT_EUSAGE, "import: an option that must be given is NULL");
        while (k < N_KNOWN && (strcmp(known[k].name, o[i].name) != 0 || !(known[k].of & of)))
            k++;
        st = k < N_KNOWN ? known[k].take(j, o[i].name, o[i].value) : unknown(j, what, of, o[i].name);
    }
    return st;
}
