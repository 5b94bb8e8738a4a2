/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings by promise: the worst place of each, and those that are broken. */
#include "verify/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_BROKEN 50     /* rows of one promise; the rest is a number */

static const char *const promise_name[N_PROMISE] = {
    [PROMISE_FILES] = "input files", [PROMISE_INPUT] = "input digest", [PROMISE_SCHEMA] = "schema", [PROMISE_STATUS] = "status",
    [PROMISE_CERTIFICATE] = "certificate", [PROMISE_GAP] = "gap", [PROMISE_PRICES] = "shadow prices", [PROMISE_BOUND] = "bound", [PROMISE_NAMES] = "known names",
    [PROMISE_RULE_TABLE] = "rules told", [PROMISE_UNIQUE] = "unique",
    [PROMISE_SITE] = "site and accelerator", [PROMISE_SEGMENT] = "segment", [PROMISE_AMOUNT] = "amounts",
    [PROMISE_WINDOW] = "window", [PROMISE_PORTED] = "ported", [PROMISE_OFFER_VALID] = "offer valid", [PROMISE_RATE] = "can run",
    [PROMISE_LATENCY] = "latency", [PROMISE_RULES] = "rules", [PROMISE_TOKENS] = "tokens",
    [PROMISE_ACCELERATORS] = "accelerators", [PROMISE_FLAG] = "gangs and replicas",
    [PROMISE_MEET] = "prefill meets decode", [PROMISE_DEMAND] = "demand", [PROMISE_UNMET] = "unmet", [PROMISE_PARALLEL] = "max_parallel",
    [PROMISE_MEAN] = "mean capacity", [PROMISE_PEAK] = "peak capacity", [PROMISE_LEASE_MAXIMUM] = "lease maximum",
    [PROMISE_PURCHASE_MAXIMUM] = "purchase maximum", [PROMISE_POWER] = "power", [PROMISE_INSTALLED] = "installed power",
    [PROMISE_LIMIT] = "limits",
    [PROMISE_SIGNED] = "signed leases", [PROMISE_START] = "start", [PROMISE_SIGN_BY] = "sign by", [PROMISE_END] = "end",
    [PROMISE_SIGNING_RULES] = "rules on signing", [PROMISE_BLOCKS] = "whole blocks",
    [PROMISE_PLACEMENT_COST] = "placement cost", [PROMISE_LEASE_COST] = "lease cost", [PROMISE_OWED] = "owed beyond",
    [PROMISE_PENALTY] = "penalty", [PROMISE_COST_PART] = "cost parts", [PROMISE_COST_BY] = "cost by",
    [PROMISE_ADDS_UP] = "adds up", [PROMISE_SPLIT] = "split", [PROMISE_IDLE] = "idle", [PROMISE_ASSUMED] = "assumed share", [PROMISE_TOTAL] = "total",
    [PROMISE_ROUNDED_TOTAL] = "rounded total", [PROMISE_ROUNDED_NAMES] = "flagged and undone", [PROMISE_OFFERS] = "offers",
    [PROMISE_WAITING] = "waiting",
};

static void tell_place(char *to, size_t n, struct place at)
{
    size_t used = 0;

    to[0] = '\0';
    for (size_t i = 0; i < sizeof at.word / sizeof *at.word; i++) {
        if (!at.word[i] || !at.word[i][0] || used >= n)
            continue;
        int k = snprintf(to + used, n - used, "%s%s", used ? " " : "", at.word[i]);
        used += k > 0 ? (size_t)k : 0;
    }
}

/* Distance 1 is the edge: what lies beyond is broken. */
static void note(struct report *r, enum promise p, struct place at, const char *said, const char *found, double distance)
{
    bool bad = !(distance <= 1.0), worse;
    double how = isnan(distance) ? (double)INFINITY : distance;
    struct broken b = { .promise = p };

    worse = !r->family[p].looked || how > r->family[p].worst;
    r->family[p].looked = true;
    if (!bad && !worse)
        return;
    tell_place(b.line.where, sizeof b.line.where, at);
    (void)snprintf(b.line.said, sizeof b.line.said, "%s", said ? said : "");
    (void)snprintf(b.line.found, sizeof b.line.found, "%s", found ? found : "");
    if (worse) {
        r->family[p].worst = how;
        r->family[p].line = b.line;
    }
    if (bad && r->family[p].n_broken++ < MOST_BROKEN && VEC_PUSH(&r->broken, b) != STRAIT_OK)
        r->failed = true;
}

