/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The case: plain data and its invariants, no I/O.  Structs and descriptors come from fields.def.
 */
#ifndef STRAIT_DOMAIN_DOMAIN_H
#define STRAIT_DOMAIN_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/ctx.h"

#define DATE_NONE INT64_MIN     /* a DATE that was not given */
#define HOUR_S 3600
#define DAY_S 86400
#define YEAR_S (365 * DAY_S)    /* the unit y, and the years of discounting */

struct name_list { size_t n; const char **v; };

/* Where a record or a field came from; file indexes strait_case.files. */
struct origin {
    uint32_t file, line;
    uint32_t *field_line;   /* kept by case_set_field, read through case_origin; NULL: the record's line for all */
};

/* NUMBER not given and without default: NaN.  INTEGER: INT64_MIN.  REF: -1.  TEXT: NULL.  ENUM: -1. */
#define CTYPE_NAME const char *
#define CTYPE_TEXT const char *
#define CTYPE_NUMBER double
#define CTYPE_INTEGER int64_t
#define CTYPE_BOOL bool
#define CTYPE_DATE int64_t          /* seconds since 1970-01-01T00:00Z */
#define CTYPE_ENUM int
#define CTYPE_REF int               /* row of the table of the kind it names */
#define CTYPE_LIST struct name_list
#define CTYPE_EXPR struct expr *    /* compiled predicate, in the case's arena */
struct expr;

/* struct site { const char *name; ...; struct origin origin; uint64_t given; }; and so on for every kind;
   bit FLD_<kind>_<member> of `given` says that the user gave the field. */
#define KIND_BEGIN(id, plural, doc) struct id {
#define FIELD(kind, member, TYPE, unit, dflt, lo, hi, extra, doc) CTYPE_##TYPE member;
#define KIND_END(id) struct origin origin; uint64_t given; };
#include "domain/fields.def"
#undef KIND_BEGIN
#undef FIELD
#undef KIND_END

#define KIND_BEGIN(id, plural, doc) enum {
#define FIELD(kind, member, TYPE, unit, dflt, lo, hi, extra, doc) FLD_##kind##_##member,
#define KIND_END(id) N_FLD_##id };
#include "domain/fields.def"
#undef KIND_BEGIN
#undef FIELD
#undef KIND_END

enum kind {
#define KIND_BEGIN(id, plural, doc) KIND_##id,
#define FIELD(kind, member, TYPE, unit, dflt, lo, hi, extra, doc)
#define KIND_END(id)
#include "domain/fields.def"
#undef KIND_BEGIN
#undef FIELD
#undef KIND_END
    N_KIND
};

/* Words of the enums, in the order of fields.def. */
enum { PERIOD_HOUR, PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH };
enum { TERMINAL_INSIDE, TERMINAL_FULL, TERMINAL_RESALE };
enum { PEAK_P95, PEAK_PEAK };
enum { SHORE_ONSHORE, SHORE_OFFSHORE };
enum { CONTRACT_OWNED, CONTRACT_ON_DEMAND, CONTRACT_SPOT, CONTRACT_LEASE, CONTRACT_PURCHASE };
enum { GRID_WEEK, GRID_MONTH, GRID_QUARTER, GRID_ONCE };
enum { EXIT_NONE, EXIT_ON_BAN };
enum { TASK_TRAINING, TASK_FINE_TUNING, TASK_BATCH, TASK_SERVICE };
enum { PREC_BF16, PREC_FP8, PREC_FP4, PREC_INT8 };
enum { ATTN_MHA, ATTN_GQA, ATTN_MQA, ATTN_MLA };
enum { RULE_DENY, RULE_REQUIRE, RULE_LIMIT, RULE_PRICE };
enum { QUANTITY_HOURS, QUANTITY_SHARE, QUANTITY_SPEND, QUANTITY_ENERGY, QUANTITY_CARBON };
enum { PER_PERIOD, PER_MONTH, PER_HORIZON };
enum { BASIS_HOUR, BASIS_KWH, BASIS_TONNE, BASIS_AD_VALOREM, BASIS_GB };
enum { EXPECT_ANY, EXPECT_SOME, EXPECT_NONE };
enum { QUALITY_MEASURED, QUALITY_OFFICIAL, QUALITY_REPORTED, QUALITY_ESTIMATED, QUALITY_ASSUMED };
enum { EFF_TRAIN, EFF_PREFILL, EFF_DECODE };
enum { RATE_TRAIN, RATE_PREFILL, RATE_DECODE, RATE_MIXED };

