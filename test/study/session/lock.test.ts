import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import type { TestbedError } from "../../../errors/errors.ts";
import { startTimeOf } from "../../../infra/host/process.ts";
import { enterWorkspace, lockCheckout, removeDeadLock } from "../../../study/session/lock.ts";
import { watchOtherRuns } from "../../../study/session/other-runs.ts";
import { machineError } from "../../../study/terminal/machine-error.ts";

const root = mkdtempSync(join(tmpdir(), "testbed-lock-"));
const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
const otherRun = { pid: other.pid!, startTime: startTimeOf(other.pid!)! };

afterAll(() => {
  other.kill("SIGKILL");
  rmSync(root, { recursive: true });
});

const emptyFolder = () => mkdtempSync(join(root, "folder-"));
const held = (folder: string, record: object) =>
  writeFileSync(join(folder, "run"), JSON.stringify({ results: "", ...record }));

it("a command typed by hand during a run is refused with the run's pid and results", () => {
  const folder = emptyFolder();
  held(folder, { ...otherRun, results: "results/quick/one" });
  expect(() => enterWorkspace("down", folder)).toThrow(
    expect.objectContaining({
      kind: "runFailed",
      message: "down would disturb the run in progress in this workspace",
      hint: expect.stringContaining(`kill -INT ${other.pid}`),
      problems: [expect.objectContaining({ got: `process ${other.pid}, results in results/quick/one` })],
    }),
  );
});

it.each([
  ["nothing was ever run", undefined],
  ["the run was killed and its pid is another process' now", { ...otherRun, startTime: "0" }],
  ["an older version has left a bare pid", "1234"],
])("and is not where %s", (_, record) => {
  const folder = emptyFolder();
  if (typeof record === "string") writeFileSync(join(folder, "run"), record);
  else if (record !== undefined) held(folder, record);
  const leave = enterWorkspace("up", folder);
  expect(readdirSync(join(folder, "commands"))).toEqual([`${process.pid}.json`]);
  leave();
  expect(readdirSync(join(folder, "commands"))).toEqual([]);
});

it("a refused command leaves no word of itself", () => {
  const folder = emptyFolder();
  held(folder, otherRun);
  expect(() => enterWorkspace("load", folder)).toThrow();
  expect(readdirSync(join(folder, "commands"))).toEqual([]);
});

const atWork = (folder: string, ...records: { pid: number; startTime: string }[]) => {
  mkdirSync(join(folder, "commands"));
  for (const record of records) {
    writeFileSync(
      join(folder, "commands", `${record.pid}.json`),
      JSON.stringify({ ...record, command: "load" }),
    );
  }
};

it("a run does not begin while a command is at work that would disturb it, and leaves no lock", async () => {
  const folder = emptyFolder();
  atWork(folder, otherRun);
  await expect(lockCheckout({ folder, onLost() {} })).rejects.toMatchObject({
    kind: "runFailed",
    problems: [{ got: `load, process ${other.pid}` }],
  });
  expect(readdirSync(folder)).toEqual(["commands"]);
  // Other commands may.
  enterWorkspace("up", folder)();
});

it("a killed command holds no run up, and its record goes", async () => {
  const folder = emptyFolder();
  atWork(folder, { ...otherRun, startTime: "0" });
  const run = await lockCheckout({ folder, onLost() {} });
  expect(readdirSync(join(folder, "commands"))).toEqual([]);
  await run.release();
});

it("the lock of a run that was killed is removed, that of one that lives is not", () => {
  const folder = emptyFolder();
  held(folder, otherRun);
  mkdirSync(join(folder, "run.lock"));
  expect(removeDeadLock(folder)).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(["run", "run.lock"]);
  held(folder, { ...otherRun, startTime: "0" });
  expect(removeDeadLock(folder)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});

it("the lock of a run that was killed is taken at once, whatever its age", async () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, "run.lock"));
  held(folder, { ...otherRun, startTime: "0" });
  const run = await lockCheckout({ folder, onLost() {} });
  await expect(lockCheckout({ folder, onLost() {} })).rejects.toMatchObject({ kind: "runFailed" });
  await run.release();
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ["was killed", () => {}],
  ["was killed before it could write who it is", (folder: string) => rmSync(join(folder, "run"))],
])("of many runs that begin at once after one that %s, one has the workspace", async (_, then) => {
  for (let round = 0; round < 10; round++) {
    const folder = emptyFolder();
    mkdirSync(join(folder, "run.lock"));
    await utimes(join(folder, "run.lock"), new Date(0), new Date(0));
    held(folder, { ...otherRun, startTime: "0" });
    then(folder);
    const begun = await Promise.allSettled(
      Array.from({ length: 4 }, () => lockCheckout({ folder, onLost() {} })),
    );
    const winners = begun.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(winners).toHaveLength(1);
    for (const one of begun) {
      if (one.status === "rejected")
        expect(one.reason.message).toBe("another run is in progress in this workspace");
    }
    await winners[0]!.release();
    expect(readdirSync(folder)).toEqual([]);
  }
});

