# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# A Slurm cluster of one node for a test: munged, slurmctld and slurmd of one's own, on loopback, in a scratch folder.
#
#   . slurm.sh; slurm_up FOLDER || skip; ... sbatch, squeue, scontrol ...; slurm_down
#
# FOLDER is new and empty; its path is short (a socket's name has 108 bytes).  Needs root, because slurmd and munged
# want to own what they read.  slurm_down ends what slurm_up started, by id.

slurm_pids=

slurm_port() {   # a free TCP port on loopback
    /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

slurm_conf() {   # slurm_conf FOLDER
    host=$(hostname -s)
    cat >"$1/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$(slurm_port)
SlurmdPort=$(slurm_port)
AuthType=auth/munge
AuthInfo=socket=$1/munge.socket
CredType=cred/munge
StateSaveLocation=$1/state
SlurmdSpoolDir=$1/spool
SlurmctldPidFile=$1/slurmctld.pid
SlurmdPidFile=$1/slurmd.pid
SlurmctldLogFile=$1/slurmctld.log
SlurmdLogFile=$1/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1
ReturnToService=2
KillWait=2
InactiveLimit=0
MinJobAge=300
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
}

slurm_wait() {   # slurm_wait SECONDS COMMAND...: until it succeeds
    left=$(($1 * 5))
    shift
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.2
    done
}

slurm_idle() {
    sinfo -h -o %T | grep -qx idle
}

slurm_up() {   # slurm_up FOLDER
    mkdir -p "$1/state" "$1/spool" || return
    chmod 700 "$1"
    dd if=/dev/urandom of="$1/munge.key" bs=1024 count=1 2>/dev/null
    chmod 400 "$1/munge.key"
    slurm_conf "$1"
    SLURM_CONF=$1/slurm.conf
    export SLURM_CONF
    munged --foreground --force --key-file="$1/munge.key" --socket="$1/munge.socket" --pid-file="$1/munged.pid" \
        --log-file="$1/munged.log" --seed-file="$1/munged.seed" >"$1/munged.out" 2>&1 &
    slurm_pids=$!
    slurm_wait 10 test -S "$1/munge.socket" || return
    slurmctld -D -c -f "$1/slurm.conf" >"$1/slurmctld.out" 2>&1 &
    slurm_pids="$! $slurm_pids"
    slurmd -D -c -f "$1/slurm.conf" >"$1/slurmd.out" 2>&1 &
    slurm_pids="$! $slurm_pids"
    slurm_wait 30 slurm_idle
}

slurm_down() {
    for id in $slurm_pids; do
        kill "$id" 2>/dev/null
        wait "$id" 2>/dev/null
    done
    slurm_pids=
}
