/** Options that several commands share, each with one wording and one parser. */
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import type { Service } from "../../infra/services/index.ts";
import type { GivenSettings } from "../../infra/workspace/settings-file.ts";
import type { StudyOverrides } from "../spec/study-file.ts";

export const jsonOption = { flags: "--json", description: "print JSON for machines" };

export const openOption = { flags: "--open", description: "open the report in the browser at the end" };

export const serviceOption = {
  flags: "--service <file>",
  description:
    "the measured service: a service file, or the name of a service of the testbed; default sentiment",
} as const;

export const overrideOptions = [
  serviceOption,
  { flags: "--target <name>", description: "where the variants run" },
  { flags: "--model <name>", description: "the served model" },
  { flags: "--baseline <name>", description: "the variant that all others are compared with" },
  { flags: "--variants <name,...>", description: "only these variants, beside the baseline" },
  { flags: "--scenarios <name,...>", description: "only these scenarios of the study" },
  { flags: "--blocks <n>", description: "number of blocks: trials of every variant under every scenario" },
  {
    flags: "--spare-blocks <n>",
    description:
      "further blocks, run only to replace blocks that a late generator or a noisy machine made invalid",
  },
  { flags: "--seconds <n>", description: "length of the load of each trial, in every scenario" },
  {
    flags: "--rate <n>",
    description: "requests per second in every scenario, instead of a share of the capacity",
  },
  {
    flags: "--rates-of <results>",
    description:
      "use the rates of that run, instead of shares of the capacity, so that both runs can be compared",
  },
  { flags: "--seed <n>", description: "seed of order, arrivals and payloads" },
] as const;

export const airgapOption = {
  flags: "--airgap",
  description:
    "use the testbed's stand-in if an official Pulumi plugin cannot be downloaded (TESTBED_AIRGAP=1)",
} as const;

/** The switch is the environment's: what is started from here sees it too. */
export function useAirgap(options: Readonly<Record<string, unknown>>): void {
  if (options.airgap === true) process.env.TESTBED_AIRGAP = "1";
}

/** Of commands that deploy variants outside a study. */
export const deployOptions = [
  serviceOption,
  { flags: "--target <name>", description: "where the variants run; default process" },
  { flags: "--model <name>", description: "the served model, if the service offers a choice" },
] as const;

/** What `deployOptions` say, and what is wrong with it. @throws TestbedError (badInput) where the service is not valid */
export async function deployChoice(options: Readonly<Record<string, unknown>>): Promise<{
  readonly service: Service;
  readonly target: string;
  /** Undefined for a service that has no choice of models. */
  readonly model: string | undefined;
  readonly problems: Problem[];
}> {
  // Here and not above: every command takes its options from this file, and few ask for all services and targets.
  const { defaultService, loadService } = await import("../../infra/services/index.ts");
  const { targetsOfKind } = await import("../../infra/services/definition/run.ts");
  const { knownNames } = await import("../spec/catalog.ts");
  const service = await loadService(String(options.service ?? defaultService));
  const [usual] = targetsOfKind[service.spec.run.kind];
  const { target = usual } = options as Record<string, string>;
  const model = options.model === undefined ? service.own?.defaultModel : String(options.model);
  return {
    service,
    target,
    model,
    problems: [
      ...nameProblems("--target", target, knownNames.targets),
      ...(model === undefined ? [] : modelProblems(service, model)),
    ],
  };
}

function modelProblems({ own }: Service, model: string): Problem[] {
  if (own !== undefined) return nameProblems("--model", model, Object.keys(own.models));
  return [{ path: "--model", expected: "to be left out: the service has no choice of models", got: model }];
}

/** @throws TestbedError listing every option that is not what it should be */
export async function studyOverrides(options: Readonly<Record<string, unknown>>): Promise<StudyOverrides> {
  if (options.ratesOf !== undefined && options.rate !== undefined) {
    throw new TestbedError("badInput", "the rate is given twice", {
      problems: [{ path: "--rate", expected: "left out beside --rates-of", got: String(options.rate) }],
    });
  }
  const rates =
    options.ratesOf === undefined
      ? {}
      : { rates: await (await import("../store/rates-of.ts")).ratesOf(String(options.ratesOf)) };
  return {
    ...rates,
    ...(options.service === undefined ? {} : { service: String(options.service) }),
    ...(options.target === undefined ? {} : { target: options.target as StudyOverrides["target"] & string }),
    ...(options.model === undefined ? {} : { model: String(options.model) }),
    ...(options.baseline === undefined ? {} : { baseline: String(options.baseline) }),
    ...(options.variants === undefined ? {} : { variants: listed(options.variants) }),
    ...(options.scenarios === undefined ? {} : { scenarios: listed(options.scenarios) }),
    ...numbers({ blocks: options.blocks, seed: options.seed, seconds: options.seconds, rate: options.rate }),
    ...(options.spareBlocks === undefined ? {} : { spareBlocks: spareBlocks(options.spareBlocks) }),
  };
}

/** @throws TestbedError named as it was typed */
function spareBlocks(given: unknown): number {
  return numbers({ "spare-blocks": given })["spare-blocks"]!;
}

function listed(names: unknown): string[] {
  return String(names)
    .split(",")
    .map((name) => name.trim());
}

/** Numeric options that were given, as numbers; every one that is not a number is a problem. */
export function numbers<K extends string>(given: Record<K, unknown>): Partial<Record<K, number>> {
  const problems: Problem[] = [];
  const result: Partial<Record<K, number>> = {};
  for (const [name, value] of Object.entries(given) as [K, unknown][]) {
    if (value === undefined) continue;
    const number = String(value).trim() === "" ? Number.NaN : Number(value);
    if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
      problems.push({ path: `--${name}`, expected: "a whole number below 2^53", got: String(value) });
    } else if (Number.isFinite(number)) result[name] = number;
    else problems.push({ path: `--${name}`, expected: "a number", got: String(value) });
  }
  if (problems.length > 0) throw new TestbedError("badInput", "an option is not a number", { problems });
  return result;
}

/** Settings of a target; see infra/workspace/settings-file.ts. */
export const settingsOptions = [
  { flags: "--nodes <n>", description: "for k3s-docker: number of K3s nodes; default 1" },
  { flags: "--context <name>", description: "for cluster: context of the kubeconfig" },
  { flags: "--registry <host/path>", description: "for cluster: registry for the images" },
  {
    flags: "--kubeconfig <file>",
    description: "for cluster: kubeconfig file; default KUBECONFIG, or the usual file",
  },
] as const;

/** Those that were given, with the names that the target knows them by. */
export function givenSettings(options: Readonly<Record<string, unknown>>): GivenSettings {
  const { nodes, context, registry, kubeconfig } = options;
  return { nodes, context, registry, kubeconfig };
}
