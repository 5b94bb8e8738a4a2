/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/cfg_scan.h"

#include <stdio.h>
#include <string.h>

#include "input/cfg_word.h"

strait_status scan_complain(struct scan *s, const struct at *at, uint32_t line, const char *value, size_t n,
                              const char *allowed, const char *what)
{
    char snip[TEXT_SNIP];

    if (value != NULL)
        text_snip(snip, value, n);
    return cx_fault(s->cx, SEV_ERROR, at->name, line, s->key, value == NULL ? NULL : snip, allowed, "%s", what);
}

strait_status scan_syntax(struct scan *s, const struct at *at, const char *value, size_t n, const char *allowed,
                            const char *what)
{
    if (s->t->broken)
        return STRAIT_OK;
    s->t->broken = true;
    return scan_complain(s, at, at->line, value, n, allowed, what);
}

static bool in_group(const struct scan *s)
{
    return s->depth == 0 || s->bracket[s->depth - 1].open == '{';
}

static bool wants_value(const struct scan *s)
{
    return s->last == LAST_EQUALS || (!in_group(s) && (s->last == LAST_START || s->last == LAST_COMMA));
}

static const char *wanted(const struct scan *s)
{
    if (wants_value(s))
        return "a value: text in double quotes, a number, true, false, { }, ( ) or [ ]";
    if (s->last == LAST_KEY)
        return "= or :";
    return in_group(s) ? "a key, ; or a closing bracket" : "a comma or a closing bracket";
}

static strait_status new_line(struct scan *s, struct at *at)
{
    at->line++;
    str_putc(&s->t->flat, '\n');
    return VEC_PUSH(&s->t->line, ((struct cfg_mark){at->file, at->line}));
}

/* Keep a token and write its number into the flat text; str `text` is emptied. */
static strait_status put_token(struct scan *s, const struct at *at, enum cfg_scalar type, str *text, bool bad)
{
    struct cfg_token k = {.file = at->file, .line = at->line, .type = type, .bad = bad};

    if (text->failed)
        return STRAIT_ENOMEM;
    k.text = arena_strndup(s->t->arena, text->s == NULL ? "" : text->s, text->n);
    str_free(text);
    if (k.text == NULL || VEC_PUSH(&s->t->token, k) != STRAIT_OK)
        return STRAIT_ENOMEM;
    str_printf(&s->t->flat, type == CFG_KEY ? " k%zu" : " %zu", s->t->token.n - 1);
    if (type == CFG_KEY)
        s->key = k.text;
    s->last = type == CFG_KEY ? LAST_KEY : type == CFG_STRING ? LAST_STRING : LAST_VALUE;
    return STRAIT_OK;
}

/* Neighbouring strings are one, as in C. */
static strait_status join_string(struct scan *s, str *text)
{
    struct cfg_token *k = &s->t->token.v[s->t->token.n - 1];
    size_t old = strlen(k->text);
    char *both = text->failed ? NULL : arena_alloc(s->t->arena, old + text->n + 1, 1);

    if (both == NULL)
        return STRAIT_ENOMEM;
    memcpy(both, k->text, old);
    if (text->n > 0)
        memcpy(both + old, text->s, text->n);
    k->text = both;
    return STRAIT_OK;
}

strait_status scan_string(struct scan *s, struct at *at, str *text, bool *bad)
{
    const char *from = at->p++;
    enum string_end end = string_read(&at->p, at->end, text);
    size_t n;

    *bad = end != STRING_OK;
    if (end == STRING_OK && text->n > 0 && text_valid(text->s, text->n) < text->n) {
        *bad = true;
        return scan_complain(s, at, at->line, from, (size_t)(at->p - from), "UTF-8 text", "its escapes are not UTF-8");
    }
    if (end == STRING_OK)
        return STRAIT_OK;
    n = (size_t)(at->p - from);
    if (end == STRING_ESCAPE) {
        n += at->end - at->p < 2 ? 1 : 2;
        while (at->p < at->end && *at->p != '\n' && *at->p != '"')
            at->p += *at->p == '\\' && at->end - at->p > 1 && at->p[1] != '\n' ? 2 : 1;
        if (at->p < at->end && *at->p == '"')
            at->p++;
        return scan_complain(s, at, at->line, from, n, "\\n \\r \\t \\f \\\\ \\\" and \\x01 to \\xFF", "unknown escape");
    }
    s->t->broken = true;
    return scan_complain(s, at, at->line, from, n, "a closing double quote on the same line", "the string is not closed");
}

static strait_status string(struct scan *s, struct at *at)
{
    strait_status st = STRAIT_OK;
    str text = {0};
    const char *from = at->p;
    bool bad;

    TRY(scan_string(s, at, &text, &bad));
    if (s->last == LAST_STRING)
        st = join_string(s, &text);
    else if (wants_value(s))
        st = put_token(s, at, CFG_STRING, &text, bad);
    else
        st = scan_syntax(s, at, from, (size_t)(at->p - from), wanted(s), "text in a wrong place");
out:
    str_free(&text);
    return st;
}

