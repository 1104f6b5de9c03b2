/**
 * Closes a run with what a reader of its last lines must know: which tests were skipped, which passed on their second try
 * only, which failed and with what, and as the last line how many of each. `.ci/run` reads these lines.
 */
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from "vitest/node";

/** Errors of assertions on whole texts run to pages. */
const longestError = 300;

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[] = []): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const skipped: string[] = [];
    const secondTries: string[] = [];
    const failed: string[] = [];
    const fail = (where: TestModule | TestSuite, errors: readonly SerializedError[]) => {
      counts.failed += errors.length;
      failed.push(...errors.map((error) => entry("failed", where, [error])));
    };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      const left = tests.filter((test) => test.result().state === "skipped");
      counts.skipped += left.length;
      if (left.length === tests.length && left.length > 1)
        skipped.push(`skipped: all ${left.length} of ${fileOf(module)}`);
      else skipped.push(...left.map((test) => `skipped: ${test.fullName}`));
      for (const test of tests) {
        const { state, errors } = test.result();
        if (state === "passed") counts.passed++;
        if (state === "failed") {
          counts.failed++;
          failed.push(entry("failed", test, errors));
        }
        if (test.diagnostic()?.flaky === true)
          secondTries.push(entry("passed on its second try", test, errors));
      }
      fail(module, module.errors());
      // A hook that failed leaves its tests skipped, and is an error of their suite.
      for (const suite of module.children.allSuites()) fail(suite, suite.errors());
    }
    counts.failed += unhandled.length;
    failed.push(...unhandled.map((error) => `failed: outside of any test\n${words([error])}`));
    for (const line of [...skipped, ...secondTries, ...failed]) console.log(line);
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}

function entry(
  what: string,
  where: TestCase | TestSuite | TestModule,
  errors: readonly SerializedError[] = [],
): string {
  const name = where.type === "module" ? "" : ` > ${where.fullName}`;
  return `${what}: ${fileOf(where)}${name}\n${words(errors)}`;
}

function fileOf(where: TestCase | TestSuite | TestModule): string {
  const { moduleId } = where.type === "module" ? where : where.module;
  return relative(process.cwd(), moduleId);
}

/** The first error, indented, on one line; its first frame says where. */
function words(errors: readonly SerializedError[]): string {
  const [error] = errors;
  if (error === undefined) return "    without an error";
  const text = stripVTControlCharacters(`${error.name ?? "Error"}: ${error.message}`)
    .replace(/\s+/g, " ")
    .trim();
  const short = text.length > longestError ? `${text.slice(0, longestError)}...` : text;
  const frame = error.stacks?.[0];
  const at = frame === undefined ? "" : ` (${relative(process.cwd(), frame.file)}:${frame.line})`;
  return `    ${short}${at}`;
}
