/** The result of `testbed quality`: its file, its text for the terminal, and how a study finds it again. */
import { join } from "node:path";
import { z } from "zod";
import { agreement, domainQuality } from "../../analysis/quality/quality.ts";
import { schemaVersion } from "../../analysis/schema/results-folder.ts";
import { provenance } from "../provenance/provenance.ts";
import { resultsRoot } from "../store/store.ts";
import { table } from "../terminal/print.ts";
import { isSame, newestKept } from "./kept-results.ts";

const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const qualityFile = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  baseline: z.strictObject({ variant: z.string(), settings, domains: z.array(domainQuality) }),
  texts: z.strictObject({
    count: z.int(),
    /** Of the whole corpus. */
    of: z.int(),
    /** Null where all were asked. */
    seed: z.int().nullable(),
    digest: z.string(),
  }),
  variants: z.array(
    z.strictObject({ variant: z.string(), settings, agreement, domains: z.array(domainQuality) }),
  ),
  /** Why there is no accuracy; empty where there is. */
  noAccuracy: z.string(),
  provenance,
});
export type QualityFile = z.infer<typeof qualityFile>;

export const qualityRoot = join(resultsRoot, "quality");

/** The newest result for this variant, this baseline and these weights; undefined where there is none. */
export async function knownQuality(
  {
    variant,
    baseline,
    modelDigest,
  }: {
    readonly variant: { readonly name: string; readonly settings: z.infer<typeof settings> };
    readonly baseline: { readonly settings: z.infer<typeof settings> };
    readonly modelDigest: string;
  },
  root = qualityRoot,
): Promise<{ readonly agreement: z.infer<typeof agreement>; readonly file: string } | undefined> {
  return newestKept(root, qualityFile, (known) => {
    if (known.provenance.model?.digest !== modelDigest) return undefined;
    if (!isSame(known.baseline.settings, baseline.settings)) return undefined;
    const { name, settings: own } = variant;
    return known.variants.find((row) => row.variant === name && isSame(row.settings, own))?.agreement;
  });
}

export function qualityText({ baseline, texts, variants, noAccuracy }: QualityFile): string {
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
  const { count, of, seed } = texts;
  const accuracy = (name: string, domains: QualityFile["baseline"]["domains"]) =>
    domains.map(({ domain, accuracy: { value, low, high, n }, macroF1 }) => [
      name,
      domain,
      `${percent(value)} (${percent(low)} to ${percent(high)})`,
      macroF1.toFixed(3),
      String(n),
    ]);
  return [
    `Answers compared with those of ${baseline.variant}, ${count} of ${of} texts${seed === null ? "" : `, drawn with seed ${seed}`}`,
    table([
      [
        "variant",
        "same label (95 % interval)",
        "at least",
        "largest shift",
        "at most",
        "99 % shift within",
        "verdict",
      ],
      ...variants.map(({ variant, agreement: { share, largestShift, shiftP99, tolerance, within } }) => [
        variant,
        `${percent(share.value)} (${percent(share.low)} to ${percent(share.high)})`,
        percent(tolerance.agreement),
        largestShift.toFixed(4),
        String(tolerance.probabilityShift),
        shiftP99.toFixed(4),
        within ? "within tolerance" : "INVALID",
      ]),
    ]),
    ...(noAccuracy !== ""
      ? [`No accuracy: ${noAccuracy}`]
      : [
          table([
            ["variant", "domain", "accuracy (95 % interval)", "macro-F1", "texts"],
            ...accuracy(baseline.variant, baseline.domains),
            ...variants.flatMap(({ variant, domains }) => accuracy(variant, domains)),
          ]),
        ]),
  ].join("\n");
}
