/**
 * Figures are cited, not passed along: a section names the place in the file, and the value is read from there. So
 * every printed figure has a place where it can be checked.
 */
import type { Figure, Inline } from "./document.ts";
import type { Format } from "./numbers.ts";

export type Place = readonly (string | number)[];

/** @throws where the place does not hold a number or null: a bug of the section, not of the results */
export type Cite = (place: Place, format: Format, why?: string) => Figure;

/** @param file name under which the reader finds it, for example `analysis.json` */
export function citing(file: string, content: unknown): Cite {
  return (place, format, why = "") => {
    const at = `${file}#${pointer(place)}`;
    const value = read(content, place);
    if (value === null) return { kind: "figure", text: notEstimable(why), value, at };
    if (typeof value !== "number") throw new Error(`${at} is ${typeof value}, not a number`);
    return { kind: "figure", text: format(value), value, at };
  };
}

/** The same figure with nothing but a dash where it is null: for a row that gives its reason elsewhere. */
export function orDash(figure: Figure): Figure {
  return figure.value === null ? { ...figure, text: "–" } : figure;
}

export function notEstimable(why: string): string {
  return why === "" ? "not estimable" : `not estimable (${why})`;
}

/** `0.301 [0.287, 0.316]`: an estimate at a place, with its interval; the reason where it is null. */
export function citeInterval(cite: Cite, place: Place, content: unknown, format: Format, why = ""): Inline[] {
  if (content === null) return [cite(place, format, why)];
  return [
    cite([...place, "value"], format),
    " [",
    cite([...place, "low"], format),
    ", ",
    cite([...place, "high"], format),
    "]",
  ];
}

/** RFC 6901. */
function pointer(place: Place): string {
  return place.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function read(content: unknown, place: Place): unknown {
  return place.reduce<unknown>(
    (inner, part) =>
      inner !== null && typeof inner === "object" && Object.hasOwn(inner, part)
        ? (inner as Record<string | number, unknown>)[part]
        : undefined,
    content,
  );
}
