import { TestbedError } from "../../errors.ts";
import { problemsOf } from "../../problems.ts";
import { drive } from "../../workloads/drive.ts";
import { payloads } from "../../workloads/payloads/index.ts";
import { writeSamples } from "../../workloads/samples-file.ts";
import { materialise } from "../../workloads/schedule.ts";
import { arrivalSpec } from "../../workloads/spec.ts";
import type { CommandSpec } from "../cli.ts";
import { interruptSignal } from "../interrupt.ts";
import { print, printJson } from "../print.ts";
import { terminalProgress } from "../progress.ts";
import { jsonOption, numbers } from "./options.ts";

export const loadCommand: CommandSpec = {
  summary: "drive one service with one exact schedule and keep every sample",
  arguments: [{ name: "<url>", description: "for example the url that `testbed up` printed" }],
  options: [
    { flags: "--arrival <kind>", description: "law of the gaps; default exponential" },
    { flags: "--cv <x>", description: "coefficient of variation, for gamma" },
    { flags: "--rate <per second>", description: "mean arrivals per second; default 10" },
    { flags: "--seconds <n>", description: "length of the schedule; default 10" },
    { flags: "--seed <n>", description: "seed of arrivals and payloads; default 1" },
    { flags: "--payload <name>", description: `one of ${Object.keys(payloads).join(", ")}` },
    { flags: "--workers <n>", description: "generator workers over which the one schedule is dealt" },
    { flags: "--out <file>", description: "where the samples go; default samples.parquet" },
    jsonOption,
  ],
  async run([url = ""], options) {
    const {
      rate = 10,
      seconds = 10,
      seed = 1,
      workers = 1,
      cv,
    } = numbers({
      rate: options.rate,
      seconds: options.seconds,
      seed: options.seed,
      workers: options.workers,
      cv: options.cv,
    });
    const arrival = arrivalOf({
      kind: options.arrival ?? "exponential",
      ...(cv === undefined ? {} : { cv }),
    });
    const set = await payloadNamed(options.payload).load();
    const bodies = set.bodies();
    const schedule = materialise({
      arrival,
      ratePerSecond: rate,
      durationSeconds: seconds,
      seed,
      payloadCount: bodies.length,
    });
    const progress = terminalProgress();
    const { signal, release } = interruptSignal(progress.say);
    try {
      const { samples, health } = await drive({
        url,
        schedule,
        bodies,
        timeoutMs: 30_000,
        workers,
        signal,
        progress: (live) => progress.live(live.text),
      });
      progress.end();
      const out = String(options.out ?? "samples.parquet");
      const digest = await writeSamples(out, samples);
      if (options.json === true) printJson({ out, digest, schedule: schedule.digest, health });
      else {
        print(`schedule ${schedule.digest}`);
        print(
          `${health.recorded} of ${health.scheduled} requests recorded${health.partial ? " (partial)" : ""}`,
        );
        print(`lateness p99 ${health.latenessMs.p99.toFixed(3)} ms (n = ${health.recorded})`);
        print(`samples: ${out}`);
      }
      if (health.partial) throw new TestbedError("interrupted", "stopped; the samples so far are kept");
    } finally {
      progress.end();
      release();
    }
  },
};

function arrivalOf(input: unknown) {
  const parsed = arrivalSpec.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new TestbedError("badInput", "the arrival process is not valid", {
    problems: problemsOf(parsed.error, input).map((problem) => ({ ...problem, path: `--${problem.path}` })),
    hint: "`testbed list` shows every arrival process and its law.",
  });
}

function payloadNamed(name: unknown) {
  const names = Object.keys(payloads) as (keyof typeof payloads)[];
  const found = names.find((known) => known === (name ?? names[0]));
  if (found === undefined) {
    throw new TestbedError("badInput", "there is no such payload", {
      problems: [{ path: "--payload", expected: `one of ${names.join(", ")}`, got: String(name) }],
    });
  }
  return payloads[found];
}
