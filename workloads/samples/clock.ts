/**
 * The one clock of a run: the machine's monotonic clock in milliseconds, the same in every process and thread of
 * the machine (`performance.now()` alone counts from each thread's own start).
 */

/** Monotonic milliseconds with nanosecond steps; comparable between processes of one boot. */
export function monotonicMs(): number {
  return originMs + performance.now();
}

const originMs = origin();

/** Both clocks read the same counter; the pair read closest together has the least error (about 100 ns). */
function origin(): number {
  let best = { spanMs: Number.POSITIVE_INFINITY, originMs: 0 };
  for (let attempt = 0; attempt < 50; attempt++) {
    const before = performance.now();
    const machineMs = Number(process.hrtime.bigint()) / 1e6;
    const after = performance.now();
    if (after - before < best.spanMs) {
      best = { spanMs: after - before, originMs: machineMs - (before + after) / 2 };
    }
  }
  return best.originMs;
}
