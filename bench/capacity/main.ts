/**
 * What the interval of `testbed capacity` and of the looks of `tune` holds, its bias and its cost: searches of queues whose
 * capacity is known, from seeds, on all cores. Kept in results/capacity-coverage.json: what is there is not searched again.
 *
 *   npm run bench:capacity                     six queues, three limits, 200 searches of each; three budgets of `tune`
 *   npm run bench:capacity -- --searches 50 --queue M/D/1,M/M/1
 *   npm run bench:capacity -- --fresh          forgets what was found by an earlier version
 */
import { rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { defaultMostProbes } from "../../study/capacity/capacity.ts";
import { foundRows, header, lineOf, rows, together } from "./rows.ts";

const file = "results/capacity-coverage.json";
const { values } = parseArgs({
  options: {
    searches: { type: "string", default: "200" },
    queue: { type: "string" },
    fresh: { type: "boolean", default: false },
  },
});
const names = values.queue?.split(",");
const asked = rows.filter(({ queue }) => names === undefined || names.includes(queue));
if (values.fresh) await rm(file, { force: true });
const found = await foundRows(asked, Number(values.searches), file, (line) => console.error(line));
console.log([...header, ...found.map(lineOf)].join("\n"));
const isUsual = ({ mostProbes }: { mostProbes: number }) => mostProbes === defaultMostProbes;
console.log(`capacity: ${together(found.filter(isUsual))}`);
console.log(`looks of tune: ${together(found.filter((row) => !isUsual(row)))}`);
