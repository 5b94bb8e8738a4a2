/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of one scenario. */
#include "study/outcome.h"

static strait_status put_placements(strait_ctx *cx, struct store *s, int64_t k, const strait_table *t)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; t && i < t->n_row && st == STRAIT_OK; i++)
        st = store_run(cx, s, "INSERT INTO placement VALUES(?,?,?,?,?,?,?,?,?,?,?)", "iittttttrrr", k, (int64_t)i, table_text(t, "workload", i),
                       table_text(t, "phase", i), table_text(t, "user_region", i), table_text(t, "offer", i), table_text(t, "site", i),
                       table_text(t, "accelerator", i), table_real(t, "accel_hours", i), table_real(t, "tokens", i),
                       table_real(t, "cost", i));
    return st;
}

static strait_status put_unmet(strait_ctx *cx, struct store *s, int64_t k, const strait_table *t)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; t && i < t->n_row && st == STRAIT_OK; i++)
        st = store_run(cx, s, "INSERT INTO unmet VALUES(?,?,?,?,?,?,?)", "iitttrr", k, (int64_t)i, table_text(t, "workload", i),
                       table_text(t, "phase", i), table_text(t, "user_region", i), table_real(t, "tokens", i), table_real(t, "penalty", i));
    return st;
}

static strait_status put_leases(strait_ctx *cx, struct store *s, int64_t k, const strait_table *t)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; t && i < t->n_row && st == STRAIT_OK; i++)
        st = store_run(cx, s, "INSERT INTO lease VALUES(?,?,?,?,?,?,?,?,?)", "iitttttrr", k, (int64_t)i, table_text(t, "offer", i),
                       table_text(t, "kind", i), table_text(t, "sign_by", i), table_text(t, "start", i), table_text(t, "end", i),
                       table_real(t, "accelerators", i), table_real(t, "cost", i));
    return st;
}

static strait_status put_duals(strait_ctx *cx, struct store *s, int64_t k, const strait_table *t)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; t && i < t->n_row && st == STRAIT_OK; i++)
        st = store_run(cx, s, "INSERT INTO dual VALUES(?,?,?,?,?,?,?)", "iitttrt", k, (int64_t)i, table_text(t, "family", i), table_text(t, "name", i),
                       table_text(t, "period", i), table_real(t, "value", i), table_text(t, "unit", i));
    return st;
}

static strait_status put_clash(strait_ctx *cx, struct store *s, int64_t k, const strait_table *t)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; t && i < t->n_row && st == STRAIT_OK; i++)
        st = store_run(cx, s, "INSERT INTO clash VALUES(?,?,?,?)", "iitt", k, (int64_t)i, table_text(t, "family", i), table_text(t, "name", i));
    return st;
}

strait_status outcome_store_rows(strait_ctx *cx, struct store *s, int64_t k, const struct outcome *o)
{
    strait_status st = STRAIT_OK;

    TRY(put_placements(cx, s, k, o->placements));
    TRY(put_unmet(cx, s, k, o->unmet));
    TRY(put_leases(cx, s, k, o->leases));
    TRY(put_duals(cx, s, k, o->duals));
    TRY(put_clash(cx, s, k, o->clash));
out:
    return st;
}

strait_status outcome_store(strait_ctx *cx, struct store *s, const struct outcome *o)
{
    int64_t k = (int64_t)o->scenario.k;
    strait_status st = STRAIT_OK;

    TRY(store_run(cx, s, "INSERT INTO scenario VALUES(?,?,?,?,?,?,?,?,?)", "ittrritrr", k, o->scenario.name, o->status, o->objective, o->gap,
                  (int64_t)o->warm, o->error, o->scenario.weight, o->penalty));
    for (size_t i = 0; i < o->scenario.n; i++)
        TRY(store_run(cx, s, "INSERT INTO scenario_input VALUES(?,?,?,?)", "iitt", k, (int64_t)i, o->scenario.input[i].path,
                      o->scenario.input[i].value));
    TRY(outcome_store_rows(cx, s, k, o));
out:
    return st;
}
