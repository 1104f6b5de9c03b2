import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { planDigest } from "../../../analysis/plan/plan-digest.ts";
import { schemaVersion } from "../../../analysis/schema/results-folder.ts";
import { TestbedError } from "../../../errors/errors.ts";
import { planTrials } from "../../../study/plan/plan.ts";
import { knownNames } from "../../../study/spec/catalog.ts";
import { checkStudy, type KnownNames, loadStudy } from "../../../study/spec/study-file.ts";
import { studies } from "../../../workloads/studies/index.ts";

const known: KnownNames = {
  variants: ["baseline", "onnx-int8", "optimized"],
  targets: ["process"],
  models: ["roberta-base"],
  payloads: ["reviews-and-tweets"],
  misplaced: () => [],
  requestsAtOnce: (variant) => (variant === "optimized" ? 64 : variant === "baseline" ? 1 : undefined),
  disruptions: {
    hang: {
      targets: ["process"],
      settings: z.strictObject({ seconds: z.number().positive().default(5) }),
      lastsSeconds: (settings) => (settings as { seconds?: number }).seconds ?? 5,
      leastNodes: 1,
    },
    "pod-delete": { targets: ["k3s"], settings: z.strictObject({}), lastsSeconds: () => 0, leastNodes: 1 },
  },
};

