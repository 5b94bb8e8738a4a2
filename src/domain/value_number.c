/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers with units.  Only decimal digits pass: no hex, no nan, no inf, nothing that overflows, nothing left over. */
#include "domain/room.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANYTHING 1e300          /* a bound of fields.def that bounds nothing */
#define WHOLE_MAX 9007199254740992.0   /* 2^53: beyond it doubles skip whole numbers */

static size_t digits(const char *s)
{
    return strspn(s, "0123456789");
}

/* Length of the number at s as we write numbers, or 0; *whole: digits and a sign alone. */
static size_t number_length(const char *s, bool *whole)
{
    const char *p = s + (*s == '+' || *s == '-' ? 1 : 0);
    size_t before = digits(p), after = 0;

    *whole = true;
    p += before;
    if (*p == '.') {
        after = digits(p + 1);
        p += 1 + after;
        *whole = false;
    }
    if (before + after == 0)
        return 0;
    if (*p == 'e' || *p == 'E') {
        size_t sign = p[1] == '+' || p[1] == '-' ? 1 : 0;
        size_t n = digits(p + 1 + sign);

        if (n > 0) {
            p += 1 + sign + n;
            *whole = false;
        }
    }
    return (size_t)(p - s);
}

bool value_in_range(const struct field_desc *fd, double x)
{
    return isfinite(x) && x >= fd->lo && x <= fd->hi;
}

void value_range(const struct field_desc *fd, char *buf, size_t n)
{
    const char *unit = fd->unit;
    const char *gap = unit[0] == '\0' ? "" : " ";

    if (fd->lo <= -ANYTHING && fd->hi >= ANYTHING)
        snprintf(buf, n, "a finite number%s%s", gap, unit);
    else if (fd->hi >= ANYTHING)
        snprintf(buf, n, "at least %.10g%s%s", fd->lo, gap, unit);
    else
        snprintf(buf, n, "%.10g to %.10g%s%s", fd->lo, fd->hi, gap, unit);
}

static strait_status out_of_range(const struct parse *p)
{
    char range[128];

    value_range(p->fd, range, sizeof range);
    return value_fault(p, range, "is out of range");
}

/**
 * Factor from a unit as the user wrote it to a field's own.
 *
 * @param currency  the code of foreign money, "" for none
 * @param word      of a field whose unit hangs on an ENUM: the word that the unit fits; else -1
 * @return false for a unit that does not fit
 * Test: tests/unit/check_value.c
 */
bool field_unit(const struct field_desc *fd, const char *unit, double *factor, char currency[4], int *word)
{
    struct word w[WORDS_MAX];
    const char *units = fd->type == TYPE_NUMBER ? strchr(fd->extra, ':') : NULL;
    size_t n = units == NULL ? 0 : words_split(units + 1, w);
    char own[16];

    *word = -1;
    if (units == NULL)
        return unit_parts(unit, fd->unit, factor, currency);
    for (size_t i = 0; i < n; i++) {
        snprintf(own, sizeof own, "%.*s", (int)w[i].n, w[i].s);
        if (!unit_parts(unit, own, factor, currency))
            continue;
        *word = (int)i;
        return true;
    }
    return false;
}

/** The units of a field whose unit hangs on an ENUM, as "h, a share, CUR, kWh, t", into buf; false for other fields. */
bool field_units(const struct field_desc *fd, char *buf, size_t n)
{
    const char *units = fd->type == TYPE_NUMBER ? strchr(fd->extra, ':') : NULL;
    struct word w[WORDS_MAX];
    size_t k = units == NULL ? 0 : words_split(units + 1, w), used = 0;

    for (size_t i = 0; i < k && used < n; i++)
        used += (size_t)snprintf(buf + used, n - used, "%s%.*s", i == 0 ? "" : ", ", w[i].n == 0 ? 7 : (int)w[i].n,
                                 w[i].n == 0 ? "a share" : w[i].s);
    return units != NULL;
}

