/** The code parts of a built-in service, beside its data. A user's service has none and needs none. */
import type { RatedText } from "../../../workloads/payloads/corpus.ts";
import type { Payload } from "../../../workloads/payloads/index.ts";
import type { ServingImage } from "../../images/serving.ts";
import type { QueueSpec } from "../../known-answer/queue.ts";
import type { Model, PreparedModel } from "../../models/index.ts";
import type { ProvideOptions } from "../../toolchain/provide/cache.ts";
import type { Part } from "../../toolchain/provide/part.ts";
import type { Variant } from "../definition/variant.ts";

export interface OwnParts {
  /** What it can serve, by name. */
  readonly models: Readonly<Record<string, Model>>;
  readonly defaultModel: string;
  readonly payloads: Readonly<Record<string, Payload>>;
  readonly defaultPayload: string;
  /** Its Python environment; the part called `python` has the interpreter's path. */
  python(options: ProvideOptions): Promise<readonly Part[]>;
  prepare(model: string, options: ProvideOptions & { readonly python: string }): Promise<PreparedModel>;
  /** The body of one request of the kind that the load sends. */
  readonly probe: string;
  /** What set-up has found, for a program that starts it. @throws TestbedError where set-up has not been done */
  place(model: string): Promise<Place>;
  readonly image: {
    provide(
      variant: Variant,
      model: PreparedModel,
      options: ProvideOptions & { readonly python: string },
    ): Promise<{ readonly part: Part }>;
    /** @returns null where set-up has not made it */
    find(variant: Variant, model: string): Promise<ServingImage | null>;
    readonly port: number;
  };
  /** The queue that stands for a variant on the target `simulated`. */
  law(variant: Variant): QueueSpec;
  /** Figures of a published paper, for comparison (analysis/reports/parts/paper-figures.ts). */
  readonly paper: boolean;
  /** What people said of the texts: for accuracy by domain. */
  rated(): Promise<readonly RatedText[]>;
}

export interface Place {
  /** Interpreter. */
  readonly python: string;
  /** That the service reads, beside its settings. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the model's files: a changed model is a new service. */
  readonly digest: string;
}
