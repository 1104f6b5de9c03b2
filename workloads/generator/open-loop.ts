/**
 * The open loop of one generator process: request i is sent at its instant, whatever happened to the others.
 *
 *   timer thread:      sleep until instant - lead ............ wake the dispatcher
 *   dispatcher:        sleep in epoll, answers wake it ....... look, look, look over the last `lead`, send
 *
 * Each look goes through the event loop (`setImmediate`), so answers that come meanwhile get their time at once.
 * At most `spinMs` are spent awake for each instant, see docs/decisions/0005-dispatch.md.
 */

import { compileJudge } from "../judge/judge.ts";
import { monotonicMs } from "../samples/clock.ts";
import { recordedExchange } from "./exchange.ts";
import { failureExamples } from "./failures.ts";
import { type LoopHost, liveIntervalMs, meter } from "./host.ts";
import type { Connection } from "./http/connection.ts";
import { connectionPool } from "./http/pool.ts";
import type { GeneratorResult, OpenLoopJob } from "./messages.ts";
import { recorder } from "./recorder.ts";
import { requestFor } from "./request.ts";
import { askForRealTime, inRealTimeClass, leastMeanGapForRealTimeMs } from "./timing/precision.ts";
import { startTimerThread } from "./timing/timer-thread-handle.ts";

/**
 * The two thread wake-ups between the timer thread's timer and the dispatcher take 0.05-0.1 ms, and more where the cores
 * were asleep, as they are between the requests of a slow schedule. So the lead is a share of the mean gap: at most
 * that share of one core is spent on waiting awake. In the real-time class wake-ups are sharper and the lead is shorter:
 * whatever the service wants to do on this core waits behind it. Not shorter than 1 ms where the schedule is slow: with
 * 0.3 ms a tenth of the sends were 0.4 ms late at 8/s, with 1 ms 0.04 ms.
 */
const leadOfMeanGap = 0.02;
const leadLimitsMs = { ordinary: [0.1, 1.5], realTime: [0.06, 1] } as const;
/** Past the lead, before the dispatcher goes to sleep again. */
const spinBeyondLeadMs = 0.1;
/**
 * Every look leaves a little to collect. V8 would do it in the middle of a later wait, and that send would be 1 ms late; so
 * it is done where nothing is in flight and nothing due.
 */
const looksToCollect = 10_000;
const collectionMs = 5;
/** Sends in a row before answers are looked at again, where the loop has fallen behind. */
const mostSendsInARow = 32;
/** A timeout is noticed within this share of its limit, or 20 ms: every look wakes a core, in each of the workers. */
const sweepOfTimeout = 0.02;
const sweepLimitsMs = { shortest: 20, longest: 200 } as const;
/** Kept warm: the arrivals of this long, within limits. */
const reserveSeconds = 0.05;
const mostReserve = 1_024;

