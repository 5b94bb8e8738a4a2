/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates: seconds since 1970-01-01T00:00Z in the proleptic Gregorian calendar, no time zone but UTC. */
#include "domain/domain.h"

#include <stdio.h>
#include <string.h>

#define YEAR_MIN 1990
#define YEAR_MAX 2200

struct civil { int64_t year; int month, day; };

/* Days since 1970-01-01, counted in years that begin in March so that the leap day comes last. */
static int64_t days_from_civil(struct civil d)
{
    int64_t y = d.month <= 2 ? d.year - 1 : d.year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct civil civil_from_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t of_era = z - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int month = (int)((5 * of_year + 2) / 153);
    struct civil d = {year + era * 400, month < 10 ? month + 3 : month - 9,
                      (int)(of_year - (153 * month + 2) / 5 + 1)};

    if (d.month <= 2)
        d.year++;
    return d;
}

static int month_days(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* The day a date lies in, and the seconds into it. */
static int64_t floor_day(int64_t date, int64_t *rest)
{
    int64_t day = date / DAY_S;

    if (date % DAY_S < 0)
        day--;
    *rest = date - day * DAY_S;
    return day;
}

/* n digits at s, or -1. */
static int digits(const char *s, int n)
{
    int v = 0;

    for (int i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        v = v * 10 + (s[i] - '0');
    }
    return v;
}

/**
 * Read a date: YYYY-MM-DD, or YYYY-MM-DDTHH:MMZ, nothing before or after it.
 *
 * @param out  seconds since 1970-01-01T00:00Z; untouched on failure
 * @return false for another form, a day that does not exist, or a year outside 1990-2200
 * Test: tests/unit/check_date.c
 */
bool date_parse(const char *text, int64_t *out)
{
    size_t n = strnlen(text, 18);
    struct civil d;
    int hour = 0, minute = 0;

    if ((n != 10 && n != 17) || text[4] != '-' || text[7] != '-')
        return false;
    d = (struct civil){digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)};
    if (d.year < YEAR_MIN || d.year > YEAR_MAX || d.month < 1 || d.month > 12 || d.day < 1 ||
        d.day > month_days(d.year, d.month))
        return false;
    if (n == 17) {
        hour = digits(text + 11, 2);
        minute = digits(text + 14, 2);
        if (text[10] != 'T' || text[13] != ':' || text[16] != 'Z' || hour < 0 || hour > 23 || minute < 0 ||
            minute > 59)
            return false;
    }
    *out = days_from_civil(d) * DAY_S + hour * HOUR_S + minute * 60;
    return true;
}

/** Write a date in the shortest form that date_parse reads: the hour only where it is not midnight. */
void date_format(int64_t date, char out[24])
{
    int64_t rest;
    struct civil d = civil_from_days(floor_day(date, &rest));
    int year = (int)(d.year % 100000);

    if (rest == 0)
        snprintf(out, 24, "%04d-%02d-%02d", year, d.month, d.day);
    else
        snprintf(out, 24, "%04d-%02d-%02dT%02d:%02dZ", year, d.month, d.day, (int)(rest / HOUR_S),
                 (int)(rest % HOUR_S / 60));
}

/**
 * The same day and hour `months` calendar months later (or earlier); a day that the month lacks becomes its last.
 *
 * Test: tests/unit/check_date.c
 */
int64_t date_add_months(int64_t date, int months)
{
    int64_t rest;
    struct civil d = civil_from_days(floor_day(date, &rest));
    int64_t m = d.year * 12 + d.month - 1 + months;
    int last;

    d.year = m / 12;
    d.month = (int)(m % 12) + 1;
    last = month_days(d.year, d.month);
    if (d.day > last)
        d.day = last;
    return days_from_civil(d) * DAY_S + rest;
}
