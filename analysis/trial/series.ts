/** The course of a trial over time, warm-up included, and the mean over trials. */

import { responseMs, type Trace } from "../input/trial-samples.ts";
import type { CellResult } from "../schema/cell.ts";
import { mean } from "../statistics/moments.ts";
import { selectedQuantile } from "../statistics/quantile.ts";
import { countUntil, type Flight, meanInFlight } from "./in-flight.ts";

export type TrialSeries = readonly CellResult["series"][number][];

/** Widths that a reader can count by, seconds; the first that gives at most `mostBins`. */
const widths = [0.25, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1800] as const;
const mostBins = 60;

export function trialSeries(trace: Trace, flight: Flight, durationSeconds: number): TrialSeries {
  const width = widths.find((candidate) => durationSeconds / candidate <= mostBins) ?? 3600;
  return Array.from({ length: Math.ceil(durationSeconds / width) }, (_, bin) => {
    const fromMs = bin * width * 1000;
    const toMs = Math.min((bin + 1) * width, durationSeconds) * 1000;
    const seconds = (toMs - fromMs) / 1000;
    const [first, last] = [countUntil(flight.arrivals, fromMs), countUntil(flight.arrivals, toMs)];
    return {
      atSeconds: bin * width,
      offeredPerSecond: (last - first) / seconds,
      completedPerSecond:
        (countUntil(flight.departures, toMs) - countUntil(flight.departures, fromMs)) / seconds,
      inFlight: meanInFlight(flight, fromMs, toMs),
      responseMs: medianResponse(trace, first, last),
    };
  });
}

/** Bin by bin over trials of one cell, which share their schedule's length. */
export function meanSeries(trials: readonly TrialSeries[]): CellResult["series"] {
  const bins = Math.min(...trials.map(({ length }) => length));
  if (!Number.isFinite(bins)) return [];
  return Array.from({ length: bins }, (_, bin) => {
    const at = trials.map((trial) => trial[bin]!);
    const responses = at.flatMap(({ responseMs }) => (responseMs === null ? [] : [responseMs]));
    return {
      atSeconds: at[0]!.atSeconds,
      offeredPerSecond: mean(at.map(({ offeredPerSecond }) => offeredPerSecond)),
      completedPerSecond: mean(at.map(({ completedPerSecond }) => completedPerSecond)),
      inFlight: mean(at.map(({ inFlight }) => inFlight)),
      responseMs: responses.length === 0 ? null : mean(responses),
    };
  });
}

/** Of requests scheduled in the bin; null for none, or where half of them failed. */
function medianResponse(trace: Trace, first: number, last: number): number | null {
  const values = new Float64Array(last - first);
  for (let row = first; row < last; row++) values[row - first] = responseMs(trace, row);
  const median = selectedQuantile(values, 0.5);
  return Number.isFinite(median) ? median : null;
}
