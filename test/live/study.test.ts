/** The chain of `npm start` on real parts, with the tiny model: Pulumi engine, BentoML, load, analysis, report, teardown. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { registered } from "../../infra/host/started-services.ts";
import { run, testbed } from "./command.ts";

const studyFile = "test/live/studies/tiny.ts";
/** For what goes wrong: it starts sooner. */
const quickStudy = "test/live/studies/tiny-onnx.ts";

describe("a study on the process target", () => {
  afterAll(async () => {
    for (const variant of ["baseline", "onnx", "onnx-int8"])
      await run("node", [...testbed, "down", `process.${variant}`]);
  });

  it("deploys, loads, compares, reports and leaves nothing running", async () => {
    const { stdout } = await run("node", [...testbed, "study", studyFile], { maxBuffer: 2 ** 26 });
    const report = stdout.trim().split("\n").at(-1)!;
    expect(report).toMatch(/report\.html$/);
    const html = await readFile(report, "utf8");
    expect(html).toMatch(/synthetic/i);
    const directory = join(report, "..");
    const trials = await readdir(join(directory, "trials"));
    expect(trials).toHaveLength(3);
    for (const trial of trials) {
      const record = JSON.parse(await readFile(join(directory, "trials", trial, "trial.json"), "utf8"));
      expect(record).toMatchObject({ id: trial, status: "finished" });
      expect(record.generator.recorded).toBe(record.generator.scheduled);
      expect(record.generator.scheduled).toBeGreaterThan(20);
      expect(record.serviceThrottledShare).toBeGreaterThanOrEqual(0);
    }
    expect(services()).toEqual([]);
  });

  it("stops cleanly on Ctrl-C, leaves nothing running, and --resume finishes only what was left", async () => {
    const first = spawn("node", [...testbed, "study", quickStudy], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    first.stderr.on("data", (text) => {
      said += String(text);
      // One deployment is done: interrupt in the middle of the next.
      if (/1\/3 trials/.test(said) && !first.killed) first.kill("SIGINT");
    });
    const code = await new Promise((resolve) => first.on("exit", resolve));
    expect(code, said).toBe(130);
    expect(services()).toEqual([]);
    const counted = [...said.matchAll(/(\d+)\/3 trials/g)].at(-1)![1];
    expect(said).toContain(`stopped after ${counted} trials`);
    const directory = /Results: (.+)/.exec(said)![1]!;
    expect(existsSync(join(directory, "report.html"))).toBe(false);
    const before = await started(directory);
    expect(before.size).toBeGreaterThanOrEqual(1);

    const { stdout } = await run("node", [...testbed, "study", quickStudy, "--resume", directory]);
    expect(stdout.trim().split("\n").at(-1)).toBe(join(directory, "report.html"));
    const after = await started(directory);
    expect(after.size).toBe(3);
    for (const [trial, startedAt] of before) expect(after.get(trial)).toBe(startedAt);
  });

  it("stops as on Ctrl-C where whoever read its lines has gone, as `| head` goes, and leaves nothing running", async () => {
    const study = spawn("node", [...testbed, "study", quickStudy], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    study.stderr.on("data", (text) => {
      said += String(text);
      // After the calibration, with a deployment on its way.
      if (/3 trials, about[\s\S]*deploying/.test(said)) study.stderr.destroy();
    });
    const code = await new Promise((resolve) => study.on("exit", resolve));
    expect(study.stderr.destroyed, said).toBe(true);
    expect(code, said).toBe(130);
    expect(services()).toEqual([]);
  });

  it("stops as on Ctrl-C where the npx that started it is killed, and leaves nothing running", async () => {
    const npx = spawn("npx", ["testbed", "study", quickStudy], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    npx.stderr.on("data", (text) => {
      said += String(text);
      if (/3 trials, about[\s\S]*deploying/.test(said) && !npx.killed) npx.kill("SIGTERM");
    });
    // Of the pipe: npx itself is gone long before the testbed that it started.
    await new Promise((resolve) => npx.stderr.on("close", resolve));
    expect(said).toMatch(/npm was ended: finishing cleanly/);
    expect(said).toMatch(/every deployment is down/);
    expect(services()).toEqual([]);
  });

  it("reports a service that is killed during a trial, and tears it down", async () => {
    const child = spawn("node", [...testbed, "study", quickStudy], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    let out = "";
    let killed = false;
    child.stdout.on("data", (text) => {
      out += String(text);
    });
    child.stderr.on("data", (text) => {
      said += String(text);
    });
    const exited = new Promise((resolve) => child.on("exit", resolve));
    const watch = setInterval(async () => {
      // After the calibration, in the first deployment: once it is ready, its trial is about to be driven.
      const [service] = /3 trials, about/.test(said) ? services() : [];
      if (killed || service === undefined || !(await isReady(service.logFile)) || killed) return;
      killed = true;
      setTimeout(() => process.kill(service.pid, "SIGKILL"), 3_000);
    }, 100);
    await exited;
    clearInterval(watch);
    expect(killed, said).toBe(true);
    const directory = /Results: (.+)/.exec(said)![1]!;
    const records = await Promise.all(
      (await readdir(join(directory, "trials"))).map(async (trial) =>
        JSON.parse(await readFile(join(directory, "trials", trial, "trial.json"), "utf8")),
      ),
    );
    expect(records.filter(({ status }) => status === "failed")).toHaveLength(1);
    expect(out).toMatch(/1 of 3 trials/);
    expect(services()).toEqual([]);
  });
});

async function isReady(logFile: string): Promise<boolean> {
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await readFile(logFile, "utf8").catch(() => ""))?.[0];
  if (url === undefined) return false;
  return fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Served by this checkout on this target; other targets may have something up. */
function services() {
  return registered().filter(({ name }) => name.startsWith("process."));
}

/** When each settled trial began, by trial. */
async function started(directory: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const trial of await readdir(join(directory, "trials"))) {
    const path = join(directory, "trials", trial, "trial.json");
    if (!existsSync(path)) continue;
    const { status, startedAt } = JSON.parse(await readFile(path, "utf8"));
    if (status !== "partial") found.set(trial, startedAt);
  }
  return found;
}