/* ---- descriptors (domain/fields.c) ---- */

enum field_type { TYPE_NAME, TYPE_TEXT, TYPE_NUMBER, TYPE_INTEGER, TYPE_BOOL, TYPE_DATE, TYPE_ENUM, TYPE_REF,
                  TYPE_LIST, TYPE_EXPR };

struct field_desc {
    const char *key, *unit, *dflt, *extra, *doc;
    enum field_type type;
    double lo, hi;
    size_t offset;      /* in the kind's struct */
    int ref_kind;       /* enum kind, or -1 */
};

struct kind_desc {
    const char *id, *plural, *doc;
    size_t size, n_field, origin_offset, given_offset;
    const struct field_desc *field;
};

const struct kind_desc *kind_desc(enum kind k);
int kind_by_plural(const char *plural);                                   /* -1: none */
const struct field_desc *field_by_key(const struct kind_desc *k, const char *key, size_t *index);

/* Factor from a unit to the field's own (`word`: of a field whose unit hangs on an ENUM, the word it fits); false: no. */
bool field_unit(const struct field_desc *fd, const char *unit, double *factor, char currency[4], int *word);
/* The units of such a field in words, into buf; false for other fields. */
bool field_units(const struct field_desc *fd, char *buf, size_t n);

/* ---- the horizon ---- */

struct period { int64_t from, to; char label[24]; size_t seg0, n_seg; };  /* label: 2026-12-07, or with T05:00Z */
struct segment { int64_t from, to; double hours, discount; size_t period; };
/* discount: present-value factor at the middle of the segment */

/* ---- the case ---- */

struct source_file { const char *path; const char *digest; };   /* path as named; SHA-256 in hex */

struct strait_case {
    arena *arena;
    VEC(struct source_file) files;
    struct settings settings;      /* `case` */
    /* one table per other kind: c->site.n, c->site.v ...; members named by the kind's id */
#define KIND_BEGIN(id, plural, doc) struct { size_t n, cap; struct id *v; } id;
#define FIELD(kind, member, TYPE, unit, dflt, lo, hi, extra, doc)
#define KIND_END(id)
#define settings settings_unused_
#include "domain/fields.def"
#undef settings
#undef KIND_BEGIN
#undef FIELD
#undef KIND_END

    /* made by case_finish */
    size_t n_period, n_segment;
    struct period *period;
    struct segment *segment;
    struct timeline *timeline;
    struct rulebook *rulebook;
    double load_s;                 /* seconds that reading it took, for the plan's stats */
    struct draft *draft;           /* names, labels, money to convert: see domain/room.h */
};

strait_case *case_new(void);                       /* NULL: no memory */
void case_free(strait_case *c);

/*
 * Set one field of a record from the user's text: parses, converts the unit given in `unit` (NULL: canonical, or
 * from the text itself, "2.5 CNY/h"), checks the range, stores, marks given.  A REF stores its name until
 * case_finish resolves it.  Faults go to cx with file:line, key and value.  STRAIT_EINPUT when one was recorded.
 */
strait_status case_set_field(strait_ctx *cx, strait_case *c, enum kind k, size_t row, size_t i_field,
                             const char *text, const char *unit, struct origin at) MUST_USE;
