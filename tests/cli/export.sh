#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The exported program has the plan's optimum, by whatever other solver is here.
. "$(dirname "$0")/../support/cli.sh"
cd "$scratch" || exit 1

near() {   # near WHO VALUE: within 1e-6 of the plan's objective
    awk -v a="$value" -v b="$2" 'BEGIN { d = a - b; if (d < 0) d = -d; if (a < 0) a = -a; exit !(b != "" && d <= 1e-6 * (1 + a)) }' ||
        fault "$1 finds $2, the plan says $value"
}

tried=0
for case in "$TINY" "$MAIN"; do
    "$STRAIT" export "$case" --to mps -o p.mps || fault 'export --to mps'
    "$STRAIT" export "$case" --to lp -o p.lp || fault 'export --to lp'
    "$STRAIT" plan "$case" --format csv -o csv >/dev/null || fault 'plan'
    value=$(tail -1 csv/objective.csv | cut -d, -f1)
    awk 'length($0) > 255 { exit 1 }' p.lp || fault 'a line of the LP file is too long'
    if command -v clp >clp.log; then
        tried=$((tried + 1))
        near 'clp (MPS)' "$(clp p.mps 2>&1 | awk '/^Optimal objective/ { print $3 }')"
    fi
    if [ "$case" = "$TINY" ] && command -v glpsol >glpsol.log; then
        tried=$((tried + 1))
        for format in freemps lp; do
            file=p.$( [ $format = lp ] && echo lp || echo mps )
            glpsol --$format "$file" -w "$format.sol" >glpsol.log 2>&1
            near "glpsol --$format" "$(awk '/^s bas/ { print $NF }' "$format.sol")"
        done
    fi
done
[ "$tried" != 0 ] || { echo 'skipped: neither clp nor glpsol is here' >&2; exit 77; }
finish
