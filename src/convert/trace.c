/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Traces of requests into profiles of demand, peak factors and lengths. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "convert/bins.h"
#include "convert/job.h"
#include "convert/lengths.h"
#include "convert/where.h"
#include "domain/domain.h"

#define HOUR_US (60 * MINUTE_US)
#define COVERED_H 0.5          /* observed at least so long, an hour of the week has a rate */

struct trace {
    struct bins bins;
    struct lengths input, output;
    struct where where;
    size_t time, requests, in, out;         /* columns */
    bool binned;                            /* rows stand for `requests` requests and the sum of their tokens */
    int64_t before, step;                   /* binned: time of the row before, least time between rows; 0: none */
    double silent;                          /* requests without output */
};

static strait_status begin(struct job *j, void *data)
{
    struct trace *t = data;

    t->time = where_column(j, "time", "TIMESTAMP|time|arrival_time|arrived_at|start_time|created_at|hour_utc|minute_utc|hour");
    t->in = where_column(j, "input", "ContextTokens|input_tokens|Request tokens|prompt_tokens|input_length|num_prefill_tokens");
    t->out = where_column(j, "output",
                          "GeneratedTokens|output_tokens|Response tokens|completion_tokens|output_length|num_decode_tokens");
    t->requests = where_column(j, "requests", "arrivals|requests");
    t->binned = t->binned || t->requests != ROWS_NONE;
    t->before = INT64_MIN;
    if (t->time == ROWS_NONE)
        return job_no_column(j, "time", "TIMESTAMP, time; --columns time=NAME names another");
    if (t->in == ROWS_NONE)
        return job_no_column(j, "input", "ContextTokens, input_tokens, Request tokens; --columns input=NAME names another");
    if (t->out == ROWS_NONE)
        return job_no_column(j, "output", "GeneratedTokens, output_tokens, Response tokens; --columns output=NAME names another");
    return where_begin(j, &t->where);
}

/* Of rows that are bins: how long each is, by the least time between two of them. */
static void measure_step(struct trace *t, int64_t us)
{
    int64_t step = t->before == INT64_MIN ? 0 : us > t->before ? us - t->before : t->before - us;

    if (step > 0 && (t->step == 0 || step < t->step))
        t->step = step;
    t->before = us;
}

/* The time of the row in microseconds since 1970. */
static bool read_time(const struct job *j, const struct trace *t, int64_t *us, const char **allowed)
{
    bool relative;

    *allowed = "2026-12-07 05:00:00.123 with or without a zone, or Unix time, years 1990 to 2200";
    if (!cell_time(rows_cell(&j->rows, t->time), j->ask.clock_offset, us, &relative))
        return false;
    if (!relative)
        return true;
    *allowed = "a time with its day, or --start DATE for seconds since then";
    if (j->ask.start == DATE_NONE)
        return false;
    *us += (j->ask.start - j->ask.clock_offset) * INT64_C(1000000);
    return true;
}

static strait_status row(struct job *j, void *data)
{
    struct trace *t = data;
    struct bin add = {1, 0, 0};
    const char *allowed;
    int64_t us;
    bool fits;
    strait_status st;

    if (!where_holds(j, &t->where)) {
        job_other(j);
        return STRAIT_OK;
    }
    if (!read_time(j, t, &us, &allowed))
        return job_bad(j, t->time, allowed, "is no time");
    if (!cell_count(rows_cell(&j->rows, t->in), &add.input))
        return job_bad(j, t->in, "a whole number of tokens, 0 or more", "is no number of tokens");
    if (!cell_count(rows_cell(&j->rows, t->out), &add.output))
        return job_bad(j, t->out, "a whole number of tokens, 0 or more", "is no number of tokens");
    if (t->requests != ROWS_NONE && !cell_count(rows_cell(&j->rows, t->requests), &add.requests))
        return job_bad(j, t->requests, "a whole number of requests, 0 or more", "is no number of requests");
    st = bins_add(&t->bins, us, &add, &fits);
    if (st != STRAIT_OK)
        return cx_nomem(j->cx);
    if (!fits)
        return job_bad(j, t->time, "times within ten years of each other", "is too far from the rows before it");
    if (t->requests != ROWS_NONE) {
        measure_step(t, us);
        return STRAIT_OK;
    }
    t->silent += add.output == 0;
    lengths_add(&t->input, add.input);
    lengths_add(&t->output, add.output);
    return STRAIT_OK;
}

/* Bins last until the next one; those of more than an hour say nothing of the hours of a day. */
static strait_status end_bins(struct job *j, struct trace *t)
{
    static const struct bin nothing = {0, 0, 0};
    strait_status st = STRAIT_OK;
    bool fits;

    if (t->step == 0)
        return STRAIT_OK;
    if (t->step > HOUR_US) {
        st = cx_fault(j->cx, SEV_ERROR, j->file.v[0].file, 1, "time", NULL, "rows of at most an hour each",
                      "the rows stand for more than an hour: no profile can be made of them");
        return st == STRAIT_OK ? STRAIT_EINPUT : st;
    }
    st = bins_add(&t->bins, t->bins.to_us + t->step - 1, &nothing, &fits);
    t->bins.to_us += fits;
    return st;
}

