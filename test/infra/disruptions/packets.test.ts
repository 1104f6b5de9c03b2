import { expect, it } from "vitest";
import { delayRule, dropRule } from "../../../infra/disruptions/path/packets.ts";

it("what is lost is dropped at random, what is parted always, and nothing else ever", () => {
  const loss = dropRule({ kind: "loss", share: 0.1, retransmitMs: 200 })!;
  expect(loss.join(" ")).toBe("-m statistic --mode random --probability 0.1");
  expect(dropRule({ kind: "partition" })).toEqual([]);
  expect(dropRule({ kind: "clear" })).toBeNull();
  expect(dropRule({ kind: "delay", delayMs: 100, jitterMs: 0 })).toBeNull();
});

it("a delay of 100 to 120 ms is 110 with 10 to either side, as netem puts it", () => {
  expect(delayRule({ delayMs: 100, jitterMs: 20 }).slice(-3)).toEqual(["delay", "110ms", "10ms"]);
  expect(delayRule({ delayMs: 100, jitterMs: 0 }).slice(-2)).toEqual(["delay", "100ms"]);
});
