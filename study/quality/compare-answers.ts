/**
 * Compares the answers of a service's variants with the baseline's, request by request, as the service declares it: by
 * label, by cosine, by the largest shift of a vector, by a number's tolerance; and with the right answers, where the
 * payload has them. It measures no times.
 */
import { join } from "node:path";
import { z } from "zod";
import { comparedAnswers, exactShare, share } from "../../analysis/quality/quality.ts";
import { schemaVersion } from "../../analysis/schema/results-folder.ts";
import { TestbedError } from "../../errors/errors.ts";
import { checkOutput } from "../../files/whole-file.ts";
import type { Service } from "../../infra/services/index.ts";
import { askOnce } from "../../workloads/ask/single-request.ts";
import { type Extracted, extract } from "../../workloads/judge/judge.ts";
import { provenance, provenanceOf } from "../provenance/provenance.ts";
import { deployed, withTarget } from "../session/target-session.ts";
import { type OpenAsked, openAsked } from "../spec/asked.ts";
import { settingsOn } from "../spec/target-settings.ts";
import { resultsRoot, runName, writeChecked } from "../store/store.ts";
import { print, printJson, table } from "../terminal/print.ts";
import { terminalProgress } from "../terminal/progress.ts";
import { compareAll, drawn } from "./agreement.ts";
import { isSame, newestKept } from "./kept-results.ts";

const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const row = z.strictObject({
  variant: z.string(),
  settings,
  compared: z.array(comparedAnswers),
  within: z.boolean(),
  /** Share of the payload's right answers that it gives; null where the payload says none. */
  accuracy: share.nullable(),
});

export const answersFile = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  service: z.strictObject({ name: z.string(), digest: z.string() }),
  payload: z.strictObject({ name: z.string(), digest: z.string() }),
  requests: z.strictObject({ count: z.int(), of: z.int(), seed: z.int().nullable() }),
  baseline: z.strictObject({ variant: z.string(), settings, accuracy: share.nullable() }),
  variants: z.array(row),
  provenance,
});
export type AnswersFile = z.infer<typeof answersFile>;

/** The newest result for this variant beside this baseline, with the service as it is now; undefined where there is none. */
export async function knownAnswers(
  asked: {
    readonly service: Service;
    readonly payloadDigest: string;
    readonly variant: { readonly name: string; readonly settings: z.infer<typeof settings> };
    readonly baseline: { readonly settings: z.infer<typeof settings> };
  },
  root = join(resultsRoot, "quality"),
) {
  return newestKept(root, answersFile, ({ service, payload, baseline, variants, requests }) => {
    if (service.digest !== asked.service.digest || payload.digest !== asked.payloadDigest) return undefined;
    if (!isSame(baseline.settings, asked.baseline.settings)) return undefined;
    const { name, settings: own } = asked.variant;
    const found = variants.find((one) => one.variant === name && isSame(one.settings, own));
    if (found === undefined) return undefined;
    return { requests: requests.count, compared: found.compared, within: found.within };
  });
}

export interface CompareRequest {
  readonly service: Service;
  readonly target: string;
  readonly baseline: string;
  readonly chosen: readonly string[];
  /** Requests; all of the payload's where it is undefined. */
  readonly count: number | undefined;
  readonly seed: number;
  readonly options: Readonly<Record<string, unknown>>;
}

/** @throws TestbedError (outsideTolerance) where a variant answers otherwise than it may, after the result is written */
export async function compareAnswers(request: CompareRequest): Promise<void> {
  const { service, target, baseline, chosen, count, seed, options } = request;
  const { spec } = service;
  if (
    spec.agreement === undefined &&
    Object.values(spec.variants).every(({ agreement }) => agreement === undefined)
  ) {
    throw new TestbedError("badInput", `${spec.name} declares no tolerance for differences between answers`, {
      problems: [
        {
          path: "agreement",
          expected:
            "{ label: { least: 0.99 } }, { cosine: { least: 0.99 } } or { number: { tolerance: 0.01 } }",
          got: "nothing",
        },
      ],
      hint: "docs/services.md describes it; `judge.label`, `judge.vector` or `judge.number` says where it is in an answer.",
    });
  }
  const out = String(options.out ?? join(resultsRoot, "quality", `${runName(new Date())}.json`));
  await checkOutput(out, "--out");
  const payload = await openAsked(service);
  const of = payload.asked.requests.count;
  const indices = drawn(of, Math.min(count ?? of, of), seed);
  const progress = terminalProgress();
  const choice = { target, service, model: undefined, asked: payload.asked, variants: [baseline, ...chosen] };
  const file = await withTarget(choice, progress, async (context) => {
    const answersOf = (variant: string) =>
      deployed(context, variant, ({ url }) =>
        answers(url, payload, indices, context.signal, (done) =>
          progress.live(`${variant}: ${done} of ${indices.length} requests`),
        ),
      );
    const reference = await answersOf(baseline);
    const result: AnswersFile = {
      schemaVersion,
      service: { name: spec.name, digest: service.digest },
      payload: { name: payload.name, digest: payload.digest },
      requests: { count: indices.length, of, seed: indices.length === of ? null : seed },
      baseline: {
        variant: baseline,
        settings: settingsOn(target, service, baseline),
        accuracy: accuracyOf(payload, indices, reference),
      },
      variants: [],
      provenance: await provenanceOf(target, context),
    };
    for (const variant of chosen) {
      const own = await answersOf(variant);
      const found = compareAll(spec.variants[variant]?.agreement ?? spec.agreement ?? {}, reference, own);
      result.variants.push({
        variant,
        settings: settingsOn(target, service, variant),
        compared: found,
        within: found.every(({ within }) => within),
        accuracy: accuracyOf(payload, indices, own),
      });
      // After each, so that a run that is stopped has told what it found.
      await writeChecked(out, answersFile, result);
    }
    return result;
  });
  if (options.json === true) printJson(file);
  else print(`${answersText(file)}\n${out}`);
  failOutside(file);
}

