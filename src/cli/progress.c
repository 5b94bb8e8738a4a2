/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cli/progress.h"

#define REDRAW_S 0.1   /* faster than this nobody reads */
#define PATIENCE_S 0.3   /* shorter work needs no line */

static volatile sig_atomic_t n_signal, writing;
static struct { bool on, drawn; double last_s; } line;

static void on_signal(int sig)
{
    n_signal++;
    if (n_signal > 1 && !writing) {
        signal(sig, SIG_DFL);
        raise(sig);
    }
}

void signals_catch(void)
{
    static const int stop[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction a, before;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);   /* a file too large is a failed write, told and cleaned up after */
    memset(&a, 0, sizeof a);
    sigemptyset(&a.sa_mask);
    a.sa_handler = on_signal;   /* no SA_RESTART: a blocked write to a pipe must end */
    for (size_t i = 0; i < sizeof stop / sizeof *stop; i++)
        if (sigaction(stop[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)   /* nohup, background jobs */
            sigaction(stop[i], &a, NULL);
}

int signals_seen(void)
{
    return n_signal;
}

void signals_writing(bool on)
{
    writing = on;
}

static void draw(const char *stage, double elapsed_s, double gap)
{
    fprintf(stderr, "\r%-10.60s %6.1f s", stage, elapsed_s);
    if (isfinite(gap))
        fprintf(stderr, "  gap %8.1e", gap);
    else
        fprintf(stderr, "  %12s", "");
    fflush(stderr);
    line.drawn = true;
    line.last_s = elapsed_s;
}

static int tick(void *data, const char *stage, double elapsed_s, double gap)
{
    (void)data;
    if (line.on && elapsed_s >= PATIENCE_S && (!line.drawn || elapsed_s - line.last_s >= REDRAW_S))
        draw(stage, elapsed_s, gap);
    return n_signal > 0;
}

void progress_watch(strait_ctx *cx, bool quiet)
{
    line.on = !quiet && isatty(STDERR_FILENO);
    strait_on_progress(cx, tick, NULL);
}

void progress_clear(void)
{
    if (!line.drawn)
        return;
    fprintf(stderr, "\r%90s\r", "");
    fflush(stderr);
    line.drawn = false;
}
