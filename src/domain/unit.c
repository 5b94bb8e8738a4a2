/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units: "kW", "GB/s", "1/d", "CNY/MWh"; a unit is a numerator, and a denominator after a slash. */
#include "domain/room.h"

#include <stdio.h>
#include <string.h>

enum dim { DIM_NONE, DIM_SHARE, DIM_COUNT, DIM_POWER, DIM_ENERGY, DIM_BYTES, DIM_BITS, DIM_TIME, DIM_FLOPS, DIM_TOKENS,
           DIM_PARAMS, DIM_MASS, DIM_MONEY };

struct atom { const char *name; enum dim dim; double factor; };

/* "1" and "requests" are one dimension, so that 1/h and requests/h are the same. */
static const struct atom atoms[] = {
    {"", DIM_SHARE, 1},           {"%", DIM_SHARE, 0.01},
    {"1", DIM_COUNT, 1},          {"requests", DIM_COUNT, 1},  {"krequests", DIM_COUNT, 1e3},
    {"Mrequests", DIM_COUNT, 1e6},
    {"W", DIM_POWER, 1},          {"kW", DIM_POWER, 1e3},      {"MW", DIM_POWER, 1e6},     {"GW", DIM_POWER, 1e9},
    {"kWh", DIM_ENERGY, 1},       {"MWh", DIM_ENERGY, 1e3},    {"GWh", DIM_ENERGY, 1e6},
    {"MB", DIM_BYTES, 1e6},       {"GB", DIM_BYTES, 1e9},      {"TB", DIM_BYTES, 1e12},    {"PB", DIM_BYTES, 1e15},
    {"Gbit", DIM_BITS, 1e9},      {"Tbit", DIM_BITS, 1e12},
    {"us", DIM_TIME, 1e-6},       {"ms", DIM_TIME, 1e-3},      {"s", DIM_TIME, 1},         {"min", DIM_TIME, 60},
    {"h", DIM_TIME, HOUR_S},      {"d", DIM_TIME, DAY_S},      {"y", DIM_TIME, YEAR_S},
    {"TFLOPS", DIM_FLOPS, 1},     {"PFLOPS", DIM_FLOPS, 1e3},  {"TOPS", DIM_FLOPS, 1},     {"POPS", DIM_FLOPS, 1e3},
    {"tokens", DIM_TOKENS, 1},    {"ktokens", DIM_TOKENS, 1e3}, {"Mtokens", DIM_TOKENS, 1e6},
    {"Gtokens", DIM_TOKENS, 1e9}, {"Ttokens", DIM_TOKENS, 1e12},
    {"token", DIM_TOKENS, 1},     {"ktoken", DIM_TOKENS, 1e3}, {"Mtoken", DIM_TOKENS, 1e6},
    {"M", DIM_PARAMS, 1e-3},      {"B", DIM_PARAMS, 1},        {"T", DIM_PARAMS, 1e3},
    {"g", DIM_MASS, 1},           {"kg", DIM_MASS, 1e3},       {"t", DIM_MASS, 1e6},
};
#define N_ATOM (sizeof atoms / sizeof atoms[0])

struct unit {
    enum dim num, den;     /* den: DIM_NONE when there is no slash */
    double num_factor, den_factor;
    char currency[4];      /* of DIM_MONEY; "" for CUR */
};

/** Three capital letters: the form of a currency code. */
bool is_currency(const char *s)
{
    for (int i = 0; i < 3; i++)
        if (s[i] < 'A' || s[i] > 'Z')
            return false;
    return s[3] == '\0';
}

/* Money: CUR or a code, with k or M before it for thousands and millions. */
static bool money(const char *s, struct unit *u)
{
    double factor = 1;

    if ((s[0] == 'k' || s[0] == 'M') && is_currency(s + 1)) {
        factor = s[0] == 'k' ? 1e3 : 1e6;
        s++;
    }
    if (!is_currency(s))
        return false;
    u->num = DIM_MONEY;
    u->num_factor = factor;
    memcpy(u->currency, strcmp(s, "CUR") == 0 ? "" : s, strcmp(s, "CUR") == 0 ? 1 : 4);
    return true;
}

static const struct atom *atom_find(const char *name)
{
    for (size_t i = 0; i < N_ATOM; i++)
        if (strcmp(atoms[i].name, name) == 0)
            return &atoms[i];
    return NULL;
}

