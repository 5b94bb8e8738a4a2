/* SPDX-License-Identifier: GPL-3.0-or-later */
/* placements, leases and unmet: what the columns say. */
#include <math.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "explain/explain.h"

/* Fewer accelerator-hours than this in a segment, that do no more than TOL_ZERO of the demand, are noise of the simplex. */
#define NOISE_HOURS 1e-6

bool placement_is_noise(const struct lp *m, const struct lp_strip *s, int t, double x, double hours)
{
    return hours <= 0.0 || (hours <= NOISE_HOURS && lp_demand_share(m, s, t, x) <= TOL_ZERO);
}

static double tokens_of(const struct lp *m, const struct lp_strip *s, int t, enum phase p, double x)
{
    const struct workload *v = &m->c->workload.v[s->w];
    double work = x * lp_work(m, s, t);

    if (s->family == COL_RUN || p == PHASE_MIXED)
        return work * lp_tokens_per_work(m->c, s->w);
    return work * (p == PHASE_PREFILL ? v->input_len : v->output_len);
}

static strait_status add_placement(const struct ledger *g, const struct lp_strip *s, int t, int which, double x, strait_table *out)
{
    const struct lp *m = g->m;
    const strait_case *c = m->c;
    int o = which == 0 ? s->o : s->o2;
    enum phase p = which == 0 ? s->p : s->p2;
    double hours = x * lp_hours(m, s, t, which);
    const struct offer *f = &c->offer.v[o];
    const struct rate *rate = rate_at(m->rates, s->w, o, p);
    double tokens = tokens_of(m, s, t, p, x), factor = exp(BAR_80 * rate->error);
    char from[24];

    if (placement_is_noise(m, s, t, x, hours))
        return STRAIT_OK;
    date_format(c->segment[t].from, from);
    return table_add(out, c->workload.v[s->w].name, phase_name[p],
                     s->pair < 0 ? NULL : c->region.v[c->timeline->pair[s->pair].region].name, f->name, c->site.v[f->site].name,
                     c->accelerator.v[f->accelerator].name, c->period[c->segment[t].period].label, from, hours,
                     tokens, ledger_placement(g, s, t, which, x), hours / c->segment[t].hours,
                     placement_flag(g, s, t, which, x), tokens / factor, tokens * factor, rate->outside);
}

strait_status explain_placements(const struct ledger *g, strait_table *out)
{
    const struct lp *m = g->m;
    strait_status st = STRAIT_OK;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && (s->family == COL_RUN || s->family == COL_ROUTE); i++) {
            if (g->x[s->col0 + i] == 0.0)
                continue;
            TRY(add_placement(g, s, s->t0 + (int)i, 0, g->x[s->col0 + i], out));
            TRY(add_placement(g, s, s->t0 + (int)i, 1, g->x[s->col0 + i], out));
        }
    }
out:
    return st;
}

static const char *date_text(int64_t date, char buf[24])
{
    if (date == DATE_NONE || date == INT64_MAX || date == INT64_MIN)
        return NULL;
    date_format(date, buf);
    return buf;
}

/* Rent (or annuity) and duties inside the horizon; the energy of what idles is told in the cost's parts. */
static double inside_cost(const struct lp *m, const struct lp_hold *h)
{
    double sum = 0.0;

    for (int t = 0; t < (int)m->c->n_segment; t++)
        sum += lp_hold_active(m, h, t) * (lp_hold_cost(m, h, t, PART_COMPUTE) + lp_hold_cost(m, h, t, PART_DUTY));
    return sum;
}

double explain_hold_cost(const struct lp *m, const struct lp_hold *h) { return inside_cost(m, h) + lp_hold_terminal(m, h); }

static strait_status add_lease(const struct lp *m, const struct lp_hold *h, double n, double waiting, strait_table *out)
{
    const struct offer *f = &m->c->offer.v[h->offer];
    double inside = (h->fixed ? 1.0 : n) * inside_cost(m, h), counted = n * lp_hold_terminal(m, h);
    bool bought = f->contract == CONTRACT_PURCHASE;
    char sign[24], start[24], end[24];

    return table_add(out, f->name, date_text(h->sign_by, sign), date_text(h->start, start), date_text(h->end, end), n, inside + counted,
                     n * h->owed, h->fixed ? "signed" : bought ? "purchase" : "lease", inside, counted, bought ? n * f->capex : (double)NAN, waiting);
}

strait_status explain_leases(strait_ctx *cx, const struct lp *m, const struct solution *s, const double *x, strait_table *out)
{
    double *waiting = mem_calloc(m->n_hold, sizeof *waiting);
    strait_status st = waiting ? STRAIT_OK : cx_nomem(cx);

    TRY(st);
    TRY(explain_waiting(cx, m, s, waiting));
    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        double n = h->fixed ? h->count : x[h->col];
        if (m->c->offer.v[h->offer].contract != CONTRACT_OWNED && n > LEAST_HELD)
            TRY(add_lease(m, h, n, waiting[k], out));
    }
out:
    mem_free(waiting);
    return st;
}

strait_status explain_unmet(const struct lp *m, const double *x, strait_table *out)
{
    const strait_case *c = m->c;
    strait_status st = STRAIT_OK;
    char from[24];

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && s->family == COL_UNMET; i++) {
            int t = s->t0 < 0 ? -1 : s->t0 + (int)i;
            double u = x[s->col0 + i], tokens = u * lp_work(m, s, t) * lp_tokens_per_work(c, s->w);
            if (lp_demand_share(m, s, t, u) <= TOL_ZERO)
                continue;
            TRY(table_add(out, c->workload.v[s->w].name, s->pair < 0 ? (c->workload.v[s->w].task == TASK_BATCH ? "mixed" : "train") : "mixed",
                          s->pair < 0 ? NULL : c->region.v[c->timeline->pair[s->pair].region].name,
                          t < 0 ? NULL : c->period[c->segment[t].period].label, t < 0 ? NULL : date_text(c->segment[t].from, from), tokens,
                          u * lp_penalty(m, s, t)));
        }
    }
out:
    return st;
}
