#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Signals: the best plan so far, no temporary files.  (kill -9: tests/unit/check_kill.c)
. "$(dirname "$0")/../support/cli.sh"
cd "$scratch" || exit 1

# Stopped at some moment of the work: a certified plan, none, or finished already; never half a file.
for sig in TERM INT HUP; do
    for delay in 0.1 0.3 0.8; do
        rm -f plan.json
        # A background job of a script ignores INT, unless something between takes the default back.
        env --default-signal=INT,TERM,HUP "$STRAIT" plan "$MAIN" --format json -o plan.json 2>err &
        pid=$!
        sleep "$delay"
        kill -"$sig" "$pid" 2>/dev/null || :
        code=0
        wait "$pid" || code=$?
        case $code in
        0) want=optimal ;;
        5) want=feasible ;;
        6) want=no_plan ;;
        129 | 130 | 143)   # on a busy machine a signal may come before the program has begun to listen
            want=''
            [ "$delay" = 0.1 ] && [ ! -e plan.json ] || fault "SIG$sig after $delay s ended with $code" ;;
        *) want=''; fault "SIG$sig after $delay s ended with $code: $(cat err)" ;;
        esac
        [ -z "$want" ] || grep -q "\"status\": \"$want\"" plan.json || fault "code $code, but $(sed -n 3p plan.json)"
        no_leftover .
    done
done

# Waiting for a reader who never comes.
mkfifo fifo
env --default-signal=TERM "$STRAIT" plan "$TINY" -o fifo 2>err &
pid=$!
sleep 1
kill -TERM "$pid" || fault 'did not wait for a reader'
code=0
wait "$pid" || code=$?
[ "$code" = 7 ] || fault "a signal while waiting ended with $code"

finish
