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
