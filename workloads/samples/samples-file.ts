/**
 * Samples on disk: Parquet with zstd, one column per field of a Sample, so that pandas and DuckDB read them without the
 * testbed. The same samples give the same bytes. NaN (never sent, no byte received) is NULL. Columns of stages exist
 * only where a service reported them.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { TestbedError } from "../../errors/errors.ts";
import { makeWhole } from "../../files/whole-file.ts";
import { outcomes, type Sample } from "./sample.ts";
import { emptyStages, type Stage, type StageTimes, stageColumns, stageNames } from "./stages.ts";

/** In file order. */
const columns = {
  seq: "UINTEGER",
  scheduledMs: "DOUBLE",
  sentMs: "DOUBLE",
  firstByteMs: "DOUBLE",
  completedMs: "DOUBLE",
  outcome: "VARCHAR",
  status: "USMALLINT",
  bytes: "UINTEGER",
  payload: "UINTEGER",
  label: "VARCHAR",
  server: "VARCHAR",
  worker: "USMALLINT",
} as const satisfies Record<Exclude<keyof Sample, "stages">, string>;

/** @returns the file's digest; the file appears whole or not at all, its folder is made */
export function writeSamples(path: string, samples: readonly Sample[]): Promise<string> {
  return makeWhole(path, (draft) => encodeSamples(draft, samples));
}

/** Into a file that is not there yet. @returns its digest */
export async function encodeSamples(path: string, samples: readonly Sample[]): Promise<string> {
  await withDatabase(async (connection) => {
    const stages = samples.some((sample) => sample.stages !== undefined) ? stageNames : [];
    const fields = [
      ...Object.entries(columns).map(([name, type]) => `"${name}" ${type}`),
      ...stages.map((stage) => `"${stageColumns[stage]}" FLOAT`),
    ];
    await connection.run(`CREATE TEMP TABLE samples (${fields.join(", ")})`);
    await append(connection, samples, stages);
    await connection.run(`COPY samples TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`);
  });
  const digest = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  return `sha256:${digest}`;
}

/** @throws TestbedError (invalidResults) where the file is missing, truncated, or holds something else */
export async function readSamples(path: string): Promise<Sample[]> {
  if (!existsSync(path)) throw unreadable(path, "is missing");
  const rows = await withDatabase(async (connection) => {
    const found = await connection.runAndReadAll(`SELECT * FROM read_parquet(${quoted(path)}) LIMIT 0`);
    const missing = Object.keys(columns).filter((name) => !found.columnNames().includes(name));
    if (missing.length > 0) throw unreadable(path, `has no column ${missing.join(", ")}`);
    const told = stageNames.filter((stage) => found.columnNames().includes(stageColumns[stage]));
    const names = [...Object.keys(columns), ...told.map((stage) => stageColumns[stage])].map(
      (name) => `"${name}"`,
    );
    const read = await connection.runAndReadAll(
      `SELECT ${names.join(", ")} FROM read_parquet(${quoted(path)})`,
    );
    return { values: read.getColumnsJS(), told };
  }).catch((cause: unknown) => {
    throw cause instanceof TestbedError ? cause : unreadable(path, "is not complete Parquet", cause);
  });
  return toSamples(path, rows.values, stagesOf(rows.values, rows.told));
}

/** They stand behind the other columns. */
function stagesOf(values: readonly (readonly unknown[])[], told: readonly Stage[]): StageTimes | undefined {
  if (told.length === 0) return undefined;
  const times = emptyStages(values[0]!.length);
  told.forEach((stage, index) => {
    values[Object.keys(columns).length + index]!.forEach((value, row) => {
      if (value !== null) times[stage][row] = Number(value);
    });
  });
  return times;
}

function toSamples(
  path: string,
  values: readonly (readonly unknown[])[],
  times: StageTimes | undefined,
): Sample[] {
  const names = Object.keys(columns) as (keyof typeof columns)[];
  return Array.from({ length: values[0]?.length ?? 0 }, (_, row) => {
    const sample: Record<string, unknown> = {};
    names.forEach((name, column) => {
      const value = values[column]![row];
      const isText = columns[name] === "VARCHAR";
      const missing = value === null && (name === "sentMs" || name === "firstByteMs");
      const fits = isText ? typeof value === "string" : Number.isFinite(value);
      if (!missing && !fits) {
        throw unreadable(path, `has ${String(value)} as ${name} in row ${row + 1}`);
      }
      sample[name] = missing ? Number.NaN : value;
    });
    if (!(outcomes as readonly unknown[]).includes(sample.outcome)) {
      throw unreadable(path, `has ${String(sample.outcome)} as outcome in row ${row + 1}`);
    }
    if (times !== undefined) sample.stages = { times, row };
    return sample as unknown as Sample;
  });
}

async function append(
  connection: DuckDBConnection,
  samples: readonly Sample[],
  stages: readonly Stage[],
): Promise<void> {
  const appender = await connection.createAppender("samples", "main", "temp");
  const time = (ms: number) => (Number.isNaN(ms) ? appender.appendNull() : appender.appendDouble(ms));
  for (const sample of samples) {
    appender.appendUInteger(sample.seq);
    appender.appendDouble(sample.scheduledMs);
    time(sample.sentMs);
    time(sample.firstByteMs);
    appender.appendDouble(sample.completedMs);
    appender.appendVarchar(sample.outcome);
    appender.appendUSmallInt(sample.status);
    appender.appendUInteger(sample.bytes);
    appender.appendUInteger(sample.payload);
    appender.appendVarchar(sample.label);
    appender.appendVarchar(sample.server);
    appender.appendUSmallInt(sample.worker);
    for (const stage of stages) {
      const value = sample.stages?.times[stage][sample.stages.row] ?? Number.NaN;
      if (Number.isNaN(value)) appender.appendNull();
      else appender.appendFloat(value);
    }
    appender.endRow();
  }
  appender.closeSync();
}

/** One for all files of a process: to open and close one takes longer than to read the samples of a trial. */
let database: Promise<DuckDBInstance> | undefined;

async function withDatabase<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  database ??= DuckDBInstance.create(":memory:", {
    // The order of row groups, and with it every byte, is then fixed.
    threads: "1",
    // A file that has changed since is another file.
    enable_external_file_cache: "false",
  });
  const connection = await (await database).connect();
  try {
    return await work(connection);
  } finally {
    // Its temporary tables go with it.
    connection.closeSync();
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}

function unreadable(path: string, what: string, cause?: unknown): TestbedError {
  return new TestbedError("invalidResults", `${path} ${what}`, {
    hint: "The testbed never leaves a partial sample file: this one was truncated later, or another program wrote it.",
    ...(cause === undefined ? {} : { cause }),
  });
}
