/** Parquet: read once into lines of JSON in an unlinked temporary file, which ends with this process. */
import { createHash } from "node:crypto";
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { messageOf } from "../../errors/errors.ts";
import { checkHeading } from "./csv.ts";
import type { PayloadForm } from "./format.ts";
import { openJsonLines } from "./jsonl.ts";
import { compileTemplate } from "./template.ts";

export const parquet: PayloadForm = {
  description: "a table with typed columns; {{column}} in the template",
  endings: [".parquet"],
  async open(request) {
    const { path, shown, spec, problem } = request;
    const folder = mkdtempSync(join(tmpdir(), "testbed-payload-"));
    try {
      const lines = join(folder, "rows.jsonl");
      const file = openSync(lines, "wx", 0o600);
      try {
        const columns = await writeRows(path, (row) => writeSync(file, `${row}\n`));
        const named = compileTemplate(spec.template ?? "").columns;
        if (!checkHeading(request, columns, named)) return { ...empty, digest: await digestOf(path) };
      } catch (error) {
        problem({ path: shown, expected: "a complete Parquet file", got: messageOf(error).split("\n")[0]! });
        return { ...empty, digest: "" };
      } finally {
        closeSync(file);
      }
      return { ...(await openJsonLines(request, lines)), digest: await digestOf(path) };
    } finally {
      // What is open stays readable.
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const empty = {
  count: 0,
  bodyBytes: new Float64Array(0),
  request: () => ({ body: Buffer.alloc(0) }),
  close() {},
};

/** @returns the names of the columns */
async function writeRows(path: string, write: (row: string) => void): Promise<readonly string[]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    const from = `read_parquet('${path.replaceAll("'", "''")}')`;
    const columns = (await connection.runAndReadAll(`SELECT * FROM ${from} LIMIT 0`)).columnNames();
    const rows = await connection.stream(`SELECT to_json(t) AS row FROM ${from} t`);
    for await (const chunk of rows.yieldRowsJs()) for (const [row] of chunk) write(String(row));
    return columns;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
