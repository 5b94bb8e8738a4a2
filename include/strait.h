/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * strait.h - plan where training and inference run: config files in, a certified least-cost plan out.
 *
 * Five opaque types: context, case, plan, study (a sweep of many scenarios) and table.  Inputs are set and
 * read by path (the same paths as `strait --set`), every result is a table by name.
 * One context per thread; the library keeps no mutable globals, never prints and never exits.
 * Every call runs under the C locale and restores the caller's.
 */
#ifndef STRAIT_H
#define STRAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define STRAIT_API __attribute__((visibility("default")))
#define STRAIT_MUST_USE __attribute__((warn_unused_result))
#else
#define STRAIT_API
#define STRAIT_MUST_USE
#endif

typedef struct strait_ctx strait_ctx;
typedef struct strait_case strait_case;
typedef struct strait_plan strait_plan;
typedef struct strait_study strait_study;
typedef struct strait_table strait_table;

/** What a call came to.  An outcome of planning (infeasible, limit) is not a failure: see strait_outcome. */
typedef enum {
    STRAIT_OK = 0,
    STRAIT_EUSAGE = 1,   /**< a wrong argument: unknown path, format, table name */
    STRAIT_EINPUT = 2,   /**< faults in the input; strait_faults() lists them all */
    STRAIT_EIO = 3,      /**< cannot read or write */
    STRAIT_ENOMEM = 4,   /**< out of memory */
    STRAIT_EBUG = 5      /**< a broken invariant of the library or of the LP solver, caught */
} strait_status;

/** The outcome of planning. */
typedef enum {
    STRAIT_OPTIMAL = 0,      /**< proven within the asked gap and certified */
    STRAIT_WITHIN_GAP = 1,   /**< integer case, proven within a gap asked for */
    STRAIT_FEASIBLE = 2,     /**< certified feasible, not proven optimal (limit, cancel) */
    STRAIT_INFEASIBLE = 3,   /**< proven infeasible, with a checked Farkas ray */
    STRAIT_NO_PLAN = 4,      /**< limit or cancel before any feasible plan */
    STRAIT_UNCERTIFIED = 5   /**< an answer that failed its certificate: a bug, never "optimal" */
} strait_outcome;

typedef enum { STRAIT_TEXT, STRAIT_REAL, STRAIT_INT, STRAIT_BOOL } strait_type;

/** Words for a person; `line` has no newline and is borrowed for the call. */
typedef void strait_log_fn(void *data, const char *line);
/** Progress: stage, elapsed seconds, relative gap (NaN: unknown). Nonzero return: stop with the best so far. */
typedef int strait_progress_fn(void *data, const char *stage, double elapsed_s, double gap);
/** Output sink: n bytes; nonzero return stops with STRAIT_EIO. */
typedef int strait_write_fn(void *data, const char *bytes, size_t n);

/* ---- context ---- */

/** The library's version, e.g. "0.1.0". Static storage. */
STRAIT_API const char *strait_version(void);
/** A new context, or NULL when out of memory. Free with strait_ctx_free. */
STRAIT_API strait_ctx *strait_ctx_new(void);
STRAIT_API void strait_ctx_free(strait_ctx *cx);
/** The last failure in one line; "" when none. Borrowed until the next call on cx. */
STRAIT_API const char *strait_message(const strait_ctx *cx);
/**
 * Set an option: "threads", "time_limit" (s, 0 none), "gap" (relative, from 1e-9), "seed", "engine" ("auto"|"glpk"),
 * "stats" ("on"|"off": plans are written with their table "stats"), "baseline" (path of a plan.json that strait_plan_solve
 * tells the plan beside: its tables "baseline" and "baseline_..."; "": none), "rounding" ("on"|"off": no plan in whole
 * blocks, gangs and replicas beside the one in fractions).
 * STRAIT_EUSAGE names what is allowed.
 */
