/** The page: one file, no external resources, no script. The report model has its content; report.css has its looks. */
import { readFileSync } from "node:fs";
import type { ReportModel, ReportSection } from "../sections/report-model.ts";
import { blockMarkup } from "./html-blocks.ts";
import { overviewMarkup } from "./html-overview.ts";
import { html, type Markup, trusted } from "./markup.ts";
import type { Report } from "./report.ts";

export const htmlReport: Report = {
  name: "html",
  file: "report.html",
  render(model) {
    const css = readFileSync(new URL("./report.css", import.meta.url), "utf8");
    return `${page(model, css)}\n`;
  },
};

function page({ overview, sections }: ReportModel, css: string): string {
  const { study, question } = overview;
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${study}: ${question}</title>
<link rel="icon" href="data:,">
<style>${trusted(css)}</style>
</head>
<body>
<a class="skip" href="#answer">Skip to the answer</a>
<div class="frame">
<nav class="contents" aria-label="Contents">
<div class="beside">${contents(sections)}</div>
<details class="above"><summary>Contents</summary>${contents(sections)}</details>
</nav>
<main>
${overviewMarkup(overview)}
${sections.map(section)}
</main>
</div>
</body>
</html>`.markup;
}

/** Shown at the side where there is room, and folded above the page where there is not. */
function contents(sections: readonly ReportSection[]): Markup {
  return html`<ol>
<li><a href="#answer">Answer</a></li>
${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}</ol>`;
}

function section({ id, title, blocks }: ReportSection): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${blocks.map(blockMarkup)}
</section>
`;
}
