/** Options for the arrivals and payloads of a command, shared by `load` and `schedule`. */
import { checked } from "../../errors/checked.ts";
import { TestbedError } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import { parseJson } from "../../files/json-text.ts";
import { type ArrivalSpec, arrivalSpec, arrivals } from "../../workloads/arrivals/index.ts";
import { payloads } from "../../workloads/payloads/index.ts";
import { materialise, type Schedule } from "../../workloads/schedule/schedule.ts";
import { withDigest } from "../../workloads/spec/study-traces.ts";
import { units } from "../../workloads/traces/forms.ts";
import { numbers } from "./options.ts";

export const arrivalOptions = [
  {
    flags: "--arrival <kind>",
    description: `arrival process: ${Object.keys(arrivals).join(", ")}, or a complete one as JSON; default exponential`,
  },
  { flags: "--cv <x>", description: "coefficient of variation, for gamma and lognormal" },
  { flags: "--shape <k>", description: "shape, for gamma and Weibull" },
  { flags: "--file <trace>", description: "for trace: file of recorded instants, CSV or JSON lines" },
  { flags: "--column <name>", description: "for trace: heading or number of the column with the instants" },
  { flags: "--unit <unit>", description: "for trace: unit of its numbers", choices: Object.keys(units) },
  { flags: "--rate <per second>", description: "mean arrivals per second; default 10" },
  { flags: "--seconds <n>", description: "length of the schedule; default 10" },
  { flags: "--seed <n>", description: "seed of arrivals and payloads; default 1" },
  { flags: "--payload <name>", description: `one of ${Object.keys(payloads).join(", ")}` },
] as const;

/** Options that a schedule has settled: beside one they would be passed over without a word. @throws TestbedError */
export function refuseBeside(schedule: string, options: Readonly<Record<string, unknown>>): void {
  const settled = arrivalOptions
    .map(({ flags }) => /^--([a-z]+)/.exec(flags)![1]!)
    .filter((name) => name !== "payload");
  const given = settled.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  throw new TestbedError("badInput", `${schedule} has its law, length and seed already`, {
    problems: given.map((name) => ({
      path: `--${name}`,
      expected: `not beside ${schedule}`,
      got: String(options[name]),
    })),
    hint: "Leave them out, or export another schedule with them.",
  });
}

/** @throws TestbedError naming every option that is not what it should be */
export function scheduleOf(options: Readonly<Record<string, unknown>>, payloadCount: number): Schedule {
  const given = numbers({
    cv: options.cv,
    shape: options.shape,
    rate: options.rate,
    seconds: options.seconds,
    seed: options.seed,
  });
  const { rate = 10, seconds = 10, seed = 1, cv, shape } = given;
  return materialise({
    arrival: arrivalFrom(String(options.arrival ?? "exponential"), {
      ...(cv === undefined ? {} : { cv }),
      ...(shape === undefined ? {} : { shape }),
      ...(options.file === undefined ? {} : { file: String(options.file) }),
      ...(options.column === undefined ? {} : { column: columnOf(String(options.column)) }),
      ...(options.unit === undefined ? {} : { unit: String(options.unit) }),
    }),
    ratePerSecond: rate,
    durationSeconds: seconds,
    seed,
    payloadCount,
  });
}

/** Keys of a law that have an option of their own. */
const optionKeys = ["cv", "shape", "file", "column", "unit"];

function optionOf(key: string): string {
  if (key === "kind") return "--arrival";
  return optionKeys.includes(key) ? `--${key}` : `--arrival: ${key}`;
}

function columnOf(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

const payloadNames = Object.keys(payloads) as (keyof typeof payloads)[];
export const defaultPayload = payloadNames[0]!;

export function payloadNamed(name: unknown = defaultPayload) {
  const found = payloadNames.find((known) => known === name);
  if (found === undefined) {
    throw new TestbedError("badInput", "there is no such payload", {
      problems: nameProblems("--payload", String(name), payloadNames),
    });
  }
  return payloads[found];
}

function arrivalFrom(kindOrJson: string, parameters: object): ArrivalSpec {
  const input = kindOrJson.startsWith("{")
    ? { ...jsonOf(kindOrJson), ...parameters }
    : { kind: kindOrJson, ...parameters };
  const spec = checked(arrivalSpec, input, {
    message: "the arrival process is not valid",
    path: optionOf,
    hint: "`testbed list` shows every arrival process and its law.",
  });
  return withDigest(spec);
}

function jsonOf(text: string): object {
  try {
    return parseJson(text) as object;
  } catch (cause) {
    throw new TestbedError("badInput", "--arrival is not JSON", {
      cause,
      problems: [
        { path: "--arrival", expected: 'JSON such as {"kind":"gamma","cv":2}', got: text.slice(0, 80) },
      ],
    });
  }
}
