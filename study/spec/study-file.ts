/**
 * From a study's name or path to a checked study. Every problem is reported at once, before anything is provisioned:
 * those of the schema, and names that no catalog has.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { z } from "zod";
import { planFile } from "../../analysis/schema/results-folder.ts";
import { messageOf, type Problem, TestbedError } from "../../errors/errors.ts";
import { nameProblems, problemsOf } from "../../errors/problems.ts";
import { parseJson } from "../../files/json-text.ts";
import { targetsOfKind } from "../../infra/services/definition/run.ts";
import {
  defaultService,
  loadService,
  type Service,
  type Settings,
  withChoices,
} from "../../infra/services/index.ts";
import { defaultExport } from "../../infra/workspace/user-module.ts";
import { arrivalOf } from "../../workloads/arrivals/index.ts";
import { scheduleProblems } from "../../workloads/schedule/schedule.ts";
import {
  rateOf,
  type ScenarioSpec,
  type StudyFile,
  type StudyInput,
  type StudySpec,
  studyFor,
  studySpec,
} from "../../workloads/spec/spec.ts";
import { withTraces } from "../../workloads/spec/study-traces.ts";
import { studies } from "../../workloads/studies/index.ts";
import type { KnownRates } from "../store/rates-of.ts";
import { knownNamesOf, variantProblems } from "./catalog.ts";
import { disruptionProblems } from "./disruption-problems.ts";
import { objectiveProblems, withObjectivesLeft } from "./objective-problems.ts";
import { saturationProblems } from "./saturation-problems.ts";
import { onlyScenarios } from "./scenario-filter.ts";

const fileHint =
  "A study file is TypeScript with a default export, or JSON; the plan.json of a run is one too.";

/** The names in the catalogs, passed in so that this file does not import the catalogs. */
export interface KnownNames {
  readonly variants: readonly string[];
  /** Of a name that is no variant: what is wrong with the file that this workspace has of it. */
  damaged?(variant: string): readonly Problem[];
  readonly targets: readonly string[];
  readonly models: readonly string[];
  readonly payloads: readonly string[];
  /** What keeps a variant from running on a target; none where either is unknown. */
  misplaced(path: string, target: string, variant: string): readonly Problem[];
  /** Requests that a variant can work on at once, all its copies together; undefined where it is unknown. */
  requestsAtOnce(variant: string): number | undefined;
  /** The service's server has child processes that serve; left out is yes. */
  readonly hasWorkers?: boolean;
  /** Its answers can tell their stages; left out is yes. */
  readonly tellsStages?: boolean;
  readonly disruptions: Readonly<Record<string, KnownDisruption>>;
}

export interface KnownDisruption {
  /** Those that it is declared for. */
  readonly targets: readonly string[];
  readonly settings: z.ZodType;
  /** Nodes that the target must have. */
  readonly leastNodes: number;
  /** The service's server must have child processes that serve; left out is no. */
  readonly needsWorkers?: boolean;
  /** @param settings that fit the schema */
  lastsSeconds(settings: unknown): number;
}

/** What the command line may set over the file. */
export type StudyOverrides = Partial<
  Pick<StudySpec, "target" | "model" | "baseline" | "variants" | "blocks" | "spareBlocks" | "seed">
> & {
  /** A service file, relative to the current folder, or the name of a built-in service. */
  readonly service?: string;
  /** The only ones to run. */
  readonly scenarios?: readonly string[];
  /** Of every scenario. */
  readonly seconds?: number;
  /** Requests per second of every scenario, in place of its own rate. */
  readonly rate?: number;
  /** Requests per second by scenario, in place of a share of the capacity: see rates-of.ts. */
  readonly rates?: KnownRates;
};

export interface LoadedStudy {
  readonly study: StudySpec;
  /** What it measures, with the study's own choices among its variants. */
  readonly service: Service;
}

