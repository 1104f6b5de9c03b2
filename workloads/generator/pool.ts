/**
 * Connections for an open loop: a request never waits for a busy one. Idle connections are used in turn (the least
 * recently used first), so that a service whose workers share connections gets its load spread over all of them.
 *
 * Some are kept in reserve, opened while nothing waits for them, so that a burst finds them warm. One that has been
 * idle for long is replaced before the server closes it: uvicorn and Node do so after 5 s, and a request that meets
 * the closing would be counted as a failure of the service.
 */
import { monotonicMs } from "../clock.ts";
import { type Connection, connect, type Origin } from "./connection.ts";

export interface Pool {
  /** An idle connection, or a new one; undefined where the cap is hit. */
  take(): Connection | undefined;
  /** Opens the reserve; resolves when it stands, or cannot (the requests will say why). */
  warm(): Promise<void>;
  opened(): number;
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

export function connectionPool(origin: Origin, size: PoolSize): Pool {
  const open = new Set<Connection>();
  /** First in, first out. */
  let idle: Connection[] = [];
  let head = 0;
  let opening = 0;
  let opened = 0;
  let closing = false;
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
        idle.push(itself);
      },
      (itself) => {
        notWaiting();
        open.delete(itself);
      },
    );
    open.add(connection);
    return connection;
  };

  const fillReserve = () => {
    const have = idle.length - head + opening;
    const room = size.most - open.size;
    for (let missing = Math.min(size.reserve - have, room); missing > 0; missing--) openOne(true);
  };

  const renew = () => {
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
    opened: () => opened,
    close() {
      closing = true;
      clearInterval(renewal);
      for (const connection of open) connection.destroy();
    },
  };
}
