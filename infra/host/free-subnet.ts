/** Blocks of 256 addresses (`10.213.0`) that this machine already has an address in or a route to. */
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";

export function usedSubnets(): ReadonlySet<string> {
  return new Set([
    ...Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).map(({ address }) => subnetOf(address)),
    ),
    ...subnetsOfRoutes(readRoutes()),
  ]);
}

/** @returns the first block of a network of 65,536 addresses (`10.213`), from one on and around, that is not taken */
export function freeSubnet(network: string, from: number, taken: ReadonlySet<string>): string | undefined {
  const blocks = Array.from({ length: 256 }, (_, step) => `${network}.${(from + step) % 256}`);
  return blocks.find((block) => !taken.has(block));
}

export function subnetOf(address: string): string {
  return address.split(".").slice(0, 3).join(".");
}

/**
 * @param fibTrie text of /proc/net/fib_trie. Node lists no interface whose other end is down, and such an address is
 *   taken all the same.
 */
export function subnetsOfRoutes(fibTrie: string): readonly string[] {
  return [...fibTrie.matchAll(/\|-- (\d+\.\d+\.\d+\.\d+)/g)].map(([, address]) => subnetOf(address!));
}

function readRoutes(): string {
  try {
    return readFileSync("/proc/net/fib_trie", "utf8");
  } catch {
    return ""; // Not Linux.
  }
}
