import { expect, it } from "vitest";
import { merge, quantile } from "../../../workloads/drive/merge.ts";
import { recorder } from "../../../workloads/generator/recorder.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";

const schedule = materialise({
  arrival: { kind: "constant" },
  ratePerSecond: 10,
  durationSeconds: 1,
  seed: 1,
  payloadCount: 3,
});

function worker(rows: number, done = rows, partial = false) {
  const record = recorder(rows);
  for (let row = 0; row < done; row++) {
    record.sent(row, row);
    record.finish(row, row, { outcome: "ok", firstByteMs: row, completedMs: row + 1, status: 200 });
  }
  return { columns: record.columns, partial };
}

it("puts the workers' samples in the order of the schedule, each with its own instant and payload", () => {
  const samples = merge(schedule, [worker(4), worker(3), worker(3)]);
  expect(samples.map(({ seq, worker }) => [seq, worker])).toEqual(
    Array.from({ length: 10 }, (_, seq) => [seq, seq % 3]),
  );
  expect(samples.map(({ scheduledMs }) => scheduledMs)).toEqual([...schedule.offsetsMs]);
  expect(samples.map(({ payload }) => payload)).toEqual([...schedule.payloads]);
});

it("refuses a number that is missing from a worker that claims to be whole", () => {
  expect(() => merge(schedule, [worker(5), worker(5, 4)])).toThrow(/do not add up to one schedule/);
});

it("refuses more samples than the schedule has requests", () => {
  expect(() => merge(schedule, [worker(5), worker(6)])).toThrow(/do not add up to one schedule/);
});

it("takes what there is from a worker that was stopped", () => {
  expect(merge(schedule, [worker(5, 2, true), worker(5, 1, true)]).map(({ seq }) => seq)).toEqual([0, 1, 2]);
});

it("has quantiles by Hyndman & Fan's rule 7", () => {
  // R: quantile(c(1, 2, 4, 8), .9, type = 7) = 6.8
  expect(quantile(Float64Array.of(1, 2, 4, 8), 0.9)).toBeCloseTo(6.8, 12);
  expect(quantile(Float64Array.of(), 0.5)).toBe(0);
});
