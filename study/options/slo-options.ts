/** Options of a capacity search: the SLO, the arrivals, the length of a probe. Shared by `capacity` and `tune`. */
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { defaultMostProbes, defaultTolerance } from "../capacity/capacity.ts";
import type { Slo } from "../capacity/capacity-probe.ts";
import { numbers } from "./options.ts";

export const sloOptions = [
  {
    flags: "--slo-p99-ms <ms>",
    description: "limit of the p99 response time; default 500",
  },
  {
    flags: "--cv <x,...>",
    description: "cv of the gaps (gamma arrivals; 1 is Poisson), one search for each; default 1",
  },
  {
    flags: "--seconds <n>",
    description: "length of a probe; default 10, longer at low rates and near overload",
  },
  { flags: "--most-seconds <n>", description: "longest probe; default 120" },
  {
    flags: "--tolerance <share>",
    description: `requested half-width of the interval; default ${defaultTolerance}`,
  },
  { flags: "--most-probes <n>", description: `most probes of a search; default ${defaultMostProbes}` },
  { flags: "--seed <n>", description: "seed of arrivals and payloads; default 1" },
] as const;

export interface SloQuestion {
  readonly slo: Slo;
  readonly cvs: readonly number[];
  readonly seconds: number;
  readonly mostSeconds: number;
  readonly tolerance: number;
  readonly mostProbes: number;
  readonly seed: number;
}

/** @throws TestbedError naming every option that is not what it should be */
export function sloQuestion(options: Readonly<Record<string, unknown>>): SloQuestion {
  const given = numbers({
    "slo-p99-ms": options.sloP99Ms,
    seconds: options.seconds,
    "most-seconds": options.mostSeconds,
    tolerance: options.tolerance,
    "most-probes": options.mostProbes,
    seed: options.seed,
  });
  const cvs = String(options.cv ?? "1")
    .split(",")
    .map(Number);
  const question = {
    slo: { quantile: 0.99, responseMs: given["slo-p99-ms"] ?? 500 },
    cvs,
    seconds: given.seconds ?? 10,
    mostSeconds: given["most-seconds"] ?? 120,
    tolerance: given.tolerance ?? defaultTolerance,
    mostProbes: given["most-probes"] ?? defaultMostProbes,
    seed: given.seed ?? 1,
  };
  const problems: Problem[] = [];
  const expect = (holds: boolean, path: string, expected: string, got: unknown) => {
    if (!holds) problems.push({ path, expected, got: String(got) });
  };
  expect(question.slo.responseMs > 0, "--slo-p99-ms", "more than 0 ms", question.slo.responseMs);
  expect(
    cvs.every((cv) => cv > 0 && cv <= 20),
    "--cv",
    "numbers from 0 to 20, such as 0.5,1,2",
    options.cv,
  );
  expect(question.seconds >= 1, "--seconds", "1 or more", question.seconds);
  expect(
    question.mostSeconds >= question.seconds,
    "--most-seconds",
    "no less than --seconds",
    question.mostSeconds,
  );
  expect(
    question.tolerance > 0 && question.tolerance < 1,
    "--tolerance",
    "between 0 and 1",
    question.tolerance,
  );
  expect(
    Number.isInteger(question.mostProbes) && question.mostProbes >= 4 && question.mostProbes <= 1000,
    "--most-probes",
    "a whole number from 4 to 1000",
    question.mostProbes,
  );
  expect(Number.isInteger(question.seed) && question.seed >= 0, "--seed", "a whole number", question.seed);
  if (problems.length > 0)
    throw new TestbedError("badInput", "what is asked about capacity is not valid", { problems });
  return question;
}
