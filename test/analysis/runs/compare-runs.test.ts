import { describe, expect, it } from "vitest";
import { analyse } from "../../../analysis/analyse.ts";
import { readResults } from "../../../analysis/input/read.ts";
import { compareRuns, type Run } from "../../../analysis/runs/compare-runs.ts";
import type { TrialResult } from "../../../analysis/schema/trial.ts";
import { writeResults } from "../../../bench/results-folder.ts";
import { hintFor } from "../../../study/commands/compare.ts";
import type { StudyInput } from "../../../workloads/spec/spec.ts";
import { evenStudy, evenTrial, freshDirectory } from "../study.ts";

/** The run with these of its trials changed: what the analysis of such samples would say. */
function changed(run: Run, change: (trial: TrialResult) => Partial<TrialResult> | undefined): Run {
  const trials = run.analysis.trials.map((trial) => ({ ...trial, ...change(trial) }));
  return { ...run, analysis: { ...run.analysis, trials } };
}

/** Every request failed. */
function failed({ metrics, counts }: TrialResult): Partial<TrialResult> {
  const none = Object.fromEntries(
    Object.entries(metrics).map(([name, one]) => [
      name,
      { ...one, value: name === "goodput" ? 0 : null, why: "all failed" },
    ]),
  );
  return { metrics: none, counts: { ...counts, ok: 0, failed: counts.offered } };
}

const runs = new Map<string, Promise<Run>>();

/** A run whose quick variant takes `share` of the slow one's time, which differs a little from block to block. Written and analysed once. */
function run(share: number, input: StudyInput = evenStudy, wobble = 0.01): Promise<Run> {
  const key = JSON.stringify([share, input, wobble]);
  const made = runs.get(key) ?? makeRun(share, input, wobble);
  runs.set(key, made);
  return made;
}

async function makeRun(share: number, input: StudyInput, wobble: number): Promise<Run> {
  const directory = await freshDirectory();
  await writeResults(directory, input, (trial) => {
    const slow = 40 * (1 + wobble * Math.sin(7 * trial.block + share));
    return evenTrial(
      trial,
      trial.variant === "quick" ? slow * share * (1 + wobble * Math.cos(3 * trial.block)) : slow,
    );
  });
  const { plan, manifest } = await readResults(directory);
  return { plan, manifest, analysis: await analyse(directory) };
}

describe("two runs of one study", () => {
  it("agree where nothing changed", async () => {
    const compared = compareRuns(await run(0.5), await run(0.5));
    expect(compared.sameMachine).toBe(true);
    expect(compared.rows.map(({ kind, variant }) => `${kind} ${variant}`)).toEqual([
      "effect quick",
      "level slow",
      "level quick",
    ]);
    expect(compared.rows.map(({ verdict }) => verdict)).toEqual(["agrees", "agrees", "agrees"]);
    expect(compared.worse).toBe(0);
    expect(compared.falseAlarmRate).toMatch(/at most 5 %/);
  });

  it("show a regression of one variant, in its level and in its effect, and not in the other's", async () => {
    const compared = compareRuns(await run(0.5), await run(0.6));
    const verdicts = Object.fromEntries(
      compared.rows.map((row) => [`${row.kind} ${row.variant}`, row.verdict]),
    );
    expect(verdicts).toEqual({ "effect quick": "worse", "level quick": "worse", "level slow": "agrees" });
    expect(compared.worse).toBe(2);
    expect(compared.rows[0]!.ratio!.value).toBeCloseTo(1.2, 2);
    expect(compareRuns(await run(0.6), await run(0.5)).rows[0]!.verdict).toBe("better");
  });

  it("of two machines are compared by their effects alone", async () => {
    const other = await run(0.5);
    const elsewhere = {
      ...other,
      manifest: { ...other.manifest, machine: { ...other.manifest.machine, cores: 64 } },
    };
    const compared = compareRuns(await run(0.5), elsewhere);
    expect(compared.sameMachine).toBe(false);
    expect(compared.rows.every(({ kind }) => kind === "effect")).toBe(true);
  });

  it("of one machine at another speed are compared by their effects alone: it would be what differs", async () => {
    const at = (memory: number) => () => {
      const reading = { arithmetic: 400, memory, wakeMs: 0.1 };
      const readings = { deployed: reading, before: reading, after: reading };
      return { machine: { ...readings, startedAt: "2026-01-01T00:00:00Z" } };
    };
    const [a, b] = [await run(0.5), await run(0.5)];
    const same = compareRuns(changed(a, at(10)), changed(b, at(9)));
    expect(same).toMatchObject({ sameMachine: true, speed: { differs: false } });
    expect(same.rows.some(({ kind }) => kind === "level")).toBe(true);
    const slower = compareRuns(changed(a, at(10)), changed(b, at(2.5)));
    expect(slower.speed).toEqual({ arithmetic: 1, memory: 0.25, differs: true });
    expect(slower.rows.every(({ kind }) => kind === "effect")).toBe(true);
    expect(compareRuns(a, changed(b, at(10))).speed).toBeNull();
  });

  it("that are too short for any alarm say so, and raise none", async () => {
    const short: StudyInput = { ...evenStudy, blocks: 2, underpowered: "warn" };
    const compared = compareRuns(await run(0.5, short), await run(0.9, short));
    expect(compared).toMatchObject({ worse: 0, notComparable: 3 });
    expect(compared.rows[0]!.sentence).toMatch(/too few blocks/);
  });

  it("of different studies are refused, with every difference", async () => {
    const first = await run(0.5);
    const other = await run(0.5, { ...evenStudy, slo: { responseMs: 99 }, alpha: 0.01 });
    const wrong = () => compareRuns(first, other);
    expect(wrong).toThrow(/not runs of one study/);
    try {
      wrong();
    } catch (error) {
      expect((error as { problems: { path: string }[] }).problems.map(({ path }) => path)).toEqual([
        "plan.json#/study/slo/responseMs",
        "plan.json#/study/alpha",
      ]);
    }
  });
});

