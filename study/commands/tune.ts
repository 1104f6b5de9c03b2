import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { sha256 } from "../../analysis/canonical.ts";
import { schemaVersion } from "../../analysis/folder.ts";
import { type Problem, TestbedError } from "../../errors.ts";
import {
  isVariant,
  type LocalFile,
  localFolder,
  type Variant,
  variantSpec,
  variants,
} from "../../infra/variants/index.ts";
import { nameProblems, problemsOf } from "../../problems.ts";
import type { CommandSpec } from "../cli.ts";
import { knownNames } from "../known-names.ts";
import { deployed, onTarget } from "../on-target.ts";
import { print, printJson, table } from "../print.ts";
import { terminalProgress } from "../progress.ts";
import { provenance, provenanceOf } from "../provenance.ts";
import { measureCapacity, serviceCapacity } from "../service-capacity.ts";
import { resultsRoot, runName, writeWhole } from "../store.ts";
import { rank, tune } from "../tune.ts";
import { type Candidate, candidatesOf, defaultSpace, type TuneSpace, tuneSpace } from "../tune-space.ts";
import { payloadNamed } from "./arrival-options.ts";
import { deployOptions, jsonOption } from "./options.ts";
import { sloOptions, sloQuestion } from "./slo-options.ts";

/** Probes of each look: half of the field goes on to the next. */
const rounds = [4, 8, 16];

const tuneFile = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  base: z.string(),
  space: tuneSpace,
  rounds: z.array(z.int()),
  looks: z.array(
    z.strictObject({
      round: z.int(),
      candidate: z.string(),
      settings: z.string(),
      capacity: serviceCapacity,
    }),
  ),
  winner: z.strictObject({ candidate: z.string(), variant: variantSpec }),
  /** Of the last round, within the winner's interval: as good, for all that is known. */
  tied: z.array(z.string()),
  provenance,
});
type TuneFile = z.infer<typeof tuneFile>;

export const tuneCommand: CommandSpec = {
  summary:
    "search a declared space of settings for the highest rate under an SLO; writes the winner as a variant",
  arguments: [{ name: "[variant]", description: "what is changed; default optimized" }],
  options: [
    {
      flags: "--space <json>",
      description:
        "values to try by setting, as JSON or a file; default: workers, streams, maxSize, lengthBuckets",
    },
    { flags: "--name <name>", description: "of the winner; default tuned" },
    ...sloOptions.filter(({ flags }) => !flags.startsWith("--most-probes")),
    ...deployOptions,
    { flags: "--payload <name>", description: "what the requests carry" },
    jsonOption,
  ],
  async run([base = "optimized"], options) {
    const { target = "process", model = "roberta-base", name = "tuned" } = options as Record<string, string>;
    const question = sloQuestion(options);
    const space = await spaceOf(options.space);
    checkNames({ base, target, model, name, cvs: question.cvs.length });
    const candidates = candidatesOf(variants[base as keyof typeof variants], space, availableParallelism());
    if (candidates.length === 0) {
      throw new TestbedError("badInput", "the space holds no variant that fits this machine", {
        problems: [
          { path: "--space", expected: `at most ${availableParallelism()} inference threads`, got: "more" },
        ],
      });
    }
    const payload = await payloadNamed(options.payload).load();
    const bodies = payload.bodies();
    const progress = terminalProgress();
    const started = new Date();
    progress.say(`${candidates.length} candidates, ${rounds.length} rounds`);
    await Promise.all(candidates.map(writeCandidate));
    try {
      const found = await onTarget({ target, model, variants: [base] }, progress, async (context) => {
        const tuned = await tune({
          candidates: candidates.map((candidate) => candidate.name),
          rounds,
          async look(candidate, mostProbes, round) {
            const capacity = await deployed(context, candidate, ({ url }) =>
              measureCapacity({
                ...question,
                url,
                bodies,
                cv: question.cvs[0]!,
                mostProbes,
                seed: question.seed + 10_000 * round,
                timeoutMs: Math.max(5_000, 4 * question.slo.responseMs),
                signal: context.signal,
                progress: progress.live,
              }),
            );
            progress.say(`round ${round + 1}, ${settingsOf(candidates, candidate)}: ${capacity.sentence}`);
            return capacity;
          },
        });
        return { tuned, provenance: await provenanceOf(target, context) };
      });
      if (found.tuned === undefined) {
        throw new TestbedError("runFailed", "no candidate holds the SLO at any rate", {
          hint: "A wider limit (--slo-p99-ms), or another space.",
        });
      }
      const { looks, winner, tied } = found.tuned;
      const file = tuneFile.parse({
        schemaVersion,
        base,
        space,
        rounds,
        looks: looks.map((look) => ({ ...look, settings: settingsOf(candidates, look.candidate) })),
        winner: { candidate: winner.candidate, variant: variantOf(candidates, winner.candidate) },
        tied,
        provenance: found.provenance,
      });
      const out = join(resultsRoot, "tune", `${runName(started)}.json`);
      const text = `${JSON.stringify(file, null, 2)}\n`;
      await writeWhole(out, text);
      const path = await writeWinner(name, file, { file: out, digest: sha256(text) });
      if (options.json === true) printJson(file);
      else
        print(
          `${tuneText(file)}\n${out}\n${path}: npx testbed study, capacity and quality know it as ${name}`,
        );
    } finally {
      await Promise.all(candidates.map(({ name: file }) => rm(pathOf(file), { force: true })));
    }
  },
};

