/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/priced_case.h"

#include <check.h>
#include <stdio.h>
#include <strait.h>

/* Three days, discounted; a rule that begins on the second cuts nothing but its own duty. */
static const struct { enum kind kind; const char *text; int a, b; } record[] = {
    { KIND_settings, "start=2026-01-05; period=day; periods=3; terminal=full; discount_rate=0.2; carbon_price=%g", PF_CARBON, -1 },
    { KIND_company, "name=acme; seat=CN", -1, -1 },
    { KIND_region, "name=jp; country=JP", -1, -1 },
    { KIND_region, "name=id; country=ID", -1, -1 },
    { KIND_accelerator, "name=h100; vendor=Nvidia; family=hopper; bf16=989; memory=80; memory_bandwidth=3350; scaleup_size=8; "
                        "scaleup_bandwidth=900; scaleout_bandwidth=400; rated_power=1000; idle_power=200", -1, -1 },
    { KIND_site, "name=johor; country=MY; shore=offshore; pue=1.5; tariff=%g; carbon=500; transfer_in=%g", PF_TARIFF, PF_TRANSFER },
    { KIND_network, "site=johor; region=jp; rtt=60; egress=%g", PF_EGRESS, -1 },
    { KIND_offer, "name=rented; site=johor; accelerator=h100; contract=on_demand; price=%g; count=64; autoscale=false", PF_HIRE, -1 },
    { KIND_offer, "name=packed; site=johor; accelerator=h100; contract=on_demand; price=3; count=64; includes=power", -1, -1 },
    { KIND_offer, "name=leased; site=johor; accelerator=h100; contract=lease; price=%g; term=90; maximum=64", PF_RENT, -1 },
    { KIND_offer, "name=stock; site=johor; accelerator=h100; contract=owned; count=64", -1, -1 },
    { KIND_offer, "name=bought; site=johor; accelerator=h100; contract=purchase; capex=%g; maximum=64; life=4; "
                  "capital_rate=0.1; residual=0.1", PF_CAPEX, -1 },
    { KIND_signed_lease, "offer=leased; count=3; start=2026-01-05; end=2026-06-01; price=1.1", -1, -1 },
    { KIND_signed_lease, "offer=leased; count=5; start=2026-01-05; end=2026-06-01", -1, -1 },
    { KIND_model, "name=small; total_params=1; active_params=1; layers=10; hidden=1000", -1, -1 },
    { KIND_workload, "name=run; company=acme; task=training; model=small; tokens=1e9; dataset=100; data_home=CN; weights_home=CN; "
                     "penalty=1", -1, -1 },
    { KIND_workload, "name=chat; company=acme; task=service; model=small; input_len=1000; output_len=200; weights_home=CN; "
                     "weights=24; egress=0.001; disaggregate=true; penalty=2", -1, -1 },
    { KIND_demand, "workload=chat; region=jp; requests=1000; peak=1.5", -1, -1 },
    { KIND_demand, "workload=chat; region=id; requests=500; peak=1.2", -1, -1 },
    { KIND_rule, "name=tax; effect=price; basis=ad_valorem; charge=%g; acts=rent|lease|buy; from=2026-01-06", PF_TAX, -1 },
    { KIND_rule, "name=off; effect=price; basis=hour; charge=99; enabled=false", -1, -1 },
    { KIND_rule, "name=per_kwh; effect=price; basis=kwh; charge=-0.02; acts=use", -1, -1 },
    { KIND_rule, "name=per_tonne; effect=price; basis=tonne; charge=10; acts=use", -1, -1 },
    { KIND_rule, "name=fee; effect=price; basis=hour; charge=%g; acts=use|lease|buy", PF_FEE, -1 },
    { KIND_rule, "name=per_gb; effect=price; basis=gb; charge=0.01; acts=move_data", -1, -1 },
};

static const double base[N_PF] = { [PF_HIRE] = 2,       [PF_RENT] = 1.5,     [PF_CAPEX] = 30000, [PF_TARIFF] = 0.1, [PF_TRANSFER] = 0.05,
                                   [PF_EGRESS] = 0.02, [PF_CARBON] = 50, [PF_TAX] = 0.25,    [PF_FEE] = 0.1 };

enum { N_RECORD = sizeof record / sizeof *record, TEXT = 400 };

/* %.17g in place of each %g. */
static void write_record(char *out, size_t i, const double factor[N_PF])
{
    int next[2] = { record[i].a, record[i].b }, n = 0;
    const char *s = record[i].text;
    size_t used = 0;

    for (; *s; s++) {
        if (s[0] == '%' && s[1] == 'g') {
            int f = next[n++];
            used += (size_t)snprintf(out + used, TEXT - used, "%.17g", base[f] * factor[f]);
            s++;
        } else {
            out[used++] = *s;
        }
        ck_assert_uint_lt(used, TEXT - 1);
    }
    out[used] = '\0';
}

struct lp_bench priced_case(const double factor[N_PF])
{
    static char text[N_RECORD][TEXT];
    struct small_record all[N_RECORD + 1];

    for (size_t i = 0; i < N_RECORD; i++) {
        write_record(text[i], i, factor);
        all[i] = (struct small_record){ record[i].kind, text[i] };
    }
    all[N_RECORD] = (struct small_record){ KIND_settings, NULL };
    return lp_bench_new(all, NULL);
}

struct price_factors *priced_factors(const struct lp_bench *b)
{
    struct price_factors *f = NULL;

    ck_assert_int_eq(price_factors_new(b->cx, b->c, N_PF, &f), STRAIT_OK);
    f->offer[case_find(b->c, KIND_offer, "rented")] = PF_HIRE;
    f->offer[case_find(b->c, KIND_offer, "leased")] = PF_RENT;
    f->offer[case_find(b->c, KIND_offer, "bought")] = PF_CAPEX;
    f->tariff[0] = PF_TARIFF;
    f->transfer[0] = PF_TRANSFER;
    f->egress[0] = PF_EGRESS;
    f->carbon = PF_CARBON;
    f->charge[case_find(b->c, KIND_rule, "tax")] = PF_TAX;
    f->charge[case_find(b->c, KIND_rule, "fee")] = PF_FEE;
    return f;
}

double priced_factor(int f, uint64_t k)
{
    return 0.7 + (double)(((uint64_t)f * 37 + k * 13) % 101) / 101;
}

static void make(const void *data, uint64_t block, double *m, double *scratch)
{
    (void)data;
    (void)scratch;
    for (int f = 0; f < N_PF; f++)
        for (uint64_t i = 0; i < SCENARIO_BLOCK; i++)
            m[(uint64_t)f * SCENARIO_BLOCK + i] = priced_factor(f, block * SCENARIO_BLOCK + i);
}

struct factor_source priced_source(void)
{
    return (struct factor_source){ .n = N_PF, .make = make };
}
