/** Blocks of a report as HTML. */
import type {
  Badge,
  Block,
  Chart,
  Inline,
  List,
  Row,
  Style,
  Swatch,
  Table,
  Text,
} from "../parts/document.ts";
import { inlines, plain } from "../parts/document.ts";
import { html, type Markup, nothing, trusted } from "./markup.ts";

/** Pictures are drawn twice, and the style sheet shows the one that fits: text in a scaled picture cannot be read on a phone. */
const widths = { wide: 820, narrow: 335 } as const;

export function blockMarkup(block: Block): Markup {
  switch (block.kind) {
    case "paragraph":
      return html`<p${block.aside === true ? trusted(' class="aside"') : nothing}>${textMarkup(block.text)}</p>\n`;
    case "list":
      return listMarkup(block);
    case "heading":
      return html`<h3 id="${block.id}">${block.text}</h3>\n`;
    case "facts":
      return html`<dl class="facts">${block.facts.map(
        ({ name, value }) => html`<div><dt>${name}</dt><dd>${textMarkup(value)}</dd></div>\n`,
      )}</dl>\n`;
    case "command":
      return html`<pre tabindex="0" role="region" aria-label="Command"><code>${block.line}</code></pre>\n`;
    case "table":
      return tableMarkup(block);
    case "chart":
      return chartMarkup(block);
  }
}

export function textMarkup(text: Text): Markup {
  return html`${inlines(text).map(inlineMarkup)}`;
}

export function badgeMarkup({ text, tone }: Badge): Markup {
  return html`<span class="badge ${tone}">${text}</span>`;
}

function inlineMarkup(inline: Inline): Markup {
  if (typeof inline === "string") return html`${inline}`;
  switch (inline.kind) {
    case "figure":
      return inline.value === null
        ? html`<span class="absent" data-at="${inline.at}">${inline.text}</span>`
        : html`<data value="${String(inline.value)}" data-at="${inline.at}">${inline.text}</data>`;
    case "link":
      return html`<a href="#${inline.to}">${inline.text}</a>`;
    case "code":
      return html`<code>${inline.text}</code>`;
    case "badge":
      return badgeMarkup(inline);
  }
}

function listMarkup({ items, summary }: List): Markup {
  const list = html`<ul>${items.map(
    ({ id, text }) =>
      html`<li${id === undefined ? nothing : html` id="${id}" tabindex="-1"`}>${textMarkup(text)}</li>`,
  )}</ul>\n`;
  return summary === undefined ? list : folded(summary, list);
}

function folded(summary: string, content: Markup): Markup {
  return html`<details><summary>${summary}</summary>\n${content}</details>\n`;
}

function tableMarkup(table: Table): Markup {
  const { caption, columns, rows, summary } = table;
  const scroll = html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
<table>
<caption><span>${caption}</span></caption>
<thead><tr>${columns.map(({ head, align }) => html`<th scope="col" class="${align}">${head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => rowMarkup(row, table))}</tbody>
</table>
</div>
`;
  return summary === undefined ? scroll : folded(summary, scroll);
}

function rowMarkup({ id, cells }: Row, { columns }: Table): Markup {
  const start = id === undefined ? html`<tr>` : html`<tr id="${id}" tabindex="-1">`;
  return html`${start}${cells.map((cell, index) => {
    const align = columns[index]?.align ?? "text";
    return index === 0
      ? html`<th scope="row" class="${align}">${textMarkup(cell)}</th>`
      : html`<td class="${align}">${align === "prose" ? html`<div>${textMarkup(cell)}</div>` : textMarkup(cell)}</td>`;
  })}</tr>\n`;
}

function chartMarkup({ title, description, legend, draw, data }: Chart): Markup {
  // A table that claims link to stays open: a browser need not open what holds the target.
  const isLinkedTo = data.rows.some(({ id }) => id !== undefined);
  const table = isLinkedTo
    ? data
    : { ...data, summary: data.summary ?? `The numbers behind this picture (${data.rows.length} rows)` };
  return html`<figure>
<figcaption>${textMarkup(title)}</figcaption>
<ul class="legend" aria-hidden="true">${legend.map(swatchMarkup)}</ul>
<div role="img" aria-label="${`${plain(title)} ${description}`}">
<div class="wide">${trusted(draw(widths.wide))}</div>
<div class="narrow">${trusted(draw(widths.narrow))}</div>
</div>
${tableMarkup(table)}</figure>
`;
}

function swatchMarkup({ label, style }: Swatch): Markup {
  return html`<li>${trusted(swatch(style))}${label}</li>`;
}

function swatch({ colour, dash, symbol, hollow, line }: Style): string {
  const stroke = line
    ? `<line x1="1" x2="33" y1="8" y2="8" stroke="${colour}" stroke-width="2"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/>`
    : "";
  const fill = hollow ? "var(--surface)" : colour;
  return (
    `<svg ${line ? 'width="34" height="16" viewBox="0 0 34 16"' : 'width="14" height="16" viewBox="10 0 14 16"'}>${stroke}` +
    `<path d="${shapes[symbol]}" transform="translate(17 8)" fill="${fill}" stroke="${colour}" stroke-width="1.5"/></svg>`
  );
}

const shapes: Readonly<Record<Style["symbol"], string>> = {
  circle: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z",
  square: "M-3.6 -3.6h7.2v7.2h-7.2Z",
  triangle: "M0 -4.6L4.2 3.2H-4.2Z",
  diamond: "M0 -5L3.4 0L0 5L-3.4 0Z",
  cross: "M-1.4 -4.2h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8v-2.8h2.8Z",
  star: "M0 -5L1.2 -1.6H4.8L1.9 .5L3 4L0 1.9L-3 4L-1.9 .5L-4.8 -1.6H-1.2Z",
  area: "M-9 -4.5h18v9h-18Z",
};
