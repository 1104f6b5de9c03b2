/** What `testbed load` and `testbed schedule` refuse, as they refuse it: every problem, before anything starts. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Problem, TestbedError } from "../../../errors/errors.ts";
import { loadCommand } from "../../../study/commands/load.ts";
import { scheduleCommand } from "../../../study/commands/schedule.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";
import { writeSchedule } from "../../../workloads/schedule/schedule-file.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "load-input-"));
  await writeFile(join(folder, "trace.csv"), "at\n1\n3\n2\nx\n");
  await writeFile(join(folder, "short.csv"), "0\n1\n2\n3\n");
  await writeFile(join(folder, "file"), "");
});
afterAll(() => rm(folder, { recursive: true }));

const url = "http://127.0.0.1:9/classify";
const refusal = (work: Promise<unknown>): Promise<TestbedError> =>
  work.then(
    () => Promise.reject(new Error("it was not refused")),
    (error: TestbedError) => error,
  );
const at = (problems: readonly Problem[]) => problems.map(({ path, got }) => `${path}: ${got}`);

it.each<[string, string, Record<string, string>, string[]]>([
  [
    "a rate and a duration that make no sense",
    url,
    { rate: "-5", seconds: "0" },
    ["rate: -5", "duration: 0"],
  ],
  ["options that are no numbers", url, { rate: "abc", cv: "x" }, ["--cv: x", "--rate: abc"]],
  ["a cv that makes no sense", url, { arrival: "gamma", cv: "-1" }, ["--cv: -1"]],
  ["a law that there is not", url, { arrival: "uniform" }, ['--arrival: "uniform"']],
  ["a cv for so few arrivals", url, { arrival: "gamma", cv: "16", seconds: "10" }, ["duration: 10"]],
  ["a negative seed", url, { seed: "-3" }, ["seed: -3"]],
  ["what is no address", "nonsense", {}, ["url: nonsense"]],
  ["another protocol", "ftp://127.0.0.1/", {}, ["url: ftp://127.0.0.1/"]],
  ["no worker", url, { workers: "0" }, ["workers: 0"]],
  ["half a worker", url, { workers: "2.5" }, ["workers: 2.5"]],
])("refuses %s, by name", async (_, address, options, problems) => {
  const error = await refusal(
    loadCommand.run([address], { out: join(folder, "samples.parquet"), ...options }),
  );
  expect(error.kind).toBe("badInput");
  expect(at(error.problems)).toEqual(problems);
});

it("refuses a trace with unsorted and non-numeric rows, naming each, and one that is too short", async () => {
  const load = (file: string, seconds: string) =>
    refusal(
      loadCommand.run([url], {
        arrival: JSON.stringify({ kind: "trace", file: join(folder, file), rateFactor: 1 }),
        seconds,
      }),
    );
  const rows = (await load("trace.csv", "1")).problems.map(({ path }) => path);
  expect(rows.map((path) => path.slice(-5))).toEqual(["row 4", "row 5"]);
  expect((await load("short.csv", "60")).message).toContain("too short");
});

it("refuses a schedule whose digest does not match", async () => {
  const file = join(folder, "schedule.json");
  const size = { ratePerSecond: 5, durationSeconds: 2, seed: 1, payloadCount: 1 };
  await writeSchedule(file, materialise({ arrival: { kind: "exponential" }, ...size }));
  const edited = JSON.parse(await readFile(file, "utf8"));
  edited.offsetsNs[1] += 1;
  await writeFile(file, JSON.stringify(edited));
  const uses = [
    () => loadCommand.run([url], { schedule: file }),
    () => scheduleCommand.run(["import", file], {}),
  ];
  for (const use of uses) {
    const error = await refusal(use());
    expect(error.message).toContain("does not match its digest");
    expect(error.problems.map(({ path }) => path)).toEqual(["digest"]);
  }
});

it("refuses a place where no samples can be written before it asks for them", async () => {
  const error = await refusal(loadCommand.run([url], { out: join(folder, "file", "samples.parquet") }));
  expect(at(error.problems)).toEqual([`--out: ${join(folder, "file", "samples.parquet")} (ENOTDIR)`]);
});
