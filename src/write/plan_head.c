/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The upper part of the plan's page: what is unmet, what the plan costs and how sure that is, the split, the parts of the cost. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "write/group.h"
#include "write/page.h"

/* Tokens that the plan shown does of a workload. */
static double tokens_done(const struct groups *done, const char *workload)
{
    for (size_t i = 0; i < done->g.n; i++)
        if (strcmp(group_key(done, &done->g.v[i], 0), workload) == 0)
            return done->g.v[i].sum[0];
    return 0;
}

/* Drop what is nothing beside the work of its workload: noise of the solver is no work undone. */
static void keep_real(struct groups *left, const struct groups *done)
{
    size_t n = 0;

    for (size_t i = 0; i < left->g.n; i++)
        if (left->g.v[i].sum[0] > TOL_SHOWN * (left->g.v[i].sum[0] + tokens_done(done, group_key(left, &left->g.v[i], 0))))
            left->g.v[n++] = left->g.v[i];
    left->g.n = n;
}

static void unmet_line(struct page *p, const struct groups *g)
{
    double tokens = 0, penalty = 0;

    for (size_t i = 0; i < g->g.n; i++) {
        tokens += g->g.v[i].sum[0];
        penalty += g->g.v[i].sum[1];
    }
    str_printf(&p->line, "UNMET: %zu workload%s short of ", g->g.n, g->g.n == 1 ? "" : "s");
    put_amount(&p->line, tokens);
    str_puts(&p->line, " tokens in all, penalty ");
    put_money(&p->line, penalty);
    str_printf(&p->line, " %s: ", p->currency);
    for (size_t i = 0; i < g->g.n; i++)
        if (!page_item(p, group_key(g, &g->g.v[i], 0), i == 0, i + 1 == g->g.n))
            break;
    page_end(p);
}

/* First of all, and only when there is some: work that the plan leaves undone. */
void part_unmet(struct page *p)
{
    static const char *const keys[] = {"workload", NULL}, *const sums[] = {"tokens", "penalty", NULL}, *const tokens[] = {"tokens", NULL};
    const strait_table *t = page_table(p, "unmet"), *done = page_table(p, "placements");
    struct groups g = {0}, d = {0};

    if (rows_of(t) == 0)
        return;
    if (group_rows(t, keys, sums, &g) != STRAIT_OK || (done && group_rows(done, keys, tokens, &d) != STRAIT_OK)) {
        p->st = STRAIT_ENOMEM;
    } else {
        keep_real(&g, &d);
        group_sort(&g, 1);
        if (g.g.n > 0)
            unmet_line(p, &g);
    }
    group_free(&g);
    group_free(&d);
}

static const char *meaning(const char *status)
{
    static const char *const words[][2] = {
        {"optimal", "no cheaper plan exists"},
        {"within_gap", "proven within the gap asked for"},
        {"infeasible", "no plan meets all firm work under the rules and limits"},
        {"no_plan", "stopped before any plan was found"},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], status) == 0)
            return words[i][1];
    return "";
}

/* How much cheaper the cheapest plan can be, of one that was stopped. */
static void put_stopped(struct page *p, const strait_table *o)
{
    double value = table_real(o, "value", 0), bound = table_real(o, "bound", 0);

    str_puts(&p->line, "not proven cheapest");
    if (isfinite(bound) && bound > 0 && bound <= value)
        str_printf(&p->line, ": at most %.*f %% too dear", bound > 0.9 * value ? 1 : 0, 100 * (1 - bound / value));
}

