/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each rule did: no rule is dropped silently. And what the input was. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/digest.h"
#include "base/str.h"
#include "explain/explain.h"

const char *explain_path(const strait_case *c, const char *path)
{
    const char *first = c->files.n ? c->files.v[0].path : "", *slash = strrchr(first, '/');
    size_t n = slash ? (size_t)(slash - first) + 1 : 0;

    return strncmp(path, first, n) == 0 ? path + n : path;
}

static bool ever_in_force(const strait_case *c, size_t i)
{
    for (size_t t = 0; t < c->n_segment; t++)
        if (rule_in_force(c, i, c->segment[t].from, c->segment[t].to))
            return true;
    return false;
}

/* A price or limit matches when it applies to some workload that can run somewhere, or to a signing. */
static bool matches(const struct lp *m, size_t i)
{
    const strait_case *c = m->c;

    for (int o = 0; o < (int)c->offer.n; o++) {
        if (rule_applies(c, i, -1, o, ACT_LEASE | ACT_BUY))
            return true;
        for (int w = 0; w < (int)c->workload.n; w++)
            for (int p = 0; p < N_PHASE; p++)
                if (rate_at(m->rates, w, o, (enum phase)p)->per_accel_h > 0.0 && rule_applies(c, i, w, o, acts_of(c, w, o)))
                    return true;
    }
    return false;
}

static const char *status_of(const struct lp *m, size_t i)
{
    const struct rule *r = &m->c->rule.v[i];
    bool bars = r->effect == RULE_DENY || r->effect == RULE_REQUIRE;

    if (!r->enabled)
        return "off";
    if (!ever_in_force(m->c, i))
        return "expired";
    return (bars ? m->rule_barred[i] > 0 : matches(m, i)) ? "enforced" : "no_match";
}

/* Sum of the duals of the rows a rule made, in money per natural unit. */
static double dual_of(const struct lp *m, const struct solution *s, size_t i)
{
    double sum = 0.0;

    if (m->c->rule.v[i].effect != RULE_LIMIT || s->outcome == STRAIT_INFEASIBLE || s->outcome == STRAIT_NO_PLAN)
        return (double)NAN;
    for (size_t k = 0; k < m->n_row; k++)
        if (m->row[k].family == ROW_LIMIT && m->row[k].rule == (int)i)
            sum += fabs(s->y[k] * m->row[k].scale);
    return sum;
}

static strait_status warn_surprise(strait_ctx *cx, const struct lp *m, size_t i, const char *status, strait_plan *p)
{
    const struct rule *r = &m->c->rule.v[i];
    bool matched = strcmp(status, "enforced") == 0;
    char text[256];

    if (!r->enabled || r->expect == EXPECT_ANY || matched == (r->expect == EXPECT_SOME))
        return STRAIT_OK;
    (void)snprintf(text, sizeof text, "rule %s expected to match %s, and matched %s", r->name,
                   r->expect == EXPECT_SOME ? "something" : "nothing", matched ? "something" : "nothing");
    strait_status st = cx_fault(cx, SEV_WARNING, m->c->files.v[r->origin.file].path, r->origin.line, r->name, NULL, NULL, "%s", text);
    return st == STRAIT_OK ? table_add(p->table[PT_WARNINGS], text) : st;
}

strait_status explain_rules(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_plan *p)
{
    const strait_case *c = m->c;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->rule.n; i++) {
        const struct rule *r = &c->rule.v[i];
        const char *status = status_of(m, i), *file = r->origin.file < c->files.n ? explain_path(c, c->files.v[r->origin.file].path) : NULL;
        TRY(table_add(p->table[PT_RULES], r->name, file, (int64_t)r->origin.line, status, (int64_t)m->rule_barred[i],
                      (int64_t)m->rule_rows[i], dual_of(m, s, i)));
        TRY(warn_surprise(cx, m, i, status, p));
    }
out:
    return st;
}

/* The digest of an input is that of its files' digests in the order they were read, names apart. */
strait_status explain_input(strait_ctx *cx, const strait_case *c, strait_plan *p)
{
    strait_status st = STRAIT_OK;
    str all = { 0 };
    char hex[65];

    for (size_t i = 0; i < c->files.n; i++) {
        if (!c->files.v[i].digest)
            continue;
        str_puts(&all, c->files.v[i].digest);
        str_putc(&all, '\n');
        TRY(table_add(p->table[PT_INPUT_FILES], explain_path(c, c->files.v[i].path), c->files.v[i].digest));
    }
    if (all.failed) {
        st = cx_nomem(cx);
        goto out;
    }
    TRY(digest_hex(all.s ? all.s : "", all.n, hex));
    TRY(table_add(p->table[PT_INPUT], hex));
out:
    str_free(&all);
    return st;
}
