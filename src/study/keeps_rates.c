/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which inputs the estimator never looks at: prices, demand, rules.  A scenario that moves only such takes the base's rates,
 * which are most of its work outside of the LP.  Anything not named here is estimated anew.
 */
#include <string.h>
#include "study/outcome.h"

static bool keeps(const struct path *p)
{
    switch (p->kind) {
    case KIND_price: case KIND_tariff: case KIND_demand: case KIND_rule: case KIND_network:
        return true;
    case KIND_offer: return p->i_field == FLD_offer_price || p->i_field == FLD_offer_capex;
    case KIND_site: return p->i_field == FLD_site_tariff || p->i_field == FLD_site_transfer_in;
    case KIND_workload: return p->i_field == FLD_workload_penalty;     /* not tokens: how many accelerators a run needs hangs on them */
    case KIND_settings: return p->i_field == FLD_settings_carbon_price;
    default: return false;
    }
}

bool outcome_keeps_rates(strait_ctx *cx, const strait_case *base, const struct sweep_scenario *x)
{
    struct path path;

    for (size_t i = 0; i < x->n; i++)
        if (path_parse(cx, base, x->input[i].path, strlen(x->input[i].path), &path) != STRAIT_OK || !keeps(&path))
            return false;
    return true;
}
