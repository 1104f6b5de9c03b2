import { expect, it } from "vitest";
import { delayRule, dropRule, freePair } from "../../../infra/disruptions/path/packets.ts";

it("a path has two addresses of one block of four, in the network that is set aside for benchmarks", () => {
  expect(freePair(0, [])).toEqual(["198.18.0.1", "198.18.0.2"]);
  expect(freePair(70, [])).toEqual(["198.18.1.25", "198.18.1.26"]);
  expect(freePair(32_767, [])).toEqual(["198.19.255.253", "198.19.255.254"]);
  expect(freePair(32_768, [])).toEqual(freePair(0, []));
});

it("and none that an interface of this machine has", () => {
  expect(freePair(0, ["198.18.0.2"])).toEqual(["198.18.0.5", "198.18.0.6"]);
  expect(freePair(32_767, ["198.19.255.252"])).toEqual(["198.18.0.1", "198.18.0.2"]);
});

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
