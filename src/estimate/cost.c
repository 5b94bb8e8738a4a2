/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cost kernel: unit costs of every activity on every offer in every segment are products of features and prices. */
#include <assert.h>
#include <math.h>

#include "base/mem.h"
#include "estimate/cost_room.h"
#include "linalg/linalg.h"

static size_t index_at(const struct costs *k, int o, int w, int region, enum phase p)
{
    size_t place = ((size_t)o * k->n_workload + (size_t)w) * (k->n_region + 1) + (size_t)(region + 1);

    return place * N_PHASE + (size_t)p;
}

/** Index of an activity in the offer's block, or -1 when w does not run there in that phase.  Cost O(1). */
int cost_activity(const struct costs *k, int o, int w, int region, enum phase p)
{
    return k->index[index_at(k, o, w, region, p)];
}

/* Visit the activities of offer o in a fixed order; with act == NULL only count. */
static size_t list_activities(const strait_case *c, const struct rates *r, struct costs *k, int o,
                              struct activity *act)
{
    size_t n = 0;

    for (int w = 0; w < (int)c->workload.n; w++)
        for (int p = 0; p < N_PHASE; p++) {
            bool service = c->workload.v[w].task == TASK_SERVICE;

            if (rate_at(r, w, o, (enum phase)p)->per_accel_h <= 0)
                continue;
            for (int g = -1; g < (int)c->region.n; g++) {
                size_t i = index_at(k, o, w, g, (enum phase)p);

                if (service != (g >= 0) || k->index[i] == -1)
                    continue;
                if (act != NULL) {
                    act[n] = (struct activity){ w, g, (enum phase)p };
                    k->index[i] = (int)n;
                }
                n++;
            }
        }
    return n;
}

enum { WANTED = -2 };      /* in `index` until the activities are numbered */

/* Runs have one place (no region); services one per region with demand. */
static void mark_wanted(const strait_case *c, struct costs *k)
{
    size_t n = k->n_offer * k->n_workload * (k->n_region + 1) * N_PHASE;

    for (size_t i = 0; i < n; i++)
        k->index[i] = -1;
    for (int o = 0; o < (int)k->n_offer; o++)
        for (int p = 0; p < N_PHASE; p++) {
            for (int w = 0; w < (int)k->n_workload; w++)
                if (c->workload.v[w].task != TASK_SERVICE)
                    k->index[index_at(k, o, w, -1, (enum phase)p)] = WANTED;
            for (size_t i = 0; i < c->timeline->n_pair; i++)
                k->index[index_at(k, o, c->timeline->pair[i].workload, c->timeline->pair[i].region,
                                  (enum phase)p)] = WANTED;
        }
}

static void drop_unused(struct costs *k)
{
    size_t n = k->n_offer * k->n_workload * (k->n_region + 1) * N_PHASE;

    for (size_t i = 0; i < n; i++)
        if (k->index[i] == WANTED)
            k->index[i] = -1;
}

static strait_status block_activities(const strait_case *c, const struct rates *r, struct costs *k, int o)
{
    struct cost_block *b = &k->block[o];
    struct activity *act;

    b->n_act = list_activities(c, r, k, o, NULL);
    act = arena_alloc(k->arena, b->n_act, sizeof *act);
    if (act == NULL)
        return STRAIT_ENOMEM;
    list_activities(c, r, k, o, act);
    b->act = act;
    return STRAIT_OK;
}

/* kWh of the facility per accelerator-hour of use: the feature that carbon is paid on, where the pair runs. */
static strait_status energy_of_use(const strait_case *c, const struct rates *r, struct costs *k)
{
    k->kwh_use = arena_alloc(k->arena, k->n_workload * k->n_offer * N_PHASE, sizeof(double));
    if (k->kwh_use == NULL)
        return STRAIT_ENOMEM;
    for (size_t w = 0; w < k->n_workload; w++)
        for (size_t o = 0; o < k->n_offer; o++)
            for (size_t p = 0; p < N_PHASE; p++) {
                const struct rate *v = rate_at(r, (int)w, (int)o, (enum phase)p);
                const struct offer *f = &c->offer.v[o];
                double idle = offer_is_held(f) ? c->accelerator.v[f->accelerator].idle_power : 0;

                if (v->per_accel_h > 0)
                    k->kwh_use[(w * k->n_offer + o) * N_PHASE + p] =
                        c->site.v[f->site].pue * fmax(0, v->power_w - idle) / 1000;
            }
    return STRAIT_OK;
}