static bool parse(const char *text, struct unit *u)
{
    const char *slash = strchr(text, '/');
    size_t n = slash == NULL ? strlen(text) : (size_t)(slash - text);
    const struct atom *num, *den;
    char name[16];

    memset(u, 0, sizeof *u);
    u->den_factor = 1;
    if (n >= sizeof name || (slash != NULL && n == 0))
        return false;
    memcpy(name, text, n);
    name[n] = '\0';
    num = atom_find(name);
    if (num != NULL) {
        u->num = num->dim;
        u->num_factor = num->factor;
    } else if (!money(name, u))
        return false;
    if (slash == NULL)
        return true;
    den = atom_find(slash + 1);
    if (den == NULL || den->dim == DIM_SHARE)
        return false;
    u->den = den->dim;
    u->den_factor = den->factor;
    return true;
}

/**
 * Factor from one unit to another of the same dimension, exchange rates apart.
 *
 * @param factor    value in `to` = factor * value in `from` (times the exchange rate)
 * @param currency  the code of the money in `from`; "" for CUR or where there is no money
 * @return false for an unknown unit, another dimension, or money of another code than CUR in `to`
 * Test: tests/unit/check_unit.c
 */
bool unit_parts(const char *from, const char *to, double *factor, char currency[4])
{
    struct unit a, b;

    if (!parse(from, &a) || !parse(to, &b))
        return false;
    if (from[0] == '%' && b.num == DIM_COUNT && b.den != DIM_NONE) {
        a.num = DIM_COUNT;   /* a rate in percent: 5 %/y, or 5 % */
        if (a.den == DIM_NONE) {
            a.den = b.den;
            a.den_factor = b.den_factor;
        }
    }
    if (a.num != b.num || a.den != b.den || b.currency[0] != '\0')
        return false;
    *factor = (a.num_factor / b.num_factor) * (b.den_factor / a.den_factor);
    memcpy(currency, a.currency, 4);
    return true;
}

/** Factor between two units, with the rate of a foreign currency from the case's exchanges; see domain.h. */
bool unit_factor(const strait_case *c, const char *from, const char *to, double *factor)
{
    char code[4];
    double f;

    if (!unit_parts(from, to, &f, code))
        return false;
    if (code[0] == '\0' || (c->settings.currency != NULL && strcmp(code, c->settings.currency) == 0)) {
        *factor = f;
        return true;
    }
    for (size_t i = 0; i < c->exchange.n; i++) {
        const struct exchange *x = &c->exchange.v[i];

        if (x->name == NULL || strcmp(x->name, code) != 0)
            continue;
        *factor = f * x->rate;
        return true;
    }
    return false;
}

/* Append "num/den" (den may be "") to a buffer of n bytes, dropping what does not fit. */
static void append(char *buf, size_t n, const char *num, const char *den)
{
    size_t used = strlen(buf);

    snprintf(buf + used, n - used, "%s%s%s%s", used == 0 ? "" : ", ", num, den[0] == '\0' ? "" : "/", den);
}

/**
 * The known units of the dimension of `to`, as "W, kW, MW, GW", for messages.
 *
 * @param buf  gets at most n - 1 characters; n > 0
 */
void unit_allowed(const strait_case *c, const char *to, char *buf, size_t n)
{
    const char *slash = strchr(to, '/');
    const char *den = slash == NULL ? "" : slash + 1;
    struct unit u;
    char num[16];

    (void)c;
    buf[0] = '\0';
    if (!parse(to, &u))
        return;
    snprintf(num, sizeof num, "%.*s", (int)strcspn(to, "/"), to);
    if (to[0] != '\0')
        append(buf, n, num, den);
    for (size_t i = 0; i < N_ATOM; i++)
        if (atoms[i].dim == u.num && u.num != DIM_COUNT && atoms[i].name[0] != '\0' && strcmp(atoms[i].name, num) != 0)
            append(buf, n, atoms[i].name, den);
    for (size_t i = 0; i < N_ATOM; i++)
        if (atoms[i].dim == u.den && strcmp(atoms[i].name, den) != 0)
            append(buf, n, num, atoms[i].name);
    if (u.num == DIM_MONEY)
        append(buf, n, "a currency's code for CUR", "");
}