describe("a gate fails closed", async () => {
  const good = await run(0.5);
  const failing = (blocks: number, of: Run = good, variant = "quick") =>
    changed(of, (trial) => (trial.variant === variant && trial.block < blocks ? failed(trial) : undefined));
  const onGoodput: Run = {
    ...good,
    plan: { ...good.plan, study: { ...good.plan.study, primary: "goodput" } },
  };
  const verdicts = ({ rows }: ReturnType<typeof compareRuns>) =>
    Object.fromEntries(rows.map(({ kind, variant, verdict }) => [`${kind} ${variant}`, verdict]));

  it("on samples that say so: every request of one variant failed in half of the blocks", async () => {
    const directory = await freshDirectory();
    await writeResults(directory, evenStudy, (trial) => {
      const { schedule, samples } = evenTrial(trial, trial.variant === "quick" ? 20 : 40);
      const broken = trial.variant === "quick" && trial.block < 3;
      const answers = samples.map((one) => ({ ...one, outcome: "http" as const, status: 500, label: "" }));
      return { schedule, samples: broken ? answers : samples };
    });
    const { plan, manifest } = await readResults(directory);
    const compared = compareRuns(good, { plan, manifest, analysis: await analyse(directory) });
    // Too few for a test, and not passed either.
    expect(compared).toMatchObject({ worse: 0, notComparable: 2 });
    expect(compared.rows[0]).toMatchObject({
      verdict: "not comparable",
      why: "3 of 6 blocks of B failed or have no value",
    });
  });

  it("on a variant that fails every request: worse, in its level and its effect", () => {
    const compared = compareRuns(good, failing(6));
    expect(verdicts(compared)).toEqual({
      "effect quick": "worse",
      "level quick": "worse",
      "level slow": "agrees",
    });
    expect(compared.rows[0]!.sentence).toMatch(/worse \(6 and 6 blocks, of these 0 and 6 without a value/);
    expect(compareRuns(failing(6), good).rows[0]!.verdict).toBe("better");
  });

  it("on a goodput of 0, in one run or in both", () => {
    const none = changed(onGoodput, failed);
    expect(verdicts(compareRuns(onGoodput, failing(5, onGoodput)))["level quick"]).toBe("worse");
    expect(verdicts(compareRuns(onGoodput, none))).toMatchObject({
      "level slow": "worse",
      "level quick": "worse",
    });
    expect(Object.values(verdicts(compareRuns(none, none)))).toEqual(Array(3).fill("not comparable"));
  });

  it("for want of blocks: says how many are enough, and nothing of going on with a complete run", async () => {
    const three = { ...evenStudy, blocks: 3 };
    const compared = compareRuns(await run(0.5, three), await run(0.5, three));
    expect(compared).toMatchObject({ notComparable: 3, unfinished: [] });
    // 2 / C(10, 5) = .0079 is within .05 / 3; 2 / C(8, 4) = .029 is not.
    expect(compared.blocksNeeded).toBe(5);
    expect(hintFor(compared, compared.rows, "A")).toMatch(/^Both are complete.*--blocks 5 or more/);
    expect(hintFor({ ...compared, unfinished: ["B"] }, compared.rows, "A")).toContain("--resume");
  });

  it("on a baseline that fails: no effect can be had of it", () => {
    const compared = compareRuns(good, failing(6, good, "slow"));
    expect(verdicts(compared)).toMatchObject({ "effect quick": "not comparable", "level slow": "worse" });
  });

  it("on a deployment that failed: the worst value, not a missing one", () => {
    const undeployed = changed(good, ({ variant }) =>
      variant === "quick" ? { status: "failed", valid: false, metrics: {}, error: "no answer" } : undefined,
    );
    expect(verdicts(compareRuns(good, undeployed))["level quick"]).toBe("worse");
  });

  it("on a run that is not complete, whatever it shows so far", () => {
    const half = changed(failing(6), ({ block }) =>
      block < 5 ? undefined : { status: "missing", valid: false, metrics: {} },
    );
    const compared = compareRuns(good, half);
    expect(compared).toMatchObject({ worse: 0, notComparable: 3 });
    expect(compared.rows[0]!.why).toBe("B is not complete (15 of 18 trials)");
  });

  it("leaves out what the machine spoilt, and counts it", () => {
    const noisy = changed(good, ({ block, variant }) =>
      block === 0 && variant === "quick" ? { valid: false } : undefined,
    );
    const compared = compareRuns(good, noisy);
    expect(verdicts(compared)["level quick"]).toBe("agrees");
    expect(compared.rows[0]!.sentence).toMatch(/excluded as invalid or too short: 0 and 1 block/);
  });
});

describe("offered rates", async () => {
  const [same, slower, far] = [await run(0.5), await run(0.6), await run(1.25)];
  /** Driven at this rate, half of the capacity that the run itself measured. */
  const at = (of: Run, ratePerSecond: number, capacityPerSecond: number): Run => {
    const calibration = { variant: "slow", capacityPerSecond, connections: 4, seconds: 10, n: 100 };
    const scenarios = of.plan.study.scenarios.map((one) => ({ ...one, rate: { utilisation: 0.5 } }));
    const plan = { ...of.plan, study: { ...of.plan.study, scenarios } };
    return { ...changed(of, () => ({ ratePerSecond })), plan, manifest: { ...of.manifest, calibration } };
  };
  const words = ({ rows }: ReturnType<typeof compareRuns>) =>
    rows.map(({ kind, variant, verdict }) => `${kind} ${variant} ${verdict}`);

  it("that differ are said, and make no regression of what they may account for", () => {
    const compared = compareRuns(at(same, 10, 20), at(slower, 11.37, 22.74));
    expect(compared.rates).toEqual([{ scenario: "steady", a: 10, b: 11.37, equal: false }]);
    expect(words(compared)).toEqual(["effect quick open", "level slow open", "level quick open"]);
    // rho = 11.37 / 20, so that the rates alone may make 2 / (1 - rho) ln 1.137 = .595 of the log.
    const { low, high } = compared.rows[2]!.ratio!;
    expect(Math.log(low)).toBeCloseTo(Math.log(1.2) - 0.595, 1);
    expect(Math.log(high)).toBeCloseTo(Math.log(1.2), 1);
    expect(words(compareRuns(at(same, 10, 20), at(far, 11.37, 22.74)))).toContain("level quick worse");
  });

  it("that differ where the load has no steady state cannot be compared", () => {
    const compared = compareRuns(at(same, 10, 10.1), at(same, 11, 11.1));
    expect(compared).toMatchObject({ worse: 0, notComparable: 3 });
    expect(compared.rows[0]!.why).toMatch(/rates differ/);
  });

  it("may be written as a share in one run and as a number in the other, where both were driven at the same", () => {
    const a = at(same, 10, 20);
    // evenStudy states its rate: 10 a second.
    expect(words(compareRuns(a, slower))).toEqual([
      "effect quick worse",
      "level slow agrees",
      "level quick worse",
    ]);
    const other = changed(slower, () => ({ ratePerSecond: 12 }));
    expect(() => compareRuns(a, other)).toThrow(/not runs of one study/);
  });
});
