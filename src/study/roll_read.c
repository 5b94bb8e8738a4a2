/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of a rolling horizon. */
#include <string.h>
#include "study/roll.h"

#define PERIODS_MOST 1e5

/* One of a few words. */
static strait_status take_word(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, const char *const *word,
                               size_t n, const char *allowed, size_t *out)
{
    const char *text = NULL;
    strait_status st = reader_take_text(r, q, v, &text);

    for (size_t i = 0; st == STRAIT_OK && text && i < n; i++)
        if (strcmp(text, word[i]) == 0) {
            *out = i;
            return STRAIT_OK;
        }
    return st == STRAIT_OK && text ? reader_fault(r, q->path, v, allowed, "is none of them") : st;
}

static strait_status read_kind(const struct reader *r, const struct reader_group *q, struct roll_history *out)
{
    static const char *const as[] = {"times", "values"}, *const forecast[] = {[ROLL_BASE] = "base", [ROLL_LAST] = "last", [ROLL_MEAN] = "mean"};
    const struct cfg_node *v;
    size_t word = 0;
    strait_status st = STRAIT_OK;

    if ((v = reader_member(q, "as")))
        TRY(take_word(r, q, v, as, 2, "times (factors of the base) or values", &word));
    out->times = word == 0;
    word = ROLL_BASE;
    if ((v = reader_member(q, "forecast")))
        TRY(take_word(r, q, v, forecast, 3, "base (as the case says), last (as in the last period known) or mean (of those known)", &word));
    out->forecast = (enum roll_forecast)word;
out:
    return st;
}

/* A text that must be there. */
static strait_status need_text(const struct reader *r, const struct reader_group *q, const char *key, const char *allowed, const char **out)
{
    const struct cfg_node *v = reader_member(q, key);

    return v ? reader_take_text(r, q, v, out) : reader_missing(r, q, key, allowed);
}

static strait_status read_history(const struct reader *r, const struct reader_group *q, void *to)
{
    static const char *const known[] = {"path", "workload", "region", "history", "column", "date", "as", "forecast"};
    struct roll_history *out = to;
    const struct cfg_node *v;
    strait_status st = STRAIT_OK;

    TRY(reader_check_keys(r, q, known, sizeof known / sizeof *known));
    out->at = q->at;
    if ((v = reader_member(q, "path")))
        TRY(reader_take_list(r, q, v, false, "", &out->path));
    else
        TRY(reader_missing(r, q, "path", "a path, or several"));
    TRY(need_text(r, q, "history", "a CSV file, as seen from this one", &out->csv));
    TRY(need_text(r, q, "column", "the name of its column", &out->column));
    if ((v = reader_member(q, "date")))
        TRY(reader_take_text(r, q, v, &out->date));
    if ((v = reader_member(q, "workload")))
        TRY(reader_take_text(r, q, v, &out->workload));
    if ((v = reader_member(q, "region")))
        TRY(reader_take_text(r, q, v, &out->region));
    TRY(read_kind(r, q, out));
out:
    return st;
}

static strait_status read_news(const struct reader *r, const struct reader_group *q, void *to)
{
    static const char *const known[] = {"from", "set"};
    struct roll_news *out = to;
    const struct cfg_node *v;
    strait_status st = STRAIT_OK;

    TRY(reader_check_keys(r, q, known, 2));
    out->at = q->at;
    TRY(need_text(r, q, "from", "the day on which it becomes known", &out->date));
    if (out->date && !date_parse(out->date, &out->from))
        TRY(reader_fault(r, q->path, reader_member(q, "from"), "YYYY-MM-DD or YYYY-MM-DDTHH:MMZ", "is not a date"));
    if ((v = reader_member(q, "set")))
        TRY(reader_take_list(r, q, v, false, "", &out->set));
    else
        TRY(reader_missing(r, q, "set", "overrides [ \"rules.NAME.enabled=true\" ]"));
out:
    return st;
}

static strait_status read_periods(const struct reader *r, const struct reader_group *top, const struct cfg_node *v, uint64_t *out)
{
    size_t before = r->cx->n_error;
    strait_status st = reader_take_whole(r, top, v, PERIODS_MOST, out);

    if (st == STRAIT_OK && r->cx->n_error == before && *out == 0)
        return reader_fault(r, top->path, v, "1 or more", "is no period");
    return st;
}

static strait_status read_top(const struct reader *r, struct roll *s, const struct reader_group *top, const struct cfg_node *v)
{
    if (strcmp(v->key, "base") == 0)
        return reader_take_text(r, top, v, &s->base);
    if (strcmp(v->key, "set") == 0)
        return reader_take_list(r, top, v, false, "", &s->set);
    if (strcmp(v->key, "commit") == 0)
        return read_periods(r, top, v, &s->commit);
    if (strcmp(v->key, "ahead") == 0)
        return read_periods(r, top, v, &s->ahead);
    if (strcmp(v->key, "histories") == 0)
        return reader_records(r, v, sizeof *s->history.v, read_history, (void **)&s->history.v, &s->history.n);
    if (strcmp(v->key, "news") == 0)
        return reader_records(r, v, sizeof *s->news.v, read_news, (void **)&s->news.v, &s->news.n);
    return STRAIT_OK;
}

strait_status roll_read(strait_ctx *cx, struct roll *s)
{
    static const char *const known[] = {"base", "set", "commit", "ahead", "histories", "news"};
    struct reader r = {cx, s->arena, s->files, s->file};
    struct cfg *cfg = NULL;
    strait_status st = STRAIT_OK;

    s->commit = 1;
    TRY(cfg_read(cx, s->files, s->file, &cfg));
    struct reader_group top = {.node = &cfg->root, .path = "", .at = {0, 1}};
    TRY(reader_check_keys(&r, &top, known, sizeof known / sizeof *known));
    for (size_t i = 0; i < cfg->root.n; i++)
        TRY(read_top(&r, s, &top, &cfg->root.child[i]));
    if (!reader_member(&top, "base"))
        TRY(reader_missing(&r, &top, "base", "the case file, as seen from here"));
    if (s->ahead > 0 && s->ahead < s->commit)
        TRY(reader_fault(&r, "", reader_member(&top, "ahead"), "commit periods or more", "does not see all that is committed"));
out:
    cfg_free(cfg);
    return st;
}
