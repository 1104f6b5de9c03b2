/** Rows of a bench that takes long, on disk as they are found: a run that was stopped goes on with what there is. */
import { readFile } from "node:fs/promises";
import { writeWhole } from "../files/whole-file.ts";

export interface KeptRows<Row> {
  /** By key. */
  readonly rows: Map<string, Row>;
  /** Written whole, one version after the other. */
  save(): void;
  /** Resolves when the last version is written. */
  saved(): Promise<void>;
}

/** @param indent spaces of the JSON; none is one line */
export async function keptRows<Row>(
  file: string,
  keyOf: (row: Row) => string,
  indent?: number,
): Promise<KeptRows<Row>> {
  const before = JSON.parse(await readFile(file, "utf8").catch(() => "[]")) as Row[];
  const rows = new Map(before.map((row) => [keyOf(row), row]));
  let written = Promise.resolve();
  return {
    rows,
    save() {
      written = written.then(() => writeWhole(file, `${JSON.stringify([...rows.values()], null, indent)}\n`));
    },
    saved: () => written,
  };
}
