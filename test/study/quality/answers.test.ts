import { afterEach, expect, it } from "vitest";
import { type SimulatedServer, simulatedServer } from "../../../infra/known-answer/server.ts";
import { askAll } from "../../../study/quality/answers.ts";

let server: SimulatedServer;
afterEach(() => server.close());

it("asks for every text once, and a long corpus heaps up no listeners on the one signal", async () => {
  server = await simulatedServer({ service: { kind: "constant", ms: 0.01 }, servers: 16 });
  const warnings: string[] = [];
  const onWarning = ({ message }: Error) => warnings.push(message);
  process.on("warning", onWarning);
  const texts = Array.from({ length: 2_000 }, (_, index) => `Text ${index}.`);
  let done = 0;
  const answers = await askAll(`${server.url}/classify`, texts, new AbortController().signal, () => done++);
  process.off("warning", onWarning);
  expect(done).toBe(texts.length);
  expect(answers.labels).toEqual(["neutral"]);
  expect(answers.probabilities).toEqual(new Float32Array(texts.length).fill(1));
  expect(warnings).toEqual([]);
});