export async function openLoop(job: OpenLoopJob, host: LoopHost): Promise<GeneratorResult> {
  const { offsetsMs, payloads } = job;
  const count = offsetsMs.length;
  const judge = compileJudge(job.judge);
  const { origin, requests } = requestFor(job, judge);
  const facts = job.requests.map(({ body }) => judge.facts(body));
  const failures = failureExamples(job.ask.secrets);
  const record = recorder(count);
  const pool = connectionPool(origin, {
    reserve: origin.closesEach ? 0 : Math.min(job.mostConnections, reserveFor(offsetsMs)),
    most: job.mostConnections,
  });
  const carriers: (Connection | undefined)[] = new Array(count);
  const meanGapMs = (offsetsMs.at(-1) ?? 0) / Math.max(1, count);
  const realTime = meanGapMs > leastMeanGapForRealTimeMs && askForRealTime();
  const [shortestLeadMs, longestLeadMs] = leadLimitsMs[realTime ? "realTime" : "ordinary"];
  const leadMs = Math.min(longestLeadMs, Math.max(shortestLeadMs, leadOfMeanGap * meanGapMs));
  const spinMs = leadMs + spinBeyondLeadMs;
  const timer = await startTimerThread(offsetsMs, leadMs);
  await pool.warm();
  // What set-up left is cleared now and not by the first collection under load, which would have to move it: 6 ms.
  globalThis.gc?.();
  const startMs = (await host.start()) ?? Number.NaN;
  const context = { record, failures, judge, startMs };
  let next = 0;
  let oldest = 0;
  let ended = false;
  /** A look is due in this turn of the event loop. */
  let looking = false;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = () => {
      ended = true;
      resolve();
    };
  });

  const send = (row: number) => {
    const scheduledMs = offsetsMs[row]!;
    const connection = pool.take();
    if (connection === undefined) {
      const completedMs = monotonicMs() - startMs;
      record.finish(row, scheduledMs, { outcome: "dropped", firstByteMs: Number.NaN, completedMs });
      concluded(row);
      return;
    }
    carriers[row] = connection;
    const exchange = recordedExchange(context, row, scheduledMs, facts[payloads[row]!]!, () =>
      concluded(row),
    );
    record.sent(row, connection.send(requests[payloads[row]!]!, exchange) - startMs);
  };

  let looks = 0;
  let quickestMs = Number.NaN;
  const concluded = (row: number) => {
    carriers[row] = undefined;
    const { status, sentMs, completedMs } = record.columns;
    if (status[row] !== 0) {
      const tookMs = completedMs[row]! - sentMs[row]!;
      if (!(tookMs >= quickestMs)) quickestMs = tookMs;
    }
    if (record.done() === count) return finish();
    if (looks < looksToCollect || record.done() < next) return;
    if (startMs + offsetsMs[next]! - monotonicMs() < leadMs + collectionMs) return;
    globalThis.gc?.({ type: "minor" });
    looks = 0;
  };

  const lookAgain = () => {
    timer.awake();
    looking = true;
    setImmediate(look);
  };

  const look = () => {
    looking = false;
    looks++;
    for (let sends = 0; !ended && next < count; sends++) {
      const dueInMs = startMs + offsetsMs[next]! - monotonicMs();
      if (dueInMs > spinMs) {
        timer.asleep(next);
        // Once more: the timer thread may have found us awake just before, and will not call for this instant again.
        if (startMs + offsetsMs[next]! - monotonicMs() > spinMs) return;
      }
      if (dueInMs > 0 || sends === mostSendsInARow) return lookAgain();
      send(next++);
    }
  };

  const sweep = () => {
    const nowMs = monotonicMs() - startMs;
    for (; oldest < next; oldest++) {
      if (record.isDone(oldest)) continue;
      if (nowMs - record.columns.sentMs[oldest]! < job.timeoutMs) break;
      carriers[oldest]?.destroy();
      const timeout = { outcome: "timeout", firstByteMs: Number.NaN, completedMs: nowMs } as const;
      record.finish(oldest, offsetsMs[oldest]!, timeout);
      concluded(oldest);
    }
    const carrier = carriers[oldest];
    if (carrier !== undefined) pool.stalled(carrier, nowMs - record.columns.sentMs[oldest]!, quickestMs);
  };

  const measured = meter();
  if (!Number.isNaN(startMs) && count > 0) {
    host.stop.addEventListener("abort", finish);
    if (host.stop.aborted) finish();
    const timers = [
      setInterval(sweep, sweepEveryMs(job.timeoutMs)),
      setInterval(() => host.live(record.live.snapshot()), liveIntervalMs),
    ];
    timer.onDue(() => looking || look());
    timer.start(startMs);
    await finished;
    timers.forEach(clearInterval);
  }
  const spent = measured();
  ended = true;
  await timer.end();
  pool.close();
  return {
    columns: record.columns,
    scheduledMs: new Float64Array(0),
    payloads: new Uint32Array(0),
    failures: failures.examples,
    partial: record.done() < count,
    ...spent,
    realTime: inRealTimeClass(),
    connectionsOpened: pool.opened(),
    servesOneConnection: pool.servesOneConnection(),
  };
}

function sweepEveryMs(timeoutMs: number): number {
  return Math.min(sweepLimitsMs.longest, Math.max(sweepLimitsMs.shortest, sweepOfTimeout * timeoutMs));
}

function reserveFor(offsetsMs: Float64Array): number {
  const seconds = (offsetsMs.at(-1) ?? 0) / 1000;
  const perSecond = seconds > 0 ? offsetsMs.length / seconds : 0;
  return Math.min(mostReserve, Math.max(8, Math.ceil(perSecond * reserveSeconds)));
}
