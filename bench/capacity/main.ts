/**
 * What the interval of `testbed capacity` holds, its bias and its cost: searches of queues whose capacity is known, from seeds.
 *
 *   npm run bench:capacity [-- searches [queue ...]]     200 of each of six queues and three limits unless said otherwise
 */
import { mean } from "../../analysis/statistics/moments.ts";
import { queues } from "../coverage/queues.ts";
import { limitsMs, searched, serviceMs, trueCapacity } from "./searches.ts";

const [first = "200", ...names] = process.argv.slice(2);
const searches = Number(first);
const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`;

console.log(
  "| queue | p99 at most | capacity, 1/s (load) | 95 % interval holds it | bias | half-width | probes | said too wide |",
);
console.log("|---|---|---|---|---|---|---|---|");
for (const queue of queues.filter(({ name }) => names.length === 0 || names.includes(name))) {
  for (const limitMs of limitsMs) {
    const truth = trueCapacity(queue, limitMs);
    const found = [];
    for (let seed = 1; seed <= searches; seed++) {
      const { estimate, probes, stoppedBy } = await searched(queue, limitMs, seed);
      if (estimate !== null) found.push({ ...estimate, probes: probes.length, wide: stoppedBy === "probes" });
    }
    const held = found.filter(({ low, high }) => low <= truth && truth <= high).length;
    const bias = Math.exp(mean(found.map(({ value }) => Math.log(value / truth)))) - 1;
    const half = mean(found.map(({ low, high }) => (high - low) / (high + low)));
    console.log(
      `| ${queue.name} | ${limitMs / serviceMs} service times | ${truth.toFixed(2)} (${((truth * serviceMs) / 1000 / queue.servers).toFixed(2)}) | ` +
        `${percent(held / found.length)} of ${found.length} | ${percent(bias)} | ${percent(half)} | ` +
        `${mean(found.map(({ probes }) => probes)).toFixed(1)} | ${percent(mean(found.map(({ wide }) => (wide ? 1 : 0))), 0)} |`,
    );
  }
}