export async function loadStudy(
  nameOrPath: string,
  { scenarios, seconds, rate, rates, service: givenService, ...overrides }: StudyOverrides = {},
): Promise<LoadedStudy> {
  const { content, folder } = await readStudy(nameOrPath);
  const differences = perTargetProblems(content, studySpec.shape.target.unwrap().options);
  if (differences.length > 0) throw notValid(nameOrPath, differences);
  const written = content as Partial<StudyFile>;
  const [named, from] =
    givenService === undefined ? [written.service ?? defaultService, folder] : [givenService, process.cwd()];
  const plain = await loadService(typeof named === "string" ? named : defaultService, from);
  const whole = studyFor({ ...defaultsOf(plain), ...written, ...serviceKey(plain) }, overrides.target);
  const { input: chosen, choices } = withInlineVariants({ ...whole, ...overrides });
  const service = withChoices(plain, choices, "choices");
  const isNarrowed = [scenarios, overrides.variants, overrides.baseline].some((given) => given !== undefined);
  const few = scenarios === undefined ? chosen : narrowed(chosen, scenarios);
  const narrow = isNarrowed ? withObjectivesLeft(few) : few;
  const every = {
    ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    ...(rate === undefined ? {} : { rate: { perSecond: rate } }),
  };
  const driven = rates === undefined ? narrow : withRates(narrow, rates, nameOrPath);
  const study = checkStudy(
    { ...withEvery(driven, every), ...(Object.keys(choices).length === 0 ? {} : { choices }) },
    knownNamesOf(service),
    nameOrPath,
    dirname(resolve(nameOrPath)),
  );
  return { study, service };
}

/**
 * Of a run that is planned already: its service as it is now.
 * @throws TestbedError (badInput) where its file is gone or not valid
 */
export async function serviceOfPlan({ service = defaultService, choices = {} }: StudySpec): Promise<Service> {
  return withChoices(await loadService(service), choices, "choices");
}

/** What a study of this service need not say. */
function defaultsOf({ own, spec }: Service): Partial<StudyInput> {
  const [target] = targetsOfKind[spec.run.kind];
  return { target, ...(own === undefined ? {} : { model: own.defaultModel }) };
}

/** As a plan keeps it: relative to the folder in which the command is run; left out where it is the usual one. */
function serviceKey({ file, spec }: Service): { readonly service: string | undefined } {
  if (file === undefined) return { service: spec.name === defaultService ? undefined : spec.name };
  return { service: relative(process.cwd(), file) };
}

/**
 * Variants that are written as their settings, by name: `{ workers: 4 }` is `workers-4`.
 * @throws TestbedError (badInput) where two would have one name
 */
function withInlineVariants(input: object): {
  readonly input: object;
  readonly choices: Readonly<Record<string, Settings>>;
} {
  const { baseline, variants, choices: written } = input as Partial<StudyFile>;
  const choices: Record<string, Settings> = { ...written };
  const problems: Problem[] = [];
  const named = (given: unknown, path: string): unknown => {
    if (given === null || typeof given !== "object" || Array.isArray(given)) return given;
    const { name, ...settings } = given as { name?: string } & Settings;
    const chosen = name ?? nameOf(settings);
    if (Object.hasOwn(choices, chosen) && JSON.stringify(choices[chosen]) !== JSON.stringify(settings)) {
      problems.push({ path, expected: `a name that no other choice has (name: "...")`, got: chosen });
    }
    choices[chosen] = settings;
    return chosen;
  };
  const result = {
    ...input,
    ...(baseline === undefined ? {} : { baseline: named(baseline, "baseline") }),
    ...(Array.isArray(variants)
      ? { variants: variants.map((one: unknown, index) => named(one, `variants[${index}]`)) }
      : {}),
  };
  if (problems.length > 0) throw new TestbedError("badInput", "two choices have the same name", { problems });
  return { input: result, choices };
}

/** `workers-4-mode-fast`: a name as the schema wants it. */
function nameOf(settings: Settings): string {
  const text = Object.entries(settings)
    .map(([name, value]) => `${name}-${String(value)}`)
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  if (text === "") return "defaults";
  const hash = createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 6);
  return text.length <= 41 ? text : `${text.slice(0, 34)}-${hash}`;
}

/**
 * @param folder that the study or plan lies in, where its traces may be
 * @returns the study with the digests of its traces, which are read by then
 */
