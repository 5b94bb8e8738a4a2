/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The digest that names an input in a plan: SHA-256 in lower-case hex. */
#ifndef STRAIT_BASE_DIGEST_H
#define STRAIT_BASE_DIGEST_H

#include <stddef.h>
#include "base/status.h"

strait_status digest_hex(const void *bytes, size_t n, char out[65]) MUST_USE;

#endif
