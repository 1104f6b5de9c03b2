/**
 * The objectives as JUnit reads test results, for the test page of a CI: a missed one is a failure, one that is not shown is
 * skipped, with the sentence. The form: https://github.com/testmoapp/junitxml (there is no official one).
 */
import { asked } from "../../objectives/sentence.ts";
import type { Analysis } from "../../schema/analysis-result.ts";
import type { ObjectiveResult } from "../../schema/objective.ts";
import { html, type Markup, nothing } from "./markup.ts";

export function junitText({ study, objectives = [] }: Pick<Analysis, "study" | "objectives">): string {
  const of = (state: ObjectiveResult["state"]) => objectives.filter((one) => one.state === state).length;
  const counts = html`tests="${objectives.length}" failures="${of("missed")}" errors="0" skipped="${of("not shown")}"`;
  const suite = html`<testsuites name="${study}" ${counts}>
<testsuite name="${study}" ${counts}>
${objectives.map((one) => testcase(study, one))}</testsuite>
</testsuites>
`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${withoutControls(suite.markup)}`;
}

function testcase(study: string, one: ObjectiveResult): Markup {
  return html`<testcase classname="${`${study}.objectives`}" name="${asked(one)}">${outcome(one)}</testcase>
`;
}

function outcome({ state, sentence }: ObjectiveResult): Markup {
  if (state === "missed") return html`<failure message="${sentence}"/>`;
  return state === "not shown" ? html`<skipped message="${sentence}"/>` : nothing;
}

/** XML 1.0 has no place for most control characters, escaped or not. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}
