/**
 * Traces by the digest of their instants. A study names a file; its plan also names the digest, and the results keep
 * the instants: code that opens a results folder registers them here, and the file itself is then never opened.
 */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import type { Problem } from "../../errors/errors.ts";
import { type RecordedTrace, readTraceFile, type TraceQuestion, type TraceReading } from "./read.ts";

export interface StoredTrace extends RecordedTrace {
  /** Of `traceText`: `sha256:...`. */
  readonly digest: string;
}

export interface TraceReference extends TraceQuestion {
  readonly digest?: string | undefined;
}

const byDigest = new Map<string, StoredTrace>();
/** What was read from a file: a pipe gives its rows once, and a long file takes seconds. */
const byFile = new Map<string, TraceReading & { readonly held?: StoredTrace }>();

/** @param file where it is, if that is not where it says */
export function traceOf(
  reference: TraceReference,
  file = reference.file,
): { held?: StoredTrace; problems: readonly Problem[] } {
  const { digest } = reference;
  const kept = digest === undefined ? undefined : byDigest.get(digest);
  if (kept !== undefined) return { held: kept, problems: [] };
  const { held, problems } = fromFile({ ...reference, file });
  if (held === undefined || digest === undefined || held.digest === digest)
    return held === undefined ? { problems } : { held, problems };
  return {
    problems: [
      { path: file, expected: `the trace with the digest ${digest}`, got: `another one, ${held.digest}` },
    ],
  };
}

export function storeTrace(trace: RecordedTrace): StoredTrace {
  const hash = createHash("sha256");
  for (const part of traceText(trace.seconds)) hash.update(part);
  const held = { ...trace, digest: `sha256:${hash.digest("hex")}` };
  byDigest.set(held.digest, held);
  return held;
}

export function isStored(digest: string): boolean {
  return byDigest.has(digest);
}

/** As it is kept: a heading, and an instant a row in seconds with nine decimals. In parts, since it may be long. */
export function* traceText(seconds: Float64Array): Generator<string> {
  yield "seconds\n";
  const rowsPerPart = 50_000;
  for (let from = 0; from < seconds.length; from += rowsPerPart) {
    yield Array.from(seconds.subarray(from, from + rowsPerPart), (at) => `${at.toFixed(9)}\n`).join("");
  }
}

function fromFile(question: TraceQuestion): { held?: StoredTrace; problems: readonly Problem[] } {
  const key = JSON.stringify([identity(question.file), question.form, question.column, question.unit]);
  const known = byFile.get(key);
  if (known !== undefined) return known;
  const reading = readTraceFile(question);
  const found = reading.trace === undefined ? reading : { ...reading, held: storeTrace(reading.trace) };
  byFile.set(key, found);
  return found;
}

function identity(file: string): unknown {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true ? [file, found.ino, found.size, found.mtimeMs] : file;
}
