#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same bytes in every locale and time zone, and on every run.
. "$(dirname "$0")/../support/cli.sh"
cd "$scratch" || exit 1

if ! locale -a 2>/dev/null | grep -qi '^de_DE\.utf-\{0,1\}8$'; then
    mkdir locales
    if localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8 2>/dev/null; then
        LOCPATH=$scratch/locales
        export LOCPATH
    else
        echo 'no German locale here; only the time zone is tested' >&2
    fi
fi

same() {   # same ARGUMENT...: of the command, under two settings
    LC_ALL=C TZ=UTC "$STRAIT" "$@" >one 2>one.err
    LC_ALL=de_DE.UTF-8 TZ=Asia/Shanghai "$STRAIT" "$@" >two 2>two.err
    [ -s one ] || fault "$*: nothing was written: $(cat one.err)"
    cmp -s one two || fault "$*: stdout differs: $(diff one two | head -3)"
    cmp -s one.err two.err || fault "$*: stderr differs"
}

for format in table json csv; do
    same check "$TINY" --format "$format"
    same estimate "$TINY" --format "$format"
    same plan "$TINY" --format "$format"
    same plan "$TINY" --format "$format" --set offers.strait_rent.price=2.75 --gap 0.001
    same fields --format "$format"
done
same export "$TINY" --to mps
same export "$TINY" --to lp
same help plan
"$STRAIT" plan "$TINY" --format json >plan.json
same verify "$TINY" plan.json
"$STRAIT" plan "$TINY" --format json --threads 2 >threads.json
cmp -s plan.json threads.json || fault 'the number of threads shows'

# Nothing of this machine or this moment is in a plan.
for word in "$scratch" "$(uname -n)" "$(date +%H:%M:)"; do
    if grep -qF -e "$word" plan.json; then fault "a plan holds \"$word\""; fi
done
finish
