import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type ManifestFile, schemaVersion } from "../../../analysis/schema/results-folder.ts";
import { trialRecord } from "../../../bench/results-folder.ts";
import { builtInService } from "../../../infra/services/index.ts";
import { planFile } from "../../../study/plan/plan.ts";
import { checkSameService, type Here, here, manifestToResume } from "../../../study/run/resumed-run.ts";
import { runStudy } from "../../../study/run/study-run.ts";
import { openStore, type Store } from "../../../study/store/store.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { smoke } from "../../../workloads/studies/smoke.ts";

const plan = planFile(studySpec.parse(smoke), "run", "2026-04-20T10:00:00.000Z");
let now: Here;
let store: Store;

function manifestOf(of: Here): ManifestFile {
  return {
    schemaVersion,
    planDigest: plan.digest,
    ...of,
    toolchain: [],
    model: { name: "tiny", digest: "d1", licence: "none", synthetic: true, note: "" },
    payload: [],
    variants: { baseline: { workers: 1 } },
    calibration: {
      variant: "baseline",
      capacityPerSecond: 10,
      connections: 4,
      seconds: 10,
      n: 100,
    },
    notes: [],
  };
}

beforeEach(async () => {
  now = await here();
  store = openStore(await mkdtemp(join(tmpdir(), "resume-")));
  await store.writePlan(plan);
  await store.writeManifest(manifestOf(now));
  const digests = { scheduleDigest: plan.digest, samplesDigest: null, timelineDigest: null };
  await store.writeTrial(
    trialRecord(plan, plan.trials[0]!, {
      ...digests,
      ratePerSecond: 1,
      durationSeconds: 1,
      scheduled: 1,
      recorded: 1,
    }),
  );
});

const manifestPath = () => join(store.directory, "manifest.json");

describe("a run to be resumed", () => {
  it("that was begun here goes on with its own manifest and calibration", async () => {
    expect(await manifestToResume(store, now)).toEqual(manifestOf(now));
  });

  it("of another commit, version or machine is refused with every difference, and nothing is rewritten", async () => {
    const foreign = manifestOf({
      source: { commit: "0123abc", dirty: false },
      testbedVersion: "0.0.1",
      machine: { ...now.machine, cpu: "Another CPU", cores: now.machine.cores + 2 },
    });
    await store.writeManifest(foreign);
    const before = await readFile(manifestPath(), "utf8");
    await expect(manifestToResume(store, now)).rejects.toMatchObject({
      kind: "badInput",
      problems: [
        { path: "commit", expected: "0123abc", got: now.source.commit },
        { path: "version", expected: "0.0.1" },
        { path: "cpu", expected: "Another CPU" },
        { path: "cores" },
      ],
      hint: expect.stringContaining("--resume"),
    });
    expect(await readFile(manifestPath(), "utf8")).toBe(before);
  });

  it("whose manifest or trials are of another plan is refused", async () => {
    const other = planFile(studySpec.parse({ ...smoke, seed: 7 }), "run", plan.createdAt);
    await store.writeManifest({ ...manifestOf(now), planDigest: other.digest });
    await expect(manifestToResume(store, now)).rejects.toMatchObject({
      problems: [{ path: "manifest.json: planDigest", expected: other.digest, got: plan.digest }],
    });
    await store.writePlan(other);
    await expect(manifestToResume(store, now)).rejects.toMatchObject({
      problems: [{ path: `trials/${plan.trials[0]!.id}: planDigest` }],
    });
  });

  it("whose manifest is truncated, or gone beside trials, is refused; a run without trials begins", async () => {
    await writeFile(manifestPath(), (await readFile(manifestPath(), "utf8")).slice(0, 200));
    await expect(manifestToResume(store, now)).rejects.toMatchObject({ kind: "invalidResults" });
    await rm(manifestPath());
    await expect(manifestToResume(store, now)).rejects.toMatchObject({
      kind: "invalidResults",
      problems: [{ path: "manifest.json", got: "no file" }],
    });
    await store.clearTrial(plan.trials[0]!.id);
    expect(await manifestToResume(store, now)).toBeUndefined();
  });

  it("that was stopped between its lengthened plan and its manifest begins; of a plan that is never lengthened it is refused", async () => {
    await store.clearTrial(plan.trials[0]!.id);
    await store.writeManifest({ ...manifestOf(now), calibration: null });
    const scenarios = plan.study.scenarios.map((one) => ({
      ...one,
      durationSeconds: 2 * one.durationSeconds,
    }));
    const longer = (lengthen: boolean) =>
      planFile({ ...plan.study, scenarios, lengthen }, "run", plan.createdAt);
    await store.writePlan(longer(true));
    expect(await manifestToResume(store, now)).toBeUndefined();
    await store.writePlan(longer(false));
    await expect(manifestToResume(store, now)).rejects.toMatchObject({ kind: "badInput" });
  });

  it("is refused by the study before anything is brought up, the truncated file left as it was", async () => {
    const cut = (await readFile(manifestPath(), "utf8")).slice(0, 200);
    await writeFile(manifestPath(), cut);
    const quiet = { say: () => {}, live: () => {}, end: () => {} };
    await expect(
      runStudy({ study: plan.study, service: builtInService() }, quiet, { resumeFrom: store.directory }),
    ).rejects.toMatchObject({
      kind: "invalidResults",
    });
    expect(await readFile(manifestPath(), "utf8")).toBe(cut);
  });

  it("on other weights, settings or texts is refused once the model is prepared", () => {
    const kept = manifestOf(now);
    expect(() => checkSameService(store, kept, structuredClone(kept))).not.toThrow();
    const other = {
      ...kept,
      model: { ...kept.model!, digest: "d2" },
      variants: { baseline: { workers: 2 } },
    };
    try {
      checkSameService(store, kept, other);
      expect.unreachable();
    } catch (error) {
      expect((error as { problems: unknown[] }).problems).toMatchObject([
        { path: "model: digest", expected: "d1", got: "d2" },
        { path: "settings of baseline", expected: '{"workers":1}', got: '{"workers":2}' },
      ]);
    }
  });
});
