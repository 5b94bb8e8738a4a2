/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shadow prices: what one more of a scarce thing saves (capacity, power, a limit, unmet work of an earlier class), or one
 * more of a demand costs, in natural units, with the interval of the right-hand side in which that holds.
 */
#include <math.h>
#include <stdio.h>
#include "base/tolerance.h"
#include "explain/explain.h"

static void place_period(const struct lp *m, const struct lp_row *r, struct told *q)
{
    q->period[0] = q->from[0] = '\0';
    if (r->t < 0 || r->family == ROW_LIMIT)
        return;
    (void)snprintf(q->period, sizeof q->period, "%s", m->c->period[m->c->segment[r->t].period].label);
    date_format(m->c->segment[r->t].from, q->from);
}

static void tell_demand(const struct lp *m, const struct lp_row *r, double y, struct told *q)
{
    double tokens = lp_tokens_per_work(m->c, r->w);

    q->family = "demand";
    q->per = "Mtoken";
    q->value = y * r->scale / tokens * 1e6;
    q->low *= tokens;
    q->now *= tokens;
    q->high *= tokens;
    (void)snprintf(q->name, sizeof q->name, "%s%s%s", m->c->workload.v[r->w].name, r->pair < 0 ? "" : " ",
                   r->pair < 0 ? "" : m->c->region.v[m->c->timeline->pair[r->pair].region].name);
}

static const char *quantity_unit(int quantity)
{
    switch (quantity) {
    case QUANTITY_HOURS: return "accelerator-hour";
    case QUANTITY_SHARE: return "accelerator-hour of share";
    case QUANTITY_SPEND: return "unit of money";
    case QUANTITY_ENERGY: return "kWh";
    default: return "t CO2e";
    }
}

static void tell_limit(const struct lp *m, const struct lp_row *r, double y, struct told *q)
{
    const struct rule *u = &m->c->rule.v[r->rule];

    q->family = "limit";
    q->per = quantity_unit(u->quantity);
    q->value = -y * r->scale;
    (void)snprintf(q->name, sizeof q->name, "%s", u->name);
    if (u->per == PER_PERIOD) {
        (void)snprintf(q->period, sizeof q->period, "%s", m->c->period[r->t].label);
        date_format(m->c->period[r->t].from, q->from);
    } else if (u->per == PER_MONTH)
        (void)snprintf(q->period, sizeof q->period, "month %d", r->t + 1);
}

/* A row of accelerators or kW through a segment: told per hour of them, its interval too. */
static void tell_hours(struct told *q, const char *family, const char *per, double y, double hours)
{
    q->family = family;
    q->per = per;
    q->value = -y / hours;
    q->low *= hours;
    q->now *= hours;
    q->high *= hours;
}

void explain_row(const struct lp *m, size_t i, const struct solution *s, struct told *q)
{
    const struct lp_row *r = &m->row[i];
    double y = s->y[i], hours = r->t >= 0 && r->family != ROW_LIMIT ? m->c->segment[r->t].hours : 1.0;
    const char *kind = r->family == ROW_MEAN ? " mean" : r->family == ROW_PEAK ? " peak" : " maximum";

    q->low = s->low[i];
    q->now = (y > 0.0 ? r->lo : r->up) / r->scale;
    q->high = s->high[i];
    place_period(m, r, q);
    switch (r->family) {
    case ROW_DEMAND: tell_demand(m, r, y, q); break;
    case ROW_LIMIT: tell_limit(m, r, y, q); break;
    case ROW_MEAN: case ROW_PEAK: case ROW_LEASE:
        tell_hours(q, "capacity", "accelerator-hour", y, hours);
        (void)snprintf(q->name, sizeof q->name, "%s%s", m->c->offer.v[r->place].name, kind);
        break;
    case ROW_POWER: case ROW_INSTALLED:     /* energy through the segment; what is installed is there for all of it */
        tell_hours(q, "power", r->family == ROW_POWER ? "kWh" : "kW", y, r->family == ROW_POWER ? hours : 1.0);
        (void)snprintf(q->name, sizeof q->name, "%s%s", m->c->site.v[r->place].name, r->family == ROW_POWER ? "" : " installed");
        break;
    case ROW_PARALLEL:
        tell_hours(q, "capacity", "accelerator-hour", y, hours);
        (void)snprintf(q->name, sizeof q->name, "%s max_parallel", m->c->workload.v[r->w].name);
        break;
    case ROW_PRIORITY:
        q->family = "priority";
        q->per = "unit of penalty";
        q->value = -y * r->scale;
        (void)snprintf(q->name, sizeof q->name, "class %d", r->rule);
        break;
    case N_ROW_FAMILY: break;
    }
}

strait_status explain_duals(const struct lp *m, const struct solution *s, strait_plan *p)
{
    strait_status st = STRAIT_OK;
    struct told q;
    char unit[80];

    for (size_t i = 0; i < m->n_row && explain_proven(s); i++) {
        if (fabs(s->y[i]) <= TOL_ZERO * m->money)
            continue;
        explain_row(m, i, s, &q);
        (void)snprintf(unit, sizeof unit, "%s/%s", m->c->settings.currency, q.per);
        TRY(table_add(p->table[PT_DUALS], q.family, q.name, told_text(q.period), q.value, q.low, q.high, unit, told_text(q.from), q.now));
    }
out:
    return st;
}
