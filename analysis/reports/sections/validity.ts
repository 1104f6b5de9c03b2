import type { Finding } from "../../figures/figures.ts";
import type { Gate, TrialResult } from "../../schema/trial.ts";
import { orDash } from "../parts/cite.ts";
import { findingWords, severityBadge, trialAnchor } from "../parts/claim.ts";
import {
  type Block,
  type Inline,
  numberColumn,
  proseColumn,
  type Row,
  type Table,
  type Text,
  textColumn,
} from "../parts/document.ts";
import { formats } from "../parts/numbers.ts";
import type { Source } from "../parts/source.ts";
import { trialState } from "./blocks.ts";
import type { Section } from "./section.ts";

export const validity: Section = {
  title: "Validity",
  build(source) {
    return [
      {
        kind: "paragraph",
        aside: true,
        text:
          "A trial that fails any gate is excluded from the tables and counted here. Each gate judges one part of the " +
          "experiment: the generator and the schedule, so that the load was as planned and the generator was not what " +
          "was measured; the machine; the samples; and the service itself.",
      },
      ...(gateNames(source).length === 0 ? [] : [gateSummary(source)]),
      ...notable(source),
      ...findings(source),
      gateTable(source),
    ];
  },
};

function gateNames({ analysis }: Source): string[] {
  return [...new Set(analysis.trials.flatMap(({ gates }) => gates.map(({ gate }) => gate)))];
}

/** For each gate how many trials passed, and the trial that came closest to its limit or went furthest past it. */
function gateSummary(source: Source): Table {
  const { analysis, cite } = source;
  return {
    kind: "table",
    caption:
      "The gates over all trials, each with the trial that came closest to the limit or exceeded it most",
    columns: [
      textColumn("Gate"),
      textColumn("Judges the"),
      numberColumn("Passed"),
      numberColumn("Failed"),
      numberColumn("Closest"),
      textColumn("Limit"),
      textColumn("In trial"),
    ],
    rows: gateNames(source).map((name) => {
      const judged = analysis.trials.flatMap((trial, trialIndex) =>
        trial.gates.flatMap((gate, gateIndex) =>
          gate.gate === name ? [{ trial, trialIndex, gate, gateIndex }] : [],
        ),
      );
      const passed = judged.filter(({ gate }) => gate.passed).length;
      const closest = [...judged].sort((a, b) => used(b.gate) - used(a.gate))[0]!;
      const at = ["trials", closest.trialIndex, "gates", closest.gateIndex];
      return {
        cells: [
          name,
          closest.gate.side,
          String(passed),
          String(judged.length - passed),
          orDash(cite.analysis([...at, "measured"], formats.magnitude)),
          closest.gate.limit === null
            ? `not judged: ${closest.gate.note}`
            : [
                `at ${closest.gate.bound} `,
                cite.analysis([...at, "limit"], formats.limit),
                ` ${closest.gate.unit}`,
              ],
          closest.trial.id,
        ],
      };
    }),
  };
}

/** How much of the limit is used up; one that was not judged ranks last. */
function used({ measured, limit, bound }: Gate): number {
  if (measured === null || limit === null) return -1;
  const [part, whole] = bound === "least" ? [limit, measured] : [measured, limit];
  return whole === 0 ? (part === 0 ? 0 : Number.MAX_VALUE) : Math.abs(part / whole);
}

/** Trials that are invalid, failed or absent, or carry a finding: the worst first, in the order of the run. */
function notable({ analysis }: Source): Block[] {
  const all = analysis.trials
    .map((trial) => ({ trial, state: trialState(trial) }))
    .filter(({ trial, state }) => state !== "valid" || trial.findings.length > 0)
    .sort((a, b) => rank(a.state) - rank(b.state));
  if (all.length === 0)
    return [{ kind: "paragraph", text: "Every trial is valid, and none carries a finding." }];
  const isQuiet = ({ trial, state }: Notable) => state === "saturated" && trial.findings.length === 0;
  const of = `of ${analysis.trials.length}`;
  const loud = all.filter((one) => !isQuiet(one));
  const quiet = all.filter(isQuiet);
  return [
    ...(loud.length === 0
      ? []
      : [
          notableTable(
            loud,
            `Trials that are invalid, failed or absent, or carry a finding: ${loud.length} ${of}`,
          ),
        ]),
    ...(quiet.length === 0
      ? []
      : [
          {
            ...notableTable(quiet, "Trials whose queue was still growing when the load ended"),
            summary: `Saturated trials without a finding: ${quiet.length} ${of}`,
          },
        ]),
  ];
}

