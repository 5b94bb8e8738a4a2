/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what the files of domain/ share and no other room needs. */
#ifndef STRAIT_DOMAIN_ROOM_H
#define STRAIT_DOMAIN_ROOM_H

#include "base/str.h"
#include "domain/domain.h"

#define SYMBOL_NONE UINT32_MAX
#define LABEL_BASE UINT32_C(0x80000000)   /* origin.file at or above it: a label of the draft, not a file */
#define NAME_MAX_LEN 64
#define NO_FIELD ((size_t)-1)

/* ---- symbols.c: every name and text once ---- */

struct symbols {
    arena *arena;          /* borrowed: the case's */
    size_t n, cap, n_slot;
    const char **v;
    uint32_t *slot;        /* open addressing, SYMBOL_NONE: free */
};

uint32_t symbol_add(struct symbols *s, const char *text, size_t n);    /* SYMBOL_NONE: no memory */
uint32_t symbol_find(const struct symbols *s, const char *text);       /* SYMBOL_NONE: unknown */
void symbols_free(struct symbols *s);

/* ---- the draft: what case_finish still needs to know ---- */

/* A number that the end must look at: foreign money (currency: its symbol, SYMBOL_NONE: the case's), or one with a unit
   that fits one word of an ENUM alone (-1: any). */
struct money_entry { uint32_t row, currency; uint16_t kind, field; int word; };

struct draft {
    struct symbols names;
    int *named[N_KIND];             /* after case_finish: symbol -> row, -1 none */
    size_t n_named;                 /* symbols known then */
    VEC(const char *) labels;       /* origins that are no files: "--set", a scenario */
    VEC(struct money_entry) money;  /* in the order given; the last of a field counts */
};

/* A REF before case_finish: the symbol of the name, kept below -1. */
static inline int ref_pending(uint32_t symbol) { return -2 - (int)symbol; }
static inline uint32_t ref_symbol(int ref) { return (uint32_t)(-2 - ref); }

/* ---- fault.c ---- */

struct place { const char *file; unsigned line; };

/* Path of a field (NO_FIELD: of the record) as --set takes it, into buf. */
void fault_key(const strait_case *c, enum kind k, size_t row, size_t i_field, char *buf, size_t n);
/* Collect a fault of a field at a place. */
strait_status fault_at(strait_ctx *cx, const strait_case *c, enum severity sev, enum kind k, size_t row,
                       size_t i_field, struct place at, const char *value, const char *allowed, const char *fmt,
                       ...) PRINTF_LIKE(10, 11) MUST_USE;
/* The same at the field's own origin, with its value as text where given; allowed NULL: what the field takes. */
strait_status fault_field(strait_ctx *cx, const strait_case *c, enum severity sev, enum kind k, size_t row,
                          size_t i_field, const char *allowed, const char *fmt, ...) PRINTF_LIKE(8, 9) MUST_USE;
/* Order all faults by file and line; equal ones stay in the order found. */
strait_status faults_sort(strait_ctx *cx, const strait_case *c) MUST_USE;
/* "FILE:LINE" of a record, into buf: for faults that name two lines. */
void fault_where(const strait_case *c, enum kind k, size_t row, char *buf, size_t n);

/* ---- value.c, word.c, text.c ---- */

struct value {
    union {
        const char *text;      /* NAME, TEXT: a symbol's text */
        double number;
        int64_t integer;       /* INTEGER, DATE */
        bool flag;
        int word;              /* ENUM, REF (pending) */
        struct name_list list;
        struct expr *expr;
    } u;
    uint32_t currency;         /* symbol of a currency to convert from, or SYMBOL_NONE */
    int word;                  /* NUMBER: see money_entry */
};

/* What is parsed for whom: carried through the parsers so that a fault can be told. */
struct parse {
    strait_ctx *cx;
    strait_case *c;
    enum kind kind;
    size_t row, i_field;
    const struct field_desc *fd;
    const char *text, *unit;
    struct place at;
};

/* Parse a text for a field without storing it.  STRAIT_EINPUT: a fault was recorded. */
strait_status value_parse(const struct parse *p, struct value *out) MUST_USE;
strait_status value_fault(const struct parse *p, const char *allowed, const char *fmt, ...) PRINTF_LIKE(3, 4) MUST_USE;
strait_status value_list(const struct parse *p, struct value *out) MUST_USE;    /* value_list.c */
strait_status value_number(const struct parse *p, struct value *out) MUST_USE;  /* value_number.c */
strait_status value_integer(const struct parse *p, struct value *out) MUST_USE; /* value_number.c */
bool value_in_range(const struct field_desc *fd, double x);
/* "0 to 1", "at least 0 W" into buf; "" when anything goes. */
void value_range(const struct field_desc *fd, char *buf, size_t n);
void value_store(strait_case *c, enum kind k, size_t row, size_t i_field, const struct value *v);
/* Parse and store; a place whose file index is at.file. */
strait_status field_set(strait_ctx *cx, strait_case *c, enum kind k, size_t row, size_t i_field, const char *text,
                        const char *unit, struct origin at) MUST_USE;
/* The field's value as text in the canonical unit, "" when not given, appended to b. */
void value_print(const strait_case *c, enum kind k, size_t row, size_t i_field, str *b);

