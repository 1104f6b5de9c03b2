import { type Claim, type Held, isOff, sizes } from "./claim.ts";
import { type ClaimName, claims } from "./claims/index.ts";
import { queues } from "./queues.ts";

/**
 * Markdown: one row for each claim and size, one column for each queue.
 * @param progress called with each cell as it is found
 * @returns the lines, and the cells that are off
 */
export function tableOf(
  names: readonly ClaimName[],
  runs: number,
  progress: (line: string) => void = () => {},
): { readonly lines: string[]; readonly off: string[] } {
  const off: string[] = [];
  const lines = [
    `| what is printed, and its size | states | ${queues.map(({ name }) => name).join(" | ")} |`,
    `|---|---|${queues.map(() => "---|").join("")}`,
  ];
  for (const name of names) {
    const claim: Claim = claims[name];
    for (const size of sizes) {
      const found = queues.map((queue) => claim.simulate(queue, size, runs));
      found.forEach((held, index) => {
        const line = `${name}, ${size}, ${queues[index]!.name}: states ${percent(held.stated)}, holds ${percent(held.held)} of ${held.runs}`;
        progress(line);
        if (isOff(claim.kind, held)) off.push(line);
      });
      lines.push(
        `| \`${name}\`: ${size === "small" ? `${claim.prints}; ` : ""}${claim.sizes[size]} | ${statedBy(claim, found)} | ` +
          `${found.map(({ held, runs: n }) => (n === 0 ? "not printed" : percent(held))).join(" | ")} |`,
      );
    }
  }
  return { lines, off };
}

function statedBy({ kind }: Claim, found: readonly Held[]): string {
  const stated = found.filter(({ runs }) => runs > 0).map((held) => held.stated);
  if (stated.length === 0) return "–";
  const range = [Math.min(...stated), Math.max(...stated)].map(percent);
  return `${kind === "level" ? "" : `${kind} `}${range[0] === range[1] ? range[0] : range.join(" to ")}`;
}

function percent(share: number): string {
  return Number.isNaN(share) ? "–" : `${Number((100 * share).toFixed(1))} %`;
}
