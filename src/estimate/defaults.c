/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The built-in constants, and the case's own numbers over the fitted ones. */
#include <math.h>
#include <string.h>

#include "estimate/physics.h"

static const struct constants constants = {
#define CONSTANT(name, value, source) .name = (value),
#include "estimate/defaults.def"
#undef CONSTANT
};

/** The built-in constants; static storage, never changed. */
const struct constants *default_constants(void)
{
    return &constants;
}

/* The case's row, the last one winning; false when it has none. */
static bool of_case(const strait_case *c, const char *family, int phase, bool moe, struct user_efficiency *out)
{
    bool found = false;

    for (size_t i = 0; i < c->efficiency.n; i++) {
        const struct efficiency *r = &c->efficiency.v[i];

        if (r->phase != phase || r->moe != moe || strcmp(r->family, family) != 0)
            continue;
        *out = (struct user_efficiency){ true, r->compute, r->bandwidth, r->error };
        found = true;
    }
    return found;
}

/**
 * A user's efficiency of a family in a phase for dense models or mixtures: the case's row of that family; its row `*` where
 * the family has no published rows either.  It is taken as it stands, whatever the chip and the job.
 *
 * @param c       borrowed, may be NULL (none)
 * @param phase   EFF_TRAIN, EFF_PREFILL, EFF_DECODE
 * @return by value; `given` false: the fitted physics holds.  Cost O(rows).  Test: tests/unit/check_training.c
 */
struct user_efficiency user_efficiency_of(const strait_case *c, const char *family, int phase, bool moe)
{
    struct user_efficiency e = { 0 };

    if (c == NULL || of_case(c, family, phase, moe, &e))
        return e;
    if (!family_of(family).known)
        (void)of_case(c, "*", phase, moe, &e);
    return e;
}

/**
 * The parameters that hold for a case: the shipped ones with its table `calibrations` over them.
 *
 * @param cx   gains a fault for each unknown name
 * @param c    borrowed
 * @param out  written, also on failure
 * @return STRAIT_OK, STRAIT_EINPUT, STRAIT_ENOMEM.  Cost O(rows * parameters).  Test: tests/unit/check_params.c
 */
strait_status params_of_case(strait_ctx *cx, const strait_case *c, struct params *out)
{
    bool bad = false;

    *out = *params_fitted();
    for (size_t i = 0; i < c->calibration.n; i++) {
        const struct calibration *r = &c->calibration.v[i];

        if (params_set(out, r->parameter, r->value, r->standard_error))
            continue;
        bad = true;
        if (fault_field(cx, c, SEV_ERROR, KIND_calibration, i, FLD_calibration_parameter,
                        "the names that strait calibrate writes", "is no parameter of the estimator") != STRAIT_OK)
            return STRAIT_ENOMEM;
    }
    return bad ? cx_fail(cx, STRAIT_EINPUT, "the table calibrations names unknown parameters") : STRAIT_OK;
}
