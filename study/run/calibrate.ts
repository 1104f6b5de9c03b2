/**
 * The baseline's capacity on this machine: answers per second of a closed loop that always has requests waiting.
 * A study's rates are shares of it, or are stated beside it. Measured once per run, before the first block, on a deployment
 * of its own. It saturates the service: see isCalibrated.
 */
import type { Calibration } from "../../analysis/schema/results-folder.ts";
import { TestbedError } from "../../errors/errors.ts";
import { type OpenTarget, targets } from "../../infra/targets/index.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { closedLoop } from "../../workloads/drive/closed-loop.ts";
import { type StudySpec, statesRates } from "../../workloads/spec/spec.ts";
import { firstAnswer } from "../trial/first-answer.ts";
import { failWithoutSuccess } from "../trial/no-success.ts";

/** More than the workers of any variant, so that the service never waits for the generator. */
const connections = 4;
const leastAnswers = 20;
/** Of the study's own length, how much longer it may take on a machine too slow for it. */
const mostTimesLonger = 10;

/** What a reader waits for. */
export function purposeOf(study: StudySpec): string {
  return statesRates(study)
    ? "its capacity says how much of it the stated rates are"
    : "its capacity sets the rates";
}

/** A server that the testbed did not start is not driven to its limit unless a rate of the study needs its capacity. */
export function isCalibrated(study: StudySpec): boolean {
  return !(targets[study.target].runsAlready === true && statesRates(study));
}

export async function calibrate(
  study: StudySpec,
  target: OpenTarget,
  asked: Asked,
  signal: AbortSignal,
  onNote: (note: string) => void = () => {},
): Promise<Calibration> {
  try {
    const endpoint = await target.up(study.baseline, { signal });
    const { timeoutMs, baseline: name } = study;
    const note = await firstAnswer({ name, endpoint, asked, timeoutMs, signal });
    if (note !== "") onNote(note);
    const measure = async (seconds: number) => {
      const { samples, throughputPerSecond, failures } = await closedLoop({
        url: endpoint.url,
        asked,
        connections,
        seconds,
        warmupSeconds: study.warmupSeconds,
        seed: study.seed,
        timeoutMs: study.timeoutMs,
        signal,
      });
      signal.throwIfAborted();
      failWithoutSuccess(`calibration of ${study.baseline}`, samples, failures, endpoint.logFile);
      const n = samples.filter(({ outcome }) => outcome === "ok").length;
      return { variant: study.baseline, capacityPerSecond: throughputPerSecond, connections, seconds, n };
    };
    const first = await measure(study.calibrationSeconds);
    const longer = longerSeconds(first);
    const last = longer === null ? first : await measure(longer);
    if (last.n < leastAnswers) {
      throw new TestbedError(
        "runFailed",
        `calibration of ${study.baseline} got ${last.n} answers in ${last.seconds} s`,
        {
          hint: `At least ${leastAnswers} are needed: raise calibrationSeconds, or look into ${endpoint.logFile}.`,
        },
      );
    }
    return last;
  } finally {
    await target.down(study.baseline);
  }
}

/**
 * How long to measure once more where a slow machine gave fewer answers than are needed: twice what they take at the rate
 * seen. Null where there are enough, or where that would take unduly long.
 */
export function longerSeconds({ n, seconds }: Pick<Calibration, "n" | "seconds">): number | null {
  if (n >= leastAnswers || n === 0) return null;
  const longer = Math.ceil((seconds * 2 * leastAnswers) / n);
  return longer > seconds * mostTimesLonger ? null : longer;
}
