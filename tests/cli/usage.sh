#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Verbs, options, help and exit codes of the command line itself.
. "$(dirname "$0")/../support/cli.sh"
cd "$scratch" || exit 1

ends 0 "$STRAIT" --version
shows '^strait [0-9]'
for word in help --help -h; do
    ends 0 "$STRAIT" "$word"
    shows 'plan .*CASE'
    silent err
done
for verb in check estimate plan verify export calibrate import fields; do
    ends 0 "$STRAIT" help "$verb"
    shows "^usage: strait $verb"
    ends 0 "$STRAIT" "$verb" --help
    shows "^usage: strait $verb"
done
ends 0 "$STRAIT" help plan
shows '--time-limit'
ends 0 "$STRAIT" help check
if grep -q -e '--time-limit' "$scratch/out"; then fault 'check offers --time-limit'; fi

# What later versions bring is not advertised, and said to be missing.
ends 0 "$STRAIT" help
for verb in explain diff report new; do
    if grep -q -e "^  $verb " "$scratch/out"; then fault "help advertises $verb"; fi
done
for verb in explain diff report new; do
    ends 2 "$STRAIT" "$verb" x
    says "$verb is not part of this version"
done
ends 2 "$STRAIT" plan "$TINY" --workload x
says 'option --workload is not part of this version'

ends 2 "$STRAIT"
says 'a verb is missing'
ends 2 "$STRAIT" paln "$TINY"
says 'did you mean plan'
ends 2 "$STRAIT" zzzzzz
says 'unknown verb'
ends 2 "$STRAIT" plan "$TINY" --fromat json
says 'did you mean --format'
ends 2 "$STRAIT" plan "$TINY" --xyzzy
says 'unknown option'
ends 2 "$STRAIT" plan
says '^strait: usage: strait plan CASE'
ends 2 "$STRAIT" plan "$TINY" two
says 'usage'
ends 2 "$STRAIT" plan "$TINY" two three
says 'one argument too many'
ends 2 "$STRAIT" verify "$TINY"
says 'PLAN.json'
ends 2 "$STRAIT" check "$TINY" --gap 0.1
says 'check takes no --gap'
ends 2 "$STRAIT" plan "$TINY" --points x
says 'plan takes no --points'
for option in '--baseline x' '--rounding on' --stats; do     # what a verb cannot use it does not take, and does not list
    ends 2 "$STRAIT" batch "$TINY" --store none.sqlite $option
    says "batch takes no ${option%% *}; see strait help batch"
done
for option in '--baseline x' '--rounding on'; do
    ends 2 "$STRAIT" roll "$TINY" $option
    says "roll takes no ${option%% *}; see strait help roll"
done
for option in --baseline --rounding; do
    "$STRAIT" help plan | grep -q -e "$option" || fault "help plan does not list $option"
    ! "$STRAIT" help batch | grep -q -e "$option" || fault "help batch lists $option"
    ! "$STRAIT" help roll | grep -q -e "$option" || fault "help roll lists $option"
done
"$STRAIT" help roll | grep -q -e --stats || fault 'help roll does not list --stats'
! "$STRAIT" help batch | grep -q -e --stats || fault 'help batch lists --stats'
ends 2 "$STRAIT" plan "$TINY" --format xml
says 'table, json, csv'
ends 2 "$STRAIT" plan "$TINY" --set
says 'no value for'
ends 2 "$STRAIT" plan "$TINY" -o a -o b
says 'second -o'
ends 2 "$STRAIT" plan "$TINY" -o json:
says 'path'
ends 2 "$STRAIT" plan "$TINY" --threads 0
says 'threads.*1 to'
ends 2 "$STRAIT" plan "$TINY" --time-limit -1
for gap in nan 0 1e-20 9e-10 1.5; do
    ends 2 "$STRAIT" plan "$TINY" --gap $gap
    says 'gap.*from 1e-9.*to 1'
done
ends 0 "$STRAIT" plan "$TINY" --gap 1e-9
ends 2 "$STRAIT" plan "$TINY" --seed x
ends 2 "$STRAIT" plan "$TINY" --engine cplex
says 'auto, glpk'
ends 2 "$STRAIT" plan "$TINY" --rounding coarse
says 'on, off'
ends 0 "$STRAIT" plan "$TINY" --rounding off --format json -o fractions.json
grep -q '"note": *"not rounded, as asked"' fractions.json || fault '--rounding off still rounds'
ends 0 "$STRAIT" verify "$TINY" fractions.json
rm -f fractions.json
ends 2 "$STRAIT" export "$TINY"
says '--to'
ends 2 "$STRAIT" export "$TINY" --to xls
says 'mps, lp'
[ ! -e a ] && [ ! -e b ] || fault 'a refused command wrote a file'

# The estimate: a page for a person, all columns for a program, and bars on signing in both.
ends 0 "$STRAIT" estimate "$TINY" --set 'rules.residency.acts=lease' --set "rules.residency.when=offer.name == 'strait_lease'"
shows '^pretrain  *train  *strait_lease  *barred by rule residency$'
shows '^pretrain  *train  *strait_rent  *[0-9.]*M '
ends 0 "$STRAIT" estimate "$TINY" --format csv --set 'rules.residency.acts=lease' --set "rules.residency.when=offer.name == 'strait_lease'"
shows '^workload,phase,offer,site,.*,"\{0,1\}barred_by"\{0,1\},reason$'
[ "$(grep -c '^pretrain,train,strait_lease,.*,,residency,' "$scratch/out")" = 1 ] || fault 'estimate misses a bar on signing'

# Options may stand before the verb and be abbreviated; after -- there are none.
ends 0 "$STRAIT" --format json check "$TINY"
shows 'strait.check/1'
ends 0 "$STRAIT" check "$TINY" --form json
shows 'strait.check/1'
ends 7 "$STRAIT" check -- --format
says 'format'
finish
