import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { materialise } from "../../../workloads/schedule/schedule.ts";
import { readSchedule, writeSchedule } from "../../../workloads/schedule/schedule-file.ts";

const schedule = materialise({
  arrival: { kind: "gamma", cv: 2 },
  ratePerSecond: 50,
  durationSeconds: 10,
  seed: 3,
  payloadCount: 20,
});

let path = "";
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), "schedule-")), "made", "schedule.json");
  await writeSchedule(path, schedule);
});

it("gives back exactly what was exported", async () => {
  expect(await readSchedule(path)).toEqual(schedule);
});

it.each<
  [string, (file: Record<string, unknown> & { offsetsNs: number[]; payloads: number[] }) => void, RegExp]
>([
  ["one instant moved by a nanosecond", (file) => void file.offsetsNs[5]!++, /digest/],
  ["one payload exchanged", (file) => void file.payloads[5]!++, /digest/],
  ["instants out of order", (file) => void file.offsetsNs.reverse(), /offsetsNs\[1\]/],
  ["a payload missing", (file) => void file.payloads.pop(), /payloads/],
  ["an unknown key", (file) => Object.assign(file, { rescaled: true }), /rescaled/],
  ["a law that does not exist", (file) => Object.assign(file, { arrival: { kind: "magic" } }), /arrival/],
])("refuses %s", async (_, spoil, where) => {
  const file = JSON.parse(await readFile(path, "utf8"));
  spoil(file);
  await writeFile(path, JSON.stringify(file));
  const error = await readSchedule(path).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "TestbedError", kind: "badInput" });
  expect(JSON.stringify((error as { problems: unknown }).problems)).toMatch(where);
});

it("refuses a file that is cut short or not there", async () => {
  await writeFile(path, (await readFile(path, "utf8")).slice(0, 200));
  await expect(readSchedule(path)).rejects.toThrow(/truncated/);
  await expect(readSchedule(`${path}.none`)).rejects.toThrow(/cannot be read/);
});
