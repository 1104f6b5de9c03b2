/** The table of docs/statistics.md: one row for each claim and size, one column for each queue. */
import type { FoundCell } from "./cells.ts";
import { type Claim, type Held, isOff, sizes } from "./claim.ts";
import { type ClaimName, claims } from "./claims/index.ts";
import { queues } from "./queues.ts";

export const header = [
  `| claim, its size | runs | states | ${queues.map(({ name }) => name).join(" | ")} |`,
  `|---|---|---|${queues.map(() => "---|").join("")}`,
] as const;

/** Rows of one claim. */
export function rowsOf(name: ClaimName, cells: readonly FoundCell[]): string[] {
  const claim: Claim = claims[name];
  return sizes.map((size) => {
    const found = queues.map(
      (queue) =>
        cells.find((cell) => cell.claim === name && cell.size === size && cell.queue === queue.name)!,
    );
    const counts = found.map((held) => held.runs).filter((count) => count > 0);
    const [fewest, most] = [Math.min(...counts), Math.max(...counts)].map((count) =>
      count.toLocaleString("en"),
    );
    const runs = fewest === most ? fewest : `${fewest} to ${most}`;
    const what = size === "small" ? `${claim.prints}; ` : "";
    const held = found.map((one) => (one.runs === 0 ? "not printed" : percent(one.held)));
    return `| \`${name}\`: ${what}${claim.sizes[size]} | ${runs} | ${statedBy(claim, found)} | ${held.join(" | ")} |`;
  });
}

export function offLines(cells: readonly FoundCell[]): string[] {
  return cells.filter((cell) => isOff(claims[cell.claim].kind, cell)).map(lineOf);
}

export function lineOf({ claim, size, queue, stated, held, runs }: FoundCell): string {
  const states = claims[claim].kind === "rate" ? "" : `states ${percent(stated)}, holds `;
  return `${claim}, ${size}, ${queue}: ${states}${percent(held)} of ${runs}`;
}

/**
 * A document with the rows of these claims in its table; rows of others stay.
 * @throws where it has no such table
 */
export function withRows(text: string, names: readonly ClaimName[], cells: readonly FoundCell[]): string {
  const lines = text.split("\n");
  const start = lines.indexOf(header[0]);
  if (start < 0) throw new Error(`no table begins with: ${header[0]}`);
  const length = lines.slice(start).findIndex((line) => !line.startsWith("|"));
  const before = lines.slice(start + header.length, start + length);
  const rows = (Object.keys(claims) as ClaimName[]).flatMap((name) =>
    names.includes(name) ? rowsOf(name, cells) : before.filter((line) => line.startsWith(`| \`${name}\`: `)),
  );
  return lines.toSpliced(start, length, ...header, ...rows).join("\n");
}

function statedBy({ kind }: Claim, found: readonly Held[]): string {
  const stated = found.filter(({ runs }) => runs > 0).map((held) => held.stated);
  if (stated.length === 0 || kind === "rate") return "–";
  const range = [Math.min(...stated), Math.max(...stated)].map(percent);
  return `${kind === "level" ? "" : `${kind} `}${range[0] === range[1] ? range[0] : range.join(" to ")}`;
}

function percent(share: number): string {
  return Number.isNaN(share) ? "–" : `${Number((100 * share).toFixed(1))} %`;
}
