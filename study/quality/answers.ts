/**
 * Sends every text to a running service, one per request as the load does, and returns its probabilities. It measures
 * no times.
 */
import { z } from "zod";
import type { Answers } from "../../analysis/quality/quality.ts";
import { TestbedError } from "../../errors/errors.ts";

const classification = z.object({
  results: z.tuple([z.object({ label: z.string(), scores: z.record(z.string(), z.number()) })]),
});

/** Enough for batches to form as they do under load. */
const atOnce = 16;

/** @throws TestbedError (runFailed) on the first text without a whole answer */
export async function askAll(
  url: string,
  texts: readonly string[],
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<Answers> {
  let labels: string[] | undefined;
  let probabilities = new Float32Array(0);
  let next = 0;
  let done = 0;
  const ask = async () => {
    while (next < texts.length) {
      const text = next++;
      const scores = await answer(url, texts[text]!, signal);
      labels ??= Object.keys(scores);
      if (probabilities.length === 0) probabilities = new Float32Array(texts.length * labels.length);
      labels.forEach((label, index) => {
        probabilities[text * labels!.length + index] = scores[label] ?? Number.NaN;
      });
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, texts.length) }, ask));
  return { labels: labels ?? [], probabilities };
}

async function answer(url: string, text: string, signal: AbortSignal): Promise<Record<string, number>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ texts: [text] }),
    // One of its own: each request leaves a listener on its signal until the collector comes, and 20,000 share this one.
    signal: AbortSignal.any([signal]),
  });
  const parsed = classification.safeParse(await response.json().catch(() => null));
  if (response.ok && parsed.success) return parsed.data.results[0].scores;
  throw new TestbedError("runFailed", `${url} does not classify a text (status ${response.status})`, {
    problems: [
      { path: "answer", expected: '{"results":[{"label","scores"}]}', got: `for: ${text.slice(0, 60)}` },
    ],
  });
}
