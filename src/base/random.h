/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random numbers by counter: number d of sample k is a function of (seed, stream, k, d) alone, whatever was drawn before
 * it, on which thread or in which shard.
 */
#ifndef STRAIT_BASE_RANDOM_H
#define STRAIT_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* `stream` keeps the uses of one seed apart: sampled prices, bootstraps, events. */
struct random_source { uint64_t seed; uint32_t stream; };

/* Philox4x32-10 of Salmon, Moraes, Dror and Shaw (2011). */
void random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* Columns sample0 .. sample0 + n - 1, rows 0 .. n_dim - 1: out[d * ld + i] in (0, 1), or standard normal. */
void random_uniforms(const struct random_source *r, uint64_t sample0, size_t n, size_t n_dim, double *out, size_t ld);
void random_normals(const struct random_source *r, uint64_t sample0, size_t n, size_t n_dim, double *out, size_t ld);

/* Inverse of the normal distribution function, u in (0, 1). */
double random_normal_quantile(double u);

#endif
