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
says 'nosuch'
ends 0 "$STRAIT" check "$TINY" --scenario dear
ends 7 "$STRAIT" check "$scratch/nosuch.cfg"
says 'nosuch.cfg'
ends 7 "$STRAIT" check "$scratch"
finish
