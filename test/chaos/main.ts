/**
 * `npm run test:chaos [-- --seed 7 | --moments 30 | --from 1]`: kills what takes part in a study, an `up`, a `down` and a
 * `destroy` at seeded moments, and looks for what is lost and what is left. Ends with 1 where there is anything.
 */
import { parseArgs } from "node:util";
import { disturb } from "./disturb.ts";
import { momentOf, momentText } from "./moment.ts";
import { makeWorkspace } from "./workspace.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    from: { type: "string", default: "1" },
    moments: { type: "string", default: "30" },
  },
});
const one = values.seed === undefined ? undefined : Number(values.seed);
const first = one ?? Number(values.from);
const wanted = one === undefined ? Number(values.moments) : 1;
const began = performance.now();
const failed: number[] = [];
let hits = 0;
const workspace = await makeWorkspace();
try {
  // One that finds nothing to kill has shown nothing: another takes its place.
  for (let seed = first; hits < wanted && seed < first + 3 * wanted; seed++) {
    const moment = momentOf(seed);
    console.log(momentText(moment));
    const { hit, faults, seconds } = await disturb(moment, workspace);
    if (hit) hits++;
    if (faults.length > 0) failed.push(seed);
    for (const fault of faults) console.log(`  FAULT ${fault}`);
    console.log(
      `  ${faults.length > 0 ? "FAILED" : hit ? "ok" : "ended before there was anything to kill"}, ${seconds.toFixed(0)} s`,
    );
    if (one !== undefined) break;
  }
} finally {
  await workspace.remove();
}
const again = failed.map((seed) => `--seed ${seed}`).join(", ");
console.log(
  `${hits} kills in ${((performance.now() - began) / 1000).toFixed(0)} s: ${failed.length === 0 ? "nothing is lost and nothing is left" : `faults; alone: npm run test:chaos -- ${again}`}`,
);
process.exitCode = failed.length > 0 || hits === 0 ? 1 : 0;
