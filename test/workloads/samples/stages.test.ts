import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { responseReader } from "../../../workloads/generator/http/http-response.ts";
import { recorder, toSamples } from "../../../workloads/generator/recorder.ts";
import { readSamples, writeSamples } from "../../../workloads/samples/samples-file.ts";
import { emptyStages, readServerTiming, stageNames } from "../../../workloads/samples/stages.ts";

const header =
  'parse;dur=0.1, tokenise;dur=0.25, queue;dur=3, infer;dur=8.5;desc="4", batch;dur=0, handover;dur=0.05, ' +
  "post;dur=0.02, encode;dur=0.03, total;dur=12.5";

it("a server-timing header becomes a row of stages, the run's size from the description of infer", () => {
  const times = emptyStages(2);
  readServerTiming(`cache;dur=1, connect;dur=99, ${header}`, times, 1);
  expect(Object.fromEntries(stageNames.map((stage) => [stage, times[stage][1]]))).toEqual({
    connect: Number.NaN,
    parse: Math.fround(0.1),
    tokenise: 0.25,
    queue: 3,
    batch: 0,
    infer: 8.5,
    handover: Math.fround(0.05),
    post: Math.fround(0.02),
    encode: Math.fround(0.03),
    total: 12.5,
    texts: 4,
  });
  expect(stageNames.every((stage) => Number.isNaN(times[stage][0]))).toBe(true);
});

it("an answer's header reaches the samples, and is not asked for where there is none", async () => {
  const read = (head: string) => {
    const response = responseReader({ keep: "whole" }).read(
      Buffer.from(`HTTP/1.1 200 OK\r\n${head}content-length: 0\r\n\r\n`),
    );
    if (response === undefined || "malformed" in response) throw new Error("not a whole response");
    return response;
  };
  expect(read("").timing).toBe("");
  const record = recorder(3);
  for (const row of [0, 1, 2])
    record.finish(row, row, { outcome: "ok", firstByteMs: 1, completedMs: row + 20 });
  expect(record.columns.stages).toBeUndefined();
  record.stages(1, read(`Server-Timing: ${header}\r\n`).timing, 0.5);
  const samples = toSamples(record.columns, 0, (row) => ({ seq: row, scheduledMs: row, payload: 0 }));

  const folder = await mkdtemp(join(tmpdir(), "stages-"));
  await writeSamples(join(folder, "with.parquet"), samples);
  const back = await readSamples(join(folder, "with.parquet"));
  const of = (sample: (typeof back)[number], stage: "total" | "connect" | "texts") =>
    sample.stages!.times[stage][sample.stages!.row];
  expect(back.map((sample) => of(sample, "total"))).toEqual([Number.NaN, 12.5, Number.NaN]);
  expect([of(back[1]!, "connect"), of(back[1]!, "texts")]).toEqual([0.5, 4]);

  const silent = samples.map(({ stages: _, ...sample }) => sample);
  await writeSamples(join(folder, "without.parquet"), silent);
  expect((await readSamples(join(folder, "without.parquet")))[0]).not.toHaveProperty("stages");
});
