/**
 * How fast and in how much memory a large results folder is analysed: 10 million requests by default, in 96 trials; beside
 * it pandas and SciPy, the same quantiles and the same tests, where a Python has them.
 *
 *   npm run bench:analysis -- [requests] [python]
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { execa } from "execa";
import { analyse } from "../../analysis/analyse.ts";
import { sha256 } from "../../files/canonical-json.ts";
import type { StudyInput } from "../../workloads/spec/spec.ts";
import { trialRecord, writeResults } from "../results-folder.ts";

const requests = Number(process.argv[2] ?? 10_000_000);
const blocks = 8;
const perTrial = Math.round(requests / (blocks * 4 * 3));
const ratePerSecond = 1000;

const scenario = (name: string) => ({
  name,
  description: "Poisson arrivals",
  arrival: { kind: "exponential" as const },
  rate: { perSecond: ratePerSecond },
  durationSeconds: perTrial / ratePerSecond,
  payload: "none",
});

const study: StudyInput = {
  name: "large",
  description: "As many requests as an analysis should bear.",
  baseline: "baseline",
  variants: ["quick", "same"],
  scenarios: [scenario("one"), scenario("two"), scenario("three")],
  blocks,
  slo: { responseMs: 100 },
  warmupSeconds: 0,
};

const directory = join(tmpdir(), `testbed-bench-analysis-${requests}`);
if (!existsSync(join(directory, "done"))) await generate();
const started = performance.now();
const analysis = await analyse(directory);
const seconds = (performance.now() - started) / 1000;
const counted = analysis.cells.reduce((sum, { pooled }) => sum + pooled, 0);
console.log(`${directory}: ${analysis.counts.valid} of ${analysis.counts.planned} trials valid`);
console.log(
  `analyse: ${counted} samples in ${seconds.toFixed(1)} s, ${Math.round(counted / seconds)} samples/s`,
);
const peakMib = process.resourceUsage().maxRSS / 1024;
console.log(`peak memory: ${peakMib.toFixed(0)} MiB`);
await beside(process.argv[3] ?? "python3");

async function beside(python: string): Promise<void> {
  const script = join(import.meta.dirname, "pandas_scipy.py");
  const { stdout, exitCode } = await execa(python, [script, directory], { reject: false });
  const [, theirSeconds] = / samples in ([\d.]+) s/.exec(stdout) ?? [];
  const [, theirMib] = /peak memory: (\d+) MiB/.exec(stdout) ?? [];
  if (exitCode !== 0 || theirSeconds === undefined || theirMib === undefined) {
    console.log(
      `pandas + SciPy: not measured, ${python} has no pandas, pyarrow and SciPy; name one that has`,
    );
    return;
  }
  console.log(`pandas + SciPy: ${theirSeconds} s, peak memory ${theirMib} MiB`);
  const [time, memory] = [seconds / Number(theirSeconds), peakMib / Number(theirMib)];
  console.log(`ours / theirs: ${time.toFixed(2)} times the time, ${memory.toFixed(2)} times the memory`);
}

/** Straight from DuckDB: an object per request would take longer to make than to analyse. */
async function generate(): Promise<void> {
  const plan = await writeResults(directory, study, () => undefined);
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  for (const [index, trial] of plan.trials.entries()) {
    const folder = join(directory, "trials", trial.id);
    await mkdir(folder, { recursive: true });
    const path = join(folder, "samples.parquet");
    const meanMs = trial.variant === "quick" ? 10 : 20;
    await connection.run(`SELECT setseed(${((trial.seed % 1000) + 1) / 2000})`);
    await connection.run(`
      COPY (
        WITH gaps AS (SELECT range AS seq, -ln(1 - random()) * ${1000 / ratePerSecond} AS gap FROM range(${perTrial})),
        sent AS (SELECT seq, round(sum(gap) OVER (ORDER BY seq) * 1e6) / 1e6 AS scheduledMs FROM gaps)
        SELECT seq::UINTEGER AS seq, scheduledMs, scheduledMs + 0.01 AS sentMs,
          scheduledMs + 0.01 + service AS firstByteMs, scheduledMs + 0.02 + service AS completedMs, 'ok' AS outcome,
          200::USMALLINT AS status, 40::UINTEGER AS bytes, (hash(seq) % 400)::UINTEGER AS payload,
          CASE WHEN hash(hash(seq) % 400) % 3 = 0 THEN 'negative' ELSE 'positive' END AS label,
          '1' AS server, 0::USMALLINT AS worker
        FROM (SELECT *, -ln(1 - random()) * ${meanMs * (1 + 0.001 * (index % 7))} AS service FROM sent)
        WHERE scheduledMs < ${perTrial}
        ORDER BY seq
      ) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
    const count = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM read_parquet('${path}')`);
    const rows = Number(count.getRowsJS()[0]![0]);
    const record = trialRecord(plan, trial, {
      ratePerSecond,
      durationSeconds: perTrial / ratePerSecond,
      scheduleDigest: plan.digest,
      samplesDigest: sha256(await readFile(path)),
      timelineDigest: null,
      scheduled: rows,
      recorded: rows,
    });
    await writeFile(join(folder, "trial.json"), JSON.stringify(record));
  }
  connection.closeSync();
  instance.closeSync();
  await writeFile(join(directory, "done"), "");
}
