/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is held: stock, leases already signed, and the leases and purchases that may be signed, one column per start.
 */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "lp/build.h"

static int64_t horizon_end(const strait_case *c) { return c->segment[c->n_segment - 1].to; }

/* Present value of the rent per accelerator that falls behind the horizon. */
static double owed_beyond(const strait_case *c, double price, int64_t end, int64_t rent_until)
{
    int64_t h = horizon_end(c), until = end < rent_until ? end : rent_until;

    if (until <= h)
        return 0.0;
    return price * (double)(until - h) / HOUR_S * date_discount(c, h);
}

/* The first segment from `start` on in which rules bar every workload that could run there; n_segment: none. */
static size_t first_ban(const struct lp *m, int o, int64_t start)
{
    const strait_case *c = m->c;

    for (size_t t = 0; t < c->n_segment; t++) {
        bool any = false, free_one = false;
        if (c->segment[t].from < start)
            continue;
        for (int w = 0; w < (int)c->workload.n && !free_one; w++) {
            bool runs = false;
            for (int p = 0; p < N_PHASE; p++)
                runs = runs || rate_at(m->rates, w, o, (enum phase)p)->per_accel_h > 0.0;
            any = any || runs;
            free_one = runs && rules_bar(c, w, o, t) < 0;
        }
        if (any && !free_one)
            return t;
    }
    return c->n_segment;
}

static int64_t rent_until(const struct lp *m, int o, int64_t start)
{
    const struct offer *f = &m->c->offer.v[o];
    size_t t;

    if (f->contract != CONTRACT_LEASE || f->exit != EXIT_ON_BAN)
        return INT64_MAX;
    t = first_ban(m, o, start);
    return t == m->c->n_segment ? INT64_MAX : m->c->segment[t].from + f->exit_notice * DAY_S;
}

static strait_status push_hold(struct lp_builder *b, struct lp_hold h)
{
    return VEC_PUSH(&b->holds, h) == STRAIT_OK ? STRAIT_OK : cx_nomem(b->cx);
}

/* Present price at the horizon's last segment: what rent beyond it is valued at. */
static double last_price(const strait_case *c, int o)
{
    return c->timeline->price[(size_t)o * c->n_segment + c->n_segment - 1];
}

static strait_status add_signed(struct lp_builder *b)
{
    const strait_case *c = b->m->c;

    for (size_t i = 0; i < c->signed_lease.n; i++) {
        const struct signed_lease *s = &c->signed_lease.v[i];
        int64_t start = s->start == DATE_NONE || s->start < c->settings.start ? c->settings.start : s->start;
        double price = isnan(s->price) ? last_price(c, s->offer) : s->price;
        struct lp_hold h = {
            .offer = s->offer, .fixed = true, .start = start, .end = s->end, .sign_by = DATE_NONE,
            .count = (double)s->count, .price = s->price, .rent_until = rent_until(b->m, s->offer, start), .col = SIZE_MAX,
        };
        h.owed = owed_beyond(c, price, h.end, h.rent_until);
        strait_status st = push_hold(b, h);
        if (st != STRAIT_OK)
            return st;
    }
    return STRAIT_OK;
}

static strait_status add_startable(struct lp_builder *b, int o)
{
    const strait_case *c = b->m->c;
    const struct offer *f = &c->offer.v[o];
    size_t n = offer_starts(c, o, NULL, 0);
    int64_t *start = mem_calloc(n, sizeof *start);
    strait_status st = STRAIT_OK;

    if (!start)
        return cx_nomem(b->cx);
    n = offer_starts(c, o, start, n);
    for (size_t i = 0; i < n; i++) {
        int64_t sign = start[i] - f->lead * DAY_S;
        int barred_by = rules_bar_signing(c, o, sign);
        struct lp_hold h = {
            .offer = o, .start = start[i], .sign_by = sign, .price = NAN, .col = SIZE_MAX,
            .end = f->contract == CONTRACT_LEASE ? start[i] + f->term * DAY_S : INT64_MAX,
            .rent_until = rent_until(b->m, o, start[i]),
        };
        if (barred_by >= 0) {
            b->m->rule_barred[barred_by]++;
            continue;
        }
        h.owed = f->contract == CONTRACT_LEASE ? owed_beyond(c, last_price(c, o), h.end, h.rent_until) : purchase_owed(c, o, start[i]);
        TRY(push_hold(b, h));
    }
out:
    mem_free(start);
    return st;
}

static void mark_open(struct lp_builder *b)
{
    const strait_case *c = b->m->c;
    size_t T = c->n_segment;

    for (size_t i = 0; i < c->offer.n * T; i++)
        b->open[i] = c->timeline->avail_mean[i] > 0.0;
    for (size_t k = 0; k < b->holds.n; k++)
        for (size_t t = 0; t < T; t++)
            if (lp_hold_active(b->m, &b->holds.v[k], (int)t) > 0.0)
                b->open[(size_t)b->holds.v[k].offer * T + t] = true;
}

strait_status lp_add_holds(struct lp_builder *b)
{
    const strait_case *c = b->m->c;
    strait_status st = STRAIT_OK;

    for (int o = 0; o < (int)c->offer.n; o++) {
        struct lp_hold stock = { .offer = o, .fixed = true, .start = INT64_MIN, .end = INT64_MAX, .sign_by = DATE_NONE,
                                 .price = NAN, .rent_until = INT64_MAX, .col = SIZE_MAX };
        if (c->offer.v[o].contract == CONTRACT_OWNED)
            TRY(push_hold(b, stock));
    }
    TRY(add_signed(b));
    for (int o = 0; o < (int)c->offer.n; o++)
        if (c->offer.v[o].contract == CONTRACT_LEASE || c->offer.v[o].contract == CONTRACT_PURCHASE)
            TRY(add_startable(b, o));
    mark_open(b);
out:
    return st;
}

strait_status lp_add_hold_columns(struct lp_builder *b)
{
    struct lp_strip s = { .w = -1, .pair = -1, .o = -1, .o2 = -1, .t0 = -1, .n = 1, .act = -1, .act2 = -1, .hold = -1 };

    s.family = COL_HOLD;
    for (size_t i = 0; i < b->holds.n; i++) {
        if (b->holds.v[i].fixed)
            continue;
        s.hold = (int)i;
        s.o = b->holds.v[i].offer;
        if (VEC_PUSH(&b->strips, s) != STRAIT_OK)
            return cx_nomem(b->cx);
    }
    s.family = COL_CONST;
    s.hold = s.o = -1;
    return VEC_PUSH(&b->strips, s) == STRAIT_OK ? STRAIT_OK : cx_nomem(b->cx);
}

double lp_hold_most(const struct lp *m, const struct lp_hold *h)
{
    double most = INFINITY, cap;

    if (m->c->offer.v[h->offer].contract == CONTRACT_PURCHASE)
        return (double)m->c->offer.v[h->offer].maximum;
    for (size_t t = 0; t < m->c->n_segment; t++) {
        if (lp_hold_active(m, h, (int)t) <= 0.0)
            continue;
        cap = lp_lease_left(m, h->offer, (int)t);
        most = cap < most ? cap : most;
    }
    return most > 0.0 ? most : 0.0;
}
