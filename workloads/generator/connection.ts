/**
 * One keep-alive connection on a raw socket, carrying one request at a time. Raw, because a general HTTP client costs
 * several times the CPU of the request itself, and that CPU is taken from the service on the same machine.
 */
import net from "node:net";
import { monotonicMs } from "../clock.ts";
import { type HttpResponse, responseReader } from "./http-response.ts";

export interface Connection {
  /** Whether a request may be sent now. */
  idle(): boolean;
  /** Of the last answer, or of its opening; monotonic ms. */
  idleSinceMs(): number;
  /** @returns the instant of the send, monotonic ms */
  send(request: Buffer, exchange: Exchange): number;
  /** Closes it without a word to the exchange under way. */
  destroy(): void;
}

/** What becomes of one request. Exactly one of the two is called, once. */
export interface Exchange {
  /** @param connectMs how long the request waited for its connection to stand */
  answered(
    response: HttpResponse | "malformed",
    firstByteMs: number,
    completedMs: number,
    connectMs: number,
  ): void;
  /** `refused`: no connection came about; `reset`: it broke before the answer was whole. */
  failed(outcome: "refused" | "reset", firstByteMs: number, atMs: number, why: string): void;
}

export interface Origin {
  readonly host: string;
  readonly port: number;
}

/** @param onIdle it can take a request @param onClosed it never will again */
export function connect(
  origin: Origin,
  onIdle: (connection: Connection) => void,
  onClosed: (connection: Connection) => void,
): Connection {
  const reader = responseReader();
  let exchange: Exchange | undefined;
  let connected = false;
  let closed = false;
  let firstByteMs = Number.NaN;
  let sentMs = Number.NaN;
  let connectMs = 0;
  let idleSinceMs = monotonicMs();

  const close = () => {
    if (closed) return;
    closed = true;
    socket.destroy();
    onClosed(connection);
  };

  const fail = (error?: NodeJS.ErrnoException) => {
    const failed = exchange;
    exchange = undefined;
    close();
    const why = error?.message ?? "the connection was closed before the answer was whole";
    failed?.failed(connected ? "reset" : "refused", firstByteMs, monotonicMs(), why);
  };

  const onData = (chunk: Buffer) => {
    const nowMs = monotonicMs();
    const current = exchange;
    // An answer that nobody asked for.
    if (current === undefined) return close();
    if (Number.isNaN(firstByteMs)) firstByteMs = nowMs;
    const response = reader.read(chunk);
    if (response === undefined) return;
    exchange = undefined;
    idleSinceMs = nowMs;
    if (response === "malformed" || response.closes) close();
    else onIdle(connection);
    current.answered(response, firstByteMs, nowMs, connectMs);
  };

  const onEnd = () => {
    const response = exchange === undefined ? undefined : reader.end();
    if (response === undefined) return fail();
    const current = exchange!;
    exchange = undefined;
    close();
    current.answered(response, firstByteMs, monotonicMs(), connectMs);
  };

  const socket = net.connect({
    ...origin,
    noDelay: true,
    // All connections read into one buffer: each chunk is used up before the next read.
    onread: {
      buffer: readBuffer,
      callback(length) {
        onData(readBuffer.subarray(0, length));
        return true;
      },
    },
  });
  socket.on("connect", () => {
    connected = true;
    if (exchange === undefined) onIdle(connection);
    else connectMs = monotonicMs() - sentMs;
  });
  socket.on("error", fail);
  socket.on("end", onEnd);
  socket.on("close", () => fail());

  const connection: Connection = {
    idle: () => connected && !closed && exchange === undefined,
    idleSinceMs: () => idleSinceMs,
    send(request, next) {
      exchange = next;
      firstByteMs = Number.NaN;
      connectMs = 0;
      sentMs = monotonicMs();
      socket.write(request);
      return sentMs;
    },
    destroy() {
      exchange = undefined;
      close();
    },
  };
  return connection;
}

const readBuffer = Buffer.allocUnsafeSlow(65_536);
