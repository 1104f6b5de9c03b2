/**
 * Our parser of responses against llhttp (Node's own): answers from seeds, right and damaged, in pieces cut anywhere; each must
 * be judged the same. `npm run bench:parser -- [answers, default 1,000,000] [first seed]`.
 */
import { caseOf } from "./cases.ts";
import { disagreement, ourVerdict } from "./verdicts.ts";

const [answers = "1000000", first = "0"] = process.argv.slice(2);
const differing: string[] = [];
const kinds = { whole: 0, malformed: 0, unfinished: 0 };
const began = performance.now();
for (let seed = Number(first); seed < Number(first) + Number(answers); seed++) {
  const pieces = caseOf(seed);
  kinds[ourVerdict(pieces).kind]++;
  const difference = disagreement(pieces);
  if (difference !== "") differing.push(`seed ${seed}: ${difference}`);
}
const seconds = (performance.now() - began) / 1000;
console.log(`${answers} answers in ${seconds.toFixed(0)} s: ${JSON.stringify(kinds)}`);
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
console.log(`${differing.length} judged differently`);
for (const line of differing.slice(0, 20)) console.log(line);
if (differing.length > 0) process.exitCode = 1;
