#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every fuzz target takes every input of its corpus: one test case per target.
bad=0
n=0
for target in "$STRAIT_BUILDDIR"/tests/fuzz/fuzz_*; do
    [ -x "$target" ] || continue
    case ${target##*/} in *.*) continue ;; esac
    name=${target##*/fuzz_}
    n=$((n + 1))
    if "$target" "$STRAIT_SRCDIR/tests/fuzz/corpus/$name"/*; then
        echo "ok - corpus of $name"
    else
        echo "not ok - corpus of $name"
        bad=1
    fi
done
[ "$n" -gt 0 ] || { echo "skip - no fuzz targets were built"; exit 77; }
exit "$bad"
