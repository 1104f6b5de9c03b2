/** What a newcomer sees first: a run of one block (`npm start -- smoke`), in which every trial has times that are known. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { analyse } from "../../../../analysis/analyse.ts";
import { reports } from "../../../../analysis/reports/formats/index.ts";
import { plain, type Table } from "../../../../analysis/reports/parts/document.ts";
import { sourceOf } from "../../../../analysis/reports/parts/source.ts";
import { comparisons } from "../../../../analysis/reports/sections/comparisons.ts";
import { latency } from "../../../../analysis/reports/sections/latency.ts";
import { reportModel } from "../../../../analysis/reports/sections/report-model.ts";
import { throughput } from "../../../../analysis/reports/sections/throughput.ts";
import { writeResults } from "../../../../bench/results-folder.ts";
import { evenStudy, evenTrial, freshDirectory } from "../../study.ts";
import { manifest } from "../fixture/index.ts";

const directory = await freshDirectory();
await writeResults(directory, { ...evenStudy, blocks: 1 }, (trial) =>
  evenTrial(trial, trial.variant === "quick" ? 20 : 40),
);
const plan = JSON.parse(await readFile(join(directory, "plan.json"), "utf8"));
const source = sourceOf(await analyse(directory), plan, { ...manifest, planDigest: plan.digest });

const rowsOf = (table: Table) => table.rows.map(({ cells }) => cells.map(plain));

it("each trial's own value stands where a mean would, as of one trial and without an interval", () => {
  const [, , , table] = latency.build(source);
  const [slow] = rowsOf(table as Table);
  expect(slow!.slice(0, 4)).toEqual(["steady", "slow", "1", "40.0 (one trial, no interval)"]);
  // 16 requests hold no 95th percentile: that stays a reason.
  expect(slow![4]).toBe("not estimable (16 requests, 133 are needed)");
});

it("goodput and throughput are drawn, and their titles say what was seen", () => {
  const charts = throughput.build(source).filter(({ kind }) => kind === "chart");
  const [goodput] = charts;
  if (goodput?.kind !== "chart") throw new Error("no chart");
  expect(plain(goodput.title)).toMatch(
    /^Answered in time: from 100 % \((slow|quick) under steady, one trial\)/,
  );
  expect(goodput.draw(900)).toContain("100 % (one trial, no interval)");
  expect(goodput.draw(900).match(/<circle|<path/g)!.length).toBeGreaterThan(1);
});

it("the ratio of the one pair is drawn and told, and nothing is concluded from it", () => {
  const [, forest] = comparisons.build(source);
  if (forest?.kind !== "chart") throw new Error("no chart");
  expect(forest.draw(900)).toContain("inconclusive (one pair: 0.500)");
  const row = rowsOf(forest.data!).find((cells) => cells[1] === "quick")!;
  expect(row[3]).toBe("inconclusive");
  expect(row[4]).toBe("0.500 (one pair, no interval)");
  expect(forest.legend.map(({ label }) => label)).toContain("one pair, no interval");
});

it("nothing is said to be unmeasured", () => {
  expect(reports.markdown.render(reportModel(source))).not.toMatch(/Nothing was measured|No trial is valid/);
});
