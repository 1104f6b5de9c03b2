/**
 * The agreement of a variant's answers with the baseline's, and with human ratings, over the same texts, one by one. A
 * faster model with different answers is a different model.
 */
import { z } from "zod";
import { exactInterval } from "../statistics/share-interval.ts";

/** A share with Clopper and Pearson's interval: texts as a sample of such texts. */
export const share = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  level: z.number(),
  n: z.int(),
});
export type Share = z.infer<typeof share>;

export const tolerance = z.strictObject({ agreement: z.number(), probabilityShift: z.number() });

export const agreement = z.strictObject({
  texts: z.int(),
  /** Texts that got the baseline's label. */
  agreed: z.int(),
  share,
  /** Largest change of any class's probability on any text, and on which (0-based, of those asked). */
  largestShift: z.number(),
  largestShiftText: z.int(),
  /** 99 % of the texts shift by no more. */
  shiftP99: z.number(),
  tolerance,
  /** Both within the declared tolerance, as measured. */
  within: z.boolean(),
});
export type Agreement = z.infer<typeof agreement>;

/** One thing by which answers of a service are compared, over all requests. */
export const comparedAnswers = z.strictObject({
  by: z.enum(["label", "cosine", "shift", "number"]),
  /** Share of the same labels; least cosine; largest shift; largest difference. */
  observed: z.number(),
  limit: z.number(),
  within: z.boolean(),
  /** Of labels. */
  share: share.nullable(),
  /** Median over the requests; of labels null. */
  median: z.number().nullable(),
});
export type ComparedAnswers = z.infer<typeof comparedAnswers>;

/** As a service of the user's own declares it. */
export const answersAgreement = z.strictObject({
  requests: z.int(),
  compared: z.array(comparedAnswers),
  within: z.boolean(),
});

export const domainQuality = z.strictObject({
  domain: z.string(),
  accuracy: share,
  /** Mean over the classes of 2 TP / (2 TP + FP + FN); a class without any text or prediction counts as 0. */
  macroF1: z.number(),
});
export type DomainQuality = z.infer<typeof domainQuality>;

/** Answers to n texts: probabilities text by text, `labels.length` each. */
export interface Answers {
  readonly labels: readonly string[];
  readonly probabilities: Float32Array;
}

/** @throws where the two were not asked the same, or name other labels: a bug of the caller */
export function agreementOf(
  baseline: Answers,
  variant: Answers,
  declared: z.infer<typeof tolerance>,
): Agreement {
  const classes = baseline.labels.length;
  if (String(baseline.labels) !== String(variant.labels)) throw new Error("the labels differ");
  if (baseline.probabilities.length !== variant.probabilities.length) throw new Error("the texts differ");
  const texts = baseline.probabilities.length / classes;
  const shifts = new Float64Array(texts);
  let agreed = 0;
  for (let text = 0; text < texts; text++) {
    if (labelIndex(baseline, text) === labelIndex(variant, text)) agreed++;
    for (let index = text * classes; index < (text + 1) * classes; index++) {
      const shift = Math.abs(variant.probabilities[index]! - baseline.probabilities[index]!);
      shifts[text] = Math.max(shifts[text]!, shift);
    }
  }
  const largestShift = Math.max(0, ...shifts);
  return {
    texts,
    agreed,
    share: exactShare(agreed, texts),
    largestShift,
    largestShiftText: Math.max(0, shifts.indexOf(largestShift)),
    shiftP99: shifts.slice().sort()[Math.max(0, Math.ceil(0.99 * texts) - 1)] ?? 0,
    tolerance: { ...declared },
    within: agreed >= declared.agreement * texts && largestShift <= declared.probabilityShift,
  };
}

/** @param truths index of each text's label, and its domain; -1 leaves a text out */
export function qualityByDomain(
  answers: Answers,
  truths: readonly { readonly label: number; readonly domain: string }[],
): DomainQuality[] {
  const domains = [...new Set(truths.filter(({ label }) => label >= 0).map(({ domain }) => domain))];
  return [...domains, ...(domains.length > 1 ? ["all"] : [])].map((domain) => {
    const rows = truths.flatMap((truth, text) =>
      truth.label >= 0 && (domain === "all" || truth.domain === domain)
        ? [{ expected: truth.label, got: labelIndex(answers, text) }]
        : [],
    );
    const f1 = answers.labels.map((_, label) => {
      const named = rows.filter(({ got }) => got === label).length;
      const real = rows.filter(({ expected }) => expected === label).length;
      const both = rows.filter(({ got, expected }) => got === label && expected === label).length;
      return named + real === 0 ? 0 : (2 * both) / (named + real);
    });
    const right = rows.filter(({ got, expected }) => got === expected).length;
    return {
      domain,
      accuracy: exactShare(right, rows.length),
      macroF1: f1.reduce((sum, value) => sum + value, 0) / f1.length,
    };
  });
}

export function labelIndex({ labels, probabilities }: Answers, text: number): number {
  const from = text * labels.length;
  let best = 0;
  for (let label = 1; label < labels.length; label++) {
    if (probabilities[from + label]! > probabilities[from + best]!) best = label;
  }
  return best;
}

/** k of n, with the interval that holds at its level or above. */
export function exactShare(k: number, n: number, level = 0.95): Share {
  if (n === 0) return { value: 0, low: 0, high: 1, level, n };
  return { value: k / n, ...exactInterval(k, n, level), level, n };
}
