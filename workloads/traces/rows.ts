/**
 * The rows of a text file, one after the other: a trace may be longer than the longest string, and may come from a
 * pipe.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** What a file cannot be read for, as `expected` and `got`. */
export class UnreadableTrace extends Error {
  readonly expected: string;
  readonly got: string;
  constructor(expected: string, got: string, cause?: unknown) {
    super(`expected ${expected}; got ${got}`, { cause });
    this.expected = expected;
    this.got = got;
  }
}

const chunkBytes = 1 << 20;
/** A row of Mooncake's trace with its hashes is a few kilobytes long. */
const longestRow = 1 << 24;

/** Without their ends. In quotes, as CSV has them, an end of line is part of the row. @throws UnreadableTrace */
export function* rowsOf(path: string): Generator<string> {
  const file = opened(path);
  try {
    const decoder = new StringDecoder("utf8");
    const buffer = Buffer.alloc(chunkBytes);
    let rest = "";
    let rowEnd: ((text: string, from: number) => number) | undefined;
    for (let length = read(file, buffer); length > 0; length = read(file, buffer)) {
      let text = decoder.write(buffer.subarray(0, length));
      if (rowEnd === undefined) {
        refuseBinary(buffer.subarray(0, length), path);
        if (text.startsWith("\ufeff")) text = text.slice(1);
        // In JSON a quote within a text has a backslash, in CSV it is doubled; and JSON has no end of line in a text.
        rowEnd = text.trimStart().startsWith("{") ? endOfLine : endOfCsvRow;
      }
      text = rest + text;
      let from = 0;
      for (let end = rowEnd(text, from); end !== -1; end = rowEnd(text, from)) {
        yield text.slice(from, text[end - 1] === "\r" ? end - 1 : end);
        from = end + 1;
      }
      rest = text.slice(from);
      if (rest.length > longestRow)
        throw new UnreadableTrace(`rows of at most ${longestRow} characters`, "a longer one");
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  try {
    const file = openSync(path, "r");
    if (!fstatSync(file).isDirectory()) return file;
    closeSync(file);
  } catch (cause) {
    throw new UnreadableTrace(
      "a readable file",
      (cause as NodeJS.ErrnoException).code ?? String(cause),
      cause,
    );
  }
  throw new UnreadableTrace("a readable file", "a folder");
}

function read(file: number, buffer: Buffer): number {
  for (;;) {
    try {
      return readSync(file, buffer);
    } catch (error) {
      // An empty pipe that was opened in non-blocking mode.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function refuseBinary(start: Buffer, path: string): void {
  if (start[0] === 0x1f && start[1] === 0x8b) {
    throw new UnreadableTrace(
      "text",
      `gzip; unpack it first, or read a pipe: zcat ${path} | ... with the file /dev/stdin`,
    );
  }
  if (start.subarray(0, 4).toString("latin1") === "PAR1")
    throw new UnreadableTrace("CSV or JSON lines", "Parquet");
  if (start.includes(0)) throw new UnreadableTrace("text", "a file with zero bytes");
}

function endOfLine(text: string, from: number): number {
  return text.indexOf("\n", from);
}

function endOfCsvRow(text: string, from: number): number {
  let quotes = 0;
  let counted = from;
  for (let end = text.indexOf("\n", from); end !== -1; end = text.indexOf("\n", end + 1)) {
    for (let at = text.indexOf('"', counted); at !== -1 && at < end; at = text.indexOf('"', at + 1)) quotes++;
    if (quotes % 2 === 0) return end;
    counted = end;
  }
  return -1;
}

export const separators = ["\t", ";", ","] as const;
export type Separator = (typeof separators)[number] | "";

/** The cells of a CSV row, out of their quotes. @param separator empty where a row is one cell */
export function cellsOf(row: string, separator: Separator): string[] {
  if (separator === "") return [unquoted(row)];
  if (!row.includes('"')) return row.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = "";
  let inQuotes = false;
  for (const character of row) {
    if (character === '"') inQuotes = !inQuotes;
    if (character === separator && !inQuotes) {
      cells.push(unquoted(cell));
      cell = "";
    } else cell += character;
  }
  return [...cells, unquoted(cell)];
}

function unquoted(cell: string): string {
  const text = cell.trim();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replaceAll('""', '"').trim()
    : text;
}
