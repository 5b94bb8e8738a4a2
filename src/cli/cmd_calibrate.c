/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/out.h"

#define MARK "errors.csv"   /* every folder of a report holds it */

/* What a calibration made. */
struct made { strait_table *rates, *errors, *summary; };

static strait_status render_page(struct session *s, const void *what, const char *format, strait_write_fn *fn, void *data)
{
    const struct made *m = what;

    (void)format;
    return strait_calibrate_page(s->cx, m->rates, m->errors, m->summary, fn, data);
}

static bool is_report_file(const void *data, const char *name)
{
    (void)data;
    return strcmp(name, MARK) == 0 || strcmp(name, "summary.csv") == 0 || strcmp(name, "rates.csv") == 0 ||
           strcmp(name, "errors.html") == 0;
}

/* errors.csv, summary.csv, rates.csv and errors.html, whole or not at all. */
static int write_report(struct session *s, const struct made *m)
{
    struct out_dir d;
    int end;

    if (!out_dir_open(&d, s->report, MARK, is_report_file, NULL)) {
        out_dir_abort(&d);
        return say_folder(&d);
    }
    end = deliver_into(s, &d, MARK, render_table, m->errors);
    if (end == END_OK)
        end = deliver_into(s, &d, "summary.csv", render_table, m->summary);
    if (end == END_OK)
        end = deliver_into(s, &d, "rates.csv", render_table, m->rates);
    if (end == END_OK)
        end = deliver_into(s, &d, "errors.html", render_page, m);
    if (end == END_OK && !out_dir_commit(&d))
        end = say_folder(&d);
    out_dir_abort(&d);
    return end;
}

int cmd_calibrate(struct session *s)
{
    struct made m = { NULL, NULL, NULL };
    strait_status st = strait_calibrate(s->cx, s->rows, s->n_rows, s->rates, &m.rates, s->report ? &m.errors : NULL,
                                        s->report ? &m.summary : NULL);
    int end = st == STRAIT_OK ? END_OK : failed_on_input(s, st);

    if (end == END_OK && s->report)
        end = write_report(s, &m);
    if (end == END_OK)
        end = deliver(s, render_table, s->report ? m.summary : m.rates);
    strait_table_free(m.rates);
    strait_table_free(m.errors);
    strait_table_free(m.summary);
    return end;
}
