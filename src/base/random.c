/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <math.h>

/**
 * Philox4x32-10: ten rounds of two 32-bit products, the key raised by a Weyl sequence between them.
 *
 * @param counter,key  what is enciphered, and with what
 * @param out          four words, each as good as independent of all others
 * Cost about 40 multiplications.  Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 * Test: tests/unit/check_random.c (the known answers that come with the paper's own code)
 */
void random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];

    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;

        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* 52 bits and a half: never 0 nor 1, and symmetric about 1/2. */
static double uniform_of(uint32_t high, uint32_t low)
{
    uint64_t bits = ((uint64_t)high << 32 | low) >> 12;

    return ((double)bits + 0.5) * 0x1p-52;
}

/**
 * Uniform numbers in (0, 1): dimensions 2j and 2j + 1 of sample k are the halves of one Philox word with the counter
 * (k, j, stream) and the seed as key.
 *
 * @param out  n_dim rows of ld >= n columns, column i for sample0 + i
 * Cost O(n n_dim).  Test: tests/unit/check_random.c
 */
void random_uniforms(const struct random_source *r, uint64_t sample0, size_t n, size_t n_dim, double *out, size_t ld)
{
    const uint32_t key[2] = { (uint32_t)r->seed, (uint32_t)(r->seed >> 32) };

    for (size_t d = 0; d < n_dim; d += 2)
        for (size_t i = 0; i < n; i++) {
            uint64_t k = sample0 + i;
            const uint32_t counter[4] = { (uint32_t)k, (uint32_t)(k >> 32), (uint32_t)(d / 2), r->stream };
            uint32_t word[4];

            random_philox(counter, key, word);
            out[d * ld + i] = uniform_of(word[0], word[1]);
            if (d + 1 < n_dim)
                out[(d + 1) * ld + i] = uniform_of(word[2], word[3]);
        }
}

static double near_middle(double q)
{
    double r = 0.180625 - q * q;

    return q * (((((((2.5090809287301226727e+3 * r + 3.3430575583588128105e+4) * r + 6.7265770927008700853e+4) * r
                    + 4.5921953931549871457e+4) * r + 1.3731693765509461125e+4) * r + 1.9715909503065514427e+3) * r
                 + 1.3314166789178437745e+2) * r + 3.3871328727963666080e+0)
           / (((((((5.2264952788528545610e+3 * r + 2.8729085735721942674e+4) * r + 3.9307895800092710610e+4) * r
                  + 2.1213794301586595867e+4) * r + 5.3941960214247511077e+3) * r + 6.8718700749205790830e+2) * r
               + 4.2313330701600911252e+1) * r + 1.0);
}

/* r = sqrt(-log of the tail's probability), up to 5. */
static double in_tail(double r)
{
    r -= 1.6;
    return (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
                + 1.27045825245236838258e+0) * r + 3.64784832476320460504e+0) * r + 5.76949722146069140550e+0) * r
             + 4.63033784615654529590e+0) * r + 1.42343711074968357734e+0)
           / (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
                  + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e+0) * r
               + 2.05319162663775882187e+0) * r + 1.0);
}

static double in_far_tail(double r)
{
    r -= 5.0;
    return (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
                + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e+0) * r
             + 5.46378491116411436990e+0) * r + 6.65790464350110377720e+0)
           / (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
                  + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
               + 5.99832206555887937690e-1) * r + 1.0);
}

/**
 * The normal quantile z with P(Z <= z) = u, to about 1e-16 relative: rational functions, and a logarithm in the tails only.
 *
 * @param u  in (0, 1)
 * Cost O(1).  Source: Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988).  Test: tests/unit/check_random.c
 */
double random_normal_quantile(double u)
{
    double q = u - 0.5, r;

    if (fabs(q) <= 0.425)
        return near_middle(q);
    r = sqrt(-log(q < 0 ? u : 1 - u));
    r = r <= 5 ? in_tail(r) : in_far_tail(r);
    return q < 0 ? -r : r;
}

/**
 * Standard normal numbers: the quantiles of random_uniforms, so that one uniform makes one normal.
 *
 * @param out  n_dim rows of ld >= n columns, column i for sample0 + i
 * Cost O(n n_dim).  Test: tests/unit/check_random.c
 */
void random_normals(const struct random_source *r, uint64_t sample0, size_t n, size_t n_dim, double *out, size_t ld)
{
    random_uniforms(r, sample0, n, n_dim, out, ld);
    for (size_t d = 0; d < n_dim; d++)
        for (size_t i = 0; i < n; i++)
            out[d * ld + i] = random_normal_quantile(out[d * ld + i]);
}
