/** Where the seconds of one `up` go, read off the engine's events as they come. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** Seconds, one after the other; `total` is their sum. */
export interface Phases {
  /** Until the engine asks for the first object of the cluster: its own start, plugins, the program. */
  readonly start: number;
  /** From there until the deployment is asked for. */
  readonly before: number;
  readonly deployment: number;
  /** What waits for the deployment. */
  readonly after: number;
  readonly end: number;
  readonly total: number;
}

export function phaseRecorder(now: () => number = () => performance.now()) {
  const began = now();
  let first = Number.NaN;
  let asked = Number.NaN;
  let answered = Number.NaN;
  let last = Number.NaN;
  return {
    onEvent({ resourcePreEvent, resOutputsEvent }: EngineEvent): void {
      const type = (resourcePreEvent ?? resOutputsEvent)?.metadata.type ?? "";
      if (!type.startsWith("kubernetes:")) return;
      if (resourcePreEvent !== undefined) {
        if (Number.isNaN(first)) first = now();
        if (type.endsWith(":Deployment")) asked = now();
      } else {
        if (type.endsWith(":Deployment")) answered = now();
        last = now();
      }
    },
    end(): Phases {
      const ended = now();
      const seconds = (from: number, to: number) => (to - from) / 1000;
      return {
        start: seconds(began, first),
        before: seconds(first, asked),
        deployment: seconds(asked, answered),
        after: seconds(answered, last),
        end: seconds(last, ended),
        total: seconds(began, ended),
      };
    },
  };
}
