/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a plan and their columns. */
#include <string.h>
#include "base/mem.h"
#include "explain/plan.h"

#define T(n) { n, STRAIT_TEXT, "" }
#define R(n, unit) { n, STRAIT_REAL, unit }
#define I(n) { n, STRAIT_INT, "" }
#define B(n) { n, STRAIT_BOOL, "" }
#define END { NULL, STRAIT_TEXT, NULL }

static const struct column_def col_plan[] = { T("schema"), T("status"), END };
static const struct column_def col_objective[] = { R("value", "CUR"), R("bound", "CUR"), R("gap", ""), T("currency"), I("price_year"), END };
static const struct column_def col_split[] = { T("kind"), T("shore"), T("vendor"), R("accel_hours", "h"), R("cost", "CUR"), END };
static const struct column_def col_idle[] = { T("shore"), T("vendor"), R("accel_hours", "h"), R("cost", "CUR"), R("beyond", "CUR"), END };
static const struct column_def col_cost[] = {
    R("total", "CUR"), R("compute", "CUR"), R("idle_lease", "CUR"), R("energy", "CUR"), R("movement", "CUR"), R("duty", "CUR"),
    R("penalty", "CUR"), R("carbon", "CUR"), R("assumed_share", ""), END
};
static const struct column_def col_cost_by[] = { T("by"), T("name"), R("cost", "CUR"), END };
static const struct column_def col_placements[] = {
    T("workload"), T("phase"), T("user_region"), T("offer"), T("site"), T("accelerator"), T("period"), T("from"), R("accel_hours", "h"),
    R("tokens", "tokens"), R("cost", "CUR"), R("accelerators", ""), T("flag"), R("tokens_low", "tokens"),
    R("tokens_high", "tokens"), R("extrapolation", ""), END
};
static const struct column_def col_leases[] = {
    T("offer"), T("sign_by"), T("start"), T("end"), R("accelerators", ""), R("cost", "CUR"), R("owed_beyond", "CUR"), T("kind"),
    R("inside", "CUR"), R("counted_beyond", "CUR"), R("capex", "CUR"), R("waiting", "CUR"), END
};
static const struct column_def col_rounded[] = { R("objective", "CUR"), R("gap", ""), T("status"), T("note"), T("flagged"), T("undone"), END };
static const struct column_def col_unmet[] = {
    T("workload"), T("phase"), T("user_region"), T("period"), T("from"), R("tokens", "tokens"), R("penalty", "CUR"), END
};
static const struct column_def col_baseline[] = {
    T("digest"), B("same_files"), T("status"), R("before", "CUR"), R("now", "CUR"), R("change", "CUR"), END
};
static const struct column_def col_baseline_cost[] = { T("part"), R("before", "CUR"), R("now", "CUR"), R("change", "CUR"), END };
static const struct column_def col_baseline_moved[] = {
    T("workload"), T("site"), T("accelerator"), R("before", "h"), R("now", "h"), R("change", "h"), END
};
static const struct column_def col_baseline_leases[] = {
    T("offer"), T("start"), T("end"), T("kind"), R("before", ""), R("now", ""), R("change", ""), END
};
static const struct column_def col_offers[] = {
    T("offer"), T("site"), T("accelerator"), T("contract"), T("status"), R("accel_hours", "h"), T("reason"), T("rule"),
    R("dearer_by", "CUR"), END
};
static const struct column_def col_duals[] = {
    T("family"), T("name"), T("period"), R("value", "CUR"), R("low", ""), R("high", ""), T("unit"), T("from"), R("now", ""), END
};
static const struct column_def col_rules[] = {
    T("id"), T("file"), I("line"), T("status"), I("columns_barred"), I("rows_made"), R("dual", "CUR"), END
};
static const struct column_def col_certificate[] = {
    B("ok"), R("primal_residual", ""), R("dual_residual", ""), R("primal_objective", "CUR"), R("dual_objective", "CUR"), R("gap", ""),
    B("farkas"), END
};
static const struct column_def col_proof[] = { T("family"), T("name"), T("period"), T("from"), R("value", ""), END };
static const struct column_def col_unique[] = { B("alternatives"), T("workloads"), END };
static const struct column_def col_input[] = { T("digest"), END };
static const struct column_def col_input_files[] = { T("path"), T("digest"), END };
static const struct column_def col_warnings[] = { T("text"), END };
static const struct column_def col_stats[] = { T("name"), R("value", ""), T("unit"), END };

static const struct { const char *name; const struct column_def *col; } layout[N_PLAN_TABLE] = {
    [PT_PLAN] = { "plan", col_plan },
    [PT_OBJECTIVE] = { "objective", col_objective },
    [PT_SPLIT] = { "split", col_split },
    [PT_IDLE] = { "idle", col_idle },
    [PT_COST] = { "cost", col_cost },
    [PT_COST_BY] = { "cost_by", col_cost_by },
    [PT_PLACEMENTS] = { "placements", col_placements },
    [PT_LEASES] = { "leases", col_leases },
    [PT_ROUNDED] = { "rounded", col_rounded },
    [PT_ROUNDED_SPLIT] = { "rounded_split", col_split },
    [PT_ROUNDED_IDLE] = { "rounded_idle", col_idle },
    [PT_ROUNDED_COST] = { "rounded_cost", col_cost },
    [PT_ROUNDED_PLACEMENTS] = { "rounded_placements", col_placements },
    [PT_ROUNDED_LEASES] = { "rounded_leases", col_leases },
    [PT_ROUNDED_UNMET] = { "rounded_unmet", col_unmet },
    [PT_UNMET] = { "unmet", col_unmet },
    [PT_BASELINE] = { "baseline", col_baseline },
    [PT_BASELINE_COST] = { "baseline_cost", col_baseline_cost },
    [PT_BASELINE_MOVED] = { "baseline_moved", col_baseline_moved },
    [PT_BASELINE_LEASES] = { "baseline_leases", col_baseline_leases },
    [PT_OFFERS] = { "offers", col_offers },
    [PT_DUALS] = { "duals", col_duals },
    [PT_RULES] = { "rules", col_rules },
    [PT_CERTIFICATE] = { "certificate", col_certificate },
    [PT_PROOF] = { "proof", col_proof },
    [PT_UNIQUE] = { "unique", col_unique },
    [PT_INPUT] = { "input", col_input },
    [PT_INPUT_FILES] = { "input_files", col_input_files },
    [PT_WARNINGS] = { "warnings", col_warnings },
    [PT_STATS] = { "stats", col_stats },
};

strait_status plan_new(strait_plan **out)
{
    strait_plan *p = mem_calloc(1, sizeof *p);

    if (!p)
        return STRAIT_ENOMEM;
    for (int i = 0; i < N_PLAN_TABLE; i++) {
        strait_status st = table_new(&p->table[i], layout[i].name, layout[i].col);
        if (st != STRAIT_OK) {
            plan_free(p);
            return st;
        }
    }
    *out = p;
    return STRAIT_OK;
}

void plan_free(strait_plan *p)
{
    if (!p)
        return;
    for (int i = 0; i < N_PLAN_TABLE; i++)
        table_free(p->table[i]);
    mem_free(p);
}

const strait_table *plan_table(const strait_plan *p, const char *name)
{
    for (int i = 0; i < N_PLAN_TABLE; i++)
        if (strcmp(layout[i].name, name) == 0)
            return p->table[i];
    return NULL;
}
