/** What is known of a variant's answers, as findings of its trials and of the study. */
import type { ManifestFile } from "./folder.ts";
import type { Finding } from "./result/figures.ts";

/** A variant that was found outside its declared tolerance has no valid trial, whatever its speed. */
export function qualityFindings({ quality, model }: ManifestFile, variant: string): Finding[] {
  const known = quality?.[variant];
  if (known === undefined || known.agreement.within) return [];
  const { share, largestShift, texts, tolerance } = known.agreement;
  return [
    {
      // Labels that nobody trained say nothing when they differ.
      severity: model?.synthetic === true ? "warning" : "invalid",
      code: "outside-tolerance",
      message:
        `${variant} gave ${(100 * share.value).toFixed(2)} % of ${texts} texts the baseline's label ` +
        `(at least ${100 * tolerance.agreement} %) and moved a probability by ${largestShift.toFixed(3)} (at most ${tolerance.probabilityShift})`,
      advice: "Its speed says nothing while its answers are others: `testbed quality` shows by how much.",
    },
  ];
}

/** Variants whose answers nobody has compared over the corpus. */
export function uncheckedFindings({ quality }: ManifestFile, variants: readonly string[]): Finding[] {
  if (quality === undefined) return [];
  const unchecked = variants.filter((name) => quality[name] === undefined);
  if (unchecked.length === 0) return [];
  return [
    {
      severity: "note",
      code: "answers-unchecked",
      message: `the answers of ${unchecked.join(", ")} were compared with the baseline's on the requests of the trials only, not over the corpus`,
      advice: `\`npx testbed quality ${unchecked.join(" ")}\` compares them, once for these weights and settings.`,
    },
  ];
}
