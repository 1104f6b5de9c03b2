/**
 * The cells of the table, one for each claim, size and queue. Each is from seeds of its own, so that it matters neither in which
 * order nor in which process they are found. What was found is kept, so that a run that was stopped can go on.
 */
import { keptRows } from "../kept-rows.ts";
import { inParallel } from "../parallel.ts";
import { type Claim, type Held, isDecided, type Size, sizes } from "./claim.ts";
import { type ClaimName, claims } from "./claims/index.ts";
import { queues } from "./queues.ts";

export interface Cell {
  readonly claim: ClaimName;
  readonly size: Size;
  readonly queue: string;
}

export interface FoundCell extends Cell, Held {
  /** How many runs were asked for at first; `Held.runs` is that of those that printed it. */
  readonly asked: number;
}

export interface Job {
  readonly cells: readonly Cell[];
  readonly runs: number;
}

/** NaN is sent as null. */
type Sent = Omit<Held, "held"> & { readonly held: number | null };

export function cellsOf(names: readonly ClaimName[]): Cell[] {
  return names.flatMap((claim) =>
    sizes.flatMap((size) => queues.map(({ name }): Cell => ({ claim, size, queue: name }))),
  );
}

/** As many runs as are asked for, or as the claim takes at a time, and again as many as often as it takes to decide, up to `mostTimes`. */
export function simulated({ claim, size, queue }: Cell, runs: number): Held {
  const of: Claim = claims[claim];
  const found = queues.find(({ name }) => name === queue)!;
  const atATime = Math.min(runs, of.atATime ?? runs);
  let all = of.simulate(found, size, atATime);
  for (let times = 1; times < mostTimes && !isDecided(of.kind, all); times++) {
    all = together(all, of.simulate(found, size, atATime, times * atATime));
  }
  return all;
}

const mostTimes = 16;

function together(a: Held, b: Held): Held {
  const runs = a.runs + b.runs;
  if (a.runs === 0 || b.runs === 0) return a.runs === 0 ? b : a;
  return { stated: b.stated, held: (a.held * a.runs + b.held * b.runs) / runs, runs };
}

export interface CellRun {
  readonly names: readonly ClaimName[];
  readonly runs: number;
  /** JSON, of cells that are known. */
  readonly file: string;
  /** Whether cells that the file has with as many runs are left as they are. */
  readonly missing: boolean;
  /** As many as there are cores unless said otherwise. */
  readonly processes?: number;
  progress(cell: FoundCell): void;
}

/** @returns all of these claims, in the order of the table */
export async function foundCells({
  names,
  runs,
  file,
  missing,
  processes,
  progress,
}: CellRun): Promise<FoundCell[]> {
  const kept = await keptRows<FoundCell>(file, keyOf, 1);
  const known = kept.rows;
  // NaN is written as null.
  for (const [key, cell] of known) known.set(key, { ...cell, held: cell.held ?? Number.NaN });
  const all = cellsOf(names);
  const isKnown = (cell: Cell) => missing && known.get(keyOf(cell))?.asked === runs;
  const jobs = jobsOf(
    all.filter((cell) => !isKnown(cell)),
    runs,
  );
  for (const cell of all) if (!isKnown(cell)) known.delete(keyOf(cell));
  await inParallel(
    new URL("worker.ts", import.meta.url),
    jobs,
    ({ cells }, answers: readonly Sent[]) => {
      answers.forEach(({ held, ...rest }, index) => {
        const found = { ...cells[index]!, ...rest, held: held ?? Number.NaN, asked: runs };
        known.set(keyOf(found), found);
        progress(found);
      });
      kept.save();
    },
    processes,
  );
  await kept.saved();
  return all.map((cell) => known.get(keyOf(cell))!);
}

/** Cells that look at the same studies are one job, so that these are simulated once. */
function jobsOf(cells: readonly Cell[], runs: number): Job[] {
  const jobs = new Map<string, Cell[]>();
  for (const cell of cells) {
    const { studies = cell.claim }: Claim = claims[cell.claim];
    const key = `${studies}/${cell.size}/${cell.queue}`;
    jobs.set(key, [...(jobs.get(key) ?? []), cell]);
  }
  return [...jobs.values()].map((together) => ({ cells: together, runs }));
}

function keyOf({ claim, size, queue }: Cell): string {
  return `${claim}/${size}/${queue}`;
}
