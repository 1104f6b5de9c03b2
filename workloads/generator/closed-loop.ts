/**
 * The closed loop of one generator process: each connection sends its next request when the last one is answered.
 * It measures what a service can do, not what its users see: while the service stands still, nobody asks.
 */
import { monotonicMs } from "../clock.ts";
import { randomStream } from "../random.ts";
import { labelOf, textsIn } from "./answer.ts";
import { type Connection, connect } from "./connection.ts";
import type { ClosedLoopJob, GeneratorResult } from "./messages.ts";
import type { LoopHost } from "./open-loop.ts";
import { type RequestResult, recorder } from "./recorder.ts";
import { requestFor } from "./request.ts";

/** A service that refuses is asked again after this long, not in a tight circle. */
const pauseAfterFailureMs = 100;
const mostPerSecond = 100_000;

export async function closedLoop(job: ClosedLoopJob, host: LoopHost): Promise<GeneratorResult> {
  const { origin, requests } = requestFor(job);
  const texts = job.bodies.map(textsIn);
  const draw = randomStream(job.seed, "payloads");
  const capacity = Math.ceil(job.seconds * mostPerSecond);
  const record = recorder(capacity);
  const scheduledMs = new Float64Array(capacity);
  const payloads = new Uint32Array(capacity);
  const open = new Set<Connection>();
  const timers = new Set<NodeJS.Timeout>();
  let row = 0;
  let opened = 0;
  let ended = false;
  const startMs = await host.start();

  const later = (ms: number, work: () => void): NodeJS.Timeout => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!ended) work();
    }, ms);
    timers.add(timer);
    return timer;
  };

  const openOne = () => {
    opened++;
    const connection = connect(origin, ask, (itself) => open.delete(itself));
    open.add(connection);
    return connection;
  };

  const ask = (connection: Connection) => {
    if (ended || row === capacity) return;
    const own = row++;
    const payload = draw.index(requests.length);
    payloads[own] = payload;
    const conclude = (result: RequestResult) => {
      clearTimeout(limit);
      timers.delete(limit);
      record.finish(own, scheduledMs[own]!, result);
    };
    const again = () => later(pauseAfterFailureMs, () => ask(openOne()));
    const limit = later(job.timeoutMs, () => {
      connection.destroy();
      conclude({ outcome: "timeout", firstByteMs: Number.NaN, completedMs: monotonicMs() - startMs! });
      again();
    });
    scheduledMs[own] =
      connection.send(requests[payload]!, {
        answered(response, firstByteMs, completedMs) {
          const times = { firstByteMs: firstByteMs - startMs!, completedMs: completedMs - startMs! };
          if (response === "malformed") {
            conclude({ outcome: "wrong-answer", ...times });
            again();
            return;
          }
          const { status, body, server } = response;
          const success = status >= 200 && status < 300;
          const label = success ? labelOf(job.answers, body, texts[payload]!) : "";
          const outcome = !success ? "http" : label === undefined ? "wrong-answer" : "ok";
          conclude({ outcome, ...times, status, bytes: body.length, label: label ?? "", server });
          if (response.closes) ask(openOne());
        },
        failed(outcome, firstByteMs, atMs) {
          conclude({ outcome, firstByteMs: firstByteMs - startMs!, completedMs: atMs - startMs! });
          again();
        },
      }) - startMs!;
    record.sent(own, scheduledMs[own]!);
  };

  const cpuBefore = process.cpuUsage();
  const beganMs = monotonicMs();
  if (startMs !== undefined && !host.stop.aborted) {
    await new Promise<void>((resolve) => {
      const end = setTimeout(resolve, startMs + job.seconds * 1000 - monotonicMs());
      host.stop.addEventListener("abort", () => {
        clearTimeout(end);
        resolve();
      });
      for (let index = 0; index < job.connections; index++) ask(openOne());
    });
  }
  ended = true;
  const cpu = process.cpuUsage(cpuBefore);
  timers.forEach(clearTimeout);
  for (const connection of open) connection.destroy();
  return {
    columns: shortened(record.columns, row),
    scheduledMs: scheduledMs.slice(0, row),
    payloads: payloads.slice(0, row),
    partial: host.stop.aborted || startMs === undefined,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    wallSeconds: (monotonicMs() - beganMs) / 1000,
    connectionsOpened: opened,
  };
}

function shortened(columns: GeneratorResult["columns"], rows: number): GeneratorResult["columns"] {
  return {
    sentMs: columns.sentMs.slice(0, rows),
    firstByteMs: columns.firstByteMs.slice(0, rows),
    completedMs: columns.completedMs.slice(0, rows),
    outcome: columns.outcome.slice(0, rows),
    status: columns.status.slice(0, rows),
    bytes: columns.bytes.slice(0, rows),
    label: columns.label.slice(0, rows),
    server: columns.server.slice(0, rows),
    texts: columns.texts,
  };
}
