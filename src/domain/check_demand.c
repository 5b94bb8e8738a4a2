/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Demand of services and its profiles. */
#include "domain/room.h"

#include <math.h>
#include <string.h>

struct profiles {
    size_t n;
    struct { const char *name; size_t first, rows; bool hour[168]; int last; double sum; } *v;
};

static size_t profile_of(struct profiles *p, const char *name)
{
    size_t i = 0;

    while (i < p->n && p->v[i].name != name)
        i++;
    return i;
}

/* Gather the hours of each profile, in the order of their first rows. */
static strait_status gather(const strait_case *c, struct profiles *p)
{
    size_t i = 0;

    p->v = mem_calloc(c->profile.n, sizeof *p->v);   /* at most a profile a row */
    if (p->v == NULL)
        return STRAIT_ENOMEM;
    for (size_t row = 0; row < c->profile.n; row++) {
        const struct profile *r = &c->profile.v[row];

        if (r->profile == NULL || r->hour == INT64_MIN)
            continue;
        if (i >= p->n || p->v[i].name != r->profile)
            i = profile_of(p, r->profile);
        if (i == p->n) {
            p->v[p->n++].name = r->profile;
            p->v[i].first = row;
        }
        p->v[i].hour[r->hour] = true;
        p->v[i].rows++;
        p->v[i].last = r->hour > p->v[i].last ? (int)r->hour : p->v[i].last;
        p->v[i].sum += isnan(r->weight) ? 1 : r->weight;
    }
    return STRAIT_OK;
}

static strait_status check_profile(strait_ctx *cx, const strait_case *c, const struct profiles *p, size_t i)
{
    int hours = p->v[i].last < 24 ? 24 : 168, missing = 0;
    strait_status st = STRAIT_OK;

    while (missing < hours && p->v[i].hour[missing])
        missing++;
    if (missing < hours)
        TRY(fault_field(cx, c, SEV_ERROR, KIND_profile, p->v[i].first, FLD_profile_profile,
                        "each of the hours 0-23, or 0-167, once", "lacks hour %d", missing));
    if (p->v[i].sum <= 0)
        TRY(fault_field(cx, c, SEV_ERROR, KIND_profile, p->v[i].first, FLD_profile_profile, "a weight above 0",
                        "has no weight above 0"));
out:
    return st;
}

static strait_status unknown_profile(strait_ctx *cx, const strait_case *c, const struct profiles *p, size_t row)
{
    const char **names = mem_calloc(p->n, sizeof *names), *near;
    strait_status st;

    if (names == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < p->n; i++)
        names[i] = p->v[i].name;
    near = str_nearest(c->demand.v[row].profile, names, p->n);
    st = fault_field(cx, c, SEV_ERROR, KIND_demand, row, FLD_demand_profile, "a profile of profiles",
                     "is no profile%s%s%s", near == NULL ? "" : " (did you mean \"", near == NULL ? "" : near,
                     near == NULL ? "" : "\"?)");
    mem_free(names);
    return st;
}

static strait_status check_when(strait_ctx *cx, const strait_case *c, size_t row)
{
    const struct demand *d = &c->demand.v[row];
    const struct workload *w = d->workload < 0 ? NULL : &c->workload.v[d->workload];

    if (!horizon_known(c) || d->from == DATE_NONE || d->to == DATE_NONE || d->from >= d->to)
        return STRAIT_OK;
    if (d->to <= c->settings.start || d->from >= horizon_end(c))
        return fault_field(cx, c, SEV_WARNING, KIND_demand, row, FLD_demand_from, "a row that touches it",
                           "lies outside the horizon and counts for nothing");
    if (w != NULL && (d->to <= w->start || d->from >= w->end))
        return fault_field(cx, c, SEV_WARNING, KIND_demand, row, FLD_demand_from, "a row that touches it",
                           "lies outside the service's window and counts for nothing");
    return STRAIT_OK;
}

static strait_status check_row(strait_ctx *cx, const strait_case *c, struct profiles *p, size_t row, size_t *near)
{
    const struct demand *d = &c->demand.v[row];
    strait_status st = STRAIT_OK;

    if (d->workload >= 0 && c->workload.v[d->workload].task >= 0 &&
        c->workload.v[d->workload].task != TASK_SERVICE)
        TRY(fault_field(cx, c, SEV_ERROR, KIND_demand, row, FLD_demand_workload, "a workload with task service",
                        "is no service"));
    TRY(check_when(cx, c, row));
    if (d->profile == NULL)
        return STRAIT_OK;
    if (*near >= p->n || p->v[*near].name != d->profile)
        *near = profile_of(p, d->profile);
    if (*near == p->n)
        TRY(unknown_profile(cx, c, p, row));
out:
    return st;
}

static strait_status check_services(strait_ctx *cx, const strait_case *c)
{
    bool *asked = mem_calloc(c->workload.n, sizeof *asked);
    strait_status st = STRAIT_OK;

    if (asked == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < c->demand.n; i++)
        if (c->demand.v[i].workload >= 0)
            asked[c->demand.v[i].workload] = true;
    for (size_t w = 0; w < c->workload.n; w++)
        if (c->workload.v[w].task == TASK_SERVICE && !asked[w])
            TRY(fault_field(cx, c, SEV_ERROR, KIND_workload, w, FLD_workload_task, "at least one row of demands",
                            "has no demand"));
out:
    mem_free(asked);
    return st;
}

/** Faults of demand rows and profiles, and warnings for those that do nothing.  Cost O(rows + profiles^2). */
strait_status domain_check_demand(strait_ctx *cx, const strait_case *c)
{
    struct profiles p = {0};
    size_t near = 0;
    strait_status st = STRAIT_OK;

    if (gather(c, &p) != STRAIT_OK)
        TRY(cx_nomem(cx));
    for (size_t i = 0; i < c->demand.n; i++)
        TRY(check_row(cx, c, &p, i, &near));
    for (size_t i = 0; i < p.n; i++)
        TRY(check_profile(cx, c, &p, i));
    TRY(check_services(cx, c));
out:
    mem_free(p.v);
    return st;
}
