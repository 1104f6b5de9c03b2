/** Known facts about a variant's answers, as findings of its trials and of the study. */

import type { Finding } from "../figures/figures.ts";
import type { ManifestFile } from "../schema/results-folder.ts";

/** A variant that was found outside its declared tolerance has no valid trial, whatever its speed. */
export function qualityFindings({ quality, model }: ManifestFile, variant: string): Finding[] {
  const known = quality?.[variant];
  if (known === undefined || known.agreement.within) return [];
  if ("compared" in known.agreement) {
    const outside = known.agreement.compared.filter(({ within }) => !within);
    return [
      {
        severity: "invalid",
        code: "outside-tolerance",
        message: `${variant} answers differ from the baseline's by more than the service allows, over ${known.agreement.requests} requests: ${outside
          .map(({ by, observed, limit }) => `${by} ${observed}, limit ${limit}`)
          .join("; ")}`,
        advice: "Its speed is not comparable while its answers differ: `testbed quality` shows by how much.",
      },
    ];
  }
  const { share, largestShift, texts, tolerance } = known.agreement;
  return [
    {
      // Differences between untrained labels mean nothing.
      severity: model?.synthetic === true ? "warning" : "invalid",
      code: "outside-tolerance",
      message:
        `${variant} gave ${(100 * share.value).toFixed(2)} % of ${texts} texts the baseline's label ` +
        `(at least ${100 * tolerance.agreement} %) and moved a probability by ${largestShift.toFixed(3)} (at most ${tolerance.probabilityShift})`,
      advice: "Its speed is not comparable while its answers differ: `testbed quality` shows by how much.",
    },
  ];
}

/** Variants whose answers were not compared over the whole corpus. */
export function uncheckedFindings(
  { quality, service, model }: Pick<ManifestFile, "quality" | "service" | "model">,
  variants: readonly string[],
): Finding[] {
  if (quality === undefined) return [];
  const unchecked = variants.filter((name) => quality[name] === undefined);
  if (unchecked.length === 0) return [];
  const ofUser = service !== undefined && model === null;
  return [
    {
      severity: "note",
      code: "answers-unchecked",
      message: `the answers of ${unchecked.join(", ")} were compared with the baseline's on the requests of the trials only, not over the ${ofUser ? "whole payload" : "corpus"}`,
      advice: ofUser
        ? `\`npx testbed quality ${unchecked.join(" ")} --service <file>\` compares them, once for these settings.`
        : `\`npx testbed quality ${unchecked.join(" ")}\` compares them, once for these weights and settings.`,
    },
  ];
}
