/** Where a variant runs. */

import type { Handed, ShareResult, ShareSpec } from "../../workloads/drive/share.ts";
import type { QuotaPeriods } from "../../workloads/samples/cpu-quota.ts";
import type { TimelineEvent } from "../../workloads/samples/timeline.ts";
import type { AnyService } from "../disruptions/disruption.ts";
import type { PreparedModel } from "../models/index.ts";
import type { Service } from "../services/index.ts";
import type { Placement } from "../services/placement.ts";
import type { Toolchain } from "../toolchain/index.ts";

export interface Target extends Placement {
  readonly description: string;
  /**
   * What a study takes here beside its load, roughly: for an estimate before any of it was seen. For each deployment, and
   * for each trial that the target's own load jobs drive.
   */
  readonly overheadSeconds: { readonly perDeployment: number; readonly perLoadJob: number };
  /** It asks for no part of the toolchain, and serves no model: what the manifest says in a model's place. */
  readonly standsAlone?: { readonly model: PreparedModel | null };
  /** Nothing is deployed: it serves others, is warm, and is sent no more than the study asks for. */
  readonly runsAlready?: boolean;
  /** What a reader must know of figures that are measured here, a sentence each: for the manifest and the report. */
  notes(measured: MeasuredHere): readonly string[];
  /** Whether this machine can have it, before anything is made. @throws TestbedError (missingPart) */
  checkHost?(cache: string): void;
  /** What this target needs beyond the common toolchain, found or provided; @returns the toolchain with it. */
  provide?(context: ProvideContext): Promise<Toolchain>;
  open(context: TargetContext): OpenTarget;
}

export interface MeasuredHere {
  readonly service: Service;
  readonly variants: readonly string[];
  readonly isDisrupted: boolean;
}

export interface ProvideContext {
  readonly toolchain: Toolchain;
  readonly service: Service;
  /** Null for a service that has no choice of models. */
  readonly model: PreparedModel | null;
  /** Those that will be deployed. */
  readonly variants: readonly string[];
  readonly progress: (line: string) => void;
}

export interface TargetContext {
  readonly toolchain: Toolchain;
  readonly service: Service;
  /** Of a service that has a choice of them. */
  readonly model: string | undefined;
  /** Answers tell their stages, whatever the variant says. */
  readonly stages?: boolean;
}

/** A target with its toolchain at hand. */
export interface OpenTarget {
  up(variant: string, options: { readonly signal: AbortSignal }): Promise<Endpoint>;
  /** Idempotent. */
  down(variant: string): Promise<void>;
  /** Is it still the service that came up? */
  alive(endpoint: Endpoint): Promise<boolean>;
  /**
   * Drives an open loop from where this target has its generators; where it is left out, they are processes of this
   * machine.
   * @returns one result per worker, in order
   */
  load?(request: LoadRequest): Promise<readonly ShareResult[]>;
  /** CPU quota of the service's control groups so far, one entry each; null where the system does not tell. */
  quotas?(endpoint: Endpoint): Promise<readonly QuotaPeriods[] | null>;
  /** The service as disruptions may know it; left out where none is declared for this target. */
  underTest?(endpoint: Endpoint): Promise<UnderTest>;
  /** After the last `down`: takes away what the variants stood on, where this target brought it up. */
  end?(): Promise<void>;
}

/** A running service, with the means to disrupt it and to observe the effect. */
export interface UnderTest {
  readonly service: AnyService;
  /** Empty where everything of it is there and in order, else what is not. */
  whyNotReady(): Promise<string>;
  /** Calls back with what happens to it from now on. @returns what ends it */
  watch(onEvent: (event: ObservedEvent) => void): () => Promise<void>;
  /** The endpoint with the identity that the service has by now. */
  now(): Promise<Endpoint>;
}

/** Without its instant: that is when it is called back. */
export type ObservedEvent = Omit<TimelineEvent, "atMs">;

export interface LoadRequest {
  /** Of the trial: names what is brought up for it. */
  readonly id: string;
  readonly endpoint: Endpoint;
  /** All but the address, which the target knows. */
  readonly share: Omit<ShareSpec, "url">;
  /** What a worker asks; given to it while it runs, and written nowhere. */
  handed(worker: number): Handed;
  readonly signal: AbortSignal;
}

export interface Endpoint {
  /** Of a request of the load: the service's address and its path. */
  readonly url: string;
  /** The same, as pods reach it. */
  readonly clusterUrl?: string;
  readonly logFile: string;
  readonly readySeconds: number;
  /** Of a cluster, on which it runs. */
  readonly nodes?: readonly string[];
  /** An intermediary between generator and service, such as a proxy, in a word or two. */
  readonly through?: string;
  /** What identifies the running service to its target. */
  readonly identity: string;
}
