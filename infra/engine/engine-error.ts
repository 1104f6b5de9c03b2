/** The failure of an engine's run as one error, in the program's own words and with its own hint where it gives one. */

import { readFileSync, statSync } from "node:fs";
import { messageOf, type Problem, TestbedError } from "../../errors/errors.ts";
import { lastLines } from "../../files/last-lines.ts";
import { hidden } from "../../workloads/ask/masked-secrets.ts";

export interface EngineRun {
  readonly signal?: AbortSignal | undefined;
  readonly log?: ServiceLog;
  /** Secret values: a service may print what it was started with. */
  readonly secrets?: readonly string[] | undefined;
}

export function engineError(
  what: string,
  stack: string,
  error: unknown,
  { signal, log, secrets = [] }: EngineRun = {},
): TestbedError {
  if (error instanceof TestbedError) return error;
  if (signal?.aborted === true) {
    return new TestbedError("interrupted", `pulumi ${what} of ${stack} was interrupted`, {
      cause: error,
      hint: `Pulumi's state holds what was done so far: npx testbed up ${stack} continues, npx testbed down ${stack} removes it.`,
    });
  }
  const text = hidden(messageOf(error), secrets);
  const missing = /unknown stack "organization\/[^/"]+\/([^"]+)"/.exec(text)?.[1];
  if (missing !== undefined) {
    return new TestbedError("provisionFailed", `${stack} needs ${missing}, which is not up`, {
      cause: error,
      hint: `npx testbed up ${missing}`,
    });
  }
  const lines = diagnostics(text);
  const isHint = (line: string) => line.startsWith("hint: ");
  const said = lines.filter((line) => !isHint(line));
  // A service that ended is quoted by the engine already.
  const words =
    log === undefined || said.some((line) => line.includes(log.path)) ? [] : lastWords(log, secrets);
  return new TestbedError("provisionFailed", `pulumi ${what} of ${stack} failed`, {
    cause: error,
    problems: [...inOne(stack, "success", said), ...inOne(log?.path ?? "", "no error", words)],
    hint:
      lines.find(isHint)?.slice("hint: ".length) ??
      "npx testbed down --all removes the remaining resources; then try again.",
  });
}

/** The same error with the end of a log that was fetched only then: of pods, which write none on this machine. */
export function withLastWords(error: unknown, log: ServiceLog, secrets: readonly string[]): unknown {
  if (!(error instanceof TestbedError) || error.kind !== "provisionFailed") return error;
  const { kind, message, problems, hint, cause } = error;
  const quoted = inOne(log.path, "no error", lastWords(log, secrets));
  return new TestbedError(kind, message, {
    problems: [...problems, ...quoted],
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}

/** Lines of one text belong together: the end of a log is read as it was written. */
function inOne(path: string, expected: string, lines: readonly string[]): Problem[] {
  return lines.length === 0 ? [] : [{ path, expected, got: lines.join("\n    ") }];
}

/** The log of the process that the stack started; a log without new lines is from an earlier start. */
interface ServiceLog {
  readonly path: string;
  /** Milliseconds, as `Date.now()` has them. */
  readonly since: number;
}

function lastWords({ path, since }: ServiceLog, secrets: readonly string[]): readonly string[] {
  try {
    if (statSync(path).mtimeMs < since) return [];
    const lines = lastLines(readFileSync(path, "utf8"), 10).filter(Boolean);
    return lines.map((line) => hidden(line, secrets));
  } catch {
    return []; // It started nothing.
  }
}

/**
 * An engine's output for a terminal, whose section of what went wrong is kept back: a run that fails tells it once, in its
 * error.
 * @returns `say`, to be given each piece of the output; `rest`, what was kept back, for a run that goes well
 */
export function progressOf(tell: (text: string) => void, secrets: readonly string[] = []) {
  const kept: string[] = [];
  let within = false;
  let begun = "";
  const line = (text: string) => {
    if (/^Diagnostics:/.test(text)) within = true;
    else if (/^(?:Resources|Outputs|Policies|Duration):/.test(text)) within = false;
    if (within) kept.push(text);
    else tell(text);
  };
  return {
    say(text: string) {
      const lines = hidden(begun + text, secrets).split("\n");
      begun = lines.pop()!;
      for (const one of lines) line(one);
    },
    rest: () => kept.join("\n"),
  };
}

/** What the engine says went wrong, without its progress lines; where it has no such section, its last words. */
export function diagnostics(output: string): readonly string[] {
  const section = /^Diagnostics:\n([\s\S]*?)(?:^(?:Resources|Outputs|Policies|Duration):|(?![\s\S]))/m.exec(
    output,
  );
  const lines = (section?.[1] ?? output)
    .split("\n")
    .map((line) => line.trim().replace(/^error: /, ""))
    .filter((line) => line !== "" && line !== "update failed" && !/^[a-z]+:[\w:/]+ \(.*\):$/i.test(line));
  return [...new Set(lines)].slice(section === null ? -10 : -25);
}
