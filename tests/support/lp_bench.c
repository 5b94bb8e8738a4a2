/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/lp_bench.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RECORDS = 80 };

static void *room(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    if (p == NULL)
        abort();
    return p;
}

struct lp_bench lp_bench_of(strait_ctx *cx, strait_case *c)
{
    struct lp_bench b = { .cx = cx, .c = c };

    ck_assert_int_eq(estimate_rates(cx, c, &b.r), STRAIT_OK);
    ck_assert_int_eq(estimate_costs(cx, c, b.r, &b.k), STRAIT_OK);
    ck_assert_int_eq(lp_build(cx, c, b.r, b.k, &b.m), STRAIT_OK);
    return b;
}

struct lp_bench lp_bench_new(const struct small_record *base, const struct small_record *more)
{
    struct small_record all[MAX_RECORDS];
    strait_ctx *cx = strait_ctx_new();
    size_t n = 0;

    ck_assert_ptr_nonnull(cx);
    for (; base->text != NULL; base++)
        all[n++] = *base;
    for (; more != NULL && more->text != NULL; more++)
        all[n++] = *more;
    ck_assert_uint_lt(n, MAX_RECORDS);
    all[n] = (struct small_record){ KIND_settings, NULL };
    return lp_bench_of(cx, small_case(cx, all));
}

void lp_bench_free(struct lp_bench *b)
{
    lp_free(b->m);
    costs_free(b->k);
    rates_free(b->r);
    case_free(b->c);
    strait_ctx_free(b->cx);
}

static int row_of_kind(const struct lp *m, enum kind k, const char *name)
{
    int row = name == NULL ? -1 : case_find(m->c, k, name);

    ck_assert_msg(name == NULL || row >= 0, "the case has no %s", name);
    return row;
}

size_t lp_col(const struct lp *m, enum col_family f, const char *w, const char *o, const char *o2, int t)
{
    int i_w = row_of_kind(m, KIND_workload, w), i_o = row_of_kind(m, KIND_offer, o);
    int i_o2 = o2 == NULL ? i_o : row_of_kind(m, KIND_offer, o2);

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        if (s->family != f || s->w != i_w || s->o != i_o || s->o2 != i_o2)
            continue;
        if (t < 0 && s->t0 < 0)
            return s->col0;
        if (s->t0 >= 0 && t >= s->t0 && t < s->t0 + (int)s->n)
            return s->col0 + (size_t)(t - s->t0);
    }
    return LP_NONE;
}

size_t lp_hold_col(const struct lp *m, const char *offer, size_t k)
{
    int o = row_of_kind(m, KIND_offer, offer);

    for (size_t i = 0; i < m->n_hold; i++)
        if (m->hold[i].offer == o && !m->hold[i].fixed && k-- == 0)
            return m->hold[i].col;
    return LP_NONE;
}

static const char *name_of_row(const struct lp *m, const struct lp_row *r)
{
    switch (r->family) {
    case ROW_DEMAND: case ROW_PARALLEL: return m->c->workload.v[r->w].name;
    case ROW_POWER: case ROW_INSTALLED: return m->c->site.v[r->place].name;
    case ROW_LIMIT: return m->c->rule.v[r->rule].name;
    case ROW_PRIORITY: return "";
    default: return m->c->offer.v[r->place].name;
    }
}

size_t lp_row_at(const struct lp *m, enum row_family f, const char *name, int t)
{
    for (size_t i = 0; i < m->n_row; i++)
        if (m->row[i].family == f && m->row[i].t == t && strcmp(name_of_row(m, &m->row[i]), name) == 0)
            return i;
    return LP_NONE;
}

double lp_entry(const struct lp *m, size_t col, size_t row)
{
    int *index = room(m->max_nnz, sizeof *index);
    double *value = room(m->max_nnz, sizeof *value), found = 0.0;
    size_t n;

    ck_assert_uint_lt(col, m->n_col);
    ck_assert_uint_lt(row, m->n_row);
    n = lp_column(m, col, index, value);
    for (size_t i = 0; i < n; i++)
        if ((size_t)index[i] == row)
            found = value[i];
    free(index);
    free(value);
    return found;
}

/* Columns with an entry: their number, and with d written. */
static size_t fill(const struct lp *m, size_t *start, int *index, double *value)
{
    int *row = room(m->max_nnz, sizeof *row);
    double *val = room(m->max_nnz, sizeof *val);
    size_t n = 0;

    for (size_t j = 0; j < m->n_col; j++) {
        size_t here = lp_column(m, j, row, val);
        start[j] = n;
        for (size_t i = 0; i < here && index != NULL; i++) {
            index[n + i] = row[i];
            value[n + i] = val[i];
        }
        n += here;
    }
    start[m->n_col] = n;
    free(row);
    free(val);
    return n;
}

static double *copy(const double *v, size_t n)
{
    double *to = room(n, sizeof *to);

    memcpy(to, v, n * sizeof *to);
    return to;
}

struct cert_lp lp_dense(const struct lp *m)
{
    size_t *start = room(m->n_col + 1, sizeof *start), n = fill(m, start, NULL, NULL);
    int *index = room(n, sizeof *index);
    double *value = room(n, sizeof *value), *lo = room(m->n_row, sizeof *lo), *up = room(m->n_row, sizeof *up);

    fill(m, start, index, value);
    for (size_t i = 0; i < m->n_row; i++) {
        lo[i] = m->row[i].lo;
        up[i] = m->row[i].up;
    }
    return (struct cert_lp){ .m = m->n_row, .n = m->n_col, .start = start, .index = index, .value = value, .row_lo = lo,
                             .row_up = up, .col_lo = copy(m->lo, m->n_col), .col_up = copy(m->up, m->n_col),
                             .cost = copy(m->cost, m->n_col), .constant = 0.0 };
}

void lp_dense_free(struct cert_lp *d)
{
    const void *all[] = { d->start, d->index, d->value, d->row_lo, d->row_up, d->col_lo, d->col_up, d->cost };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        union { const void *borrowed; void *own; } p = { all[i] };
        free(p.own);
    }
}
