/** The processes of one chaos workspace, known by a mark in their environment. Linux only. */
import { readFileSync } from "node:fs";
import { isAlive, type ProcessId, pids, startTimeOf } from "../../infra/host/process.ts";
import type { Victim } from "./moment.ts";

/** Every process that a chaos test starts has it, and so has whatever they start. */
export const markVariable = "CHAOS_MARK";

export interface Found extends ProcessId {
  readonly command: string;
}

export function markedBy(mark: string): Found[] {
  return pids().flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "latin1").includes(`${markVariable}=${mark}\0`)) return [];
      const startTime = startTimeOf(pid);
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return startTime === null ? [] : [{ pid, startTime, command }];
    } catch {
      return []; // It ended meanwhile.
    }
  });
}

const looksLike: Readonly<Record<Exclude<Victim, "runner">, RegExp>> = {
  engine: /(?:^|\/)pulumi (?:.* )?(?:up|destroy) /,
  host: /\/pulumi-language-nodejs /,
  program: /@pulumi\/pulumi\/cmd\/run\//,
  provider: /infra\/plugin\/start\.js/,
  service: /server\.mjs \d+ main$/,
  worker: /server\.mjs \d+ worker$/,
  generator: /workloads\/generator\/process\.ts|generator\/process\.[jt]s/,
};

export function victims(kind: Victim, runner: ProcessId, mark: string): readonly ProcessId[] {
  if (kind === "runner") return isAlive(runner) ? [runner] : [];
  return markedBy(mark).filter(({ command }) => looksLike[kind].test(command));
}
