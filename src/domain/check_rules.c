/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules: each effect has its own fields, and its words must mean something together. */
#include "domain/room.h"

#include <math.h>

static const char *const effect_name[] = {"deny", "require", "limit", "price"};
static const char *const only_effect[] = {"", "only effect require has it", "only effect limit has it", "only effect price has it"};

struct own { size_t field; int effect; };

/* The effect to which each field belongs. */
static const struct own owned[] = {
    {FLD_rule_must, RULE_REQUIRE},   {FLD_rule_quantity, RULE_LIMIT}, {FLD_rule_at_most, RULE_LIMIT},
    {FLD_rule_at_least, RULE_LIMIT}, {FLD_rule_of, RULE_LIMIT},       {FLD_rule_per, RULE_LIMIT},
    {FLD_rule_charge, RULE_PRICE},   {FLD_rule_basis, RULE_PRICE},
};

static strait_status needs(strait_ctx *cx, const strait_case *c, size_t i, size_t i_field)
{
    if (field_given(c, KIND_rule, i, i_field))
        return STRAIT_OK;
    return fault_field(cx, c, SEV_ERROR, KIND_rule, i, i_field, NULL, "is missing: a rule with effect %s needs it",
                       effect_name[c->rule.v[i].effect]);
}

static strait_status check_foreign(strait_ctx *cx, const strait_case *c, size_t i)
{
    int effect = c->rule.v[i].effect;
    strait_status st = STRAIT_OK;

    for (size_t k = 0; k < sizeof owned / sizeof owned[0]; k++)
        if (owned[k].effect != effect && field_given(c, KIND_rule, i, owned[k].field))
            TRY(fault_field(cx, c, SEV_ERROR, KIND_rule, i, owned[k].field, only_effect[owned[k].effect],
                            "means nothing in a rule with effect %s", effect_name[effect]));
out:
    return st;
}

static bool is_share(double x)
{
    return isnan(x) || (x >= 0 && x <= 1);
}

static strait_status check_limit(strait_ctx *cx, const strait_case *c, size_t i)
{
    const struct rule *r = &c->rule.v[i];
    bool most = field_given(c, KIND_rule, i, FLD_rule_at_most), least = field_given(c, KIND_rule, i, FLD_rule_at_least);
    strait_status st;

    TRY(needs(cx, c, i, FLD_rule_quantity));
    if (!most && !least)
        TRY(fault_field(cx, c, SEV_ERROR, KIND_rule, i, FLD_rule_at_most, "at_most, at_least, or both",
                        "is missing: a rule with effect limit needs a bound"));
    if (r->at_least > r->at_most)
        TRY(fault_field(cx, c, SEV_ERROR, KIND_rule, i, FLD_rule_at_least, "at most at_most",
                        "is more than the rule's at_most"));
    if (r->quantity == QUANTITY_SHARE && !is_share(r->at_most))
        TRY(fault_field(cx, c, SEV_ERROR, KIND_rule, i, FLD_rule_at_most, "0 to 1", "is no share"));
    if (r->quantity == QUANTITY_SHARE && !is_share(r->at_least))
        TRY(fault_field(cx, c, SEV_ERROR, KIND_rule, i, FLD_rule_at_least, "0 to 1", "is no share"));
    if (r->quantity >= 0 && r->quantity != QUANTITY_SHARE && field_given(c, KIND_rule, i, FLD_rule_of))
        TRY(fault_field(cx, c, SEV_ERROR, KIND_rule, i, FLD_rule_of, "quantity = share",
                        "means nothing in a limit that is no share"));
out:
    return st;
}

/* Signing an offer has no workload to ask. */
static strait_status check_acts(strait_ctx *cx, const strait_case *c, size_t i)
{
    const struct rule *r = &c->rule.v[i];
    unsigned acts = acts_mask(&r->acts);
    strait_status st = STRAIT_OK;

    if (acts == 0 || (acts & ~(unsigned)(ACT_LEASE | ACT_BUY)) != 0)
        return STRAIT_OK;
    if (r->when != NULL && expr_uses_workload(r->when))
        TRY(fault_field(cx, c, SEV_ERROR, KIND_rule, i, FLD_rule_when, "site, accelerator, offer, owner or act",
                        "asks for the workload, but the acts lease and buy have none"));
    if (r->must != NULL && expr_uses_workload(r->must))
        TRY(fault_field(cx, c, SEV_ERROR, KIND_rule, i, FLD_rule_must, "site, accelerator, offer, owner or act",
                        "asks for the workload, but the acts lease and buy have none"));
out:
    return st;
}

static strait_status check_rule(strait_ctx *cx, const strait_case *c, size_t i)
{
    const struct rule *r = &c->rule.v[i];
    strait_status st = STRAIT_OK;

    if (r->from != DATE_NONE && r->to != DATE_NONE && r->from >= r->to)
        TRY(fault_field(cx, c, SEV_ERROR, KIND_rule, i, FLD_rule_to, "a day after \"from\"", "is not after \"from\""));
    TRY(check_acts(cx, c, i));
    if (r->effect < 0)
        return STRAIT_OK;
    TRY(check_foreign(cx, c, i));
    if (r->effect == RULE_REQUIRE)
        TRY(needs(cx, c, i, FLD_rule_must));
    if (r->effect == RULE_PRICE)
        TRY(needs(cx, c, i, FLD_rule_charge));
    if (r->effect == RULE_LIMIT)
        TRY(check_limit(cx, c, i));
out:
    return st;
}

/** Faults of rules. */
strait_status domain_check_rules(strait_ctx *cx, const strait_case *c)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->rule.n; i++)
        TRY(check_rule(cx, c, i));
out:
    return st;
}