STRAIT_API strait_status strait_option(strait_ctx *cx, const char *name, const char *value) STRAIT_MUST_USE;
STRAIT_API void strait_on_log(strait_ctx *cx, strait_log_fn *fn, void *data);
STRAIT_API void strait_on_progress(strait_ctx *cx, strait_progress_fn *fn, void *data);
/**
 * All faults collected by the last load or set: table "faults" with severity, file, line, key, value,
 * problem, allowed. Of one kind the first 100 and one that counts the others. Owned by the caller.
 */
STRAIT_API strait_status strait_faults(strait_ctx *cx, strait_table **out) STRAIT_MUST_USE;

/* ---- case ---- */

/**
 * Load a case file with its tables, apply `n_set` overrides "path=value" (later ones win), check all.
 * STRAIT_EINPUT: every fault is in strait_faults(); *out untouched. Warnings alone are STRAIT_OK.
 * `scenario`: name of a scenario of the case to apply before the overrides, or NULL.
 */
STRAIT_API strait_status strait_case_load(strait_ctx *cx, const char *file, const char *scenario,
                                          const char *const *set, size_t n_set,
                                          strait_case **out) STRAIT_MUST_USE;
STRAIT_API void strait_case_free(strait_case *c);
/** The value at a path ("offers.johor_h200.price") as text, in the field's own unit; owned by the case. */
STRAIT_API strait_status strait_case_get(strait_ctx *cx, const strait_case *c, const char *path,
                                         const char **value) STRAIT_MUST_USE;
/**
 * What a case holds, by the table's name: "summary" (table, rows: counts), "rules" (rule, effect, from, to, enabled,
 * pairs: workload and offer that it applies to at some time, signings: offers) or "unserved" (text: firm work that no
 * offer can do, and why; each line also becomes a warning).  Owned by the caller.
 */
STRAIT_API strait_status strait_case_table(strait_ctx *cx, const strait_case *c, const char *name,
                                           strait_table **out) STRAIT_MUST_USE;
/** The documentation of every input key, as table "fields": kind, key, type, unit, default, allowed, doc. */
STRAIT_API strait_status strait_fields(strait_ctx *cx, strait_table **out) STRAIT_MUST_USE;
/**
 * Rates: table "estimate", one row per workload, phase and offer.  `rates_file`: a CSV file or NULL: a table of parameters as
 * strait_calibrate makes it, used instead of the shipped one, or of measured rates as strait_import makes it, which win
 * over the estimate and over the case's own.
 */
STRAIT_API strait_status strait_estimate(strait_ctx *cx, const strait_case *c, const char *rates_file,
                                         strait_table **out) STRAIT_MUST_USE;
/**
 * Predict published measurements: table "points" (id, predicted, low, high, unit, extrapolation, reason), one row for each row of
 * `rows_file` in the layout of data/calibration/training.csv or inference.csv; measured columns are never looked at.
 */
STRAIT_API strait_status strait_points(strait_ctx *cx, const strait_case *c, const char *rows_file,
                                       const char *rates_file, strait_table **out) STRAIT_MUST_USE;
/**
 * Refit the estimator on the shipped rows and on those of `n_rows` files: table "rates" (parameter, value, standard_error, ...).
 * Values pinned in `rates_file` (or NULL) stay.  `errors` and `summary`, both or neither NULL: tables of each row predicted
 * without its model, its source, its accelerator, and what that comes to.  All owned by the caller.
 */
STRAIT_API strait_status strait_calibrate(strait_ctx *cx, const char *const *rows, size_t n_rows, const char *rates_file,
                                          strait_table **rates, strait_table **errors,
                                          strait_table **summary) STRAIT_MUST_USE;
/** Write these tables as one self-contained HTML page with charts. */
STRAIT_API strait_status strait_calibrate_page(strait_ctx *cx, const strait_table *rates, const strait_table *errors,
                                               const strait_table *summary, strait_write_fn *fn,
                                               void *data) STRAIT_MUST_USE;
/**
 * Write the whole LP: format "mps" (free MPS), "lp" (CPLEX LP), or "mathprog" (data of models/strait.mod).  With priority
 * classes it is solved first, since their rows hold what each class reaches.
 */
STRAIT_API strait_status strait_export(strait_ctx *cx, const strait_case *c, const char *format,
                                       strait_write_fn *fn, void *data) STRAIT_MUST_USE;

