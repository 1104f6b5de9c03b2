/**
 * The analysis proves itself: every claim over every queue and size, from seeds, as the table of docs/statistics.md.
 *
 *   npm run bench:coverage [-- runs [claim ...]]     2,000 runs of every claim unless said otherwise
 *   npm run bench:coverage -- power [studies]        the planner's promise, and the contrast with pooled requests
 *
 * Exit code 1 where a claim is off by more than two points.
 */
import { type ClaimName, claims } from "./claims/index.ts";
import { printPower } from "./studies.ts";
import { tableOf } from "./table.ts";

const [first = "2000", ...rest] = process.argv.slice(2);
if (first === "power") printPower(Number(rest[0] ?? 1000));
else {
  const known = Object.keys(claims) as ClaimName[];
  const asked = rest.length === 0 ? known : known.filter((name) => rest.includes(name));
  const { lines, off } = tableOf(asked, Number(first), (line) => console.error(line));
  console.log(lines.join("\n"));
  for (const line of off) console.error(`off: ${line}`);
  process.exitCode = off.length > 0 ? 1 : 0;
}
