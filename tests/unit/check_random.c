/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Philox against its known answers; uniforms and normals by their moments and by where they come from. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

Suite *random_suite(void);

/* Random123 1.14, tests/kat_vectors, "philox4x32 10": counter, key, answer. */
static const struct { uint32_t counter[4], key[2], want[4]; } known[] = {
    { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
};

START_TEST(philox_gives_the_known_answers)
{
    uint32_t out[4];

    random_philox(known[_i].counter, known[_i].key, out);
    ck_assert(memcmp(out, known[_i].want, sizeof out) == 0);
}
END_TEST

/* Standard tables of the normal distribution; the last two reach the far tail. */
static const struct { double u, z; } quantile[] = {
    { 0.5, 0 }, { 0.975, 1.959963984540054 }, { 0.9, 1.2815515655446004 }, { 0.84134474606854293, 1 },
    { 1e-3, -3.0902323061678132 }, { 1e-10, -6.361340902404056 }, { 1e-14, -7.650628092935268 },
};

START_TEST(quantiles_equal_the_tables)
{
    double z = random_normal_quantile(quantile[_i].u);

    ck_assert_msg(fabs(z - quantile[_i].z) <= 1e-13 * (1 + fabs(z)), "%.17g, not %.17g", z, quantile[_i].z);
}
END_TEST

START_TEST(the_quantile_inverts_the_distribution)
{
    for (double z = -8; z <= 8; z += 0.01) {
        double tail = 0.5 * erfc(fabs(z) / sqrt(2)), back = random_normal_quantile(tail);

        ck_assert_msg(fabs(back + fabs(z)) <= 1e-12 * (1 + fabs(z)), "%g came back as %.17g", z, -back);
        ck_assert(z > 0 || random_normal_quantile(1 - tail) >= 0);
    }
}
END_TEST

enum { N_DIM = 5, N_SAMPLE = 40000 };

static double *normals(const struct random_source *r)
{
    double *z = calloc((size_t)N_DIM * N_SAMPLE, sizeof *z);

    ck_assert_ptr_nonnull(z);
    random_normals(r, 0, N_SAMPLE, N_DIM, z, N_SAMPLE);
    return z;
}

/* Mean of x^p y^q over the samples of two dimensions. */
static double moment(const double *x, const double *y, int p, int q)
{
    double sum = 0;

    for (int i = 0; i < N_SAMPLE; i++)
        sum += pow(x[i], p) * pow(y[i], q);
    return sum / N_SAMPLE;
}

/* Each bound is 4.5 standard errors of the moment. */
START_TEST(normals_have_the_moments_of_the_normal_distribution)
{
    static const struct { int p; double want, sd; } row[] = { { 1, 0, 1 }, { 2, 1, 1.41421 }, { 3, 0, 3.87298 },
                                                             { 4, 3, 9.79796 } };
    double *z = normals(&(struct random_source){ 20261122, 1 });

    for (int d = 0; d < N_DIM; d++)
        for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
            double got = moment(z + d * N_SAMPLE, z, row[i].p, 0);

            ck_assert_msg(fabs(got - row[i].want) <= 4.5 * row[i].sd / sqrt(N_SAMPLE), "dimension %d: moment %d is %g", d,
                          row[i].p, got);
        }
    free(z);
}
END_TEST

START_TEST(dimensions_and_neighbours_are_uncorrelated)
{
    double *z = normals(&(struct random_source){ 7, 0 });

    for (int d = 0; d < N_DIM; d++)
        for (int e = 0; e < d; e++)
            ck_assert(fabs(moment(z + d * N_SAMPLE, z + e * N_SAMPLE, 1, 1)) <= 4.5 / sqrt(N_SAMPLE));
    for (int d = 0; d < N_DIM; d++) {
        double sum = 0;

        for (int i = 1; i < N_SAMPLE; i++)
            sum += z[d * N_SAMPLE + i] * z[d * N_SAMPLE + i - 1];
        ck_assert(fabs(sum / N_SAMPLE) <= 4.5 / sqrt(N_SAMPLE));
    }
    free(z);
}
END_TEST

START_TEST(a_sample_is_the_same_whatever_is_drawn_with_it)
{
    struct random_source r = { 42, 3 };
    double all[4][100], one[4];

    random_normals(&r, 1000, 100, 4, all[0], 100);
    for (size_t k = 0; k < 100; k++)
        for (size_t n_dim = 1; n_dim <= 4; n_dim++) {
            random_normals(&r, 1000 + k, 1, n_dim, one, 1);
            for (size_t d = 0; d < n_dim; d++)
                ck_assert(one[d] == all[d][k]);
        }
}
END_TEST

START_TEST(seeds_streams_and_samples_beyond_32_bits_differ)
{
    struct random_source r[] = { { 1, 0 }, { 2, 0 }, { 1, 1 }, { 1 + (UINT64_C(1) << 32), 0 } };
    double u[5];

    for (int i = 0; i < 4; i++)
        random_uniforms(&r[i], 5, 1, 1, &u[i], 1);
    random_uniforms(&r[0], 5 + (UINT64_C(1) << 32), 1, 1, &u[4], 1);
    for (int i = 0; i < 5; i++) {
        ck_assert(u[i] > 0 && u[i] < 1);
        for (int j = 0; j < i; j++)
            ck_assert(u[i] != u[j]);
    }
}
END_TEST

Suite *random_suite(void)
{
    Suite *s = suite_create("random");
    TCase *answer = tcase_create("known answers"), *law = tcase_create("distribution"), *place = tcase_create("counter");

    tcase_add_loop_test(answer, philox_gives_the_known_answers, 0, (int)(sizeof known / sizeof *known));
    tcase_add_loop_test(answer, quantiles_equal_the_tables, 0, (int)(sizeof quantile / sizeof *quantile));
    tcase_add_test(answer, the_quantile_inverts_the_distribution);
    tcase_add_test(law, normals_have_the_moments_of_the_normal_distribution);
    tcase_add_test(law, dimensions_and_neighbours_are_uncorrelated);
    tcase_add_test(place, a_sample_is_the_same_whatever_is_drawn_with_it);
    tcase_add_test(place, seeds_streams_and_samples_beyond_32_bits_differ);
    suite_add_tcase(s, answer);
    suite_add_tcase(s, law);
    suite_add_tcase(s, place);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(random_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
