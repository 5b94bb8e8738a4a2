/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measured tokens per second into the table of rates of a case. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "convert/job.h"
#include "convert/where.h"

#define MOST_RATES 1000000   /* measurements kept, for their median */

struct measured { size_t key; double rate; };

struct measurements {
    struct chip_names names;
    struct strangers strangers;
    struct index key;                                    /* workload \n accelerator \n phase */
    VEC(struct measured) row;
    size_t workload, accelerator, phase, rate, count;    /* columns */
    struct where where;
};

static const char *phase_of(const char *word)
{
    static const struct { const char *word, *ours; } words[] = {
        {"train", "train"}, {"training", "train"}, {"pretrain", "train"}, {"prefill", "prefill"}, {"prompt", "prefill"},
        {"decode", "decode"}, {"generation", "decode"}, {"mixed", "mixed"}, {"colocated", "mixed"}, {"serving", "mixed"},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(words[i].word, word) == 0)
            return words[i].ours;
    return NULL;
}

static strait_status begin(struct job *j, void *data)
{
    struct measurements *m = data;
    strait_status st;

    m->workload = where_column(j, "workload", "workload|model");
    m->accelerator = where_column(j, "accelerator", "accelerator|AcceleratorName|gpu|device");
    m->phase = where_column(j, "phase", "phase|stage");
    m->count = where_column(j, "count", "n_accelerators|accelerators|gpus|devices");
    m->rate = where_column(j, "rate", "tokens_per_s_per_accelerator|rate|tokens_per_s|tokens_per_second|throughput");
    if (m->workload == ROWS_NONE)
        return job_no_column(j, "workload", "workload or model; --columns workload=NAME names another");
    if (m->accelerator == ROWS_NONE)
        return job_no_column(j, "accelerator", "accelerator; --columns accelerator=NAME names another");
    if (m->phase == ROWS_NONE)
        return job_no_column(j, "phase", "phase; --columns phase=NAME names another");
    if (m->rate == ROWS_NONE)
        return job_no_column(j, "rate", "tokens_per_s_per_accelerator, rate or tokens_per_s; --columns rate=NAME names another");
    /* What is per accelerator already is not to be divided again. */
    if (strstr(j->rows.head[m->rate], "per_accelerator") != NULL && where_named(j, "count") == NULL)
        m->count = ROWS_NONE;
    if (j->rows.unit[m->rate] != NULL && strcmp(j->rows.unit[m->rate], "tokens/s") != 0) {
        st = cx_fault(j->cx, SEV_ERROR, j->path, 1, j->rows.head[m->rate], j->rows.unit[m->rate], "tokens/s",
                      "not a unit of this column");
        return st == STRAIT_OK ? STRAIT_EINPUT : st;
    }
    return where_begin(j, &m->where);
}

/* The workload of the case: as the user renamed it; with renames, others are left out. */
static const char *renamed(struct job *j, const char *name)
{
    for (size_t i = 0; i < j->ask.rename.n; i++)
        if (strcmp(j->ask.rename.v[i].name, name) == 0) {
            j->ask.rename.v[i].seen = true;
            return j->ask.rename.v[i].to == NULL ? name : j->ask.rename.v[i].to;
        }
    return j->ask.rename.n == 0 ? name : NULL;
}

static strait_status keep(struct job *j, struct measurements *m, const char *workload, const char *ours, const char *phase,
                          double rate)
{
    struct measured row = {0, rate};
    char key[400];
    bool is_new;

    if (m->row.n >= MOST_RATES)
        return cx_fail(j->cx, STRAIT_EINPUT, "%s: more than %d measurements", j->path, MOST_RATES);
    snprintf(key, sizeof key, "%s\n%s\n%s", workload, ours, phase);
    if (index_add(&m->key, j->arena, key, &row.key, &is_new) != STRAIT_OK || VEC_PUSH(&m->row, row) != STRAIT_OK)
        return cx_nomem(j->cx);
    return STRAIT_OK;
}

