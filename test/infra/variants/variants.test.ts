import { describe, expect, it } from "vitest";
import { sentimentProcess } from "../../../bench/serving/sentiment-process.ts";
import { builtInService, environmentOf, shownSettings, variantOf } from "../../../infra/services/index.ts";
import { closedBentoml } from "../../../infra/services/runs/closed-bentoml.ts";
import { variantSpec, variants } from "../../../infra/variants/index.ts";

const sentiment = builtInService();
const settingsOf = (name: string) => shownSettings(sentiment.spec, variantOf(sentiment, name), true);

describe.each(Object.entries(variants))("variant %s", (name, variant) => {
  it("is pure data that fits the schema", () => {
    expect(variantSpec.parse(JSON.parse(JSON.stringify(variant)))).toEqual(variant);
  });

  it("reaches the service through the environment alone", () => {
    const environment = environmentOf(sentiment.spec, variantOf(sentiment, name));
    expect(environment).toMatchObject({
      TESTBED_RUNTIME: variant.runtime,
      TESTBED_TRACING: variant.tracing ? "on" : "off",
      OMP_NUM_THREADS: String(variant.threads),
    });
    expect(Object.hasOwn(environment, "TESTBED_STREAMS")).toBe(variant.batching !== null);
  });

  it("shows every setting in the manifest", () => {
    expect(settingsOf(name)).toMatchObject({
      runtime: variant.runtime,
      workers: variant.workers,
      threads: variant.threads,
      batching: variant.batching?.by ?? "off",
      ...(variant.batching === null ? {} : { batchMaxSize: variant.batching.maxSize }),
      ...(variant.lifecycle === undefined
        ? {}
        : { readinessPeriodSeconds: variant.lifecycle.readiness.periodSeconds }),
    });
  });
});

it("a variant is a process with telemetry off, in an environment of its own", async () => {
  const inputs = await sentimentProcess({
    name: "test.process",
    variant: variants.optimized,
    python: "/opt/python",
    prepared: { directory: "/opt/model", digest: "sha256:x" },
  });
  expect(inputs.inheritEnvironment).toBe(false);
  expect(inputs.environment).toMatchObject({
    BENTOML_DO_NOT_TRACK: "True",
    TESTBED_MODEL_DIR: "/opt/model",
    PATH: "/usr/local/bin:/usr/bin:/bin",
  });
  expect(inputs.command.slice(0, 4)).toEqual(["/opt/python", closedBentoml, "serve", "service:Sentiment"]);
  expect(inputs.readyPath).toBe("/ready");
});

it("only ONNX Runtime with several threads can spin", () => {
  const spinning = (changes: object) =>
    variantSpec.safeParse({ ...variants["int8-threads-spin"], ...changes });
  expect(spinning({}).success).toBe(true);
  expect(spinning({ threads: 1 }).error!.issues[0]!.message).toBe(
    "only ONNX Runtime with several threads can spin",
  );
  expect(spinning({ runtime: "torch" }).success).toBe(false);
});

it("no two variants are the same configuration", () => {
  const settings = Object.keys(variants).map((name) => JSON.stringify(settingsOf(name)));
  expect(new Set(settings).size).toBe(settings.length);
});
