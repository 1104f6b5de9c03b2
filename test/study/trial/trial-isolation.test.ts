import http from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { type SimulatedServer, simulatedServer } from "../../../infra/known-answer/server.ts";
import { classifications } from "../../../infra/services/sentiment/asked.ts";
import type { Endpoint, UnderTest } from "../../../infra/targets/index.ts";
import {
  type Deployed,
  type Left,
  readyForNextTrial,
  restartedPods,
  unanswered,
} from "../../../study/trial/trial-isolation.ts";

const body = Buffer.from('{"texts":["Fine."]}');
const { signal } = new AbortController();
let server: SimulatedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const serviceMs = 50;

/** One server. */
async function serving(): Promise<string> {
  server = await simulatedServer({ service: { kind: "constant", ms: serviceMs }, servers: 1 });
  return `${server.url}/classify`;
}

/** Asks for that many answers and hangs up before any but the first. @returns not before when all of them are worked off */
async function giveUp(url: string, requests: number): Promise<number> {
  const asked = Array.from({ length: requests }, () =>
    http.request(url, { method: "POST", agent: false }).on("error", () => "hung up"),
  );
  const began = performance.now();
  await Promise.all(asked.map((one) => new Promise((sent) => one.on("finish", sent).end(body))));
  // Whoever is answered now came behind them.
  await fetch(new URL("/ready", url));
  for (const one of asked) one.destroy();
  return began + requests * serviceMs;
}

function deployed(url: string, upSeconds: number, left?: Partial<Left>): Deployed {
  return {
    endpoint: { url, logFile: "", readySeconds: 0, identity: "first" },
    ...{ upSeconds, machine: undefined, anew: false },
    ...(left === undefined
      ? {}
      : { left: { trial: "b00-flood", disrupted: null, unanswered: 0, restartedPods: 0, ...left } }),
  };
}

function between(responseMs = 100) {
  const said: string[] = [];
  const progress = { live() {}, say: (line: string) => said.push(line) };
  return { asked: classifications([body]), responseMs, signal, progress, said };
}

describe("between two trials of one deployment", () => {
  it("a service that answered everything is not asked again", async () => {
    const nobodyListens = "http://127.0.0.1:9/classify";
    expect(await readyForNextTrial(deployed(nobodyListens, 60), between())).toBe(true);
    expect(await readyForNextTrial(deployed(nobodyListens, 60, { unanswered: 0 }), between())).toBe(true);
  });

  it("what was given up is worked off before the next trial begins", async () => {
    const url = await serving();
    const workedOff = await giveUp(url, 20);
    expect(performance.now()).toBeLessThan(workedOff - 500);
    expect(await readyForNextTrial(deployed(url, 60, { unanswered: 20 }), between())).toBe(true);
    expect(performance.now()).toBeGreaterThan(workedOff);
  });

  it("a service that owes more than a deployment takes is to be deployed anew, and it is said why", async () => {
    const url = await serving();
    const workedOff = await giveUp(url, 100);
    const asked = between();
    expect(await readyForNextTrial(deployed(url, 0.2, { unanswered: 100 }), asked)).toBe(false);
    expect(performance.now()).toBeLessThan(workedOff);
    expect(asked.said).toEqual([
      "after b00-flood: 100 requests were given up and the service's backlog has not drained: redeploying",
    ]);
  });

  it("a disrupted service goes on as what it has become", async () => {
    const url = await serving();
    const second: Endpoint = { url, logFile: "", readySeconds: 0, identity: "second" };
    const disrupted = {
      whyNotReady: async () => "",
      now: async () => second,
    } as Partial<UnderTest> as UnderTest;
    const one = deployed(url, 0, { disrupted, unanswered: 7 });
    expect(await readyForNextTrial(one, between())).toBe(true);
    expect(one.endpoint.identity).toBe("second");
  });

  it("unless its containers ended: the kubelet would remember that, and the next trial has a new one", async () => {
    const url = await serving();
    let lacking = 2;
    const disrupted = {
      whyNotReady: async () => (lacking-- > 0 ? "its node" : ""),
      now: async () => deployed(url, 0).endpoint,
    } as Partial<UnderTest> as UnderTest;
    expect(await readyForNextTrial(deployed(url, 0, { disrupted, restartedPods: 1 }), between())).toBe(false);
    // What it stands on is there again before it is taken down.
    expect(lacking).toBeLessThan(0);
  });
});

it("only requests that ran out of time are still owed: the others were answered, refused or never sent", async () => {
  const outcomes = ["ok", "http", "timeout", "refused", "reset", "dropped", "timeout"] as const;
  expect(unanswered(outcomes.map((outcome) => ({ outcome })))).toBe(2);
});

describe("a restarted pod is one", () => {
  const pod = "pod serving-a (1)";
  const events = (...kinds: readonly (readonly [string, string])[]) =>
    kinds.map(([kind, subject]) => ({ kind, subject }));

  it("whose container ended, once however often, and even where it was not seen to start again", () => {
    expect(restartedPods(events(["container-ended", `${pod}: OOMKilled (137)`]))).toBe(1);
    expect(
      restartedPods(
        events(
          ["container-ended", `${pod}: Error (137)`],
          ["restarted", `${pod}: 1 times`],
          ["restarted", `${pod}: 2 times`],
        ),
      ),
    ).toBe(1);
  });

  it("and not one that was deleted, nor a process that is started by its server or a supervisor", () => {
    expect(restartedPods(events(["pod-deleting", pod], ["container-ended", `${pod}: Completed (0)`]))).toBe(
      0,
    );
    expect(restartedPods(events(["exited", "worker 4711"], ["started", "worker 4712"]))).toBe(0);
  });
});
