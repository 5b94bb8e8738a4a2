/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what was promised and what was found. */
#ifndef STRAIT_VERIFY_REPORT_H
#define STRAIT_VERIFY_REPORT_H

#include "base/table.h"
#include "base/vec.h"

enum promise {
    /* the document */
    PROMISE_FILES, PROMISE_INPUT, PROMISE_SCHEMA, PROMISE_STATUS, PROMISE_CERTIFICATE, PROMISE_GAP, PROMISE_PRICES, PROMISE_BOUND, PROMISE_NAMES, PROMISE_RULE_TABLE, PROMISE_UNIQUE,
    /* one placement */
    PROMISE_SITE, PROMISE_SEGMENT, PROMISE_AMOUNT, PROMISE_WINDOW, PROMISE_PORTED, PROMISE_OFFER_VALID, PROMISE_RATE,
    PROMISE_LATENCY, PROMISE_RULES, PROMISE_TOKENS, PROMISE_ACCELERATORS, PROMISE_FLAG,
    /* the work */
    PROMISE_MEET, PROMISE_DEMAND, PROMISE_UNMET, PROMISE_PARALLEL,
    /* the places */
    PROMISE_MEAN, PROMISE_PEAK, PROMISE_LEASE_MAXIMUM, PROMISE_PURCHASE_MAXIMUM, PROMISE_POWER, PROMISE_INSTALLED, PROMISE_LIMIT,
    /* what is signed */
    PROMISE_SIGNED, PROMISE_START, PROMISE_SIGN_BY, PROMISE_END, PROMISE_SIGNING_RULES, PROMISE_BLOCKS,
    /* the money */
    PROMISE_PLACEMENT_COST, PROMISE_LEASE_COST, PROMISE_OWED, PROMISE_PENALTY, PROMISE_COST_PART, PROMISE_COST_BY, PROMISE_ADDS_UP,
    PROMISE_SPLIT, PROMISE_IDLE, PROMISE_ASSUMED, PROMISE_TOTAL, PROMISE_ROUNDED_TOTAL, PROMISE_ROUNDED_NAMES,
    /* what follows from prices */
    PROMISE_OFFERS, PROMISE_WAITING,
    N_PROMISE
};

/* Where: up to six words, told with spaces between; NULL and "" are left out. */
struct place { const char *word[6]; };
#define PLACE(...) ((struct place){ { __VA_ARGS__ } })

struct line { char where[320], said[80], found[80]; };
struct broken { enum promise promise; struct line line; };

struct report {
    struct { double worst; struct line line; size_t n_broken; bool looked; } family[N_PROMISE];
    VEC(struct broken) broken;
    bool failed;       /* no memory for a row; sticky */
};

/* said and found differ by at most slack; NaN never holds. */
void report_equal(struct report *r, enum promise p, struct place at, double said, double found, double slack);
/* found is at most limit + slack. */
void report_most(struct report *r, enum promise p, struct place at, double limit, double found, double slack);
/* found is at least said - slack. */
void report_least(struct report *r, enum promise p, struct place at, double said, double found, double slack);
/* The same text, or none on both sides. */
void report_text(struct report *r, enum promise p, struct place at, const char *said, const char *found);
void report_fact(struct report *r, enum promise p, struct place at, const char *said, const char *found, bool ok);
/* Hours, accelerators and tokens are positive numbers. */
bool report_amount(struct report *r, struct place at, double said);

strait_status report_table(const struct report *r, strait_table **out, bool *all_ok) MUST_USE;
void report_close(struct report *r);

#endif
