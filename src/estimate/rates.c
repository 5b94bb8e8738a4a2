/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates of all workloads on all offers. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "estimate/physics.h"

const char *const phase_name[N_PHASE] = { "train", "prefill", "decode", "mixed" };

/* Most accelerators that one offer can hold at any time, spare left out. */
static double offer_most(const strait_case *c, size_t o)
{
    const struct offer *f = &c->offer.v[o];
    double most = 0;

    for (size_t t = 0; t < c->n_segment; t++) {
        size_t i = o * c->n_segment + t;
        double here = f->contract == CONTRACT_LEASE ? fmax(c->timeline->avail_mean[i], c->timeline->cap_active[i])
                                                    : c->timeline->avail_mean[i];

        most = fmax(most, here);
    }
    if (f->contract == CONTRACT_PURCHASE)   /* up to `maximum` more at each start */
        most += f->maximum == INT64_MIN ? REAL_OPEN : (double)f->maximum * (double)offer_starts(c, (int)o, NULL, 0);
    return most * (1 - f->spare);
}

static bool same_fabric(const struct offer *a, const struct offer *b)
{
    return a->fabric != NULL && b->fabric != NULL && a->site == b->site && a->accelerator == b->accelerator &&
           strcmp(a->fabric, b->fabric) == 0;
}

/* A gang may span the offers of one fabric that share an accelerator type. */
static int fabric_most(const strait_case *c, const double *most, size_t o)
{
    double sum = most[o];

    for (size_t i = 0; i < c->offer.n; i++)
        if (i != o && same_fabric(&c->offer.v[i], &c->offer.v[o]))
            sum += most[i];
    return sum >= INT_MAX ? INT_MAX : (int)floor(sum + 1e-9);
}

static double interruptions_of(const struct offer *f)
{
    return f->contract == CONTRACT_SPOT ? f->interruptions : 0;
}

static struct host host_of(const strait_case *c, const int *most, size_t o, const struct params *p)
{
    const struct offer *f = &c->offer.v[o];

    return (struct host){ &c->accelerator.v[f->accelerator], interruptions_of(f), (int)f->unit, most[o], p };
}

static bool same_host(const struct host *a, const struct host *b)
{
    return a->a == b->a && a->interruptions == b->interruptions && a->unit == b->unit && a->most == b->most;
}

static bool in_list(const struct name_list *l, const char *name)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->v[i], name) == 0)
            return true;
    return false;
}

/* What bars a workload from an offer whatever its speed; NULL: nothing. */
static const char *barred(const strait_case *c, const struct workload *w, const struct offer *f)
{
    if (w->families.n > 0 && !in_list(&w->families, c->accelerator.v[f->accelerator].family))
        return "accelerator family is not among its families";
    if (f->contract == CONTRACT_SPOT && !w->interruptible)
        return "spot needs interruptible work";
    return NULL;
}

static const struct pinned_rate *pin_of(const strait_case *c, size_t w, int accelerator, enum phase p)
{
    const struct pinned_rate *found = NULL;

    for (size_t i = 0; i < c->pinned_rate.n; i++) {
        const struct pinned_rate *r = &c->pinned_rate.v[i];

        if (r->workload == (int)w && r->accelerator == accelerator && r->phase == (int)p)
            found = r;
    }
    return found;
}

/* Tokens per second to work per hour: training counts tokens, prefill input, decode and mixed output. */
static double pinned_per_hour(const struct pinned_rate *r, const struct workload *w, enum phase p)
{
    double per_work = p == PHASE_TRAIN ? 1 : fmax(1, p == PHASE_PREFILL ? w->input_len : w->output_len);

    return r->rate * HOUR_S / per_work;
}

static void pin(const struct pinned_rate *r, const struct workload *w, const struct host *h, enum phase p,
                struct rate *out, char *reason)
{
    double least = w->task == TASK_SERVICE ? (double)w->replica : (double)w->gang;

    if (out->per_accel_h <= 0)
        out->min_accel = (int)fmax(1, least);
    out->error = r->error;
    out->outside = 0;
    out->per_accel_h = pinned_per_hour(r, w, p);
    reason[0] = '\0';
    if (out->per_accel_h <= 0)
        snprintf(reason, REASON_SIZE, "pinned to 0");
    if (out->min_accel <= h->most)
        return;
    snprintf(reason, REASON_SIZE, "does not fit: needs %d accelerators, at most %d can be held", out->min_accel,
             h->most);
    out->per_accel_h = 0;
}

static strait_status keep_reason(struct rates *r, struct rate *v, const char *reason)
{
    if (v->per_accel_h > 0 && isfinite(v->per_accel_h))
        return STRAIT_OK;
    v->per_accel_h = 0;
    v->reason = arena_strdup(r->arena, reason[0] != '\0' ? reason : "no rate");
    return v->reason != NULL ? STRAIT_OK : STRAIT_ENOMEM;
}

