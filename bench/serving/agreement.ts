/** Do two services say the same of the same texts? Speed bought with other answers is not speed. */
import { z } from "zod";
import type { ServiceState } from "../../infra/plugin/kinds/process/service.ts";

export interface Agreement {
  readonly texts: number;
  /** Share of texts with the same label. */
  readonly share: number;
  /** Largest change of any class's probability. */
  readonly shift: number;
}

const answer = z.object({
  results: z.array(z.object({ label: z.string(), scores: z.record(z.string(), z.number()) })),
});
export type Answers = z.infer<typeof answer>["results"];

const textsInRequest = 16;

/** Several texts a request, so that the batches are those of a loaded service. */
export async function answersOf(
  service: ServiceState,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Answers> {
  const answers: Answers = [];
  for (let start = 0; start < texts.length; start += textsInRequest) {
    const response = await fetch(`${service.url}/classify`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ texts: texts.slice(start, start + textsInRequest) }),
      signal,
    });
    answers.push(...answer.parse(await response.json()).results);
  }
  return answers;
}

export function agreement(reference: Answers, other: Answers): Agreement {
  const same = reference.filter(({ label }, index) => other[index]?.label === label).length;
  const shifts = reference.flatMap(({ scores }, index) =>
    Object.entries(scores).map(([label, score]) =>
      Math.abs(score - (other[index]?.scores[label] ?? Number.NaN)),
    ),
  );
  return { texts: reference.length, share: same / reference.length, shift: Math.max(...shifts) };
}
