/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The money that a plan tells, against the money of its placements and leases: to the cent. */
#include "verify/book.h"

#include <math.h>
#include <string.h>

/* Each placement with its share of what is held, after money_sum. */
void verify_placement_costs(const struct book *b)
{
    for (size_t i = 0; i < b->n_act; i++) {
        const struct act *a = &b->act[i];
        double sum = 0.0, size = 0.0;
        for (int p = 0; p < N_PART; p++) {
            sum += a->part[p];
            size += fabs(a->part[p]);
        }
        report_equal(&b->v->report, PROMISE_PLACEMENT_COST, act_place(b, a), a->said->cost, sum,
                     fmax(SLACK_MONEY, 64.0 * SLACK_TERM * size));
    }
}

/* Parts and total of either book; `filling`: whole replicas where accelerators are rented, which is idle rent. */
void verify_cost(const struct book *b, const struct plan_cost *q, const struct ledger_sums *s, double filling)
{
    struct report *r = &b->v->report;
    const struct { const char *name; double said; } row[N_MONEY] = {
        [MONEY_COMPUTE] = { "compute", q->compute }, [MONEY_IDLE] = { "idle_lease", q->idle_lease },
        [MONEY_ENERGY] = { "energy", q->energy }, [MONEY_MOVEMENT] = { "movement", q->movement }, [MONEY_DUTY] = { "duty", q->duty },
        [MONEY_PENALTY] = { "penalty", q->penalty }, [MONEY_CARBON] = { "carbon", q->carbon },
    };
    double sum = 0.0, total = s->total + filling;

    for (int i = 0; i < N_MONEY; i++) {
        report_equal(r, PROMISE_COST_PART, PLACE(b->tag, row[i].name), row[i].said, s->part[i] + (i == MONEY_IDLE ? filling : 0.0), money_slack(s));
        sum += row[i].said;
    }
    report_equal(r, PROMISE_ADDS_UP, PLACE(b->tag, "cost"), q->total, sum, money_slack(s));
    report_equal(r, PROMISE_TOTAL, PLACE(b->tag, "cost.total"), q->total, total, money_slack(s));
    if (!isnan(q->assumed_share))
        report_equal(r, PROMISE_ASSUMED, PLACE(b->tag, "cost.assumed_share of the total"), q->assumed_share * total,
                     total != 0.0 ? s->assumed : 0.0, money_slack(s));
}

static void check_objective(struct verifier *v, const struct ledger_sums *s)
{
    double value = v->plan->objective.value;

    report_equal(&v->report, PROMISE_TOTAL, PLACE("objective.value"), value, s->total, money_slack(s));
    report_equal(&v->report, PROMISE_TOTAL, PLACE("objective.value cost.total"), value, v->plan->cost.total, money_slack(s));
}

/* What the plan says of one entry of a breakdown, and how often. */
static double said_by(const struct verifier *v, const char *by, const char *name, size_t *n)
{
    double sum = 0.0;

    for (size_t i = 0; i < v->plan->cost_by.n; i++) {
        const struct plan_cost_by *q = &v->plan->cost_by.v[i];
        if (strcmp(q->by, by) == 0 && strcmp(q->name, name) == 0) {
            sum += q->cost;
            ++*n;
        }
    }
    return sum;
}

static size_t check_by(struct verifier *v, const struct ledger_sums *s, const char *by, const char *name, double found)
{
    size_t n = 0;
    double said = said_by(v, by, name, &n);

    report_equal(&v->report, PROMISE_COST_BY, PLACE(by, name), said, found, money_slack(s));
    return n;
}

/* All accelerators of a vendor, told at the vendor's first; 0 rows at the others. */
static size_t check_vendor(struct verifier *v, const struct ledger_sums *s, size_t a)
{
    const strait_case *c = v->c;
    double sum = 0.0;

    for (size_t i = 0; i < c->accelerator.n; i++) {
        if (strcmp(c->accelerator.v[i].vendor, c->accelerator.v[a].vendor) != 0)
            continue;
        if (i < a)
            return 0;
        sum += s->accelerator[i];
    }
    return check_by(v, s, "vendor", c->accelerator.v[a].vendor, sum);
}

