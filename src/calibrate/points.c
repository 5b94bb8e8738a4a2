/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Predictions for a file of rows in the layout of the published measurements. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calibrate/calibrate.h"
#include "calibrate/point.h"
#include "input/file.h"

static const struct column_def columns[] = {
    { "id", STRAIT_TEXT, "" },
    { "predicted", STRAIT_REAL, "" },
    { "low", STRAIT_REAL, "" },
    { "high", STRAIT_REAL, "" },
    { "unit", STRAIT_TEXT, "" },
    { "extrapolation", STRAIT_REAL, "" },
    { "reason", STRAIT_TEXT, "" },
    { NULL, STRAIT_TEXT, NULL },
};

/* models.csv beside the rows, when there is one. */
static strait_status shapes_beside(struct library *l, const char *file)
{
    char why[FILE_WHY], *path = path_beside(l->arena, file, "models.csv");
    struct file_text t = { 0 };
    strait_status st;

    if (path == NULL)
        return cx_nomem(l->cx);
    st = file_read(l->cx, path, FILE_TABLE_MAX, true, &t, why);
    if (st == STRAIT_OK)
        st = library_add_shapes(l, path, t.s, t.n);
    mem_free(t.s);
    return st == STRAIT_EIO ? STRAIT_OK : st;
}

static strait_status add_point(strait_table *t, const struct params *v, const struct point *p)
{
    double predicted, outside, factor;

    if (p->reason != NULL)
        return table_add(t, p->id, REAL_NONE, REAL_NONE, REAL_NONE, "tokens/s", REAL_NONE, p->reason);
    predicted = point_predict(v, p);
    if (!(predicted > 0) || !isfinite(predicted))
        return table_add(t, p->id, REAL_NONE, REAL_NONE, REAL_NONE, "tokens/s", REAL_NONE, "the row's numbers are out of range");
    factor = exp(BAR_80 * point_error(v, p, &outside));
    return table_add(t, p->id, predicted, predicted / factor, predicted * factor, "tokens/s", outside, p->note);
}

static strait_status add_rows(strait_table *t, const struct library *l, const struct params *v, struct sheet *s)
{
    strait_status st = STRAIT_OK;
    bool training, more = true;

    TRY(point_sheet_kind(s, &training));
    while (more) {
        struct point p;
        arena *texts;

        TRY(sheet_next(s, &more));
        if (!more)
            break;
        texts = arena_new();
        st = texts == NULL ? STRAIT_ENOMEM : point_read(l, s, training, texts, &p);
        if (st == STRAIT_OK)
            st = add_point(t, v, &p);
        arena_free(texts);
        TRY(st);
    }
out:
    return st == STRAIT_ENOMEM ? cx_nomem(l->cx) : st;
}

/**
 * Table "points": for each row of a file the predicted tokens/s per accelerator as the row counts them, the 80 % bar, how
 * far the row lies outside the calibrated range, and what was filled in or why there is no prediction.  Training and
 * inference rows are told apart by their header; shapes come by `shape_ref` from models.csv beside the file, the case, and
 * the shipped ones, in this order.  Measured columns are never looked at.
 *
 * @param c    borrowed; its accelerators win over the shipped ones
 * @param p    parameters, borrowed
 * @param out  owned by the caller
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(bytes); memory: the file and the answers.  Test: tests/unit/check_points.c, tests/cli/points.py
 */
strait_status points_table(strait_ctx *cx, const strait_case *c, const struct params *p, const char *file,
                           strait_table **out)
{
    static const char *const need[] = { "id", "accelerator", "precision", NULL };
    strait_status st = STRAIT_OK;
    struct library *l = NULL;
    struct sheet s = { 0 };
    strait_table *t = NULL;
    size_t before = cx->n_error;

    TRY(sheet_open(&s, cx, file, need));
    TRY(library_new(cx, c, &l));
    TRY(shapes_beside(l, file));
    TRY(table_new(&t, "points", columns));
    TRY(add_rows(t, l, p, &s));
    if (cx->n_error > before)
        TRY(cx_fail(cx, STRAIT_EINPUT, "%s: faults in the rows", file));
    *out = t;
    t = NULL;
out:
    sheet_end(&s);
    library_free(l);
    table_free(t);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
