import { describe, expect, it } from "vitest";
import { parseStackName, stackName } from "../../../infra/layers/address.ts";
import { targets } from "../../../infra/targets/index.ts";
import { variants } from "../../../infra/variants/index.ts";

describe("the stack name", () => {
  const served = Object.keys(targets).flatMap((target) =>
    Object.keys(variants).map((variant) => ({ layer: "serving" as const, target, variant })),
  );

  const load = { layer: "load" as const, target: "k3s", trial: "1f2e3d4c" };

  const ofAnother = {
    layer: "serving" as const,
    ...{ target: "process", service: "embeddings", variant: "four-workers" },
  };

  it.each([...served, ofAnother, load, { layer: "node" as const, target: "k3s" }])(
    "is the address, there and back: %o",
    (address) => {
      expect(parseStackName(stackName(address))).toEqual(address);
    },
  );

  it.each([
    "baseline",
    "process.",
    ".baseline",
    "process.base.line.x",
    "process.base.",
    "Process.baseline",
    "process.base line",
  ])("%o is not one, and the error says what one looks like", (name) => {
    expect(() => parseStackName(name)).toThrowError(
      expect.objectContaining({ kind: "badInput", problems: [expect.objectContaining({ got: name })] }),
    );
  });
});
