/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists: "power|cooling", or "power cooling" where the items hold no blanks themselves. */
#include "domain/room.h"

#include <stdio.h>
#include <string.h>

#define ITEM_MAX 1024

static bool is_paths(const struct field_desc *fd)
{
    return strcmp(fd->extra, "path=value") == 0;
}

/* The next item at or after *s, blanks around it trimmed; false at the end. */
static bool next_item(const char **s, const char *breaks, const char **item, size_t *n)
{
    const char *p = *s + strspn(*s, " ");

    if (*p == '\0')
        return false;
    *n = strcspn(p, breaks);
    *s = p + *n + (p[*n] == '\0' ? 0 : 1);
    *item = p;
    while (*n > 0 && p[*n - 1] == ' ')
        (*n)--;
    return true;
}

static strait_status check_item(const struct parse *p, const char *item, size_t n)
{
    char allowed[256], near[32], word[ITEM_MAX + 1];

    if (n == 0)
        return value_fault(p, "items divided by '|'", "has an empty item");
    if (n > ITEM_MAX || !text_is_printable(item, n))
        return value_fault(p, "printable UTF-8, at most 1024 bytes an item", "has an item that cannot be");
    if (p->fd->extra[0] == '\0' || is_paths(p->fd) || words_find(p->fd->extra, item, n) >= 0)
        return STRAIT_OK;
    snprintf(word, sizeof word, "%.*s", (int)n, item);
    words_list(p->fd->extra, allowed, sizeof allowed);
    if (words_nearest(p->fd->extra, word, near, sizeof near))
        return value_fault(p, allowed, "\"%s\" is not known (did you mean \"%s\"?)", word, near);
    return value_fault(p, allowed, "\"%s\" is not known", word);
}

/**
 * Parse a LIST into out->u.list; items are symbols' texts.  The empty text is the empty list, unless a list that is left
 * out has items: then emptiness must be a slip.
 */
strait_status value_list(const struct parse *p, struct value *out)
{
    const char *breaks = is_paths(p->fd) || strchr(p->text, '|') != NULL ? "|" : " ";
    const char *s = p->text, *item = NULL;
    size_t n = 0, count = 0;
    const char **v;
    strait_status st;

    while (next_item(&s, breaks, &item, &n)) {
        st = check_item(p, item, n);
        if (st != STRAIT_OK)
            return st;
        count++;
    }
    if (count == 0 && p->fd->dflt[0] != '\0')
        return value_fault(p, "at least one item", "is empty");
    v = arena_alloc(p->c->arena, count, sizeof *v);
    if (v == NULL)
        return cx_nomem(p->cx);
    s = p->text;
    for (size_t i = 0; i < count && next_item(&s, breaks, &item, &n); i++) {
        uint32_t symbol = symbol_add(&p->c->draft->names, item, n);

        if (symbol == SYMBOL_NONE)
            return cx_nomem(p->cx);
        v[i] = p->c->draft->names.v[symbol];
    }
    out->u.list = (struct name_list){count, v};
    return STRAIT_OK;
}
