/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The estimator's physics: pure functions of a model's shape, a chip's data sheet and a job.  No case, no offers, no
 * money: `rates.c` brings those.  Every number that is fitted lies in struct params, every one that is judged in struct
 * constants; both are passed down, so that a calibration can swap them.
 */
#ifndef STRAIT_ESTIMATE_PHYSICS_H
#define STRAIT_ESTIMATE_PHYSICS_H

#include <math.h>

#include "domain/domain.h"
#include "estimate/estimate.h"
#include "estimate/params.h"

#define REAL_NONE ((double)NAN)        /* a number that does not exist */
#define REAL_OPEN ((double)INFINITY)   /* no limit */

/* A user's own number for a family in a phase (table efficiencies): a share of peak that replaces the fitted physics. */
struct user_efficiency {
    bool given;
    double compute, bandwidth, error;
};

/* Everything that is judged rather than fitted, named in defaults.def with its source. */
struct constants {
#define CONSTANT(name, value, source) double name;
#include "estimate/defaults.def"
#undef CONSTANT
};

const struct constants *default_constants(void);
/* The case's row of the family, or its row `*`; given is false when it has neither. */
struct user_efficiency user_efficiency_of(const strait_case *c, const char *family, int phase, bool moe);
/* The fitted parameters with the case's table `calibrations` over them. */
strait_status params_of_case(strait_ctx *cx, const strait_case *c, struct params *out) MUST_USE;

/* ---- the model's shape (shape.c) ---- */

bool model_is_moe(const struct model *m);
double model_total(const struct model *m);                    /* parameters */
double model_active(const struct model *m);
double model_kv_bytes(const struct model *m);                 /* per token, BF16 */
double model_attention_width(const struct model *m);          /* heads * head_dim */
double model_attended(const struct model *m, double context); /* tokens that a token attends to */
double model_cached(const struct model *m, double context);   /* tokens that a sequence keeps in the cache */
double model_experts(const struct model *m);
double model_experts_taken(const struct model *m);
double model_expert_width(const struct model *m);
double model_expert_share(const struct model *m);
double model_expert_params(const struct model *m);            /* 0: dense */
double model_experts_touched(const struct model *m, double tokens);
double train_attention_flop(const struct model *m, double flop_per_param, double context);
double train_flop_per_token(const struct model *m, double flop_per_param, double context);
double precision_bytes(int precision);
const char *precision_name(int precision);
double chip_peak(const struct accelerator *a, int precision); /* FLOP/s; 0: not supported */
/* The precision a job runs in: wanted, else fallback (-1: none); -1 when the chip has neither. */
int chip_precision(const struct accelerator *a, int wanted, int fallback);
/* One way, bytes/s, inside a scale-up domain and between domains. */
double chip_up_bytes_per_s(const struct accelerator *a);
double chip_out_bytes_per_s(const struct accelerator *a);

/* ---- training (training.c, train_time.c) ---- */

enum { TRAIN_YEAR = 2026 };     /* software of the newest rows */

struct train_job {
    int precision;          /* one that the chip has */
    double context;         /* tokens per sequence */
    double flop_per_param;  /* 6; LoRA about 4 */
    double n_accel;         /* accelerators working together */
    double interruptions;   /* spot, per accelerator-hour */
    /* What a published row may tell; 0: not told. */
    double tp, pp, chunks, ep, cp;   /* tensor, pipeline (and its chunks a stage), expert, context parallelism */
    double sequences;       /* of one step over all */
    bool sharded;           /* weights too are spread over all (FSDP, ZeRO-3) */
    bool recompute;         /* the forward pass is done twice */
    int year;               /* of the software */
    double power;           /* limit over the rating; 1 */
};

struct train_point {
    double flop_per_token, mfu, goodput;
    double tokens_per_s;    /* per accelerator, goodput included */
};

struct train_job train_job_of(int precision, double context, double flop_per_param, double n_accel);
double train_memory_bytes(const struct constants *k, const struct model *m, const struct train_job *j);
double train_goodput(const struct constants *k, double n_accel, double failures_per_day, double interruptions_per_h);
double train_seconds(const struct params *p, const struct model *m, const struct accelerator *a,
                     const struct train_job *j);
struct train_point train_at(const struct constants *k, const struct params *p, const struct user_efficiency *e,
                            const struct model *m, const struct accelerator *a, const struct train_job *j);

/* ---- inference (serve_time.c, inference.c, replica.c) ---- */

enum engine { ENGINE_VLLM, ENGINE_TRTLLM, ENGINE_SGLANG, ENGINE_VLLM_ASCEND };   /* the first: also any other */

struct serve_job {
    int precision;                    /* of the products */
    double input_len, output_len, prefix_hit;
    double ttft_s, tpot_s;            /* INFINITY: no target */
    double weight_bytes;              /* a parameter; 0: as the precision says */
    double cache_scale;               /* cache bytes against BF16; 0: as the precision says */
    double drafts;                    /* tokens drafted a step; 0: no speculation */
    enum engine engine;
};

/* A chip with what holds for the model on it. */
struct server {
    const struct constants *k;
    const struct params *p;
    const struct model *m;
    const struct accelerator *a;
    int family;                       /* enum family */
    struct user_efficiency prefill, decode;
};

/* How a replica of n lies: attention split over `tensor` of them, experts spread over `spread`. */
struct layout { double n, tensor, spread; };

/* A replica decoding `batch` sequences at once. */
struct serve_point {
    struct layout y;
    int n;
    double batch;
    double prefill_s;                 /* of the whole replica that one prompt costs, prompts batched */
    double step_s;                    /* one decode step alone */
    double ttft_s, tpot_s;            /* NaN where the phase has none */
    double requests_per_s;            /* per replica */
};

enum serve_phase { SERVE_PREFILL, SERVE_DECODE, SERVE_MIXED };

double weight_bytes(const struct model *m, int precision);
double prompt_seconds(const struct server *s, const struct serve_job *j, const struct layout *y, double prompts);
double prompt_share_seconds(const struct server *s, const struct serve_job *j, const struct layout *y, double step_tokens);
double decode_step_seconds(const struct server *s, const struct serve_job *j, const struct layout *y, double batch);
double tokens_per_step(const struct params *p, double drafts);
double cache_bytes_per_token(const struct server *s, const struct serve_job *j, const struct layout *y);
double held_bytes(const struct server *s, const struct serve_job *j, const struct layout *y);   /* weights, of one */
double batch_by_memory(const struct server *s, const struct serve_job *j, const struct layout *y);
/* Times and rate at a given replica and batch. */
struct serve_point serve_at(const struct server *s, const struct serve_job *j, enum serve_phase p,
                            const struct layout *y, double batch);

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
    const struct params *p;  /* what the physics was fitted to */
};

enum { REASON_SIZE = 200 };

/* Fill `out`, its reason apart: written to `reason` when it cannot run. */
void workload_rate(const strait_case *c, int w, const struct host *h, enum phase p, struct rate *out,
                   char reason[REASON_SIZE]);
bool workload_has_phase(const struct workload *w, enum phase p);
double workload_power_w(const struct accelerator *a, enum phase p);
/* ln distance of a job from the rows that the parameters of its phase were fitted to; 0 inside. */
double params_outside(const struct params *p, enum phase phase, const struct model *m, double context, bool known);
double bar_with_outside(double error, double outside);

#endif
