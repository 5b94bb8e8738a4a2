/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AI models, workloads and ports. */
#include "domain/room.h"

#include <math.h>
#include <string.h>

static strait_status model_fault(strait_ctx *cx, const strait_case *c, size_t i, size_t i_field, const char *of)
{
    return fault_field(cx, c, SEV_ERROR, KIND_model, i, i_field, "at most that", "is more than the model's %s", of);
}

static strait_status check_model(strait_ctx *cx, const strait_case *c, size_t i)
{
    const struct model *m = &c->model.v[i];
    strait_status st = STRAIT_OK;

    if (m->active_params > m->total_params)
        TRY(model_fault(cx, c, i, FLD_model_active_params, "total_params"));
    if (m->heads > 0 && m->kv_heads > m->heads)
        TRY(model_fault(cx, c, i, FLD_model_kv_heads, "heads"));
    if (m->experts_active > m->experts)
        TRY(model_fault(cx, c, i, FLD_model_experts_active, "experts"));
out:
    return st;
}

/* Fields that a task needs, each above 0. */
static strait_status check_needs(strait_ctx *cx, const strait_case *c, size_t w, const char *task, const size_t *need,
                                 size_t n)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < n; i++) {
        const struct field_desc *fd = &kind_desc(KIND_workload)->field[need[i]];
        double x = *(const double *)field_ptr(c, KIND_workload, w, fd);

        if (!field_given(c, KIND_workload, w, need[i]))
            TRY(fault_field(cx, c, SEV_ERROR, KIND_workload, w, need[i], NULL,
                            "is missing: a workload with task %s needs it", task));
        else if (x == 0 && need[i] != FLD_workload_output_len)
            TRY(fault_field(cx, c, SEV_ERROR, KIND_workload, w, need[i], "more than 0", "leaves no work"));
    }
out:
    return st;
}

static strait_status check_task(strait_ctx *cx, const strait_case *c, size_t w)
{
    static const size_t train[] = {FLD_workload_tokens};
    static const size_t batch[] = {FLD_workload_requests, FLD_workload_input_len, FLD_workload_output_len};
    static const size_t service[] = {FLD_workload_input_len, FLD_workload_output_len};

    switch (c->workload.v[w].task) {
    case TASK_TRAINING: return check_needs(cx, c, w, "training", train, 1);
    case TASK_FINE_TUNING: return check_needs(cx, c, w, "fine_tuning", train, 1);
    case TASK_BATCH: return check_needs(cx, c, w, "batch", batch, 3);
    case TASK_SERVICE: return check_needs(cx, c, w, "service", service, 2);
    default: return STRAIT_OK;
    }
}

static strait_status outside(strait_ctx *cx, const strait_case *c, size_t w, size_t i_field)
{
    char from[24], to[24], allowed[64] = "", *p = allowed;

    date_format(c->settings.start, from);
    date_format(horizon_end(c), to);
    p = stpcpy(stpcpy(stpcpy(p, from), " to "), to);
    return fault_field(cx, c, SEV_ERROR, KIND_workload, w, i_field, allowed, "lies outside the horizon");
}

static strait_status check_window(strait_ctx *cx, const strait_case *c, size_t w)
{
    const struct workload *k = &c->workload.v[w];
    strait_status st = STRAIT_OK;

    if (!horizon_known(c))
        return STRAIT_OK;
    if (k->start < c->settings.start || k->start >= horizon_end(c))
        TRY(outside(cx, c, w, FLD_workload_start));
    if (k->end <= c->settings.start || k->end > horizon_end(c))
        TRY(outside(cx, c, w, FLD_workload_end));
    if (k->start >= k->end)
        TRY(fault_field(cx, c, SEV_ERROR, KIND_workload, w,
                        field_given(c, KIND_workload, w, FLD_workload_end) ? FLD_workload_end : FLD_workload_start,
                        "a start before the end", "leaves no window: it ends before it begins"));
out:
    return st;
}

static bool family_known(const strait_case *c, const char *family)
{
    for (size_t i = 0; i < c->accelerator.n; i++)
        if (c->accelerator.v[i].family != NULL && strcmp(c->accelerator.v[i].family, family) == 0)
            return true;
    return false;
}

/* A family that no accelerator has is most likely misspelt; it is no error, for tables are shared between cases. */
static strait_status check_family(strait_ctx *cx, const strait_case *c, enum kind k, size_t row, size_t i_field,
                                  const char *family)
{
    const char **names, *near;
    strait_status st;

    if (family == NULL || family_known(c, family))
        return STRAIT_OK;
    names = mem_calloc(c->accelerator.n, sizeof *names);
    if (names == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < c->accelerator.n; i++)
        names[i] = c->accelerator.v[i].family == NULL ? "" : c->accelerator.v[i].family;
    near = str_nearest(family, names, c->accelerator.n);
    st = fault_field(cx, c, SEV_WARNING, k, row, i_field, "a family of accelerators",
                     "no accelerator is of family \"%s\"%s%s%s", family, near == NULL ? "" : " (did you mean \"",
                     near == NULL ? "" : near, near == NULL ? "" : "\"?)");
    mem_free(names);
    return st;
}

static strait_status check_workload(strait_ctx *cx, const strait_case *c, size_t w)
{
    const struct workload *k = &c->workload.v[w];
    strait_status st;

    TRY(check_task(cx, c, w));
    TRY(check_window(cx, c, w));
    if (k->max_parallel != INT64_MIN && k->gang > k->max_parallel)
        TRY(fault_field(cx, c, SEV_ERROR, KIND_workload, w, FLD_workload_gang, "at most max_parallel",
                        "is more than the workload's max_parallel"));
    for (size_t i = 0; i < k->families.n; i++)
        TRY(check_family(cx, c, KIND_workload, w, FLD_workload_families, k->families.v[i]));
out:
    return st;
}

/** Faults of AI models, workloads and ports. */
strait_status domain_check_work(strait_ctx *cx, const strait_case *c)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->model.n; i++)
        TRY(check_model(cx, c, i));
    for (size_t i = 0; i < c->workload.n; i++)
        TRY(check_workload(cx, c, i));
    for (size_t i = 0; i < c->port.n; i++)
        TRY(check_family(cx, c, KIND_port, i, FLD_port_family, c->port.v[i].family));
out:
    return st;
}
