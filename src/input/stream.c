/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"

#define PIECE ((size_t)1 << 17)   /* bytes read at once */
#define GZIP_ONLY (15 + 16)       /* windowBits: the largest window, with gzip's header and CRC-32 */

struct stream {
    strait_ctx *cx;
    const char *path;             /* borrowed */
    int fd;
    bool end;                     /* of the file */
    bool begun, gzip;             /* the first bytes are known */
    bool inside;                  /* a gzip member has begun and not ended */
    const char *wrong;
    z_stream z;                   /* next_in, avail_in: bytes read and not yet used, plain ones too */
    unsigned char in[PIECE];
};

static voidpf z_new(voidpf unused, uInt n, uInt size)
{
    (void)unused;
    return mem_calloc(n, size);
}

static void z_free(voidpf unused, voidpf p)
{
    (void)unused;
    mem_free(p);
}

static strait_status unreadable(const struct stream *s, int error)
{
    char buf[160];

    return cx_fail(s->cx, STRAIT_EIO, "cannot read %s: %s", s->path, strerror_r(error, buf, sizeof buf));
}

/**
 * Open a file, whatever it holds; its first bytes say whether it is gzip (RFC 1952).
 *
 * @param path  borrowed while the stream lives
 * @param out   the caller's; untouched on failure
 * @return STRAIT_OK, STRAIT_EIO (message set), STRAIT_ENOMEM
 * Test: tests/unit/check_stream.c
 */
strait_status stream_open(strait_ctx *cx, const char *path, struct stream **out)
{
    struct stream *s = mem_calloc(1, sizeof *s);
    struct stat info;
    strait_status st = STRAIT_OK;

    if (s == NULL)
        return cx_nomem(cx);
    s->cx = cx;
    s->path = path;
    s->z.zalloc = z_new;
    s->z.zfree = z_free;
    s->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0 || fstat(s->fd, &info) != 0)
        st = unreadable(s, errno);
    else if (S_ISDIR(info.st_mode))
        st = unreadable(s, EISDIR);
    else if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode))     /* some have no end */
        st = cx_fail(cx, STRAIT_EIO, "cannot read %s: a device, neither a file nor a pipe", path);
    else if (inflateInit2(&s->z, GZIP_ONLY) != Z_OK)
        st = cx_nomem(cx);
    if (st == STRAIT_OK)
        *out = s;
    else
        stream_close(s);
    return st;
}

void stream_close(struct stream *s)
{
    if (s == NULL)
        return;
    if (s->z.state != NULL)
        inflateEnd(&s->z);
    if (s->fd >= 0)
        close(s->fd);
    mem_free(s);
}

const char *stream_wrong(const struct stream *s)
{
    return s->wrong;
}

static strait_status spoil(struct stream *s, const char *wrong)
{
    s->wrong = wrong;
    return STRAIT_EINPUT;
}

static strait_status read_some(const struct stream *s, void *to, size_t cap, size_t *got)
{
    ssize_t n;

    do
        n = read(s->fd, to, cap);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return unreadable(s, errno);
    *got = (size_t)n;
    return STRAIT_OK;
}

/* More bytes behind those that are not used yet, which move to the front. */
static strait_status fill(struct stream *s)
{
    size_t have = s->z.avail_in, got;
    strait_status st;

    if (have > 0 && s->z.next_in != s->in)
        memmove(s->in, s->z.next_in, have);
    s->z.next_in = s->in;
    st = read_some(s, s->in + have, PIECE - have, &got);
    if (st != STRAIT_OK)
        return st;
    s->z.avail_in = (uInt)(have + got);
    s->end = got == 0;
    return STRAIT_OK;
}

