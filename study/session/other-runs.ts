/** Runs of the same user in other workspaces on this machine: they share its cores, and each is told of the others. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { makePrivate } from "../../files/private-folder.js";
import { isAlive, startTimeOf } from "../../infra/host/process.ts";
import { cacheRoot } from "../../infra/toolchain/index.ts";
import { workspace } from "../../infra/workspace/paths.ts";

const record = z.strictObject({ pid: z.int().positive(), startTime: z.string(), workspace: z.string() });

export interface OtherRuns {
  /** One sentence about those that were there at any time so far; none where there was none. */
  notes(): readonly string[];
  end(): void;
}

export interface OtherRunsOptions {
  /** Called once for each. */
  readonly say: (line: string) => void;
  readonly folder?: string;
  readonly everyMs?: number;
  readonly own?: z.infer<typeof record>;
}

/** Writes this run down and looks for others now and from time to time. A folder that cannot be used costs no run. */
export function watchOtherRuns(options: OtherRunsOptions): OtherRuns {
  const { say, folder = join(cacheRoot(), "runs"), everyMs = 5_000 } = options;
  const own = options.own ?? { pid: process.pid, startTime: startTimeOf(process.pid) ?? "", workspace };
  const path = join(folder, `${own.pid}.json`);
  /** Pids by pid and start time. */
  const seen = new Map<string, number>();
  const look = () => {
    for (const other of othersIn(folder, own.pid)) {
      const key = `${other.pid}/${other.startTime}`;
      if (seen.has(key)) continue;
      seen.set(key, other.pid);
      say(`note: another run shares this machine's cores: process ${other.pid} in ${other.workspace}`);
    }
  };
  try {
    makePrivate(folder);
    writeFileSync(path, `${JSON.stringify(own)}\n`, { mode: 0o600 });
  } catch {}
  look();
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    notes() {
      look();
      const pids = [...seen.values()];
      if (pids.length === 0) return [];
      return [
        pids.length === 1
          ? `Another run, of another workspace, shared this machine's cores: process ${pids[0]}.`
          : `${pids.length} other runs, of other workspaces, shared this machine's cores: processes ${pids.join(", ")}.`,
      ];
    },
    end() {
      clearInterval(timer);
      rmSync(path, { force: true });
    },
  };
}

/** Those that live; what dead ones have left is removed. */
function othersIn(folder: string, ownPid: number): readonly z.infer<typeof record>[] {
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder).filter((name) => /^\d+\.json$/.test(name) && name !== `${ownPid}.json`);
  } catch {}
  return names.flatMap((name) => {
    const path = join(folder, name);
    try {
      const found = record.parse(JSON.parse(readFileSync(path, "utf8")));
      if (isAlive(found)) return [found];
      rmSync(path, { force: true });
    } catch {} // Being written, or removed meanwhile.
    return [];
  });
}
