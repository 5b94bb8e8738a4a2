/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenario k of a sweep, from its number and the seed alone: whatever the order, the thread or the shard. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "study/sweep.h"

#define STREAM_SWEEP 3   /* of the seed's streams; sampled prices and bootstraps of other uses have their own */

struct expander {
    const struct sweep *s;
    arena *a;
    VEC(struct sweep_input) input;
    str name;
    double *z;               /* events + quantities */
    uint64_t combination;    /* of events, when they are enumerated */
    double weight;
    bool failed;
};

static void add(struct expander *x, const char *path, const char *value)
{
    struct sweep_input in = {path, value};

    x->failed = x->failed || !path || !value || VEC_PUSH(&x->input, in) != STRAIT_OK;
}

/* "path=v", "path*=v" and "path=*v" as a path and "v" or "*v". */
static void add_override(struct expander *x, const char *text)
{
    const char *value;
    bool times;
    size_t n;

    if (!override_split(text, &n, &value, &times))
        return;     /* was refused when the sweep was read */
    str v = {0};
    str_printf(&v, "%s%s", times ? "*" : "", value);
    add(x, arena_strndup(x->a, text, n), v.failed ? NULL : arena_strdup(x->a, v.s));
    str_free(&v);
}

static void add_set(struct expander *x, const struct name_list *set)
{
    for (size_t i = 0; i < set->n; i++)
        add_override(x, set->v[i]);
}

static void add_number(struct expander *x, const struct name_list *path, const char *mark, double v)
{
    str b = {0};
    const char *text;

    str_puts(&b, mark);
    str_real(&b, v);
    text = b.failed ? NULL : arena_strdup(x->a, b.s);
    str_free(&b);
    for (size_t i = 0; i < path->n; i++)
        add(x, path->v[i], text);
}

/* z = L g, the normals of draw i. */
static void draw(struct expander *x, uint64_t i)
{
    const struct sweep *s = x->s;
    struct random_source source = {s->seed, STREAM_SWEEP};
    size_t n = s->event.n + s->quantity.n;
    double *g = mem_calloc(n, sizeof *g);

    x->z = arena_alloc(x->a, n, sizeof *x->z);
    if (!g || !x->z) {
        x->failed = true;
    } else {
        random_normals(&source, i, 1, n, g, 1);
        for (size_t d = 0; d < n; d++)
            for (size_t e = 0; e <= d; e++)
                x->z[d] += s->root[d * n + e] * g[e];
    }
    mem_free(g);
}

static bool happens(struct expander *x, size_t i)
{
    double p = x->s->event.v[i].probability;

    if (x->s->draws > 0)
        return p >= 1 || (p > 0 && x->z[i] > random_normal_quantile(1 - p));
    bool yes = x->combination >> i & 1;
    x->weight *= yes ? p : 1 - p;
    return yes;
}

static void add_events(struct expander *x)
{
    for (size_t i = 0; i < x->s->event.n; i++) {
        const struct sweep_event *e = &x->s->event.v[i];
        bool yes = happens(x, i);
        if (yes)
            str_printf(&x->name, "+%s", e->name);
        add_set(x, yes ? &e->set.set : &e->otherwise.set);
    }
}

/* The share of a normal distribution below z. */
static double normal_share(double z) { return 0.5 * erfc(-z * 0.70710678118654752440); }

/* The first row up to which there is more than this share of the weight. */
static size_t row_of(const struct sweep_quantity *q, double share)
{
    size_t low = 0, high = q->n_history - 1;

    if (!q->upto) {
        low = (size_t)(share * (double)q->n_history);
        return low < high ? low : high;
    }
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (q->upto[mid] > share)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

static double quantile(const struct sweep_quantity *q, double z)
{
    switch (q->kind) {
    case SPREAD_LOGNORMAL: return exp(q->size * (z - 0.5 * q->size));     /* mean 1 */
    case SPREAD_UNIFORM: return 1 + q->size * (2 * normal_share(z) - 1);
    case SPREAD_HISTORY: break;
    }
    return q->history[row_of(q, normal_share(z))];
}

static void add_quantities(struct expander *x)
{
    const struct sweep *s = x->s;

    for (size_t i = 0; i < s->quantity.n && x->z; i++) {
        const struct sweep_quantity *q = &s->quantity.v[i];
        add_number(x, &q->path, q->absolute ? "" : "*", quantile(q, x->z[s->event.n + q->lead]));
    }
}

/* The product's digits, last first: draw or combination, grids from the last, named scenario. */
static void expand(struct expander *x, uint64_t k)
{
    const struct sweep *s = x->s;
    uint64_t last = s->draws > 0 ? s->draws : UINT64_C(1) << s->event.n, rest = k / last, row = 1;
    const struct sweep_named *named = NULL;

    for (size_t i = 0; i < s->grid.n; i++)
        row *= s->grid.v[i].value.n;
    if (s->named.n > 0)
        named = &s->named.v[rest / row];
    x->weight = named ? named->probability : 1;
    str_puts(&x->name, named ? named->name : "base");
    if (named)
        add_set(x, &named->set.set);
    x->weight /= (double)row;
    for (size_t i = 0; i < s->grid.n; i++) {
        const struct sweep_grid *g = &s->grid.v[i];
        row /= g->value.n;
        for (size_t j = 0; j < g->path.n; j++)
            add(x, g->path.v[j], g->value.v[rest / row % g->value.n]);
    }
    x->combination = k % last;
    if (s->draws > 0) {
        x->weight /= (double)last;
        draw(x, k % last);
    }
    if (x->failed)
        return;
    add_events(x);
    add_quantities(x);
}

strait_status sweep_expand(const struct sweep *s, uint64_t k, arena *a, struct sweep_scenario *out)
{
    struct expander x = {.s = s, .a = a};
    struct sweep_input *input;

    expand(&x, k);
    *out = (struct sweep_scenario){.k = k, .weight = x.weight, .n = x.input.n};
    out->name = x.name.failed || x.failed ? NULL : arena_strdup(a, x.name.s);
    out->input = input = arena_alloc(a, x.input.n, sizeof *input);
    if (out->name && input && x.input.n > 0)
        memcpy(input, x.input.v, x.input.n * sizeof *input);
    VEC_FREE(&x.input);
    str_free(&x.name);
    return out->name && input ? STRAIT_OK : STRAIT_ENOMEM;
}
