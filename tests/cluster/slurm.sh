#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A sweep as a Slurm job array on a real cluster of one node: a task is killed and requeued, the merged shards equal the
# run in one piece.  Not part of `make check`: `./quickstart cluster` runs it, as root, which slurmd wants to be.
. "$(dirname "$0")/../support/cli.sh"
. "$(dirname "$0")/../support/slurm.sh"
cluster=$(mktemp -d /tmp/slurm.XXXXXX)
trap 'slurm_down; rm -rf "$cluster" "$scratch"' EXIT
cd "$scratch" || exit 1

cat >sweep.cfg <<CFG
base = "$TINY";
seed = 11;
draws = 150;
quantities = ( { name = "load"; path = "demands.*.requests"; spread = 0.25; },
               { name = "price"; path = "offers.*.price"; sigma = 0.2; } );
CFG

# The line that the manual shows; before it, one task is brought to a stand at work, to be killed there.
cat >sweep.sbatch <<'JOB'
#!/bin/sh
#SBATCH --array=0-3 --requeue --open-mode=append
store=shard.$SLURM_ARRAY_TASK_ID.sqlite
if [ "$SLURM_ARRAY_TASK_ID" = 2 ] && [ "${SLURM_RESTART_COUNT:-0}" = 0 ]; then
    "$STRAIT" batch sweep.cfg --store "$store" --shard "$SLURM_ARRAY_TASK_ID/4" --resume &
    id=$!
    while [ "$(stat -c %s "$store" 2>/dev/null || echo 0)" -lt 30000 ] && kill -0 "$id" 2>/dev/null; do sleep 0.01; done
    kill -STOP "$id"
    echo "$id" >met
    wait "$id"
    sleep 600
fi
exec "$STRAIT" batch sweep.cfg --store "$store" --shard "$SLURM_ARRAY_TASK_ID/4" --resume
JOB

said() {   # said WORDS: one test case, by what has failed since the last
    if [ "$failed" = "${before:-0}" ]; then echo "ok - $1"; else echo "not ok - $1"; fi
    before=$failed
}

ended() {
    [ -z "$(squeue -h -t pending,running,completing,suspended,requeued)" ]
}

at_work() {
    [ -s met ]
}

restarted() {   # restarted JOB: once it waits again, it may begin at once, not after Slurm's two minutes
    squeue -h -j "$1" -o %T | grep -qx PENDING &&
        scontrol update JobId="$1" StartTime=now
}

slurm_up "$cluster" || { cat "$cluster"/*.log "$cluster"/*.out; fault 'the cluster did not come up'; finish; }
job=$(sbatch --parsable sweep.sbatch)
slurm_wait 60 at_work || fault 'task 2 was never met at work'
kill -9 "$(cat met)"
scontrol requeue "${job}_2" || fault 'the task was not requeued'
slurm_wait 30 restarted "${job}_2" || fault 'the requeued task did not start'
slurm_wait 120 ended || fault "tasks did not end: $(squeue -h)"
scontrol -o show job "${job}_2" | grep -q 'Restarts=1' || fault 'task 2 was not started again'
for i in 0 1 2 3; do
    scontrol -o show job "${job}_$i" | grep -q 'JobState=COMPLETED' || fault "task $i: $(cat slurm-*_"$i".out)"
done
said 'a job array of four shards ends, one task killed and requeued'

"$STRAIT" batch sweep.cfg --store whole.sqlite -q || fault 'the sweep in one piece failed'
"$STRAIT" batch --merge merged.sqlite shard.*.sqlite -q || fault 'merge failed'
for table in scenario scenario_input placement; do
    for store in whole merged; do
        /usr/bin/python3 - "$store.sqlite" "$table" <<'PY' >"$store.$table"
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for row in sorted(db.execute(f"SELECT * FROM {sys.argv[2]}"), key=repr):
    print(row)
PY
    done
    [ -s "whole.$table" ] || fault "$table is empty"
    cmp -s "whole.$table" "merged.$table" || fault "$table differs: $(diff "whole.$table" "merged.$table" | head -4)"
done
said 'merged, its shards equal the sweep in one piece'
finish