/** Enough for batches to form as they do under load. */
const atOnce = 8;
const answerWithinMs = 60_000;

async function answers(
  url: string,
  { asked }: OpenAsked,
  indices: readonly number[],
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<Extracted[]> {
  const found: Extracted[] = new Array(indices.length);
  let next = 0;
  let done = 0;
  const ask = async () => {
    while (next < indices.length) {
      const place = next++;
      const { verdict, body } = await askOnce({
        ...{ url, asked, request: asked.requests.request(indices[place]!) },
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
      });
      if (verdict.outcome !== "ok") {
        throw new TestbedError(
          "runFailed",
          `request ${indices[place]! + 1} is answered wrongly: ${verdict.reason}`,
          {
            problems: [{ path: "answer", expected: "what `judge` says", got: body.toString().slice(0, 300) }],
          },
        );
      }
      found[place] = extract(asked.judge, body);
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, indices.length) }, ask));
  return found;
}

function accuracyOf({ expected }: OpenAsked, indices: readonly number[], found: readonly Extracted[]) {
  if (expected === undefined) return null;
  const judged = indices.flatMap((index, place) => {
    const right = expected(index);
    const { label, number } = found[place]!;
    const given = label ?? (number === undefined ? undefined : String(number));
    return right === undefined || given === undefined ? [] : [right === given];
  });
  return judged.length === 0 ? null : exactShare(judged.filter((one) => one).length, judged.length);
}

export function answersText({ baseline, requests, variants }: AnswersFile): string {
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
  const figure = (value: number) => String(Number(value.toPrecision(4)));
  const { count, of, seed } = requests;
  const accuracy = (name: string, found: AnswersFile["baseline"]["accuracy"]) =>
    found === null
      ? []
      : [
          [
            name,
            `${percent(found.value)} (${percent(found.low)} to ${percent(found.high)})`,
            String(found.n),
          ],
        ];
  const accuracies = [
    ...accuracy(baseline.variant, baseline.accuracy),
    ...variants.flatMap((one) => accuracy(one.variant, one.accuracy)),
  ];
  const words = {
    label: "same label",
    cosine: "least cosine",
    shift: "largest shift",
    number: "largest difference",
  };
  return [
    `Answers compared with those of ${baseline.variant}, ${count} of ${of} requests${seed === null ? "" : `, drawn with seed ${seed}`}`,
    table([
      ["variant", "compared by", "observed", "limit", "median", "verdict"],
      ...variants.flatMap(({ variant, compared: all }) =>
        all.map(({ by, observed, limit, within, share: of, median }) => [
          variant,
          words[by],
          of === null ? figure(observed) : `${percent(of.value)} (${percent(of.low)} to ${percent(of.high)})`,
          by === "label" ? percent(limit) : figure(limit),
          median === null ? "-" : figure(median),
          within ? "within tolerance" : "INVALID",
        ]),
      ),
    ]),
    ...(accuracies.length === 0
      ? []
      : [table([["variant", "accuracy (95 % interval)", "requests"], ...accuracies])]),
  ].join("\n");
}

function failOutside({ variants }: AnswersFile): void {
  const outside = variants.flatMap(({ variant, compared: all }) =>
    all.filter(({ within }) => !within).map((one) => ({ variant, ...one })),
  );
  if (outside.length === 0) return;
  throw new TestbedError("outsideTolerance", "variants answer too differently from the baseline", {
    problems: outside.map(({ variant, by, observed, limit }) => ({
      path: variant,
      expected: `${by}: ${by === "label" || by === "cosine" ? "at least" : "at most"} ${limit}`,
      got: String(observed),
    })),
    hint: "Their speed is not comparable. `agreement` in the service's file declares the tolerance.",
  });
}
