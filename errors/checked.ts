import type { z } from "zod";
import { type ExitKind, TestbedError } from "./errors.ts";
import { problemsOf } from "./problems.ts";

interface Refusal {
  /** badInput where it is left out. */
  readonly kind?: ExitKind;
  readonly message: string;
  readonly hint?: string;
  /** How a reader finds a problem's place: its option, or its file and key. The key alone where it is left out. */
  path?(key: string): string;
}

/** @returns what the schema makes of a value @throws TestbedError that lists every problem */
export function checked<S extends z.ZodType>(schema: S, value: unknown, refusal: Refusal): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { kind = "badInput", message, hint, path = (key) => key } = refusal;
  throw new TestbedError(kind, message, {
    problems: problemsOf(parsed.error, value).map((problem) => ({ ...problem, path: path(problem.path) })),
    ...(hint === undefined ? {} : { hint }),
  });
}
