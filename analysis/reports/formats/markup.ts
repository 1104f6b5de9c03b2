/** HTML templates in which every value is escaped unless it is itself markup made here. */
export interface Markup {
  readonly markup: string;
}

export type MarkupValue = string | number | Markup | readonly Markup[];

export function html(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return {
    markup: strings
      .map((string, index) => string + (index < values.length ? inserted(values[index]!) : ""))
      .join(""),
  };
}

/** For text that this project made itself: SVG of a chart, the style sheet. */
export function trusted(markup: string): Markup {
  return { markup };
}

export const nothing: Markup = trusted("");

function inserted(value: MarkupValue): string {
  if (typeof value === "object")
    return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
  return escaped(String(value));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
