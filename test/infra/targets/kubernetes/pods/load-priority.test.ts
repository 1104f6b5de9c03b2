import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { raised } from "../../../../../infra/targets/kubernetes/pods/load-priority.ts";

const uid = "0f3c8a52-1111-4222-8333-444455556666";
const isRoot = process.getuid?.() === 0;

describe("a load pod's priority", () => {
  let root: string;
  let process_: ChildProcess;
  const budget = (...path: string[]) => readFileSync(join(root, ...path, "cpu.rt_runtime_us"), "utf8");

  beforeEach(() => {
    root = mkdtempSync(join(os.tmpdir(), "groups-"));
    process_ = spawn("sleep", ["60"]);
    const folders = ["", "kubepods", "kubepods/burstable", `kubepods/burstable/pod${uid}`];
    const containers = ["a", "b"].map((name) => `kubepods/burstable/pod${uid}/${name}`);
    for (const folder of [...folders, ...containers]) {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, "cpu.rt_runtime_us"), "0");
      writeFileSync(join(root, folder, "cgroup.procs"), folder.endsWith("/b") ? `${process_.pid}\n` : "");
    }
  });
  afterEach(() => {
    process_.kill("SIGKILL");
    rmSync(root, { recursive: true });
  });

  it.skipIf(!isRoot)("gets a real-time budget along its control groups, shared among its containers", () => {
    const { nice } = raised([uid], [root], true);
    expect(nice).toBe(-20);
    const pod = ["kubepods", "burstable", `pod${uid}`];
    expect([budget(), budget(...pod), budget(...pod, "a"), budget(...pod, "b")]).toEqual([
      "800000",
      "800000",
      "400000",
      "400000",
    ]);
  });

  it.skipIf(!isRoot)("stays in the ordinary class where the generator hardly sleeps, and says so", () => {
    const { nice, priorityNote } = raised([uid], [root], false);
    expect(nice).toBe(-20);
    expect(priorityNote).toMatch(/ordinary class/);
    expect(budget()).toBe("0");
  });

  it("is left alone, and the record says so, where its processes are not this host's", () => {
    for (const roots of [[], [root]]) {
      const priority = raised(["another-uid"], roots, true);
      expect(priority).not.toHaveProperty("nice");
      expect(priority.priorityNote).toMatch(/not on the load pods. host/);
    }
    expect(os.getPriority(process_.pid)).toBe(os.getPriority(process.pid));
  });
});
