/** Carries one moment out, and names every fault: what was lost, what is left, what does not go on. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { exitCodes } from "../../errors/errors.ts";
import { isAlive, type ProcessId, pause, startTimeOf } from "../../infra/host/process.ts";
import { cacheRoot } from "../../infra/toolchain/provide/cache.ts";
import { listeningOf } from "../live/open-ports.ts";
import type { Moment } from "./moment.ts";
import { markedBy, victims } from "./processes.ts";
import { type Running, stack, tuneArguments, type Workspace } from "./workspace.ts";

export interface Disturbed {
  /** False where what is under way ended before its victim was seen: nothing was shown. */
  readonly hit: boolean;
  readonly faults: readonly string[];
  readonly seconds: number;
}

type Ended = Awaited<Running>;

/** A machine that is shared may be ten times as slow. */
const mostMs = 600_000;
const pollMs = 5;
const documented: ReadonlySet<number> = new Set(Object.values(exitCodes));

export async function disturb(moment: Moment, workspace: Workspace): Promise<Disturbed> {
  const began = performance.now();
  const faults: string[] = [];
  const note = (fault: string) => faults.push(fault);
  const runsBefore = await runs(workspace);
  if (moment.operation === "down" || moment.operation === "destroy") {
    expectOk(await upCommand(workspace), "up, before anything was killed", note);
  }
  const { running, isTestbed } = await begin(moment, workspace);
  const runner = { pid: running.pid!, startTime: startTimeOf(running.pid!) ?? "" };
  const hit = await kill(moment, runner, running, workspace);
  const ended = await endOf(running, moment, note);
  if (isTestbed) checkEnd(ended, moment, note);
  // One that could still end in its own order has taken down what it had up: nobody has to know of `down --all`.
  if ((moment.operation === "study" || moment.operation === "tune") && ended.exitCode !== undefined) {
    for (const { pid } of victims("service", runner, workspace.mark))
      note(
        `the ${moment.operation} ended with ${ended.exitCode} and left its service up (${pid}): ${lastOf(ended.all)}`,
      );
  }
  if (!hit) expectOk(ended, `${moment.operation}, of which nothing was killed,`, note);

  const run = (await runs(workspace)).find((name) => !runsBefore.includes(name));
  if (moment.operation === "study") await goOn(workspace, run, note);
  else if (moment.seed % 2 === 0) expectOk(await upCommand(workspace), "up again", note);
  // Pipes of a `pulumi` typed by hand may be of one that is just starting, until they are a minute old.
  if (!isTestbed) for (const name of namesIn(workspace.temporary)) age(join(workspace.temporary, name));
  const down = await workspace.testbed("down", "--all");
  expectOk(down, "down --all", note);
  if (!/^nothing is up$/m.test(down.stdout)) note(`down --all does not say that nothing is up: ${down.all}`);
  for (const fault of await left(workspace)) note(fault);
  return { hit, faults, seconds: (performance.now() - began) / 1000 };
}

function upCommand(workspace: Workspace): Running {
  return workspace.testbed("up", stack, "--service", "chaotic.json");
}

async function begin({ operation }: Moment, workspace: Workspace) {
  if (operation === "destroy") {
    return {
      ...(await workspace.pulumi("destroy", "--yes", "--skip-preview", "--stack", stack)),
      isTestbed: false,
    };
  }
  const running = {
    study: () => workspace.testbed("study", "chaos.json", "--no-await-quiet"),
    up: () => upCommand(workspace),
    down: () => workspace.testbed("down", stack),
    tune: () => workspace.testbed("tune", ...tuneArguments),
  }[operation]();
  return { running, isTestbed: true };
}

/** @returns whether anything was */
async function kill(
  moment: Moment,
  runner: ProcessId,
  running: Running,
  workspace: Workspace,
): Promise<boolean> {
  const seen = new Set<string>();
  let isOver = false;
  void running.then(() => {
    isOver = true;
  });
  const { onceSeen } = moment;
  while (!isOver && onceSeen !== undefined && victims(onceSeen, runner, workspace.mark).length === 0) {
    await pause(pollMs);
  }
  while (!isOver) {
    const found = victims(moment.victim, runner, workspace.mark).filter((one) => !seen.has(key(one)));
    for (const victim of found) {
      seen.add(key(victim));
      if (seen.size <= moment.passedOver) continue;
      const due = performance.now() + moment.delayMs;
      while (performance.now() < due && isAlive(victim)) await pause(pollMs);
      if (!isAlive(victim)) continue;
      process.kill(victim.pid, moment.signal);
      return true;
    }
    await pause(pollMs);
  }
  return false;
}

const key = ({ pid, startTime }: ProcessId) => `${pid}/${startTime}`;

async function endOf(running: Running, { operation }: Moment, note: (fault: string) => void): Promise<Ended> {
  const timer = setTimeout(() => {
    note(`the ${operation} has not ended after ${mostMs / 1000} s`);
    running.kill("SIGKILL");
  }, mostMs);
  try {
    return await running;
  } finally {
    clearTimeout(timer);
  }
}