void part_status(struct page *p)
{
    const strait_table *plan = table_set_find(p->set, "plan"), *o = table_set_find(p->set, "objective");
    const char *status = rows_of(plan) ? table_text(plan, "status", 0) : NULL;
    bool stopped;

    status = status ? status : "no_plan";
    stopped = strcmp(status, "feasible") == 0;
    str_printf(&p->line, "%s: ", status);
    if (rows_of(o) && isfinite(table_real(o, "value", 0))) {
        put_money(&p->line, table_real(o, "value", 0));
        str_printf(&p->line, " %s", p->currency);
        if (table_col(o, "price_year"))
            str_printf(&p->line, " of %d", (int)table_int(o, "price_year", 0));
        if (isfinite(table_real(o, "gap", 0)) && !stopped)
            put_tiny(&p->line, ", gap ", table_real(o, "gap", 0));
        str_puts(&p->line, "; ");
    }
    if (stopped)
        put_stopped(p, o);
    str_puts(&p->line, meaning(status));
    page_end(p);
}

/* Which plan the page tells: a person signs whole blocks, the proof is about fractions of them. */
void part_which(struct page *p)
{
    const strait_table *r = table_set_find(p->set, "rounded"), *o = table_set_find(p->set, "objective");
    const char *note = rows_of(r) && table_col(r, "note") ? table_text(r, "note", 0) : NULL;
    const char *flagged = rows_of(r) && table_col(r, "flagged") ? table_text(r, "flagged", 0) : NULL;
    const char *undone = rows_of(r) && table_col(r, "undone") ? table_text(r, "undone", 0) : NULL;
    double v, lp, more;

    if (rows_of(o) == 0 || !isfinite(table_real(o, "value", 0)))
        return;
    if (*p->shown == '\0') {
        str_printf(&p->line, "below: in fractions of accelerators%s%s", note ? "; " : "", note ? note : "");
        page_end(p);
        return;
    }
    v = table_real(r, "objective", 0);
    lp = table_real(o, "value", 0);
    more = (v - lp) / (lp != 0 ? fabs(lp) : 1);
    str_puts(&p->line, undone && *undone ? "WARNING, rounding leaves work: " : more > ROUNDING_DEAR ? "WARNING, rounding is dear: " : "below: ");
    str_puts(&p->line, "in whole blocks, gangs and replicas");
    str_puts(&p->line, flagged && *flagged ? " (not all), " : ", ");
    put_money(&p->line, v);
    str_printf(&p->line, " %s (%+.1f %%)", p->currency, 100 * more + 0.0);
    page_end(p);
}

static double total(const strait_table *t, const char *col)
{
    double sum = 0;

    for (size_t i = 0; i < rows_of(t); i++)
        sum += isnan(table_real(t, col, i)) ? 0 : table_real(t, col, i);
    return sum;
}

static const char *text_or(const strait_table *t, const char *col, size_t i, const char *none)
{
    const char *s = table_text(t, col, i);

    return s ? s : none;
}

/* The whole that shares are of. */
struct whole { double hours, cost; };

static void split_head(struct page *p)
{
    page_left(p, "split", 10);
    page_left(p, "shore", 9);
    page_left(p, "vendor", 24);
    page_right(p, "accelerator-hours", 17);
    page_right(p, "share", 5);
    page_right(p, p->currency, 16);
    page_right(p, "share", 5);
    page_end(p);
}

/* hours NaN: it has none. */
static void split_line(struct page *p, const char *const name[3], double hours, double cost, const struct whole *w)
{
    page_left(p, name[0], 10);
    page_left(p, name[1], 9);
    page_left(p, name[2], 24);
    if (isnan(hours)) {
        page_right(p, "", 17);
        page_right(p, "", 5);
    } else {
        page_count(p, hours, 17);
        page_share(p, hours, w->hours);
    }
    page_money(p, cost, 16);
    page_share(p, cost, w->cost);
    page_end(p);
}

