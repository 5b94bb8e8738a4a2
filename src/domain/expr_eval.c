/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Predicates of rules: what they say of one workload on one offer. */
#include "domain/expr.h"

#include <math.h>
#include <string.h>

struct subject { const strait_case *c; int w, o; unsigned act; };

static const void *row_or_none(const void *v, size_t size, int row)
{
    return row < 0 ? NULL : (const char *)v + size * (size_t)row;
}

/* The record that an attribute reads, or NULL: without a workload there is no model, and the owner is the offer's. */
static const void *record(const struct subject *s, enum expr_scope scope)
{
    const strait_case *c = s->c;
    const struct workload *w = s->w < 0 ? NULL : &c->workload.v[s->w];
    const struct offer *o = s->o < 0 ? NULL : &c->offer.v[s->o];

    switch (scope) {
    case SCOPE_WORKLOAD: return w;
    case SCOPE_MODEL: return w == NULL ? NULL : row_or_none(c->model.v, sizeof *c->model.v, w->model);
    case SCOPE_OFFER: return o;
    case SCOPE_SITE: return o == NULL ? NULL : row_or_none(c->site.v, sizeof *c->site.v, o->site);
    case SCOPE_ACCELERATOR:
        return o == NULL ? NULL : row_or_none(c->accelerator.v, sizeof *c->accelerator.v, o->accelerator);
    case SCOPE_OWNER:
        return w == NULL && o == NULL
                   ? NULL
                   : row_or_none(c->company.v, sizeof *c->company.v, w != NULL ? w->company : o->company);
    case SCOPE_ACT: case SCOPE_LITERAL: break;
    }
    return NULL;
}

static const char *act_text(unsigned act)
{
    for (int i = 0; i < 6; i++)
        if (act == 1u << i)
            return act_name[i];
    return NULL;
}

static const char *text_value(const struct subject *s, const struct operand *v)
{
    const char *r;

    if (v->scope == SCOPE_LITERAL)
        return v->text;
    if (v->scope == SCOPE_ACT)
        return act_text(s->act);
    r = record(s, v->scope);
    if (r == NULL)
        return NULL;
    r += v->fd->offset;
    if (v->fd->type == TYPE_ENUM) {
        int word = *(const int *)(const void *)r;

        return word < 0 ? NULL : v->word[word];
    }
    if (v->fd->type == TYPE_REF) {
        int row = *(const int *)(const void *)r;

        return row < 0 ? NULL : row_name(s->c, (enum kind)v->fd->ref_kind, (size_t)row);
    }
    return *(const char *const *)(const void *)r;
}

/* Numbers and dates alike: both are exact as doubles.  NaN: not given. */
static double number_value(const struct subject *s, const struct operand *v)
{
    const char *r;
    int64_t i;

    if (v->scope == SCOPE_LITERAL)
        return v->type == EXPR_DATE ? (double)v->date : v->number;
    r = record(s, v->scope);
    if (r == NULL)
        return (double)NAN;
    r += v->fd->offset;
    if (v->fd->type == TYPE_NUMBER)
        return *(const double *)(const void *)r;
    i = *(const int64_t *)(const void *)r;
    return i == INT64_MIN ? (double)NAN : (double)i;
}

/* 1, 0, or -1 where there is nothing to ask. */
static int flag_value(const struct subject *s, const struct operand *v)
{
    const char *r;

    if (v->scope == SCOPE_LITERAL)
        return v->flag;
    r = record(s, v->scope);
    return r == NULL ? -1 : *(const bool *)(const void *)(r + v->fd->offset);
}

static const struct name_list *list_value(const struct subject *s, const struct operand *v)
{
    const char *r;

    if (v->scope == SCOPE_LITERAL)
        return &v->list;
    r = record(s, v->scope);
    return r == NULL ? NULL : (const struct name_list *)(const void *)(r + v->fd->offset);
}

static bool contains(const struct name_list *list, const char *text)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i], text) == 0)
            return true;
    return false;
}

static bool eval_in(const struct subject *s, const struct node *n)
{
    const char *text = text_value(s, &n->left);
    const struct name_list *list = list_value(s, &n->right);

    if (text == NULL || list == NULL)
        return false;
    return contains(list, text) == (n->op == OP_IN);
}

static bool compare_numbers(enum expr_op op, double a, double b)
{
    if (isnan(a) || isnan(b))
        return false;
    switch (op) {
    case OP_EQ: return a == b;
    case OP_NE: return a != b;
    case OP_LT: return a < b;
    case OP_LE: return a <= b;
    case OP_GT: return a > b;
    default: return a >= b;
    }
}

static bool compare_texts(enum expr_op op, const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return false;
    return (strcmp(a, b) == 0) == (op == OP_EQ);
}

static bool compare_flags(enum expr_op op, int a, int b)
{
    if (a < 0 || b < 0)
        return false;
    return (a == b) == (op == OP_EQ);
}

static bool eval_comparison(const struct subject *s, const struct node *n)
{
    if (n->op == OP_IN || n->op == OP_NOT_IN)
        return eval_in(s, n);
    if (n->left.type == EXPR_TEXT)
        return compare_texts(n->op, text_value(s, &n->left), text_value(s, &n->right));
    if (n->left.type == EXPR_BOOL)
        return compare_flags(n->op, flag_value(s, &n->left), flag_value(s, &n->right));
    return compare_numbers(n->op, number_value(s, &n->left), number_value(s, &n->right));
}

/* The parser bounds depth and size, so the recursion is bounded. */
static bool eval(const struct subject *s, const struct node *n)
{
    switch (n->op) {
    case OP_OR: return eval(s, n->a) || eval(s, n->b);
    case OP_AND: return eval(s, n->a) && eval(s, n->b);
    case OP_NOT: return !eval(s, n->a);
    case OP_TRUTH: return flag_value(s, &n->left) == 1;
    default: return eval_comparison(s, n);
    }
}

/**
 * What a predicate says of workload w (-1: none, as when signing) on offer o under one act.
 *
 * Cost O(size of the predicate).  Test: tests/unit/check_rule.c
 */
bool expr_eval(const strait_case *c, const struct expr *e, int w, int o, unsigned act)
{
    struct subject s = {c, w, o, act};

    return eval(&s, e->root);
}

/** Does the predicate ask anything of the workload or its model? */
bool expr_uses_workload(const struct expr *e)
{
    return e->uses_workload;
}

/** Does the predicate ask which act it is? */
bool expr_uses_act(const struct expr *e)
{
    return e->uses_act;
}

/** The predicate as the user wrote it. */
const char *expr_text(const struct expr *e)
{
    return e->text;
}
