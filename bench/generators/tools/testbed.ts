/** Ours, as the benchmark runs it beside its peers. */
import { fileURLToPath } from "node:url";
import packageJson from "../../../package.json" with { type: "json" };
import { typescriptArguments } from "../../../workloads/typescript/typescript.ts";
import type { Printed } from "../ours.ts";
import { connections, type Tool } from "../tool.ts";

export function testbed(): Tool {
  const entry = fileURLToPath(new URL("../ours.ts", import.meta.url));
  const command = (...args: (string | number)[]) => ({
    command: [process.execPath, ...typescriptArguments, entry, ...args.map(String)],
  });
  return {
    name: "testbed",
    version: packageJson.version,
    note: "open loop; schedule made before the start",
    workers: [1, 4, 16],
    even: ({ url, perSecond, seconds }) => command(url, '{"kind":"constant"}', perSecond, seconds),
    law: ({ url, perSecond, seconds, cv, workers }) =>
      command(url, JSON.stringify({ kind: "gamma", cv }), perSecond, seconds, 1, workers),
    fastest: ({ url, seconds }) => command(url, "closed", connections, seconds),
    latency: async (stdout) => {
      const { latencyMs } = JSON.parse(stdout) as Partial<Printed>;
      return latencyMs && { p50Ms: latencyMs.p50, p99Ms: latencyMs.p99 };
    },
    ownLateness: (stdout) => {
      const { latenessMs, realTime } = (JSON.parse(stdout) as Printed).health;
      const us = (ms: number) => (ms * 1000).toFixed(0);
      return `sent ${us(latenessMs.p50)} us (p50), ${us(latenessMs.p99)} us (p99) late, ${realTime ? "real-time" : "ordinary"} class`;
    },
    ownSends: (stdout) => {
      const { sendsAudit } = JSON.parse(stdout) as Printed;
      return sendsAudit === undefined
        ? "-"
        : `${sendsAudit.passed ? "follows" : "does not"}, p ${sendsAudit.p.toFixed(2)}`;
    },
  };
}
