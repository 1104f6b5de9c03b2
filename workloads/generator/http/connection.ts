/**
 * One connection, carrying one request at a time. A raw socket, because a general HTTP client costs several times the CPU of
 * the request itself, and that CPU is taken from the service on the same machine; over TLS the same, at the cost of Node's
 * TLS streams.
 */
import net from "node:net";
import tls from "node:tls";
import { type EventClock, eventClock, noEvent } from "../../judge/events.ts";
import { monotonicMs } from "../../samples/clock.ts";
import { type HttpResponse, type Malformed, responseReader } from "./http-response.ts";

export interface Connection {
  /** Whether a request may be sent now. */
  idle(): boolean;
  /** Of the last answer, or of its opening; monotonic ms. */
  idleSinceMs(): number;
  /** Whether anything has ever been answered on it. */
  hasAnswered(): boolean;
  /** @returns the instant of the send, monotonic ms */
  send(request: PreparedRequest, exchange: Exchange): number;
  /** Closes it without a word to the exchange under way. */
  destroy(): void;
}

export interface PreparedRequest {
  readonly bytes: Buffer;
  /** The answer has no body, whatever its head says (HEAD). */
  readonly bodyless: boolean;
}

/** What becomes of one request. Exactly one of the two is called, once. */
export interface Exchange {
  /** @param connectMs how long the request waited for its connection to stand */
  answered(
    response: HttpResponse | Malformed,
    firstByteMs: number,
    completedMs: number,
    connectMs: number,
  ): void;
  /**
   * `refused`: no connection came about; `reset`: it broke before the answer was whole; `dropped`: this machine had no
   * descriptor or port left for it, which is not the service's fault.
   */
  failed(outcome: "refused" | "reset" | "dropped", firstByteMs: number, atMs: number, why: string): void;
}

export interface Origin {
  readonly host: string;
  readonly port: number;
  /** Made once: it reads the certificates of everybody whom it trusts. */
  readonly tls: tls.SecureContext | undefined;
  /** Of a body, how much the judge looks at. */
  readonly keep: number | "whole";
  readonly stream: "sse" | "chunked" | undefined;
  /** Each connection carries one request. */
  readonly closesEach: boolean;
}

/** What this machine lacked, by the system's word for it. */
const ownLimits: Readonly<Record<string, string>> = {
  EMFILE: "file descriptors (`ulimit -n`)",
  ENFILE: "file descriptors of the whole machine",
  EADDRNOTAVAIL: "local ports",
  ENOBUFS: "socket buffers",
  ENOMEM: "memory",
};

/**
 * What is written at once. A megabyte in one write keeps the event loop for a quarter of a millisecond, as the kernel copies it
 * and, on one machine, receives it too: a request that falls due meanwhile would be as late. Between pieces others are sent.
 */
const pieceBytes = 131_072;

