/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of training, fine-tuning and batch work (x), and of unmet work (u). */
#include <math.h>
#include "base/mem.h"
#include "lp/build.h"

static bool is_service(const struct workload *v) { return v->task == TASK_SERVICE; }

/* Segments in which w may run on o: there is something to run on, inside the window, ported, not barred. */
static size_t run_segments(struct lp_builder *b, int w, int o, bool *ok)
{
    const strait_case *c = b->m->c;
    const struct workload *v = &c->workload.v[w];
    size_t T = c->n_segment, n = 0;
    const double *ramp = &c->timeline->ramp[((size_t)w * c->accelerator.n + (size_t)c->offer.v[o].accelerator) * T];

    for (size_t t = 0; t < T; t++)
        ok[t] = b->open[(size_t)o * T + t] && ramp[t] > 0.0 && segment_inside(c, t, v->start, v->end);
    lp_mask_rules(b, w, o, ok);
    for (size_t t = 0; t < T; t++)
        n += ok[t];
    return n;
}

static void mark_used(struct lp_builder *b, int o, int w, const bool *ok)
{
    size_t T = b->m->c->n_segment;
    uint8_t bit = b->m->c->workload.v[w].interruptible ? 1 : 2;

    for (size_t t = 0; t < T; t++)
        if (ok[t])
            b->used[(size_t)o * T + t] |= bit;
}

strait_status lp_add_runs(struct lp_builder *b)
{
    const strait_case *c = b->m->c;
    strait_status st = STRAIT_OK;
    size_t T = c->n_segment;
    bool *ok = mem_calloc(T, sizeof *ok);

    if (!ok)
        return cx_nomem(b->cx);
    for (int w = 0; w < (int)c->workload.n; w++) {
        enum phase p = c->workload.v[w].task == TASK_BATCH ? PHASE_MIXED : PHASE_TRAIN;
        for (int o = 0; o < (int)c->offer.n && !is_service(&c->workload.v[w]); o++) {
            double rate = rate_at(b->m->rates, w, o, p)->per_accel_h;
            struct lp_strip s = { .family = COL_RUN, .w = w, .pair = -1, .o = o, .o2 = o, .p = p, .p2 = p, .hold = -1, .rate = rate };
            if (rate <= 0.0 || run_segments(b, w, o, ok) == 0)
                continue;
            s.ramp = s.ramp2 = &c->timeline->ramp[((size_t)w * c->accelerator.n + (size_t)c->offer.v[o].accelerator) * T];
            s.act = s.act2 = cost_activity(b->m->costs, o, w, -1, p);
            mark_used(b, o, w, ok);
            TRY(lp_push_strips(b, s, ok));
        }
    }
out:
    mem_free(ok);
    return st;
}

strait_status lp_add_unmet(struct lp_builder *b)
{
    const strait_case *c = b->m->c;
    strait_status st = STRAIT_OK;
    bool *ok = mem_calloc(c->n_segment, sizeof *ok);
    struct lp_strip s = { .family = COL_UNMET, .pair = -1, .o = -1, .o2 = -1, .hold = -1, .act = -1, .act2 = -1 };

    if (!ok)
        return cx_nomem(b->cx);
    for (size_t i = 0; i < c->timeline->n_pair; i++) {
        s.pair = (int)i;
        s.w = c->timeline->pair[i].workload;
        for (size_t t = 0; t < c->n_segment; t++)
            ok[t] = c->timeline->pair[i].requests[t] > 0.0;
        if (!isnan(c->workload.v[s.w].penalty))
            TRY(lp_push_strips(b, s, ok));
    }
    s.pair = -1;
    s.t0 = -1;
    s.n = 1;
    for (s.w = 0; s.w < (int)c->workload.n; s.w++) {
        const struct workload *v = &c->workload.v[s.w];
        if (is_service(v) || isnan(v->penalty))
            continue;
        if (VEC_PUSH(&b->strips, s) != STRAIT_OK) {
            st = cx_nomem(b->cx);
            goto out;
        }
    }
out:
    mem_free(ok);
    return st;
}
