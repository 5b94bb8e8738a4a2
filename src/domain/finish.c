/* SPDX-License-Identifier: GPL-3.0-or-later */
/* case_finish: from what the user wrote to a case that holds together, station by station. */
#include "domain/room.h"

#include <assert.h>

/* The timelines' numbers may fill at most this many doubles (2 GB). */
#define TIMELINE_MAX 2.5e8

static strait_status checks(strait_ctx *cx, strait_case *c)
{
    strait_status st;

    TRY(domain_check_settings(cx, c));
    TRY(domain_check_tables(cx, c));
    TRY(domain_check_offers(cx, c));
    TRY(domain_check_work(cx, c));
    TRY(domain_check_demand(cx, c));
    TRY(domain_check_rules(cx, c));
    TRY(domain_check_scenarios(cx, c));
    TRY(domain_check_ignored(cx, c));
    TRY(domain_check_literals(cx, c));
    TRY(domain_check_sources(cx, c));
out:
    return st;
}

/* Segments times tables: a slip such as an hourly century is refused before memory runs out. */
static strait_status check_size(strait_ctx *cx, const strait_case *c)
{
    double rows = 5.0 * (double)c->offer.n + 3.0 * (double)c->site.n +
                  (double)c->workload.n * (double)c->accelerator.n + 2.0 * (double)c->workload.n;
    double size = rows * (double)c->n_segment;

    if (size <= TIMELINE_MAX)
        return STRAIT_OK;
    return fault_field(cx, c, SEV_ERROR, KIND_settings, 0, FLD_settings_periods, "longer periods or fewer",
                       "%zu segments make tables of %.3g numbers", c->n_segment, size);
}

static strait_status refuse(strait_ctx *cx, const strait_case *c)
{
    strait_status st = faults_sort(cx, c);

    if (st != STRAIT_OK || cx->n_error == 0)
        return st;
    return cx_fail(cx, STRAIT_EINPUT, "%zu error%s in the input", cx->n_error, cx->n_error == 1 ? "" : "s");
}

/**
 * Fill defaults, resolve references, check everything, and make periods, segments, timelines and the rulebook; see
 * domain.h.  To be called once.
 *
 * @return STRAIT_OK (perhaps with warnings); STRAIT_EINPUT with all faults in the context, by file and line;
 *         STRAIT_ENOMEM
 * Cost O(rows log rows + timelines + rules * workloads * offers).  Test: tests/unit/check_finish.c
 */
strait_status case_finish(strait_ctx *cx, strait_case *c)
{
    strait_status st;

    assert(c->timeline == NULL);
    TRY(finish_required(cx, c));
    TRY(finish_names(cx, c));
    TRY(finish_refs(cx, c));
    TRY(finish_money(cx, c));
    TRY(horizon_periods(cx, c));
    TRY(finish_dates(cx, c));
    TRY(finish_series(cx, c));
    TRY(checks(cx, c));
    TRY(refuse(cx, c));
    TRY(horizon_cut(cx, c));
    TRY(check_size(cx, c));
    TRY(refuse(cx, c));
    TRY(timeline_build(cx, c));
    TRY(domain_check_held(cx, c));
    TRY(faults_sort(cx, c));
    TRY(rulebook_build(cx, c));
out:
    return st;
}
