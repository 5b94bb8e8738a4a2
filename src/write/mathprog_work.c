/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workloads, their demand, how fast they run where, and where they may be. */
#include <math.h>
#include "write/mathprog.h"

const char *data_workload_name(const struct data_file *f, size_t i) { return f->c->workload.v[i].name; }

static const struct workload *work(const struct data_file *f, size_t i) { return &f->c->workload.v[i]; }

static const char *task(const struct data_file *f, size_t i)
{
    static const char *const word[] = {"training", "fine_tuning", "batch", "service"};

    return word[work(f, i)->task];
}

static double amount(const struct data_file *f, size_t i)
{
    int t = work(f, i)->task;

    return t == TASK_SERVICE ? (double)NAN : t == TASK_BATCH ? work(f, i)->requests : work(f, i)->tokens;
}

static double tokens_per_work(const struct data_file *f, size_t i)
{
    int t = work(f, i)->task;

    return t == TASK_SERVICE || t == TASK_BATCH ? work(f, i)->input_len + work(f, i)->output_len : (double)NAN;
}

static double penalty(const struct data_file *f, size_t i) { return work(f, i)->penalty; }

/* Hours until the window of a run closes; the model has the end of the horizon for the others. */
static double due(const struct data_file *f, size_t i)
{
    int64_t end = work(f, i)->end;

    return end == DATE_NONE || end >= f->c->segment[f->c->n_segment - 1].to ? (double)NAN : (double)(end - f->c->settings.start) / HOUR_S;
}

static double priority_class(const struct data_file *f, size_t i) { return (double)work(f, i)->priority; }

static double interruptible(const struct data_file *f, size_t i) { return work(f, i)->interruptible ? 1.0 : 0.0; }

static double max_parallel(const struct data_file *f, size_t i)
{
    return work(f, i)->max_parallel == INT64_MIN ? (double)NAN : (double)work(f, i)->max_parallel;
}

static double disaggregate(const struct data_file *f, size_t i) { return work(f, i)->disaggregate ? 1.0 : (double)NAN; }

static double ttft(const struct data_file *f, size_t i) { return work(f, i)->ttft; }

static double egress_gb(const struct data_file *f, size_t i) { return work(f, i)->egress; }

static void workloads(struct data_file *f)
{
    size_t n = f->c->workload.n;

    data_set(f, "WORKLOAD", n, data_workload_name);
    data_words(f, "task", n, data_workload_name, task);
    data_reals(f, "amount", n, data_workload_name, amount);
    data_reals(f, "tokens_per_work", n, data_workload_name, tokens_per_work);
    data_reals(f, "penalty", n, data_workload_name, penalty);
    data_reals(f, "due", n, data_workload_name, due);
    data_reals(f, "priority_class", n, data_workload_name, priority_class);
    data_reals(f, "interruptible", n, data_workload_name, interruptible);
    data_reals(f, "max_parallel", n, data_workload_name, max_parallel);
    data_reals(f, "disaggregate", n, data_workload_name, disaggregate);
    data_reals(f, "ttft", n, data_workload_name, ttft);
    data_reals(f, "egress_gb", n, data_workload_name, egress_gb);
}

/* ---- demand ---- */

static void pair_begin(struct data_file *f, const struct demand_pair *d, const char *more)
{
    str_printf(&f->e.b, "\n  %s'%s','%s'%s", *more ? "[" : "(", data_workload_name(f, (size_t)d->workload),
               f->c->region.v[d->region].name, *more ? more : ")");
}

static void pair_table(struct data_file *f, const char *name, bool peak)
{
    str_printf(&f->e.b, "param %s :=", name);
    for (size_t i = 0; i < f->c->timeline->n_pair; i++) {
        const struct demand_pair *d = &f->c->timeline->pair[i];
        pair_begin(f, d, ",*]");
        for (size_t t = 0; t < f->c->n_segment && emit_step(&f->e); t++) {
            data_number(f, (double)t + 1);
            data_number(f, peak ? d->peak[t] : d->requests[t]);
        }
    }
    str_puts(&f->e.b, ";\n");
}

static void demand(struct data_file *f)
{
    str_puts(&f->e.b, "set PAIR :=");
    for (size_t i = 0; i < f->c->timeline->n_pair; i++)
        pair_begin(f, &f->c->timeline->pair[i], "");
    str_puts(&f->e.b, ";\n");
    pair_table(f, "demand", false);
    pair_table(f, "peak", true);
}