export function checkStudy(input: unknown, known: KnownNames, name: string, folder?: string): StudySpec {
  const parsed = studySpec.safeParse(input);
  if (!parsed.success) throw notValid(name, problemsOf(parsed.error, input));
  const traces = withTraces(parsed.data.scenarios, folder);
  const study = { ...parsed.data, scenarios: traces.scenarios };
  const problems = [
    ...namingProblems(study, known),
    ...scenarioProblems(study),
    ...traces.problems,
    ...saturationProblems(study, known.requestsAtOnce),
    ...disruptionProblems(study, known.disruptions, known.hasWorkers),
    ...objectiveProblems(study),
  ];
  if (problems.length > 0) throw notValid(name, problems);
  return study;
}

function notValid(name: string, problems: readonly Problem[]): TestbedError {
  return new TestbedError("badInput", `study ${name} is not valid`, {
    problems,
    hint: "docs/studies.md describes every key; `testbed list` shows the names that exist.",
  });
}

/** What differs on a target that is not asked for now is looked at too. */
function perTargetProblems(file: object, targets: readonly string[]): Problem[] {
  if (!("perTarget" in file) || file.perTarget === undefined) return [];
  const isObject = (value: unknown): value is object =>
    value !== null && typeof value === "object" && !Array.isArray(value);
  const { perTarget } = file;
  const problem = (path: string, expected: string, got: unknown) => ({ path, expected, got: String(got) });
  if (!isObject(perTarget))
    return [problem("perTarget", "an object with a target's differences by its name", perTarget)];
  return Object.entries(perTarget).flatMap(([target, study]) => {
    const path = `perTarget.${target}`;
    if (!targets.includes(target)) return nameProblems(path, target, targets);
    if (!isObject(study)) return [problem(path, "an object with keys of a study", study)];
    return Object.keys(study)
      .filter((key) => !Object.hasOwn(studySpec.shape, key))
      .map((key) => problem(`${path}.${key}`, "a key of a study", key));
  });
}

function narrowed(input: object, names: readonly string[]): object {
  return { ...input, scenarios: onlyScenarios((input as { scenarios?: unknown }).scenarios, names) };
}

/** @throws TestbedError (badInput) where a scenario's rate is a share and the earlier run did not drive it */
function withRates(input: object, rates: KnownRates, study: string): object {
  const { scenarios } = input as { scenarios?: unknown };
  if (!Array.isArray(scenarios)) return input;
  const problems: Problem[] = [];
  const driven = (scenarios as Partial<ScenarioSpec>[]).map((one) => {
    if (one.rate === undefined || !("utilisation" in one.rate)) return one;
    const perSecond = rates[one.name ?? ""];
    if (perSecond !== undefined) return { ...one, rate: { perSecond } };
    problems.push({ path: "--rates-of", expected: `a run with the scenario ${one.name}`, got: "none" });
    return one;
  });
  if (problems.length > 0)
    throw new TestbedError("badInput", `the run of --rates-of has no rates for some scenarios of ${study}`, {
      problems,
    });
  return { ...input, scenarios: driven };
}

/** Whatever is no list of scenarios is left for the schema to name. */
function withEvery(input: object, settings: Partial<ScenarioSpec>): object {
  const { scenarios } = input as { scenarios?: unknown };
  if (!Array.isArray(scenarios)) return input;
  return { ...input, scenarios: scenarios.map((one) => ({ ...one, ...settings })) };
}

/** @returns what it says, and the folder to which its paths are relative: that of a study's file, and for a run's plan the current one */
async function readStudy(nameOrPath: string): Promise<{ readonly content: object; readonly folder: string }> {
  const here = process.cwd();
  if (Object.hasOwn(studies, nameOrPath)) {
    return { content: studies[nameOrPath as keyof typeof studies], folder: here };
  }
  const path = resolve(nameOrPath);
  if (!existsSync(path)) {
    throw new TestbedError("badInput", `there is no study called ${nameOrPath}`, {
      problems: [
        { path: "study", expected: `one of ${Object.keys(studies).join(", ")}, or a file`, got: nameOrPath },
      ],
      hint: fileHint,
    });
  }
  try {
    if (!path.endsWith(".json")) {
      return { content: objectOf(await defaultExport(nameOrPath, "study")), folder: dirname(path) };
    }
    const file: unknown = parseJson(await readFile(path, "utf8"));
    const planned = studyOf(file);
    return { content: objectOf(planned ?? file), folder: planned === undefined ? dirname(path) : here };
  } catch (cause) {
    if (cause instanceof TestbedError) throw cause;
    throw new TestbedError("badInput", `study file ${nameOrPath} cannot be loaded: ${firstLine(cause)}`, {
      cause,
      hint: fileHint,
    });
  }
}

