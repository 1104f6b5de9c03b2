/** What an engine's run came to, as one error: in the program's own words and with its own hint, where it has them. */
import { readFileSync, statSync } from "node:fs";
import { messageOf, type Problem, TestbedError } from "../errors.ts";

export function engineError(
  what: string,
  stack: string,
  error: unknown,
  signal?: AbortSignal,
  log?: ServiceLog,
): TestbedError {
  if (error instanceof TestbedError) return error;
  if (signal?.aborted === true) {
    return new TestbedError("interrupted", `pulumi ${what} of ${stack} was interrupted`, {
      cause: error,
      hint: `What was begun is in its state: npx testbed up ${stack} goes on, npx testbed down ${stack} removes it.`,
    });
  }
  const text = messageOf(error);
  const missing = /unknown stack "organization\/[^/"]+\/([^"]+)"/.exec(text)?.[1];
  if (missing !== undefined) {
    return new TestbedError("provisionFailed", `${stack} stands on ${missing}, which is not up`, {
      cause: error,
      hint: `npx testbed up ${missing}`,
    });
  }
  const lines = diagnostics(text);
  const isHint = (line: string) => line.startsWith("hint: ");
  const said = lines.filter((line) => !isHint(line));
  // A service that ended is quoted by the engine already.
  const words = log === undefined || said.some((line) => line.includes(log.path)) ? [] : lastWords(log);
  return new TestbedError("provisionFailed", `pulumi ${what} of ${stack} failed`, {
    cause: error,
    problems: [...inOne(stack, "success", said), ...inOne(log?.path ?? "", "no error", words)],
    hint:
      lines.find(isHint)?.slice("hint: ".length) ??
      "npx testbed down --all removes what is left; then try again.",
  });
}

/** Lines of one text belong together: the end of a log is read as it was written. */
function inOne(path: string, expected: string, lines: readonly string[]): Problem[] {
  return lines.length === 0 ? [] : [{ path, expected, got: lines.join("\n    ") }];
}

/** Of what the stack started; a log that nobody has written to since is of another time. */
interface ServiceLog {
  readonly path: string;
  /** Milliseconds, as `Date.now()` has them. */
  readonly since: number;
}

function lastWords({ path, since }: ServiceLog): readonly string[] {
  try {
    if (statSync(path).mtimeMs < since) return [];
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-10).filter(Boolean);
  } catch {
    return []; // It started nothing.
  }
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
