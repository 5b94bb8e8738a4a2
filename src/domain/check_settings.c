/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings, money and scenarios. */
#include "domain/room.h"

#include <math.h>
#include <string.h>

static strait_status check_exchange(strait_ctx *cx, const strait_case *c, size_t i)
{
    const struct exchange *x = &c->exchange.v[i];

    if (x->name == NULL)
        return STRAIT_OK;
    if (!is_currency(x->name) || strcmp(x->name, "CUR") == 0)
        return fault_field(cx, c, SEV_ERROR, KIND_exchange, i, FLD_exchange_name, "three capital letters such as CNY",
                           "is not a currency code");
    if (c->settings.currency != NULL && strcmp(x->name, c->settings.currency) == 0 && x->rate != 1 &&
        !isnan(x->rate))
        return fault_field(cx, c, SEV_ERROR, KIND_exchange, i, FLD_exchange_rate, "1",
                           "is the rate of the case's own currency");
    return STRAIT_OK;
}

/** Faults of the settings and exchange rates. */
strait_status domain_check_settings(strait_ctx *cx, const strait_case *c)
{
    const char *currency = c->settings.currency;
    strait_status st = STRAIT_OK;

    if (currency != NULL && (!is_currency(currency) || strcmp(currency, "CUR") == 0))
        TRY(fault_field(cx, c, SEV_ERROR, KIND_settings, 0, FLD_settings_currency,
                        "three capital letters such as USD", "is not a currency code"));
    for (size_t i = 0; i < c->exchange.n; i++)
        TRY(check_exchange(cx, c, i));
out:
    return st;
}

/* One override of a scenario: its path must name something, and its value must fit there. */
static strait_status check_override(strait_ctx *cx, strait_case *c, size_t row, const char *item)
{
    struct parse p = {.cx = cx, .c = c};
    struct path path;
    struct value v;
    bool times;
    size_t n;
    strait_status st;

    if (!override_split(item, &n, &p.text, &times))
        return fault_field(cx, c, SEV_ERROR, KIND_scenario, row, FLD_scenario_set, "path=value",
                           "\"%s\" is not an override", item);
    st = path_parse(cx, c, item, n, &path);
    if (st == STRAIT_EUSAGE)
        return fault_field(cx, c, SEV_ERROR, KIND_scenario, row, FLD_scenario_set, "paths of this case", "%s",
                           cx->message);
    if (st != STRAIT_OK || times || p.text[0] == '\0')
        return st;
    if (path.all && case_rows(c, path.kind) == 0)
        return STRAIT_OK;
    p.kind = path.kind;
    p.row = path.row;
    p.i_field = path.i_field;
    p.fd = &kind_desc(path.kind)->field[path.i_field];
    case_origin(c, KIND_scenario, row, FLD_scenario_set, &p.at.file, &p.at.line);
    st = value_parse(&p, &v);
    return st == STRAIT_EINPUT ? STRAIT_OK : st;
}

/** Faults of scenarios: overrides that name nothing or do not fit, stated probabilities that exceed 1 together. */
strait_status domain_check_scenarios(strait_ctx *cx, strait_case *c)
{
    strait_status st = STRAIT_OK;
    double sum = 0;

    for (size_t i = 0; i < c->scenario.n; i++) {
        const struct scenario *s = &c->scenario.v[i];
        bool stated = field_given(c, KIND_scenario, i, FLD_scenario_probability);

        for (size_t k = 0; k < s->set.n; k++)
            TRY(check_override(cx, c, i, s->set.v[k]));
        if (!stated || isnan(s->probability))
            continue;
        sum += s->probability;
        if (sum <= 1 + 1e-9)
            continue;
        TRY(fault_field(cx, c, SEV_ERROR, KIND_scenario, i, FLD_scenario_probability, "at most 1 in all",
                        "makes the stated probabilities %.6g together", sum));
        sum = -(double)INFINITY;   /* told once */
    }
out:
    return st;
}
