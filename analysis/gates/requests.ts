/** Gate of the samples: every request of the schedule occurs once, was sent, and has possible times. */
import { outcomes } from "../../workloads/samples/sample.ts";
import { okOutcome, type Trace } from "../input/trial-samples.ts";
import { atMost, type GateRule } from "./gate.ts";

const droppedOutcome = outcomes.indexOf("dropped");

/**
 * Issued = offered: nothing of the schedule was left out, and nothing was dropped by a cap. In an outage requests pile up
 * until they reach the cap: of a disrupted trial they count as lost instead.
 */
export const issued: GateRule = {
  side: "generator",
  judge({ generator, trace, disruption }) {
    const dropped = disruption === undefined ? countOf(trace.outcome, (code) => code === droppedOutcome) : 0;
    const absent = generator.scheduled - Math.min(generator.recorded, trace.length) + dropped;
    const note =
      absent === 0 ? "" : `${generator.scheduled} scheduled, ${trace.length} recorded, ${dropped} dropped`;
    return [atMost("issued", absent, 0, "requests not sent", note)];
  },
};

/**
 * Conservation: each position of the schedule has one sample with one outcome and possible times. A second answer after a
 * disruption is an outcome of the disruption, told by the recovery.
 */
export const conservation: GateRule = {
  side: "samples",
  judge({ generator, trace, disruption }) {
    const repeated = disruption === undefined ? trace.length - distinct(trace.seq) : 0;
    const beyond = countOf(trace.seq, (seq) => seq >= generator.scheduled);
    const impossible = impossibleTimes(trace);
    const note = [
      ...(repeated > 0 ? [`${repeated} recorded twice`] : []),
      ...(beyond > 0 ? [`${beyond} not of the schedule`] : []),
      ...(impossible > 0 ? [`${impossible} with times out of order`] : []),
    ].join(", ");
    return [atMost("conservation", repeated + beyond + impossible, 0, "requests", note)];
  },
};

/** Positions of a schedule are small whole numbers: a mark for each, and a set for the strays of a damaged file. */
function distinct(positions: Uint32Array): number {
  const seen = new Uint8Array(positions.length);
  const strays = new Set<number>();
  let count = 0;
  for (const position of positions) {
    if (position >= seen.length) strays.add(position);
    else if (seen[position] === 0) {
      seen[position] = 1;
      count++;
    }
  }
  return count + strays.size;
}

function countOf(values: Uint8Array | Uint32Array, test: (value: number) => boolean): number {
  let count = 0;
  for (const value of values) if (test(value)) count++;
  return count;
}

/** scheduled <= sent <= first byte <= completed, where they exist; an ok request was sent and answered. */
function impossibleTimes({ scheduledMs, sentMs, firstByteMs, completedMs, outcome, length }: Trace): number {
  let count = 0;
  for (let row = 0; row < length; row++) {
    const scheduled = scheduledMs[row]!;
    const sent = sentMs[row]!;
    const first = firstByteMs[row]!;
    const completed = completedMs[row]!;
    const ordered =
      completed >= scheduled &&
      !(sent < scheduled) &&
      !(first < sent) &&
      !(completed < sent) &&
      !(completed < first);
    const whole = outcome[row] !== okOutcome || !Number.isNaN(sent);
    if (!ordered || !whole) count++;
  }
  return count;
}
