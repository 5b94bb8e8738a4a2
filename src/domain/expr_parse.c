/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Predicates of rules, by recursive descent:
 *   or := and {"or" and}   and := not {"and" not}   not := "not" not | test
 *   test := "(" or ")" | operand [("==" | "!=" | "<" | "<=" | ">" | ">=") operand | ["not"] "in" operand]
 */
#include "domain/expr.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 64
#define NODES_MAX 1000
#define LIST_MAX 256

struct parser {
    strait_ctx *cx;
    strait_case *c;
    struct lexer l;
    const char *file, *key;
    unsigned line;
    int depth;
    size_t n_node;
    struct expr *e;
};

const enum kind expr_scope_kind[N_SCOPE] = {KIND_workload, KIND_model, KIND_site, KIND_accelerator, KIND_offer,
                                              KIND_company};
const char *const expr_scope_name[N_SCOPE] = {"workload", "model", "site", "accelerator", "offer", "owner"};
static const char *const type_name[] = {"true or false", "a number", "a text", "a date", "a list"};
#define ACT_WORDS "use|rent|lease|buy|move_data|move_weights"

const char *const act_name[6] = {"use", "rent", "lease", "buy", "move_data", "move_weights"};

PRINTF_LIKE(4, 5)
static strait_status fail(struct parser *p, size_t position, const char *allowed, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    strait_status st;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    st = cx_fault(p->cx, SEV_ERROR, p->file, p->line, p->key, p->l.text, allowed, "at position %zu: %s", position,
                  text);
    return st == STRAIT_OK ? STRAIT_EINPUT : st;
}

static strait_status unexpected(struct parser *p, const char *allowed)
{
    if (p->l.token == TOK_END)
        return fail(p, p->l.start + 1, allowed, "ends too early");
    return fail(p, p->l.start + 1, allowed, "\"%.*s\" does not fit here", (int)(p->l.n < 64 ? p->l.n : 64),
                p->l.text + p->l.start);
}

static strait_status copy_text(struct parser *p, size_t start, size_t n, const char **out)
{
    *out = arena_strndup(p->c->arena, p->l.text + start, n);
    return *out == NULL ? cx_nomem(p->cx) : STRAIT_OK;
}

/* The words of an ENUM as texts by number. */
static strait_status enum_words(struct parser *p, const struct field_desc *fd, struct operand *o)
{
    struct word w[WORDS_MAX];
    size_t n = words_split(fd->extra, w);
    const char **v = arena_alloc(p->c->arena, n, sizeof *v);

    if (v == NULL)
        return cx_nomem(p->cx);
    for (size_t i = 0; i < n; i++) {
        v[i] = arena_strndup(p->c->arena, w[i].s, w[i].n);
        if (v[i] == NULL)
            return cx_nomem(p->cx);
    }
    o->words = fd->extra;
    o->word = v;
    return STRAIT_OK;
}

static enum expr_type type_of_field(enum field_type t)
{
    switch (t) {
    case TYPE_NUMBER: case TYPE_INTEGER: return EXPR_NUMBER;
    case TYPE_BOOL: return EXPR_BOOL;
    case TYPE_DATE: return EXPR_DATE;
    case TYPE_LIST: return EXPR_LIST;
    case TYPE_NAME: case TYPE_TEXT: case TYPE_ENUM: case TYPE_REF: case TYPE_EXPR: break;
    }
    return EXPR_TEXT;
}

