import { TestbedError } from "../../errors/errors.ts";
import { checkOutput } from "../../files/whole-file.ts";
import { loadService } from "../../infra/services/index.ts";
import { atPath } from "../../infra/targets/external/url.ts";
import { withoutCredentials } from "../../workloads/ask/address.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { drive } from "../../workloads/drive/drive.ts";
import type { FailureExample } from "../../workloads/generator/failures.ts";
import { writeSamples } from "../../workloads/samples/samples-file.ts";
import type { Schedule } from "../../workloads/schedule/schedule.ts";
import { readSchedule } from "../../workloads/schedule/schedule-file.ts";
import { tracesIn } from "../../workloads/spec/study-traces.ts";
import { arrivalOptions, refuseBeside, scheduleOf } from "../options/arrival-options.ts";
import { askedBy, askOptions, refuseBesideService } from "../options/ask-options.ts";
import { jsonOption, numbers, serviceOption } from "../options/options.ts";
import { enterWorkspace } from "../session/lock.ts";
import { openAsked } from "../spec/asked.ts";
import { interruptSignal } from "../terminal/interrupt.ts";
import { print, printJson } from "../terminal/print.ts";
import { terminalProgress } from "../terminal/progress.ts";
import { countOutcomes, failWithoutSuccess, noneSucceeded, outcomeCounts } from "../trial/no-success.ts";
import type { CommandSpec } from "./command.ts";

export const loadCommand: CommandSpec = {
  arguments: [
    { name: "<url>", description: "address of the service, for example the one that `testbed up` printed" },
  ],
  options: [
    {
      ...serviceOption,
      description:
        "a service file, or the name of a service of the testbed, which describes requests and right answers",
    },
    ...askOptions,
    ...arrivalOptions,
    { flags: "--schedule <file>", description: "an exported schedule, instead of an arrival process" },
    { flags: "--workers <n>", description: "number of generator workers that share the schedule" },
    { flags: "--out <file>", description: "output file of the samples; default samples.parquet" },
    jsonOption,
  ],
  async run([given = ""], options) {
    if (options.schedule !== undefined) refuseBeside("--schedule", options);
    const { workers = 1 } = numbers({ workers: options.workers });
    const { asked, url } = await whatIsAsked(given, options);
    const schedule =
      options.schedule === undefined
        ? scheduleOf(options, asked.requests.count)
        : await importedSchedule(String(options.schedule), asked.requests.count);
    const out = String(options.out ?? "samples.parquet");
    // Now and not after the load, whose samples would be lost.
    await checkOutput(out, "--out");
    enterWorkspace("load");
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
        if (silent) print("NO REQUEST SUCCEEDED: the figures below say nothing about the service's speed");
        print(`schedule ${schedule.digest}`);
        print(
          `${health.recorded} of ${health.scheduled} requests recorded${health.partial ? " (partial)" : ""}`,
        );
        print(`outcomes: ${outcomeCounts(samples)}`);
        if (!silent) for (const failure of failures) print(`  ${exampleText(failure)}`);
        if (health.servesOneConnection === true) print(oneConnection);
        print(`lateness p99 ${health.latenessMs.p99.toFixed(3)} ms (n = ${health.recorded})`);
        print(`samples: ${out}`);
      }
      failWithoutSuccess(`load on ${withoutCredentials(url)}`, samples, failures);
      if (health.partial) throw new TestbedError("interrupted", "stopped; the samples so far are kept");
    } finally {
      progress.end();
      release();
    }
  },
};

const oneConnection =
  "note: the service serves one connection at a time; each request got a connection of its own from then on (--connection new does so from the start)";

/** By the service's file; or by options alone, where every 2xx is right unless --judge says more. */
async function whatIsAsked(
  given: string,
  options: Readonly<Record<string, unknown>>,
): Promise<{ readonly asked: Asked; readonly url: string }> {
  if (options.service === undefined) return { asked: await askedBy(options), url: given };
  refuseBesideService(options);
  const service = await loadService(String(options.service));
  const { asked } = await openAsked(service, options.payload as string | undefined);
  return { asked, url: atPath(given, service.spec.ask.path) };
}

function exampleText({ outcome, reason, body }: FailureExample): string {
  return `${outcome}: ${reason}${body === "" ? "" : `: ${body.replaceAll(/\s+/g, " ")}`}`;
}

async function importedSchedule(file: string, payloadCount: number): Promise<Schedule> {
  const schedule = await readSchedule(file);
  const beyond = schedule.payloads.find((payload) => payload >= payloadCount);
  if (beyond === undefined) return schedule;
  throw new TestbedError("badInput", `schedule ${file} was made for another payload`, {
    problems: [{ path: "--payload", expected: `more than ${beyond} texts`, got: String(payloadCount) }],
  });
}
