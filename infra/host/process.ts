/**
 * Local processes that provably belong to the testbed. A process is identified by pid and start time, because pids are
 * reused; its descendants by a token in their environment, because a supervisor's children may leave its process group.
 * No code here signals a process that fails either check.
 */
import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** Variable that marks every process of one service. */
export const tokenVariable = "TESTBED_SERVICE_TOKEN";

export interface ProcessId {
  readonly pid: number;
  /** Linux: clock ticks from boot to start (field 22 of /proc/<pid>/stat); elsewhere the text of `ps -o lstart`. */
  readonly startTime: string;
}

export interface SpawnOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly token: string;
  /** Goes on in a log that is there already. */
  readonly keepLog?: boolean;
}

const linux = process.platform === "linux";
const pollMs = 25;

/** Starts a process that outlives this one, in a session of its own, with its output in a file. */
export async function spawnDetached(options: SpawnOptions): Promise<ProcessId> {
  const [file, ...args] = options.command;
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, options.keepLog === true ? "a" : "w");
  try {
    const child = spawn(file!, args, {
      cwd: options.cwd,
      env: { ...options.environment, [tokenVariable]: options.token },
      stdio: ["ignore", log, log],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    child.unref();
    const startTime = startTimeOf(child.pid!);
    if (startTime === null) throw new Error(`${file} ended immediately`);
    return { pid: child.pid!, startTime };
  } finally {
    closeSync(log);
  }
}

/** Is it the same process, and not a zombie? */
export function isAlive({ pid, startTime }: ProcessId): boolean {
  return startTimeOf(pid) === startTime;
}

/**
 * SIGTERM to the main process (to whatever carries the token, where the main process is gone), `drainSeconds` for it to
 * finish what is in flight, then SIGKILL for every process that carries the token. Idempotent.
 */
export async function stop(id: ProcessId, token: string, drainSeconds: number): Promise<void> {
  for (const pid of isAlive(id) ? [id.pid] : marked(token)) signalIfThere(pid, "SIGTERM");
  const deadline = performance.now() + drainSeconds * 1000;
  while (performance.now() < deadline && (isAlive(id) || marked(token).length > 0)) await pause(pollMs);
  while (isAlive(id) || marked(token).length > 0) {
    for (const pid of [...marked(token), ...(isAlive(id) ? [id.pid] : [])]) signalIfThere(pid, "SIGKILL");
    await pause(pollMs);
  }
}

/** Living processes whose environment carries the token: the service and whatever it started. Linux only. */
export function marked(token: string): number[] {
  if (!linux || token === "") return [];
  const needle = `${tokenVariable}=${token}\0`;
  return pids().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "latin1").includes(needle) && startTimeOf(pid) !== null;
    } catch {
      return false; // Gone, or not ours to read.
    }
  });
}

/** Linux: of every process there is. */
export function pids(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/**
 * Linux: proc(5)'s stat from field 3 on: state, parent, group, session ...; field 2, the name in parentheses, may hold
 * anything.
 * @throws Error where there is no such process
 */
export function statFields(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** @returns null where there is no such process, or only its zombie */
export function startTimeOf(pid: number): string | null {
  try {
    if (!linux)
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
    // The state is field 3, the start time field 22.
    const fields = statFields(pid);
    return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
