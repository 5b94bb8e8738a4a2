/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sweep's file as a whole: its keys, and what must fit together. */
#include <string.h>
#include "base/mem.h"
#include "study/reader.h"
#include "study/sweep.h"

static strait_status take_evaluate(const struct reader *r, struct sweep *s, const struct reader_group *top, const struct cfg_node *v)
{
    const char *word = "plan";
    strait_status st = reader_take_text(r, top, v, &word);

    s->fixed = strcmp(word, "reprice") == 0;
    if (st == STRAIT_OK && !s->fixed && strcmp(word, "plan") != 0)
        return reader_fault(r, "", v, "plan (a plan for each scenario) or reprice (the base's plan at other prices)", "is not a way to evaluate");
    return st;
}

static strait_status read_top(const struct reader *r, struct sweep *s, const struct reader_group *top, const struct cfg_node *v)
{
    if (strcmp(v->key, "base") == 0)
        return reader_take_text(r, top, v, &s->base);
    if (strcmp(v->key, "seed") == 0)
        return reader_take_whole(r, top, v, 9e15, &s->seed);
    if (strcmp(v->key, "draws") == 0)
        return reader_take_whole(r, top, v, (double)SWEEP_MOST, &s->draws);
    if (strcmp(v->key, "evaluate") == 0)
        return take_evaluate(r, s, top, v);
    if (strcmp(v->key, "set") == 0)
        return reader_take_list(r, top, v, false, "", &s->set);
    if (strcmp(v->key, "scenarios") == 0)
        return reader_records(r, v, sizeof *s->named.v, sweep_read_named, (void **)&s->named.v, &s->named.n);
    if (strcmp(v->key, "grids") == 0)
        return reader_records(r, v, sizeof *s->grid.v, sweep_read_grid, (void **)&s->grid.v, &s->grid.n);
    if (strcmp(v->key, "events") == 0)
        return reader_records(r, v, sizeof *s->event.v, sweep_read_event, (void **)&s->event.v, &s->event.n);
    if (strcmp(v->key, "quantities") == 0)
        return reader_records(r, v, sizeof *s->quantity.v, sweep_read_quantity, (void **)&s->quantity.v, &s->quantity.n);
    return STRAIT_OK;
}

static strait_status check_names(const struct reader *r, const struct sweep *s)
{
    size_t n = s->event.n + s->quantity.n;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (sweep_dim_name(s, i) && sweep_dim_name(s, j) && strcmp(sweep_dim_name(s, i), sweep_dim_name(s, j)) == 0)
                TRY(sweep_fault(r->cx, s, i < s->event.n ? s->event.v[i].set.at : s->quantity.v[i - s->event.n].at, "name", sweep_dim_name(s, i),
                                "names that differ", "two events or quantities have one name"));
    for (size_t i = 0; i < s->named.n; i++)
        for (size_t j = 0; j < i; j++)
            if (s->named.v[i].name && s->named.v[j].name && strcmp(s->named.v[i].name, s->named.v[j].name) == 0)
                TRY(sweep_fault(r->cx, s, s->named.v[i].set.at, "scenarios.name", s->named.v[i].name, "names that differ", "is there twice"));
out:
    return st;
}

/* What must fit together, once all is read. */
static strait_status check_draws(const struct reader *r, const struct sweep *s, const struct cfg_node *root, const struct cfg_node *correlations)
{
    struct study_mark at = {root->n ? root->child[0].file : 0, root->n ? root->child[0].line : 1};

    if (s->quantity.n > 0 && s->draws == 0)
        return sweep_fault(r->cx, s, at, "draws", NULL, "how many to draw, 1 or more", "is not given, though there are quantities");
    if (s->draws == 0 && s->event.n > SWEEP_EVENTS_MOST)
        return sweep_fault(r->cx, s, at, "draws", NULL, "draws, or at most 12 events to enumerate", "is not given");
    if (s->draws == 0 && correlations && correlations->n > 0)
        return sweep_fault(r->cx, s, at, "draws", NULL, "draws, for correlated events", "is not given");
    if (s->draws > 0 && s->quantity.n + s->event.n == 0)
        return sweep_fault(r->cx, s, at, "draws", NULL, "events or quantities with it", "there is nothing to draw");
    return STRAIT_OK;
}

strait_status sweep_read(strait_ctx *cx, struct sweep *s)
{
    static const char *const known[] = {"base", "seed", "draws", "evaluate", "set", "scenarios", "grids", "events", "quantities", "correlations"};
    struct reader r = {cx, s->arena, s->files, s->file};
    struct cfg *cfg = NULL;
    strait_status st = STRAIT_OK;

    TRY(cfg_read(cx, s->files, s->file, &cfg));
    struct reader_group top = {.node = &cfg->root, .path = "", .at = {0, 1}};
    const struct cfg_node *correlations = reader_member(&top, "correlations");
    TRY(reader_check_keys(&r, &top, known, sizeof known / sizeof *known));
    for (size_t i = 0; i < cfg->root.n; i++)
        TRY(read_top(&r, s, &top, &cfg->root.child[i]));
    if (!reader_member(&top, "base"))
        TRY(reader_missing(&r, &top, "base", "the case file, as seen from here"));
    TRY(sweep_bootstraps(&r, s));
    TRY(check_names(&r, s));
    TRY(check_draws(&r, s, &cfg->root, correlations));
    TRY(sweep_correlations(&r, s, correlations));
out:
    cfg_free(cfg);
    return st;
}
