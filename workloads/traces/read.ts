/** From a recorded trace, in a known form or a plain one, to its instants; an ambiguity is an error, never a guess. */
import type { Problem } from "../../errors/errors.ts";
import {
  type Form,
  type FormName,
  formOf,
  forms,
  headingKey,
  likelyColumnsOf,
  type Unit,
  unitInHeading,
  unitOfEpoch,
  units,
} from "./forms.ts";
import { between, type Instant, instantOf } from "./instant.ts";
import { cellsOf, rowsOf, type Separator, separators, UnreadableTrace } from "./rows.ts";

export interface TraceQuestion {
  readonly file: string;
  readonly form?: FormName | undefined;
  /** A heading, or the number of a column from 1. */
  readonly column?: string | number | undefined;
  readonly unit?: Unit | undefined;
}

export interface RecordedTrace {
  /** From the first instant, ascending, whole nanoseconds. */
  readonly seconds: Float64Array;
  /** One line: form, column, unit, rows, span and rate. */
  readonly understood: string;
}

export interface TraceReading {
  readonly trace: RecordedTrace | undefined;
  readonly problems: readonly Problem[];
}

/** Problems named before the rest is left unsaid. */
const mostProblems = 20;
const dateHint = "a number or a time such as 2023-11-16 18:15:46.68";

export function readTraceFile(question: TraceQuestion): TraceReading {
  const { file } = question;
  const problems: Problem[] = [];
  const problem = (where: string, expected: string, got: string) => {
    if (problems.length < mostProblems) {
      problems.push({ path: `${file}${where === "" ? "" : ` ${where}`}`, expected, got: got.slice(0, 60) });
    }
  };
  try {
    const trace = readRows(question, problem);
    return { trace: problems.length === 0 ? trace : undefined, problems };
  } catch (error) {
    if (!(error instanceof UnreadableTrace)) throw error;
    problem("", error.expected, error.got);
    return { trace: undefined, problems };
  }
}

type Tell = (where: string, expected: string, got: string) => void;

function readRows(question: TraceQuestion, problem: Tell): RecordedTrace | undefined {
  const instants = growing();
  let layout: Layout | undefined;
  let first: Instant | undefined;
  let row = 0;
  let isIndex = true;
  let isAmbiguous = true;
  for (const text of rowsOf(question.file)) {
    row++;
    if (text.trim() === "") continue;
    if (layout === undefined) {
      layout = layoutOf(text, question);
      if (layout.hasHeading) continue;
    }
    const read = layout.read(text);
    const at = read === undefined ? undefined : instantAt(read.cell, layout);
    if (read === undefined || at === undefined || !Number.isFinite(read.less)) {
      problem(`row ${row}`, layout.isJson ? `an object with ${layout.name}, ${dateHint}` : dateHint, text);
      continue;
    }
    first ??= at;
    const value = between(first, at) - read.less;
    const before = instants.last();
    if (layout.isInOrder && before !== undefined && value < before) {
      problem(`row ${row}`, "instants in ascending order", `${String(read.cell)} after a later one`);
      continue;
    }
    isIndex &&= before === undefined || value - before === 1;
    isAmbiguous &&= /^\d+,\d+$/.test(text.trim());
    instants.push(value);
  }
  const values = instants.all();
  if (layout === undefined || first === undefined || values.length < 2 || values.at(-1) === values[0]) {
    problem("", "at least two different instants", `${new Set(values).size} in ${row} rows`);
    return undefined;
  }
  if (layout.isGuessed && values.length > 2) {
    if (isAmbiguous)
      problem(
        "",
        "a heading, or a `column`",
        "two whole numbers per row: two columns, or one with a decimal comma",
      );
    else if (isIndex) problem("", "a heading, or a `column`", "a first column that counts the rows");
  }
  const trace = recorded(question, layout, first, values, row);
  if (trace.seconds.at(-1)! > 0) return trace;
  problem("", "a span of at least a nanosecond", trace.understood);
  return undefined;
}

function recorded(
  { file, unit: asked }: TraceQuestion,
  layout: Layout,
  first: Instant,
  values: Float64Array,
  rows: number,
): RecordedTrace {
  const digits = String(first.whole).length + 15;
  const epoch =
    first.isDate || first.whole === 0
      ? unitOfEpoch(String(Math.trunc(first.part)).length)
      : unitOfEpoch(digits);
  const unit = first.isDate ? "s" : (asked ?? layout.unit ?? epoch ?? "s");
  if (!layout.isInOrder) values.sort();
  const start = values[0]!;
  const seconds = values.map((value) => Math.round((value - start) * units[unit] * 1e9) / 1e9);
  const span = seconds.at(-1)!;
  const figure = (value: number) => String(Number(value.toPrecision(4)));
  const said = layout.form === "plain" ? (layout.isJson ? "JSON lines" : "plain") : forms[layout.form].source;
  return {
    seconds,
    understood:
      `trace ${file}: ${said}, ${layout.name}${layout.isInOrder ? "" : " less duration"} as ` +
      `${first.isDate ? "dates" : `numbers in ${unit}`}, ${seconds.length} instants in ${rows} rows, ` +
      `${figure(span)} s, recorded at ${figure((seconds.length - 1) / span)}/s`,
  };
}

