/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The data section of models/strait.mod: the planner's tables in domain terms, from the domain and the estimator.  The
 * program itself is asked only for what it was given by rules: starts of leases, ends of rent, reached priorities.
 */
#include <math.h>
#include "write/lp_file.h"
#include "write/mathprog.h"

void data_symbol(struct data_file *f, const char *name)
{
    str_printf(&f->e.b, " '%s'", name);   /* a name holds no quotes */
}

void data_number(struct data_file *f, double v)
{
    str_putc(&f->e.b, ' ');
    str_real(&f->e.b, v);
}

double data_hour(const struct data_file *f, int64_t date)
{
    return date == DATE_NONE ? (double)NAN : (double)(date - f->c->settings.start) / HOUR_S;
}

void data_set(struct data_file *f, const char *name, size_t n, data_name *row)
{
    str_printf(&f->e.b, "set %s :=", name);
    for (size_t i = 0; i < n && emit_step(&f->e); i++)
        data_symbol(f, row(f, i));
    str_puts(&f->e.b, ";\n");
}

void data_words(struct data_file *f, const char *name, size_t n, data_name *row, data_name *word)
{
    str_printf(&f->e.b, "param %s :=", name);
    for (size_t i = 0; i < n && emit_step(&f->e); i++) {
        if (word(f, i) == NULL)
            continue;
        data_symbol(f, row(f, i));
        data_symbol(f, word(f, i));
    }
    str_puts(&f->e.b, ";\n");
}

void data_reals(struct data_file *f, const char *name, size_t n, data_name *row, data_real *value)
{
    str_printf(&f->e.b, "param %s :=", name);
    for (size_t i = 0; i < n && emit_step(&f->e); i++) {
        if (isnan(value(f, i)))
            continue;
        data_symbol(f, row(f, i));
        data_number(f, value(f, i));
    }
    str_puts(&f->e.b, ";\n");
}

static void table_row(struct data_file *f, const char *row, size_t i, data_series *value)
{
    bool begun = false;

    for (size_t t = 0; t < f->c->n_segment && emit_step(&f->e); t++) {
        double v = value(f, i, t);
        if (isnan(v))
            continue;
        if (!begun)
            str_printf(&f->e.b, "\n  ['%s',*]", row);
        begun = true;
        data_number(f, (double)t + 1);
        data_number(f, v);
    }
}

void data_table(struct data_file *f, const char *name, size_t n, data_name *row, data_series *value)
{
    str_printf(&f->e.b, "param %s :=", name);
    for (size_t i = 0; i < n; i++)
        table_row(f, row(f, i), i, value);
    str_puts(&f->e.b, ";\n");
}

static void per_segment(struct data_file *f, const char *name, double value(const struct data_file *, size_t))
{
    str_printf(&f->e.b, "param %s :=", name);
    for (size_t t = 0; t < f->c->n_segment && emit_step(&f->e); t++) {
        data_number(f, (double)t + 1);
        data_number(f, value(f, t));
    }
    str_puts(&f->e.b, ";\n");
}

static double begins(const struct data_file *f, size_t t) { return data_hour(f, f->c->segment[t].from); }

static double ends(const struct data_file *f, size_t t) { return data_hour(f, f->c->segment[t].to); }

static double period(const struct data_file *f, size_t t) { return (double)f->c->segment[t].period + 1; }

/* Year * 100 + month of the segment's middle. */
static double month(const struct data_file *f, size_t t)
{
    const struct segment *g = &f->c->segment[t];
    char text[24];

    date_format(g->from + (g->to - g->from) / 2, text);
    return (text[0] - '0') * 1e5 + (text[1] - '0') * 1e4 + (text[2] - '0') * 1e3 + (text[3] - '0') * 1e2
         + (text[5] - '0') * 10 + (text[6] - '0');
}

static void time_and_money(struct data_file *f)
{
    static const char *const terminal[] = {"inside", "full", "resale"};
    const struct settings *s = &f->c->settings;

    str_puts(&f->e.b, "param T :=");
    data_number(f, (double)f->c->n_segment);
    str_puts(&f->e.b, ";\nparam discount_rate :=");
    data_number(f, s->discount_rate);
    str_puts(&f->e.b, ";\nparam carbon_price :=");
    data_number(f, s->carbon_price);
    str_printf(&f->e.b, ";\nparam terminal := '%s';\nparam resale_share :=", terminal[s->terminal]);
    data_number(f, s->resale_share);
    str_puts(&f->e.b, ";\n");
    per_segment(f, "begins", begins);
    per_segment(f, "ends", ends);
    per_segment(f, "period", period);
    per_segment(f, "month", month);
}

/**
 * Write the data that models/strait.mod makes the same program from.
 *
 * @param cx    context; holds the message on failure
 * @param m     borrowed; its priority rows closed where a plan needs it (solve_priorities)
 * @param fn    sink
 * @param data  the sink's
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(workloads * offers * segments).  Test: tests/twin/
 */
strait_status write_lp_mathprog(strait_ctx *cx, const struct lp *m, strait_write_fn *fn, void *data)
{
    struct data_file f = { .m = m, .c = m->c };

    emit_begin(&f.e, cx, fn, data);
    str_puts(&f.e.b, "# Data for strait.mod.\ndata;\n");
    time_and_money(&f);
    data_places(&f);
    data_holds(&f);
    data_work(&f);
    data_rules(&f);
    str_puts(&f.e.b, "end;\n");
    return emit_end(&f.e);
}
