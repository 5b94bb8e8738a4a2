/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/cfg_word.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* The C library's ctype follows the locale; config text does not. */
static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static int hex(char c)
{
    if (digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t word_len(const char *p, const char *end)
{
    const char *q = p;

    while (q < end && (letter(*q) || digit(*q) || (*q != '\0' && strchr("_-+.*", *q) != NULL)))
        q++;
    return (size_t)(q - p);
}

static size_t digits(const char *p, size_t n)
{
    size_t i = 0;

    while (i < n && digit(p[i]))
        i++;
    return i;
}

/* 0x1F, with libconfig's L or LL: the number of its hex digits, 0 when it is none. */
static size_t hex_digits(const char *p, size_t n)
{
    size_t i = 2;

    if (n < 3 || p[0] != '0' || (p[1] != 'x' && p[1] != 'X'))
        return 0;
    while (i < n && hex(p[i]) >= 0)
        i++;
    if (i + 2 < n || (i < n && p[i] != 'L') || (i + 2 == n && p[i + 1] != 'L'))
        return 0;
    return i - 2;
}

/* Bytes of the decimal number at p without any L; 0 when the word is none. */
static size_t decimal_len(const char *p, size_t n)
{
    size_t i = n > 0 && (p[0] == '-' || p[0] == '+') ? 1 : 0;
    size_t whole = digits(p + i, n - i), part = 0;

    i += whole;
    if (i < n && p[i] == '.') {
        part = digits(p + i + 1, n - i - 1);
        i += part + 1;
    } else if (whole > 0 && i < n && n - i <= 2 && p[i] == 'L' && p[n - 1] == 'L') {
        return i;
    }
    if (whole + part == 0)
        return 0;
    if (i < n && (p[i] == 'e' || p[i] == 'E')) {
        size_t sign = i + 1 < n && (p[i + 1] == '-' || p[i + 1] == '+') ? 2 : 1;
        size_t power = digits(p + i + sign, n - i - sign);

        i = power > 0 ? i + sign + power : 0;
    }
    return i == n ? n : 0;
}

enum word word_kind(const char *p, size_t n)
{
    if ((n == 4 && strncasecmp(p, "true", 4) == 0) || (n == 5 && strncasecmp(p, "false", 5) == 0))
        return WORD_BOOL;
    if (decimal_len(p, n) > 0 || hex_digits(p, n) > 0)
        return WORD_NUMBER;
    if (!letter(p[0]) && p[0] != '*')
        return WORD_OTHER;
    for (size_t i = 1; i < n; i++)
        if (p[i] == '.' || p[i] == '+')
            return WORD_OTHER;
    return WORD_NAME;
}

bool word_number(const char *p, size_t n, str *out)
{
    size_t n_hex = hex_digits(p, n);
    uint64_t v = 0;

    if (n_hex == 0) {
        str_put(out, p, decimal_len(p, n));
        return true;
    }
    for (size_t i = 0; i < n_hex; i++) {
        if (v >> 60 != 0)
            return false;
        v = v << 4 | (uint64_t)hex(p[2 + i]);
    }
    str_printf(out, "%" PRIu64, v);
    return true;
}

/* One escape behind its backslash; bytes taken, 0 when unknown. A NUL cannot be in a text, so \x00 is refused. */
static size_t escape(const char *p, const char *end, str *out)
{
    static const char from[] = "nrtf\\\"", to[] = "\n\r\t\f\\\"";
    const char *at = p < end && *p != '\0' ? strchr(from, *p) : NULL;

    if (at != NULL) {
        str_putc(out, to[at - from]);
        return 1;
    }
    if (end - p < 3 || p[0] != 'x' || hex(p[1]) < 0 || hex(p[2]) < 0 || (p[1] == '0' && p[2] == '0'))
        return 0;
    str_putc(out, (char)(hex(p[1]) << 4 | hex(p[2])));
    return 3;
}

enum string_end string_read(const char **p, const char *end, str *out)
{
    while (*p < end && **p != '"' && **p != '\n') {
        size_t n;

        if (**p != '\\') {
            const char *q = *p;

            while (q < end && *q != '"' && *q != '\n' && *q != '\\')
                q++;
            str_put(out, *p, (size_t)(q - *p));
            *p = q;
            continue;
        }
        n = escape(*p + 1, end, out);
        if (n == 0)
            return STRING_ESCAPE;
        *p += n + 1;
    }
    if (*p == end || **p == '\n')
        return STRING_OPEN;
    (*p)++;
    return STRING_OK;
}