/* "unknown attribute", with the nearest of all attributes. */
static strait_status unknown_attribute(struct parser *p, const char *name)
{
    const char **names = mem_calloc(N_SCOPE * 64 + 1, sizeof *names);
    char (*text)[64] = mem_calloc(N_SCOPE * 64 + 1, sizeof *text);
    const char *near = NULL;
    size_t n = 0;
    strait_status st;

    for (int s = 0; names != NULL && text != NULL && s < N_SCOPE; s++)
        for (size_t i = 0; i < kind_desc(expr_scope_kind[s])->n_field; i++) {
            snprintf(text[n], sizeof text[n], "%s.%s", expr_scope_name[s], kind_desc(expr_scope_kind[s])->field[i].key);
            names[n] = text[n];
            n++;
        }
    if (n > 0) {
        names[n++] = "act";
        near = str_nearest(name, names, n);
    }
    st = fail(p, p->l.start + 1, "workload.F, model.F, site.F, accelerator.F, offer.F, owner.F or act",
              "unknown attribute \"%.80s\"%s%s%s", name, near == NULL ? "" : " (did you mean \"",
              near == NULL ? "" : near, near == NULL ? "" : "\"?)");
    mem_free(names);
    mem_free(text);
    return n == 0 ? cx_nomem(p->cx) : st;
}

static strait_status parse_attribute(struct parser *p, struct operand *o)
{
    const char *name, *dot;
    strait_status st = copy_text(p, p->l.start, p->l.n, &name);

    if (st != STRAIT_OK)
        return st;
    if (strcmp(name, "act") == 0) {
        o->scope = SCOPE_ACT;
        o->type = EXPR_TEXT;
        o->words = ACT_WORDS;
        p->e->uses_act = true;
        lexer_next(&p->l);
        return STRAIT_OK;
    }
    dot = strchr(name, '.');
    for (int s = 0; dot != NULL && s < N_SCOPE; s++)
        if (strlen(expr_scope_name[s]) == (size_t)(dot - name) && strncmp(expr_scope_name[s], name, (size_t)(dot - name)) == 0) {
            o->scope = (enum expr_scope)s;
            o->fd = field_by_key(kind_desc(expr_scope_kind[s]), dot + 1, NULL);
        }
    if (o->fd == NULL)
        return unknown_attribute(p, name);
    o->type = type_of_field(o->fd->type);
    if (o->scope == SCOPE_WORKLOAD || o->scope == SCOPE_MODEL)
        p->e->uses_workload = true;
    lexer_next(&p->l);
    return o->fd->type == TYPE_ENUM ? enum_words(p, o->fd, o) : STRAIT_OK;
}

static strait_status parse_list(struct parser *p, struct operand *o)
{
    const char **v = arena_alloc(p->c->arena, LIST_MAX, sizeof *v);

    if (v == NULL)
        return cx_nomem(p->cx);
    o->type = EXPR_LIST;
    o->list = (struct name_list){0, v};
    do {
        strait_status st;

        lexer_next(&p->l);
        if (p->l.token != TOK_TEXT)
            return unexpected(p, "a text in quotes");
        if (o->list.n == LIST_MAX)
            return unexpected(p, "a list of at most 256 texts");
        st = copy_text(p, p->l.start, p->l.n, &v[o->list.n++]);
        if (st != STRAIT_OK)
            return st;
        lexer_next(&p->l);
    } while (lexer_is(&p->l, ","));
    if (!lexer_is(&p->l, "]"))
        return unexpected(p, "',' or ']'");
    lexer_next(&p->l);
    return STRAIT_OK;
}

static strait_status parse_operand(struct parser *p, struct operand *o)
{
    strait_status st = STRAIT_OK;

    *o = (struct operand){.scope = SCOPE_LITERAL, .position = p->l.start + 1, .number = p->l.number, .date = p->l.date};
    if (lexer_is(&p->l, "["))
        return parse_list(p, o);
    if (lexer_is(&p->l, "true") || lexer_is(&p->l, "false")) {
        o->type = EXPR_BOOL;
        o->flag = lexer_is(&p->l, "true");
    } else if (lexer_is(&p->l, "and") || lexer_is(&p->l, "or") || lexer_is(&p->l, "in"))
        return unexpected(p, "an attribute or a value");
    else if (p->l.token == TOK_NAME)
        return parse_attribute(p, o);
    else if (p->l.token == TOK_NUMBER)
        o->type = EXPR_NUMBER;
    else if (p->l.token == TOK_DATE)
        o->type = EXPR_DATE;
    else if (p->l.token == TOK_TEXT) {
        o->type = EXPR_TEXT;
        st = copy_text(p, p->l.start, p->l.n, &o->text);
    } else
        return unexpected(p, "an attribute, a number, a date or a text in quotes");
    lexer_next(&p->l);
    return st;
}

