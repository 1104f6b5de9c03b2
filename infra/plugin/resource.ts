/** One kind of resource of the `testbed` provider; see provider.ts for how the engine's calls reach it. */
import type { z } from "zod";

export interface ResourceKind<Inputs, State extends Inputs> {
  readonly inputs: z.ZodType<Inputs>;
  readonly state: z.ZodType<State>;
  id(state: State): string;
  /** @throws Error where the resource could not be made; nothing is left then */
  create(inputs: Inputs, signal: AbortSignal): Promise<State>;
  isThere(state: State): Promise<boolean>;
  /** Idempotent; also called for a resource that was found gone, to clear what outlived it. */
  remove(state: State): Promise<void>;
}

/** What an engine puts around a secret value. */
const signatureKey = "4dabf18193072939515e22adb298388d";

/** The plain values of what the engine sent: a provider of the SDK gets secrets in their wrapping. */
export function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  if (signatureKey in value && "value" in value) return unwrapped(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}
