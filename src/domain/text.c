/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text may hold, and lists of words written "a|b|c". */
#include "domain/room.h"

#include <stdio.h>
#include <string.h>

static bool is_alnum(char ch)
{
    return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z');
}

/** Does the text match [A-Za-z0-9][A-Za-z0-9_.-]{0,63}? */
bool text_is_name(const char *s)
{
    size_t n = strnlen(s, NAME_MAX_LEN + 1);

    if (n == 0 || n > NAME_MAX_LEN || !is_alnum(s[0]))
        return false;
    for (size_t i = 1; i < n; i++)
        if (!is_alnum(s[i]) && strchr("_.-", s[i]) == NULL)
            return false;
    return true;
}

/* Bytes of the UTF-8 character at s (which has n > 0), its code in *code; 0: malformed. */
static size_t utf8(const unsigned char *s, size_t n, uint32_t *code)
{
    size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    static const uint32_t first[] = {0, 0x7f, 0x1f, 0x0f, 0x07}, least[] = {0, 0, 0x80, 0x800, 0x10000};

    if (len == 0 || len > n)
        return 0;
    *code = s[0] & first[len];
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (s[i] & 0x3f);
    }
    return *code < least[len] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff) ? 0 : len;
}

/** Is the text well-formed UTF-8 without control characters (C0, DEL, C1, line and paragraph separators)? */
bool text_is_printable(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    uint32_t code = 0;

    for (size_t i = 0; i < n;) {
        size_t len = utf8(p + i, n - i, &code);

        if (len == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029)
            return false;
        i += len;
    }
    return true;
}

/** The words of "a|b|c" as borrowed pieces, at most WORDS_MAX; returns how many. */
size_t words_split(const char *extra, struct word out[WORDS_MAX])
{
    size_t k = 0;

    while (*extra != '\0' && k < WORDS_MAX) {
        size_t n = strcspn(extra, "|");

        out[k++] = (struct word){extra, n};
        extra += n + (extra[n] == '|' ? 1 : 0);
    }
    return k;
}

/** Place of the word s[0..n) in "a|b|c", or -1. */
int words_find(const char *extra, const char *s, size_t n)
{
    struct word w[WORDS_MAX];
    size_t k = words_split(extra, w);

    for (size_t i = 0; i < k; i++)
        if (w[i].n == n && strncmp(w[i].s, s, n) == 0)
            return (int)i;
    return -1;
}

/** "a, b or c" into buf, at most n - 1 characters; n > 0. */
void words_list(const char *extra, char *buf, size_t n)
{
    struct word w[WORDS_MAX];
    size_t k = words_split(extra, w);
    size_t used = 0;

    buf[0] = '\0';
    for (size_t i = 0; i < k && used < n; i++) {
        const char *glue = i == 0 ? "" : i + 1 == k ? " or " : ", ";
        int more = snprintf(buf + used, n - used, "%s%.*s", glue, (int)w[i].n, w[i].s);

        used += more < 0 ? 0 : (size_t)more;
    }
}

/** The word of "a|b|c" nearest to s into buf; false when none is near. */
bool words_nearest(const char *extra, const char *s, char *buf, size_t n)
{
    struct word w[WORDS_MAX];
    char text[WORDS_MAX][32];
    const char *names[WORDS_MAX], *near;
    size_t k = words_split(extra, w);

    for (size_t i = 0; i < k; i++) {
        snprintf(text[i], sizeof text[i], "%.*s", (int)w[i].n, w[i].s);
        names[i] = text[i];
    }
    near = str_nearest(s, names, k);
    if (near != NULL)
        snprintf(buf, n, "%s", near);
    return near != NULL;
}
