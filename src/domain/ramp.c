/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a workload runs on an accelerator family, and how well. */
#include "domain/room.h"

#include <string.h>

/* Integral of the ramp from `from` to `to`, both measured in seconds since the port. */
static double integral(const struct port *p, double from, double to)
{
    double length = (double)p->ramp * DAY_S;
    double slope = length > 0 ? (p->final - p->initial) / length : 0;
    double a = from < length ? from : length, b = to < length ? to : length;
    double sum = (b - a) * (p->initial + slope * 0.5 * (a + b));

    return sum + ((to > length ? to : length) - (from > length ? from : length)) * p->final;
}

/* Mean efficiency in segment t; segments never straddle the day of a port. */
static double mean(const strait_case *c, const struct port *p, size_t t)
{
    double from = (double)(c->segment[t].from - p->from), to = (double)(c->segment[t].to - p->from);
    double length = (double)p->ramp * DAY_S;

    if (from < 0)
        return 0;
    if (from >= length)
        return p->final;
    return integral(p, from, to) / (to - from);
}

static bool may_run(const struct workload *w, const char *family)
{
    for (size_t i = 0; i < w->families.n; i++)
        if (strcmp(w->families.v[i], family) == 0)
            return true;
    return w->families.n == 0;
}

static void fill(const strait_case *c, double *ramp, const struct port *p, bool runs)
{
    for (size_t t = 0; t < c->n_segment; t++)
        ramp[t] = !runs ? 0 : p == NULL ? 1 : mean(c, p, t);
}

/* Ports by workload: next[i] chains them, -1 ends. */
static int *chain_ports(const strait_case *c, int **first)
{
    int *v = mem_calloc(c->port.n + c->workload.n, sizeof *v);

    if (v == NULL)
        return NULL;
    *first = v + c->port.n;
    for (size_t w = 0; w < c->workload.n; w++)
        (*first)[w] = -1;
    for (size_t i = c->port.n; i-- > 0;) {
        v[i] = (*first)[c->port.v[i].workload];
        (*first)[c->port.v[i].workload] = (int)i;
    }
    return v;
}

static const struct port *port_of(const strait_case *c, const int *next, int i, const char *family)
{
    for (; i >= 0; i = next[i])
        if (strcmp(c->port.v[i].family, family) == 0)
            return &c->port.v[i];
    return NULL;
}

/**
 * Fill timeline.ramp: 0 before the port and for families that the workload does not name, else the mean of the linear
 * ramp over the segment; 1 without a port.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM (no message)
 */
strait_status ramp_build(strait_case *c)
{
    size_t n_accel = c->accelerator.n;
    int *first, *next = chain_ports(c, &first);

    c->timeline->ramp = arena_alloc(c->arena, c->workload.n * n_accel * c->n_segment, sizeof(double));
    if (c->timeline->ramp == NULL || next == NULL) {
        mem_free(next);
        return STRAIT_ENOMEM;
    }
    for (size_t w = 0; w < c->workload.n; w++)
        for (size_t a = 0; a < n_accel; a++) {
            const char *family = c->accelerator.v[a].family;

            fill(c, c->timeline->ramp + (w * n_accel + a) * c->n_segment, port_of(c, next, first[w], family),
                 may_run(&c->workload.v[w], family));
        }
    mem_free(next);
    return STRAIT_OK;
}
