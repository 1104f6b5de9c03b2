/**
 * Fails a load without a single successful request, because it has measured nothing; the error quotes the service's
 * answers.
 */
import { TestbedError } from "../../errors/errors.ts";
import type { FailureExample } from "../../workloads/generator/failures.ts";
import type { Sample } from "../../workloads/samples/sample.ts";

type Judged = Pick<Sample, "outcome" | "status">;

/** @throws TestbedError (runFailed) where there are samples and none of them is a success */
export function failWithoutSuccess(
  what: string,
  samples: readonly Judged[],
  failures: readonly FailureExample[],
  logFile?: string,
): void {
  if (noneSucceeded(samples)) throw noSuccess(what, samples, failures, logFile);
}

/** Most answers of a trial must be right; else it measures how fast wrong ones are. */
const mostWrong = 0.5;

/** Why a trial has measured nothing: no success, or mostly answers that are judged wrong; undefined where it has. */
export function uselessness(
  what: string,
  {
    samples,
    failures,
  }: { readonly samples: readonly Judged[]; readonly failures: readonly FailureExample[] },
  logFile: string,
): TestbedError | undefined {
  if (noneSucceeded(samples)) return noSuccess(what, samples, failures, logFile);
  const wrong = samples.filter(({ outcome }) => outcome === "wrong-answer").length;
  if (wrong <= mostWrong * samples.length) return undefined;
  const { problems, hint } = noSuccess(what, samples, failures, logFile);
  return new TestbedError("runFailed", `${what}: ${wrong} of ${samples.length} answers are judged wrong`, {
    problems,
    ...(hint === undefined ? {} : { hint }),
  });
}

function noSuccess(
  what: string,
  samples: readonly Judged[],
  failures: readonly FailureExample[],
  logFile?: string,
): TestbedError {
  return new TestbedError("runFailed", `${what}: no request succeeded: ${outcomeCounts(samples)}`, {
    problems: failures.map(({ reason, status, body }) => ({
      path: status === 0 ? "no answer" : `status ${status}`,
      expected: "an answer that is right",
      got: body === "" ? reason : `${reason}: ${body}`,
    })),
    hint:
      (samples.every(({ status }) => status === 0)
        ? "No request was answered: is the service running there, and fast enough?"
        : "Is the service asked as it should be (ask), and judged so (judge)?") +
      (logFile === undefined ? "" : ` Its log: ${logFile}`),
  });
}

/** `40 wrong-answer 200, 2 timeout` */
export function outcomeCounts(samples: readonly Judged[]): string {
  return Object.entries(countOutcomes(samples))
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(", ");
}

/** By outcome and status, the most frequent first: `http 401`, `wrong-answer 200`, `timeout`. */
export function countOutcomes(samples: readonly Judged[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome, status } of samples) {
    const key = outcome === "ok" || status === 0 ? outcome : `${outcome} ${status}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
}

export function noneSucceeded(samples: readonly Judged[]): boolean {
  return samples.length > 0 && samples.every(({ outcome }) => outcome !== "ok");
}