async function spaceOf(given: unknown): Promise<TuneSpace> {
  if (given === undefined) return defaultSpace;
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
  if (parsed.success) return parsed.data;
  throw new TestbedError("badInput", "--space is not valid", { problems: problemsOf(parsed.error, content) });
}

function checkNames(asked: {
  readonly base: string;
  readonly target: string;
  readonly model: string;
  readonly name: string;
  readonly cvs: number;
}): void {
  const problems: Problem[] = [
    ...nameProblems("variant", asked.base, knownNames.variants),
    ...nameProblems("--target", asked.target, knownNames.targets),
    ...nameProblems("--model", asked.model, knownNames.models),
  ];
  if (
    !/^[a-z0-9][a-z0-9-]{0,40}$/.test(asked.name) ||
    (isVariant(asked.name) && !existsSync(pathOf(asked.name)))
  ) {
    problems.push({ path: "--name", expected: "a name that no variant of the room has", got: asked.name });
  }
  if (asked.cvs !== 1) problems.push({ path: "--cv", expected: "one", got: `${asked.cvs}` });
  if (problems.length > 0)
    throw new TestbedError("badInput", "what is to be tuned is not valid", { problems });
}

function settingsOf(candidates: readonly Candidate[], name: string): string {
  return candidates.find((candidate) => candidate.name === name)!.settings;
}

function variantOf(candidates: readonly Candidate[], name: string): Variant {
  return candidates.find((candidate) => candidate.name === name)!.variant;
}

function pathOf(name: string): string {
  return join(localFolder, `${name}.json`);
}

function writeCandidate({ name, variant }: Candidate): Promise<void> {
  return writeLocal(name, { variant });
}

async function writeWinner(
  name: string,
  { winner, base }: TuneFile,
  evidence: LocalFile["evidence"],
): Promise<string> {
  const description = `${winner.variant.description} (from ${base})`;
  await writeLocal(name, { variant: { ...winner.variant, description }, evidence });
  return pathOf(name);
}

async function writeLocal(name: string, content: LocalFile): Promise<void> {
  await writeWhole(pathOf(name), `${JSON.stringify(content, null, 2)}\n`);
}

function tuneText({ looks, winner, tied }: TuneFile): string {
  const figure = (value: number) => String(Number(value.toPrecision(3)));
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
    `winner: ${winner.variant.description}`,
    ...(tied.length === 0 ? [] : [`within its interval, as good for all that is known: ${tied.join(", ")}`]),
  ].join("\n");
}
