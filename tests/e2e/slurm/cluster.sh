#!/bin/bash
# A real Slurm of several virtual nodes on this one machine: munged, slurmctld, one slurmd for each node.
#   cluster.sh start [CPUS] | stop | kill NODE | kill-controller
# CPUS: cores of each node, separated by commas. Needs root, slurm-wlm and munge; no systemd, and nothing of the system's
# own Slurm is touched: everything lives in $SLURM_CLUSTER_DIR, its own key too.
#   SLURM_CLUSTER_PORT  the first of as many ports as there are nodes, and one more
#   SLURM_CLUSTER_OWNER a process: the cluster is stopped when it has gone, and after $SLURM_CLUSTER_LIMIT seconds
#   GPUS="0 0 2 2"      GPUs of each node; they are null devices, as plain files are refused
set -eu
dir=$SLURM_CLUSTER_DIR
port=${SLURM_CLUSTER_PORT:-17000}
conf=$dir/slurm.conf
export SLURM_CONF=$conf

# A zombie is not alive: where process 1 does not reap, as in a container, a daemon that ended stays one.
lives() {
  local state=
  { read -r state <"/proc/$1/stat"; } 2>/dev/null || return 1
  [[ -n $state && ! $state =~ \)\ [ZX] ]]
}

write_configuration() {
  local cpus=(${1//,/ }) gpus=() host i count
  read -ra gpus <<<"${GPUS:-}"
  host=$(hostname -s)
  cat >"$conf" <<END
ClusterName=test
SlurmctldHost=$host
SlurmctldPort=$port
AuthType=auth/munge
AuthInfo=socket=$dir/munge.sock
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=${TASK_PLUGIN:-task/none}
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/d-%n
SlurmctldLogFile=$dir/ctld.log
SlurmdLogFile=$dir/d-%n.log
SlurmctldPidFile=$dir/ctld.pid
SlurmdPidFile=$dir/d-%n.pid
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
SlurmdTimeout=${SLURMD_TIMEOUT:-10}
InactiveLimit=0
KillWait=${KILL_WAIT:-5}
MinJobAge=300
OverTimeLimit=0
GresTypes=gpu
MailProg=/bin/true
SwitchType=switch/none
TmpFS=$dir/tmp-%n
${TASK_PROLOG:+TaskProlog=$TASK_PROLOG}
END
  : >"$dir/gres.conf"
  for ((i = 0; i < ${#cpus[@]}; i++)); do
    local name=n$((i + 1)) resources=
    count=${gpus[i]:-0}
    if ((count > 0)); then
      resources="Gres=gpu:$count"
      for ((k = 0; k < count; k++)); do mknod "$dir/dev/$name-gpu$k" c 1 3; done
      echo "NodeName=$name Name=gpu File=$dir/dev/$name-gpu[0-$((count - 1))]" >>"$dir/gres.conf"
    fi
    echo "NodeName=$name NodeHostname=$host Port=$((port + 1 + i)) CPUs=${cpus[i]} Boards=1 SocketsPerBoard=1" \
      "CoresPerSocket=${cpus[i]} ThreadsPerCore=1 RealMemory=4000 $resources State=UNKNOWN" >>"$conf"
  done
  echo "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO" >>"$conf"
  echo "${#cpus[@]}" >"$dir/nodes"
}

is_up() {
  [[ $(sinfo -h -N -o '%N %t' 2>/dev/null | grep -cE ' (idle|mix|alloc)$') == "$(cat "$dir/nodes")" ]]
}

start() {
  local i nodes
  mkdir -p "$dir/state" "$dir/dev"
  chmod 755 "$dir"
  write_configuration "$1"
  nodes=$(cat "$dir/nodes")
  # First, so that nothing outlives a start that fails either.
  setsid bash "$0" watch </dev/null >/dev/null 2>&1 &
  head -c 128 /dev/urandom >"$dir/munge.key"
  chmod 400 "$dir/munge.key"
  munged --force --key-file="$dir/munge.key" --socket="$dir/munge.sock" --pid-file="$dir/munged.pid" \
    --log-file="$dir/munged.log" --seed-file="$dir/munge.seed" 2>"$dir/munged.err"
  for ((i = 0; i < 600; i++)); do [[ -S $dir/munge.sock ]] && break; sleep 0.1; done
  slurmctld -c -f "$conf" 2>"$dir/ctld.err"
  for ((i = 1; i <= nodes; i++)); do
    mkdir -p "$dir/d-n$i" "$dir/tmp-n$i"
    slurmd -N "n$i" -f "$conf" 2>"$dir/d-n$i.err"
  done
  for ((i = 0; i < 1200; i++)); do is_up && return 0; sleep 0.1; done
  echo "the cluster did not come up:" >&2
  tail -5 "$dir"/*.log "$dir"/*.err >&2
  return 1
}

# Kills the daemons and all that runs under them: nothing but this folder knows of them. Their environment names our
# configuration; so does that of this script.
stop() {
  [[ -d $dir ]] || return 0
  local look file pid
  for look in 1 2; do
    for file in $(grep -lsz "^SLURM_CONF=$conf$" /proc/[0-9]*/environ); do
      pid=${file//[!0-9]/}
      grep -qsz 'cluster\.sh$' "/proc/$pid/cmdline" || kill -9 "$pid" 2>/dev/null || true
    done
  done
}

# Stops the cluster when its owner has gone, or has it for too long.
watch() {
  local end=$((SECONDS + ${SLURM_CLUSTER_LIMIT:-300}))
  while [[ -d $dir && ! -e $dir/stopped ]] && lives "${SLURM_CLUSTER_OWNER:-1}" && ((SECONDS < end)); do sleep 0.5; done
  [[ -e $dir/stopped ]] || stop
}

case ${1:-} in
  start) start "${2:-4,4,4,4}" ;;
  stop) stop; touch "$dir/stopped" ;;
  kill) kill -9 "$(cat "$dir/d-$2.pid")" ;;
  kill-controller) kill -9 "$(cat "$dir/ctld.pid")" ;;
  watch) watch ;;
  *) sed -n 2,4p "$0"; exit 2 ;;
esac
