# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of the command share.  Sourced; needs the command in $STRAIT and the source folder in $STRAIT_SRCDIR.
# shellcheck shell=sh disable=SC2034  # the variables are for those who source this

STRAIT=${STRAIT-./strait}
case $STRAIT in /*) ;; *) STRAIT=$PWD/$STRAIT ;; esac
STRAIT_SRCDIR=${STRAIT_SRCDIR-$(cd "$(dirname "$0")/../.." && pwd)}
TINY=$STRAIT_SRCDIR/tests/data/tiny/case.cfg
MAIN=$STRAIT_SRCDIR/data/cases/main/case.cfg
failed=0

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP

fault() {   # fault WORDS: this test has failed, the others go on
    echo "FAIL: $*" >&2
    failed=$((failed + 1))
}

ends() {   # ends CODE COMMAND...: its output is in $scratch/out and $scratch/err
    want=$1
    shift
    code=0
    "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$want" ] || fault "$* ended with $code, not $want: $(head -3 "$scratch/err")"
}

says() {   # says WORDS: the last command's stderr holds them
    grep -q -e "$1" "$scratch/err" || fault "stderr lacks \"$1\": $(cat "$scratch/err")"
}

shows() {   # shows WORDS: the last command's stdout holds them
    grep -q -e "$1" "$scratch/out" || fault "stdout lacks \"$1\": $(head -5 "$scratch/out")"
}

silent() {   # silent out|err
    [ ! -s "$scratch/$1" ] || fault "std$1 is not empty: $(head -3 "$scratch/$1")"
}

no_leftover() {   # no_leftover DIR: no temporary file is left
    left=$(find "$1" -name '.strait-*' | head -1)
    [ -z "$left" ] || fault "left behind: $left"
}

finish() {
    [ "$failed" = 0 ] || echo "$failed failed" >&2
    [ "$failed" = 0 ]
}
