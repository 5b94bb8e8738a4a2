/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calibration set: shipped rows and the user's. */
#include "calibrate/set.h"

#include <math.h>
#include <string.h>

#include "input/built_in.h"

/* Hearsay, and rows whose chip or peculiarity the physics does not know. */
static bool is_weak(const struct sheet *s, const struct point *p)
{
    return p->weak || p->outside >= 0.5 || strcmp(sheet_text(s, "kind"), "reported") == 0 ||
           strcmp(sheet_text(s, "confidence"), "reported") == 0;
}

static strait_status add_row(struct set *set, const struct sheet *s, bool training)
{
    struct point p;

    if (point_read(set->library, s, training, set->texts, &p) != STRAIT_OK)
        return STRAIT_ENOMEM;
    if (p.reason != NULL)
        return STRAIT_OK;
    p.measured = point_measured(s, &p);
    p.weak = is_weak(s, &p);
    return p.measured > 0 && isfinite(p.measured) ? VEC_PUSH(&set->row, p) : STRAIT_OK;
}

static const char *const need[] = { "id", "accelerator", "precision", "family", NULL };

static strait_status add_rows(struct set *set, struct sheet *s)
{
    bool training, more = true;
    strait_status st;

    TRY(point_sheet_kind(s, &training));
    while (more) {
        TRY(sheet_next(s, &more));
        if (more)
            TRY(add_row(set, s, training));
    }
out:
    return st;
}

static strait_status add_built_in(struct set *set, strait_ctx *cx, const char *name)
{
    size_t n;
    char *text = built_in_text(set->texts, name, &n);
    struct sheet s = { 0 };
    strait_status st = STRAIT_OK;

    if (text == NULL)
        return STRAIT_ENOMEM;
    TRY(sheet_begin(&s, cx, name, text, n, need));
    TRY(add_rows(set, &s));
out:
    sheet_end(&s);
    return st;
}

static strait_status add_file(struct set *set, strait_ctx *cx, const char *file)
{
    struct sheet s = { 0 };
    size_t before = cx->n_error;
    strait_status st = STRAIT_OK;

    TRY(sheet_open(&s, cx, file, need));
    TRY(add_rows(set, &s));
    if (cx->n_error > before)
        st = cx_fail(cx, STRAIT_EINPUT, "%s: faults in the rows", file);
out:
    sheet_end(&s);
    return st;
}

/**
 * Read the rows of a calibration.  Rows that publish no rate, or whose model or chip is not known, are left out.
 *
 * @param file  n_file of the user's, training or inference each, beside the shipped rows
 * @param out   written; set_free, also after a failure
 * @return STRAIT_OK, STRAIT_EINPUT, STRAIT_EIO, STRAIT_ENOMEM.  Test: tests/unit/check_calibrate.c
 */
strait_status set_new(strait_ctx *cx, const char *const *file, size_t n_file, struct set *out)
{
    strait_status st = STRAIT_OK;

    *out = (struct set){ .texts = arena_new() };
    if (out->texts == NULL)
        return cx_nomem(cx);
    TRY(library_new(cx, NULL, &out->library));
    TRY(add_built_in(out, cx, "calibration/training.csv"));
    TRY(add_built_in(out, cx, "calibration/inference.csv"));
    for (size_t i = 0; i < n_file; i++)
        TRY(add_file(out, cx, file[i]));
out:
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

void set_free(struct set *s)
{
    VEC_FREE(&s->row);
    library_free(s->library);
    arena_free(s->texts);
    *s = (struct set){ 0 };
}
