import { expect, it } from "vitest";
import { lawOf, lawText } from "../../../../infra/known-answer/laws.ts";
import { builtInService, variantNames, variantOf } from "../../../../infra/services/index.ts";
import { simulatedTarget } from "../../../../infra/targets/simulated/simulated.ts";
import { setUp } from "../../../../study/session/setup.ts";
import { knownStack } from "../../../../study/spec/stack-name.ts";

const sentiment = builtInService();
const signal = new AbortController().signal;
const silent = { say() {}, live() {}, end() {} };

it("makes of every variant a queue whose servers and batches are the variant's own", () => {
  for (const name of variantNames(sentiment)) {
    const { settings } = variantOf(sentiment, name);
    const { service, servers } = lawOf(settings);
    expect(servers).toBeGreaterThanOrEqual(Number(settings.workers));
    expect(service.kind).toBe(settings.batching === "off" ? "constant" : "batch");
  }
  expect(lawText(lawOf(variantOf(sentiment, "baseline").settings))).toBe(
    "1 server, 40 ms of service (constant)",
  );
});

it("asks for no toolchain and no model, and says that nothing of it is one", async () => {
  const { toolchain, model } = await setUp({ target: "simulated" }, silent);
  expect(toolchain.parts).toEqual([]);
  expect(model).toMatchObject({ synthetic: true, simulated: true });
});

it("serves a variant's law from up to down, and is down twice as well as once", async () => {
  const { toolchain, model } = await setUp({ target: "simulated" }, silent);
  const target = simulatedTarget.open({ toolchain, service: sentiment, model: model!.name });
  const endpoint = await target.up("baseline", { signal });
  try {
    const began = performance.now();
    const answer = await fetch(endpoint.url, { method: "POST", body: '{"texts":["Fine."]}' });
    expect(await answer.json()).toMatchObject({ results: [{ label: "neutral" }] });
    expect(performance.now() - began).toBeGreaterThan(39);
    expect(await target.alive(endpoint)).toBe(true);
  } finally {
    await target.down("baseline");
  }
  expect(await target.alive(endpoint)).toBe(false);
  await expect(fetch(endpoint.url, { method: "POST" })).rejects.toThrow();
  await target.down("baseline");
});

it("has no stack that could be typed by hand", async () => {
  await expect(knownStack("simulated.baseline")).rejects.toThrow(/has no stacks/);
});
