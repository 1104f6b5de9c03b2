import { describe, expect, it } from "vitest";
import { planTrials } from "../../../study/plan/plan.ts";
import { loadStudy } from "../../../study/spec/study-file.ts";

const arrivalSeeds = async (scenarios: readonly string[]) => {
  const trials = planTrials((await loadStudy("resilience", { scenarios })).study);
  return new Map(trials.map(({ scenario, block, seed }) => [`${block} ${scenario}`, seed]));
};

describe("a study with only some of its scenarios", () => {
  it("runs these in the study's order, each once", async () => {
    const { study } = await loadStudy("quick", { scenarios: ["intense", "steady", "intense"] });
    const { scenarios } = study;
    expect(scenarios.map(({ name }) => name)).toEqual(["steady", "intense"]);
  });

  it("puts the same load under each as the whole study does, as long as the one it is shared with stays", async () => {
    const whole = await arrivalSeeds(["no-op", "hang", "worker-kill", "server-kill"]);
    const part = await arrivalSeeds(["no-op", "hang"]);
    for (const [cell, seed] of part) expect(seed).toBe(whole.get(cell));
  });

  it("puts one load under those that shared it with one that is left out", async () => {
    const seeds = await arrivalSeeds(["worker-kill", "hang"]);
    for (let block = 0; block < 5; block++) {
      expect(seeds.get(`${block} worker-kill`)).toBe(seeds.get(`${block} hang`));
    }
  });

  it("names every scenario that there is none of", async () => {
    await expect(loadStudy("quick", { scenarios: ["steady", "stormy", ""] })).rejects.toMatchObject({
      kind: "badInput",
      problems: [
        { path: "--scenarios", expected: "one of steady, bursty, intense", got: "stormy" },
        { path: "--scenarios", got: "" },
      ],
    });
  });
});
