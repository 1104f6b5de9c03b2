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
import { freeSubnet, usedSubnets } from "../../host/free-subnet.ts";
import type { PathCondition } from "../path-condition.ts";

export interface PacketPath {
  /** Where the proxy has to listen. */
  readonly inside: string;
  /** Where the load has to send, to the proxy's port. */
  readonly outside: string;
  /** The kernel can delay packets. */
  readonly netem: boolean;
  /** @returns what is left for the proxy to do */
  set(condition: PathCondition): Promise<PathCondition>;
  end(): void;
}

/** @throws Error saying why it cannot be had here; nothing is left then */
export async function openPackets(): Promise<PacketPath> {
  if (process.platform !== "linux") throw new Error("packets can be manipulated on Linux only");
  if (process.getuid?.() !== 0) throw new Error("packets can be manipulated by root only");
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
      once(holder, "exit").then(() => "none can be created"),
    ]);
    if (said.trim() !== "ready") throw new Error(`no network namespace: ${said}`);
    const { inside, outside } = await lead(holder.pid!);
    const within = (...command: string[]) => execa("nsenter", ["-t", String(holder.pid), "-n", ...command]);
    const netem = await within("tc", ...delayRule(0)).then(
      () => true,
      () => false,
    );
    return {
      ...{ inside, outside, netem, end },
      async set(condition) {
        await within("iptables", "-F", "FORWARD");
        if (netem) await within("tc", ...delayRule(condition.kind === "delay" ? condition.delayMs : 0));
        const drop = dropRule(condition);
        if (drop !== null) await within("iptables", "-A", "FORWARD", ...drop, "-j", "DROP");
        return leftForProxy(condition, netem);
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
  const block = freeSubnet(benchmarkNetwork, pid, usedSubnets());
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

/**
 * Both directions leave by the one interface. It is changed and never removed, which would lose what is on its way. A rate,
 * one that nobody feels, makes netem keep the order where the delay becomes shorter; the limit is one that nobody reaches,
 * since netem drops what is beyond it.
 */
export function delayRule(delayMs: number): readonly string[] {
  const endless = ["limit", "100000", "rate", "10gbit"];
  return ["qdisc", "replace", "dev", "eth0", "root", "netem", ...endless, "delay", `${delayMs}ms`];
}

/**
 * A delay that varies lets packets overtake each other in netem, which TCP takes for losses; its order, once kept, is that of
 * all connections together. The proxy varies each connection's by itself, and in order.
 */
export function leftForProxy(condition: PathCondition, netem: boolean): PathCondition {
  if (condition.kind !== "delay") return { kind: "clear" };
  return netem ? { ...condition, delayMs: 0 } : condition;
}
