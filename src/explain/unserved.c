/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Firm work that no offer can serve at all, with a count of the reasons: a slip of the input, or a case that cannot be. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "explain/explain.h"

/* A piece of firm work: a service in a region (pair) or a run (-1), from its first to its last segment without a column. */
struct piece { int w, pair; size_t first, last, n; };

/* How many offers fail it, by reason and by rule; the first estimate's words stand for the others. */
struct reasons { size_t cannot, absent, barred, unported, away; const char *why; size_t *by_rule; };

static bool *served(const struct lp *m)
{
    bool *row = mem_calloc(m->n_row, sizeof *row);

    for (size_t k = 0; row && k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && s->family == COL_ROUTE; i++)
            row[m->row_demand[(size_t)s->pair * m->c->n_segment + (size_t)s->t0 + i]] = true;
        if (s->family == COL_RUN)
            row[m->row_run[s->w]] = true;
    }
    return row;
}

static const struct rate *rate_of(const struct lp *m, int w, int o)
{
    int task = m->c->workload.v[w].task;
    const struct rate *mixed = rate_at(m->rates, w, o, task == TASK_TRAINING || task == TASK_FINE_TUNING ? PHASE_TRAIN : PHASE_MIXED);
    const struct rate *apart = rate_at(m->rates, w, o, PHASE_DECODE);

    return mixed->per_accel_h > 0.0 || !m->c->workload.v[w].disaggregate || apart->per_accel_h <= 0.0 ? mixed : apart;
}

static bool there(const struct lp *m, int o, size_t t)
{
    if (m->c->timeline->avail_mean[(size_t)o * m->c->n_segment + t] > 0.0)
        return true;
    for (size_t k = 0; k < m->n_hold; k++)
        if (m->hold[k].offer == o && lp_hold_active(m, &m->hold[k], (int)t) > 0.0)
            return true;
    return false;
}

/* Why offer o does not do the piece, counted: the reason that holds to the end in the order of the program's own tests. */
static void blame(const struct lp *m, const struct piece *p, int o, struct reasons *r)
{
    const strait_case *c = m->c;
    const double *ramp = &c->timeline->ramp[((size_t)p->w * c->accelerator.n + (size_t)c->offer.v[o].accelerator) * c->n_segment];
    bool present = false, ported = false, free_once = false;
    int bar = -1;

    if (rate_of(m, p->w, o)->per_accel_h <= 0.0) {
        r->cannot++;
        r->why = r->why ? r->why : rate_of(m, p->w, o)->reason;
        return;
    }
    for (size_t t = p->first; t <= p->last; t++) {
        int now = rules_bar(c, p->w, o, t);
        if (!there(m, o, t))
            continue;
        present = true;
        ported = ported || ramp[t] > 0.0;
        free_once = free_once || now < 0;
        bar = bar < 0 ? now : bar;
    }
    r->absent += !present;
    r->barred += present && !free_once;
    if (present && !free_once && bar >= 0)
        r->by_rule[bar]++;
    r->unported += present && free_once && !ported;
    r->away += present && free_once && ported;
}

static void put_reason(str *s, size_t n, const char *what, const char *detail)
{
    if (n == 0)
        return;
    str_printf(s, "%s%zu %s", s->s[s->n - 1] == ':' ? " " : ", ", n, what);
    if (detail)
        str_printf(s, " (%s)", detail);
}

/* The rules that bar, the one with the most offers first; their numbers where there are several. */
static void put_rules(const strait_case *c, struct reasons *r, str *s)
{
    for (size_t told = 0; told < r->barred;) {
        size_t most = 0;
        for (size_t i = 1; i < c->rule.n; i++)
            most = r->by_rule[i] > r->by_rule[most] ? i : most;
        if (c->rule.n == 0 || r->by_rule[most] == 0)
            break;
        str_printf(s, "%s%s", told ? ", " : "", c->rule.v[most].name);
        if (r->by_rule[most] < r->barred)
            str_printf(s, " %zu", r->by_rule[most]);
        told += r->by_rule[most];
        r->by_rule[most] = 0;
    }
}

