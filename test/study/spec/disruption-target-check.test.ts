import { describe, expect, it } from "vitest";
import { knownNames } from "../../../study/spec/catalog.ts";
import { checkPlace, placeProblems } from "../../../study/spec/disruption-target-check.ts";
import { checkStudy } from "../../../study/spec/study-file.ts";
import type { StudySpec } from "../../../workloads/spec/spec.ts";
import { studies } from "../../../workloads/studies/index.ts";

function studyOf(target: StudySpec["target"], ...kinds: readonly string[]): StudySpec {
  const { perTarget: _, ...quick } = { perTarget: {}, ...studies.quick };
  const scenarios = kinds.map((kind, index) => ({
    ...quick.scenarios[0]!,
    name: `s${index}`,
    rate: { perSecond: 50 },
    durationSeconds: 41,
    ...(kind === ""
      ? {}
      : { disruption: { kind, injections: 1, firstAfterSeconds: 1, everySeconds: 40, settings: {} } }),
  }));
  return checkStudy({ ...quick, target, scenarios }, knownNames, "test");
}

const nowhere = { nodes: undefined, context: undefined, mayDisrupt: undefined };
const pathsOf = (study: StudySpec, place: object) =>
  placeProblems(study, knownNames.disruptions, { ...nowhere, ...place }).map(({ path }) => path);

describe("a study that loses a node", () => {
  const study = studyOf("k3s-docker", "no-op", "node-loss");

  it("is refused by what the command is told, in one message", async () => {
    await expect(checkPlace(study, { nodes: "1" }, "lab")).rejects.toMatchObject({
      kind: "badInput",
      problems: [{ path: "scenarios[1].disruption.kind" }, { path: "--disrupt-context" }],
    });
    await checkPlace(study, { nodes: "2" }, undefined);
  });

  it("needs a second one", () => {
    expect(placeProblems(study, knownNames.disruptions, { ...nowhere, nodes: 1 })).toEqual([
      {
        path: "scenarios[1].disruption.kind",
        expected: "at least 2 nodes (--nodes 2)",
        got: "node-loss on 1 node",
      },
    ]);
    expect(pathsOf(study, { nodes: 2 })).toEqual([]);
  });

  it("is refused on every other target", () => {
    for (const target of ["process", "k3s", "cluster"] as const) {
      expect(() => studyOf(target, "node-loss")).toThrow("study test is not valid");
    }
  });
});

describe("a study that disrupts somebody's cluster", () => {
  const study = studyOf("cluster", "pod-delete");

  it("needs its context named once more, and the right one", () => {
    expect(pathsOf(study, { context: "lab" })).toEqual(["--disrupt-context"]);
    expect(pathsOf(study, { context: "lab", mayDisrupt: "production" })).toEqual(["--disrupt-context"]);
    expect(pathsOf(study, { context: "lab", mayDisrupt: "lab" })).toEqual([]);
    expect(pathsOf(study, { mayDisrupt: "lab" })).toEqual(["--disrupt-context"]);
  });

  it("is refused by what the command is told", async () => {
    const given = { context: "lab", registry: "registry.example/team" };
    await expect(checkPlace(study, given, undefined)).rejects.toThrow(
      "cannot make this disruption on the target cluster",
    );
    await checkPlace(study, given, "lab");
  });

  it("need not name it where nothing is disrupted, and may not for another target", () => {
    expect(pathsOf(studyOf("cluster", ""), { context: "lab" })).toEqual([]);
    expect(pathsOf(studyOf("k3s", "pod-delete"), { mayDisrupt: "lab" })).toEqual(["--disrupt-context"]);
  });

  it("may only do what goes through its API", () => {
    const declared = Object.entries(knownNames.disruptions)
      .filter(([, { targets }]) => targets.includes("cluster"))
      .map(([name]) => name);
    expect(declared.sort()).toEqual(
      "no-op pod-delete replicaset-delete rollout-recreate rollout-rolling scale-down".split(" "),
    );
  });
});
