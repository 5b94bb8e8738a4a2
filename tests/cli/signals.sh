#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Signals: the best plan so far, no temporary files; and after kill -9 the old file is there.
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

# kill -9 at any moment: the old file or the new one, whole.
"$STRAIT" plan "$TINY" --format json >new.json || fault 'plan'
echo old >target
for delay in 0 0.002 0.005 0.01 0.02 0.03 0.05; do
    "$STRAIT" plan "$TINY" --format json -o target 2>/dev/null &
    pid=$!
    sleep "$delay"
    kill -9 "$pid" 2>/dev/null || :
    wait "$pid" 2>/dev/null || :
    [ "$(cat target)" = old ] || cmp -s target new.json || fault "kill -9 after $delay s left half a file"
done
finish
