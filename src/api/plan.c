/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait.h: the plan and its tables. */
#include <string.h>
#include "api/call.h"
#include "explain/plan.h"
#include "verify/verify.h"
#include "write/write.h"

strait_status strait_plan_solve(strait_ctx *cx, const strait_case *c, strait_plan **out)
{
    struct plan_file *before = NULL;
    strait_plan *p = NULL;
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, c && out));
    if (cx->baseline)
        TRY(baseline_read(cx, c, cx->baseline, &before));
    TRY(plan_make(cx, c, &p));
    if (before)
        TRY(explain_baseline(cx, before, p));
    *out = p;
    p = NULL;
out:
    plan_file_free(before);
    plan_free(p);
    return call_leave(&k, st);
}

void strait_plan_free(strait_plan *p)
{
    plan_free(p);
}

strait_outcome strait_plan_outcome(const strait_plan *p)
{
    return p->outcome;
}

const strait_table *strait_plan_table(const strait_plan *p, const char *name)
{
    return p && name ? plan_table(p, name) : NULL;
}

const strait_table *strait_plan_table_at(const strait_plan *p, size_t i)
{
    return p && i < N_PLAN_TABLE ? p->table[i] : NULL;
}

static strait_status write_csv(strait_ctx *cx, const strait_plan *p, const char *table, strait_write_fn *fn, void *data)
{
    const strait_table *t = plan_table(p, table ? table : "placements");

    if (!t)
        return cx_fail(cx, STRAIT_EUSAGE, "a plan has no table \"%s\"", table);
    return write_table_csv(cx, t, fn, data);
}

strait_status strait_plan_write(strait_ctx *cx, const strait_plan *p, const char *format, const char *table,
                                strait_write_fn *fn, void *data)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, p && format && fn));
    const strait_table *const *tables = (const strait_table *const *)p->table;
    struct table_set set = {tables, N_PLAN_TABLE};
    if (strcmp(format, "json") == 0)
        st = write_plan_json(cx, &set, cx->stats, fn, data);
    else if (strcmp(format, "table") == 0)
        st = write_plan_text(cx, &set, cx->stats, fn, data);
    else if (strcmp(format, "csv") == 0)
        st = write_csv(cx, p, table, fn, data);
    else
        st = cx_fail(cx, STRAIT_EUSAGE, "no format \"%s\" of a plan; allowed: table, json, csv", format);
out:
    return call_leave(&k, st);
}

strait_status strait_verify(strait_ctx *cx, const strait_case *c, const char *plan_file, strait_table **out, bool *all_ok)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, c && plan_file && out && all_ok));
    TRY(verify_plan(cx, c, plan_file, out, all_ok));
out:
    return call_leave(&k, st);
}
