/** The labels and links of verdicts and comparisons. The words of a claim are those of the comparison. */

import type { Finding } from "../../figures/figures.ts";
import type { Comparison, Verdict } from "../../schema/comparison.ts";
import type { ObjectiveResult, ObjectiveState } from "../../schema/objective.ts";
import type { Badge, Inline, Link, Tone } from "./document.ts";

const tone: Readonly<Record<Verdict, Tone>> = {
  faster: "good",
  slower: "bad",
  equivalent: "same",
  inconclusive: "open",
};

export function verdictBadge({ verdict, role }: Pick<Comparison, "verdict" | "role">): Badge {
  if (verdict === null) return { kind: "badge", text: "no verdict", tone: "plain" };
  // A baseline that beats itself is no good news.
  const isAlarm = role === "aa" && (verdict === "faster" || verdict === "slower");
  return { kind: "badge", text: verdict, tone: isAlarm ? "bad" : tone[verdict] };
}

const objectiveTone: Readonly<Record<ObjectiveState, Tone>> = {
  met: "good",
  missed: "bad",
  "not shown": "open",
};

export function objectiveBadge({ state }: Pick<ObjectiveResult, "state">): Badge {
  return { kind: "badge", text: state, tone: objectiveTone[state] };
}

/** Message and advice as sentences; what stands in backticks is a command. */
export function findingWords({ message, advice }: Pick<Finding, "message" | "advice">): Inline[] {
  return [message, advice]
    .filter((part) => part !== "")
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(" ")
    .split(/`([^`]+)`/)
    .map((part, index): Inline => (index % 2 === 1 ? { kind: "code", text: part } : part))
    .filter((part) => part !== "");
}

const severityTone: Readonly<Record<Finding["severity"], Tone>> = {
  invalid: "bad",
  warning: "open",
  note: "plain",
};

export function severityBadge(severity: Finding["severity"]): Badge {
  return { kind: "badge", text: severity, tone: severityTone[severity] };
}

/** An anchor that reads like the id, and is distinct for distinct ids. */
export function comparisonAnchor(id: string): string {
  return `comparison/${anchor(id)}`;
}

export function trialAnchor(id: string): string {
  return `trial/${anchor(id)}`;
}

export function objectiveAnchor({ index, scenario, variant }: ObjectiveResult): string {
  return `objective/${index}/${anchor(scenario)}/${anchor(variant)}`;
}

export function comparisonLink(comparison: Comparison, text: string): Link {
  return { kind: "link", text, to: comparisonAnchor(comparison.id) };
}

function anchor(id: string): string {
  return id.split("/").map(encodeURIComponent).join("/");
}
