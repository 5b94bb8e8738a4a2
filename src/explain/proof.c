/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why there is no plan: firm work that nothing can serve, and the rows on which the proof of infeasibility rests. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "base/tolerance.h"
#include "explain/explain.h"

/* Rows of the ray together by what they are about, and the heaviest of them first; at most so many are named. */
#define PROOF_NAMED 12
#define PROOF_SPANS 4

struct proof_row { double weight; struct told told; int order; };
struct proof { struct proof_row *v; size_t n; };

static int by_name_and_time(const void *a, const void *b)
{
    const struct proof_row *x = a, *y = b;
    int c = strcmp(x->told.family, y->told.family);

    c = c ? c : strcmp(x->told.name, y->told.name);
    return c ? c : x->order < y->order ? -1 : x->order > y->order;
}

static bool same_name(const struct proof_row *x, const struct proof_row *y)
{
    return strcmp(x->told.family, y->told.family) == 0 && strcmp(x->told.name, y->told.name) == 0;
}

/* Rows i.. of one name: where they end. */
static size_t end_of_name(const struct proof *p, size_t i)
{
    size_t k = i + 1;

    while (k < p->n && same_name(&p->v[i], &p->v[k]))
        k++;
    return k;
}

/* " in A to B, C": the periods of rows i..end-1, those that follow one another as one span. */
static void put_spans(str *s, const struct proof *p, size_t i, size_t end)
{
    size_t spans = 0;

    for (; i < end && p->v[i].told.period[0] != '\0'; spans++) {
        size_t k = i;
        while (k + 1 < end && p->v[k + 1].order - p->v[k].order <= 1)
            k++;
        if (spans == PROOF_SPANS) {
            str_puts(s, ", ...");
            return;
        }
        str_printf(s, "%s%s", spans ? ", " : " in ", p->v[i].told.period);
        if (strcmp(p->v[i].told.period, p->v[k].told.period) != 0)
            str_printf(s, " to %s", p->v[k].told.period);
        i = k + 1;
    }
}

static strait_status gather(strait_ctx *cx, const struct lp *m, const struct solution *s, struct proof *p)
{
    size_t n = 0;

    for (size_t i = 0; i < m->n_row; i++)
        n += fabs(s->y[i]) > TOL_ZERO;
    p->v = mem_calloc(n, sizeof *p->v);
    if (!p->v)
        return cx_nomem(cx);
    for (size_t i = 0; i < m->n_row; i++) {
        const struct lp_row *r = &m->row[i];
        double b = s->y[i] > 0.0 ? r->lo : r->up;
        struct proof_row *q = &p->v[p->n];
        if (fabs(s->y[i]) <= TOL_ZERO)
            continue;
        explain_row(m, i, s, &q->told);
        q->weight = fabs(s->y[i] * b);
        q->order = r->t < 0 || r->family == ROW_LIMIT ? r->t : (int)m->c->segment[r->t].period;
        p->n++;
    }
    qsort(p->v, p->n, sizeof *p->v, by_name_and_time);
    return STRAIT_OK;
}

/* The name of most weight that is not told yet (its rows have weight -1 then); n: none. */
static size_t heaviest(const struct proof *p)
{
    size_t best = p->n;
    double most = -1.0;

    for (size_t i = 0, end; i < p->n; i = end) {
        double sum = 0.0;
        end = end_of_name(p, i);
        for (size_t k = i; k < end; k++)
            sum += p->v[k].weight;
        if (p->v[i].weight >= 0.0 && sum > most) {
            best = i;
            most = sum;
        }
    }
    return best;
}

static strait_status tell_name(const struct proof *p, size_t i, size_t end, str *line, strait_table *out)
{
    line->n = 0;
    str_printf(line, "the proof rests on %s of %s", p->v[i].told.family, p->v[i].told.name);
    put_spans(line, p, i, end);
    return line->failed ? STRAIT_ENOMEM : table_add(out, line->s);
}

static strait_status tell_rest(const struct proof *p, str *line, strait_table *out)
{
    size_t rest = 0;

    for (size_t i = 0; i < p->n; i = end_of_name(p, i))
        rest += p->v[i].weight >= 0.0;
    if (rest == 0)
        return STRAIT_OK;
    line->n = 0;
    str_printf(line, "the proof rests on %zu more", rest);
    return line->failed ? STRAIT_ENOMEM : table_add(out, line->s);
}

static strait_status tell_proof(const struct proof *p, str *line, strait_table *out)
{
    strait_status st = STRAIT_OK;

    for (size_t i, named = 0; named < PROOF_NAMED && (i = heaviest(p)) < p->n; named++) {
        size_t end = end_of_name(p, i);
        TRY(tell_name(p, i, end, line, out));
        for (size_t k = i; k < end; k++)
            p->v[k].weight = -1.0;
    }
    TRY(tell_rest(p, line, out));
out:
    return st;
}

strait_status explain_weights(const struct lp *m, const struct solution *s, strait_table *out)
{
    strait_status st = STRAIT_OK;
    struct told q;

    for (size_t i = 0; i < m->n_row; i++) {
        if (s->y[i] == 0.0)
            continue;
        explain_row(m, i, s, &q);
        TRY(table_add(out, q.family, q.name, told_text(q.period), told_text(q.from), q.value));
    }
out:
    return st;
}

strait_status explain_proof(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_plan *p)
{
    struct proof q = { 0 };
    strait_status st = STRAIT_OK;
    str line = { 0 };

    TRY(explain_weights(m, s, p->table[PT_PROOF]));
    TRY(explain_unserved(cx, m, p->table[PT_WARNINGS]));
    TRY(gather(cx, m, s, &q));
    TRY(tell_proof(&q, &line, p->table[PT_WARNINGS]));
out:
    mem_free(q.v);
    str_free(&line);
    return st;
}
