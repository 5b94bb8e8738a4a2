/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan.json as plain structs, for those who check plans and for comparisons. */
#ifndef STRAIT_INPUT_PLAN_FILE_H
#define STRAIT_INPUT_PLAN_FILE_H

#include "base/arena.h"
#include "base/ctx.h"

#define PLAN_TEXT_MAX 4096     /* bytes of a text in a plan */
#define PLAN_FAULTS_MAX 100    /* the rest is not told */

/* Numbers that are null are NaN; texts that are null, or optional and missing, are NULL. */
struct plan_objective { double value, bound, gap; const char *currency; int64_t price_year; };
struct plan_cost {
    double total, compute, idle_lease, energy, movement, duty, penalty, carbon;
    double assumed_share;      /* optional */
};
struct plan_cost_by { const char *by, *name; double cost; };
struct plan_split { const char *kind, *shore, *vendor; double accel_hours, cost; };
struct plan_idle { const char *shore, *vendor; double accel_hours, cost, beyond; };   /* shore NULL: what fills replicas */
struct plan_offer {
    const char *offer, *site, *accelerator, *contract, *status, *reason, *rule;
    double accel_hours, dearer_by;
};
struct plan_placement {
    const char *workload, *phase, *user_region, *offer, *site, *accelerator, *period;
    const char *from;          /* optional: first day of the part of the period */
    const char *offer_decode;  /* optional: where a disaggregated route decodes */
    double accel_hours, tokens, cost;
    double accelerators;       /* optional: mean in use */
    const char *flag;          /* optional: below_gang, below_replica */
};
struct plan_lease {
    const char *offer, *sign_by, *start, *end, *kind;
    double accelerators, cost, owed_beyond;
    double inside, counted_beyond, capex;   /* optional; capex: of a purchase */
    double waiting;            /* optional: per accelerator */
};
struct plan_unmet { const char *workload, *phase, *user_region, *period, *from; double tokens, penalty; };
struct plan_rule { const char *id, *file, *status; int64_t line, columns_barred, rows_made; double dual; };
struct plan_certificate { bool given, ok, farkas; double primal_residual, dual_residual, primal_objective, dual_objective, gap; };
struct plan_input_file { const char *path, *digest; };
struct plan_dual {
    const char *name, *period;
    const char *from, *unit;   /* optional */
    double value;
    double low, high, now;     /* optional: interval of the right-hand side in which the value holds, and where that is */
};

#define PLAN_ROWS(type) struct { size_t n; type *v; }   /* v NULL: optional, and missing */
struct plan_names { size_t n; const char **v; };

enum dual_family { DUAL_CAPACITY, DUAL_POWER, DUAL_LIMIT, DUAL_DEMAND, DUAL_PRIORITY, N_DUAL };
extern const char *const dual_family_name[N_DUAL];

/* Rows by family; a family that is missing has none. */
struct plan_duals { bool given; PLAN_ROWS(struct plan_dual) family[N_DUAL]; };

struct plan_unique { bool given, alternatives; struct plan_names workloads; };

struct plan_rounded {
    bool given;                /* false: null in the file */
    double objective, gap;
    const char *status, *note; /* optional */
    PLAN_ROWS(struct plan_placement) placements;
    PLAN_ROWS(struct plan_lease) leases;
    /* optional */
    bool cost_given;
    struct plan_cost cost;
    PLAN_ROWS(struct plan_unmet) unmet;
    PLAN_ROWS(struct plan_split) split;
    PLAN_ROWS(struct plan_idle) idle;
    struct plan_names flagged, undone;
};

struct plan_file {
    arena *arena;              /* owns all that follows */
    const char *schema, *status, *digest;
    struct plan_objective objective;
    struct plan_cost cost;
    struct plan_rounded rounded;
    struct plan_certificate certificate;
    struct plan_duals duals, proof;       /* proof: why nothing is feasible, or the bound of a stopped solve */
    struct plan_unique unique;
    bool files_given;
    PLAN_ROWS(struct plan_input_file) files;
    PLAN_ROWS(struct plan_cost_by) cost_by;
    PLAN_ROWS(struct plan_split) split;
    PLAN_ROWS(struct plan_idle) idle;     /* optional */
    PLAN_ROWS(struct plan_placement) placements;
    PLAN_ROWS(struct plan_lease) leases;
    PLAN_ROWS(struct plan_unmet) unmet;
    PLAN_ROWS(struct plan_offer) offers;  /* optional */
    PLAN_ROWS(struct plan_rule) rules;
};

/* Read a plan.json.  STRAIT_EINPUT: every fault is in cx with its JSON path; STRAIT_EIO: cannot be read. */
strait_status json_read_plan(strait_ctx *cx, const char *file, struct plan_file **out) MUST_USE;
/* The same for n bytes in memory under a name. */
strait_status json_read_plan_bytes(strait_ctx *cx, const char *name, const char *bytes, size_t n,
                                   struct plan_file **out) MUST_USE;
void plan_file_free(struct plan_file *p);

#endif
