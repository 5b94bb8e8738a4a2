/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals and the progress line. */
#ifndef STRAIT_CLI_PROGRESS_H
#define STRAIT_CLI_PROGRESS_H

#include <stdbool.h>
#include <strait.h>

/* SIGINT, SIGTERM and SIGHUP ask to stop with the best so far; a second one kills unless a file is being written. */
void signals_catch(void);
/* Signals that came so far. */
int signals_seen(void);
/* While files are written a second signal ends the writing, so that temporary files are removed. */
void signals_writing(bool on);

/* Watch the context: cancel on a signal; on a terminal, unless quiet, one line with stage, gap and elapsed time. */
void progress_watch(strait_ctx *cx, bool quiet);
/* Take the line off the terminal, before other words and at the end. */
void progress_clear(void);

#endif
