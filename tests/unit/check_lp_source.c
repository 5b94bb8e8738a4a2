/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The column source on random cases: every entry against the definition of its row, and names. */
#include <check.h>
#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "support/lp_bench.h"
#include "support/oracle.h"
#include "support/random_case.h"

Suite *lp_source_suite(void);

enum { N_CASE = 40 };

/* ---- what one unit of a column is, from the rates and the case alone ---- */

static double ramp(const struct lp *m, int w, int o, int t)
{
    const strait_case *c = m->c;

    return c->timeline->ramp[((size_t)w * c->accelerator.n + (size_t)c->offer.v[o].accelerator) * c->n_segment + (size_t)t];
}

static double rate(const struct lp *m, int w, int o, enum phase p)
{
    return rate_at(m->rates, w, o, p)->per_accel_h;
}

/* Accelerator-hours of one unit on offer o: a run is one accelerator, a route the scale's requests an hour. */
static double hours_on(const struct lp *m, const struct lp_strip *s, int t, int o)
{
    double h = m->c->segment[t].hours, requests = m->scale[s->w] * h, sum = 0.0;

    if (s->family == COL_RUN)
        return s->o == o ? h : 0.0;
    if (s->p == PHASE_MIXED)
        return s->o == o ? requests / (rate(m, s->w, o, PHASE_MIXED) * ramp(m, s->w, o, t)) : 0.0;
    if (s->o == o)
        sum += requests / (rate(m, s->w, o, PHASE_PREFILL) * ramp(m, s->w, o, t));
    if (s->o2 == o)
        sum += requests / (rate(m, s->w, o, PHASE_DECODE) * ramp(m, s->w, o, t));
    return sum;
}

static bool is_held(const strait_case *c, int o)
{
    return c->offer.v[o].contract != CONTRACT_ON_DEMAND && c->offer.v[o].contract != CONTRACT_SPOT;
}

/* Facility kWh of one accelerator-hour: what a phase draws, less what idles anyway where it is held. */
static double kwh(const struct lp *m, int w, int o, enum phase p, bool above_idle)
{
    const strait_case *c = m->c;
    const struct accelerator *a = &c->accelerator.v[c->offer.v[o].accelerator];
    double draw = rate_at(m->rates, w, o, p)->power_w - (above_idle && is_held(c, o) ? a->idle_power : 0.0);

    return c->site.v[c->offer.v[o].site].pue * fmax(0.0, draw) / 1000.0;
}

/* The same of a whole column at a site, or on one offer (site -1). */
static double energy(const struct lp *m, const struct lp_strip *s, int t, int site, int o, bool above_idle)
{
    double sum = 0.0, requests = m->scale[s->w] * m->c->segment[t].hours;

    for (int end = 0; end < 2; end++) {
        int at = end ? s->o2 : s->o;
        enum phase p = end ? s->p2 : s->p;
        if (site >= 0 ? m->c->offer.v[at].site != site : at != o)
            continue;
        if (end == 1 && s->p == s->p2)
            continue;
        sum += kwh(m, s->w, at, p, above_idle)
             * (s->family == COL_RUN ? m->c->segment[t].hours : requests / (rate(m, s->w, at, p) * ramp(m, s->w, at, t)));
    }
    return sum;
}

/* ---- entries by family of the row ---- */

static double demand_entry(const struct lp *m, const struct lp_row *r, const struct lp_strip *s, int t)
{
    if (s->w != r->w || s->pair != r->pair || (r->pair >= 0 && r->t != t))
        return 0.0;
    if (s->family == COL_RUN)
        return rate(m, s->w, s->o, s->p) * ramp(m, s->w, s->o, t) * m->c->segment[t].hours / m->scale[s->w];
    return s->family == COL_ROUTE || s->family == COL_UNMET ? 1.0 : 0.0;
}

static bool active(const struct lp_hold *h, const struct segment *g)
{
    return h->start <= g->from && g->to <= h->end && g->from < h->rent_until;
}

