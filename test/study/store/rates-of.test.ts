import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { trialRecord } from "../../../bench/results-folder.ts";
import { studyOverrides } from "../../../study/options/options.ts";
import { planFile } from "../../../study/plan/plan.ts";
import { loadStudy } from "../../../study/spec/study-file.ts";
import { openStore } from "../../../study/store/store.ts";

const smoke = (await loadStudy("smoke")).study;
const plan = planFile(smoke, "run", "2026-04-20T10:00:00.000Z");

/** A run of smoke whose trials of each scenario were driven at 10, 20 ... requests a second. */
async function run(scenarios = smoke.scenarios.map(({ name }) => name)): Promise<string> {
  const store = openStore(await mkdtemp(join(tmpdir(), "rates-")));
  await store.writePlan(plan);
  for (const [index, name] of scenarios.entries()) {
    const trial = plan.trials.find(({ scenario }) => scenario === name)!;
    const facts = { scheduleDigest: plan.digest, samplesDigest: null, timelineDigest: null };
    await store.writeTrial(
      trialRecord(plan, trial, {
        ...facts,
        ratePerSecond: 10 * (index + 1),
        durationSeconds: 1,
        scheduled: 1,
        recorded: 1,
      }),
    );
  }
  return store.directory;
}

it("a run to be compared with another takes its rates, literally", async () => {
  const study = (await loadStudy("smoke", await studyOverrides({ ratesOf: await run() }))).study;
  expect(study.scenarios.map(({ rate }) => rate)).toEqual(
    smoke.scenarios.map((_, index) => ({ perSecond: 10 * (index + 1) })),
  );
});

it("a run that does not tell them all is refused, and --rate beside it too", async () => {
  await expect(studyOverrides({ ratesOf: await run([]) })).rejects.toMatchObject({
    kind: "badInput",
    problems: smoke.scenarios.map(({ name }) => ({ path: name, got: "none" })),
  });
  await expect(studyOverrides({ ratesOf: await run(), rate: "5" })).rejects.toMatchObject({
    problems: [{ path: "--rate" }],
  });
  await expect(loadStudy("smoke", { rates: { another: 5 } })).rejects.toMatchObject({
    kind: "badInput",
    problems: smoke.scenarios.map(() => ({ path: "--rates-of" })),
  });
});
