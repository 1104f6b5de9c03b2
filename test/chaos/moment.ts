/** One moment of chaos: what is under way, what is killed, how, and when; all of it follows from a seed. */
import { randomStream } from "../../workloads/random/random.ts";

export const operations = {
  study: ["runner", "engine", "host", "program", "provider", "service", "worker", "generator"],
  up: ["runner", "engine", "host", "program", "provider", "service"],
  down: ["runner", "engine", "provider", "service"],
  destroy: ["engine", "provider", "service"],
  tune: ["runner", "engine", "program", "provider", "service", "generator"],
} as const satisfies Record<string, readonly Victim[]>;

export type Operation = keyof typeof operations;
export type Victim =
  | "runner"
  | "engine"
  | "host"
  | "program"
  | "provider"
  | "service"
  | "worker"
  | "generator";

export interface Moment {
  readonly seed: number;
  readonly operation: Operation;
  readonly victim: Victim;
  readonly signal: NodeJS.Signals;
  /** Victims of this kind that are let go before. */
  readonly passedOver: number;
  /** A run lives long: its time counts from when this one of its own was first seen. */
  readonly onceSeen?: Victim;
  /** After the victim was first seen. One that ends sooner is followed by the next. */
  readonly delayMs: number;
}

/** Each pair of operation and victim comes once before any comes again. */
const pairs = Object.entries(operations).flatMap(([operation, victims]) =>
  victims.map((victim) => ({ operation: operation as Operation, victim })),
);
export const pairCount = pairs.length;

const signals: readonly NodeJS.Signals[] = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"];
/** Milliseconds that one lives, about: a study's runner much longer than what an engine starts for each `up`. */
const livesMs = { study: 15_000, up: 5_000, down: 2_500, destroy: 2_000, tune: 12_000 } as const;
const shortLifeMs = { host: 1_200, program: 800, provider: 1_000, engine: 2_500 } as const;

export function momentOf(seed: number): Moment {
  const random = randomStream(seed, "chaos");
  const { operation, victim } = pairs[seed % pairs.length]!;
  const isShort = victim in shortLifeMs;
  const life = isShort ? shortLifeMs[victim as keyof typeof shortLifeMs] : livesMs[operation];
  // Most of what kills is no signal that anybody could hear.
  const signal = random.uniform() < 0.5 ? "SIGKILL" : signals[random.index(signals.length)]!;
  const isLong = operation === "study" || operation === "tune";
  const isRun = isLong && victim === "runner";
  const several = isLong && victim !== "runner";
  return {
    ...{ seed, operation, victim, signal },
    passedOver: several ? random.index(3) : 0,
    delayMs: Math.round(random.uniform() * life),
    ...(isRun ? { onceSeen: (["engine", "service", "generator"] as const)[random.index(3)]! } : {}),
  };
}

export function momentText({
  seed,
  operation,
  victim,
  signal,
  passedOver,
  delayMs,
  onceSeen,
}: Moment): string {
  const which = passedOver === 0 ? "" : ` number ${passedOver + 1}`;
  return `seed ${seed}: ${signal} for the ${victim}${which} of a ${operation}, ${delayMs} ms after ${onceSeen === undefined ? "its start" : `its first ${onceSeen}`}`;
}