/* A literal that is compared with known words must be one of them. */
static strait_status check_word(struct parser *p, const char *words, const char *text, size_t position)
{
    char allowed[256], near[32];

    if (words == NULL || words_find(words, text, strlen(text)) >= 0)
        return STRAIT_OK;
    words_list(words, allowed, sizeof allowed);
    if (words_nearest(words, text, near, sizeof near))
        return fail(p, position, allowed, "'%.80s' can never be met (did you mean '%s'?)", text, near);
    return fail(p, position, allowed, "'%.80s' can never be met", text);
}

static strait_status check_in(struct parser *p, const struct node *n)
{
    strait_status st = STRAIT_OK;

    if (n->right.type != EXPR_LIST)
        return fail(p, n->right.position, "a list", "'in' needs a list after it, not %s", type_name[n->right.type]);
    if (n->left.type != EXPR_TEXT)
        return fail(p, n->left.position, "a text", "'in' needs a text before it, not %s", type_name[n->left.type]);
    for (size_t i = 0; i < n->right.list.n && st == STRAIT_OK; i++)
        st = check_word(p, n->left.words, n->right.list.v[i], n->right.position);
    if (st == STRAIT_OK && n->left.scope == SCOPE_LITERAL && n->right.fd != NULL && n->right.fd->extra[0] != '\0')
        st = check_word(p, n->right.fd->extra, n->left.text, n->left.position);
    return st;
}

static strait_status check_comparison(struct parser *p, const struct node *n)
{
    const struct operand *l = &n->left, *r = &n->right;

    if (n->op == OP_IN || n->op == OP_NOT_IN)
        return check_in(p, n);
    if (l->type != r->type)
        return fail(p, r->position, type_name[l->type], "%s is compared with %s", type_name[l->type],
                    type_name[r->type]);
    if (l->type == EXPR_LIST)
        return fail(p, l->position, "'in'", "lists cannot be compared");
    if (n->op != OP_EQ && n->op != OP_NE && l->type != EXPR_NUMBER && l->type != EXPR_DATE)
        return fail(p, l->position, "== or !=", "%s has no order", type_name[l->type]);
    if (l->type != EXPR_TEXT)
        return STRAIT_OK;
    if (r->scope == SCOPE_LITERAL)
        return check_word(p, l->words, r->text, r->position);
    return l->scope == SCOPE_LITERAL ? check_word(p, r->words, l->text, l->position) : STRAIT_OK;
}

static strait_status new_node(struct parser *p, enum expr_op op, struct node **out)
{
    if (++p->n_node > NODES_MAX)
        return fail(p, p->l.start + 1, "at most 1000 comparisons and joints", "the predicate is too large");
    *out = arena_alloc(p->c->arena, 1, sizeof **out);
    if (*out == NULL)
        return cx_nomem(p->cx);
    (*out)->op = op;
    return STRAIT_OK;
}

static strait_status parse_or(struct parser *p, const struct node **out);

/* The comparison sign at hand, stepped over; OP_TRUTH when there is none. */
static enum expr_op take_op(struct parser *p)
{
    static const struct { const char *sign; enum expr_op op; } ops[] = {
        {"==", OP_EQ}, {"!=", OP_NE}, {"<=", OP_LE}, {">=", OP_GE}, {"<", OP_LT}, {">", OP_GT}, {"in", OP_IN}};

    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (lexer_is(&p->l, ops[i].sign)) {
            lexer_next(&p->l);
            return ops[i].op;
        }
    if (!lexer_is(&p->l, "not"))
        return OP_TRUTH;
    lexer_next(&p->l);
    if (!lexer_is(&p->l, "in"))
        return OP_NOT;
    lexer_next(&p->l);
    return OP_NOT_IN;
}

