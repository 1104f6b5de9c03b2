/** Limits the memory that requests take in a generator: a payload may be larger than that. */
import { TestbedError } from "../../errors/errors.ts";
import type { AskedRequest, RequestSet } from "../ask/asked.ts";
import { randomStream } from "../random/random.ts";

/** Of one generator process; what crosses to it is copied once. */
const mostBytes = 2 ** 30;
/** From which a closed loop draws, where its payload has more. */
const mostDrawn = { requests: 20_000, bytes: 2 ** 28 } as const;

/** Those of a schedule. @throws TestbedError (badInput) where they do not fit in memory */
export function heldRequests(
  requests: RequestSet,
  indices: readonly number[],
  limit = mostBytes,
): AskedRequest[] {
  let bytes = 0;
  return indices.map((index) => {
    const request = requests.request(index);
    bytes += request.body.byteLength;
    if (bytes <= limit) return request;
    throw new TestbedError("badInput", "the requests of this schedule do not fit in memory", {
      problems: [
        {
          path: "payload",
          expected: `at most ${Math.round(limit / 2 ** 20)} MiB of different bodies for each generator worker`,
          got: `more, in ${indices.length} different requests`,
        },
      ],
      hint: "Use a payload with fewer requests (they are drawn repeatedly), or a shorter or slower schedule.",
    });
  });
}

export interface Drawn {
  readonly requests: readonly AskedRequest[];
  /** Which of the payload's each is. */
  readonly indices: readonly number[];
}

/** Those that a closed loop draws from: all of them, or as many as fit, chosen by the seed. */
export function drawnRequests(requests: RequestSet, seed: number, limits = mostDrawn): Drawn {
  const { count } = requests;
  if (count <= limits.requests) {
    const all = within(
      requests,
      Array.from({ length: count }, (_, index) => index),
      limits.bytes,
    );
    if (all.indices.length === count) return all;
  }
  const random = randomStream(seed, "held requests");
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, limits.requests)) chosen.add(random.index(count));
  return within(requests, [...chosen], limits.bytes);
}

/** At least one. */
function within(requests: RequestSet, order: readonly number[], limit: number): Drawn {
  const held: AskedRequest[] = [];
  let bytes = 0;
  for (const index of order) {
    const request = requests.request(index);
    bytes += request.body.byteLength;
    if (bytes > limit && held.length > 0) break;
    held.push(request);
  }
  return { requests: held, indices: order.slice(0, held.length) };
}
