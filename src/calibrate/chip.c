/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the name that a row gives its accelerator to a data sheet: "H100-80GB", "Ascend-910C (one die)". */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/library.h"

enum { NAME_MAX_LEN = 80 };

/* Letters and digits in lower case, "80GB" as "80g". */
static void plain(char out[NAME_MAX_LEN], const char *name, size_t n)
{
    size_t k = 0;

    for (size_t i = 0; i < n && name[i] != '\0' && k + 1 < NAME_MAX_LEN; i++) {
        bool unit = i > 0 && isdigit((unsigned char)name[i - 1]) && tolower((unsigned char)name[i]) == 'g' &&
                    tolower((unsigned char)name[i + 1]) == 'b';

        if (isalnum((unsigned char)name[i]))
            out[k++] = (char)tolower((unsigned char)name[i]);
        i += unit;
    }
    out[k] = '\0';
}

static const struct accelerator *find(const struct library *l, const char *want)
{
    char have[NAME_MAX_LEN];

    for (size_t i = l->chip.n; *want != '\0' && i > 0; i--) {
        plain(have, l->chip.v[i - 1].name, NAME_MAX_LEN);
        if (strcmp(have, want) == 0)
            return &l->chip.v[i - 1];
    }
    return NULL;
}

/* The number before a unit at the end of a part between hyphens ("-96GB", "-500W"); 0: none. */
static double part_with_unit(const char *name, size_t n, const char *unit, size_t *at)
{
    for (size_t i = 0; i < n; i++) {
        char *end;
        double v;

        if ((name[i] != '-' && name[i] != ' ') || !isdigit((unsigned char)name[i + 1]))
            continue;
        v = strtod(name + i + 1, &end);
        if (strncmp(end, unit, strlen(unit)) == 0 && (end[strlen(unit)] == '\0' || strchr("- (", end[strlen(unit)]) != NULL)) {
            *at = i;
            return v;
        }
    }
    return 0;
}

/* One die of a package: half of everything, twice as many in a domain. */
static void halve(struct accelerator *a)
{
    double *const half[] = { &a->bf16, &a->fp8, &a->fp4, &a->int8, &a->memory, &a->memory_bandwidth,
                             &a->scaleup_bandwidth, &a->scaleout_bandwidth };

    for (size_t i = 0; i < sizeof half / sizeof *half; i++)
        *half[i] /= 2;
    a->scaleup_size *= 2;
}

/* The whole name, then without its memory where that is the chip's own, then without anything in brackets. */
static const struct accelerator *search(const struct library *l, const char *name, size_t base, double memory, size_t cut)
{
    char want[NAME_MAX_LEN];
    const struct accelerator *a;

    plain(want, name, base);
    a = find(l, want);
    if (a != NULL || memory <= 0)
        return a;
    plain(want, name, cut);
    a = find(l, want);
    return a;
}

static const struct accelerator *in_brackets(const struct library *l, const char *name)
{
    if (strncmp(name, "Ascend", 6) == 0 && strstr(name, "800I") != NULL)
        return find(l, "ascend800ia2");
    return NULL;
}

/**
 * The chip that a row names: its base name, memory ("-96GB"), power limit ("-500W": the share of a 700 W rating), and in
 * brackets whether a die or a package is counted.
 *
 * @param out  written when true
 * @return false: nothing like it is known.  An unknown Ascend is taken for a 910C.  Test: tests/unit/check_points.c
 */
bool library_chip(const struct library *l, const char *name, struct chip *out)
{
    size_t base = strcspn(name, "("), cut = base, at = base;
    double memory, watts = part_with_unit(name, base, "W", &at);
    const struct accelerator *a = in_brackets(l, name);

    if (watts > 0)
        base = at;
    memory = part_with_unit(name, base, "GB", &cut);
    if (a == NULL)
        a = search(l, name, base, memory, cut);
    *out = (struct chip){ .power = watts > 0 ? fmin(1, watts / 700) : 1 };
    if (a == NULL && strncmp(name, "Ascend", 6) == 0) {
        a = find(l, "ascend910c");
        out->guessed = true;
    }
    if (a == NULL)
        return false;
    out->a = *a;
    if (memory > 0)
        out->a.memory = memory;
    out->package = strstr(name, "package") != NULL;
    if (strstr(name, "die") != NULL && !out->package)
        halve(&out->a);
    return true;
}
