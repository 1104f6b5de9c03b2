import { describe, expect, it } from "vitest";
import type { FoundCell } from "../../../bench/coverage/cells.ts";
import { cellsOf } from "../../../bench/coverage/cells.ts";
import type { ClaimName } from "../../../bench/coverage/claims/index.ts";
import { header, rowsOf, withRows } from "../../../bench/coverage/table.ts";

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