/* File and line of a field (-1: of the record), for messages; of "--set" the line is its number. */
void case_origin(const strait_case *c, enum kind k, size_t row, int i_field, const char **file, unsigned *line);
/* Collect a fault of a record's field (NO_FIELD: of the record) at its own origin, with its value as text where given. */
strait_status fault_field(strait_ctx *cx, const strait_case *c, enum severity sev, enum kind k, size_t row,
                          size_t i_field, const char *allowed, const char *fmt, ...) PRINTF_LIKE(8, 9) MUST_USE;
/* Append an empty record of a kind (defaults not yet filled); its row. */
strait_status case_add(strait_ctx *cx, strait_case *c, enum kind k, struct origin at, size_t *row) MUST_USE;
void *case_row(const strait_case *c, enum kind k, size_t row);
size_t case_rows(const strait_case *c, enum kind k);
/* Row of a named record, or -1.  O(1) after case_finish. */
int case_find(const strait_case *c, enum kind k, const char *name);

/*
 * Apply "path=value": case.KEY, KEY (settings), PLURAL.NAME.KEY, PLURAL.NAME.KEY*=F or value "*1.2" (multiplies a
 * number), PLURAL.*.KEY (all rows; rows without a name are addressed PLURAL.*.KEY or PLURAL.#7.KEY, from 1).
 * Must run before case_finish.  The origin is `label` ("--set", a scenario's file) and `line` (from 1).
 */
strait_status case_override(strait_ctx *cx, strait_case *c, const char *path_value, const char *label,
                            unsigned line) MUST_USE;
/* Value at a path as text in the canonical unit. STRAIT_EUSAGE for an unknown path, with the nearest. */
strait_status case_get(strait_ctx *cx, const strait_case *c, const char *path, const char **text) MUST_USE;

/* What a path names (domain/path.c). */
struct path {
    enum kind kind;
    bool all;             /* PLURAL.*.KEY */
    size_t row, i_field;  /* row: when not all */
};

/* STRAIT_EUSAGE with a message in cx->message when the path names nothing. */
strait_status path_parse(strait_ctx *cx, const strait_case *c, const char *text, size_t n, struct path *out) MUST_USE;
/* An override in pieces: the path is text[0..n), the value follows; times: multiply. False: not path=value. */
bool override_split(const char *text, size_t *n, const char **value, bool *times);

/*
 * Fill defaults, resolve references, check everything (required fields, duplicates, dangling references, empty
 * tables, dates, windows outside the horizon, overlapping series, currencies, consistency of contracts and tasks),
 * cut the horizon into segments, compile rules and timelines.  All faults together; STRAIT_EINPUT if any error.
 */
strait_status case_finish(strait_ctx *cx, strait_case *c) MUST_USE;

/*
 * Days on which a lease or purchase of offer o can start, ascending: its grid, snapped forward to the next period's
 * first moment, not before the horizon's start plus the lead time, inside the horizon and the offer's valid dates.
 * A lease ends `term` days later.  Writes at most cap; returns how many there are.  Test: tests/unit/check_timeline.c
 */
size_t offer_starts(const strait_case *c, int o, int64_t *out, size_t cap);

/* ---- dates and units (domain/date.c, domain/unit.c) ---- */

bool date_parse(const char *text, int64_t *out);          /* YYYY-MM-DD or YYYY-MM-DDTHH:MMZ, years 1990-2200 */
void date_format(int64_t date, char out[24]);             /* shortest of the two forms */
int64_t date_add_months(int64_t date, int months);        /* day clipped to the month's end */
/* Factor from unit `from` to `to` of the same dimension; money parts need the case's exchange table.
   Returns false for an unknown or other dimension. `factor` multiplies. */
bool unit_factor(const strait_case *c, const char *from, const char *to, double *factor);
/* The same before any exchange rate is known: the code of foreign money goes to `currency`, "" for none. */
bool unit_parts(const char *from, const char *to, double *factor, char currency[4]);
/* The known units of the dimension of `to`, as "W, kW, MW", into buf; for messages. */
void unit_allowed(const strait_case *c, const char *to, char *buf, size_t n);

