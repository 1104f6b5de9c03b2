# What is the same for every K3s node that shares this kernel with others: read into k3s-node.sh, and given with
# k3s-container.sh to the shell of a container.

# Version 1, once what was at /sys/fs/cgroup is gone: the hierarchies there are, as the caller's namespace shows them. Its own
# control groups are all that it sees.
mount_hierarchies() {
  mount -t tmpfs -o mode=755 testbed-node /sys/fs/cgroup
  for hierarchy in $(cut -d: -f2 /proc/self/cgroup); do
    place=/sys/fs/cgroup/${hierarchy#name=}
    case $hierarchy in name=*) options=none,$hierarchy ;; *) options=$hierarchy ;; esac
    mkdir -p "$place"
    mount -t cgroup -o "$options" cgroup "$place"
    # Controllers that share a hierarchy are looked for under each name.
    for name in $(echo "$hierarchy" | tr , ' '); do
      [ -e "/sys/fs/cgroup/${name#name=}" ] || ln -s "$place" "/sys/fs/cgroup/$name"
    done
  done
}
