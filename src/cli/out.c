/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cli/out.h"
#include "cli/progress.h"

#define MOST_TEMPS 1000   /* left by killed runs that had our process id */

static bool fail(struct out *o, int error)
{
    if (o->error == 0)
        o->error = error;
    return false;
}

static bool open_descriptor(struct out *o, int fd)
{
    o->direct = true;
    o->is_stdout = fd == STDOUT_FILENO;
    o->fd = dup(fd);
    return o->fd >= 0 || fail(o, errno);
}

static bool open_special(struct out *o)
{
    o->direct = true;
    o->fd = open(o->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return o->fd >= 0 || fail(o, errno);
}

/* A new file beside the target.  What replaces a private file is private from the start. */
static bool open_temp(struct out *o)
{
    mode_t mode = o->replaces ? 0600 : 0666;

    for (unsigned n = 0; n < MOST_TEMPS; n++) {
        if (!out_path_beside(o->target, n, o->temp))
            break;
        o->fd = open(o->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (o->fd >= 0 || errno != EEXIST)
            break;
    }
    if (o->fd >= 0)
        return true;
    o->temp[0] = '\0';
    return fail(o, errno);
}

/**
 * Open an output.
 *
 * @param o     out; to be ended with out_commit or out_abort, also when this fails
 * @param path  as the user named it; NULL or "-" is stdout
 * @return false: o->error says why
 * Test: tests/cli/out.sh
 */
bool out_open(struct out *o, const char *path)
{
    *o = (struct out){.name = path ? path : "standard output", .fd = -1};
    if (!path || strcmp(path, "-") == 0)
        return open_descriptor(o, STDOUT_FILENO);
    if (out_path_descriptor(path) >= 0)
        return open_descriptor(o, out_path_descriptor(path));
    if (!out_path_resolve(path, o->target))
        return fail(o, errno);
    if (out_path_descriptor(o->target) >= 0)
        return open_descriptor(o, out_path_descriptor(o->target));
    if (lstat(o->target, &o->old) != 0)
        return errno == ENOENT ? open_temp(o) : fail(o, errno);
    if (S_ISDIR(o->old.st_mode))
        return fail(o, EISDIR);
    if (!S_ISREG(o->old.st_mode))
        return open_special(o);
    if (faccessat(AT_FDCWD, o->target, W_OK, AT_EACCESS) != 0)
        return fail(o, errno);   /* a file made read-only is not to be replaced */
    o->replaces = true;
    return open_temp(o);
}

/* One write.  A second signal stops the writing of a file. */
static ssize_t put(const struct out *o, const char *bytes, size_t n)
{
    if (!o->direct && signals_seen() >= 2) {
        errno = ECANCELED;
        return -1;
    }
    return write(o->fd, bytes, n);
}

/* A write that a signal broke off goes on, unless it waits for a reader who may never come. */
static bool go_on(const struct out *o)
{
    return errno == EINTR && (!o->direct || signals_seen() == 0);
}

int out_write(void *data, const char *bytes, size_t n)
{
    struct out *o = data;

    while (n > 0 && o->error == 0) {
        ssize_t done = put(o, bytes, n);
        if (done >= 0) {
            bytes += done;
            n -= (size_t)done;
        } else if (!go_on(o)) {
            o->left = errno == EPIPE && o->is_stdout;
            o->error = errno;
        }
    }
    return o->error != 0;
}

/* The new file takes owner (where we may), mode of the one it replaces. */
static bool take_over(struct out *o)
{
    if (!o->replaces)
        return true;
    if (fchown(o->fd, o->old.st_uid, o->old.st_gid) != 0 && fchown(o->fd, (uid_t)-1, o->old.st_gid) != 0)
        o->old.st_mode &= (mode_t)~(S_ISUID | S_ISGID);   /* not for another owner */
    return fchmod(o->fd, o->old.st_mode & 07777) == 0 || fail(o, errno);
}

static bool end_direct(struct out *o)
{
    int fd = o->fd;

    o->fd = -1;
    if (close(fd) != 0 && o->error == 0)
        fail(o, errno);
    return o->error == 0;
}

bool out_commit(struct out *o)
{
    int fd = o->fd;

    if (o->direct)
        return end_direct(o);
    if (o->error == 0 && take_over(o) && fsync(fd) != 0)
        fail(o, errno);
    o->fd = -1;
    if (close(fd) != 0)
        fail(o, errno);
    if (o->error == 0 && rename(o->temp, o->target) != 0)
        fail(o, errno);
    if (o->error != 0) {
        out_abort(o);
        return false;
    }
    o->temp[0] = '\0';
    out_path_sync(o->target);
    return true;
}

void out_abort(struct out *o)
{
    if (o->fd >= 0)
        close(o->fd);
    if (o->temp[0])
        unlink(o->temp);
    o->fd = -1;
    o->temp[0] = '\0';
}
