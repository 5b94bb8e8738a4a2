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

/* Sum of the duals of the rows a rule made, in money per natural unit. */
static double dual_of(const struct lp *m, const struct solution *s, size_t i)
{
    double sum = 0.0;

    if (m->c->rule.v[i].effect != RULE_LIMIT || !explain_proven(s))
        return (double)NAN;
    for (size_t k = 0; k < m->n_row; k++)
        if (m->row[k].family == ROW_LIMIT && m->row[k].rule == (int)i)
            sum += fabs(s->y[k] * m->row[k].scale);
    return sum;
}

strait_status explain_warn(strait_ctx *cx, const strait_case *c, struct origin at, const char *key, const char *text, strait_plan *p)
{
    const char *file = at.file < c->files.n ? c->files.v[at.file].path : "";
    strait_status st = cx_fault(cx, SEV_WARNING, file, at.line, key, NULL, NULL, "%s", text);

    return st == STRAIT_OK ? table_add(p->table[PT_WARNINGS], text) : st;
}

/* A rule that expects to match nothing surprises only by matching. */
static strait_status warn_surprise(strait_ctx *cx, const struct lp *m, size_t i, const char *status, const char *why, strait_plan *p)
{
    const struct rule *r = &m->c->rule.v[i];
    bool matched = strcmp(status, "enforced") == 0;
    char text[320];

    if (!r->enabled)
        return STRAIT_OK;
    if (why && r->expect != EXPECT_NONE) {
        (void)snprintf(text, sizeof text, "rule %s %s: %s", r->name, matched ? "asks for the impossible" : "has no effect", why);
        return explain_warn(cx, m->c, r->origin, r->name, text, p);
    }
    if (r->expect == EXPECT_ANY || matched == (r->expect == EXPECT_SOME))
        return STRAIT_OK;
    (void)snprintf(text, sizeof text, "rule %s expected to match %s, and matched %s", r->name,
                   r->expect == EXPECT_SOME ? "something" : "nothing", matched ? "something" : "nothing");
    return explain_warn(cx, m->c, r->origin, r->name, text, p);
}

strait_status explain_rules(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_plan *p)
{
    const strait_case *c = m->c;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->rule.n; i++) {
        const struct rule *r = &c->rule.v[i];
        const char *why, *status = effect_status(m, i, &why);
        const char *file = r->origin.file < c->files.n ? explain_path(c, c->files.v[r->origin.file].path) : NULL;
        TRY(table_add(p->table[PT_RULES], r->name, file, (int64_t)r->origin.line, status, (int64_t)m->rule_barred[i],
                      (int64_t)m->rule_rows[i], dual_of(m, s, i)));
        TRY(warn_surprise(cx, m, i, status, why, p));
    }
    if (s->outcome == STRAIT_INFEASIBLE)
        TRY(explain_unserved(cx, m, p->table[PT_WARNINGS]));
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
