import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { nameProblems, problemsOf } from "../../errors/problems.ts";
import { variantName } from "../../infra/services/definition/service.ts";
import { hasVariant, type Service, variantNames } from "../../infra/services/index.ts";
import { keptPath } from "../../infra/services/workspace-variants.ts";
import { deployChoice, deployOptions, jsonOption } from "../options/options.ts";
import { sloOptions, sloQuestion } from "../options/slo-options.ts";
import { defaultPayloadOf } from "../spec/asked.ts";
import { knownNamesOf, variantProblems } from "../spec/catalog.ts";
import { runName } from "../store/store.ts";
import { print, printJson, table } from "../terminal/print.ts";
import { terminalProgress } from "../terminal/progress.ts";
import { rank } from "../tune/tune.ts";
import {
  candidatesOf,
  defaultSpaceOf,
  spaceProblems,
  type TuneSpace,
  tuneSpace,
} from "../tune/tune-space.ts";
import {
  beginTuning,
  resumeTuning,
  type TuneFile,
  type Tuning,
  type TuningQuestion,
} from "../tune/tuning.ts";
import { runTuning } from "../tune/tuning-run.ts";
import type { CommandSpec } from "./command.ts";

/** Of a service that has one of that name. */
const usualBase = "optimized";

export const tuneCommand: CommandSpec = {
  arguments: [
    {
      name: "[variant]",
      description: "variant to start from; default optimized, or the first variant of your service",
    },
  ],
  options: [
    {
      flags: "--space <json>",
      description:
        "values to try for each setting, as JSON or a file; default: those in the service's settings (tune), else every short list",
    },
    { flags: "--name <name>", description: "name of the winning variant; default tuned" },
    ...sloOptions.filter(({ flags }) => !flags.startsWith("--most-probes")),
    ...deployOptions,
    { flags: "--payload <name>", description: "the texts in the requests" },
    {
      flags: "--resume [looks]",
      description: "continue a stopped search (default: the newest) without repeating finished measurements",
    },
    jsonOption,
  ],
  async run([base], options) {
    const tuning =
      options.resume === undefined
        ? await beginTuning(await asked(base, options), runName(new Date()))
        : await resumed(base, options);
    const { content, file, variant } = await runTuning(tuning, terminalProgress());
    if (options.json === true) printJson(content);
    else {
      const { name } = content.question;
      print(
        `${tuneText(content)}\n${file}\n${variant}: npx testbed study, capacity and quality know it as ${name}`,
      );
    }
  },
};

/** What was asked is in the file; whatever else is given here would be passed over in silence. */
function resumed(base: string | undefined, options: Readonly<Record<string, unknown>>): Promise<Tuning> {
  const { resume, json: _, ...others } = options;
  const problems = [
    ...(base === undefined ? [] : [{ path: "variant", expected: "left out", got: base }]),
    ...Object.entries(others).map(([name, value]) => ({
      path: `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      expected: "left out",
      got: String(value),
    })),
  ];
  if (problems.length > 0) {
    throw new TestbedError("badInput", "--resume continues the search as it was started", { problems });
  }
  return resumeTuning(typeof resume === "string" ? resume : undefined);
}

async function asked(given: string | undefined, options: Readonly<Record<string, unknown>>) {
  const { service, target, model, problems } = await deployChoice(options);
  const base = given ?? (hasVariant(service, usualBase) ? usualBase : variantNames(service)[0]!);
  const { name = "tuned", payload = defaultPayloadOf(service) } = options as Record<string, string>;
  const { slo, cvs, seconds, mostSeconds, tolerance, seed } = sloQuestion(options);
  const space = await spaceOf(service, options.space);
  checkNames(service, { base, name, payload, target, cvs: cvs.length }, problems);
  if (Object.keys(space).length === 0) {
    throw new TestbedError("badInput", `${service.spec.name} has no settings to search`, {
      problems: [
        {
          path: "--space",
          expected: "values of a setting, here or as `tune` in the service's file",
          got: "none",
        },
      ],
    });
  }
  const candidates = candidatesOf(service, base, space, availableParallelism());
  if (candidates.length === 0) {
    throw new TestbedError("badInput", "no variant of the space fits this machine", {
      problems: [
        { path: "--space", expected: `at most ${availableParallelism()} inference threads`, got: "more" },
      ],
    });
  }
  const question: TuningQuestion = {
    ...{ base, target, name, payload, space, seconds, mostSeconds, tolerance, seed },
    ...(service.file === undefined ? {} : { service: relative(process.cwd(), service.file) }),
    ...(model === undefined ? {} : { model }),
    slo: { quantile: slo.quantile, responseMs: slo.responseMs },
    cv: cvs[0]!,
  };
  return { question, candidates };
}

async function spaceOf(service: Service, given: unknown): Promise<TuneSpace> {
  if (given === undefined) return defaultSpaceOf(service);
  const text = existsSync(String(given)) ? await readFile(String(given), "utf8") : String(given);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new TestbedError("badInput", "--space is not JSON", {
      cause,
      problems: [{ path: "--space", expected: '{"workers":[1,2]}, or a file', got: text.slice(0, 80) }],
    });
  }
  const parsed = tuneSpace.safeParse(content);
  const problems = parsed.success ? spaceProblems(service, parsed.data) : problemsOf(parsed.error, content);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new TestbedError("badInput", "--space is not valid", { problems });
}

function checkNames(
  service: Service,
  given: {
    readonly target: string;
    readonly base: string;
    readonly name: string;
    readonly payload: string;
    readonly cvs: number;
  },
  misplaced: readonly Problem[],
): void {
  const { base, name, payload, target, cvs } = given;
  const known = knownNamesOf(service);
  const problems: Problem[] = [
    ...variantProblems("variant", base, known),
    ...misplaced,
    ...known.misplaced("variant", target, base),
    ...nameProblems("--payload", payload, known.payloads),
  ];
  const isTaken = hasVariant(service, name) && !existsSync(keptPath(service.spec.name, name));
  if (!variantName.safeParse(name).success || isTaken) {
    problems.push({ path: "--name", expected: "a name that no other variant has", got: name });
  }
  if (cvs !== 1) problems.push({ path: "--cv", expected: "one", got: `${cvs}` });
  if (problems.length > 0)
    throw new TestbedError("badInput", "the tuning request is not valid", { problems });
}

function tuneText({ looks, winner, tied }: TuneFile): string {
  const figure = (value: number) => String(Number(value.toPrecision(3)));
  const settingsOf = (name: string) => looks.find(({ candidate }) => candidate === name)!.settings;
  return [
    table([
      ["round", "settings", "capacity/s", "95 % interval", "probes"],
      ...looks.map(({ round, settings, capacity }) => [
        String(round + 1),
        settings,
        capacity.estimate === null ? capacity.place : figure(rank(capacity)),
        capacity.estimate === null
          ? "-"
          : `${figure(capacity.estimate.low)} to ${figure(capacity.estimate.high)}`,
        String(capacity.probes.length),
      ]),
    ]),
    `winner: ${winner.choice.description ?? winner.candidate}`,
    ...tied.map((name) => `not distinguishable from the winner (inside its interval): ${settingsOf(name)}`),
  ].join("\n");
}
