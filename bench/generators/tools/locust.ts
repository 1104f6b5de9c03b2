import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProvideOptions } from "../../../infra/toolchain/provide/cache.ts";
import { body, connections, type Tool } from "../tool.ts";
import { pythonTool } from "./installed.ts";

const version = "2.47.0";

export async function locust(options: ProvideOptions): Promise<Tool> {
  const python = await pythonTool("locust", version, options);
  const users = 100;
  const run = (url: string, count: number, seconds: number, wait: string) => ({
    command: [
      python,
      ...["-m", "locust", "--headless", "--only-summary", "--csv=figures", "-f", "locustfile.py"],
      ...["-u", String(count), "-r", String(count), "-t", `${seconds}s`],
    ],
    files: {
      "locustfile.py": `
import random
from locust import FastHttpUser, constant, constant_throughput, task
class User(FastHttpUser):
    host = "${new URL(url).origin}"
    ${wait}
    @task
    def ask(self):
        self.client.post("/classify", data='${body}', headers={"Content-Type": "application/json"})
`,
    },
  });
  return {
    name: "locust",
    version,
    note: `closed loop of ${users} users, FastHttpUser; a law only as their wait time`,
    // It says so that a request failed; the receiver says what arrived.
    harmlessExits: [1],
    even: ({ url, perSecond, seconds }) =>
      run(url, users, seconds, `wait_time = constant_throughput(${perSecond / users})`),
    law: ({ url, perSecond, seconds, cv }) => {
      const [shape, scale] = [1 / cv ** 2, (cv ** 2 * users) / perSecond];
      return run(url, users, seconds, `wait_time = lambda self: random.gammavariate(${shape}, ${scale})`);
    },
    fastest: ({ url, seconds }) => run(url, connections, seconds, "wait_time = constant(0)"),
    latency: async (_, folder) => {
      const [head = "", ...rows] = (await readFile(join(folder, "figures_stats.csv"), "utf8"))
        .trim()
        .split("\n");
      const columns = head.split(",");
      const cells = rows.at(-1)!.split(",");
      const of = (name: string) => Number(cells[columns.indexOf(name)]);
      return { p50Ms: of("50%"), p99Ms: of("99%") };
    },
  };
}
