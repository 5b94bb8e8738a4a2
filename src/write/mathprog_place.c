/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sites, networks, accelerators, offers, and what is or may be held there. */
#include <math.h>
#include <string.h>
#include "write/mathprog.h"

static const char *site_name(const struct data_file *f, size_t i) { return f->c->site.v[i].name; }

static const char *region_name(const struct data_file *f, size_t i) { return f->c->region.v[i].name; }

static const char *accelerator_name(const struct data_file *f, size_t i) { return f->c->accelerator.v[i].name; }

const char *data_offer_name(const struct data_file *f, size_t i) { return f->c->offer.v[i].name; }

static double at(const struct data_file *f, const double *v, size_t i, size_t t) { return v[i * f->c->n_segment + t]; }

/* ---- sites ---- */

static double pue(const struct data_file *f, size_t i) { return f->c->site.v[i].pue; }

static double installed_limit(const struct data_file *f, size_t i) { return f->c->site.v[i].installed_limit / 1000.0; }

static double transfer_in(const struct data_file *f, size_t i) { return f->c->site.v[i].transfer_in; }

static double tariff(const struct data_file *f, size_t i, size_t t) { return at(f, f->c->timeline->tariff, i, t); }

static double carbon(const struct data_file *f, size_t i, size_t t) { return at(f, f->c->timeline->carbon, i, t); }

static double power_cap(const struct data_file *f, size_t i, size_t t)
{
    double w = at(f, f->c->timeline->power_cap, i, t);

    return isinf(w) ? (double)NAN : w / 1000.0;
}

static void networks(struct data_file *f, const char *name, bool egress)
{
    str_printf(&f->e.b, "param %s :=", name);
    for (size_t i = 0; i < f->c->network.n && emit_step(&f->e); i++) {
        const struct network *n = &f->c->network.v[i];
        data_symbol(f, site_name(f, (size_t)n->site));
        data_symbol(f, region_name(f, (size_t)n->region));
        data_number(f, egress ? n->egress : n->rtt);
    }
    str_puts(&f->e.b, ";\n");
}

static void sites(struct data_file *f)
{
    size_t n = f->c->site.n;

    data_set(f, "SITE", n, site_name);
    data_set(f, "REGION", f->c->region.n, region_name);
    data_reals(f, "pue", n, site_name, pue);
    data_reals(f, "installed_limit", n, site_name, installed_limit);
    data_reals(f, "transfer_in", n, site_name, transfer_in);
    data_table(f, "tariff", n, site_name, tariff);
    data_table(f, "carbon", n, site_name, carbon);
    data_table(f, "power_cap", n, site_name, power_cap);
    networks(f, "rtt", false);
    networks(f, "egress", true);
}

/* ---- accelerators and offers ---- */

static double rated_kw(const struct data_file *f, size_t i) { return f->c->accelerator.v[i].rated_power / 1000.0; }

static double idle_kw(const struct data_file *f, size_t i) { return f->c->accelerator.v[i].idle_power / 1000.0; }

static const char *offer_site(const struct data_file *f, size_t i) { return site_name(f, (size_t)f->c->offer.v[i].site); }

static const char *offer_accelerator(const struct data_file *f, size_t i)
{
    return accelerator_name(f, (size_t)f->c->offer.v[i].accelerator);
}

static const char *contract(const struct data_file *f, size_t i)
{
    static const char *const word[] = {"owned", "on_demand", "spot", "lease", "purchase"};

    return word[f->c->offer.v[i].contract];
}

static bool is(const struct data_file *f, size_t i, int kind) { return f->c->offer.v[i].contract == kind; }

/* The number of the first offer that names the same fabric at the same site. */
static double fabric(const struct data_file *f, size_t i)
{
    const struct offer *o = f->c->offer.v;

    if (o[i].fabric == NULL)
        return (double)NAN;
    for (size_t k = 0; k < i; k++)
        if (o[k].fabric != NULL && o[k].site == o[i].site && strcmp(o[k].fabric, o[i].fabric) == 0)
            return (double)k + 1;
    return (double)i + 1;
}

static double spare(const struct data_file *f, size_t i) { return f->c->offer.v[i].spare; }

static double pays_energy(const struct data_file *f, size_t i)
{
    const struct name_list *l = &f->c->offer.v[i].includes;

    for (size_t k = 0; k < l->n; k++)
        if (strcmp(l->v[k], "power") == 0)
            return 0.0;
    return 1.0;
}

static double autoscale(const struct data_file *f, size_t i) { return f->c->offer.v[i].autoscale ? 1.0 : 0.0; }

static double term(const struct data_file *f, size_t i)
{
    return is(f, i, CONTRACT_LEASE) ? (double)f->c->offer.v[i].term : (double)NAN;
}

static double if_purchase(const struct data_file *f, size_t i, double v)
{
    return is(f, i, CONTRACT_PURCHASE) ? v : (double)NAN;
}

static double purchase_maximum(const struct data_file *f, size_t i) { return if_purchase(f, i, (double)f->c->offer.v[i].maximum); }

static double capex(const struct data_file *f, size_t i) { return if_purchase(f, i, f->c->offer.v[i].capex); }

static double life(const struct data_file *f, size_t i) { return if_purchase(f, i, f->c->offer.v[i].life); }

static double residual(const struct data_file *f, size_t i) { return if_purchase(f, i, f->c->offer.v[i].residual); }

static double capital_rate(const struct data_file *f, size_t i) { return if_purchase(f, i, f->c->offer.v[i].capital_rate); }

static double price(const struct data_file *f, size_t i, size_t t) { return at(f, f->c->timeline->price, i, t); }

