/** Whether a 2xx answer is what the service promises, and the label in it. */

/** `classification`: `{"results": [{"label": ...}, ...]}`, one per text of the request. `any`: whatever comes. */
export type AnswerCheck = "classification" | "any";

/** @returns the first result's label (empty for `any`), or undefined for a wrong answer */
export function labelOf(check: AnswerCheck, body: Buffer, texts: number): string | undefined {
  if (check === "any") return "";
  try {
    const { results } = JSON.parse(body.toString()) as { results?: { label?: unknown }[] };
    if (!Array.isArray(results) || results.length !== texts) return undefined;
    const label = results[0]?.label;
    return results.every((result) => typeof result?.label === "string") ? String(label ?? "") : undefined;
  } catch {
    return undefined;
  }
}

/** Number of texts in a request body; 0 where it is not a classification request. */
export function textsIn(body: Uint8Array): number {
  try {
    const { texts } = JSON.parse(Buffer.from(body).toString()) as { texts?: unknown };
    return Array.isArray(texts) ? texts.length : 0;
  } catch {
    return 0;
  }
}
