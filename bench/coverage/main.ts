/**
 * The analysis proves itself: every claim over every queue and size, from seeds, as the table of docs/statistics.md.
 *
 *   npm run bench:coverage                                every claim, 500 runs of each cell or as many more as decide; on all cores
 *   npm run bench:coverage -- --processes 1               on one of them
 *   npm run bench:coverage -- --only ratio,bands --runs 200
 *   npm run bench:coverage -- --missing                   goes on with a run that was stopped: results/coverage.json
 *   npm run bench:coverage -- --missing --write           puts the rows into docs/statistics.md
 *   npm run bench:coverage -- power [studies]             the planner's promise, and the contrast with pooled requests
 *
 * Exit code 1 where a cell is off by more than two points. One that is near them is run up to 16 times as often.
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { foundCells } from "./cells.ts";
import { type ClaimName, claims } from "./claims/index.ts";
import { printPower } from "./studies.ts";
import { header, lineOf, offLines, rowsOf, withRows } from "./table.ts";

const document = "docs/statistics.md";
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    runs: { type: "string", default: "500" },
    missing: { type: "boolean", default: false },
    processes: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const known = Object.keys(claims) as ClaimName[];
const asked = values.only?.split(",") ?? known;
const unknown = asked.filter((name) => !known.includes(name as ClaimName));
if (positionals[0] === "power") printPower(Number(positionals[1] ?? 1000));
else if (unknown.length > 0) {
  console.error(`no claim is named ${unknown.join(", ")}; there are ${known.join(", ")}`);
  process.exitCode = 2;
} else {
  const names = known.filter((name) => asked.includes(name));
  const cells = await foundCells({
    names,
    runs: Number(values.runs),
    file: "results/coverage.json",
    missing: values.missing,
    ...(values.processes === undefined ? {} : { processes: Number(values.processes) }),
    progress: (cell) => console.error(lineOf(cell)),
  });
  if (values.write) await writeFile(document, withRows(await readFile(document, "utf8"), names, cells));
  console.log([...header, ...names.flatMap((name) => rowsOf(name, cells))].join("\n"));
  const off = offLines(cells);
  for (const line of off) console.error(`off: ${line}`);
  process.exitCode = off.length > 0 ? 1 : 0;
}
