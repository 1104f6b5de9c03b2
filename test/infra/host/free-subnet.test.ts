import { expect, it } from "vitest";
import { freeSubnet, subnetsOfRoutes } from "../../../infra/host/free-subnet.ts";

it("an address on a link whose other end is down is taken, though Node does not list its interface", () => {
  // As Linux writes it after: ip link add taken0 type veth peer name taken1; ip address add 10.213.0.1/24 dev taken0.
  const fibTrie = [
    "Main:",
    "  +-- 0.0.0.0/0 3 0 5",
    "     |-- 0.0.0.0",
    "        /0 universe UNICAST",
    "     +-- 10.213.0.0/24 2 0 2",
    "        |-- 10.213.0.0",
    "           /24 link UNICAST",
    "        |-- 10.213.0.1",
    "           /32 host LOCAL",
  ].join("\n");
  expect(new Set(subnetsOfRoutes(fibTrie))).toEqual(new Set(["0.0.0", "10.213.0"]));
});

it("the first block from one on that is not taken is free, around the end of the network", () => {
  expect(freeSubnet("198.18", 0, new Set())).toBe("198.18.0");
  expect(freeSubnet("198.18", 70, new Set())).toBe("198.18.70");
  expect(freeSubnet("198.18", 256, new Set())).toBe("198.18.0");
  expect(freeSubnet("198.18", 0, new Set(["198.18.0", "10.213.1"]))).toBe("198.18.1");
  expect(freeSubnet("198.18", 255, new Set(["198.18.255"]))).toBe("198.18.0");
  const all = Array.from({ length: 256 }, (_, third) => `198.18.${third}`);
  expect(freeSubnet("198.18", 0, new Set(all))).toBeUndefined();
});
