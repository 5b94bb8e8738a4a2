/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of a file in pieces, unpacked on the way if it is gzip; the only user of zlib. */
#ifndef STRAIT_INPUT_STREAM_H
#define STRAIT_INPUT_STREAM_H

#include <stddef.h>
#include "base/ctx.h"

struct stream;

/* A file, a pipe or a device.  STRAIT_EIO: cannot be read, the message says why. */
strait_status stream_open(strait_ctx *cx, const char *path, struct stream **out) MUST_USE;
void stream_close(struct stream *s);
/* At most cap bytes; *got 0 at the end.  STRAIT_EINPUT: stream_wrong tells, and nothing is in cx. */
strait_status stream_read(struct stream *s, char *to, size_t cap, size_t *got) MUST_USE;
const char *stream_wrong(const struct stream *s);

#endif
