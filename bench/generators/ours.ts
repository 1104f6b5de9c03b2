/** Our generator as a command, like its peers: `ours.ts <url> <arrival JSON> <rate> <seconds> <seed> <workers>`. */
import { closedLoop } from "../../workloads/closed-loop.ts";
import { drive } from "../../workloads/drive.ts";
import { quantile } from "../../workloads/merge.ts";
import { materialise } from "../../workloads/schedule.ts";

const [url = "", arrivalJson = "", rate = "", seconds = "", seed = "1", workers = "1"] =
  process.argv.slice(2);
const signal = new AbortController().signal;
const bodies = [Buffer.from('{"texts":["Fine."]}')];

if (arrivalJson === "closed") {
  const { throughputPerSecond } = await closedLoop({
    url,
    bodies,
    connections: Number(rate),
    seconds: Number(seconds),
    warmupSeconds: 0.5,
    seed: 1,
    timeoutMs: 10_000,
    signal,
  });
  console.log(JSON.stringify({ throughputPerSecond }));
} else {
  const schedule = materialise({
    arrival: JSON.parse(arrivalJson),
    ratePerSecond: Number(rate),
    durationSeconds: Number(seconds),
    seed: Number(seed),
    payloadCount: 1,
  });
  const { samples, health } = await drive({
    url,
    schedule,
    bodies,
    timeoutMs: 10_000,
    workers: Number(workers),
    signal,
  });
  const latency = Float64Array.from(samples, ({ completedMs, sentMs }) => completedMs - sentMs).sort();
  const ok = samples.filter(({ outcome }) => outcome === "ok").length;
  console.log(
    JSON.stringify({
      health,
      ok,
      latencyMs: { p50: quantile(latency, 0.5), p99: quantile(latency, 0.99) },
    }),
  );
}
