"""Prints this container's cpu.stat; asked by the runner before and after a trial (cpu-quotas.ts). The image has no `cat`."""

PLACES = ("/sys/fs/cgroup/cpu.stat", "/sys/fs/cgroup/cpu/cpu.stat")  # cgroup version 2 as a container sees it, then 1

for place in PLACES:
    try:
        with open(place, encoding="ascii") as counters:
            print(counters.read())
    except OSError:
        pass