describe("a study file", () => {
  it.each(Object.keys(studies))("%s, which we ship, is valid", async (name) => {
    await expect(loadStudy(name)).resolves.toMatchObject({ study: { name } });
  });

  it("may say what is different on another target", async () => {
    const { variants } = (await loadStudy("resilience")).study;
    expect(variants).toEqual(["supervised"]);
    const { study: onK3s } = await loadStudy("resilience", { target: "k3s" });
    expect(onK3s).toMatchObject({ target: "k3s", variants: ["int8-replicas"] });
    const kindsOn = async (target: "k3s-docker" | "cluster") =>
      (await loadStudy("resilience", { target })).study.scenarios.map(({ disruption }) => disruption!.kind);
    expect(await kindsOn("k3s-docker")).toEqual(["no-op", "pod-delete", "node-loss", "node-loss"]);
    expect(await kindsOn("cluster")).toContain("pod-delete");
  });

  it("may only disrupt what the target can undo, in slots that fit, under a load that sees a short outage", () => {
    const hang = { kind: "hang", injections: 2, firstAfterSeconds: 1, everySeconds: 20, settings: {} };
    const scenario = {
      ...studies.quick.scenarios[0]!,
      rate: { perSecond: 50 },
      durationSeconds: 41,
      disruption: hang,
    };
    const study = (...changes: object[]) => ({
      ...studies.quick,
      scenarios: changes.map((change, index) => ({ ...scenario, name: `s${index}`, ...change })),
    });
    expect(checkStudy(study({}), known, "sound").scenarios).toHaveLength(1);
    const early = { ...hang, phaseSeconds: 9, settings: { seconds: 11 } };
    expect(checkStudy(study({ disruption: early }), known, "sound").scenarios).toHaveLength(1);
    const error = problemOf(() =>
      checkStudy(
        study(
          { disruption: { ...hang, kind: "quake" } },
          { disruption: { ...hang, kind: "pod-delete" } },
          { disruption: { ...hang, settings: { seconds: 11 } } },
          { disruption: { ...hang, phaseSeconds: 15, settings: { seconds: 6 } } },
          { disruption: { ...hang, settings: { second: 5 } } },
          { durationSeconds: 40 },
          { rate: { perSecond: 49 } },
          { arrival: { kind: "closed-loop", users: 8, think: { kind: "exponential" } } },
        ),
        known,
        "broken",
      ),
    );
    expect(error.problems.map(({ path }) => path)).toEqual([
      "scenarios[0].disruption.kind",
      "scenarios[1].disruption.kind",
      "scenarios[2].disruption.everySeconds",
      "scenarios[3].disruption.everySeconds",
      "scenarios[4].disruption.settings.second",
      "scenarios[5].disruption.injections",
      "scenarios[6].rate",
      "scenarios[7].disruption",
    ]);
  });

  it("gets every problem listed at once, with path, expected and got", () => {
    const broken = {
      ...studies.quick,
      blocks: 0,
      colour: "red",
      scenarios: [{ ...studies.quick.scenarios[0]!, arrival: { kind: "gamma", cv: -1 } }],
    };
    const error = problemOf(() => checkStudy(broken, known, "broken"));
    expect(error.kind).toBe("badInput");
    expect(error.problems.map(({ path }) => path).sort()).toEqual([
      "blocks",
      "colour",
      "scenarios[0].arrival.cv",
    ]);
    expect(error.problems.find(({ path }) => path === "blocks")?.got).toBe("0");
  });

  it("may not put replicas where nothing is in front of them", () => {
    const study = { ...studies.quick, variants: ["onnx-int8", "int8-replicas"] };
    const error = problemOf(() => checkStudy(study, knownNames, "copies"));
    expect(error.problems).toEqual([
      { path: "variants[1]", expected: "1 replica on the target process", got: "2 replicas" },
    ]);
    expect(checkStudy({ ...study, target: "k3s" }, knownNames, "copies").variants).toContain("int8-replicas");
  });

  it("may only name what exists, each thing once, and never the baseline as a treatment", () => {
    const broken = {
      ...studies.quick,
      variants: ["optimised", "baseline", "optimized", "optimized"],
      model: "bert",
    };
    const error = problemOf(() => checkStudy(broken, known, "broken"));
    expect(error.problems.map(({ path, got }) => `${path}=${got}`)).toEqual([
      "model=bert",
      "variants[0]=optimised",
      "variants[3]=optimized",
      "variants=the baseline baseline",
    ]);
  });

  it("may not ask for a schedule that cannot be made, nor share the seed of a scenario that is not there", () => {
    const scenario = { ...studies.quick.scenarios[0]!, durationSeconds: 4 };
    const bursty = { ...scenario, name: "b", arrival: { kind: "gamma", cv: 4 }, rate: { perSecond: 2 } };
    const trace = { ...scenario, name: "t", arrival: { kind: "trace", file: "/none.csv" } };
    const twin = { ...scenario, name: "w", twinOf: "w" };
    const broken = { ...studies.quick, scenarios: [bursty, trace, twin] };
    const error = problemOf(() => checkStudy(broken, known, "broken"));
    expect(error.problems.map(({ path }) => path)).toEqual([
      "scenarios[2].twinOf",
      "scenarios[0]: duration",
      "scenarios[1]: /none.csv",
    ]);
  });

  it("may not take a service's capacity from fewer users than the service can work for at once", () => {
    const busyWith = (users: number) => ({
      ...studies.scaling,
      variants: ["optimized"],
      baseline: "baseline",
      scenarios: [{ ...studies.scaling.scenarios[0]!, arrival: { kind: "saturation", users } }],
    });
    expect(() => checkStudy(busyWith(64), known, "busy")).not.toThrow();
    expect(problemOf(() => checkStudy(busyWith(63), known, "idle")).problems).toEqual([
      {
        path: "scenarios[0].arrival.users",
        expected:
          "at least 64: optimized can work on that many requests at once, and is partly idle with fewer",
        got: "63",
      },
    ]);
  });

  it("may be given one rate for all its scenarios, where a share of the capacity of this machine is too little", async () => {
    const { study } = await loadStudy("resilience", { scenarios: ["no-op", "hang"], rate: 55 });
    const { scenarios } = study;
    expect(scenarios.map(({ rate }) => rate)).toEqual([{ perSecond: 55 }, { perSecond: 55 }]);
    const tooFew = loadStudy("resilience", { scenarios: ["hang"], rate: 20 });
    await expect(tooFew).rejects.toMatchObject({
      problems: [{ path: "scenarios[0].rate", got: "20.0/s" }],
    });
  });

  it("may be the plan of a run, which holds what its flags had set", async () => {
    const { study } = await loadStudy("quick", {
      baseline: "onnx-int8",
      variants: ["optimized"],
      scenarios: ["steady"],
      seconds: 3,
      seed: 7,
    });
    const trials = planTrials(study);
    const plan = { schemaVersion, run: "r", createdAt: "2026-01-02T03:04:05Z", study, trials };
    const file = join(await mkdtemp(join(tmpdir(), "testbed-plan-")), "plan.json");
    await writeFile(file, JSON.stringify({ ...plan, digest: planDigest(study, trials) }));
    const { study: again } = await loadStudy(file);
    expect(planDigest(again, planTrials(again))).toBe(planDigest(study, trials));
    expect(again).toMatchObject({ baseline: "onnx-int8", variants: ["optimized"], seed: 7 });
  });

  it("that does not exist is named with what does", async () => {
    await expect(loadStudy("quack")).rejects.toMatchObject({
      kind: "badInput",
      problems: [{ got: "quack" }],
    });
  });
});

function problemOf(act: () => unknown): TestbedError {
  try {
    act();
  } catch (error) {
    if (error instanceof TestbedError) return error;
    throw error;
  }
  throw new Error("expected a TestbedError");
}
