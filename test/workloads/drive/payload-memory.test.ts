/** What of a payload a generator holds. */
import { expect, it } from "vitest";
import type { TestbedError } from "../../../errors/errors.ts";
import { requestsOf } from "../../../workloads/ask/asked.ts";
import { drawnRequests, heldRequests } from "../../../workloads/drive/payload-memory.ts";

const set = requestsOf(Array.from({ length: 100 }, (_, index) => Buffer.alloc(10, index)));

it("a schedule whose bodies do not fit is refused with the limit", () => {
  expect(heldRequests(set, [3, 5]).map(({ body }) => body[0])).toEqual([3, 5]);
  expect(() => heldRequests(set, [3, 5], 15)).toThrow(/do not fit in memory/);
  try {
    heldRequests(set, [3, 5], 0);
  } catch (error) {
    expect((error as TestbedError).kind).toBe("badInput");
  }
});

it("a closed loop draws from all requests, in their order, where they fit", () => {
  expect(drawnRequests(set, 1).indices).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

it.each([
  ["number", { requests: 20, bytes: 1e9 }, 20],
  ["size", { requests: 1_000, bytes: 155 }, 15],
  ["size of one", { requests: 1_000, bytes: 1 }, 1],
])(
  "else from as many as its %s allows, spread over the payload and the same for a seed",
  (_, limits, count) => {
    const drawn = drawnRequests(set, 1, limits as never);
    expect(drawn.indices).toHaveLength(count);
    expect(new Set(drawn.indices).size).toBe(count);
    drawn.requests.forEach(({ body }, at) => {
      expect(body[0]).toBe(drawn.indices[at]);
    });
    expect(drawnRequests(set, 1, limits as never)).toEqual(drawn);
    if (count > 10) expect(Math.max(...drawn.indices)).toBeGreaterThan(50);
  },
);
