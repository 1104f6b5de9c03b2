/**
 * samples.parquet as columns, without an object per request: DuckDB sorts, checks and encodes, and returns vectors. 60
 * bytes per request, whatever the length of a trial.
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { TestbedError } from "../../errors/errors.ts";
import { outcomes } from "../../workloads/samples/sample.ts";
import type { Trace } from "./trial-samples.ts";

/** Text columns become codes; `list_position` counts from 1 and is NULL for a stranger. */
const columns = {
  seq: "seq::UINTEGER",
  scheduledMs: "scheduledMs::DOUBLE",
  sentMs: "coalesce(sentMs, 'nan')::DOUBLE",
  firstByteMs: "coalesce(firstByteMs, 'nan')::DOUBLE",
  completedMs: "completedMs::DOUBLE",
  outcome: `(list_position([${outcomes.map((name) => `'${name}'`).join(", ")}], outcome) - 1)::UTINYINT`,
  payload: "payload::UINTEGER",
} as const;

const texts = ["label", "server"] as const;
/** More names than this are no labels and no workers. */
const mostNames = 10_000;

/** One for the process: to open it takes longer than to read a short trial. It holds no data between files. */
let database: Promise<DuckDBInstance> | undefined;

/** @throws TestbedError (invalidResults) where the file is truncated or holds something else */
export async function readColumns(path: string): Promise<Trace> {
  try {
    return await overFile(path, async (connection, from) => inOrder(await read(connection, path, from)));
  } catch (cause) {
    throw cause instanceof TestbedError
      ? cause
      : unreadable(path, "is not a complete Parquet file with the columns of a sample", cause);
  }
}

/** Asks the database about one file. @param work gets the file as a table expression */
export async function overFile<T>(
  path: string,
  work: (connection: DuckDBConnection, from: string) => Promise<T>,
): Promise<T> {
  database ??= DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "1GB" });
  const connection = await (await database).connect();
  try {
    return await work(connection, `read_parquet('${globless(path).replaceAll("'", "''")}')`);
  } finally {
    connection.closeSync();
  }
}

/** DuckDB takes a path for a pattern: brackets, stars and question marks of a folder's name are themselves here. */
export function globless(path: string): string {
  return path.replaceAll(/[*?[]/g, (sign) => `[${sign}]`);
}

async function read(connection: DuckDBConnection, path: string, from: string): Promise<Trace> {
  const found = await rows(
    connection,
    `SELECT count(*)::DOUBLE, ${texts.map((name) => `list(DISTINCT ${name} ORDER BY ${name})`).join(", ")} FROM ${from}`,
  );
  const [count, labels, servers] = found[0]!;
  const length = Number(count);
  const names = { label: namesOf(path, "label", labels), server: namesOf(path, "server", servers) };
  const trace = {
    length,
    seq: new Uint32Array(length),
    scheduledMs: new Float64Array(length),
    sentMs: new Float64Array(length),
    firstByteMs: new Float64Array(length),
    completedMs: new Float64Array(length),
    outcome: new Uint8Array(length),
    payload: new Uint32Array(length),
    label: { codes: new Uint32Array(length), names: names.label },
    server: { codes: new Uint32Array(length), names: names.server },
  };
  const targets = [
    ...Object.keys(columns).map((name) => trace[name as keyof typeof columns]),
    ...texts.map((name) => trace[name].codes),
  ];
  const coded = texts.map((name) => `(list_position(${list(names[name])}, ${name}) - 1)::UINTEGER`);
  const result = await connection.stream(
    `SELECT ${[...Object.values(columns), ...coded].join(", ")} FROM ${from}`,
  );
  let at = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    const rowCount = chunk.rowCount;
    targets.forEach((target, column) => {
      // Every selected column is of a type whose vector holds plain numbers.
      const { items, validity } = chunk.getColumnVector(column) as unknown as NumberVector;
      for (let row = 0; row < rowCount; row++) {
        const value = items[row]!;
        if (!validity.itemValid(row) || !possible(value, column))
          throw unreadable(path, `has an impossible value in row ${at + row + 1}`);
        target[at + row] = value;
      }
    });
    at += rowCount;
  }
  return trace;
}

/** Columns that may be without a value, which is NaN: a request that was never sent, an answer of which nothing came. */
const mayBeMissing = ["sentMs", "firstByteMs"].map((name) => Object.keys(columns).indexOf(name));
/** Three centuries. */
const latestMs = 1e13;

function possible(value: number, column: number): boolean {
  return Math.abs(value) < latestMs || (Number.isNaN(value) && mayBeMissing.includes(column));
}

/** Sorted by scheduled instant and position, as the files of a run are already. */
function inOrder(trace: Trace): Trace {
  const { scheduledMs, seq, length } = trace;
  const before = (a: number, b: number) => scheduledMs[a]! - scheduledMs[b]! || seq[a]! - seq[b]!;
  let ordered = true;
  for (let row = 1; row < length && ordered; row++) ordered = before(row - 1, row) <= 0;
  if (ordered) return trace;
  const order = Uint32Array.from({ length }, (_, row) => row).sort(before);
  const permuted = <T extends Float64Array | Uint32Array | Uint8Array>(values: T): T =>
    values.map((_, row) => values[order[row]!]!) as T;
  const coded = ({ codes, names }: Trace["label"]) => ({ codes: permuted(codes), names });
  return {
    length,
    seq: permuted(seq),
    scheduledMs: permuted(scheduledMs),
    sentMs: permuted(trace.sentMs),
    firstByteMs: permuted(trace.firstByteMs),
    completedMs: permuted(trace.completedMs),
    outcome: permuted(trace.outcome),
    payload: permuted(trace.payload),
    label: coded(trace.label),
    server: coded(trace.server),
  };
}

interface NumberVector {
  readonly items: ArrayLike<number>;
  readonly validity: { itemValid(index: number): boolean };
}

/** @param found the distinct values, ascending; null for a file without rows */
function namesOf(path: string, column: string, found: unknown): string[] {
  const names = Array.isArray(found) ? found.map(String) : [];
  if (names.length > mostNames)
    throw unreadable(path, `has more than ${mostNames} different values as ${column}`);
  return names;
}

async function rows(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRowsJS();
}

function list(names: readonly string[]): string {
  return `[${names.map((name) => `'${name.replaceAll("'", "''")}'`).join(", ")}]::VARCHAR[]`;
}

function unreadable(path: string, what: string, cause?: unknown): TestbedError {
  return new TestbedError("invalidResults", `${path} ${what}`, {
    hint: "The testbed never leaves a partial sample file: this one was truncated later, or another program wrote it.",
    ...(cause === undefined ? {} : { cause }),
  });
}
