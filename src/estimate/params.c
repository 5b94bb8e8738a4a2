/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, priors and shipped values of the fitted parameters. */
#include "estimate/params.h"

#include <math.h>
#include <string.h>

static const char *const families[N_FAMILY + 1] = { "ampere", "hopper", "blackwell", "blackwell_ultra", "ascend_910", "*" };

/* Families without rows that are taken as another: its architecture, or the nearest that was measured. */
static const struct { const char *name; enum family as; } kin[] = {
    { "ada", FAMILY_HOPPER },
    { "rubin", FAMILY_BLACKWELL_ULTRA },
    { "ascend_950", FAMILY_ASCEND_910 },
};

static const struct param_desc desc[N_PARAM] = {
#define PARAM(name, phase, prior, sd, source) { #name, FIT_##phase, prior, sd, source },
#define OF(name, set, sd, family, prior) { #name "." #family, set, prior, sd, "" },
#define SPREAD(name, sd, a, h, b, u, n) \
    OF(name, N_FIT, sd, ampere, a) OF(name, N_FIT, sd, hopper, h) OF(name, N_FIT, sd, blackwell, b) \
    OF(name, N_FIT, sd, blackwell_ultra, u) OF(name, N_FIT, sd, ascend_910, n)
#include "estimate/params.def"
#undef PARAM
#undef OF
#undef SPREAD
};

static const struct params fitted = {
    .v = {
#define FIT(name, value, standard_error) [P_##name] = value,
#define FIT_OF(name, family, value, standard_error) [P_##name##_of + FAMILY_##family] = value,
#define BAR(...)
#define RANGE(...)
#include "estimate/fitted.def"
#undef FIT
#undef FIT_OF
    },
    .error = {
#define FIT(name, value, standard_error) [P_##name] = standard_error,
#define FIT_OF(name, family, value, standard_error) [P_##name##_of + FAMILY_##family] = standard_error,
#include "estimate/fitted.def"
#undef FIT
#undef FIT_OF
#undef BAR
    },
#define FIT(...)
#define FIT_OF(...)
    .bar = {
#define BAR(phase, moe, family, sd) [PHASE_##phase][moe][family] = sd,
#include "estimate/fitted.def"
#undef BAR
#undef RANGE
    },
#define BAR(...)
    .range = {
#define RANGE(phase, quantity, low, high) [PHASE_##phase][RANGE_##quantity] = { low, high },
#include "estimate/fitted.def"
#undef RANGE
    },
#undef FIT
#undef FIT_OF
#undef BAR
};

/** The shipped parameters, as `strait calibrate` fits them to data/calibration; static storage, never changed. */
const struct params *params_fitted(void)
{
    return &fitted;
}

/** Name, prior and source of parameter i.  A family's ratio belongs to the fit of the parameter it follows. */
const struct param_desc *param_desc(size_t i)
{
    return &desc[i];
}

/** The fit that parameter i belongs to.  Cost O(families). */
enum fit_set param_set(size_t i)
{
    while (desc[i].set == N_FIT)
        i--;
    return desc[i].set;
}

/** Index of a parameter by its name, or -1.  Cost O(parameters). */
int param_find(const char *name)
{
    for (int i = 0; i < N_PARAM; i++)
        if (strcmp(desc[i].name, name) == 0)
            return i;
    return -1;
}

/** "hopper", or "*" for N_FAMILY. */
const char *family_name(int i)
{
    return families[i];
}

/** The fitted family that a chip's family is taken as; `known` only when the rows are its own.  Test: check_training.c */
struct family_of family_of(const char *name)
{
    for (int i = 0; i < N_FAMILY; i++)
        if (strcmp(families[i], name) == 0)
            return (struct family_of){ i, true };
    for (size_t i = 0; i < sizeof kin / sizeof *kin; i++)
        if (strcmp(kin[i].name, name) == 0)
            return (struct family_of){ (int)kin[i].as, false };
    return (struct family_of){ N_FAMILY, false };
}

/* The word before the next dot is cut off *rest and compared. */
static bool take_word(const char **rest, const char *word)
{
    size_t n = strlen(word);

    if (strncmp(*rest, word, n) != 0 || ((*rest)[n] != '.' && (*rest)[n] != '\0'))
        return false;
    *rest += (*rest)[n] == '.' ? n + 1 : n;
    return true;
}

static int take_one_of(const char **rest, const char *const *word, int n)
{
    for (int i = 0; i < n; i++)
        if (take_word(rest, word[i]))
            return i;
    return -1;
}

static bool set_bar(struct params *p, const char *name, double value)
{
    static const char *const kinds[] = { "dense", "moe" };
    int phase = take_one_of(&name, phase_name, N_PHASE), kind = phase < 0 ? -1 : take_one_of(&name, kinds, 2);
    int family = kind < 0 ? -1 : take_one_of(&name, families, N_FAMILY + 1);

    if (family < 0 || *name != '\0')
        return false;
    p->bar[phase][kind][family] = value;
    return true;
}

static bool set_range(struct params *p, const char *name, double least, double most)
{
    static const char *const quantities[] = { "active", "context" };
    int phase = take_one_of(&name, phase_name, N_PHASE), q = phase < 0 ? -1 : take_one_of(&name, quantities, N_RANGE);

    if (q < 0 || *name != '\0' || !(least <= most))
        return false;
    p->range[phase][q].least = least;
    p->range[phase][q].most = most;
    return true;
}

/**
 * Set one entry by the name it has in a table of rates.
 *
 * @param name   a parameter ("train_gemm", "train_gemm.hopper"), "bar.PHASE.dense|moe.FAMILY", "range.PHASE.active|context"
 * @param value  > 0
 * @param most   the range's other end; else the standard error
 * @return false: no such name
 * Cost O(parameters).  Test: tests/unit/check_params.c
 */
bool params_set(struct params *p, const char *name, double value, double most)
{
    int i = param_find(name);

    if (i >= 0) {
        p->v[i] = value;
        p->error[i] = isnan(most) ? 0 : most;
        return true;
    }
    if (take_word(&name, "bar"))
        return set_bar(p, name, value);
    return take_word(&name, "range") && set_range(p, name, value, most);
}
