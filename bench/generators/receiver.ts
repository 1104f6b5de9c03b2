/**
 * The null server of the generator benchmark, as a process: it answers every request at once with the same few bytes,
 * and notes when each arrived by its own clock. What it says of a generator owes nothing to the generator.
 *
 * Raw sockets: a request is whole when a chunk ends with the end of the JSON body that every tool sends.
 *
 * Its own lateness is part of every figure. As an ordinary process, even of niceness -20, it noted one arrival in a
 * hundred 0.6 to 18 ms late, more than most generators are: so where instants matter it is in the real-time class, before
 * every generator's threads, and late by 0.07-0.11 ms at p99 (against the sends that our generator recorded).
 */
import net from "node:net";
import {
  askForPrecision,
  askForRealTime,
  leaveRealTime,
} from "../../workloads/generator/timing/precision.ts";
import { monotonicMs } from "../../workloads/samples/clock.ts";

export type ToReceiver =
  /** `precise`: in the real-time class. Not where it has no time to sleep, or it would stop everybody else. */
  { readonly type: "reset"; readonly precise: boolean } | { readonly type: "report" };
export type FromReceiver =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "reset"; readonly realTime: boolean }
  /** Monotonic ms, in order of arrival. */
  | { readonly type: "report"; readonly arrivals: Float64Array; readonly cpuSeconds: number };

/** Real-time priority; our generator's is 1. */
const beforeGenerators = 2;
const most = 4_000_000;
const [closingBracket, closingBrace] = [0x5d, 0x7d];
const body = '{"results":[{"label":"neutral"}]}';
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
);

const arrivals = new Float64Array(most);
let count = 0;
let cpuBefore = process.cpuUsage();

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on("data", (chunk) => {
    const nowMs = monotonicMs();
    if (chunk[chunk.length - 1] !== closingBrace || chunk[chunk.length - 2] !== closingBracket) return;
    if (count < most) arrivals[count++] = nowMs;
    socket.write(answer);
  });
  socket.on("error", () => socket.destroy());
});

process.on("message", (message: ToReceiver) => {
  if (message.type === "reset") {
    const realTime = message.precise && askForRealTime(beforeGenerators);
    if (!message.precise) leaveRealTime();
    count = 0;
    cpuBefore = process.cpuUsage();
    say({ type: "reset", realTime });
  } else {
    const { user, system } = process.cpuUsage(cpuBefore);
    say({ type: "report", arrivals: arrivals.slice(0, count), cpuSeconds: (user + system) / 1e6 });
  }
});
process.on("disconnect", () => process.exit(0));

askForPrecision();
server.listen(0, "127.0.0.1", 4096, () => {
  say({ type: "listening", port: (server.address() as net.AddressInfo).port });
});

function say(message: FromReceiver): void {
  process.send!(message);
}