static strait_status costs_new(const strait_case *c, struct costs **out)
{
    struct costs *k = mem_calloc(1, sizeof *k);

    if (k == NULL)
        return STRAIT_ENOMEM;
    *out = k;
    k->n_offer = c->offer.n;
    k->n_seg = c->n_segment;
    k->n_workload = c->workload.n;
    k->n_region = c->region.n;
    k->arena = arena_new();
    if (k->arena == NULL)
        return STRAIT_ENOMEM;
    k->block = arena_alloc(k->arena, k->n_offer, sizeof *k->block);
    k->index = arena_alloc(k->arena, k->n_offer * k->n_workload * (k->n_region + 1) * N_PHASE, sizeof *k->index);
    return k->block != NULL && k->index != NULL ? STRAIT_OK : STRAIT_ENOMEM;
}

/**
 * Features A and prices P of all activities, of which unit costs are the product (cost_products), per accelerator-hour and
 * per unit of work, present value; and what held accelerators cost.  An activity exists where the rate is positive, for services once per region with demand.
 *
 * @param cx   holds the message on failure
 * @param c    finished case, borrowed
 * @param r    its rates, borrowed
 * @param out  owned by the caller, free with costs_free
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost O(offers * features * (activities + segments)).  Test: tests/unit/check_cost.c
 */
strait_status estimate_costs(strait_ctx *cx, const strait_case *c, const struct rates *r, struct costs **out)
{
    strait_status st = STRAIT_OK;
    struct costs *k = NULL;

    TRY(costs_new(c, &k));
    mark_wanted(c, k);
    for (int o = 0; o < (int)k->n_offer; o++) {
        TRY(block_activities(c, r, k, o));
        TRY(cost_features(c, r, k, o));
    }
    drop_unused(k);
    TRY(energy_of_use(c, r, k));
    TRY(cost_holds(c, k));
    *out = k;
    k = NULL;
out:
    costs_free(k);
    return st == STRAIT_OK ? st : cx_nomem(cx);
}

/** Free costs; NULL is fine. */
void costs_free(struct costs *k)
{
    if (k == NULL)
        return;
    arena_free(k->arena);
    mem_free(k);
}

/**
 * Some rows of both products  C = A P  of an offer (CBLAS).
 *
 * @param o       offer
 * @param i0,n    activities [i0, i0 + n) of its block
 * @param c_hour  n x n_seg, written: CUR per accelerator-hour
 * @param c_work  n x n_seg, written: CUR per unit of work
 * @return STRAIT_OK, STRAIT_ENOMEM, STRAIT_EINPUT (a size beyond BLAS's int)
 * Cost O(n * features * segments).  Test: tests/unit/check_cost.c
 */
strait_status cost_products(const struct costs *k, int o, size_t i0, size_t n, double *c_hour, double *c_work)
{
    const struct cost_block *b = &k->block[o];
    strait_status st;

    assert(i0 + n <= b->n_act);
    st = linalg_product(n, b->n_seg, b->k, b->hour + i0 * b->k, b->price, c_hour);
    return st != STRAIT_OK ? st : linalg_product(n, b->n_seg, b->k, b->work + i0 * b->k, b->price, c_work);
}

static double part_sum(const struct cost_block *b, const double *feature, size_t t, enum cost_part part)
{
    double sum = 0;

    for (size_t f = 0; f < b->k; f++)
        if (b->part[f] == part)
            sum += feature[f] * b->price[f * b->n_seg + t];
    return sum;
}

/** CUR per accelerator-hour of activity i of offer o in segment t, one part of it.  Cost O(features). */
double cost_part_hour(const struct costs *k, int o, int i, size_t t, enum cost_part part)
{
    const struct cost_block *b = &k->block[o];

    assert(i >= 0 && (size_t)i < b->n_act && t < b->n_seg);
    return part_sum(b, b->hour + (size_t)i * b->k, t, part);
}

/** CUR per unit of work of activity i of offer o in segment t, one part of it.  Cost O(features). */
double cost_part_work(const struct costs *k, int o, int i, size_t t, enum cost_part part)
{
    const struct cost_block *b = &k->block[o];

    assert(i >= 0 && (size_t)i < b->n_act && t < b->n_seg);
    return part_sum(b, b->work + (size_t)i * b->k, t, part);
}

/**
 * Money of activity i of offer o in segment t by feature: what cost_part_hour and cost_part_work tell by part.
 *
 * @param hours,paid_hours,work  accelerator-hours; the same as rent counts them; units of work
 * @param by_feature             features of the block, in/out: added to
 * Cost O(features).  Test: tests/unit/check_reprice.c
 */
void cost_by_feature(const struct costs *k, int o, int i, size_t t, double hours, double paid_hours, double work,
                     double *by_feature)
{
    const struct cost_block *b = &k->block[o];

    assert(i >= 0 && (size_t)i < b->n_act && t < b->n_seg);
    for (size_t f = 0; f < b->k; f++) {
        double h = b->part[f] == PART_COMPUTE ? paid_hours : hours;

        by_feature[f] += (b->hour[(size_t)i * b->k + f] * h + b->work[(size_t)i * b->k + f] * work)
                       * b->price[f * b->n_seg + t];
    }
}
