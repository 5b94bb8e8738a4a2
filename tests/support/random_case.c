/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/random_case.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "support/case_build.h"

enum { MAX_LINES = 200, LINE = 700, N_ACCEL = 3 };

struct maker {
    uint64_t state;
    const char *prefix;
    double money, supply;
    size_t n;
    int n_site, n_region, n_offer, n_workload, n_period;
    char line[MAX_LINES][LINE];
};

uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double random_unit(uint64_t *state)
{
    return (double)(random_next(state) >> 11) * 0x1p-53;
}

int random_int(uint64_t *state, int least, int most)
{
    return least + (int)(random_next(state) % (uint64_t)(most - least + 1));
}

static bool chance(struct maker *k, double p)
{
    return random_unit(&k->state) < p;
}

/* A number with few digits between two. */
static double between(struct maker *k, double lo, double hi)
{
    return (double)(long)((lo + (hi - lo) * random_unit(&k->state)) * 1000.0) / 1000.0;
}

static __attribute__((format(printf, 2, 3))) void line(struct maker *k, const char *fmt, ...)
{
    va_list ap;

    ck_assert_uint_lt(k->n, MAX_LINES);
    va_start(ap, fmt);
    vsnprintf(k->line[k->n++], LINE, fmt, ap);
    va_end(ap);
}

static __attribute__((format(printf, 2, 3))) void also(struct maker *k, const char *fmt, ...)
{
    char *text = k->line[k->n - 1];
    size_t n = strlen(text);
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text + n, LINE - n, fmt, ap);
    va_end(ap);
}

static const char *const country[] = { "CN", "MY", "SG", "AE" };

static void world(struct maker *k)
{
    const char *p = k->prefix;

    line(k, "start=2027-01-04");
    line(k, "period=%s", chance(k, 0.7) ? "week" : "day");
    line(k, "periods=%d", k->n_period);
    line(k, "terminal=%s", chance(k, 0.6) ? "inside" : chance(k, 0.5) ? "full" : "resale");
    line(k, "carbon_price=%.6g", chance(k, 0.3) ? 60.0 * k->money : 0.0);
    line(k, "+companies %sacme; seat=CN", p);
    for (int g = 0; g < k->n_region; g++)
        line(k, "+regions %sr%d; country=%s", p, g, country[g]);
    for (int a = 0; a < N_ACCEL; a++)
        line(k, "+accelerators %sa%d; vendor=%s; family=f%d; bf16=500; memory=80; memory_bandwidth=3000; rated_power=%d; "
                "idle_power=%d", p, a, a < 2 ? "green" : "red", a, 600 + 200 * a, 100 + 50 * a);
    line(k, "+models %sm; total_params=8; active_params=8; layers=32; hidden=4096", p);
}

static void sites(struct maker *k)
{
    for (int s = 0; s < k->n_site; s++) {
        int where = s == 0 ? 0 : random_int(&k->state, 0, 3);
        line(k, "+sites %ss%d; country=%s; shore=%s; pue=%.4g; tariff=%.6g; carbon=%d; transfer_in=%.6g", k->prefix, s,
             country[where], where == 0 ? "onshore" : "offshore", between(k, 1.1, 1.6), between(k, 0.05, 0.2) * k->money,
             random_int(&k->state, 300, 700), between(k, 0.0, 0.1) * k->money);
        if (chance(k, 0.3))
            also(k, "; power_cap=%.6g", between(k, 80, 200) * 1e3 * k->supply);
        if (chance(k, 0.2))
            also(k, "; installed_limit=%.6g", between(k, 80, 250) * 1e3 * k->supply);
        for (int g = 0; g < k->n_region; g++) {
            double rtt = between(k, 5, 200), egress = between(k, 0.0, 0.1);
            if (chance(k, 0.85))
                line(k, "+networks; site=%ss%d; region=%sr%d; rtt=%.6g; egress=%.6g", k->prefix, s, k->prefix, g, rtt,
                     egress * k->money);
        }
    }
}

static int whole(double v)
{
    return (int)(v + 0.5);
}

static void lease(struct maker *k, int o)
{
    int most = random_int(&k->state, 32, 128);

    also(k, "; price=%.6g; term=%d; lead=%d; block=%d; minimum=%d; maximum=%d; start_grid=%s; exit=%s",
         between(k, 0.8, 2.2) * k->money, random_int(&k->state, 1, 5) * 7, chance(k, 0.3) ? 7 : 0, chance(k, 0.5) ? 8 : 1,
         chance(k, 0.4) ? 16 : 0, whole(most * k->supply), chance(k, 0.6) ? "week" : chance(k, 0.5) ? "month" : "once",
         chance(k, 0.3) ? "on_ban" : "none");
    if (chance(k, 0.3))
        line(k, "+signed_leases; offer=%so%d; count=%d; end=2027-01-%d", k->prefix, o, random_int(&k->state, 4, 16),
             random_int(&k->state, 14, 28));
}

