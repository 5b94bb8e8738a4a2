/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of measured rates brought by the user: rows of the kind `rates` of a case, as `strait import rates` writes them. */
#include <math.h>
#include <string.h>

#include "calibrate/calibrate.h"
#include "calibrate/sheet.h"

#define DEFAULT_ERROR 0.1   /* of the field rates.error */

static strait_status wrong(struct sheet *s, const char *column, const char *allowed)
{
    return cx_fault(s->csv.cx, SEV_ERROR, s->csv.file, s->csv.row_line, column, sheet_text(s, column), allowed,
                    "cannot be used in a table of rates");
}

static int phase_of(const char *word)
{
    static const char *const words[] = { [RATE_TRAIN] = "train", [RATE_PREFILL] = "prefill", [RATE_DECODE] = "decode",
                                         [RATE_MIXED] = "mixed" };

    for (int i = 0; i < 4; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

static strait_status take(struct sheet *s, const strait_case *c, struct pins *p)
{
    struct pinned_rate r = { .workload = case_find(c, KIND_workload, sheet_text(s, "workload")),
                             .accelerator = case_find(c, KIND_accelerator, sheet_text(s, "accelerator")),
                             .phase = phase_of(sheet_text(s, "phase")), .rate = sheet_number(s, "rate"),
                             .error = sheet_number(s, "error") };

    if (r.workload < 0)
        return wrong(s, "workload", "a workload of the case");
    if (r.accelerator < 0)
        return wrong(s, "accelerator", "an accelerator of the case");
    if (r.phase < 0)
        return wrong(s, "phase", "train, prefill, decode, mixed");
    if (!(r.rate >= 0))
        return wrong(s, "rate", "tokens per second per accelerator, 0 or more");
    if (sheet_text(s, "error")[0] == '\0')
        r.error = DEFAULT_ERROR;
    if (!(r.error >= 0 && r.error <= 3))
        return wrong(s, "error", "0 to 3");
    return VEC_PUSH(p, r) == STRAIT_OK ? STRAIT_OK : cx_nomem(s->csv.cx);
}

/**
 * The case's pinned rates with those of a file behind them, which win; or, of a file without a column workload, *is_pins
 * false and nothing else: it is a table of parameters.
 *
 * @param out  the caller's vector, VEC_FREE; empty on failure and where *is_pins is false
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM.  Test: tests/cli/import.py
 */
strait_status pinned_file_read(strait_ctx *cx, const char *file, const strait_case *c, struct pins *out, bool *is_pins)
{
    static const char *const none[] = { NULL };
    struct sheet s = { 0 };
    struct pins p = { 0 };
    size_t before = cx->n_error;
    bool more = true;
    strait_status st = STRAIT_OK;

    TRY(sheet_open(&s, cx, file, none));
    *is_pins = sheet_has(&s, "workload") && sheet_has(&s, "rate");
    for (size_t i = 0; i < c->pinned_rate.n && *is_pins; i++)
        if (VEC_PUSH(&p, c->pinned_rate.v[i]) != STRAIT_OK)
            TRY(cx_nomem(cx));
    while (more && *is_pins) {
        TRY(sheet_next(&s, &more));
        if (more)
            TRY(take(&s, c, &p));
    }
    if (cx->n_error > before)
        st = cx_fail(cx, STRAIT_EINPUT, "%s: faults in the table of rates", file);
out:
    if (st == STRAIT_OK && *is_pins)
        *out = p;
    else
        VEC_FREE(&p);
    sheet_end(&s);
    return st;
}
