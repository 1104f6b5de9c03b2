/** The input of a report, read in one place: the analysis, with the plan and the manifest. */
import { TestbedError } from "../../../errors/errors.ts";
import { readResults } from "../../input/read.ts";
import { type Analysis, analysisFile } from "../../schema/analysis-result.ts";
import type { ManifestFile, PlanFile } from "../../schema/results-folder.ts";
import { type Cite, citing } from "./cite.ts";

export interface Source {
  readonly analysis: Analysis;
  readonly plan: PlanFile;
  readonly manifest: ManifestFile;
  readonly cite: { readonly analysis: Cite; readonly plan: Cite; readonly manifest: Cite };
}

/** @throws TestbedError (invalidResults) where a file is missing, not valid, or of another run than the analysis */
export async function readSource(directory: string, analysis: Analysis): Promise<Source> {
  const { plan, manifest } = await readResults(directory);
  return sourceOf(analysis, plan, manifest);
}

export function sourceOf(analysis: Analysis, plan: PlanFile, manifest: ManifestFile): Source {
  const strays = Object.entries({ "plan.json": plan.digest, "manifest.json": manifest.planDigest })
    .filter(([, digest]) => digest !== analysis.planDigest)
    .map(([file, digest]) => ({ path: file, expected: `plan digest ${analysis.planDigest}`, got: digest }));
  if (strays.length > 0) {
    throw new TestbedError("invalidResults", "the results folder mixes files of different runs", {
      problems: strays,
      hint: "Keep each run in its own folder, and analyse it again.",
    });
  }
  const checked = analysisFile.parse(analysis);
  return {
    analysis: checked,
    plan,
    manifest,
    cite: {
      analysis: citing("analysis.json", checked),
      plan: citing("plan.json", plan),
      manifest: citing("manifest.json", manifest),
    },
  };
}
