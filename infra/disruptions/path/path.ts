/**
 * The intermediary between load and service: a proxy and, where this machine allows it, packet rules in front of it.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { messageOf } from "../../../errors/errors.ts";
import type { PathCondition, PathMeans } from "../path-condition.ts";
import { openPackets, type PacketPath } from "./packets.ts";
import { openProxy, type Upstream } from "./proxy.ts";

export interface Path {
  /** For the load. */
  readonly host: string;
  readonly port: number;
  readonly means: PathMeans;
  set(condition: PathCondition): Promise<void>;
}

const loopback = "127.0.0.1";

export async function openPath(upstream: Upstream, seed: number): Promise<Path> {
  try {
    return await packetPath(upstream, seed);
  } catch (error) {
    const proxy = await openProxy(upstream, seed, loopback);
    const only = `proxy: ${messageOf(error)}`;
    return {
      ...{ host: loopback, port: proxy.port },
      means: { delay: only, loss: only, partition: only },
      async set(condition) {
        proxy.set(condition);
      },
    };
  }
}

async function packetPath(upstream: Upstream, seed: number): Promise<Path> {
  const packets = await openPackets();
  try {
    const proxy = await openProxy(upstream, seed, packets.inside);
    try {
      await comesThrough(packets, proxy.port);
    } catch (error) {
      proxy.end();
      throw error;
    }
    const rules = "packet rules";
    return {
      ...{ host: packets.outside, port: proxy.port },
      means: {
        delay: packets.netem ? "netem, its jitter by a proxy" : "proxy: no netem here",
        loss: rules,
        partition: rules,
      },
      async set(condition) {
        proxy.set(await packets.set(condition));
      },
    };
  } catch (error) {
    packets.end();
    throw error;
  }
}

const comeWithinMs = 2_000;

/** A firewall of this machine may let nothing pass from another interface. */
async function comesThrough({ outside }: PacketPath, port: number): Promise<void> {
  const socket = connect({ host: outside, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(comeWithinMs) });
  } catch {
    throw new Error("packets do not pass through a network namespace created for the test");
  } finally {
    socket.on("error", () => {});
    socket.destroy();
  }
}