interface Layout {
  readonly form: FormName;
  readonly hasHeading: boolean;
  readonly isJson: boolean;
  /** How the column is called in a message. */
  readonly name: string;
  readonly unit: Unit | undefined;
  readonly decimalComma: boolean;
  /** The column was neither named nor headed. */
  readonly isGuessed: boolean;
  /** Rows are not, where they are in the order of their ends. */
  readonly isInOrder: boolean;
  /** @returns the cell of the instant and what to take off it; undefined where the row has no such column */
  read(row: string): { readonly cell: unknown; readonly less: number } | undefined;
}

function layoutOf(firstRow: string, question: TraceQuestion): Layout {
  return firstRow.trimStart().startsWith("{")
    ? jsonLayout(firstRow, question)
    : csvLayout(firstRow, question);
}

function csvLayout(firstRow: string, question: TraceQuestion): Layout {
  if (/^\s*\[/.test(firstRow)) throw new UnreadableTrace("one JSON object per line", "a JSON array");
  const separator: Separator = separators.find((one) => cellsOf(firstRow, one).length > 1) ?? "";
  const first = cellsOf(firstRow, separator);
  const hasHeading = first.every((cell) => instantOf(cell, true) === undefined) && /[a-z]/i.test(firstRow);
  const chosen = hasHeading ? chosenHeading(first, question) : chosenNumber(first, question);
  const index = hasHeading ? first.indexOf(chosen.name) : Number(chosen.name) - 1;
  const form: Form | undefined = chosen.form === "plain" ? undefined : forms[chosen.form];
  const less = first.findIndex((heading) => headingKey(heading) === form?.lessColumn);
  return {
    form: chosen.form,
    hasHeading,
    isJson: false,
    name: hasHeading
      ? `column "${chosen.name}"`
      : first.length === 1
        ? "the only column"
        : `column ${chosen.name}`,
    unit: chosen.unit,
    decimalComma: separator !== ",",
    isGuessed: !hasHeading && question.column === undefined && first.length > 1,
    isInOrder: less === -1,
    read(row) {
      // Below a single heading a row is one cell, and a comma in it a decimal one.
      const cells = cellsOf(row, separator);
      return cells.length > index
        ? { cell: cells[index], less: less === -1 ? 0 : Number(cells[less]) }
        : undefined;
    },
  };
}

function jsonLayout(firstRow: string, question: TraceQuestion): Layout {
  const keys = Object.keys(objectOf(firstRow) ?? {});
  if (keys.length === 0) throw new UnreadableTrace("one JSON object per line", firstRow.slice(0, 60));
  const chosen = chosenHeading(keys, question);
  return {
    form: chosen.form,
    hasHeading: false,
    isJson: true,
    name: `"${chosen.name}"`,
    unit: chosen.unit,
    decimalComma: false,
    isGuessed: false,
    isInOrder: true,
    read(row) {
      const object = objectOf(row) as Record<string, unknown> | undefined;
      return object === undefined ? undefined : { cell: object[chosen.name], less: 0 };
    },
  };
}

function objectOf(row: string): object | undefined {
  try {
    const value: unknown = JSON.parse(row);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Chosen {
  readonly form: FormName;
  readonly name: string;
  readonly unit: Unit | undefined;
}

function chosenHeading(headings: readonly string[], { form: asked, column }: TraceQuestion): Chosen {
  const found = formOf(headings);
  if (asked !== undefined && asked !== "plain" && asked !== found) {
    throw new UnreadableTrace(
      `the form ${asked}, with ${forms[asked].headings.join(", ")}`,
      headings.join(", "),
    );
  }
  if (column !== undefined) {
    const name =
      typeof column === "number" ? headings[column - 1] : headings.find((heading) => heading === column);
    if (name === undefined) throw new UnreadableTrace(`a column ${column}`, headings.join(", "));
    return { form: "plain", name, unit: unitInHeading(name) };
  }
  if (found !== undefined && asked !== "plain") {
    const { column: key, unit } = forms[found];
    return { form: found, name: headings.find((heading) => headingKey(heading) === key)!, unit };
  }
  const likely = likelyColumnsOf(headings);
  const only = likely.length === 1 ? likely[0] : headings.length === 1 ? headings[0] : undefined;
  if (only !== undefined) return { form: "plain", name: only, unit: unitInHeading(only) };
  const got = likely.length === 0 ? headings : likely;
  throw new UnreadableTrace(
    "one column of instants; `column` names it",
    `${likely.length === 0 ? "none among" : "either of"} ${got.join(", ")}`,
  );
}

function chosenNumber(cells: readonly string[], { form, column = 1 }: TraceQuestion): Chosen {
  if (form !== undefined && form !== "plain")
    throw new UnreadableTrace(`the headings of ${form}`, cells.join(", "));
  if (typeof column !== "number" || column > cells.length) {
    throw new UnreadableTrace(`a column ${column}`, `${cells.length} without a heading`);
  }
  return { form: "plain", name: String(column), unit: undefined };
}

function instantAt(cell: unknown, { decimalComma }: Layout): Instant | undefined {
  if (typeof cell === "number") return instantOf(String(cell), false);
  return typeof cell === "string" ? instantOf(cell, decimalComma) : undefined;
}

/** Doubles, as many as come, without an object for each. */
function growing() {
  let values = new Float64Array(1024);
  let length = 0;
  return {
    push(value: number) {
      if (length === values.length) {
        const larger = new Float64Array(2 * length);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    last: () => (length === 0 ? undefined : values[length - 1]),
    all: () => values.subarray(0, length),
  };
}
