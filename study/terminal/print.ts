/**
 * Prints results and errors on a terminal. An error that a user can correct has every problem and one hint, without a
 * stack trace.
 */
import pc from "picocolors";
import { exitCodes, TestbedError } from "../../errors/errors.ts";
import { machineError } from "./machine-error.ts";

/** @returns the exit code */
export function printError(thrown: unknown, stream: { write(text: string): unknown }): number {
  const error = machineError(thrown) ?? thrown;
  if (!(error instanceof TestbedError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    stream.write(`${pc.red("bug")}: this should not happen; please report it\n${stack}\n`);
    return exitCodes.bug;
  }
  stream.write(`${pc.red("error")}: ${plainText(error.message)}\n`);
  for (const { path, expected, got } of error.problems) {
    stream.write(`  ${pc.bold(plainText(path))}: expected ${plainText(expected)}; got ${plainText(got)}\n`);
  }
  if (error.hint !== undefined) stream.write(`${pc.cyan("hint")}: ${plainText(error.hint)}\n`);
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
  process.stdout.write(`${plainText(text)}\n`);
}

/** Text of studies, results and services, with what a terminal would obey made visible. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (sign) =>
    sign === "\r" ? "" : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
