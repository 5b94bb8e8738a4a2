/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan: the answer to a case as a set of tables, named and laid out as in plan.json.  Writers and the API know
 * nothing else of it.
 */
#ifndef STRAIT_EXPLAIN_PLAN_H
#define STRAIT_EXPLAIN_PLAN_H

#include "base/table.h"

/*
 * In the order of plan.json.  Columns:
 *  plan        schema TEXT, status TEXT                                   one row: the top-level scalars
 *  objective   value, bound, gap REAL, currency TEXT, price_year INT      one row; value NaN when there is no plan
 *  split       kind TEXT, shore TEXT, vendor TEXT, accel_hours REAL [h], cost REAL
 *  cost        total, compute, idle_lease, energy, movement, duty, penalty, carbon, assumed_share REAL     one row
 *  cost_by     by TEXT, name TEXT, cost REAL
 *  placements  workload, phase, user_region, offer, site, accelerator, period, from TEXT, accel_hours REAL, tokens REAL,
 *              cost REAL, accelerators REAL (mean in use), flag TEXT (below_gang, below_replica or none)
 *  leases      offer, sign_by, start, end TEXT, accelerators REAL, cost REAL, owed_beyond REAL, kind TEXT (lease|purchase|signed)
 *  rounded     objective, gap REAL, status TEXT, note TEXT                 one row; with rounded_placements, rounded_leases
 *  unmet       workload, phase, user_region, period TEXT, tokens REAL, penalty REAL
 *  duals       family TEXT (capacity|power|limit|demand), name, period TEXT, value, low, high REAL, unit TEXT
 *              (low, high: in what the unit is per, but demand in tokens: where the right-hand side may lie)
 *  rules       id, file TEXT, line INT, status TEXT (enforced|off|no_match|expired), columns_barred INT, rows_made INT, dual REAL
 *  certificate ok BOOL, primal_residual, dual_residual, primal_objective, dual_objective, gap REAL, farkas BOOL
 *  unique      alternatives BOOL, workloads TEXT (names joined by '|')     one row
 *  input       digest TEXT;  input_files  path, digest TEXT
 *  warnings    text TEXT
 *  stats       name TEXT, value REAL, unit TEXT                           only written with --stats
 */
enum plan_table { PT_PLAN, PT_OBJECTIVE, PT_SPLIT, PT_COST, PT_COST_BY, PT_PLACEMENTS, PT_LEASES, PT_ROUNDED,
                  PT_ROUNDED_PLACEMENTS, PT_ROUNDED_LEASES, PT_UNMET, PT_DUALS, PT_RULES, PT_CERTIFICATE, PT_UNIQUE,
                  PT_INPUT, PT_INPUT_FILES, PT_WARNINGS, PT_STATS, N_PLAN_TABLE };

struct strait_plan {
    strait_outcome outcome;
    strait_table *table[N_PLAN_TABLE];   /* by enum plan_table; none NULL after plan_new */
    bool want_stats;
};


/* All tables empty, with their columns. */
strait_status plan_new(strait_plan **out) MUST_USE;
void plan_free(strait_plan *p);
const strait_table *plan_table(const strait_plan *p, const char *name);   /* NULL: unknown */

/** Estimate, build, solve, certify, round, explain. The whole main job; src/explain/make.c. */
strait_status plan_make(strait_ctx *cx, const strait_case *c, strait_plan **out) MUST_USE;

#endif