function objectOf(value: unknown): object {
  if (value !== null && typeof value === "object") return value;
  throw new Error(`its default export is ${value === null ? "null" : `a ${typeof value}`}, not a study`);
}

/** A run's plan contains its study with all flags: any user of the plan can repeat the run. */
function studyOf(file: unknown): StudySpec | undefined {
  return planFile.safeParse(file).data?.study;
}

function namingProblems(study: StudySpec, known: KnownNames): Problem[] {
  const problems: Problem[] = [];
  const expectName = (path: string, name: string, among: readonly string[]) => {
    problems.push(...nameProblems(path, name, among));
  };
  const expectDistinct = (path: string, names: readonly string[]) => {
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        problems.push({ path: `${path}[${index}]`, expected: "each name once", got: name });
    });
  };
  expectName("target", study.target, known.targets);
  if (study.model !== undefined) {
    if (known.models.length > 0) expectName("model", study.model, known.models);
    else
      problems.push({
        path: "model",
        expected: "no such key: the service has no choice of models",
        got: study.model,
      });
  }
  if (study.stages === true && known.tellsStages === false) {
    problems.push({ path: "stages", expected: "false: the service declares no setting for it", got: "true" });
  }
  problems.push(...variantProblems("baseline", study.baseline, known));
  problems.push(...known.misplaced("baseline", study.target, study.baseline));
  study.variants.forEach((variant, index) => {
    problems.push(...variantProblems(`variants[${index}]`, variant, known));
    problems.push(...known.misplaced(`variants[${index}]`, study.target, variant));
  });
  study.scenarios.forEach((scenario, index) => {
    expectName(`scenarios[${index}].payload`, scenario.payload, known.payloads);
    if (scenario.twinOf !== undefined) {
      const others = study.scenarios.map(({ name }) => name).filter((name) => name !== scenario.name);
      expectName(`scenarios[${index}].twinOf`, scenario.twinOf, others);
      const further = study.scenarios.find(
        ({ name }) => others.includes(name) && name === scenario.twinOf,
      )?.twinOf;
      if (further !== undefined) {
        problems.push({
          path: `scenarios[${index}].twinOf`,
          expected: "a scenario that has no twinOf itself, since its seed is shared",
          got: `${scenario.twinOf}, whose twinOf is ${further}`,
        });
      }
    }
  });
  expectDistinct("variants", study.variants);
  expectDistinct(
    "scenarios",
    study.scenarios.map(({ name }) => name),
  );
  if (study.variants.includes(study.baseline)) {
    problems.push({ path: "variants", expected: "treatments only", got: `the baseline ${study.baseline}` });
  }
  return problems;
}

/**
 * What keeps scenarios from becoming schedules: an impossible duration for the cv, a trace that cannot be read.
 * @param capacityPerSecond undefined before it is measured: rates that are a share of it are then not judged
 */
export function scenarioProblems(study: StudySpec, capacityPerSecond?: number): Problem[] {
  return study.scenarios.flatMap(({ arrival, rate, durationSeconds }, index) => {
    // What keeps a trace from being read was told where it was looked for.
    if (arrival.kind === "trace" && arrival.digest === undefined) return [];
    const ratePerSecond = rateOf(rate, capacityPerSecond);
    const problems =
      ratePerSecond === undefined
        ? (arrivalOf(arrival).check?.(arrival) ?? [])
        : scheduleProblems({ arrival, ratePerSecond, durationSeconds, payloadCount: 1 });
    return problems.map((problem) => ({ ...problem, path: `scenarios[${index}]: ${problem.path}` }));
  });
}

function firstLine(error: unknown): string {
  return messageOf(error).split("\n")[0] ?? "";
}
