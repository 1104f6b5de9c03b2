/** How results and errors look on a terminal. One error, every problem, one hint, no stack trace for what a user can mend. */
import pc from "picocolors";
import { exitCodes, TestbedError } from "../errors.ts";
import { diskFull } from "./disk-full.ts";

/** @returns the exit code */
export function printError(thrown: unknown, stream: { write(text: string): unknown }): number {
  const error = diskFull(thrown) ?? thrown;
  if (!(error instanceof TestbedError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    stream.write(`${pc.red("bug")}: this should not happen; please report it\n${stack}\n`);
    return exitCodes.bug;
  }
  stream.write(`${pc.red("error")}: ${error.message}\n`);
  for (const { path, expected, got } of error.problems) {
    stream.write(`  ${pc.bold(path)}: expected ${expected}; got ${got}\n`);
  }
  if (error.hint !== undefined) stream.write(`${pc.cyan("hint")}: ${error.hint}\n`);
  return error.exitCode;
}

/** Columns aligned by their widest cell; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