static double hold_entry(const struct lp *m, const struct lp_row *r, const struct lp_hold *h)
{
    const struct offer *f = &m->c->offer.v[h->offer];
    const struct accelerator *a = &m->c->accelerator.v[f->accelerator];
    bool here = r->family == ROW_POWER || r->family == ROW_INSTALLED ? r->place == f->site : r->place == h->offer;

    if (r->family == ROW_LIMIT || r->place < 0 || !here || !active(h, &m->c->segment[r->t]))
        return 0.0;
    switch (r->family) {
    case ROW_MEAN: case ROW_PEAK: return f->spare - 1.0;
    case ROW_LEASE: return 1.0;
    case ROW_POWER: return m->c->site.v[f->site].pue * a->idle_power / 1000.0;
    default: return a->rated_power / 1000.0;
    }
}

/* Rated kW that a rented accelerator brings with it; what is held stands there already. */
static double rated_kw(const struct lp *m, const struct lp_strip *s, int t, int site)
{
    double sum = 0.0;

    for (int o = 0; o < (int)m->c->offer.n; o++)
        if (m->c->offer.v[o].site == site && !is_held(m->c, o))
            sum += hours_on(m, s, t, o) / m->c->segment[t].hours * m->c->accelerator.v[m->c->offer.v[o].accelerator].rated_power / 1e3;
    return sum;
}

static double use_entry(const struct lp *m, const struct lp_row *r, const struct lp_strip *s, int t)
{
    double h = m->c->segment[t].hours;
    bool soft = m->c->workload.v[s->w].interruptible;

    if (r->t != t)
        return 0.0;
    switch (r->family) {
    case ROW_PARALLEL: return s->family == COL_RUN && s->w == r->w ? 1.0 : 0.0;
    case ROW_MEAN: return hours_on(m, s, t, r->place) / h;
    case ROW_PEAK:
        return soft ? 0.0 : hours_on(m, s, t, r->place) / h * (s->pair < 0 ? 1.0 : m->c->timeline->pair[s->pair].peak[t]);
    case ROW_POWER: return energy(m, s, t, r->place, -1, true) / h;
    case ROW_INSTALLED: return rated_kw(m, s, t, r->place);
    default: return 0.0;
    }
}

/* Hours, shares, energy and carbon of a limit; spending is left to check_lp_limit.c. */
static double limit_entry(const struct lp *m, const struct lp_row *r, const struct lp_strip *s, int t)
{
    const strait_case *c = m->c;
    const struct rule *u = &c->rule.v[r->rule];
    bool by_workload = expr_uses_workload(u->when);
    double sum = 0.0;

    if (!rule_in_force(c, (size_t)r->rule, c->segment[t].from, c->segment[t].to)
        || (u->per == PER_PERIOD ? (int)c->segment[t].period : u->per == PER_MONTH ? m->bucket_month[t] : 0) != r->t)
        return 0.0;
    for (int o = 0; o < (int)c->offer.n; o++) {
        double hours = hours_on(m, s, t, o), kwh_all = energy(m, s, t, -1, o, !by_workload);
        bool in = hours > 0.0 && rule_applies(c, (size_t)r->rule, s->w, o, acts_of(c, s->w, o));
        if (u->quantity == QUANTITY_SHARE)
            sum += (in ? hours : 0.0) - u->at_most * hours;
        else if (in)
            sum += u->quantity == QUANTITY_HOURS ? hours : kwh_all * (u->quantity == QUANTITY_ENERGY ? 1.0
                   : c->timeline->carbon[(size_t)c->offer.v[o].site * c->n_segment + (size_t)t] * 1e-6);
    }
    return sum * r->scale;
}

