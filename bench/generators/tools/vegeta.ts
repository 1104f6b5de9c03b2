import { join } from "node:path";
import { execa } from "execa";
import type { ProvideOptions } from "../../../infra/toolchain/provide/cache.ts";
import { body, connections, type Tool } from "../tool.ts";
import { goTool } from "./installed.ts";

const version = "12.13.0";

export async function vegeta(options: ProvideOptions): Promise<Tool> {
  const binary = await goTool("vegeta", "github.com/tsenart/vegeta/v12", version, options);
  const attack = (url: string, flags: readonly string[]) => ({
    command: [binary, "attack", "-targets=targets", "-output=results", ...flags],
    files: { targets: `POST ${url}\nContent-Type: application/json\n@body.json\n`, "body.json": body },
  });
  return {
    name: "vegeta",
    version,
    note: "open loop; constant, linear and sine pacing only",
    even: ({ url, perSecond, seconds }) => attack(url, [`-rate=${perSecond}/1s`, `-duration=${seconds}s`]),
    fastest: ({ url, seconds }) =>
      attack(url, ["-rate=0", `-max-workers=${connections}`, `-duration=${seconds}s`]),
    latency: async (_, directory) => {
      const { stdout } = await execa(binary, ["report", "-type=json", join(directory, "results")]);
      const { latencies } = JSON.parse(stdout) as { latencies: { "50th": number; "99th": number } };
      return { p50Ms: latencies["50th"] / 1e6, p99Ms: latencies["99th"] / 1e6 };
    },
  };
}