/* What of an offer is there without leases: those signed stand in their own table. */
static double there(const struct data_file *f, const double *v, size_t i, size_t t)
{
    return is(f, i, CONTRACT_LEASE) || is(f, i, CONTRACT_PURCHASE) ? (double)NAN : at(f, v, i, t);
}

static double available(const struct data_file *f, size_t i, size_t t) { return there(f, f->c->timeline->avail_mean, i, t); }

static double least(const struct data_file *f, size_t i, size_t t) { return there(f, f->c->timeline->avail_min, i, t); }

static double lease_maximum(const struct data_file *f, size_t i, size_t t)
{
    double most = at(f, f->c->timeline->cap_active, i, t);

    return is(f, i, CONTRACT_LEASE) && isfinite(most) ? most : (double)NAN;
}

static void offers(struct data_file *f)
{
    size_t n = f->c->offer.n;

    data_set(f, "ACCELERATOR", f->c->accelerator.n, accelerator_name);
    data_reals(f, "rated_kw", f->c->accelerator.n, accelerator_name, rated_kw);
    data_reals(f, "idle_kw", f->c->accelerator.n, accelerator_name, idle_kw);
    data_set(f, "OFFER", n, data_offer_name);
    data_words(f, "site", n, data_offer_name, offer_site);
    data_words(f, "accelerator", n, data_offer_name, offer_accelerator);
    data_words(f, "contract", n, data_offer_name, contract);
    data_reals(f, "fabric", n, data_offer_name, fabric);
    data_reals(f, "spare", n, data_offer_name, spare);
    data_reals(f, "pays_energy", n, data_offer_name, pays_energy);
    data_reals(f, "autoscale", n, data_offer_name, autoscale);
    data_reals(f, "term", n, data_offer_name, term);
    data_reals(f, "purchase_maximum", n, data_offer_name, purchase_maximum);
    data_reals(f, "capex", n, data_offer_name, capex);
    data_reals(f, "life", n, data_offer_name, life);
    data_reals(f, "residual", n, data_offer_name, residual);
    data_reals(f, "capital_rate", n, data_offer_name, capital_rate);
    data_table(f, "price", n, data_offer_name, price);
    data_table(f, "available", n, data_offer_name, available);
    data_table(f, "least", n, data_offer_name, least);
    data_table(f, "lease_maximum", n, data_offer_name, lease_maximum);
}

void data_places(struct data_file *f)
{
    sites(f);
    offers(f);
}

/* ---- holds ---- */

static bool is_signed(const struct lp_hold *h, const strait_case *c)
{
    return h->fixed && c->offer.v[h->offer].contract == CONTRACT_LEASE;
}

static double hold_offer_number(const struct data_file *f, const struct lp_hold *h) { (void)f; return h->offer; }

static double hold_count(const struct data_file *f, const struct lp_hold *h) { (void)f; return h->count; }

static double hold_price(const struct data_file *f, const struct lp_hold *h) { (void)f; return h->price; }

static double hold_start(const struct data_file *f, const struct lp_hold *h) { return data_hour(f, h->start); }

static double hold_end(const struct data_file *f, const struct lp_hold *h) { return data_hour(f, h->end); }

static double hold_rent_end(const struct data_file *f, const struct lp_hold *h)
{
    return h->rent_until == INT64_MAX ? (double)NAN : data_hour(f, h->rent_until);
}

typedef double hold_value(const struct data_file *f, const struct lp_hold *h);

/* Leases signed already, numbered from 1. */
static void signed_column(struct data_file *f, const char *head, hold_value *value)
{
    int n = 0;

    str_printf(&f->e.b, "%s :=", head);
    for (size_t i = 0; i < f->m->n_hold && emit_step(&f->e); i++) {
        const struct lp_hold *h = &f->m->hold[i];
        if (!is_signed(h, f->c))
            continue;
        n++;
        if (value && isnan(value(f, h)))
            continue;
        str_printf(&f->e.b, " %d", n);
        if (value == hold_offer_number)
            data_symbol(f, data_offer_name(f, (size_t)h->offer));
        else if (value)
            data_number(f, value(f, h));
    }
    str_puts(&f->e.b, ";\n");
}

/* Leases and purchases that may be signed: offer, and number within the offer. */
static void start_column(struct data_file *f, const char *head, hold_value *value)
{
    int offer = -1, k = 0;

    str_printf(&f->e.b, "%s :=", head);
    for (size_t i = 0; i < f->m->n_hold && emit_step(&f->e); i++) {
        const struct lp_hold *h = &f->m->hold[i];
        if (h->fixed)
            continue;
        k = h->offer == offer ? k + 1 : 1;
        offer = h->offer;
        if (value && isnan(value(f, h)))
            continue;
        data_symbol(f, data_offer_name(f, (size_t)offer));
        str_printf(&f->e.b, value ? " %d" : ",%d", k);
        if (value)
            data_number(f, value(f, h));
    }
    str_puts(&f->e.b, ";\n");
}

void data_holds(struct data_file *f)
{
    signed_column(f, "set SIGNED", NULL);
    signed_column(f, "param signed_offer", hold_offer_number);
    signed_column(f, "param signed_count", hold_count);
    signed_column(f, "param signed_start", hold_start);
    signed_column(f, "param signed_end", hold_end);
    signed_column(f, "param signed_price", hold_price);
    signed_column(f, "param signed_rent_end", hold_rent_end);
    start_column(f, "set START", NULL);
    start_column(f, "param start_at", hold_start);
    start_column(f, "param rent_end", hold_rent_end);
}
