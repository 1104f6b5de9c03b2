/**
 * The rows of the table: a queue, its limit and how many probes a search may have. Searches are from seeds of their own, and a row is
 * as good as the searches that it has by now: what was found is kept, so that a run that was stopped can go on.
 */

import { mean } from "../../analysis/statistics/moments.ts";
import { defaultMostProbes } from "../../study/capacity/capacity.ts";
import { type Queue, queues } from "../coverage/queues.ts";
import { keptRows } from "../kept-rows.ts";
import { inParallel } from "../parallel.ts";
import { limitsMs, searched, serviceMs, trueCapacity } from "./searches.ts";

export interface Row {
  readonly queue: string;
  readonly limitMs: number;
  readonly mostProbes: number;
}

export interface Job {
  readonly queue: string;
  readonly rows: readonly Row[];
  readonly seed: number;
}

export interface Found {
  readonly seed: number;
  readonly low: number;
  readonly value: number;
  readonly high: number;
  readonly probes: number;
  /** The budget was too small for an interval as narrow as was asked for, and the sentence says so. */
  readonly wide: boolean;
}

type Known = Row & { readonly found: readonly Found[] };

/** Of `tune`'s three rounds; the default of `capacity` is the other. */
export const tuneProbes = [4, 8, 16] as const;
const usualLimitMs = 500;

export const rows: readonly Row[] = queues.flatMap(({ name: queue }) => [
  ...limitsMs.map((limitMs): Row => ({ queue, limitMs, mostProbes: defaultMostProbes })),
  ...tuneProbes.map((mostProbes): Row => ({ queue, limitMs: usualLimitMs, mostProbes })),
]);

/** Of every row, seed by seed, so that rows of one queue share what they can. */
export async function foundBy(queue: Queue, asked: readonly Row[], seed: number): Promise<Known[]> {
  const found: Known[] = [];
  for (const row of asked) {
    const { estimate, probes, stoppedBy } = await searched(queue, row.limitMs, seed, {
      mostProbes: row.mostProbes,
    });
    const ends = { seed, probes: probes.length, wide: stoppedBy === "probes" };
    found.push({ ...row, found: estimate === null ? [] : [{ ...ends, ...estimate }] });
  }
  return found;
}

export interface SearchRun {
  /** Of every row. */
  readonly searches: number;
  /** JSON, of searches that are known. */
  readonly file: string;
  /** As many as there are cores unless said otherwise. */
  readonly processes?: number;
  progress(line: string): void;
}

/** Searches of seeds 1 to `searches` that the file has not: one of every row before two of any. */
export async function foundRows(
  asked: readonly Row[],
  { searches, file, processes, progress }: SearchRun,
): Promise<Known[]> {
  const kept = await keptRows<Known>(file, keyOf);
  const known = kept.rows;
  const foundOf = (row: Row) => known.get(keyOf(row))?.found ?? [];
  const jobs = Array.from({ length: searches }, (_, index) => index + 1).flatMap((seed) =>
    queues.flatMap(({ name: queue }): Job[] => {
      const left = asked.filter(
        (row) => row.queue === queue && !foundOf(row).some((one) => one.seed === seed),
      );
      return left.length === 0 ? [] : [{ queue, rows: left, seed }];
    }),
  );
  const found = ({ queue, seed }: Job, answer: readonly Known[]) => {
    for (const row of answer) {
      known.set(keyOf(row), {
        ...row,
        found: [...foundOf(row), ...row.found].sort((a, b) => a.seed - b.seed),
      });
    }
    kept.save();
    progress(`${queue}, seed ${seed}`);
  };
  await inParallel(new URL("worker.ts", import.meta.url), jobs, found, processes);
  await kept.saved();
  return asked.map((row) => ({ ...row, found: foundOf(row) }));
}

export const header = [
  "| queue | p99 at most | most probes | capacity, 1/s (load) | 95 % interval holds it | bias | half-width | probes | said too wide |",
  "|---|---|---|---|---|---|---|---|---|",
] as const;

/** A line of the table. */
export function lineOf({ queue: name, limitMs, mostProbes, found }: Known): string {
  const queue = queues.find((one) => one.name === name)!;
  const truth = trueCapacity(queue, limitMs);
  const held = found.filter(({ low, high }) => low <= truth && truth <= high).length;
  const bias = Math.exp(mean(found.map(({ value }) => Math.log(value / truth)))) - 1;
  const half = mean(found.map(({ low, high }) => (high - low) / (high + low)));
  const cells = [
    name,
    `${limitMs / serviceMs} service times`,
    String(mostProbes),
    `${truth.toFixed(2)} (${((truth * serviceMs) / 1000 / queue.servers).toFixed(2)})`,
    `${percent(held / found.length)} of ${found.length}`,
    percent(bias),
    percent(half),
    mean(found.map(({ probes }) => probes)).toFixed(1),
    percent(mean(found.map(({ wide }) => (wide ? 1 : 0))), 0),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Of all searches of these rows: how often the interval held the truth. */
export function together(rows: readonly Known[]): string {
  const all = rows.flatMap(({ found, ...row }) => {
    const truth = trueCapacity(queues.find(({ name }) => name === row.queue)!, row.limitMs);
    return found.map(({ low, high }) => low <= truth && truth <= high);
  });
  const held = all.filter((one) => one).length;
  return `together ${held} of ${all.length}, ${percent(held / all.length)}`;
}

function keyOf({ queue, limitMs, mostProbes }: Row): string {
  return `${queue}/${limitMs}/${mostProbes}`;
}

function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}