static void check_breakdowns(struct verifier *v, const struct ledger_sums *s)
{
    const strait_case *c = v->c;
    size_t known = 0;

    for (size_t w = 0; w <= c->workload.n; w++)
        known += check_by(v, s, "workload", w < c->workload.n ? c->workload.v[w].name : "(idle)", s->workload[w]);
    for (size_t i = 0; i <= c->site.n; i++)
        known += check_by(v, s, "site", i < c->site.n ? c->site.v[i].name : "(unmet)", s->site[i]);
    for (size_t a = 0; a < c->accelerator.n; a++)
        known += check_vendor(v, s, a);
    known += check_by(v, s, "vendor", "(unmet)", s->accelerator[c->accelerator.n]);
    known += check_by(v, s, "shore", "onshore", s->shore[SHORE_ONSHORE]);
    known += check_by(v, s, "shore", "offshore", s->shore[SHORE_OFFSHORE]);
    known += check_by(v, s, "shore", "(unmet)", s->shore[2]);
    for (size_t t = 0; t < c->n_period; t++)
        known += check_by(v, s, "period", c->period[t].label, s->period[t]);
    known += check_by(v, s, "period", "(beyond)", s->period[c->n_period]);
    known += check_by(v, s, "period", "(horizon)", s->period[c->n_period + 1]);
    report_equal(&v->report, PROMISE_NAMES, PLACE("rows of cost_by"), (double)v->plan->cost_by.n, (double)known, 0.0);
}

/* Each breakdown adds up to the total that the plan states. */
static void check_sums(struct verifier *v, const struct ledger_sums *s)
{
    static const char *const by[] = { "workload", "site", "vendor", "shore", "period" };

    for (size_t k = 0; k < sizeof by / sizeof *by; k++) {
        double sum = 0.0;
        for (size_t i = 0; i < v->plan->cost_by.n; i++)
            if (strcmp(v->plan->cost_by.v[i].by, by[k]) == 0)
                sum += v->plan->cost_by.v[i].cost;
        report_equal(&v->report, PROMISE_ADDS_UP, PLACE("cost_by", by[k]), v->plan->cost.total, sum, money_slack(s));
    }
}

/* What may vary between plans: cost without constants and penalties; all of it where nothing may. */
double verify_gap_base(const struct ledger_sums *s)
{
    double variable = s->total - s->part[MONEY_PENALTY] - s->fixed, noise = (double)s->n_term * SLACK_TERM * s->size;
    double base = fabs(fabs(variable) > noise ? variable : s->total);

    return base > 0.0 ? base : 1.0;
}

/* Bound and gap as the certificate has them.  The gap is known as well as its two parts are: 1e-9, and their rounding. */
static void check_gap(struct verifier *v, const struct ledger_sums *s, double base)
{
    const struct plan_objective *q = &v->plan->objective;
    const struct plan_certificate *k = &v->plan->certificate;
    double most = fmax(TOL_GAP, v->cx->gap), found = fmax(0.0, q->value - q->bound) / base;
    double slack = TOL_ZERO + (16.0 * SLACK_TERM * fabs(q->value) + found * money_slack(s)) / base;

    report_most(&v->report, PROMISE_GAP, PLACE("bound at most value"), q->value, q->bound, fmax(SLACK_MONEY, TOL_GAP * fabs(q->value)));
    report_equal(&v->report, PROMISE_GAP, PLACE("objective.gap"), q->gap, found, slack);
    if (strcmp(v->plan->status, "feasible") != 0)
        report_most(&v->report, PROMISE_GAP, PLACE(v->plan->status), most, q->gap, 0.0);
    report_equal(&v->report, PROMISE_CERTIFICATE, PLACE("primal_objective"), k->primal_objective, q->value, SLACK_MONEY);
    report_equal(&v->report, PROMISE_CERTIFICATE, PLACE("dual_objective"), k->dual_objective, q->bound, SLACK_MONEY);
    report_equal(&v->report, PROMISE_CERTIFICATE, PLACE("gap"), k->gap, q->gap, TOL_ZERO);
}

/**
 * Cost of each placement and lease, parts, breakdowns, split, what is idle, total, gap.
 *
 * @param s  out: what the plan's money comes to
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_money(struct book *b, struct ledger_sums *s)
{
    strait_status st = money_sum(b, s);

    if (st != STRAIT_OK)
        return st;
    verify_placement_costs(b);
    verify_lease_costs(b);
    verify_cost(b, &b->v->plan->cost, s, 0.0);
    check_objective(b->v, s);
    check_breakdowns(b->v, s);
    check_sums(b->v, s);
    verify_split(b, s, b->v->plan->split.v, b->v->plan->split.n);
    verify_idle(b, s, b->v->plan->idle.v, b->v->plan->idle.n, 0.0);
    check_gap(b->v, s, verify_gap_base(s));
    return STRAIT_OK;
}
