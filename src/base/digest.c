/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only user of nettle. */
#include "base/digest.h"

#include <nettle/sha2.h>
#include <stdint.h>

/**
 * SHA-256 of n bytes as 64 lower-case hex digits and a NUL.
 *
 * @param bytes  borrowed; may be NULL when n is 0
 * @return STRAIT_OK
 * Cost O(n).  Source: FIPS 180-4.  Test: tests/unit/check_base.c
 */
strait_status digest_hex(const void *bytes, size_t n, char out[65])
{
    static const char hex[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct sha256_ctx sha;

    sha256_init(&sha);
    if (n > 0)
        sha256_update(&sha, n, bytes);
    sha256_digest(&sha, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        out[2 * i] = hex[digest[i] >> 4];
        out[2 * i + 1] = hex[digest[i] & 15];
    }
    out[64] = '\0';
    return STRAIT_OK;
}
