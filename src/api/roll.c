/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait.h: a rolling horizon. */
#include <assert.h>
#include <string.h>
#include "api/call.h"
#include "study/roll.h"
#include "write/write.h"

static_assert(STRAIT_ROLL_TABLES == N_ROLL_TABLE, "strait.h counts the tables of a roll");

static bool all_given(const char *const *text, size_t n)
{
    for (size_t i = 0; text && i < n; i++)
        if (!text[i])
            return false;
    return text || n == 0;
}

strait_status strait_roll(strait_ctx *cx, const char *file, const char *const *set, size_t n_set, strait_outcome *outcome,
                          strait_table *out[STRAIT_ROLL_TABLES], strait_plan **plan)
{
    struct roll_result made = {.outcome = STRAIT_NO_PLAN};
    struct roll *r = NULL;
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, file && outcome && out && all_given(set, n_set)));
    cx_clear(cx);
    TRY(roll_load(cx, file, set, n_set, &r));
    TRY(roll_run(cx, r, &made));
    *outcome = made.outcome;
    memcpy(out, made.table, sizeof made.table);
    memset(made.table, 0, sizeof made.table);
    if (plan) {
        *plan = made.plan;
        made.plan = NULL;
    }
out:
    roll_result_free(&made);
    roll_free(r);
    return call_leave(&k, st);
}

strait_status strait_roll_write(strait_ctx *cx, const strait_table *const table[STRAIT_ROLL_TABLES], const char *format,
                                strait_write_fn *fn, void *data)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, table && format && fn));
    const struct table_set set = {table, STRAIT_ROLL_TABLES};
    if (strcmp(format, "json") == 0)
        st = write_plan_json(cx, &set, cx->stats, fn, data);
    else if (strcmp(format, "table") == 0)
        st = write_roll_text(cx, &set, fn, data);
    else if (strcmp(format, "csv") == 0)
        st = write_table_csv(cx, table[RT_STEPS], fn, data);
    else
        st = cx_fail(cx, STRAIT_EUSAGE, "no format \"%s\" of a rolling horizon; allowed: table, json, csv", format);
out:
    return call_leave(&k, st);
}
