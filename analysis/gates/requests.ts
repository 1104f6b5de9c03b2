/** Every request of the schedule is there once, was sent, and has times that can be. */
import { outcomes } from "../../workloads/sample.ts";
import type { Trace } from "../trace.ts";
import { atMost, type GateFunction } from "./gate.ts";

/** Issued = offered: nothing of the schedule was left out, and nothing was dropped by a cap. */
export const issued: GateFunction = ({ generator, trace }) => {
  const dropped = trace.outcome.filter((code) => outcomes[code] === "dropped").length;
  const absent = generator.scheduled - Math.min(generator.recorded, trace.length) + dropped;
  const note =
    absent === 0 ? "" : `${generator.scheduled} scheduled, ${trace.length} recorded, ${dropped} dropped`;
  return [atMost("issued", absent, 0, "requests not sent", note)];
};

/** Conservation: each position of the schedule has one sample with one outcome and possible times. */
export const conservation: GateFunction = ({ generator, trace }) => {
  const repeated = trace.length - new Set(trace.seq).size;
  const beyond = trace.seq.filter((seq) => seq >= generator.scheduled).length;
  const impossible = impossibleTimes(trace);
  const note = [
    ...(repeated > 0 ? [`${repeated} recorded twice`] : []),
    ...(beyond > 0 ? [`${beyond} not of the schedule`] : []),
    ...(impossible > 0 ? [`${impossible} with times out of order`] : []),
  ].join(", ");
  return [atMost("conservation", repeated + beyond + impossible, 0, "requests", note)];
};

/** scheduled <= sent <= first byte <= completed, where they exist; an ok request was sent and answered. */
function impossibleTimes({ scheduledMs, sentMs, firstByteMs, completedMs, outcome, length }: Trace): number {
  let count = 0;
  for (let row = 0; row < length; row++) {
    const [scheduled, sent, first, completed] = [
      scheduledMs[row]!,
      sentMs[row]!,
      firstByteMs[row]!,
      completedMs[row]!,
    ];
    const ordered =
      completed >= scheduled &&
      !(sent < scheduled) &&
      !(first < sent) &&
      !(completed < sent) &&
      !(completed < first);
    const whole = outcomes[outcome[row]!] !== "ok" || !Number.isNaN(sent);
    if (!ordered || !whole) count++;
  }
  return count;
}