static double expected(const struct lp *m, size_t j, size_t i)
{
    const struct lp_row *r = &m->row[i];
    int t;
    const struct lp_strip *s = lp_strip_of(m, j, &t);

    if (s->family == COL_CONST)
        return 0.0;
    if (s->family == COL_HOLD)
        return hold_entry(m, r, &m->hold[s->hold]);
    if (r->family == ROW_DEMAND)
        return demand_entry(m, r, s, t);
    if (r->family == ROW_PRIORITY)
        return s->family == COL_UNMET && isfinite(m->c->workload.v[s->w].penalty) && m->c->workload.v[s->w].priority == r->rule
                   ? m->cost[j] * r->scale : 0.0;
    if (s->family == COL_UNMET)
        return 0.0;
    return r->family == ROW_LIMIT ? limit_entry(m, r, s, t) : use_entry(m, r, s, t);
}

/* Entries that this test does not derive: money in a limit, and what is held in one. */
static bool left_out(const struct lp *m, size_t j, size_t i)
{
    int t;

    return m->row[i].family == ROW_LIMIT
        && (m->c->rule.v[m->row[i].rule].quantity == QUANTITY_SPEND || lp_strip_of(m, j, &t)->family == COL_HOLD);
}

static void compare_column(const struct lp *m, size_t j, double *dense, int *row, double *val, uint64_t seed)
{
    size_t n = lp_column(m, j, row, val);

    ck_assert_uint_le(n, m->max_nnz);
    memset(dense, 0, m->n_row * sizeof *dense);
    for (size_t k = 0; k < n; k++) {
        ck_assert_uint_lt((size_t)row[k], m->n_row);
        ck_assert_msg(val[k] != 0.0 && dense[row[k]] == 0.0, "seed %d: an entry is zero or there twice", (int)seed);
        dense[row[k]] = val[k];
    }
    for (size_t i = 0; i < m->n_row; i++)
        ck_assert_msg(left_out(m, j, i) || near_abs_rel(dense[i], expected(m, j, i), 1e-13, 1e-10),
                      "seed %d column %zu row %zu (%s): %.15g, by definition %.15g", (int)seed, j, i,
                      row_family_name[m->row[i].family], dense[i], expected(m, j, i));
}

static struct lp_bench random_bench(uint64_t seed)
{
    strait_ctx *cx = strait_ctx_new();

    ck_assert_ptr_nonnull(cx);
    return lp_bench_of(cx, random_case(cx, seed, &(struct random_twist){ 0 }));
}

START_TEST(every_entry_is_that_of_its_definition)
{
    for (uint64_t seed = 0; seed < N_CASE; seed++) {
        struct lp_bench b = random_bench(seed);
        double *dense = calloc(b.m->n_row + 1, sizeof *dense), *val = calloc(b.m->max_nnz, sizeof *val);
        int *row = calloc(b.m->max_nnz, sizeof *row);
        ck_assert(dense && val && row);
        for (size_t j = 0; j < b.m->n_col; j++)
            compare_column(b.m, j, dense, row, val, seed);
        free(dense);
        free(val);
        free(row);
        lp_bench_free(&b);
    }
}
END_TEST

/* All columns one after the other, as lp_column gives them. */
struct columns { size_t *n; int *row; double *val; };

static struct columns columns_of(const struct lp *m)
{
    struct columns c = {calloc(m->n_col, sizeof *c.n), calloc(m->n_col * m->max_nnz, sizeof *c.row), calloc(m->n_col * m->max_nnz, sizeof *c.val)};

    ck_assert(c.n && c.row && c.val);
    for (size_t j = 0; j < m->n_col; j++)
        c.n[j] = lp_column(m, j, c.row + j * m->max_nnz, c.val + j * m->max_nnz);
    return c;
}

static void columns_free(struct columns *c)
{
    free(c->n);
    free(c->row);
    free(c->val);
}