/* ---- import ---- */

#define STRAIT_IMPORT_TABLES 8

/** One option of an import: the words of `strait import`, without dashes and with _ for -, as utc_offset. */
typedef struct { const char *name, *value; } strait_import_option;

/**
 * Convert foreign files, plain CSV or gzip: `what` is "skypilot" (price catalogues: tables offers, prices, availabilities,
 * unknown), "trace" (requests: profiles, demands, lengths, histogram, trace) or "rates" (tokens per second: rates, unknown).
 * Before them stand "import" (file, rows, used, other, bad) and "skipped" (the kinds of bad rows).  Tables without rows are
 * left out; those that a case knows have its columns.  Bad rows are warnings; a cut or damaged file is STRAIT_EINPUT.
 * `out`: the caller's tables in order, NULL behind the last; untouched on failure.
 */
STRAIT_API strait_status strait_import(strait_ctx *cx, const char *what, const char *const *file, size_t n_file,
                                       const strait_import_option *option, size_t n_option,
                                       strait_table *out[STRAIT_IMPORT_TABLES]) STRAIT_MUST_USE;

/* ---- plan ---- */

/**
 * Plan a case. The outcome is data: see strait_plan_outcome. STRAIT_EINPUT, STRAIT_EIO: option "baseline" names no plan to
 * compare with, which is found before the work begins.
 */
STRAIT_API strait_status strait_plan_solve(strait_ctx *cx, const strait_case *c, strait_plan **out) STRAIT_MUST_USE;
STRAIT_API void strait_plan_free(strait_plan *p);
STRAIT_API strait_outcome strait_plan_outcome(const strait_plan *p);
/**
 * A table of the plan by its name in plan.json: "plan", "objective", "split", "idle", "cost", "cost_by", "placements",
 * "leases", "rounded", "rounded_split", "rounded_idle", "rounded_cost", "rounded_placements", "rounded_leases",
 * "rounded_unmet", "unmet", "baseline", "baseline_cost", "baseline_moved", "baseline_leases", "offers", "duals", "rules", "certificate", "proof", "unique", "input", "input_files",
 * "warnings", "stats". Borrowed from the plan; NULL for an unknown name.
 */
STRAIT_API const strait_table *strait_plan_table(const strait_plan *p, const char *name);
/** The i-th table of the plan, to go through all of them; NULL past the last. Borrowed. */
STRAIT_API const strait_table *strait_plan_table_at(const strait_plan *p, size_t i);
/** Write the plan: format "json", "table" (at most 40 lines of 100 columns) or "csv" (one table, named). */
STRAIT_API strait_status strait_plan_write(strait_ctx *cx, const strait_plan *p, const char *format,
                                           const char *table, strait_write_fn *fn, void *data) STRAIT_MUST_USE;
/**
 * Re-derive every promise of a plan file from the case's tables, without LP code. Table "verify":
 * promise, where, said, found, ok. *all_ok says whether all hold.
 */
STRAIT_API strait_status strait_verify(strait_ctx *cx, const strait_case *c, const char *plan_file,
                                       strait_table **out, bool *all_ok) STRAIT_MUST_USE;

/* ---- study: many scenarios of one case ---- */

/**
 * Load a sweep (doc/BATCH.md) with its base case; `set`: n_set overrides more for every scenario.
 * STRAIT_EINPUT: every fault is in strait_faults().  The seed is the sweep's own, else the context's.
 */
STRAIT_API strait_status strait_study_load(strait_ctx *cx, const char *file, const char *const *set, size_t n_set,
                                           strait_study **out) STRAIT_MUST_USE;
STRAIT_API void strait_study_free(strait_study *s);
/**
 * What the scenarios are, without solving any: table "scenarios" (k, name, weight) or "inputs" (k, path, value: a number,
 * or "*1.05" that multiplies).  Owned by the caller.
 */
STRAIT_API strait_status strait_study_table(strait_ctx *cx, const strait_study *s, const char *name,
                                            strait_table **out) STRAIT_MUST_USE;