static strait_status wrong_unit(const struct parse *p, const char *unit)
{
    char allowed[256];

    if (field_units(p->fd, allowed, sizeof allowed))
        return value_fault(p, allowed, "has a unit that does not fit: \"%s\"", unit);
    unit_allowed(p->c, p->fd->unit, allowed, sizeof allowed);
    if (allowed[0] == '\0')
        return value_fault(p, "a number without a unit", "has a unit that does not fit: \"%s\"", unit);
    return value_fault(p, allowed, "has a unit that does not fit: \"%s\"", unit);
}

/* Factor of the unit after the number (`rest`) or of the column; a foreign currency goes to out. */
static strait_status find_unit(const struct parse *p, const char *rest, double *factor, struct value *out)
{
    const char *unit = p->unit;
    char code[4] = "";

    rest += strspn(rest, " ");
    if (rest[0] != '\0' && unit != NULL)
        return value_fault(p, "the unit stands in the column's header", "has something after the number: \"%s\"", rest);
    if (rest[0] != '\0')
        unit = rest;
    *factor = 1;
    if (unit == NULL)
        return STRAIT_OK;
    if (!field_unit(p->fd, unit, factor, code, &out->word))
        return wrong_unit(p, unit);
    if (code[0] == '\0')
        return STRAIT_OK;
    out->currency = symbol_add(&p->c->draft->names, code, 3);
    return out->currency == SYMBOL_NONE ? cx_nomem(p->cx) : STRAIT_OK;
}

/** Parse a NUMBER into out->u.number, in the canonical unit and, for money, before the exchange rate. */
strait_status value_number(const struct parse *p, struct value *out)
{
    bool whole;
    size_t n = number_length(p->text, &whole);
    double factor, x;
    char *end;
    strait_status st;

    if (n == 0 || (p->text[n] == 'x' || p->text[n] == 'X'))
        return value_fault(p, "a decimal number such as 2.5", "is not a number");
    x = strtod(p->text, &end);
    if (end != p->text + n)
        return value_fault(p, "a decimal number such as 2.5", "is not a number");
    if (!isfinite(x))
        return value_fault(p, "a number below 1e300", "is too large");
    st = find_unit(p, p->text + n, &factor, out);
    if (st != STRAIT_OK)
        return st;
    x *= factor;
    if (!value_in_range(p->fd, x))
        return out_of_range(p);
    out->u.number = x;
    return STRAIT_OK;
}

/* A whole number in another unit: 2 y is 730 d, 12 h is no whole number of days. */
static strait_status convert_whole(const struct parse *p, double factor, int64_t *v)
{
    double x = (double)*v * factor;

    if (fabs(x) > WHOLE_MAX)
        return out_of_range(p);
    if (fabs(x - nearbyint(x)) > 1e-9 * fabs(x))
        return value_fault(p, "a whole number", "is not a whole number of %s", p->fd->unit);
    *v = (int64_t)nearbyint(x);
    return STRAIT_OK;
}

/** Parse an INTEGER: digits with an optional sign, and a unit where the field has one. */
strait_status value_integer(const struct parse *p, struct value *out)
{
    bool whole;
    size_t n = number_length(p->text, &whole);
    double factor;
    long long v;
    strait_status st;

    if (n == 0 || p->text[n] == 'x' || p->text[n] == 'X')
        return value_fault(p, "a whole number", "is not a number");
    if (!whole)
        return value_fault(p, "digits alone", "is not a whole number");
    errno = 0;
    v = strtoll(p->text, NULL, 10);
    if (errno == ERANGE)
        return out_of_range(p);
    out->u.integer = v;
    st = find_unit(p, p->text + n, &factor, out);
    if (st == STRAIT_OK && factor != 1)
        st = convert_whole(p, factor, &out->u.integer);
    if (st != STRAIT_OK)
        return st;
    return value_in_range(p->fd, (double)out->u.integer) ? STRAIT_OK : out_of_range(p);
}
