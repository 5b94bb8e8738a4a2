/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/exposure.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

struct amount { size_t line; int term; double money; };

/* Lines, terms and money in the order in which they are found; a failed push is told at the end. */
struct exposer {
    const struct lp *m;
    const struct price_factors *f;
    VEC(struct plan_line) lines;
    VEC(struct price_term) terms;
    VEC(struct amount) amounts;
    int *index;              /* of a term: [(a + 1) * (factors + 1) + b + 1], or -1 */
    double *by_feature;
    bool failed;
};

static void open_line(struct exposer *p, enum col_family family, int w, int o, int t)
{
    struct plan_line line = { family, w, o, t };

    p->failed = VEC_PUSH(&p->lines, line) != STRAIT_OK || p->failed;
}

/* Money of the last line. */
static void post(struct exposer *p, struct price_term term, double money)
{
    int *i = &p->index[(size_t)(term.a + 1) * (p->f->n + 1) + (size_t)(term.b + 1)];

    if (money == 0.0 || p->failed)
        return;
    if (*i < 0) {
        *i = (int)p->terms.n;
        p->failed = VEC_PUSH(&p->terms, term) != STRAIT_OK;
    }
    struct amount a = { p->lines.n - 1, *i, money };
    p->failed = VEC_PUSH(&p->amounts, a) != STRAIT_OK || p->failed;
}

static void expose_use(struct exposer *p, const struct lp_strip *s, int t, int which, double x)
{
    const struct lp *m = p->m;
    int o = which == 0 ? s->o : s->o2, act = which == 0 ? s->act : s->act2;
    size_t n_feature = m->costs->block[o].k;
    double hours = lp_hours(m, s, t, which);

    if (hours <= 0.0)
        return;
    open_line(p, s->family, s->w, o, t);
    for (size_t i = 0; i < n_feature; i++)
        p->by_feature[i] = 0.0;
    cost_by_feature(m->costs, o, act, (size_t)t, x * hours, x * lp_paid_hours(m, s, t, which), x * lp_work(m, s, t),
                    p->by_feature);
    for (size_t i = 0; i < n_feature; i++)
        post(p, price_term_feature(m->c, p->f, o, i), p->by_feature[i]);
}

static void expose_columns(struct exposer *p, const double *x)
{
    for (size_t k = 0; k < p->m->n_strip; k++) {
        const struct lp_strip *s = &p->m->strip[k];
        for (size_t i = 0; i < s->n; i++) {
            int t = s->t0 < 0 ? -1 : s->t0 + (int)i;
            double z = x[s->col0 + i];
            if (z == 0.0)
                continue;
            if (s->family == COL_UNMET) {
                open_line(p, COL_UNMET, s->w, -1, t);
                post(p, price_term(-1, -1), z * lp_penalty(p->m, s, t));
            } else if (s->family == COL_RUN || s->family == COL_ROUTE) {
                expose_use(p, s, t, 0, z);
                expose_use(p, s, t, 1, z);
            }
        }
    }
}

static void expose_duties(struct exposer *p, const struct lp_hold *h, int t, double n)
{
    const strait_case *c = p->m->c;
    double hours = c->segment[t].hours * c->segment[t].discount * lp_rent_share(p->m, h, t);

    for (size_t i = 0; i < c->rule.n; i++)
        post(p, price_term_charge(c, p->f, i, h->offer), n * hours * cost_hold_duty(c, i, (size_t)h->offer, (size_t)t));
}

/* Rent that a signed lease has of its own moves with no price. */
static void expose_hold(struct exposer *p, const struct lp_hold *h, double x)
{
    const struct lp *m = p->m;
    struct price_term rent = price_term(isnan(h->price) ? p->f->offer[h->offer] : -1, -1);
    struct price_term power = price_term(p->f->tariff[m->c->offer.v[h->offer].site], -1);

    open_line(p, COL_HOLD, -1, h->offer, -1);
    for (int t = 0; t < (int)m->c->n_segment; t++) {
        double n = lp_hold_active(m, h, t) * x;
        if (n == 0.0)
            continue;
        post(p, rent, n * lp_hold_cost(m, h, t, PART_COMPUTE));
        post(p, power, n * lp_hold_cost(m, h, t, PART_ENERGY));
        post(p, price_term(p->f->carbon, -1), n * lp_hold_cost(m, h, t, PART_CARBON));
        expose_duties(p, h, t, n);
    }
    post(p, rent, lp_hold_terminal(m, h) * (h->fixed ? h->count : x));
}

