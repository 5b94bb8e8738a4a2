/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far off the estimator is, as one self-contained HTML page: a chart of predicted against published for each phase, each
 * row predicted without its model, and the table of errors.  No script, no outside file.
 */
#include <math.h>
#include <string.h>

#include "write/emit.h"
#include "write/write.h"

enum { SIDE = 440, LEFT = 70, TOP = 14, RIGHT = 26, BOTTOM = 40 };

/* Colours that also differ in lightness (Okabe and Ito, 2008). */
static const struct { const char *family, *colour; } palette[] = {
    { "ampere", "#e69f00" },  { "hopper", "#0072b2" },     { "blackwell", "#009e73" }, { "blackwell_ultra", "#56b4e9" },
    { "ascend_910", "#d55e00" }, { "*", "#666666" },
};
#define N_PALETTE (sizeof palette / sizeof *palette)

static const struct { const char *phase, *title; } charts[] = {
    { "train", "Training" },
    { "mixed", "Serving, prompts and decoding together" },
    { "prefill", "Prompts only" },
    { "decode", "Decoding only" },
};

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;max-width:1040px;margin:24px auto;padding:0 16px;color:#222}"
    "h1{font-size:24px}h2{font-size:18px;margin:28px 0 6px}svg{background:#fafafa;border:1px solid #ddd;margin:4px 10px 4px 0}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:3px 10px;text-align:right;"
    "border-bottom:1px solid #e4e4e4}td:nth-child(-n+3),th:nth-child(-n+3){text-align:left}tr.all td{font-weight:600}"
    ".key i{display:inline-block;width:11px;height:11px;border-radius:6px;margin:0 5px 0 14px}"
    "text{font:12px system-ui,sans-serif;fill:#444}";

static void put_escaped(str *b, const char *s)
{
    for (; s != NULL && *s != '\0'; s++)
        switch (*s) {
        case '&': str_puts(b, "&amp;"); break;
        case '<': str_puts(b, "&lt;"); break;
        case '>': str_puts(b, "&gt;"); break;
        case '"': str_puts(b, "&quot;"); break;
        default: str_putc(b, *s);
        }
}

static const char *colour_of(const char *family)
{
    for (size_t i = 0; i + 1 < N_PALETTE; i++)
        if (strcmp(palette[i].family, family) == 0)
            return palette[i].colour;
    return palette[N_PALETTE - 1].colour;
}

static void put_key(str *b)
{
    str_puts(b, "<p class=\"key\">");
    for (size_t i = 0; i < N_PALETTE; i++)
        str_printf(b, "<i style=\"background:%s\"></i>%s", palette[i].colour,
                   strcmp(palette[i].family, "*") == 0 ? "other" : palette[i].family);
    str_puts(b, "<span>; hollow: hearsay, not fitted</span></p>\n");
}

/* A chart's axes: both the same, in powers of ten. */
struct axes { double low, high; };

static bool on_chart(const strait_table *t, size_t row, const char *phase)
{
    return strcmp(table_text(t, "phase", row), phase) == 0 && table_real(t, "published", row) > 0 &&
           table_real(t, "without_model", row) > 0;
}

static struct axes axes_of(const strait_table *t, const char *phase)
{
    struct axes a = { 9, -9 };

    for (size_t i = 0; i < t->n_row; i++) {
        double x, y;

        if (!on_chart(t, i, phase))
            continue;
        x = log10(table_real(t, "published", i));
        y = log10(table_real(t, "without_model", i));
        a.low = fmin(a.low, floor(fmin(x, y)));
        a.high = fmax(a.high, ceil(fmax(x, y)));
    }
    if (a.high <= a.low)
        a.high = a.low + 1;
    return a;
}

static double x_of(const struct axes *a, double v)
{
    return LEFT + (log10(v) - a->low) / (a->high - a->low) * (SIDE - LEFT - RIGHT);
}

static double y_of(const struct axes *a, double v)
{
    return SIDE - BOTTOM - (log10(v) - a->low) / (a->high - a->low) * (SIDE - BOTTOM - TOP);
}

static void put_line(str *b, const struct axes *a, double x0, double y0, double x1, double y1, const char *look)
{
    str_printf(b, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n", x_of(a, x0), y_of(a, y0), x_of(a, x1),
               y_of(a, y1), look);
}

/* A power of ten: "1,000", "0.1". */
static void put_tick(str *b, double v)
{
    if (v < 1)
        text_real(b, v);
    else
        text_count(b, v);
}

