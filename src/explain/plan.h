/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan: the answer to a case as a set of tables, named and laid out as in plan.json.  Writers and the API know
 * nothing else of it.
 */
#ifndef STRAIT_EXPLAIN_PLAN_H
#define STRAIT_EXPLAIN_PLAN_H

#include "base/table.h"
#include "domain/domain.h"
#include "input/plan_file.h"

/*
 * In the order of plan.json.  Columns:
 *  plan        schema TEXT, status TEXT                                   one row: the top-level scalars
 *  objective   value, bound, gap REAL, currency TEXT, price_year INT      one row; value NaN when there is no plan
 *  split       kind TEXT, shore TEXT, vendor TEXT, accel_hours REAL [h], cost REAL
 *  cost        total, compute, idle_lease, energy, movement, duty, penalty, carbon, assumed_share REAL     one row
 *  cost_by     by TEXT, name TEXT, cost REAL
 *  placements  workload, phase, user_region, offer, site, accelerator, period, from TEXT, accel_hours REAL, tokens REAL,
 *              cost REAL, accelerators REAL (mean in use), flag TEXT (below_gang, below_replica or none)
 *  leases      offer, sign_by, start, end TEXT, accelerators REAL, cost REAL, owed_beyond REAL, kind TEXT (lease|purchase|signed),
 *              inside REAL, counted_beyond REAL, capex REAL   (cost = inside + counted_beyond, which is the part of owed_beyond
 *              that settings.terminal charges; capex: what is paid when it is bought, NaN for leases), waiting REAL [per accelerator]: who
              signs at the offer's next start instead pays at least so much more; NaN: signed already, no next start, not proven
 *  idle        shore, vendor TEXT, accel_hours, cost, beyond REAL: what is held and not used; beyond: counted_beyond of its
 *              leases.  split, idle and penalties add up to the cost
 *  rounded     objective, gap REAL, status TEXT (whole|flagged|none), note TEXT, flagged, undone TEXT (workloads joined by '|': with
 *              a flagged placement, left undone by the rounding alone)  one row; with rounded_split, rounded_cost, rounded_idle, rounded_unmet, rounded_placements, rounded_leases.  A row of
 *              rounded_idle without shore is what fills the last replica of rented accelerators.
 *  unmet       workload, phase, user_region, period, from TEXT, tokens REAL, penalty REAL
 *  baseline    digest TEXT, same_files BOOL, status TEXT, before, now, change REAL [CUR]   one row where a previous plan was given, with
 *              baseline_cost (part TEXT, before, now, change [CUR]), baseline_moved (workload, site, accelerator TEXT, before, now,
 *              change [h]), baseline_leases (offer, start, end, kind TEXT, before, now, change [accelerators]); what changed most first
 *  offers      offer, site, accelerator, contract, status TEXT (used|idle|unused), accel_hours REAL, reason TEXT, rule TEXT,
 *              dearer_by REAL [CUR/accelerator-hour]: why an offer does no work; dearer_by from reduced costs, at least
 *  duals       family TEXT (capacity|power|limit|demand|priority), name, period TEXT, value, low, high REAL, unit TEXT, from TEXT,
 *              now REAL (low, high, now: in what the unit is per, but demand in tokens: where the right-hand side may lie for
 *              the price to hold, and where it does; from: the first day of the part of the period.  No rows unless the plan is proven: they would mean nothing)
 *  rules       id, file TEXT, line INT, status TEXT (enforced|off|no_match|no_effect|expired), columns_barred INT, rows_made INT, dual REAL
 *  certificate ok BOOL, primal_residual, dual_residual, primal_objective, dual_objective, gap REAL, farkas BOOL
 *  proof       family, name, period, from TEXT, value REAL                infeasible: the ray; feasible: what bounds the cost; natural units
 *  unique      alternatives BOOL, workloads TEXT (names joined by '|')     one row
 *  input       digest TEXT;  input_files  path, digest TEXT
 *  warnings    text TEXT
 *  stats       name TEXT, value REAL, unit TEXT                           only written with --stats
 */
enum plan_table { PT_PLAN, PT_OBJECTIVE, PT_SPLIT, PT_IDLE, PT_COST, PT_COST_BY, PT_PLACEMENTS, PT_LEASES, PT_ROUNDED,
                  PT_ROUNDED_SPLIT, PT_ROUNDED_IDLE, PT_ROUNDED_COST, PT_ROUNDED_PLACEMENTS, PT_ROUNDED_LEASES, PT_ROUNDED_UNMET,
                  PT_UNMET, PT_BASELINE, PT_BASELINE_COST, PT_BASELINE_MOVED, PT_BASELINE_LEASES, PT_OFFERS, PT_DUALS, PT_RULES, PT_CERTIFICATE, PT_PROOF, PT_UNIQUE, PT_INPUT, PT_INPUT_FILES,
                  PT_WARNINGS, PT_STATS, N_PLAN_TABLE };

struct strait_plan {
    strait_outcome outcome;
    strait_table *table[N_PLAN_TABLE];   /* by enum plan_table; none NULL after plan_new */
    bool want_stats;
};


/* All tables empty, with their columns. */
strait_status plan_new(strait_plan **out) MUST_USE;
void plan_free(strait_plan *p);
const strait_table *plan_table(const strait_plan *p, const char *name);   /* NULL: unknown */

/** Read a previous plan, and tell a plan beside it; src/explain/baseline.c. */
strait_status baseline_read(strait_ctx *cx, const strait_case *c, const char *file, struct plan_file **out) MUST_USE;
strait_status explain_baseline(strait_ctx *cx, const struct plan_file *before, strait_plan *p) MUST_USE;
/** Estimate, build, solve, certify, round, explain. The whole main job; src/explain/make.c. */
strait_status plan_make(strait_ctx *cx, const strait_case *c, strait_plan **out) MUST_USE;

#endif
