/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of rates brought by the user. */
#include <math.h>
#include <string.h>

#include "calibrate/calibrate.h"
#include "calibrate/sheet.h"

static strait_status take(struct sheet *s, struct params *p, bool *pinned)
{
    const char *name = sheet_text(s, "parameter"), *pin = sheet_text(s, "pinned");
    double value = sheet_number(s, "value");
    int i = param_find(name);

    if (!(value > 0))
        return cx_fault(s->csv.cx, SEV_ERROR, s->csv.file, s->csv.row_line, "value", sheet_text(s, "value"),
                        "a number above 0", "is no value of a parameter");
    if (!params_set(p, name, value, sheet_number(s, "standard_error")))
        return cx_fault(s->csv.cx, SEV_ERROR, s->csv.file, s->csv.row_line, "parameter", name,
                        "the names that strait calibrate writes", "is no parameter of the estimator");
    if (pinned != NULL && i >= 0)
        pinned[i] = strcmp(pin, "true") == 0;
    return STRAIT_OK;
}

/**
 * Read a table of rates over *p: columns parameter and value, and where there are standard_error and pinned, as
 * `strait calibrate --format csv` writes them; parameters without a row stay.
 *
 * @param pinned  N_PARAM flags that a refit keeps, may be NULL
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM.  Test: tests/cli/calibrate.py
 */
strait_status rates_file_read(strait_ctx *cx, const char *file, struct params *p, bool pinned[N_PARAM])
{
    static const char *const need[] = { "parameter", "value", NULL };
    struct sheet s = { 0 };
    size_t before = cx->n_error;
    bool more = true;
    strait_status st = STRAIT_OK;

    TRY(sheet_open(&s, cx, file, need));
    while (more) {
        TRY(sheet_next(&s, &more));
        if (more)
            TRY(take(&s, p, pinned));
    }
    if (cx->n_error > before)
        st = cx_fail(cx, STRAIT_EINPUT, "%s: faults in the table of rates", file);
out:
    sheet_end(&s);
    return st;
}