static void put_axes(str *b, const struct axes *a)
{
    double low = pow(10, a->low), high = pow(10, a->high);

    for (double e = a->low; e <= a->high; e++) {
        double v = pow(10, e);

        put_line(b, a, v, low, v, high, "stroke=\"#e2e2e2\"");
        put_line(b, a, low, v, high, v, "stroke=\"#e2e2e2\"");
        str_printf(b, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", x_of(a, v), SIDE - BOTTOM + 16);
        put_tick(b, v);
        str_printf(b, "</text><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 5, y_of(a, v) + 4);
        put_tick(b, v);
        str_puts(b, "</text>\n");
    }
    put_line(b, a, low, low, high, high, "stroke=\"#888\"");
    put_line(b, a, low, low * 2, high / 2, high, "stroke=\"#bbb\" stroke-dasharray=\"4 4\"");
    put_line(b, a, low * 2, low, high, high / 2, "stroke=\"#bbb\" stroke-dasharray=\"4 4\"");
    str_printf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">published, tokens/s per accelerator</text>\n",
               (SIDE + LEFT - RIGHT) / 2, SIDE - 6);
    str_printf(b, "<text x=\"13\" y=\"%d\" text-anchor=\"middle\" transform=\"rotate(-90 13 %d)\">predicted without its "
               "model</text>\n", SIDE / 2, SIDE / 2);
}

static void put_dot(str *b, const strait_table *t, size_t i, const struct axes *a)
{
    double x = table_real(t, "published", i), y = table_real(t, "without_model", i);
    const char *colour = colour_of(table_text(t, "family", i));
    bool weak = table_bool(t, "weak", i);

    str_printf(b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.2\" fill=\"%s\" stroke=\"%s\" fill-opacity=\"%s\"><title>",
               x_of(a, x), y_of(a, y), weak ? "none" : colour, colour, weak ? "0" : "0.55");
    put_escaped(b, table_text(t, "id", i));
    str_puts(b, ": ");
    put_escaped(b, table_text(t, "model", i));
    str_puts(b, " on ");
    put_escaped(b, table_text(t, "accelerator", i));
    str_puts(b, ", ");
    text_real(b, x);
    str_puts(b, " published, ");
    text_real(b, y);
    str_puts(b, " predicted</title></circle>\n");
}

static bool put_chart(struct emit *e, const strait_table *t, size_t chart)
{
    struct axes a = axes_of(t, charts[chart].phase);

    str_printf(&e->b, "<svg width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", SIDE,
               SIDE, SIDE, SIDE, charts[chart].title);
    put_axes(&e->b, &a);
    str_printf(&e->b, "<text x=\"%d\" y=\"%d\" style=\"font-weight:600\">%s</text>\n", LEFT + 8, TOP + 16, charts[chart].title);
    for (size_t i = 0; i < t->n_row; i++) {
        if (on_chart(t, i, charts[chart].phase))
            put_dot(&e->b, t, i, &a);
        if (!emit_step(e))
            return false;
    }
    str_puts(&e->b, "</svg>\n");
    return true;
}

static void put_summary(str *b, const strait_table *t)
{
    str_puts(b, "<table>\n<tr><th>phase</th><th>family</th><th>left out</th><th>rows</th><th>median</th><th>90 % within</th>"
                "<th>bias</th><th>inside the bar</th></tr>\n");
    for (size_t i = 0; i < t->n_row; i++) {
        const char *family = table_text(t, "family", i), *way = table_text(t, "left_out", i);
        const char *kind = table_text(t, "kind", i);
        bool all = strcmp(family, "*") == 0, split = strcmp(kind, "*") != 0;

        str_printf(b, "<tr%s><td>%s</td><td>%s</td><td>%s</td><td>%lld</td><td>%.1f %%</td><td>%.1f %%</td><td>%+.1f %%</td>"
                      "<td>%.0f %%</td></tr>\n",
                   all && !split ? " class=\"all\"" : "", table_text(t, "phase", i),
                   !all ? family : !split ? "all" : strcmp(kind, "moe") == 0 ? "all, mixtures" : "all, dense",
                   strcmp(way, "fitted") == 0 ? "nothing" : way,
                   (long long)table_int(t, "rows", i), table_real(t, "median", i), table_real(t, "p90", i),
                   table_real(t, "bias", i), table_real(t, "inside", i));
    }
    str_puts(b, "</table>\n");
}

/**
 * Write the page.
 *
 * @param errors   table "errors" of a calibration, borrowed
 * @param summary  table "summary", borrowed
 * @return STRAIT_OK, STRAIT_EIO (the sink refused), STRAIT_ENOMEM.  Cost O(rows).  Test: tests/cli/calibrate.py
 */
strait_status errors_page(strait_ctx *cx, const strait_table *errors, const strait_table *summary, strait_write_fn *fn,
                          void *data)
{
    struct emit e;

    emit_begin(&e, cx, fn, data);
    str_printf(&e.b, "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>strait: the estimator against "
                     "published measurements</title>\n<style>%s</style>\n", style);
    str_puts(&e.b, "<h1>The estimator against published measurements</h1>\n<p>Each dot is a published row, predicted by a fit "
                   "that has not seen its model. On the line: right; dashed: a factor of two off. An error is "
                   "exp(|ln(predicted / published)|) &minus; 1; the baseline is one share of peak or bandwidth for all.</p>\n");
    put_key(&e.b);
    for (size_t i = 0; i < sizeof charts / sizeof *charts; i++)
        if (!put_chart(&e, errors, i))
            break;
    str_puts(&e.b, "<h2>Errors by phase, family and what was left out</h2>\n");
    put_summary(&e.b, summary);
    str_puts(&e.b, "</html>\n");
    return emit_end(&e);
}