/* ---- the profile ---- */

/* Hours of a day out of those of the week. */
static void fold_day(struct week *w)
{
    for (size_t h = 24; h < 168; h++) {
        w->requests[h % 24] += w->requests[h];
        w->hours[h % 24] += w->hours[h];
    }
}

static bool covered(const struct week *w, size_t n)
{
    for (size_t h = 0; h < n; h++)
        if (w->hours[h] < COVERED_H)
            return false;
    return true;
}

static size_t n_covered(const struct week *w, size_t n)
{
    size_t k = 0;

    for (size_t h = 0; h < n; h++)
        k += w->hours[h] >= COVERED_H;
    return k;
}

/* 168 or 24 hours that are all covered; 0: not even a day, which is told. */
static strait_status profile_hours(struct job *j, struct week *w, size_t *n)
{
    size_t week = n_covered(w, 168);

    *n = covered(w, 168) ? 168 : 0;
    if (*n > 0)
        return STRAIT_OK;
    fold_day(w);
    *n = covered(w, 24) ? 24 : 0;
    if (*n > 0)
        return cx_fault(j->cx, SEV_WARNING, j->file.v[0].file, 1, "profile", NULL, "a trace of a week or more",
                        "only %zu of the 168 hours of a week are covered: the profile is of a day", week);
    return cx_fault(j->cx, SEV_WARNING, j->file.v[0].file, 1, "profile", NULL, "a trace of a day or more",
                    "only %zu of the 24 hours of a day are covered: no profile is made", n_covered(w, 24));
}