static void put_span(const struct lp *m, const struct piece *p, str *s)
{
    const strait_case *c = m->c;

    str_printf(s, "no offer can do the firm work of %s", c->workload.v[p->w].name);
    if (p->pair >= 0)
        str_printf(s, " for %s", c->region.v[c->timeline->pair[p->pair].region].name);
    if (p->pair >= 0 && p->n < c->n_segment)
        str_printf(s, " in %zu of %zu parts of the horizon, the first from %s", p->n, c->n_segment,
                   c->period[c->segment[p->first].period].label);
}

static strait_status tell_piece(strait_ctx *cx, const struct lp *m, const struct piece *p, strait_table *out)
{
    struct reasons r = { .by_rule = mem_calloc(m->c->rule.n + 1, sizeof *r.by_rule) };
    const char *file;
    unsigned line;
    strait_status st;
    str s = { 0 }, rules = { 0 };

    if (!r.by_rule)
        return cx_nomem(cx);

    case_origin(m->c, KIND_workload, (size_t)p->w, -1, &file, &line);
    for (int o = 0; o < (int)m->c->offer.n; o++)
        blame(m, p, o, &r);
    put_rules(m->c, &r, &rules);
    put_span(m, p, &s);
    str_printf(&s, "; of %zu offers:", m->c->offer.n);
    if (!s.failed && !rules.failed) {
        put_reason(&s, r.cannot, "cannot run it", r.why);
        put_reason(&s, r.absent, "are not there then", NULL);
        put_reason(&s, r.barred, "are barred", rules.n > 0 ? rules.s : NULL);
        put_reason(&s, r.unported, "it is not ported to", NULL);
        put_reason(&s, r.away, p->pair < 0 ? "are outside its window" : "do not reach its users in time", NULL);
    }
    st = s.failed || rules.failed ? cx_nomem(cx) : cx_fault(cx, SEV_WARNING, file, line, "name", m->c->workload.v[p->w].name, NULL, "%s", s.s);
    if (st == STRAIT_OK)
        st = table_add(out, s.s);
    str_free(&s);
    str_free(&rules);
    mem_free(r.by_rule);
    return st;
}

static strait_status tell_pair(strait_ctx *cx, const struct lp *m, int pair, const bool *row_served, strait_table *out)
{
    struct piece p = { .w = m->c->timeline->pair[pair].workload, .pair = pair };

    for (size_t t = 0; t < m->c->n_segment; t++) {
        int row = m->row_demand[(size_t)pair * m->c->n_segment + t];
        if (row < 0 || row_served[row])
            continue;
        p.first = p.n == 0 ? t : p.first;
        p.last = t;
        p.n++;
    }
    return p.n > 0 ? tell_piece(cx, m, &p, out) : STRAIT_OK;
}

/**
 * Name each piece of firm work that has no column but that of being left undone.
 *
 * @param out  its only column gains a line each; they also become warnings of cx at the workload's line
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(columns).  Test: tests/unit/check_plan.c, tests/cli/page.py
 */
strait_status explain_unserved(strait_ctx *cx, const struct lp *m, strait_table *out)
{
    const strait_case *c = m->c;
    strait_status st = STRAIT_OK;
    bool *row = served(m);

    if (!row)
        return cx_nomem(cx);
    for (int pair = 0; pair < (int)c->timeline->n_pair; pair++)
        if (isnan(c->workload.v[c->timeline->pair[pair].workload].penalty))
            TRY(tell_pair(cx, m, pair, row, out));
    for (int w = 0; w < (int)c->workload.n; w++) {
        struct piece p = { .w = w, .pair = -1, .first = 0, .last = c->n_segment - 1, .n = c->n_segment };
        if (isnan(c->workload.v[w].penalty) && m->row_run[w] >= 0 && !row[m->row_run[w]])
            TRY(tell_piece(cx, m, &p, out));
    }
out:
    mem_free(row);
    return st;
}