static strait_status value_word(struct scan *s, struct at *at, size_t n)
{
    enum word kind = word_kind(at->p, n);
    strait_status st = STRAIT_OK;
    str text = {0};
    bool bad = false;

    if (kind == WORD_NUMBER && !word_number(at->p, n, &text)) {
        bad = true;
        TRY(scan_complain(s, at, at->line, at->p, n, "at most 64 bits", "the hexadecimal number is too wide"));
    } else if (kind == WORD_NAME || kind == WORD_OTHER) {
        bad = true;
        TRY(scan_complain(s, at, at->line, at->p, n, "a number, true, false, or text in double quotes",
                     kind == WORD_NAME ? "a bare word is no value" : "not a number"));
    }
    if (kind != WORD_NUMBER)
        str_put(&text, at->p, n);
    st = put_token(s, at, kind == WORD_BOOL ? CFG_BOOL : CFG_NUMBER, &text, bad);
out:
    str_free(&text);
    return st;
}

static strait_status word(struct scan *s, struct at *at)
{
    size_t n = word_len(at->p, at->end);
    enum word kind = word_kind(at->p, n);
    strait_status st;
    str text = {0};

    if (wants_value(s)) {
        st = value_word(s, at, n);
    } else if (in_group(s) && s->last != LAST_KEY && (kind == WORD_NAME || kind == WORD_BOOL)) {
        str_put(&text, at->p, n);
        st = put_token(s, at, CFG_KEY, &text, false);
        str_free(&text);
    } else {
        st = scan_syntax(s, at, at->p, n, wanted(s), s->last == LAST_KEY ? "a word after a key" : "a word in a wrong place");
    }
    at->p += n;
    return st;
}

static strait_status comment_block(struct scan *s, struct at *at)
{
    uint32_t from = at->line;
    const char *start = at->p;
    strait_status st = STRAIT_OK;

    for (at->p += 2; at->p < at->end; at->p++) {
        if (at->p[0] == '*' && at->end - at->p > 1 && at->p[1] == '/') {
            at->p += 2;
            return STRAIT_OK;
        }
        if (*at->p == '\n')
            TRY(new_line(s, at));
    }
    s->t->broken = true;
    s->key = "";
    st = scan_complain(s, at, from, start, 2, "a closing */", "the comment is not closed");
out:
    return st;
}

static strait_status open_bracket(struct scan *s, struct at *at)
{
    char b = *at->p;

    if (!wants_value(s) || (!in_group(s) && s->bracket[s->depth - 1].open == '['))
        return scan_syntax(s, at, at->p, 1, !wants_value(s) ? wanted(s) : "numbers, text, true and false in [ ]",
                      "an opening bracket in a wrong place");
    if (s->depth == CFG_NESTING) {
        char allowed[48];

        snprintf(allowed, sizeof allowed, "at most %d brackets inside each other", CFG_NESTING);
        return scan_syntax(s, at, at->p, 1, allowed, "nested too deep");
    }
    s->bracket[s->depth++] = (struct bracket){b, at->line, at->name};
    s->last = LAST_START;
    str_putc(&s->t->flat, b);
    return STRAIT_OK;
}

static strait_status close_bracket(struct scan *s, struct at *at)
{
    char b = *at->p, what[96];
    char open = b == '}' ? '{' : b == ')' ? '(' : '[';

    if (s->depth == 0)
        return scan_syntax(s, at, at->p, 1, "as many closing as opening brackets", "a closing bracket that nothing opened");
    if (s->bracket[s->depth - 1].open != open) {
        snprintf(what, sizeof what, "does not close the %c of line %u", s->bracket[s->depth - 1].open,
                 s->bracket[s->depth - 1].line);
        return scan_syntax(s, at, at->p, 1, NULL, what);
    }
    if (s->last == LAST_KEY || s->last == LAST_EQUALS || (s->last == LAST_COMMA && !in_group(s)))
        return scan_syntax(s, at, at->p, 1, wanted(s), "a closing bracket too early");
    s->depth--;
    s->last = LAST_VALUE;
    str_putc(&s->t->flat, b);
    return STRAIT_OK;
}

static strait_status sign(struct scan *s, struct at *at)
{
    char b = *at->p;
    bool value = s->last == LAST_STRING || s->last == LAST_VALUE;

    if (b == '=' || b == ':') {
        if (s->last != LAST_KEY)
            return scan_syntax(s, at, at->p, 1, wanted(s), "no key before it");
        s->last = LAST_EQUALS;
    } else {
        if (!value || (b == ';' && !in_group(s)))
            return scan_syntax(s, at, at->p, 1, wanted(s), b == ';' ? "; in a wrong place" : "a comma in a wrong place");
        s->last = LAST_COMMA;
    }
    str_putc(&s->t->flat, b);
    return STRAIT_OK;
}

strait_status scan_step(struct scan *s, struct at *at)
{
    const char *p = at->p;
    bool more = at->end - p > 1;
    strait_status st;

    if (*p == '\n') {
        at->p++;
        return new_line(s, at);
    }
    if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\f') {
        at->p++;
        return STRAIT_OK;
    }
    if (*p == '#' || (more && p[0] == '/' && p[1] == '/')) {
        while (at->p < at->end && *at->p != '\n')
            at->p++;
        return STRAIT_OK;
    }
    if (more && p[0] == '/' && p[1] == '*')
        return comment_block(s, at);
    if (*p == '"')
        return string(s, at);
    if (*p == '@')
        return scan_include(s, at);
    if (word_len(p, at->end) > 0)
        return word(s, at);
    if (strchr("{([", *p) != NULL)
        st = open_bracket(s, at);
    else if (strchr("})]", *p) != NULL)
        st = close_bracket(s, at);
    else if (strchr("=:;,", *p) != NULL)
        st = sign(s, at);
    else
        st = scan_syntax(s, at, p, 1, wanted(s), "a character that means nothing here");
    at->p++;
    return st;
}
