import { type Problem, TestbedError } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import { checkOutput } from "../../files/whole-file.ts";
import { arrivalOf } from "../../workloads/arrivals/index.ts";
import type { Sample } from "../../workloads/samples/sample.ts";
import { readSamples } from "../../workloads/samples/samples-file.ts";
import { type Audit, audit, sendResolutionMs } from "../../workloads/schedule/audit.ts";
import type { Schedule } from "../../workloads/schedule/schedule.ts";
import { readSchedule, writeSchedule } from "../../workloads/schedule/schedule-file.ts";
import { tracesIn } from "../../workloads/spec/study-traces.ts";
import { arrivalOptions, payloadNamed, refuseBeside, scheduleOf } from "../options/arrival-options.ts";
import { jsonOption } from "../options/options.ts";
import { print, printJson, table } from "../terminal/print.ts";
import type { CommandSpec } from "./command.ts";

type Options = Readonly<Record<string, unknown>>;

const actions = {
  async export(file: string, options: Options) {
    await checkOutput(file, "file");
    const set = await payloadNamed(options.payload).load();
    const schedule = scheduleOf(options, set.texts.length);
    await writeSchedule(file, schedule);
    show(schedule, options, { file });
  },
  async import(file: string, options: Options) {
    refuseBeside(file, options);
    const schedule = await readSchedule(file);
    show(schedule, options, { file, load: `testbed load <url> --schedule ${file}` });
  },
  async audit(file: string, options: Options) {
    refuseBeside(file, options);
    const schedule = await readSchedule(file);
    const audits: Record<string, Audit> = { schedule: audit(schedule) };
    if (options.samples !== undefined) {
      const samples = await readSamples(String(options.samples));
      checkSameSchedule(file, schedule, samples);
      const offsetsMs = Float64Array.from(samples, ({ sentMs }) => sentMs)
        .filter((at) => !Number.isNaN(at))
        .sort();
      audits.sends = audit({
        ...schedule,
        offsetsMs,
        resolutionMs: sendResolutionMs(schedule.ratePerSecond),
      });
    }
    if (options.json === true) printJson(audits);
    else for (const [of, result] of Object.entries(audits)) print(auditText(of, result));
    failWhere(audits);
  },
};

export const scheduleCommand: CommandSpec = {
  arguments: [
    { name: "<action>", description: Object.keys(actions).join(", ") },
    { name: "[file]", description: "the schedule file; default schedule.json" },
  ],
  options: [
    ...arrivalOptions,
    { flags: "--samples <file>", description: "also audit the actual sends of these samples" },
    jsonOption,
  ],
  async run([action = "", file = "schedule.json"], options) {
    if (!Object.hasOwn(actions, action)) {
      throw new TestbedError("badInput", "there is no such action on a schedule", {
        problems: nameProblems("action", action, Object.keys(actions)),
      });
    }
    await actions[action as keyof typeof actions](file, options);
  },
};

/** Those of a run that was stopped are fewer; each must still be a request of the schedule. @throws TestbedError (badInput) */
function checkSameSchedule(
  file: string,
  { offsetsMs, payloads, digest }: Schedule,
  samples: readonly Sample[],
): void {
  const halfNanosecondMs = 0.5e-6;
  const foreign = samples.filter(
    ({ seq, scheduledMs, payload }) =>
      !(Math.abs(scheduledMs - offsetsMs[seq]!) < halfNanosecondMs) || payload !== payloads[seq],
  );
  if (foreign.length === 0) return;
  throw new TestbedError("badInput", `the samples were not sent by ${file}`, {
    problems: [
      {
        path: "--samples",
        expected: `requests of the schedule ${digest}`,
        got: `${foreign.length} of ${samples.length} that are not in it`,
      },
    ],
    hint: "`testbed load` prints the digest of the schedule that it sent.",
  });
}

function show(schedule: Schedule, options: Options, facts: Readonly<Record<string, string>>): void {
  const { arrival, ratePerSecond, durationSeconds, seed, digest, offsetsMs } = schedule;
  const law = arrivalOf(arrival).describe(arrival);
  const summary = { ...facts, law, ratePerSecond, durationSeconds, seed, requests: offsetsMs.length, digest };
  if (options.json === true) printJson(summary);
  else {
    for (const line of tracesIn({ scenarios: [schedule] })) print(line);
    print(table(Object.entries(summary).map(([name, value]) => [name, String(value)])));
  }
}

function auditText(of: string, { sentence, statistics }: Audit): string {
  const figure = (value: number) => String(Number(value.toPrecision(4)));
  return [
    `${of}: ${sentence}`,
    table([
      ["statistic", "observed", "expected", "95 % from", "to", "z"],
      ...statistics.map(({ name, observed, expected, low, high, z }) => [
        name,
        ...[observed, expected, low, high].map(figure),
        z.toFixed(1),
      ]),
    ]),
    "",
  ].join("\n");
}

function failWhere(audits: Readonly<Record<string, Audit>>): void {
  const problems: Problem[] = Object.entries(audits)
    .filter(([, { passed }]) => !passed)
    .map(([path, { sentence, alpha }]) => ({ path, expected: `p above ${alpha}`, got: sentence }));
  if (problems.length === 0) return;
  throw new TestbedError("invalidResults", "the instants do not follow the law", {
    problems,
    hint: "One correct schedule in a hundred is refused by chance: try another seed.",
  });
}
