/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that price or limit, and what priority classes reached. */
#include <math.h>
#include "write/mathprog.h"

static const struct rule *rule(const struct data_file *f, size_t i) { return &f->c->rule.v[i]; }

static bool priced(const struct data_file *f, size_t i) { return rule(f, i)->enabled && rule(f, i)->effect == RULE_PRICE; }

static bool limited(const struct data_file *f, size_t i) { return rule(f, i)->enabled && rule(f, i)->effect == RULE_LIMIT; }

typedef bool rule_test(const struct data_file *f, size_t i);

static void rule_set(struct data_file *f, const char *name, rule_test *in)
{
    str_printf(&f->e.b, "set %s :=", name);
    for (size_t i = 0; i < f->c->rule.n && emit_step(&f->e); i++)
        if (in(f, i))
            data_symbol(f, rule(f, i)->name);
    str_puts(&f->e.b, ";\n");
}

static void rule_words(struct data_file *f, const char *name, rule_test *in, const char *word(const struct rule *))
{
    str_printf(&f->e.b, "param %s :=", name);
    for (size_t i = 0; i < f->c->rule.n && emit_step(&f->e); i++) {
        if (!in(f, i))
            continue;
        data_symbol(f, rule(f, i)->name);
        data_symbol(f, word(rule(f, i)));
    }
    str_puts(&f->e.b, ";\n");
}

static void rule_reals(struct data_file *f, const char *name, rule_test *in, data_real *value)
{
    str_printf(&f->e.b, "param %s :=", name);
    for (size_t i = 0; i < f->c->rule.n && emit_step(&f->e); i++) {
        if (!in(f, i) || isnan(value(f, i)))
            continue;
        data_symbol(f, rule(f, i)->name);
        data_number(f, value(f, i));
    }
    str_puts(&f->e.b, ";\n");
}

static bool either(const struct data_file *f, size_t i) { return priced(f, i) || limited(f, i); }

static double from(const struct data_file *f, size_t i) { return data_hour(f, rule(f, i)->from); }

static double to(const struct data_file *f, size_t i) { return data_hour(f, rule(f, i)->to); }

static double charge(const struct data_file *f, size_t i) { return rule(f, i)->charge; }

static const char *basis(const struct rule *r)
{
    static const char *const word[] = {"hour", "kwh", "tonne", "ad_valorem", "gb"};

    return word[r->basis];
}

static const char *quantity(const struct rule *r)
{
    static const char *const word[] = {"hours", "share", "spend", "energy", "carbon"};

    return word[r->quantity];
}

static const char *per(const struct rule *r)
{
    static const char *const word[] = {"period", "month", "horizon"};

    return word[r->per];
}

/* ---- whom a rule means ---- */

typedef bool pair_test(const struct data_file *f, size_t i, int w, int o);

static bool means_use(const struct data_file *f, size_t i, int w, int o)
{
    return priced(f, i) && rule_applies(f->c, i, w, o, acts_of(f->c, w, o) & (ACT_USE | ACT_RENT));
}

static bool means_data(const struct data_file *f, size_t i, int w, int o)
{
    return priced(f, i) && rule_applies(f->c, i, w, o, acts_of(f->c, w, o) & ACT_MOVE_DATA);
}

static bool means_weights(const struct data_file *f, size_t i, int w, int o)
{
    return priced(f, i) && rule_applies(f->c, i, w, o, acts_of(f->c, w, o) & ACT_MOVE_WEIGHTS);
}

static bool means_limited(const struct data_file *f, size_t i, int w, int o)
{
    return limited(f, i) && rule_applies(f->c, i, w, o, acts_of(f->c, w, o));
}

static bool means_base(const struct data_file *f, size_t i, int w, int o)
{
    return limited(f, i) && rule(f, i)->quantity == QUANTITY_SHARE && rule_of(f->c, i, w, o);
}

static void pairs_of_rule(struct data_file *f, size_t i, pair_test *means)
{
    for (size_t w = 0; w < f->c->workload.n; w++) {
        bool begun = false;
        for (size_t o = 0; o < f->c->offer.n && emit_step(&f->e); o++) {
            if (!means(f, i, (int)w, (int)o))
                continue;
            if (!begun)
                str_printf(&f->e.b, "\n  ('%s','%s',*)", rule(f, i)->name, data_workload_name(f, w));
            begun = true;
            data_symbol(f, data_offer_name(f, o));
        }
    }
}

