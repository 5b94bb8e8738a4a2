/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the name that a row gives its accelerator to a data sheet: "H100-80GB", "Ascend-910C (one die)". */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/library.h"

enum { NAME_MAX_LEN = 80, WORDS_MOST = 8 };

/* A name in lower case, cut at what is no letter or digit. */
struct words {
    char word[WORDS_MOST][NAME_MAX_LEN];
    size_t n;
    double memory, watts;   /* of "80GB", "80 GB", "500W"; 0: not told */
};

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

/* Vendors, sockets, memory kinds, systems, ways of counting: they do not change the data sheet. */
static bool says_nothing(const char *word)
{
    static const char *const noise[] = { "nvidia", "amd", "instinct", "intel", "google", "huawei", "gpu", "hgx", "dgx", "sxm",
                                         "sxm2", "sxm4", "sxm5", "oam", "hbm2", "hbm2e", "hbm3", "hbm3e", "nvl36", "nvl72",
                                         "npu", "die", "dies", "package", "pod", "superpod" };

    for (size_t i = 0; i < sizeof noise / sizeof *noise; i++)
        if (strcmp(word, noise[i]) == 0)
            return true;
    return false;
}

/* "80g", "500w", and a unit behind a number of its own. */
static bool take_unit(struct words *w, const char *word)
{
    const char *unit;
    char *end;
    double v = strtod(word, &end);
    bool alone = end == word && w->n > 0;

    unit = alone ? word : end;
    if (alone)
        v = strtod(w->word[w->n - 1], &end);
    if (v <= 0 || (alone && *end != '\0') || (strcmp(unit, "g") != 0 && strcmp(unit, "gb") != 0 && strcmp(unit, "w") != 0))
        return false;
    *(*unit == 'w' ? &w->watts : &w->memory) = v;
    w->n -= alone;
    return true;
}

static void cut_words(struct words *w, const char *name)
{
    const char *end = name + strcspn(name, "(");

    *w = (struct words){ .n = 0 };
    for (const char *at = name; at < end && w->n < WORDS_MOST;) {
        size_t n = 0;

        while (at + n < end && isalnum((unsigned char)at[n]))
            n++;
        plain(w->word[w->n], at, n);
        if (n > 0 && !take_unit(w, w->word[w->n]) && !says_nothing(w->word[w->n]))
            w->n++;
        at += n + (at + n < end);
    }
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

/* The first that is listed by its memory only: an "A100" is the one of 80 GB. */
static const struct accelerator *find_any_memory(const struct library *l, const char *want)
{
    for (size_t i = 0; *want != '\0' && i < l->chip.n; i++) {
        const char *name = l->chip.v[i].name, *memory = strrchr(name, '-');
        char have[NAME_MAX_LEN], *unit;

        if (memory == NULL || strtod(memory + 1, &unit) <= 0 || strcmp(unit, "G") != 0)
            continue;
        plain(have, name, (size_t)(memory - name));
        if (strcmp(have, want) == 0)
            return &l->chip.v[i];
    }
    return NULL;
}

/* The first n words, as they are listed: with the memory, without, as a chip of Ascend. */
static const struct accelerator *find_words(const struct library *l, const struct words *w, size_t n)
{
    char base[WORDS_MOST * NAME_MAX_LEN] = "", want[sizeof base + NAME_MAX_LEN];
    const struct accelerator *a = NULL;

    for (size_t i = 0; i < n; i++)
        strcat(base, w->word[i]);
    if (w->memory > 0) {
        snprintf(want, sizeof want, "%s%gg", base, w->memory);
        a = find(l, want);
    }
    a = a != NULL ? a : find(l, base);
    a = a != NULL ? a : find_any_memory(l, base);
    snprintf(want, sizeof want, "ascend%s", base);
    return a != NULL || n == 0 ? a : find(l, want);
}

static bool has(const struct words *w, const char *word)
{
    for (size_t i = 0; i < w->n; i++)
        if (strcmp(w->word[i], word) == 0)
            return true;
    return false;
}

/* Servers of Ascend: generation A2 holds the 910B, A3 the 910C. */
static const struct accelerator *by_server(const struct library *l, const struct words *w)
{
    if (!has(w, "ascend") && !has(w, "atlas"))
        return NULL;
    return has(w, "a2") ? find(l, "ascend910b") : has(w, "a3") ? find(l, "ascend910c") : NULL;
}

static bool names_a_number(const struct words *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (strpbrk(w->word[i], "0123456789") != NULL)
            return true;
    return false;
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

static const struct accelerator *in_brackets(const struct library *l, const struct words *w, const char *name)
{
    return w->n > 0 && strncmp(w->word[0], "ascend", 6) == 0 && strstr(name, "800I") != NULL ? find(l, "ascend800ia2") : NULL;
}

/* The whole name; by its server; without its last words ("H200 NVL"): a variant. */
static const struct accelerator *search(const struct library *l, const struct words *w, const char *name, struct chip *out)
{
    const struct accelerator *a = in_brackets(l, w, name);

    a = a != NULL ? a : find_words(l, w, w->n);
    a = a != NULL ? a : by_server(l, w);
    for (size_t n = w->n; a == NULL && n > 1; n--) {
        a = find_words(l, w, n - 1);
        out->variant = a != NULL;
    }
    if (a == NULL && has(w, "ascend") && !names_a_number(w)) {
        a = find(l, "ascend910c");
        out->guessed = true;
    }
    return a;
}

/**
 * The chip that a row names, in any case and with or without its vendor: its base name, memory ("-96GB"), power limit
 * ("-500W": the share of a 700 W rating), and in brackets whether a die or a package is counted.
 *
 * @param out  written when true
 * @return false: nothing like it is known.  An Ascend without a number is taken for a 910C.  Test: tests/unit/check_points.c
 */
bool library_chip(const struct library *l, const char *name, struct chip *out)
{
    const struct accelerator *a;
    struct words w;

    cut_words(&w, name);
    *out = (struct chip){ .power = w.watts > 0 ? fmin(1, w.watts / 700) : 1 };
    a = search(l, &w, name, out);
    if (a == NULL)
        return false;
    out->a = *a;
    if (w.memory > 0)
        out->a.memory = w.memory;
    out->package = strstr(name, "package") != NULL || strstr(name, "2 dies") != NULL;
    if (strstr(name, "die") != NULL && !out->package)
        halve(&out->a);
    return true;
}
