/** The tools of the benchmark, each in a version that is pinned, built or installed into the cache once. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type ProvideOptions, provideOnce } from "../../infra/toolchain/cache.ts";
import packageJson from "../../package.json" with { type: "json" };
import { typescriptArguments } from "../../workloads/generator/typescript.ts";
import type { Printed } from "./ours.ts";
import { body, connections, type Tool } from "./tool.ts";

const versions = { vegeta: "12.13.0", k6: "1.8.1", locust: "2.47.0", autocannon: "9.0.0" } as const;

/** Those that could be provided, and why the others could not. */
export async function provideTools(
  options: ProvideOptions,
): Promise<{ tools: Tool[]; missing: readonly string[] }> {
  const tools: Tool[] = [ours()];
  const missing: string[] = [
    "AIPerf 0.13.0: installs from PyPI (1.2 GB), but loads a tokenizer before it sends anything, whatever the endpoint " +
      "(a template of this request too): from the Hugging Face hub or tiktoken's files, neither of which is a registry",
  ];
  for (const [name, provide] of Object.entries(peers)) {
    options.progress(`providing ${name}`);
    try {
      tools.push(await provide(options));
    } catch (error) {
      missing.push(`${name}: ${(error instanceof Error ? error.message : String(error)).split("\n")[0]}`);
    }
  }
  return { tools, missing };
}

const peers = { vegeta, k6, locust, autocannon };

function ours(): Tool {
  const entry = fileURLToPath(new URL("./ours.ts", import.meta.url));
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

async function goTool(
  name: string,
  module: string,
  version: string,
  options: ProvideOptions,
): Promise<string> {
  const directory = await provideOnce(
    `${name}-v${version}`,
    async (into) => {
      await execa("go", ["install", `${module}@v${version}`], { env: { GOBIN: into, GOFLAGS: "" } });
    },
    options,
  );
  return join(directory, name);
}

async function vegeta(options: ProvideOptions): Promise<Tool> {
  const binary = await goTool("vegeta", "github.com/tsenart/vegeta/v12", versions.vegeta, options);
  const attack = (url: string, flags: readonly string[]) => ({
    command: [binary, "attack", "-targets=targets", "-output=results", ...flags],
    files: { targets: `POST ${url}\nContent-Type: application/json\n@body.json\n`, "body.json": body },
  });
  return {
    name: "vegeta",
    version: versions.vegeta,
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

async function k6(options: ProvideOptions): Promise<Tool> {
  const binary = await goTool("k6", "go.k6.io/k6", versions.k6, options);
  const run = (url: string, scenario: object, wait = "") => ({
    command: [binary, "run", "--quiet", "--no-usage-report", "--summary-export=summary.json", "script.js"],
    files: {
      "script.js": `
import http from "k6/http";
import { sleep } from "k6";
export const options = {
  discardResponseBodies: true, summaryTrendStats: ["med", "p(99)"],
  scenarios: { s: ${JSON.stringify(scenario)} },
};
export default function () {
  ${wait}
  http.post("${url}", ${JSON.stringify(body)}, { headers: { "Content-Type": "application/json" } });
}
`,
    },
  });
  const users = 100;
  return {
    name: "k6",
    version: versions.k6,
    note: `open loop when even; a law only as the sleep of ${users} closed-loop users`,
    even: ({ url, perSecond, seconds }) =>
      run(url, {
        executor: "constant-arrival-rate",
        rate: perSecond,
        timeUnit: "1s",
        duration: `${seconds}s`,
        preAllocatedVUs: users,
        maxVUs: 1000,
      }),
    // k6 has no gamma; its users write the exponential by hand, so cv 1 is all there is.
    law: ({ url, perSecond, seconds, cv }) =>
      cv === 1
        ? run(
            url,
            { executor: "constant-vus", vus: users, duration: `${seconds}s`, gracefulStop: "0s" },
            `sleep(-Math.log(1 - Math.random()) * ${users / perSecond});`,
          )
        : undefined,
    fastest: ({ url, seconds }) =>
      run(url, { executor: "constant-vus", vus: connections, duration: `${seconds}s`, gracefulStop: "0s" }),
    latency: async (_, directory) => {
      const summary = JSON.parse(await readFile(join(directory, "summary.json"), "utf8")) as {
        metrics: { http_req_duration: { med: number; "p(99)": number } };
      };
      const { med, "p(99)": p99 } = summary.metrics.http_req_duration;
      return { p50Ms: med, p99Ms: p99 };
    },
  };
}

async function locust(options: ProvideOptions): Promise<Tool> {
  const directory = await provideOnce(
    `locust-v${versions.locust}`,
    async (into) => {
      await execa("python3", ["-m", "venv", join(into, "venv")]);
      await execa(join(into, "venv/bin/python"), [
        "-m",
        "pip",
        "install",
        "-q",
        `locust==${versions.locust}`,
      ]);
    },
    options,
  );
  const users = 100;
  const run = (url: string, count: number, seconds: number, wait: string) => ({
    // The interpreter by name: scripts of a folder that was renamed point to where it was.
    command: [
      join(directory, "venv/bin/python"),
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
    version: versions.locust,
    note: `closed loop of ${users} users, FastHttpUser; a law only as their wait time`,
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

async function autocannon(options: ProvideOptions): Promise<Tool> {
  const directory = await provideOnce(
    `autocannon-v${versions.autocannon}`,
    async (into) => {
      await execa("npm", [
        ...["install", "--prefix", into, "--no-audit", "--no-fund", "--loglevel=error"],
        `autocannon@${versions.autocannon}`,
      ]);
    },
    options,
  );
  const run = (url: string, flags: readonly string[]) => ({
    command: [
      process.execPath,
      join(directory, "node_modules/autocannon/autocannon.js"),
      ...["-m", "POST", "-H", "content-type=application/json", "-b", body, "--json", "-n"],
      ...["-c", String(connections), ...flags, url],
    ],
  });
  return {
    name: "autocannon",
    version: versions.autocannon,
    note: "closed loop; its rate is a quota per second, not a grid",
    even: ({ url, perSecond, seconds }) => run(url, ["-R", String(perSecond), "-d", String(seconds)]),
    fastest: ({ url, seconds }) => run(url, ["-d", String(seconds)]),
    latency: async (stdout) => {
      const { latency } = JSON.parse(stdout) as { latency: { p50: number; p99: number } };
      return { p50Ms: latency.p50, p99Ms: latency.p99 };
    },
  };
}
