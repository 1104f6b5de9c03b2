/**
 * The samples of one generator process, in columns allocated before the start: recording a request allocates nothing,
 * so it triggers no garbage collection.
 */
import { type Outcome, outcomes, type Sample } from "../samples/sample.ts";
import { emptyStages, readServerTiming, type StageTimes, stageNames } from "../samples/stages.ts";
import { type LiveCounts, liveCounts } from "./live.ts";

/** Sendable columns; row i is request i of this process. */
export interface SampleColumns {
  readonly sentMs: Float64Array;
  readonly firstByteMs: Float64Array;
  readonly completedMs: Float64Array;
  /** Index into `outcomes`; `unknown` where the run ended before it was known. */
  readonly outcome: Uint8Array;
  readonly status: Uint16Array;
  readonly bytes: Uint32Array;
  /** Indices into `texts`. */
  readonly label: Uint32Array;
  readonly server: Uint32Array;
  readonly texts: readonly string[];
  /** Where the service told of them. */
  readonly stages: StageTimes | undefined;
}

export const unknown = 255;

export interface Recorder {
  /** The present columns: `stages` are added with the first answer that has them. */
  readonly columns: SampleColumns;
  readonly live: LiveCounts;
  /** Requests whose outcome is known. */
  done(): number;
  isDone(row: number): boolean;
  sent(row: number, atMs: number): void;
  /** It was thought to be under way, and never left. */
  unsent(row: number): void;
  finish(row: number, scheduledMs: number, result: RequestResult): void;
  /** @param timing value of the answer's `server-timing` header */
  stages(row: number, timing: string, connectMs: number): void;
}

export interface RequestResult {
  readonly outcome: Outcome;
  readonly firstByteMs: number;
  readonly completedMs: number;
  readonly status?: number;
  readonly bytes?: number;
  readonly label?: string;
  readonly server?: string;
}

export function recorder(capacity: number): Recorder {
  const texts: string[] = [""];
  const textIndex = new Map([["", 0]]);
  const indexOf = (text: string): number => {
    const known = textIndex.get(text);
    if (known !== undefined) return known;
    textIndex.set(text, texts.length);
    return texts.push(text) - 1;
  };
  const columns: SampleColumns & { stages: StageTimes | undefined } = {
    sentMs: new Float64Array(capacity).fill(Number.NaN),
    firstByteMs: new Float64Array(capacity).fill(Number.NaN),
    completedMs: new Float64Array(capacity).fill(Number.NaN),
    outcome: new Uint8Array(capacity).fill(unknown),
    status: new Uint16Array(capacity),
    bytes: new Uint32Array(capacity),
    label: new Uint32Array(capacity),
    server: new Uint32Array(capacity),
    texts,
    stages: undefined,
  };
  const live = liveCounts();
  let done = 0;
  return {
    columns,
    live,
    done: () => done,
    isDone: (row) => columns.outcome[row] !== unknown,
    sent(row, atMs) {
      columns.sentMs[row] = atMs;
      live.sent();
    },
    unsent(row) {
      columns.sentMs[row] = Number.NaN;
    },
    finish(row, scheduledMs, result) {
      columns.firstByteMs[row] = result.firstByteMs;
      columns.completedMs[row] = result.completedMs;
      columns.outcome[row] = outcomes.indexOf(result.outcome);
      columns.status[row] = result.status ?? 0;
      columns.bytes[row] = result.bytes ?? 0;
      columns.label[row] = indexOf(result.label ?? "");
      columns.server[row] = indexOf(result.server ?? "");
      done++;
      live.finished(result.outcome === "ok", result.completedMs - scheduledMs);
    },
    stages(row, timing, connectMs) {
      columns.stages ??= emptyStages(capacity);
      columns.stages.connect[row] = connectMs;
      readServerTiming(timing, columns.stages, row);
    },
  };
}

export function firstRows(columns: SampleColumns, rows: number): SampleColumns {
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
    stages:
      columns.stages === undefined
        ? undefined
        : (Object.fromEntries(
            stageNames.map((stage) => [stage, columns.stages![stage].slice(0, rows)]),
          ) as unknown as StageTimes),
  };
}

/** Where row i belongs in the run. */
export interface RowOrigin {
  readonly seq: number;
  readonly scheduledMs: number;
  readonly payload: number;
}

/** Rows with a known outcome as samples. */
export function toSamples(
  columns: SampleColumns,
  worker: number,
  originOf: (row: number) => RowOrigin,
): Sample[] {
  const samples: Sample[] = [];
  for (let row = 0; row < columns.outcome.length; row++) {
    const outcome = outcomes[columns.outcome[row]!];
    if (outcome === undefined) continue;
    const { seq, scheduledMs, payload } = originOf(row);
    samples.push({
      seq,
      scheduledMs,
      sentMs: columns.sentMs[row]!,
      firstByteMs: columns.firstByteMs[row]!,
      completedMs: columns.completedMs[row]!,
      outcome,
      status: columns.status[row]!,
      bytes: columns.bytes[row]!,
      payload,
      label: columns.texts[columns.label[row]!]!,
      server: columns.texts[columns.server[row]!]!,
      worker,
      ...(columns.stages === undefined ? {} : { stages: { times: columns.stages, row } }),
    });
  }
  return samples;
}
