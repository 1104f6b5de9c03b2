import { mkdtemp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeEach, expect, it } from "vitest";
import type { Sample } from "../../../workloads/samples/sample.ts";
import { readSamples, writeSamples } from "../../../workloads/samples/samples-file.ts";

const samples: Sample[] = Array.from({ length: 1000 }, (_, seq) => ({
  seq,
  scheduledMs: seq * 1.25,
  sentMs: seq % 10 === 3 ? Number.NaN : seq * 1.25 + 0.01,
  firstByteMs: seq % 10 === 3 ? Number.NaN : seq * 1.25 + 2,
  completedMs: seq * 1.25 + 2.5,
  outcome: seq % 10 === 3 ? "dropped" : "ok",
  status: seq % 10 === 3 ? 0 : 200,
  bytes: 34,
  payload: seq % 7,
  label: seq % 10 === 3 ? "" : "positive",
  server: "worker's 1",
  worker: seq % 2,
}));

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "samples-"));
});

it("gives back what was written, NaN included, and leaves no draft behind", async () => {
  const path = join(folder, "made", "it's here.parquet");
  await writeSamples(path, samples);
  expect(await readSamples(path)).toEqual(samples);
  expect(await readdir(join(folder, "made"))).toEqual(["it's here.parquet"]);
});

it("writes the same bytes for the same samples, and says their digest", async () => {
  const digests = [
    await writeSamples(join(folder, "a.parquet"), samples),
    await writeSamples(join(folder, "b.parquet"), samples),
  ];
  expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(digests[1]).toBe(digests[0]);
  expect(await readFile(join(folder, "a.parquet"))).toEqual(await readFile(join(folder, "b.parquet")));
});

it("can hold no samples at all", async () => {
  await writeSamples(join(folder, "empty.parquet"), []);
  expect(await readSamples(join(folder, "empty.parquet"))).toEqual([]);
});

it("is Parquet that others read, with NULL where a request was never sent", async () => {
  await writeSamples(join(folder, "a.parquet"), samples);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const read = await connection.runAndReadAll(
    `SELECT count(*)::INT, count(sentMs)::INT, count(DISTINCT server)::INT FROM '${join(folder, "a.parquet")}'`,
  );
  expect(read.getRowsJS()).toEqual([[1000, 900, 1]]);
});

it("says in one clear error that a file is missing, truncated or not ours", async () => {
  const invalid = { name: "TestbedError", kind: "invalidResults" };
  await expect(readSamples(join(folder, "none.parquet"))).rejects.toMatchObject(invalid);
  const cut = join(folder, "cut.parquet");
  await writeSamples(cut, samples);
  await truncate(cut, 500);
  await expect(readSamples(cut)).rejects.toMatchObject(invalid);
  await writeFile(join(folder, "text.parquet"), "seq,outcome\n1,ok\n");
  await expect(readSamples(join(folder, "text.parquet"))).rejects.toMatchObject(invalid);
  const foreign = join(folder, "foreign.parquet");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`COPY (SELECT 1 AS seq, 'ok' AS outcome) TO '${foreign}'`);
  await expect(readSamples(foreign)).rejects.toThrow(/has no column scheduledMs/);
});
