/**
 * Connections for an open loop: a request never waits for a busy one. Idle connections are used in turn (the least
 * recently used first), so that a service whose workers share connections gets its load spread over all of them.
 *
 * A server that serves one connection at a time waits for one that says nothing, and looks at none of the others. So where a
 * request on a fresh connection waits much longer than others did, the idle connections are closed; where an answer then
 * comes at once, and the next time again, each connection carries one request from there on.
 *
 * Some are kept in reserve, opened while nothing waits for them, so that a burst finds them warm. One that has been
 * idle for long is replaced before the server closes it: uvicorn and Node do so after 5 s, and a request that meets
 * the closing would be counted as a failure of the service.
 */
import { monotonicMs } from "../../samples/clock.ts";
import { type Connection, connect, type Origin } from "./connection.ts";

export interface Pool {
  /** An idle connection, or a new one; undefined where the cap is hit. */
  take(): Connection | undefined;
  /** Opens the reserve; resolves when it stands, or cannot (the requests will say why). */
  warm(): Promise<void>;
  /**
   * The oldest request under way waits on that connection.
   * @param quickestMs of the answers so far, NaN before the first
   */
  stalled(connection: Connection, waitedMs: number, quickestMs: number): void;
  opened(): number;
  /** Whether the service was found to serve one connection at a time. */
  servesOneConnection(): boolean;
  close(): void;
}

export interface PoolSize {
  /** Kept idle at least, as far as the cap allows. */
  readonly reserve: number;
  /** Open at the same time at most. */
  readonly most: number;
}

const longestIdleMs = 3_000;
const renewalIntervalMs = 500;
const warmingLimitMs = 5_000;
/** A request that waits for so long while others idle may wait for them. */
const stallMs = 250;
/** Where others were answered within this share of the wait, it is no service that takes so long. */
const quickShare = 0.2;
/** What waited for nothing else is answered within this, or within so many times the quickest answer. */
const relievedWithin = { ms: 20, timesQuickest: 5 } as const;
const triesToBeSure = 2;

export function connectionPool(origin: Origin, size: PoolSize): Pool {
  const open = new Set<Connection>();
  /** First in, first out. */
  let idle: Connection[] = [];
  let head = 0;
  let opening = 0;
  let opened = 0;
  let closing = false;
  let tries = 0;
  /** Connections that waited when the idle ones were closed, and until when one of them is answered if it was for these. */
  let waitingThen = new Set<Connection>();
  let relievedUntilMs = Number.NaN;
  let oneByOne = origin.closesEach;
  let found = false;
  let whenSettled = () => {};

  const settled = () => {
    opening = Math.max(0, opening - 1);
    if (opening === 0) whenSettled();
  };

  const openOne = (inReserve: boolean): Connection => {
    let waiting = inReserve;
    const notWaiting = () => {
      if (!waiting) return;
      waiting = false;
      settled();
    };
    if (inReserve) opening++;
    opened++;
    const connection = connect(
      origin,
      (itself) => {
        notWaiting();
        if (waitingThen.has(itself)) learn();
        if (oneByOne && itself.hasAnswered()) itself.destroy();
        else idle.push(itself);
      },
      (itself) => {
        notWaiting();
        open.delete(itself);
        waitingThen.delete(itself);
      },
    );
    open.add(connection);
    return connection;
  };

  /** The first answer to one that waited when the idle ones were closed. */
  const learn = () => {
    const relieved = monotonicMs() < relievedUntilMs;
    waitingThen = new Set();
    if (!relieved) tries = triesToBeSure;
    else if (tries === triesToBeSure) {
      found = true;
      oneByOne = true;
      closeIdle();
    }
    fillReserve();
  };

  const closeIdle = () => {
    const old = idle.slice(head);
    idle = [];
    head = 0;
    for (const connection of old) connection.destroy();
  };

  const fillReserve = () => {
    if (oneByOne || waitingThen.size > 0) return;
    const have = idle.length - head + opening;
    const room = size.most - open.size;
    for (let missing = Math.min(size.reserve - have, room); missing > 0; missing--) openOne(true);
  };

  const renew = () => {
    if (waitingThen.size > 0 && monotonicMs() > relievedUntilMs) learn();
    const before = monotonicMs() - longestIdleMs;
    const old = idle.slice(head).filter((c) => c.idle() && c.idleSinceMs() < before);
    idle = idle.slice(head).filter((c) => c.idle() && c.idleSinceMs() >= before);
    head = 0;
    for (const connection of old) connection.destroy();
    fillReserve();
  };
  const renewal = setInterval(() => !closing && renew(), renewalIntervalMs);

  return {
    take() {
      while (head < idle.length) {
        const connection = idle[head++]!;
        if (head > 1024) {
          idle = idle.slice(head);
          head = 0;
        }
        if (connection.idle()) return connection;
      }
      if (open.size >= size.most) return undefined;
      // One more in reserve for each that a request had to open: the pool grows with the concurrency.
      const connection = openOne(false);
      setImmediate(() => !closing && fillReserve());
      return connection;
    },
    async warm() {
      fillReserve();
      if (opening === 0) return;
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, warmingLimitMs);
        whenSettled = () => {
          clearTimeout(limit);
          resolve();
        };
      });
    },
    stalled(connection, waitedMs, quickestMs) {
      if (oneByOne || waitingThen.size > 0 || tries === triesToBeSure || waitedMs < stallMs) return;
      if (connection.hasAnswered() || quickestMs > quickShare * waitedMs) return;
      if (!idle.slice(head).some((one) => one.idle())) return;
      tries++;
      const { ms, timesQuickest } = relievedWithin;
      relievedUntilMs = monotonicMs() + Math.max(ms, timesQuickest * quickestMs || 0);
      waitingThen = new Set([...open].filter((one) => !one.idle() && !one.hasAnswered()));
      closeIdle();
    },
    opened: () => opened,
    servesOneConnection: () => found,
    close() {
      closing = true;
      clearInterval(renewal);
      for (const connection of open) connection.destroy();
    },
  };
}
