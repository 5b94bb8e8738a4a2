#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# models/strait.mod under glpsol reaches the plan's objective: bundled cases, random cases, and none that is mutated.
# STRAIT_TWIN=all takes 300 random cases instead of 60.
. "$(dirname "$0")/../support/cli.sh"
if ! command -v glpsol >"$scratch/glpsol"; then
    echo 'skip - glpsol is not here'
    exit 77
fi
export STRAIT STRAIT_SRCDIR
/usr/bin/python3 -B "$STRAIT_SRCDIR/tests/twin/compare.py" "$scratch"
