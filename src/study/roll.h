/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A rolling horizon: plan, commit the first periods, see what happens, plan again, and hold what that costs against a plan
 * that knew all of it.  The file (libconfig, faults as in a case):
 *
 *   base = "case.cfg";  set = [ "path=value" ];  commit = 2;  ahead = 8;
 *   histories = ( { path = "offers.spot.price"; history = "spot.csv"; column = "price"; date = "from"; as = "values";
 *                   forecast = "last"; },
 *                 { path = "demands.*.requests"; workload = "chat"; history = "load.csv"; column = "factor"; } );
 *   news = ( { from = "2027-03-01"; set = [ "rules.remote_access.enabled=true", "rules.remote_access.from=2027-03-01" ]; } );
 *
 * A history is what really happened; of periods that are not known yet a plan believes the forecast.  Every plan is the
 * whole program of the case as it is known: what was decided before stands in it with its columns fixed, so that leases,
 * work done and what limits have left are carried by the program itself, and the last plan's objective is what was paid.
 */
#ifndef STRAIT_STUDY_ROLL_H
#define STRAIT_STUDY_ROLL_H

#include "base/table.h"
#include "explain/plan.h"
#include "solve/solve.h"
#include "study/reader.h"

/* What a case carries for each period; paths offers.NAME.price and so on. */
enum roll_series { ROLL_PRICE, ROLL_COUNT, ROLL_TARIFF, ROLL_CARBON, ROLL_POWER_CAP, ROLL_REQUESTS, N_ROLL_SERIES };
enum roll_forecast { ROLL_BASE, ROLL_LAST, ROLL_MEAN };

/* One row of a timeline: an offer, a site, or a demand pair. */
struct roll_target { enum roll_series series; size_t row; };

struct roll_history {
    struct name_list path;
    const char *workload, *region;         /* of demands: these alone; NULL: all */
    const char *csv, *column, *date;       /* date: column of the moments; NULL: a row a period */
    bool times;                            /* factors of the base, not values */
    enum roll_forecast forecast;
    size_t n_target;
    struct roll_target *target;
    double *mean, *least;                  /* n_segment: what happened, by hours, and least */
    struct study_mark at;
};

/* Rules that come into force or end, which no plan before that day knows. */
struct roll_news { const char *date; int64_t from; struct name_list set; struct study_mark at; };

struct roll {
    arena *arena;
    strait_case *files;                    /* names and digests of the roll's own files */
    const char *file, *base;               /* base: as seen from here */
    uint64_t commit, ahead;                /* periods that a step commits, and that its plan sees, these included; 0: all */
    struct name_list set;
    struct { size_t n; struct roll_history *v; } history;
    struct { size_t n; struct roll_news *v; } news;
    struct rule_days *days;                /* (news + 1) x rules: as believed once so many of the news are known; NULL: no news */
    strait_case *c;                        /* the base with all news, which cuts the segments of all plans */
};

/**
 * Read the file, load its base case with `set` (n_set overrides more), look every path up and lay the histories over the
 * segments.  STRAIT_OK (perhaps with warnings), STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM.
 * Test: tests/unit/check_roll.c
 */
strait_status roll_load(strait_ctx *cx, const char *file, const char *const *set, size_t n_set, struct roll **out) MUST_USE;
void roll_free(struct roll *r);

/* What came of it, in tables; see strait_study_roll. */
enum roll_table { RT_ROLL, RT_STEPS, RT_SIGNINGS, RT_CHANGES, RT_COST_BY, RT_UNMET, RT_PROOF, RT_WARNINGS, RT_STATS, N_ROLL_TABLE };

struct roll_result {
    strait_outcome outcome;
    strait_table *table[N_ROLL_TABLE];
    strait_plan *plan;                     /* what was carried out, with foresight's bound; NULL: there is no end */
};
void roll_result_free(struct roll_result *r);

/**
 * Roll.  An outcome is data in *out: infeasible (a step, or perfect foresight, with its proof), feasible (a step was not
 * proven), no plan (stopped).  out: zeroed by the caller, free with roll_result_free.
 * STRAIT_ENOMEM, STRAIT_EIO (files changed), STRAIT_EINPUT, STRAIT_EBUG.
 * Cost one plan of the case a step and three more.  Test: tests/unit/check_roll.c, tests/cli/roll.py
 */
strait_status roll_run(strait_ctx *cx, const struct roll *r, struct roll_result *out) MUST_USE;

/* ---- inside the room ---- */

/* roll_read.c: the file into r, but for its base and the rows of its histories. */
strait_status roll_read(strait_ctx *cx, struct roll *r) MUST_USE;
/* roll_news.c: the days of rules as they become known; r->c becomes the base with all of the news. */
strait_status roll_news(strait_ctx *cx, struct roll *r) MUST_USE;
/* The base with the first n_news of the news, and no history; roll_known.c. */
strait_status roll_load_with(strait_ctx *cx, const struct roll *r, size_t n_news, strait_case **out) MUST_USE;
/* roll_paths.c: what the paths of the histories name in r->c. */
strait_status roll_paths(strait_ctx *cx, struct roll *r) MUST_USE;
/* roll_history.c: the CSV files of the histories over the segments of r->c. */
strait_status roll_histories(strait_ctx *cx, struct roll *r) MUST_USE;

/* The field whose range and unit the values of a series have. */
const struct field_desc *roll_series_field(enum roll_series s);
/* Its timeline in c: mean and least (NULL: none) by segment; the case's own arrays. */
void roll_series_rows(const strait_case *c, const struct roll_target *x, double **mean, double **least);
/* May the target have something in segment t (valid dates of an offer, window of a service)? */
bool roll_series_open(const strait_case *c, const struct roll_target *x, size_t t);

/** The case as it is known once n_known periods are: these as they were, the others as forecast; roll_known.c. */
strait_status roll_case(strait_ctx *cx, const struct roll *r, size_t n_known, strait_case **out) MUST_USE;

/*
 * roll_carry.c.  What a plan decides before a day: its work in segments that end by then, and what is signed before it.
 * Kept by names, not by number, since a program may have other columns once more is known.
 */
struct decision;
struct decisions { size_t n; struct decision *v; };   /* v: ascending; mem_free */
strait_status decisions_take(strait_ctx *cx, const struct lp *m, const double *x, int64_t until, struct decisions *out) MUST_USE;
void decisions_free(struct decisions *d);
/**
 * Fix m's columns of before `until` at what was decided, and open the rows in which nothing is left to decide: they were
 * held when they were planned, and the rounding of what is fixed must not make them infeasible.
 * *lost, in m's arena: a decision that m has no column for, in words; NULL: none.
 */
strait_status decisions_fix(strait_ctx *cx, struct lp *m, const struct decisions *d, int64_t until, const char **lost) MUST_USE;
/* Only the signings, of all days: the rest stays open. */
strait_status decisions_fix_holds(strait_ctx *cx, struct lp *m, const struct decisions *d) MUST_USE;
/* The moment after which nothing can be done about a row. */
int64_t roll_row_end(const struct lp *m, const struct lp_row *r);
/* Accelerators signed on an offer for a start; 0: none. */
double decisions_signed(const struct decisions *d, int offer, int64_t start);

/* roll_look.c: leave to m what a plan sees that looks until a day. */
strait_status roll_look(strait_ctx *cx, struct lp *m, int64_t end) MUST_USE;

#endif
