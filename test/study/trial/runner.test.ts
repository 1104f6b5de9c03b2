import { describe, expect, it } from "vitest";
import type { PlannedTrial } from "../../../analysis/schema/results-folder.ts";
import type { Deployment } from "../../../study/plan/plan.ts";
import { type Effects, runDeployments } from "../../../study/trial/runner.ts";

const steps = ["up", "ready", "warmUp", "measure", "collect", "drained", "down"] as const;
type Step = (typeof steps)[number];

describe("the order of effects", () => {
  it("is up, ready, warm-up, then measure and collect for each trial, then down", async () => {
    const { log, effects } = recorded();
    const outcome = await runDeployments([deployment("a", 2)], effects, never());
    expect(log).toEqual([
      "up a",
      "ready a",
      "warmUp a",
      "measure a-0",
      "collect a-0",
      "drained a-1",
      "measure a-1",
      "collect a-1",
      "down a",
    ]);
    expect(outcome).toMatchObject({ finished: 2, failed: [], interrupted: false });
  });

  it("deploys anew between two trials where the service does not come to rest", async () => {
    const { log, effects } = recorded();
    const renewed: boolean[] = [];
    const restless: typeof effects = {
      ...effects,
      async up(one, anew) {
        renewed.push(anew);
        return effects.up(one, anew);
      },
      async drained(endpoint, next) {
        await effects.drained(endpoint, next);
        return next.id !== "a-1";
      },
    };
    const outcome = await runDeployments([deployment("a", 3)], restless, never());
    expect(log.slice(4)).toEqual([
      ...["collect a-0", "drained a-1", "down a", "up a", "ready a", "warmUp a"],
      ...["measure a-1", "collect a-1", "drained a-2", "measure a-2", "collect a-2", "down a"],
    ]);
    expect(renewed).toEqual([false, true]);
    expect(outcome).toMatchObject({ finished: 3, failed: [] });
  });

  it.each(steps.filter((step) => step !== "down" && step !== "drained"))(
    "tears down after a failure in %s",
    async (step) => {
      const { log, effects } = recorded({ failAt: step, failOn: "a" });
      const outcome = await runDeployments([deployment("a", 1), deployment("b", 1)], effects, never());
      expect(log.filter((line) => line === "down a")).toHaveLength(1);
      expect(log.indexOf("down a")).toBeLessThan(log.indexOf("up b"));
      expect(outcome.failed).toEqual([{ trial: "a-0", reason: `${step} failed` }]);
      expect(outcome.finished).toBe(1);
    },
  );

  it("tears down what cannot be asked whether it rests, and fails what was left", async () => {
    const { log, effects } = recorded({ failAt: "drained", failOn: "a" });
    const outcome = await runDeployments([deployment("a", 3)], effects, never());
    expect(log.at(-1)).toBe("down a");
    expect(outcome.finished).toBe(1);
    expect(outcome.failed.map(({ trial }) => trial)).toEqual(["a-1", "a-2"]);
  });

  it("reports a failed teardown beside the first error, never instead of it", async () => {
    const { effects } = recorded({ failAt: "measure", failOn: "a", failDown: true });
    const outcome = await runDeployments([deployment("a", 1)], effects, never());
    expect(outcome.failed).toEqual([{ trial: "a-0", reason: "measure failed" }]);
    expect(outcome.teardownFailures).toEqual(["a: down failed"]);
  });

  it("fails every trial that a dead service can no longer serve, and only those", async () => {
    const { effects } = recorded({ failAt: "measure", failOn: "a-1" });
    const outcome = await runDeployments([deployment("a", 3)], effects, never());
    expect(outcome.finished).toBe(1);
    expect(outcome.failed.map(({ trial }) => trial)).toEqual(["a-1", "a-2"]);
  });

  it("stops after three deployments failed in a row, with all of them down", async () => {
    const { log, effects } = recorded({ failAt: "up", failOn: "" });
    const four = ["a", "b", "c", "d"].map((name) => deployment(name, 1));
    await expect(runDeployments(four, effects, never())).rejects.toMatchObject({
      kind: "runFailed",
      hint: expect.stringMatching(/A changed service or study file makes a new run/),
    });
    expect(log.filter((line) => line.startsWith("down"))).toEqual(["down a", "down b", "down c"]);
  });

  it.each(["up", "ready", "warmUp", "measure", "collect", "drained"] as const)(
    "tears down and fails nothing when interrupted in %s",
    async (step) => {
      const abort = new AbortController();
      const { log, effects } = recorded({ failAt: step, failOn: "a", before: () => abort.abort() });
      const outcome = await runDeployments([deployment("a", 2), deployment("b", 1)], effects, abort.signal);
      expect(log.at(-1)).toBe("down a");
      expect(outcome).toMatchObject({ interrupted: true, failed: [] });
    },
  );
});

function recorded(fault: { failAt?: Step; failOn?: string; failDown?: boolean; before?: () => void } = {}): {
  log: string[];
  effects: Effects<string, string>;
} {
  const log: string[] = [];
  const act = async (step: Step, on: string) => {
    log.push(`${step} ${on}`);
    const meant = on.startsWith(fault.failOn ?? "-");
    if (fault.failAt === step && meant) {
      fault.before?.();
      throw new Error(`${step} failed`);
    }
    return on;
  };
  const effects: Effects<string, string> = {
    up: ({ variant }) => act("up", variant),
    ready: async ({ variant }) => void (await act("ready", variant)),
    warmUp: async ({ variant }) => void (await act("warmUp", variant)),
    measure: (trial) => act("measure", trial.id),
    collect: async (trial) => void (await act("collect", trial.id)),
    drained: async (_, next) => {
      await act("drained", next.id);
      return true;
    },
    markFailed: async () => {},
    down: async ({ variant }) => {
      await act("down", variant);
      if (fault.failDown) throw new Error("down failed");
    },
  };
  return { log, effects };
}

function deployment(variant: string, count: number): Deployment {
  const trials = Array.from({ length: count }, (_, index): PlannedTrial => {
    return {
      id: `${variant}-${index}`,
      block: 0,
      deployment: 0,
      variant,
      arm: "main",
      scenario: "s",
      seed: 1,
    };
  });
  return { block: 0, index: 0, variant, arm: "main", trials };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
