import { expect, it } from "vitest";
import { delayRule, dropRule, leftForProxy } from "../../../../infra/disruptions/path/packets.ts";

it("what is lost is dropped at random, what is parted always, and nothing else ever", () => {
  const loss = dropRule({ kind: "loss", share: 0.1, retransmitMs: 200 })!;
  expect(loss.join(" ")).toBe("-m statistic --mode random --probability 0.1");
  expect(dropRule({ kind: "partition" })).toEqual([]);
  expect(dropRule({ kind: "clear" })).toBeNull();
  expect(dropRule({ kind: "delay", delayMs: 100, jitterMs: 0 })).toBeNull();
});

it("a delay is netem's where the kernel has it, and what it varies by is the proxy's", () => {
  expect(delayRule(100).join(" ")).toMatch(/ netem .* delay 100ms$/);
  const condition = { kind: "delay", delayMs: 100, jitterMs: 20 } as const;
  expect(leftForProxy(condition, true)).toEqual({ kind: "delay", delayMs: 0, jitterMs: 20 });
  expect(leftForProxy(condition, false)).toEqual(condition);
});

it("what packets can do alone leaves the proxy nothing", () => {
  for (const kind of ["clear", "partition"] as const)
    expect(leftForProxy({ kind }, true)).toEqual({ kind: "clear" });
  expect(leftForProxy({ kind: "loss", share: 0.1, retransmitMs: 200 }, false)).toEqual({ kind: "clear" });
});
