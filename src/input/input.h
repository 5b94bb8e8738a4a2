/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Case files into the domain: one call reads a config file, the tables it names, a scenario and overrides. */
#ifndef STRAIT_INPUT_INPUT_H
#define STRAIT_INPUT_INPUT_H

#include "domain/domain.h"

/*
 * Read a case, apply the scenario (NULL: none) and then the overrides "path=value", check all.
 * STRAIT_EINPUT: cx holds every fault of every file; STRAIT_EIO: the case file itself cannot be read.
 */
strait_status input_load(strait_ctx *cx, const char *file, const char *scenario, const char *const *set, size_t n_set,
                         strait_case **out) MUST_USE;

#endif
