import { join } from "node:path";
import type { ProvideOptions } from "../../../infra/toolchain/provide/cache.ts";
import { body, connections, type Tool } from "../tool.ts";
import { nodeTool } from "./installed.ts";

const version = "9.0.0";

export async function autocannon(options: ProvideOptions): Promise<Tool> {
  const folder = await nodeTool("autocannon", version, options);
  const run = (url: string, flags: readonly string[]) => ({
    command: [
      process.execPath,
      join(folder, "autocannon.js"),
      ...["-m", "POST", "-H", "content-type=application/json", "-b", body, "--json", "-n"],
      ...["-c", String(connections), ...flags, url],
    ],
  });
  return {
    name: "autocannon",
    version,
    note: "closed loop; its rate is a quota per second, not a grid",
    even: ({ url, perSecond, seconds }) => run(url, ["-R", String(perSecond), "-d", String(seconds)]),
    fastest: ({ url, seconds }) => run(url, ["-d", String(seconds)]),
    latency: async (stdout) => {
      const { latency } = JSON.parse(stdout) as { latency: { p50: number; p99: number } };
      return { p50Ms: latency.p50, p99Ms: latency.p99 };
    },
  };
}
