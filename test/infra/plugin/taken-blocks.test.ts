import { expect, it } from "vitest";
import { blocksOfRoutes } from "../../../infra/plugin/taken-blocks.ts";

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
  expect(new Set(blocksOfRoutes(fibTrie))).toEqual(new Set(["0.0.0", "10.213.0"]));
});
