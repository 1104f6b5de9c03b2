/** A program's own error as the engine prints it: message, every problem and the hint, without a stack trace. */
import * as pulumi from "@pulumi/pulumi";
import { TestbedError } from "../../errors/errors.ts";

export function forEngine(error: unknown): unknown {
  if (!(error instanceof TestbedError)) return error;
  const { message, problems, hint } = error;
  return new pulumi.RunError(
    [
      message,
      ...problems.map(({ path, expected, got }) => `${path}: expected ${expected}; got ${got}`),
      ...(hint === undefined ? [] : [`hint: ${hint}`]),
    ].join("\n"),
  );
}