static strait_status begin(struct stream *s)
{
    static const struct { const char *bytes, *name; } packed[] = {
        {"\x28\xB5\x2F\xFD", "packed by zstd: unpack it first"},
        {"\xFD" "7zX", "packed by xz: unpack it first"},
        {"BZh", "packed by bzip2: unpack it first"},
        {"PK\x03\x04", "a zip archive: unpack it first"},
    };
    strait_status st = STRAIT_OK;

    s->begun = true;
    while (st == STRAIT_OK && !s->end && s->z.avail_in < 4)
        st = fill(s);
    if (st != STRAIT_OK)
        return st;
    s->gzip = s->z.avail_in >= 2 && s->in[0] == 0x1F && s->in[1] == 0x8B;
    s->inside = s->gzip;
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (s->z.avail_in >= strlen(packed[i].bytes) && memcmp(s->in, packed[i].bytes, strlen(packed[i].bytes)) == 0)
            return spoil(s, packed[i].name);
    return STRAIT_OK;
}

static strait_status read_plain(struct stream *s, char *to, size_t cap, size_t *got)
{
    if (s->z.avail_in == 0)
        return s->end ? STRAIT_OK : read_some(s, to, cap, got);
    *got = cap < s->z.avail_in ? cap : s->z.avail_in;
    memcpy(to, s->z.next_in, *got);
    s->z.next_in += *got;
    s->z.avail_in -= (uInt)*got;
    return STRAIT_OK;
}

/* Behind a member: zeros that pad the file are passed over, another member goes on. */
static strait_status next_member(struct stream *s)
{
    while (s->z.avail_in > 0 && *s->z.next_in == 0) {
        s->z.next_in++;
        s->z.avail_in--;
    }
    if (s->z.avail_in == 0)
        return STRAIT_OK;
    if (*s->z.next_in != 0x1F)
        return spoil(s, "bytes that are no gzip behind the end of the gzip data");
    s->inside = true;
    return inflateReset(&s->z) == Z_OK ? STRAIT_OK : STRAIT_EBUG;
}

static strait_status unpack(struct stream *s, char *to, size_t cap, size_t *got)
{
    int z;

    s->z.next_out = (unsigned char *)to;
    s->z.avail_out = (uInt)cap;
    z = inflate(&s->z, Z_NO_FLUSH);
    *got = cap - s->z.avail_out;
    if (z == Z_STREAM_END)
        s->inside = false;
    if (z == Z_MEM_ERROR)
        return cx_nomem(s->cx);
    if (z == Z_DATA_ERROR || z == Z_NEED_DICT || z == Z_STREAM_ERROR)
        return spoil(s, "the gzip data is damaged");
    return STRAIT_OK;
}

static strait_status read_gzip(struct stream *s, char *to, size_t cap, size_t *got)
{
    strait_status st = STRAIT_OK;

    while (*got == 0) {
        if (s->z.avail_in == 0 && !s->end)
            TRY(fill(s));
        if (!s->inside && s->z.avail_in > 0)
            TRY(next_member(s));
        if (s->inside)
            TRY(unpack(s, to, cap, got));
        if (*got == 0 && s->z.avail_in == 0 && s->end)
            break;
    }
    if (*got == 0 && s->inside)
        st = spoil(s, "the gzip data ends in the middle");
out:
    return st;
}

/**
 * The next bytes.  Members of gzip follow each other as RFC 1952 has it; each is held against its CRC-32 and length.
 *
 * @param cap  at least 1, below 4 GiB
 * @param got  bytes written; 0 at the end
 * @return STRAIT_OK, STRAIT_EINPUT (damaged or cut gzip, another packer; stream_wrong), STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(bytes).  Source: RFC 1952, zlib.h.  Test: tests/unit/check_stream.c
 */
strait_status stream_read(struct stream *s, char *to, size_t cap, size_t *got)
{
    strait_status st = STRAIT_OK;

    *got = 0;
    if (!s->begun)
        st = begin(s);
    if (st != STRAIT_OK)
        return st;
    return s->gzip ? read_gzip(s, to, cap, got) : read_plain(s, to, cap, got);
}