static void pair_set(struct data_file *f, const char *name, pair_test *means)
{
    str_printf(&f->e.b, "set %s :=", name);
    for (size_t i = 0; i < f->c->rule.n; i++)
        pairs_of_rule(f, i, means);
    str_puts(&f->e.b, ";\n");
}

/* Does the limit say nothing of workloads, so that what is held counts by itself? */
static bool of_places(const struct data_file *f, size_t i) { return limited(f, i) && !expr_uses_workload(rule(f, i)->when); }

static bool prices_hold(const struct data_file *f, size_t i, size_t o)
{
    int k = f->c->offer.v[o].contract;

    return priced(f, i) && rule_applies(f->c, i, -1, (int)o, k == CONTRACT_LEASE ? ACT_LEASE : k == CONTRACT_PURCHASE ? ACT_BUY : 0);
}

static bool limits_hold(const struct data_file *f, size_t i, size_t o)
{
    return of_places(f, i) && rule_applies(f->c, i, -1, (int)o, ACT_USE | ACT_LEASE | ACT_BUY);
}

static void hold_set(struct data_file *f, const char *name, bool means(const struct data_file *, size_t, size_t))
{
    str_printf(&f->e.b, "set %s :=", name);
    for (size_t i = 0; i < f->c->rule.n; i++) {
        for (size_t o = 0; o < f->c->offer.n && emit_step(&f->e); o++)
            if (means(f, i, o))
                str_printf(&f->e.b, " '%s','%s'", rule(f, i)->name, data_offer_name(f, o));
    }
    str_puts(&f->e.b, ";\n");
}

/* ---- limits: one a side ---- */

static void one_side(struct data_file *f, size_t i, const char *side, double bound, bool value)
{
    if (isnan(bound))
        return;
    str_printf(&f->e.b, value ? " '%s' '%s'" : " '%s','%s'", rule(f, i)->name, side);
    if (value)
        data_number(f, bound);
}

static void sides(struct data_file *f, const char *head, bool value)
{
    str_printf(&f->e.b, "%s :=", head);
    for (size_t i = 0; i < f->c->rule.n && emit_step(&f->e); i++) {
        if (!limited(f, i))
            continue;
        one_side(f, i, "at_most", rule(f, i)->at_most, value);
        one_side(f, i, "at_least", rule(f, i)->at_least, value);
    }
    str_puts(&f->e.b, ";\n");
}

/* Classes whose stage had to be held: their row of the program is closed. */
static void reached(struct data_file *f, const char *head, bool value)
{
    str_printf(&f->e.b, "%s :=", head);
    for (size_t i = 0; i < f->m->n_row && emit_step(&f->e); i++) {
        const struct lp_row *r = &f->m->row[i];
        if (r->family != ROW_PRIORITY || isinf(r->up))
            continue;
        str_printf(&f->e.b, " %d", r->rule);
        if (value)
            data_number(f, r->up / r->scale);
    }
    str_puts(&f->e.b, ";\n");
}

void data_rules(struct data_file *f)
{
    rule_set(f, "DUTY", priced);
    rule_set(f, "LIMITING", limited);
    rule_reals(f, "rule_from", either, from);
    rule_reals(f, "rule_to", either, to);
    rule_reals(f, "charge", priced, charge);
    rule_words(f, "basis", priced, basis);
    pair_set(f, "PRICED_USE", means_use);
    pair_set(f, "PRICED_DATA", means_data);
    pair_set(f, "PRICED_WEIGHTS", means_weights);
    hold_set(f, "PRICED_HOLD", prices_hold);
    rule_words(f, "quantity", limited, quantity);
    rule_words(f, "per", limited, per);
    rule_set(f, "OF_PLACES", of_places);
    sides(f, "set LIMIT", false);
    sides(f, "param bound", true);
    pair_set(f, "COUNTS", means_limited);
    pair_set(f, "BASE", means_base);
    hold_set(f, "COUNTS_HELD", limits_hold);
    reached(f, "set CLOSED", false);
    reached(f, "param reached", true);
}
