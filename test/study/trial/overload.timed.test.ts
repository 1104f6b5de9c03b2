/** The chain of a study's trials on the known-answer target, with a scenario that nothing could carry. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtInService } from "../../../infra/services/index.ts";
import { classifications } from "../../../infra/services/sentiment/asked.ts";
import { simulatedTarget } from "../../../infra/targets/simulated/simulated.ts";
import { deployments, planFile } from "../../../study/plan/plan.ts";
import { openStore } from "../../../study/store/store.ts";
import { runDeployments } from "../../../study/trial/runner.ts";
import { trialEffects } from "../../../study/trial/trial.ts";
import { readSamples } from "../../../workloads/samples/samples-file.ts";
import { scenarios } from "../../../workloads/scenarios/index.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";

/** Of the simulated baseline: one server, 40 ms each. */
const capacityPerSecond = 25;

it("a trial after an overload meets a service that owes nothing, though most of what was asked was given up", async () => {
  const { steady } = scenarios;
  const study = studySpec.parse({
    ...{ name: "overload", description: "", target: "simulated", baseline: "baseline", variants: ["onnx"] },
    scenarios: [
      {
        ...steady,
        name: "flood",
        arrival: { kind: "constant" },
        rate: { utilisation: 10 },
        durationSeconds: 1,
      },
      { ...steady, rate: { utilisation: 0.4 }, durationSeconds: 1 },
    ],
    ...{
      slo: { responseMs: 200 },
      timeoutMs: 500,
      warmupSeconds: 0.1,
      blocks: 1,
      aa: false,
      underpowered: "warn",
    },
  });
  const store = openStore(await mkdtemp(join(tmpdir(), "overload-")));
  const plan = planFile(study, "overload", "2026-01-01T00:00:00Z");
  const [planned] = deployments(plan.trials).filter(({ variant }) => variant === "baseline");
  const floodFirst = [...planned!.trials].sort((a, b) => a.scenario.localeCompare(b.scenario));
  const said: string[] = [];
  const { signal } = new AbortController();
  const effects = trialEffects({
    ...{ plan, store, capacityPerSecond, signal },
    note: () => {},
    target: simulatedTarget.open({
      toolchain: { parts: [] } as never,
      service: builtInService(),
      model: "tiny",
    }),
    asked: new Map([[steady.payload, classifications([Buffer.from('{"texts":["Fine."]}')])]]),
    progress: { say: (line) => said.push(line), live() {}, end() {} },
  });
  const outcome = await runDeployments([{ ...planned!, trials: floodFirst }], effects, signal);
  expect(outcome).toMatchObject({ finished: 2, failed: [], teardownFailures: [] });

  const [flood, easy] = await store.readTrials();
  expect(flood!.deployment.anew).toBeUndefined();
  // 250 requests and more, 25 a second until 1.6 s: what is left is 8 s of work, and a simulated service is there in less.
  expect(easy!.deployment.anew).toBe(true);
  expect(said.join()).toMatch(/has not drained: redeploying/);
  const samples = await readSamples(join(store.directory, "trials", easy!.id, "samples.parquet"));
  expect(samples.length).toBeGreaterThan(5);
  expect(new Set(samples.map(({ outcome }) => outcome))).toEqual(new Set(["ok"]));
});
