import { TestbedError } from "../../errors.ts";
import { defaultService, loadService } from "../../infra/services/index.ts";
import { atPath } from "../../infra/targets/url.ts";
import { checkOutput } from "../../whole-file.ts";
import { drive } from "../../workloads/drive.ts";
import { writeSamples } from "../../workloads/samples-file.ts";
import type { Schedule } from "../../workloads/schedule.ts";
import { readSchedule } from "../../workloads/schedule-file.ts";
import { tracesIn } from "../../workloads/traces/of-study.ts";
import { openAsked } from "../asked.ts";
import type { CommandSpec } from "../cli.ts";
import { interruptSignal } from "../interrupt.ts";
import { countOutcomes, failWithoutSuccess, noneSucceeded, outcomeCounts } from "../no-success.ts";
import { print, printJson } from "../print.ts";
import { terminalProgress } from "../progress.ts";
import { arrivalOptions, refuseBeside, scheduleOf } from "./arrival-options.ts";
import { jsonOption, numbers, serviceOption } from "./options.ts";

export const loadCommand: CommandSpec = {
  summary: "drive one service with one exact schedule and keep every sample",
  arguments: [{ name: "<url>", description: "for example the url that `testbed up` printed" }],
  options: [
    serviceOption,
    ...arrivalOptions,
    { flags: "--schedule <file>", description: "an exported schedule instead of a law" },
    { flags: "--workers <n>", description: "generator workers over which the one schedule is dealt" },
    { flags: "--out <file>", description: "where the samples go; default samples.parquet" },
    jsonOption,
  ],
  async run([given = ""], options) {
    if (options.schedule !== undefined) refuseBeside("--schedule", options);
    const { workers = 1 } = numbers({ workers: options.workers });
    const service = await loadService(String(options.service ?? defaultService));
    const { asked } = await openAsked(service, options.payload as string | undefined);
    const url = atPath(given, service.spec.ask.path);
    const schedule =
      options.schedule === undefined
        ? scheduleOf(options, asked.requests.count)
        : await importedSchedule(String(options.schedule), asked.requests.count);
    const out = String(options.out ?? "samples.parquet");
    // Now and not after the load, whose samples would be lost.
    await checkOutput(out, "--out");
    const progress = terminalProgress();
    for (const line of tracesIn({ scenarios: [schedule] })) progress.say(line);
    const { signal, release } = interruptSignal(progress.say);
    try {
      const { samples, health, failures } = await drive({
        url,
        schedule,
        asked,
        timeoutMs: 30_000,
        workers,
        signal,
        progress: (live) => progress.live(live.text),
      });
      progress.end();
      const digest = await writeSamples(out, samples);
      const outcomes = countOutcomes(samples);
      const silent = noneSucceeded(samples);
      if (options.json === true) {
        printJson({ out, digest, schedule: schedule.digest, health, outcomes, failures });
      } else {
        if (silent) print("NO REQUEST SUCCEEDED: what follows says nothing of the service's speed");
        print(`schedule ${schedule.digest}`);
        print(
          `${health.recorded} of ${health.scheduled} requests recorded${health.partial ? " (partial)" : ""}`,
        );
        print(`outcomes: ${outcomeCounts(samples)}`);
        print(`lateness p99 ${health.latenessMs.p99.toFixed(3)} ms (n = ${health.recorded})`);
        print(`samples: ${out}`);
      }
      failWithoutSuccess(`load on ${url}`, samples, failures);
      if (health.partial) throw new TestbedError("interrupted", "stopped; the samples so far are kept");
    } finally {
      progress.end();
      release();
    }
  },
};

async function importedSchedule(file: string, payloadCount: number): Promise<Schedule> {
  const schedule = await readSchedule(file);
  const beyond = schedule.payloads.find((payload) => payload >= payloadCount);
  if (beyond === undefined) return schedule;
  throw new TestbedError("badInput", `schedule ${file} was made for another payload`, {
    problems: [{ path: "--payload", expected: `more than ${beyond} texts`, got: String(payloadCount) }],
  });
}
