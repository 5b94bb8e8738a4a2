/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a sweep's file: a named scenario, a grid, an event.  Quantities: sweep_quantity.c. */
#include <string.h>
#include "base/mem.h"
#include "study/reader.h"
#include "study/sweep.h"

static strait_status take_set(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, struct sweep_set *out)
{
    out->at = (struct study_mark){v->file, v->line};
    return reader_take_list(r, q, v, false, "", &out->set);
}

strait_status sweep_read_named(const struct reader *r, const struct reader_group *q, void *to)
{
    struct sweep_named *out = to;
    static const char *const known[] = {"name", "probability", "set"};
    const struct cfg_node *v;
    strait_status st = STRAIT_OK;

    TRY(reader_check_keys(r, q, known, 3));
    out->probability = 1;
    if ((v = reader_member(q, "name")))
        TRY(reader_take_name(r, q, v, &out->name));
    else
        TRY(reader_missing(r, q, "name", "a name"));
    if ((v = reader_member(q, "probability")))
        TRY(reader_take_number(r, q, v, 0, 1, &out->probability));
    if ((v = reader_member(q, "set")))
        TRY(take_set(r, q, v, &out->set));
out:
    return st;
}

/* times = "0.8:1.2:0.05" or [ 0.9, 1.1 ]; values likewise, or texts. */
static strait_status read_points(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, const char *mark, struct sweep_grid *out)
{
    bool no_memory = false;
    double x;

    if (v->shape == CFG_SCALAR && v->type == CFG_STRING && strchr(v->text, ':')) {
        if (sweep_range(r->arena, v->text, mark, &out->value, &no_memory))
            return no_memory ? cx_nomem(r->cx) : STRAIT_OK;
        if (*mark)
            return reader_fault(r, q->path, v, "FIRST:LAST:STEP with STEP above 0 and at most 100000 points", "is not a range");
    }
    for (size_t i = 0; *mark && i < (v->shape == CFG_LIST ? v->n : 1); i++)
        if (!reader_number_of(v->shape == CFG_LIST ? &v->child[i] : v, &x))
            return reader_fault(r, q->path, v, "numbers [ 0.9, 1.1 ] or FIRST:LAST:STEP", "is not a list of factors");
    return reader_take_list(r, q, v, true, mark, &out->value);
}

strait_status sweep_read_grid(const struct reader *r, const struct reader_group *q, void *to)
{
    struct sweep_grid *out = to;
    static const char *const known[] = {"path", "times", "values"};
    const struct cfg_node *v, *times = reader_member(q, "times"), *values = reader_member(q, "values");
    strait_status st = STRAIT_OK;

    TRY(reader_check_keys(r, q, known, 3));
    out->at = q->at;
    if ((v = reader_member(q, "path")))
        TRY(reader_take_list(r, q, v, false, "", &out->path));
    else
        TRY(reader_missing(r, q, "path", "a path as --set takes it, or several"));
    if ((times != NULL) == (values != NULL))
        TRY(reader_missing(r, q, "times or values", "one of both"));
    else
        TRY(read_points(r, q, times ? times : values, times ? "*" : "", out));
out:
    return st;
}

strait_status sweep_read_event(const struct reader *r, const struct reader_group *q, void *to)
{
    struct sweep_event *out = to;
    static const char *const known[] = {"name", "probability", "set", "otherwise"};
    const struct cfg_node *v;
    strait_status st = STRAIT_OK;

    TRY(reader_check_keys(r, q, known, 4));
    if ((v = reader_member(q, "name")))
        TRY(reader_take_name(r, q, v, &out->name));
    else
        TRY(reader_missing(r, q, "name", "a name"));
    if ((v = reader_member(q, "probability")))
        TRY(reader_take_number(r, q, v, 0, 1, &out->probability));
    else
        TRY(reader_missing(r, q, "probability", "a number from 0 to 1"));
    if ((v = reader_member(q, "set")))
        TRY(take_set(r, q, v, &out->set));
    else
        TRY(reader_missing(r, q, "set", "what it changes, [ \"path=value\" ]"));
    if ((v = reader_member(q, "otherwise")))
        TRY(take_set(r, q, v, &out->otherwise));
out:
    return st;
}