static strait_status one_rate(const strait_case *c, struct rates *r, size_t w, size_t o, enum phase p,
                              const struct host *h)
{
    const struct workload *work = &c->workload.v[w];
    const struct offer *f = &c->offer.v[o];
    struct rate *out = &r->v[(w * r->n_offer + o) * N_PHASE + (size_t)p];
    const struct pinned_rate *pinned = pin_of(c, w, f->accelerator, p);
    const char *bar = barred(c, work, f);
    char reason[REASON_SIZE];

    workload_rate(c, (int)w, h, p, out, reason);
    if (pinned != NULL)
        pin(pinned, work, h, p, out, reason);
    if (bar != NULL) {
        out->per_accel_h = 0;
        snprintf(reason, sizeof reason, "%s", bar);
    }
    return keep_reason(r, out, reason);
}

static void no_phase(struct rate *out)
{
    *out = (struct rate){ .min_accel = 1, .ttft_s = REAL_NONE, .tpot_s = REAL_NONE, .batch = REAL_NONE,
                          .reason = "the task has no such phase" };
}

/* An earlier offer on which w runs at the same rates, or o itself. */
static size_t twin_of(const strait_case *c, const struct workload *w, const struct host *host, size_t o)
{
    const char *bar = barred(c, w, &c->offer.v[o]);

    for (size_t i = 0; i < o; i++)
        if (same_host(&host[i], &host[o]) && barred(c, w, &c->offer.v[i]) == bar)
            return i;
    return o;
}

static strait_status rates_of_workload(const strait_case *c, struct rates *r, const struct host *host, size_t w)
{
    strait_status st = STRAIT_OK;

    for (size_t o = 0; o < r->n_offer; o++) {
        size_t twin = twin_of(c, &c->workload.v[w], host, o);

        for (int p = 0; p < N_PHASE; p++) {
            struct rate *out = &r->v[(w * r->n_offer + o) * N_PHASE + (size_t)p];

            if (twin != o)
                *out = *rate_at(r, (int)w, (int)twin, (enum phase)p);
            else if (!workload_has_phase(&c->workload.v[w], (enum phase)p))
                no_phase(out);
            else
                TRY(one_rate(c, r, w, o, (enum phase)p, &host[o]));
        }
    }
out:
    return st;
}

static struct host *hosts_new(const strait_case *c, const struct params *p)
{
    size_t n = c->offer.n;
    double *most = mem_calloc(n, sizeof *most);
    int *shared = mem_calloc(n, sizeof *shared);
    struct host *host = mem_calloc(n, sizeof *host);

    if (most == NULL || shared == NULL || host == NULL) {
        mem_free(host);
        host = NULL;
        goto out;
    }
    for (size_t o = 0; o < n; o++)
        most[o] = offer_most(c, o);
    for (size_t o = 0; o < n; o++)
        shared[o] = fabric_most(c, most, o);
    for (size_t o = 0; o < n; o++)
        host[o] = host_of(c, shared, o, p);
out:
    mem_free(most);
    mem_free(shared);
    return host;
}

static strait_status rates_new(const strait_case *c, struct rates **out)
{
    struct rates *r = mem_calloc(1, sizeof *r);

    if (r == NULL)
        return STRAIT_ENOMEM;
    r->n_workload = c->workload.n;
    r->n_offer = c->offer.n;
    r->arena = arena_new();
    r->v = mem_calloc(r->n_workload * r->n_offer * N_PHASE, sizeof *r->v);
    *out = r;
    return r->arena != NULL && r->v != NULL ? STRAIT_OK : STRAIT_ENOMEM;
}

/**
 * Rates of every workload in every phase on every offer, before the port ramp.
 *
 * A gang or replica must fit what the offer can ever hold, together with the other offers of its fabric that have the
 * same accelerator.  Pinned rates replace the estimate (and its fit in memory), never what bars by contract or family.
 *
 * @param cx   holds the message on failure
 * @param c    finished case, borrowed; the rates do not point into it
 * @param out  owned by the caller, free with rates_free
 * @return STRAIT_OK, STRAIT_EINPUT (the table calibrations names what there is not), STRAIT_ENOMEM
 * Cost O(workloads * (offers^2 + chips * replica search)).  Test: tests/unit/check_rates.c
 */
strait_status estimate_rates(strait_ctx *cx, const strait_case *c, struct rates **out)
{
    struct params p;
    strait_status st = params_of_case(cx, c, &p);

    return st != STRAIT_OK ? st : estimate_rates_with(cx, c, &p, out);
}

/**
 * The same with parameters of the caller's.
 *
 * @param p  borrowed for the call
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost and test as above.
 */
strait_status estimate_rates_with(strait_ctx *cx, const strait_case *c, const struct params *p, struct rates **out)
{
    strait_status st = STRAIT_OK;
    struct rates *r = NULL;
    struct host *host = hosts_new(c, p);

    st = host != NULL ? STRAIT_OK : STRAIT_ENOMEM;
    TRY(st);
    TRY(rates_new(c, &r));
    for (size_t w = 0; w < r->n_workload; w++)
        TRY(rates_of_workload(c, r, host, w));
    *out = r;
    r = NULL;
out:
    mem_free(host);
    rates_free(r);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

/** Free rates; NULL is fine. */
void rates_free(struct rates *r)
{
    if (r == NULL)
        return;
    arena_free(r->arena);
    mem_free(r->v);
    mem_free(r);
}
