/** Payloads from the user's own files: each format is one line of the record. */
import { createHash } from "node:crypto";
import { realpathSync, type Stats, statSync } from "node:fs";
import { basename, extname, isAbsolute, relative, resolve, sep } from "node:path";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import type { RequestSet } from "../ask/asked.ts";
import { quantile } from "../drive/merge.ts";
import { csv, tsv } from "./csv.ts";
import { folder } from "./folder.ts";
import type { PayloadForm } from "./format.ts";
import { jsonl } from "./jsonl.ts";
import { parquet } from "./parquet.ts";
import type { PayloadFileSpec, PayloadFormat } from "./spec.ts";
import { text } from "./text.ts";
import { vegetaJson } from "./vegeta-json.ts";

export const payloadForms = {
  jsonl,
  text,
  csv,
  tsv,
  parquet,
  folder,
  "vegeta-json": vegetaJson,
} satisfies Record<PayloadFormat, PayloadForm>;

export interface PayloadFile extends RequestSet {
  /** The file's name. */
  readonly name: string;
  readonly format: PayloadFormat;
  /** Of what is sent: the content and how it becomes bodies. */
  readonly digest: string;
  readonly source: string | undefined;
  readonly licence: string | undefined;
  readonly sizes: BodySizes;
  expected?(index: number): string | undefined;
  close(): void;
}

/** Bytes of the bodies. */
export interface BodySizes {
  readonly least: number;
  readonly median: number;
  readonly mean: number;
  readonly p99: number;
  readonly most: number;
  readonly total: number;
}

export interface PayloadPlace {
  /** Folder of the file that names the payload. */
  readonly folder: string;
  /** The user's own word on the command line: it may be anywhere. What a file names stays in that file's folder. */
  readonly anywhere: boolean;
}

const mostProblems = 20;

/** @throws TestbedError (badInput) with every problem: the file, its lines, its template */
export async function openPayloadFile(spec: PayloadFileSpec, place: PayloadPlace): Promise<PayloadFile> {
  const { path, stats } = found(spec, place);
  const format = formatOf(spec, stats);
  const problems: Problem[] = [];
  let more = 0;
  const opened = await payloadForms[format].open({
    ...{ path, spec, shown: spec.file },
    problem(one) {
      if (problems.length < mostProblems) problems.push(one);
      else more++;
    },
  });
  if (problems.length === 0 && opened.count === 0) {
    problems.push({ path: spec.file, expected: "at least one request", got: "none" });
  }
  if (problems.length > 0) {
    opened.close();
    throw wrong(spec.file, problems, more === 0 ? undefined : `${more} more problems are not shown.`);
  }
  const { template, expected } = spec;
  const digest = createHash("sha256").update(JSON.stringify([format, template ?? "", opened.digest]));
  return {
    name: basename(path),
    format,
    digest: `sha256:${digest.digest("hex")}`,
    source: spec.source,
    licence: spec.licence,
    sizes: sizesOf(opened.bodyBytes),
    count: opened.count,
    request: opened.request,
    ...(expected === undefined || opened.expected === undefined ? {} : { expected: opened.expected }),
    close: opened.close,
  };
}

/** Without following a link out of the folder. */
function found(
  spec: PayloadFileSpec,
  { folder: base, anywhere }: PayloadPlace,
): { path: string; stats: Stats } {
  const asked = resolve(base, spec.file);
  const expected = "an existing file or folder";
  let path: string;
  try {
    path = realpathSync(asked);
  } catch {
    throw wrong(spec.file, [{ path: "payload.file", expected, got: asked }]);
  }
  const below = relative(realpathSync(base), path);
  const isInside = below !== "" && below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
  if (!anywhere && !isInside) {
    const problem = { path: "payload.file", expected: `a file below ${base}`, got: spec.file };
    throw wrong(spec.file, [problem], "A file may only name files in its own folder or below.");
  }
  const stats = statSync(path);
  if (stats.isFile() || stats.isDirectory()) return { path, stats };
  throw wrong(spec.file, [{ path: "payload.file", expected, got: "neither of the two" }]);
}

function formatOf({ file, format }: PayloadFileSpec, stats: Stats): PayloadFormat {
  const names = Object.keys(payloadForms) as PayloadFormat[];
  if (format !== undefined) {
    if ((format === "folder") === stats.isDirectory()) return format;
    const got = `${file}, a ${stats.isDirectory() ? "folder" : "file"}`;
    throw wrong(file, [{ path: "payload.format", expected: `what ${format} is`, got }]);
  }
  if (stats.isDirectory()) return "folder";
  const ending = extname(file).toLowerCase();
  const named = names.find((name) => payloadForms[name].endings.includes(ending));
  if (named !== undefined) return named;
  const got = ending === "" ? "no known ending" : ending;
  throw wrong(file, [{ path: "payload.format", expected: `one of ${names.join(", ")}`, got }]);
}

function sizesOf(bytes: Float64Array): BodySizes {
  const ascending = bytes.slice().sort();
  const total = bytes.reduce((sum, size) => sum + size, 0);
  return {
    least: ascending[0]!,
    median: quantile(ascending, 0.5),
    mean: total / bytes.length,
    p99: quantile(ascending, 0.99),
    most: ascending.at(-1)!,
    total,
  };
}

function wrong(file: string, problems: readonly Problem[], hint?: string): TestbedError {
  return new TestbedError("badInput", `the payload ${file} cannot be used`, {
    problems,
    ...(hint === undefined ? {} : { hint }),
  });
}
