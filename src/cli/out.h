/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Output that never leaves half a file: regular files are written beside their target, synced and renamed over it;
 * devices, pipes and stdout are written to directly.
 */
#ifndef STRAIT_CLI_OUT_H
#define STRAIT_CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <limits.h>
#include <sys/stat.h>

struct out {
    const char *name;         /* as the user named it, for messages */
    int fd;
    bool direct;              /* no temporary file: stdout, a device, a pipe */
    bool is_stdout;
    bool left;                /* the reader of stdout went away: not a failure */
    int error;                /* errno of the first failure */
    char target[PATH_MAX];    /* with symlinks resolved */
    char temp[PATH_MAX];
    bool replaces;
    struct stat old;          /* of the file that is replaced */
};

/* path NULL or "-": stdout.  False: o->error is set. */
bool out_open(struct out *o, const char *path);
/* A strait_write_fn; data is the struct out. */
int out_write(void *data, const char *bytes, size_t n);
/* Sync and put in place.  False: o->error is set, nothing was replaced. */
bool out_commit(struct out *o);
/* Give up; the target stays as it was. */
void out_abort(struct out *o);

/* A folder of files that appears whole or not at all. */
struct out_dir {
    const char *name;
    int error;
    const char *why;          /* instead of error: what is wrong, in words; `entry` names the culprit */
    char entry[NAME_MAX + 1];
    char target[PATH_MAX], temp[PATH_MAX];
    bool replaces;
    struct stat old;
};

/* Is a file of this name one that the command writes into such a folder? */
typedef bool out_ours_fn(const void *data, const char *name);
/* An existing folder is replaced only if it is empty or was written by this command: it holds `mark`, and only plain
   files that `ours`, with data, knows. */
bool out_dir_open(struct out_dir *d, const char *path, const char *mark, out_ours_fn *ours, const void *data);
/* Start one file of the folder; then out_write, and out_commit or out_abort. */
bool out_dir_file(struct out_dir *d, const char *name, struct out *o);
bool out_dir_commit(struct out_dir *d);
void out_dir_abort(struct out_dir *d);

/* out_path.c: follow symlinks of the last component, also dangling ones.  False: errno is set. */
bool out_path_resolve(const char *path, char out[PATH_MAX]);
/* The descriptor that a path like /dev/stdout or /proc/self/fd/3 stands for, or -1. */
int out_path_descriptor(const char *path);
/* DIR/.strait-PID-N.tmp beside target; N counts up. */
bool out_path_beside(const char *target, unsigned n, char out[PATH_MAX]);
/* Can a file or folder be put there?  To say no before long work, not after it; errno says why. */
bool out_path_writable(const char *path);
/* Would something be lost if it were replaced: a file or folder that is not empty? */
bool out_path_holds(const char *path);
/* Bring the folder of a path to the disk, so that a rename in it lasts. */
void out_path_sync(const char *path);

#endif
