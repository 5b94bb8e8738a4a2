/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a calibration fits: parameters of the physics, their errors by family and phase, and the range of the rows they come
 * from.  Values in use come from fitted.def, from a table of the case (calibrations) or of the user (--rates).
 */
#ifndef STRAIT_ESTIMATE_PARAMS_H
#define STRAIT_ESTIMATE_PARAMS_H

#include "domain/domain.h"
#include "estimate/estimate.h"

/* Families with rows of their own; others are taken as one of them or as the mean of all. */
enum family { FAMILY_AMPERE, FAMILY_HOPPER, FAMILY_BLACKWELL, FAMILY_BLACKWELL_ULTRA, FAMILY_ASCEND_910, N_FAMILY };

struct family_of {
    int index;              /* enum family, or N_FAMILY: the mean */
    bool known;             /* has rows of its own */
};

enum param {
#define PARAM(name, phase, prior, sd, source) P_##name,
#define SPREAD(name, ...) P_##name##_of, P_##name##_last = P_##name##_of + N_FAMILY - 1,
#include "estimate/params.def"
#undef PARAM
#undef SPREAD
    N_PARAM
};

/* Two fits that share no parameter. */
enum fit_set { FIT_TRAIN, FIT_SERVE, N_FIT };

struct param_desc {
    char name[48];          /* "train_gemm", "train_gemm.hopper" */
    enum fit_set set;
    double prior, sd;       /* sd: of ln(value / prior) */
    const char *source;     /* "" for a family's ratio */
};

enum range { RANGE_ACTIVE, RANGE_CONTEXT, N_RANGE };   /* billions; tokens */

struct params {
    double v[N_PARAM];
    double error[N_PARAM];                       /* standard error of ln v; 0: not fitted */
    double bar[N_PHASE][2][N_FAMILY + 1];        /* standard deviation of ln(true / estimated): dense, mixture */
    struct { double least, most; } range[N_PHASE][N_RANGE];
};

const struct params *params_fitted(void);        /* the shipped ones; static storage */
const struct param_desc *param_desc(size_t i);   /* i < N_PARAM; static storage */
int param_find(const char *name);                /* enum param, or -1 */
enum fit_set param_set(size_t i);                /* enum param, or -1 */
struct family_of family_of(const char *name);
const char *family_name(int i);                  /* enum family; N_FAMILY: "*" */
/* Set one entry by its name in a table of rates ("train_gemm.hopper", "bar.train.moe.hopper", "range.train.active"). */
bool params_set(struct params *p, const char *name, double value, double most);

/* A parameter with its ratio on a family; the mean where the family has none. */
static inline double param_of(const struct params *p, enum param base, enum param first, int family)
{
    return family < N_FAMILY ? p->v[base] * p->v[(int)first + family] : p->v[base];
}
#define PARAM_OF(p, name, family) param_of(p, P_##name, P_##name##_of, family)

#endif