/* ---- rates ---- */

typedef double rate_value(const struct rate *r);

static double rate_work(const struct rate *r) { return r->per_accel_h; }

static double rate_first_token(const struct rate *r) { return r->ttft_s; }

static double rate_kw(const struct rate *r) { return r->power_w / 1000.0; }

/* Only where the work runs. */
static void rates(struct data_file *f, const char *name, rate_value *value)
{
    str_printf(&f->e.b, "param %s :=", name);
    for (size_t w = 0; w < f->c->workload.n; w++) {
        for (size_t o = 0; o < f->c->offer.n && emit_step(&f->e); o++) {
            for (int p = 0; p < N_PHASE; p++) {
                const struct rate *r = rate_at(f->m->rates, (int)w, (int)o, (enum phase)p);
                if (r->per_accel_h <= 0.0 || isnan(value(r)))
                    continue;
                str_printf(&f->e.b, "\n  ['%s','%s','%s']", data_workload_name(f, w), data_offer_name(f, o), phase_name[p]);
                data_number(f, value(r));
            }
        }
    }
    str_puts(&f->e.b, ";\n");
}

static double ramp_at(const struct data_file *f, size_t w, size_t a, size_t t)
{
    return f->c->timeline->ramp[(w * f->c->accelerator.n + a) * f->c->n_segment + t];
}

/* Where a port is more than "done": its default is 1. */
static void ramps(struct data_file *f)
{
    str_puts(&f->e.b, "param ramp :=");
    for (size_t w = 0; w < f->c->workload.n; w++) {
        for (size_t a = 0; a < f->c->accelerator.n && emit_step(&f->e); a++) {
            bool begun = false;
            for (size_t t = 0; t < f->c->n_segment; t++) {
                if (ramp_at(f, w, a, t) == 1.0)
                    continue;
                if (!begun)
                    str_printf(&f->e.b, "\n  ['%s','%s',*]", data_workload_name(f, w), f->c->accelerator.v[a].name);
                begun = true;
                data_number(f, (double)t + 1);
                data_number(f, ramp_at(f, w, a, t));
            }
        }
    }
    str_puts(&f->e.b, ";\n");
}

/* ---- where work may be ---- */

static bool is_allowed(const struct data_file *f, size_t w, size_t o, size_t t)
{
    return ramp_at(f, w, (size_t)f->c->offer.v[o].accelerator, t) > 0.0
        && segment_inside(f->c, t, work(f, w)->start, work(f, w)->end) && rules_bar(f->c, (int)w, (int)o, t) < 0;
}

static void allowed(struct data_file *f)
{
    str_puts(&f->e.b, "set ALLOWED :=");
    for (size_t w = 0; w < f->c->workload.n; w++) {
        for (size_t o = 0; o < f->c->offer.n && emit_step(&f->e); o++) {
            bool begun = false;
            for (size_t t = 0; t < f->c->n_segment; t++) {
                if (!is_allowed(f, w, o, t))
                    continue;
                if (!begun)
                    str_printf(&f->e.b, "\n  ('%s','%s',*)", data_workload_name(f, w), data_offer_name(f, o));
                begun = true;
                data_number(f, (double)t + 1);
            }
        }
    }
    str_puts(&f->e.b, ";\n");
}

static void moves(struct data_file *f, const char *name, unsigned act)
{
    str_printf(&f->e.b, "param %s :=", name);
    for (size_t w = 0; w < f->c->workload.n; w++) {
        for (size_t o = 0; o < f->c->offer.n && emit_step(&f->e); o++) {
            if ((acts_of(f->c, (int)w, (int)o) & act) == 0)
                continue;
            data_symbol(f, data_workload_name(f, w));
            data_symbol(f, data_offer_name(f, o));
            data_number(f, act == ACT_MOVE_DATA ? work(f, w)->dataset : work(f, w)->weights);
        }
    }
    str_puts(&f->e.b, ";\n");
}

void data_work(struct data_file *f)
{
    workloads(f);
    demand(f);
    rates(f, "rate", rate_work);
    rates(f, "first_token", rate_first_token);
    rates(f, "draw_kw", rate_kw);
    ramps(f);
    allowed(f);
    moves(f, "data_gb", ACT_MOVE_DATA);
    moves(f, "weights_gb", ACT_MOVE_WEIGHTS);
}
