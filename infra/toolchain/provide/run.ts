/** Runs a slow command with a sign of life: a line every ten seconds, and its last output if it fails. */

import { execa, type Options } from "execa";
import { TestbedError } from "../../../errors/errors.ts";
import { lastLines } from "../../../files/last-lines.ts";

const signOfLifeMs = 10_000;

export async function runSlow(
  what: string,
  command: readonly [string, ...string[]],
  options: Options & { readonly progress: (line: string) => void; readonly hint: string },
): Promise<void> {
  const { progress, hint, ...execaOptions } = options;
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  progress(`${what} ...`);
  const alive = setInterval(() => progress(`${what}: ${seconds()} s`), signOfLifeMs);
  try {
    const [file, ...args] = command;
    const { exitCode, all, failed, shortMessage } = await execa(file, args, {
      ...execaOptions,
      all: true,
      reject: false,
      stdin: "ignore",
    });
    if (failed || exitCode !== 0) {
      throw new TestbedError("missingPart", `${what} failed: ${shortMessage ?? `exit code ${exitCode}`}`, {
        hint,
        problems: lastLines(String(all ?? ""), 12).map((got) => ({ path: file, expected: "success", got })),
      });
    }
    progress(`${what}: done in ${seconds()} s`);
  } finally {
    clearInterval(alive);
  }
}