it("a folder that cannot hold the lock is told as what the machine refuses, by its path", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "starting"), "");
  const error = await lockCheckout({ folder, onLost() {} }).catch((thrown: unknown) => thrown);
  expect(machineError(error)).toMatchObject({
    kind: "badInput",
    problems: [{ path: "path", got: join(folder, "starting") }],
  });
});

it("a second run is told of the first; a first that has ended leaves nothing", async () => {
  const folder = emptyFolder();
  const first = await lockCheckout({ folder, onLost() {} });
  await first.tell("results/quick/one");
  await expect(lockCheckout({ folder, onLost() {} })).rejects.toMatchObject({
    message: "another run is in progress in this workspace",
    problems: [{ got: `process ${process.pid}, results in results/quick/one` }],
  });
  await first.release();
  expect(readdirSync(folder)).toEqual([]);
});

const quick = { staleMs: 2_000, renewMs: 1_000 };

it("a command in a folder where nothing was ever at work leaves none of ours there", () => {
  const folder = join(root, "untouched");
  enterWorkspace("load", folder)();
  expect(existsSync(folder)).toBe(false);
});

it("a run whose lock is gone, as after a long sleep, takes it again where nobody has it", async () => {
  const folder = emptyFolder();
  let lost: TestbedError | undefined;
  const lock = await lockCheckout({ folder, ...quick, onLost: (why) => (lost = why) });
  rmSync(join(folder, "run.lock"), { recursive: true });
  await vi.waitUntil(() => readdirSync(folder).includes("run.lock"), { timeout: 5_000 });
  expect(lost).toBeUndefined();
  await expect(lockCheckout({ folder, onLost() {} })).rejects.toMatchObject({ kind: "runFailed" });
  await lock.release();
});

it("and ends where another run has it, whose lock it leaves alone", async () => {
  const folder = emptyFolder();
  let lost: TestbedError | undefined;
  const lock = await lockCheckout({ folder, ...quick, onLost: (why) => (lost = why) });
  rmSync(join(folder, "run.lock"), { recursive: true });
  await mkdir(join(folder, "run.lock"));
  const renewed = new Date(Date.now() + 60_000);
  await utimes(join(folder, "run.lock"), renewed, renewed);
  held(folder, { ...otherRun, results: "results/other" });
  await vi.waitUntil(() => lost !== undefined, { timeout: 5_000 });
  expect(lost).toMatchObject({
    kind: "runFailed",
    problems: [{ got: `process ${other.pid}, results in results/other` }],
  });
  await lock.release();
  expect(readdirSync(folder).sort()).toEqual(["run", "run.lock"]);
});

it("runs of two workspaces on one machine are told of each other, once; dead ones are not", async () => {
  const folder = emptyFolder();
  writeFileSync(
    join(folder, "1.json"),
    JSON.stringify({ pid: 1, startTime: "never", workspace: "/somewhere/dead" }),
  );
  const said: string[] = [];
  const first = watchOtherRuns({ folder, say: (line) => said.push(line), everyMs: 20 });
  expect(said).toEqual([]);
  expect(first.notes()).toEqual([]);
  const second = watchOtherRuns({
    folder,
    say() {},
    own: { ...otherRun, workspace: "/somewhere/else" },
  });
  expect(second.notes()).toEqual([expect.stringContaining(`process ${process.pid}`)]);
  await vi.waitUntil(() => said.length > 0);
  second.end();
  first.notes();
  expect(said).toEqual([
    `note: another run shares this machine's cores: process ${other.pid} in /somewhere/else`,
  ]);
  expect(first.notes()).toEqual([
    `Another run, of another workspace, shared this machine's cores: process ${other.pid}.`,
  ]);
  const third = { pid: process.ppid, startTime: startTimeOf(process.ppid)!, workspace: "/third" };
  watchOtherRuns({ folder, say() {}, own: third }).notes();
  expect(first.notes()).toEqual([
    `2 other runs, of other workspaces, shared this machine's cores: processes ${other.pid}, ${process.ppid}.`,
  ]);
  rmSync(join(folder, `${process.ppid}.json`));
  first.end();
  expect(readdirSync(folder)).toEqual([]);
});