bool text_is_name(const char *s);
bool text_is_printable(const char *s, size_t n);   /* UTF-8 without control characters */
#define WORDS_MAX 16
/* Split "a|b|c" into borrowed pieces; returns how many. */
struct word { const char *s; size_t n; };
size_t words_split(const char *extra, struct word out[WORDS_MAX]);
int words_find(const char *extra, const char *s, size_t n);              /* index, or -1 */
void words_list(const char *extra, char *buf, size_t n);                 /* "a, b or c" */
/* Nearest word to s into buf, or false. */
bool words_nearest(const char *extra, const char *s, char *buf, size_t n);

/* ---- case.c ---- */

void *field_ptr(const strait_case *c, enum kind k, size_t row, const struct field_desc *fd);
uint64_t *given_ptr(const strait_case *c, enum kind k, size_t row);
struct origin *origin_ptr(const strait_case *c, enum kind k, size_t row);
bool field_given(const strait_case *c, enum kind k, size_t row, size_t i_field);
/* Does the field hold a value (given, or filled in)?  A BOOL always does. */
bool field_has_value(const strait_case *c, enum kind k, size_t row, size_t i_field);
void field_clear(strait_case *c, enum kind k, size_t row, size_t i_field);
bool kind_is_named(enum kind k);
const char *row_name(const strait_case *c, enum kind k, size_t row);     /* NULL: none */
strait_status field_mark(strait_case *c, enum kind k, size_t row, size_t i_field, struct origin at) MUST_USE;

/* ---- unit.c ---- */

/* Factor from `from` to `to` without exchange rates; money in `from` other than CUR goes to currency ("" none). */
bool unit_parts(const char *from, const char *to, double *factor, char currency[4]);
bool is_currency(const char *s);                                          /* three capitals */

/* ---- the stations of case_finish ---- */

strait_status finish_required(strait_ctx *cx, strait_case *c) MUST_USE;   /* finish_fill.c: also defaults */
strait_status finish_names(strait_ctx *cx, strait_case *c) MUST_USE;      /* finish_refs.c */
strait_status finish_refs(strait_ctx *cx, strait_case *c) MUST_USE;       /* finish_refs.c */
strait_status finish_dates(strait_ctx *cx, strait_case *c) MUST_USE;      /* finish_fill.c */
strait_status finish_money(strait_ctx *cx, strait_case *c) MUST_USE;      /* money.c */
strait_status finish_series(strait_ctx *cx, strait_case *c) MUST_USE;     /* series.c */
strait_status domain_check_tables(strait_ctx *cx, const strait_case *c) MUST_USE;
strait_status domain_check_settings(strait_ctx *cx, const strait_case *c) MUST_USE;
strait_status domain_check_offers(strait_ctx *cx, const strait_case *c) MUST_USE;
strait_status domain_check_held(strait_ctx *cx, const strait_case *c) MUST_USE;   /* after timeline_build */
strait_status domain_check_work(strait_ctx *cx, const strait_case *c) MUST_USE;
strait_status domain_check_demand(strait_ctx *cx, const strait_case *c) MUST_USE;
strait_status domain_check_rules(strait_ctx *cx, const strait_case *c) MUST_USE;
strait_status domain_check_scenarios(strait_ctx *cx, strait_case *c) MUST_USE;
strait_status domain_check_ignored(strait_ctx *cx, const strait_case *c) MUST_USE;
strait_status domain_check_literals(strait_ctx *cx, const strait_case *c) MUST_USE;
strait_status domain_check_sources(strait_ctx *cx, const strait_case *c) MUST_USE;

/* ---- horizon.c ---- */

bool horizon_known(const strait_case *c);                  /* periods made */
int64_t horizon_end(const strait_case *c);
strait_status horizon_periods(strait_ctx *cx, strait_case *c) MUST_USE;
strait_status horizon_cut(strait_ctx *cx, strait_case *c) MUST_USE;
size_t segment_at(const strait_case *c, int64_t date);     /* segment that holds a date of the horizon */

/* ---- series.c: rows with a key, from and to ---- */

struct series_row { int a, b; size_t row; int64_t from, to; double value; };
struct series_kind { enum kind kind; size_t a, b, from, to, value; };    /* fields; b may be NO_FIELD */
extern const struct series_kind series_price, series_availability, series_tariff, series_carbon, series_power_cap,
    series_demand;

/* The rows of a kind by key and from; to be freed with mem_free. */
strait_status series_collect(const strait_case *c, const struct series_kind *s, struct series_row **out,
                             size_t *n) MUST_USE;

/* ---- profile.c: shapes of demand ---- */

struct shape {
    const char *name;          /* a symbol's text */
    int n_hour;                /* 24 or 168 */
    double weight[168];        /* relative to the mean */
    double sum[169];           /* sum[h]: of the weights before hour h */
};
struct shapes { size_t n; struct shape *v; };

strait_status shapes_new(const strait_case *c, struct shapes *out) MUST_USE;   /* incomplete profiles included */
void shapes_free(struct shapes *s);
const struct shape *shape_find(const struct shapes *s, const char *name);      /* by symbol; NULL: none */
/* Integral of the shape over [from, to) of local time, in hours of mean demand. */
double shape_integral(const struct shape *s, int64_t local_from, int64_t local_to);

/* ---- timeline.c, demand.c, rule.c ---- */

strait_status timeline_build(strait_ctx *cx, strait_case *c) MUST_USE;
strait_status demand_build(strait_case *c) MUST_USE;
strait_status ramp_build(strait_case *c) MUST_USE;
strait_status rulebook_build(strait_ctx *cx, strait_case *c) MUST_USE;

/* ---- expr ---- */

bool expr_uses_act(const struct expr *e);
const char *expr_text(const struct expr *e);
extern const char *const act_name[6];
unsigned acts_mask(const struct name_list *acts);

#endif
