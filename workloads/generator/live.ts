/** Counts and response times so far, for the live line only: reported figures come from the samples. */

export interface LiveSnapshot {
  readonly sent: number;
  readonly done: number;
  readonly failed: number;
  /** Requests by response time, bucket i holding [1.02^i, 1.02^(i+1)) microseconds. */
  readonly histogram: Uint32Array;
}

export interface LiveCounts {
  sent(): void;
  finished(ok: boolean, responseMs: number): void;
  snapshot(): LiveSnapshot;
}

const growth = Math.log(1.02);
const buckets = 1_200;

export function liveCounts(): LiveCounts {
  const histogram = new Uint32Array(buckets);
  let sent = 0;
  let done = 0;
  let failed = 0;
  return {
    sent() {
      sent++;
    },
    finished(ok, responseMs) {
      done++;
      if (!ok) failed++;
      const bucket = Math.floor(Math.log(Math.max(1, responseMs * 1000)) / growth);
      histogram[Math.min(buckets - 1, bucket)]!++;
    },
    snapshot: () => ({ sent, done, failed, histogram }),
  };
}

export function combine(snapshots: readonly LiveSnapshot[]): LiveSnapshot {
  const histogram = new Uint32Array(buckets);
  const sum = { sent: 0, done: 0, failed: 0 };
  for (const snapshot of snapshots) {
    sum.sent += snapshot.sent;
    sum.done += snapshot.done;
    sum.failed += snapshot.failed;
    snapshot.histogram.forEach((count, bucket) => {
      histogram[bucket]! += count;
    });
  }
  return { ...sum, histogram };
}

/** Within 1 % of the true quantile of the response times so far; NaN where there are none. */
export function quantileMs({ histogram, done }: LiveSnapshot, probability: number): number {
  let below = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    below += histogram[bucket]!;
    if (done > 0 && below >= probability * done) return Math.exp((bucket + 0.5) * growth) / 1000;
  }
  return Number.NaN;
}