static strait_status profile_table(struct job *j, const struct week *w, size_t n, const char *name)
{
    static const struct column_def def[] = {
        {"profile", STRAIT_TEXT, ""}, {"hour", STRAIT_INT, ""}, {"weight", STRAIT_REAL, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    strait_table *t = NULL;
    double mean = 0;
    strait_status st;

    TRY(table_new(&t, "profiles", def));
    for (size_t h = 0; h < n; h++)
        mean += w->requests[h] / w->hours[h] / (double)n;
    for (size_t h = 0; h < n && mean > 0; h++)
        TRY(table_add(t, name, (int64_t)h, w->requests[h] / w->hours[h] / mean));
    TRY(job_give(j, &t));
out:
    table_free(t);
    return st;
}

/* ---- figures of the whole trace ---- */

static void time_text(int64_t us, char out[24])
{
    date_format((us - (us < 0 ? 59999999 : 0)) / MINUTE_US * 60, out);
}

struct figures { double requests, input, output, hours; struct peaks minute, hour; };

static void add_up(const struct trace *t, struct figures *f)
{
    for (size_t i = 0; i < t->bins.n; i++) {
        const struct bin *b = &t->bins.v[t->bins.front + i];

        f->requests += b->requests;
        f->input += b->input;
        f->output += b->output;
    }
    f->hours = (double)(t->bins.to_us - t->bins.from_us) / (double)HOUR_US;
}

static strait_status trace_table(struct job *j, const struct trace *t, const struct figures *f, const char *name)
{
    static const struct column_def def[] = {
        {"name", STRAIT_TEXT, ""}, {"requests", STRAIT_REAL, ""}, {"first", STRAIT_TEXT, ""}, {"last", STRAIT_TEXT, ""},
        {"hours", STRAIT_REAL, "h"}, {"requests_per_hour", STRAIT_REAL, "1/h"}, {"p95_of_minutes", STRAIT_REAL, ""},
        {"peak_of_minutes", STRAIT_REAL, ""}, {"p95_of_hours", STRAIT_REAL, ""}, {"peak_of_hours", STRAIT_REAL, ""},
        {"without_output", STRAIT_REAL, ""}, {"source", STRAIT_TEXT, ""}, {"date", STRAIT_TEXT, ""},
        {"kind", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    char first[24], last[24];
    strait_table *out = NULL;
    strait_status st;

    time_text(t->bins.from_us, first);
    time_text(t->bins.to_us, last);
    TRY(table_new(&out, "trace", def));
    TRY(table_add(out, name, f->requests, first, last, f->hours, f->requests / f->hours, f->minute.p95, f->minute.peak,
                  f->hour.p95, f->hour.peak, t->binned ? (double)NAN : t->silent,
                  j->ask.source != NULL ? j->ask.source : name, j->ask.date != NULL ? j->ask.date : last,
                  j->ask.kind != NULL ? j->ask.kind : "measured"));
    TRY(job_give(j, &out));
out:
    table_free(out);
    return st;
}

/* Without a profile the demand carries its own peak, which the minutes of the trace tell. */
static strait_status demand_table(struct job *j, const struct figures *f, const char *profile)
{
    static const struct column_def def[] = {
        {"workload", STRAIT_TEXT, ""}, {"region", STRAIT_TEXT, ""}, {"requests", STRAIT_REAL, "1/h"},
        {"profile", STRAIT_TEXT, ""}, {"peak", STRAIT_REAL, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    strait_table *t = NULL;
    strait_status st;

    if (j->ask.workload == NULL)
        return STRAIT_OK;
    TRY(table_new(&t, "demands", def));
    TRY(table_add(t, j->ask.workload, j->ask.region, f->requests / f->hours, profile,
                  profile == NULL && f->minute.n > 0 ? fmax(f->minute.p95, 1) : (double)NAN));
    TRY(job_give(j, &t));
out:
    table_free(t);
    return st;
}

/* ---- lengths ---- */

static strait_status length_table(struct job *j, const struct trace *t, const struct figures *f, const char *name)
{
    static const struct { const char *word; double q; } quantile[] = {
        {"p10", 0.1}, {"p25", 0.25}, {"p50", 0.5}, {"p75", 0.75}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"max", 1},
    };
    static const struct column_def def[] = {
        {"name", STRAIT_TEXT, ""}, {"statistic", STRAIT_TEXT, ""}, {"input_len", STRAIT_REAL, "tokens"},
        {"output_len", STRAIT_REAL, "tokens"}, {NULL, STRAIT_TEXT, NULL},
    };
    strait_table *out = NULL;
    strait_status st;

    TRY(table_new(&out, "lengths", def));
    TRY(table_add(out, name, "mean", f->input / f->requests, f->output / f->requests));
    for (size_t i = 0; i < sizeof quantile / sizeof *quantile && !t->binned; i++)
        TRY(table_add(out, name, quantile[i].word,
                      quantile[i].q < 1 ? lengths_quantile(&t->input, quantile[i].q) : t->input.most,
                      quantile[i].q < 1 ? lengths_quantile(&t->output, quantile[i].q) : t->output.most));
    TRY(job_give(j, &out));
out:
    table_free(out);
    return st;
}

/* By octaves: 0, 1, 2-3, 4-7, ... */
static strait_status histogram_table(struct job *j, const struct trace *t)
{
    static const struct column_def def[] = {
        {"from", STRAIT_REAL, "tokens"}, {"below", STRAIT_REAL, "tokens"}, {"input_requests", STRAIT_INT, ""},
        {"output_requests", STRAIT_INT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    double most = fmax(t->input.most, t->output.most);
    strait_table *out = NULL;
    strait_status st;

    TRY(table_new(&out, "histogram", def));
    for (double lo = 0, hi = 1; lo <= most && !t->binned; lo = hi, hi *= 2)
        TRY(table_add(out, lo, hi, lengths_between(&t->input, lo, hi), lengths_between(&t->output, lo, hi)));
    TRY(job_give(j, &out));
out:
    table_free(out);
    return st;
}

static strait_status tables(struct job *j, struct trace *t)
{
    const char *name = j->ask.profile != NULL ? j->ask.profile : job_stem(j, j->file.v[0].file);
    struct figures f = {0};
    struct week w;
    size_t n;
    strait_status st;

    add_up(t, &f);
    TRY(bins_peaks(&t->bins, t->step > MINUTE_US ? 60 : 1, &f.minute));
    if (t->step > MINUTE_US)
        f.minute.p95 = f.minute.peak = (double)NAN;
    TRY(bins_peaks(&t->bins, 60, &f.hour));
    bins_week(&t->bins, j->ask.utc_offset, &w);
    TRY(profile_hours(j, &w, &n));
    TRY(profile_table(j, &w, n, name));
    TRY(demand_table(j, &f, n > 0 ? name : NULL));
    TRY(length_table(j, t, &f, name));
    TRY(histogram_table(j, t));
    TRY(trace_table(j, t, &f, name));
out:
    return st;
}

static strait_status no_requests(struct job *j)
{
    strait_status st = cx_fault(j->cx, SEV_ERROR, j->file.v[0].file, 1, "file", NULL,
                                "requests at two times or more", "the files hold no span of time");

    return st == STRAIT_OK ? STRAIT_EINPUT : st;
}

static bool has_span(const struct trace *t)
{
    struct figures f = {0};

    add_up(t, &f);
    return f.requests > 0 && f.hours > 0;
}

/**
 * Rows of a time, input and output tokens (Azure LLM, BurstGPT or columns named by the user), or bins of them with a
 * number of requests, into tables "profiles", "demands" (with option demand), "lengths", "histogram" and "trace".
 *
 * weight[h] = (requests in hour h of the local week / hours that h was observed) / their mean over h.  A week that is not
 * covered makes a day, less makes no profile.  Peaks are of whole minutes and hours inside the trace, over their mean.
 *
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(rows); memory O(minutes between first and last).  Test: tests/unit/check_convert.c, tests/cli/import.py
 */
strait_status import_trace(struct job *j, const char *const *file, size_t n)
{
    struct trace *t = mem_calloc(1, sizeof *t);
    strait_status st = t == NULL ? STRAIT_ENOMEM : STRAIT_OK;

    TRY(st);
    TRY(job_read(j, file, n, begin, row, t));
    TRY(job_tell(j));
    TRY(end_bins(j, t));
    TRY(has_span(t) ? STRAIT_OK : no_requests(j));
    TRY(tables(j, t));
out:
    if (t != NULL)
        bins_free(&t->bins);
    mem_free(t);
    return st;
}
