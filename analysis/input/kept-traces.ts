/** The traces that a run replayed, kept in its results: they are read from there only, by their digests. */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import type { GuardedFolder } from "../../files/guarded-folder.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { traceFile, traceSpecOf } from "../../workloads/spec/study-traces.ts";
import { readTraceFile } from "../../workloads/traces/read.ts";
import { isStored, storeTrace, traceOf, traceText } from "../../workloads/traces/trace-store.ts";

/** Of a study whose traces were read. */
export async function keepTraces(folder: GuardedFolder, study: StudySpec): Promise<void> {
  for (const scenario of study.scenarios) {
    const spec = traceSpecOf(scenario);
    if (spec === undefined) continue;
    const { held } = traceOf(spec);
    if (held === undefined) throw new Error(`the trace of ${scenario.name} was never read`);
    await folder.make(traceFile(held.digest), (draft) =>
      pipeline(Readable.from(traceText(held.seconds)), createWriteStream(draft, { flags: "wx" })),
    );
  }
}

/**
 * From here on the plan's traces are known by their digests. A file that the plan names is not opened: it may be any.
 * @throws TestbedError (invalidResults) where one is missing or another one
 */
export async function holdTraces(folder: GuardedFolder, study: StudySpec): Promise<void> {
  const problems: Problem[] = [];
  for (const [index, scenario] of study.scenarios.entries()) {
    const spec = traceSpecOf(scenario);
    if (spec === undefined || (spec.digest !== undefined && isStored(spec.digest))) continue;
    if (spec.digest === undefined) {
      const path = `plan.json: study.scenarios[${index}].arrival.digest`;
      problems.push({ path, expected: "the digest of the trace, which the results keep", got: "nothing" });
      continue;
    }
    const path = traceFile(spec.digest);
    if (!(await folder.hasFile(path))) {
      problems.push({ path, expected: `the trace of ${spec.file}`, got: "no file" });
      continue;
    }
    const { trace } = readTraceFile({ file: await folder.pathOf(path), form: "plain", unit: "s" });
    const got =
      trace === undefined
        ? "no trace"
        : storeTrace({ ...trace, understood: `trace ${spec.file}, as it was kept` }).digest;
    if (got !== spec.digest) problems.push({ path, expected: spec.digest, got });
  }
  if (problems.length === 0) return;
  throw new TestbedError(
    "invalidResults",
    `the traces in ${folder.directory} are not those that were replayed`,
    {
      problems,
      hint: "Nothing was changed. Restore the named files from a copy; a run of an older testbed that kept no traces cannot be analysed.",
    },
  );
}
