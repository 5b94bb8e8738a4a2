/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sweep: a base case and the scenarios that are made of it.  The file (libconfig, faults as in a case):
 *
 *   base = "case.cfg";  seed = 7;  draws = 1000;  evaluate = "plan";  set = [ "path=value" ];
 *   scenarios = ( { name = "h20_barred"; probability = 0.2; set = [ "rules.h20.enabled=true" ]; } );
 *   grids = ( { path = "offers.johor_h200.price"; times = "0.8:1.2:0.05"; }, { path = "..."; values = [ "a", "b" ]; } );
 *   events = ( { name = "licence"; probability = 0.3; set = [ ... ]; otherwise = [ ... ]; } );
 *   quantities = ( { name = "h200"; path = [ "offers.a.price", "offers.b.price" ]; sigma = 0.2; },
 *                  { name = "load"; path = "demands.*.requests"; spread = 0.25; },
 *                  { name = "spot"; path = "offers.s.price"; history = "spot.csv"; column = "price"; since = "from"; joint = true; },
 *                  { name = "b200"; path = "offers.b.price"; sigma = "fitted"; history = "list.csv"; column = "b200"; ahead = 12; } );
 *   correlations = ( { a = "h200"; b = "licence"; value = 0.4; },
 *                    { history = "list.csv"; quantities = [ "h200", "b200" ]; columns = [ "H200", "B200" ]; of = "changes"; } );
 *
 * The scenarios are the product: named x grid x grid ... x draws, the last counted fastest.  A draw takes one normal number
 * for each event and quantity, z = L g with L L' the correlations: an event happens in the upper tail, a quantity is the
 * quantile of its own distribution (a normal copula).  Without `draws` events are not drawn but enumerated, each
 * combination with its probability.
 */
#ifndef STRAIT_STUDY_SWEEP_H
#define STRAIT_STUDY_SWEEP_H

#include "base/random.h"
#include "domain/domain.h"
#include "study/history.h"
#include "study/reader.h"

#define SWEEP_MOST UINT64_C(1000000000)  /* scenarios */
#define SWEEP_EVENTS_MOST 12             /* that are enumerated */
#define SWEEP_SIGMA_MOST 5.0             /* of a logarithm */

/* Overrides of a named scenario, or of an event. */
struct sweep_set { struct name_list set; struct study_mark at; };

struct sweep_named { const char *name; double probability; struct sweep_set set; };

struct sweep_grid { struct name_list path, value; struct study_mark at; };       /* value: "2.5", or "*1.05" */

struct sweep_event { const char *name; double probability; struct sweep_set set, otherwise; };

/* Where a correlation is from. */
enum sweep_from { SWEEP_UNSAID, SWEEP_GIVEN, SWEEP_FITTED };

enum sweep_spread { SPREAD_LOGNORMAL, SPREAD_UNIFORM, SPREAD_HISTORY };

struct sweep_quantity {
    const char *name;
    struct name_list path;
    enum sweep_spread kind;
    double size;                 /* sigma of the logarithm; half width of the factor around 1 */
    bool fitted;                 /* sigma, to a history */
    bool absolute;               /* history: the values themselves, not over their mean */
    bool joint;                  /* draws the row that others of its history draw */
    size_t lead;                 /* whose normal it takes: its own number, or the first's that it is joint with */
    struct history past;         /* one column; of a bootstrap */
    size_t n_history;
    const double *history;       /* the column in the order of the lead's, ascending */
    const double *upto;          /* n_history: the share of the weight up to the row; NULL: all rows weigh alike */
    struct study_mark at;
};

struct sweep {
    arena *arena;
    strait_case *files;          /* keeps the names and digests of the sweep's own files; no case */
    const char *file, *base;     /* base: as seen from here */
    uint64_t seed, draws;        /* draws 0: none */
    bool fixed;                  /* evaluate = "reprice": the base's plan at other prices, no LP */
    struct name_list set;        /* of all scenarios, before their own */
    struct { size_t n; struct sweep_named *v; } named;
    struct { size_t n; struct sweep_grid *v; } grid;
    struct { size_t n; struct sweep_event *v; } event;
    struct { size_t n; struct sweep_quantity *v; } quantity;
    double *root;                /* (events + quantities)^2: the Cholesky factor, by rows */
    const double *correlation;   /* of which it is the factor, and where each is from */
    const unsigned char *from;
    uint64_t n;                  /* scenarios */
    char digest[65];             /* of all that scenarios are made of */
};

/* One scenario: what to set, in order, later ones win. */
struct sweep_input { const char *path, *value; };
struct sweep_scenario {
    uint64_t k;
    const char *name;            /* the named scenario's ("base"), and "+EVENT" for each event that happens */
    double weight;               /* over all scenarios they sum to the sum of the named ones' probabilities */
    size_t n;
    struct sweep_input *input;
};

/**
 * Read a sweep.  `set`: n_set overrides "path=value" more for every scenario.  Files are read, the base case is loaded and
 * every path is looked up in it; it is handed over in *base, loaded with the common overrides.
 * STRAIT_OK (perhaps with warnings), STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM.
 * Test: tests/unit/check_sweep.c
 */
strait_status sweep_load(strait_ctx *cx, const char *file, const char *const *set, size_t n_set, struct sweep **out,
                         strait_case **base) MUST_USE;
void sweep_free(struct sweep *s);

/** Scenario k < s->n, made from nothing but k and s; all of it lives in a.  STRAIT_ENOMEM.  Test: tests/unit/check_sweep.c */
strait_status sweep_expand(const struct sweep *s, uint64_t k, arena *a, struct sweep_scenario *out) MUST_USE;

/* ---- inside the room ---- */

/* sweep_read.c: the file into s, but for its base. */
strait_status sweep_read(strait_ctx *cx, struct sweep *s) MUST_USE;
/* sweep_parts.c, sweep_quantity.c: a group of the file into a struct sweep_named, _grid, _event or _quantity. */
reader_one sweep_read_named, sweep_read_grid, sweep_read_event, sweep_read_quantity;
/* sweep_quantity.c: the bootstraps' rows in the order in which a normal picks them, once all quantities are read. */
strait_status sweep_bootstraps(const struct reader *r, struct sweep *s) MUST_USE;
/* sweep_correlation.c: the file's correlations (NULL: none) into s->root, once events and quantities are read. */
strait_status sweep_correlations(const struct reader *r, struct sweep *s, const struct cfg_node *list) MUST_USE;
/* The name of an event, or of a quantity after them; NULL if it has none. */
const char *sweep_dim_name(const struct sweep *s, size_t i);
/* sweep_range.c: "0.8:1.2:0.05" into texts; false: not a range.  `mark` goes before each. */
bool sweep_range(arena *a, const char *text, const char *mark, struct name_list *out, bool *no_memory);
/* A fault at a place of the sweep's files. */
strait_status sweep_fault(strait_ctx *cx, const struct sweep *s, struct study_mark at, const char *key, const char *value,
                          const char *allowed, const char *what) MUST_USE;

#endif
