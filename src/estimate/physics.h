/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The estimator's physics: pure functions of a model's shape, a chip's data sheet and a job.  No case, no offers, no
 * money: `rates.c` brings those.  Every number that is a judgement or a fit lies in one of two structs that are
 * passed down (struct phase_efficiency, struct constants), so that a calibration can swap them.
 */
#ifndef STRAIT_ESTIMATE_PHYSICS_H
#define STRAIT_ESTIMATE_PHYSICS_H

#include <math.h>

#include "domain/domain.h"
#include "estimate/estimate.h"

#define REAL_NONE ((double)NAN)        /* a number that does not exist */
#define REAL_OPEN ((double)INFINITY)   /* no limit */

/* Efficiency of one family in one phase, dense or mixture of experts. */
struct phase_efficiency {
    double compute;       /* share of peak, on a chip of `balance` */
    double bandwidth;     /* decode: share of the memory bandwidth */
    double error;         /* standard deviation of ln(true / estimated) */
    double balance;       /* FLOP per byte (BF16 peak over bandwidth) of the chips it was measured on; NaN: take
                             `compute` as it stands, whatever the chip (a user's own number) */
    const char *source, *date;
    int quality;          /* QUALITY_... */
    bool known;           /* the family has a row of its own */
};

/* What a family spends apart from arithmetic and bytes. */
struct family_trait {
    double layer_s;       /* decode: seconds per layer and step (launches, normalisation, sampling spread over layers) */
};

/* Everything else, named in defaults.def with its source. */
struct constants {
#define CONSTANT(name, value, source) double name;
#define EFFICIENCY(...)
#define FAMILY(...)
#include "estimate/defaults.def"
#undef CONSTANT
#undef EFFICIENCY
#undef FAMILY
};

const struct constants *default_constants(void);
/* The row that holds: the case's exact family, the built-in exact family, the case's `*`, the built-in `*`. */
struct phase_efficiency efficiency_of(const strait_case *c, const char *family, int phase, bool moe);
struct family_trait family_trait_of(const char *family);

/* ---- the model's shape (shape.c) ---- */

bool model_is_moe(const struct model *m);
double model_total(const struct model *m);                    /* parameters */
double model_active(const struct model *m);
double model_kv_bytes(const struct model *m);                 /* per token, BF16 */
double model_attention_width(const struct model *m);          /* heads * head_dim */
double model_params_touched(const struct model *m, double batch);
double train_flop_per_token(const struct model *m, double flop_per_param, double context);
double precision_bytes(int precision);
const char *precision_name(int precision);
double chip_peak(const struct accelerator *a, int precision); /* FLOP/s; 0: not supported */
/* The precision a job runs in: wanted, else fallback (-1: none); -1 when the chip has neither. */
int chip_precision(const struct accelerator *a, int wanted, int fallback);
/* Share of peak on this chip at this precision. */
double compute_efficiency(const struct constants *k, const struct phase_efficiency *e, const struct accelerator *a,
                          int precision);

/* ---- training (training.c) ---- */

struct train_job {
    int precision;          /* one that the chip has */
    double context;         /* tokens per sequence */
    double flop_per_param;  /* 6; LoRA about 4 */
    double n_accel;         /* accelerators working together */
    double interruptions;   /* spot, per accelerator-hour */
};

struct train_point {
    double flop_per_token, mfu, goodput;
    double tokens_per_s;    /* per accelerator, goodput included */
};

double train_memory_bytes(const struct constants *k, const struct model *m, const struct train_job *j);
double train_goodput(const struct constants *k, double n_accel, double failures_per_day, double interruptions_per_h);
struct train_point train_at(const struct constants *k, const struct phase_efficiency *e, const struct model *m,
                            const struct accelerator *a, const struct train_job *j);

/* ---- inference (inference.c, replica.c) ---- */

struct serve_job {
    int precision;
    double input_len, output_len, prefix_hit;
    double ttft_s, tpot_s;            /* INFINITY: no target */
};

/* A chip with the efficiencies that hold for the model on it. */
struct server {
    const struct constants *k;
    const struct model *m;
    const struct accelerator *a;
    struct phase_efficiency prefill, decode;
    struct family_trait trait;
};

/* A replica of n accelerators decoding `batch` sequences at once. */
struct serve_point {
    int n;
    double batch;
    double prefill_s;                 /* of the whole replica that one prompt costs, prompts batched */
    double step_s;                    /* one decode step alone */
    double ttft_s, tpot_s;            /* NaN where the phase has none */
    double requests_per_s;            /* per replica */
};

enum serve_phase { SERVE_PREFILL, SERVE_DECODE, SERVE_MIXED };

double prefill_seconds(const struct server *s, const struct serve_job *j, int n);
double prefill_share_seconds(const struct server *s, const struct serve_job *j, int n);
double decode_step_seconds(const struct server *s, const struct serve_job *j, int n, double batch);
double weight_bytes(const struct model *m, int precision);
double batch_by_memory(const struct server *s, const struct serve_job *j, int n);
/* Times and rate at a given replica and batch. */
struct serve_point serve_at(const struct server *s, const struct serve_job *j, enum serve_phase p, int n,
                            double batch);

struct replica_limits { int least, most, unit; };
/* The replica and batch with most requests per accelerator under the targets.  false: none, and why (in `reason`). */
bool serve_choose(const struct server *s, const struct serve_job *j, enum serve_phase p,
                  const struct replica_limits *lim, struct serve_point *out, char *reason, size_t n_reason);

/* ---- one workload on one chip (workload.c) ---- */

/* Where a workload would run, as far as its speed depends on it. */
struct host {
    const struct accelerator *a;
    double interruptions;    /* per accelerator-hour */
    int unit;                /* node */
    int most;                /* accelerators that can ever be held together */
};

enum { REASON_SIZE = 200 };

/* Fill `out`, its reason apart: written to `reason` when it cannot run. */
void workload_rate(const strait_case *c, int w, const struct host *h, enum phase p, struct rate *out,
                   char reason[REASON_SIZE]);
bool workload_has_phase(const struct workload *w, enum phase p);
double workload_power_w(const struct accelerator *a, enum phase p);
double workload_outside(const strait_case *c, const struct workload *w, const struct accelerator *a);

#endif
