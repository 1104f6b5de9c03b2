/** Where a variant runs. */
import type { Toolchain } from "../toolchain/index.ts";

export interface Target {
  readonly description: string;
  open(context: TargetContext): OpenTarget;
}

export interface TargetContext {
  readonly toolchain: Toolchain;
  readonly model: string;
}

/** A target with its toolchain at hand. */
export interface OpenTarget {
  up(variant: string, options: { readonly signal: AbortSignal }): Promise<Endpoint>;
  /** Idempotent. */
  down(variant: string): Promise<void>;
  /** Is it still the service that came up? */
  alive(endpoint: Endpoint): Promise<boolean>;
}

export interface Endpoint {
  /** Of the classification request. */
  readonly url: string;
  readonly logFile: string;
  readonly readySeconds: number;
  /** What identifies the running service to its target. */
  readonly identity: string;
}
