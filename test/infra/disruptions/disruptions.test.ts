/** Every disruption against the rules of the room, and those of a process on a real one: a shell that sleeps. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Disruption } from "../../../infra/disruptions/disruption.ts";
import { disruptions } from "../../../infra/disruptions/index.ts";
import { noteDown, pendingActs, undoPending } from "../../../infra/disruptions/journal/journal.ts";
import {
  isAlive,
  type ProcessId,
  pause,
  spawnDetached,
  statFields,
  stop,
} from "../../../infra/host/process.ts";
import { processesOf, signalOwned } from "../../../infra/host/process-ownership.ts";
import { targets } from "../../../infra/targets/index.ts";

const started: { readonly id: ProcessId; readonly token: string }[] = [];
afterEach(async () => {
  for (const { id, token } of started.splice(0)) await stop(id, token, 0);
});

describe.each(Object.entries<Disruption>(disruptions))("disruption %s", (_, disruption) => {
  it("says what it does, how that is undone, and on which targets", () => {
    expect(disruption.description).not.toBe("");
    expect(disruption.undoing).not.toBe("");
    const declared = Object.keys(disruption.on);
    expect(declared.length).toBeGreaterThan(0);
    expect(Object.keys(targets)).toEqual(expect.arrayContaining(declared));
  });

  it("has a default for each of its settings, and refuses one that it does not know", () => {
    const settings = disruption.settings.parse({});
    expect(disruption.settings.safeParse({ ...(settings as object), colour: "red" }).success).toBe(false);
    expect(disruption.lastsSeconds({})).toBeGreaterThanOrEqual(0);
  });
});

describe.skipIf(process.platform !== "linux")("processes of a service", () => {
  it("get a signal only where pid, start time and mark are all right", async () => {
    const { id, token } = await sleeper();
    expect(signalOwned([{ ...id, startTime: "1" }], { token }, "SIGKILL")).toEqual([]);
    expect(signalOwned([id], { token: `${token}-of-another` }, "SIGKILL")).toEqual([]);
    expect(signalOwned([{ pid: process.pid, startTime: "1" }], { token }, "SIGKILL")).toEqual([]);
    expect(isAlive(id)).toBe(true);
    expect(signalOwned([id], { token }, "SIGKILL")).toEqual([id]);
    await until(() => !isAlive(id));
  });

  it("that were stopped go on after an undo from what was written down alone", async () => {
    const folder = scratch();
    const { id, token } = await sleeper();
    const subject = { subject: "worker", mechanism: "SIGSTOP", workers: [id], mark: { token } };
    noteDown({ disruption: "hang", service: "process.x", subject }, folder);
    await disruptions.hang.inject(subject);
    await until(() => stateOf(id.pid) === "T");
    const [act] = pendingActs(folder);
    await undoPending(act!, folder);
    await until(() => stateOf(id.pid) === "S");
    expect(pendingActs(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("that are not there any more make a disruption fail, with nobody touched in their place", async () => {
    const { id, token } = await sleeper();
    await stop(id, token, 0);
    const subject = { subject: "worker 1", mechanism: "SIGKILL", worker: id, mark: { token } };
    await expect(disruptions["worker-kill"].inject(subject)).rejects.toThrow("worker 1 no longer exists");
  });

  it("have neighbours for as long as they are wanted, and not a moment longer", async () => {
    const { subject } = await neighbours();
    await disruptions["cpu-pressure"].inject(subject);
    expect(processesOf({ token: subject.token })).toHaveLength(2);
    expect(await disruptions["cpu-pressure"].undo(subject)).toBe(true);
    await until(() => processesOf({ token: subject.token }).length === 0);
    expect(await disruptions["cpu-pressure"].undo(subject)).toBe(false);
  });

  it("lose their neighbours even where nobody undoes it", async () => {
    const { subject } = await neighbours();
    await disruptions["cpu-pressure"].inject({ ...subject, atMostSeconds: 0.1 });
    await until(() => processesOf({ token: subject.token }).length === 0);
  });
});

describe("a note of an act", () => {
  it("of a kind that nobody knows stays, and says so", async () => {
    const folder = scratch();
    noteDown({ disruption: "quake", service: "process.x", subject: {} }, folder);
    const [act] = pendingActs(folder);
    await expect(undoPending(act!, folder)).rejects.toThrow("there is no disruption quake to undo");
    expect(pendingActs(folder)).toHaveLength(1);
  });

  it("goes when it is taken back", () => {
    const folder = scratch();
    const forget = noteDown({ disruption: "hang", service: "process.x", subject: {} }, folder);
    expect(pendingActs(folder)).toHaveLength(1);
    forget();
    expect(pendingActs(folder)).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("the supervisor", () => {
  it("starts what has ended again, and ends with it when it is told to", async () => {
    const folder = scratch();
    const server = join(folder, "server.sh");
    writeFileSync(server, "#!/bin/sh\necho started\nexec sleep 60\n", { mode: 0o755 });
    const { id, token, logFile } = await start(["infra/plugin/kinds/process/supervise.sh", server]);
    const starts = () =>
      readFileSync(logFile, "utf8")
        .split("\n")
        .filter((line) => line === "started").length;
    await until(() => starts() === 1);
    const child = () => processesOf({ token }).filter(({ role }) => role !== "supervisor");
    await until(() => child().length === 1 && stateOf(child()[0]!.pid) === "S");
    signalOwned(child(), { token }, "SIGKILL");
    await until(() => starts() === 2);
    process.kill(id.pid, "SIGTERM");
    await until(() => processesOf({ token }).length === 0);
    expect(starts()).toBe(2);
  });
});

async function neighbours() {
  const service = {} as never;
  const settings = { neighbours: 2, seconds: 5 };
  const choose = disruptions["cpu-pressure"].on.process!;
  return { subject: await choose({ service, settings, random: {} as never, route: null }) };
}

async function sleeper() {
  const one = await start(["/bin/sleep", "60"]);
  await until(() => stateOf(one.id.pid) === "S");
  return one;
}

async function start(command: readonly string[]) {
  const token = `token-of-a-test-${Math.random()}`;
  const logFile = join(scratch(), "log");
  const id = await spawnDetached({
    ...{ command, token, logFile },
    cwd: process.cwd(),
    environment: { PATH: "/usr/bin:/bin" },
  });
  started.push({ id, token });
  return { id, token, logFile };
}

function scratch(): string {
  return mkdtempSync(join(tmpdir(), "disruptions-"));
}

function stateOf(pid: number): string {
  return statFields(pid)[0]!;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}
