import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, it } from "vitest";
import { startTimeOf } from "../../../infra/host/process.ts";
import { oneAtATime } from "../../../study/session/one-at-a-time.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const place = mkdtempSync(join(tmpdir(), "testbed-one-at-a-time-"));
const recordOf = (folder: string, record: object) => {
  mkdirSync(folder);
  writeFileSync(join(folder, "0.json"), JSON.stringify({ id: "0", ...record }));
};

it("three processes that add to one file by reading and writing it lose nothing", async () => {
  const folder = join(place, "adding");
  const counter = join(place, "counter");
  const times = 8;
  writeFileSync(counter, "0");
  const program = `
    import { readFileSync, writeFileSync } from "node:fs";
    import { setTimeout } from "node:timers/promises";
    import { oneAtATime } from "${root}study/session/one-at-a-time.ts";
    for (let time = 0; time < ${times}; time++) {
      await oneAtATime("${folder}", async () => {
        const sum = Number(readFileSync("${counter}", "utf8"));
        await setTimeout(1);
        writeFileSync("${counter}", String(sum + 1));
      }, { patienceMs: 60_000 });
    }`;
  const loader = `${root}workloads/typescript/typescript-loader.js`;
  const adding = () => execa("node", ["--import", loader, "--input-type=module", "--eval", program]);
  await Promise.all([adding(), adding(), adding()]);
  expect(readFileSync(counter, "utf8")).toBe(String(3 * times));
  expect(existsSync(folder)).toBe(false);
});

it("within one process too, and whoever fails keeps nobody out", async () => {
  const folder = join(place, "within");
  let inside = 0;
  const work = async () => {
    expect(++inside).toBe(1);
    await setTimeout(2);
    inside--;
    throw new Error("failed");
  };
  const ended = await Promise.allSettled(Array.from({ length: 5 }, () => oneAtATime(folder, work)));
  expect(ended.map((one) => one.status === "rejected" && one.reason.message)).toEqual(
    Array(5).fill("failed"),
  );
});

it("a process that was killed at it excludes nobody; one that lives is named when patience ends", async () => {
  const dead = join(place, "dead");
  recordOf(dead, { pid: process.pid, startTime: "0" });
  expect(await oneAtATime(dead, async () => "done")).toBe("done");
  const living = join(place, "living");
  recordOf(living, { pid: process.ppid, startTime: startTimeOf(process.ppid) });
  await expect(oneAtATime(living, async () => "done", { patienceMs: 50 })).rejects.toThrow(
    `process ${process.ppid}`,
  );
});
