/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The built-in efficiencies and constants, and the case's own rows over them. */
#include <math.h>
#include <string.h>

#include "estimate/physics.h"

struct default_efficiency {
    const char *family;
    int phase;
    bool moe;
    struct phase_efficiency e;
};

static const struct constants constants = {
#define CONSTANT(name, value, source) .name = (value),
#define FAMILY(...)
#define EFFICIENCY(...)
#include "estimate/defaults.def"
#undef CONSTANT
#undef FAMILY
#undef EFFICIENCY
};

static const struct { const char *family; struct family_trait trait; } traits[] = {
#define CONSTANT(...)
#define FAMILY(family, layer, source) { family, { layer } },
#define EFFICIENCY(...)
#include "estimate/defaults.def"
#undef CONSTANT
#undef FAMILY
#undef EFFICIENCY
};

static const struct default_efficiency defaults[] = {
#define CONSTANT(...)
#define FAMILY(...)
#define EFFICIENCY(family, phase, moe, compute, bandwidth, error, balance, kind, date, source) \
    { family, EFF_##phase, moe, { compute, bandwidth, error, balance, source, date, QUALITY_##kind, true } },
#include "estimate/defaults.def"
#undef CONSTANT
#undef FAMILY
#undef EFFICIENCY
};

/** The built-in constants; static storage, never changed. */
const struct constants *default_constants(void)
{
    return &constants;
}

static const struct phase_efficiency *built_in(const char *family, int phase, bool moe)
{
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        const struct default_efficiency *d = &defaults[i];

        if (d->phase == phase && d->moe == moe && strcmp(d->family, family) == 0)
            return &d->e;
    }
    return NULL;
}

/* The case's row, the last one winning; false when it has none. */
static bool of_case(const strait_case *c, const char *family, int phase, bool moe, struct phase_efficiency *out)
{
    bool found = false;

    for (size_t i = 0; i < c->efficiency.n; i++) {
        const struct efficiency *r = &c->efficiency.v[i];

        if (r->phase != phase || r->moe != moe || strcmp(r->family, family) != 0)
            continue;
        *out = (struct phase_efficiency){ r->compute, r->bandwidth, r->error, REAL_NONE, r->source, r->date, r->kind, true };
        found = true;
    }
    return found;
}

/**
 * Efficiency of a family in a phase for dense models or mixtures.  Precedence: the case's row of that family, the
 * built-in row of that family, the case's row `*`, the built-in row `*`.  A case's row is a user's number: it is not
 * corrected for the chip's balance.
 *
 * @param c       borrowed, may be NULL (built-in only)
 * @param phase   EFF_TRAIN, EFF_PREFILL, EFF_DECODE
 * @return by value; texts borrowed from the case or static.  Cost O(rows).  Test: tests/unit/check_training.c
 */
struct phase_efficiency efficiency_of(const strait_case *c, const char *family, int phase, bool moe)
{
    const struct phase_efficiency *known = built_in(family, phase, moe);
    struct phase_efficiency e;

    if (c != NULL && of_case(c, family, phase, moe, &e))
        return e;
    if (known != NULL)
        return *known;
    if (c == NULL || !of_case(c, "*", phase, moe, &e))
        e = *built_in("*", phase, moe);
    e.known = false;
    return e;
}

/** What a family spends apart from arithmetic and bytes; the row `*` for a family without one. */
struct family_trait family_trait_of(const char *family)
{
    size_t n = sizeof traits / sizeof *traits;

    for (size_t i = 0; i + 1 < n; i++)
        if (strcmp(traits[i].family, family) == 0)
            return traits[i].trait;
    return traits[n - 1].trait;
}
