/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What training and inference rows share: names, shape, chip; predictions and their bars. */
#include "calibrate/point.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/** Does a text begin with a word, in any case? */
bool begins_with(const char *text, const char *word)
{
    while (*word != '\0' && tolower((unsigned char)*text) == tolower((unsigned char)*word)) {
        text++;
        word++;
    }
    return *word == '\0';
}

/** Does a text hold a word, in any case? */
bool has_word(const char *text, const char *word)
{
    while (*text != '\0' && !begins_with(text, word))
        text++;
    return *text != '\0';
}

/** The number right behind a word that begins one ("TP8", "TP 8"); 0 when there is none. */
double number_after(const char *text, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        const char *digit = at + n + (at[n] == ' ');

        if (isdigit((unsigned char)*digit) && (at == text || !isalpha((unsigned char)at[-1])))
            return strtod(digit, NULL);
    }
    return 0;
}

/**
 * Training or inference, told by the header: `seq_len` and `task`, or `phase` and `engine`.
 *
 * @return STRAIT_OK, STRAIT_EINPUT (a fault), STRAIT_ENOMEM.  Test: tests/unit/check_points.c
 */
strait_status point_sheet_kind(const struct sheet *s, bool *training)
{
    bool train = sheet_has(s, "task") && sheet_has(s, "seq_len"), serve = sheet_has(s, "phase") && sheet_has(s, "input_len");
    strait_status st;

    *training = train;
    if (train != serve)
        return STRAIT_OK;
    st = cx_fault(s->csv.cx, SEV_ERROR, s->csv.file, 1, "rows", NULL,
                  "task and seq_len (training), or phase and input_len (inference)",
                  "the header is neither that of training rows nor that of inference rows");
    return st != STRAIT_OK ? st : STRAIT_EINPUT;
}

/* A transformer of N parameters that nothing else is known of: N = 12 L h^2 with h = 128 L, heads of 128, 8 of them for keys. */
static void fill_shape(struct model *m)
{
    double n = 1e9 * m->active_params;

    if (m->layers <= 0)
        m->layers = (int64_t)fmax(1, round(cbrt(n / 12 / (128.0 * 128))));
    if (m->hidden <= 0)
        m->hidden = (int64_t)fmax(1, round(sqrt(n / 12 / (double)m->layers)));
    if (m->kv_bytes_per_token <= 0 && m->heads <= 0) {
        m->kv_heads = 8;
        m->head_dim = 128;
        m->kv_bytes_per_token = 4.0 * (double)m->layers * 8 * 128;
    }
    if (m->heads <= 0)
        m->heads = (int64_t)fmax(1, round((double)m->hidden / 128));
    if (m->full_attention <= 0)
        m->full_attention = 1;
}

/* Of two numbers the one that is told. */
static double told(double a, double b)
{
    return a > 0 ? a : b;
}

/* Parameters of a mixture whose totals nobody states: 4 h^2 of attention a layer, 3 h w an expert, one shared, embeddings. */
static void count_parameters(struct model *m)
{
    double layer = 4.0 * (double)m->hidden * (double)m->hidden, expert = 3.0 * (double)m->hidden * (double)m->expert_width;
    double rest = (double)m->layers * (layer + expert) + 2.0 * (double)m->vocab * (double)m->hidden;

    if (m->active_params > 0 || m->layers <= 0 || m->experts <= 1 || m->expert_width <= 0)
        return;
    m->total_params = (rest + (double)m->layers * (double)m->experts * expert) / 1e9;
    m->active_params = (rest + (double)m->layers * (double)m->experts_active * expert) / 1e9;
}

