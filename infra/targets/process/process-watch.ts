/**
 * Polls a service's processes for events: an exit, a stop, a start and the first answer after it. An event is late by
 * at most one interval (`lookMs`, for a new process `searchMs`, for an answer `probeMs`).
 */

import type { ProcessService } from "../../disruptions/service-under-test.ts";
import { pause, statFields } from "../../host/process.ts";
import { type OwnedProcess, processesOf } from "../../host/process-ownership.ts";
import { saysReady } from "../../plugin/kinds/process/ready-probe.ts";
import type { ObservedEvent } from "../target.ts";

const lookMs = 20;
const searchMs = 200;
const probeMs = 100;
const probeLimitMs = 1_000;

/** A search reads every process of the machine: only for so long after something happened. */
const alertMs = 60_000;

export function watchProcesses(
  { token, origin, readyPath }: Pick<ProcessService, "token" | "origin" | "readyPath">,
  onEvent: (event: ObservedEvent) => void,
): () => Promise<void> {
  const known = new Map<string, { readonly process: OwnedProcess; stopped: boolean }>();
  let alertUntilMs = Number.NEGATIVE_INFINITY;
  const tell = (kind: string, subject: string) => {
    alertUntilMs = performance.now() + alertMs;
    onEvent({ source: "process", kind, subject, statedAt: "" });
  };
  const isAlert = () => performance.now() < alertUntilMs;

  const look = () => {
    for (const [key, one] of known) {
      const state = stateOf(one.process);
      if (state === "gone") {
        known.delete(key);
        tell("exited", nameOf(one.process));
      } else if ((state === "stopped") !== one.stopped) {
        one.stopped = !one.stopped;
        tell(one.stopped ? "stopped" : "continued", nameOf(one.process));
      }
    }
  };
  const search = (onNew: (process: OwnedProcess) => void) => {
    for (const process of processesOf({ token })) {
      const key = `${process.pid}@${process.startTime}`;
      if (known.has(key)) continue;
      known.set(key, { process, stopped: false });
      onNew(process);
    }
  };
  search(() => {});
  const endings = [
    every(lookMs, async () => look()),
    every(searchMs, async () => {
      if (isAlert()) search((process) => tell("started", nameOf(process)));
    }),
    every(probeMs, probe({ origin, readyPath }, isAlert, tell)),
  ];
  return async () => {
    await Promise.all(endings.map((end) => end()));
  };
}

/** Tells when the service ceases to say that it is ready, and when it says so again. */
function probe(
  { origin, readyPath }: Pick<ProcessService, "origin" | "readyPath">,
  isAlert: () => boolean,
  tell: (kind: string, subject: string) => void,
) {
  let answered = true;
  return async () => {
    if (answered && !isAlert()) return;
    const answers = await saysReady(origin, readyPath, probeLimitMs);
    if (answers !== answered) tell(answers ? "ready" : "unready", origin);
    answered = answers;
  };
}

function nameOf({ role, pid }: OwnedProcess): string {
  return `${role} ${pid}`;
}

function stateOf({ pid, startTime }: OwnedProcess): "gone" | "stopped" | "running" {
  try {
    const fields = statFields(pid);
    if (fields[19] !== startTime || fields[0] === "Z" || fields[0] === "X") return "gone";
    return fields[0] === "T" ? "stopped" : "running";
  } catch {
    return "gone";
  }
}

/** One turn after the other. @returns what ends it, after the turn under way */
function every(ms: number, turn: () => Promise<void>): () => Promise<void> {
  let ended = false;
  const running = (async () => {
    while (!ended) {
      await turn();
      await pause(ms);
    }
  })();
  return async () => {
    ended = true;
    await running;
  };
}
