/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files for tests in a folder that goes away, and the faults that reading them must give. */
#ifndef STRAIT_TESTS_SCRATCH_H
#define STRAIT_TESTS_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include "base/ctx.h"

/* A fresh folder under the build's temporary one; scratch_end removes it with all that is in it. */
void scratch_begin(void);
void scratch_end(void);
/* Path of a file in it; the text is good for eight calls. */
const char *scratch_path(const char *name);
/* Write a file (n bytes, or a text) and return its path; folders in its name are made. */
const char *scratch_bytes(const char *name, const char *bytes, size_t n);
const char *scratch_text(const char *name, const char *text);

/* How many faults stand at the line of the file whose name ends in `file` ("" any, line 0 any) and hold `text` in
   their key, value, words or what is allowed. */
size_t faults_at(const strait_ctx *cx, const char *file, unsigned line, const char *text);
/* All faults on stderr, for a test that fails. */
void faults_show(const strait_ctx *cx);

/* How many times slower a test may run: checked builds are, and STRAIT_SLOW in the environment says so where a build
   cannot (valgrind). */
double test_patience(void);

#endif
