/**
 * Tables of text with a heading: CSV as in RFC 4180, and TSV, which has no quotes. Records are found again by their
 * offsets.
 */
import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync } from "node:fs";
import { type CsvError, type Info, parse } from "csv-parse";
import { parse as parseOne } from "csv-parse/sync";
import { brief, Numbers, type Opened, type OpenRequest, type PayloadForm } from "./format.ts";
import { bytesAt } from "./lines.ts";
import { compileTemplate, PlaceError, templateProblems } from "./template.ts";

export const csv: PayloadForm = {
  description: "a table with a heading; {{column}} in the template",
  endings: [".csv"],
  open: (request) => openTable(request, { delimiter: ",", quote: '"' }),
};

export const tsv: PayloadForm = {
  description: "the same, separated by tabs and without quotes",
  endings: [".tsv", ".tab"],
  open: (request) => openTable(request, { delimiter: "\t", quote: false }),
};

type Dialect = { readonly delimiter: string; readonly quote: string | false };

interface Parsed {
  readonly record: readonly string[];
  readonly info: Info;
}

async function openTable(request: OpenRequest, dialect: Dialect): Promise<Opened> {
  const { path, shown, spec, problem } = request;
  const options = {
    ...dialect,
    bom: true,
    skip_empty_lines: true,
    record_delimiter: ["\r\n", "\n"],
    info: true as const,
  };
  const starts = new Numbers();
  const ends = new Numbers();
  const bodyBytes = new Numbers();
  const hash = createHash("sha256");
  let columns: readonly string[] | undefined;
  let fits = true;
  let before = 0;
  const lineOf = lineCounter();
  let emptyLines = 0;
  const template = compileTemplate(spec.template ?? "");
  const source = createReadStream(path).on("data", (chunk) => {
    hash.update(chunk);
    lineOf.read(chunk as Buffer);
  });
  const parser = source.pipe(parse({ ...options, relax_column_count: true }));
  source.on("error", (error) => parser.destroy(error));
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      const from = before;
      before = info.bytes;
      const line = lineOf(from) + info.empty_lines - emptyLines;
      emptyLines = info.empty_lines;
      if (columns === undefined) {
        columns = record;
        fits = checkHeading(request, columns, template.columns);
        continue;
      }
      const place = `${shown}, line ${line}`;
      if (record.length !== columns.length) {
        problem({
          path: place,
          expected: `${columns.length} columns`,
          got: `${record.length}: ${brief(record.join(" | "))}`,
        });
        continue;
      }
      starts.push(from);
      ends.push(info.bytes);
      if (!fits) continue;
      try {
        bodyBytes.push(template.fill(rowOf(columns, record)).length);
      } catch (error) {
        if (!(error instanceof PlaceError)) throw error;
        problem({ path: place, expected: error.expected, got: brief(error.got) });
      }
    }
  } catch (error) {
    const { code } = error as CsvError;
    if (code === undefined || !code.startsWith("CSV_")) throw error;
    problem({
      path: `${shown}, line ${lineOf(before)}`,
      expected: "a record of a table",
      got: brief((error as Error).message),
    });
  }
  const heading = columns ?? [];
  const [from, to] = [starts.whole(), ends.whole()];
  const file = openSync(path, "r");
  const row = (index: number) => {
    const bytes = bytesAt(file, from[index]!, to[index]! - from[index]!);
    const [one] = parseOne(bytes, { ...options, info: false }) as unknown as string[][];
    return rowOf(heading, one ?? []);
  };
  return {
    count: from.length,
    digest: hash.digest("hex"),
    bodyBytes: bodyBytes.whole(),
    request: (index) => ({ body: template.fill(row(index)) }),
    ...(spec.expected === undefined ? {} : { expected: (index: number) => row(index)[spec.expected!] }),
    close: () => closeSync(file),
  };
}

/** @returns whether rows of these columns fill the template */
export function checkHeading(
  { spec, problem }: Pick<OpenRequest, "spec" | "problem">,
  columns: readonly string[],
  named: readonly string[],
): boolean {
  const among = `a column of the payload: ${columns.join(", ")}`;
  if (spec.expected !== undefined && !columns.includes(spec.expected)) {
    problem({ path: "payload.expected", expected: among, got: spec.expected });
  }
  if (spec.template === undefined) {
    problem({
      path: "payload.template",
      expected: `a body with a {{column}}, of ${columns.join(", ")}`,
      got: "none",
    });
    return false;
  }
  const wrong = templateProblems(
    "payload.template",
    { columns: named, fill: () => Buffer.alloc(0) },
    columns,
  );
  wrong.forEach(problem);
  return wrong.length === 0;
}

function rowOf(columns: readonly string[], record: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column, index) => [column, record[index] ?? ""]));
}

/** The line of a place, counted from 1; places are asked for in order. The parser's own count is off where a value holds CR LF. */
function lineCounter() {
  const ends = new Numbers();
  let bytes = 0;
  let line = 1;
  const lineOf = (at: number) => {
    while (line <= ends.count && ends.at(line - 1) < at) line++;
    return line;
  };
  lineOf.read = (chunk: Buffer) => {
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, end + 1))
      ends.push(bytes + end);
    bytes += chunk.length;
  };
  return lineOf;
}
