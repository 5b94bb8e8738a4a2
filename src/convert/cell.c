/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and times as others write them.  Nothing passes that is left over, not finite, or no such day. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "convert/job.h"
#include "domain/domain.h"

#define FAST_DIGITS 15      /* so many digits are exact in a double */
#define SECOND_US INT64_C(1000000)

static size_t digits(const char *s)
{
    size_t n = 0;

    while (s[n] >= '0' && s[n] <= '9')
        n++;
    return n;
}

bool cell_real(const char *text, double *v)
{
    const char *p = text + (*text == '-' || *text == '+');
    size_t before = digits(p), after = p[before] == '.' ? digits(p + before + 1) : 0;
    char *end;
    double x;

    if (before + after == 0 || p[before] == 'x' || p[before] == 'X')
        return false;
    x = strtod(text, &end);
    if (*end != '\0' || !isfinite(x))
        return false;
    *v = x;
    return true;
}

bool cell_count(const char *text, double *v)
{
    int64_t whole = 0;
    size_t n = digits(text);
    double x;

    if (n > 0 && n <= FAST_DIGITS && text[n] == '\0') {
        for (size_t i = 0; i < n; i++)
            whole = whole * 10 + (text[i] - '0');
        *v = (double)whole;
        return true;
    }
    if (!cell_real(text, &x) || x < 0 || x > 1e15 || x != floor(x))
        return false;
    *v = x;
    return true;
}

/* n digits at s, or -1. */
static int number(const char *s, int n)
{
    int v = 0;

    for (int i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        v = v * 10 + (s[i] - '0');
    }
    return v;
}

/* A fraction behind '.' or ',' to microseconds, further digits dropped; *p moves behind it. */
static int64_t fraction(const char **p)
{
    int64_t us = 0, unit = SECOND_US / 10;

    if ((**p != '.' && **p != ',') || digits(*p + 1) == 0)
        return 0;
    for (++*p; **p >= '0' && **p <= '9'; ++*p, unit /= 10)
        us += (**p - '0') * unit;
    return us;
}

/* Z, UTC, +08, +0800, +08:00 or nothing (*zone untouched), in seconds; false for anything else. */
static bool read_zone(const char *p, int64_t *zone)
{
    int hour, minute = 0, sign = *p == '-' ? -1 : 1;

    while (*p == ' ')
        p++;
    if (*p == '\0')
        return true;
    if (strcmp(p, "Z") == 0 || strcmp(p, "z") == 0 || strcmp(p, "UTC") == 0) {
        *zone = 0;
        return true;
    }
    sign = *p == '-' ? -1 : 1;
    hour = *p == '+' || *p == '-' ? number(p + 1, 2) : -1;
    if (hour < 0 || hour > 14)
        return false;
    p += 3;
    if (*p != '\0') {
        p += *p == ':';
        minute = number(p, 2);
        if (minute < 0 || minute > 59 || p[2] != '\0')
            return false;
    }
    *zone = sign * ((int64_t)hour * HOUR_S + minute * 60);
    return true;
}

/* HH:MM[:SS[.f]][zone] behind the day.  Second 60 is a leap second, which belongs to the minute. */
static bool read_clock(const char *p, int64_t *us, int64_t *zone)
{
    int hour = number(p, 2), minute = hour < 0 || p[2] != ':' ? -1 : number(p + 3, 2), second = 0;

    if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return false;
    p += 5;
    *us = 0;
    if (*p == ':') {
        second = number(p + 1, 2);
        if (second < 0 || second > 60)
            return false;
        p += 3;
        *us = fraction(&p);
    }
    *us += ((int64_t)hour * HOUR_S + minute * 60 + second) * SECOND_US;
    return read_zone(p, zone);
}

/* YYYY-MM-DD or YYYY/MM/DD, alone or with a time behind T or blanks. */
static bool read_iso(const char *text, int64_t clock_offset, int64_t *us)
{
    char day[11];
    int64_t date, clock = 0, zone = clock_offset;
    const char *p = text + 10;

    if (strnlen(text, 10) < 10)
        return false;
    memcpy(day, text, 10);
    day[10] = '\0';
    if (day[4] == '/' && day[7] == '/')
        day[4] = day[7] = '-';
    if (!date_parse(day, &date))
        return false;
    if (*p == 'T' || *p == 't' || *p == ' ')
        if (!read_clock(p + 1 + strspn(p + 1, " "), &clock, &zone))
            return false;
    if (*p != 'T' && *p != 't' && *p != ' ' && *p != '\0')
        return false;
    *us = (date - zone) * SECOND_US + clock;
    return true;
}

/* Seconds of 1990 to 2200 in seconds, ms, us or ns; smaller numbers count from a beginning that is not told. */
static bool read_seconds(const char *text, int64_t *us, bool *relative)
{
    static const double unit[] = {1e6, 1e3, 1, 1e-3};
    double x;

    if (!cell_real(text, &x) || x < 0)
        return false;
    *relative = x < 6.3e8;
    if (*relative) {
        *us = (int64_t)llround(x * 1e6);
        return true;
    }
    for (size_t i = 0; i < sizeof unit / sizeof *unit; i++)
        if (x * unit[i] >= 6.3e14 && x * unit[i] < 7.3e15) {
            *us = (int64_t)llround(x * unit[i]);
            return true;
        }
    return false;
}

/**
 * Read a time: ISO 8601 with a day, blank or T, fraction of any length, zone or none; or a number, which is Unix time in
 * seconds, milli-, micro- or nanoseconds by its size (years 1990 to 2200), or seconds since a beginning below 6.3e8.
 *
 * @param clock_offset  seconds that a clock without a zone is ahead of UTC
 * @param us            microseconds since 1970-01-01T00:00Z, or since the beginning
 * @return false for anything else.  Test: tests/unit/check_convert.c
 */
bool cell_time(const char *text, int64_t clock_offset, int64_t *us, bool *relative)
{
    *relative = false;
    if (digits(text) == 4 && (text[4] == '-' || text[4] == '/'))
        return read_iso(text, clock_offset, us);
    return read_seconds(text, us, relative);
}
