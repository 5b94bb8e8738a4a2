#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Faults of the input: one a line, all together, in the form that editors and scripts can read; codes 3 and 7.
. "$(dirname "$0")/../support/cli.sh"

form='^[^:]+:[0-9]+: (error|warning): .+'

ends 0 "$STRAIT" check "$TINY"
shows '^offers  *3'
shows '^residency  *deny'
says 'case.cfg: ok'
ends 0 "$STRAIT" check "$TINY" --quiet
silent err
# What the project ships has nothing odd in it.
for case in "$STRAIT_SRCDIR"/data/cases/*/case.cfg; do
    ends 0 "$STRAIT" check "$case" --strict --quiet
done
ends 0 "$STRAIT" check "$TINY" --format json
shows '"faults": \[\]'
ends 0 "$STRAIT" check "$TINY" --format csv
shows '^severity,file,line,key,value,problem,allowed$'

cp "$STRAIT_SRCDIR"/tests/data/tiny/* "$scratch"
chmod u+w "$scratch"/*
sed -e 's/shore = "offshore"/shore = "ofshore"/' -e 's/pue = 1.2/pue = 0.5/' -e 's/periods = 4/perods = 4/' \
    "$TINY" >"$scratch/case.cfg"
ends 3 "$STRAIT" check "$scratch/case.cfg"
silent out
says 'case.cfg:[0-9]*: error: .*"ofshore"'
says 'case.cfg:[0-9]*: error: .*"0.5"'
says 'case.cfg:[0-9]*: error: .*periods'
[ "$(grep -Evc "$form" "$scratch/err")" = 0 ] || fault "lines of another form: $(grep -Ev "$form" "$scratch/err")"
cp "$scratch/err" "$scratch/lines"
ends 3 "$STRAIT" check "$scratch/case.cfg" --format json
shows '"schema": "strait.check/1"'
shows '"severity": "error", "file": ".*case.cfg", "line": [0-9]*, "key": '
cmp -s "$scratch/err" "$scratch/lines" || fault 'the lines depend on --format'
[ "$(grep -c '"severity"' "$scratch/out")" = "$(wc -l <"$scratch/lines")" ] || fault 'JSON and lines tell other faults'
for verb in plan estimate; do
    ends 3 "$STRAIT" "$verb" "$scratch/case.cfg"
    silent out
    ends 3 "$STRAIT" "$verb" "$scratch/case.cfg" -o "$scratch/never"
    [ ! -e "$scratch/never" ] || fault "$verb wrote a file for a faulty case"
done

ends 3 "$STRAIT" check "$TINY" --set sites.strait.pue=0.5
says 'sites.strait.pue'
ends 3 "$STRAIT" check "$TINY" --scenario nosuch
says '^--scenario:1: .*nosuch'
ends 0 "$STRAIT" check "$TINY" --scenario dear
ends 3 "$STRAIT" check "$TINY" --set case.periods=4 --set sites.strait.pue=0.5
says '^--set:2: '
printf 'periods = 4;\n' >"$scratch/bare.cfg"
ends 3 "$STRAIT" check "$scratch/bare.cfg"
says 'bare.cfg:1: error: case.start: '
if grep -q ':0: ' "$scratch/err"; then fault "line 0: $(cat "$scratch/err")"; fi

# Many faults of one kind: the first of them and a count, in words and in JSON.
{
    echo 'offer,from,to,price[USD/h]'
    i=0
    while [ $i -lt 1000 ]; do
        echo 'strait_rent,2026-12-07,2026-12-30,3'
        i=$((i + 1))
    done
} >"$scratch/prices.csv"
sed 's/offers = "offers.csv";/offers = "offers.csv"; prices = "prices.csv";/' "$TINY" >"$scratch/many.cfg"
ends 3 "$STRAIT" check "$scratch/many.cfg" --format json
[ "$(grep -c overlaps "$scratch/err")" = 101 ] || fault "1000 rows made $(wc -l <"$scratch/err") lines"
says 'error: .*: 899 more like this: overlaps the row at '
[ "$(grep -c overlaps "$scratch/out")" = 101 ] || fault "1000 rows made $(wc -l <"$scratch/out") lines of JSON"

# Files are named as the user named them: no folder of this machine in what was asked for by a relative path.
(cd "$scratch" && "$STRAIT" check many.cfg --format json >rel.json 2>rel.err)
if grep -q -e "$scratch" "$scratch/rel.json" "$scratch/rel.err"; then fault 'a relative path became an absolute one'; fi
grep -q '"file": "prices.csv"' "$scratch/rel.json" || fault 'faults do not name prices.csv'
ends 7 "$STRAIT" check "$scratch/nosuch.cfg"
says 'nosuch.cfg'
ends 7 "$STRAIT" check "$scratch"
finish
