# Process 1 of a K3s node that is a container, given to its shell as text: makes the container a machine that a node
# can run on, and becomes the node. Works with the published image's shell and with Debian's.
#
#   sh -c "$(cat ../plugin/kinds/k3s/control-groups.sh k3s-container.sh)" sh <command of the node ...>
#
# CNI_CONFIG     network of the node's pods; empty: the node brings its own
# ROUTES         other nodes' pods: <subnet>=<address> ...
# CONTAINERD_*   template of the runtime and what it imports, for a node that may not lower an out-of-memory score
set -eu

# The container's own control groups, as if they were all there is: two nodes of one machine do not see each other's,
# and what is in them goes with the container.
make_cgroups() {
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mount -o remount,rw /sys/fs/cgroup
    return 0
  fi
  umount -l /sys/fs/cgroup
  mount_hierarchies
}

# The kubelet sets these for the whole machine, which is not the container's: it may have copies.
keep_kernel_settings() {
  for name in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \
    kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
    [ -e "/proc/sys/$name" ] || continue
    copy=/run/kernel-settings/$(echo "$name" | tr / -)
    mkdir -p "${copy%/*}"
    cat "/proc/sys/$name" >"$copy"
    mount --bind "$copy" "/proc/sys/$name"
  done
}

# CAP_SYS_RESOURCE is bit 24.
may_lower_scores() {
  while read -r key value; do
    [ "$key" != CapEff: ] || [ $(((0x$value >> 24) & 1)) -eq 0 ] || return 0
  done </proc/self/status
  return 1
}

# Read-only where the container is not privileged.
while read -r _ path _; do
  [ "$path" != /proc/sys ] || umount /proc/sys
done </proc/self/mounts
make_cgroups
keep_kernel_settings
# Pods' volumes are mounted by the kubelet and must be seen by the runtime.
mount --make-rshared /
agent=/var/lib/rancher/k3s/agent
mkdir -p "$agent/images" "$agent/etc/containerd"
if [ -d /opt/testbed/images ]; then cp /opt/testbed/images/* "$agent/images/"; fi
if ! may_lower_scores; then
  echo "$CONTAINERD_TEMPLATE" >"$agent/etc/containerd/config-v3.toml.tmpl"
  echo "$CONTAINERD_IMPORT" >"$agent/etc/containerd/restrict-oom-score.toml"
fi
if [ -n "$CNI_CONFIG" ]; then
  mkdir -p /etc/cni/net.d /opt/cni
  echo "$CNI_CONFIG" >/etc/cni/net.d/10-testbed.conflist
  ln -sfn /usr/lib/cni /opt/cni/bin
fi
for route in $ROUTES; do ip route replace "${route%=*}" via "${route#*=}"; done
unset CONTAINERD_TEMPLATE CONTAINERD_IMPORT CNI_CONFIG ROUTES
exec "$@"
