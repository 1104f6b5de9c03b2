/**
 * A load worker on a cluster: the pod of an Indexed Job. It receives its requests, computes its share of the schedule,
 * waits until the service can be reached, warms its connections, waits for the common start, and keeps its samples
 * until all of them have been fetched.
 */
import { readFileSync } from "node:fs";
import { untilAccepted } from "./drive/reached.ts";
import { shareOf, shareSpec } from "./drive/share.ts";
import { openWorkerApi } from "./drive/worker-api.ts";
import { runGenerators } from "./generator/processes.ts";
import { monotonicMs } from "./samples/clock.ts";

const port = 8080;
const acceptedWithinMs = 20_000;
const worker = Number(process.env.JOB_COMPLETION_INDEX ?? "0");
const spec = shareSpec.parse(JSON.parse(readFileSync(process.argv[2]!, "utf8")));
const stopped = new AbortController();
process.on("SIGTERM", () => stopped.abort());

const api = openWorkerApi(port, () => process.exit(0));
const job = shareOf(spec, worker, await api.handed);
await untilAccepted(job.url, { withinMs: acceptedWithinMs, signal: stopped.signal });
const { results, nice } = await runGenerators(
  [job],
  stopped.signal,
  () => {},
  async () => {
    api.warm();
    const atEpochMs = await Promise.race([api.startedAtEpochMs, aborted()]);
    return monotonicMs() + (atEpochMs - Date.now());
  },
);
api.give({ ...results[0]!, worker, nice, node: process.env.NODE_NAME ?? "" });

function aborted(): Promise<number> {
  return new Promise((resolve) => stopped.signal.addEventListener("abort", () => resolve(Date.now())));
}
