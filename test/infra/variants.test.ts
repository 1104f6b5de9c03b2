import { describe, expect, it } from "vitest";
import { serviceEnvironment, serviceSettings, variantSpec, variants } from "../../infra/variants/index.ts";

describe.each(Object.entries(variants))("variant %s", (_, variant) => {
  it("is pure data that fits the schema", () => {
    expect(variantSpec.parse(JSON.parse(JSON.stringify(variant)))).toEqual(variant);
  });

  it("reaches the service through the environment alone, telemetry off", () => {
    const environment = serviceEnvironment(variant);
    expect(environment).toMatchObject({ TESTBED_RUNTIME: variant.runtime, BENTOML_DO_NOT_TRACK: "True" });
    expect(Object.values(environment).every((value) => typeof value === "string")).toBe(true);
  });

  it("shows every setting in the manifest", () => {
    expect(serviceSettings(variant)).toMatchObject({
      runtime: variant.runtime,
      workers: variant.workers,
      threads: variant.threads,
      batching: variant.batching?.by ?? "off",
    });
  });
});

it("only several threads of ONNX Runtime can spin", () => {
  const spinning = (changes: object) =>
    variantSpec.safeParse({ ...variants["int8-threads-spin"], ...changes });
  expect(spinning({}).success).toBe(true);
  expect(spinning({ threads: 1 }).error!.issues[0]!.message).toBe(
    "only several threads of ONNX Runtime can spin",
  );
  expect(spinning({ runtime: "torch" }).success).toBe(false);
});

it("no two variants are the same configuration", () => {
  const settings = Object.values(variants).map((variant) =>
    JSON.stringify({ ...serviceSettings(variant), description: "" }),
  );
  expect(new Set(settings).size).toBe(settings.length);
});
