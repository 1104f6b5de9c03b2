import { describe, expect, it } from "vitest";
import { sparesDue } from "../../../analysis/plan/spare-blocks.ts";
import type { PlannedTrial } from "../../../analysis/schema/results-folder.ts";
import type { TrialResult } from "../../../analysis/schema/trial.ts";
import { planFile } from "../../../study/plan/plan.ts";
import { runTrials } from "../../../study/run/run-trials.ts";
import type { Effects } from "../../../study/trial/runner.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { smoke } from "../../../workloads/studies/smoke.ts";

const study = studySpec.parse({
  ...smoke,
  blocks: 3,
  spareBlocks: 2,
  scenarios: smoke.scenarios.slice(0, 1),
});
const plan = planFile(study, "run", "2026-01-01T00:00:00Z");
const services = new Set(plan.trials.map(({ variant, arm }) => `${variant}/${arm}`)).size;

/** A run whose clock moves by what each deployment takes, and whose machine spoils the blocks that are named. */
async function run(
  spoilt: readonly number[],
  secondsOf: (block: number) => number = () => 10,
  settled: string[] = [],
) {
  const said: string[] = [];
  const done: PlannedTrial[] = plan.trials.filter(({ id }) => settled.includes(id));
  let now = 0;
  const effects: Effects<null, null> = {
    up: async () => null,
    ready: async () => {},
    warmUp: async () => {},
    measure: async ({ block }) => {
      now += 1000 * secondsOf(block);
      return null;
    },
    collect: async (trial) => void done.push(trial),
    drained: async () => true,
    markFailed: async () => {},
    down: async () => {},
  };
  const judge = async () => {
    const trials = done.map((planned) => resultOf(planned, spoilt.includes(planned.block)));
    const missing = plan.trials
      .filter(({ id, block }) => block < study.blocks && !done.some((one) => one.id === id))
      .map((planned): TrialResult => ({ ...resultOf(planned, false), status: "missing", valid: false }));
    const judged = { trials: [...trials, ...missing], recovery: null };
    return {
      ...judged,
      due: sparesDue(
        study,
        plan.trials.filter(({ block }) => block >= study.blocks),
        judged,
      ),
    };
  };
  const outcome = await runTrials(
    {
      ...{ plan, settled: new Set(settled), plannedSecondsPerTrial: 10, judge },
      ...{
        progress: { say: (line) => void said.push(line) },
        signal: new AbortController().signal,
        now: () => now,
      },
    },
    effects,
  );
  return { said, blocks: [...new Set(done.map(({ block }) => block))], outcome };
}

describe("the trials of a plan", () => {
  it("are those of its blocks, and no spare one, where nothing is spoilt", async () => {
    const { blocks, outcome, said } = await run([]);
    expect(blocks).toEqual([0, 1, 2]);
    expect(outcome.finished).toBe(3 * services);
    expect(said.join("\n")).not.toMatch(/spare|Invalid blocks/);
  });

  it("have a spare block in the place of each spoilt one, a spoilt spare among them, up to those that are planned", async () => {
    expect((await run([1])).blocks).toEqual([0, 1, 2, 3]);
    expect((await run([1, 3])).blocks).toEqual([0, 1, 2, 3, 4]);
    expect((await run([0, 1, 2])).blocks).toEqual([0, 1, 2, 3, 4]);
  });

  it("say what is spoilt after its block, while the run goes on, with the time that the spare ones will take", async () => {
    const { said } = await run([1]);
    const at = said.findIndex((line) => line.startsWith("Invalid blocks so far"));
    expect(said[at]).toBe(
      `Invalid blocks so far: 1 block under steady (lateness). 1 spare block will replace them, about ${10 * services} s in all`,
    );
    expect(said.slice(at).some((line) => line.startsWith("block 3/3"))).toBe(true);
    expect(said[at + 1]).toContain(`about ${2 * 10 * services} s left`);
  });

  it("say where there are no more spare blocks", async () => {
    const { said } = await run([0, 1, 2]);
    expect(said.join("\n")).toContain("no more spare blocks are left for steady");
  });

  it("go on where they were: spare blocks alone, where all of the study's are run", async () => {
    const settled = plan.trials.filter(({ block }) => block < study.blocks).map(({ id }) => id);
    const { outcome, blocks } = await run([2], () => 10, settled);
    expect(outcome.finished).toBe(services);
    expect(blocks).toEqual([0, 1, 2, 3]);
  });

  it("have a time left that follows the machine, and say while it lasts that a deployment takes unusually long", async () => {
    const { said } = await run([], (block) => (block === 2 ? 60 : 10));
    expect(said.join("\n")).toMatch(/60 s so far, 10 s expected from earlier trials/);
    const lines = said.filter((line) => line.includes(`${2 * services + 2}/`));
    expect(lines[0]).toContain(`about ${duration(60 * (services - 2))} left`);
  });
});

function duration(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function resultOf({ id, block, variant, arm, scenario }: PlannedTrial, spoilt: boolean): TrialResult {
  return {
    ...{ id, block, variant, arm, scenario, status: "finished", error: "", valid: !spoilt, saturated: false },
    findings: spoilt ? [{ severity: "invalid", code: "lateness", message: "", advice: "" }] : [],
    gates: spoilt
      ? [
          {
            ...{ gate: "lateness", side: "generator", passed: false, measured: 2, limit: 1 },
            ...{ bound: "most", unit: "ms", note: "" },
          },
        ]
      : [],
    ...{ ratePerSecond: 1, window: null, counts: { offered: 0, ok: 0, late: 0, failed: 0, byOutcome: {} } },
    ...{ metrics: {}, generator: null, servers: [] },
  };
}
