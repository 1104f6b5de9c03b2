/**
 * The packets of a path, in a network namespace of its own. A pair of interfaces leads into it, and what enters is sent
 * back out to where the proxy listens, past rules that touch no packets of anybody else:
 *
 *   load ---> 198.18.x.2 | in the namespace: dropped, delayed, or passed on | ---> 198.18.x.1, the proxy ---> service
 *
 * So a loss is one, and TCP does about it what it does. The namespace lives as long as a process in it, which ends with
 * this one however this one ends; interfaces and rules go with it. Linux, and root.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { execa } from "execa";
import { freeBlock, takenBlocks } from "../../plugin/taken-blocks.ts";
import type { PathCondition } from "./condition.ts";

export interface PacketPath {
  /** Where the proxy has to listen. */
  readonly inside: string;
  /** Where the load has to send, to the proxy's port. */
  readonly outside: string;
  /** The kernel can delay packets. */
  readonly netem: boolean;
  /** @returns false where packets cannot do it here: they all pass then */
  set(condition: PathCondition): Promise<boolean>;
  end(): void;
}

/** @throws Error saying why it cannot be had here; nothing is left then */
export async function openPackets(): Promise<PacketPath> {
  if (process.platform !== "linux") throw new Error("packets are touched on Linux only");
  if (process.getuid?.() !== 0) throw new Error("only root may touch packets");
  // Out of the terminal's reach: Ctrl-C is for the runner, which says when the path may go.
  const holder = spawn("unshare", ["--net", "sh", "-c", "echo ready; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  holder.stdin.on("error", () => {});
  const end = () => {
    holder.stdin.end();
  };
  try {
    const said = await Promise.race([
      once(holder.stdout, "data").then(String),
      once(holder, "exit").then(() => "none may be made"),
    ]);
    if (said.trim() !== "ready") throw new Error(`no network namespace: ${said}`);
    const { inside, outside } = await lead(holder.pid!);
    const within = (...command: string[]) => execa("nsenter", ["-t", String(holder.pid), "-n", ...command]);
    const undelay = () => within("tc", "qdisc", "del", "dev", "eth0", "root");
    const netem = await within("tc", ...delayRule({ delayMs: 0, jitterMs: 0 }))
      .then(undelay)
      .then(
        () => true,
        () => false,
      );
    let delayed = false;
    return {
      ...{ inside, outside, netem, end },
      async set(condition) {
        await within("iptables", "-F", "FORWARD");
        if (delayed) await undelay();
        delayed = condition.kind === "delay" && netem;
        if (condition.kind === "delay" && netem) await within("tc", ...delayRule(condition));
        const drop = dropRule(condition);
        if (drop !== null) await within("iptables", "-A", "FORWARD", ...drop, "-j", "DROP");
        return condition.kind !== "delay" || netem;
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

export const interfacePrefix = "tbpath";
/** Of what is set aside for benchmarks (RFC 2544). */
const benchmarkNetwork = "198.18";

/** Lets a pair of interfaces lead into the namespace of a process, and back out of it. */
async function lead(pid: number): Promise<{ inside: string; outside: string }> {
  const block = freeBlock(benchmarkNetwork, pid, takenBlocks());
  if (block === undefined) throw new Error(`no block of ${benchmarkNetwork}.0.0/16 is free`);
  const [inside, outside] = [`${block}.1`, `${block}.2`];
  const name = `${interfacePrefix}${pid}`;
  // Asked to send packets back where they came from, a router would tell their sender of the shorter way.
  const script = `
    ip link add ${name} type veth peer name eth0 netns ${pid}
    ip address add ${inside}/30 dev ${name}
    ip link set ${name} up
    exec nsenter -t ${pid} -n sh -e -c '
      cd /proc/sys/net/ipv4
      echo 1 > ip_forward
      for device in all default; do echo 0 > conf/$device/send_redirects; done
      ip address add ${outside}/30 dev eth0
      ip link set eth0 up
      echo 0 > conf/eth0/send_redirects
      iptables -t nat -A PREROUTING -p tcp -i eth0 -j DNAT --to-destination ${inside}
      iptables -t nat -A POSTROUTING -p tcp -o eth0 -j MASQUERADE'`;
  const { exitCode, stderr } = await execa("sh", ["-e", "-c", script], { reject: false });
  if (exitCode !== 0) throw new Error(stderr.trim().split("\n").at(-1));
  return { inside, outside };
}

/** What is dropped, for iptables; both directions pass its chain. */
export function dropRule(condition: PathCondition): readonly string[] | null {
  if (condition.kind === "partition") return [];
  if (condition.kind !== "loss") return null;
  return ["-m", "statistic", "--mode", "random", "--probability", String(condition.share)];
}

/** Both directions leave by the one interface. netem's jitter is to both sides of the delay, ours is uniform on top of it. */
export function delayRule({ delayMs, jitterMs }: { readonly delayMs: number; readonly jitterMs: number }) {
  const half = jitterMs / 2;
  const jitter = half === 0 ? [] : [`${half}ms`];
  return ["qdisc", "replace", "dev", "eth0", "root", "netem", "delay", `${delayMs + half}ms`, ...jitter];
}
