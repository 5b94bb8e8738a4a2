#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Where output goes: stdout, files, links, devices, pipes, folders; and what is there when it fails.
. "$(dirname "$0")/../support/cli.sh"
cd "$scratch" || exit 1
umask 022

plan() { "$STRAIT" plan "$TINY" "$@"; }
"$STRAIT" plan "$TINY" --format json >ref.json || fault 'plan --format json'
"$STRAIT" plan "$TINY" >ref.txt || fault 'plan'

# A plain -o replaces stdout; the others come beside it.
ends 0 plan --format json -o new.json
silent out
cmp -s new.json ref.json || fault '-o and stdout differ'
[ "$(stat -c %a new.json)" = 644 ] || fault "a new file has mode $(stat -c %a new.json)"
ends 0 plan -o json:two.json -o csv:csv -o table:two.txt
cmp -s out ref.txt || fault 'stdout is not the table'
cmp -s two.json ref.json || fault '-o json:'
cmp -s two.txt ref.txt || fault '-o table:'
head -1 csv/placements.csv | grep -q '^workload,phase,' || fault 'csv/placements.csv'
[ -e csv/plan.csv ] || fault 'csv/plan.csv'
[ ! -e csv/stats.csv ] || fault 'csv/stats.csv without --stats'
ends 0 plan --format csv
cmp -s out csv/placements.csv || fault '--format csv is not the placements'
ends 0 plan --format json -o ./json:odd
[ -e json:odd ] || fault 'a path with a colon'
ends 0 plan --format json -o -
cmp -s out ref.json || fault '-o - is not stdout'

# Links and modes.
mkdir real
echo old >real/file
chmod 600 real/file
ln -s real/file link
ln -s link link2
ends 0 plan --format json -o link2
[ -L link ] && [ -L link2 ] || fault 'a link was replaced'
cmp -s real/file ref.json || fault 'the target of the link was not written'
[ "$(stat -c %a real/file)" = 600 ] || fault "mode 600 became $(stat -c %a real/file)"
ln -s real/later dangling
ends 0 plan --format json -o dangling
cmp -s real/later ref.json || fault 'the missing target of a link was not made'
ln -s loop loop
ends 7 plan -o loop
if [ "$(id -u)" != 0 ]; then
    chmod 400 new.json
    ends 7 plan -o new.json
    chmod 600 new.json
fi
cp "$TINY" "$(dirname "$TINY")/offers.csv" .
ln -s case.cfg case_link
ends 2 "$STRAIT" plan case.cfg -o case_link
says 'case_link'
ends 2 "$STRAIT" plan case.cfg -o json:case.cfg
cmp -s case.cfg "$TINY" || fault 'the case was replaced by its plan'
ends 2 "$STRAIT" verify "$TINY" ref.json -o ref.json
ends 7 plan -o real
says 'directory'
ends 7 plan -o nosuch/file
says 'nosuch/file'
ends 2 plan -o ''
no_leftover .

# Devices and pipes are written to, never replaced.
ends 0 plan -o /dev/null
[ -c /dev/null ] || fault '/dev/null was replaced'
ends 0 plan --format json -o /dev/stdout
cmp -s out ref.json || fault '-o /dev/stdout'
echo before >appended
plan --format json -o /dev/stdout >>appended
{ echo before; cat ref.json; } | cmp -s - appended || fault '/dev/stdout does not append'
[ -p fifo ] || mkfifo fifo
cat fifo >from_fifo &
ends 0 plan --format json -o fifo
wait $!
[ -p fifo ] || fault 'the FIFO was replaced'
cmp -s from_fifo ref.json || fault 'the FIFO got something else'

# A full device, a closed stdout, a reader who leaves.
for args in "plan $TINY" "plan $TINY --format json" "check $TINY" "estimate $TINY" "export $TINY --to mps" fields help --version; do
    code=0
    # shellcheck disable=SC2086
    "$STRAIT" $args >/dev/full 2>err || code=$?
    [ "$code" = 7 ] || fault "$args >/dev/full ended with $code"
    grep -q 'No space left' err || fault "$args >/dev/full said: $(cat err)"
    code=0
    # shellcheck disable=SC2086
    "$STRAIT" $args >&- 2>err || code=$?
    [ "$code" = 7 ] || fault "$args with stdout closed ended with $code"
done
ends 7 plan -o /dev/full
echo old >limited
code=0
(ulimit -f 1 && plan --format json -o limited) 2>err || code=$?
[ "$code" = 7 ] || fault "a limit on the size of files ended with $code"
[ "$(cat limited)" = old ] || fault 'a limit on the size of files cost the old file'
no_leftover .
(
    code=0
    "$STRAIT" fields 2>head_err || code=$?
    echo "$code" >head_code
) | head -1 >/dev/null
[ "$(cat head_code)" = 0 ] && [ ! -s head_err ] || fault "| head -1: $(cat head_code head_err)"

# A run that ends without a plan costs no older one; where nothing was, or nobody keeps it, its outcome is written.
ends 0 plan --format csv -o csv0
cp -r csv0 csv1
: >blank
ends 6 "$STRAIT" plan "$MAIN" --engine glpk --time-limit 0.000001 -o json:ref.json -o csv:csv0 -o json:fresh.json -o json:blank -o -
cmp -s ref.json new.json || fault 'a run without a plan replaced an older one'
diff -r csv0 csv1 >diff.log || fault 'a run without a plan replaced a folder'
says 'ref.json stays as it was'
says 'csv0 stays as it was'
grep -q '"status": "no_plan"' fresh.json || fault 'the outcome was not written to a new file'
grep -q '"status": "no_plan"' blank || fault 'the outcome was not written to an empty file'
[ -s out ] || fault 'the outcome was not written to stdout'
ends 1 plan --set workloads.pretrain.tokens=1e16 --format json -o fresh.json
grep -q '"status": "infeasible"' fresh.json || fault 'the proof that nothing works was not written'

# A folder appears whole or not at all.
ends 0 plan --format csv -o csv
[ -e csv/placements.csv ] || fault 'a folder of ours was not replaced'
chmod 700 csv
ln -s csv csvlink
ends 0 plan --format csv -o csvlink/
[ -L csvlink ] || fault 'the link to the folder was replaced'
[ "$(stat -c %a csv)" = 700 ] || fault 'the mode of the folder was lost'
mkdir own empty
echo mine >own/mine.csv
ends 7 plan --format csv -o own
says 'mine.csv'
[ "$(cat own/mine.csv)" = mine ] || fault 'a file of the user was lost'
echo mine >csv/notes.txt
ends 7 plan --format csv -o csv
says 'notes.txt'
rm csv/notes.txt
echo mine >csv/prices.csv
ends 7 plan --format csv -o csv
says 'prices.csv'
[ "$(cat csv/prices.csv)" = mine ] || fault 'a table of the user was lost'
rm csv/prices.csv csv/split.csv
mkdir csv/split.csv
ends 7 plan --format csv -o csv
[ -d csv/split.csv ] || fault 'a folder in the folder was lost'
ends 0 plan --format csv -o empty
[ -e empty/plan.csv ] || fault 'an empty folder was not filled'
ends 7 plan --format csv -o ref.json
cmp -s ref.json new.json || fault 'a file was replaced by a folder'
no_leftover .
finish
