/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * News: days on which rules come into force or end, which no plan before knows.  All plans have the segments of the case
 * with all news, so that what was decided fits all of them; before the news its rules have the days that they were believed
 * to have.  News that would change a rule on days before are refused: what was decided then could be barred.
 */
#include <string.h>
#include "base/mem.h"
#include "study/roll.h"

static strait_status fault(strait_ctx *cx, const struct roll *r, const struct roll_news *n, const char *key, const char *value,
                           const char *allowed, const char *what)
{
    return reader_fault_at(cx, r->files, n->at, key, value, allowed, what);
}

/* rules.NAME.enabled, from or to. */
static strait_status check_override(strait_ctx *cx, const struct roll *r, const struct roll_news *news, const char *text)
{
    static const char allowed[] = "rules.NAME.enabled, .from or .to; for numbers a history";
    struct path p;
    const char *value;
    bool times;
    size_t n;
    strait_status st;

    if (!override_split(text, &n, &value, &times))
        return fault(cx, r, news, "news.set", text, "path=value", "is not an override");
    st = path_parse(cx, r->c, text, n, &p);
    if (st == STRAIT_EUSAGE) {
        char said[sizeof cx->message];
        memcpy(said, cx->message, sizeof said);
        return fault(cx, r, news, "news.set", text, allowed, said);
    }
    if (st == STRAIT_OK && (p.kind != KIND_rule || (p.i_field != FLD_rule_enabled && p.i_field != FLD_rule_from && p.i_field != FLD_rule_to)))
        return fault(cx, r, news, "news.set", text, allowed, "is no news");
    return st;
}

static strait_status check_entry(strait_ctx *cx, const struct roll *r, const struct roll_news *n)
{
    strait_status st = STRAIT_OK;

    for (size_t k = 0; k < n->set.n; k++)
        TRY(check_override(cx, r, n, n->set.v[k]));
    if (n->from <= r->c->settings.start || n->from >= r->c->period[r->c->n_period - 1].to)
        TRY(fault(cx, r, n, "news.from", n->date, "a day inside the horizon, after its first", "lies outside of it"));
out:
    return st;
}

/* In the order of their dates; of one day, in that of the file. */
static void sort_news(struct roll *r)
{
    for (size_t i = 1; i < r->news.n; i++)
        for (size_t j = i; j > 0 && r->news.v[j].from < r->news.v[j - 1].from; j--) {
            struct roll_news n = r->news.v[j];
            r->news.v[j] = r->news.v[j - 1];
            r->news.v[j - 1] = n;
        }
}

/* Days of the rules once the first n of the news are known. */
static strait_status take_days(strait_ctx *cx, const struct roll *r, size_t n, struct rule_days *days)
{
    strait_case *c = NULL;
    strait_status st = roll_load_with(cx, r, n, &c);

    for (size_t i = 0; st == STRAIT_OK && i < c->rule.n; i++)
        days[i] = (struct rule_days){c->rule.v[i].enabled, c->rule.v[i].from, c->rule.v[i].to};
    case_free(c);
    return st;
}

/* Is a day outside of the horizon or where a segment begins? */
static bool is_cut(const strait_case *c, int64_t day)
{
    for (size_t t = 0; t < c->n_segment; t++)
        if (c->segment[t].from == day)
            return true;
    return day == DATE_NONE || day < c->settings.start || day >= c->period[c->n_period - 1].to;
}

static bool in_force(const struct rule_days *d, const struct segment *g)
{
    return d->enabled && (d->from == DATE_NONE || d->from <= g->from) && (d->to == DATE_NONE || g->to <= d->to);
}

/* Day 1 of the news: the days of a rule before and after it. */
static strait_status check_rule(strait_ctx *cx, const struct roll *r, const struct roll_news *n, const char *name,
                                const struct rule_days *before, const struct rule_days *after)
{
    const strait_case *c = r->c;

    if (before->enabled && (!is_cut(c, before->from) || !is_cut(c, before->to)))
        return fault(cx, r, n, "news.set", name, "until then days on which a period begins, or none inside the horizon",
                     "the rule was believed to begin or end inside a period");
    for (size_t t = 0; t < c->n_segment && c->segment[t].from < n->from; t++)
        if (in_force(before, &c->segment[t]) != in_force(after, &c->segment[t]))
            return fault(cx, r, n, "news.set", name, "from and to on or after the day of the news", "the rule is another one on days before the news");
    return STRAIT_OK;
}

static strait_status check_days(strait_ctx *cx, const struct roll *r)
{
    size_t n = r->c->rule.n;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < r->news.n; i++)
        for (size_t k = 0; k < n; k++)
            TRY(check_rule(cx, r, &r->news.v[i], r->c->rule.v[k].name, &r->days[i * n + k], &r->days[(i + 1) * n + k]));
out:
    return st;
}

strait_status roll_news(strait_ctx *cx, struct roll *r)
{
    strait_case *all = NULL;
    size_t n = r->c->rule.n;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < r->news.n; i++)
        TRY(check_entry(cx, r, &r->news.v[i]));
    if (r->news.n == 0 || cx->n_error > 0)
        return STRAIT_OK;
    sort_news(r);
    r->days = arena_alloc(r->arena, (r->news.n + 1) * n + 1, sizeof *r->days);
    if (!r->days)
        TRY(cx_nomem(cx));
    for (size_t i = 0; i <= r->news.n; i++)
        TRY(take_days(cx, r, i, r->days + i * n));
    TRY(roll_load_with(cx, r, r->news.n, &all));
    case_free(r->c);
    r->c = all;
    TRY(check_days(cx, r));
out:
    return st;
}
