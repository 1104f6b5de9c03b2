import { expect, it } from "vitest";
import { targets } from "../../../infra/targets/index.ts";
import { plannedTime } from "../../../study/plan/planned-time.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { quick } from "../../../workloads/studies/quick.ts";

it("a study takes its load, and on its target a time for each deployment and each trial", () => {
  const study = studySpec.parse({ ...quick, target: "k3s", warmupSeconds: 1 });
  const scenarios = [
    { ...study.scenarios[0]!, durationSeconds: 8 },
    { ...study.scenarios[1]!, durationSeconds: 20 },
  ];
  const { perDeployment, perLoadJob } = targets.k3s.overheadSeconds;
  expect(perLoadJob).toBeGreaterThan(0);
  expect(plannedTime({ ...study, scenarios }, 10)).toEqual({
    loadSeconds: 10 * (9 + 21),
    totalSeconds: 10 * (9 + 21) + 10 * perDeployment + 20 * perLoadJob,
  });
});

it("what is disrupted, or a closed loop, is driven from the host and has no load job to bring up", () => {
  const [first] = quick.scenarios;
  const disruption = { kind: "hang", injections: 1, firstAfterSeconds: 1, everySeconds: 7, settings: {} };
  const users = { kind: "closed-loop", users: 2, think: { kind: "exponential" } } as const;
  const overhead = (...scenarios: object[]) => {
    const study = studySpec.parse({ ...quick, target: "k3s", scenarios });
    const { loadSeconds, totalSeconds } = plannedTime(study, 1);
    return totalSeconds - loadSeconds;
  };
  const { perDeployment, perLoadJob } = targets.k3s.overheadSeconds;
  expect(overhead({ ...first!, disruption }, { ...first!, arrival: users })).toBe(perDeployment);
  expect(overhead({ ...first!, disruption }, first!)).toBe(perDeployment + perLoadJob);
});

it("and waits after an overload for what is left in the queue, no longer than a request may take", () => {
  const flood = { ...quick.scenarios[0]!, arrival: { kind: "constant" }, durationSeconds: 8 } as const;
  const study = studySpec.parse({
    ...quick,
    scenarios: [{ ...flood, rate: { perSecond: 150 } }],
    timeoutMs: 10_000,
  });
  const backlog = (capacity?: number) =>
    plannedTime(study, 1, capacity).totalSeconds - plannedTime(study, 1).totalSeconds;
  expect(backlog(200)).toBe(0);
  expect(backlog(100)).toBe(4);
  expect(backlog(10)).toBe(10);
  const byShare = studySpec.parse({ ...quick, scenarios: [{ ...flood, rate: { utilisation: 1.5 } }] });
  const easy = studySpec.parse({ ...quick, scenarios: [{ ...flood, rate: { utilisation: 0.9 } }] });
  expect(plannedTime(byShare, 1).totalSeconds - plannedTime(easy, 1).totalSeconds).toBe(4);
});

it("and where a further trial follows, until what was given up is worked off, or the service is there anew", () => {
  const [first] = quick.scenarios;
  const flood = { ...first!, name: "flood", arrival: { kind: "constant" }, durationSeconds: 8 } as const;
  const seconds = (utilisation: number) =>
    plannedTime(
      studySpec.parse({
        ...quick,
        scenarios: [first, { ...flood, rate: { utilisation } }],
        timeoutMs: 8_000,
      }),
      1,
    ).totalSeconds;
  const { perDeployment } = targets.process.overheadSeconds;
  const afterwards = (utilisation: number) => seconds(utilisation) - seconds(2);
  // One deployment in two has the flood before its other trial.
  expect(afterwards(2.5)).toBe(4 / 2);
  expect(afterwards(10)).toBe((2 * perDeployment) / 2);
});

it("and deploys anew where a further trial follows a disruption that ends containers, on a target that has them", () => {
  const [first] = quick.scenarios;
  const scenario = (name: string, kind: string) => ({
    ...{ ...first!, name },
    disruption: { kind, injections: 1, firstAfterSeconds: 1, everySeconds: 7, settings: {} },
  });
  const overhead = (target: "k3s" | "process", ...scenarios: object[]) => {
    const { loadSeconds, totalSeconds } = plannedTime(studySpec.parse({ ...quick, target, scenarios }), 1);
    return (totalSeconds - loadSeconds) / targets[target].overheadSeconds.perDeployment;
  };
  const kill = scenario("kill", "server-kill");
  expect(overhead("k3s", scenario("hang", "hang"), scenario("delete", "pod-delete"))).toBe(1);
  // Which of the two comes first is the draw of a block.
  expect(overhead("k3s", kill, scenario("hang", "hang"))).toBe(1.5);
  expect(overhead("k3s", kill)).toBe(1);
  expect(overhead("process", kill, scenario("hang", "hang"))).toBe(1);
});
