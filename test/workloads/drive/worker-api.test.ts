import type { AddressInfo } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { checked } from "../../../infra/targets/kubernetes/pods/load-pods.ts";
import type { ShareResult } from "../../../workloads/drive/share.ts";
import { digestHeader, openWorkerApi, type WorkerApi } from "../../../workloads/drive/worker-api.ts";
import { recorder } from "../../../workloads/generator/recorder.ts";

let api: WorkerApi | undefined;
afterEach(() => api?.server.close());

const ask = async (path: string, method = "GET", body?: string) => {
  const { port } = api!.server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body ? { body } : {}) });
  const content = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, content, digest: answer.headers.get(digestHeader) ?? "" };
};

/** As a worker that has sent `rows` requests hands it over. */
function shareOfRows(rows: number): ShareResult {
  const { columns } = recorder(rows);
  columns.outcome.fill(0);
  for (let row = 0; row < rows; row++) columns.completedMs[row] = row + 0.75;
  return {
    columns,
    scheduledMs: new Float64Array(0),
    payloads: new Uint32Array(0),
    failures: [],
    partial: false,
    cpuSeconds: 1,
    wallSeconds: 2,
    throttledShare: null,
    realTime: true,
    connectionsOpened: 3,
    worker: 0,
    nice: 0,
    node: "n",
  };
}

it("a worker says when it is warm, learns of the start, and hands over a million samples whole", async () => {
  let done = false;
  api = openWorkerApi(0, () => {
    done = true;
  });
  expect((await ask("/ready")).status).toBe(503);
  api.warm();
  expect((await ask("/ready")).status).toBe(200);
  await ask("/start", "POST", JSON.stringify({ atEpochMs: 1234 }));
  expect(await api.startedAtEpochMs).toBe(1234);
  expect((await ask("/result")).status).toBe(404);

  const rows = 1_000_000;
  api.give(shareOfRows(rows));
  const { status, content, digest } = await ask("/result");
  expect(status).toBe(200);
  const { columns } = checked("pod", content, digest);
  expect(columns.outcome).toHaveLength(rows);
  for (const row of [0, 1, 65_536, rows - 1]) expect(columns.completedMs[row]).toBe(row + 0.75);

  content[content.length >> 1]! ^= 1;
  expect(() => checked("pod", content, digest)).toThrow(/arrived incomplete/);
  await ask("/done", "POST");
  await vi.waitFor(() => expect(done).toBe(true));
});
