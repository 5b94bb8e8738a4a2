/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a predicate. */
#include "domain/expr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

static bool is_letter(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';
}

/* Length of a date at s, or 0: 2026-01-01 would else be a number and rubbish. */
static size_t date_length(const char *s)
{
    for (int i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? s[i] != '-' : !is_digit(s[i]))
            return 0;
    return s[10] == 'T' ? 10 + strspn(s + 10, "T0123456789:Z") : 10;
}

static void take(struct lexer *l, enum token token, size_t n)
{
    l->token = token;
    l->n = n;
    l->at = l->start + n;
}

static void take_text(struct lexer *l, const char *s)
{
    const char *end = strchr(s + 1, s[0]);

    if (end == NULL) {
        take(l, TOK_BAD, strlen(s));
        return;
    }
    l->token = TOK_TEXT;
    l->at = l->start + (size_t)(end - s) + 1;
    l->start++;
    l->n = (size_t)(end - s) - 1;
}

static void take_number(struct lexer *l, const char *s)
{
    char text[32];
    char *end;
    size_t n = date_length(s);

    if (n > 0) {
        memcpy(text, s, n < sizeof text ? n : sizeof text - 1);
        text[n < sizeof text ? n : sizeof text - 1] = '\0';
        take(l, date_parse(text, &l->date) ? TOK_DATE : TOK_BAD, n);
        return;
    }
    l->number = strtod(s, &end);
    n = (size_t)(end - s);
    /* strtod would also read hex and run on into a letter: 0x10, 10MW. */
    if (n == 0 || memchr(s, 'x', n) != NULL || memchr(s, 'X', n) != NULL || !isfinite(l->number) || is_letter(*end))
        take(l, TOK_BAD, n == 0 ? 1 : n);
    else
        take(l, TOK_NUMBER, n);
}

/** Step to the next word; at the end it stays TOK_END. */
void lexer_next(struct lexer *l)
{
    const char *s = l->text + l->at;
    size_t n;

    while (*s == ' ')
        s++;
    l->start = (size_t)(s - l->text);
    if (*s == '\0')
        take(l, TOK_END, 0);
    else if (*s == '\'' || *s == '"')
        take_text(l, s);
    else if (is_digit(*s) || ((*s == '-' || *s == '+' || *s == '.') && (is_digit(s[1]) || s[1] == '.')))
        take_number(l, s);
    else if (is_letter(*s)) {
        for (n = 1; is_letter(s[n]) || is_digit(s[n]) || s[n] == '.'; n++)
            continue;
        take(l, TOK_NAME, n);
    } else if (strchr("<>=!", *s) != NULL)
        take(l, TOK_SIGN, s[1] == '=' ? 2 : 1);
    else
        take(l, strchr("()[],", *s) != NULL ? TOK_SIGN : TOK_BAD, 1);
}

bool lexer_is(const struct lexer *l, const char *word)
{
    return (l->token == TOK_NAME || l->token == TOK_SIGN) && strlen(word) == l->n &&
           strncmp(l->text + l->start, word, l->n) == 0;
}
