/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: a rule's predicate between its parser and its evaluation. */
#ifndef STRAIT_DOMAIN_EXPR_H
#define STRAIT_DOMAIN_EXPR_H

#include "domain/room.h"

enum expr_scope { SCOPE_WORKLOAD, SCOPE_MODEL, SCOPE_SITE, SCOPE_ACCELERATOR, SCOPE_OFFER, SCOPE_OWNER, N_SCOPE,
                  SCOPE_ACT = N_SCOPE, SCOPE_LITERAL };

enum expr_type { EXPR_BOOL, EXPR_NUMBER, EXPR_TEXT, EXPR_DATE, EXPR_LIST };

enum expr_op { OP_OR, OP_AND, OP_NOT, OP_TRUTH, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_IN, OP_NOT_IN };

struct operand {
    enum expr_scope scope;
    enum expr_type type;
    const struct field_desc *fd;      /* attribute */
    const char *words;                /* text from known words, "a|b|c"; else NULL */
    const char *const *word;          /* of an ENUM: its words by number */
    size_t position;                  /* in the text, from 1 */
    bool flag;                        /* literals */
    double number;
    int64_t date;
    const char *text;
    struct name_list list;
};

struct node {
    enum expr_op op;
    const struct node *a, *b;         /* or, and, not */
    struct operand left, right;       /* comparisons and truth */
};

struct expr {
    const char *text;
    const struct node *root;
    bool uses_workload, uses_act;     /* workload or model; act */
};

extern const enum kind expr_scope_kind[N_SCOPE];        /* expr_parse.c */
extern const char *const expr_scope_name[N_SCOPE];

/* ---- expr_lex.c ---- */

enum token { TOK_END, TOK_NAME, TOK_TEXT, TOK_NUMBER, TOK_DATE, TOK_SIGN, TOK_BAD };

struct lexer {
    const char *text;
    size_t at;               /* next byte */
    enum token token;
    size_t start, n;         /* the token's bytes; a text's without its quotes */
    double number;
    int64_t date;
};

void lexer_next(struct lexer *l);
bool lexer_is(const struct lexer *l, const char *word);   /* a name or sign with this spelling */

#endif
