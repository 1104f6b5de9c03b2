/** The same report as text, for a terminal, a pull request or a diff. */
import type { Badge, Block, Inline, Row, Table, Text } from "../parts/document.ts";
import { inlines } from "../parts/document.ts";
import { type Claim, controlWords, type Overview } from "../parts/overview.ts";
import type { ReportModel } from "../sections/report-model.ts";
import type { Report } from "./report.ts";

export const markdownReport: Report = {
  name: "markdown",
  file: "report.md",
  render({ overview, sections }) {
    const parts = sections.flatMap(({ id, title, blocks }) => [
      `${anchor(id)}\n\n## ${escaped(title)}`,
      ...blocks.flatMap(block),
    ]);
    return `${[...first(overview), ...parts].join("\n\n")}\n`;
  },
};

/** The first screen alone, for the summary of a CI job: nothing in it links to sections that are not there. */
export function summaryText({ overview }: Pick<ReportModel, "overview">): string {
  const text = first(overview).join("\n\n");
  return `${text.replaceAll(/ \(\[row\]\(#[^)]*\)\)/g, "")}\n`;
}

function first(overview: Overview): string[] {
  const { study, setting, question, asked, claims, control, validity, synthetic, cautions } = overview;
  return [
    `# ${escaped(question)}`,
    `Study ${escaped(study)}, ${escaped(setting)}. ${overview.badges.map(badge).join(" ")}`,
    asked.map(text).join(" "),
    ...claims.flatMap((group) => claimGroup(group.scenario, group.description, group.claims)),
    ...(overview.objectives.length === 0
      ? []
      : ["**Objectives**: limits that the service has to keep", list(overview.objectives.map(claim))]),
    "**Validity**",
    `${escaped(validity.sentence)}`,
    tableText({
      kind: "table",
      caption: "Trials",
      columns: validity.counts.map(({ label }) => ({ head: label, align: "number" })),
      rows: [{ cells: validity.counts.map(({ figure }) => figure) }],
    }),
    ...(synthetic.length === 0 ? [] : ["**Synthetic**", list(synthetic.map(escaped))]),
    ...(cautions.length === 0 ? [] : ["**Read with care**", list(cautions.map(text))]),
    ...(control.length === 0 ? [] : claimGroup("A/A control", controlWords, control)),
  ];
}

function claimGroup(name: string, description: string, claims: readonly Claim[]): string[] {
  return [
    `**${escaped(name)}**: ${escaped(description)}`,
    claims.length === 0 ? "No primary comparison was made." : list(claims.map(claim)),
  ];
}

function claim({ badge: verdict, sentence, to }: Claim): string {
  return `${badge(verdict)}: ${escaped(sentence)} ([row](#${to}))`;
}

function block(block: Block): string[] {
  switch (block.kind) {
    case "paragraph":
      return [text(block.text)];
    case "list":
      return [
        list(block.items.map(({ id, text: item }) => (id === undefined ? "" : anchor(id)) + text(item))),
      ];
    case "heading":
      return [`${anchor(block.id)}\n\n### ${escaped(block.text)}`];
    case "facts":
      return [list(block.facts.map(({ name, value }) => `**${escaped(name)}**: ${text(value)}`))];
    case "command":
      return [`\`\`\`sh\n${block.line.replaceAll("\n", " ")}\n\`\`\``];
    case "table":
      return [tableText(block)];
    case "chart":
      return [`**${text(block.title)}**`, tableText(block.data)];
  }
}

function tableText(table: Table): string {
  if (table.elsewhere !== undefined) {
    return `${escaped(table.caption)}: ${table.rows.length} rows, in ${escaped(table.elsewhere)}.`;
  }
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `${escaped(table.caption)}:\n`,
    line(table.columns.map(({ head }) => escaped(head))),
    line(table.columns.map(({ align }) => (align === "number" ? "---:" : "---"))),
    ...table.rows.map((row) => line(rowCells(row))),
  ].join("\n");
}

function rowCells({ id, cells }: Row): string[] {
  return cells.map((cell, index) => (index === 0 && id !== undefined ? anchor(id) : "") + text(cell));
}

function text(value: Text): string {
  return inlines(value).map(inline).join("");
}

function inline(value: Inline): string {
  if (typeof value === "string") return escaped(value);
  switch (value.kind) {
    case "figure":
      return escaped(value.text);
    case "link":
      return `[${escaped(value.text)}](#${value.to})`;
    case "code":
      return escaped(value.text) === value.text ? `\`${value.text}\`` : escaped(value.text);
    case "badge":
      return badge(value);
  }
}

function badge({ text: word }: Badge): string {
  return `**${escaped(word)}**`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function anchor(id: string): string {
  return `<a id="${id.replace(/[&<>"']/g, encodeURIComponent)}"></a>`;
}

/** Whatever Markdown or HTML would take for its own, on one line. */
function escaped(value: string): string {
  return value
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|&~]/g, "\\$&")
    .replace(/^([#+-]|\d+[.)])(?=\s)/, "\\$1");
}
