/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table "estimate" for a terminal: what a person asks first, in the page's width.  All of it is in JSON and CSV. */
#include <inttypes.h>
#include <math.h>
#include "write/emit.h"
#include "write/write.h"

#define NAME_WIDEST 21   /* two names, a phase and the numbers fill the page's width */
#define PHASE_WIDTH 7

struct widths { size_t workload, offer; };

static size_t widest(const strait_table *t, const char *col)
{
    size_t w = text_width(col);

    for (size_t i = 0; i < t->n_row; i++) {
        size_t here = text_width(table_text(t, col, i));
        w = here > w ? here : w;
    }
    return w < NAME_WIDEST ? w : NAME_WIDEST;
}

/* Three digits and a letter for the thousands: 28.0M. */
static void short_real(str *b, double v)
{
    static const char letters[] = " kMGTP";
    size_t i = 0;

    if (!isfinite(v)) {
        str_printf(b, "%7s", "-");
        return;
    }
    for (; fabs(v) >= 999.5 && i + 2 < sizeof letters; i++)
        v /= 1000.0;
    str_printf(b, "%6.*f%c", v == 0.0 || fabs(v) >= 99.95 ? 0 : fabs(v) >= 9.995 ? 1 : 2, v, letters[i]);
}

static void names(struct emit *e, const struct widths *w, const char *workload, const char *phase, const char *offer)
{
    text_pad(&e->b, workload, w->workload);
    str_puts(&e->b, "  ");
    text_pad(&e->b, phase, PHASE_WIDTH);
    str_puts(&e->b, "  ");
    text_pad(&e->b, offer, w->offer);
    str_puts(&e->b, "  ");
}

static void numbers(struct emit *e, const strait_table *t, size_t i)
{
    short_real(&e->b, table_real(t, "rate", i));
    short_real(&e->b, table_real(t, "low", i));
    short_real(&e->b, table_real(t, "high", i));
    str_printf(&e->b, "%7" PRId64 " ", table_int(t, "min_accelerators", i));
    if (isfinite(table_real(t, "cost", i)))
        str_printf(&e->b, "%9.3g", table_real(t, "cost", i));
    else
        str_printf(&e->b, "%9s", "-");
}

/* Why it cannot run, or what bars it, where its numbers would stand. */
static bool excuse(struct emit *e, const strait_table *t, size_t i, size_t room)
{
    const char *reason = table_text(t, "reason", i), *rule = table_text(t, "barred_by", i);
    str s = {0};

    if (!reason && !rule)
        return false;
    str_printf(&s, "%s%s", reason ? "" : "barred by rule ", reason ? reason : rule);
    if (s.failed)
        e->b.failed = true;
    else
        text_put(&e->b, s.s, room);
    str_free(&s);
    return true;
}

/**
 * Write the estimate's first facts: rate with its 80 % bar, fewest accelerators, cost; or why it cannot run.  At most
 * PAGE_COLS columns.
 *
 * @param t  borrowed; table "estimate" of strait_estimate()
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_ENOMEM
 * Test: tests/unit/check_write.c
 */
strait_status write_estimate_text(strait_ctx *cx, const strait_table *t, strait_write_fn *fn, void *data)
{
    struct widths w = {widest(t, "workload"), widest(t, "offer")};
    size_t room = PAGE_COLS - w.workload - PHASE_WIDTH - w.offer - 6;
    struct emit e;

    emit_begin(&e, cx, fn, data);
    names(&e, &w, "workload", "phase", "offer");
    str_printf(&e.b, "%6s %6s %6s %7s %9s\n", "rate", "low", "high", "accel.", "cost");
    for (size_t i = 0; i < t->n_row && emit_step(&e); i++) {
        names(&e, &w, table_text(t, "workload", i), table_text(t, "phase", i), table_text(t, "offer", i));
        if (!excuse(&e, t, i, room))
            numbers(&e, t, i);
        while (e.b.n > 0 && e.b.s[e.b.n - 1] == ' ')
            e.b.s[--e.b.n] = '\0';
        str_putc(&e.b, '\n');
    }
    str_printf(&e.b, "rate: per accelerator-hour, in tokens (train) or requests; low, high: its 80 %% bar; cost: %s\n"
               "power, latencies, batch and more: --format csv or json\n", table_col(t, "cost")->unit);
    return emit_end(&e);
}
