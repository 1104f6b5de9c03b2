/**
 * The closed loop of one generator process: each user thinks, sends a request, and waits for the answer before thinking
 * again. Without think time it measures the highest throughput of a service. Independent users do neither: while the
 * service is stopped, the closed loop sends nothing. `scheduledMs` is the instant at which the user meant to send,
 * which the service has shifted.
 */

import { compileJudge } from "../judge/judge.ts";
import { randomStream } from "../random/random.ts";
import { monotonicMs } from "../samples/clock.ts";
import { recordedExchange } from "./exchange.ts";
import { failureExamples } from "./failures.ts";
import { type LoopHost, liveIntervalMs, meter } from "./host.ts";
import { type Connection, connect } from "./http/connection.ts";
import type { ClosedLoopJob, GeneratorResult } from "./messages.ts";
import { firstRows, type Recorder, recorder } from "./recorder.ts";
import { requestFor } from "./request.ts";
import { askForRealTime, inRealTimeClass } from "./timing/precision.ts";

/** A service that refuses is asked again after this long, not in a tight circle. */
const pauseAfterFailureMs = 100;
/** Rows to allocate where only the time limits their number. */
const mostPerSecond = 100_000;
/** A connection idle for longer is not trusted: uvicorn and Node close theirs after 5 s. */
const longestIdleMs = 3_000;

/** With a shorter mean time between requests the last 2 ms before each are too much of a core for that class. */
const leastMeanGapForRealTimeMs = 20;

export async function closedLoop(job: ClosedLoopJob, host: LoopHost): Promise<GeneratorResult> {
  const { users, turns: named } = job;
  const gapsMs = named?.gapsMs;
  // Users with think time must send as punctually as an open loop; users without it have no instants to keep.
  if (gapsMs !== undefined && mean(gapsMs) / users > leastMeanGapForRealTimeMs) askForRealTime();
  const judge = compileJudge(job.judge);
  const { origin, requests } = requestFor(job, judge);
  const facts = job.requests.map(({ body }) => judge.facts(body));
  const failures = failureExamples(job.ask.secrets);
  const draw = randomStream(job.seed, "payloads");
  const capacity = named?.payloads.length ?? Math.ceil(job.seconds * mostPerSecond);
  const record: Recorder = recorder(capacity);
  const scheduledMs = new Float64Array(capacity);
  const payloads = new Uint32Array(capacity);
  const connections: (Connection | undefined)[] = new Array(users);
  let rows = 0;
  let opened = 0;
  let ended = false;
  const startMs = (await host.start()) ?? Number.NaN;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const connectionOf = (user: number): Connection => {
    const current = connections[user];
    if (current?.idle() && monotonicMs() - current.idleSinceMs() < longestIdleMs) {
      return current;
    }
    current?.destroy();
    opened++;
    const connection = connect(
      origin,
      () => {},
      (itself) => {
        if (connections[user] === itself) connections[user] = undefined;
      },
    );
    connections[user] = connection;
    return connection;
  };

  /** The user thinks from an instant on, then asks; `turn` counts the user's own requests. */
  const begin = (user: number, turn: number, fromMs: number) => {
    if (ended) return;
    const own = turn * users + user;
    const atMs = fromMs + (gapsMs?.[own] ?? 0);
    atInstant(startMs + atMs, () => {
      const row = gapsMs === undefined ? rows : own;
      if (!ended && row < capacity) ask(user, turn, row, atMs);
    });
  };

  const ask = (user: number, turn: number, row: number, atMs: number) => {
    rows = Math.max(rows, row + 1);
    const payload = named?.payloads[row] ?? draw.index(requests.length);
    payloads[row] = payload;
    scheduledMs[row] = atMs;
    const next = () => {
      clearTimeout(limit);
      const { completedMs, outcome } = record.columns;
      if (record.done() === (ended ? rows : capacity)) finish();
      const pause = gapsMs === undefined && outcome[row] !== 0 ? pauseAfterFailureMs : 0;
      begin(user, turn + 1, completedMs[row]! + pause);
    };
    const connection = connectionOf(user);
    const limit = setTimeout(() => {
      connection.destroy();
      const completedMs = monotonicMs() - startMs;
      record.finish(row, atMs, { outcome: "timeout", firstByteMs: Number.NaN, completedMs });
      next();
    }, job.timeoutMs);
    const context = { record, failures, judge, startMs };
    const exchange = recordedExchange(context, row, atMs, facts[payload]!, next);
    record.sent(row, connection.send(requests[payload]!, exchange) - startMs);
  };

  const measured = meter();
  if (!Number.isNaN(startMs) && !host.stop.aborted) {
    host.stop.addEventListener("abort", finish);
    const timeIsUp = () => {
      ended = true;
      if (named === undefined || record.done() === rows) finish();
    };
    const end = Number.isFinite(job.seconds)
      ? setTimeout(timeIsUp, startMs + job.seconds * 1000 - monotonicMs())
      : undefined;
    const live = setInterval(() => host.live(record.live.snapshot()), liveIntervalMs);
    for (let user = 0; user < users; user++) begin(user, 0, 0);
    if (capacity > 0) await finished;
    clearTimeout(end);
    clearInterval(live);
  }
  ended = true;
  const spent = measured();
  for (const connection of connections) connection?.destroy();
  return {
    columns: firstRows(record.columns, rows),
    scheduledMs: scheduledMs.slice(0, rows),
    payloads: payloads.slice(0, rows),
    failures: failures.examples,
    partial: host.stop.aborted || Number.isNaN(startMs),
    ...spent,
    realTime: inRealTimeClass(),
    connectionsOpened: opened,
  };
}

/** Sharper than a timer: the last 2 ms are spent looking at the clock, between looks at the connections. */
function atInstant(ms: number, work: () => void): void {
  const leftMs = ms - monotonicMs();
  if (leftMs <= 0) work();
  else if (leftMs > 2) setTimeout(atInstant, leftMs - 2, ms, work);
  else setImmediate(atInstant, ms, work);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