static void read_shape(const struct library *l, const struct sheet *s, struct point *p)
{
    const char *ref = sheet_text(s, "shape_ref");
    const struct model *known = library_shape(l, *ref != '\0' ? ref : sheet_text(s, "model"));
    double layers = sheet_count(s, "layers"), hidden = sheet_count(s, "hidden");

    if (known != NULL)
        p->m = *known;
    else
        p->note = "shape not known, taken from the number of parameters";
    p->m.total_params = told(sheet_count(s, "total_params_b"), p->m.total_params);
    p->m.active_params = told(sheet_count(s, "active_params_b"), told(p->m.active_params, p->m.total_params));
    p->m.total_params = told(p->m.total_params, p->m.active_params);
    if (layers > 0)
        p->m.layers = (int64_t)layers;
    if (hidden > 0)
        p->m.hidden = (int64_t)hidden;
    if (known != NULL && !(p->m.active_params > 0)) {
        count_parameters(&p->m);
        p->note = "parameters not known, counted from the shape";
        p->outside += 0.2;
    }
    if (known == NULL || p->m.layers <= 0 || p->m.hidden <= 0)
        p->outside += 0.2;
    if (!(p->m.active_params > 0))
        p->reason = "the model's parameters are not known: no shape_ref, total_params_b or active_params_b";
    else
        fill_shape(&p->m);
}

/**
 * Read the job of a row.
 *
 * @param texts  gains id, model, source and accelerator
 * @param out    written; `measured` is NaN
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(cells * columns).  Test: tests/unit/check_points.c
 */
strait_status point_read(const struct library *l, const struct sheet *s, bool training, arena *texts, struct point *out)
{
    const char *ref = sheet_text(s, "shape_ref");
    struct chip chip = { 0 };

    *out = (struct point){ .training = training, .measured = REAL_NONE, .counted = 1 };
    out->id = arena_strdup(texts, sheet_text(s, "id"));
    out->model = arena_strdup(texts, *ref != '\0' ? ref : sheet_text(s, "model"));
    out->source = arena_strdup(texts, sheet_text(s, "family"));
    out->chip_name = arena_strdup(texts, sheet_text(s, "accelerator"));
    if (!out->id || !out->model || !out->source || !out->chip_name)
        return STRAIT_ENOMEM;
    read_shape(l, s, out);
    if (!library_chip(l, out->chip_name, &chip))
        out->reason = "the accelerator is not known; name it in the case's accelerators";
    if (out->reason != NULL)
        return STRAIT_OK;
    out->a = chip.a;
    if (chip.guessed) {
        out->note = "accelerator not named, taken for a 910C package";
        out->outside += 0.5;
    }
    if (chip.variant) {
        out->note = "accelerator taken for its listed variant";
        out->outside += 0.2;
    }
    if (training) {
        out->train.power = chip.power;
        point_read_training(s, out);
    } else {
        point_read_inference(s, &chip, out);
    }
    return STRAIT_OK;
}

/* Requests or tokens per second of one accelerator of the replica. */
static double serve_rate(const struct params *v, const struct point *p)
{
    struct server s = { default_constants(), v, &p->m, &p->a, family_of(p->a.family).index, { 0 }, { 0 } };
    struct serve_job j = p->serve;
    double n = p->y.n;

    if (p->load == LOAD_STEADY)
        return j.input_len / prompt_share_seconds(&s, &j, &p->y, 16384);
    if (p->load == LOAD_PROMPTS)
        return j.input_len * p->prompts / prompt_seconds(&s, &j, &p->y, fmax(1, p->prompts * p->y.tensor / n)) / n;
    return j.output_len * serve_at(&s, &j, p->phase == PHASE_DECODE ? SERVE_DECODE : SERVE_MIXED, &p->y, p->batch)
                              .requests_per_s / n;
}

/**
 * What the physics says of a point: tokens/s per accelerator, as the row counts them.
 *
 * @param p  without a reason
 * @return > 0.  Cost O(1).  Test: tests/unit/check_points.c
 */
double point_predict(const struct params *v, const struct point *p)
{
    if (p->training)
        return (p->whole_run ? v->v[P_train_whole_run] : 1) / train_seconds(v, &p->m, &p->a, &p->train);
    return serve_rate(v, p) * p->counted * (p->online ? v->v[P_online_share] : 1);
}

/** Bar of a point with its distance from the fitted rows.  Cost O(1).  Test: tests/unit/check_points.c */
double point_error(const struct params *v, const struct point *p, double *outside)
{
    struct family_of f = family_of(p->a.family);
    double context = p->training ? p->train.context : p->serve.input_len + p->serve.output_len;

    *outside = params_outside(v, p->phase, &p->m, context, f.known) + p->outside;
    return bar_with_outside(v->bar[p->phase][model_is_moe(&p->m)][f.index], *outside);
}
