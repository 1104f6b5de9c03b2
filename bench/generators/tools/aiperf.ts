import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProvideOptions } from "../../../infra/toolchain/provide/cache.ts";
import { body, connections, type Tool } from "../tool.ts";
import { pythonTool } from "./installed.ts";

/** 1.2 GB with what it depends on. */
const version = "0.13.0";

export async function aiperf(options: ProvideOptions): Promise<Tool> {
  return aiperfOf(await pythonTool("aiperf", version, options));
}

export function aiperfOf(python: string): Tool {
  const run = (url: string, seconds: number, load: readonly string[]) => ({
    command: [
      ...[python, "-m", "aiperf", "profile", "--url", url, "--model", "null-server"],
      ...["--endpoint-type", "template", "--extra-inputs", `payload_template:${body}`],
      ...["--extra-inputs", "response_field:results[0].label"],
      ...["--input-file", "texts.jsonl", "--custom-dataset-type", "single-turn"],
      // Counting tokens is work that no other tool has, and so is its warning at each answer that the server counted none.
      ...["--tokenizer", "./", "--use-server-token-count", "--log-level", "error"],
      ...["--ui", "none", "--no-gpu-telemetry", "--no-server-metrics"],
      ...["--artifact-dir", "artifacts", "--export-level", "summary"],
      ...["--benchmark-duration", String(seconds), ...load],
    ],
    files: {
      // The template holds the whole body; a dataset is asked for all the same.
      "texts.jsonl": `${JSON.stringify({ text: JSON.parse(body).texts[0] })}\n`,
      ...tokenizer,
    },
    // It leaves its maps of memory in its temporary folder: they go with the run's.
    environment: { ...online, TMPDIR: "." },
  });
  const arrivals = (perSecond: number, pattern: string) => [
    ...["--request-rate", String(perSecond), "--arrival-pattern", pattern],
  ];
  return {
    name: "aiperf",
    version,
    note: "open loop; as many workers as it chooses; what is late is sent after the end",
    even: ({ url, perSecond, seconds }) => run(url, seconds, arrivals(perSecond, "constant")),
    law: ({ url, perSecond, seconds, cv }) =>
      run(
        url,
        seconds,
        cv === 1
          ? arrivals(perSecond, "poisson")
          : [...arrivals(perSecond, "gamma"), "--arrival-smoothness", String(1 / cv ** 2)],
      ),
    fastest: ({ url, seconds }) => run(url, seconds, ["--concurrency", String(connections)]),
    latency: async (_, directory) =>
      latencyIn(await readFile(join(directory, "artifacts/profile_export_aiperf.json"), "utf8")),
  };
}

/** It loads one before it sends anything, though it counts no tokens here: of one word, it needs no hub. */
const tokenizer = {
  "tokenizer.json": JSON.stringify({
    version: "1.0",
    added_tokens: [],
    model: { type: "WordLevel", vocab: { "?": 0 }, unk_token: "?" },
  }),
  "tokenizer_config.json": JSON.stringify({
    tokenizer_class: "PreTrainedTokenizerFast",
    unk_token: "?",
  }),
};

/** Told that it is offline, it takes the folder for a name on the hub, and looks for it among those fetched before. */
const online = { HF_HUB_OFFLINE: "", TRANSFORMERS_OFFLINE: "" };

/** @param text its summary; @returns undefined where no request was answered as it should be */
export function latencyIn(text: string): { p50Ms: number; p99Ms: number } | undefined {
  const { request_latency: latency } = JSON.parse(text) as {
    request_latency?: { unit: string; p50: number; p99: number };
  };
  if (latency === undefined) return undefined;
  if (latency.unit !== "ms") throw new Error(`AIPerf's latency is in ${latency.unit}, ms were expected`);
  return { p50Ms: latency.p50, p99Ms: latency.p99 };
}