static void offers(struct maker *k)
{
    static const char *const contract[] = { "owned", "on_demand", "spot", "lease", "purchase" };

    for (int o = 0; o < k->n_offer; o++) {
        int kind = o < 5 ? (o + 1) % 5 : random_int(&k->state, 0, 4);
        line(k, "+offers %so%d; site=%ss%d; accelerator=%sa%d; contract=%s", k->prefix, o, k->prefix,
             random_int(&k->state, 0, k->n_site - 1), k->prefix, random_int(&k->state, 0, N_ACCEL - 1), contract[kind]);
        if (chance(k, 0.5))
            also(k, "; fabric=x");
        if (chance(k, 0.3))
            also(k, "; spare=0.05");
        if (chance(k, 0.4))
            also(k, "; includes=power|cooling");
        switch (kind) {
        case 0: also(k, "; count=%d", random_int(&k->state, 16, 64)); break;
        case 1: case 2:
            also(k, "; price=%.6g; count=%d; autoscale=%s", between(k, kind == 1 ? 1.5 : 0.6, kind == 1 ? 4 : 2) * k->money,
                 whole(random_int(&k->state, 16, 96) * k->supply), chance(k, 0.7) ? "true" : "false");
            break;
        case 3: lease(k, o); break;
        default:
            also(k, "; capex=%.6g; maximum=%d; life=%d", between(k, 15, 40) * 1e3 * k->money,
                 whole(random_int(&k->state, 8, 48) * k->supply), random_int(&k->state, 3, 6));
        }
    }
}

static void rates(struct maker *k, int w, const char *task)
{
    static const char *const phase[] = { "train", "mixed", "prefill", "decode" };
    bool train = strcmp(task, "batch") != 0 && strcmp(task, "service") != 0, service = strcmp(task, "service") == 0;

    for (int a = 0; a < N_ACCEL; a++) {
        bool runs = chance(k, 0.85);
        for (int p = train ? 0 : 1; p < (train ? 1 : service ? 4 : 2); p++)
            line(k, "+rates; workload=%sw%d; accelerator=%sa%d; phase=%s; rate=%.6g", k->prefix, w, k->prefix, a, phase[p],
                 runs || a == 0 ? between(k, 300, 900) * (p == 2 ? 10 : p == 3 ? 1.5 : 1) : 0.0);
    }
}

/* Work of a size that takes some tens of accelerators over the horizon. */
static void amount(struct maker *k, int w, const char *task, double hours)
{
    double accel = between(k, 4, 40) * (chance(k, 0.1) ? 6 : 1), tokens = accel * hours * 3600.0 * 500.0;

    if (strcmp(task, "service") == 0) {
        also(k, "; input_len=1000; output_len=250; egress=0.00001; ttft=%d; disaggregate=%s", random_int(&k->state, 150, 2000),
             chance(k, 0.5) ? "true" : "false");
        for (int g = 0; g < k->n_region; g++)
            if (g == 0 || chance(k, 0.5))
                line(k, "+demands; workload=%sw%d; region=%sr%d; requests=%.6g; peak=%.4g", k->prefix, w, k->prefix, g,
                     tokens / 250.0 / hours / (1 + g), between(k, 1, 2));
    } else if (strcmp(task, "batch") == 0) {
        also(k, "; input_len=1000; output_len=250; requests=%.6g", tokens / 250.0);
    } else {
        also(k, "; tokens=%.6g", tokens);
    }
}

