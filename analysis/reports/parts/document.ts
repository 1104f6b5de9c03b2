/**
 * The elements of a report, without layout: every format renders these and nothing else, so that HTML and Markdown
 * cannot disagree.
 */

/** A number as it is printed, beside the value it was printed from and where that stands. */
export interface Figure {
  readonly kind: "figure";
  readonly text: string;
  /** Null where it is not estimable; the text then says why. */
  readonly value: number | null;
  /** File and JSON pointer (RFC 6901): `analysis.json#/cells/3/metrics/p50/estimate/value`. */
  readonly at: string;
}

/** To an anchor in the same document. */
export interface Link {
  readonly kind: "link";
  readonly text: string;
  readonly to: string;
}

export interface Code {
  readonly kind: "code";
  readonly text: string;
}

/** A word that classifies: a verdict, a severity, the state of a trial. Never told by its colour alone. */
export interface Badge {
  readonly kind: "badge";
  readonly text: string;
  readonly tone: Tone;
}

export const tones = ["good", "bad", "same", "open", "plain"] as const;
export type Tone = (typeof tones)[number];

export type Inline = string | Figure | Link | Code | Badge;
export type Text = Inline | readonly Inline[];

export interface Paragraph {
  readonly kind: "paragraph";
  readonly text: Text;
  /** `aside` is set smaller: how to read what follows. */
  readonly aside?: boolean;
}

export interface List {
  readonly kind: "list";
  readonly items: readonly { readonly id?: string; readonly text: Text }[];
  /** Set where it is shown on demand only. */
  readonly summary?: string;
}

export interface Column {
  readonly head: string;
  /** `prose` is text that may run over several lines. */
  readonly align: "text" | "number" | "prose";
}

export interface Row {
  /** Anchor that a claim links to. */
  readonly id?: string;
  /** The first cell names the row. */
  readonly cells: readonly Text[];
}

export interface Table {
  readonly kind: "table";
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Set where it is shown on demand only: the words that open it. */
  readonly summary?: string;
  /** Set where it is too long to be read as a document: where the same numbers stand. Markdown prints that instead. */
  readonly elsewhere?: string;
}

/** Names and values, for settings and provenance. */
export interface Facts {
  readonly kind: "facts";
  readonly facts: readonly { readonly name: string; readonly value: Text }[];
}

export interface Command {
  readonly kind: "command";
  readonly line: string;
}

export interface Heading {
  readonly kind: "heading";
  readonly id: string;
  readonly text: string;
}

export interface Chart {
  readonly kind: "chart";
  /** What the picture shows, as a sentence. */
  readonly title: Text;
  /** A description of the chart, for screen readers. */
  readonly description: string;
  readonly legend: readonly Swatch[];
  /** An SVG document of this width in pixels. */
  draw(width: number): string;
  /** The numbers that are drawn. */
  readonly data: Table;
}

/** One entry of a legend: colour is always doubled by dash or shape. */
export interface Swatch {
  readonly label: string;
  readonly style: Style;
}

export interface Style {
  /** A CSS colour, usually a variable of report.css, so that it follows light, dark and print. */
  readonly colour: string;
  readonly dash: string;
  readonly symbol: "circle" | "square" | "triangle" | "diamond" | "cross" | "star" | "area";
  readonly hollow: boolean;
  readonly line: boolean;
}

export type Block = Paragraph | List | Table | Facts | Command | Heading | Chart;

export function textColumn(head: string): Column {
  return { head, align: "text" };
}

export function numberColumn(head: string): Column {
  return { head, align: "number" };
}

export function proseColumn(head: string): Column {
  return { head, align: "prose" };
}

/** The text without its marks. */
export function plain(text: Text): string {
  if (typeof text === "string") return text;
  return isInline(text) ? text.text : text.map(plain).join("");
}

export function inlines(text: Text): readonly Inline[] {
  return isInline(text) ? [text] : text;
}

function isInline(text: Text): text is Inline {
  return typeof text === "string" || "kind" in text;
}