static void note_numbers(struct report *r, enum promise p, struct place at, double said, double found, double distance)
{
    char a[40], b[40];

    if (distance <= 1.0 && r->family[p].looked && distance <= r->family[p].worst)
        return;
    (void)snprintf(a, sizeof a, "%.15g", said);
    (void)snprintf(b, sizeof b, "%.15g", found);
    note(r, p, at, a, b, distance);
}

static double distance_of(double off, double slack)
{
    if (slack > 0.0)
        return off / slack;
    return off > 0.0 ? (double)INFINITY : 0.0;
}

void report_equal(struct report *r, enum promise p, struct place at, double said, double found, double slack)
{
    double off = fabs(said - found);

    note_numbers(r, p, at, said, found, isnan(off) ? (double)NAN : distance_of(off, slack));
}

void report_most(struct report *r, enum promise p, struct place at, double limit, double found, double slack)
{
    double off = found - limit;

    note_numbers(r, p, at, limit, found, isnan(off) ? (double)NAN : distance_of(off, slack));
}

void report_least(struct report *r, enum promise p, struct place at, double said, double found, double slack)
{
    double off = said - found;

    note_numbers(r, p, at, said, found, isnan(off) ? (double)NAN : distance_of(off, slack));
}

void report_text(struct report *r, enum promise p, struct place at, const char *said, const char *found)
{
    report_fact(r, p, at, said, found, said && found ? strcmp(said, found) == 0 : said == found);
}

void report_fact(struct report *r, enum promise p, struct place at, const char *said, const char *found, bool ok)
{
    note(r, p, at, said, found, ok ? 0.0 : (double)INFINITY);
}

bool report_amount(struct report *r, struct place at, double said)
{
    bool ok = isfinite(said) && said > 0.0;
    char text[40];

    (void)snprintf(text, sizeof text, "%.15g", said);
    report_fact(r, PROMISE_AMOUNT, at, text, ok ? "positive" : "not a positive amount", ok);
    return ok;
}

static strait_status put(strait_table *t, enum promise p, const struct line *l, bool ok)
{
    return table_add(t, promise_name[p], l->where, l->said, l->found, (int)ok);
}

static bool same_line(const struct line *a, const struct line *b)
{
    return strcmp(a->where, b->where) == 0 && strcmp(a->said, b->said) == 0 && strcmp(a->found, b->found) == 0;
}

/* The worst place first, then the others in the order they were found. */
static strait_status put_family(const struct report *r, enum promise p, strait_table *t)
{
    strait_status st = STRAIT_OK;
    size_t n_broken = r->family[p].n_broken;
    char more[64];

    if (!r->family[p].looked)
        return table_add(t, promise_name[p], "(nothing to check)", NULL, NULL, 1);
    TRY(put(t, p, &r->family[p].line, n_broken == 0));
    for (size_t i = 0; i < r->broken.n; i++)
        if (r->broken.v[i].promise == p && !same_line(&r->broken.v[i].line, &r->family[p].line))
            TRY(put(t, p, &r->broken.v[i].line, false));
    if (n_broken > MOST_BROKEN) {
        (void)snprintf(more, sizeof more, "(%zu broken in all)", n_broken);
        TRY(table_add(t, promise_name[p], more, NULL, NULL, 0));
    }
out:
    return st;
}

/**
 * The findings as table "verify".
 *
 * @param out     the caller's; untouched on failure
 * @param all_ok  false when any promise is broken
 * @return STRAIT_OK, STRAIT_ENOMEM (no message)
 */
strait_status report_table(const struct report *r, strait_table **out, bool *all_ok)
{
    static const struct column_def def[] = {
        { "promise", STRAIT_TEXT, "" }, { "where", STRAIT_TEXT, "" }, { "said", STRAIT_TEXT, "" }, { "found", STRAIT_TEXT, "" },
        { "ok", STRAIT_BOOL, "" }, { NULL, STRAIT_TEXT, NULL }
    };
    strait_table *t = NULL;
    strait_status st = r->failed ? STRAIT_ENOMEM : table_new(&t, "verify", def);

    for (int p = 0; p < N_PROMISE && st == STRAIT_OK; p++)
        st = put_family(r, (enum promise)p, t);
    if (st == STRAIT_OK) {
        *all_ok = r->broken.n == 0;
        *out = t;
        t = NULL;
    }
    table_free(t);
    return st;
}

void report_close(struct report *r)
{
    VEC_FREE(&r->broken);
}
