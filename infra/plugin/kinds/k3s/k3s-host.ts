/** The requirements of a K3s node (as a process) on this host. */
import { existsSync, mkdirSync, readFileSync, realpathSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";

const leastFreeBytes = 5e9;

/** Everything that keeps a node from running on this host; empty where nothing does. */
export function whyNot({ stateRoot }: { readonly stateRoot: string }): readonly string[] {
  if (process.platform !== "linux") return [`the host driver needs Linux, and this is ${process.platform}`];
  const reasons: string[] = [];
  if (process.getuid?.() !== 0) reasons.push("it needs root");
  if (!hasCapability("SYS_ADMIN")) reasons.push("CAP_SYS_ADMIN is missing");
  if (!hasCapability("NET_ADMIN")) reasons.push("CAP_NET_ADMIN is missing");
  const controllers = readFileSync("/proc/cgroups", "utf8");
  for (const name of ["cpu", "memory", "pids", "cpuset"]) {
    if (!new RegExp(`^${name}\\t.*\\t1$`, "m").test(controllers)) {
      reasons.push(`the kernel has no ${name} control groups`);
    }
  }
  if (!existsSync("/sys/fs/cgroup/cgroup.controllers") && !existsSync("/sys/fs/cgroup/cpu")) {
    reasons.push("no control group hierarchy is mounted in /sys/fs/cgroup");
  }
  for (const command of ["unshare", "pivot_root", "ip", "tar"]) {
    if (!["/usr/sbin", "/usr/bin", "/sbin", "/bin"].some((folder) => existsSync(join(folder, command)))) {
      reasons.push(`the command ${command} is missing`);
    }
  }
  mkdirSync(stateRoot, { recursive: true });
  const { bavail, bsize } = statfsSync(stateRoot);
  if (bavail * bsize < leastFreeBytes) {
    reasons.push(
      `the disk of ${stateRoot} has ${(bavail * bsize) / 1e9} GB free; needed: ${leastFreeBytes / 1e9}`,
    );
  }
  return reasons;
}

/**
 * Where the node mounts folders of its own, so that a program there is not found (k3s-node.sh).
 *
 * @param path need not be there yet; links on the way to it are followed
 * @returns the folder that hides it, or null
 */
export function hiddenBy(path: string): string | null {
  let real = path;
  for (let there = path; ; there = dirname(there)) {
    if (existsSync(there)) {
      real = join(realpathSync(there), path.slice(there.length));
      break;
    }
    if (there === dirname(there)) break;
  }
  const covered = [
    "/tmp",
    "/run",
    "/dev",
    "/proc",
    "/sys",
    "/var/lib/rancher",
    "/var/lib/kubelet",
    "/var/log",
  ];
  return covered.find((folder) => `${real}/`.startsWith(`${folder}/`)) ?? null;
}

/** Bit numbers of <linux/capability.h>. */
const capabilities = { NET_ADMIN: 12, SYS_ADMIN: 21, SYS_RESOURCE: 24 } as const;

/** Of this process; Linux only. */
export function hasCapability(name: keyof typeof capabilities): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return (BigInt(`0x${effective}`) >> BigInt(capabilities[name])) % 2n === 1n;
}
