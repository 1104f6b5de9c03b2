/** A machine at a quarter of its speed for a third of a run: what the gate on its probe takes out, and what is left. */
import { describe, expect, it } from "vitest";
import { judged, machineDuring, speedsIn } from "../../../bench/coverage/machine-spell.ts";
import { queues } from "../../../bench/coverage/queues.ts";
import { alarms } from "../../../bench/coverage/two-runs.ts";
import { validTrial } from "../../../bench/trial-result.ts";
import { randomStream } from "../../../workloads/random/random.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { smoke } from "../../../workloads/studies/smoke.ts";

const study = studySpec.parse(smoke);

describe("a spell from the middle of one trial to the middle of another", () => {
  const random = randomStream("spell", "machine");
  const spell = { from: 4.5, until: 10.5 };
  const trials = judged(
    Array.from({ length: 20 }, (_, place) =>
      validTrial({
        block: place,
        scenario: study.scenarios[0]!.name,
        counts: { offered: 100, ok: 100, late: 0, failed: 0, byOutcome: {} },
        metrics: { p50: { value: 20, unit: "ms", n: 100, why: "" } },
        machine: machineDuring(speedsIn(spell, place), random),
      }),
    ),
    study,
  );

  it("loses the trials within it, and keeps those at its edges and all others", () => {
    expect(trials.flatMap(({ valid, block }) => (valid ? [] : [block]))).toEqual([5, 6, 7, 8, 9]);
  });
});

describe("two runs of which one has such a spell", () => {
  const [queue] = queues;
  const share = (spell: "judged" | "not judged") =>
    alarms(queue!, "small", { runs: 50, first: 0 }, { rates: "equal", spell });

  it("are called different in more than one of ten without the gate, and in about one of 20 with it", () => {
    expect(share("not judged")).toBeGreaterThan(0.1);
    // 5 %, two points, and two standard errors of 50 pairs.
    expect(share("judged")).toBeLessThan(0.07 + 2 * 0.031);
  });
});