interface Notable {
  readonly trial: TrialResult;
  readonly state: string;
}

function notableTable(shown: readonly Notable[], caption: string): Table {
  return {
    kind: "table",
    caption,
    columns: [textColumn("Trial"), textColumn("State"), proseColumn("Why, and findings")],
    rows: shown.map(
      ({ trial, state }): Row => ({
        id: trialAnchor(trial.id),
        cells: [
          trial.id,
          {
            kind: "badge",
            text: state,
            tone: state === "valid" ? "good" : state === "saturated" ? "open" : "bad",
          },
          joined(reasons(trial)),
        ],
      }),
    ),
  };
}

const ranks = ["absent", "failed", "partial", "invalid", "valid", "saturated"];

function rank(state: string): number {
  return ranks.indexOf(state);
}

function reasons({ error, gates, findings }: TrialResult): Inline[][] {
  return [
    ...(error === "" ? [] : [[error]]),
    ...gates
      .filter(({ passed }) => !passed)
      .map(({ gate, note }) => [`${gate} failed${note === "" ? "" : `: ${note}`}`]),
    ...findings.map(findingText),
  ];
}

/** Of the run and of its cells; those of trials and comparisons stand in their rows. */
function findings({ analysis }: Source): Block[] {
  const items: Text[] = [
    ...analysis.findings.map(findingText),
    ...analysis.cells.flatMap(({ variant, arm, scenario, findings: found }) =>
      found.map(
        (finding): Text => [
          `${scenario}/${variant}${arm === "aa" ? " (A/A)" : ""}: `,
          ...findingText(finding),
        ],
      ),
    ),
  ];
  return items.length === 0 ? [] : [{ kind: "list", items: items.map((text) => ({ text })) }];
}

function findingText(finding: Finding): Inline[] {
  return [
    severityBadge(finding.severity),
    " ",
    { kind: "code", text: finding.code },
    " ",
    ...findingWords(finding),
  ];
}

function joined(texts: readonly (readonly Inline[])[]): Inline[] {
  return texts.flatMap((text, index) => (index === 0 ? text : [" · ", ...text]));
}

function gateTable(source: Source): Table {
  const { analysis, cite } = source;
  const names = gateNames(source);
  return {
    kind: "table",
    summary: `Every gate of every trial (${analysis.trials.length} rows)`,
    caption: "Measured value of each gate; a failed one is marked",
    elsewhere: "analysis.json, under trials and gates",
    columns: [
      textColumn("Trial"),
      textColumn("State"),
      numberColumn("From, ms"),
      numberColumn("To, ms"),
      textColumn("Warm-up cut by"),
      ...names.map((name) => numberColumn(name)),
    ],
    rows: analysis.trials.map((trial, index) => ({
      cells: [
        trial.id,
        trialState(trial),
        trial.window === null ? "" : cite.analysis(["trials", index, "window", "fromMs"], formats.magnitude),
        trial.window === null ? "" : cite.analysis(["trials", index, "window", "toMs"], formats.magnitude),
        trial.window?.cutBy ?? "",
        ...names.map((name): Text => {
          const at = trial.gates.findIndex(({ gate }) => gate === name);
          if (at < 0) return "";
          const figure = cite.analysis(
            ["trials", index, "gates", at, "measured"],
            formats.magnitude,
            trial.gates[at]!.note,
          );
          return trial.gates[at]!.passed
            ? figure
            : [{ kind: "badge", text: "failed", tone: "bad" }, " ", figure];
        }),
      ],
    })),
  };
}
