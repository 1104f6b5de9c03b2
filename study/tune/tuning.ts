/**
 * A tuning on disk. Each look is recorded as it ends (`results/tune/<run>.looks.json`), so that a stopped search
 * continues from there; the result (`<run>.json`) replaces that file.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { schemaVersion } from "../../analysis/schema/results-folder.ts";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { sha256 } from "../../files/canonical-json.ts";
import { variantSpec } from "../../infra/services/definition/service.ts";
import { serviceCapacity } from "../capacity/service-capacity.ts";
import { machine, source } from "../provenance/origin.ts";
import { provenance } from "../provenance/provenance.ts";
import { newestIn, readChecked, resultsRoot, writeChecked } from "../store/store.ts";
import { tuneSpace } from "./tune-space.ts";

/** What is searched, and under which limit. */
const question = z.strictObject({
  base: z.string(),
  target: z.string(),
  /** As `--service` takes it; the usual one where it is left out. */
  service: z.string().optional(),
  /** Of a service that has a choice of them. */
  model: z.string().optional(),
  payload: z.string(),
  space: tuneSpace,
  slo: serviceCapacity.shape.slo,
  cv: z.number(),
  /** Of a probe; longer where the rate is too low for the quantile, up to the most. */
  seconds: z.number(),
  mostSeconds: z.number(),
  tolerance: z.number(),
  seed: z.int(),
  /** Of the winner. */
  name: z.string(),
});
export type TuningQuestion = z.infer<typeof question>;

const look = z.strictObject({
  /** From 0; each with more probes than the one before. */
  round: z.int(),
  candidate: z.string(),
  settings: z.string(),
  capacity: serviceCapacity,
});
export type KeptLook = z.infer<typeof look>;

const candidate = z.strictObject({ name: z.string(), settings: z.string(), choice: variantSpec });

const begun = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  question,
  candidates: z.array(candidate),
  looks: z.array(look),
  /** Looks of another commit or machine are not to be ranked with these. */
  source: provenance.shape.source,
  machine: provenance.shape.machine,
});
type Begun = z.infer<typeof begun>;

export const tuneFile = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  question,
  /** Most probes of a look, by round. */
  rounds: z.array(z.int()),
  looks: z.array(look),
  winner: z.strictObject({ candidate: z.string(), choice: variantSpec }),
  /** Of the last round, within the winner's interval: as good, for all that is known. */
  tied: z.array(z.string()),
  provenance,
});
export type TuneFile = z.infer<typeof tuneFile>;

export interface Tuning extends Pick<Begun, "question" | "candidates"> {
  /** Of the looks so far. */
  readonly path: string;
  /** So far; `keep` adds to them. */
  readonly looks: readonly KeptLook[];
  keep(look: KeptLook): Promise<void>;
  /** @returns where the result is, and its digest */
  finish(file: TuneFile): Promise<{ readonly file: string; readonly digest: string }>;
}

export const tuneRoot = join(resultsRoot, "tune");
const ending = ".looks.json";

/** Nothing is written before the first look. */
export async function beginTuning(
  asked: Pick<Begun, "question" | "candidates">,
  run: string,
  root = tuneRoot,
): Promise<Tuning> {
  const path = join(root, `${run}${ending}`);
  return tuningOf(path, { schemaVersion, ...asked, looks: [], ...(await origin()) });
}

/**
 * @param path of the looks; without one the newest
 * @throws TestbedError (badInput) where there is none, or where it was started by other code or on another machine
 */
export async function resumeTuning(path?: string, root = tuneRoot): Promise<Tuning> {
  const found = path ?? (await newestIn(root, (name) => name.endsWith(ending)));
  if (found === undefined) {
    throw new TestbedError("badInput", "there is no tuning to resume", {
      hint: "Omit --resume to start one.",
    });
  }
  const content = await readChecked(
    found,
    begun,
    `A tuning that was stopped is a file *${ending} in ${tuneRoot}.`,
  );
  const here = await origin();
  const problems: Problem[] = [
    ...difference("commit", content.source.commit, here.source.commit),
    ...difference("cpu", content.machine.cpu, here.machine.cpu),
    ...difference("cores", content.machine.cores, here.machine.cores),
  ];
  if (problems.length > 0) {
    throw new TestbedError(
      "badInput",
      `${found} was started elsewhere: its looks cannot be ranked with new ones`,
      {
        problems,
        hint: "Check out that commit on that machine, or omit --resume to start a new one.",
      },
    );
  }
  return tuningOf(found, content);
}

function difference(path: string, expected: unknown, got: unknown): Problem[] {
  return expected === got ? [] : [{ path, expected: String(expected), got: String(got) }];
}

async function origin(): Promise<Pick<Begun, "source" | "machine">> {
  return { source: await source(), machine: machine() };
}

function tuningOf(path: string, content: Begun): Tuning {
  const looks = [...content.looks];
  return {
    path,
    question: content.question,
    candidates: content.candidates,
    looks,
    async keep(one) {
      looks.push(one);
      await writeChecked(path, begun, { ...content, looks });
    },
    async finish(result) {
      const file = `${path.slice(0, -ending.length)}.json`;
      const text = await writeChecked(file, tuneFile, result);
      await rm(path, { force: true });
      return { file, digest: sha256(text) };
    },
  };
}
