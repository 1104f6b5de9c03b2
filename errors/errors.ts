/**
 * The one error family of the testbed. Every module may throw it; only the command line prints it. An error that a user
 * can act on is a TestbedError; any other error that escapes is a bug and shows its stack.
 */

/** Exit codes of the `testbed` command, documented in docs/commands.md. */
export const exitCodes = {
  ok: 0,
  bug: 1,
  badInput: 2,
  missingPart: 3,
  provisionFailed: 4,
  runFailed: 5,
  invalidResults: 6,
  regression: 7,
  outsideTolerance: 8,
  notComparable: 9,
  objectiveMissed: 10,
  objectiveNotShown: 11,
  interrupted: 130,
} as const;

export type ExitKind = Exclude<keyof typeof exitCodes, "ok">;

/** One thing wrong with one place in an input. */
export interface Problem {
  /** Where, as a path a person can follow: `scenarios[1].arrival.cv`, `--blocks`, `row 17`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

export class TestbedError extends Error {
  override readonly name = "TestbedError";
  readonly kind: ExitKind;
  /** The next action, as one sentence. */
  readonly hint: string | undefined;
  /** Every problem found, not just the first. */
  readonly problems: readonly Problem[];

  /** @param message what failed, on which thing */
  constructor(
    kind: ExitKind,
    message: string,
    detail: { hint?: string; problems?: readonly Problem[]; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.kind = kind;
    this.hint = detail.hint;
    this.problems = detail.problems ?? [];
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }
}

/** Of whatever was thrown, for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