static void expose_holds(struct exposer *p, const double *x)
{
    for (size_t k = 0; k < p->m->n_hold; k++) {
        const struct lp_hold *h = &p->m->hold[k];
        double z = h->fixed ? 1.0 : x[h->col];
        if (z != 0.0)
            expose_hold(p, h, z);
    }
}

static strait_status hand_over(struct exposer *p, struct plan_exposure *out)
{
    struct exposure *e = mem_calloc(1, sizeof *e);
    struct plan_line *line;
    struct price_term *term;

    if (!e || !(e->arena = arena_new())) {
        mem_free(e);
        return STRAIT_ENOMEM;
    }
    e->n_line = p->lines.n;
    e->n_term = p->terms.n;
    e->money = arena_alloc(e->arena, e->n_line * e->n_term, sizeof *e->money);
    e->term = term = arena_alloc(e->arena, e->n_term, sizeof *term);
    line = arena_alloc(e->arena, e->n_line, sizeof *line);
    if (!e->money || !term || !line) {
        exposure_free(e);
        return STRAIT_ENOMEM;
    }
    memcpy(line, p->lines.v, e->n_line * sizeof *line);
    memcpy(term, p->terms.v, e->n_term * sizeof *term);
    for (size_t i = 0; i < p->amounts.n; i++)
        e->money[p->amounts.v[i].line * e->n_term + (size_t)p->amounts.v[i].term] += p->amounts.v[i].money;
    out->e = e;
    out->line = line;
    return STRAIT_OK;
}

static size_t most_features(const struct costs *k)
{
    size_t most = 1;

    for (size_t o = 0; o < k->n_offer; o++)
        most = k->block[o].k > most ? k->block[o].k : most;
    return most;
}

/**
 * The lines of a solution and what their money hangs on: a column's use of an offer in a segment, a hold with its rent,
 * idle energy, duties and what is charged beyond the horizon, unmet work with its penalty.
 *
 * @param m    borrowed, with the case, rates and costs that it was built from
 * @param x    its columns
 * @param f    which factor multiplies which price
 * @param out  out->e is owned by the caller, free with exposure_free
 * @return STRAIT_OK, STRAIT_ENOMEM.  With all factors 1 the lines sum to the solution's cost; a penalty hangs on no price.
 * Cost O(nonzeros * (features * rules)).  Test: tests/unit/check_reprice.c
 */
strait_status exposure_of_plan(strait_ctx *cx, const struct lp *m, const double *x, const struct price_factors *f,
                               struct plan_exposure *out)
{
    struct exposer p = { .m = m, .f = f };
    size_t n = (f->n + 1) * (f->n + 1);
    strait_status st = STRAIT_ENOMEM;

    p.index = mem_calloc(n, sizeof *p.index);
    p.by_feature = mem_calloc(most_features(m->costs), sizeof *p.by_feature);
    if (!p.index || !p.by_feature)
        goto out;
    for (size_t i = 0; i < n; i++)
        p.index[i] = -1;
    p.index[0] = 0;                     /* there is always a term: what hangs on no price */
    p.failed = VEC_PUSH(&p.terms, price_term(-1, -1)) != STRAIT_OK;
    expose_columns(&p, x);
    expose_holds(&p, x);
    st = p.failed ? STRAIT_ENOMEM : hand_over(&p, out);
out:
    VEC_FREE(&p.lines);
    VEC_FREE(&p.terms);
    VEC_FREE(&p.amounts);
    mem_free(p.index);
    mem_free(p.by_feature);
    return st == STRAIT_OK ? STRAIT_OK : cx_nomem(cx);
}
