/** What is waited for after a disrupted trial, with a service of this process and an API that is made up. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { classifications } from "../../../infra/services/sentiment/asked.ts";
import type { Endpoint, UnderTest } from "../../../infra/targets/index.ts";
import { settle } from "../../../study/trial/disrupted-trial.ts";
import { good, type ScriptedServer, scriptedServer } from "../../workloads/scripted-server.ts";

const asked = classifications([Buffer.from('{"texts":["Fine."]}')]);
let server: ScriptedServer;
let endpoint: Endpoint;

beforeAll(async () => {
  server = await scriptedServer((socket) => socket.end(good));
  endpoint = { url: server.url, logFile: "", readySeconds: 0, identity: "first" };
});

afterAll(() => server.close());

/** @param answers of the API in turn: what is lacking, and whether it is still there to say who serves now */
function underTest(answers: readonly { why: string; isThere: boolean }[]): UnderTest & { looks: number } {
  const answer = () => answers[Math.min(made.looks, answers.length) - 1]!;
  const made = {
    looks: 0,
    service: {} as UnderTest["service"],
    async whyNotReady() {
      made.looks++;
      return answer().why;
    },
    watch: () => async () => {},
    async now() {
      if (!answer().isThere) throw new Error("connect ECONNREFUSED");
      return { ...endpoint, identity: "the new pods" };
    },
  };
  return made;
}

const settled = (place: UnderTest, signal = new AbortController().signal) =>
  settle({ underTest: place, endpoint, asked, responseMs: 2_000, signal });

it("waits for an API that goes away between being seen steady and saying who serves", async () => {
  const place = underTest([
    { why: "", isThere: false },
    { why: "1 of 2 pods are ready", isThere: true },
    { why: "", isThere: true },
  ]);
  expect(await settled(place)).toMatchObject({ url: endpoint.url, identity: "the new pods" });
  expect(place.looks).toBe(3);
});

it("asks the service itself only where the API says that all of it is there", async () => {
  const before = server.arrivedAt.length;
  await settled(
    underTest([
      { why: "1 of 2 pods are ready", isThere: true },
      { why: "", isThere: true },
    ]),
  );
  expect(server.arrivedAt.length - before).toBe(3);
});

it("stops waiting when the run is stopped", async () => {
  const stop = AbortSignal.timeout(50);
  await expect(settled(underTest([{ why: "its pods", isThere: true }]), stop)).rejects.toThrow(/timeout/);
});