/**
 * Evaluate every scenario that the store (SQLite) does not have yet and add it, on as many threads as the context says, each
 * proven as by strait_plan_solve; "time_limit" holds for each one.  `option`: n_option of "resume" (the store may be there),
 * "shard=I/N" (scenarios with k mod N = I), "keep=LIST" (of placements, leases, duals; or none; default placements,leases).
 * Table "batch", one row: total, done, optimal, feasible, infeasible, no_plan, error, warm, stopped, undone (plans that leave work undone:
 * their cost includes its penalties).  Owned by the caller.
 * A cancel is no failure: stopped is true, and what was written stays.  STRAIT_EIO: a full disk too; the store is whole.
 */
STRAIT_API strait_status strait_study_run(strait_ctx *cx, const strait_study *s, const char *store, const char *const *option,
                                          size_t n_option, strait_table **out) STRAIT_MUST_USE;
/**
 * Merge the stores of shards into a new one.  STRAIT_EINPUT: other inputs, a scenario in two of them, or, unless `partial`,
 * one in none.
 */
STRAIT_API strait_status strait_study_merge(strait_ctx *cx, const char *out, const char *const *in, size_t n_in,
                                            bool partial) STRAIT_MUST_USE;
/**
 * What a store comes to, by weight: table "summary" with topic (scenarios, cost, unmet, hours, placement, lease, driver, clash),
 * name, measure, value, unit.  Owned by the caller.
 */
STRAIT_API strait_status strait_study_summary(strait_ctx *cx, const char *store, strait_table **out) STRAIT_MUST_USE;

/* ---- rolling horizon ---- */

#define STRAIT_ROLL_TABLES 9

/**
 * Plan, commit the first periods, see what happens, plan again (doc/ROLL.md), beside one plan that knew all of it.  `file`: a
 * rolling horizon; `set`: n_set overrides of its base case.  Each plan is proven as by strait_plan_solve; "time_limit" holds for
 * each one.  *outcome: optimal, feasible (a plan was not proven), infeasible (a step, or perfect foresight: tables "proof" and
 * "warnings" say why), no plan (stopped).  `out`: the caller's tables "roll" (one row: what it came to), "steps", "signings",
 * "changes", "cost_by", "unmet", "proof", "warnings", "stats" (with option stats; else empty); untouched on failure.  `plan`, unless NULL:
 * what was carried out as a plan of the case as it was, with foresight's cost as its bound; NULL where there is none.
 * STRAIT_EINPUT: every fault is in strait_faults().
 */
STRAIT_API strait_status strait_roll(strait_ctx *cx, const char *file, const char *const *set, size_t n_set, strait_outcome *outcome,
                                     strait_table *out[STRAIT_ROLL_TABLES], strait_plan **plan) STRAIT_MUST_USE;
/** Write all of them: format "json" (one document), "table" (lines of 100 columns) or "csv" (the table "steps"). */
STRAIT_API strait_status strait_roll_write(strait_ctx *cx, const strait_table *const table[STRAIT_ROLL_TABLES], const char *format,
                                           strait_write_fn *fn, void *data) STRAIT_MUST_USE;

/* ---- table ---- */

STRAIT_API void strait_table_free(strait_table *t);
STRAIT_API const char *strait_table_name(const strait_table *t);
STRAIT_API size_t strait_table_rows(const strait_table *t);
STRAIT_API size_t strait_table_cols(const strait_table *t);
/** Name, unit ("" none) and type of column i; borrowed. */
STRAIT_API const char *strait_table_col_name(const strait_table *t, size_t i);
STRAIT_API const char *strait_table_col_unit(const strait_table *t, size_t i);
STRAIT_API strait_type strait_table_col_type(const strait_table *t, size_t i);
/** The array of column i: const char *const *, const double *, const int64_t * or const bool *; borrowed, rows long. */
STRAIT_API const void *strait_table_col_data(const strait_table *t, size_t i);
/** Write one table: "table", "json" or "csv". */
STRAIT_API strait_status strait_table_write(strait_ctx *cx, const strait_table *t, const char *format,
                                            strait_write_fn *fn, void *data) STRAIT_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
