/**
 * A resumed run must match its start: the same commit and version, machine, plan, weights and settings, because its
 * earlier trials are compared with the new ones as if one machine and one program had made them all.
 */

import { planDigest } from "../../analysis/plan/plan-digest.ts";
import type { ManifestFile } from "../../analysis/schema/results-folder.ts";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import packageJson from "../../package.json" with { type: "json" };
import { machine, source } from "../provenance/origin.ts";
import type { Store } from "../store/store.ts";

export type Here = Pick<ManifestFile, "source" | "machine" | "testbedVersion">;

export async function here(): Promise<Here> {
  return { source: await source(), machine: machine(), testbedVersion: packageJson.version };
}

/**
 * Before anything is brought up.
 * @returns undefined where the run was stopped before its first trial and before its manifest, as it is to be, was written
 * @throws TestbedError (badInput) where it was started elsewhere; (invalidResults) where a file of it is damaged or missing
 */
export async function manifestToResume(store: Store, now: Here): Promise<ManifestFile | undefined> {
  const plan = await store.readPlan();
  const trials = await store.readTrials();
  if (!(await store.hasManifest())) {
    if (trials.length === 0) return undefined;
    throw new TestbedError("invalidResults", `${store.directory} has trials and no manifest.json`, {
      problems: [{ path: "manifest.json", expected: "what the trials were measured on", got: "no file" }],
      hint: "Nothing was changed. Restore the file from a copy, or omit --resume to start a new one.",
    });
  }
  const manifest = await store.readManifest();
  const computed = planDigest(plan.study, plan.trials);
  // Stopped between the plan of a study that was lengthened and its manifest: no load was sent, and all of it can be computed again.
  const betweenTheTwo = plan.study.lengthen === true && manifest.calibration === null && trials.length === 0;
  if (betweenTheTwo && plan.digest === computed && manifest.planDigest !== computed) return undefined;
  refuse(store, [
    ...difference("plan.json: digest", plan.digest, computed),
    ...difference("manifest.json: planDigest", manifest.planDigest, computed),
    ...trials.flatMap(({ id, planDigest: of }) => difference(`trials/${id}: planDigest`, of, computed)),
    ...difference("commit", manifest.source.commit, now.source.commit),
    ...difference("version", manifest.testbedVersion, now.testbedVersion),
    ...difference("os", manifest.machine.os, now.machine.os),
    ...difference("cpu", manifest.machine.cpu, now.machine.cpu),
    ...difference("cores", manifest.machine.cores, now.machine.cores),
  ]);
  return manifest;
}

/** Once the model is prepared. @throws TestbedError (badInput) where the run was started on other weights or settings */
export function checkSameService(store: Store, kept: ManifestFile, now: ManifestFile): void {
  const settings = (of: ManifestFile, variant: string) => JSON.stringify(of.variants[variant] ?? null);
  const payloadOf = (of: ManifestFile, name: string) => of.payload.find((one) => one.name === name)?.digest;
  refuse(store, [
    ...difference("service", kept.service?.name, now.service?.name),
    ...difference("service: digest", kept.service?.digest, now.service?.digest),
    ...difference("model", kept.model?.name, now.model?.name),
    ...difference("model: digest", kept.model?.digest, now.model?.digest),
    ...Object.keys(now.variants).flatMap((variant) =>
      difference(`settings of ${variant}`, settings(kept, variant), settings(now, variant)),
    ),
    ...now.payload.flatMap(({ name, digest }) =>
      difference(`payload ${name}`, payloadOf(kept, name) ?? "nothing", digest),
    ),
  ]);
}

function refuse({ directory }: Pick<Store, "directory">, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new TestbedError(
    "badInput",
    `${directory} was started elsewhere: its trials cannot be compared with new ones`,
    {
      problems,
      hint: "Nothing was changed. Continue with that commit on that machine, or omit --resume to start a new one.",
    },
  );
}

/** @param expected the values at the start of the run */
function difference(path: string, expected: unknown, got: unknown): Problem[] {
  return expected === got ? [] : [{ path, expected: String(expected), got: String(got) }];
}
