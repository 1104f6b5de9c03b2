import { readResults } from "../../analysis/input/read.ts";
import type { Check } from "../../analysis/verify.ts";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { jsonOption } from "../options/options.ts";
import { payloadDigest } from "../spec/asked.ts";
import { serviceOfPlan } from "../spec/study-file.ts";
import { print, printJson } from "../terminal/print.ts";
import type { CommandSpec } from "./command.ts";

const mostShown = 40;

export const verifyCommand: CommandSpec = {
  arguments: [{ name: "<results>", description: "a results folder" }],
  options: [jsonOption],
  async run([directory = ""], options) {
    const { verify } = await import("../../analysis/verify.ts");
    const checks = [...(await verify(directory)), ...(await checkPayloads(directory))];
    const problems = checks.flatMap((check) => check.problems);
    if (options.json === true) printJson({ verified: problems.length === 0, checks });
    else {
      for (const { what, count, problems: found } of checks) {
        print(`${found.length === 0 ? "ok  " : "FAIL"}  ${what} (${count})`);
      }
    }
    if (problems.length === 0) return;
    const areWords = checks.every((check) => check.problems.length === 0 || check.ofWords === true);
    if (areWords) throw await otherWords(directory, problems);
    throw new TestbedError("invalidResults", `${directory} does not match its samples`, {
      problems: problems.slice(0, mostShown),
      hint:
        problems.length > mostShown
          ? `${problems.length - mostShown} more differences are not shown; --json has them all.`
          : "For a figure, `testbed analyse` writes it again; for a digest, restore the file from a copy.",
    });
  },
};

/** Every figure matches: what differs is how this version words it. */
async function otherWords(directory: string, problems: readonly Problem[]): Promise<TestbedError> {
  const { commit } = (await readResults(directory)).manifest.source;
  return new TestbedError(
    "invalidResults",
    `every figure of ${directory} matches its samples, but its sentences and reports are not worded as by this version`,
    {
      problems: problems.slice(0, mostShown),
      hint: `Verify it with the version that wrote it (commit ${commit}), or run \`testbed analyse\` to write them as this version does.`,
    },
  );
}

/** The texts that were sent, where this workspace still has a set of that name. */
async function checkPayloads(directory: string): Promise<Check[]> {
  const results = await readResults(directory).catch(() => undefined);
  if (results === undefined) return [];
  const problems: Problem[] = [];
  // Results of a service whose file is elsewhere are whole all the same; what was sent cannot be looked at then.
  const service = await serviceOfPlan(results.plan.study).catch(() => undefined);
  for (const { name, digest } of service === undefined ? [] : results.manifest.payload) {
    const now = await payloadDigest(service!, name);
    if (now !== digest) {
      problems.push({
        path: `manifest.json: payload ${name}`,
        expected: digest,
        got: now ?? "no such payload",
      });
    }
  }
  if (service === undefined) {
    return [{ what: "payloads: not checked, because the service's file is not here", count: 0, problems }];
  }
  return [{ what: "payloads: digest of each", count: results.manifest.payload.length, problems }];
}
