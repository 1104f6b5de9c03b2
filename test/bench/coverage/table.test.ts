/** docs/statistics.md holds what `npm run bench:coverage -- --write` found: every claim, and none off; what is not in it is named. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { FoundCell } from "../../../bench/coverage/cells.ts";
import { cellsOf } from "../../../bench/coverage/cells.ts";
import { type Claim, isOff, sizes, tolerance } from "../../../bench/coverage/claim.ts";
import { type ClaimName, claims } from "../../../bench/coverage/claims/index.ts";
import { queues } from "../../../bench/coverage/queues.ts";
import { header, rowsOf, withRows } from "../../../bench/coverage/table.ts";

const text = readFileSync("docs/statistics.md", "utf8");
const lines = text.split("\n");
const table = lines.slice(lines.indexOf(header[0]) + header.length);

const notYet = /Not in the table yet: (.*?)\.\n/s.exec(text)?.[1] ?? "";

describe("the table of the documentation", () => {
  for (const [name, claim] of Object.entries(claims as Record<string, Claim>)) {
    const rows = table.filter((line) => line.startsWith(`| \`${name}\`: `));
    if (rows.length === 0) {
      it(`has no ${name} yet, and says so`, () => expect(notYet).toContain(`\`${name}\``));
      continue;
    }
    it(`has ${name} in every size, over every queue`, () => {
      expect(
        rows.map((row) => sizes.filter((size) => row.split(" | ")[0]!.endsWith(claim.sizes[size]))),
      ).toEqual(sizes.map((size) => [size]));
      for (const row of rows) expect(row.split(" | ")).toHaveLength(3 + queues.length);
    });
    it(`holds what ${name} states, within two points`, () => {
      for (const row of rows) {
        const [, runs, states, ...held] = row.replace(/ \|$/, "").split(" | ");
        expect(runs, row).toMatch(/^[\d,]+( to [\d,]+)?$/);
        if (claim.kind === "rate") continue;
        const stated = share(states!.split(" to ").at(-1)!);
        for (const cell of held.filter((one) => one !== "not printed")) {
          const of = Number(runs!.split(" to ")[0]!.replaceAll(",", ""));
          // Of an earlier rule, as the text says.
          const allowed = of < 200 ? tolerance + Math.sqrt((stated * (1 - stated)) / of) : tolerance;
          expect(isOff(claim.kind, { stated, held: share(cell), runs: of }, allowed), `${row}: ${cell}`).toBe(
            false,
          );
        }
      }
    });
  }
});

describe("new rows in a document", () => {
  const cells = (name: ClaimName, held: number): FoundCell[] =>
    cellsOf([name]).map((cell) => ({ ...cell, stated: 0.95, held, runs: 10, asked: 10 }));
  const before = ["# Title", ...header, ...rowsOf("cell", cells("cell", 0.9)), "", "After."].join("\n");

  it("stand in the order of the record, beside those of other claims, and change nothing else", () => {
    const after = withRows(before, ["ratio"], cells("ratio", 0.96)).split("\n");
    expect(after).toEqual([
      ...["# Title", ...header],
      ...rowsOf("ratio", cells("ratio", 0.96)),
      ...rowsOf("cell", cells("cell", 0.9)),
      ...["", "After."],
    ]);
  });

  it("take the place of older ones of the same claim", () => {
    expect(withRows(before, ["cell"], cells("cell", 0.94))).toBe(before.replaceAll("90 %", "94 %"));
  });

  it("are refused where there is no table", () => {
    expect(() => withRows("# Title", ["cell"], cells("cell", 0.94))).toThrow(/no table begins with/);
  });
});

function share(text: string): number {
  return Number(/([\d.]+) %/.exec(text)![1]) / 100;
}
