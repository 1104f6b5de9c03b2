import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProvideOptions } from "../../../infra/toolchain/provide/cache.ts";
import { body, connections, type Tool } from "../tool.ts";
import { goTool } from "./installed.ts";

const version = "1.8.1";

export async function k6(options: ProvideOptions): Promise<Tool> {
  const binary = await goTool("k6", "go.k6.io/k6", version, options);
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
    version,
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
