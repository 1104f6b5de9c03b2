/** The first screen: the question, the answer, its validity, and what is synthetic. */
import { primaryOf } from "../../compare/estimands.ts";
import type { Analysis } from "../../schema/analysis-result.ts";
import type { Comparison } from "../../schema/comparison.ts";
import { comparisonAnchor, findingWords, objectiveAnchor, objectiveBadge, verdictBadge } from "./claim.ts";
import type { Badge, Figure, Text } from "./document.ts";
import { primaryWords } from "./metric.ts";
import { formats } from "./numbers.ts";
import type { Source } from "./source.ts";

export interface Claim {
  readonly badge: Badge;
  /** Of the comparison or the objective, unchanged. */
  readonly sentence: string;
  /** Anchor of the row it rests on. */
  readonly to: string;
}

export interface Overview {
  readonly study: string;
  /** Model and target. */
  readonly setting: string;
  /** Whether it is valid, and that something is synthetic: beside the question, before any answer. */
  readonly badges: readonly Badge[];
  readonly question: string;
  readonly asked: readonly Text[];
  /** By scenario, with what the scenario is. */
  readonly claims: readonly { scenario: string; description: string; claims: readonly Claim[] }[];
  /** Limits that the study says the service has to keep; empty where it says none. */
  readonly objectives: readonly Claim[];
  readonly control: readonly Claim[];
  readonly validity: {
    readonly badge: Badge;
    readonly sentence: string;
    readonly counts: readonly { label: string; figure: Figure }[];
  };
  readonly synthetic: readonly string[];
  /** What the reader must know before believing the above. */
  readonly cautions: readonly Text[];
}

export const controlWords = "the baseline against a second copy of itself; no difference is expected";

export function overview(source: Source): Overview {
  const { analysis, plan } = source;
  const standing = validity(source);
  const ofRole = (role: Comparison["role"]) => analysis.comparisons.filter((row) => row.role === role);
  return {
    study: analysis.study,
    setting: `${source.manifest.model?.name ?? source.manifest.service?.name ?? "a service"} on target ${plan.study.target}`,
    badges: [
      standing.badge,
      ...(analysis.synthetic.length === 0
        ? []
        : [{ kind: "badge" as const, text: "synthetic in part", tone: "open" as const }]),
    ],
    question: analysis.description,
    asked: asked(source),
    claims: plan.study.scenarios.map(({ name, description }) => ({
      scenario: name,
      description,
      claims: ofRole("primary")
        .filter(({ scenario }) => scenario === name)
        .map(claim),
    })),
    objectives: (analysis.objectives ?? []).map((one) => ({
      badge: objectiveBadge(one),
      sentence: one.sentence,
      to: objectiveAnchor(one),
    })),
    control: ofRole("aa")
      .filter(({ metric, scenario }) => metric === primaryOf(plan.study, scenario))
      .map(claim),
    validity: standing,
    synthetic: analysis.synthetic,
    cautions: [
      ...(analysis.resolution.reachesAlpha || analysis.findings.some(({ code }) => code === "too-few-blocks")
        ? []
        : [analysis.resolution.sentence]),
      ...analysis.findings.map(findingWords),
    ],
  };
}

function claim(comparison: Comparison): Claim {
  return {
    badge: verdictBadge(comparison),
    sentence: comparison.sentence,
    to: comparisonAnchor(comparison.id),
  };
}

function asked({ plan, cite }: Source): Text[] {
  const { study } = plan;
  const treatments = study.variants.join(", ");
  return [
    [
      `${treatments} against ${study.baseline} under ${study.scenarios.map(({ name }) => name).join(", ")}; `,
      cite.plan(["study", "blocks"], formats.count),
      study.blocks === 1 ? " block" : " blocks in random order",
      ...(study.spareBlocks === undefined
        ? []
        : [
            ", up to ",
            cite.plan(["study", "spareBlocks"], formats.count),
            " spare blocks to replace invalid ones",
          ]),
      study.aa ? ", with the baseline deployed twice as a control" : "",
      ".",
    ],
    [
      `Decided on the ${primaryWords(study)}; within ±`,
      cite.plan(["study", "equivalence"], formats.setShare),
      " counts as equivalent; a request is on time within ",
      cite.plan(["study", "slo", "responseMs"], formats.exact),
      " ms of the instant it was scheduled for.",
    ],
  ];
}

function validity({ analysis, cite }: Source): Overview["validity"] {
  const labels: readonly [keyof Analysis["counts"], string][] = [
    ["planned", "planned"],
    ["finished", "finished"],
    ["valid", "valid"],
    ["saturated", "of these saturated"],
    ["invalid", "invalid"],
    ["failed", "failed"],
    ["absent", "absent"],
  ];
  return {
    ...validityWords(analysis),
    counts: labels.map(([key, label]) => ({
      label,
      figure: cite.analysis(["counts", key], formats.count),
    })),
  };
}

function validityWords({ complete, counts }: Analysis): { badge: Badge; sentence: string } {
  const badge = (text: string, tone: Badge["tone"]): Badge => ({ kind: "badge", text, tone });
  if (counts.valid === 0) {
    return {
      badge: badge("not valid", "bad"),
      sentence: "No trial passed its validity gates: nothing here is a result.",
    };
  }
  const overload =
    counts.saturated === 0 ? "" : " Saturated trials count as overload and are never averaged.";
  if (complete) {
    return {
      badge: badge("valid", "good"),
      sentence: `Every planned trial finished and passed its validity gates.${overload}`,
    };
  }
  return {
    badge: badge("valid in part", "open"),
    sentence: `Some trials are excluded from every average, each with its reason.${overload}`,
  };
}