static void workloads(struct maker *k, double hours)
{
    static const char *const task[] = { "training", "service", "batch", "fine_tuning" };

    for (int w = 0; w < k->n_workload; w++) {
        const char *what = task[w < 4 ? w : random_int(&k->state, 0, 3)];
        line(k, "+workloads %sw%d; company=%sacme; task=%s; model=%sm; data_home=CN; data_class=%s; priority=%d", k->prefix, w,
             k->prefix, what, k->prefix, chance(k, 0.4) ? "personal" : "public", random_int(&k->state, 1, 2));
        if (chance(k, 0.7))
            also(k, "; penalty=%.6g", between(k, 0.5, 20) * k->money);
        if (chance(k, 0.3))
            also(k, "; interruptible=true");
        if (strcmp(what, "service") != 0 && chance(k, 0.4))
            also(k, "; max_parallel=%d", random_int(&k->state, 48, 200));
        if (chance(k, 0.3))
            also(k, "; dataset=1000");
        amount(k, w, what, hours);
        rates(k, w, what);
        if (chance(k, 0.25))
            line(k, "+ports; workload=%sw%d; family=f%d; from=2027-01-%02d; initial=0.5; final=1; ramp=%d", k->prefix, w,
                 random_int(&k->state, 1, N_ACCEL - 1), random_int(&k->state, 4, 6), random_int(&k->state, 0, 14));
    }
}

static void rules(struct maker *k)
{
    static const char *const quantity[] = { "hours", "spend", "energy", "carbon" };
    static const double at_most[] = { 20e3, 30e3, 20e3, 10.0 };

    if (chance(k, 0.5))
        line(k, "+rules %sdeny0; effect=deny; when=workload.data_class == 'personal' and site.country != 'CN'", k->prefix);
    if (chance(k, 0.3))
        line(k, "+rules %sdeny1; effect=deny; when=accelerator.vendor == 'red' and site.shore == 'offshore'; from=2027-01-05; "
                "acts=use|lease", k->prefix);
    if (chance(k, 0.5)) {
        int q = random_int(&k->state, 0, 3);
        double most = at_most[q] * between(k, 0.5, 2) * (q == 1 ? k->money : 1.0);
        line(k, "+rules %slimit; effect=limit; quantity=%s; at_most=%.6g; per=%s; when=%s", k->prefix, quantity[q], most,
             chance(k, 0.5) ? "period" : "horizon", chance(k, 0.5) ? "site.shore == 'offshore'" : "workload.data_class == 'public'");
    }
    if (chance(k, 0.3))
        line(k, "+rules %sshare; effect=limit; quantity=share; at_most=%.4g; per=%s; when=site.shore == 'offshore'", k->prefix,
             between(k, 0.3, 0.9), chance(k, 0.5) ? "period" : "month");
    if (chance(k, 0.4))
        line(k, "+rules %sduty; effect=price; charge=%.6g; basis=hour; acts=use|lease; when=accelerator.vendor == 'green'",
             k->prefix, between(k, 0.05, 0.5) * k->money);
}

/* Settings first; then tables, whose rows may come in any order. */
static strait_status pour(strait_ctx *cx, strait_case *c, const struct maker *k, bool reversed)
{
    strait_status st = STRAIT_OK;

    for (int table = 0; table < 2; table++)
        for (size_t i = 0; i < k->n && st == STRAIT_OK; i++) {
            const char *text = k->line[reversed ? k->n - 1 - i : i];
            if ((text[0] == '+') == (table == 1))
                st = case_add_text(cx, c, text);
        }
    return st;
}

strait_case *random_case(strait_ctx *cx, uint64_t seed, const struct random_twist *twist)
{
    static _Thread_local struct maker k;
    strait_case *c = case_from_text(cx, "");

    ck_assert_ptr_nonnull(c);
    k = (struct maker){ .state = seed * 7919 + 17, .prefix = twist->prefix == NULL ? "" : twist->prefix,
                        .money = twist->money == 0.0 ? 1.0 : twist->money, .supply = twist->supply == 0.0 ? 1.0 : twist->supply };
    k.n_period = random_int(&k.state, 2, 8);
    k.n_site = random_int(&k.state, 2, 6);
    k.n_region = random_int(&k.state, 1, 3);
    k.n_offer = random_int(&k.state, 3, 10);
    k.n_workload = random_int(&k.state, 2, 8);
    world(&k);
    sites(&k);
    offers(&k);
    workloads(&k, 24.0 * k.n_period * (strcmp(k.line[1], "period=week") == 0 ? 7 : 1));
    rules(&k);
    ck_assert_int_eq(pour(cx, c, &k, twist->reversed), STRAIT_OK);
    if (twist->extra != NULL)
        ck_assert_int_eq(case_add_text(cx, c, twist->extra), STRAIT_OK);
    if (case_finish(cx, c) != STRAIT_OK)
        for (size_t i = 0; i < cx->faults.n; i++)
            if (cx->faults.v[i].severity == SEV_ERROR)
                ck_abort_msg("seed %d: %s: %s", (int)seed, cx->faults.v[i].key, cx->faults.v[i].text);
    return c;
}
