/**
 * A queue whose answers are known: c servers, first come first served, service of a computable law, in virtual time.
 *
 *   start = max(arrival, a server is free)      completion = start + service      response = completion - arrival
 *
 * All instants follow from the arrivals alone: however late the process around it answers, no lateness is carried on to
 * the next request. With batches, a server that becomes free takes what waits at that instant, up to `most`.
 */
import { createHash } from "node:crypto";

/** Service times in ms. A batch of n takes fixedMs + n perItemMs (Inoue 2021), and is answered as a whole. */
export type ServiceLaw =
  | { readonly kind: "constant"; readonly ms: number }
  | { readonly kind: "exponential"; readonly meanMs: number; readonly seed: number }
  | { readonly kind: "batch"; readonly fixedMs: number; readonly perItemMs: number; readonly most: number };

export interface QueueSpec {
  readonly service: ServiceLaw;
  readonly servers: number;
  /** From `atMs` after the first arrival on, no work is done for `forMs`. */
  readonly freeze?: { readonly atMs: number; readonly forMs: number } | undefined;
}

export interface Completion<Item> {
  readonly item: Item;
  readonly atMs: number;
  readonly server: number;
}

export interface Queue<Item> {
  arrive(item: Item, atMs: number): void;
  /** Everything that is complete by then, in order. Arrivals up to then must have been told. */
  completedBy(atMs: number): Completion<Item>[];
  /** Completion of the current work; Infinity where there is none. */
  nextCompletionMs(): number;
}

interface Lane<Item> {
  freeAtMs: number;
  batch: Item[];
}

export function queue<Item>(spec: QueueSpec): Queue<Item> {
  const lanes: Lane<Item>[] = Array.from({ length: spec.servers }, () => ({ freeAtMs: 0, batch: [] }));
  const waiting: Item[] = [];
  const done: Completion<Item>[] = [];
  const most = spec.service.kind === "batch" ? spec.service.most : 1;
  let firstMs: number | undefined;
  let started = 0;

  const soonest = () => {
    let found: number | undefined;
    lanes.forEach(({ batch, freeAtMs }, index) => {
      if (batch.length > 0 && (found === undefined || freeAtMs < lanes[found]!.freeAtMs)) found = index;
    });
    return found;
  };

  const start = (lane: Lane<Item>, atMs: number) => {
    lane.batch = waiting.splice(0, most);
    lane.freeAtMs = worked(atMs, serviceMs(spec.service, lane.batch.length, started++));
  };

  /** The instant at which work of some length that begins at `atMs` is done, with the freeze in between. */
  const worked = (atMs: number, workMs: number): number => {
    if (spec.freeze === undefined) return atMs + workMs;
    const from = firstMs! + spec.freeze.atMs;
    const to = from + spec.freeze.forMs;
    if (atMs >= to || atMs + workMs <= from) return atMs + workMs;
    return atMs >= from ? to + workMs : atMs + workMs + spec.freeze.forMs;
  };

  const settle = (atMs: number) => {
    for (let index = soonest(); index !== undefined && lanes[index]!.freeAtMs <= atMs; index = soonest()) {
      const lane = lanes[index]!;
      for (const item of lane.batch) done.push({ item, atMs: lane.freeAtMs, server: index });
      lane.batch = [];
      if (waiting.length > 0) start(lane, lane.freeAtMs);
    }
  };

  return {
    arrive(item, atMs) {
      firstMs ??= atMs;
      settle(atMs);
      waiting.push(item);
      const idle = lanes.find(({ batch }) => batch.length === 0);
      if (idle !== undefined) start(idle, atMs);
    },
    completedBy(atMs) {
      settle(atMs);
      return done.splice(0);
    },
    nextCompletionMs() {
      const index = soonest();
      return done[0]?.atMs ?? (index === undefined ? Number.POSITIVE_INFINITY : lanes[index]!.freeAtMs);
    },
  };
}

/** @param index of the service, so that the n-th has the same length in every run */
function serviceMs(law: ServiceLaw, size: number, index: number): number {
  if (law.kind === "constant") return law.ms;
  if (law.kind === "batch") return law.fixedMs + size * law.perItemMs;
  const uniform =
    (createHash("sha256").update(`${law.seed}/${index}`).digest().readUInt32LE() + 0.5) / 2 ** 32;
  return -Math.log(uniform) * law.meanMs;
}
