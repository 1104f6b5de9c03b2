/** A body with placeholders for the values of a row: `{"texts":["{{text}}"]}`. */
import type { Problem } from "../../errors/errors.ts";

export interface Template {
  /** Columns that it names, each once. */
  readonly columns: readonly string[];
  /** @throws PlaceError where a value does not fit its place */
  fill(row: Readonly<Record<string, unknown>>): Buffer;
}

export class PlaceError extends Error {
  readonly expected: string;
  readonly got: string;

  constructor(expected: string, got: string) {
    super(`${expected}, got ${got}`);
    this.expected = expected;
    this.got = got;
  }
}

type Piece = string | { readonly column: string; readonly place: "text" | "in JSON text" | "JSON" };

const placeholder = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** Inside the quotes of a JSON body a value is escaped; outside them it must be JSON itself. In any other body it stands as it is. */
export function compileTemplate(text: string): Template {
  const isJson = parses(text.replace(placeholder, (_, __, at: number) => (isQuoted(text, at) ? "x" : "0")));
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(placeholder)) {
    pieces.push(text.slice(from, match.index));
    const place = !isJson ? "text" : isQuoted(text, match.index) ? "in JSON text" : "JSON";
    pieces.push({ column: match[1]!, place });
    from = match.index + match[0].length;
  }
  pieces.push(text.slice(from));
  return {
    columns: [...new Set(pieces.flatMap((piece) => (typeof piece === "string" ? [] : [piece.column])))],
    fill: (row) =>
      Buffer.from(
        pieces
          .map((piece) => (typeof piece === "string" ? piece : filled(piece, row[piece.column])))
          .join(""),
      ),
  };
}

/** What is wrong with a template of rows that have these columns. */
export function templateProblems(path: string, template: Template, columns: readonly string[]): Problem[] {
  const has = `a column of the payload: ${columns.join(", ")}`;
  if (template.columns.length === 0) return [{ path, expected: has, got: "no {{column}} at all" }];
  return template.columns
    .filter((column) => !columns.includes(column))
    .map((column) => ({ path, expected: has, got: `{{${column}}}` }));
}

function filled({ column, place }: Exclude<Piece, string>, value: unknown): string {
  if (value === undefined) throw new PlaceError(`a value for {{${column}}}`, "nothing");
  if (place === "text") return asText(value);
  if (place === "in JSON text") return JSON.stringify(asText(value)).slice(1, -1);
  if (typeof value !== "string") return JSON.stringify(value);
  if (parses(value)) return value;
  throw new PlaceError(`JSON for {{${column}}}, which is outside quotes in the template`, value);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isQuoted(text: string, at: number): boolean {
  let quoted = false;
  for (let index = 0; index < at; index++) {
    if (text[index] === "\\" && quoted) index++;
    else if (text[index] === '"') quoted = !quoted;
  }
  return quoted;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
