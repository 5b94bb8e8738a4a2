/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A point: one published measurement (a row of training.csv or inference.csv) as a job of the estimator's physics.  What a
 * row does not tell is filled in as deployments choose it, and said.
 */
#ifndef STRAIT_CALIBRATE_POINT_H
#define STRAIT_CALIBRATE_POINT_H

#include "calibrate/library.h"
#include "calibrate/sheet.h"
#include "estimate/physics.h"

enum serve_load {
    LOAD_BATCH,              /* a batch, told or filled in */
    LOAD_PROMPTS,            /* prompts side by side, nothing else */
    LOAD_STEADY              /* prompts in steps of many tokens */
};

struct point {
    const char *id, *model, *source, *chip_name;
    enum phase phase;
    bool training;
    struct model m;
    struct accelerator a;
    struct train_job train;
    bool whole_run;
    struct serve_job serve;
    struct layout y;
    enum serve_load load;
    double batch, prompts;
    bool online;             /* MLPerf's server scenario */
    double counted;          /* tokens counted per output token; prefill: 1 */
    double outside;          /* ln distance added for what was not told */
    const char *note;        /* what was filled in, static; NULL: all was told */
    const char *reason;      /* why there is no prediction, static; NULL: there is one */
    double measured;         /* tokens/s per accelerator; NaN: not told or not asked for */
    bool weak;               /* hearsay: left out of a fit, not of its errors */
};

/* Is this sheet of training or of inference?  Neither: a fault, STRAIT_EINPUT. */
strait_status point_sheet_kind(const struct sheet *s, bool *training) MUST_USE;
/* The job in the sheet's row; texts are copied into `texts`.  Never reads a measured column. */
strait_status point_read(const struct library *l, const struct sheet *s, bool training, arena *texts,
                         struct point *out) MUST_USE;
void point_read_training(const struct sheet *s, struct point *p);
void point_read_inference(const struct sheet *s, const struct chip *chip, struct point *p);
/* What the row published, in tokens/s per accelerator as it counts them; for a fit only. */
double point_measured(const struct sheet *s, const struct point *p);

/* Tokens/s per accelerator; > 0.  p->reason must be NULL. */
double point_predict(const struct params *v, const struct point *p);
/* Standard deviation of ln(published / predicted), and the ln distance from the fitted rows that is in it. */
double point_error(const struct params *v, const struct point *p, double *outside);

bool begins_with(const char *text, const char *word);
bool has_word(const char *text, const char *word);      /* anywhere, in any case */
double number_after(const char *text, const char *word); /* "TP8 PP2", "PP" -> 2; 0: none */

#endif