/* What is not somebody's use, so that the column adds up to the plan's cost. */
static void split_rest(struct page *p, const strait_table *idle, const struct whole *w)
{
    static const char *const held[] = {"idle", "-", "held and not used"}, *const beyond[] = {"beyond", "-", "counted of owed beyond"};
    static const char *const filling[] = {"filling", "-", "rented replicas to whole"}, *const unmet[] = {"unmet", "-", "penalties"};
    double hours = 0, cost = 0, fill = 0, after = 0, penalty = total(page_table(p, "unmet"), "penalty");

    for (size_t i = 0; i < rows_of(idle); i++) {
        bool placed = table_text(idle, "shore", i) != NULL;
        hours += placed ? table_real(idle, "accel_hours", i) : 0;
        *(placed ? &cost : &fill) += table_real(idle, "cost", i);
        after += table_real(idle, "beyond", i);
    }
    if (fabs(cost) > TOL_SHOWN * fabs(w->cost) || hours > TOL_SHOWN * w->hours)
        split_line(p, held, hours, cost, w);
    if (fabs(after) > TOL_SHOWN * fabs(w->cost))
        split_line(p, beyond, (double)NAN, after, w);
    if (fabs(fill) > TOL_SHOWN * fabs(w->cost))
        split_line(p, filling, (double)NAN, fill, w);
    if (fabs(penalty) > TOL_SHOWN * fabs(w->cost))
        split_line(p, unmet, (double)NAN, penalty, w);
}

/* At most `most` rows of use, one for the others. */
static void split_use(struct page *p, const strait_table *t, size_t most, const struct whole *w)
{
    double hours = 0, cost = 0;
    size_t shown = 0, more = 0;

    for (size_t i = 0; i < t->n_row; i++) {
        const char *const name[] = {text_or(t, "kind", i, "-"), text_or(t, "shore", i, "-"), text_or(t, "vendor", i, "-")};
        double h = table_real(t, "accel_hours", i), c = table_real(t, "cost", i);
        if (h <= TOL_SHOWN * w->hours && fabs(c) <= TOL_SHOWN * fabs(w->cost))
            continue;
        if (shown < most) {
            split_line(p, name, h, c, w);
            shown++;
        } else {
            hours += h;
            cost += c;
            more++;
        }
    }
    if (more > 0)
        split_line(p, (const char *const[]){"others", "-", "-"}, hours, cost, w);
}

void part_split(struct page *p, size_t most)
{
    const strait_table *t = page_table(p, "split"), *idle = page_table(p, "idle"), *cost = page_table(p, "cost");
    struct whole w;

    if (rows_of(t) == 0)
        return;
    w.hours = total(t, "accel_hours") + total(idle, "accel_hours");
    w.cost = rows_of(cost) ? table_real(cost, "total", 0) : total(t, "cost");
    split_head(p);
    split_use(p, t, most, &w);
    split_rest(p, idle, &w);
}

static void put_part(str *b, const char *name, double v, double whole)
{
    for (; *name; name++)
        str_putc(b, *name == '_' ? ' ' : *name);
    str_putc(b, ' ');
    put_share(b, v, whole);
}

void part_cost(struct page *p)
{
    const strait_table *t = page_table(p, "cost");
    bool first = true;
    double whole;

    if (rows_of(t) == 0 || !isfinite(table_real(t, "total", 0)))
        return;
    whole = table_real(t, "total", 0);
    str_puts(&p->line, "cost: ");
    for (size_t j = 0; j < t->n_col; j++) {
        const char *name = t->col[j].name;
        double v = t->col[j].type == STRAIT_REAL ? ((const double *)t->col[j].data)[0] : 0;
        str s = {0};
        if (strcmp(name, "total") == 0 || strcmp(name, "assumed_share") == 0 || !(fabs(v) > TOL_SHOWN * fabs(whole)))
            continue;
        if (strcmp(name, "duty") == 0 && v < 0)
            put_part(&s, "subsidies_over_duties", -v, whole);
        else if (strcmp(name, "idle_lease") == 0)
            put_part(&s, "idle_and_beyond", v, whole);
        else
            put_part(&s, name, v, whole);
        if (s.failed)
            p->st = STRAIT_ENOMEM;
        else
            page_item(p, s.s, first, false);
        first = false;
        str_free(&s);
    }
    page_end(p);
}