static strait_status row(struct job *j, void *data)
{
    struct measurements *m = data;
    const struct rows *r = &j->rows;
    const char *workload = renamed(j, rows_cell(r, m->workload)), *phase = phase_of(rows_cell(r, m->phase));
    const char *foreign = rows_cell(r, m->accelerator), *why, *ours = chip_names_find(&m->names, foreign, "", &why);
    double rate, count = 1;

    if (workload == NULL || !where_holds(j, &m->where)) {
        job_other(j);
        return STRAIT_OK;
    }
    if (rows_cell(r, m->rate)[0] == '\0') {
        job_other(j);    /* a row of something else than a rate */
        return STRAIT_OK;
    }
    if (!cell_real(rows_cell(r, m->rate), &rate) || rate <= 0)
        return job_bad(j, m->rate, "tokens per second, above 0", "is no rate");
    if (m->count != ROWS_NONE && (!cell_count(rows_cell(r, m->count), &count) || count < 1))
        return job_bad(j, m->count, "a whole number from 1", "is no number of accelerators");
    if (phase == NULL)
        return job_bad(j, m->phase, "train, prefill, decode, mixed", "is no phase");
    if (!is_name(workload))
        return job_bad(j, m->workload, "a name of a workload, or --rename THIS=WORKLOAD", "is no name of a workload");
    if (ours == NULL) {
        job_other(j);
        return strangers_add(j, &m->strangers, foreign, workload, why, (double)NAN);
    }
    return keep(j, m, workload, ours, phase, rate / count);
}

static int by_key(const void *a, const void *b)
{
    const struct measured *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->rate < y->rate ? -1 : x->rate > y->rate;
}

/* Median, and from two measurements on their spread: sd of ln, n - 1 below. */
static strait_status add_rate(struct job *j, strait_table *t, char *key, const struct measured *v, size_t n)
{
    char *accelerator = strchr(key, '\n') + 1, *phase = strchr(accelerator, '\n') + 1;
    double middle = n % 2 == 1 ? v[n / 2].rate : sqrt(v[n / 2 - 1].rate * v[n / 2].rate), mean = 0, square = 0;

    for (size_t i = 0; i < n; i++)
        mean += log(v[i].rate) / (double)n;
    for (size_t i = 0; i < n; i++)
        square += (log(v[i].rate) - mean) * (log(v[i].rate) - mean);
    accelerator[-1] = phase[-1] = '\0';
    return table_add(t, key, accelerator, phase, middle, n < 2 ? 0.1 : fmin(sqrt(square / (double)(n - 1)), 3),
                     j->ask.source != NULL ? j->ask.source : job_stem(j, j->file.v[0].file), j->ask.date,
                     j->ask.kind != NULL ? j->ask.kind : "measured");
}

static strait_status rates_table(struct job *j, struct measurements *m)
{
    static const struct column_def def[] = {
        {"workload", STRAIT_TEXT, ""}, {"accelerator", STRAIT_TEXT, ""}, {"phase", STRAIT_TEXT, ""},
        {"rate", STRAIT_REAL, "tokens/s"}, {"error", STRAIT_REAL, ""}, {"source", STRAIT_TEXT, ""},
        {"date", STRAIT_TEXT, ""}, {"kind", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    strait_table *t = NULL;
    strait_status st = table_new(&t, "rates", def);

    if (m->row.n > 0)
        qsort(m->row.v, m->row.n, sizeof *m->row.v, by_key);
    for (size_t i = 0, n; st == STRAIT_OK && i < m->row.n; i += n) {
        char *key = arena_strdup(j->arena, m->key.text.v[m->row.v[i].key]);

        for (n = 1; i + n < m->row.n && m->row.v[i + n].key == m->row.v[i].key;)
            n++;
        st = key == NULL ? STRAIT_ENOMEM : add_rate(j, t, key, &m->row.v[i], n);
    }
    if (st == STRAIT_OK)
        st = job_give(j, &t);
    table_free(t);
    return st;
}

static strait_status unused_renames(struct job *j)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < j->ask.rename.n && st == STRAIT_OK; i++)
        if (!j->ask.rename.v[i].seen)
            st = cx_fault(j->cx, SEV_WARNING, j->file.v[0].file, 1, "rename", j->ask.rename.v[i].name,
                          "a workload or model of the file", "is in no row");
    return st;
}

/**
 * Rows of workload (or model), accelerator, phase and tokens per second into table "rates": the median of each, and the
 * standard deviation of ln as its error (0.1 where there is one measurement, as the field's default).
 *
 * A rate that is not named per accelerator is divided by the column of their number where there is one.
 *
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM.  Test: tests/unit/check_convert.c
 */
strait_status import_rates(struct job *j, const char *const *file, size_t n)
{
    struct measurements m = {.workload = ROWS_NONE};
    strait_status st;

    TRY(chip_names_new(j, &m.names));
    TRY(job_read(j, file, n, begin, row, &m));
    TRY(job_tell(j));
    TRY(rates_table(j, &m));
    TRY(strangers_table(j, &m.strangers));
    TRY(unused_renames(j));
out:
    chip_names_free(&m.names);
    strangers_free(&m.strangers);
    index_free(&m.key);
    VEC_FREE(&m.row);
    return st;
}
