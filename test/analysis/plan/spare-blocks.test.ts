import { describe, expect, it } from "vitest";
import { isSpare, replaceableGroups, sparesDue, sparesNeeded } from "../../../analysis/plan/spare-blocks.ts";
import type { Side, TrialResult } from "../../../analysis/schema/trial.ts";
import { planSpares, planTrials } from "../../../study/plan/plan.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { quick } from "../../../workloads/studies/quick.ts";

const study = studySpec.parse(quick);
const own = planTrials(study);
const spares = planSpares(study);

/** All that the plan has of these trials, each valid but those that fail a gate. */
function judged(planned: typeof own, failing: Record<string, Side | "failed"> = {}) {
  return {
    trials: planned.map(({ id, block, variant, arm, scenario }): TrialResult => {
      const side = failing[`${block}/${variant}/${arm}/${scenario}`];
      const bad = side !== undefined && side !== "failed";
      return {
        ...{ id, block, variant, arm, scenario, error: "", saturated: false, ratePerSecond: 1, window: null },
        status: side === "failed" ? "failed" : "finished",
        valid: side === undefined,
        findings: bad ? [{ severity: "invalid", code: "spoilt", message: "", advice: "" }] : [],
        gates: bad
          ? [
              {
                gate: "spoilt",
                side,
                passed: false,
                measured: 2,
                limit: 1,
                bound: "most",
                unit: "",
                note: "",
              },
            ]
          : [],
        ...{ counts: { offered: 0, ok: 0, late: 0, failed: 0, byOutcome: {} }, metrics: {} },
        ...{ generator: null, servers: [] },
      };
    }),
    recovery: null,
  };
}

const steady3 = "3/baseline/main/steady";

describe("spare blocks", () => {
  it("of quick: eight blocks needed of at most twelve, each spare one complete and with seeds of its own", () => {
    expect(new Set(spares.map(({ block }) => block))).toEqual(new Set([8, 9, 10, 11]));
    expect(spares).toHaveLength(4 * 12);
    const seeds = new Set(
      [...own, ...spares].map(({ block, scenario, seed }) => `${block}/${scenario}/${seed}`),
    );
    expect(seeds.size).toBe(12 * 3);
  });

  it("are not due where nothing is spoilt, nor before the study's own blocks are run", () => {
    expect(sparesDue(study, spares, judged(own))).toEqual([]);
    expect(sparesDue(study, spares, judged(own.slice(0, -1), { [steady3]: "machine" }))).not.toEqual([]);
    const partial = judged(own, { [steady3]: "machine" });
    partial.trials[95] = { ...partial.trials[95]!, status: "missing" };
    expect(sparesDue(study, spares, partial)).toEqual([]);
  });

  for (const side of ["generator", "machine"] as const) {
    it(`are due for the scenario, with all of its variants, where a gate of the ${side} failed`, () => {
      const due = sparesDue(study, spares, judged(own, { [steady3]: side }));
      expect(due.map(({ block, scenario }) => `${block}/${scenario}`)).toEqual(
        Array.from({ length: 4 }, () => "8/steady"),
      );
    });
  }

  for (const side of ["service", "schedule", "samples", "failed"] as const) {
    it(`are never due for what the outcome was: ${side}`, () => {
      expect(sparesDue(study, spares, judged(own, { [steady3]: side }))).toEqual([]);
      const besides = { [steady3]: side, "3/optimized/main/steady": "machine" as const };
      expect(sparesDue(study, spares, judged(own, besides))).toEqual([]);
    });
  }

  it("are one for each spoilt block, spares among them, and no more than are planned", () => {
    const failing: Record<string, Side> = { [steady3]: "machine" };
    const run = [...own];
    for (const block of [8, 9, 10, 11]) {
      const due = sparesDue(study, spares, judged(run, failing));
      expect(new Set(due.map((trial) => trial.block))).toEqual(new Set([block]));
      run.push(...due);
      failing[`${block}/onnx-int8/main/steady`] = "generator";
    }
    expect(sparesDue(study, spares, judged(run, failing))).toEqual([]);
    expect(sparesNeeded(study, judged(run, failing))).toEqual([
      { scenario: "steady", invalid: 5, spare: 4, short: 1 },
    ]);
    expect(replaceableGroups(judged(run, failing))).toHaveLength(5);
  });

  it("that were begun and cut short are run to their end first", () => {
    const begun = spares.filter(({ block, scenario }) => block === 8 && scenario === "steady");
    const due = sparesDue(study, spares, judged([...own, ...begun.slice(0, 1)], { [steady3]: "machine" }));
    expect(due).toEqual(begun.slice(1));
    expect(due.every((trial) => isSpare(trial, study))).toBe(true);
  });
});
