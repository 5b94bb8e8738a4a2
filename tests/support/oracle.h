/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparisons and scratch folders for tests. */
#ifndef STRAIT_TESTS_ORACLE_H
#define STRAIT_TESTS_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Equal within `rel` of the larger magnitude.  Infinities are near only themselves, NaN is near
 * nothing (Check's own _tol asserts are absolute and fail on inf == inf), 0 is near only 0.
 */
bool near_rel(double a, double b, double rel);
/* The same, or both within `abs` of each other: for values that may be 0. */
bool near_abs_rel(double a, double b, double abs, double rel);

/* A fresh folder under $TMPDIR or /tmp, path in `path`; aborts the test program when there is none. */
void temp_dir_new(char path[256]);
void temp_dir_free(const char *path);   /* deletes it with everything in it */
/* Write a file of n bytes into a folder; returns its path in `path`. */
void temp_file(const char *dir, const char *name, const void *bytes, size_t n, char path[512]);

#endif
