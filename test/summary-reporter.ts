/** Closes a run with one plain line that counts what was skipped too, and names each test that was skipped or had to be tried twice. */
import type { Reporter, TestModule } from "vitest/node";

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "pending") continue;
        counts[state]++;
        if (state === "skipped") console.log(`skipped: ${test.fullName}`);
        if (test.diagnostic()?.flaky === true) console.log(`passed on its second try: ${test.fullName}`);
      }
      counts.failed += module.errors().length;
      // A hook that failed leaves its tests skipped, and is an error of their suite.
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    }
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}