static strait_status parse_test(struct parser *p, const struct node **out)
{
    struct node *n = NULL;
    strait_status st;

    if (lexer_is(&p->l, "(")) {
        lexer_next(&p->l);
        st = parse_or(p, out);
        if (st == STRAIT_OK && !lexer_is(&p->l, ")"))
            st = unexpected(p, "')', and, or");
        if (st == STRAIT_OK)
            lexer_next(&p->l);
        return st;
    }
    TRY(new_node(p, OP_TRUTH, &n));
    *out = n;
    TRY(parse_operand(p, &n->left));
    n->op = take_op(p);
    if (n->op == OP_NOT)
        return unexpected(p, "in");
    if (n->op == OP_TRUTH && n->left.type != EXPR_BOOL)
        return lexer_is(&p->l, "=") ? unexpected(p, "==")
                                    : fail(p, n->left.position, "a comparison such as site.country == 'SG'",
                                           "%s alone is neither true nor false", type_name[n->left.type]);
    if (n->op == OP_TRUTH)
        return STRAIT_OK;
    TRY(parse_operand(p, &n->right));
    TRY(check_comparison(p, n));
out:
    return st;
}

static strait_status parse_not(struct parser *p, const struct node **out)
{
    struct node *n;
    strait_status st;

    if (++p->depth > DEPTH_MAX)
        return fail(p, p->l.start + 1, "at most 64 levels of not and brackets", "too deep");
    if (lexer_is(&p->l, "not")) {
        lexer_next(&p->l);
        TRY(new_node(p, OP_NOT, &n));
        *out = n;
        TRY(parse_not(p, &n->a));
    } else
        TRY(parse_test(p, out));
    p->depth--;
out:
    return st;
}

/* One level of "x {word x}". */
static strait_status parse_chain(struct parser *p, const char *word, enum expr_op op,
                                 strait_status (*next)(struct parser *, const struct node **), const struct node **out)
{
    struct node *n;
    strait_status st;

    TRY(next(p, out));
    while (lexer_is(&p->l, word)) {
        lexer_next(&p->l);
        TRY(new_node(p, op, &n));
        n->a = *out;
        *out = n;
        TRY(next(p, &n->b));
    }
out:
    return st;
}

static strait_status parse_and(struct parser *p, const struct node **out)
{
    return parse_chain(p, "and", OP_AND, parse_not, out);
}

static strait_status parse_or(struct parser *p, const struct node **out)
{
    return parse_chain(p, "or", OP_OR, parse_and, out);
}

/**
 * Compile a predicate; see domain.h for the language.
 *
 * @param file, line, key  where it stands, for the fault
 * @param out              gets the predicate, in the case's arena; untouched on failure
 * @return STRAIT_OK; STRAIT_EINPUT when a fault was recorded; STRAIT_ENOMEM
 * Test: tests/unit/check_rule.c
 */
strait_status expr_compile(strait_ctx *cx, strait_case *c, const char *text, const char *file, unsigned line,
                           const char *key, struct expr **out)
{
    struct parser p = {.cx = cx, .c = c, .l = {.text = text}, .file = file, .key = key, .line = line};
    strait_status st;

    p.e = arena_alloc(c->arena, 1, sizeof *p.e);
    if (p.e == NULL)
        return cx_nomem(cx);
    p.e->text = arena_strdup(c->arena, text);
    if (p.e->text == NULL)
        return cx_nomem(cx);
    lexer_next(&p.l);
    TRY(parse_or(&p, &p.e->root));
    if (p.l.token != TOK_END)
        return unexpected(&p, "and, or, or the end");
    *out = p.e;
out:
    return st;
}
