/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warnings: a rule that asks for a text which nothing in the case has is most likely misspelt. */
#include "domain/expr.h"

#include <string.h>

/* Shorter words, as country codes, are near each other without being slips. */
#define NEAR_LEAST 4

struct texts { const char **v; size_t n, cap; };

struct asked { strait_ctx *cx; const strait_case *c; size_t rule, i_field; };

static strait_status add(struct texts *t, const char *s)
{
    if (s == NULL)
        return STRAIT_OK;
    if (vec_reserve((void **)&t->v, &t->cap, t->n + 1, sizeof *t->v) != STRAIT_OK)
        return STRAIT_ENOMEM;
    t->v[t->n++] = s;
    return STRAIT_OK;
}

/* What the attribute is in any record of the case; of a reference, every name that it could be. */
static strait_status gather(const strait_case *c, const struct operand *a, struct texts *t)
{
    enum kind k = a->fd->type == TYPE_REF ? (enum kind)a->fd->ref_kind : expr_scope_kind[a->scope];
    strait_status st = STRAIT_OK;

    for (size_t row = 0; row < case_rows(c, k); row++) {
        const void *p = field_ptr(c, k, row, a->fd);

        if (a->fd->type == TYPE_REF || a->fd->type == TYPE_NAME)
            TRY(add(t, row_name(c, k, row)));
        else if (a->fd->type == TYPE_TEXT)
            TRY(add(t, *(const char *const *)p));
        else
            for (size_t i = 0; i < ((const struct name_list *)p)->n; i++)
                TRY(add(t, ((const struct name_list *)p)->v[i]));
    }
out:
    return st;
}

static bool has(const struct texts *t, const char *s)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->v[i], s) == 0)
            return true;
    return false;
}

static strait_status check_text(const struct asked *q, const struct operand *a, const struct texts *t, const char *text)
{
    bool named = a->fd->type == TYPE_REF || a->fd->type == TYPE_NAME;
    const char *near = has(t, text) ? NULL : str_nearest(text, t->v, t->n);

    if (has(t, text) || (!named && (near == NULL || strlen(text) < NEAR_LEAST)))
        return STRAIT_OK;
    return fault_field(q->cx, q->c, SEV_WARNING, KIND_rule, q->rule, q->i_field, "a value that something in the case has",
                       "no %s.%s of the case is '%s'%s%s%s", expr_scope_name[a->scope], a->fd->key, text,
                       near == NULL ? "" : " (did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'?)");
}

/* One attribute with the literals that it is compared with. */
static strait_status check_pair(const struct asked *q, const struct operand *a, const struct operand *literal)
{
    struct texts t = {0};
    strait_status st = STRAIT_OK;

    if (a->fd == NULL || a->words != NULL || literal->scope != SCOPE_LITERAL)
        return STRAIT_OK;
    if (a->fd->type == TYPE_LIST && a->fd->extra[0] != '\0')
        return STRAIT_OK;
    TRY(gather(q->c, a, &t));
    if (literal->type == EXPR_TEXT)
        TRY(check_text(q, a, &t, literal->text));
    for (size_t i = 0; literal->type == EXPR_LIST && i < literal->list.n; i++)
        TRY(check_text(q, a, &t, literal->list.v[i]));
out:
    mem_free(t.v);
    return st == STRAIT_ENOMEM ? cx_nomem(q->cx) : st;
}

static bool is_text(const struct operand *a)
{
    return a->type == EXPR_TEXT || a->type == EXPR_LIST;
}

/* The parser bounds depth and size, so the recursion is bounded. */
static strait_status walk(const struct asked *q, const struct node *n)
{
    strait_status st = STRAIT_OK;

    if (n->op == OP_OR || n->op == OP_AND || n->op == OP_NOT) {
        TRY(walk(q, n->a));
        if (n->op != OP_NOT)
            TRY(walk(q, n->b));
    } else if (n->op != OP_TRUTH && is_text(&n->left) && is_text(&n->right)) {
        TRY(check_pair(q, &n->left, &n->right));
        TRY(check_pair(q, &n->right, &n->left));
    }
out:
    return st;
}

/**
 * Warnings for texts in predicates of rules that are no value of the case: every such name, and other texts where a near
 * value is there (a rule may well speak of countries or tags that the case does not have).
 *
 * Cost O(texts in rules * rows).  Test: tests/unit/check_rule.c
 */
strait_status domain_check_literals(strait_ctx *cx, const strait_case *c)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->rule.n; i++) {
        const struct rule *r = &c->rule.v[i];
        const struct { const struct expr *e; size_t i_field; } all[] = {
            {r->when, FLD_rule_when}, {r->must, FLD_rule_must}, {r->of, FLD_rule_of}};

        for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
            struct asked q = {cx, c, i, all[k].i_field};

            if (all[k].e != NULL && all[k].e->root != NULL)
                TRY(walk(&q, all[k].e->root));
        }
    }
out:
    return st;
}
