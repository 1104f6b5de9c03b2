import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schemaVersion, type TrialFile } from "../../../analysis/schema/results-folder.ts";
import { planFile } from "../../../study/plan/plan.ts";
import { openStore, runName } from "../../../study/store/store.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { smoke } from "../../../workloads/studies/smoke.ts";

const plan = planFile(studySpec.parse(smoke), "run", "2026-04-20T10:00:00.000Z");

describe("the results folder", () => {
  it("gives back the plan that was written", async () => {
    const store = openStore(await mkdtemp(join(tmpdir(), "store-")));
    await store.writePlan(plan);
    expect(await store.readPlan()).toEqual(plan);
  });

  it("never shows a half-written file: what is not renamed into place does not exist", async () => {
    const store = openStore(await mkdtemp(join(tmpdir(), "store-")));
    await store.writePlan(plan);
    expect(await readdir(store.directory)).toEqual(["plan.json"]);
  });

  it("counts finished and failed trials as settled, and runs a partial one again", async () => {
    const store = openStore(await mkdtemp(join(tmpdir(), "store-")));
    const [a, b, c] = plan.trials.map(({ id }) => id);
    await store.writeTrial(trial(a!, "finished"));
    await store.writeTrial(trial(b!, "failed"));
    await store.writeTrial(trial(c!, "partial"));
    expect([...(await store.settled())].sort()).toEqual([a, b].sort());
  });

  it("says which file is truncated", async () => {
    const store = openStore(await mkdtemp(join(tmpdir(), "store-")));
    await writeFile(join(store.directory, "plan.json"), '{"schemaVersion": 1, "ru');
    await expect(store.readPlan()).rejects.toMatchObject({
      kind: "invalidResults",
      message: expect.stringContaining("plan.json is not JSON"),
    });
  });

  it("names runs so that they sort by time", () => {
    expect(runName(new Date("2026-04-20T10:15:00.123Z"))).toBe("2026-04-20T10-15-00Z");
  });
});

function trial(id: string, status: TrialFile["status"]): TrialFile {
  return {
    schemaVersion,
    planDigest: plan.digest,
    id,
    status,
    error: "",
    startedAt: "2026-04-20T10:00:00.000Z",
    ratePerSecond: 1,
    durationSeconds: 1,
    scheduleDigest: plan.digest,
    samplesDigest: null,
    timelineDigest: null,
    generator: null,
    deployment: { upSeconds: 1, readySeconds: 1 },
    steal: null,
    serviceThrottledShare: null,
  };
}