/** @param onIdle it can take a request @param onClosed it never will again */
export function connect(
  origin: Origin,
  onIdle: (connection: Connection) => void,
  onClosed: (connection: Connection) => void,
): Connection {
  const events: EventClock | undefined = origin.stream === undefined ? undefined : eventClock(origin.stream);
  let nowMs = 0;
  const reader = responseReader({
    keep: origin.keep,
    ...(events === undefined
      ? {}
      : { onBody: (piece: Buffer, endsChunk: boolean) => events.body(piece, endsChunk, nowMs) }),
  });
  let exchange: Exchange | undefined;
  let connected = false;
  let closed = false;
  let answered = false;
  let firstByteMs = Number.NaN;
  let sentMs = Number.NaN;
  let connectMs = 0;
  let idleSinceMs = monotonicMs();
  /** Of the request under way, where it did not leave in one write. */
  let unsent: Buffer | undefined;

  const sendOn = () => {
    if (closed || unsent === undefined) return;
    const piece = unsent.subarray(0, pieceBytes);
    unsent = unsent.length > pieceBytes ? unsent.subarray(pieceBytes) : undefined;
    // After the system has the data, and after the requests that are due.
    if (unsent === undefined) socket.write(piece);
    else socket.write(piece, () => setImmediate(sendOn));
  };

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
    if (failed === undefined) return;
    const limit = connected ? undefined : ownLimits[error?.code ?? ""];
    if (limit !== undefined) {
      const why = `the generator ran out of ${limit}: ${error!.code}`;
      return failed.failed("dropped", Number.NaN, monotonicMs(), why);
    }
    const why = error?.message || "the connection was closed before the answer was complete";
    failed.failed(connected ? "reset" : "refused", firstByteMs, monotonicMs(), why);
  };

  /** A stream counts from its first event to its last. */
  const conclude = (current: Exchange, response: HttpResponse | Malformed) => {
    if (events === undefined || "malformed" in response) {
      return current.answered(response, firstByteMs, nowMs, connectMs);
    }
    const { status } = response;
    if (status < 200 || status > 299) return current.answered(response, firstByteMs, nowMs, connectMs);
    const lastMs = events.lastMs();
    if (Number.isNaN(lastMs)) {
      return current.answered({ malformed: noEvent }, firstByteMs, nowMs, connectMs);
    }
    current.answered(response, events.firstMs(), lastMs, connectMs);
  };

  const onData = (chunk: Buffer) => {
    nowMs = monotonicMs();
    const current = exchange;
    // An answer without a request.
    if (current === undefined) return close();
    if (Number.isNaN(firstByteMs)) firstByteMs = nowMs;
    const response = reader.read(chunk);
    if (response === undefined) return;
    exchange = undefined;
    answered = true;
    idleSinceMs = nowMs;
    // An answer before the request was whole: what is left of it is of no use, and the next one cannot begin before it.
    if (origin.closesEach || unsent !== undefined || "malformed" in response || response.closes) close();
    else onIdle(connection);
    conclude(current, response);
  };

  const onEnd = () => {
    const response = exchange === undefined ? undefined : reader.end();
    if (response === undefined) return fail();
    const current = exchange!;
    exchange = undefined;
    nowMs = monotonicMs();
    close();
    conclude(current, response);
  };

  const onConnected = () => {
    connected = true;
    if (exchange === undefined) onIdle(connection);
    else connectMs = monotonicMs() - sentMs;
  };

  const socket =
    origin.tls === undefined
      ? openPlain(origin, onConnected, onData)
      : openSecure(origin, origin.tls, onConnected, onData);
  socket.on("error", fail);
  socket.on("end", onEnd);
  socket.on("close", () => fail());

  const connection: Connection = {
    idle: () => connected && !closed && exchange === undefined,
    idleSinceMs: () => idleSinceMs,
    hasAnswered: () => answered,
    send({ bytes, bodyless }, next) {
      exchange = next;
      firstByteMs = Number.NaN;
      connectMs = 0;
      reader.expect(bodyless);
      events?.reset();
      sentMs = monotonicMs();
      if (bytes.length <= pieceBytes) socket.write(bytes);
      else {
        unsent = bytes;
        sendOn();
      }
      return sentMs;
    },
    destroy() {
      exchange = undefined;
      close();
    },
  };
  return connection;
}

function openPlain(
  { host, port }: Origin,
  onConnected: () => void,
  onData: (chunk: Buffer) => void,
): net.Socket {
  const socket = net.connect({
    ...{ host, port },
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
  return socket.on("connect", onConnected);
}

function openSecure(
  { host, port }: Origin,
  secureContext: tls.SecureContext,
  onConnected: () => void,
  onData: (chunk: Buffer) => void,
): net.Socket {
  // An address has no name to ask for.
  const servername = net.isIP(host) === 0 ? { servername: host } : {};
  const socket = tls.connect({ host, port, secureContext, ...servername, ALPNProtocols: ["http/1.1"] });
  socket.setNoDelay(true);
  socket.on("data", onData);
  return socket.on("secureConnect", onConnected);
}

const readBuffer = Buffer.allocUnsafeSlow(65_536);