START_TEST(kept_columns_are_those_that_were_computed)
{
    for (uint64_t seed = 0; seed < N_CASE; seed++) {
        struct lp_bench b = random_bench(seed);
        size_t n = b.m->n_col * b.m->max_nnz;
        struct columns was = columns_of(b.m), kept, after;
        ck_assert_int_eq(lp_keep_columns(b.cx, b.m), STRAIT_OK);
        ck_assert_int_eq(lp_keep_columns(b.cx, b.m), STRAIT_OK);
        ck_assert_ptr_nonnull(b.m->kept.at);
        kept = columns_of(b.m);
        lp_forget_columns(b.m);
        after = columns_of(b.m);
        ck_assert_mem_eq(was.n, kept.n, b.m->n_col * sizeof *was.n);
        ck_assert_mem_eq(was.row, kept.row, n * sizeof *was.row);
        ck_assert_mem_eq(was.val, kept.val, n * sizeof *was.val);
        ck_assert_mem_eq(was.val, after.val, n * sizeof *was.val);
        columns_free(&was);
        columns_free(&kept);
        columns_free(&after);
        lp_bench_free(&b);
    }
}
END_TEST

START_TEST(the_parts_of_a_cost_add_up_to_it)
{
    for (uint64_t seed = 0; seed < N_CASE; seed++) {
        struct lp_bench b = random_bench(seed);
        for (size_t j = 0; j < b.m->n_col; j++) {
            int t;
            const struct lp_strip *s = lp_strip_of(b.m, j, &t);
            double sum = 0.0;
            if (s->family != COL_RUN && s->family != COL_ROUTE)
                continue;
            for (int p = 0; p < N_PART; p++)
                sum += lp_cost_part_on(b.m, s, t, (enum cost_part)p, 0) + lp_cost_part_on(b.m, s, t, (enum cost_part)p, 1);
            ck_assert(near_rel(sum, b.m->cost[j], 1e-12));
        }
        lp_bench_free(&b);
    }
}
END_TEST

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void drop_nothing(void *name)
{
    (void)name;
}

/* `name` gives the i-th; each is new, short enough for any reader, and of plain characters. */
static void names_are_good(const struct lp *m, size_t n, void (*name)(const struct lp *, size_t, char *, size_t))
{
    char (*all)[256] = calloc(n + 1, sizeof *all);
    void *seen = NULL;

    ck_assert_ptr_nonnull(all);
    for (size_t i = 0; i < n; i++) {
        name(m, i, all[i], sizeof all[i]);
        ck_assert_uint_lt(strlen(all[i]), 128);
        ck_assert_uint_eq(strspn(all[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."), strlen(all[i]));
        ck_assert(all[i][0] >= 'a' && all[i][0] <= 'z');
        ck_assert_msg(*(char **)tsearch(all[i], &seen, by_text) == all[i], "%s is there twice", all[i]);
    }
    tdestroy(seen, drop_nothing);
    free(all);
}

START_TEST(names_are_unique_and_plain)
{
    strait_ctx *cx = strait_ctx_new();
    struct random_twist dashes = { .prefix = "A-long-name-that-must-be-cut-somewhere-" };
    struct lp_bench b = random_bench(3), c = lp_bench_of(cx, random_case(cx, 4, &dashes));

    names_are_good(b.m, b.m->n_row, lp_row_name);
    names_are_good(b.m, b.m->n_col, lp_col_name);
    names_are_good(c.m, c.m->n_row, lp_row_name);
    names_are_good(c.m, c.m->n_col, lp_col_name);
    lp_bench_free(&b);
    lp_bench_free(&c);
}
END_TEST

Suite *lp_source_suite(void)
{
    Suite *s = suite_create("lp_source");
    TCase *c = tcase_create("column source");

    tcase_add_test(c, every_entry_is_that_of_its_definition);
    tcase_add_test(c, kept_columns_are_those_that_were_computed);
    tcase_add_test(c, the_parts_of_a_cost_add_up_to_it);
    tcase_add_test(c, names_are_unique_and_plain);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(lp_source_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
