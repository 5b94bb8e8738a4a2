/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warnings: what does nothing, and numbers from outside without their date. */
#include "domain/room.h"

static strait_status check_sites(strait_ctx *cx, const strait_case *c)
{
    bool *used = mem_calloc(c->site.n, sizeof *used);
    strait_status st = STRAIT_OK;

    if (used == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < c->offer.n; i++)
        if (c->offer.v[i].site >= 0)
            used[c->offer.v[i].site] = true;
    for (size_t i = 0; i < c->site.n; i++)
        if (!used[i])
            TRY(fault_field(cx, c, SEV_WARNING, KIND_site, i, NO_FIELD, NULL, "is a site without an offer"));
out:
    mem_free(used);
    return st;
}

static strait_status check_sources(strait_ctx *cx, const strait_case *c, enum kind k)
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

/** Warnings for sites without offers and sources without dates. */
strait_status check_unused(strait_ctx *cx, const strait_case *c)
{
    strait_status st = check_sites(cx, c);

    for (int k = 0; k < N_KIND && st == STRAIT_OK; k++)
        st = check_sources(cx, c, (enum kind)k);
    return st;
}
