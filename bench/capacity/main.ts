/**
 * What the interval of `testbed capacity` and of the looks of `tune` holds, its bias and its cost: searches of queues whose
 * capacity is known, from seeds, on all cores. Kept in results/capacity-coverage.json: what is there is not searched again.
 *
 *   npm run bench:capacity                     six queues, three limits, 200 searches of each; three budgets of `tune`
 *   npm run bench:capacity -- --searches 50 --queue M/D/1,M/M/1
 *   npm run bench:capacity -- --limit-ms 500 --most-probes 24     the row of each queue that is the default of `capacity`
 *   npm run bench:capacity -- --processes 1                       on one core
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
    "limit-ms": { type: "string" },
    "most-probes": { type: "string" },
    processes: { type: "string" },
    fresh: { type: "boolean", default: false },
  },
});
const among = (list: string | undefined, value: string | number) =>
  list === undefined || list.split(",").includes(String(value));
const asked = rows.filter(
  ({ queue, limitMs, mostProbes }) =>
    among(values.queue, queue) &&
    among(values["limit-ms"], limitMs) &&
    among(values["most-probes"], mostProbes),
);
if (values.fresh) await rm(file, { force: true });
const found = await foundRows(asked, {
  ...{ searches: Number(values.searches), file, progress: (line) => console.error(line) },
  ...(values.processes === undefined ? {} : { processes: Number(values.processes) }),
});
console.log([...header, ...found.map(lineOf)].join("\n"));
const isUsual = ({ mostProbes }: { mostProbes: number }) => mostProbes === defaultMostProbes;
console.log(`capacity: ${together(found.filter(isUsual))}`);
console.log(`looks of tune: ${together(found.filter((row) => !isUsual(row)))}`);
