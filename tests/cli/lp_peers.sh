#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Other solvers on the exported program reach the plan's objective: both formats, both solvers, and programs that a
# reader can get wrong: periods cut in two, priority classes, rent beyond the horizon, a rate of discount.
. "$(dirname "$0")/../support/cli.sh"
cd "$scratch" || exit 1

near() {   # near VALUE WHO...: VALUE is within 1e-6 of the plan's objective
    found=$1
    shift
    awk -v a="$value" -v b="$found" 'BEGIN { d = a - b; if (d < 0) d = -d; if (a < 0) a = -a; exit !(b != "" && d <= 1e-6 * (1 + a)) }' ||
        fault "$*: $found, the plan says $value"
}

solved=both     # glpsol solves both formats, or only reads them

peers() {   # peers NAME CASE [--set ...]: all solvers on all formats
    name=$1
    shift
    before=$failed
    "$STRAIT" plan "$@" --quiet --format csv -o csv >/dev/null 2>log || fault "$name: plan: $(head -1 log)"
    value=$(tail -1 csv/objective.csv | cut -d, -f1)
    for format in mps lp; do
        "$STRAIT" export "$@" --to $format -o p.$format 2>log || fault "$name: export --to $format: $(head -1 log)"
    done
    awk 'length($0) > 255 { exit 1 }' p.lp || fault "$name: a line of the LP file is too long"
    if command -v clp >/dev/null; then
        near "$(clp p.mps 2>&1 | awk '/^Optimal objective/ { print $3 }')" "$name: clp on the MPS"
    fi
    if command -v glpsol >/dev/null; then
        for format in mps lp; do
            how=$([ $format = mps ] && echo --freemps || echo --lp)
            if [ $solved = none ]; then
                glpsol "$how" p.$format --check >log 2>&1 || fault "$name: glpsol reads the $format: $(tail -1 log)"
            else
                glpsol "$how" p.$format -w sol >log 2>&1
                near "$(awk '/^s bas/ { print $NF }' sol)" "$name: glpsol on the $format"
            fi
        done
    fi
    rm -rf csv p.mps p.lp sol
    [ "$failed" != "$before" ] || echo "ok - $name"
}

command -v clp >/dev/null || command -v glpsol >/dev/null || {
    echo 'skip - neither clp nor glpsol is here'
    exit 77
}
peers 'tiny' "$TINY"
peers 'a period cut by a rule' "$TINY" --set rules.residency.from=2026-12-16 --set rules.residency.expect=any
peers 'a window that ends inside a period' "$TINY" --set case.periods=6 --set workloads.tune.end=2026-12-30
peers 'rent beyond the horizon' "$TINY" --set case.terminal=resale --set case.discount_rate=0.08 --set offers.strait_lease.price=0.5
peers 'priority classes in stages' "$TINY" --set 'workloads.*.penalty=1' --set workloads.tune.priority=2 \
    --set workloads.tune.penalty=900 --set workloads.pretrain.tokens=4e12 --set workloads.tune.tokens=1e11
peers 'a power cap and a price of carbon' "$TINY" --set sites.east.power_cap=60000 --set case.carbon_price=80
peers 'prefill and decode apart' "$TINY" --set workloads.chat.disaggregate=true
! command -v clp >/dev/null || solved=none      # glpsol would need ten times as long for what clp has solved
peers 'main' "$MAIN"
finish
