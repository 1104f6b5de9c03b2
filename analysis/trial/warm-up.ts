/**
 * Where the initial transient ends: MSER-5 (White 1997; White, Cobb & Spratt 2000), with a stationarity check.
 *
 *   z_j  mean of the j-th batch of 5,  j = 1 .. k
 *   MSER(d) = 1/(k - d)^2 * sum over j > d of (z_j - mean of the rest)^2       the cut is the d <= k/2 that makes it least
 *
 * MSER alone cuts something from most stationary series too, and what it cuts (an early burst) is not a transient. So its
 * cut is taken only where the part cut off differs from the rest by more than the rest's own autocorrelation explains: a t
 * statistic over group means of the rest, on logarithms, beyond a fixed threshold.
 *
 * This is a heuristic and has no error rate: the cut is searched for, the groups are few, and near capacity a queue remembers longer
 * than a trial lasts. How often it cuts a stationary trial is measured: `npm run bench:coverage -- --only warm-up`. It costs requests of
 * all arms alike. A threshold of .0001 would cut half as often and miss one in five cold starts of a sixth of the trial at four times
 * the service time.
 * A trial of fewer than 200 requests is too short.
 */
import type { Trace } from "../input/trial-samples.ts";
import { studentTails } from "../statistics/distributions.ts";
import { mean } from "../statistics/moments.ts";
import type { Flight } from "./in-flight.ts";

const batch = 5;
/** Fewer batches than this say nothing about their own correlation. */
const fewestBatches = 40;
/** Of the tail of t; not an error rate, see above. */
const threshold = 0.001;

/**
 * By response time and by requests in flight, whichever settles later.
 * @param rows `first` in question and the one after the `last`
 * @returns how many of these requests to cut from the start
 */
export function transientRequests(
  { scheduledMs, completedMs }: Pick<Trace, "scheduledMs" | "completedMs">,
  { departures }: Pick<Flight, "departures">,
  { first, last }: { readonly first: number; readonly last: number },
): number {
  const response = new Float64Array(last - first);
  const inFlight = new Float64Array(last - first);
  let departed = 0;
  for (let row = first; row < last; row++) {
    while (departed < departures.length && departures[departed]! <= scheduledMs[row]!) departed++;
    inFlight[row - first] = row + 1 - departed;
    // A failure lasted until it was known: finite, as the transient test needs it.
    response[row - first] = completedMs[row]! - scheduledMs[row]!;
  }
  return Math.max(transientLength(response), transientLength(inFlight));
}

/**
 * @param values one per request in the order of the schedule, finite
 * @returns how many to cut from the start: 0 where nothing says that they differ; never more than half
 */
export function transientLength(values: Float64Array): number {
  if (values.length < fewestBatches * batch) return 0;
  const cut = mserCut(batchMeans(values, batch));
  // On logarithms, so that one burst's long tail does not look like a change of regime.
  return cut > 0 && differs(batchMeans(values.map(Math.log1p), batch), cut) ? cut * batch : 0;
}

/** The d that minimises MSER, over batch means. */
export function mserCut(means: Float64Array): number {
  const k = means.length;
  let sum = 0;
  let squares = 0;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let d = k - 1; d >= 0; d--) {
    sum += means[d]!;
    squares += means[d]! ** 2;
    const rest = k - d;
    const statistic = (squares - sum ** 2 / rest) / rest ** 2;
    if (d <= k / 2 && statistic <= least) {
      least = statistic;
      best = d;
    }
  }
  return best;
}

function differs(means: Float64Array, cut: number): boolean {
  const rest = means.subarray(cut);
  // Groups of 80 requests or more, as many as there are up to 20, so that most correlation stays inside a group.
  const groups = Math.min(20, Math.max(5, Math.floor(rest.length / 16)));
  const perGroup = Math.floor(rest.length / groups);
  const grouped = batchMeans(rest.subarray(rest.length - perGroup * groups), perGroup);
  const restMean = mean(rest);
  // Long-run variance of one batch of 5, from means over groups long enough to hold the correlation.
  const longRun =
    perGroup * (grouped.reduce((sum, value) => sum + (value - restMean) ** 2, 0) / (groups - 1));
  if (longRun === 0) return mean(means.subarray(0, cut)) !== restMean;
  const error = Math.sqrt(longRun * (1 / cut + 1 / rest.length));
  return studentTails((mean(means.subarray(0, cut)) - restMean) / error, groups - 1) < threshold;
}

function batchMeans(values: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: Math.floor(values.length / size) }, (_, index) =>
    mean(values.subarray(index * size, (index + 1) * size)),
  );
}
