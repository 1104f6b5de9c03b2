/** Our generator as a command, like its peers: `ours.ts <url> <arrival JSON> <rate> <seconds> <seed> <workers>`. */
import { classifications } from "../../infra/services/sentiment/asked.ts";
import { closedLoop } from "../../workloads/drive/closed-loop.ts";
import { drive } from "../../workloads/drive/drive.ts";
import { quantile } from "../../workloads/drive/merge.ts";
import type { GeneratorHealth } from "../../workloads/samples/sample.ts";
import { audit, sendResolutionMs } from "../../workloads/schedule/audit.ts";
import { materialise } from "../../workloads/schedule/schedule.ts";

/** Of an open loop. */
export interface Printed {
  readonly health: GeneratorHealth;
  readonly ok: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** Do the recorded sends follow the law? Left out for even arrivals. */
  readonly sendsAudit?: { readonly p: number; readonly passed: boolean };
}

const [url = "", arrivalJson = "", rate = "", seconds = "", seed = "1", workers = "1"] =
  process.argv.slice(2);
const signal = new AbortController().signal;
const asked = classifications([Buffer.from('{"texts":["Fine."]}')]);

if (arrivalJson === "closed") {
  const { throughputPerSecond } = await closedLoop({
    url,
    asked,
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
    asked,
    timeoutMs: 10_000,
    workers: Number(workers),
    signal,
  });
  const latency = Float64Array.from(samples, ({ completedMs, sentMs }) => completedMs - sentMs).sort();
  const printed: Printed = {
    health,
    ok: samples.filter(({ outcome }) => outcome === "ok").length,
    latencyMs: { p50: quantile(latency, 0.5), p99: quantile(latency, 0.99) },
    ...(schedule.arrival.kind === "constant" ? {} : { sendsAudit: auditOfSends() }),
  };
  console.log(JSON.stringify(printed));

  function auditOfSends(): { p: number; passed: boolean } {
    const { p, passed } = audit({
      ...schedule,
      offsetsMs: Float64Array.from(samples, ({ sentMs }) => sentMs).sort(),
      resolutionMs: sendResolutionMs(schedule.ratePerSecond),
    });
    return { p, passed };
  }
}
