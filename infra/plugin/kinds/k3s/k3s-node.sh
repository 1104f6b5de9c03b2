#!/bin/sh
# Process 1 of a K3s node on this host, in namespaces of its own: what the node mounts, writes, routes and filters
# ends with it, and the host's own file system, network and packet filter are not touched.
#
# Called by k3s-node.ts inside `unshare --mount --net --pid --ipc --uts --fork`:
#   k3s-node.sh enter  <state folder> <control group> <overlay or -> <address>/<bits> <gateway> <command...>
# and by itself, once it is in the node's control group:
#   k3s-node.sh inside <state folder> <overlay or -> <address>/<bits> <gateway> <command...>
set -eu
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
. "${0%/*}/control-groups.sh"

fail() {
  echo "node: $*" >&2
  exit 1
}

# One folder per hierarchy (version 1) or one in all (version 2).
enter() {
  state=$1 group=$2
  shift 2
  joined=0
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mkdir -p "/sys/fs/cgroup/$group"
    echo 0 >"/sys/fs/cgroup/$group/cgroup.procs"
    joined=1
  else
    for hierarchy in /sys/fs/cgroup/*/; do
      [ -e "$hierarchy/tasks" ] || continue
      mkdir -p "$hierarchy$group"
      # A new group of the cpuset controller has no processors and no memory until it is given some.
      for file in cpuset.cpus cpuset.mems; do
        [ ! -e "$hierarchy$group/$file" ] || cat "$hierarchy$file" >"$hierarchy$group/$file"
      done
      echo 0 >"$hierarchy$group/cgroup.procs"
      joined=1
    done
  fi
  [ "$joined" = 1 ] || fail "no control group hierarchy is mounted"
  exec unshare --cgroup "$0" inside "$state" "$@"
}

# The node's view of the host: its files, with everything that is written kept in memory.
make_root() {
  root=$state/root
  mount --make-rprivate /
  mkdir -p "$root"
  mount -t tmpfs -o mode=755 testbed-node "$root"
  mkdir "$root/upper" "$root/work" "$root/merged"
  mount -t overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" testbed-node "$root/merged"
  [ "$overlay" = - ] || cp -a "$overlay/." "$root/merged/"
  merged=$root/merged
  # Containers' layers and volumes need a real file system.
  for pair in rancher:var/lib/rancher kubelet:var/lib/kubelet log:var/log; do
    mkdir -p "$state/${pair%%:*}" "$merged/${pair#*:}"
    mount --bind "$state/${pair%%:*}" "$merged/${pair#*:}"
  done
  mount --rbind /sys "$merged/sys"
  mount --rbind /dev "$merged/dev"
  mount -t proc proc "$merged/proc"
  mount -t tmpfs -o mode=755 testbed-node "$merged/run"
  cp "${0%/*}/../process/supervise.sh" "$merged/run/"
  mount -t tmpfs -o mode=1777 testbed-node "$merged/tmp"
  if [ -d "$state/cni" ]; then
    mkdir -p "$merged/etc/cni/net.d" "$merged/opt/cni"
    cp "$state"/cni/* "$merged/etc/cni/net.d/"
    ln -sfn /usr/lib/cni "$merged/opt/cni/bin"
  fi
  cd "$merged"
  mkdir -p .host
  pivot_root . .host
  cd /
  umount -l /.host
  # Pods' volumes are mounted by the kubelet and must be seen by the runtime.
  mount --make-rshared /
}

# The control groups below the node's own one, as if they were all there is.
make_cgroups() {
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    umount /sys/fs/cgroup
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    return
  fi
  umount -R /sys/fs/cgroup
  mount_hierarchies
}

# The link's other end is moved in here by k3s-node.ts.
make_network() {
  tries=0
  until ip link show eth0 >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -le 200 ] || fail "no network link came within 10 s"
    sleep 0.05
  done
  ip link set lo up
  ip address add "$address" dev eth0
  ip link set eth0 up
  ip route add default via "$gateway"
}

inside() {
  state=$1 overlay=$2 address=$3 gateway=$4
  shift 4
  make_root
  make_cgroups
  make_network
  # As the service manager of a machine does; a node that restarts is still the same node.
  exec /run/supervise.sh "$@"
}

"$@"