/* ---- time (domain/timeline.c) ---- */

struct demand_pair {          /* one service and user region */
    int workload, region;
    double *requests;         /* n_segment: requests in the whole segment */
    double *peak;             /* n_segment: f >= 1, peak over mean within the segment */
};

/* Arrays are [row * n_segment + t]. */
struct timeline {
    double *price;            /* offer: CUR per accelerator-hour, in the case's money, not discounted */
    double *avail_mean;       /* offer: accelerators there without new leases or purchases (owned, on_demand, spot: available
                                 and inside valid dates; lease: signed already), before spare; time mean */
    double *avail_min;        /* the same, least in the segment */
    double *cap_active;       /* lease: most accelerators active at once, availability applied; else 0. INFINITY: none */
    double *tariff;           /* site: CUR per kWh */
    double *carbon;           /* site: g per kWh */
    double *power_cap;        /* site: W facility, INFINITY: none */
    double *ramp;             /* workload x accelerator: [(w * n_accel + a) * n_segment + t]: port efficiency, 0: not yet ported */
    size_t n_pair;
    struct demand_pair *pair;
};

/* Hours of segment t inside [from, to). */
double segment_overlap(const strait_case *c, size_t t, int64_t from, int64_t to);
double date_discount(const strait_case *c, int64_t date);   /* present value of money due on a date */
bool segment_inside(const strait_case *c, size_t t, int64_t from, int64_t to);   /* DATE_NONE: open */

/* ---- rules (domain/rule.c, domain/expr.c) ---- */

enum { ACT_USE = 1, ACT_RENT = 2, ACT_LEASE = 4, ACT_BUY = 8, ACT_MOVE_DATA = 16, ACT_MOVE_WEIGHTS = 32 };

/* The acts of running workload w on offer o: use; rent (on_demand, spot); move_data (dataset > 0 and the home's country
   is not the site's); move_weights likewise. */
unsigned acts_of(const strait_case *c, int w, int o);

/*
 * Does rule i apply to workload w (-1: none) on offer o for any of `acts` (time apart, grandfathering counted)?
 * For require: `when` holds and `must` does not.
 */
bool rule_applies(const strait_case *c, size_t i_rule, int w, int o, unsigned acts);
/* Of a limit on share: does the denominator's predicate hold? */
bool rule_of(const strait_case *c, size_t i_rule, int w, int o);
/* In force in all of [from, to)?  Segments never straddle a rule's date. */
bool rule_in_force(const strait_case *c, size_t i_rule, int64_t from, int64_t to);
/* Days of a rule. */
struct rule_days { bool enabled; int64_t from, to; };
/* Give the rules of a finished case other days, c->rule.n of them.  Segments stay as they are cut: the days must lie on their ends. */
strait_status rules_redate(strait_ctx *cx, strait_case *c, const struct rule_days *days) MUST_USE;
/* The first enabled deny or require rule that bars w on o in segment t, or -1. */
int rules_bar(const strait_case *c, int w, int o, size_t t);
/* The same for signing (ACT_LEASE or ACT_BUY) offer o on a date, or -1. */
int rules_bar_signing(const strait_case *c, int o, int64_t date);

/*
 * Expressions: or, and, not, ( ), == != < <= > >=, in, attribute, 'text', number, date literal, true, false,
 * [ 'a', 'b' ].  Attributes are workload.F, model.F, site.F, accelerator.F, offer.F, owner.F (the workload's company;
 * when signing, the offer's), act, with F any field of fields.def; NAME and TEXT and ENUM and REF compare as text.
 * A comparison with a value that is not given is false (also !=).
 */
strait_status expr_compile(strait_ctx *cx, strait_case *c, const char *text, const char *file, unsigned line,
                           const char *key, struct expr **out) MUST_USE;
bool expr_eval(const strait_case *c, const struct expr *e, int w, int o, unsigned act);
bool expr_uses_workload(const struct expr *e);

#endif
