/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/cli.h"
#include "cli/progress.h"

/*
 * A descriptor 0, 1 or 2 that is closed would be given to the next file we open, and words would land in it.  Such a
 * one is opened the wrong way round, so that using it fails.
 */
static void guard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
            _exit(END_IO);
}

static void log_line(void *data, const char *line)
{
    const struct session *s = data;

    if (!s->quiet)
        say("%s", line);
}

static int run(struct session *s, int argc, char **argv)
{
    int end = options_parse(s, argc, argv);

    if (end != END_OK)
        return end;
    if (s->version || s->help || !s->verb) {
        if (!s->version && !s->help) {
            say("a verb is missing; see strait help");
            return END_USAGE;
        }
        return cmd_help(s);
    }
    strait_on_log(s->cx, log_line, s);
    progress_watch(s->cx, s->quiet);
    end = s->verb->run(s);
    progress_clear();
    return end;
}

int main(int argc, char **argv)
{
    struct session s = {.cx = NULL};
    int end = END_IO;

    guard_descriptors();
    signals_catch();
    s.cx = strait_ctx_new();
    if (s.cx)
        end = run(&s, argc, argv);
    else
        say("out of memory");
    free(s.set);
    free(s.rows);
    free(s.arg);
    free(s.import);
    strait_ctx_free(s.cx);
    if (end == END_IO) {    /* short of memory, OpenBLAS's own thread asks for its buffer for ever, and exit() waits for it */
        (void)fflush(NULL);
        _exit(end);
    }
    return end;
}
