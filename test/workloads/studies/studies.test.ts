import { expect, it } from "vitest";
import { planTrials } from "../../../study/plan/plan.ts";
import { gridCvs, gridUtilisations } from "../../../workloads/scenarios/grid.ts";
import { scenarios } from "../../../workloads/scenarios/index.ts";
import { materialise } from "../../../workloads/schedule/schedule.ts";
import { scenarioSpec, studyFor, studySpec } from "../../../workloads/spec/spec.ts";
import { studies } from "../../../workloads/studies/index.ts";

it.each(Object.entries(scenarios))(
  "scenario %s fits the schema and goes by its own name",
  (name, scenario) => {
    expect(scenarioSpec.parse(scenario).name).toBe(name);
  },
);

it.each(Object.entries(studies))("study %s fits the schema and goes by its own name", (name, study) => {
  expect(studySpec.parse(studyFor(study)).name).toBe(name);
});

it("has the paper's laws: mean gap 2 s, exponential and gamma of shape 1.2 and 0.8", () => {
  const arrivals = ["paper-s1", "paper-s2", "paper-s3"].map((name) => scenarios[name as "paper-s1"]);
  expect(arrivals.map(({ rate, durationSeconds }) => [rate, durationSeconds])).toEqual(
    new Array(3).fill([{ perSecond: 0.5 }, 2000]),
  );
  expect(arrivals.map(({ arrival }) => ("shape" in arrival ? arrival.shape : arrival.kind))).toEqual([
    "exponential",
    1.2,
    0.8,
  ]);
});

it("runs each paper scenario closed and open on one seed, and so on one schedule", () => {
  const study = studySpec.parse(studies.paper);
  const trials = planTrials(study);
  const digestOf = (name: string) => {
    const scenario = study.scenarios.find((s) => s.name === name)!;
    const { seed } = trials.find((trial) => trial.scenario === name)!;
    return materialise({
      arrival: scenario.arrival,
      ratePerSecond: 0.5,
      durationSeconds: scenario.durationSeconds,
      seed,
      payloadCount: 100,
    }).digest;
  };
  for (const name of ["paper-s1", "paper-s2", "paper-s3"]) {
    expect(digestOf(`${name}-closed`)).toBe(digestOf(name));
  }
  expect(digestOf("paper-s1")).not.toBe(digestOf("paper-s2"));
});

it("crosses utilisation with cv in the grid, each cell once", () => {
  const cells = studySpec
    .parse(studies.grid)
    .scenarios.map(({ rate, arrival }) => [
      "utilisation" in rate && rate.utilisation,
      arrival.kind === "gamma" && arrival.cv,
    ]);
  expect(cells).toEqual(gridUtilisations.flatMap((utilisation) => gridCvs.map((cv) => [utilisation, cv])));
});

it("puts the same load under each disruption, for as long as it lasts", () => {
  const study = studySpec.parse(studyFor(studies.resilience));
  const trials = planTrials(study).filter(({ block }) => block === 0);
  const load = (name: string) => {
    const { arrival, durationSeconds } = study.scenarios.find((scenario) => scenario.name === name)!;
    const { seed } = trials.find(({ scenario }) => scenario === name)!;
    return materialise({ arrival, ratePerSecond: 50, durationSeconds, seed, payloadCount: 100 });
  };
  const [short, long] = [load("no-op"), load("server-kill")];
  const shared = short.offsetsMs.length;
  expect(shared).toBeGreaterThan(1_000);
  expect(long.offsetsMs.length).toBeGreaterThan(shared);
  expect(long.offsetsMs.slice(0, shared)).toEqual(short.offsetsMs);
  expect(long.payloads.slice(0, shared)).toEqual(short.payloads);
});
