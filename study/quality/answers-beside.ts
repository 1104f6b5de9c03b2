/**
 * Checks during a run whether the variants' answers agree with the baseline's. Vectors and numbers are not in the
 * samples: where a service declares a check for them, some requests of its payload are sent to each variant's first
 * deployment, before its warm-up and outside every trial. Labels are compared request by request in the trials
 * themselves.
 */
import type { ManifestFile, PlanFile } from "../../analysis/schema/results-folder.ts";
import type { AgreementSpec, Service } from "../../infra/services/index.ts";
import { askOnce } from "../../workloads/ask/single-request.ts";
import { type Extracted, extract } from "../../workloads/judge/judge.ts";
import type { OpenAsked } from "../spec/asked.ts";
import type { ExtractedAnswers } from "../store/extracted-answers.ts";
import type { Store } from "../store/store.ts";
import { compareAll, drawn } from "./agreement.ts";

/** Requests, at most; and for how long a slow service is asked. */
const mostRequests = 50;
const mostMs = 20_000;
const atOnce = 4;

export interface AnswersBeside {
  /** Asks the variant, unless this run has done so; compares what there is to compare by then. */
  look(variant: string, url: string): Promise<void>;
}

export interface Beside {
  readonly plan: PlanFile;
  readonly service: Service;
  readonly payload: OpenAsked;
  readonly store: Pick<Store, "readAnswers" | "writeAnswers" | "readManifest" | "writeManifest">;
  /** Told of a variant that answers otherwise than it may. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Without labels: see above. */
export function comparedHere({ spec }: Pick<Service, "spec">, variant: string): AgreementSpec | undefined {
  const { label: _, ...others } = spec.variants[variant]?.agreement ?? spec.agreement ?? {};
  return Object.keys(others).length === 0 ? undefined : others;
}

export function answersBeside({ plan, service, payload, store, say, signal }: Beside): AnswersBeside {
  const { baseline, variants, seed, timeoutMs } = plan.study;
  // Built-in services declare another comparison, over their corpus.
  const compared = service.own === undefined ? variants.filter((one) => comparedHere(service, one)) : [];
  const wanted = new Set(compared.length === 0 ? [] : [baseline, ...compared]);

  const compare = async () => {
    const reference = await store.readAnswers(baseline);
    if (reference === undefined) return;
    for (const variant of compared) {
      const own = await store.readAnswers(variant);
      const manifest = await store.readManifest();
      // What `testbed quality` has said is of more requests.
      if (own === undefined || manifest.quality?.[variant] !== undefined) continue;
      const agreement = agreementOf(comparedHere(service, variant)!, reference, own);
      if (agreement === undefined) continue;
      const quality = { ...manifest.quality, [variant]: { file: `answers/${variant}.json`, agreement } };
      await store.writeManifest({ ...manifest, quality });
      if (!agreement.within)
        say(`${variant} answers too differently from the baseline: its trials will be invalid`);
    }
  };

  return {
    async look(variant, url) {
      if (!wanted.has(variant) || (await store.readAnswers(variant)) !== undefined) return;
      const { count } = payload.asked.requests;
      const indices = drawn(count, Math.min(count, mostRequests), seed);
      await store.writeAnswers(variant, await answersTo(url, payload, indices, { timeoutMs, signal }));
      await compare();
    },
  };
}

/** Right ones, of as many requests as there was time for: what is answered wrongly is the trials' to tell. */
async function answersTo(
  url: string,
  { asked }: OpenAsked,
  indices: readonly number[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ExtractedAnswers> {
  const found: ExtractedAnswers = [];
  const until = performance.now() + mostMs;
  let next = 0;
  const ask = async () => {
    while (next < indices.length && performance.now() < until) {
      const request = indices[next++]!;
      const answer = await askOnce({
        ...{ url, asked, request: asked.requests.request(request) },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      }).catch(() => undefined);
      signal.throwIfAborted();
      if (answer?.verdict.outcome === "ok")
        found.push({ request, answer: extract(asked.judge, answer.body) });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, indices.length) }, ask));
  return found.sort((a, b) => a.request - b.request);
}

/** Over the requests that both have answered; undefined where there is none. */
export function agreementOf(
  spec: AgreementSpec,
  reference: ExtractedAnswers,
  own: ExtractedAnswers,
): (NonNullable<ManifestFile["quality"]>[string]["agreement"] & { readonly compared: unknown }) | undefined {
  const ofBaseline = new Map(reference.map(({ request, answer }) => [request, answer as Extracted]));
  const both = own.flatMap(({ request, answer }) => {
    const expected = ofBaseline.get(request);
    return expected === undefined ? [] : [[expected, answer as Extracted] as const];
  });
  if (both.length === 0) return undefined;
  const compared = compareAll(
    spec,
    both.map(([expected]) => expected),
    both.map(([, got]) => got),
  );
  return { requests: both.length, compared, within: compared.every(({ within }) => within) };
}
