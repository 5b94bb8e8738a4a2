/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warnings: numbers from outside without their date.  Rows that nothing uses are none: tables are shared between cases. */
#include "domain/room.h"

static strait_status check_kind(strait_ctx *cx, const strait_case *c, enum kind k)
{
    size_t source, date;
    strait_status st = STRAIT_OK;

    if (field_by_key(kind_desc(k), "source", &source) == NULL || field_by_key(kind_desc(k), "date", &date) == NULL)
        return STRAIT_OK;
    for (size_t row = 0; row < case_rows(c, k); row++)
        if (field_given(c, k, row, source) && !field_given(c, k, row, date))
            TRY(fault_field(cx, c, SEV_WARNING, k, row, date, "the day on which the source was read or published",
                            "is missing: there is a source without its date"));
out:
    return st;
}

/** Warnings for sources without dates. */
strait_status domain_check_sources(strait_ctx *cx, const strait_case *c)
{
    strait_status st = STRAIT_OK;

    for (int k = 0; k < N_KIND && st == STRAIT_OK; k++)
        st = check_kind(cx, c, (enum kind)k);
    return st;
}
