/** A full disk shows in many rooms, under many names; a user can act on it, so it is told as one thing. */
import { TestbedError } from "../errors.ts";

/** @returns undefined where the error is about something else */
export function diskFull(error: unknown): TestbedError | undefined {
  const link = causes(error).find(
    (one) => (one as NodeJS.ErrnoException).code === "ENOSPC" || /no space left on device/i.test(one.message),
  );
  if (link === undefined) return undefined;
  const { path, dest } = link as NodeJS.ErrnoException & { dest?: string };
  const got = path ?? dest ?? link.message.split("\n")[0]!;
  return new TestbedError("runFailed", "the disk is full", {
    cause: error,
    problems: [{ path: "disk", expected: "space to write", got }],
    hint:
      "npx testbed prune removes what is superseded in the cache, TESTBED_CACHE moves it; " +
      "then go on with --resume, which repeats no finished trial.",
  });
}

function causes(error: unknown): readonly Error[] {
  const found: Error[] = [];
  for (let link = error; link instanceof Error && !found.includes(link); link = link.cause) found.push(link);
  return found;
}