/** However it ends, it is by a documented code and with words for its user; a killed runner says nothing. */
function checkEnd(
  { exitCode, all }: Ended,
  { operation, victim, signal }: Moment,
  note: (fault: string) => void,
) {
  // Nor does one that hears a signal before it has begun anything.
  const isSilent = signal === "SIGKILL" || !/Set-up/.test(all);
  if (exitCode === undefined && victim === "runner" && isSilent) return;
  if (exitCode === undefined || exitCode === exitCodes.bug || !documented.has(exitCode)) {
    note(`the ${operation} ended with ${exitCode}: ${lastOf(all)}`);
  }
  if (/^\s+at .+:\d+:\d+\)?$/m.test(all)) note(`the ${operation} shows a stack trace: ${lastOf(all)}`);
}

function expectOk({ exitCode, all }: Ended, what: string, note: (fault: string) => void): void {
  if (exitCode !== 0) note(`${what} ended with ${exitCode}: ${lastOf(all)}`);
}

const lastOf = (text: string) => text.trimEnd().split("\n").slice(-25).join("\n");

/** What was recorded is still there; the run is finished by the same plan, and verifies. */
async function goOn(
  workspace: Workspace,
  run: string | undefined,
  note: (fault: string) => void,
): Promise<void> {
  if (run === undefined || !existsSync(join(run, "plan.json"))) {
    expectOk(await workspace.testbed("study", "chaos.json", "--no-await-quiet"), "the study once more", note);
    return;
  }
  const before = await recorded(run, note);
  const plan = digestOf(join(run, "plan.json"));
  const resumed = await workspace.testbed("study", "--resume", run, "--no-await-quiet");
  expectOk(resumed, "study --resume", note);
  if (digestOf(join(run, "plan.json")) !== plan) note("the plan is another one after --resume");
  const after = await recorded(run, note);
  for (const [name, digest] of before) if (after.get(name) !== digest) note(`${name} is not what it was`);
  const { trials } = JSON.parse(readFileSync(join(run, "plan.json"), "utf8")) as { trials: { id: string }[] };
  for (const { id } of trials)
    if (!after.has(`${id}/trial.json`)) note(`trial ${id} is not there after --resume`);
  expectOk(await workspace.testbed("verify", run), "verify", note);
}

/** Digests of the files of each settled trial. */
async function recorded(run: string, note: (fault: string) => void): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const trial of await readdir(join(run, "trials")).catch(() => [])) {
    const folder = join(run, "trials", trial);
    // Its record comes last: without one there is no trial.
    if (!existsSync(join(folder, "trial.json"))) continue;
    try {
      const { status } = JSON.parse(readFileSync(join(folder, "trial.json"), "utf8")) as { status: string };
      if (status === "finished" && !existsSync(join(folder, "samples.parquet")))
        note(`${trial} has no samples`);
      if (status === "partial") continue;
      for (const name of readdirSync(folder)) found.set(`${trial}/${name}`, digestOf(join(folder, name)));
    } catch (error) {
      note(`${trial} cannot be read: ${error}`);
    }
  }
  return found;
}

const digestOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

async function runs({ folder }: Workspace): Promise<string[]> {
  const place = join(folder, "results", "chaos");
  return (await readdir(place).catch(() => [])).map((name) => join(place, name));
}

/** Of processes, sockets, pipes, folders, locks and records. A process that is ending has a little time for it. */
async function left({ folder, mark, temporary }: Workspace): Promise<string[]> {
  const deadline = performance.now() + 10_000;
  while (markedBy(mark).length > 0 && performance.now() < deadline) await pause(100);
  const faults = markedBy(mark).flatMap(({ pid, command }) => [
    `process ${pid} is left: ${command}`,
    ...listeningOf([pid]).map(({ at }) => `its socket ${at} listens`),
  ]);
  const own = join(folder, ".testbed");
  const locks = join(own, "state", ".pulumi", "locks");
  for (const place of [
    temporary,
    join(own, "tmp"),
    join(own, "engines"),
    join(own, "services"),
    join(own, "disruptions"),
  ]) {
    for (const name of namesIn(place)) faults.push(`${join(place, name)} is left`);
  }
  for (const name of ["run", "run.lock"].filter((one) => existsSync(join(own, one))))
    faults.push(`.testbed/${name} is left`);
  const files = existsSync(locks) ? readdirSync(locks, { recursive: true, withFileTypes: true }) : [];
  for (const file of files.filter((one) => one.isFile())) faults.push(`the lock ${file.name} is left`);
  for (const name of namesIn(join(cacheRoot(), "runs"))) {
    const text = readFileSync(join(cacheRoot(), "runs", name), "utf8");
    if (text.includes(`"${folder}"`)) faults.push(`${name} in the cache says that a run is under way`);
  }
  return faults;
}

function age(path: string): void {
  const before = Date.now() / 1000 - 120;
  utimesSync(path, before, before);
}

function namesIn(place: string): string[] {
  return existsSync(place) ? readdirSync(place) : [];
}
